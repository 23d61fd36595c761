"""What the page shows of a number that was asked about."""

from __future__ import annotations

import shlex
from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """What the panel shows; texts of more lines are those of the commands."""

    title: str
    value: str
    meaning: str = ""
    moved: str = ""
    """What moved it, in the sentences of `why`."""
    parts: tuple[tuple[str, str], ...] = ()
    """What it is made of: words, and what can be asked of them."""
    commands: tuple[str, ...] = ()
    spans: bool = False
    """Whether what moved it can be asked since another quarter."""


MOST_PARTS = 40


def command_lines(*lists: list[str]) -> tuple[str, ...]:
    """Commands that say the same."""
    return tuple(shlex.join(["patronage", *words]) for words in lists)


def beside(words: str, other: str, difference: str = "") -> str:
    """A value, and that of the run compared with, which has the same luck."""
    return f"{words} (in the run compared with: {other}" + (f"; this run less the other: {difference})" if difference else ")")
