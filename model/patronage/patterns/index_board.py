"""Signs and ranks against what is published: influence (levels and changes), who leads, alignment, and the neighbours' order.

Every statement compares two numbers that are published (a patron's influence in a state now and at the start, in two neighbours,
of two patrons; ideal points likewise) and is right in a run whose own numbers stand in the same order. Nothing is fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from patronage.data.tables import Tables
from patronage.facts.board import brier, resampled
from patronage.facts.text import span, table
from patronage.scenario import Scenario, quarter_name
from patronage.world.arrays import Array

INFLUENCE, ALIGNMENT = "influence", "alignment"
MIDDLE = 2012
"""A year that is asked beside the last one published: nothing later was tuned on."""
COIN = 0.5
COLUMNS = {INFLUENCE: "fbic_influence", ALIGNMENT: "ideal_point"}
SIGN, ORDER, CHANGES, LEADS = "sign of change", "order of neighbours", "order of changes", "who leads"
Series = tuple[str, ...]
"""A patron and a client, or a client alone."""

At = Callable[[Series, int], Any]
"""A series at the end of a year: the published number, or [run] those of a record."""
Compare = Callable[[At, int], Any]
"""A number of a year whose sign is asked."""


def change(at: At, year: int, key: Series, origin: int) -> Any:
    """Since the start."""
    return at(key, year) - at(key, origin)


def gap(at: At, year: int, a: Series, b: Series) -> Any:
    """Of two series in one year."""
    return at(a, year) - at(b, year)


def gap_of_changes(at: At, year: int, a: Series, b: Series, origin: int) -> Any:
    """Of two changes since the start."""
    return change(at, year, a, origin) - change(at, year, b, origin)


@dataclass(frozen=True)
class Statement:
    """One comparison of published numbers."""

    board: str
    kind: str
    who: str
    year: int
    same: float
    """The chance that it holds if all stays as it was at the start: 1 or 0, one half for a change."""
    held: Array
    """[run] whether a run says so too."""


@dataclass(frozen=True)
class IndexBoard:
    """What a record says of published signs and ranks."""

    origin: int
    years: tuple[int, ...]
    runs: int
    statements: tuple[Statement, ...]
    ranks: pd.DataFrame
    """A row a board, patron and year: signs right by the median, rank correlations of levels and changes."""
    slices: pd.DataFrame
    """A row a board and kind: statements, right a run, Brier score, and that of persistence."""

    @property
    def boards(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.board for s in self.statements))

    def held(self, board: str) -> Array:
        """[run, statement] of one board."""
        return np.stack([s.held for s in self.statements if s.board == board], axis=1)


class Compared:
    """Series of a record beside the published ones."""

    def __init__(self, result: Any, tables: Tables, board: str, keys: Sequence[Series]) -> None:
        self.data, self.tables, self.board = result.data, tables, board
        self.keys = [k for k in keys if len(self.published(k))]

    def published(self, key: Series) -> pd.Series[float]:
        """By year."""
        return self.tables.series(COLUMNS[self.board], *key)

    def ours(self, key: Series, year: int) -> Array:
        """[run] at the end of a year."""
        where = {"client": key[-1], "quarter": f"{year}Q4"}
        where |= {"patron": key[0]} if self.board == INFLUENCE else {"axis": "unga"}
        name = "fbic_index" if self.board == INFLUENCE else "position"
        return np.asarray(self.data[name].sel(where).values, dtype=np.float64)

    def known(self, key: Series, *years: int) -> bool:
        """Whether a series is published for years."""
        return all(y in self.published(key).index for y in years)

    def theirs(self, key: Series, year: int) -> float:
        return float(self.published(key)[year])

    def statement(self, kind: str, who: str, year: int, number: Compare, was: int | None = None) -> Statement | None:
        """That a number has the sign it is published with; `was`: the year whose sign persistence knows. None where it is 0."""
        real = number(self.theirs, year)
        if real == 0:
            return None
        before = 0.0 if was is None else number(self.theirs, was)
        same = COIN if before == 0 else float(before * real > 0)
        return Statement(self.board, kind, who, year, same, np.asarray(number(self.ours, year)) * real > 0)

    def all(self, origin: int, year: int) -> Iterator[Statement | None]:
        """Every statement about one year."""
        keys = [k for k in self.keys if self.known(k, origin, year)]
        for k in keys:
            yield self.statement(SIGN, " ".join(k), year, partial(change, key=k, origin=origin))
        for a, b in combinations(keys, 2):
            if a[:-1] == b[:-1]:
                who = " ".join((*a[:-1], f"{a[-1]}-{b[-1]}"))
                yield self.statement(ORDER, who, year, partial(gap, a=a, b=b), origin)
                yield self.statement(CHANGES, who, year, partial(gap_of_changes, a=a, b=b, origin=origin))
            elif a[-1] == b[-1]:
                yield self.statement(LEADS, f"{a[0]}-{b[0]} {a[-1]}", year, partial(gap, a=a, b=b), origin)

    def ranks(self, origin: int, year: int) -> Iterator[dict[str, Any]]:
        """By patron, and all together: signs right by the median, and rank correlations."""
        keys = [k for k in self.keys if self.known(k, origin, year)]
        groups = {"all": keys}
        if self.board == INFLUENCE:
            groups |= {p: [k for k in keys if k[0] == p] for p in dict.fromkeys(k[0] for k in keys)}
        for name, mine in groups.items():
            real = np.array([(self.theirs(k, origin), self.theirs(k, year)) for k in mine])
            found = np.array([(np.median(self.ours(k, origin)), np.median(self.ours(k, year))) for k in mine])
            moved = np.array([np.median(self.ours(k, year) - self.ours(k, origin)) for k in mine])
            right = np.sign(moved) == np.sign(np.diff(real, axis=1)[:, 0])
            yield {
                "board": self.board, "patron": name, "year": year, "series": len(mine), "signs": int(right.sum()),
                "levels": correlation(found[:, 1], real[:, 1]), "changes": correlation(moved, np.diff(real, axis=1)[:, 0]),
                "wrong": ", ".join("-".join(k) for k, r in zip(mine, right, strict=True) if not r),
            }  # fmt: skip


def correlation(a: Array, b: Array) -> float:
    """Spearman's; NaN where one side has no order."""
    return float(spearmanr(a, b).statistic) if len(a) > 2 and np.ptp(a) > 0 and np.ptp(b) > 0 else float("nan")


