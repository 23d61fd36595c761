"""The past of one target as far as it is known, on the scale on which it is forecast, and all forecasts one could have made in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from patronage.world.arrays import Array

from ..data.tables import DataError
from . import smoothing
from .scales import to_scale
from .spreads import Spread, by_horizon, likeliest
from .targets import SMOOTHED

Dyad = tuple[str, str]


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
    gain: Array | None = None
    """[T, N] what the means of the index have fixed already of the year after (`smoothing`); none where it is no mean."""
    drift: Mapping[str, float] = field(default_factory=dict)
    """By patron: its mean change a year over all clients of the tables, on the scale of forecasts."""

    @classmethod
    def of(cls, known: pd.DataFrame, target: str, kind: str, first: int, origin: int, dyads: Sequence[Dyad]) -> Past:
        """From rows of `targets.observed`; whatever is later than the origin is not looked at."""
        years = np.arange(first, origin + 1)
        mine = known[(known["target"] == target) & (known["year"] >= first) & (known["year"] <= origin)]
        table = mine.set_index(["year", "patron", "client"])["value"].unstack(["patron", "client"])  # noqa: PD010
        columns = pd.MultiIndex.from_tuples(list(dyads), names=["patron", "client"])
        values = table.reindex(index=years, columns=columns).to_numpy(dtype=np.float64)
        gain = None
        if target in SMOOTHED:
            before = np.arange(first - smoothing.LONGEST, origin + 1)
            parts = smoothing.parts_of(known[known["year"] <= origin], before, columns)
            gain = smoothing.gains(target, kind, parts)[-len(years) :]
        return cls(kind, years, tuple(dyads), to_scale(kind, values), gain)

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


def fit_spread(residual: Array, pairs: Pairs, given: Array | None = None) -> tuple[Spread, float]:
    """The most likely spread of residuals [M] beyond a `given` variance, and minus its log posterior."""
    squares, weight, h = residual[None] ** 2, pairs.weight, pairs.h
    if given is None:
        h, weight, squares = by_horizon(squares, weight, h)
    sigma, tau, loss = likeliest(squares, weight, h, 0.0 if given is None else given)
    return Spread(float(sigma[0]), float(tau[0])), float(loss[0])


@dataclass(frozen=True)
class Forecast:
    """Normal on the scale of forecasts."""

    centre: Array
    """[N]."""
    variance: Array
    """[N]."""


Centre = Callable[[Array, Array, Array, Array], Array]
"""(number of the origin, number of the dyad, horizon, value at the origin) → expected value."""
