"""The measurement model of what is no published mean: how an observed quantity follows the model's (of the index: increment.py).

On the scale of forecasts, from the value z(O) observed at the origin,

    z(O+h) = z(O) + F(h) + e,      F(h) = F(h-1) + kappa [k (x(O+h) - x(O)) - F(h-1)],      F(0) = 0
    e ~ normal(0, sigma² h + tau² h²)

x is the model's own quantity in one run. The observed one follows k times its change with inertia: indices are averaged over years
and stocks are counted long after they arrived. e is what the model does not know: a walk at random and a drift nobody knows. There
is no constant, no trend and no effect of a state: whatever skill there is comes from the model's changes alone. The four numbers are
the most likely ones on the training window, given weak priors; runs contribute their mean and their variance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from patronage.world.arrays import Array

from .past import Forecast, Pairs, Past
from .spreads import Spread, likeliest

KAPPAS = np.geomspace(0.03, 1.0, 10)
KAPPA, KAPPA_SD = np.log(0.15), 0.7
"""A priori the logarithm of kappa is normal: half of a change is seen after four years."""
K, K_SD, MOST_K = 1.0, 0.5, 2.0
"""A priori k is normal: the model's quantity is meant to be the observed one. It may not turn changes round."""
KS = np.linspace(0.0, MOST_K, 21)


@dataclass(frozen=True)
class Path:
    """The model's change since the origin, on the scale of forecasts."""

    mean: Array
    """[N, H] over runs, for the years after the origin."""
    covariance: Array
    """[N, H, H]."""

    @classmethod
    def of(cls, runs: Array) -> Path:
        """From [R, H+1, N] values of the runs, that of the origin first."""
        change = runs[:, 1:] - runs[:, :1]
        centred = change - change.mean(axis=0)
        return cls(change.mean(axis=0).T, np.einsum("rhn,rjn->nhj", centred, centred) / max(1, len(runs) - 1))


@dataclass(frozen=True)
class Measurement:
    """The link, fitted on what was known at an origin."""

    k: float
    kappa: float
    spread: Spread

    def centre(self, path: Path, horizon: int) -> Array:
        """[N] expected change of the observed quantity."""
        return np.asarray(self.k * (path.mean[:, :horizon] @ inertia(self.kappa, horizon)[-1]))

    def variance(self, path: Path, horizon: int) -> Array:
        """[N], with what the runs disagree about."""
        w = inertia(self.kappa, horizon)[-1]
        own = np.einsum("j,njk,k->n", w, path.covariance[:, :horizon, :horizon], w)
        return np.asarray(self.k**2 * own + self.spread.variance(np.array(float(horizon))))


def inertia(kappa: float, longest: int) -> Array:
    """[H, H] weight of the change by year j in F(h): kappa (1 - kappa)^(h - j) up to the horizon."""
    lag = np.subtract.outer(np.arange(longest), np.arange(longest))
    return np.where(lag >= 0, kappa * (1 - kappa) ** np.maximum(lag, 0), 0.0)


def fit(past: Past, pairs: Pairs, paths: Mapping[int, Path]) -> Measurement:
    """The most likely link; origins without a path do not count. Only years up to the last one of `past` are looked at."""
    longest = int(pairs.h.max())
    places = {y: i for i, y in enumerate(sorted(paths))}
    row = np.array([places.get(int(past.years[o]), -1) for o in pairs.o])
    used = row >= 0
    mine = Pairs(row[used], pairs.d[used], pairs.h[used], pairs.z0[used], pairs.z[used])
    n = len(past.dyads)
    mean = np.zeros((len(places), n, longest))
    covariance = np.zeros((len(places), n, longest, longest))
    for year, i in places.items():
        length = min(longest, paths[year].mean.shape[1], int(past.years[-1]) - year)
        if length > 0:
            mean[i, :, :length] = paths[year].mean[:, :length]
            covariance[i, :, :length, :length] = paths[year].covariance[:, :length, :length]
    best: tuple[float, Measurement] | None = None
    at = mine.o.astype(int), mine.d.astype(int), mine.h.astype(int) - 1
    for kappa in KAPPAS:
        w = inertia(float(kappa), longest)
        change = np.einsum("onj,hj->onh", mean, w)[at]
        own = np.einsum("hj,onjk,hk->onh", w, covariance, w, optimize=True)[at]
        prior = 0.5 * ((np.log(kappa) - KAPPA) / KAPPA_SD) ** 2
        ks = _promising(change, mine)
        squares = (mine.z - mine.z0 - ks[:, None] * change) ** 2
        sigma, tau, loss = likeliest(squares, mine.weight, mine.h, ks[:, None] ** 2 * own)
        loss = loss + prior + 0.5 * ((ks - K) / K_SD) ** 2
        at_k = int(np.argmin(loss))
        if best is None or loss[at_k] < best[0]:
            spread = Spread(float(sigma[at_k]), float(tau[at_k]))
            best = float(loss[at_k]), Measurement(float(ks[at_k]), float(kappa), spread)
    assert best is not None
    return best[1]


def _promising(change: Array, pairs: Pairs) -> Array:
    """Values of k near the least-squares one, its prior in view."""
    rest = pairs.z - pairs.z0
    weight = pairs.weight / pairs.h
    spread = max(float(np.average(rest**2 / pairs.h, weights=pairs.weight)), 1e-6)
    part = float(np.sum(weight * change * rest)) / spread + K / K_SD**2
    whole = float(np.sum(weight * change**2)) / spread + 1 / K_SD**2
    near = np.argsort(np.abs(KS - part / whole), kind="stable")[:3]
    return np.sort(KS[near])


def forecast(measurement: Measurement, path: Path, past: Past, horizon: int) -> Forecast:
    """Of every dyad from the last year known."""
    return Forecast(past.now + measurement.centre(path, horizon), measurement.variance(path, horizon))
