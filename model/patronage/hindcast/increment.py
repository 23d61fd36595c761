"""How the index follows the model: what three-year means have decided, and a part of what the model adds.

On the scale of forecasts, from the value z(O) published at the origin,

    z(O+h) = z(O) + F(h) + k min(1, h/3) x(h) + e,        e ~ normal(0, sigma² h + tau² h²)

F is what has been decided (`smoothing`). x(h) is the median over runs of the change of the model's own index, without smoothing, from
the origin on; min(1, h/3) is what a mean of three years shows of it. The median, for contracts are rare and large and their mean
drifts up. k lies between 0 and 1 and is a priori normal about a half: a part of what the model says is luck it could not know. It is
the likeliest one over all forecasts of the region that had come out by the origin; the spread is that of the region's own dyads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from patronage.world.arrays import Array

from .past import Forecast, Pairs, Past
from .smoothing import MEAN, settled
from .spreads import Spread, by_horizon, likeliest

K, K_SD = 0.5, 0.25
"""A priori; chosen on outcomes up to 2012, worldwide."""
KS = np.linspace(0.0, 1.0, 51)


def shown(h: Array | float) -> Array:
    """What a mean of three years shows after h years of a change that came at once."""
    return np.asarray(np.minimum(1.0, np.asarray(h, dtype=np.float64) / MEAN))


@dataclass(frozen=True)
class Increment:
    """The link, fitted on what was known at an origin."""

    k: float
    spread: Spread
    pairs: int
    """Forecasts it was fitted on."""

    def centre(self, past: Past, median: Array, horizon: int) -> Array:
        """[N] expected change from the last year of the past; `median` [N, H] of the model."""
        assert past.gain is not None
        return settled(horizon) * past.gain[-1] + self.k * shown(horizon) * median[:, horizon - 1]


def fit(past: Past, pairs: Pairs, medians: Mapping[int, Array]) -> Increment:
    """The most likely link. `medians`: by year of origin, [N, H]; forecasts without one do not count.

    Only years up to the last one of `past` are looked at.
    """
    assert past.gain is not None
    forecast = np.full(len(pairs.h), np.nan)
    o, d, h = pairs.o.astype(int), pairs.d.astype(int), pairs.h.astype(int)
    for year, median in medians.items():
        mine = (past.years[o] == year) & (h <= median.shape[1])
        forecast[mine] = median[d[mine], h[mine] - 1]
    used = np.isfinite(forecast)
    if not used.any():
        return Increment(K, Spread(0.0, 0.0), 0)
    rest = (pairs.z - pairs.z0 - settled(pairs.h) * past.gain[o, d])[used]
    change = (shown(pairs.h) * forecast)[used]
    squares = (rest - KS[:, None] * change) ** 2
    horizons, weight, mean = by_horizon(squares, pairs.weight[used], pairs.h[used])
    sigma, tau, loss = likeliest(mean, weight, horizons)
    best = int(np.argmin(loss + 0.5 * ((KS - K) / K_SD) ** 2))
    return Increment(float(KS[best]), Spread(float(sigma[best]), float(tau[best])), int(used.sum()))


def forecast(link: Increment, past: Past, median: Array, horizon: int) -> Forecast:
    """Of every dyad from the last year known."""
    variance = np.full(len(past.dyads), float(link.spread.variance(np.array(float(horizon)))))
    return Forecast(past.now + link.centre(past, median, horizon), variance)
