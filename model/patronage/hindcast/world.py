"""A hindcast of the world: the same protocol in every region of `regions.REGIONS`, in small tasks that go on where they stopped.

Influence and its five parts are forecast. A region is written from what the tables knew at the first origin; its link and its spread
are its own, as in a hindcast of one region.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from patronage.batch.executors import Executor, completed
from patronage.batch.identity import code_digest, versions
from patronage.scenario import Scenario

from ..data.bases import BaseList, at_start, read_known
from ..data.blocs import shipped_blocs
from ..data.builder import build_region
from ..data.region import Region
from ..data.tables import Tables
from .cache import Cache
from .hindcast import COLUMNS, HORIZONS, TRAINING, HindcastPlan, ensemble, scored
from .in_force import of_origin, table
from .origin import loaded
from .regions import REGIONS
from .summaries import dyads_of
from .targets import SMOOTHED

CODE = ("hindcast.world",)
KEPT = ("target", "column", "method", "patron", "client", "origin", "horizon", "year", "mean", "observed", "score", "pit")
"""Columns of forecasts that the scores of the world need."""
TRAINED_EVERY = 3
"""Years between origins of the training window: forecasts from neighbouring ones are nearly the same."""
METHODS = ("model", "decided", "persistence", "drift", "ar1")
"""Forecasters that are compared."""


@dataclass(frozen=True)
class WorldPlan:
    """What is forecast from when, everywhere."""

    data: str
    """Folder of the tables."""
    regions: tuple[str, ...]
    origins: tuple[int, ...]
    last: int
    horizons: tuple[int, ...] = HORIZONS
    first: int = TRAINING
    runs: int = 100
    seed: int = 1

    @property
    def begun(self) -> tuple[int, ...]:
        """Origins of ensembles: those scored, and before them every third year of the training window; links need no more."""
        return tuple(sorted({*range(self.first, min(self.origins), TRAINED_EVERY), *self.origins}))

    def tasks(self) -> list[OriginTask]:
        """In the order in which they are best done: those of a region together, its forecasts once its ensembles are there."""
        return [OriginTask(self, name, origin) for name in self.regions for origin in self.begun]


@dataclass(frozen=True)
class OriginTask:
    """Both ensembles of a region from one origin."""

    plan: WorldPlan
    region: str
    origin: int


def identity(plan: WorldPlan, read: Mapping[str, str]) -> str:
    """What must be the same for the work of another day to be of use. `read`: hashes of the tables, by name."""
    facts = {
        "files": dict(read), "last": plan.last, "longest": max(plan.horizons), "origins": plan.origins, "horizons": plan.horizons,
        "first": plan.first, "runs": plan.runs, "seed": plan.seed, "versions": versions(), "code": code_digest(CODE),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@cache
def known(data: str) -> tuple[Tables, BaseList]:
    """The tables of a folder, read once a process."""
    return read_known(data)


def scenario_of(name: str, tables: Tables, bases: BaseList, first: int, end: int) -> Scenario:
    """A region of the world as the tables knew it at the end of `first`."""
    r, then = REGIONS[name], tables.until(first)
    there, covered = at_start(then, bases, r.patrons, r.clients, first + 1, ())
    blocs = shipped_blocs().entries(r.clients, r.patrons, first)
    region = Region(then, r.clients, r.patrons, first + 1, there, covered, blocs=blocs)
    return replace(loaded(build_region(region, end, tables.names, paths=False), name), title=r.title)


@lru_cache(maxsize=2)
def plan_of(world: WorldPlan, name: str) -> HindcastPlan:
    """The hindcast of one region."""
    tables, bases = known(world.data)
    scenario = scenario_of(name, tables, bases, min(world.origins), world.last)
    return HindcastPlan(
        scenario, tables, bases, world.origins, world.last, world.horizons, world.first, world.runs, world.seed, SMOOTHED
    )


def simulate(task: OriginTask, folder: Path) -> None:
    """Make the ensembles of a task that are not there, and keep them."""
    kept = Cache(folder / task.region)
    for column in COLUMNS:
        if kept.get(task.origin, column) is None:
            kept.put(task.origin, column, ensemble(plan_of(task.plan, task.region), task.origin, column))


def forecast(world: WorldPlan, name: str, folder: Path) -> None:
    """Forecasts of a region from its ensembles, with what was in force at each origin; kept as two tables."""
    plan, kept = plan_of(world, name), Cache(folder / name)
    ensembles = {(o, c): kept.get(o, c) or {} for o in world.begun for c in COLUMNS}
    found = scored(plan, ensembles)
    dyads = dyads_of(plan.observed)["fbic"]
    force = table([row for o in world.origins for row in of_origin(plan.source.region(o), dyads, o)])
    rows = found.forecasts[found.forecasts["method"].isin(METHODS)][list(KEPT)].merge(force, on=["patron", "client", "origin"])
    put(rows.assign(region=name), folder / f"{name}-forecasts.parquet")
    put(found.links.assign(region=name), folder / f"{name}-links.parquet")


def put(frame: pd.DataFrame, path: Path) -> None:
    """Keep a table, whole or not at all."""
    partial = path.with_suffix(".partial")
    frame.to_parquet(partial, index=False)
    os.replace(partial, path)  # noqa: PTH105


def missing(plan: WorldPlan, folder: Path) -> list[OriginTask]:
    """Ensembles still to be simulated."""
    return [
        t for t in plan.tasks()
        if not is_forecast(folder, t.region) and not all((folder / t.region / f"{t.origin}-{c}.npz").is_file() for c in COLUMNS)
    ]  # fmt: skip


def is_forecast(folder: Path, name: str) -> bool:
    """Whether a region is done."""
    return all((folder / f"{name}-{kind}.parquet").is_file() for kind in ("links", "forecasts"))


def compute(plan: WorldPlan, folder: Path, doer: Executor, progress: Callable[[int, int, str], None]) -> None:
    """Do what is left to do, in a folder that keeps it. `progress` is told how many tasks are done, of how many, and what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    left, regions = missing(plan, folder), [n for n in plan.regions if not is_forecast(folder, n)]
    whole = len(plan.tasks()) + len(plan.regions)
    done = whole - len(left) - len(regions)
    for task, _ in completed(doer, [(f"{t.region} {t.origin}", t) for t in left], lambda t: doer.submit(simulate, t, folder)):
        done += 1
        progress(done, whole, f"{task.region} from {task.origin}")
    for name, _ in completed(doer, [(n, n) for n in regions], lambda n: doer.submit(forecast, plan, n, folder)):
        done += 1
        progress(done, whole, f"{name}: forecasts")


def gathered(plan: WorldPlan, folder: Path, kind: str) -> pd.DataFrame:
    """`forecasts` or `links` of all regions."""
    return pd.concat(_each(plan, folder, kind), ignore_index=True)


def _each(plan: WorldPlan, folder: Path, kind: str) -> Iterator[pd.DataFrame]:
    for name in plan.regions:
        yield pd.read_parquet(folder / f"{name}-{kind}.parquet")
