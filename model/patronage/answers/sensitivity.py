"""Which factor moves which outcome, from designs made for the question: Sobol indices and Morris effects (SALib)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .case import AnalysisError, Case, Floats, spread
from .extras import need, quiet

CONFIDENCE = 0.95
RESAMPLES = 400
RESAMPLES_OVER_TIME = 100
LEAST_BLOCKS = 4
"""Fewer base samples or trajectories than this say nothing."""
SEED = 1


def sobol(case: Case, outcome: str) -> pd.DataFrame:
    """First-order (S1) and total (ST) indices of the point means, with 95 % bootstrap intervals.

    Returns a row per variable: S1, S1_low, S1_high, ST, ST_low, ST_high, and `blocks`, the number of base samples used. A block
    with a failed point is left out whole. All NaN where the outcome is the same at every point.
    """
    return _sobol(case, _full(case, case.means(outcome)), RESAMPLES)


def sobol_over_time(case: Case, measure: str) -> pd.DataFrame:
    """The same for every quarter of a series: a row per quarter and variable."""
    return _over_time(case, measure, _sobol)


def morris(case: Case, outcome: str) -> pd.DataFrame:
    """Elementary effects of the point means, per whole range of a variable.

    Returns a row per variable: mu (mean effect), mu_star (mean size) with its 95 % bootstrap interval, sigma (how far the effect
    depends on the other variables or on where it is measured), and `blocks`, the number of trajectories used.
    """
    return _morris(case, _full(case, case.means(outcome)), RESAMPLES)


def morris_over_time(case: Case, measure: str) -> pd.DataFrame:
    """The same for every quarter of a series: a row per quarter and variable."""
    return _over_time(case, measure, _morris)


def _over_time(case: Case, measure: str, indices: Callable[[Case, Floats, int], pd.DataFrame]) -> pd.DataFrame:
    """Indices of the point means of every quarter."""
    if case.series is None:
        raise AnalysisError("the sweep kept no series, so there is nothing over time")
    means = spread(case.series[measure].groupby(level=["point", "quarter"], sort=False).mean(), "quarter")
    means = means.reindex(case.points.index)
    parts = [
        indices(case, _full(case, means[q].to_numpy(dtype=np.float64)), RESAMPLES_OVER_TIME).assign(quarter=q)
        for q in means.columns
    ]
    return pd.concat(parts, ignore_index=True)


def _full(case: Case, values: Floats) -> Floats:
    """Values in the order of the whole design, NaN at points that failed. Points are numbered from 0."""
    size = case.size or len(case.points)
    out = np.full(size, np.nan)
    out[case.points.index.to_numpy(dtype=int)] = values
    return out


def _blocks(values: Floats, length: int, what: str) -> tuple[npt.NDArray[np.int64], Floats]:
    if len(values) % length:
        raise AnalysisError(f"{len(values)} points are no whole number of {what} of {length} points")
    blocks = values.reshape(-1, length)
    kept = np.flatnonzero(np.isfinite(blocks).all(axis=1))
    if len(kept) < LEAST_BLOCKS:
        raise AnalysisError(f"only {len(kept)} whole {what}: too few for indices (at least {LEAST_BLOCKS})")
    return kept, blocks[kept]


def _problem(case: Case) -> dict[str, Any]:
    names = [v.name for v in case.variables]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _sobol(case: Case, values: Floats, resamples: int) -> pd.DataFrame:
    if case.design != "sobol":
        raise AnalysisError("Sobol indices need a Sobol design (design: sobol)")
    analyze = need("SALib.analyze.sobol").analyze
    problem = _problem(case)
    k = problem["num_vars"]
    kept, blocks = _blocks(values, 2 * k + 2 if case.second_order else k + 2, "base samples")
    frame = pd.DataFrame({"variable": problem["names"], "blocks": len(kept)})
    if np.ptp(blocks) <= 1e-12 * max(1.0, float(np.abs(blocks).max())):
        return frame.assign(**dict.fromkeys(("S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high"), np.nan))
    with quiet(), np.errstate(invalid="ignore", divide="ignore"):
        found = analyze(
            problem, blocks.reshape(-1), calc_second_order=case.second_order, num_resamples=resamples,
            conf_level=CONFIDENCE, seed=SEED,
        )  # fmt: skip
    for key in ("S1", "ST"):
        middle, half = np.asarray(found[key], dtype=float), np.asarray(found[f"{key}_conf"], dtype=float)
        frame[key], frame[f"{key}_low"], frame[f"{key}_high"] = middle, middle - half, middle + half
    return frame


def _morris(case: Case, values: Floats, resamples: int) -> pd.DataFrame:
    if case.design != "morris":
        raise AnalysisError("Morris effects need a Morris design (design: morris)")
    analyze = need("SALib.analyze.morris").analyze
    problem = _problem(case)
    length = problem["num_vars"] + 1
    kept, blocks = _blocks(values, length, "trajectories")
    units = np.full((len(values), problem["num_vars"]), np.nan)
    units[case.points.index.to_numpy(dtype=int)] = unit_values(case)
    units = units.reshape(-1, length, problem["num_vars"])[kept].reshape(-1, problem["num_vars"])
    with quiet():
        found = analyze(
            problem, units, blocks.reshape(-1), num_resamples=resamples, conf_level=CONFIDENCE,
            num_levels=case.levels, seed=SEED,
        )  # fmt: skip
    mu_star, half = np.asarray(found["mu_star"], dtype=float), np.asarray(found["mu_star_conf"], dtype=float)
    return pd.DataFrame({
        "variable": problem["names"],
        "blocks": len(kept),
        "mu": np.asarray(found["mu"], dtype=float),
        "mu_star": mu_star,
        "mu_star_low": np.maximum(0.0, mu_star - half),
        "mu_star_high": mu_star + half,
        "sigma": np.asarray(found["sigma"], dtype=float),
    })  # fmt: skip


def unit_values(case: Case) -> Floats:
    """The points with every variable on 0 to 1; a choice by the place of its word."""
    columns = []
    for v in case.variables:
        column = case.points[v.name]
        if v.choice:
            place = {word: i / max(1, len(v.values) - 1) for i, word in enumerate(v.values)}
            columns.append(column.map(place).to_numpy(dtype=np.float64))
        else:
            columns.append((column.to_numpy(dtype=np.float64) - v.low) / ((v.high - v.low) or 1.0))
    return np.column_stack(columns)
