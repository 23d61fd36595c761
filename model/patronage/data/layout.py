"""The one reader of the documented tables: every cell is checked, and all that is wrong is said at once with its place.

A table is CSV, UTF-8, separated by commas; its first row names the columns, in any order. Columns that are not known are kept as
they are. docs/build.md says what may stand in a cell.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from patronage.scenario.problems import MOST_PROBLEMS, Problem, shown

from .cells import GAPS, DataError, Fault, named, needed, no_code, no_date, no_name, no_number, no_year, number, year
from .opening import AS_CSV, FileRow, UnreadableError, decoded_strictly, read_bytes, rows
from .series import PERCENT_FROM, RARE, SHARE, DataSeries

MOST_ALIKE = 10
"""Cells of one column with one kind of fault that are listed; the others are counted."""
OTHERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
CHECKS: dict[str, Callable[[str], Fault | None]] = {
    "code": no_code, "year": no_year, "date": no_date, "name": no_name, "word": no_name,
    "party": needed(no_name, "code or name of a state"),
    "date or nothing": lambda text: None if text.strip() in GAPS else no_date(text),
    "amount": lambda text: no_number(text) if number(text) is None else None,
}  # fmt: skip


class TableError(DataError):
    """Tables with cells that cannot be used; `problems` holds them all, in the order of the files' lines."""

    def __init__(self, problems: Sequence[Problem], lines: Sequence[str] = ()) -> None:
        self.lines = tuple(lines)
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column)))
        shown_, rest = self.problems[:MOST_PROBLEMS], len(self.problems[MOST_PROBLEMS:])
        more = (f"... and {rest} more problems.",) if rest else ()
        super().__init__("\n".join([*lines, *map(str, shown_), *more]))

    @classmethod
    def of(cls, errors: Sequence[TableError]) -> TableError:
        """What several tables were refused for."""
        return cls([p for e in errors for p in e.problems], [line for e in errors for line in e.lines])


@dataclass(frozen=True)
class Layout:
    """What a table is made of."""

    name: str
    kinds: Mapping[str, str]
    """Column → its kind, one of `CHECKS`, where it is not one of `series`."""
    keys: tuple[str, ...]
    series: Mapping[str, DataSeries] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    """Columns it must have."""
    unique: bool = False
    """Whether a key has one row."""
    filled: bool = False
    """Whether it must have a row."""


@dataclass
class Faults:
    """What is wrong with one file."""

    label: str
    problems: list[Problem] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """Columns that are missing."""
    alike: Counter[tuple[int, str]] = field(default_factory=Counter)

    def add(self, line: int, column: int, what: str, hint: str = "", kind: str = "") -> None:
        """Note one; of the same kind in the same column only the first ones are listed."""
        self.alike[column, kind or what] += 1
        if self.alike[column, kind or what] <= MOST_ALIKE:
            self.problems.append(Problem(self.label, line, column, what, hint))

    def finish(self, head: Sequence[str]) -> None:
        """Count those that are not listed."""
        last = max((p.line for p in self.problems), default=1)
        for (column, _), count in self.alike.items():
            if count > MOST_ALIKE:
                name = head[column - 1] if column <= len(head) else ""
                what = f"and {count - MOST_ALIKE} more such cells in the column {shown(name)}"
                self.problems.append(Problem(self.label, last, column, what))

    def stop(self) -> None:
        """Raise if there is anything."""
        if self.problems or self.lines:
            raise TableError(self.problems, self.lines)


def read_layout(path: Path, layout: Layout, remarks: list[str] | None = None) -> pd.DataFrame:
    """A table, its keys as columns. `said` takes what is worth knowing though it is no fault. Raises TableError."""
    faults = Faults(str(path))
    try:
        text = decoded_strictly(read_bytes(path))
        frame = quickly(text, layout)
        if frame is None:
            frame = carefully(text, layout, faults, remarks if remarks is not None else [])
    except UnreadableError as error:
        faults.add(error.line, error.column, error.what, error.hint)
    faults.stop()
    assert frame is not None
    return frame


