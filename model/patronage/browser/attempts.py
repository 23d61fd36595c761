"""The what-ifs of a session side by side: the same luck for all, differences to the first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patronage.scenario import ScenarioError
from patronage.telling.naming import event_brief

from .checked import words as text_of
from .jobs import Job
from .levers import ORDERS, change_words
from .links import LONGEST, Linked, address, read
from .reach import PAIRS, Moved, NobodyWantsItError
from .setup import Setup, too_many

if TYPE_CHECKING:
    from patronage.results.ensemble import Statistics

    from .workspace import Desk

MOST_ATTEMPTS = 12
"""In the list; the oldest but the first go."""
MOST_OUTCOMES = 4
"""Columns of the table."""
FIRED = re.compile(r"events\.now_([a-z]+)_\d+")
"""Path of an event fired on the page, with its act."""
Changes = tuple[tuple[str, str], ...]


def in_words(setup: Setup, changes: Changes) -> str:
    """What was changed."""
    return "; ".join(_change(setup, path, value) for path, value in changes) or "as in the scenario"


def as_written(changes: Iterable[tuple[str, str]]) -> str:
    """The same as commands have it."""
    return ", ".join(f"{path}={value}" for path, value in changes)


def _change(setup: Setup, path: str, value: str) -> str:
    fired = FIRED.fullmatch(path)
    if fired is not None:
        words = next((o.words for o in ORDERS if o.act == fired[1]), fired[1])
        actors = ", ".join(setup.plain.load().names.get(code, code) for code in re.findall(r"\b[A-Z]{3}\b", value))
        when = re.search(r"\bat: (\w+)", value)
        return f"{words}: {actors}{', ' + when[1] if when else ''}"
    if value == "~":
        return f"without “{event_brief(setup.plain.load(), path.rpartition('.')[2])}”"
    return change_words(setup.plain.load(), path, value)


@dataclass(frozen=True)
class AttemptOutcomes:
    """One what-if over many runs."""

    outcomes: dict[str, Moved]
    """By name; of the first, differences are empty."""
    failed: str = ""


class AttemptsJob(Job):
    """Ensembles with the same luck, one after the other; `found` by changes."""

    def __init__(
        self, setups: Sequence[Setup], seed: int, known: dict[str, Statistics], notify: Callable[[], None]
    ) -> None:
        """`known`: ensembles that are there, by scenario and seed; what is computed is added."""
        super().__init__(len(setups), notify)
        self.setups, self.seed, self._known = tuple(setups), seed, known
        self.heads: dict[str, str] = {}
        """Outcomes that are compared: name and title."""
        self.found: dict[Changes, AttemptOutcomes] = {}

    def work(self) -> None:
        from patronage.reports.summary import answering, subjects

        first: Statistics | None = None
        for setup in self.setups:
            try:
                mine = self._ensemble(setup)
            except NobodyWantsItError:
                return
            except (ScenarioError, ValueError) as error:
                self.found[setup.changes] = AttemptOutcomes({}, str(error).splitlines()[0])
                mine = None
            if mine is not None:
                if first is None:
                    leading = answering(mine) or [s.name for s, _ in subjects(mine)]
                    self.heads = {s.name: s.title for s, _ in subjects(mine) if s.name in leading[:MOST_OUTCOMES]}
                self.found[setup.changes] = AttemptOutcomes(_outcomes(mine, first, self.heads))
                first = first or mine
            if not self.advance():
                return
            self.notify_now()

    def _ensemble(self, setup: Setup) -> Statistics:
        from patronage.results.ensemble import Statistics
        from patronage.simulation import simulate

        scenario = setup.load()
        refused = too_many(scenario, PAIRS)
        if refused:
            raise ValueError(refused)
        key = f"{scenario.digest}-{self.seed}"
        if key not in self._known:
            self._known[key] = Statistics(simulate(scenario, PAIRS, self.seed, record="lean", progress=self._go_on))
        return self._known[key]

    def _go_on(self, _: int) -> None:
        if self.stopped:
            raise NobodyWantsItError


def _outcomes(mine: Statistics, first: Statistics | None, names: dict[str, str]) -> dict[str, Moved]:
    from patronage.reports.outcomes import difference_cell, mean_text
    from patronage.reports.summary import subjects
    from patronage.results.comparison import outcomes_of
    from patronage.results.pairs import Pair

    rows = {r.outcome: r for r in outcomes_of(Pair(mine, first)).itertuples()} if first is not None else {}
    return {
        s.name: Moved(mean_text(s, values), difference_cell(s, rows[s.name]) if s.name in rows else "")
        for s, values in subjects(mine) if s.name in names
    }  # fmt: skip


class Attempts:
    """Of one desk: changes that were in force, or whose answer was seen, in the order of their first trial."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._plain = desk.setup.plain
        self.list: tuple[Changes, ...] = ((),)
        self.job: AttemptsJob | None = None
        self._known: dict[str, Statistics] = {}
        self._written: tuple[tuple[Changes, ...], str] = (), ""

    @property
    def source(self) -> Setup:
        """The scenario that they change."""
        return self._plain

    def add(self, changes: Changes) -> None:
        """Note a what-if, unless it is known; one of another scenario begins a new list, with that scenario as it is."""
        desk = self._desk
        if desk.setup.origin != self._plain.origin:
            self._plain, self.list, self._known = desk.setup.plain, ((),), {}
            self.stop()
        own = tuple(sorted(c for c in changes if c not in desk.setup.longer))
        if own not in self.list:
            first, rest = self.list[:1], self.list[1:]
            self.list = (*first, *(*rest, own)[-(MOST_ATTEMPTS - 1) :])

    @property
    def kept(self) -> str:
        """The list as the window of the browser keeps it, which outlasts this session: the address of each."""
        if self._written[0] is not self.list:
            tried = self.list if self.list != ((),) else ()
            found = [address(Linked(replace(self._plain, changes=changes)), self._desk.sources) for changes in tried]
            self._written = self.list, json.dumps([text for text in found if text])
        return self._written[1]

    def bring(self, sent: object) -> None:
        """Take over what a browser has kept, which is anybody's: as much of it as links to this scenario could say."""
        desk, found = self._desk, list[Changes]()
        self.add(())
        for text in sent[:MOST_ATTEMPTS] if isinstance(sent, list) else []:
            with suppress(ScenarioError, ValueError, OSError):
                setup = read(text_of(text, LONGEST + 1), desk.sources, desk.setup).setup
                if setup.origin == self._plain.origin:
                    found.append(tuple(sorted(setup.changes)))
        if found:
            self.list = tuple(dict.fromkeys((*found, *self.list[1:])))[:MOST_ATTEMPTS]
            self.add(desk.setup.changes)
            desk.notify()

    def setup(self, changes: Changes) -> Setup:
        """What opens it: with the luck and the period of the run on the page."""
        desk = self._desk
        return replace(desk.setup, changes=(*changes, *desk.setup.longer))

    def open(self, changes: Changes) -> None:
        """Back to this one, in the quarter that the run on the page has reached."""
        desk = self._desk
        if changes in self.list and desk.player is None and desk.room is None:
            desk.lasting.undoing.note()
            desk.open(self.setup(changes), desk.model.value.world.quarter, keep=True)

    def remove(self, changes: Changes) -> None:
        """Take one off the list."""
        self.list = tuple(c for c in self.list if c != changes)
        self._desk.notify()

    def compare(self) -> None:
        """Compute what is not known yet, once somebody looks."""
        desk = self._desk
        setups = tuple(self.setup(changes) for changes in self.list)
        if desk.closed or (self.job is not None and (self.job.setups, self.job.seed) == (setups, desk.setup.seed)):
            return
        self.stop()
        if setups and desk.model.value.scenario.outcomes:
            self.job = AttemptsJob(setups, desk.setup.seed, self._known, desk.notify)
            self.job.start()

    def stop(self) -> None:
        """Nobody looks any more."""
        if self.job is not None:
            self.job.stop()
            self.job = None
