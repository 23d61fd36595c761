"""Claims: a statistic of an ensemble, the band it must lie in, and what a sample can say about that.

A claim *holds* where the 95 % interval of its statistic lies in the band, *fails* where it lies outside, and is *undecided*
where it straddles an edge. Either verdict is wrong with a chance of at most 2.5 % if the true value lies beyond the
nearer edge of the band. A statistic that is undefined (no base, no campaign) fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

from patronage.world.arrays import Array

CONFIDENCE = 0.95
RESAMPLES = 2000
INF = float("inf")
FAR = 1e12
"""Stands for infinity where a library wants finite numbers."""

Sample = Mapping[str, Mapping[str, Array]]
"""Columns [run] by ensemble and name."""


class Verdict(StrEnum):
    """What a sample says about a claim or a pattern."""

    holds = "holds"
    fails = "fails"
    undecided = "undecided"
    reported = "reported"
    """There is no criterion."""


@dataclass(frozen=True)
class Column:
    """Where a number a run is read."""

    ensemble: str
    name: str

    def of(self, sample: Sample, instead: Mapping[str, str]) -> Array:
        return sample[instead.get(self.ensemble, self.ensemble)][self.name]


Statistic = Callable[..., Array]
"""From columns [..., run] to [...]."""


def mean(x: Array) -> Array:
    """Mean over the runs in which it is defined."""
    counted = np.isfinite(x)
    number = counted.sum(axis=-1)
    total = np.where(counted, x, 0.0).sum(axis=-1)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def difference(x: Array, y: Array) -> Array:
    """Mean paired difference."""
    return mean(x - y)


def ratio(x: Array, y: Array) -> Array:
    """Ratio of means; infinite where only the lower one is 0."""
    above, below = mean(x), mean(y)
    safe = np.where(below == 0, np.nan, below)
    return np.where((below == 0) & (above > 0), INF, above / safe)


def fall(x: Array, y: Array) -> Array:
    """1 less the ratio of means."""
    return 1.0 - ratio(x, y)


def odds_ratio(x: Array, y: Array) -> Array:
    """Ratio of the odds of two mean chances."""
    a, b = mean(x), mean(y)
    below = np.where(b * (1.0 - a) == 0, np.nan, b * (1.0 - a))
    return np.asarray(a * (1.0 - b) / below)


def share_positive(x: Array) -> Array:
    """Share of runs in which a number is above 0."""
    return (x > 0).mean(axis=-1)


def share_larger(x: Array, y: Array) -> Array:
    """Share of runs in which the first is the larger."""
    return share_positive(x - y)


def share_smaller(x: Array, y: Array) -> Array:
    """Share of runs in which the first is the smaller."""
    return share_positive(y - x)


PROPORTIONS: tuple[Statistic, ...] = (share_positive, share_larger, share_smaller)
MEANS: tuple[Statistic, ...] = (mean, difference)


@dataclass(frozen=True)
class Measured:
    """A statistic and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ValueFormat:
    """How a value is written."""

    spec: str = ".3g"
    scale: float = 1.0
    unit: str = ""


PLAIN = ValueFormat()


@dataclass(frozen=True)
class Claim:
    """One sentence of a pattern that can be true or false of the model."""

    name: str
    statistic: Statistic
    columns: tuple[Column, ...]
    low: float = -INF
    high: float = INF
    form: ValueFormat = PLAIN
    each_draw: bool = True
    """Whether the design asks it of every point of the ranges, and not only of the whole of them."""

    @property
    def reported(self) -> bool:
        """Whether the number is told without a criterion."""
        return self.low == -INF and self.high == INF

    @property
    def ensembles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(c.ensemble for c in self.columns))

    def read(self, sample: Sample, instead: Mapping[str, str] | None = None) -> list[Array]:
        """The columns; `instead` names ensembles that stand for others (twins)."""
        return [c.of(sample, instead or {}) for c in self.columns]

    def measure(self, sample: Sample, instead: Mapping[str, str] | None = None) -> Measured:
        """Value and interval: Student for means, Wilson for shares of runs, the bootstrap over runs for the rest."""
        columns = self.read(sample, instead)
        value = float(self.statistic(*columns))
        if not np.isfinite(value):
            return Measured(value, value, value)
        if self.statistic in PROPORTIONS:
            n = len(columns[0])
            found = stats.binomtest(round(value * n), n).proportion_ci(CONFIDENCE, method="wilson")
            return Measured(value, float(found.low), float(found.high))
        if self.statistic in MEANS:
            x = columns[0] if len(columns) == 1 else columns[0] - columns[1]
            x = x[np.isfinite(x)]
            error = float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else INF
            half = float(stats.t.ppf((1 + CONFIDENCE) / 2, max(1, len(x) - 1))) * error if error else 0.0
            return Measured(value, value - half, value + half)
        return self.bootstrap(value, columns)

    def bootstrap(self, value: float, columns: list[Array]) -> Measured:
        """Percentile interval over resampled runs; an undefined resample counts as infinitely large."""

        def statistic(*drawn: Array, axis: int = -1) -> Array:
            return np.nan_to_num(self.statistic(*drawn), nan=FAR, posinf=FAR)

        if len(columns[0]) < 2:
            return Measured(value, -INF, INF)
        found = stats.bootstrap(
            columns, statistic, paired=len(columns) > 1, vectorized=True, axis=-1, n_resamples=RESAMPLES, batch=100,
            confidence_level=CONFIDENCE, method="percentile", random_state=np.random.default_rng(len(columns[0])),
        ).confidence_interval  # fmt: skip
        low, high = (INF if edge >= FAR else float(edge) for edge in (found.low, found.high))
        return Measured(value, low, high)

    def judge(self, found: Measured) -> Verdict:
        """What an interval says."""
        if self.reported:
            return Verdict.reported
        if not np.isfinite(found.value):
            return Verdict.fails
        if self.low <= found.low and found.high <= self.high:
            return Verdict.holds
        if found.high < self.low or found.low > self.high:
            return Verdict.fails
        return Verdict.undecided

    def inside(self, values: Array) -> Array:
        """Whether values lie in the band; undefined ones do not."""
        return np.asarray(np.isfinite(values) & (values >= self.low) & (values <= self.high))

    @property
    def criterion(self) -> str:
        """The band in words."""
        if self.reported:
            return "no criterion"
        low, high = (self.written(edge, unit=False) for edge in (self.low, self.high))
        if self.low == -INF:
            return f"at most {high}{self.form.unit}"
        if self.high == INF:
            return f"at least {low}{self.form.unit}"
        return f"{low} to {high}{self.form.unit}"

    def text(self, m: Measured) -> str:
        """Value and interval."""
        if np.isnan(m.value):
            return self.written(m.value)
        low, high = (self.written(edge, unit=False) for edge in (m.low, m.high))
        return f"{self.written(m.value)} [{low}, {high}]"

    def written(self, value: float, unit: bool = True) -> str:
        """A value in the unit and precision of the claim."""
        if np.isnan(value):
            return "undefined"
        if np.isinf(value):
            return "∞" if value > 0 else "−∞"
        return f"{value * self.form.scale:{self.form.spec}}{self.form.unit if unit else ''}".replace("-", "−")


def together(verdicts: list[Verdict]) -> Verdict:
    """A pattern holds if all its claims hold, and fails if one fails."""
    counted = [v for v in verdicts if v is not Verdict.reported]
    if Verdict.fails in counted:
        return Verdict.fails
    return Verdict.holds if all(v is Verdict.holds for v in counted) else Verdict.undecided
