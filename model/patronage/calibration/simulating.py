"""Batches of simulations cut into chunks that are kept: what a chunk holds depends on its points alone.

A chunk lies in `chunks/` under a name that carries the hash of all it depends on. So a call that was interrupted goes on, a larger
one reuses what a smaller one made, and whoever simulates it, on however many processors, gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from patronage.batch.disk import write_whole
from patronage.batch.executors import Executor, completed
from patronage.batch.identity import code_digest, versions
from patronage.batch.points import points_of
from patronage.driving import prepare
from patronage.simulation import settle

from .compared import TargetStatistics
from .posterior import Floats
from .priors import Parameter, at, variants

CHUNKS = "chunks"
CODE = ("calibration",)
"""Chunks and results depend on this package and on all that it imports."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class StageSetup:
    """What all chunks of a stage share."""

    scenario: str
    """The base, resolved, as text."""
    parameters: tuple[Parameter, ...]
    statistics: TargetStatistics
    seed: int

    @cached_property
    def digest(self) -> str:
        """Hash of all of it, and of the code that simulates. The observed values are no part: they change no simulation."""
        inputs = [self.scenario, [p.path for p in self.parameters], self.seed, self.statistics.key, versions(), code_digest(CODE)]
        return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def simulated(job: StageSetup, values: Floats, runs: Ints) -> bytes:
    """Statistics [run, statistic] of points [run, parameter] with the luck of runs, as the bytes of a NumPy file."""
    base = job.statistics.asked(points_of(job.scenario).base)
    out = job.statistics.read(prepare(base, runs, job.seed, variants(base, job.parameters, values)))
    sink = io.BytesIO()
    np.save(sink, out.astype(np.float32), allow_pickle=False)
    return sink.getvalue()


@dataclass
class Bench:
    """Where chunks are made and kept."""

    folder: Path
    doer: Executor
    size: int
    """Runs a chunk."""
    progress: Callable[[int], None] | None = None
    """Told how many runs more are done."""

    def run(self, job: StageSetup, values: Floats, runs: Ints) -> Floats:
        """Statistics of all points, from chunks that are there or are made."""
        place = self.folder / CHUNKS
        place.mkdir(parents=True, exist_ok=True)
        tasks = [(values[at : at + self.size], runs[at : at + self.size]) for at in range(0, len(runs), self.size)]
        files = [place / f"{_name(job, *task)}.npy" for task in tasks]
        todo = [i for i, path in enumerate(files) if not _whole(path, len(tasks[i][1]))]
        for i in set(range(len(tasks))) - set(todo):
            self._advance(len(tasks[i][1]))
        missing = [(f"chunk {i}", i) for i in todo]
        settle(points_of(job.scenario).base, sum(len(tasks[i][1]) for i in todo))  # of all, and not of each alone
        for i, content in completed(self.doer, missing, lambda i: self.doer.submit(simulated, job, *tasks[i])):
            write_whole(files[i], content)
            self._advance(len(tasks[i][1]))
        return np.concatenate([np.load(path, allow_pickle=False) for path in files]).astype(np.float64)

    def _advance(self, runs: int) -> None:
        if self.progress is not None:
            self.progress(runs)


def _name(job: StageSetup, values: Floats, runs: Ints) -> str:
    digest = hashlib.sha256(job.digest.encode())
    digest.update(np.ascontiguousarray(values).tobytes())
    digest.update(np.ascontiguousarray(runs).tobytes())
    return digest.hexdigest()[:32]


def _whole(path: Path, runs: int) -> bool:
    """Whether a chunk is there and can be read."""
    try:
        return bool(np.load(path, mmap_mode="r", allow_pickle=False).shape[0] == runs)
    except (OSError, ValueError, EOFError):
        return False


FEW, SAMPLE = 4, 64
"""Runs that are simulated to measure what a chunk costs, and a run in it."""


def pace(job: StageSetup, size: int) -> float:
    """Seconds a run takes in chunks of a size: what a chunk costs and what a run costs, measured on two small chunks."""

    def timed(count: int) -> float:
        values = at(job.parameters, np.linspace(0.01, 0.99, count)[:, None].repeat(len(job.parameters), axis=1))
        begin = time.perf_counter()
        simulated(job, values, np.arange(count, dtype=np.int64))
        return time.perf_counter() - begin

    timed(FEW)  # whatever is loaded once
    few, many = timed(FEW), timed(SAMPLE)
    each = max(0.0, many - few) / (SAMPLE - FEW)
    return each + max(0.0, few - FEW * each) / size
