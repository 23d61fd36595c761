"""A CSV file as rows that know their line, and cells that are numbers or are complained about at their place."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from dataclasses import dataclass
from pathlib import Path

from patronage.scenario.problems import Place, Problems, shown

EMPTY = ("", "..")
"""Cells without a value; two dots are the World Bank's."""


@dataclass(frozen=True)
class Row:
    """A row of a file."""

    line: int
    """Where it ends, counted from 1: a quoted cell may run over several lines."""
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """A cell without the blanks around it; empty beyond the end of the row."""
        return self.cells[column].strip() if column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A file, read."""

    label: str
    """As messages name it."""
    rows: tuple[Row, ...]
    sha256: str

    def place(self, row: Row, column: int = 0) -> Place:
        """Where a cell stands; columns count from 1 in messages."""
        return Place(self.label, row.line, column + 1)

    def number(self, row: Row, column: int, problems: Problems) -> float | None:
        """The number of a cell; None where there is none, and a problem if it is something else."""
        text = row.cell(column)
        if text in EMPTY:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            problems.add(self.place(row, column), f"{shown(text)} is no number")
            return None
        return value

    def short(self, row: Row, columns: int, problems: Problems) -> bool:
        """Whether a row has fewer cells than its header; noted."""
        if len(row.cells) >= columns:
            return False
        problems.add(self.place(row), f"{len(row.cells)} cells in a table of {columns} columns")
        return True


def read_sheet(path: Path, problems: Problems) -> Sheet | None:
    """All rows of a file that are not empty; None and a problem if it is no CSV file.

    UTF-8, with or without a mark at its beginning, and otherwise the code page in which these sources still write names.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.add(Place(str(path)), f"the file cannot be read: {error.strerror or error}")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        rows.extend(Row(reader.line_num, tuple(cells)) for cells in reader if any(c.strip() for c in cells))
    except csv.Error as error:
        problems.add(Place(str(path), reader.line_num), f"this is no CSV table: {error}")
        return None
    if not rows:
        problems.add(Place(str(path)), "the file is empty")
        return None
    return Sheet(str(path), tuple(rows), hashlib.sha256(raw).hexdigest())
