"""What rival theories say: how much of an outcome is theory, parameters and luck, what each says, and what would tell them apart.

Every future (a setting of all other factors) is simulated under every theory with the same luck, so that values stand in a full table
[theory, future, run], whose variance divides exactly. Scenarios that are a factor are rivals in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from patronage.results.ensemble import mean_interval

from .case import AnalysisError, Case, Floats, spread

DRAWS = 200
REST, LUCK = "parameters", "luck"
AXES = ("theory", REST, LUCK)
COMPONENTS = ("theory", "parameters", "luck", "theory and parameters", "theory and luck", "parameters and luck", "all three")
"""What the variance of single runs divides into where there are theories alone: three parts, and what they do only together."""


def table_of(case: Case, outcome: str, role: str = "theory") -> tuple[list[str], Floats]:
    """Names of the theories (of the scenarios, where that is the role), and the outcome [theory, future, run].

    A future is a setting of everything else. Raises AnalysisError where not every future is simulated under every theory, or the
    outcome does not exist in every run.
    """
    if not any(v.role == role for v in case.variables):
        why = {"theory": "no factor is a theory (block theories of the experiment)", "scenario": "there is one scenario only"}
        raise AnalysisError(why[role])
    (listed, _), values = _table(case, outcome, [role, REST])
    return listed, values


def whole_table(case: Case, outcome: str) -> tuple[list[str], Floats]:
    """What the variance of an outcome is divided over, and its values over these axes.

    Axes are scenario and theory where there are several, parameters where anything else is varied, and luck. Raises AnalysisError as
    `table_of` does.
    """
    roles = [role for role in ("scenario", "theory") if any(v.role == role for v in case.variables)]
    rest = [REST] if any(v.role not in roles for v in case.variables) else []
    return [*roles, *rest, LUCK], _table(case, outcome, [*roles, *rest])[1]


def _table(case: Case, outcome: str, axes: list[str]) -> tuple[list[list[str]], Floats]:
    """Words along every axis and the outcome over all axes and runs. A role that is no axis belongs to `REST`."""
    columns: list[pd.Series[Any]] = []
    for axis in axes:
        mine = [v.name for v in case.variables if (v.role == axis if axis != REST else v.role not in axes)]
        here = case.points[mine].astype(str).agg(", ".join, axis=1) if axis != REST else None
        if here is None:
            one = pd.Series(0, index=case.points.index)
            here = case.points.groupby(mine, sort=False, dropna=False).ngroup() if mine else one
        columns.append(here)
    words = [list(dict.fromkeys(column)) for column in columns]
    places = np.array([[listed.index(x) for x in column] for listed, column in zip(words, columns, strict=True)])
    values = case.matrix(outcome)
    shape = tuple(map(len, words))
    found = np.full((*shape, values.shape[1]), np.nan)
    seen = np.zeros(shape, dtype=int)
    found[tuple(places)] = values
    np.add.at(seen, tuple(places), 1)
    rivals = " and ".join(axis for axis in axes if axis != REST)
    if not (seen == 1).all():
        raise AnalysisError(f"not every future is simulated under every {rivals}: use a grid, or lhs with crossed: yes")
    if not np.isfinite(found).all():
        raise AnalysisError(f"it does not exist in every run of every {rivals}")
    return words, found


def components(values: Floats) -> Floats:
    """Components of the variance of values over all axes, in the order of `component_names`; NaN where an axis has one value.

    Mean squares of the full table, less what the sample puts into each by chance (analysis of variance, all axes drawn): their sum
    is the variance of a run of a theory, a future and luck that are drawn anew. The mean square of a part estimates the component of
    it and of every part that holds it, each times the cells it is averaged over, so that components follow by inclusion and exclusion.
    """
    parts, shape = _parts(values.ndim), values.shape
    if min(shape) < 2:
        return np.full(len(parts), np.nan)
    cells = {part: int(np.prod([shape[i] for i in range(values.ndim) if i not in part])) for part in parts}
    squares = {}
    for part in parts:
        x = values.mean(axis=tuple(i for i in range(values.ndim) if i not in part), keepdims=True)
        for i in part:
            x = x - x.mean(axis=i, keepdims=True)
        squares[part] = float((x**2).sum()) * cells[part] / np.prod([shape[i] - 1 for i in part])
    above = {part: [more for more in parts if set(part) <= set(more)] for part in parts}
    return np.array([
        sum((-1) ** (len(more) - len(part)) * squares[more] for more in above[part]) / cells[part] for part in parts
    ])  # fmt: skip


def _parts(axes: int) -> list[tuple[int, ...]]:
    """Single axes, then pairs, and so on."""
    return [part for size in range(1, axes + 1) for part in combinations(range(axes), size)]


def component_names(axes: Sequence[str]) -> list[str]:
    """The parts in words, in the order of `components`."""
    whole = {2: "both", 3: "all three", 4: "all four"}.get(len(axes), "all")
    named = ([axes[i] for i in part] for part in _parts(len(axes)))
    return [whole if len(n) == len(axes) > 1 else ", ".join(n[:-1]) + (" and " if n[:-1] else "") + n[-1] for n in named]


def shares(values: Floats, seed: int = 1, axes: Sequence[str] = AXES) -> pd.DataFrame:
    """`component`, its `share` of the variance with a 90 % interval (`low`, `high`) by resampling futures and runs; never below 0."""
    luck = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        again = values
        for axis, name in enumerate(axes):
            if name in (REST, LUCK):
                again = np.take(again, luck.integers(0, values.shape[axis], values.shape[axis]), axis=axis)
        drawn.append(_shares(components(again)))
    names = component_names(axes)
    known = [d for d in drawn if np.isfinite(d).all()]
    low, high = np.quantile(known, (0.05, 0.95), axis=0) if known else np.full((2, len(names)), np.nan)
    return pd.DataFrame({"component": names, "share": _shares(components(values)), "low": low, "high": high})


def _shares(found: Floats) -> Floats:
    kept = np.maximum(found, 0.0)
    total = kept.sum()
    return kept / total if total > 0 else np.full_like(kept, np.nan)


def by_theory(names: list[str], values: Floats, role: str = "theory") -> pd.DataFrame:
    """`theory` (or the role), mean over futures and runs, and its 95 % interval over futures (over runs, of a single future).

    The last row is that over all of them.
    """
    rows = []
    for name, mine in [*zip(names, values, strict=True), ("all", values.mean(axis=0))]:
        mean, low, high = (float(x) for x in mean_interval(_drawn(mine)))
        rows.append((name, mean, low, high))
    return pd.DataFrame(rows, columns=[role, "mean", "low", "high"])


def _drawn(values: Floats) -> Floats:
    """What of values [future, run] was drawn independently: the means of futures, or the runs of the only one."""
    return np.asarray(values.mean(axis=1) if len(values) > 1 else values[0])


def against(names: list[str], values: Floats, smallest: float) -> pd.DataFrame:
    """Every other one against the first, in the same futures with the same luck.

    `first`, `second`, `mean` difference with its 95 % interval over futures (over runs, of a single future), `grows` and `falls`:
    share of these in which it differs by `smallest` or more.
    """
    rows = []
    for name, mine in zip(names[1:], values[1:], strict=True):
        gap = _drawn(mine - values[0])
        mean, low, high = (float(x) for x in mean_interval(gap))
        rows.append((names[0], name, mean, low, high, float((gap >= smallest).mean()), float((gap <= -smallest).mean())))
    return pd.DataFrame(rows, columns=["first", "second", "mean", "low", "high", "grows", "falls"])


def telling(names: list[str], values: Floats) -> pd.DataFrame:
    """`first`, `second` theory and the Kolmogorov-Smirnov distance of their distributions over futures and runs, the largest first.

    Whoever sees the outcome of one run and has to say which of the two was at work can be right in (1 + distance) / 2 of cases.
    """
    rows = [(names[i], names[j], distance(values[i], values[j])) for i, j in combinations(range(len(names)), 2)]
    frame = pd.DataFrame(rows, columns=["first", "second", "distance"])
    return frame.sort_values("distance", ascending=False, kind="stable", ignore_index=True)


def distance(one: Floats, other: Floats) -> float:
    """The largest difference of two distribution functions (Kolmogorov-Smirnov)."""
    edges = np.union1d(one, other)
    below = [np.searchsorted(np.sort(x, axis=None), edges, side="right") / x.size for x in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


def effects(case: Case, outcome: str, smallest: float, role: str = "theory") -> pd.DataFrame:
    """What the last setting of the levers does against the first one, theory by theory, in the same futures with the same luck.

    `theory` (or the role), `mean` difference with its 95 % interval over futures, `grows` and `falls`: share of futures in which the
    mean over runs differs by `smallest` or more. The last row is that over all theories.
    """
    levers = [v for v in case.variables if v.role == "lever"]
    if not levers:
        raise AnalysisError("no factor is a lever, so there are no settings to compare")
    theories = [v.name for v in case.variables if v.role == role]
    numbers = [v.name for v in case.variables if v.role not in ("lever", role)]
    settings = case.points[[v.name for v in levers]].astype(str).agg(", ".join, axis=1)
    words = case.points[theories].astype(str).agg(", ".join, axis=1)
    future = case.points.groupby(numbers, sort=False, dropna=False).ngroup() if numbers else pd.Series(0, index=case.points.index)
    frame = pd.DataFrame({"setting": settings, "theory": words, "future": future, "mean": case.means(outcome)})
    listed = list(dict.fromkeys(settings))
    wide = spread(frame.set_index(["theory", "future", "setting"])["mean"], "setting")
    gap = wide[listed[-1]] - wide[listed[0]]
    rows = []
    for name in [*dict.fromkeys(words), "all"]:
        mine = (gap if name == "all" else gap[name]).dropna().to_numpy()
        mean, low, high = (float(x) for x in mean_interval(mine))
        grows, falls = float((mine >= smallest).mean()), float((mine <= -smallest).mean())
        rows.append((name, listed[0], listed[-1], mean, low, high, grows, falls))
    return pd.DataFrame(rows, columns=[role, "first", "second", "mean", "low", "high", "grows", "falls"])


__all__ = ["AXES", "COMPONENTS", "against", "by_theory", "component_names", "components", "distance", "effects", "shares", "table_of",
           "telling", "whole_table"]  # fmt: skip
