"""Fronts: what no other package beats in all goals, how much of what is possible they reach, and which is regretted least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from .goals import Floats, Goal


def lowered(goals: Sequence[Goal], levels: pd.DataFrame) -> Floats:
    """Goals [packages, goals] with the sign that makes less better."""
    columns = [levels[g.name].to_numpy(dtype=np.float64) * (1.0 if g.minimised else -1.0) for g in goals]
    return np.column_stack(columns) if columns else np.zeros((len(levels), 0))


def front(values: Floats, kept: npt.NDArray[np.bool_]) -> list[int]:
    """Numbers of the packages that keep all constraints and that no other such package beats or equals before them.

    `values`: [packages, goals], less is better. Of equal packages the first is taken.
    """
    order = [int(i) for i in np.flatnonzero(kept & np.isfinite(values).all(axis=1))]
    unique: dict[tuple[float, ...], int] = {}
    for i in order:
        unique.setdefault(tuple(values[i].tolist()), i)
    chosen = list(unique.values())
    points = values[chosen]
    better = [i for i, p in zip(chosen, points, strict=True) if not ((points <= p).all(axis=1) & (points < p).any(axis=1)).any()]
    return sorted(better, key=lambda i: (values[i].tolist(), i))


def hypervolume(values: Floats, ideal: Floats, nadir: Floats) -> float:
    """The part of the box from `ideal` to `nadir` [goals] that packages [packages, goals] beat or equal, 0 to 1."""
    from pymoo.indicators.hv import HV

    inside = (values - ideal) / np.where(nadir > ideal, nadir - ideal, 1.0)
    inside = np.clip(inside[(inside <= 1).all(axis=1)], 0.0, 1.0)
    if not len(inside):
        return 0.0
    if inside.shape[1] == 1:
        return float(1.0 - inside.min())
    return float(HV(ref_point=np.ones(inside.shape[1]))(inside))


def box(values: Floats, kept: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """The best and the worst of every goal among packages that keep all constraints; zeros where there are none."""
    inside = values[kept & np.isfinite(values).all(axis=1)]
    if not len(inside):
        return np.zeros(values.shape[1]), np.zeros(values.shape[1])
    return inside.min(axis=0), inside.max(axis=0)


def growth(values: Floats, kept: npt.NDArray[np.bool_], generation: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Hypervolume by generation, in the box of all packages: `generation`, `evaluations`, `front`, `hypervolume`."""
    ideal, nadir = box(values, kept)
    rows = []
    for g in range(int(generation.max(initial=-1)) + 1):
        upto = kept & (generation <= g)
        there = front(values, upto)
        rows.append((g + 1, int((generation <= g).sum()), len(there), hypervolume(values[there], ideal, nadir)))
    return pd.DataFrame(rows, columns=["generation", "evaluations", "front", "hypervolume"])


def largest_regret(goals: Sequence[Goal], tables: Mapping[str, Floats]) -> Floats:
    """Of every package: the largest regret in any future and any goal, in parts of what the packages differ by in that goal.

    Regret is counted in each future from the best of these packages in it.
    """
    found = []
    for g in goals:
        table = tables[g.of]
        span = float(np.nanmax(table) - np.nanmin(table)) if np.isfinite(table).any() else 0.0
        if span > 0:
            found.append(np.nanmax(g.regrets(table, g.best(table)), axis=1) / span)
    return np.max(found, axis=0) if found else np.zeros(len(next(iter(tables.values()))))