def quickly(text: str, layout: Layout) -> pd.DataFrame | None:
    """The frame of a table in which nothing is odd, many times as fast; None where anything is."""
    text = text.replace("\r\n", "\n")
    quoted = '"' in text
    widths = {len(row.cells) for row in rows(text)} if quoted else {line.count(",") + 1 for line in text.splitlines()}
    head = list(next(rows(text)).cells)
    if "\r" in text or widths != {len(head)} or head != [c.strip() for c in head] or not _head_is_right(head, layout):
        return None
    unknown = {c: [""] if c in layout.series or c in layout.kinds else sorted(GAPS) for c in head}
    frame = pd.read_csv(io.StringIO(text), low_memory=False, keep_default_na=False, na_values=unknown)
    right = bool(len(frame)) and list(frame.columns) == head and all(_is_right(frame, c, layout) for c in head)
    if not right or (layout.unique and frame.duplicated(list(layout.keys)).any()):
        return None
    for column in (c for c, kind in layout.kinds.items() if kind == "name" and c in frame):
        frame[column] = frame[column].map(named, na_action="ignore")
    return frame


def _head_is_right(head: list[str], layout: Layout) -> bool:
    faults = Faults("")
    _head(FileRow(1, tuple(head)), layout, faults)
    return not faults.problems and not faults.lines


def _is_right(frame: pd.DataFrame, column: str, layout: Layout) -> bool:
    """Whether every cell of a column that is read is what it should be."""
    values, kind = frame[column], layout.kinds.get(column)
    if column in layout.series:
        return bool(values.isna().all()) or (values.dtype.kind in "if" and _all_may_be(values.to_numpy(float), layout.series[column]))
    if kind == "year":
        return values.dtype.kind == "i" and all(no_year(str(y)) is None for y in values.unique())
    if kind == "code":
        return all(isinstance(x, str) and no_code(x) is None and x == x.strip() for x in values.unique())
    return kind is None or (kind == "name" and all(no_name(str(x)) is None for x in values.dropna().unique()))


def _all_may_be(values: np.ndarray, series: DataSeries) -> bool:
    """Whether nothing is to be said of any value, NaN where nothing is known."""
    known = values[~np.isnan(values)]
    most = 1.0 if series.high == PERCENT_FROM else series.high
    inside = ((known >= series.low) & (known <= most) & (not series.positive or known != 0)).all()
    return bool(inside and not _percent(known, series).any())


def _percent(values: np.ndarray, series: DataSeries) -> np.ndarray:
    """Which known values of a share are probably per cent."""
    beyond = values > PERCENT_FROM
    return beyond & (series.unit == SHARE and beyond.sum() > RARE * len(values))


def carefully(text: str, layout: Layout, faults: Faults, remarks: list[str]) -> pd.DataFrame | None:
    """The frame of a table whose cells are looked at one by one; None where a fault was noted."""
    every = rows(text)
    first = next(every, FileRow(1, ()))
    head = _head(first, layout, faults)
    if head is None:
        return None
    body = [row for row in every if _fits(row, head, faults)]
    if not body and layout.filled:
        faults.add(first.line, 1, "there is a head and no row below it that can be read")
    cells = list(zip(*(row.cells[: len(head)] for row in body), strict=True)) or [()] * len(head)
    lines = [row.line for row in body]
    for at, name in enumerate(head):
        if name in layout.series:
            _numbers(cells[at], lines, at + 1, layout.series[name], faults, remarks)
        elif name in layout.kinds:
            _texts(cells[at], lines, at + 1, layout.kinds[name], faults)
    if layout.unique:
        _once([cells[head.index(k)] for k in layout.keys], lines, head.index(layout.keys[0]) + 1, faults)
    faults.finish(head)
    return None if faults.problems else _framed(dict(zip(head, cells, strict=True)), layout)


def _head(row: FileRow, layout: Layout, faults: Faults) -> list[str] | None:
    """Names of the columns, and what is wrong with them; None where the rows cannot be read by them."""
    head = [c.strip() for c in row.cells]
    known = (*layout.kinds, *layout.series)
    for sign, called in OTHERS.items():
        if len(head) == 1 and set(layout.keys) & {x.strip().strip('"') for x in head[0].split(sign)} and sign in head[0]:
            faults.add(row.line, 1, f"the columns are separated by {called}", AS_CSV)
            return None
    by_letters, given = {_bare(k): k for k in known}, set(head)
    seen: set[str] = set()
    for at, name in enumerate(head):
        alike = by_letters.get(_bare(name))
        if name and name in seen:
            faults.add(row.line, at + 1, f"two columns are called {shown(name)}", "Each name stands once")
        elif alike is not None and alike not in given:
            faults.add(row.line, at + 1, f"the column {shown(name)} is not known", f"Write {alike}")
        seen.add(name)
    letters = {_bare(name) for name in head}
    missing = [k for k in layout.required if _bare(k) not in letters]
    begins = f" (the head begins with {', '.join(shown(h) for h in head[:3])})" if not set(known) & set(head) else ""
    faults.lines += [f"{faults.label}:{row.line}:1: no column {name!r}" + begins for name in missing]
    return None if faults.lines or faults.problems else head


