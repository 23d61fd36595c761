"""The scales on which quantities are forecast.

Shares by the logit of (x + .01) / (1 - x + .01), amounts by log(1 + x), everything else as it is.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from patronage.world.arrays import Array

EDGE = 0.01
"""How far from 0 and 1 shares are kept before the logit."""


def to_scale(kind: str, x: Array) -> Array:
    """Observed values on the scale of forecasts. Of shares whatever is beyond 1, as an index may be, counts as 1."""
    if kind == "share":
        x = np.clip(x, 0.0, 1.0)
        return np.asarray(np.log((x + EDGE) / (1 - x + EDGE)))
    return np.asarray(np.log1p(x)) if kind == "amount" else np.asarray(x, dtype=np.float64)


def from_scale(kind: str, z: Array) -> Array:
    """And back, within bounds."""
    if kind == "share":
        return np.clip((1 + 2 * EDGE) * expit(z) - EDGE, 0.0, 1.0)
    return np.maximum(np.expm1(z), 0.0) if kind == "amount" else np.asarray(z, dtype=np.float64)
