"""The past of one target as far as it is known, on the scale on which it is forecast, and all forecasts one could have made in it.

Scales: shares by the logit of (x + .01) / (1 - x + .01), amounts by log(1 + x), everything else as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

from patronage.world.arrays import Array

from ..data.tables import DataError

EDGE = 0.01
"""How far from 0 and 1 shares are kept before the logit."""
Dyad = tuple[str, str]


def to_scale(kind: str, x: Array) -> Array:
    """Observed values on the scale of forecasts."""
    if kind == "share":
        return np.asarray(np.log((x + EDGE) / (1 - x + EDGE)))
    return np.asarray(np.log1p(x)) if kind == "amount" else np.asarray(x, dtype=np.float64)


def from_scale(kind: str, z: Array) -> Array:
    """And back, within bounds."""
    if kind == "share":
        return np.clip((1 + 2 * EDGE) * expit(z) - EDGE, 0.0, 1.0)
    return np.maximum(np.expm1(z), 0.0) if kind == "amount" else np.asarray(z, dtype=np.float64)


@dataclass(frozen=True)
class Pairs:
    """Forecasts one could have made: origin and dyad by number, horizon, value at the origin, value that came."""

    o: Array
    d: Array
    h: Array
    z0: Array
    z: Array

    @property
    def weight(self) -> Array:
        """Forecasts over h years overlap h times: each counts 1/h."""
        return 1.0 / self.h


@dataclass(frozen=True)
class Past:
    """What was known of one target at the end of a year."""

    kind: str
    years: Array
    """[T] consecutive years; the last is the origin."""
    dyads: tuple[Dyad, ...]
    z: Array
    """[T, N] on the scale of forecasts; NaN where unknown."""

    @classmethod
    def of(cls, known: pd.DataFrame, target: str, kind: str, first: int, origin: int, dyads: Sequence[Dyad]) -> Past:
        """From rows of `targets.observed`; whatever is later than the origin is not looked at."""
        years = np.arange(first, origin + 1)
        mine = known[(known["target"] == target) & (known["year"] >= first) & (known["year"] <= origin)]
        table = mine.pivot_table(index="year", columns=["patron", "client"], values="value")
        columns = pd.MultiIndex.from_tuples(list(dyads), names=["patron", "client"])
        values = table.reindex(index=years, columns=columns).to_numpy(dtype=np.float64)
        return cls(kind, years, tuple(dyads), to_scale(kind, values))

    @property
    def now(self) -> Array:
        """[N] value at the origin."""
        return np.asarray(self.z[-1])

    def pairs(self, longest: int, least: int = 10) -> Pairs:
        """All of them up to a horizon. DataError if they are fewer than `least`."""
        parts = []
        for h in range(1, min(longest, len(self.years) - 1) + 1):
            before, after = self.z[:-h], self.z[h:]
            o, d = np.nonzero(np.isfinite(before) & np.isfinite(after))
            parts.append((o, d, np.full(len(o), h), before[o, d], after[o, d]))
        count = sum(len(p[0]) for p in parts)
        if count < least:
            years = f"{self.years[0]}-{self.years[-1]}"
            raise DataError(f"the training window {years} holds {count} forecasts that came out: {least} are needed")
        columns = [np.concatenate(x) for x in zip(*parts, strict=True)]
        return Pairs(columns[0], columns[1], columns[2].astype(np.float64), columns[3], columns[4])

    @cached_property
    def patrons(self) -> tuple[str, ...]:
        return tuple(sorted({p for p, _ in self.dyads}))


@dataclass(frozen=True)
class Spread:
    """Predictive variance: a walk at random, and a drift that nobody knows. sigma² h + tau² h²."""

    sigma: float
    tau: float

    def variance(self, h: Array) -> Array:
        return np.asarray(self.sigma**2 * h + self.tau**2 * h**2)


RATIO, RATIO_SD = np.log(0.5), 0.5
"""A priori log(tau / sigma) is normal: short windows say little of long horizons."""


def fit_spread(residual: Array, pairs: Pairs, given: Array | float = 0.0) -> tuple[Spread, float]:
    """The most likely spread of residuals beyond a `given` variance, and minus its log posterior."""
    h, w = pairs.h, pairs.weight
    scale = max(float(np.sqrt(np.average(residual**2 / h, weights=w))), 1e-3)

    def loss(q: Array) -> tuple[float, Array]:
        walk, drift = np.exp(2 * q[0]) * h, np.exp(2 * q[1]) * h**2
        variance = given + walk + drift
        off = (q[1] - q[0] - RATIO) / RATIO_SD
        value = np.sum(w * 0.5 * (np.log(variance) + residual**2 / variance)) + 0.5 * off**2
        slope = w * (1 - residual**2 / variance) / variance
        pull = off / RATIO_SD
        return float(value), np.array([np.sum(slope * walk) - pull, np.sum(slope * drift) + pull])

    start = np.log(scale * np.array([0.8, 0.4]))
    bounds = [(start[0] - 4, start[0] + 2), (start[1] - 4, start[1] + 2)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    sigma, tau = np.exp(found.x)
    return Spread(float(sigma), float(tau)), float(found.fun)


@dataclass(frozen=True)
class Forecast:
    """Normal on the scale of forecasts."""

    centre: Array
    """[N]."""
    variance: Array
    """[N]."""


Centre = Callable[[Array, Array, Array, Array], Array]
"""(number of the origin, number of the dyad, horizon, value at the origin) → expected value."""
