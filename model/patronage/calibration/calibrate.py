"""The whole of a calibration: screen, simulate, infer, check; every stage resumes where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import qmc

from patronage.batch.chunks import width
from patronage.batch.executors import executor
from patronage.batch.folders import MANIFEST
from patronage.batch.identity import code_digest, versions
from patronage.batch.sweepstore import SweepStore
from patronage.experiments.correlations import Correlation, mixed
from patronage.scenario import Scenario, load_text
from patronage.simulation import settle

from . import screening
from .compared import TargetStatistics
from .own import OwnTargets
from .posterior import Floats, Posterior, coverage, infer, ranks
from .priors import SLOPE, SLOPES, Parameter, at, candidates
from .simulating import CODE, Bench, StageSetup, pace
from .statistics import statistics_of

RANK_DRAWS = 99
"""Draws of the posterior among which a true parameter has its rank."""
REACH = 0.005
"""An observed statistic beyond this part of all simulations is out of the model's reach and is left out."""
SILENT = 0.1
"""A statistic that varies over all simulations by less than this part of its discrepancy says nothing and is left out."""
USED, OUT_OF_REACH, STILL, LEFT_OUT, MISSING = "used", "out of reach", "still", "left out", "not in every run"
CHUNK = 800
IDENTITY = "identity.txt"

Progress = Callable[[int, int], None]


class OtherCalibrationError(ValueError):
    """The folder holds another calibration."""


class NothingMovesError(ValueError):
    """No parameter moves what was observed."""


