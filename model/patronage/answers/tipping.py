"""Tipping points: the value of a factor at which an outcome comes to count in half of the runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.optimize import isotonic_regression

from .case import Aim, AnalysisError, Case, Floats, Variable

HALF = 0.5
OFTEN = 0.8
SURE = 0.01
MISFIT = 0.05
RESAMPLES = 200
CONFIDENCE = 0.95
FEW_VALUES = 25
"""Up to this many values of a factor are taken as they are; more are gathered in bins."""
MOST_BINS = 15
PER_BIN = 8
SEED = 1

Groups = npt.NDArray[np.int64]


def tipping(case: Case, aim: Aim, level: float = HALF) -> pd.DataFrame:
    """A row per numeric variable: where the share of runs in which the outcome counts crosses `level`, all else as in the sample.

    Between the values of a factor `at` lies on the line between them, as if it could take any value; of dates and whole numbers it is
    the first value at which the outcome counts so often (of a falling share the last).

    Columns: `at` with its 95 % bootstrap interval (runs and points resampled); `rises`, the share rises with the variable; `start` and
    `end`, the fitted share at the ends; `p` of their rank correlation; `misfit`, by how much a share departs from a monotone line at
    most, beyond twice its standard error; `crosses`, the share of resamples in which it crosses at all; `tells`: it crosses in at
    least .8 of them, p < .01, and the curve is monotone (misfit at most .05). `at` is NaN where it does not cross, the interval
    where there is one run a value; a limit of the interval is infinite where more than 1 in 40 resamples do not cross.
    """
    if not (aim.truth or aim.stated):
        raise AnalysisError(f"nobody stated what of it counts (--good '{aim.name} > …')")
    values = case.matrix(aim.name)
    known = np.isfinite(values)
    if not known.any():
        raise AnalysisError("no run has a value")
    counts = np.where(known, aim.holds(values), np.nan)
    rows = []
    for v in case.variables:
        x = case.points[v.name]
        if not v.choice and x.nunique() >= 3:
            rows.append({"variable": v.name, **_crossing(*case.apart(v, counts), level, v.step)})
    columns = ["variable", "at", "low", "high", "rises", "start", "end", "p", "misfit", "crosses", "tells"]
    out = pd.DataFrame(rows, columns=columns[:-1])
    tells = (out["crosses"] >= OFTEN) & (out["p"] < SURE) & (out["misfit"] <= MISFIT) & out["at"].notna()
    return out.assign(tells=tells)


def curve(case: Case, aim: Aim, variable: Variable) -> pd.DataFrame:
    """What `tipping` fits: columns x, share (raw), fit (monotone), points."""
    values = case.matrix(aim.name)
    counts = np.where(np.isfinite(values), aim.holds(values), np.nan)
    x, counts = case.apart(variable, counts)
    shares, weights = _by_point(counts)
    centres, raw, mass = _grouped(x, shares, weights, _bins(x))
    return pd.DataFrame({"x": centres, "share": raw, "fit": _monotone(raw, mass), "points": mass})


def _crossing(x: Floats, counts: Floats, level: float, step: float) -> dict[str, float | bool]:
    shares, weights = _by_point(counts)
    group = _bins(x)
    centres, raw, mass = _grouped(x, shares, weights, group)
    fit = _monotone(raw, mass)
    rises = bool(fit[-1] >= fit[0])
    luck = np.random.default_rng(SEED)
    found = np.array([_resampled(x, counts, group, level, luck) for _ in range(RESAMPLES)])
    crosses = float(np.isfinite(found).mean())
    at = _where(centres, fit, level)
    if step:  # the first value at which it counts so often, or the last
        to_step = np.ceil if rises else np.floor
        at, found = (to_step(np.round(v / step, 9)) * step for v in (at, found))
    low = high = np.nan
    resampled = counts.shape[1] > 1 or np.bincount(group).max() > 1  # otherwise there is nothing to draw from
    if np.isfinite(at) and crosses > 0 and resampled:
        tail = (1 - CONFIDENCE) / 2
        low, high = np.nanquantile(found, [tail, 1 - tail])
        if crosses < 1 - tail:
            # The sample cannot exclude that it crosses nowhere: the interval is open where the curve would have to go on.
            beyond_high = (fit[-1] - level if rises else level - fit[-1]) < (
                level - fit[0] if rises else fit[0] - level
            )
            low, high = (low, np.inf) if beyond_high else (-np.inf, high)
    return {
        "at": float(at), "low": float(low), "high": float(high), "rises": rises, "start": float(fit[0]), "end": float(fit[-1]),
        "p": _chance(x, shares), "misfit": _misfit(raw, fit, np.bincount(group, (weights > 0).astype(np.float64))), "crosses": crosses,
    }  # fmt: skip


def _by_point(counts: Floats) -> tuple[Floats, Floats]:
    """Share of runs in which it counts and number of runs, by point."""
    known = np.isfinite(counts)
    weights = known.sum(axis=1).astype(np.float64)
    return np.where(known, counts, 0).sum(axis=1) / np.where(weights > 0, weights, np.nan), weights


def _bins(x: Floats) -> Groups:
    """The group of every point, numbered upwards: its value, or a bin of equally many points."""
    unique, inverse = np.unique(x, return_inverse=True)
    if len(unique) <= FEW_VALUES:
        return inverse
    bins = int(np.clip(len(x) // PER_BIN, 3, MOST_BINS))
    edges = np.quantile(x, np.linspace(0, 1, bins + 1)[1:-1])
    return np.unique(np.searchsorted(edges, x, side="right"), return_inverse=True)[1]


def _grouped(x: Floats, shares: Floats, weights: Floats, group: Groups) -> tuple[Floats, Floats, Floats]:
    """Mean x, weighted share and weight of every group that has runs."""
    size = int(group.max()) + 1
    mass = np.bincount(group, weights, minlength=size).astype(np.float64)
    positive = mass > 0
    hits = np.bincount(group, np.where(weights > 0, shares, 0) * weights, minlength=size)
    middle = np.bincount(group, x * weights, minlength=size)
    return middle[positive] / mass[positive], hits[positive] / mass[positive], mass[positive]


def _monotone(raw: Floats, mass: Floats) -> Floats:
    """The monotone line nearest to the shares, up or down, whichever fits better."""
    fits = [isotonic_regression(raw, weights=mass, increasing=up).x for up in (True, False)]
    errors = [float((mass * (f - raw) ** 2).sum()) for f in fits]
    return np.asarray(fits[int(np.argmin(errors))])


def _chance(x: Floats, shares: Floats) -> float:
    """The p of a rank correlation: whether the share goes with the variable at all; 1 where one of them is constant."""
    known = np.isfinite(shares)
    if known.sum() < 3 or np.ptp(shares[known]) == 0 or np.ptp(x[known]) == 0:
        return 1.0
    return float(stats.spearmanr(x[known], shares[known]).pvalue)


def _misfit(raw: Floats, fit: Floats, points: npt.NDArray[Any]) -> float:
    """By how much a share departs from the monotone line, beyond twice its standard error."""
    error = np.sqrt(fit * (1 - fit) / points[points > 0])
    return max(0.0, float((np.abs(raw - fit) - 2 * error).max()))


def _where(centres: Floats, fit: Floats, level: float) -> float:
    """Where a monotone line crosses a level, between the groups on both sides of it; NaN if nowhere."""
    if len(fit) < 2 or not (min(fit[0], fit[-1]) <= level <= max(fit[0], fit[-1])) or fit[0] == fit[-1]:
        return float("nan")
    up, at = (fit, centres) if fit[-1] > fit[0] else (fit[::-1], centres[::-1])
    below, above = np.flatnonzero(up < level), np.flatnonzero(up > level)
    if not below.size or not above.size:  # it touches the level at an end
        return float(np.mean(at[up == level]))
    i, j = below[-1], above[0]
    if j - i > 1:  # a stretch exactly at the level
        return float(np.mean(at[i + 1 : j]))
    return float(at[i] + (level - up[i]) / (up[j] - up[i]) * (at[j] - at[i]))


def _resampled(x: Floats, counts: Floats, group: Groups, level: float, luck: np.random.Generator) -> float:
    """One bootstrap sample: runs (they share luck over points), then points within groups."""
    if counts.shape[1] > 1:
        counts = counts[:, luck.integers(counts.shape[1], size=counts.shape[1])]
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group)
    starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
    drawn = order[starts + np.floor(luck.random(len(group)) * np.repeat(sizes, sizes)).astype(int)]
    shares, weights = _by_point(counts[drawn])
    if not weights.any():  # none of the runs drawn has a value
        return float("nan")
    centres, raw, mass = _grouped(x[drawn], shares, weights, np.sort(group, kind="stable"))
    return _where(centres, _monotone(raw, mass), level)
