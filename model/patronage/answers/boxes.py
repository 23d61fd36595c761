"""Under which conditions an outcome counts: boxes of factors, found by PRIM and CART (EMA Workbench).

Both work on points: the share of a point's runs in which the outcome counts. *Coverage* is the part of all that counts which lies in
the box, *density* how much of what lies in the box counts. Limits are rounded before anything is computed from them, so that a
box in words is the box that was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .case import Aim, AnalysisError, Case, Floats, Variable
from .extras import need, quiet

LEAST_POINTS = 40
RARE = 0.02
"""An outcome that counts in fewer runs than this, or in more than all but this, has no conditions to be found."""
LEAST_MASS = 0.05
MOST_BOXES = 3
LEAVES = 6
TOLERANCE = 0.01
"""A restriction that improves a box by less than this is left out."""
SEED = 1

Limit = tuple[float, float] | tuple[Any, ...]


@dataclass(frozen=True)
class Box:
    """Conditions, and how well they tell."""

    limits: Mapping[str, Limit]
    """Numbers: (low, high), infinite where open. Choices: the words inside."""
    coverage: float
    density: float
    mass: float
    """Share of the points inside."""
    method: str
    base: float
    """Density of everything: what a box must beat."""
    held_out: tuple[float, float] | None = None
    """Coverage and density of boxes found on one half of the points and measured on the other (mean of both ways)."""
    trail: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    """PRIM: coverage, density and number of restrictions on the way to the box."""


def prim(case: Case, aim: Aim) -> list[Box]:
    """Boxes one after the other, each found among what the ones before left; the first with its held-out measure."""
    x, y, futures = _cases(case, aim)
    first = _prim_box(x, y, case, y)
    if first is None:
        return []
    boxes = [_with_check(first, x, y, case, futures)]
    left = ~inside(x, first.limits)
    while len(boxes) < MOST_BOXES and left.sum() >= LEAST_POINTS and y[left].sum() >= 0.1 * y.sum():
        more = _prim_box(x[left], y[left], case, y)
        if more is None or more.coverage < 0.1 or more.density < (1 + first.base) / 2:
            break
        boxes.append(more)
        left &= ~inside(x, more.limits)
    return boxes


def cart(case: Case, aim: Aim) -> list[Box]:
    """The leaves of a small regression tree as boxes, densest first; together they hold every point once."""
    x, y, _ = _cases(case, aim)
    tree_of = _tree_class()
    with quiet():
        fitted = tree_of(x, y, mass_min=LEAST_MASS)
        fitted.build_tree()
    found = [_leaf(x, y, path, case) for path in _paths(fitted.clf.tree_, fitted.feature_names, fitted.sep)]
    return sorted(found, key=lambda b: -b.density)


def inside(x: pd.DataFrame, limits: Mapping[str, Limit]) -> npt.NDArray[np.bool_]:
    """Which points lie in a box."""
    held = np.ones(len(x), dtype=bool)
    for name, limit in limits.items():
        column = x[name]
        if pd.api.types.is_numeric_dtype(column):
            low, high = limit
            held &= ((column >= low) & (column <= high)).to_numpy()
        else:
            held &= column.isin(list(limit)).to_numpy()
    return held


def measured(x: pd.DataFrame, y: Floats, limits: Mapping[str, Limit], everything: Floats) -> tuple[float, float, float]:
    """Coverage (of everything that counts), density and mass of a box."""
    held = inside(x, limits)
    total = float(everything.sum())
    hits = float(y[held].sum())
    count = int(held.sum())
    return hits / total if total else 0.0, hits / count if count else 0.0, count / len(everything)


def _cases(case: Case, aim: Aim) -> tuple[pd.DataFrame, Floats, npt.NDArray[np.int64]]:
    """Points, the share of their runs in which the outcome counts, their futures. Single-valued variables are left out."""
    values = case.matrix(aim.name)
    known = np.isfinite(values)
    complete = known.any(axis=1)
    if complete.sum() < LEAST_POINTS:
        without = "" if complete.all() else f" with a value (of {complete.size})"
        raise AnalysisError(f"conditions need at least {LEAST_POINTS} points{without}, not {int(complete.sum())}")
    y = (aim.holds(values) & known).sum(axis=1)[complete] / known.sum(axis=1)[complete]
    share = float(y.mean())
    if not RARE <= share <= 1 - RARE:
        whose = "all runs" if known.all() else f"the {known.sum()} of {known.size} runs in which it exists"
        raise AnalysisError(f"it counts in {100 * share:.1f} % of {whose}: there are no conditions to be found")
    x = pd.DataFrame(
        {
            v.name: case.points[v.name].astype(object if v.choice else np.float64).to_numpy()
            for v in case.variables
            if len(case.points[v.name].unique()) > 1
        }
    )
    for v in case.variables:
        if v.choice and v.name in x:
            x[v.name] = pd.Categorical(x[v.name], categories=list(v.values))
    return x[complete].reset_index(drop=True), y.astype(np.float64), case.futures[complete]


def _prim_box(x: pd.DataFrame, y: Floats, case: Case, everything: Floats) -> Box | None:
    """The box of one peeling: the point of its trail nearest to full coverage and density, pruned and rounded."""
    module = need("ema_workbench.analysis.prim")
    kinds = need("ema_workbench.analysis.scenario_discovery_util").RuleInductionType
    x = x.reset_index(drop=True)
    base = float(everything.mean())
    usable = x[[c for c in x.columns if len(x[c].unique()) > 1]].copy()
    for name in usable.columns:
        if not pd.api.types.is_numeric_dtype(usable[name]):
            usable[name] = usable[name].cat.remove_unused_categories()
    with quiet():
        peeled = module.Prim(usable, y, threshold=0.0, mode=kinds.REGRESSION, mass_min=LEAST_MASS).find_box()
    if peeled is None:
        return None
    trail = [_limits(lims, usable) for lims in peeled.box_lims]
    scores = [measured(x, y, limits, everything) for limits in trail]
    best = min(range(len(trail)), key=lambda i: (_distance(scores[i]), len(trail[i])))
    limits = _pruned(x, y, {k: rounded(case.variable(k), v) for k, v in trail[best].items()}, everything)
    if not limits:
        return None
    coverage, density, mass = measured(x, y, limits, everything)
    if density <= base + TOLERANCE:
        return None
    peeling = pd.DataFrame(
        {"coverage": c, "density": d, "restrictions": len(t)} for (c, d, _), t in zip(scores, trail, strict=True)
    )
    return Box(limits, coverage, density, mass, "PRIM", base, trail=peeling)


def _distance(score: tuple[float, float, float]) -> float:
    return float(np.hypot(1 - score[0], 1 - score[1]))


def _limits(lims: pd.DataFrame, x: pd.DataFrame) -> dict[str, Limit]:
    """A box of the workbench (two rows: low and high) without what it leaves open."""
    out: dict[str, Limit] = {}
    for name in x.columns:
        if pd.api.types.is_numeric_dtype(x[name]):
            low, high = float(lims.loc[0, name]), float(lims.loc[1, name])
            if low > x[name].min() or high < x[name].max():
                out[name] = (low if low > x[name].min() else -np.inf, high if high < x[name].max() else np.inf)
        else:
            words = tuple(w for w in x[name].cat.categories if w in lims.loc[0, name])
            if len(words) < len(x[name].cat.categories):
                out[name] = words
    return out


def _pruned(x: pd.DataFrame, y: Floats, limits: dict[str, Limit], everything: Floats) -> dict[str, Limit]:
    """Without the restrictions, or sides of them, that hardly improve the box."""
    while limits:
        now = _distance(measured(x, y, limits, everything))
        trials = [limits | {k: t} if t else {n: v for n, v in limits.items() if n != k} for k, t in _looser(limits)]
        costs = [_distance(measured(x, y, t, everything)) - now for t in trials]
        cheapest = int(np.argmin(costs))
        if costs[cheapest] > TOLERANCE:
            return limits
        limits = trials[cheapest]
    return limits


def _looser(limits: Mapping[str, Limit]) -> list[tuple[str, Limit | None]]:
    out: list[tuple[str, Limit | None]] = []
    for name, limit in limits.items():
        if len(limit) == 2 and all(isinstance(v, float) for v in limit) and np.isfinite(limit).all():
            out += [(name, (limit[0], np.inf)), (name, (-np.inf, limit[1]))]
        out.append((name, None))
    return out


def rounded(variable: Variable, limit: Limit) -> Limit:
    """Limits on a grid of about a hundred round steps over the range of the variable; whole quarters."""
    if variable.choice:
        return limit
    step = variable.step or round_step((variable.high - variable.low) / 100)
    return tuple(float(f"{np.round(v / step) * step:.12g}") if np.isfinite(v) else v for v in limit)


def round_step(size: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is not above `size`."""
    if not np.isfinite(size) or size <= 0:
        return 1e-12
    power = 10.0 ** floor(log10(size))
    return max(m for m in (1, 2, 5) if m * power <= size * (1 + 1e-9)) * power


