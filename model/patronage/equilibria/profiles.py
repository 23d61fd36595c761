"""The runs of all profiles, with the same luck, in chunks that a folder keeps: the same call again goes on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ..batch.chunks import Batch, ChunkResult, Task, make_chunk, width
from ..batch.executors import Executor, Serial, completed, executor
from ..batch.folders import FolderError
from ..batch.identity import versions
from ..batch.plans import Stage, SweepPlan
from ..batch.points import points_of
from ..batch.sweepstore import SweepStore
from ..scenario import Scenario, ScenarioError
from ..simulation import settle
from ..world.plan import signature
from .file import GameError, GameFile

Progress = Callable[[int, int], None]
"""Called with (run-quarters done, in all so far known)."""
Floats = npt.NDArray[np.float64]
TABLE = "outcomes"
CHUNK = 500
"""Most runs of a chunk: what an interruption loses at most."""
SAMPLED, FEW = 4, 32
"""Profiles, and runs of each, that are simulated to measure what a run takes."""


@dataclass
class Profiles:
    """All profiles of a game and what is simulated of them so far."""

    game: GameFile
    out: Path | None = None
    """The folder that keeps the runs; None: they are in memory alone."""
    workers: int = 1
    progress: Progress | None = None
    stages: list[Stage] = field(default_factory=list)
    _kept: dict[int, pa.Table] = field(default_factory=dict)

    def __post_init__(self) -> None:
        game = self.game
        self.batch = Batch(game.scenario.resolved(), game.seed, versions=tuple(versions().items()), last=game.until)
        self._settings = [dict(game.settings(p)) for p in game.profiles]
        seen: dict[Hashable, int] = {}
        builder = points_of(self.batch.scenario)
        self._group_of = []
        for profile, settings in zip(game.profiles, self._settings, strict=True):
            try:
                self._group_of.append(seen.setdefault(signature(builder.at(settings)), len(seen)))
            except ScenarioError as error:
                raise GameError(f"there can be no scenario with {game.words(profile)}: {error.problems[0].message}") from None
        self._store = SweepStore(self.out) if self.out is not None else None

    @property
    def plan(self) -> SweepPlan:
        """What is to be done so far."""
        identity = {"game": self.game.digest, "versions": versions()}
        return SweepPlan(identity, tuple(self.stages), min(width(self.game.scenario), CHUNK))

    def counts(self) -> list[int]:
        """Runs of every profile."""
        return self.plan.counts() or [0] * len(self.game.profiles)

    def begin(self) -> None:
        """Simulate the runs of every profile that the game begins with, and all that the folder has begun besides.

        A folder must be held by `alone`. Raises FolderError if it holds something else, GameError for a run that cannot be simulated.
        """
        self.stages = [Stage(tuple((p, 0, self.game.runs) for p in range(len(self._settings))))]
        if self._store is not None:
            self.stages = list(_begun(self._store, self.plan).stages)
        self._work()

    def add(self, wanted: Sequence[tuple[int, int]], why: str) -> None:
        """Simulate more: (number of a profile, runs that it shall have). Raises as `begin`."""
        have = self.counts()
        self.stages.append(Stage(tuple((p, have[p], runs) for p, runs in wanted if runs > have[p]), why))
        if self._store is not None:
            self._store.write_plan(self.plan)
        self._work()

    def values(self) -> dict[str, Floats]:
        """Every outcome [profiles, runs]; NaN for runs that a profile does not have."""
        table = pa.concat_tables(self._tables(TABLE))
        points, runs = table["point"].to_numpy(), table["run"].to_numpy()
        found = {}
        for name in self.game.scenario.outcomes:
            found[name] = np.full((len(self._settings), max(self.counts())), np.nan)
            found[name][points, runs] = table[name].to_numpy()
        return found

    # --- what is behind it ---

    def _work(self) -> None:
        """Simulate what is planned and not there."""
        plan = self.plan
        tasks = plan.tasks(self._group_of, self._settings)
        if self._store is not None:
            for path in self._store.check(plan, tasks):
                self._store.set_aside(path)
        done = self._store.whole if self._store is not None else set(self._kept)
        self._simulate([t for t in tasks if t.number not in done], plan.runs)
        self._look_for_failures(self._tables("failures"))

    def _tables(self, name: str) -> list[pa.Table]:
        if self._store is not None:
            return [pq.read_table(part) for part in self._store.parts(name)]
        return [self._kept[number][name] for number in sorted(self._kept) if name in self._kept[number]]

    def _keep(self, task: Task, made: ChunkResult) -> None:
        if self._store is not None:
            self._store.keep(replace(made, mark=self.plan.mark(task)))
        else:
            self._kept[task.number] = {n: pq.read_table(pa.BufferReader(b)) for n, b in made.tables.items()}

    def _simulate(self, missing: Sequence[Task], runs: int) -> None:
        if not missing:
            return
        quarters = self.game.until - self.game.scenario.start + 1
        total = runs * quarters
        reached = total - sum(task.runs for task in missing) * quarters

        def advance(more: int) -> None:
            nonlocal reached
            reached += more
            if self.progress is not None:
                self.progress(min(reached, total - 1), total)

        def submit(doer: Executor, task: Task) -> Future[ChunkResult]:
            if isinstance(doer, Serial):
                return doer.submit(make_chunk, self.batch, task, advance)
            return doer.submit(make_chunk, self.batch, task)

        load = partial(_load, self.game.scenario, runs)
        workers = min(self.workers, len(missing))
        if workers == 1:
            load()
        with executor(workers, begin=load) as doer:
            for task, made in completed(doer, [(f"chunk {t.number}", t) for t in missing], partial(submit, doer)):
                self._keep(task, made)
                if not isinstance(doer, Serial):
                    advance(task.runs * quarters)

    def _look_for_failures(self, tables: Sequence[pa.Table]) -> None:
        for row in (r for t in tables for r in t.to_pylist()):
            profile = self.game.words(self.game.profiles[row["point"]])
            raise GameError(f"with {profile} the game cannot be simulated: {row['error']}")


def _load(scenario: Scenario, runs: int) -> None:
    """Load compiled code if all runs together are worth it: a chunk alone may be too small."""
    settle(scenario, runs)


def pace(game: GameFile) -> float:
    """Seconds that a run takes one process, from a few runs of some profiles that are simulated now."""
    settle(game.scenario, game.simulations[0])  # what is measured must be what will be done
    profiles = Profiles(game)
    batch, sample = profiles.batch, list(enumerate(game.profiles))[:: max(1, len(game.profiles) // SAMPLED)]

    def timed(count: int) -> float:
        return sum(make_chunk(batch, Task(0, ((n, 0, count),), (dict(game.settings(p)),))).seconds for n, p in sample)

    timed(1)  # whatever is loaded once
    return max(0.0, timed(FEW)) / (FEW * len(sample))


def _begun(store: SweepStore, plan: SweepPlan) -> SweepPlan:
    """The plan of a folder in which nothing, or the same game, was begun; what is planned there already stays planned."""
    store.clean()
    if not store.exists():
        if any(not p.name.startswith(".") for p in store.folder.iterdir()):
            raise FolderError(f"{store.folder} exists and holds no game: choose another folder")
        store.write_plan(plan)
        return plan
    held = store.plan()
    if dict(held.identity) != dict(plan.identity) or held.stages[:1] != plan.stages[:1] or held.per_chunk != plan.per_chunk:
        raise FolderError(
            f"{store.folder} holds another game, or one of another version: its scenario, choices, measures, runs or seed are others. "
            "Results are not mixed: choose another folder"
        )
    return held


__all__: list[Any] = ["Profiles", "Progress"]
