"""Forecasts of what happens or not: a base that stands, a leader who is removed. Chances between 0 and 1.

A base: the model's chance is linked as every quantity is, p = y(O) + k (p_model - y(O)), with k from the training window. Baselines
are persistence (what is, stays), mean (the dyad's own frequency) and ar1 (yearly chances of opening and closing, common to all).

An exit within the horizon: the model's chance as it is. Baselines are persistence (the client's own yearly rate) and mean (that of
all clients).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from patronage.world.arrays import Array

from .past import Pairs, Past

K, NOISE = 0.5, 0.2
"""Prior mean of k, and the weight of the prior in units of squared changes."""


def link(past: Past, pairs: Pairs, chances: Mapping[int, Array]) -> float:
    """K by least squares over forecasts in the training window, with its prior. `chances`: origin → [H, N]."""
    part, whole = K * NOISE, NOISE
    for o, d, h, z0, z in zip(pairs.o, pairs.d, pairs.h, pairs.z0, pairs.z, strict=True):
        forecast = chances.get(int(past.years[int(o)]))
        if forecast is not None and int(h) <= len(forecast):
            change = float(forecast[int(h) - 1, int(d)]) - z0
            part += change * (z - z0) / h
            whole += change**2 / h
    return float(np.clip(part / whole, 0.0, 1.0))


def states(past: Past, pairs: Pairs, horizon: int) -> dict[str, Array]:
    """Chances [N] that what is 0 or 1 is 1 after a horizon, by baseline."""
    known = np.isfinite(past.z)
    frequency = (np.where(known, past.z, 0).sum(axis=0) + 0.5) / (known.sum(axis=0) + 1)
    step = pairs.h == 1
    z0, z = pairs.z0[step], pairs.z[step]
    opening = (float(z[z0 == 0].sum()) + 0.5) / (float((z0 == 0).sum()) + 1)
    closing = (float((1 - z[z0 == 1]).sum()) + 0.5) / (float((z0 == 1).sum()) + 1)
    rest = opening / (opening + closing)
    chain = rest + (1 - opening - closing) ** horizon * (past.now - rest)
    return {"persistence": past.now, "mean": frequency, "ar1": np.clip(chain, 0, 1)}


def events(past: Past, horizon: int) -> dict[str, Array]:
    """Chances [N] that it happens within a horizon, by baseline."""
    known = np.isfinite(past.z)
    times, years = np.where(known, past.z, 0).sum(axis=0), known.sum(axis=0)
    own = (times + 0.5) / (years + 1)
    pooled = np.full(len(past.dyads), (times.sum() + 0.5) / (years.sum() + 1))
    return {"persistence": 1 - (1 - own) ** horizon, "mean": 1 - (1 - pooled) ** horizon}
