"""Files as they are handed out, as sheets of cells: CSV in any code and with any separator, workbooks, and zips of these."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from patronage.data.cells import GAPS, no_number, number
from patronage.data.opening import (
    MOST_BYTES,
    ZIPPED,
    FileRow,
    UnreadableError,
    bounded,
    decoded,
    read_bytes,
    rows,
    unzipped,
)
from patronage.data.series import DataSeries
from patronage.extras import how_to_install
from patronage.scenario.problems import Place, Problems

UNKNOWN = GAPS | {"..", "...", "n/a", "N/A"}
"""Cells without a value; two dots are the World Bank's."""
DELIMITERS = (",", ";", "\t")
LATEST_HEAD = 40
"""The names of the columns are looked for in this many rows."""
MOST_MEMBERS = 1000
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError)
"""What reading a damaged or locked zip may end in."""


@dataclass(frozen=True)
class Sheet:
    """A file, read."""

    label: str
    """As messages name it."""
    rows: Iterable[FileRow]
    decimal_comma: bool = False

    def place(self, row: FileRow, column: int = 0) -> Place:
        """Where a cell stands; columns count from 1 in messages."""
        return Place(self.label, row.line, column + 1)

    def number(self, row: FileRow, column: int, series: DataSeries, problems: Problems) -> float | None:
        """The number of a cell; None where there is none, and a problem if it is something else or cannot be."""
        text = row.cell(column)
        if text in UNKNOWN:
            return None
        value = number(text.replace(",", ".") if self.decimal_comma and text.count(",") == 1 and "." not in text else text)
        fault = no_number(text, series.fraction) if value is None else series.wrong(value)
        if fault is not None:
            problems.add(self.place(row, column), *fault)
            return None
        return value

    def short(self, row: FileRow, columns: int, problems: Problems) -> bool:
        """Whether a row has fewer cells than its header; noted."""
        if len(row.cells) >= columns:
            return False
        hint = "A line may be broken within a cell: take the break out" if len(row.cells) > 1 else ""
        problems.add(self.place(row), f"{len(row.cells)} cells in a table of {columns} columns", hint)
        return True


@dataclass(frozen=True)
class Source:
    """A table before it is known how to read it: text, or the cells of a workbook."""

    label: str
    file: str
    """The name that is kept with the series."""
    sha256: str
    """Of the file itself."""
    text: str = ""
    cells: tuple[FileRow, ...] = ()

    @property
    def delimiters(self) -> tuple[str, ...]:
        """Signs that may separate its columns."""
        return DELIMITERS if self.text else DELIMITERS[:1]

    def beginning(self, delimiter: str) -> Sheet:
        """Its first rows, as far as they can be read with a sign between columns."""
        found: list[FileRow] = []
        with suppress(UnreadableError):  # told when the whole is read; of a wrong sign it says nothing
            found.extend(islice(self.rows(delimiter), LATEST_HEAD))
        return Sheet(self.label, tuple(found), delimiter == ";")

    def whole(self, delimiter: str, head: FileRow) -> Sheet:
        """What stands below its head, row by row. Reading it raises UnreadableError."""
        found = (row for row in self.rows(delimiter) if row.line > head.line)
        if head.cells[-1].endswith(";"):  # a spreadsheet of another country set semicolons behind lines with commas
            found = (FileRow(r.line, (*r.cells[:-1], r.cells[-1].rstrip(";"))) for r in found)
        return Sheet(self.label, found, delimiter == ";")

    def rows(self, delimiter: str) -> Iterator[FileRow]:
        """Every row. Raises UnreadableError."""
        return iter(self.cells) if self.cells else rows(self.text, delimiter)


