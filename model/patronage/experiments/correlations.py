"""Uncertainties that go together: rank correlations laid into a Latin hypercube by a Gaussian copula.

Every column keeps its values, so that each range stays divided as the hypercube divides it and only what comes together changes
(Iman and Conover 1982). A rank correlation r of Spearman is that of a Gaussian copula with the correlation 2·sin(π·r/6)
(Kruskal 1958).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from .factors import Floats

Correlation = tuple[str, str, float]
"""Two factors and their rank correlation."""
EDGE = 1e-9
"""How near to an end of its range a place may be that has a normal score."""
LEAST = 1e-9
"""Smallest eigenvalue of a matrix that can be one of correlations."""


def copula_matrix(names: Sequence[str], correlations: Sequence[Correlation]) -> Floats:
    """[factor, factor] correlations of the Gaussian copula; factors that are not named go with nothing."""
    found = np.eye(len(names))
    for one, other, rank in correlations:
        i, j = names.index(one), names.index(other)
        found[i, j] = found[j, i] = 2 * np.sin(np.pi * rank / 6)
    return found


def possible(names: Sequence[str], correlations: Sequence[Correlation]) -> bool:
    """Whether factors can go together like that: three that each go against both others, for example, cannot."""
    return bool(np.linalg.eigvalsh(copula_matrix(names, correlations)).min() > LEAST)


def correlated(cube: Floats, names: Sequence[str], correlations: Sequence[Correlation]) -> Floats:
    """The rows of a sample of the unit cube [point, factor], with the values of each column put in another order.

    The sample's own chance correlations are taken out first where it has more points than factors.
    """
    scores = norm.ppf(cube)
    wanted = np.linalg.cholesky(copula_matrix(names, correlations))
    if len(cube) > len(names) + 1:
        there = np.linalg.cholesky(np.corrcoef(scores, rowvar=False))
        scores = (scores - scores.mean(axis=0)) / scores.std(axis=0)
        scores = scores @ np.linalg.inv(there).T
    mixed = scores @ wanted.T
    out = np.empty_like(cube)
    for i in range(len(names)):
        out[np.argsort(mixed[:, i], kind="stable"), i] = np.sort(cube[:, i])
    return out


def mixed(cube: Floats, names: Sequence[str], correlations: Sequence[Correlation]) -> Floats:
    """Points of the unit cube [point, factor] moved, each for itself, to where these correlations lay them.

    So a larger sample begins with the smaller one, as far as the cube does; each margin stays uniform.
    """
    scores = norm.ppf(np.clip(cube, EDGE, 1 - EDGE))
    return np.asarray(norm.cdf(scores @ np.linalg.cholesky(copula_matrix(names, correlations)).T))
