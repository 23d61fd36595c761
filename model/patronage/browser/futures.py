"""What can still come of the run on the page: runs that share its past up to the quarter shown and meet other luck from there on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patronage.games.continuing import continued, fresh
from patronage.scenario import Scenario
from patronage.world.arrays import Array

from .answering import Levels, answer
from .game import dated
from .jobs import Job
from .setup import too_many
from .states import Doing

if TYPE_CHECKING:
    from patronage.games.scoring import History

    from .workspace import Desk

RUNS = 100
"""Enough for a band of nine tenths, few enough to be there within a second or two."""
KEPT = 20
"""Runs of which every quarter is kept, to be looked at one by one."""
DELAY = 0.4
"""Seconds for which the page must rest on a quarter before its futures are begun."""


class FuturesJob(Job):
    """Runs with the luck of one run up to a quarter, and with that of `lucks` after it.

    The last order of a seat stands.
    """

    def __init__(
        self, scenario: Scenario, seed: int, replication: int, until: int, notify: Callable[[], None],
        orders: Mapping[str, History] | None = None, lucks: Array | None = None,
    ) -> None:  # fmt: skip
        """`until`: the last quarter of what has happened; `orders`: those given up to then, by patron."""
        super().__init__(scenario.end - scenario.start + 1, notify)
        self.scenario, self.seed, self.replication, self.until = scenario, seed, replication, until
        self.lucks = fresh(replication, RUNS) if lucks is None else lucks
        self._orders = orders or {}
        self.share = np.empty((0, 0, 0, 0))
        """[KEPT, T + 1, P, C] shares of influence in the first runs, the quarter before the first included."""
        self.band = np.empty((0, 0, 0, 0))
        """[T + 1, 3, P, C] shares at 5 %, 50 % and 95 % of the runs; no number before the quarter shown."""
        self.found: Levels | None = None

    @property
    def when(self) -> int:
        """Time index of the quarter shown."""
        return self.until - self.scenario.start + 1

    def _run(self) -> None:
        if not self._stop.wait(DELAY):  # whoever steps on wants none of the quarters between
            super()._run()

    def work(self) -> None:
        from patronage.results.ensemble import LEVELS

        runs, scenario = len(self.lucks), self.scenario
        refused = too_many(scenario, runs)
        if refused:
            raise ValueError(refused)
        found = continued(scenario, self.seed, self.replication, self.until, self.lucks, self._orders, self._go_on)
        if found is None:
            return
        share, record = found
        self.band = np.quantile(share, LEVELS, axis=0).swapaxes(0, 1)
        self.band[: self.when] = np.nan
        self.share = share[:KEPT].copy()
        self.found = answer(record.result())
        self.done = self.total

    def _go_on(self) -> bool:
        return self.done + 1 >= self.total or self.advance()


class Vantage(NamedTuple):
    """For what the futures are: another run, quarter, scenario or order has others."""

    model: int
    digest: str
    when: int
    orders: int


class Ahead:
    """Of one desk: the futures of the run under way from the quarter shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: Vantage | None = None
        self._job: FuturesJob | None = None

    def wanted(self, when: int) -> Vantage | None:
        """What futures the page should show; None while the run plays, in a room, before the first quarter and after the last."""
        desk, model = self._desk, self._desk.model.value
        resting = desk.state.run in (Doing.IDLE, Doing.ENDED)
        if not resting or desk.closed or model.error or not 0 < when < len(model.story.quarters) - 1:
            return None
        known = model.known(model.scenario.start + when - 1)
        return Vantage(id(model), known.digest, when, len(desk.player.history) if desk.player is not None else 0)

    def follow(self, asked: Vantage | None) -> None:
        """Compute these futures, and no others any more."""
        if asked == self._asked:
            return
        self.stop()
        self._asked = asked
        if asked is None or asked != self.wanted(asked.when):  # the run has moved on since the page was drawn
            return
        desk, model = self._desk, self._desk.model.value
        until, player = model.scenario.start + asked.when - 1, desk.player
        given = [] if player is None else [order for order in dated(player) if order[0] <= until]
        orders = {} if player is None else {player.code: given}
        known = model.known(until)  # what was fired later nobody knew then
        self._job = FuturesJob(known, desk.setup.seed, desk.setup.replication, until, desk.notify, orders)
        self._job.start()

    def job(self, asked: Vantage | None) -> FuturesJob | None:
        """What computes these futures, or has computed them."""
        return self._job if asked is not None and asked == self._asked else None

    @property
    def latest(self) -> FuturesJob | None:
        """Those of the quarter shown, if there are any."""
        return self._job

    def stop(self) -> None:
        """Nobody wants them any more."""
        if self._job is not None:
            self._job.stop()
        self._job = self._asked = None
