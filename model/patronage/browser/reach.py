"""Levers beside the map: which of them move the outcomes most, and what many runs say where they stand; beside the page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from patronage.scenario import Scenario, quarter_name
from patronage.scenario.quarters import parse_quarter
from patronage.telling.moving import Counts, moves_words

from .answering import QUICK, SIZES, interesting
from .clock import somebody_plays
from .jobs import Job, SharedJob
from .kept import SHELF
from .levers import Lever, levers
from .setup import Setup, too_many

if TYPE_CHECKING:
    from patronage.experiments.levering import Range

    from .workspace import Desk

MOST_LEVERS, FEWEST = 6, 5
"""Beside the map, and how many stand there even where fewer can be told from nothing."""
SCREENED = 192
"""Runs of the screening at a time."""
PAIRS = SIZES[0]
"""Enough for a first answer, few enough for it to come while one looks."""
PARTS = 100
"""Of the screening, as its progress counts them."""
DATES = 20
"""Quarters that a date is tried earlier and later. Put off to the end, an event would only come after what is asked was read."""
IDLE = 4
"""Times as long as it works, while somebody plays: charts would move at half their pace otherwise."""
NEWS = 2.0
"""Seconds between two words of progress."""


class NobodyWantsItError(Exception):
    """The work has been stopped."""


class ReachJob(SharedJob):
    """The search for the levers that move what is asked most; `found` are the strongest, those that are told first."""

    ANSWER = ("found", "moves", "counts", "numbers")

    def __init__(self, setup: Setup, notify: Callable[[], None], after: Job | None = None) -> None:
        """`after`: what is to be finished before."""
        self.setup, self.scenario, self.seed, self._after = setup, setup.load(), setup.seed, after
        super().__init__((self.scenario.digest, self.seed), PARTS, notify)
        self.found: tuple[Lever, ...] = ()
        self.numbers: tuple[Lever, ...] = ()
        """Those that are figures, more than are shown where there are."""
        self.moves: dict[str, str] = {}
        """By path: what it moves most and how far, in words."""
        self.counts = Counts()
        self.failed = too_many(self.scenario, SCREENED)
        self._noted = self._worked = 0.0

    def _begins(self) -> bool:
        while self._after is not None and not (self._after.finished or self._after.stopped or self.stopped):
            time.sleep(0.05)
        return super()._begins()

    def work(self) -> None:
        from patronage import compiling

        question = f"levers {self.scenario.digest} {self.seed} {compiling.way() == 'never'}"
        if self.failed or self._takes(SHELF.read(question)):
            return
        with SHELF.alone(question, lambda: not self.stopped):
            if not self.stopped and not self._takes(SHELF.read(question)):
                self._search(question)

    def _search(self, question: str) -> None:
        from patronage import compiling
        from patronage.batch.points import Points
        from patronage.driving import prepare
        from patronage.experiments.levering import Screening, questions

        self._noted = self._worked = time.monotonic()
        plain, client = self.scenario, interesting(self.scenario)[1]
        compiling.load_if_ready(prepare(plain, [0], self.seed).bucket)
        scenario, leading = questions(plain, client)
        known = {lever.path: lever for lever in levers(plain)}
        try:
            ranges = [range_of(lever) for lever in known.values()]
            text = Points(plain.resolved())  # read once, not a file and those below it for each of many values
            search = Screening(scenario, leading, self.seed, lambda path, value: text.written({path: str(value)}), self._go_on)
            if compiling.way() == "never" or search.is_too_much(ranges):
                ranges = [range_of(known[path]) for path in self._few()]
            moved = search.found(ranges)
        except NobodyWantsItError:
            return
        sure = [m for m in moved if m.best.tells]
        shown = moved[: max(min(len(sure), MOST_LEVERS), FEWEST)]
        self.counts = Counts(len(ranges), len(moved), len(sure), len(shown))
        self.moves = {m.path: moves_words(scenario, m) for m in shown}
        self.numbers = tuple(known[m.path] for m in sure if known[m.path].kind == "number")[:MOST_LEVERS]
        self.found = tuple(known[m.path] for m in shown)
        self.done = self.total
        SHELF.write(question, {
            "paths": [x.path for x in self.found], "numbers": [x.path for x in self.numbers],
            "moves": self.moves, "counts": asdict(self.counts),
        })  # fmt: skip

    def _takes(self, kept: dict[str, Any] | None) -> bool:
        """Whether something was found before, and is what this search would say; then it is its answer."""
        if kept is None:
            return False
        known = {lever.path: lever for lever in levers(self.scenario)}
        try:
            found, numbers = (tuple(known[path] for path in kept[what]) for what in ("paths", "numbers"))
            moves, counts = {path: str(kept["moves"][path]) for path in kept["paths"]}, Counts(**kept["counts"])
        except (KeyError, TypeError):
            return False
        self.found, self.numbers, self.moves, self.counts = found, numbers, moves, counts
        self.done = self.total
        return True

    def _few(self) -> list[str]:
        """Levers worth a look where there is no time for all: the assumed figures that the screening of reports ends with."""
        from patronage.experiments.screening import screen

        table = screen(self.scenario, seed=self.seed, until=self.scenario.end, progress=lambda _: self._go_on(0.0))
        return [str(path) for path in table["path"]]

    def _go_on(self, part: float) -> None:
        if self.stopped:
            raise NobodyWantsItError
        self._give_way()
        self.done = int((self.total - 1) * part)
        if time.monotonic() - self._noted > NEWS:
            self._noted = time.monotonic()
            self.notify_now()

    def _give_way(self) -> None:
        """While somebody plays, rest four times as long as was worked."""
        now = time.monotonic()
        rested = now + IDLE * (now - self._worked)
        while somebody_plays() and time.monotonic() < rested and not self.stopped:
            time.sleep(0.02)
        self._worked = time.monotonic()


def range_of(lever: Lever) -> Range:
    """Where a lever is tried."""
    from patronage.experiments.levering import Range

    if lever.kind == "number":
        return Range(lever.path, (lever.low, lever.high), True)
    if lever.kind == "date":
        at = parse_quarter(lever.value)
        ends = (max(int(lever.low), at - DATES), min(int(lever.high), at + DATES))
        return Range(lever.path, (quarter_name(ends[0]), quarter_name(ends[1])), True)
    words = lever.words or ("on", "off")
    return Range(lever.path, tuple(word for word in words if word != lever.value), False)


@dataclass(frozen=True)
class Moved:
    """An outcome where the levers stand, over many runs."""

    text: str
    """Level with its interval, as the answer says it."""
    difference: str
    """Paired, with its interval, against the scenario in force."""
    runs: int = PAIRS


class TrialJob(Job):
    """Pairs of runs with the same luck: the scenario where the levers stand, and the one in force.

    First a few; as many as the answer has where these came quickly.
    """

    def __init__(self, scenario: Scenario, setup: Setup, notify: Callable[[], None]) -> None:
        super().__init__(len(SIZES), notify)
        self.scenario, self.setup = scenario, setup
        self.found: dict[str, Moved] = {}

    @property
    def runs(self) -> int:
        """Pairs that are computed, or the last that were."""
        return SIZES[min(self.done, self.total - 1)]

    @property
    def pairs(self) -> int:
        """Pairs behind what is found; before anything is, those under way."""
        return next((moved.runs for moved in self.found.values()), self.runs)

    def work(self) -> None:
        moved = self.setup.load()
        for runs in SIZES:
            refused = too_many(moved, runs)
            if refused and not self.found:
                raise ValueError(refused)
            begun = time.thread_time()
            try:
                found = {} if refused else self._pairs(moved, runs)
            except NobodyWantsItError:
                return
            self.found = found or self.found
            if not self.advance():
                return
            if refused or time.thread_time() - begun > QUICK:
                self.total = self.done
            if self.finished:
                return
            self.notify_now()

    def _pairs(self, moved: Scenario, runs: int) -> dict[str, Moved]:
        from patronage.reports.outcomes import difference_cell, mean_text
        from patronage.reports.summary import subjects
        from patronage.results.comparison import outcomes_of
        from patronage.results.ensemble import Statistics
        from patronage.results.pairs import Pair
        from patronage.simulation import simulate

        both = [
            Statistics(simulate(scenario, runs, self.setup.seed, record="lean", progress=self._go_on))
            for scenario in (moved, self.scenario)
        ]
        rows = {r.outcome: r for r in outcomes_of(Pair(*both)).itertuples()}
        return {s.name: Moved(mean_text(s, values), difference_cell(s, rows[s.name]), runs) for s, values in subjects(both[0])}

    def _go_on(self, _: int) -> None:
        if self.stopped:
            raise NobodyWantsItError


class LeverTrials:
    """Of one desk: the levers with most reach, and the trial of where they stand."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.reach: ReachJob | None = None
        self.trial: TrialJob | None = None

    def screen(self) -> None:
        """Look for the levers with most reach, unless they are known."""
        desk, job = self._desk, self.reach
        setup = replace(desk.setup.plain, replication=0)
        if job is not None and (job.scenario.digest, job.seed) == (setup.load().digest, setup.seed):
            return
        if job is not None:
            job.stop()
        self.reach = ReachJob(setup, desk.notify, desk.answer)
        self.reach.start()

    def moved(self) -> None:
        """The levers stand elsewhere, or another scenario is in force: the trial of before is of no use."""
        desk = self._desk
        setup = desk.setup.with_changes(desk.wanted.value)
        if self.trial is not None and self.trial.setup == setup and desk.waiting:
            return
        if self.trial is not None:
            self.trial.stop()
            self.trial = None
        if desk.waiting and desk.player is None and desk.model.value.scenario.outcomes:
            self.trial = TrialJob(desk.model.value.scenario, setup, desk.notify)
            self.trial.start()
        desk.notify()

    def stop(self) -> None:
        """Nobody looks any more."""
        for job in (self.reach, self.trial):
            if job is not None:
                job.stop()


def strongest(desk: Desk) -> tuple[Lever, ...]:
    """The levers beside the map; before they are known, and where none tells, nothing."""
    job = desk.trials.reach
    return job.found if job is not None else ()


def figures(desk: Desk) -> tuple[Lever, ...]:
    """Of what can be told to move anything the strongest figures, which can stand anywhere in their ranges."""
    job = desk.trials.reach
    return job.numbers if job is not None else ()
