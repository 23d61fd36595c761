"""Folders are input: whatever stands in a manifest or a table, reading it ends well or in one clear line."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from patronage import load_scenario
from patronage.batch.checksums import sealed
from patronage.batch.folders import FolderError, sha256
from patronage.batch.manifests import check, plain_name, read_json, read_manifest
from patronage.cli.app import app
from patronage.experiments import load_experiment, read_sweep, sweep
from patronage.reports import compare_to_folder, open_folder, read_run, run_to_folder, summary_text, why_text

WRONG: list[Any] = [
    None,
    True,
    -1,
    0.5,
    3e7,
    10**30,
    "",
    "x",
    "../../x",
    "/etc/passwd",
    "a\0b",
    [],
    [[]],
    {},
    {"x": 1},
    [0, 3e7],
    [0, 30_000_000],
]
"""What stands where something else belongs."""
EXPERIMENT = """
title: Two factors
scenario: two-patrons
uncertainties:
  mission: {path: patrons.USA.mission, range: [0.2, 0.8]}
design: {kind: lhs, points: 3}
replications: 2
"""
LEDGER = ("quarter", "kind", "patron", "client", "cause")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, a comparison and a sweep, all small."""
    place = tmp_path_factory.mktemp("folders")
    quick = {"runs": 2, "seed": 1, "until": "2009Q2", "plates": False, "screening": 0}
    scenario = load_scenario("two-patrons")
    run_to_folder(scenario, out=place / "run", **quick)
    compare_to_folder(
        [scenario, load_scenario("two-patrons", {"patrons.USA.mission": "0.1"})], out=place / "comparison", **quick
    )
    (place / "e.yaml").write_text(EXPERIMENT)
    sweep(load_experiment(place / "e.yaml"), place / "sweep")
    return place


def use(folder: Path, *, all_of_it: bool = False) -> None:
    """What commands and the page do with a folder."""
    if read_manifest(folder).get("kind") == "sweep":
        held = read_sweep(folder)
        _ = repr(held), held.seed, held.unmoved, held.damaged()
        _ = (held.experiment, held.scenario, held.outcomes) if all_of_it else ()
        return
    found = open_folder(folder)
    for run in [found] if hasattr(found, "coords") else [found.run(n) for n in found.names]:
        _ = repr(run), run.seed, run.coords, run.scenario, run.outcomes, run.ledger
        for variable in run.manifest["variables"] if all_of_it else ("share", "base"):
            run.array(variable)
        if all_of_it:
            summary_text(folder)
            why_text(run, run.coords["patron"][0], run.coords["client"][0])


def refusal(do: Callable[..., object], *arguments: object) -> str:
    """What a folder is refused with; nothing where it is not. Whatever else goes wrong is a fault."""
    try:
        do(*arguments)
    except FolderError as error:
        return str(error)
    return ""


