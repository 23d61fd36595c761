"""World Development Indicators, in the two forms in which the World Bank hands them out.

The file of an indicator (data.worldbank.org, `API_….csv`): three lines about the source, then

    "Country Name","Country Code","Indicator Name","Indicator Code","1960","1961",…

An export of DataBank: `Series Name,Series Code,Country Name,Country Code,2000 [YR2000],…`, two dots where there is no value,
and two lines about the source at the end.
"""

from __future__ import annotations

import re

import pandas as pd

from patronage.scenario.problems import Problems, nearest

from .names import is_state
from .sheets import Row, Sheet

USED = {
    "SP.POP.TOTL": "population",
    "NY.GDP.MKTP.CD": "gdp_usd",
    "DT.DOD.DECT.CD": "external_debt_usd",
    "BX.TRF.PWKR.DT.GD.ZS": "remittances_gdp",
}
"""Indicators that the layout has a column for."""
API = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
DATABANK = ("Series Name", "Series Code", "Country Name", "Country Code")
LATEST_HEAD = 10
"""The header is looked for in this many rows."""
_YEAR = re.compile(r"(\d{4})(?: \[YR\1\])?")


def header(sheet: Sheet) -> Row | None:
    """The row of column names, if the file is one of these."""
    for row in sheet.rows[:LATEST_HEAD]:
        names = {c.strip() for c in row.cells[:4]}
        if names in (set(API), set(DATABANK)):
            return row
    return None


def read(sheet: Sheet, head: Row, problems: Problems) -> tuple[pd.DataFrame, str]:
    """A row per state and year, the columns of the layout that the file has; and what is said about the rest.

    Groups of states are left out. Problems are noted: cells that are no numbers, years that are none, rows that stand twice.
    """
    place = {c.strip(): i for i, c in enumerate(head.cells)}
    series = place.get("Indicator Code", place.get("Series Code", 0))
    years = _years(sheet, head, problems)
    values: dict[str, dict[tuple[str, int], float]] = {}
    names: dict[str, str] = {}
    seen: dict[tuple[str, str], int] = {}
    others: set[str] = set()
    for row in sheet.rows[sheet.rows.index(head) + 1 :]:
        code, indicator = row.cell(place["Country Code"]), row.cell(series)
        if not code and not indicator:
            continue  # the lines about the source at the end of an export
        if sheet.short(row, max(years, default=0) + 1, problems):
            continue
        column = USED.get(indicator)
        if column is None or not is_state(code):
            others.update({indicator} if column is None else ())
            continue
        if (code, indicator) in seen:
            problems.add(sheet.place(row), f"{indicator} of {code} stands in line {seen[code, indicator]} already")
            continue
        seen[code, indicator] = row.line
        names[code] = row.cell(place["Country Name"])
        read_ = ((year, sheet.number(row, at, problems)) for at, year in years.items())
        values.setdefault(column, {}).update({(code, year): value for year, value in read_ if value is not None})
    if not values:
        what = f"none of its {len(others)} indicators has a column" if others else "there are no rows of states"
        problems.add(sheet.place(head), what, nearest(min(others, default=""), USED))
    frame = pd.DataFrame({column: pd.Series(found, dtype=float) for column, found in values.items()})
    frame.index = pd.MultiIndex.from_tuples(list(frame.index), names=["iso3", "year"])
    frame.insert(0, "country", [names[code] for code, _ in frame.index])
    left = f"{len(others)} other indicators left out" if others else ""
    return frame.sort_index(), left


def _years(sheet: Sheet, head: Row, problems: Problems) -> dict[int, int]:
    """Place of every column of a year → the year."""
    found: dict[int, int] = {}
    for at, text in enumerate(c.strip() for c in head.cells):
        year = _YEAR.fullmatch(text)
        if year is not None:
            if int(year[1]) in found.values():
                problems.add(sheet.place(head, at), f"the year {year[1]} stands twice")
            found[at] = int(year[1])
        elif text and text not in (*API, *DATABANK):
            problems.add(sheet.place(head, at), f"{text!r} is no year", "Columns are named 1960 or 1960 [YR1960]")
    if not found:
        problems.add(sheet.place(head), "there is no column of a year")
    return found