def years_of(scenario: Scenario, tables: Tables) -> tuple[int, tuple[int, ...]]:
    """The year of the start, and those that are asked: `MIDDLE`, and the last one that is played and published."""
    first, last = (int(quarter_name(t)[:4]) for t in (scenario.start, scenario.end - 3))
    keys = [(p, c) for p in scenario.patrons for c in scenario.clients]
    known = [y for k in keys for y in tables.series(COLUMNS[INFLUENCE], *k).index if first < y <= last]
    known += [
        y
        for c in scenario.clients
        for y in tables.series(COLUMNS[ALIGNMENT], c).index
        if first < y <= last and not known
    ]
    end = max(known, default=first)
    return first, tuple(sorted({y for y in (MIDDLE, end) if first < y <= end}))


def _sides(result: Any, scenario: Scenario, tables: Tables) -> list[Compared]:
    dyads: list[Series] = [(p, c) for p in scenario.patrons for c in scenario.clients if p != c]
    return [Compared(result, tables, INFLUENCE, dyads), Compared(result, tables, ALIGNMENT, [(c,) for c in scenario.clients])]


def statements(result: Any, scenario: Scenario, tables: Tables) -> tuple[Statement, ...]:
    """Everything that can be asked of an ensemble that records `fbic_index` and `position`; nothing where nothing is published."""
    origin, years = years_of(scenario, tables)
    return tuple(s for side in _sides(result, scenario, tables) for y in years for s in side.all(origin, y) if s is not None)


def index_board(result: Any, scenario: Scenario, tables: Tables, seed: int = 1) -> IndexBoard:
    """Score an ensemble."""
    origin, years = years_of(scenario, tables)
    sides, asked = _sides(result, scenario, tables), statements(result, scenario, tables)
    ranks = pd.DataFrame([row for side in sides if side.keys for y in years for row in side.ranks(origin, y)])
    runs = result.data.sizes["run"]
    return IndexBoard(origin, years, runs, asked, ranks, _slices(asked, runs, seed))


def _slices(asked: Sequence[Statement], runs: int, seed: int) -> pd.DataFrame:
    draws, rows = resampled(runs, seed), []
    for board in dict.fromkeys(s.board for s in asked):
        for kind in ("all", SIGN, ORDER, CHANGES, LEADS):
            mine = [s for s in asked if s.board == board and kind in ("all", s.kind)]
            if not mine:
                continue
            held = np.stack([s.held for s in mine], axis=1)
            drawn = draws @ held / runs
            row = {
                "board": board,
                "kind": kind,
                "statements": len(mine),
                "same": float(brier(np.array([s.same for s in mine]))),
            }
            for name, value, spread in (
                ("right", held.mean(axis=0).sum(), drawn.sum(axis=1)), ("brier", brier(held.mean(axis=0)), brier(drawn)),
            ):  # fmt: skip
                low, high = np.quantile(spread, (0.025, 0.975))
                row |= {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
            rows.append(row)
    return pd.DataFrame(rows)


def text(b: IndexBoard) -> str:
    """The board in plain text."""
    if not b.statements:
        return "Nothing is published of these states for these years: signs and ranks are not scored."
    years = " and ".join(map(str, b.years))
    out = [f"Signs and ranks against the published index and ideal points, {b.origin} to {years} ({b.runs} runs)", ""]
    groups = [
        ("group", "statements", "right a run", "Brier", "coin", "same"),
        *map(_group, b.slices.to_dict("records")),
    ]
    medians = [("medians", "year", "signs right", "ranks of levels", "ranks of changes", "wrong signs")]
    return "\n".join([*out, *table(groups), "", *table([*medians, *map(_ranked, b.ranks.to_dict("records"))])])


def _group(r: dict[Any, Any]) -> tuple[str, ...]:
    brier_of = span(r, "brier", ".3f"), f"{(1 - COIN) ** 2:.3f}", f"{r['same']:.3f}"
    return (f"{r['board']}: {r['kind']}", str(r["statements"]), span(r, "right", ".1f"), *brier_of)


def _ranked(r: dict[Any, Any]) -> tuple[str, ...]:
    ranks = ("–" if np.isnan(r[x]) else f"{r[x]:+.2f}".replace("-", "−") for x in ("levels", "changes"))
    return (
        f"{r['board']}, {r['patron']}",
        str(r["year"]),
        f"{r['signs']} of {r['series']}",
        *ranks,
        r["wrong"] or "none",
    )


def as_json(b: IndexBoard) -> dict[str, Any]:
    """The same for machines; what is no number is null."""
    frames = {"signs": b.slices, "ranks": b.ranks}
    records = {k: f.astype(object).where(f.notna(), None).to_dict("records") for k, f in frames.items()}
    return {"origin": b.origin, "years": list(b.years), **records}
