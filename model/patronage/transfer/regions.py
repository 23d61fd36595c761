"""Rules calibrated once on many regions: what is learned in some is tested in others.

Only rules are learned, the theory that all regions share; figures stand as the tables say. The regions are those of
`hindcast.regions` (the South Caucasus and Eastern Europe are in none), and nothing later than `last` is read. Of every forecast that
had come out by then, y is what came beyond what was known or decided at the origin (of the index and of its five parts as the link
has it, `hindcast.increment`; of bases as 0 and 1), f(theta) what the model adds at rules theta. A target's loss is

    L(theta) = sum w (y - k f(theta))^2 / sum w y^2        w = 1 / horizon,  1: the model adds nothing

with k in [0, 1] by least squares, drawn to a half as in the link. The whole loss is the mean over the index, the mean of its parts and
bases. A point's weight is exp(-n/2 (L - least L)), n the dyads whose index is measured: forecasts of one dyad count once together.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from patronage.batch.disk import write_whole
from patronage.batch.executors import Executor, completed, executor
from patronage.batch.identity import code_digest, versions
from patronage.batch.sweepstore import SweepStore
from patronage.driving import prepare
from patronage.scenario import Scenario

from ..calibration.calibrate import points
from ..calibration.posterior import Floats
from ..calibration.priors import Parameter, at, candidates, variants
from ..calibration.simulating import CHUNKS
from ..data.bases import BaseList
from ..data.tables import Tables
from ..hindcast.cache import files
from ..hindcast.futures import BATCH, advanced, seen, yearly
from ..hindcast.hindcast import TRAINING
from ..hindcast.increment import shown
from ..hindcast.origin import Origins
from ..hindcast.past import Past
from ..hindcast.regions import REGIONS
from ..hindcast.scales import to_scale
from ..hindcast.smoothing import settled
from ..hindcast.summaries import dyads_of
from ..hindcast.targets import TARGETS, observed
from ..hindcast.world import known, scenario_of
from .learning import BASES, LEARNED, Evidence, Learned, Outcomes, learn, strongest

CODE = ("transfer",)
MEASURED = ("rules.influence.",)
"""Rules that are no theory: constants of the published index, read off it."""
SCREENED = 3
"""Regions in which rules are screened for reach, evenly through the list."""
FRESH = 4
"""How many times the runs of a point the test of what was learned has, with luck of its own."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class TransferPlan:
    """What is learned from where."""

    data: str
    """Folder of the tables."""
    regions: tuple[str, ...]
    origins: tuple[int, ...] = (2002, 2007)
    """`origins_of` the last year."""
    last: int = 2012
    """Nothing later is read."""
    horizons: tuple[int, ...] = (1, 3, 5)
    points: int = 64
    """Values of the rules, a scrambled Sobol sequence through their ranges."""
    runs: int = 12
    """Runs a point, the same luck at every point."""
    most: int = 8
    """Rules at most; the screen chooses them."""
    only: tuple[str, ...] = ()
    """Rules to calibrate without a screen."""
    folds: int = 5
    """Groups of neighbouring regions that are left out in turn."""
    seed: int = 1

    @property
    def screened(self) -> tuple[str, ...]:
        count = min(SCREENED, len(self.regions))
        return tuple(self.regions[(2 * i + 1) * len(self.regions) // (2 * count)] for i in range(count))

    def fold(self, region: str) -> int:
        """Regions stand in the order of the map, so that a group is a part of the world."""
        return self.regions.index(region) * self.folds // len(self.regions)


@dataclass(frozen=True)
class RegionTask:
    """Rules at some values in one region from one origin."""

    plan: TransferPlan
    region: str
    origin: int
    paths: tuple[str, ...]
    values: Floats
    """[point, rule] in the units of the fields."""
    runs: range

    def name(self, read: Mapping[str, str]) -> str:
        """Of its file: the hash of all it depends on."""
        facts = {k: v for k, v in asdict(self.plan).items() if k in ("last", "horizons", "origins", "seed")}
        luck = [self.runs.start, self.runs.stop]
        words = [facts, self.region, self.origin, self.paths, luck, dict(read), versions(), code_digest(CODE)]
        digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
        digest.update(np.ascontiguousarray(self.values).tobytes())
        return f"{self.region}-{self.origin}-{digest.hexdigest()[:24]}.npz"


@cache
def window(data: str, last: int) -> tuple[Tables, BaseList]:
    """The tables and lists of bases of a folder, which end with the window."""
    tables, bases = known(data)
    return tables.until(last), bases.until(last)


@lru_cache(maxsize=4)
def observed_in(plan: TransferPlan, region: str) -> pd.DataFrame:
    """What came in a region, rows of `targets.observed`."""
    tables, bases = window(plan.data, plan.last)
    rows = observed(tables, REGIONS[region].patrons, REGIONS[region].clients, bases)
    return rows[rows["target"].isin(LEARNED)]


@lru_cache(maxsize=2)
def source_of(plan: TransferPlan, region: str) -> Origins:
    """A region as the tables knew it at the first origin, to be written anew at any."""
    tables, bases = window(plan.data, plan.last)
    return Origins(scenario_of(region, tables, bases, min(plan.origins), plan.last), tables, bases, plan.last)


@lru_cache(maxsize=128)
def beginning(plan: TransferPlan, region: str, origin: int) -> Scenario:
    """The region from the year after an origin, exogenous paths as extrapolated then."""
    source = source_of(plan, region)
    start = source.at(origin)
    return replace(start, events=(*start.events, *source.extrapolated(origin, start)(start)))


def rules_of(scenario: Scenario, only: Sequence[str] = ()) -> tuple[Parameter, ...]:
    """Rules with a range that are theory, or those that are named."""
    every = [p for p in candidates(scenario) if p.path.startswith("rules.")]
    if only:
        return tuple(p for p in every if p.path in only)
    return tuple(p for p in every if not p.path.startswith(MEASURED))


def simulated(task: RegionTask) -> bytes:
    """What the model adds, by target [point, dyad, horizon], as the bytes of a NumPy archive."""
    start = beginning(task.plan, task.region, task.origin)
    rules = rules_of(start, task.paths)
    dyads = dyads_of(observed_in(task.plan, task.region))
    years = [h for h in task.plan.horizons if task.origin + h <= task.plan.last]
    step, parts = max(1, BATCH // len(task.runs)), []
    for first in range(0, len(task.values), step):
        values = task.values[first : first + step]
        laid = variants(start, rules, values)
        luck, which = np.tile(np.array(task.runs), len(laid)), np.repeat(np.arange(len(laid)), len(task.runs))
        ensemble = prepare(start, luck, task.plan.seed, laid, which).ensemble()
        before = seen(ensemble)
        data = yearly(advanced(ensemble, 4 * max(years)), before)
        parts.append({t: added(t, data[t], start, pairs, years, len(laid)) for t, pairs in dyads.items()})
    sink = io.BytesIO()
    np.savez(sink, **{t: np.concatenate([p[t] for p in parts]) for t in dyads})  # type: ignore[arg-type]  # names are keywords here
    return sink.getvalue()


def added(target: str, data: Floats, start: Scenario, dyads: Sequence[tuple[str, str]], years: Sequence[int], count: int) -> Floats:
    """[point, dyad, horizon] from [run, year, patron, client]: the median change that a mean shows; of bases the mean."""
    p = [start.patrons.index(a) for a, _ in dyads]
    c = [start.clients.index(b) for _, b in dyads]
    picked = data[:, [0, *years]][:, :, p, c].reshape(count, -1, len(years) + 1, len(dyads))
    if target == BASES:
        return np.asarray((picked[:, :, 1:] - picked[:, :, :1]).mean(axis=1).swapaxes(1, 2))
    scaled = to_scale(TARGETS[target].kind, picked)
    return np.asarray(np.median(scaled[:, :, 1:] - scaled[:, :, :1], axis=1).swapaxes(1, 2) * shown(np.array(years)))


def outcomes(plan: TransferPlan, region: str, origin: int) -> dict[str, Outcomes]:
    """What came by target, beyond what was decided at the origin."""
    rows, found = observed_in(plan, region), {}
    years = np.array([h for h in plan.horizons if origin + h <= plan.last])
    for target, dyads in dyads_of(rows).items():
        kind = TARGETS[target].kind
        then = Past.of(rows[rows["year"] <= origin], target, kind, TRAINING, origin, dyads)
        later = Past.of(rows, target, kind, TRAINING, plan.last, dyads)
        came = later.z[[origin + h - TRAINING for h in years]].T - then.now[:, None]
        decided = 0.0 if then.gain is None else then.gain[-1][:, None] * settled(years)
        found[target] = Outcomes(dyads, came - decided, np.broadcast_to(1.0 / years, came.shape))
    return found


@dataclass
class RegionBench:
    """Where tasks are done and kept."""

    folder: Path
    doer: Executor
    read: Mapping[str, str]
    progress: Progress | None = None
    done: int = 0
    whole: int = 0

    def run(self, tasks: Sequence[RegionTask], what: str) -> list[dict[str, Floats]]:
        """Results in the order of the tasks, from files that are there or are made."""
        place = self.folder / CHUNKS
        place.mkdir(parents=True, exist_ok=True)
        paths = [place / t.name(self.read) for t in tasks]
        todo = [(f"{t.region} {t.origin}", i) for i, t in enumerate(tasks) if not paths[i].is_file()]
        self._advance(len(tasks) - len(todo), what)
        for i, content in completed(self.doer, todo, lambda i: self.doer.submit(simulated, tasks[i])):
            write_whole(paths[i], content)
            self._advance(1, f"{what}: {tasks[i].region} from {tasks[i].origin}")
        return [dict(np.load(path, allow_pickle=False)) for path in paths]

    def _advance(self, count: int, what: str) -> None:
        self.done += count
        if self.progress is not None and count:
            self.progress(self.done, self.whole, what)


def origins_of(last: int) -> tuple[int, int]:
    """Two origins, so that forecasts of five years have come out by the end of the window and do not overlap."""
    return last - 10, last - 5


def histories(plan: TransferPlan, rules: int) -> int:
    """Simulated histories, if `rules` are screened."""
    screen = 0 if plan.only else 2 * rules * (plan.runs // 2) * len(plan.screened)
    return screen + (plan.points + 1 + 2 * FRESH) * plan.runs * len(plan.regions) * len(plan.origins)


def identity(plan: TransferPlan, read: Mapping[str, str]) -> str:
    """Hash of all that a result depends on."""
    facts = {k: v for k, v in asdict(plan).items() if k != "data"}
    facts |= {"read": dict(read), "versions": versions(), "code": code_digest(CODE)}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def counted(plan: TransferPlan) -> int:
    """Tasks of the whole calibration."""
    screen = 0 if plan.only else len(plan.screened)
    return screen + 2 * len(plan.regions) * len(plan.origins)


def transfer(plan: TransferPlan, folder: str | Path, workers: int = 1, progress: Progress | None = None) -> Learned:
    """Learn rules from regions, each part of the world tested with what the others taught.

    What is done is kept in `folder`; the same call goes on where it stopped. `progress` is told tasks done, all tasks, and what.

    Raises BusyError where another process works in the folder, DataError where the tables do not reach.
    """
    with SweepStore(folder).alone(), executor(workers) as doer:
        bench = RegionBench(Path(folder), doer, files(Path(plan.data)), progress, 0, counted(plan))
        first = beginning(plan, plan.regions[0], min(plan.origins))
        paths = plan.only or screen(plan, bench, rules_of(first))
        rules = rules_of(first, paths)
        stood = np.array([[p.value for p in rules]])
        values = np.concatenate([stood, at(rules, points(len(rules), plan.points, plan.seed))])
        names = tuple(p.path for p in rules)
        places = [(r, o) for r in plan.regions for o in plan.origins]
        came = [outcomes(plan, r, o) for r, o in places]
        tasks = [RegionTask(plan, r, o, names, values, range(plan.runs)) for r, o in places]
        forecast = bench.run(tasks, "rules through their ranges")
        evidence = Evidence.of([r for r, _ in places], came, forecast)
        learned = learn(evidence, rules, values, {r: plan.fold(r) for r in plan.regions})
        luck = range(plan.runs, plan.runs * (1 + FRESH))
        both = {r: np.concatenate([stood, learned.middle(plan.fold(r))[None]]) for r in plan.regions}
        fresh = bench.run([RegionTask(plan, r, o, names, both[r], luck) for r, o in places], "test of what was learned elsewhere")
        return learned.tested(Evidence.of([r for r, _ in places], came, fresh))


def screen(plan: TransferPlan, bench: RegionBench, rules: Sequence[Parameter]) -> tuple[str, ...]:
    """The rules that move forecasts most between the ends of their ranges, all others as they stand; `strongest` chooses."""
    stood = np.array([p.value for p in rules])
    values = np.tile(stood, (2 * len(rules), 1))
    for i, p in enumerate(rules):
        values[2 * i, i], values[2 * i + 1, i] = p.low, p.high
    names, origin = tuple(p.path for p in rules), min(plan.origins)
    forecast = bench.run([RegionTask(plan, r, origin, names, values, range(plan.runs // 2)) for r in plan.screened], "screen")
    evidence = Evidence.of(plan.screened, [outcomes(plan, r, origin) for r in plan.screened], forecast)
    return tuple(names[i] for i in strongest(evidence.reach(), plan.most))
