"""How much each factor helps to tell an outcome (feature scores), and which factors moved nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from .case import AnalysisError, Case, Floats
from .extras import need, quiet

LEAST_POINTS = 20
TREES = 100
FORESTS = 3
SIGNIFICANT = 0.05
SEED = 1

Marks = npt.NDArray[np.uint64]


def feature_scores(case: Case, outcome: str) -> pd.DataFrame:
    """Importance of every variable to extra-trees fitted to the point means (EMA Workbench), in shares of 1.

    Returns a row per variable, most important first: `score`, with the lowest and highest of three forests, each with its own luck
    and grown on the points drawn anew.
    """
    module = need("ema_workbench.analysis.feature_scoring")
    kinds = need("ema_workbench.analysis.scenario_discovery_util").RuleInductionType
    y = case.means(outcome)
    finite = np.isfinite(y)
    if finite.sum() < LEAST_POINTS:
        without = "" if finite.all() else f" with a value (of {len(finite)})"
        raise AnalysisError(f"feature scores need at least {LEAST_POINTS} points{without}, not {int(finite.sum())}")
    if np.ptp(y[finite]) == 0:
        raise AnalysisError("it is the same at every point")
    if np.ptp(y[finite]) < case.least(outcome):
        raise AnalysisError("its points differ by less than is worth telling")
    x = coded(case)[finite].reset_index(drop=True)
    y = y[finite]
    found = []
    for forest in range(FORESTS):
        rows = np.random.default_rng(SEED + forest).integers(len(x), size=len(x)) if forest else np.arange(len(x))
        with quiet():
            scores, _ = module.get_ex_feature_scores(
                x.iloc[rows].reset_index(drop=True), y[rows], mode=kinds.REGRESSION, nr_trees=TREES,
                max_features=1.0, random_state=SEED + forest,
            )  # fmt: skip
        found.append(scores[1].reindex(x.columns, fill_value=0.0))
    table = pd.concat(found, axis=1)
    out = pd.DataFrame({"variable": x.columns, "score": table.iloc[:, 0].to_numpy()})
    out["score_low"], out["score_high"] = table.min(axis=1).to_numpy(), table.max(axis=1).to_numpy()
    return out.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)


def coded(case: Case) -> pd.DataFrame:
    """The points as numbers, a choice by the place of its word."""
    columns = {}
    for v in case.variables:
        column = case.points[v.name]
        place = {word: float(i) for i, word in enumerate(v.values)}
        columns[v.name] = (column.map(place) if v.choice else column).to_numpy(dtype=np.float64)
    return pd.DataFrame(columns)


def idle(case: Case) -> pd.DataFrame:
    """Which factors moved which outcome: a row per variable and outcome.

    Columns: `pairs`, how many pairs of points differ in this variable alone; `largest`, the largest difference of an outcome in such a
    pair, run by run (NaN without pairs); `p`, the chance of the association seen if there were none (Kruskal-Wallis over values or
    bins of equally many points; Holm's correction over the outcomes of a variable); `moves`: yes where a pair differs or, without
    pairs, where p < .05; `nothing` where pairs exist and every one is equal in every run; `too little` where something differs, but
    by less than is worth telling; `cannot tell` otherwise.
    """
    points = coded(case)
    matrices = {a.name: case.matrix(a.name) for a in case.aims}
    means = {name: case.means(name) for name in matrices}
    marks = marked(points)
    rows = []
    for v in case.variables:
        pairs = alone(points, v.name, marks)
        chances = _holm([_chance(*case.apart(v, y)) for y in means.values()])
        for (name, values), p in zip(matrices.items(), chances, strict=True):
            largest, smallest = _largest(values, pairs), case.least(name)
            if len(pairs) and np.isfinite(largest):
                moves = "nothing" if largest == 0 else "yes" if largest >= smallest else "too little"
            elif p < SIGNIFICANT:
                moves = "yes" if np.ptp(means[name][np.isfinite(means[name])]) >= smallest else "too little"
            else:
                moves = "cannot tell"
            rows.append({
                "variable": v.name, "outcome": name, "pairs": len(pairs), "largest": largest, "p": p, "moves": moves
            })  # fmt: skip
    return pd.DataFrame(rows)


def alone(points: pd.DataFrame, name: str, marks: Marks | None = None) -> npt.NDArray[np.int64]:
    """Pairs of rows that differ in one column and in no other; each group of equals is paired with its first.

    `marks`: what `marked` makes of the points, where several columns are asked about.
    """
    number = marked(points) if marks is None else marks
    others = number.sum(axis=1, dtype=np.uint64) - number[:, list(points.columns).index(name)]
    _, first, group = np.unique(others, return_index=True, return_inverse=True)
    differs = points[name].to_numpy() != points[name].to_numpy()[first[group]]
    return np.column_stack([first[group][differs], np.flatnonzero(differs)])


def marked(points: pd.DataFrame) -> Marks:
    """A random 64-bit number for every value of every column: rows with equal sums are equal (but for one chance in 2^64)."""
    luck = np.random.default_rng(SEED)
    columns = []
    for name in points.columns:
        codes = np.unique(points[name].to_numpy(), return_inverse=True)[1]
        columns.append(luck.integers(2**64, size=codes.max() + 1, dtype=np.uint64)[codes])
    return np.column_stack(columns)


def _largest(values: Floats, pairs: npt.NDArray[np.int64]) -> float:
    if not len(pairs):
        return float("nan")
    gap = np.abs(values[pairs[:, 0]] - values[pairs[:, 1]])
    return float(np.nanmax(gap)) if np.isfinite(gap).any() else float("nan")


def _chance(x: Floats, y: Floats) -> float:
    """The p of Kruskal and Wallis's test; 1 where nothing varies."""
    finite = np.isfinite(y)
    x, y = x[finite], y[finite]
    if len(y) < 3 or np.ptp(y) == 0 or np.ptp(x) == 0:
        return 1.0
    unique = np.unique(x)
    bins = int(np.clip(len(y) // 10, 2, 6))
    group = x if len(unique) <= bins else np.searchsorted(np.quantile(x, np.linspace(0, 1, bins + 1)[1:-1]), x)
    return float(stats.kruskal(*(y[group == g] for g in np.unique(group))).pvalue)


def _holm(chances: list[float]) -> list[float]:
    """Holm's correction for asking several outcomes."""
    order = np.argsort(chances)
    out, worst = np.ones(len(chances)), 0.0
    for rank, i in enumerate(order):
        worst = max(worst, min(1.0, (len(chances) - rank) * chances[i]))
        out[i] = worst
    return [float(p) for p in out]
