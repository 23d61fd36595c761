"""Levers beside the map: which of them move the outcomes most, and what many runs say where they stand; beside the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patronage.scenario import Scenario

from .jobs import Job, SharedJob
from .levers import Lever, levers
from .setup import Setup, too_many

if TYPE_CHECKING:
    from .workspace import Desk

MOST_LEVERS = 6
"""Beside the map."""
SCREENED = 192
"""Runs of the screening at a time."""
PAIRS = 50
"""Enough for a first answer, few enough for it to come while one looks."""


class NobodyWantsItError(Exception):
    """The work has been stopped."""


class ReachJob(SharedJob):
    """The screening that reports make; `found` are the levers with most reach, the strongest first."""

    ANSWER = ("found", "moves", "counts")

    def __init__(self, scenario: Scenario, seed: int, notify: Callable[[], None]) -> None:
        super().__init__((scenario.digest, seed), 1, notify)
        self.scenario, self.seed = scenario, seed
        self.found: tuple[Lever, ...] = ()
        self.moves: dict[str, str] = {}
        """By path: the outcome that it moves most, in words."""
        self.counts = (0, 0)
        """Figures that move an answer enough to tell, and all that were tried."""
        self.failed = too_many(scenario, SCREENED)

    def work(self) -> None:
        from patronage import compiling
        from patronage.driving import prepare
        from patronage.experiments.screening import factors, screen

        if self.failed:
            return
        bucket = prepare(self.scenario, [0], self.seed).bucket
        if compiling.way() != "never" and compiling.is_ready(bucket):
            compiling.prepare(bucket)  # many small pieces of work come, each too small to load compiled code for
        try:
            table = screen(self.scenario, seed=self.seed, until=self.scenario.end, progress=self._go_on)
        except NobodyWantsItError:
            return
        known = {lever.path: lever for lever in levers(self.scenario)}
        self.counts = (int(table["tells"].sum()), len(factors(self.scenario)))
        strongest = table[table["tells"]].head(MOST_LEVERS)
        self.moves = {str(r.path): self._words(str(r.outcome)) for r in strongest.itertuples()}
        self.found = tuple(known[path] for path in self.moves)
        self.done = self.total

    def _words(self, outcome: str) -> str:
        from patronage.reports.words import subject

        return subject(self.scenario, outcome, np.zeros(0)).title

    def _go_on(self, _: int) -> None:
        if self.stopped:
            raise NobodyWantsItError


@dataclass(frozen=True)
class Moved:
    """An outcome where the levers stand, over many runs."""

    text: str
    """Level with its interval, as the answer says it."""
    difference: str
    """Paired, with its interval, against the scenario in force."""


class TrialJob(Job):
    """Pairs of runs with the same luck: the scenario where the levers stand, and the one in force."""

    def __init__(self, scenario: Scenario, setup: Setup, notify: Callable[[], None]) -> None:
        super().__init__(1, notify)
        self.scenario, self.setup = scenario, setup
        self.found: dict[str, Moved] = {}

    def work(self) -> None:
        from patronage.reports.outcomes import difference_cell, mean_text
        from patronage.reports.summary import subjects
        from patronage.results.comparison import outcomes_of
        from patronage.results.ensemble import Statistics
        from patronage.results.pairs import Pair
        from patronage.simulation import simulate

        moved = self.setup.load()
        refused = too_many(moved, PAIRS)
        if refused:
            raise ValueError(refused)
        both = []
        for scenario in (moved, self.scenario):
            try:
                both.append(Statistics(simulate(scenario, PAIRS, self.setup.seed, record="lean", progress=self._go_on)))
            except NobodyWantsItError:
                return
        rows = {r.outcome: r for r in outcomes_of(Pair(*both)).itertuples()}
        self.found = {s.name: Moved(mean_text(s, values), difference_cell(s, rows[s.name])) for s, values in subjects(both[0])}
        self.done = self.total

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
        plain, seed = desk.setup.plain.load(), desk.setup.seed
        if job is not None and (job.scenario.digest, job.seed) == (plain.digest, seed):
            return
        if job is not None:
            job.stop()
        self.reach = ReachJob(plain, seed, desk.notify)
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


def reach_words(counts: tuple[int, int], shown: int) -> str:
    """How many figures were tried, how many move an answer enough to tell, and what has become of the others."""
    telling, tried = counts
    first = f"Of {tried} assumed figures {telling} move{'s' if telling == 1 else ''} an answer enough to tell"
    cut = f"; the {shown} strongest are here" if shown < telling else ""
    return f"{first}{cut}. What the others do cannot be told from nothing by this screening."
