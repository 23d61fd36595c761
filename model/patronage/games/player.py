"""A person in a seat: what it has decided, and the agent that carries it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from patronage.abm.agents import Actor, State
from patronage.decisions.views import Answer, BidView, CourtView, GrievanceView, Offers
from patronage.world.arrays import Array

from .orders import Decision, courted, decided, denied, granted, relief_path, stated


class Player:
    """Who sits in one seat of one run."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.decision = Decision()
        self.history: list[tuple[str, Decision, Mapping[str, float]]] = []
        """Quarter, decision, debt forgiven."""
        self.draft: Mapping[str, Any] | None = None
        """What stands in the fields and has not been played yet: amounts by kind and actor, and restraint."""

    def order(self, at: str, decision: Decision, relief: Mapping[str, float]) -> None:
        """Decide for a quarter, and for all that follow until the next order."""
        self.decision = decision
        self.history.append((at, decision, relief))
        self.draft = decision.as_words() | {"relief": {}}

    def recall(self, at: str) -> None:
        """Bring back what was in force in a quarter of the game, to go through it once more."""
        self.decision = self.ordered(at)[0]

    def ordered(self, at: str) -> tuple[Decision, Mapping[str, float]]:
        """What was in force in a quarter of the game, and whom debt was forgiven then."""
        past = [(quarter, decision, relief) for quarter, decision, relief in self.history if quarter <= at]
        if not past:
            return Decision(), {}
        quarter, decision, relief = past[-1]
        return decision, relief if quarter == at else {}

    def remember(self, turns: object, codes: Sequence[str]) -> None:
        """Take over the orders of a saved game: anybody's text, of which only what could be meant is taken."""
        for turn in turns if isinstance(turns, list) else []:
            found = decided(turn, codes)
            at = turn.get("quarter") if isinstance(turn, dict) else None
            if found is not None and isinstance(at, str):
                self.order(at, *found)

    @property
    def orders_of_debt(self) -> frozenset[str]:
        """Paths of the events that carry out whom the player forgave debt: they end with the game."""
        return frozenset(relief_path(self.code, client, at) for at, _, relief in self.history for client in relief)

    def agent(self) -> type[Actor]:
        """The agent that carries out what the player decides."""
        return type("Seated", (Seated,), {"player": self})

    def orders(self) -> list[dict[str, Any]]:
        """The decisions so far, for export."""
        return [{"quarter": q, **d.as_words(), "relief": dict(relief)} for q, d, relief in self.history]


class Seated(State):
    """A state whose decisions come from a person."""

    player: Player

    def court(self, view: CourtView) -> tuple[Array, Array]:
        effort, mode = super().court(view)
        clients = self.model.parameters.structure.clients
        return courted(self.player.decision, effort[:, 0], view.available[:, 0], clients)[:, None], mode

    def bid(self, view: BidView) -> tuple[Array, Array]:
        value, denial = super().bid(view)
        decision, clients = self.player.decision, self.model.parameters.structure.clients
        if decision.bids:
            value = stated(decision.bids, value, clients)
        return value, denied(decision, denial[:, 0], view.rivalry[:, 0], clients)[:, None]

    def retaliate(self, view: GrievanceView) -> tuple[Array, Array]:
        campaigns, sanctions = super().retaliate(view)
        if self.player.decision.restrain:
            return np.zeros_like(campaigns), np.zeros_like(sanctions)
        return campaigns, sanctions

    def respond(self, offers: Offers) -> Answer:
        return granted(self.player.decision, offers, self.model.parameters.structure.patrons)
