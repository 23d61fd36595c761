"""Mutators of tables in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from .mutate import Lot

CELLS = (
    "", "..", "-", "n/a", "NA", "nan", "inf", "-inf", "1e308", "-1e308", "1e999", "-1", "0", "0.5", "20 %", "20%",
    "1,5", "1 234", "1,234,567", "1.234,5",
    "yes", "no", "true", "x", "1990", "2005", "2005.5", "20055", "-5", "2005 (prov.)", "2005*", "KGZ", "kgz", "XXX",
    "", " ", "a\nb", "a\rb", 'a"b', "a,b", "a;b",
    "\u00a0", "\u00a01", "1\u00a0000", "9" * 400, "=1+1", "#REF!", "\x00", "Côte d’Ivoire", "中国", "60 million",
)  # fmt: skip
HEADS = (
    ".".join("a" * 1000), ".".join("a" * 999), ".".join("a" * 300), "weight [", "weight [MUSD]", "weight[1]",
    "Weight", "WEIGHT", " weight ", "unit", "source", "value", "field", "table", "", "weight.weight",
    "weight.", ".weight", "position", "position.unga", "delivery", "delivery.arms.x", "set", "low", "high", "range",
    "year", "iso3", "rivalry", "term [yr]", "x" * 300,
)  # fmt: skip


Rows = list[list[str]]


def mutate_table(lot: Lot, text: str, changes: int = 2) -> str:
    """A CSV table with cells, columns, rows or its whole spelling changed."""
    rows = list(csv.reader(io.StringIO(text)))
    for _ in range(lot.one((1, 1, changes))):
        if rows and rows[0]:
            rows = lot.one(_TABLE)(lot, rows)
    stream = io.StringIO()
    separator = lot.one((";", "\t", "|")) if lot.chance(0.06) else ","
    ends = lot.one(("\n", "\n", "\n", "\r\n", "\r"))
    csv.writer(stream, delimiter=separator, lineterminator=ends, escapechar="\\").writerows(rows)
    return stream.getvalue()


def _cell(lot: Lot, rows: Rows) -> Rows:
    row = lot.one(rows)
    if row:
        row[lot.randrange(len(row))] = lot.one(CELLS) if lot.chance(0.7) else lot.odd_word()
    return rows


def _head_cell(lot: Lot, rows: Rows) -> Rows:
    rows[0][lot.randrange(len(rows[0]))] = lot.one(HEADS) if lot.chance(0.7) else lot.odd_word()
    return rows


def _column(lot: Lot, rows: Rows) -> Rows:
    """One value in a whole column, or no column."""
    j, value = lot.randrange(len(rows[0])), lot.one(CELLS)
    if lot.chance(0.6):
        return [rows[0], *([*row[:j], value, *row[j + 1 :]] for row in rows[1:])]
    return [[*row[:j], *row[j + 1 :]] for row in rows]


def _row(lot: Lot, rows: Rows) -> Rows:
    """A row gone, twice, longer or shorter."""
    i, way = lot.randrange(len(rows)), lot.randrange(4)
    row = rows[i]
    return [*rows[:i], *([], [row, row], [[*row, lot.one(CELLS)]], [row[: len(row) // 2]])[way], *rows[i + 1 :]]


def _whole(lot: Lot, rows: Rows) -> Rows:
    """Nothing at all, a head alone, or decimal commas."""
    return lot.one(([], rows[:1], [[cell.replace(".", ",") for cell in row] for row in rows]))


_TABLE: tuple[Callable[[Lot, Rows], Rows], ...] = (_cell, _cell, _cell, _head_cell, _column, _row, _whole)
