"""Deliveries of major arms from the trade register of the SIPRI Arms Transfers Database.

Some ten lines of notes, among them the years asked for and the date, then

    Recipient,Supplier,Year of order, ,Number ordered, ,…,Year(s) of delivery,status,Comments,…,SIPRI TIV of delivered weapons

A row is a deal. What of it was delivered in which year is not told: the delivered TIV is split equally over the years listed.
"""

from __future__ import annotations

import re

import pandas as pd

from patronage.scenario.problems import Problems, shown

from .names import code_of
from .sheets import Row, Sheet

HEAD = ("Recipient", "Supplier", "Year of order")
ONE_SIDED = ("Exports by", "Imports by")
YEARS, DELIVERED = "Year(s) of delivery", "SIPRI TIV of delivered weapons"
LATEST_HEAD = 30
FIRST = 1980
"""Deliveries before this year are left out: stocks of arms are summed over ten years."""
_ASKED = re.compile(r"year range '(\d{4})' to '(\d{4})'")


def header(sheet: Sheet) -> Row | None:
    """The row of column names, if the file is a trade register."""
    return next((r for r in sheet.rows[:LATEST_HEAD] if tuple(c.strip() for c in r.cells[:3]) == HEAD), None)


def one_sided(sheet: Sheet) -> Row | None:
    """The row of column names, if the file is a table of importers or exporters."""
    return next((r for r in sheet.rows[:LATEST_HEAD] if r.cell(0) in ONE_SIDED), None)


def read(sheet: Sheet, head: Row, problems: Problems) -> tuple[pd.DataFrame, str]:
    """`arms_tiv` by patron, client and year; and what is said about the rest.

    Every pair with a delivery has a row for every year asked for, 0 where nothing was delivered.
    """
    place = {c.strip(): i for i, c in enumerate(head.cells)}
    for name in (YEARS, DELIVERED):
        if name not in place:
            problems.add(sheet.place(head), f"the register lacks the column {name!r}")
    if YEARS not in place or DELIVERED not in place:
        return _frame({}, ()), ""
    flows: dict[tuple[str, str, int], float] = {}
    strangers: set[str] = set()
    for row in sheet.rows[sheet.rows.index(head) + 1 :]:
        if sheet.short(row, place[DELIVERED] + 1, problems):
            continue
        value = sheet.number(row, place[DELIVERED], problems)
        years = _years(sheet, row, place[YEARS], problems)
        if not value or years is None:
            continue
        if value < 0 or not years:
            what = "there are fewer than no arms" if value < 0 else f"{value:g} were delivered in no year"
            problems.add(sheet.place(row, place[DELIVERED if value < 0 else YEARS]), what)
            continue
        codes = [code_of(row.cell(i)) for i in (1, 0)]
        strangers.update(row.cell(i) for i, code in zip((1, 0), codes, strict=True) if code is None)
        patron, client = codes
        if patron is None or client is None or patron == client:
            continue
        for year in years:
            flows[patron, client, year] = flows.get((patron, client, year), 0.0) + value / len(years)
    return _frame(flows, _span(sheet, head, flows)), (
        f"{len(strangers)} parties that are no states left out" if strangers else ""
    )


def _years(sheet: Sheet, row: Row, column: int, problems: Problems) -> list[int] | None:
    """The years of delivery, `1979; 1980`; None and a problem if they cannot be read."""
    found = []
    for text in (t.strip() for t in row.cell(column).split(";") if t.strip()):
        if not re.fullmatch(r"(19|20)\d\d", text):
            problems.add(sheet.place(row, column), f"{shown(text)} is no year of delivery", "Years are separated by semicolons")
            return None
        found.append(int(text))
    return found


def _span(sheet: Sheet, head: Row, flows: dict[tuple[str, str, int], float]) -> tuple[int, ...]:
    """The years the register was asked for; otherwise those between the first and the last delivery."""
    notes = " ".join(c for row in sheet.rows[: sheet.rows.index(head)] for c in row.cells)
    asked = _ASKED.search(notes)
    known = [year for *_, year in flows]
    first, last = (int(asked[1]), int(asked[2])) if asked else (min(known, default=0), max(known, default=-1))
    return tuple(range(max(first, FIRST), last + 1))


def _frame(flows: dict[tuple[str, str, int], float], years: tuple[int, ...]) -> pd.DataFrame:
    pairs = sorted({(p, c) for p, c, _ in flows})
    keys = [(p, c, year) for p, c in pairs for year in years]
    index = pd.MultiIndex.from_tuples(keys, names=["patron", "client", "year"])
    return pd.DataFrame({"arms_tiv": [round(flows.get(k, 0.0), 6) for k in keys]}, index=index)
