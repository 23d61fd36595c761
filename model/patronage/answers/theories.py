"""What rival theories say: how much of an outcome is theory, parameters and luck, what each says, and what would tell them apart.

Every future (a setting of all other factors) is simulated under every theory with the same luck, so that values stand in a full table
[theory, future, run], whose variance divides exactly.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from patronage.results.ensemble import mean_interval

from .case import AnalysisError, Case, Floats, spread

DRAWS = 200
COMPONENTS = ("theory", "parameters", "luck", "theory and parameters", "theory and luck", "parameters and luck", "all three")
"""What the variance of single runs divides into: three parts alone, and what they do only together."""


def table_of(case: Case, outcome: str) -> tuple[list[str], Floats]:
    """Names of the theories, and the outcome [theory, future, run].

    Raises AnalysisError where not every future is simulated under every theory, or the outcome does not exist in every run.
    """
    theories = [v for v in case.variables if v.role == "theory"]
    if not theories:
        raise AnalysisError("no factor is a theory (block theories of the experiment)")
    names = [v.name for v in theories]
    rest = [v.name for v in case.variables if v.role != "theory"]
    words = case.points[names].astype(str).agg(", ".join, axis=1)
    future = case.points.groupby(rest, sort=False, dropna=False).ngroup() if rest else pd.Series(0, index=case.points.index)
    values = case.matrix(outcome)
    listed = list(dict.fromkeys(words))
    found = np.full((len(listed), int(future.max()) + 1, values.shape[1]), np.nan)
    seen = np.zeros(found.shape[:2], dtype=int)
    for row, (word, at) in enumerate(zip(words, future, strict=True)):
        found[listed.index(word), at] = values[row]
        seen[listed.index(word), at] += 1
    if not (seen == 1).all():
        raise AnalysisError("not every future is simulated under every theory: use a grid, or lhs with crossed: yes")
    if not np.isfinite(found).all():
        raise AnalysisError("it does not exist in every run of every theory")
    return listed, found


def components(values: Floats) -> Floats:
    """Components of the variance of values [theory, future, run], in the order of `COMPONENTS`; NaN where an axis has one value.

    Mean squares of the full three-way table, less what the sample puts into each by chance (analysis of variance, all three drawn):
    their sum is the variance of a run of a theory, a future and luck that are drawn anew.
    """
    a, b, c = values.shape
    if min(a, b, c) < 2:
        return np.full(len(COMPONENTS), np.nan)
    mean = values.mean()
    t, p, r = (values.mean(axis=axes) - mean for axes in ((1, 2), (0, 2), (0, 1)))
    tp = values.mean(axis=2) - mean - t[:, None] - p
    tr = values.mean(axis=1) - mean - t[:, None] - r
    pr = values.mean(axis=0) - mean - p[:, None] - r
    rest = values - mean - t[:, None, None] - p[:, None] - r - tp[:, :, None] - tr[:, None, :] - pr

    def square(x: Floats, times: int, free: int) -> float:
        return float((x**2).sum()) * times / free

    alone = [square(t, b * c, a - 1), square(p, a * c, b - 1), square(r, a * b, c - 1)]
    two = [square(tp, c, (a - 1) * (b - 1)), square(tr, b, (a - 1) * (c - 1)), square(pr, a, (b - 1) * (c - 1))]
    noise = square(rest, 1, (a - 1) * (b - 1) * (c - 1))
    both = [(two[0] - noise) / c, (two[1] - noise) / b, (two[2] - noise) / a]
    single = [
        (alone[0] - two[0] - two[1] + noise) / (b * c), (alone[1] - two[0] - two[2] + noise) / (a * c),
        (alone[2] - two[1] - two[2] + noise) / (a * b),
    ]  # fmt: skip
    return np.array([*single, *both, noise])


def shares(values: Floats, seed: int = 1) -> pd.DataFrame:
    """`component`, its `share` of the variance with a 90 % interval (`low`, `high`) by resampling futures and runs; never below 0."""
    luck = np.random.default_rng(seed)
    _, b, c = values.shape
    drawn = [_shares(components(values[:, luck.integers(0, b, b)][:, :, luck.integers(0, c, c)])) for _ in range(DRAWS)]
    known = [d for d in drawn if np.isfinite(d).all()]
    low, high = np.quantile(known, (0.05, 0.95), axis=0) if known else np.full((2, len(COMPONENTS)), np.nan)
    return pd.DataFrame({"component": COMPONENTS, "share": _shares(components(values)), "low": low, "high": high})


def _shares(found: Floats) -> Floats:
    kept = np.maximum(found, 0.0)
    total = kept.sum()
    return kept / total if total > 0 else np.full_like(kept, np.nan)


def by_theory(names: list[str], values: Floats) -> pd.DataFrame:
    """`theory`, mean over futures and runs and its 95 % interval over futures; the last row is that over all theories."""
    rows = []
    for name, mine in [*zip(names, values, strict=True), ("all", values.mean(axis=0))]:
        mean, low, high = (float(x) for x in mean_interval(mine.mean(axis=1)))
        rows.append((name, mean, low, high))
    return pd.DataFrame(rows, columns=["theory", "mean", "low", "high"])


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


def effects(case: Case, outcome: str, smallest: float) -> pd.DataFrame:
    """What the last setting of the levers does against the first one, theory by theory, in the same futures with the same luck.

    `theory`, `mean` difference with its 95 % interval over futures, `grows` and `falls`: share of futures in which the mean over runs
    differs by `smallest` or more. The last row is that over all theories.
    """
    levers = [v for v in case.variables if v.role == "lever"]
    if not levers:
        raise AnalysisError("no factor is a lever, so there are no settings to compare")
    theories = [v.name for v in case.variables if v.role == "theory"]
    numbers = [v.name for v in case.variables if v.role == "uncertainty"]
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
    return pd.DataFrame(rows, columns=["theory", "first", "second", "mean", "low", "high", "grows", "falls"])


__all__ = ["COMPONENTS", "by_theory", "components", "distance", "effects", "shares", "table_of", "telling"]
