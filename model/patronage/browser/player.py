"""A person in a patron's seat: what it sees before deciding, what it decides, and the agent that carries it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from patronage.abm.agents import Actor, State
from patronage.decisions.decider import Standard
from patronage.decisions.views import Answer, BidView, CourtView, GrievanceView, Offers
from patronage.world.arrays import Array
from patronage.world.parameters import Parameters

from .checked import amounts

if TYPE_CHECKING:
    from .model import PageModel


@dataclass(frozen=True)
class Decision:
    """What the player orders until it orders something else; what is not named is left to the model's strategy."""

    offers: Mapping[str, float] = field(default_factory=dict)
    """Client → effort, MUSD a quarter."""
    bids: Mapping[str, float] = field(default_factory=dict)
    """Client → what a base there is worth at most, MUSD a year."""
    denials: Mapping[str, float] = field(default_factory=dict)
    """Client → what rivals' bases kept out of there are worth, MUSD a year."""
    restrain: bool = False
    """No campaigns and no sanctions, whatever the grievance."""


def decided(answer: object, clients: Sequence[str]) -> tuple[Decision, dict[str, float]] | None:
    """What a browser says was decided, and whom debt is forgiven; None where it says nothing that could be meant."""
    if not isinstance(answer, dict):
        return None
    offers, bids, denials, relief = (amounts(answer.get(k), clients) for k in ("offers", "bids", "denials", "relief"))
    return Decision(offers, bids, denials, answer.get("restrain") is True), {k: v for k, v in relief.items() if v > 0}


def drafted(answer: object, clients: Sequence[str]) -> dict[str, Any] | None:
    """What stands in the fields of a seat: a field that was emptied is left out of its kind."""
    if not isinstance(answer, Mapping):
        return None
    kinds = {k: amounts(answer.get(k), clients) for k in ("offers", "bids", "denials", "relief")}
    return {**kinds, "restrain": answer.get("restrain") is True}


def relief_path(client: str, at: str) -> str:
    """Path of the event by which a player forgives debt."""
    return f"events.relief_{client}_{at}"


class Player:
    """The player of one session."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.decision = Decision()
        self.history: list[tuple[str, Decision, Mapping[str, float]]] = []
        """Quarter, decision, debt forgiven."""
        self.draft: Mapping[str, Any] | None = None
        """What stands in the fields and has not been played yet: amounts by kind and client, and restraint."""

    def order(self, at: str, decision: Decision, relief: Mapping[str, float]) -> None:
        """Decide for a quarter, and for all that follow until the next order."""
        self.decision = decision
        self.history.append((at, decision, relief))
        self.draft = {
            "offers": decision.offers, "bids": decision.bids, "denials": decision.denials, "relief": {},
            "restrain": decision.restrain,
        }  # fmt: skip

    def recall(self, at: str) -> None:
        """Bring back what was in force in a quarter of the game, to go through it once more."""
        past = [decision for quarter, decision, _ in self.history if quarter <= at]
        self.decision = past[-1] if past else Decision()

    @property
    def orders_of_debt(self) -> frozenset[str]:
        """Paths of the events that carry out whom the player forgave debt: they end with the game."""
        return frozenset(relief_path(client, at) for at, _, relief in self.history for client in relief)

    def agent(self) -> type[Actor]:
        """The agent that carries out what the player decides."""
        return type("Seated", (Seated,), {"player": self})

    def orders(self) -> list[dict[str, Any]]:
        """The decisions so far, for export."""
        return [
            {
                "quarter": q, "offers": dict(d.offers), "bids": dict(d.bids), "denials": dict(d.denials),
                "restrain": d.restrain, "relief": dict(relief),
            }
            for q, d, relief in self.history
        ]  # fmt: skip


class Seated(State):
    """A patron whose decisions come from a person."""

    player: Player

    def _row(self, stated: Mapping[str, float], usual: Array) -> Array:
        """[C] what is stated, else what the model would do."""
        codes = self.model.parameters.structure.clients
        return np.array([stated.get(c, usual[j]) for j, c in enumerate(codes)], dtype=np.float64)

    def court(self, view: CourtView) -> tuple[Array, Array]:
        effort, mode = super().court(view)
        offers = self.player.decision.offers
        if offers:
            wanted = np.maximum(0.0, self._row(offers, effort[0, 0]))
            have = float(view.available[0, 0])
            if wanted.sum() > have > 0:
                wanted *= have / wanted.sum()
            effort = np.zeros_like(effort)
            effort[0, 0] = wanted if have > 0 else 0.0
        return effort, mode

    def bid(self, view: BidView) -> tuple[Array, Array]:
        value, denial = super().bid(view)
        decision = self.player.decision
        if decision.bids:
            value = value.copy()
            value[0, 0] = np.maximum(0.0, self._row(decision.bids, value[0, 0]))
        if decision.denials:
            denial = denial.copy()
            codes = self.model.parameters.structure.clients
            against = view.rivalry[0, 0] > 0
            for j, c in enumerate(codes):
                if c in decision.denials:
                    denial[0, 0, :, j] = np.where(against, max(0.0, decision.denials[c]), 0.0)
        return value, denial

    def retaliate(self, view: GrievanceView) -> tuple[Array, Array]:
        campaigns, sanctions = super().retaliate(view)
        if self.player.decision.restrain:
            return np.zeros_like(campaigns), np.zeros_like(sanctions)
        return campaigns, sanctions


class Outlook(Standard):
    """Everybody decides as the model would, and what is seen on the way is kept."""

    views: dict[str, Any]

    def __init__(self) -> None:
        self.views = {}

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        effort, mode = super().court(view, p)
        self.views |= {"available": view.available[0], "rivals": view.rivals[0], "effort": effort[0]}
        return effort, mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        value, denial = super().bid(view, p)
        self.views |= {"value": value[0], "denial": denial[0]}
        return value, denial

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        answer = super().respond(offers, p)
        self.views |= {"price": answer.price[0], "consent": offers.consent[0], "surplus": offers.surplus_share[0]}
        return answer


def outlook(model: PageModel, seat: str) -> tuple[float, list[dict[str, Any]]]:
    """What the player knows before a quarter: money at hand (MUSD), and a row per client.

    The luck is that of another run, so that prices and bids are likely ones, not those that will come.
    """
    decider = Outlook()
    model.outlook(decider)
    seen, s = decider.views, model.parameters.structure
    i = s.patrons.index(seat)
    world = model.world
    out = []
    for j, c in enumerate(s.clients):
        if c == seat:
            continue
        others = float(seen["denial"][:, i, j].sum() - seen["denial"][i, i, j])
        floor = float(seen["price"][i, j]) + others + float(seen["consent"][i, j])
        out.append(
            {
                "client": c, "share": float(world.share[0, i, j]), "rivals": float(seen["rivals"][i, j]),
                "offer": float(seen["effort"][i, j]), "value": float(seen["value"][i, j]),
                "price": float(seen["price"][i, j]), "denial": others, "floor": floor,
                "holds": bool(world.base[0, i, j]), "rent": float(world.rent[0, i, j, 0]), "debt": float(world.debt[0, i, j]),
                "deny": float(seen["denial"][i, :, j].max(initial=0.0)),
                "guests": [p for k, p in enumerate(s.patrons) if k != i and world.base[0, k, j]],
            }
        )  # fmt: skip
    return float(seen["available"][i]), out
