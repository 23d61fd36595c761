"""The ensembles of all coalitions, simulated with the same luck, in chunks that a folder keeps: the same call again goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..batch.checksums import digest
from ..batch.chunks import ChunkResult, Task, encoded, width
from ..batch.executors import Executor, Serial, completed, executor
from ..batch.folders import FolderError
from ..batch.identity import versions
from ..batch.plans import Stage, SweepPlan
from ..batch.sweepstore import SweepStore
from ..driving import prepare
from ..errors import NotFiniteError
from ..results.recorder import Recorder
from ..scenario import Outcome, Scenario
from ..simulation import play, settle
from ..world.plan import signature
from ..world.structure import Structure
from .deals import Game, Voiding
from .voids import play_without

Progress = Callable[[int, int], None]
TABLE = "outcomes"
FEW, SAMPLE = 4, 64
"""Runs that are simulated to measure what a chunk costs, and a run in it."""


@dataclass(frozen=True)
class Ensembles:
    """What all chunks share."""

    game: Game
    outcome: Outcome
    seed: int
    condition: Outcome | None = None
    """What the outcome is given, if anything."""

    @property
    def last(self) -> int:
        """The last quarter that is read."""
        return max(o.last for o in (self.outcome, self.condition) if o is not None)

    def scenarios(self, coalition: int) -> tuple[Scenario, ...]:
        """The scenarios of a coalition, in which nothing but the outcome is asked, and what it is given."""
        asked = {o.name: o for o in (self.outcome, self.condition) if o is not None}
        return tuple(replace(s, outcomes=asked) for s in self.game.at(coalition))


def simulate_coalitions(
    shared: Ensembles,
    coalitions: Sequence[int],
    runs: int,
    *,
    out: str | Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> npt.NDArray[np.float64]:
    """The outcome [coalitions, sides, runs]; NaN in runs in which it does not exist.

    Raises FolderError if `out` holds another attribution, NotFiniteError for a run whose numbers run away.
    """
    sides = shared.game.sides
    points = [(c, side) for c in coalitions for side in range(sides)]
    settings = [{"coalition": float(c), "side": float(side)} for c, side in points]
    plan = SweepPlan(
        identity(shared), (Stage(tuple((p, 0, runs) for p in range(len(points)))),), width(shared.scenarios(0)[0])
    )
    tasks = plan.tasks(groups(shared, points), settings)
    kept: list[pa.Table] = []
    if out is None:
        _simulate(shared, tasks, workers, progress, lambda _, made: kept.append(_table(made)))
    else:
        store = SweepStore(out)
        with store.alone():
            _begin(store, plan)
            for path in store.check(plan, tasks):
                store.set_aside(path)
            _simulate(
                shared, tasks, workers, progress, lambda task, made: store.keep(replace(made, mark=plan.mark(task))),
                done=store.whole,
            )  # fmt: skip
            kept = [pq.read_table(part) for part in store.parts(TABLE)]
    table = pa.concat_tables(kept)
    found = np.full((len(points), runs), np.nan)
    found[table["point"].to_numpy(), table["run"].to_numpy()] = table["value"].to_numpy()
    return found.reshape(len(coalitions), sides, runs)


def identity(shared: Ensembles) -> dict[str, Any]:
    """What must agree for results to be of one kind."""
    none, every = (shared.game.at(c) for c in (0, (1 << len(shared.game.parts)) - 1))
    return {
        "scenarios": [s.digest for s in (*every, *none)],
        "question": digest([
            type(shared.game).__name__, list(shared.game.parts), shared.outcome.name, shared.outcome.text,
            shared.outcome.first, shared.outcome.last, shared.outcome.reduce, shared.seed, repr(shared.condition),
        ]),
        "versions": versions(),
    }  # fmt: skip


def pace(shared: Ensembles, coalitions: Sequence[int], runs: int) -> float:
    """Seconds that one process takes for all of them: what a chunk costs and what a run costs, measured on two small chunks."""
    points = [(c, side) for c in coalitions for side in range(shared.game.sides)]
    chunks = len(set(groups(shared, points)))

    def timed(count: int) -> float:
        settings = {"coalition": float(coalitions[-1]), "side": 0.0}
        return make_chunk(shared, Task(0, ((0, 0, count),), (settings,))).seconds

    settle(shared.scenarios(0)[0], len(points) * runs)  # what is measured must be what will be done
    timed(FEW)  # whatever is loaded once
    few, many = timed(FEW), timed(SAMPLE)
    each = max(0.0, many - few) / (SAMPLE - FEW)
    return chunks * max(0.0, few - FEW * each) + len(points) * runs * each


def groups(shared: Ensembles, points: Sequence[tuple[int, int]]) -> list[int]:
    """A number per point: points of one number share what happens and who plays, and may be simulated together."""
    seen: dict[Hashable, int] = {}
    return [seen.setdefault(signature(shared.scenarios(c)[side]), len(seen)) for c, side in points]


def _begin(store: SweepStore, plan: SweepPlan) -> None:
    """A folder in which nothing, or the same, was begun."""
    store.clean()
    if store.exists():
        if store.plan().text() != plan.text():
            raise FolderError(
                f"{store.folder} holds another question, or one of another version: its scenarios, parts, outcome, runs or seed "
                "are others. Results are not mixed: choose another folder"
            )
        return
    if any(not p.name.startswith(".") for p in store.folder.iterdir()):
        raise FolderError(f"{store.folder} exists and holds no attribution: choose another folder")
    store.write_plan(plan)


def _table(made: ChunkResult) -> pa.Table:
    return pq.read_table(pa.BufferReader(made.tables[TABLE]))


def _simulate(
    shared: Ensembles,
    tasks: Sequence[Task],
    workers: int,
    progress: Progress | None,
    keep: Callable[[Task, ChunkResult], Any],
    done: set[int] | frozenset[int] = frozenset(),
) -> None:
    """Make all chunks that are missing."""
    quarters = shared.last - shared.scenarios(0)[0].start + 1
    missing = [(f"chunk {task.number}", task) for task in tasks if task.number not in done]
    total = sum(task.runs for task in tasks) * quarters
    reached = total - sum(task.runs for _, task in missing) * quarters

    def advance(more: int) -> None:
        nonlocal reached
        reached += more
        if progress is not None:
            progress(min(reached, total - 1), total)

    def submit(task: Task, doer: Executor) -> Future[ChunkResult]:
        if isinstance(doer, Serial):
            return doer.submit(make_chunk, shared, task, advance)
        return doer.submit(make_chunk, shared, task)

    if not missing:
        return
    load = partial(_load, shared.scenarios(0)[0], total // quarters)
    workers = min(workers, len(missing))
    if workers == 1:
        load()
    with executor(workers, begin=load) as doer:
        for task, made in completed(doer, missing, lambda t: submit(t, doer)):
            keep(task, made)
            if not isinstance(doer, Serial):
                advance(task.runs * quarters)


def _load(scenario: Scenario, runs: int) -> None:
    """Load compiled code if all runs together are worth it: a chunk alone may be too small."""
    settle(scenario, runs)


def make_chunk(shared: Ensembles, task: Task, advance: Callable[[int], None] | None = None) -> ChunkResult:
    """Simulate the runs of some coalitions whose scenarios have one structure."""
    begun = time.perf_counter()
    scenarios = [shared.scenarios(int(s["coalition"]))[int(s["side"])] for s in task.settings]
    sizes = [last - first for _, first, last in task.cells]
    which = np.repeat(np.arange(len(task.cells)), sizes)
    points = np.repeat([point for point, _, _ in task.cells], sizes).astype(np.int32)
    runs = np.concatenate([np.arange(first, last) for _, first, last in task.cells]).astype(np.int32)
    base, last = scenarios[0], shared.last
    recorder = Recorder(base, Structure.of(base), shared.seed, np.arange(len(runs)), last, "outcomes")
    start = prepare(base, runs, shared.seed, scenarios, which)
    if isinstance(shared.game, Voiding):
        void = shared.game.voids([int(s["coalition"]) for s in task.settings]).part(which)
        play_without(start, recorder, last, void, advance)
    else:
        play(start, recorder, last, progress=advance)
    for place, found in sorted(recorder.lost.items()):
        coalition = int(task.settings[which[place]]["coalition"])
        there = ", ".join(p for i, p in enumerate(shared.game.parts) if coalition >> i & 1) or "none of the parts"
        raise NotFiniteError(f"run {runs[place]} of {base.name} with {there}: {found}")
    table = pa.table({"point": points, "run": runs, "value": recorder.outcomes[shared.outcome.name]})
    return ChunkResult(task.number, {TABLE: encoded(table)}, len(runs), seconds=time.perf_counter() - begun)
