"""What three-year means have fixed already: the index at an origin without its smoothing.

FBIC is a product, .1333 (economic + political + security bandwidth) (economic + security dependence), of parts that are trailing
means of three years. A part that rose this year goes on rising in the index for two years more, whatever happens. From at most
fifteen years up to the origin, and nothing later, the values r behind the published part C are

    r = argmin Σ (r_t - r_t-1)² + 3000 Σ (C_t - (r_t + r_t-1 + r_t-2)/3)²,      not below 0,      two years longer than C

and on the scale S of forecasts the index has yet to gain, if nothing new happens,

    F(h) = (1 - .4^h)/.6 (.6 g_b + .37 g_1)
    g_b = S(.1333 B(r) D) - S(.1333 B D)        bandwidths B are what they are now; dependences D as published
    g_1 = S(.1333 B1 D1) - S(.1333 B D)         the means of next year, if r stays: (2 r_t + r_t-1)/3

The noise of dependences is gone after a year, so g_b leaves them alone. The constants were chosen on outcomes up to 2012, worldwide
(Russia and China with 190 states). Without the parts F = 0.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from patronage.world.arrays import Array

from ..data.index.formula import Constants
from .scales import to_scale
from .targets import BANDWIDTHS, PARTS

NAMES = tuple(PARTS)
SCALE = Constants().scale
"""Index over bandwidth times dependence (R² .9996 over 10,368 dyads and years)."""
LONGEST = 15
"""Years up to the origin that are looked at."""
STIFF = 3000.0
"""Weight of the published values against the smoothness of what is behind them."""
MEAN = 3
"""Years a published part is the mean of."""
KEPT, OF_BANDWIDTH, OF_NEXT = 0.4, 0.6, 0.37
"""What is left of the gain after a year, and the parts of g_b and g_1 that come."""


def settled(h: Array | float) -> Array:
    """How many times the first year's gain has come after h years."""
    return np.asarray((1 - KEPT ** np.asarray(h, dtype=np.float64)) / (1 - KEPT))


@cache
def _behind(length: int) -> Array:
    """[length + 2, length] the matrix that turns published values into those behind them."""
    means = np.zeros((length, length + MEAN - 1))
    for t in range(length):
        means[t, t : t + MEAN] = 1 / MEAN
    steps = np.diff(np.eye(length + MEAN - 1), axis=0)
    return np.linalg.solve(steps.T @ steps + STIFF * means.T @ means, STIFF * means.T)


def behind(published: Array) -> Array:
    """[..., 2] values behind the last two of [..., T] published ones."""
    window = published[..., -LONGEST:]
    return np.maximum(window @ _behind(window.shape[-1]).T[:, -2:], 0.0)


def parts_of(known: pd.DataFrame, years: Array, dyads: pd.MultiIndex) -> Array:
    """[5, T, N] published parts in the order of PARTS, from rows of `targets.observed`; NaN where unknown."""
    out = np.full((len(NAMES), len(years), len(dyads)), np.nan)
    for i, part in enumerate(NAMES):
        mine = known[known["target"] == part]
        if len(mine):
            table = mine.set_index(["year", "patron", "client"])["value"].unstack(["patron", "client"])  # noqa: PD010
            out[i] = table.reindex(index=years, columns=dyads).to_numpy(dtype=np.float64)
    return out


def gains(target: str, kind: str, parts: Array) -> Array:
    """[T, N] gain of the first year that means have fixed at each year, from [5, T, N] parts: of year t only those up to t are read.

    `target` is the index or one of its parts. 0 where a part is unknown in the year or the year before.
    """
    _, years, count = parts.shape
    known: Array = np.asarray(np.isfinite(parts).all(axis=0))
    out = np.zeros((years, count))
    length = np.zeros(count, dtype=int)
    for t in range(years):
        length = np.where(known[t], length + 1, 0)
        for n in set(np.minimum(length, LONGEST).tolist()) - {0, 1}:
            mine = np.minimum(length, LONGEST) == n
            window = np.moveaxis(parts[:, t - n + 1 : t + 1, mine], 1, -1)
            out[t, mine] = _gain(target, kind, window[..., -1], behind(window))
    return out


def _gain(target: str, kind: str, now: Array, found: Array) -> Array:
    """[N] from [5, N] published parts of the year and [5, N, 2] what is behind them in the year before and this year."""
    next_year = (2 * found[..., 1] + found[..., 0]) / 3
    if target in NAMES:
        i = NAMES.index(target)
        base = to_scale(kind, now[i])
        lasting = to_scale(kind, found[i, :, 1]) - base if target in BANDWIDTHS else 0.0
        return np.asarray(OF_BANDWIDTH * lasting + OF_NEXT * (to_scale(kind, next_year[i]) - base))
    wide = len(BANDWIDTHS)

    def index(bandwidths: Array, dependences: Array) -> Array:
        return to_scale(kind, SCALE * bandwidths.sum(axis=0) * dependences.sum(axis=0))

    base = index(now[:wide], now[wide:])
    lasting = index(found[:wide, :, 1], now[wide:]) - base
    return np.asarray(OF_BANDWIDTH * lasting + OF_NEXT * (index(next_year[:wide], next_year[wide:]) - base))
