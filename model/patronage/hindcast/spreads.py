"""How far forecasts miss: a walk at random and a drift that nobody knows, sigma² h + tau² h², the most likely ones of residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patronage.world.arrays import Array

RATIO, RATIO_SD = np.log(0.5), 0.5
"""A priori log(tau / sigma) is normal: short windows say little of long horizons."""
BELOW, ABOVE = 4.0, 2.0
"""How far the logarithms of sigma and tau may lie from their first guess."""
LEAST = 1e-3
"""The least first guess of sigma."""
STEPS, HALVINGS, DONE = 60, 12, 1e-7


@dataclass(frozen=True)
class Spread:
    """Predictive variance: a walk at random, and a drift that nobody knows. sigma² h + tau² h²."""

    sigma: float
    tau: float

    def variance(self, h: Array) -> Array:
        return np.asarray(self.sigma**2 * h + self.tau**2 * h**2)


def by_horizon(squares: Array, weight: Array, h: Array) -> tuple[Array, Array, Array]:
    """Squared residuals [B, M] of forecasts over `h` years [M], added up: horizons [H], weights [H], mean squares [B, H].

    Where nothing else is known of the variance they tell as much as the residuals themselves.
    """
    horizons, at = np.unique(h, return_inverse=True)
    whole = np.bincount(at, weight)
    sums = np.stack([np.bincount(at, weight * row) for row in squares])
    return horizons, whole, sums / whole


def likeliest(squares: Array, weight: Array, h: Array, given: Array | float = 0.0) -> tuple[Array, Array, Array]:
    """Sigma, tau [B] and minus their log posterior [B] for B sets of squared residuals [B, M] beyond a `given` variance.

    Fisher scoring on the logarithms, all sets at once, with steps halved until they help; a bound that holds is left out.
    """
    scale = np.maximum(np.sqrt(np.average(squares / h, weights=weight, axis=1)), LEAST)
    first = np.log(scale[:, None] * np.array([0.8, 0.4]))
    low, high = first - BELOW, first + ABOVE
    q, value = first, _loss(first, squares, weight, h, given)
    for _ in range(STEPS):
        step = _step(q, low, high, squares, weight, h, given)
        moved, size = np.zeros(len(q), dtype=bool), np.ones(len(q))
        for _ in range(HALVINGS):
            tried = np.clip(q + size[:, None] * step, low, high)
            losses = _loss(tried, squares, weight, h, given)
            better = ~moved & (losses <= value)
            q, value = np.where(better[:, None], tried, q), np.where(better, losses, value)
            moved |= better
            size = np.where(moved, size, size / 2)
            if moved.all():
                break
        if np.abs(step).max(initial=0.0) < DONE or not moved.any():
            break
    sigma, tau = np.exp(q).T
    return sigma, tau, value


def _parts(q: Array, h: Array, given: Array | float) -> tuple[Array, Array, Array]:
    walk, drift = np.exp(2 * q[:, :1]) * h, np.exp(2 * q[:, 1:]) * h**2
    return walk, drift, given + walk + drift


def _loss(q: Array, squares: Array, weight: Array, h: Array, given: Array | float) -> Array:
    _, _, variance = _parts(q, h, given)
    off = (q[:, 1] - q[:, 0] - RATIO) / RATIO_SD
    return np.asarray((0.5 * (np.log(variance) + squares / variance)) @ weight + 0.5 * off**2)


def _step(q: Array, low: Array, high: Array, squares: Array, weight: Array, h: Array, given: Array | float) -> Array:
    walk, drift, variance = _parts(q, h, given)
    pull = (q[:, 1] - q[:, 0] - RATIO) / RATIO_SD**2
    slope = (1 - squares / variance) / variance
    g = np.stack([(slope * walk) @ weight - pull, (slope * drift) @ weight + pull], axis=1)
    a, b = walk / variance, drift / variance
    prior = 1 / RATIO_SD**2
    aa, bb, ab = 2 * (a * a) @ weight + prior, 2 * (b * b) @ weight + prior, 2 * (a * b) @ weight - prior
    held = ((q <= low) & (g > 0)) | ((q >= high) & (g < 0))
    g, ab = np.where(held, 0.0, g), np.where(held.any(axis=1), 0.0, ab)
    whole = aa * bb - ab * ab
    step = -np.stack([bb * g[:, 0] - ab * g[:, 1], aa * g[:, 1] - ab * g[:, 0]], axis=1) / whole[:, None]
    return np.clip(step, -1.0, 1.0)
