"""A chunk of a sweep: some hundred runs of any points, simulated together, as bytes of Parquet.

What a chunk holds depends on its runs alone: not on who simulates it, when, or after what.
"""

from __future__ import annotations

import resource
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from patronage.batch.identity import versions
from patronage.batch.points import Settings, points_of
from patronage.batch.tables import places, rows_table, to_tables
from patronage.driving import prepare
from patronage.record import Recorder
from patronage.scenario import Scenario, ScenarioError
from patronage.scenario.catalogue import CHANNELS, INSTRUMENTS
from patronage.scenario.conditions import parse
from patronage.scenario.quarters import quarter_name
from patronage.simulation import play
from patronage.world.plan import mould
from patronage.world.recording import RECORDS, variables
from patronage.world.structure import Structure

DYADS, NUMBERS = 50_000, 16_000_000
"""Most dyads, and numbers kept, of a chunk."""
FAILURE = pa.schema([
    ("point", pa.int32()), ("first_run", pa.int32()), ("last_run", pa.int32()), ("error", pa.string()),
    ("traceback", pa.string()), ("repeat", pa.string()),
])  # fmt: skip
"""Columns of the table of failures."""


@dataclass(frozen=True)
class Batch:
    """What all chunks of a sweep share."""

    scenario: str
    """The base, resolved, as text."""
    seed: int
    record: str = "outcomes"
    series: tuple[tuple[str, str], ...] = ()
    """Names and expressions."""
    versions: tuple[tuple[str, str], ...] = ()
    """What must be installed where it is simulated; empty: anything."""


@dataclass(frozen=True)
class Task:
    """Runs `first` to `last` (the latter excluded) of each of some points."""

    number: int
    cells: tuple[tuple[int, int, int], ...]
    """point, first run, run after the last."""
    settings: tuple[Settings, ...]
    """Per cell."""

    @property
    def runs(self) -> int:
        return sum(last - first for _, first, last in self.cells)


@dataclass
class Made:
    """A finished chunk."""

    number: int
    tables: dict[str, bytes]
    """Name → a Parquet file."""
    runs: int
    failed: list[int] = field(default_factory=list)
    """Points that failed."""
    seconds: float = 0.0
    peak: int = 0
    """Largest memory of the process so far, in bytes."""


class VersionError(RuntimeError):
    """A worker runs other versions than the sweep."""


Columns = dict[str, pa.Table]


def make_chunk(batch: Batch, task: Task, tell: Callable[[int], None] | None = None) -> Made:
    """Simulate a chunk. Points that fail are found by halving and noted; the others are simulated."""
    begun = time.perf_counter()
    if batch.versions and dict(batch.versions) != versions():
        theirs, ours = dict(batch.versions), versions()
        told = ", ".join(f"{k} {ours.get(k)} instead of {v}" for k, v in theirs.items() if ours.get(k) != v)
        raise VersionError(f"this worker would give other results than the sweep: it has {told}")
    failures: list[dict[str, Any]] = []
    parts = _attempt(batch, task.cells, task.settings, failures, tell)
    tables: dict[str, bytes] = {}
    for name in dict.fromkeys(k for part in parts for k in part):
        joined = pa.concat_tables([part[name] for part in parts if name in part]).combine_chunks()
        tables[name] = encoded(joined.unify_dictionaries())
    if failures:
        failures.sort(key=lambda row: (row["point"], row["first_run"]))
        tables["failures"] = encoded(pa.Table.from_pylist(failures, schema=FAILURE))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    failed = [row["point"] for row in failures]
    return Made(task.number, tables, task.runs, failed, time.perf_counter() - begun, peak)


def _attempt(
    batch: Batch,
    cells: Sequence[tuple[int, int, int]],
    settings: Sequence[Settings],
    failures: list[dict[str, Any]],
    tell: Callable[[int], None] | None,
) -> list[Columns]:
    """The tables of these points, or of the halves in which it works, in order."""
    try:
        return [simulated(batch, cells, settings, tell)]
    except Exception as error:  # noqa: BLE001  # whatever a point makes go wrong is that point's failure
        if len(cells) == 1:
            failures.append(_failure(cells[0], error))
            return []
        half = len(cells) // 2
        halves = ((cells[:half], settings[:half]), (cells[half:], settings[half:]))
        return [part for c, s in halves for part in _attempt(batch, c, s, failures, tell)]


