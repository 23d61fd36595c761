"""Approximate Bayesian computation with regression adjustment, for a table of simulations that is there already.

Summaries: the statistics, projected on what tells most of each parameter (a regression of the parameters on them, Fearnhead and
Prangle 2012). Nearest simulations are accepted with Epanechnikov weights; within them the parameters are moved to the observed
summaries by a weighted local-linear regression of their mean (Beaumont, Zhang and Balding 2002) and of the logarithm of their
squared residuals (Blum and François 2010). Parameters with bounds are handled on the logit line, so that nothing leaves them.

pyABC, sbi and elfi draw and simulate point by point; none takes a table that a batch made, so this is a routine of our own. It is
tested against conjugate posteriors and by ranks in simulated worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

Floats = npt.NDArray[np.float64]

EDGE = 1e-4
"""Parts of a range at its ends that count as their inner edge on the logit line."""
LEAST_ACCEPTED = 100
RIDGE = 1e-3
"""Of the projection, per simulation and in standardised statistics: keeps it finite where statistics are collinear."""
WIDEST = 3.0
"""How far the regression of spreads may stretch or shrink a residual."""


class TooFewError(ValueError):
    """Too few simulations for a posterior."""


@dataclass(frozen=True)
class Line:
    """The parameters on a line without bounds."""

    low: Floats
    high: Floats
    """[parameter]; infinite where there is no bound (then both must be)."""

    def of(self, theta: Floats) -> Floats:
        """Parameters [..., parameter] on the line."""
        with np.errstate(invalid="ignore"):  # inf/inf where there is no bound; such places are taken as they are below
            part = np.clip((theta - self.low) / (self.high - self.low), EDGE, 1 - EDGE)
        return np.where(self.bounded, logit(np.where(self.bounded, part, 0.5)), theta)

    def back(self, line: Floats) -> Floats:
        """Parameters of places on the line."""
        width = np.where(self.bounded, self.high - self.low, 1.0)
        return np.where(self.bounded, np.where(self.bounded, self.low, 0.0) + width * expit(line), line)

    @cached_property
    def bounded(self) -> npt.NDArray[np.bool_]:
        return np.isfinite(self.low) & np.isfinite(self.high)


@dataclass(frozen=True)
class SummaryProjection:
    """From statistics to one summary a parameter."""

    middle: Floats
    scale: Floats
    slopes: Floats
    """[feature, parameter]: of the standardised statistics and their squares."""

    @classmethod
    def fit(cls, line: Floats, statistics: Floats) -> SummaryProjection:
        """Ridge regression of the parameters (on the line) on statistics and their squares."""
        middle, scale = statistics.mean(axis=0), statistics.std(axis=0)
        scale = np.where(scale > 0, scale, 1.0)
        x = _features((statistics - middle) / scale)
        y = line - line.mean(axis=0)
        penalty = RIDGE * len(x) * np.eye(x.shape[1])
        return cls(middle, scale, np.linalg.solve(x.T @ x + penalty, x.T @ y))

    def __call__(self, statistics: Floats) -> Floats:
        return _features((statistics - self.middle) / self.scale) @ self.slopes


def _features(z: Floats) -> Floats:
    return np.concatenate([z, z * z - 1.0], axis=-1)


@dataclass(frozen=True)
class Posterior:
    """A weighted sample."""

    names: tuple[str, ...]
    sample: Floats
    """[accepted, parameter]."""
    weights: Floats
    """[accepted], 1 in all."""
    width: float
    """Distance up to which simulations were accepted, in standard deviations of the summaries over all simulations."""
    nearest: float
    """Distance of the nearest one."""

    @cached_property
    def mean(self) -> Floats:
        return np.asarray(self.weights @ self.sample)

    @cached_property
    def covariance(self) -> Floats:
        apart = self.sample - self.mean
        return np.asarray((apart * self.weights[:, None]).T @ apart)

    @property
    def sd(self) -> Floats:
        return np.sqrt(np.diag(self.covariance))

    @property
    def correlation(self) -> Floats:
        """[parameter, parameter]; 0 for a parameter that does not vary."""
        sd = np.where(self.sd > 0, self.sd, np.inf)
        return np.where(np.eye(len(sd)) > 0, 1.0, self.covariance / np.outer(sd, sd))

    @property
    def effective(self) -> float:
        """Effective size of the sample."""
        return float(1 / (self.weights**2).sum())

    def quantile(self, q: float | Sequence[float]) -> Floats:
        """Weighted quantiles [..., parameter]."""
        order = np.argsort(self.sample, axis=0, kind="stable")
        ordered = np.take_along_axis(self.sample, order, axis=0)
        sums = np.cumsum(self.weights[order], axis=0)
        at = np.atleast_1d(np.asarray(q, dtype=np.float64))
        places = [np.searchsorted(sums[:, j], np.minimum(at, sums[-1, j])) for j in range(self.sample.shape[1])]
        out = np.stack([ordered[p, j] for j, p in enumerate(places)], axis=-1)
        return out if np.ndim(q) else out[0]

    def draw(self, size: int, seed: int) -> Floats:
        """Equally weighted draws [draw, parameter], by systematic resampling."""
        places = (np.random.default_rng(seed).random() + np.arange(size)) / size
        return self.sample[np.minimum(np.searchsorted(np.cumsum(self.weights), places), len(self.weights) - 1)]


def distances(summaries: Floats, observed: Floats) -> Floats:
    """Mahalanobis distances of simulations [simulation, parameter] from the observed summaries."""
    covariance = np.atleast_2d(np.cov(summaries, rowvar=False)) + 1e-12 * np.eye(summaries.shape[1])
    white = np.linalg.solve(np.linalg.cholesky(covariance), (summaries - observed).T)
    return np.sqrt((white**2).sum(axis=0))


def kernel(distance: Floats, width: float) -> Floats:
    """Epanechnikov weights."""
    return np.maximum(0.0, 1.0 - (distance / width) ** 2)


def adjusted(line: Floats, apart: Floats, weights: Floats) -> Floats:
    """Parameters moved to where the observed summaries are: `apart` [simulation, summary] is how far each one is from them."""
    x = np.column_stack([np.ones(len(apart)), apart])
    mean = _weighted_fit(x, line, weights)
    residual = line - x @ mean
    spread = _weighted_fit(x, np.log(residual**2 + 1e-12), weights)
    stretch = np.exp(0.5 * (spread[0] - x @ spread))
    return np.asarray(mean[0] + residual * np.clip(stretch, 1 / WIDEST, WIDEST))


def _weighted_fit(x: Floats, y: Floats, weights: Floats) -> Floats:
    root = np.sqrt(weights)[:, None]
    return np.asarray(np.linalg.lstsq(x * root, y * root, rcond=None)[0])


def infer(
    names: Sequence[str],
    theta: Floats,
    statistics: Floats,
    observed: Floats,
    low: Floats,
    high: Floats,
    keep: int,
    projection: SummaryProjection | None = None,
) -> Posterior:
    """The posterior of parameters drawn from their prior, given observed statistics.

    Parameters: `theta` [simulation, parameter] the draws, `statistics` [simulation, statistic] what each gave, `low` and `high` the
    bounds of the prior; `keep` simulations are accepted; `projection` if it was fitted already. Where there is no statistic the
    posterior is the prior.

    Raises TooFewError where so few are accepted that the regression has nothing to go on.
    """
    if not statistics.shape[1]:
        return Posterior(tuple(names), theta, np.full(len(theta), 1 / len(theta)), np.inf, np.inf)
    least = max(LEAST_ACCEPTED, 5 * (theta.shape[1] + 1))
    if min(keep, len(theta)) < least:
        raise TooFewError(f"a posterior needs {least} accepted simulations at least, not {min(keep, len(theta))}")
    scale = Line(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
    line = scale.of(theta)
    fitted = projection or SummaryProjection.fit(line, statistics)
    summaries, target = fitted(statistics), fitted(observed)
    distance = distances(summaries, target)
    order = np.argpartition(distance, min(keep, len(distance) - 1))[: keep + 1]
    width = float(distance[order].max())
    near = np.sort(order[distance[order] < width])
    weights = kernel(distance[near], width)
    moved = adjusted(line[near], summaries[near] - target, weights)
    return Posterior(tuple(names), scale.back(moved), weights / weights.sum(), width, float(distance[near].min()))


def ranks(
    theta: Floats,
    statistics: Floats,
    low: Floats,
    high: Floats,
    keep: int,
    held: int,
    draws: int = 99,
    seed: int = 1,
) -> npt.NDArray[np.int64]:
    """Ranks of true parameters among posterior draws [world, parameter], 0 to `draws`, for the last `held` simulations.

    Each is taken for the observed world in turn; the others serve as the table. Uniform if the posterior is right (Talts et al. 2018).
    """
    names = [str(i) for i in range(theta.shape[1])]
    table, summaries = theta[:-held], statistics[:-held]
    fitted = SummaryProjection.fit(Line(np.asarray(low), np.asarray(high)).of(table), summaries)
    out = np.empty((held, theta.shape[1]), dtype=np.int64)
    for i in range(held):
        world = len(theta) - held + i
        found = infer(names, table, summaries, statistics[world], low, high, keep, fitted)
        drawn = np.random.default_rng([seed, i]).choice(len(found.weights), draws, p=found.weights)
        out[i] = (found.sample[drawn] < theta[world]).sum(axis=0)
    return out


def coverage(found: npt.NDArray[np.int64], draws: int, part: float) -> Floats:
    """Share of worlds whose true value lies in the central interval of a part of the posterior, by parameter."""
    place = (found + 0.5) / (draws + 1)
    return np.asarray((np.abs(place - 0.5) <= part / 2).mean(axis=0))
