"""Which factor moves which outcome, from designs made for the question: Sobol indices (SALib) and Morris effects.

What a design cannot tell is NaN, and the column `why` says why; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from .case import AnalysisError, Case, Floats, spread
from .extras import need, quiet

CONFIDENCE = 0.95
RESAMPLES = 400
RESAMPLES_OVER_TIME = 100
LEAST_BLOCKS = 4
"""Fewer base samples or steps than this say nothing."""
ROUNDING = 1e-12
"""Differences below this part of the largest value are those of the arithmetic."""
SAME = "it is the same at every point"
NORMAL = float(stats.norm.ppf((1 + CONFIDENCE) / 2))
SEED = 1


def sobol(case: Case, outcome: str) -> pd.DataFrame:
    """First-order (S1) and total (ST) indices of the point means, with 95 % bootstrap intervals.

    Returns a row per variable: S1, S1_low, S1_high, ST, ST_low, ST_high; `blocks`, the number of base samples used (one with a
    failed point or a missing value is left out whole); and `why`: empty, or why the indices cannot be told (they are NaN then).

    Raises AnalysisError where the design is another one or too few base samples are whole.
    """
    return _sobol(case, _full(case, case.means(outcome)), RESAMPLES)


def sobol_over_time(case: Case, measure: str) -> pd.DataFrame:
    """The same for every quarter of a series: a row per quarter and variable."""
    return _over_time(case, measure, _sobol)


def morris(case: Case, outcome: str) -> pd.DataFrame:
    """Elementary effects of the point means, per whole range of a variable.

    An effect is the difference of the outcome over the step that the factor really made, as a part of its range: a factor that
    takes only some values (words, dates, whole quarters, a list) makes other steps than the unit cube in which its trajectory was
    drawn. Numbers are placed in their range by value, on whatever scale they were drawn; words, which have no distances, in the
    order in which they were listed and evenly, so that the range leads from the first to the last.

    Returns a row per variable: mu (mean effect), mu_star (mean size) with its 95 % bootstrap interval, sigma (how far the effect
    depends on the other variables or on where it is measured; NaN for one effect); `blocks`, the number of trajectories with an
    effect; `unmoved`, those in which the factor did not really change; `missing`, those in which its step lacks a value at one
    end; and `why`: empty, or why its effects cannot be told (they are NaN then).

    Raises AnalysisError where the design is another one or too few steps have values.
    """
    return _morris(case, _full(case, case.means(outcome)), RESAMPLES)


def morris_over_time(case: Case, measure: str) -> pd.DataFrame:
    """The same for every quarter of a series: a row per quarter and variable."""
    return _over_time(case, measure, _morris)


def _over_time(case: Case, measure: str, indices: Callable[[Case, Floats, int], pd.DataFrame]) -> pd.DataFrame:
    """Indices of the point means of every quarter; a quarter of which nothing can be told says why."""
    if case.series is None:
        raise AnalysisError("the sweep kept no series, so there is nothing over time")
    series = case.series[measure]
    means = spread(series.where(np.isfinite(series)).groupby(level=["point", "quarter"], sort=False).mean(), "quarter")
    means = means.reindex(case.points.index)
    parts: dict[str, pd.DataFrame] = {}
    silent: dict[str, AnalysisError] = {}
    for q in means.columns:
        try:
            parts[q] = indices(case, _full(case, means[q].to_numpy(dtype=np.float64)), RESAMPLES_OVER_TIME)
        except AnalysisError as error:
            silent[q] = error
    if not parts:
        raise next(iter(silent.values()))
    blank = next(iter(parts.values()))[["variable"]]
    found = [parts[q] if q in parts else blank.assign(blocks=0, why=str(silent[q])) for q in means.columns]
    return pd.concat([f.assign(quarter=q) for f, q in zip(found, means.columns, strict=True)], ignore_index=True)


def _full(case: Case, values: Floats) -> Floats:
    """Values in the order of the whole design, NaN at points that failed. Points are numbered from 0."""
    size = case.size or len(case.points)
    out = np.full(size, np.nan)
    out[case.points.index.to_numpy(dtype=int)] = values
    return out


def _blocks(values: Floats, length: int, what: str) -> Floats:
    """Values [block, point of the block]."""
    if len(values) % length:
        raise AnalysisError(f"{len(values)} points are no whole number of {what} of {length} points")
    return values.reshape(-1, length)


def _sobol(case: Case, values: Floats, resamples: int) -> pd.DataFrame:
    if case.design != "sobol":
        raise AnalysisError("Sobol indices need a Sobol design (design: sobol)")
    analyze = need("SALib.analyze.sobol").analyze
    names = [v.name for v in case.variables]
    k = len(names)
    blocks = _blocks(values, 2 * k + 2 if case.second_order else k + 2, "base samples")
    blocks = blocks[np.isfinite(blocks).all(axis=1)]
    if len(blocks) < LEAST_BLOCKS:
        raise AnalysisError(f"only {len(blocks)} whole base samples: too few for indices (at least {LEAST_BLOCKS})")
    frame = pd.DataFrame({"variable": names, "blocks": len(blocks)})
    why = _unknowable(blocks)
    if why:
        return frame.assign(**dict.fromkeys(("S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high"), np.nan), why=why)
    problem: dict[str, Any] = {"num_vars": k, "names": names, "bounds": [[0.0, 1.0]] * k}
    with quiet():
        found = analyze(
            problem, blocks.reshape(-1), calc_second_order=case.second_order, num_resamples=resamples,
            conf_level=CONFIDENCE, seed=SEED,
        )  # fmt: skip
    for key in ("S1", "ST"):
        middle, half = np.asarray(found[key], dtype=float), np.asarray(found[f"{key}_conf"], dtype=float)
        frame[key], frame[f"{key}_low"], frame[f"{key}_high"] = middle, middle - half, middle + half
    return frame.assign(why="")


def _unknowable(blocks: Floats) -> str:
    """Why no index can be told; empty if one can.

    SALib divides by the variance of the base points, the first and the last of every block, and takes 0/0 for 0.
    """
    tiny = ROUNDING * max(1.0, float(np.abs(blocks).max()))
    if np.ptp(blocks) <= tiny:
        return SAME
    base = blocks[:, [0, -1]]
    odd = int((np.abs(base - np.median(base)) > tiny).sum())
    if not odd:
        return f"it is the same at all {base.size} base points, and other only where single factors were exchanged"
    return f"it is other at only {odd} of {base.size} base points" if odd < LEAST_BLOCKS else ""


def _morris(case: Case, values: Floats, resamples: int) -> pd.DataFrame:
    if case.design != "morris":
        raise AnalysisError("Morris effects need a Morris design (design: morris)")
    width = len(case.variables)
    blocks = _blocks(values, width + 1, "trajectories")
    units = np.full((len(values), width), np.nan)
    units[case.points.index.to_numpy(dtype=int)] = unit_values(case)
    steps = np.diff(units.reshape(len(blocks), width + 1, width), axis=1)  # [trajectory, step, variable]
    gains = np.diff(blocks, axis=1)
    known = np.isfinite(steps)  # not at a failed point
    moved = known & (np.abs(np.where(known, steps, 0.0)) > ROUNDING)
    if (moved.sum(axis=2) > 1).any():
        raise AnalysisError("several factors change in one step: these points are no trajectories")
    usable = moved & np.isfinite(gains)[:, :, None]
    if usable.sum(axis=(0, 1)).max() < LEAST_BLOCKS:
        most = int(usable.sum(axis=(0, 1)).max())
        raise AnalysisError(f"no factor has more than {most} steps with values at both ends (at least {LEAST_BLOCKS})")
    tiny = ROUNDING * max(1.0, float(np.abs(blocks[np.isfinite(blocks)]).max()))
    luck = np.random.default_rng(SEED)
    rows = []
    for j, v in enumerate(case.variables):
        at = usable[:, :, j]
        effects = gains[at] / steps[:, :, j][at]
        still = int((known[:, :, j].all(axis=1) & ~moved[:, :, j].any(axis=1)).sum())
        used = int(at.any(axis=1).sum())
        rows.append({
            "variable": v.name, "blocks": used, "unmoved": still, "missing": len(blocks) - used - still,
            **_summed(effects, resamples, luck, tiny),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _summed(effects: Floats, resamples: int, luck: np.random.Generator, tiny: float) -> dict[str, float | str]:
    """What the effects of one variable say. The interval is SALib's: normal, its width from a bootstrap over effects."""
    n = len(effects)
    if n < LEAST_BLOCKS:
        nothing = dict.fromkeys(("mu", "mu_star", "mu_star_low", "mu_star_high", "sigma"), np.nan)
        return nothing | {
            "why": f"{n} steps in which it changed, with values at both ends, are too few (at least {LEAST_BLOCKS})"
        }
    sizes = np.abs(effects)
    drawn = sizes[luck.integers(n, size=(resamples, n))].mean(axis=1)
    half, sigma = NORMAL * float(drawn.std(ddof=1)), float(effects.std(ddof=1))
    mu, mu_star, half, sigma = (
        0.0 if abs(x) <= tiny else x for x in (float(effects.mean()), float(sizes.mean()), half, sigma)
    )
    return {
        "mu": mu, "mu_star": mu_star, "mu_star_low": max(0.0, mu_star - half), "mu_star_high": mu_star + half,
        "sigma": sigma, "why": "",
    }  # fmt: skip


def unit_values(case: Case) -> Floats:
    """The points with every variable on 0 to 1, as far along its range; a choice by the place of its word."""
    columns = []
    for v in case.variables:
        column = case.points[v.name]
        if v.choice:
            place = {word: i / max(1, len(v.values) - 1) for i, word in enumerate(v.values)}
            columns.append(column.map(place).to_numpy(dtype=np.float64))
        else:
            columns.append((column.to_numpy(dtype=np.float64) - v.low) / ((v.high - v.low) or 1.0))
    return np.column_stack(columns)
