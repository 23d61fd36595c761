"""Packages simulated in all futures with the same luck, and the folder that keeps every generation whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..batch.checksums import digest, fault_of
from ..batch.chunks import Batch, ChunkResult, Task, encoded, make_chunk, width
from ..batch.executors import Executor, Serial, completed
from ..batch.plans import Stage, SweepPlan
from ..batch.sweepstore import SweepStore, chunk_name
from ..experiments.folder import as_settings
from ..experiments.sweeping import batch_of, groups
from .goals import Floats, Search

FIRST = 1_000_000
"""Number of the first run with fresh luck, by which a front is told: none that a search uses, whatever its replications."""
SECOND = 3_000_000
"""Number of the first run of the luck by which a front is chosen: none of the others."""


@dataclass(frozen=True)
class Simulated:
    """What became of some packages."""

    packages: pd.DataFrame
    """A row a package, a column a lever."""
    runs: dict[str, Floats]
    """Outcome → [packages, futures, runs]; NaN in runs in which it does not exist, or that failed. Every future has runs, and so luck,
    of its own, the same for all packages: of runs that meet several futures one lucky one would count in each of them."""
    failures: tuple[str, ...]
    """Why a package could not be simulated, empty for one that was."""


def simulate_packages(
    search: Search,
    packages: pd.DataFrame,
    doer: Executor,
    *,
    runs: int,
    first: int = 0,
    advance: Callable[[int], None] | None = None,
) -> Simulated:
    """Simulate packages in every future, so many runs in each: in the first those from `first` on, in the next those that follow.

    `advance` is told of runs done.
    """
    e, futures = search.experiment, search.futures
    batch, points = batch_for(search), crossed(packages, futures)
    points = points[[f.name for f in e.factors]]
    settings = as_settings(e, points)
    count, many = len(packages), len(futures)
    begins = [first + runs * (p % many) for p in range(len(points))]
    stage = Stage(tuple((p, begin, begin + runs) for p, begin in enumerate(begins)))
    cuts = SweepPlan({}, (stage,), width(e.scenario)).cuts(groups(e, batch, points))
    tasks = [(f"chunk {i}", Task(i, cells, tuple(settings[p] for p, _, _ in cells))) for i, cells in enumerate(cuts)]
    quarters = search.last - e.scenario.start + 1

    def submit(task: Task) -> Future[ChunkResult]:
        if not isinstance(doer, Serial) or advance is None:
            return doer.submit(make_chunk, batch, task)
        gone = 0

        def quarter(more: int) -> None:
            nonlocal gone
            before, gone = gone // quarters, gone + more
            advance(gone // quarters - before)

        return doer.submit(make_chunk, batch, task, quarter)

    names = [o.name for o in e.outcomes]
    found = {name: np.full((len(points), runs), np.nan) for name in names}
    failed = [""] * len(points)
    for task, made in completed(doer, tasks, submit):
        if "outcomes" in made.tables:
            table = pq.read_table(pa.BufferReader(made.tables["outcomes"]))
            point = table["point"].to_numpy()
            where = (point, table["run"].to_numpy() - np.array(begins)[point])
            for name in names:
                found[name][where] = table[name].to_numpy()
        for row in _failures(made):
            failed[row["point"]] = failed[row["point"]] or str(row["error"])
        if advance is not None and not isinstance(doer, Serial):
            advance(task.runs)
    return Simulated(
        packages,
        {name: values.reshape(count, many, runs) for name, values in found.items()},
        tuple(next((x for x in failed[i * many : (i + 1) * many] if x), "") for i in range(count)),
    )


def together(parts: list[Simulated]) -> Simulated:
    """Packages that were simulated one lot after the other."""
    return Simulated(
        pd.concat([p.packages for p in parts], ignore_index=True),
        {name: np.concatenate([p.runs[name] for p in parts]) for name in parts[0].runs},
        tuple(f for p in parts for f in p.failures),
    )


def batch_for(search: Search) -> Batch:
    """What all chunks of a search share."""
    return replace(batch_of(search.experiment), last=search.last)


def crossed(packages: pd.DataFrame, futures: pd.DataFrame) -> pd.DataFrame:
    """Every package in every future, the futures of a package together."""
    return packages.reset_index(drop=True).merge(futures.reset_index(drop=True), how="cross")


def _failures(made: ChunkResult) -> list[dict[str, Any]]:
    return pq.read_table(pa.BufferReader(made.tables["failures"])).to_pylist() if "failures" in made.tables else []


class GenerationStore:
    """Generations in a folder, each with its seal."""

    def __init__(self, store: SweepStore, identity: str, notice: Callable[[str], None]) -> None:
        self.store, self.identity, self.notice = store, identity, notice

    def mark(self, number: int, packages: pd.DataFrame, runs: int, first: int) -> dict[str, Any]:
        """What a generation is known by: the search, and what was asked for."""
        asked = [[str(v) if isinstance(v, str) else float(v).hex() for v in row] for row in packages.to_numpy(dtype=object)]
        return {"chunk": number, "search": self.identity, "packages": digest([asked, runs, first])}

    def read(self, number: int, packages: pd.DataFrame, runs: int, first: int) -> Simulated | None:
        """A generation that is there and whole; what is there and damaged is set aside."""
        path = self.store.dataset / chunk_name(number)
        if not path.exists():
            return None
        fault = fault_of(path, self.mark(number, packages, runs, first))
        if fault:
            aside = self.store.set_aside(path)
            self.notice(f"{path}: {fault}. It was set aside as {aside}; its runs are simulated again.")
            return None
        return _opened(path, packages, runs)

    def keep(self, number: int, found: Simulated, runs: int, first: int) -> None:
        """Write a generation, or nothing."""
        count, futures = len(found.packages), next(iter(found.runs.values())).shape[1]
        keys = np.indices((count, futures, runs), dtype=np.int32).reshape(3, -1)
        columns: dict[str, Any] = dict(zip(("package", "future", "run"), keys, strict=True))
        columns["run"] = columns["run"] + columns["future"] * np.int32(runs) + np.int32(first)
        columns |= {name: values.ravel() for name, values in found.runs.items()}
        packages = pa.Table.from_pandas(found.packages.assign(failed=list(found.failures)), preserve_index=False)
        tables = {"runs": encoded(pa.table(columns)), "packages": encoded(packages.replace_schema_metadata(None))}
        self.store.keep(ChunkResult(number, tables, count * futures * runs, mark=self.mark(number, found.packages, runs, first)))


def _opened(path: Path, packages: pd.DataFrame, runs: int) -> Simulated:
    table = pq.read_table(io.BytesIO((path / "runs.parquet").read_bytes()))
    shape = (len(packages), -1, runs)
    values = {name: table[name].to_numpy().reshape(shape) for name in table.column_names if name not in ("package", "future", "run")}
    failed = pq.read_table(io.BytesIO((path / "packages.parquet").read_bytes()))["failed"].to_pylist()
    return Simulated(packages, values, tuple(failed))
