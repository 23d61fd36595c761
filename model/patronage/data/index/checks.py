"""How well the rebuilt index agrees with what is published: levels, changes, parts; and what there is to check other patrons by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from patronage.world.arrays import Array

from ..tables import Tables
from .formula import PARTS
from .parts import Indexed, wide

UNSETTLED = 3
"""First years of the tables that no check reads: means of three years and the memory of arms have only begun."""
LEARNT_TO = 2012
"""Last year on which the constants were measured."""
CHANGE = 10
"""Years over which changes are compared."""
LEAST = 10
"""Fewest pairs of numbers of which a correlation is told."""
WEST = ("DEU", "FRA", "GBR", "USA")
"""Those of the 29 states of the published Western sum that may be patrons of the tables."""
WEST_SUM = "fbic_west_sum"


@dataclass(frozen=True)
class Agreement:
    """Of one group of patrons over one span of years."""

    patrons: tuple[str, ...]
    first: int
    last: int
    count: int
    """Pairs and years of which both indices are known."""
    parts: dict[str, float]
    """R² of levels, by name of part and `index`; NaN with too few numbers."""
    without_treaties: float
    """R² of levels of the index with all treaties at 0."""
    change: float
    """R² of changes over ten years that end in the span."""
    change_r: float
    """Their correlation."""


@dataclass(frozen=True)
class Western:
    """A sum of patrons against the published sum of Western states, over clients."""

    patrons: tuple[str, ...]
    first: int
    last: int
    level: float
    """Mean over years of the correlation over clients."""
    rank: float
    """The same of ranks."""
    change: float
    """Correlation of changes from the first to the last year."""
    count: int
    """Clients and years."""


def explained(real: Array, made: Array) -> float:
    """R² of numbers as they are, without a slope; NaN with fewer than `LEAST` or where nothing varies."""
    real, made = together(real, made)
    spread = float(((real - real.mean()) ** 2).sum()) if len(real) >= LEAST else 0.0
    return 1.0 - float(((real - made) ** 2).sum()) / spread if spread > 0 else np.nan


def correlation(a: Array, b: Array, ranks: bool = False) -> float:
    """Pearson's r, or that of ranks; NaN with fewer than `LEAST` or where nothing varies."""
    a, b = together(a, b)
    if ranks:
        a, b = ranked(a), ranked(b)
    if len(a) < LEAST or a.std() == 0 or b.std() == 0:
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])


def ranked(x: Array) -> Array:
    """Ranks, equal numbers sharing theirs."""
    _, place, count = np.unique(x, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2.0)[place])


def together(a: Array, b: Array) -> tuple[Array, Array]:
    """Both where both are known."""
    known = np.isfinite(a) & np.isfinite(b)
    return a[known], b[known]


def spans(found: Indexed) -> list[tuple[int, int]]:
    """The years on which the constants were measured, and those after, as far as the tables go."""
    first = int(found.years[0]) + UNSETTLED
    known = np.isfinite(found.published.get("index", np.full((1, len(found.years)), np.nan))).any(axis=0)
    last = int(found.years[known].max()) if known.any() else int(found.years[-1])
    return [(a, b) for a, b in ((first, min(LEARNT_TO, last)), (LEARNT_TO + 1, last)) if a <= b]


def agreements(found: Indexed, bare: Indexed) -> list[Agreement]:
    """Of all measured patrons together and of each, by span. `bare` is the same without treaties."""
    groups = [found.measured, *((p,) for p in found.measured)] if len(found.measured) > 1 else [found.measured]
    return [_agreement(found, bare, g, *span) for span in spans(found) for g in groups if g]


def _agreement(found: Indexed, bare: Indexed, patrons: tuple[str, ...], first: int, last: int) -> Agreement:
    rows = found.rows_of(*patrons)
    years = (found.years >= first) & (found.years <= last)
    real = {k: v[rows] for k, v in found.published.items()}
    made = {k: v[rows] for k, v in found.parts.items()}

    def level(name: str, of: Array) -> float:
        return explained(real[name][:, years], of[:, years]) if name in real else np.nan

    then, now = change(real["index"], years, found, first), change(made["index"], years, found, first)
    return Agreement(
        patrons, first, last,
        len(together(real["index"][:, years], made["index"][:, years])[0]),
        {k: level(k, made[k]) for k in (*PARTS, "index")},
        level("index", bare.parts["index"][rows]),
        explained(then, now), correlation(then, now),
    )  # fmt: skip


def change(values: Array, years: Array, found: Indexed, first: int) -> Array:
    """Changes over ten years that end in the span and begin when the tables are settled."""
    at = np.flatnonzero(years & (found.years - CHANGE >= int(found.years[0]) + UNSETTLED))
    return (values[:, at] - values[:, at - CHANGE]).ravel()


def western(found: Indexed, tables: Tables) -> list[Western]:
    """Patrons that are Western, together and each, and the European Union, against the published sum; empty without one."""
    if WEST_SUM not in tables.country:
        return []
    there = [p for p in WEST if p in found.patrons]
    groups: list[tuple[str, ...]] = [tuple(there), *((p,) for p in there if len(there) > 1)]
    groups += [("EUU",)] if "EUU" in found.patrons else []
    last = min(int(found.years[-1]), _last_known(found))
    first = max(int(found.years[0]) + UNSETTLED, 1998)
    cut = [(a, b) for a, b in ((first, LEARNT_TO), (LEARNT_TO + 1, last)) if a < b]
    return [w for span in cut for g in groups if g for w in _western(found, tables, g, *span)]


def _last_known(found: Indexed) -> int:
    known = np.isfinite(found.parts["index"]).any(axis=0)
    return int(found.years[known].max()) if known.any() else int(found.years[0])


def _western(found: Indexed, tables: Tables, patrons: Sequence[str], first: int, last: int) -> Iterator[Western]:
    clients = sorted(set(found.pairs.get_level_values("client")) - set(WEST) - {"EUU"})
    mine = np.zeros((len(clients), len(found.years)))
    for p in patrons:
        rows = {c: i for i, (q, c) in enumerate(found.pairs) if q == p}
        unknown = np.full(len(found.years), np.nan)
        mine = mine + np.array([found.parts["index"][rows[c]] if c in rows else unknown for c in clients])
    real = wide(tables.country, WEST_SUM, pd.Index(clients), found.years)
    at = np.flatnonzero((found.years >= first) & (found.years <= last))
    levels = [correlation(real[:, i], mine[:, i]) for i in at]
    ranks = [correlation(real[:, i], mine[:, i], ranks=True) for i in at]
    count = len(together(real[:, at], mine[:, at])[0])
    if count >= LEAST and np.isfinite(levels).any():
        moved = correlation(real[:, at[-1]] - real[:, at[0]], mine[:, at[-1]] - mine[:, at[0]])
        yield Western(tuple(patrons), first, last, float(np.nanmean(levels)), float(np.nanmean(ranks)), moved, count)
