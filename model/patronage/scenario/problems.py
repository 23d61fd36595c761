"""What is wrong with a scenario, all at once, each with its place and the nearest right word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from .texts import is_foreign

MOST_PROBLEMS = 100
"""Problems listed before reading stops."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point in a file; line and column count from 1 (in a table, `column` is the number of the column)."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        end = "" if not self.hint else f" {self.hint}" if self.hint.endswith("?") else f" {self.hint}."
        return f"{self.file}:{self.line}:{self.column}: {self.message}.{end}"


class ScenarioError(Exception):
    """A scenario that cannot be used; `problems` holds every reason, in the order of the files' lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(p) for p in self.problems)


class Problems:
    """Collects problems while a scenario is read, and stops the reading where there are too many to list."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, place: Place, message: str, hint: str = "") -> None:
        """Note one problem. Raises ScenarioError when there are too many."""
        self._found[Problem(place.file, place.line, place.column, message, hint)] = None
        if len(self._found) >= MOST_PROBLEMS:
            self.add_last(place)
            self.stop()

    def take(self, error: ScenarioError) -> None:
        """Note what was found elsewhere. Raises ScenarioError when there are too many."""
        for p in error.problems:
            self.add(Place(p.file, p.line, p.column), p.message, p.hint)

    def add_last(self, place: Place) -> None:
        """Say that reading ended here."""
        end = Problem(place.file, place.line, place.column, f"{MOST_PROBLEMS} problems; there may be more")
        self._found[end] = None

    def unknown(self, place: Place, what: str, word: str, allowed: Iterable[str]) -> None:
        """Note a word that is not one of those allowed."""
        self.add(place, f"unknown {what} {shown(word)}", nearest(word, allowed))

    def stop(self) -> None:
        """Raise if there is anything to report."""
        if self._found:
            raise ScenarioError(sorted(self._found, key=lambda p: (p.file, p.line, p.column)))


def shown(text: str, most: int = 60) -> str:
    """A foreign word, quoted, shortened, on one line and free of control characters."""
    clean = "".join(" " if c.isspace() else "\N{REPLACEMENT CHARACTER}" if is_foreign(c) else c for c in text[:most])
    return f"'{clean}{'…' if len(text) > most else ''}'"


def meant(word: str, allowed: Iterable[str]) -> str:
    """The allowed word that is nearest to a wrong one, if any is near."""
    by_lower = {w.lower(): w for w in allowed}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.55) if len(word) <= 80 else []
    return by_lower[close[0]] if close else ""


def nearest(word: str, allowed: Iterable[str], most: int = 12) -> str:
    """A hint: the right word nearest to a wrong one, and the allowed ones."""
    words = list(dict.fromkeys(allowed))
    if not words:
        return "None is declared"
    near = meant(word, words)
    hint = f"Did you mean {near}? " if near else ""
    listed = ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
    return f"{hint}Allowed: {listed}"