def _bare(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _fits(row: FileRow, head: Sequence[str], faults: Faults) -> bool:
    """Whether a row has as many cells as the head; empty ones at its end do no harm."""
    if len(row.cells) >= len(head) and not any(c.strip() for c in row.cells[len(head) :]):
        return any(row.cells) and any(c.strip() for c in row.cells)
    hint = "A number with commas in it needs quotation marks, or better no commas" if len(row.cells) > len(head) else ""
    faults.add(row.line, 1, f"{len(row.cells)} cells in a table of {len(head)} columns", hint, "cells")
    return False


def _numbers(
    cells: Sequence[str], lines: Sequence[int], column: int, series: DataSeries, faults: Faults, remarks: list[str]
) -> None:
    """Check a column of numbers, and say what is read as unknown or looks odd."""
    read = {text: number(text) for text in set(cells)}
    known = np.array([x for text in cells if (x := read[text]) is not None and not np.isnan(x)])
    suspect = _percent(known, series).any()
    wrong: dict[str, tuple[Fault, str]] = {}
    for text, value in read.items():
        fault = no_number(text, series.fraction) if value is None else series.wrong(value)
        if fault is None and value is not None and suspect and value > PERCENT_FROM:
            fault = series.percent(value)
        if fault is not None:
            wrong[text] = fault, "text" if value is None else "bound"
    if wrong:
        for text, line in zip(cells, lines, strict=True):
            if text in wrong:
                fault, kind = wrong[text]
                faults.add(line, column, *fault, kind=kind)
    odd = known[known > 1] if series.high == PERCENT_FROM else ()
    if len(odd):
        values = f"{len(odd)} values of {series.column} are above 1, up to {max(odd):g}"
        remarks.append(f"{faults.label}: {values}; it is measured as {series.unit}.")
    gaps = {text for text in read if text.strip() and text.strip() in GAPS}
    if gaps:
        marks = Counter(text.strip() for text in cells if text in gaps)
        remarks.append(f"{faults.label}: {marks.total()} cells of {series.column} are read as unknown ({', '.join(sorted(marks))}).")


def _texts(cells: Sequence[str], lines: Sequence[int], column: int, kind: str, faults: Faults) -> None:
    """Check a column of codes, years, dates or words."""
    wrong = {text: fault for text in set(cells) if (fault := CHECKS[kind](text)) is not None}
    for text, line in zip(cells, lines, strict=True) if wrong else ():
        if text in wrong:
            faults.add(line, column, *wrong[text], kind=kind)


def _once(keys: Sequence[Sequence[str]], lines: Sequence[int], column: int, faults: Faults) -> None:
    """Every key has one row."""
    first: dict[tuple[str, ...], int] = {}
    for key, line in zip(zip(*keys, strict=True), lines, strict=True):
        known = first.setdefault(tuple(map(_key, key)), line)
        if known != line:
            faults.add(line, column, f"two rows for {', '.join(map(_key, key))}: the first stands in line {known}", kind="twice")


@lru_cache(maxsize=10_000)
def _key(text: str) -> str:
    return str(year(text) or text.strip())


def _framed(table: Mapping[str, Sequence[str]], layout: Layout) -> pd.DataFrame:
    """Columns that were checked, as a frame."""
    columns = {}
    for name, cells in table.items():
        kind = layout.kinds.get(name)
        if name in layout.series or kind == "amount":
            known = [np.nan if c in GAPS else c for c in map(str.strip, cells)]
            columns[name] = pd.to_numeric(pd.Series(known, dtype=object))
        elif kind == "year":
            columns[name] = pd.Series([year(c) for c in cells], dtype=int)
        elif kind is not None:
            unknown = GAPS if kind == "date or nothing" else ("",)
            columns[name] = pd.Series([np.nan if (text := named(c)) in unknown else text for c in cells])
        elif name:
            columns[name] = _guessed([np.nan if c in GAPS else c for c in cells])
    return pd.DataFrame(columns)


def _guessed(cells: list[object]) -> pd.Series:
    """A column that nobody reads: numbers if all are, texts otherwise."""
    try:
        return pd.to_numeric(pd.Series(cells, dtype=object))
    except (ValueError, TypeError):
        return pd.Series(cells)


