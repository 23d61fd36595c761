"""What is wrong with a scenario, all at once, each with its place and the nearest right word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

MOST_PROBLEMS = 100
"""Problems listed before the rest is only counted."""


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
        end = f" {self.hint}." if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}.{end}"


class ScenarioError(Exception):
    """A scenario that cannot be used; `problems` holds every reason, in the order of the files' lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(p) for p in self.problems)


class Problems:
    """Collects problems while a scenario is read."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._unlisted = 0

    def __len__(self) -> int:
        return len(self._found) + self._unlisted

    @property
    def full(self) -> bool:
        """Whether further problems are only counted (and need no hint)."""
        return len(self._found) >= MOST_PROBLEMS

    def add(self, place: Place, message: str, hint: str = "") -> None:
        """Note one problem."""
        if self.full:
            self._unlisted += 1
            return
        problem = Problem(place.file, place.line, place.column, message, hint)
        if problem not in self._found:
            self._found.append(problem)

    def unknown(self, place: Place, what: str, word: str, allowed: Iterable[str]) -> None:
        """Note a word that is not one of those allowed."""
        if self.full:
            self._unlisted += 1
        else:
            self.add(place, f"unknown {what} {shown(word)}", nearest(word, allowed))

    def stop(self) -> None:
        """Raise if there is anything to report."""
        if not self._found:
            return
        found = sorted(self._found, key=lambda p: (p.file, p.line, p.column))
        if self._unlisted:
            last = found[-1]
            found.append(Problem(last.file, last.line, last.column, f"and {self._unlisted} more problems"))
        raise ScenarioError(found)


def shown(text: str, most: int = 60) -> str:
    """A foreign word, quoted, shortened and free of control characters."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:most])
    return f"'{clean}{'…' if len(text) > most else ''}'"


def nearest(word: str, allowed: Iterable[str], most: int = 12) -> str:
    """A hint: the right word nearest to a wrong one, and the allowed ones."""
    words = list(dict.fromkeys(allowed))
    if not words:
        return "None is declared"
    hint = ""
    if len(word) <= 80:
        by_lower = {w.lower(): w for w in words}
        close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.55)
        hint = f"Did you mean {by_lower[close[0]]}? " if close else ""
    listed = ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")
    return f"{hint}Allowed: {listed}"
