"""Deliveries of major arms from the trade register of the SIPRI Arms Transfers Database, in both forms of its export.

Some ten lines of notes, among them the years asked for and the date, then in the older form

    Recipient,Supplier,Year of order, ,Number ordered, ,…,Year(s) of delivery,status,Comments,…,SIPRI TIV of delivered weapons

A row is a deal. What of it was delivered in which year is not told: the delivered TIV is split equally over the years listed.
Remarks are not quoted, and some of them are broken over lines. In the newer form a row is what was delivered of a deal in one year:

    SIPRI AT Database ID,Supplier,Recipient,…,Order date,…,Delivery year,…,TIV deal unit,TIV delivery values,Local production
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace

import pandas as pd

from patronage.data.cells import named
from patronage.data.opening import FileRow
from patronage.data.series import SERIES
from patronage.scenario.problems import Problems, shown

from .names import code_of
from .sheets import Sheet, joined

PARTIES = ("supplier", "recipient")
ONE_SIDED = ("Exports by", "Imports by")
YEARS = ("Year(s) of delivery", "Delivery year", "Year(s) of deliveries")
DELIVERED = ("SIPRI TIV of delivered weapons", "TIV delivery values")
TIV = replace(SERIES["arms_tiv"], low=-math.inf)
FIRST = 1980
"""Deliveries before this year are left out: stocks of arms are summed over ten years."""
_ASKED = re.compile(r"year range '(\d{4})' to '(\d{4})'")


def header(sheet: Sheet) -> FileRow | None:
    """The row of column names, if the file is a trade register."""
    return next((r for r in sheet.rows if {*PARTIES} <= set(_names(r)) and len(r.cells) > len(PARTIES)), None)


def one_sided(sheet: Sheet) -> FileRow | None:
    """The row of column names, if the file is a table of importers or exporters."""
    return next((r for r in sheet.rows if r.cell(0) in ONE_SIDED), None)


def _names(head: FileRow) -> list[str]:
    return [c.strip().rstrip(";").lower() for c in head.cells]


def asked(beginning: Sheet, head: FileRow) -> tuple[int, int] | None:
    """The years the register was asked for, by the notes above its head."""
    notes = " ".join(c for row in beginning.rows if row.line < head.line for c in row.cells)
    found = _ASKED.search(notes)
    return (int(found[1]), int(found[2])) if found else None


def read(sheet: Sheet, head: FileRow, span: tuple[int, int] | None, problems: Problems) -> tuple[pd.DataFrame, str, list[str]]:
    """`arms_tiv` by patron, client and year; and what is said about the rest.

    Every pair with a delivery has a row for every year asked for, 0 where nothing was delivered.
    """
    names = _names(head)
    supplier, recipient = (names.index(n) for n in PARTIES)
    when, what = (next((names.index(n.lower()) for n in known if n.lower() in names), None) for known in (YEARS, DELIVERED))
    for place, known in ((when, YEARS), (what, DELIVERED)):
        if place is None:
            problems.add(sheet.place(head), f"the register lacks the column {known[0]!r}", f"In the newer export it is {known[1]!r}")
    if when is None or what is None:
        return _frame({}, ()), "", []
    flows: dict[tuple[str, str, int], float] = {}
    strangers: Counter[str] = Counter()
    undated = 0
    for row in joined(list(sheet.rows), len(names) if names[-1] else len(names) - 1):
        if not any(row.cells) or sheet.short(row, what + 1, problems):
            continue
        value = sheet.number(row, what, TIV, problems)
        years = _years(sheet, row, when, problems)
        if not value or years is None:
            continue
        if not years and names[what] == DELIVERED[1].lower():  # a delivery whose year nobody knows
            undated += 1
            continue
        if value < 0 or not years:
            remarks = "there are fewer than no arms" if value < 0 else f"{value:g} were delivered in no year"
            problems.add(sheet.place(row, what if value < 0 else when), remarks)
            continue
        patron, client = (code_of(named(row.cell(i))) for i in (supplier, recipient))
        unknown = [named(row.cell(i)) for i, code in ((supplier, patron), (recipient, client)) if code is None]
        strangers.update(unknown)
        if patron is None or client is None or patron == client:
            continue
        for year in years:
            flows[patron, client, year] = flows.get((patron, client, year), 0.0) + value / len(years)
    left = f"{len(strangers)} parties that are no states left out" if strangers else ""
    return _frame(flows, _span(span, flows)), left, _left_out_text(strangers, undated)


def _left_out_text(strangers: Counter[str], undated: int) -> list[str]:
    """In words, what is not in the table."""
    named_ = ", ".join(f"{name} ({n} {'row' if n == 1 else 'rows'})" for name, n in sorted(strangers.items()))
    remarks = [f"no states, left out: {named_}"] if strangers else []
    return [*remarks, f"{undated} deliveries without a year, left out"] if undated else remarks


def _years(sheet: Sheet, row: FileRow, column: int, problems: Problems) -> list[int] | None:
    """The years of delivery, `1979; 1980`, with or without the mark of doubt; None and a problem if they cannot be read."""
    found = []
    for text in (t.strip() for t in row.cell(column).split(";") if t.strip()):
        year = re.fullmatch(r"\(?((?:19|20)\d\d)(?:\.0)?\)?\s*\??", text, re.ASCII)
        if year is None:
            problems.add(sheet.place(row, column), f"{shown(text)} is no year of delivery", "Years are separated by semicolons")
            return None
        found.append(int(year[1]))
    return found


def _span(span: tuple[int, int] | None, flows: dict[tuple[str, str, int], float]) -> tuple[int, ...]:
    """The years the register was asked for; otherwise those between the first and the last delivery."""
    known = [year for *_, year in flows]
    first, last = span if span is not None else (min(known, default=0), max(known, default=-1))
    return tuple(range(max(first, FIRST), last + 1))


def _frame(flows: dict[tuple[str, str, int], float], years: tuple[int, ...]) -> pd.DataFrame:
    pairs = sorted({(p, c) for p, c, _ in flows})
    keys = [(p, c, year) for p, c in pairs for year in years]
    index = pd.MultiIndex.from_tuples(keys, names=["patron", "client", "year"])
    return pd.DataFrame({"arms_tiv": [round(flows.get(k, 0.0), 6) for k in keys]}, index=index)
