"""What a sweep will take: points, runs, time, disk and memory, measured on a sample before anything is written."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from ..batch.chunks import Cells, ChunkResult, Task, make_chunk
from ..batch.executors import Executor, executor
from ..batch.plans import Stage, SweepPlan, cut
from ..simulation import settle
from .experiment import Experiment
from .folder import as_settings
from .sweeping import batch_of, default_chunk, groups

FEW = 8
"""Sweeps of fewer chunks are measured on parts of one."""
SOON = 200_000
"""Run-quarters up to which a sweep is done within a minute on any machine, so that nothing needs to be measured."""
SAMPLE = 64
KEYS = 64
"""Bytes a run that the writing process holds while the final tables are sorted."""


@dataclass(frozen=True)
class Estimate:
    """What a sweep will take."""

    points: int
    runs: int
    chunks: int
    workers: int
    seconds: float
    disk: float
    """Bytes."""
    memory: float
    """Bytes of the largest process."""
    sample_runs: int
    sample_seconds: float


def estimate(
    experiment: Experiment, *, workers: int = 1, scheduler: str | None = None, runs_per_chunk: int | None = None
) -> Estimate:
    """Measure some chunks of a sweep with the workers that would do it, and reckon the rest from them."""
    batch, points = batch_of(experiment), experiment.design.table(experiment.factors)
    settings = as_settings(experiment, points)
    size = runs_per_chunk or default_chunk(experiment, workers)
    plan = SweepPlan({}, (Stage(tuple((p, 0, experiment.replications) for p in range(len(points)))),), size)
    cuts = plan.cuts(groups(experiment, batch, points))
    begun = time.perf_counter()
    with executor(workers, scheduler) as doer:
        width = doer.width()

        def measure(samples: Sequence[Cells]) -> tuple[float, list[ChunkResult]]:
            start = time.perf_counter()
            futures: list[Future[ChunkResult]] = [
                doer.submit(make_chunk, batch, Task(0, cells, tuple(settings[p] for p, _, _ in cells)))
                for cells in samples
            ]
            return time.perf_counter() - start if not futures else _waited(start, futures), [
                f.result() for f in futures
            ]

        _warm(doer, width, measure, cuts[0])
        startup = time.perf_counter() - begun
        if len(cuts) > FEW * width:
            chosen = [cuts[(2 * i + 1) * len(cuts) // (2 * width)] for i in range(width)]
            took, made = measure(chosen)
            done = sum(m.runs for m in made)
            seconds = took * experiment.runs / done
        else:
            whole = max(cuts, key=_runs)
            small, large = (_part(whole, max(1, _runs(whole) // share)) for share in (8, 2))
            few, first = measure([small] * width)
            many, second = measure([large] * width)
            took, made = few + many, [*first, *second]
            done = sum(m.runs for m in made)
            slope = max(0.0, (many - few) / max(1, _runs(large) - _runs(small)))
            start = max(0.0, few - slope * _runs(small))
            rounds = math.ceil(len(cuts) / width)
            seconds = rounds * start + slope * experiment.runs / min(width, len(cuts))
    size_of = sum(len(content) for m in made for content in m.tables.values()) / done
    again = sum(len(m.tables.get(name, b"")) for m in made for name in ("outcomes", "series")) / done
    return Estimate(
        points=len(points),
        runs=experiment.runs,
        chunks=len(cuts),
        workers=width,
        seconds=seconds + (startup if width > 1 else 0.0),
        disk=(size_of + again) * experiment.runs,
        memory=max(m.peak for m in made),
        sample_runs=done,
        sample_seconds=took,
    )


def rough(experiment: Experiment, *, workers: int = 1, runs_per_chunk: int | None = None) -> Estimate | None:
    """The same in a second or two, by this process alone; None of a sweep that is done at once."""
    scenario = experiment.scenario
    if experiment.runs * (scenario.end - scenario.start + 1) <= SOON:
        return None
    batch, points = batch_of(experiment), experiment.design.table(experiment.factors)
    size = runs_per_chunk or default_chunk(experiment, workers)
    count = min(SAMPLE, size)
    # Neighbours may differ in who plays, and then share no chunk: runs of one point do for a rough estimate.
    setting = as_settings(experiment, points.iloc[[len(points) // 2]])

    def timed(runs: int) -> tuple[float, ChunkResult]:
        start = time.perf_counter()
        made = make_chunk(batch, Task(0, ((0, 0, runs),), (setting[0],)))
        return time.perf_counter() - start, made

    settle(scenario, experiment.runs)  # what is measured must be what will be done
    timed(1)
    few = min(timed(1)[0] for _ in range(3))  # of several: a busy machine only ever adds time
    many, made = min((timed(count) for _ in range(3)), key=lambda one: one[0])
    slope = max(0.0, many - few) / max(1, count - 1)
    chunks = math.ceil(experiment.runs / size)
    together = min(workers, chunks)
    again = sum(len(made.tables.get(name, b"")) for name in ("outcomes", "series"))
    return Estimate(
        points=len(points),
        runs=experiment.runs,
        chunks=chunks,
        workers=workers,
        seconds=(chunks * max(0.0, few - slope) + slope * experiment.runs) / together,
        disk=(sum(map(len, made.tables.values())) + again) / count * experiment.runs,
        memory=made.peak + KEYS * experiment.runs / workers,
        sample_runs=count,
        sample_seconds=many,
    )


def _waited(start: float, futures: Sequence[Future[ChunkResult]]) -> float:
    for future in futures:
        future.result()
    return time.perf_counter() - start


def _warm(doer: Executor, width: int, measure: object, cells: Cells) -> None:
    """Let every worker load what it needs, which is not part of the work."""
    assert callable(measure)
    for _ in range(2 if width > 1 else 1):
        measure([_part(cells, 2)] * (2 * width))


def _part(cells: Cells, runs: int) -> Cells:
    """The first runs of a chunk."""
    return next(cut(cells, runs))


def _runs(cells: Cells) -> int:
    return sum(last - first for _, first, last in cells)
