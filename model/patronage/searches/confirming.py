"""Packages of a front simulated again with fresh luck: what they were found and chosen with flatters whoever was lucky in it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .evaluating import Simulated
from .goals import Floats, Search
from .selecting import is_share

RESAMPLES = 400
"""Of the runs of every future, the same for all packages, for 95 % intervals."""
SEED = 20_121
NORMAL = 1.96
"""Standard deviations of the resamples: the worst of several means of resampled runs lies beyond that of the runs, so that quantiles
of the resamples would lie to one side of it."""


def confirmed(search: Search, best: pd.DataFrame, found: Simulated, reference: Mapping[str, Floats]) -> pd.DataFrame:
    """A front with what became of it: goals again with 95 % intervals, and whether constraints hold.

    `found`: the packages of the front in order; `reference`: by goal, the best of all packages in each future.
    """
    tables = search.tables(found.packages, found.runs)
    levels = {g.name: g.statistic(tables[g.of], reference[g.name]) for g in search.goals}
    spread = resampled(search, found, reference)
    holds = np.array([not f for f in found.failures])
    for c in search.constraints:
        holds &= c.excess(levels[c.name]) <= 0
    columns: dict[str, Floats] = {}
    for g in search.goals:
        half = NORMAL * np.std(spread[g.name], axis=0, ddof=1)
        low, high = levels[g.name] - half, levels[g.name] + half
        if is_share(g, found.runs):
            low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
        columns |= {f"{g.name}_again": levels[g.name], f"{g.name}_low": low, f"{g.name}_high": high}
    return best.assign(**columns, holds=holds)


def resampled(search: Search, found: Simulated, reference: Mapping[str, Floats]) -> dict[str, Floats]:
    """Goals [resamples, packages] of runs drawn anew within every future: the bootstrap."""
    rng = np.random.default_rng(SEED)
    some = next(iter(found.runs.values()))
    out: dict[str, list[Floats]] = {g.name: [] for g in search.goals}
    for _ in range(RESAMPLES):
        drawn = rng.integers(some.shape[2], size=(1, some.shape[1], some.shape[2]))
        tables = search.tables(found.packages, {k: np.take_along_axis(v, drawn, axis=2) for k, v in found.runs.items()})
        for g in search.goals:
            out[g.name].append(g.statistic(tables[g.of], reference[g.name]))
    return {name: np.array(values) for name, values in out.items()}