def _with_check(box: Box, x: pd.DataFrame, y: Floats, case: Case, futures: npt.NDArray[np.int64]) -> Box:
    """The box with what its method finds on halves of the futures it has not seen."""
    names = np.unique(futures)
    chosen = np.isin(futures, np.random.default_rng(SEED).permutation(names)[: len(names) // 2])
    halves = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    found = []
    for here, there in (halves, halves[::-1]):
        half = _prim_box(x.iloc[here], y[here], case, y[here])
        if half is not None:
            found.append(measured(x.iloc[there], y[there], half.limits, y[there])[:2])
    held = (float(np.mean([c for c, _ in found])), float(np.mean([d for _, d in found]))) if found else None
    return Box(box.limits, box.coverage, box.density, box.mass, box.method, box.base, held, box.trail)


def _tree_class() -> Any:
    """The workbench's CART with a fixed number of leaves and no luck of its own."""
    base: Any = need("ema_workbench.analysis.cart").CART
    regressor = need("sklearn.tree").DecisionTreeRegressor

    class SmallTree(base):  # type: ignore[misc]  # a class of an untyped library
        def build_tree(self) -> None:
            least = max(1, int(self.mass_min * len(self.x)))
            self.clf = regressor(min_samples_leaf=least, max_leaf_nodes=LEAVES, random_state=SEED)
            self.clf.fit(self._x, self.y)

    return SmallTree


def _paths(tree: Any, names: list[str], sep: str) -> list[list[tuple[str, str, bool, float]]]:
    """Every leaf as its splits: variable, word (of a choice), whether above, threshold.

    Read off the tree here: the workbench's own boxes forget the split that keeps one word only.
    """
    out: list[list[tuple[str, str, bool, float]]] = []

    def walk(node: int, path: list[tuple[str, str, bool, float]]) -> None:
        if tree.children_left[node] == -1:
            out.append(path)
            return
        name, _, word = names[tree.feature[node]].partition(sep)
        at = float(tree.threshold[node])
        walk(tree.children_left[node], [*path, (name, word, False, at)])
        walk(tree.children_right[node], [*path, (name, word, True, at)])

    walk(0, [])
    return out


def _leaf(x: pd.DataFrame, y: Floats, path: list[tuple[str, str, bool, float]], case: Case) -> Box:
    limits: dict[str, Limit] = {}
    for name, word, above, at in path:
        if word:
            now = limits.get(name, tuple(x[name].cat.categories))
            limits[name] = tuple(w for w in now if (str(w) == word) == above)
        else:
            low, high = limits.get(name, (-np.inf, np.inf))
            limits[name] = (max(low, at), high) if above else (low, min(high, at))
    limits = {k: rounded(case.variable(k), v) for k, v in limits.items()}
    coverage, density, mass = measured(x, y, limits, y)
    return Box(limits, coverage, density, mass, "CART", float(y.mean()))
