"""What anyone could forecast without a model: each with a predictive distribution fitted on the training window.

persistence   what is, stays
trend         the straight line of the last ten years goes on
mean          drift to the dyad's own mean, at a speed common to all dyads
ar1           autoregression with drift, common to the dyads of a patron
drift         the patron's mean change a year over all clients of the tables goes on; of the index only
decided       what three-year means have fixed already comes, and nothing else (smoothing.py); of the index and its parts only
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize_scalar

from patronage.world.arrays import Array

from .past import Centre, Forecast, Pairs, Past, fit_spread
from .smoothing import settled
from .spreads import Spread

TREND_YEARS = 10
FEWEST = 5
"""Known years that a trend needs; without them there is none."""


def persistence(past: Past, pairs: Pairs) -> Centre:
    """The value at the origin."""
    return lambda o, d, h, z0: z0


def trend(past: Past, pairs: Pairs) -> Centre:
    """Least squares over the last ten known years, from the value at the origin on."""
    slopes = np.zeros_like(past.z)
    for o in range(len(past.years)):
        window = past.z[max(0, o - TREND_YEARS + 1) : o + 1]
        x = np.arange(len(window), dtype=np.float64)[:, None]
        known = np.isfinite(window)
        count = np.maximum(known.sum(axis=0), 1)
        mean_x = np.where(known, x, 0).sum(axis=0) / count
        mean_z = np.where(known, window, 0).sum(axis=0) / count
        part = np.where(known, (x - mean_x) * (window - mean_z), 0).sum(axis=0)
        whole = np.where(known, (x - mean_x) ** 2, 0).sum(axis=0)
        slopes[o] = np.where((count >= FEWEST) & (whole > 0), part / np.where(whole > 0, whole, 1), 0)
    return lambda o, d, h, z0: z0 + slopes[o, d] * h


def to_mean(past: Past, pairs: Pairs) -> Centre:
    """The mean is that of the years up to the origin."""
    known = np.isfinite(past.z)
    means = np.cumsum(np.where(known, past.z, 0), axis=0) / np.maximum(np.cumsum(known, axis=0), 1)

    def loss(retained: float) -> float:
        gone = 1 - retained**pairs.h
        rest = pairs.z - pairs.z0 - gone * (means[pairs.o, pairs.d] - pairs.z0)
        return float(np.sum(pairs.weight * rest**2 / pairs.h))

    retained = float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded").x)
    return lambda o, d, h, z0: z0 + (1 - retained**h) * (means[o, d] - z0)


def ar1(past: Past, pairs: Pairs) -> Centre:
    """Z' - m = a + phi (z - m) by least squares over the dyads of a patron; phi within 0 and 1."""
    groups = np.array([past.patrons.index(p) for p, _ in past.dyads])
    drift, retained, middle = (np.zeros(len(past.patrons)) for _ in range(3))
    retained += 1.0
    step = pairs.h == 1
    for g in range(len(past.patrons)):
        mine = step & (groups[pairs.d] == g)
        if mine.sum() >= FEWEST:
            z0, z = pairs.z0[mine], pairs.z[mine]
            middle[g] = z0.mean()
            x = z0 - middle[g]
            spread = float(x @ x)
            retained[g] = np.clip(float(x @ (z - middle[g])) / spread if spread > 0 else 1.0, 0.0, 1.0)
            drift[g] = float((z - middle[g] - retained[g] * x).mean())

    def centre(o: Array, d: Array, h: Array, z0: Array) -> Array:
        a, phi, m = drift[groups[d]], retained[groups[d]], middle[groups[d]]
        gone = 1 - phi**h
        steps = np.where(phi < 1, gone / np.where(phi < 1, 1 - phi, 1), h)
        return np.asarray(m + phi**h * (z0 - m) + a * steps)

    return centre


def drift(past: Past, pairs: Pairs) -> Centre:
    """As in the whole world of the tables up to the origin."""
    a_year = np.array([past.drift[p] for p, _ in past.dyads])
    return lambda o, d, h, z0: z0 + a_year[d] * h


def decided(past: Past, pairs: Pairs) -> Centre:
    """The link without the model (k = 0)."""
    gain = past.gain
    assert gain is not None
    return lambda o, d, h, z0: z0 + settled(h) * gain[o, d]


BASELINES: dict[str, Callable[[Past, Pairs], Centre]] = {
    "persistence": persistence,
    "trend": trend,
    "mean": to_mean,
    "ar1": ar1,
    "drift": drift,
    "decided": decided,
}


def offered(past: Past) -> tuple[str, ...]:
    """Those that a target has."""
    absent = {"drift"} if not all(p in past.drift for p in past.patrons) else set()
    return tuple(b for b in BASELINES if b not in absent | ({"decided"} if past.gain is None else set()))


def fit(name: str, past: Past, pairs: Pairs) -> tuple[Centre, Spread]:
    """A baseline fitted on what was known."""
    centre = BASELINES[name](past, pairs)
    spread, _ = fit_spread(pairs.z - centre(pairs.o, pairs.d, pairs.h, pairs.z0), pairs)
    return centre, spread


def forecast(centre: Centre, spread: Spread, past: Past, horizon: int) -> Forecast:
    """Of every dyad from the last year known."""
    n = len(past.dyads)
    h = np.full(n, float(horizon))
    o = np.full(n, len(past.years) - 1)
    return Forecast(centre(o, np.arange(n), h, past.now), spread.variance(h))
