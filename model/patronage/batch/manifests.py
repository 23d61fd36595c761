"""Reading manifests: whoever wrote a folder, what is not as it should be is one clear line.

The types below are what is promised of each kind of folder, and the reader checks every entry against them. More
entries than these may stand in a manifest; nobody reads them.
"""

from __future__ import annotations

import json
import math
from pathlib import Path, PurePosixPath
from typing import Any, NotRequired, TypedDict, get_args, get_origin, get_type_hints, is_typeddict

from patronage.scenario import parse_quarter, quarter_name

from .checksums import SEAL, intact
from .folders import LAYOUT, MANIFEST, FolderError
from .tables import NAMED_PLACES, PLACES, SPARSE, SPREAD

MOST_BYTES = 64 * 1024 * 1024
"""Of a manifest: that of a thousand tables has less."""
MOST_RUNS = 10_000_000
"""Of whatever is counted."""
TEXT = "text"
"""Kind of a column of texts."""
SHOWN = 60
"""Characters of a wrong value that are shown."""


class ScenarioEntry(TypedDict):
    """The scenario of a folder."""

    name: str
    title: NotRequired[str]
    digest: str
    sha256: str


class TableEntry(TypedDict):
    """A table that lies in a file of its own."""

    file: str
    rows: int
    sha256: str


class RunTable(TableEntry):
    """A table of a run."""

    columns: dict[str, str]


class VariableEntry(TypedDict):
    """Where a variable stands."""

    table: str
    axes: list[str]
    columns: list[str]


class RunManifest(TypedDict):
    """What a run folder says of itself."""

    command: str
    scenario: ScenarioEntry
    seed: int
    runs: int
    until: str
    format: str
    tables: dict[str, RunTable]
    variables: dict[str, VariableEntry]
    coordinates: dict[str, list[int] | list[str]]


class PairEntry(TypedDict):
    """Two scenarios of a comparison."""

    first: str
    second: str
    report: str
    tables: dict[str, TableEntry]


class ComparisonManifest(TypedDict):
    """What the folder of a comparison says of itself."""

    command: str
    names: list[str]
    seed: int
    runs: int
    until: str
    pairs: dict[str, PairEntry]


class SweepTable(TypedDict):
    """A final table of a sweep; its key is the name of its file."""

    rows: int
    sha256: str


class ExperimentEntry(TypedDict):
    """The experiment of a sweep."""

    name: str
    title: str
    sha256: str


class SweepScenario(ScenarioEntry):
    """One of several scenarios of a sweep."""

    file: str


class SweepIdentity(TypedDict):
    """What decides whether two machines would find the same."""

    versions: dict[str, str]


class SweepManifest(TypedDict):
    """What the folder of a finished sweep says of itself."""

    command: str
    experiment: ExperimentEntry
    scenario: ScenarioEntry
    scenarios: NotRequired[list[SweepScenario]]
    identity: SweepIdentity
    seed: int
    record: str
    points: int
    replications: int
    runs: int
    runs_planned: int
    failed_points: list[int]
    unmoved: list[str]
    tables: dict[str, SweepTable]


TEXTS = ("kind", "patron", "client", "counterpart", "instrument", "concession", "cause")
NUMBERS = ("promised", "delivered", "value", "price", "denial", "floor", "asked", "rent")
COLUMNS = {
    "outcomes": {"run": "int32", "outcome": TEXT, "value": "double"},
    "events": {"run": "int32", **dict.fromkeys(("quarter", "event", "what"), TEXT)},
    "ledger": {"run": "int32", **dict.fromkeys(("quarter", *TEXTS), TEXT), **dict.fromkeys(NUMBERS, "float")},
}
"""What the tables of rows have at least."""
KINDS: dict[str, type] = {"run": RunManifest, "comparison": ComparisonManifest, "sweep": SweepManifest}
ARTICLES = {"run": "a run", "comparison": "a comparison", "sweep": "a sweep"}


