"""Which lever setting does well whatever the future: regret and satisficing, and paired differences between settings."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from patronage.results.worth import tells

from .case import Aim, AnalysisError, Case, Floats

CONFIDENCE = 0.95
RESAMPLES = 1000
SEED = 1
MOST_PAIRS = 60


@dataclass(frozen=True)
class Crossing:
    """Every lever setting in every future."""

    settings: pd.DataFrame
    """A row per setting, a column per lever."""
    places: npt.NDArray[np.int64]
    """[future, setting]: the row of `points`."""
    left_out: int
    """Futures in which some setting is missing."""


def crossing(case: Case) -> Crossing:
    """The points as futures times settings. AnalysisError where there is no lever or the two are not crossed."""
    levers, futures = [v.name for v in case.levers], [v.name for v in case.uncertainties]
    if not levers:
        raise AnalysisError("no factor is a lever (role: lever), so there are no settings to compare")
    settings = case.points[levers].drop_duplicates().sort_values(levers, kind="stable", key=_in_order(case))
    if len(settings) < 2:
        raise AnalysisError("the levers have one setting only")
    number: dict[tuple[Hashable, ...], int] = {tuple(row): i for i, row in enumerate(settings.itertuples(index=False))}
    rows: dict[tuple[Hashable, ...], npt.NDArray[np.int64]] = {}
    where = zip(
        case.points[futures].itertuples(index=False) if futures else [()] * len(case.points),
        case.points[levers].itertuples(index=False),
        strict=True,
    )
    for at, (future, setting) in enumerate(where):
        place = rows.setdefault(tuple(future), np.full(len(settings), -1))
        place[number[tuple(setting)]] = at
    places = np.array(list(rows.values()))
    whole = (places >= 0).all(axis=1)
    if not whole.any():
        raise AnalysisError(
            "levers and uncertainties are not crossed: no future was simulated with every setting of the levers (cross them: a grid "
            "over the levers in each future)"
        )
    return Crossing(settings.reset_index(drop=True), places[whole], int((~whole).sum()))


def _in_order(case: Case) -> Any:
    """Sorts words in the order in which they were declared."""

    def key(column: pd.Series[Any]) -> pd.Series[Any]:
        words = case.variable(str(column.name)).values
        return column.map({w: i for i, w in enumerate(words)}) if words else column

    return key


def robustness(case: Case, aim: Aim) -> pd.DataFrame:
    """A row per lever setting: how it does over futures.

    Columns: the levers; `futures` that have a value for every setting, `of` how many; `mean`;
    `worst` (mean of the worst future); `regret` (mean over futures of what the best setting
    would have given more) with its 95 % bootstrap interval over futures; `regret_p90`, `regret_max`; `best`, the share of
    futures in which no setting does better by as much as is worth telling; `satisfices`, the share of futures in which the outcome
    counts (a truth: in at least half of the runs) with its 95 % Wilson interval. With one future there are no intervals (NaN).
    """
    crossed = crossing(case)
    values = case.means(aim.name)[crossed.places]
    complete = np.isfinite(values).all(axis=1)
    if not complete.any():
        raise AnalysisError("no future has a value for every setting")
    values = values[complete]
    good = values if aim.prefer != "low" else -values
    regret = good.max(axis=1, keepdims=True) - good
    enough = aim.holds(values)
    luck = np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(regret[luck].mean(axis=1), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    single = len(values) < 2
    share = [
        stats.binomtest(int(k), len(values)).proportion_ci(CONFIDENCE, method="wilson") for k in enough.sum(axis=0)
    ]
    return crossed.settings.assign(
        futures=len(values),
        of=int(complete.size),
        mean=values.mean(axis=0),
        worst=values.min(axis=0) if aim.prefer != "low" else values.max(axis=0),
        regret=regret.mean(axis=0),
        regret_low=np.nan if single else low,
        regret_high=np.nan if single else high,
        regret_p90=np.quantile(regret, 0.9, axis=0),
        regret_max=regret.max(axis=0),
        best=(regret <= max(1e-12, case.least(aim.name) * (1 - 1e-9))).mean(axis=0),
        satisfices=enough.mean(axis=0),
        satisfices_low=np.nan if single else [s.low for s in share],
        satisfices_high=np.nan if single else [s.high for s in share],
    )


def differences(case: Case, aim: Aim) -> pd.DataFrame:
    """Differences between lever settings in the same future with the same luck: a row per pair, first less second.

    Pairs that differ in one lever alone, where there are any; all pairs otherwise.

    Columns: `first`, `second` (rows of `crossing(case).settings`), `mean` with its 95 % interval over futures and runs,
    `positive` and `negative`, the shares of pairs of runs with that sign, all over the `pairs` of runs that both have values (of
    `of`; futures or runs with a gap are left out whole); `tells`, whether the interval excludes 0 and the mean is at least
    `least`, the smallest difference worth telling.
    """
    crossed = crossing(case)
    values = case.matrix(aim.name)[crossed.places]  # [future, setting, run]
    rows = []
    smallest = case.least(aim.name)
    table = crossed.settings.to_numpy()
    pairs = list(combinations(range(len(table)), 2))
    one = [(a, b) for a, b in pairs if (table[a] != table[b]).sum() == 1]
    for b, a in (one or pairs)[:MOST_PAIRS]:
        gap = values[:, a] - values[:, b]
        mean, low, high = crossed_interval(gap)
        known = _complete(gap)
        rows.append({
            "first": a, "second": b, "mean": mean, "low": low, "high": high,
            "positive": float((known > 0).mean()) if known.size else np.nan,
            "negative": float((known < 0).mean()) if known.size else np.nan,
            "pairs": known.size, "of": gap.size, "least": smallest, "tells": bool(tells(mean, low, high, smallest)),
        })  # fmt: skip
    return pd.DataFrame(rows)


def crossed_interval(values: Floats) -> tuple[float, float, float]:
    """Mean of [future, run] and its 95 % interval, both futures and runs being samples.

    Two crossed random effects: the variance of the mean is (MS_future + MS_run − MS_rest)/(F·R), at least MS_rest/(F·R), with
    Satterthwaite's degrees of freedom. With one future, or one run, the plain interval over the other. Rows or columns with a gap
    are left out (rows first, where that keeps more). Infinitely wide for a single value.
    """
    x = _complete(values)
    futures, runs = x.shape
    if not x.size:
        return float("nan"), float("nan"), float("nan")
    mean = float(x.mean())
    if x.size == 1:
        return mean, -np.inf, np.inf
    if min(futures, runs) == 1:
        n = x.size
        error, freedom = float(x.std(ddof=1)) / np.sqrt(n), float(n - 1)
    else:
        by_future, by_run = x.mean(axis=1), x.mean(axis=0)
        rest = x - by_future[:, None] - by_run + mean
        squares = np.array([
            runs * ((by_future - mean) ** 2).sum() / (futures - 1),
            futures * ((by_run - mean) ** 2).sum() / (runs - 1),
            (rest**2).sum() / ((futures - 1) * (runs - 1)),
        ])  # fmt: skip
        degrees = np.array([futures - 1, runs - 1, (futures - 1) * (runs - 1)])
        total = float(squares[0] + squares[1] - squares[2])
        if total < squares[2]:
            total, freedom = float(squares[2]), float(degrees[2])
        else:
            freedom = total**2 / float((squares**2 / degrees).sum()) if total > 0 else float(degrees[2])
        error = float(np.sqrt(total / x.size))
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, max(1.0, freedom))) * error
    return mean, mean - half, mean + half


def _complete(values: Floats) -> Floats:
    known = np.isfinite(values)
    rows, columns = values[known.all(axis=1)], values[:, known.all(axis=0)]
    return rows if rows.size >= columns.size else columns
