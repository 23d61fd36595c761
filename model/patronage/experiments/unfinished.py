"""A sweep that is not finished: the runs that are there, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from ..batch.failures import joined_failures
from ..batch.folders import MANIFEST, FolderError
from ..batch.plans import ROUNDS
from ..batch.sweepstore import SweepStore
from .experiment import Experiment
from .folder import EXPERIMENT, SweepFolder, as_settings
from .reading import load_experiment
from .sweeping import batch_of, groups

MOST_RANGES = 6


class UnfinishedSweep(SweepFolder):
    """What an interrupted sweep, or one at work, has found so far.

    Read are the first so many runs of all points, as many as every point has; where some have none yet, the points that have the runs
    of the first round (`plans.rounds`). A Sobol or Morris design is read in whole blocks. Chunks that are damaged count as missing.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._sealed: set[Path] = set()
        self._store = SweepStore(self.path)
        self._plan = self._store.plan()
        self._points = self._store.points(self._plan)
        found = load_experiment(self.path / EXPERIMENT)
        held = self._plan.identity
        if (held.get("scenario"), held.get("experiment")) != (found.scenario_digest, found.model_digest):
            raise FolderError(f"{self.path / EXPERIMENT} is not that of the sweep: give the sweep's command again")
        design = found.design
        if design.kind == "sobol":
            design = replace(design, points=len(self._points) // design.block(len(found.factors)))
        self._experiment = replace(found, design=design)
        batch = batch_of(found)
        self._group_of = groups(found, batch, self._points)
        tasks = self._plan.tasks(self._group_of, as_settings(found, self._points))
        self.damaged_chunks = self._store.check(self._plan, tasks)
        """Chunks that are not what they should be, with what is wrong."""
        self.manifest = {
            "kind": "sweep", "experiment": {"name": found.name, "title": found.title},
            "scenario": {"name": found.scenario_name}, "identity": dict(held), "seed": found.seed, "record": found.record,
            "points": len(self._points), "runs": len(self._every), "runs_planned": self._plan.runs,
            "points_read": len(self.read), "points_missing": self.missing, "tables": {}, "chunks": len(tasks),
        }  # fmt: skip

    @property
    def experiment(self) -> Experiment:
        return self._experiment

    @property
    def points(self) -> pd.DataFrame:
        return self._points

    @cached_property
    def _every(self) -> pd.DataFrame:
        """All runs that are there."""
        found = self._stacked("outcomes", ["point", "run"])
        if found is None:
            columns = [o.name for o in self.experiment.outcomes]
            index = pd.MultiIndex.from_arrays([[], []], names=["point", "run"])
            return pd.DataFrame({c: np.zeros(0) for c in columns}, index=index)
        return found

    def _stacked(self, table: str, keys: list[str]) -> pd.DataFrame | None:
        parts = [pq.read_table(p).to_pandas() for p in self._store.parts(table)]
        if not parts:
            return None
        return pd.concat(parts).set_index(keys).sort_index(level=["point", "run"], kind="stable", sort_remaining=False)

    @cached_property
    def failures(self) -> pd.DataFrame:
        rows = [row for p in self._store.parts("failures") for row in pq.read_table(p).to_pylist()]
        return pd.DataFrame(
            joined_failures(rows), columns=["point", "first_run", "last_run", "error", "traceback", "repeat"]
        )

    @cached_property
    def depth(self) -> int:
        """So many runs, from the first, are there of every point (or have failed)."""
        return int(self._there.min()) if len(self._there) else 0

    @cached_property
    def _there(self) -> npt.NDArray[np.int64]:
        """How many runs of each point are there, or have failed, from the first on without a gap."""
        there = np.zeros((len(self._points), int(self._wanted.max(initial=0)) + 1), dtype=bool)
        points, runs = (self._every.index.get_level_values(level).to_numpy(dtype=np.int64) for level in ("point", "run"))
        there[points, np.minimum(runs, there.shape[1] - 1)] = True
        for row in self.failures.itertuples():
            there[row.point, row.first_run : row.last_run + 1] = True
        there[:, -1] = False
        return np.argmin(there, axis=1)

    @cached_property
    def _needed(self) -> npt.NDArray[np.int64]:
        """Runs that a point must have to be read: as many as all have, or else those of the rounds with which most is read."""
        if self.depth:
            return np.full(len(self._points), self.depth)
        needs = [-(-self._wanted * part // ROUNDS[-1]) for part in ROUNDS]
        return max(needs, key=lambda need: int(need[(need > 0) & (self._there >= need)].sum()))

    @cached_property
    def _wanted(self) -> npt.NDArray[np.int64]:
        """Runs that were wanted of each point first."""
        need = np.zeros(len(self._points), dtype=np.int64)
        for stage in self._plan.stages:
            for point, first, last in stage.cells:
                need[point] = last if first == 0 else need[point]
        return need

    @cached_property
    def whole(self) -> list[int]:
        """Points that have the runs needed."""
        return [int(p) for p in np.flatnonzero((self._needed > 0) & (self._there >= self._needed))]

    @cached_property
    def read(self) -> list[int]:
        """Points that are read: whole ones, in whole blocks where the design has such."""
        length = self.block
        there = np.zeros(len(self._points), dtype=bool)
        there[self.whole] = True
        blocks = np.repeat(there.reshape(-1, length).all(axis=1), length) if len(there) % length == 0 else there
        return [int(p) for p in np.flatnonzero(blocks)]

    @property
    def block(self) -> int:
        """Points that only say something together."""
        return self.experiment.design.block(len(self.experiment.factors))

    @property
    def missing(self) -> list[int]:
        """Points that are not there, or not wholly."""
        return sorted(set(range(len(self._points))) - set(self.whole))

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        return self._of_read(self._every)

    def _of_read(self, rows: pd.DataFrame) -> pd.DataFrame:
        point, run = (rows.index.get_level_values(level).to_numpy(dtype=np.int64) for level in ("point", "run"))
        return rows[np.isin(point, self.read) & (run < self._needed[point])]

    @cached_property
    def series(self) -> pd.DataFrame | None:
        found = self._stacked("series", ["point", "run", "quarter"])
        return None if found is None else self._of_read(found)

    @property
    def unmoved(self) -> None:
        return None  # it is found out at the end of a sweep

    @property
    def fair(self) -> bool:
        """Whether the points that are there are a sample of the whole design, not its beginning."""
        one_kind = self.experiment.design.kind not in ("grid", "list") and len(set(self._group_of)) == 1
        return self.depth > 0 or one_kind

    def remarks(self) -> list[str]:
        """What a reader must know, in sentences."""
        m, missing = self.manifest, self.missing
        first = (
            f"The sweep is not finished: {m['runs']:,} of {m['runs_planned']:,} runs are there. Of {m['points']:,} points "
            f"{m['points_read']:,} are read here; not there, or not wholly: {ranges(missing) if missing else 'none'}."
        )
        if self.depth:
            most = int(self._wanted.max(initial=0))
            first = (
                f"The sweep is not finished: {m['runs']:,} of {m['runs_planned']:,} runs are there. All {m['points']:,} points are "
                f"read here, with the first {self.depth:,} of {most:,} runs of each."
            )
        lines = [first]
        if self.block > 1 and not self.depth:
            what = {"sobol": "base samples", "morris": "trajectories"}[self.experiment.design.kind]
            total = len(self._points) // self.block
            lines.append(f"Only whole {what} are read: {len(self.read) // self.block:,} of {total:,}.")
        if not self.fair:
            lines.append("The points that are there are the beginning of the design, not a sample of it.")
        if self.damaged_chunks:
            named = ", ".join(sorted(p.name for p in self.damaged_chunks))
            lines.append(f"Damaged and not read: {named} in dataset; the sweep's command makes them again.")
        return lines


def ranges(numbers: Sequence[int]) -> str:
    """0 to 4, 7, 9 to 12: runs of consecutive numbers, the first few of them."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    ranges = [str(a) if a == b else f"{a} to {b}" for a, b in found[:MOST_RANGES]]
    rest = len(found) - len(ranges)
    return ", ".join(ranges) + (f" and {rest} more stretches" if rest else "")


def read_any(path: str | Path) -> SweepFolder:
    """The folder of a sweep, finished or not. FolderError if it is none."""
    folder = Path(path)
    if not (folder / MANIFEST).is_file() and SweepStore(folder).exists():
        return UnfinishedSweep(folder)
    return SweepFolder(folder)


__all__: list[Any] = ["UnfinishedSweep", "ranges", "read_any"]
