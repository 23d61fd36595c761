"""Sweeps: an experiment simulated point by point into a folder, from where it stopped if it did."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..batch.chunks import Batch, ChunkResult, Task, make_chunk, width
from ..batch.executors import Executor, Serial, completed, executor
from ..batch.failures import FAILURE, failed_runs, joined_failures
from ..batch.folders import FolderError, sha256, write_manifest
from ..batch.identity import provenance, versions
from ..batch.merging import merge
from ..batch.plans import Stage, SweepPlan
from ..batch.points import WHICH, Settings
from ..batch.sweepstore import SweepStore, write_table
from ..results.worth import measured
from ..scenario.conditions import unparse
from ..scenario.quarters import quarter_name
from ..world.plan import signature
from . import extending, repair
from .experiment import Experiment
from .folder import EXPERIMENT, FAILURES, OUTCOMES, SERIES, TABLES, SweepFolder, as_settings
from .reach import unmoved, which_settings
from .reading import load_experiment
from .resolve import SCENARIO

PACKAGES = ("patronage", "numpy", "scipy", "pandas", "pyarrow", "SALib")

FURTHER = re.compile(r"scenario-[0-9]+\.yaml")
"""Files of further scenarios."""

Progress = Callable[[float, int], None]
"""Called with (runs done, runs in all so far known)."""


@dataclass
class _Work:
    """A sweep on its way."""

    experiment: Experiment
    store: SweepStore
    plan: SweepPlan
    points: pd.DataFrame
    settings: list[dict[str, Any]]
    group_of: list[int]
    batch: Batch
    progress: Progress | None
    notice: repair.Notice

    def tasks(self) -> list[Task]:
        """All chunks."""
        return self.plan.tasks(self.group_of, self.settings)


def sweep(
    experiment: Experiment | str | Path,
    out: str | Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    runs_per_chunk: int | None = None,
    extend: Mapping[str, int | None] | None = None,
    progress: Progress | None = None,
    command: str = "",
    notice: repair.Notice = repair.warn,
) -> SweepFolder:
    """Simulate an experiment into the folder `out`, or go on where an earlier call stopped.

    Args:
        experiment: the experiment, or the name or file of one.
        out: the folder; new, empty, or one in which the same sweep was begun.
        workers: processes of this machine.
        scheduler: address of a Dask scheduler whose workers do the work instead.
        runs_per_chunk: runs of one chunk, which is simulated at once and kept or lost as a whole. It decides how the
            dataset is cut into files, and nothing else.
        extend: {"replications": 40}, {"points": 1024} (Sobol) or {"points": None} (grid and list: those of the file).
        progress: told how much is done.
        command: the command that repeats the sweep, for the manifest.
        notice: told of files that were damaged, which are set aside and made again.

    Raises:
        ValueError: `runs_per_chunk` below one.
        OtherSweepError: the folder holds another sweep, or one of other versions.
        DamagedError: what says what the sweep is is damaged, and its second copy, too.
        FolderError: the folder holds something else, or somebody else is writing to it.
        LostError: the workers are gone; what is done is kept.
    """
    if runs_per_chunk is not None and runs_per_chunk < 1:
        raise ValueError("runs_per_chunk must be at least 1")
    loaded = experiment if isinstance(experiment, Experiment) else load_experiment(experiment)
    store = SweepStore(out)
    _refuse_foreign(store)
    with store.alone():
        store.clean()
        work = _begin(loaded, store, runs_per_chunk, workers, extend or {}, progress, notice)
        tasks = work.tasks()
        repair.mend_chunks(store, store.check(work.plan, tasks), notice)
        if repair.finished(store, work.plan, len(tasks), notice):
            return SweepFolder(store.folder)
        store.reopen()
        begun = time.perf_counter()
        with executor(workers, scheduler) as doer:
            _simulate(work, doer)
            while (stage := extending.wanted_replications(work.experiment, work.store, work.plan)) is not None:
                _add(work, stage)
                repair.mend_chunks(store, store.check(work.plan, work.tasks()), notice)
                _simulate(work, doer)
        _finish(work, command, time.perf_counter() - begun)
    return SweepFolder(store.folder)


def _refuse_foreign(store: SweepStore) -> None:
    folder = store.folder
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} is no folder")
    if folder.is_dir() and not store.exists() and any(not p.name.startswith(".") for p in folder.iterdir()):
        known = {EXPERIMENT, SCENARIO, "points.parquet"}
        if any(p.name not in known and not FURTHER.fullmatch(p.name) and not p.name.startswith(".") for p in folder.iterdir()):
            raise FolderError(f"{folder} exists and holds no sweep: choose another folder")


def identity(experiment: Experiment) -> dict[str, Any]:
    """What must agree for results to be of one kind."""
    return {
        "scenario": experiment.scenario_digest,
        "experiment": experiment.model_digest,
        "design": experiment.design_digest,
        "versions": versions(),
    }


def default_chunk(experiment: Experiment, workers: int) -> int:
    """Runs that are simulated together unless told otherwise: as many as fit the cache, and all workers end together."""
    runs = max(1, experiment.runs)
    most = min(width(world, experiment.record) for world in experiment.worlds)
    rounds = math.ceil(runs / (most * workers))
    return math.ceil(runs / (rounds * workers))


def batch_of(experiment: Experiment) -> Batch:
    """What the chunks of an experiment share."""
    series = tuple((s.name, s.text) for s in experiment.series)
    texts = tuple((name, world.resolved()) for name, world in experiment.scenarios.items())
    base = experiment.scenario.resolved()
    return Batch(base, experiment.seed, experiment.record, series, tuple(versions().items()), scenarios=texts)


def groups(experiment: Experiment, batch: Batch, points: pd.DataFrame) -> list[int]:
    """A number per point: points of one number share what happens and who plays, so that they may share a chunk."""
    builder, worlds = batch.builder, which_settings(batch)
    apart = []
    for factor in experiment.factors:
        if factor.path == WHICH:  # whatever two files differ in, they are not simulated together
            apart.append(factor.name)
        elif factor.kind == "choice":
            found = [{signature(builder.at({**world, **factor.settings(v)})) for v in factor.values} for world in worlds]
            if any(len(signatures) > 1 for signatures in found):
                apart.append(factor.name)
    if not apart:
        return [0] * len(points)
    seen: dict[tuple[Any, ...], int] = {}
    rows = zip(*(points[name].tolist() for name in apart), strict=True)
    return [seen.setdefault(row, len(seen)) for row in rows]


def _begin(
    experiment: Experiment,
    store: SweepStore,
    per_chunk: int | None,
    workers: int,
    extend: Mapping[str, int | None],
    progress: Progress | None,
    notice: repair.Notice,
) -> _Work:
    """The sweep as it stands, its plan written."""
    ours = identity(experiment)
    if not store.exists():
        if extend:
            raise FolderError(f"there is no sweep in {store.folder} to extend")
        points = experiment.design.table(experiment.factors)
        cells = tuple((p, 0, experiment.replications) for p in range(len(points)))
        values = store.write_points(points)
        _write_files(experiment, store)
        plan = SweepPlan(ours, (Stage(cells),), per_chunk or default_chunk(experiment, workers), values)
        store.write_plan(plan)
    else:
        plan = repair.mended_plan(store, ours, notice)
        extending.check_identity(experiment, store, plan, ours, extend)
        points = repair.mended_points(store, plan, notice)
        experiment, plan, points = extending.gone_on(experiment, store, plan, points, ours, extend)
        _write_files(experiment, store)
    batch = batch_of(experiment)
    return _Work(
        experiment, store, plan, points, as_settings(experiment, points), groups(experiment, batch, points), batch,
        progress, notice,
    )  # fmt: skip


def _write_files(experiment: Experiment, store: SweepStore) -> None:
    for name, text in ((EXPERIMENT, experiment.resolved()), *((file, s.resolved()) for file, s in experiment.files.items())):
        path = store.folder / name
        if not path.is_file() or path.read_bytes() != text.encode("utf-8"):
            store.write(name, text.encode("utf-8"))


def _add(work: _Work, stage: Stage) -> None:
    """More runs are wanted: the plan says so before they are simulated."""
    work.plan = replace(work.plan, stages=(*work.plan.stages, stage))
    work.store.write_plan(work.plan)


def _simulate(work: _Work, doer: Executor) -> None:
    """Make all chunks that are missing."""
    tasks = work.tasks()
    done = sum(task.runs for task in tasks if task.number in work.store.whole)
    missing = [(f"chunk {task.number}", task) for task in tasks if task.number not in work.store.whole]
    total = work.plan.runs
    quarters = work.experiment.scenario.end - work.experiment.scenario.start + 1

    def report(more: float = 0.0) -> None:
        if work.progress is not None:
            work.progress(done + more, total)

    def submit(task: Task) -> Future[ChunkResult]:
        if not isinstance(doer, Serial) or work.progress is None:
            return doer.submit(make_chunk, work.batch, task)
        advanced = 0

        def advance(run_quarters: int) -> None:
            nonlocal advanced
            advanced += run_quarters
            report(advanced / quarters)

        return doer.submit(make_chunk, work.batch, task, advance)

    report()
    for task, made in completed(doer, missing, submit):
        work.store.keep(replace(made, mark=work.plan.mark(task)))
        done += task.runs
        report()


def _finish(work: _Work, command: str, seconds: float) -> None:
    """The final tables, and the manifest last."""
    store, folder = work.store, work.store.folder
    tables: dict[str, dict[str, Any]] = {}
    about, meanings = _annotations(work.experiment)
    count = merge(store.parts("outcomes"), folder / OUTCOMES, once=True, about=about, columns=meanings)
    if not count:
        columns = [("point", pa.int32()), ("run", pa.int32())]
        columns += [(o.name, pa.float64()) for o in work.experiment.outcomes]
        write_table(folder / OUTCOMES, pa.schema(columns).empty_table())
    if work.experiment.series:
        merge(store.parts("series"), folder / SERIES, about=about, columns=meanings)
    failures = _failures(store.parts("failures"))
    failed = failed_runs(failures.to_pylist())
    if count + failed != work.plan.runs:
        raise FolderError(
            f"{folder} holds {count:,} runs and {failed:,} that failed of {work.plan.runs:,} planned: chunks went missing "
            "meanwhile; give the same command again to simulate them"
        )
    write_table(folder / FAILURES, failures)
    for name in ("points.parquet", *TABLES):
        path = folder / name
        if path.is_file():
            meta = pq.read_metadata(path)
            tables[name] = {"rows": meta.num_rows, "sha256": sha256(path)}
    e = work.experiment
    write = {
        "kind": "sweep",
        **provenance(command or f"patronage sweep {EXPERIMENT}", PACKAGES),
        "experiment": {"name": e.name, "title": e.title, "sha256": sha256(folder / EXPERIMENT)},
        "scenario": {"name": e.scenario_name, "digest": e.scenario.digest, "sha256": sha256(folder / SCENARIO)},
        **_further(e, folder),
        "identity": dict(work.plan.identity),
        "seed": e.seed,
        "record": e.record,
        "points": len(work.points),
        "replications": e.replications,
        "runs": count,
        "runs_failed": failed,
        "runs_planned": work.plan.runs,
        "failed_points": sorted(set(failures["point"].to_pylist())),
        "unmoved": unmoved(e, work.batch, work.settings),
        "chunks": len(store.whole),
        "seconds": round(seconds, 1),
        "tables": tables,
    }
    partial = folder / ".manifest.partial"
    partial.mkdir(exist_ok=True)
    write_manifest(partial, write)
    text = (partial / "manifest.json").read_bytes()
    store.clean()
    store.write("manifest.json", text)


def _further(e: Experiment, folder: Path) -> dict[str, Any]:
    """The manifest's entry of several scenarios."""
    if not e.scenarios:
        return {}
    named = zip(e.scenarios.items(), e.files, strict=True)
    return {"scenarios": [{"name": n, "file": f, "digest": s.digest, "sha256": sha256(folder / f)} for (n, s), f in named]}


def _annotations(e: Experiment) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """What the final tables say of where they come from, and of their columns."""
    from .. import __version__

    about = {"title": e.title, "experiment": e.name, "scenario": e.scenario_name, "digest": e.scenario_digest, "seed": e.seed,
             "record": e.record, "patronage": __version__}  # fmt: skip
    meanings: dict[str, dict[str, object]] = {s.name: {"description": unparse(s.expression)} for s in e.series}
    for o in e.outcomes:
        when = f"{o.reduce} of {quarter_name(o.first)} to {quarter_name(o.last)}"
        meanings[o.name] = {"units": measured(o, np.zeros(0))[1] or "1", "description": f"{o.label or o.text} ({when})"}
    return about, meanings


def _failures(parts: Sequence[Path]) -> pa.Table:
    """All failures, by point and run, however they were cut into chunks."""
    rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
    return pa.Table.from_pylist(joined_failures(rows), schema=FAILURE)


__all__ = ["Progress", "Settings", "batch_of", "default_chunk", "groups", "identity", "sweep"]
