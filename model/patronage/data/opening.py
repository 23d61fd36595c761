"""Files as bytes, and bytes as text: what every reader of tables does first."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 512 * 1024**2
"""A table that unpacks to more than this is not read: so large is no table of these, but a few bytes can unpack to it."""
AS_CSV = "Save it as CSV UTF-8, separated by commas"
ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
"""How zips and workbooks begin; the second are empty."""
FOREIGN = {
    **dict.fromkeys(ZIPPED, "a workbook or a zip"),
    b"\xd0\xcf\x11\xe0": "a workbook in the old .xls form",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"<": "a page or document in HTML or XML",
    b"\x89PNG": "a picture",
}
"""How files begin that are no text of cells."""


class UnreadableError(Exception):
    """A file whose text cannot be had; says why and what to do."""

    def __init__(self, what: str, hint: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(what)
        self.what, self.hint, self.line, self.column = what, hint, line, column


@dataclass(frozen=True)
class FileRow:
    """A row of a file."""

    line: int
    """Where it begins, counted from 1: a quoted cell may run over several lines."""
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """A cell without the blanks around it; empty beyond the end of the row."""
        return self.cells[column].strip() if column < len(self.cells) else ""


def read_bytes(path: Path) -> bytes:
    """What is in a file, unpacked if it is gzip. Raises UnreadableError."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"the file cannot be read: {error.strerror or error}") from None
    return bounded(unzipped(raw) if raw.startswith(b"\x1f\x8b") else raw)


def unzipped(raw: bytes) -> bytes:
    """The content of gzip. Raises UnreadableError."""
    try:
        with gzip.open(io.BytesIO(raw)) as stream:
            return stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"the packed file is damaged: {error}", "Fetch it again") from None


def bounded(raw: bytes) -> bytes:
    """The same. Raises UnreadableError if it is too large to be a table."""
    if len(raw) > MOST_BYTES:
        raise UnreadableError(f"the file holds more than {MOST_BYTES // 1024**2} MiB", "Cut out the series that are needed")
    return raw


def foreign(raw: bytes) -> str | None:
    """What a file is that is no text of cells."""
    return next((what for start, what in FOREIGN.items() if raw.lstrip()[:8].startswith(start)), None)


def encoding(raw: bytes) -> str:
    """In which code the text of a file is: UTF-8, UTF-16 or the code page in which many sources write names."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return name
    even, odd = raw[:400:2], raw[1:400:2]
    if len(odd) > 2 and max(even.count(0), odd.count(0)) > len(odd) / 2:
        return "utf-16-be" if even.count(0) > odd.count(0) else "utf-16-le"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decoded(raw: bytes) -> str:
    """The text of a file in whichever of these codes. Raises UnreadableError."""
    what = foreign(raw)
    if what is not None:
        raise UnreadableError(f"this is {what}, no text", AS_CSV)
    text = raw.decode(encoding(raw), errors="replace")
    return checked(text)


def decoded_strictly(raw: bytes) -> str:
    """The text of a file in UTF-8. Raises UnreadableError, which names the first byte that is none."""
    what, code = foreign(raw), encoding(raw)
    if what is not None:
        raise UnreadableError(f"this is {what}, no text", AS_CSV)
    if code.startswith("utf-16"):
        raise UnreadableError("this is UTF-16, the 'Unicode text' of spreadsheets", AS_CSV)
    try:
        return checked(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].split(b","))
        hint = f"{AS_CSV}: it may be in the code page cp1252"
        raise UnreadableError(f"the byte {raw[error.start]:02X} is no UTF-8", hint, line, column) from None


def checked(text: str) -> str:
    """The same. Raises UnreadableError where there is a NUL, or nothing at all."""
    at = text.find("\0")
    if at >= 0:
        line, column = text.count("\n", 0, at) + 1, text[text.rfind("\n", 0, at) + 1 : at].count(",") + 1
        raise UnreadableError("there is a NUL byte: this is no table, or a damaged one", "Fetch or save it again", line, column)
    if not text.strip():
        raise UnreadableError("the file is empty")
    return text


def rows(text: str, delimiter: str = ",") -> Iterator[FileRow]:
    """Rows that are not blank. Raises UnreadableError where quotation marks do not close."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > 1 or (cells and cells[0].strip()):
                yield FileRow(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "Look at the quotation marks: one that opens a cell must close it"
        raise UnreadableError(f"this is no CSV table: {error}", hint, line) from None
