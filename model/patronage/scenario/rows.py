"""Rows of CSV files, and what a first row is that does not name the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from .numerals import normalised
from .problems import Place, Problems, shown
from .reading import read_file

_SEPARATORS = ((";", ";"), ("\t", "tabs"), ("|", "|"))
WIDER = "Put a cell that holds a comma in quotes, and write decimals with a point"
"""What to do about a row with more cells than the first."""


def read_rows(path: Path, label: str, problems: Problems, most_bytes: int) -> list[tuple[int, list[str]]] | None:
    """(line, stripped cells) of every row that is not blank; None and a problem if it is no CSV file."""
    text = read_file(path, label, problems, most_bytes)
    return None if text is None else rows_of(text, label, problems)


def rows_of(text: str, label: str, problems: Problems) -> list[tuple[int, list[str]]] | None:
    """The same of the text of a file."""
    try:
        reader = csv.reader(io.StringIO(text, newline=None), strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        line = max(1, min(reader.line_num, text.count("\n")))
        problems.add(Place(label, line), f"this is no CSV table: {error}", 'A cell with " in it doubles it: ""')
        return None
    return [(line, row) for line, row in rows if any(row)]


def check_head(place: Place, names: list[str], keys: Sequence[str], begins: str, problems: Problems) -> bool:
    """Whether a first row has the key columns, and every column one name; if not, what it is instead is said."""
    missing = [k for k in keys if k not in names]
    written = {normalised(n).lower(): i for i, n in enumerate(names)}
    separator = _separator(names, keys) if missing else ""
    if names[0].lower().startswith("sep="):
        problems.add(place, f"the first row is a note to a spreadsheet ({shown(names[0])})", "Delete it")
    elif separator:
        problems.add(place, f"the table is separated by {separator}", "Save it with commas between the cells")
    elif missing and missing[0] in written:
        at = written[missing[0]]
        problems.add(Place(place.file, place.line, at + 1), f"unknown column {shown(names[at])}", f"Write {missing[0]}")
    elif missing:
        problems.add(place, f"the first row lacks the column {missing[0]}", begins)
    elif "" in names:
        at = names.index("")
        hint = "Give it one, or delete it down to the last row"
        problems.add(Place(place.file, place.line, at + 1), "a column has no name", hint)
    else:
        return True
    return False


def _separator(names: list[str], keys: Sequence[str]) -> str:
    """What separates the cells of a first row that has no commas, in words; "" if nothing does."""
    line = ",".join(names)
    for mark, word in _SEPARATORS:
        if set(keys) <= {part.strip().strip('"').lower() for part in line.split(mark)}:
            return word
    return ""