def read_json(path: Path) -> Any:
    """The content of a JSON file: numbers are finite, and nothing is nested endlessly.

    Raises:
        FileNotFoundError: there is none.
        FolderError: it cannot be read, or is no JSON.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FolderError(f"{path} is larger than {MOST_BYTES >> 20} MB")
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number, parse_float=_finite)
    except FileNotFoundError:
        raise
    except RecursionError:
        raise FolderError(f"{path} cannot be read: it is nested too deeply") from None
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise FolderError(f"{path} cannot be read: {error}") from None


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _no_number(text)
    return value


def _no_number(text: str) -> float:
    raise ValueError(f"{text[:SHOWN]} is no finite number")


def read_manifest(path: str | Path, kind: str | None = None) -> dict[str, Any]:
    """The manifest of a folder.

    Args:
        path: the folder.
        kind: run, comparison or sweep: what it must be, every entry of it checked; None: whichever it is, unchecked.

    Raises:
        FolderError: there is none, it is not one of ours, of another kind, or an entry is not as it should be.
    """
    folder = Path(path)
    file = folder / MANIFEST
    try:
        manifest = read_json(file)
    except FileNotFoundError:
        raise FolderError(f"{folder} is no run folder: it holds no {MANIFEST}") from None
    except FolderError as error:
        if not folder.is_dir():
            raise FolderError(f"{folder} is no folder") from None
        raise error from None
    if not isinstance(manifest, dict) or type(manifest.get("layout")) is not int or manifest["layout"] != LAYOUT:
        raise FolderError(f"{file} is not the manifest of a run folder of this version")
    if SEAL in manifest and not intact(manifest):
        raise FolderError(f"{file} is damaged: its entries are not those that were written")
    if kind is not None:
        if manifest.get("kind") != kind:
            raise FolderError(f"{folder} is the folder of another kind ({_named(manifest.get('kind'))}), not {ARTICLES[kind]}")
        check(manifest, kind, str(file))
    return manifest


def _named(kind: object) -> str:
    return kind if isinstance(kind, str) and kind.isidentifier() and len(kind) <= SHOWN else shown(kind)


def check(manifest: dict[str, Any], kind: str, where: str) -> None:
    """Check every entry of a manifest. Raises FolderError with the first that is wrong, and how many more there are."""
    problems = list(_wrong(manifest, KINDS[kind], ""))
    if not problems:
        problems = {"run": _wrong_run, "comparison": _wrong_comparison, "sweep": _wrong_sweep}[kind](manifest)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise FolderError(f"{where}: {problems[0]}{more}")


def shown(value: object) -> str:
    """A wrong value on one line, cut short."""
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a block of entries"
    try:
        text = json.dumps(value, ensure_ascii=True)
    except ValueError:  # a whole number of thousands of digits
        return "an endless number"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


# --- types ---

_WORDS = {str: "a text", int: "a whole number"}


def _wrong(value: object, wanted: Any, at: str) -> list[str]:
    """Where a value is not of a type."""
    made, of = get_origin(wanted), get_args(wanted)
    if is_typeddict(wanted):
        return _wrong_block(value, wanted, at)
    if made is dict and isinstance(value, dict):
        return [p for key, inner in value.items() for p in _wrong(inner, of[1], f"{at}.{_key(key)}")]
    if made is list and isinstance(value, list):
        return [p for i, inner in enumerate(value) for p in _wrong(inner, of[0], f"{at}[{i}]")]
    if made in (dict, list):
        return [f"{at} should be {'a list' if made is list else 'a block of entries'}, not {shown(value)}"]
    if made is not None:  # one of several types
        return min((_wrong(value, one, at) for one in of), key=len)
    return [] if type(value) is wanted else [f"{at} should be {_WORDS[wanted]}, not {shown(value)}"]


def _wrong_block(value: object, wanted: Any, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at} should be a block of entries, not {shown(value)}"]
    out: list[str] = []
    for name, of in get_type_hints(wanted, include_extras=True).items():
        inside = f"{at}.{name}" if at else name
        if name in value:
            out += _wrong(value[name], get_args(of)[0] if get_origin(of) is NotRequired else of, inside)
        elif get_origin(of) is not NotRequired:
            out.append(f"{inside} is missing")
    return out


def _key(text: str) -> str:
    return text if text.isidentifier() else shown(text)


# --- sense ---


def plain_name(name: str) -> bool:
    """Whether a name is that of one file or folder, nowhere else than where it is looked for."""
    return bool(name) and name not in (".", "..") and not set(name) & set("/\\:\0") and len(name) <= 255


def _inside(file: str) -> bool:
    parts = PurePosixPath(file).parts
    return bool(parts) and all(plain_name(p) for p in parts)


def _numbers(manifest: dict[str, Any], *names: str) -> list[str]:
    out = [f"{n} should be 0 or more, not {shown(manifest[n])}" for n in names if manifest[n] < 0]
    return out + [f"{n} is more than {MOST_RUNS:,}" for n in names if n != "seed" and manifest[n] > MOST_RUNS]


def _files(tables: dict[str, Any], at: str) -> list[str]:
    out = [f"{at}.{_key(n)}.file is no file of this folder: {shown(t['file'])}" for n, t in tables.items() if not _inside(t["file"])]
    return out + [f"{at}.{_key(n)}.rows should be 0 or more" for n, t in tables.items() if t["rows"] < 0]


def _wrong_run(m: dict[str, Any]) -> list[str]:
    out = _numbers(m, "seed", "runs") + _files(m["tables"], "tables")
    if m["format"] not in ("parquet", "csv"):
        out.append(f"format should be parquet or csv, not {shown(m['format'])}")
    axes: dict[str, list[Any]] = m["coordinates"]
    run = axes.get("run")
    if run is None or len(run) != 2 or any(type(x) is not int or x < 0 for x in run) or run[1] != m["runs"]:
        out.append(f"coordinates.run should be [number of the first run, {shown(m['runs'])}]")
    out += [
        f"coordinates.{_key(axis)} should be a list of different texts" for axis, labels in axes.items()
        if axis != "run" and (any(type(x) is not str for x in labels) or len(set(labels)) != len(labels))
    ]  # fmt: skip
    out += [f"coordinates.{axis} is missing" for axis in ("quarter", "patron", "client") if not axes.get(axis)]
    if not out and not _follow(axes["quarter"], m["until"]):
        out.append(f"coordinates.quarter should be quarters one after the other, the last one {shown(m['until'])}")
    if not m["variables"]:
        out.append("variables names none")
    for name, columns in COLUMNS.items():
        held = m["tables"].get(name, {"columns": {}})["columns"]
        wrong = [c for c, kind in columns.items() if held.get(c) != kind]
        if wrong:
            out.append(f"tables.{name} needs a column {wrong[0]} of the kind {columns[wrong[0]]}")
    if not out:
        for name, variable in m["variables"].items():
            out += _wrong_variable(m, name, variable)
    return out


def _follow(labels: list[str], until: str) -> bool:
    try:
        first = parse_quarter(labels[0])
    except ValueError:
        return False
    return labels == [quarter_name(first + i) for i in range(len(labels))] and labels[-1] == until


def _wrong_variable(m: dict[str, Any], name: str, v: dict[str, Any]) -> list[str]:
    at, axes = f"variables.{_key(name)}", tuple(v["axes"])
    table = m["tables"].get(v["table"])
    if v["table"] != (NAMED_PLACES.get(name) or PLACES.get(axes)) or axes not in PLACES:
        return [f"{at} stands in no table that such a variable has"]
    if table is None or not set(axes) <= m["coordinates"].keys():
        return [f"{at} needs the table {shown(v['table'])} and coordinates for {', '.join(axes)}"]
    spread = [len(m["coordinates"][a]) for a in axes if a in SPREAD]
    if len(v["columns"]) != math.prod(spread) or any(table["columns"].get(c, TEXT) == TEXT for c in v["columns"]):
        return [f"{at} needs {math.prod(spread)} columns of the table {v['table']} with numbers"]
    cells = m["runs"] * math.prod(len(m["coordinates"][a]) for a in axes if a not in ("run", *SPREAD))
    rows = table["rows"]
    if rows > cells or (v["table"] not in SPARSE and rows != cells):
        return [f"tables.{v['table']} has {rows:,} rows, and the coordinates make {cells:,}"]
    return []


def _wrong_comparison(m: dict[str, Any]) -> list[str]:
    out = _numbers(m, "seed", "runs")
    names = m["names"]
    if len(names) < 2 or len(set(names)) != len(names) or not all(plain_name(n) for n in names):
        out.append("names should be two or more different names of folders")
    for key, pair in m["pairs"].items():
        at = f"pairs.{_key(key)}"
        if not plain_name(key):
            out.append(f"{at} is no name of a folder")
        if pair["first"] not in names or pair["second"] not in names:
            out.append(f"{at} compares {shown(pair['first'])} with {shown(pair['second'])}, which names does not hold")
        if not _inside(pair["report"]):
            out.append(f"{at}.report is no file of this folder: {shown(pair['report'])}")
        out += _files(pair["tables"], f"{at}.tables")
    return out


def _wrong_sweep(m: dict[str, Any]) -> list[str]:
    out = _numbers(m, "seed", "points", "replications", "runs", "runs_planned")
    out += [f"tables: {shown(n)} is no file of this folder" for n in m["tables"] if not plain_name(n)]
    out += [f"scenarios: {shown(s['file'])} is no file of this folder" for s in m.get("scenarios", ()) if not plain_name(s["file"])]
    out += [f"tables.{_key(n)}.rows should be 0 or more" for n, t in m["tables"].items() if t["rows"] < 0]
    wrong = [p for p in m["failed_points"] if not 0 <= p < m["points"]]
    return out + ([f"failed_points holds {shown(wrong[0])}, and there are points 0 to {m['points'] - 1}"] if wrong else [])
