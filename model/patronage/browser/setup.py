"""What determines a run on the page: a scenario, what was changed in it, a seed and the number of the run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from patronage.scenario import Scenario, load_scenario, load_text
from patronage.scenario.library import locate

DEFAULT = "us-withdrawal"
PERIOD_END = "period.end"
"""Changed when a run goes on beyond its period; changes nothing of what happens before."""

MOST_RUNS = 1000
"""Of an ensemble on the page."""
MOST_CELLS = 20_000_000
"""Patrons × patrons × clients × quarters of a run, or × runs of an ensemble: numbers that are kept at a time."""


@dataclass(frozen=True)
class Setup:
    """A run that can be made again."""

    source: str = DEFAULT
    """Name of a built-in scenario, path of a file, or name of an uploaded file."""
    text: bytes | None = None
    """Content of an uploaded file."""
    changes: tuple[tuple[str, str], ...] = ()
    """Paths and values, as `--set` takes them."""
    seed: int = 1
    replication: int = 0
    tables: tuple[tuple[str, bytes], ...] = ()
    """Names and contents of the tables that were uploaded with the file."""

    def load(self) -> Scenario:
        """The scenario with its changes. Raises ScenarioError."""
        path = None if self.text is not None else locate(self.source)
        age = path.stat().st_mtime_ns if path is not None else 0
        return _loaded(self.source, self.text, self.tables, self.changes, age)

    def with_changes(self, changes: Mapping[str, str]) -> Setup:
        """The same with these changes instead."""
        return replace(self, changes=tuple(changes.items()))

    @property
    def origin(self) -> tuple[str, bytes | None, tuple[tuple[str, bytes], ...]]:
        """What is changed and run: equal for setups of one scenario."""
        return self.source, self.text, self.tables

    @property
    def plain(self) -> Setup:
        """The same without changes."""
        return replace(self, changes=())

    @property
    def longer(self) -> tuple[tuple[str, str], ...]:
        """The change that lets the run go on beyond its period, if there is one."""
        return tuple(c for c in self.changes if c[0] == PERIOD_END)

    @property
    def command(self) -> str:
        """The command that makes a run folder in which this is the last run."""
        return self.command_to("")

    def command_to(self, until: str) -> str:
        """The same for runs that end in a quarter, if one is given."""
        words = ["patronage", "run", self.source, "--runs", str(self.replication + 1), "--seed", str(self.seed)]
        words += ["--until", until] if until else []
        for path, value in self.changes:
            words += ["--set", f"{path}={value}"]
        return shlex.join(words)


@lru_cache(maxsize=32)
def _loaded(
    source: str, text: bytes | None, tables: tuple[tuple[str, bytes], ...], changes: tuple[tuple[str, str], ...], age: int
) -> Scenario:
    """`age`: of the file, so that one written anew is read anew."""
    if text is None:
        return load_scenario(source, dict(changes))
    return load_text(text, source, dict(changes), dict(tables))


def too_long(scenario: Scenario) -> str:
    """Why a run is too much for a page, or nothing."""
    cells = len(scenario.patrons) ** 2 * len(scenario.clients) * (scenario.end - scenario.start + 1)
    if cells <= MOST_CELLS:
        return ""
    who = f"{len(scenario.patrons)} patrons and {len(scenario.clients)} clients"
    return f"{who} over {scenario.end - scenario.start + 1} quarters are too much for the page: patronage run simulates them"


def too_many(scenario: Scenario, runs: int) -> str:
    """Why an ensemble is too much for a page, or nothing."""
    each = len(scenario.patrons) ** 2 * len(scenario.clients)
    if each * runs <= MOST_CELLS:
        return ""
    return f"{runs} runs with so many actors are too much for the page: take {MOST_CELLS // each} at most, or patronage run"


def whole_number(text: object, what: str) -> int:
    """A number typed into the page.

    Raises:
        ValueError: it is no whole number from 0 on.
    """
    word = str(text).strip()
    if not (word.isascii() and word.isdigit()) or len(word) > 18:
        raise ValueError(f"{what}: write a whole number such as 1, not {word[:40]!r}")
    return int(word)
