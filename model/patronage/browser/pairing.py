"""Two ensembles with the same luck, run by run: what `patronage compare` says, computed beside the page."""

from __future__ import annotations

from collections.abc import Callable

from patronage.scenario import Scenario

from .jobs import Job
from .setup import too_many

PAIRS = 100
"""Enough for an interval, few enough for seconds."""


class PairsJob(Job):
    """Pairs of runs of the scenario on the page and of another one.

    Once they are there, `sentences` say what differs in what the question asks, by outcome; `cells` are all outcomes, heads first,
    and `outcomes` their names.
    """

    def __init__(
        self, scenario: Scenario, load: Callable[[], Scenario], names: tuple[str, str], seed: int, notify: Callable[[], None]
    ) -> None:
        super().__init__(2, notify)
        self.scenario, self.names, self.seed = scenario, names, seed
        self._load = load
        self.sentences: dict[str, str] = {}
        self.cells: tuple[tuple[str, ...], ...] = ()
        self.outcomes: tuple[str, ...] = ()

    def work(self) -> None:
        from patronage.reports.summary import headline_outcomes, outcome_cells, pair_answers
        from patronage.results.comparison import compare
        from patronage.results.ensemble import Statistics
        from patronage.simulation import simulate

        refused = too_many(self.scenario, PAIRS)
        if refused:
            raise ValueError(refused)
        both = []
        for scenario in (self.scenario, self._load()):
            if self.stopped:
                return
            both.append(Statistics(simulate(scenario, PAIRS, self.seed, record="full")))
        found = compare(*both)
        wanted, known = headline_outcomes(both[0], found), set(found.outcomes["outcome"])
        asked = [name for name in self.scenario.outcomes if name in wanted and name in known]
        self.sentences = dict(zip(asked, pair_answers(both[0], found, self.names, wanted), strict=True))
        whole = [*wanted, *(name for name in self.scenario.outcomes if name not in wanted)]
        self.outcomes = tuple(name for name in whole if name in known)
        self.cells = tuple(outcome_cells(both[0], found, self.names, whole))
        self.done = self.total
