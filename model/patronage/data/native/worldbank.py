"""World Development Indicators, in the forms in which the World Bank hands them out.

The file of an indicator (data.worldbank.org, `API_….csv`): three lines about the source, then

    "Country Name","Country Code","Indicator Name","Indicator Code","1960","1961",…

An export of DataBank: `Series Name,Series Code,Country Name,Country Code,2000 [YR2000],…`, two dots where there is no value,
and two lines about the source at the end. Instead of the years as columns it may have them as rows, `Time`, and then a column an
indicator, whose code stands in brackets: `Population, total [SP.POP.TOTL]`. A long table has `Year` and `Value`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from patronage.data.cells import named, no_name
from patronage.data.opening import FileRow
from patronage.data.series import SERIES
from patronage.scenario.problems import Problems, nearest, shown

from .names import current, is_state
from .sheets import Sheet

USED = {
    "SP.POP.TOTL": "population",
    "NY.GDP.MKTP.CD": "gdp_usd",
    "DT.DOD.DECT.CD": "external_debt_usd",
    "BX.TRF.PWKR.DT.GD.ZS": "remittances_gdp",
}
"""Indicators that the layout has a column for."""
NAME, CODE = "country name", "country code"
INDICATOR = ("indicator code", "series code")
WHEN = ("time", "year")
WORDS = {NAME, CODE, *INDICATOR, *WHEN, "value", "indicator name", "series name", "time code"}
_YEAR = re.compile(r"(?:YR)?(\d{4})(?:\.0)?(?: \[YR\1\])?", re.ASCII)
_INDICATOR = re.compile(r".*\[([A-Z0-9]+(?:\.[A-Z0-9]+)+)\]")


@dataclass(frozen=True)
class Columns:
    """Where in a row what stands."""

    code: int
    name: int | None
    indicator: int | None
    """Of its code, if a row is about one."""
    years: dict[int, int]
    """Place → year, where the years are columns."""
    series: dict[int, str]
    """Place → indicator, where the indicators are columns."""
    when: int | None
    value: int | None


def header(sheet: Sheet) -> FileRow | None:
    """The row of column names, if the file is one of these."""
    for row in sheet.rows:
        names = [c.strip().lower() for c in row.cells]
        by_row = any(n in names for n in INDICATOR)
        by_column = any(n in names for n in WHEN) and any(_INDICATOR.fullmatch(c.strip()) for c in row.cells)
        if CODE in names and (by_row or by_column):
            return row
    return None


def read(sheet: Sheet, head: FileRow, problems: Problems) -> tuple[pd.DataFrame, str, list[str]]:
    """A row per state and year, the columns of the layout that the file has; and what is said about the rest.

    Groups of states are left out. Problems are noted: cells that are no numbers, years that are none, rows that stand twice.
    """
    place = _columns(sheet, head, problems)
    values: dict[str, dict[tuple[str, int], float]] = {column: {} for column in USED.values()}
    names: dict[str, str] = {}
    seen: dict[tuple[str, str, int], int] = {}
    others: set[str] = set()
    groups: Counter[str] = Counter()
    old: set[str] = set()
    for row in sheet.rows:
        given = row.cell(place.code)
        code = current(given)
        indicators = {row.cell(place.indicator)} if place.indicator is not None else set(place.series.values())
        if not given and not any(indicators - set(place.series.values())):
            continue  # the lines about the source at the end of an export
        if sheet.short(row, max([*place.years, *place.series, place.value or 0], default=0) + 1, problems):
            continue
        others |= indicators - set(USED)
        if not indicators & set(USED):
            continue
        if not is_state(code):
            groups[named(row.cell(place.name)) if place.name is not None else given] += 1
            continue
        old |= {f"{given} as {code}"} if given != code else set()
        fault = no_name(row.cell(place.name)) if place.name is not None else None
        if fault is not None:
            problems.add(sheet.place(row, place.name or 0), *fault)
        names[code] = named(row.cell(place.name)) if place.name is not None else code
        for indicator, year, at in _cells(sheet, row, place, problems):
            if indicator in USED:
                first = seen.setdefault((code, indicator, year), row.line)
                if first != row.line:
                    problems.add(sheet.place(row), f"{indicator} of {code} stands in line {first} already")
                    break
                value = sheet.number(row, at, SERIES[USED[indicator]], problems)
                if value is not None:
                    values[USED[indicator]][code, year] = value
    if not any(values.values()):
        none = f"none of its {len(others)} indicators has a column"
        what = none if others and not seen else "there are no rows of states with a value"
        problems.add(sheet.place(head), what, nearest(min(others, default=""), USED))
    frame = pd.DataFrame({column: pd.Series(found, dtype=float) for column, found in values.items() if found})
    frame.index = pd.MultiIndex.from_tuples(list(frame.index), names=["iso3", "year"])
    frame.insert(0, "country", [names[code] for code, _ in frame.index])
    return frame.sort_index(), _left(others, groups), _left_out_text(groups, old)


def _left(others: set[str], groups: Counter[str]) -> str:
    parts = [f"{len(others)} other indicators left out"] if others else []
    parts += [f"{len(groups)} groups of states left out"] if groups else []
    return "; ".join(parts)


def _left_out_text(groups: Counter[str], old: set[str]) -> list[str]:
    """In words, what is not in the table or is there under another code."""
    remarks = [f"no states, left out: {', '.join(sorted(groups))}"] if groups else []
    return [*remarks, f"codes of former years: {', '.join(sorted(old))}"] if old else remarks


def _columns(sheet: Sheet, head: FileRow, problems: Problems) -> Columns:
    """What the names of the columns say."""
    names = [c.strip().rstrip(";") for c in head.cells]
    lower = [n.lower() for n in names]
    at = {n: lower.index(n) for n in WORDS if n in lower}
    years: dict[int, int] = {}
    series = {i: m[1] for i, n in enumerate(names) if (m := _INDICATOR.fullmatch(n))}
    when = next((at[n] for n in WHEN if n in at), None)
    for i, text in enumerate(names):
        year = _YEAR.fullmatch(text)
        if year is not None and when is None:
            if int(year[1]) in years.values():
                problems.add(sheet.place(head, i), f"the year {year[1]} stands twice")
            years[i] = int(year[1])
        elif text and when is None and lower[i] not in WORDS and not lower[i].startswith("unnamed:"):
            problems.add(sheet.place(head, i), f"{shown(text)} is no year", "Columns are named 1960 or 1960 [YR1960]")
    indicator = next((at[n] for n in INDICATOR if n in at), None) if not (when is not None and series) else None
    if when is None and not years:
        problems.add(sheet.place(head), "there is no column of a year")
    if when is not None and indicator is not None and "value" not in at:
        problems.add(sheet.place(head), "there is no column 'Value'")
    return Columns(at[CODE], at.get(NAME), indicator, years, series if indicator is None else {}, when, at.get("value"))


def _cells(sheet: Sheet, row: FileRow, place: Columns, problems: Problems) -> Iterator[tuple[str, int, int]]:
    """Indicator, year and place of every value in a row."""
    if place.when is None:
        assert place.indicator is not None
        yield from ((row.cell(place.indicator), year, at) for at, year in place.years.items())
        return
    year = _YEAR.fullmatch(row.cell(place.when))
    if year is None:
        problems.add(sheet.place(row, place.when), f"{shown(row.cell(place.when))} is no year", "Write it as 1960")
    elif place.indicator is not None and place.value is not None:
        yield row.cell(place.indicator), int(year[1]), place.value
    else:
        yield from ((indicator, int(year[1]), at) for at, indicator in place.series.items())
