"""Which packages a search names: those near the front meet a second luck, and only what keeps its constraints with it may be named.

The best of many packages by the same runs is also the luckiest of them (the optimiser's curse: Smith & Winkler 2006; of optima of
samples: Mak, Morton & Wood 1999). So packages are found with one luck, chosen with another and told with a third.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from .evaluating import Simulated
from .fronts import front, lowered
from .goals import COST, TENTH, Floats, Goal, Search, statistics_of

Flags = npt.NDArray[np.bool_]
RISK = 0.05
"""With so much probability, at most, some candidate passes that breaks a constraint in truth: divided among them (Bonferroni)."""


@dataclass(frozen=True)
class Selection:
    """What became of the candidates with the second luck."""

    table: pd.DataFrame
    """A row a candidate (index: its number): every goal as `NAME_second`, `sure` (whether it keeps all constraints, sampling errors
    allowed for), `chosen` (whether no other such candidate beats it)."""
    chosen: list[int]
    """Numbers of those that are chosen, in order of the first objective."""
    nearest: int | None
    """Where none is sure: the one that falls short by least."""
    reference: dict[str, Floats]
    """By goal, the best of all candidates in each future."""
    tables: dict[str, Floats]
    """Of the chosen, means by future [chosen, futures] of everything a goal may be about."""


def is_share(goal: Goal, runs: Mapping[str, Floats]) -> bool:
    """Whether a goal is a share of futures or runs, which lies between 0 and 1."""
    return bool(goal.sign) or (goal.of in runs and bool(np.isin(runs[goal.of], (0.0, 1.0)).all()))


def ends(search: Search, goal: Goal, packages: pd.DataFrame, runs: Mapping[str, Floats], z: float) -> tuple[Floats, Floats]:
    """Ends [packages] of an interval of z standard errors about a mean, a worst tenth or a share of futures.

    `runs`: outcomes [packages, futures, runs]. Shares of runs have Wilson's interval of the runs that count: wider than one that knows
    that futures differ, and with a width where all runs agree.
    """
    names = search.spending if goal.of == COST else (goal.of,)
    values = np.sum([runs[name] for name in names], axis=0) if names else np.zeros((len(packages), len(search.futures), 1))
    table = search.tables(packages, runs)[goal.of]
    level = goal.statistic(table)
    known = np.maximum(np.isfinite(values).sum(axis=2), 1)
    mean = np.where(np.isfinite(values), values, 0.0).sum(axis=2, keepdims=True) / known[:, :, None]
    squares = np.where(np.isfinite(values), (values - mean) ** 2, 0.0).sum(axis=2)
    error = squares / np.maximum(known - 1, 1) / known  # of the mean in each future, squared
    if goal.sign:
        beyond = norm.cdf((table - goal.limit) / np.sqrt(np.maximum(error, 1e-300)))
        half = z * np.sqrt((beyond * (1 - beyond)).sum(axis=1)) / table.shape[1]
        return level - half, level + half
    which = _counted(goal, table)
    if is_share(goal, runs):
        count = np.take_along_axis(known, which, axis=1).sum(axis=1)
        middle = (level + z**2 / (2 * count)) / (1 + z**2 / count)
        half = z * np.sqrt(level * (1 - level) / count + (z / (2 * count)) ** 2) / (1 + z**2 / count)
        return middle - half, middle + half
    half = z * np.sqrt(np.take_along_axis(error, which, axis=1).sum(axis=1)) / which.shape[1]
    return level - half, level + half


def _counted(goal: Goal, table: Floats) -> npt.NDArray[np.intp]:
    """The futures that count [packages, futures]: all, or the worst tenth."""
    order = np.argsort(table if goal.better == "low" else -table, axis=1)
    return order[:, -ceil(table.shape[1] / TENTH) :] if goal.over == "worst_tenth" else order


def shortfalls(search: Search, packages: pd.DataFrame, runs: Mapping[str, Floats], z: float) -> tuple[Floats, Floats]:
    """By how much each constraint is broken [packages, constraints], at the better and at the worse end of its interval."""
    kind, unkind = [], []
    for c in search.constraints:
        low, high = ends(search, c.goal, packages, runs, z)
        kind.append(c.excess(high if c.at_least else low))
        unkind.append(c.excess(low if c.at_least else high))
    empty = np.zeros((len(packages), 0))
    return (np.column_stack(kind), np.column_stack(unkind)) if kind else (empty, empty)


def candidates(search: Search, packages: pd.DataFrame, runs: Mapping[str, Floats], able: Flags, most: int) -> list[int]:
    """Numbers of the packages near the front: those that may keep all constraints, front by front.

    Beaten is what another is better than in objectives and in how sure it is to keep constraints, so that both the cheapest that
    may keep them and the cheapest that surely do are among them. Where none may, those that fall short by least.

    Args:
        search: what is asked.
        packages: their levers.
        runs: their outcomes [packages, futures, runs], with the luck of the search.
        able: which could be simulated.
        most: so many at most.
    """
    values = lowered(search.objectives, statistics_of(search.goals, search.tables(packages, runs)))
    kind, unkind = shortfalls(search, packages, runs, float(norm.ppf(1 - RISK)))
    able = able & np.isfinite(values).all(axis=1)
    left = able & (kind <= 0).all(axis=1)
    if not left.any():
        order = np.argsort(np.where(able, _total(search, unkind), np.inf), kind="stable")[:most]
        return sorted(int(i) for i in order if able[i])
    every = scaled(np.column_stack([values, np.maximum(unkind, 0)]), left)
    found: list[int] = []
    while left.any() and len(found) < most:
        layer = front(every, left)
        found += layer if len(found) + len(layer) <= most else spread(every, found, layer, most - len(found))
        left[layer] = False
    return sorted(found)


def scaled(values: Floats, among: Flags) -> Floats:
    """Columns from 0 to 1 over some rows."""
    low, high = values[among].min(axis=0), values[among].max(axis=0)
    return (values - low) / np.where(high > low, high - low, 1.0)


def spread(values: Floats, there: list[int], more: list[int], count: int) -> list[int]:
    """So many of `more`, each the farthest from all that are there already; the first of them where nothing is there."""
    rest, chosen = np.array(more), list[int]()
    gaps = np.full(len(rest), np.inf)
    for i in there:
        gaps = np.minimum(gaps, np.linalg.norm(values[rest] - values[i], axis=1))
    for _ in range(count):
        chosen.append(int(rest[np.argmax(gaps)]))  # of equals the first
        gaps = np.minimum(gaps, np.linalg.norm(values[rest] - values[chosen[-1]], axis=1))
    return chosen


def select(search: Search, numbers: list[int], second: Simulated) -> Selection:
    """The candidates that keep every constraint, sampling errors allowed for, and that no other such candidate beats."""
    packages, runs = second.packages, second.runs
    tables = search.tables(packages, runs)
    reference = {g.name: g.best(tables[g.of]) for g in search.goals}
    levels = pd.DataFrame({g.name: g.statistic(tables[g.of], reference[g.name]) for g in search.goals})
    able = np.array([not f for f in second.failures])
    _, unkind = shortfalls(search, packages, runs, float(norm.ppf(1 - RISK / len(numbers))))
    sure = able & (unkind <= 0).all(axis=1)
    best = front(lowered(search.objectives, levels), sure)
    table = levels.add_suffix("_second").assign(sure=sure, chosen=[i in best for i in range(len(numbers))])
    table.index = pd.Index(numbers, name="package")
    short = np.where(able, _total(search, unkind), np.inf)
    nearest = None if best or not able.any() else numbers[int(np.argmin(short))]
    return Selection(table, [numbers[i] for i in best], nearest, reference, {name: held[best] for name, held in tables.items()})


def _total(search: Search, excess: Floats) -> Floats:
    """How much a package falls short of all constraints, each in parts of its bound."""
    bounds = np.array([max(abs(c.bound), 1e-9) for c in search.constraints])
    return np.asarray((np.maximum(excess, 0) / bounds).sum(axis=1))
