"""Scores of forecasts: CRPS, Brier, coverage, calibration, and skill with its interval by bootstrap over dyads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from patronage.extras import how_to_install
from patronage.world.arrays import Array

from ..data.tables import DataError
from .past import Forecast
from .scales import from_scale, to_scale
from .targets import SMOOTHED

MEMBERS = 99
QUANTILES = norm.ppf((np.arange(MEMBERS) + 0.5) / MEMBERS)
"""An ensemble of equally likely members stands for a distribution, so that every forecast is scored alike and no luck enters."""
LEVELS = (50, 90)
RESAMPLES = 2000


def library() -> Any:
    """Scoringrules. DataError tells how to install it."""
    try:
        import scoringrules
    except ImportError as error:
        raise DataError(f"scoring needs scoringrules, which is not installed: {how_to_install('analysis')}") from error
    return scoringrules


def members(kind: str, forecast: Forecast) -> Array:
    """[N, M] on the scale of what is observed."""
    z = forecast.centre[:, None] + np.sqrt(forecast.variance)[:, None] * QUANTILES
    return from_scale(kind, z)


def described(kind: str, forecast: Forecast) -> dict[str, Array]:
    """Mean, median and the ends of the central intervals, [N] each."""
    out = {"mean": members(kind, forecast).mean(axis=1), "median": from_scale(kind, forecast.centre)}
    for level in LEVELS:
        reach = norm.ppf(0.5 + level / 200) * np.sqrt(forecast.variance)
        out[f"low{level}"] = from_scale(kind, forecast.centre - reach)
        out[f"high{level}"] = from_scale(kind, forecast.centre + reach)
    return out


def judged(kind: str, forecast: Forecast, observed: Array) -> dict[str, Array]:
    """CRPS and the place of what came in the predictive distribution (PIT), [N]; NaN where nothing is known."""
    place = norm.cdf((to_scale(kind, observed) - forecast.centre) / np.sqrt(forecast.variance))
    known = np.isfinite(observed)
    score = np.full(len(observed), np.nan)
    if known.any():
        score[known] = library().crps_ensemble(observed[known], members(kind, forecast)[known], backend="numpy")
    return {"score": score, "pit": place}


def brier(chance: Array, observed: Array) -> Array:
    """[N]; NaN where nothing is known."""
    known = np.isfinite(observed)
    score = np.full(len(observed), np.nan)
    if known.any():
        score[known] = library().brier_score(observed[known], np.clip(chance[known], 0, 1), backend="numpy")
    return score


def skill(
    model: Array, baseline: Array, groups: Sequence[object], level: float = 0.9, seed: int = 1
) -> tuple[float, float, float]:
    """1 - sum of scores over that of a baseline, and its interval by bootstrap over groups, all forecasts of a group together.

    NaN where the baseline makes no error at all. The interval is NaN with fewer than three groups, or where more than one sample in
    twenty holds no error of the baseline: then the few errors there are belong to too few groups.
    """
    sums = pd.DataFrame({"m": model, "b": baseline, "g": pd.Series(list(groups)).astype(str)}).groupby("g").sum()
    m, b = sums["m"].to_numpy(), sums["b"].to_numpy()
    if b.sum() <= 0:
        return np.nan, np.nan, np.nan
    value = float(1 - m.sum() / b.sum())
    drawn = np.random.default_rng(seed).integers(0, len(m), (RESAMPLES, len(m)))
    whole = b[drawn].sum(axis=1)
    usable = whole > 0
    if len(m) < 3 or usable.mean() < 0.95:
        return value, np.nan, np.nan
    samples = 1 - m[drawn].sum(axis=1)[usable] / whole[usable]
    low, high = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2])
    return value, float(low), float(high)


BREAK = 2019
"""In this year all bandwidths of the index fall at once, of all dyads: something of its making."""
PAIRS = (("model", None), ("decided", "persistence"))
"""Whose skill is told against whom: the model's against every baseline, and how much of it is arithmetic about means."""


def skills(scored: pd.DataFrame, last: int) -> pd.DataFrame:
    """A row a target, column, patron ("all" for all of them), last year scored, horizon, method and baseline.

    The index and its parts are scored to the year before their break too.
    """
    rows: list[dict[str, object]] = []
    known = scored[scored["score"].notna()]
    for (target, column), mine in known.groupby(["target", "column"], sort=False):
        patrons = sorted(set(mine["patron"]))
        for end in (last, BREAK - 1) if target in SMOOTHED and last >= BREAK else (last,):
            for patron in [*patrons, *(["all"] if len(patrons) > 1 else [])]:
                part = mine[(mine["year"] <= end) & ((mine["patron"] == patron) | (patron == "all"))]
                for horizon, at in part.groupby("horizon"):
                    head = {"target": target, "column": column, "patron": patron, "to": end, "horizon": int(horizon)}
                    rows += [head | row for row in _skills(str(target), at)]
    return pd.DataFrame(rows)


def _skills(target: str, at: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Of forecasts over one horizon."""
    wide = at.set_index(["patron", "client", "origin", "method"])["score"].unstack("method")  # noqa: PD010
    # parts of a whole move together: of them the client is what is drawn
    dyads = [c if target == "fbic_share" else f"{p}-{c}" for p, c, _ in wide.index]
    for method, against in PAIRS:
        for baseline in (b for b in wide.columns if b != method and against in (None, b) and method in wide.columns):
            value, low, high = skill(wide[method].to_numpy(), wide[baseline].to_numpy(), dyads)
            yield {
                "method": method, "baseline": baseline, "forecasts": len(wide), "dyads": len(set(dyads)),
                "score": float(wide[method].mean()), "score_baseline": float(wide[baseline].mean()),
                "skill": value, "low": low, "high": high,
            }  # fmt: skip


def coverage(scored: pd.DataFrame) -> pd.DataFrame:
    """Share of what came within the central intervals, by target, column, method and horizon; 0 stands for all horizons."""
    known = scored[scored["pit"].notna()]
    rows = []
    for (target, column, method), mine in known.groupby(["target", "column", "method"], sort=False):
        for horizon in (0, *sorted(set(mine["horizon"]))):
            part = mine if horizon == 0 else mine[mine["horizon"] == horizon]
            off = np.abs(part["pit"].to_numpy() - 0.5)
            within = {f"within{level}": float((off <= level / 200).mean()) for level in LEVELS}
            rows.append(
                {"target": target, "column": column, "method": method, "horizon": int(horizon), "forecasts": len(part)}
                | within
            )
    return pd.DataFrame(rows)
