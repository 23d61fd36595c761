"""Small array helpers for whoever computes with the arrays of many runs: a run's numbers are the same bits alone or in any batch.

`np.sum` picks its order of additions from the memory layout and so from the size of the ensemble; `total` never does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def total(x: Array, axis: int) -> Array:
    """Sum along a small axis, first to last, one addition after the other, whatever the number of runs."""
    axis %= x.ndim
    n = x.shape[axis]
    if n == 0:
        return np.zeros(x.shape[:axis] + x.shape[axis + 1 :])
    lead: tuple[Any, ...] = (slice(None),) * axis
    out = x[(*lead, 0)] + 0.0
    for i in range(1, n):
        out += x[(*lead, i)]
    return out


def running(x: Array, axis: int) -> Array:
    """Running sum along an axis, first to last."""
    return np.add.accumulate(x, axis=axis)


def logistic(x: Array) -> Array:
    """S(x) = 1/(1 + exp(-x)); arguments beyond +-700 are clipped, where S is 0 or 1 to the last bit."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -700.0, 700.0))))


def share_of(part: Array, whole: Array) -> Array:
    """`part / whole`, 0 where the whole is 0."""
    safe = np.where(whole > 0, whole, 1.0)
    return np.where(whole > 0, part / safe, 0.0)