@dataclass(frozen=True)
class CalibrationPlan:
    """What a calibration does."""

    last: int = 2012
    """The last year of the training window."""
    simulations: int = 20_000
    keep: int = 0
    """Simulations accepted; 0: one in a hundred, a thousand at least."""
    most: int = 10
    """Parameters at most."""
    trajectories: int = 4
    screen_runs: int = 8
    """Histories a point of the screen."""
    only: tuple[str, ...] = ()
    """Parameters to calibrate without a screen."""
    without: tuple[str, ...] = ()
    """Targets that are simulated and shown, but not used."""
    seed: int = 1
    checked: int = 400
    """Histories of the scenario as it stands, and of the posterior, that are compared with what was observed."""
    correlations: tuple[Correlation, ...] = ()
    """Rank correlations of priors, of parameters that are named in `only`."""
    held: int = 200
    """Simulated worlds whose parameters are looked for as if they were unknown; a tenth of the simulations at most."""

    @property
    def accepted(self) -> int:
        return self.keep or min(max(1000, self.simulations // 100), self.simulations // 2)


@dataclass
class Calibration:
    """What was found."""

    scenario: Scenario
    plan: CalibrationPlan
    parameters: tuple[Parameter, ...]
    """Those calibrated, and after them nothing: slopes stand in `posterior` only."""
    statistics: TargetStatistics
    state: tuple[str, ...]
    """Per statistic: used; out of reach of the model at any value; still, because nothing moves it; left out by the plan or
    for want of weight; not in every run."""
    screening: pd.DataFrame
    posterior: Posterior
    """Parameters in their units, then slopes."""
    simulated: dict[str, Floats]
    """prior, as it stands, posterior → statistics [run, statistic], discrepancy included."""
    ranks: npt.NDArray[np.int64]
    digest: str
    counts: dict[str, int] = field(default_factory=dict)
    """Simulations by stage."""

    @property
    def names(self) -> tuple[str, ...]:
        return self.posterior.names

    def table(self) -> pd.DataFrame:
        """A row per parameter: prior, value as it stood, posterior, how far the data tell (`width`, `narrowing`), ranks."""
        low, high = self._bounds()
        q = self.posterior.quantile([0.05, 0.5, 0.95])
        ends = [0.05, 0.95]
        prior = low + (high - low) * np.array(ends)[:, None]
        count = len(self.parameters)
        prior[:, count:] = slope_of(np.repeat(np.array(ends)[:, None], len(self.names) - count, axis=1))
        share = (q[2] - q[0]) / (prior[1] - prior[0])
        return pd.DataFrame({
            "path": self.names, "low": low, "high": high,
            "value": [*(p.value for p in self.parameters), *[np.nan] * (len(self.names) - len(self.parameters))],
            "median": q[1], "p05": q[0], "p95": q[2], "mean": self.posterior.mean, "sd": self.posterior.sd,
            "width": share, "told": [narrowing(s) for s in share],
            "cover50": coverage(self.ranks, RANK_DRAWS, 0.5), "cover90": coverage(self.ranks, RANK_DRAWS, 0.9),
        })  # fmt: skip

    def _bounds(self) -> tuple[Floats, Floats]:
        slopes = len(self.names) - len(self.parameters)
        low = np.array([*(p.low for p in self.parameters), *[SLOPES[0]] * slopes])
        return low, np.array([*(p.high for p in self.parameters), *[SLOPES[1]] * slopes])

    def checks(self) -> pd.DataFrame:
        """A row per statistic: observed, discrepancy, used, and median and 90 % interval of each ensemble.

        `z`: how far the observed value lies above the mean of its posterior prediction, in standard deviations of it, which
        hold errors and luck.
        """
        out = pd.DataFrame({
            "statistic": self.statistics.names, "observed": self.statistics.observed, "discrepancy": self.statistics.discrepancy,
            "state": self.state,
        })  # fmt: skip
        for name, values in self.simulated.items():
            low, middle, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
            out[f"{name}_p05"], out[f"{name}_median"], out[f"{name}_p95"] = low, middle, high
            out[f"{name}_place"] = (values < self.statistics.observed).mean(axis=0)
        after = self.simulated["posterior"]
        out["z"] = (self.statistics.observed - after.mean(axis=0)) / np.maximum(after.std(axis=0), np.finfo(float).tiny)
        return out

    def fit(self) -> pd.DataFrame:
        """By ensemble: root mean square misfit of medians, in discrepancies, and share of observed values in the 90 % interval."""
        table = self.checks()
        table = table[table["state"] == USED]
        if table.empty:
            return pd.DataFrame({"ensemble": list(self.simulated), "misfit": np.nan, "inside90": np.nan})
        rows = {}
        for name in self.simulated:
            misfit = (table[f"{name}_median"] - table["observed"]) / table["discrepancy"]
            inside = table["observed"].between(table[f"{name}_p05"], table[f"{name}_p95"])
            rows[name] = {"misfit": float(np.sqrt((misfit**2).mean())), "inside90": float(inside.mean())}
        return pd.DataFrame(rows).T.rename_axis("ensemble").reset_index()


def narrowing(share: float) -> str:
    """In a word, how far the data narrow a parameter: the 90 % interval against that of the prior."""
    return "well" if share < 0.5 else "somewhat" if share < 0.8 else "not"


def identity(scenario: Scenario, statistics: TargetStatistics, plan: CalibrationPlan) -> str:
    """Hash of all that a result depends on: of yearly series, nothing later than the window is part of it."""
    facts = [scenario.digest, plan.__dict__, *statistics.facts, versions(), code_digest(CODE)]
    return hashlib.sha256(json.dumps(facts, default=list).encode()).hexdigest()


def calibrate(
    scenario: Scenario,
    observed: pd.DataFrame | OwnTargets,
    plan: CalibrationPlan,
    folder: str | Path,
    workers: int = 1,
    progress: Progress | None = None,
) -> Calibration:
    """Calibrate a scenario on observed targets (target, patron, client, year, value) up to the year `plan.last`, or on one's own.

    Chunks of simulations are kept in `folder`; the same call again goes on where it stopped. Nothing later than the window is used,
    whatever `observed` holds: later series are not read, later observations of one's own are predicted.

    Raises NothingToCompareError, NothingMovesError, TooFewError, OtherCalibrationError, BusyError.
    """
    base = load_text(scenario.resolved(), scenario.name)
    statistics = compared(base, observed, plan)
    digest = identity(base, statistics, plan)
    store = SweepStore(folder)
    with store.alone(), executor(workers) as doer:
        _claim(Path(folder), digest)
        every = candidates(base)
        total = _total(every, plan)
        done = 0

        def advance(runs: int) -> None:
            nonlocal done
            done += runs
            if progress is not None:
                progress(done, total)

        bench = Bench(Path(folder), doer, min(CHUNK, width(base)), advance)
        return _stages(base, statistics, plan, bench, every, digest)


def compared(base: Scenario, observed: pd.DataFrame | OwnTargets, plan: CalibrationPlan) -> TargetStatistics:
    """What is compared in the window of a plan."""
    if isinstance(observed, OwnTargets):
        return replace(observed, last=plan.last)
    return statistics_of(observed[observed["year"] <= plan.last], base, plan.last)


def _claim(folder: Path, digest: str) -> None:
    """Chunks of other plans may stay: each carries its own hash. A finished result of another plan is not overwritten."""
    held = folder / IDENTITY
    if held.is_file() and (folder / MANIFEST).exists() and held.read_text("utf-8").strip() != digest:
        raise OtherCalibrationError(
            f"{folder} holds another calibration (other data, scenario, options or version): choose another folder"
        )
    held.write_text(digest + "\n", encoding="utf-8")


def _total(every: tuple[Parameter, ...], plan: CalibrationPlan) -> int:
    screen = 0 if plan.only else plan.trajectories * (len(every) + 1) * plan.screen_runs
    return screen + plan.simulations + 2 * plan.checked


def forecast(scenario: Scenario, observed: pd.DataFrame | OwnTargets, plan: CalibrationPlan) -> tuple[int, float]:
    """Runs of a calibration, and the seconds that one process takes for them, measured on a few."""
    base = load_text(scenario.resolved(), scenario.name)
    every, statistics = candidates(base), compared(base, observed, plan)
    picked = tuple(p for p in every if p.path in plan.only) if plan.only else every[: plan.most]
    runs = _total(every, plan)
    settle(base, runs)
    return runs, runs * pace(StageSetup(base.resolved(), picked, statistics, plan.seed), min(CHUNK, width(base)))


def _stages(
    base: Scenario, statistics: TargetStatistics, plan: CalibrationPlan, bench: Bench, every: tuple[Parameter, ...], digest: str
) -> Calibration:
    text = base.resolved()
    table = pd.DataFrame({"path": list(plan.only)})
    names = plan.only
    if not plan.only:
        table = screening.screen(bench, text, every, statistics, plan.trajectories, plan.screen_runs, plan.seed, plan.without)
        names = screening.chosen(table, plan.most)
    picked = tuple(p for p in every if p.path in names)
    if not picked:
        raise NothingMovesError("no parameter with a range moves what was observed")
    slopes = tuple(SLOPE.format(target) for target in statistics.free)
    job = StageSetup(text, picked, statistics, plan.seed)
    cube = points(len(picked) + len(slopes), plan.simulations, plan.seed)
    if plan.correlations:
        cube[:, : len(picked)] = mixed(cube[:, : len(picked)], [p.path for p in picked], plan.correlations)
    values, slope = at(picked, cube[:, : len(picked)]), slope_of(cube[:, len(picked) :])
    raw = bench.run(job, values, np.arange(plan.simulations, dtype=np.int64))
    prior = measured(raw, statistics, slope, plan.seed, weighted=True)
    state = states(raw, measured(raw, statistics, slope, plan.seed), statistics, plan.without)
    used = np.array([s == USED for s in state])
    theta = np.column_stack([values, np.log(slope)])
    low = np.array([*(p.low for p in picked), *[np.log(SLOPES[0])] * len(slopes)])
    high = np.array([*(p.high for p in picked), *[np.log(SLOPES[1])] * len(slopes)])
    paths = (*(p.path for p in picked), *slopes)
    found = infer(paths, theta, prior[:, used], statistics.observed[used], low, high, plan.accepted)
    held = min(plan.held, plan.simulations // 10)
    ranked = ranks(theta, prior[:, used], low, high, plan.accepted, held, RANK_DRAWS, plan.seed)
    found = Posterior(
        paths, np.column_stack([found.sample[:, : len(picked)], np.exp(found.sample[:, len(picked) :])]), found.weights,
        found.width, found.nearest,
    )  # fmt: skip
    after = np.arange(plan.simulations, plan.simulations + plan.checked, dtype=np.int64)
    drawn = found.draw(plan.checked, plan.seed)
    middle = np.tile(found.quantile(0.5)[len(picked) :], (plan.checked, 1))
    as_is = bench.run(job, np.tile([p.value for p in picked], (plan.checked, 1)), after)
    later = bench.run(job, drawn[:, : len(picked)], after)
    simulated = {
        "prior": measured(raw, statistics, slope, plan.seed),
        "as_it_stands": measured(as_is, statistics, middle, plan.seed + 1),
        "posterior": measured(later, statistics, drawn[:, len(picked) :], plan.seed + 1),
    }
    screened = 0 if plan.only else len(screening.points(every, plan.trajectories, plan.seed)) * plan.screen_runs
    counts = {"screen": screened, "prior": plan.simulations, "checks": 2 * plan.checked}
    return Calibration(base, plan, picked, statistics, state, table, found, simulated, ranked, digest, counts)


def states(raw: Floats, prior: Floats, statistics: TargetStatistics, without: Collection[str] = ()) -> tuple[str, ...]:
    """What is done with each statistic, from simulations without (`raw`) and with (`prior`) slope and discrepancy."""
    left = statistics.of(without)
    place = (prior < statistics.observed).mean(axis=0)
    still = raw.std(axis=0) < SILENT * statistics.discrepancy
    reached = (place > REACH) & (place < 1 - REACH)
    missing = ~np.isfinite(raw).all(axis=0)
    words = [LEFT_OUT, MISSING, OUT_OF_REACH, STILL]
    return tuple(np.select([left, missing, ~reached, still], words, USED).tolist())


def points(width_: int, size: int, seed: int) -> Floats:
    """The first points [point, dimension] of a scrambled Sobol sequence: a larger sample begins with the smaller one."""
    power = max(1, int(np.ceil(np.log2(size))))
    return np.asarray(qmc.Sobol(width_, seed=np.random.default_rng(seed)).random_base2(power)[:size])


def slope_of(cube: Floats) -> Floats:
    """Slopes of places of the unit cube, log-uniform."""
    low, high = np.log(SLOPES[0]), np.log(SLOPES[1])
    return np.asarray(np.exp(low + (high - low) * cube))


def measured(raw: Floats, statistics: TargetStatistics, slopes: Floats, seed: int, weighted: bool = False) -> Floats:
    """Statistics as they would be measured: targets of unknown scale times their slope, and the discrepancy on top.

    `weighted`: the discrepancy of each is as large as its weight makes it count.
    """
    out = raw.copy()
    for j, mask in enumerate(statistics.free.values()):
        out[:, mask] *= slopes[:, j : j + 1]
    return np.asarray(out + statistics.noise(len(out), seed, weighted))
