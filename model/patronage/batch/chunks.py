"""A chunk of a sweep: some hundred runs of any points, simulated together, as bytes of Parquet.

What a chunk holds depends on its runs alone: not on who simulates it, when, or after what.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from patronage.batch.failures import FAILURE, Row, failure, failure_row, joined_failures
from patronage.batch.identity import changed, versions
from patronage.batch.points import Points, Settings, SeveralScenarios, points_of, several_points
from patronage.batch.tables import places, rows_table, to_tables
from patronage.driving import prepare
from patronage.results.recorder import Recorder
from patronage.scenario import Scenario, ScenarioError
from patronage.scenario.catalogue import CHANNELS, INSTRUMENTS
from patronage.scenario.conditions import parse
from patronage.scenario.quarters import quarter_name
from patronage.simulation import play
from patronage.system import peak_memory
from patronage.world.plan import signature
from patronage.world.recording import RECORDS, variables
from patronage.world.structure import Structure

DYADS, NUMBERS = 50_000, 16_000_000
"""Most dyads, and numbers kept, of a chunk."""

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
    last: int | None = None
    """The last quarter that is simulated; None: the scenario's."""
    scenarios: tuple[tuple[str, str], ...] = ()
    """Names and resolved texts where the scenario itself is varied, the base first; empty where there is one only."""

    @property
    def builder(self) -> Points | SeveralScenarios:
        """What makes the scenario of a point."""
        return several_points(self.scenarios) if self.scenarios else points_of(self.scenario)


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
class ChunkResult:
    """A finished chunk."""

    number: int
    tables: dict[str, bytes]
    """Name → a Parquet file."""
    runs: int
    failed: list[int] = field(default_factory=list)
    """Points that failed."""
    seconds: float = 0.0
    peak: float = math.nan
    """Largest memory of the process so far, in bytes; NaN where nobody knows."""
    mark: Mapping[str, Any] = field(default_factory=dict)
    """What it is known by, in its seal."""


class VersionError(RuntimeError):
    """A worker runs other versions than the sweep."""


POINTS_AT_ONCE = 64
"""Whose worlds lie in memory at the same time: each is a few hundred kilobytes."""

Cells = tuple[tuple[int, int, int], ...]
"""point, first run, run after the last."""
Columns = dict[str, pa.Table]


def make_chunk(batch: Batch, task: Task, advance: Callable[[int], None] | None = None) -> ChunkResult:
    """Simulate a chunk. Points and runs that fail are found by halving and noted; the others are simulated."""
    begun = time.perf_counter()
    if batch.versions and dict(batch.versions) != versions():
        others = ", ".join(f"{k} {ours} instead of {v}" for k, v, ours in changed(dict(batch.versions), versions()))
        raise VersionError(f"this worker would give other results than the sweep: it has {others}")
    failures: list[Row] = []
    parts = []
    for at in range(0, len(task.cells), POINTS_AT_ONCE):
        until = at + POINTS_AT_ONCE
        parts += _attempt(batch, task.cells[at:until], task.settings[at:until], failures, advance)
    tables: dict[str, bytes] = {}
    for name in dict.fromkeys(k for part in parts for k in part):
        joined = pa.concat_tables([part[name] for part in parts if name in part]).combine_chunks()
        tables[name] = encoded(joined.unify_dictionaries())
    failures = joined_failures(failures)
    if failures:
        tables["failures"] = encoded(pa.Table.from_pylist(failures, schema=FAILURE))
    failed = list(dict.fromkeys(row["point"] for row in failures))
    return ChunkResult(task.number, tables, task.runs, failed, time.perf_counter() - begun, peak_memory())


def _attempt(
    batch: Batch,
    cells: Sequence[tuple[int, int, int]],
    settings: Sequence[Settings],
    failures: list[Row],
    advance: Callable[[int], None] | None,
) -> list[Columns]:
    """The tables of these points, or of the halves in which it works, in order."""
    try:
        return [simulated(batch, cells, settings, failures, advance)]
    except Exception as error:  # noqa: BLE001  # whatever a point or run makes go wrong is its own failure
        point, first, last = cells[0]
        if len(cells) > 1:
            half = len(cells) // 2
            halves = ((cells[:half], settings[:half]), (cells[half:], settings[half:]))
        elif last - first > 1 and not isinstance(error, ScenarioError):  # the scenario is the same in all runs
            middle = (first + last) // 2
            halves = (([(point, first, middle)], settings), ([(point, middle, last)], settings))
        else:
            failures.append(failure(cells[0], error))
            return []
        return [part for c, s in halves for part in _attempt(batch, c, s, failures, advance)]


def simulated(
    batch: Batch,
    cells: Sequence[tuple[int, int, int]],
    settings: Sequence[Settings],
    failures: list[Row],
    advance: Callable[[int], None] | None = None,
) -> Columns:
    """Tables of these runs, in order of cell and run; those whose numbers are not finite go to `failures` instead."""
    builder = batch.builder
    scenarios = [builder.at(s) for s in settings]
    base = scenarios[0]
    if any(signature(one) != signature(base) for one in scenarios[1:]):
        raise ValueError("the points of this chunk differ in who plays or what happens")
    which = np.repeat(np.arange(len(cells)), [last - first for _, first, last in cells])
    points = np.repeat([point for point, _, _ in cells], [last - first for _, first, last in cells]).astype(np.int32)
    runs = np.concatenate([np.arange(first, last) for _, first, last in cells]).astype(np.int32)
    series = {name: parse(text)[0] for name, text in batch.series}
    last = base.end if batch.last is None else batch.last
    recorder = Recorder(base, Structure.of(base), batch.seed, np.arange(len(runs)), last, batch.record, series)
    play(prepare(base, runs, batch.seed, scenarios, which, series), recorder, last, progress=advance)
    tables = _tables(batch, recorder, points, runs)
    if not recorder.lost:
        return tables
    for row, found in sorted(recorder.lost.items()):
        cell = (int(points[row]), int(runs[row]), int(runs[row]) + 1)
        failures.append(failure_row(cell, f"run {runs[row]}: {found}"))
    return _without(tables, points, runs, sorted(recorder.lost))


def _without(tables: Columns, points: npt.NDArray[Any], runs: npt.NDArray[Any], rows: Sequence[int]) -> Columns:
    """The tables without the rows of some runs, which are given by their place."""
    gone = points[rows].astype(np.int64) << 32 | runs[rows]
    keys = {n: t["point"].to_numpy().astype(np.int64) << 32 | t["run"].to_numpy() for n, t in tables.items()}
    return {n: t.filter(pa.array(~np.isin(keys[n], gone))) for n, t in tables.items()}


def width(scenario: Scenario, record: str = "outcomes") -> int:
    """Most runs that a chunk should hold: enough to drown what else a chunk costs, few enough for memory and to lose little."""
    structure = Structure.of(scenario)
    lengths = {**structure.lengths, "K": len(INSTRUMENTS), "N": len(CHANNELS)}
    tables = sum(int(np.prod([lengths[a] for a in v.axes])) for v in variables(RECORDS[record]))
    dyads, quarters = len(structure.patrons) * len(structure.clients), scenario.end - scenario.start + 1
    return max(1, min(DYADS // max(1, dyads), NUMBERS // max(1, tables * quarters)))


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
    tables: Mapping[str, pa.Table] = {
        **to_tables(result.data, places(result.data)),
        "ledger": rows_table(result.ledger),
        "events": rows_table(result.events),
    }
    for name, table in tables.items():
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