def places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a manifest; of long lists and blocks the first two."""
    yield at
    inner = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    for key, value in inner if len(at) < 2 else inner[:1]:
        yield from places(value, (*at, key))


def changed(manifest: dict[str, Any], at: tuple[Any, ...], value: Any) -> Any:
    """The manifest with another value in one place."""
    if not at:
        return value
    out = copy.deepcopy(manifest)
    spot = out
    for key in at[:-1]:
        spot = spot[key]
    spot[at[-1]] = value
    return out


@pytest.mark.parametrize("kind", ["run", "comparison", "sweep"])
def test_whatever_stands_in_a_manifest_is_one_line_or_does_not_matter(made: Path, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / kind
    shutil.copytree(made / kind, folder)
    file = folder / "manifest.json"
    whole = json.loads(file.read_text())
    use(folder, all_of_it=True)
    refused = 0
    for i, at in enumerate(places(whole)):
        for value in WRONG[i % 8 :: 8]:
            file.write_text(json.dumps(changed(whole, at, value)))
            said = refusal(use, folder)
            refused += bool(said)
            assert "\n" not in said, (at, value)
            assert len(said) < 300 + len(str(folder)), (at, value)
    assert refused > 25


def test_a_missing_entry_is_named(made: Path, tmp_path: Path) -> None:
    for kind in ("run", "comparison", "sweep"):
        whole = json.loads((made / kind / "manifest.json").read_text())
        needed = 0
        for key in whole:
            less = {k: v for k, v in whole.items() if k not in (key, "layout", "kind")}
            said = refusal(check, less, kind, "m")
            needed += bool(said)
            assert said.startswith(f"m: {key} is missing" if said else "")
        assert needed >= 6


BROKEN = {
    "": "cannot be read", "{": "cannot be read", "[]": "not the manifest", "3": "not the manifest", '"x"': "not the manifest",
    "[" * 100_000: "nested too deeply", '{"layout": 1, "x": ' + '{"a": ' * 100_000: "nested too deeply",
    '{"layout": 1.0}': "not the manifest", '{"layout": true}': "not the manifest", '{"layout": 2}': "not the manifest",
    '{"layout": 1, "seed": NaN}': "no finite number", '{"layout": 1, "seed": 1e999}': "no finite number",
    '{"layout": 1, "seed": -Infinity}': "no finite number", '{"layout": 1, "seed": ' + "9" * 5000 + "}": "cannot be read",
    '{"layout": 1}': "another kind (null)", '{"layout": 1, "kind": ["run"]}': "another kind (a list)",
    '{"layout": 1, "kind": "sw\\u001beep"}': 'another kind ("sw\\u001beep")', '{"layout": 1, "kind": "sweep"}': "another kind (sweep)",
    '{"layout": 1, "kind": "run"}': "command is missing",
}  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_manifest_is_said_in_a_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(FolderError) as found:
        read_run(tmp_path)
    assert BROKEN[text] in str(found.value)
    assert "\n" not in str(found.value)


def test_bytes_that_are_no_text_are_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(b'{"layout": 1, "kind": "\xff"}')
    with pytest.raises(FolderError, match="cannot be read"):
        read_run(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "manifest.json").mkdir()
    with pytest.raises(FolderError, match="cannot be read: Is a directory"):
        read_json(tmp_path / "other" / "manifest.json")
    with pytest.raises(FolderError, match="is no folder"):
        read_run(tmp_path / "manifest.json")


def test_thirty_million_runs_are_not_believed(made: Path, tmp_path: Path) -> None:
    whole = json.loads((made / "run" / "manifest.json").read_text())
    for run, runs, words in (
        ([0, 3e7], 2, r"coordinates\.run\[1\] should be a whole number, not 30000000\.0"),
        ([0, 30_000_000], 2, r"coordinates\.run should be \[number of the first run, 2\]"),
        ([0, 30_000_000], 30_000_000, r"runs is more than 10,000,000"),
        ([0, 3_000_000], 3_000_000, r"has [0-9]+ rows, and the coordinates make"),
        ([-1, 2], 2, r"coordinates\.run should be"), ([0, 2, 3], 2, r"coordinates\.run should be"), ([False, 2], 2,
        r"coordinates\.run"),
    ):  # fmt: skip
        lying = whole | {"runs": runs, "coordinates": whole["coordinates"] | {"run": run}}
        with pytest.raises(FolderError, match=words):
            check(lying, "run", "m")


def test_all_kinds_of_damage_to_a_table_are_said(made: Path, tmp_path: Path) -> None:
    """A flipped bit, a cut, a missing file, another file; and one with a manifest that vouches for it."""
    file = "tables/ledger.parquet"
    bytes_now = (made / "run" / file).read_bytes()
    flipped = bytearray(bytes_now)
    flipped[len(flipped) // 2] ^= 1
    for content in (
        bytes(flipped),
        bytes_now[:-9],
        b"",
        None,
        (made / "run" / "tables" / "events.parquet").read_bytes(),
    ):
        shutil.rmtree(tmp_path / "r", ignore_errors=True)
        shutil.copytree(made / "run", tmp_path / "r")
        target = tmp_path / "r" / file
        target.unlink() if content is None else target.write_bytes(content)
        with pytest.raises(FolderError, match="is missing or damaged"):
            _ = read_run(tmp_path / "r").ledger
        if content is not None and content != bytes(flipped):  # a flipped number vouched for is a number
            manifest = json.loads((tmp_path / "r" / "manifest.json").read_text())
            manifest["tables"]["ledger"]["sha256"] = sha256(target)
            (tmp_path / "r" / "manifest.json").write_text(json.dumps(sealed(manifest)))  # whoever forges it seals it anew
            with pytest.raises(FolderError, match=r"cannot be read|other rows or columns") as found:
                use(tmp_path / "r", all_of_it=True)
            assert "\n" not in str(found.value)


def test_a_table_of_other_types_is_said(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "run", tmp_path / "r")
    target = tmp_path / "r" / "tables" / "patrons.parquet"
    table = pq.read_table(target)
    texts = table.set_column(table.column_names.index("budget"), "budget", pa.array(["x"] * table.num_rows))
    pq.write_table(texts, target)
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text())
    manifest["tables"]["patrons"]["sha256"] = sha256(target)
    (tmp_path / "r" / "manifest.json").write_text(json.dumps(sealed(manifest)))  # whoever forges it seals it anew
    with pytest.raises(FolderError, match="other rows or columns than the manifest says"):
        read_run(tmp_path / "r").array("budget")


def test_another_scenario_in_the_folder_is_said(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "run", tmp_path / "r")
    (tmp_path / "r" / "scenario.yaml").write_text("extends: two-patrons\ntitle: Another\n")
    with pytest.raises(FolderError, match="not the scenario that the runs were made with"):
        _ = read_run(tmp_path / "r").scenario


def test_no_entry_leads_out_of_the_folder(made: Path) -> None:
    assert not any(plain_name(n) for n in ("", ".", "..", "a/b", "a\\b", "C:x", "a\0", "x" * 300))
    whole = json.loads((made / "comparison" / "manifest.json").read_text())
    for names in (
        ["two-patrons", "../../x"],
        ["two-patrons", ".."],
        ["two-patrons", "two-patrons"],
        ["two-patrons"],
        [],
    ):
        with pytest.raises(FolderError, match="names should be two or more different names of folders"):
            check(whole | {"names": names}, "comparison", "m")
    with pytest.raises(FolderError, match="and no other"):
        open_folder(made / "comparison").run("other")  # type: ignore[union-attr]


COMMANDS = (
    ("summary", "F"), ("why", "F", "USA", "KGZ"), ("plot", "F"), ("landscape", "F"), ("analyse", "F"),
    ("run", "--from", "F", "--row", "0:0"),
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda w: w[0])
@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"layout": 1, "kind": "run", "coordinates": {"run": [0, 3e7]}}', '{"layout": 1, "kind": {}}'],
)
def test_every_command_that_opens_a_folder_says_it_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], text: str
) -> None:
    (tmp_path / "F").mkdir()
    (tmp_path / "F" / "manifest.json").write_text(text)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("F")
    assert list(tmp_path.iterdir()) == [tmp_path / "F"]
    assert [p.name for p in (tmp_path / "F").iterdir()] == ["manifest.json"]
