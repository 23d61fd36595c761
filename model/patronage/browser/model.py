"""The Mesa model behind one session of the page: it keeps what panels show, and never takes the page down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from patronage.abm import InfluenceModel
from patronage.abm.agents import Actor
from patronage.decisions.views import BidView
from patronage.telling.history import Readings, Story, first_readings, snapshot
from patronage.world.arrays import Array
from patronage.world.parameters import Parameters

from .setup import Setup, too_long

if TYPE_CHECKING:
    from patronage.games.player import Player
    from patronage.scenario import Scenario

PLAINEST = Setup("two-patrons")


class PageModel(InfluenceModel):
    """One run for one visitor, with a person in a seat or without.

    Raises ScenarioError, ValueError or OSError for a setup that cannot be used.
    """

    def __init__(self, setup: Setup = PLAINEST, player: Player | None = None, table: tuple[Player, ...] = ()) -> None:
        """`player`: who plays alone; `table`: who plays together."""
        self.setup, self.player = setup, player
        self.played = "played by people" if table else "played by a person" if player is not None else ""
        """By whom, where no command repeats the run."""
        self.error = ""
        scenario = setup.load()
        if too_long(scenario):
            raise ValueError(too_long(scenario))
        seats: dict[str, type[Actor]] = {p.code: p.agent() for p in (*table, *([player] if player is not None else []))}
        super().__init__(scenario, setup.seed, setup.replication, seats)
        self.bids: list[Array] = [np.zeros(2 * (len(scenario.patrons),) + (len(scenario.clients),))]
        """Denial bids of the quarters so far, [Q,P,C], MUSD a year."""
        self.moments: list[dict[str, Array]] = [snapshot(self.world, self.parameters)]
        """What the recorder leaves out: terms, pledges, promises due."""
        self.outcomes: list[Array] = [np.full(len(scenario.outcomes), np.nan)]
        """Outcomes as they stood after each quarter, [outcomes]."""
        self.first = first_readings(self._ensemble)
        self._readings = Readings()
        self._known = [(scenario.start - 1, scenario)]
        """The scenario as each event fired left it, with the quarter that was complete then."""

    def step(self) -> None:
        """One quarter; an error ends the run and is told, the page lives on."""
        if self.error or not self.running:
            self.running = False
            return
        before = self.world.quarter
        try:
            super().step()
        except Exception as error:  # noqa: BLE001  # whatever goes wrong in a model, the visitor is told
            self.error = f"The run stopped after {self.story.quarters[self.story.now]}: {type(error).__name__}: {error}"
            self.running = False
        if self.world.quarter > before:
            self.moments.append(snapshot(self.world, self.parameters))
            self.outcomes.append(self.record.so_far(self.world.quarter)[0])

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        value, denial = super().bid(view, p)
        self.bids.append(denial[0].copy())
        return value, denial

    @property
    def story(self) -> Story:
        """What can be read off the run so far."""
        return Story(
            self.scenario, self.parameters.structure, self.record, self.first,
            len(self.moments) - 1,  # the quarter that is complete, whatever is under way
            self.moments, self.bids, self._readings, self.outcomes,
        )  # fmt: skip

    def go_on(self, setup: Setup) -> None:
        """Go on with a setup that adds events to come. Raises ScenarioError or ValueError."""
        self.inject(setup.load())
        self.setup = setup
        self._known.append((self.world.quarter, self.scenario))

    def known(self, quarter: int) -> Scenario:
        """The scenario as it was known at the end of a quarter, without events that were fired later."""
        return next(scenario for since, scenario in reversed(self._known) if since <= max(quarter, self._known[0][0]))

    @property
    def command(self) -> str:
        """The command that makes a run folder in which this run is the last, as far as it has come."""
        story = self.story
        under_way = 0 < story.now < len(story.quarters) - 1
        return self.setup.command_to(story.quarters[story.now] if under_way else "")

    def describe(self) -> dict[str, Any]:
        """The run in a few words, for exports."""
        return {
            "scenario": self.scenario.name, "digest": self.scenario.digest, "seed": self.setup.seed,
            "run": self.setup.replication, "command": self.command,
        }  # fmt: skip


def forget(model: PageModel) -> None:
    """Let go of a model: mesa would keep every one alive."""
    mesa.Agent._ids.pop(model, None)
