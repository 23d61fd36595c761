"""What a browser sends is anybody's: a value of another kind, or out of bounds, is as if nothing had been sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from patronage.scenario.reading import MOST_BYTES

T = TypeVar("T", str, int)
MOST_WORDS = 200
"""Characters of what is typed into a field."""
LONGEST_NAME = 100
ENDINGS = (".yaml", ".yml")


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


def upload(file: object) -> tuple[str, bytes]:
    """Name and content of a scenario file that somebody hands over.

    Raises:
        ValueError: it is no such file, or too large.
    """
    given: Mapping[Any, Any] = file if isinstance(file, Mapping) else {}
    name, text = given.get("name"), given.get("text")
    if not isinstance(name, str) or not isinstance(text, str):
        raise ValueError("What was sent is no file: choose a scenario in YAML")  # noqa: TRY004  # told to the visitor
    plain = plain_name(name)
    if not plain.lower().endswith(ENDINGS):
        raise ValueError(f"{plain} is no scenario file: its name ends in .yaml or .yml")
    content = text[: MOST_BYTES + 1].encode("utf-8", "replace")
    if len(content) > MOST_BYTES:
        raise ValueError(f"{plain} is larger than {MOST_BYTES // 1024} kB: no scenario file is")
    return plain, content


def plain_name(name: str) -> str:
    """The name of a file without folders, and without what a terminal or a command would take for something else."""
    last = re.split(r"[/\\]", name[-4 * LONGEST_NAME :])[-1]
    return re.sub(r"[^\w. ()+,=-]|^-+", "_", last)[-LONGEST_NAME:].strip() or "scenario"