def _failure(cell: tuple[int, int, int], error: Exception) -> dict[str, Any]:
    point, first, last = cell
    text = str(error) if isinstance(error, ScenarioError) else f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    # File names and lines, without the folders of one machine: the same bytes wherever it failed.
    lines = [f"{f.filename.replace(chr(92), '/').rpartition('/')[2]}:{f.lineno} in {f.name}" for f in frames]
    return {
        "point": point,
        "first_run": first,
        "last_run": last - 1,
        "error": text,
        "traceback": "\n".join([*lines, text]),
        "repeat": f"patronage run --from . --row {point}:{first}",
    }


def simulated(
    batch: Batch,
    cells: Sequence[tuple[int, int, int]],
    settings: Sequence[Settings],
    tell: Callable[[int], None] | None = None,
) -> Columns:
    """Tables of these runs, in order of cell and run."""
    builder = points_of(batch.scenario)
    scenarios = [builder.at(s) for s in settings]
    base = scenarios[0]
    if any(mould(one) != mould(base) for one in scenarios[1:]):
        raise ValueError("the points of this chunk differ in who plays or what happens")
    which = np.repeat(np.arange(len(cells)), [last - first for _, first, last in cells])
    points = np.repeat([point for point, _, _ in cells], [last - first for _, first, last in cells]).astype(np.int32)
    runs = np.concatenate([np.arange(first, last) for _, first, last in cells]).astype(np.int32)
    series = {name: parse(text)[0] for name, text in batch.series}
    recorder = Recorder(base, Structure.of(base), batch.seed, np.arange(len(runs)), base.end, batch.record, series)
    play(prepare(base, runs, batch.seed, scenarios, which, series), recorder, base.end, progress=tell)
    return _tables(batch, recorder, points, runs)


def width(scenario: Scenario, record: str = "outcomes") -> int:
    """Most runs that a chunk should hold: enough to drown what else a chunk costs, few enough for memory and to lose little."""
    structure = Structure.of(scenario)
    lengths = {**structure.lengths, "K": len(INSTRUMENTS), "N": len(CHANNELS)}
    kept = sum(int(np.prod([lengths[a] for a in v.axes])) for v in variables(RECORDS[record]))
    dyads, quarters = len(structure.patrons) * len(structure.clients), scenario.end - scenario.start + 1
    return max(1, min(DYADS // max(1, dyads), NUMBERS // max(1, kept * quarters)))


def _tables(batch: Batch, recorder: Recorder, points: npt.NDArray[Any], runs: npt.NDArray[Any]) -> Columns:
    """Outcomes, series and what else is kept, each with the columns point and run first."""
    keys = {"point": pa.array(points), "run": pa.array(runs)}
    out: Columns = {"outcomes": pa.table({**keys, **{k: pa.array(v) for k, v in recorder.outcomes.items()}})}
    if recorder.series:
        count = len(recorder.quarters)
        names = pa.array([quarter_name(q) for q in recorder.quarters])
        which = pa.array(np.tile(np.arange(count, dtype=np.int16), len(runs)))
        out["series"] = pa.table({
            "point": pa.array(np.repeat(points, count)),
            "run": pa.array(np.repeat(runs, count)),
            "quarter": pa.DictionaryArray.from_arrays(which, names),
            **{k: pa.array(v.reshape(-1)) for k, v in recorder.series.items()},
        })  # fmt: skip
    if batch.record == "outcomes":
        return out
    result = recorder.result()
    kept: Mapping[str, pa.Table] = {
        **to_tables(result.data, places(result.data)),
        "ledger": rows_table(result.ledger),
        "events": rows_table(result.events),
    }
    for name, table in kept.items():
        rows = table["run"].to_numpy()
        columns = {"point": pa.array(points[rows]), "run": pa.array(runs[rows])}
        columns |= {c: table[c] for c in table.column_names if c != "run"}
        out[name] = pa.table(columns)
    return out


def encoded(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file: the same for the same table."""
    keys = [f.name for f in table.schema if not pa.types.is_floating(f.type)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table, sink, compression="zstd", compression_level=1, use_dictionary=keys, write_statistics=["point", "run"],
        row_group_size=1 << 24,
    )  # fmt: skip
    return bytes(sink.getvalue())