def sources(path: Path, problems: Problems) -> list[Source]:
    """Every table in a file. None and a problem if it cannot be read."""
    try:
        raw = read_bytes(path)
        return _sources(raw, str(path), path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    except UnreadableError as error:
        problems.add(Place(str(path), error.line, error.column), error.what, error.hint)
    except OSError as error:
        problems.add(Place(str(path)), f"the file cannot be read: {error.strerror or error}")
    return []


def _sources(raw: bytes, label: str, file: str, sha256: str, inside: bool = False) -> list[Source]:
    if raw.startswith(ZIPPED):
        members = _members(raw)
        if "xl/workbook.xml" in members:
            book = _workbook(raw).items()
            return [Source(f"{label}[{n}]", f"{file}[{n}]", sha256, cells=cells) for n, cells in book if cells]
        if inside or "mimetype" in members:
            what = "a zip within a zip" if inside else "a document of another program"
            raise UnreadableError(f"this is {what}", "Unpack it, or save the table as CSV")
        return _zip(raw, members, label, file, sha256)
    return [Source(label, file, sha256, decoded(unzipped(raw) if raw.startswith(b"\x1f\x8b") else raw))]


def _members(raw: bytes) -> list[str]:
    """Names of what is in a zip. Raises UnreadableError."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as zipped:
            infos = [i for i in zipped.infolist() if not i.is_dir()]
    except DAMAGED as error:
        raise UnreadableError(f"the zip is damaged: {error}", "Fetch it again") from None
    if len(infos) > MOST_MEMBERS or sum(i.file_size for i in infos) > MOST_BYTES:
        raise UnreadableError(
            f"this zip unpacks to more than {MOST_BYTES // 1024**2} MiB or {MOST_MEMBERS} files", "Unpack what is needed"
        )
    return [i.filename for i in infos]


def _zip(raw: bytes, members: Sequence[str], label: str, file: str, sha256: str) -> list[Source]:
    """The tables in a zip, without what only describes them."""
    found: list[Source] = []
    for name in members:
        path = PurePosixPath(name)
        hidden = "__MACOSX" in path.parts or path.name.startswith((".", "Metadata_"))
        if hidden or path.suffix.lower() not in (".csv", ".tsv", ".xlsx", ".gz"):
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as zipped:
                inner = bounded(zipped.read(name))
            found += _sources(inner, f"{label}/{name}", f"{file}/{name}", sha256, inside=True)
        except DAMAGED as error:
            raise UnreadableError(f"{name} in it cannot be unpacked: {error}", "Fetch it again, or unpack it by hand") from None
    if not found:
        raise UnreadableError("there is no table in this zip", "It should hold CSV or .xlsx files")
    return found


def _workbook(raw: bytes) -> dict[str, tuple[FileRow, ...]]:
    """The sheets of a workbook by name. Raises UnreadableError."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        what, hint = "this is an .xlsx workbook, and openpyxl is not installed", f"{how_to_install('data')}; or save it as CSV"
        raise UnreadableError(what, hint) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which no cell depends on
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            return {sheet.title: tuple(_cells(sheet)) for sheet in book.worksheets}
    except (*DAMAGED, TypeError, AttributeError, IndexError, SyntaxError) as error:
        raise UnreadableError(f"the workbook cannot be read: {error}", "Save it again, or as CSV") from None


def _cells(sheet: Any) -> Iterator[FileRow]:
    sheet.reset_dimensions()  # what it says of its own size is often wrong
    for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = tuple(_text(v) for v in values)
        if any(cells):
            yield FileRow(line, cells)


def _text(value: object) -> str:
    """A cell as CSV would have it."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def joined(found: Sequence[FileRow], width: int) -> list[FileRow]:
    """Rows that line breaks in unquoted cells tore apart, put together again.

    Pieces that follow one another are one row if together they have as many cells as the head; others stay as they are.
    """
    out: list[FileRow] = []
    at = 0
    while at < len(found):
        cells, after = found[at].cells, at + 1
        while len(cells) < width and after < len(found) and len(cells) + len(found[after].cells) - 1 <= width:
            more = found[after].cells
            cells, after = (*cells[:-1], re.sub(r"\s+", " ", f"{cells[-1]} {more[0]}"), *more[1:]), after + 1
        whole = len(cells) >= width
        out.append(FileRow(found[at].line, cells) if whole else found[at])
        at = after if whole else at + 1
    return out
