"""Shapley effects: the variance of an outcome divided among factors that may be drawn together.

Where factors go together Sobol indices are not defined: what one explains the other explains, too. The Shapley effect of a factor is
what it adds to the variance that is left while all others but a coalition are known, averaged over all orders in which factors
may become unknown (Owen 2014; Song, Nelson and Staum 2016). Effects are shares of the variance, none below 0, and add up.

They are read off the points as they come: the variance that is left where some factors are known is that among a point and its
nearest neighbours in those factors (Broto, Bachoc and Depecker 2020). What neighbours in all factors differ by is luck, and what the
sample is too thin to tell; it stands in a row of its own and is not divided (Y is no function of X there). SALib (1.6) has Shapley
effects of independent factors alone, on a design of their own.
"""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial import KDTree

from .case import AnalysisError, Case, Floats
from .sensitivity import CONFIDENCE, SAME, unit_values

REST = "(luck, and too thin a sample)"
"""What stands in the column `variable` for what is not divided."""
NEIGHBOURS = 3
"""A point and its two nearest, as Broto and others advise."""
LEAST_POINTS, MOST_FACTORS = 100, 10
"""Coalitions are all counted: 1024 of ten factors."""
HALVES = 20
TIES = 1e-9
"""By how much points that are equal in some factors are put apart, so that luck and not their order chooses among them."""
SEED = 1


def shapley(case: Case, outcome: str) -> pd.DataFrame:
    """Shapley effects of the factors on the point means, as shares of their variance.

    Returns a row per variable, largest first: `share` with its 95 % interval (from 20 halves of the points); and at the end
    what no factor tells. The shares add up to 1.

    Raises AnalysisError for Sobol and Morris designs, whose points are no sample; too few points; too many factors.
    """
    if case.design in ("sobol", "morris"):
        raise AnalysisError(f"Shapley effects need a sample, such as a Latin hypercube, and this is a {case.design} design")
    y = case.means(outcome)
    known = np.isfinite(y)
    x, y = unit_values(case)[known], y[known]
    moved = np.ptp(x, axis=0) > 0 if len(x) else np.zeros(len(case.variables), dtype=bool)
    names = [v.name for v, moves in zip(case.variables, moved, strict=True) if moves]
    if len(y) < LEAST_POINTS:
        raise AnalysisError(f"Shapley effects need at least {LEAST_POINTS} points with a value, not {len(y)}")
    if len(names) > MOST_FACTORS:
        raise AnalysisError(f"Shapley effects of {len(names)} factors are too many (at most {MOST_FACTORS}): screen them first")
    if np.ptp(y) == 0 or not names:
        raise AnalysisError(SAME)
    if np.ptp(y) < case.least(outcome):
        raise AnalysisError("its points differ by less than is worth telling")
    whole = divided(variances_left(x[:, moved], y))
    half = margins(x[:, moved], y)
    table = pd.DataFrame({"variable": [*names, REST], "share": whole, "share_low": whole - half, "share_high": whole + half})
    factors = table.iloc[:-1].sort_values("share", ascending=False, kind="stable")
    return pd.concat([factors, table.iloc[-1:]], ignore_index=True)


def margins(x: Floats, y: Floats) -> Floats:
    """Half widths of the 95 % intervals of all shares.

    A share of half of the points, drawn without replacement, differs from that of all by as much as that of all does from the
    truth (Politis and Romano 1994). A bootstrap would not do: a point drawn twice is its own nearest neighbour.
    """
    luck = np.random.default_rng(SEED)
    drawn = [luck.permutation(len(y))[: len(y) // 2] for _ in range(HALVES)]
    found = np.stack([divided(variances_left(x[rows], y[rows])) for rows in drawn])
    return np.asarray(stats.t.ppf((1 + CONFIDENCE) / 2, HALVES - 1) * found.std(axis=0, ddof=1))


def variances_left(x: Floats, y: Floats) -> Floats:
    """What is left of the variance of `y` by coalition, where only the factors outside the coalition are known.

    A coalition is a number whose bits are its factors; that of all knows nothing, and what is left is the whole variance.
    """
    width = x.shape[1]
    apart = x + TIES * np.random.default_rng(SEED).standard_normal(x.shape)
    out = np.empty(1 << width)
    for coalition in range(1 << width):
        known = [j for j in range(width) if not coalition >> j & 1]
        if known:
            _, near = KDTree(apart[:, known]).query(apart[:, known], NEIGHBOURS)
            out[coalition] = y[near].var(axis=1, ddof=1).mean()
        else:
            out[coalition] = y.var(ddof=1)
    return out


def divided(left: Floats) -> Floats:
    """Shares [factor, and the rest] of the variance, from what is left by coalition."""
    width = int(np.log2(len(left)))
    coalitions = np.arange(len(left))
    sizes = np.array([c.bit_count() for c in coalitions.tolist()])
    shares = np.empty(width + 1)
    for j in range(width):
        without = coalitions[(coalitions >> j & 1) == 0]
        weights = np.array([1 / (width * comb(width - 1, s)) for s in sizes[without].tolist()])
        shares[j] = (weights * (left[without | 1 << j] - left[without])).sum()
    shares[width] = left[0]
    return shares / left[-1]
