"""What a browser sends is anybody's: a value of another kind, or out of bounds, is as if nothing had been sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar
from unicodedata import category, normalize

from patronage.scenario import tables
from patronage.scenario.reading import MOST_BYTES

T = TypeVar("T", str, int)
MOST_WORDS = 200
"""Characters of what is typed into a field."""
LONGEST_NAME = 100
ENDINGS, TABLE = (".yaml", ".yml"), ".csv"
MOST_FILES = 20
"""A scenario and its tables, handed over at once."""


def whole(value: object, low: int, high: int) -> int | None:
    """A whole number within bounds, both included; None for whatever else it is."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        return None
    return int(value) if value == int(value) else None


def words(value: object, most: int = MOST_WORDS) -> str:
    """A text, cut; nothing for what is none."""
    return value[:most] if isinstance(value, str) else ""


def in_range(low: int, high: int, do: Callable[[int], object]) -> Callable[[Any], None]:
    """A handler that acts on whole numbers within bounds only."""

    def handle(value: Any) -> None:
        number = whole(value, low, high)
        if number is not None:
            do(number)

    return handle


def one_of(allowed: Iterable[T], do: Callable[[T], object]) -> Callable[[Any], None]:
    """A handler that acts on what is on offer only."""
    offered = list(allowed)

    def handle(value: Any) -> None:
        found = next((a for a in offered if type(a) is type(value) and a == value), None)
        if found is not None:
            do(found)

    return handle


def typed(do: Callable[[str], object], most: int = MOST_WORDS) -> Callable[[Any], None]:
    """A handler of a field of text."""

    def handle(value: Any) -> None:
        do(words(value, most))

    return handle


class Upload(NamedTuple):
    """A scenario file that somebody handed over, with its tables."""

    name: str
    text: bytes
    tables: tuple[tuple[str, bytes], ...]

    @property
    def unread(self) -> list[str]:
        """Tables that the file does not name."""
        written = self.text.decode("utf-8", "replace")
        return [name for name, _ in self.tables if name not in written]


def upload(files: object) -> Upload:
    """A scenario file and its tables, as somebody hands them over. Their names are names only: nothing is looked for on the disk.

    Raises:
        ValueError: these are no such files, or they are too large.
    """
    given = [_file(file) for file in files[: MOST_FILES + 1]] if isinstance(files, list) else []
    if not given:
        raise ValueError("What was sent is no file: choose a scenario in YAML")
    if len(given) > MOST_FILES:
        raise ValueError(f"These are more than {MOST_FILES} files: choose a scenario and the tables that it names")
    main = [(name, content) for name, content in given if name.lower().endswith(ENDINGS)]
    beside = tuple(sorted((name, content) for name, content in given if name.lower().endswith(TABLE)))
    other = next((name for name, _ in given if not name.lower().endswith((*ENDINGS, TABLE))), None)
    if other is not None:
        raise ValueError(f"{other} is no scenario file: its name ends in .yaml or .yml, that of a table in .csv")
    if len(main) != 1:
        raise ValueError("Choose one scenario file, which ends in .yaml or .yml, together with the tables that it names")
    if len({name for name, _ in beside}) < len(beside):
        raise ValueError("Two tables have one name: a scenario that is opened here names its tables apart")
    if len(main[0][1]) > MOST_BYTES:
        raise ValueError(f"{main[0][0]} is larger than {MOST_BYTES // 1024} kB: no scenario file is")
    if sum(len(content) for _, content in beside) > tables.MOST_BYTES:
        raise ValueError(f"The tables are larger than {tables.MOST_BYTES // 1024**2} MB together: name the file to patronage view")
    return Upload(*main[0], beside)


def _file(file: object) -> tuple[str, bytes]:
    """A name and a content, cut behind what is too much of any."""
    given: Mapping[Any, Any] = file if isinstance(file, Mapping) else {}
    name, text = given.get("name"), given.get("text")
    if not isinstance(name, str) or not isinstance(text, str):
        raise ValueError("What was sent is no file: choose a scenario in YAML")  # noqa: TRY004  # told to the visitor
    return plain_name(name), text[: tables.MOST_BYTES + 1].encode("utf-8", "replace")


def plain_name(name: str) -> str:
    """The name of a file without folders, and without what a terminal or a command would take for something else."""
    last = normalize("NFC", re.split(r"[/\\]", name[-4 * LONGEST_NAME :])[-1])
    kept = "".join(c if category(c)[0] in "LMN" or c in " ._()+,=-" else "_" for c in last)
    return re.sub(r"^-+", "_", kept)[-LONGEST_NAME:].strip() or "scenario"
