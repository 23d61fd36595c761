"""Who decides, where it is not the engine alone: between the parts of a quarter somebody is asked, and the answer goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..world.arrays import Array, total
from ..world.codes import (
    ADMIT,
    BID,
    CONSENT_ASKED,
    CONTRIBUTE,
    COURT,
    END,
    GOVERN,
    NAMES,
    RESPOND,
    RETALIATE,
    WHOLE,
)  # fmt: skip
from ..world.parameters import Parameters
from ..world.plan import Names
from . import observation
from .registered import answers_of, boldness_of, efforts_of
from .theories import campaigns_of, support_of
from .views import AdmissionView, Answer, BidView, ConsentView, CourtView, ForceView, GrievanceView, Offers

if TYPE_CHECKING:
    from .observation import Moment

ROUNDING = 1e-9
"""Money within this part of what a patron has, and this many MUSD, is the same money."""


class Decider(Protocol):
    """The decisions of a quarter, in the order they are asked for."""

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        """Patrons divide their budgets: effort [R,P,C] (MUSD a quarter) and mode [R,P]."""
        ...

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        """Patrons value bases: V [R,P,C] as holders, N [R,Q,P,C] as rivals (MUSD a year)."""
        ...

    def consent(self, view: ConsentView, p: Parameters) -> Array:
        """Blocs price their consent to outsiders' bases: [R,P,C], MUSD a year."""
        ...

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        """Clients answer."""
        ...

    def retaliate(self, view: GrievanceView, p: Parameters) -> tuple[Array, Array]:
        """Aggrieved patrons launch campaigns and sanctions: bool [R,P,C] each."""
        ...

    def admit(self, view: AdmissionView, p: Parameters) -> tuple[Array, Array]:
        """Blocs and states decide on joining and leaving: bool [R,B,C] each."""
        ...

    def contribute(self, view: ForceView, p: Parameters) -> tuple[Array, Array, Array]:
        """Blocs supply joint forces [R,B] (MUSD a year); whether they act; whether the leader buys consent."""
        ...


class Standard:
    """Everyone follows the strategy or policy that the scenario names."""

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        return view.usual_effort, view.usual_mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        return view.usual_value, view.usual_bids

    def consent(self, view: ConsentView, p: Parameters) -> Array:
        return total(view.usual_cost, 1)

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        return offers.usual

    def retaliate(self, view: GrievanceView, p: Parameters) -> tuple[Array, Array]:
        return view.usual_campaigns, view.usual_sanctions

    def admit(self, view: AdmissionView, p: Parameters) -> tuple[Array, Array]:
        return view.usual_joins, view.usual_leaves

    def contribute(self, view: ForceView, p: Parameters) -> tuple[Array, Array, Array]:
        return view.usual_supply, view.usual_acts, view.usual_buys


class HasNames(Protocol):
    """A start."""

    @property
    def names(self) -> Names: ...


def needs_python(start: HasNames) -> bool:
    """Whether somebody plays what the engine does not know, because another package registers it."""
    return len(start.names.words) > len(NAMES)


def decided_quarter(now: Moment, decide: Decider | None) -> None:
    """A quarter in which somebody is asked after each part; the standard decisions without a `decide`.

    Raises ValueError if a patron spends more than it has.
    """
    who = Standard() if decide is None else decide
    now.places["dense"] = 1
    w, n = now.world, now.parameters
    now.play(COURT, BID)
    tell_support(now)
    divide_budgets(now, who)
    now.play(BID, CONSENT_ASKED)
    bid_for_bases(now, who)
    now.play(CONSENT_ASKED, RESPOND)
    if (n["bloc_consent"] > 0.5).any():
        asked = who.consent(observation.consent_view(now), n)
        absent = ~w.work("stood")[..., 0] & (n["kind_presence"][:, :1, None] > 0.0)
        w.work("asked_for_consent")[..., 0] = np.where(absent, asked, 0.0)
    now.play(RESPOND, RETALIATE)
    answer_offers(now, who)
    now.play(RETALIATE, GOVERN)
    w.launched[:], w.work("begins")[:] = who.retaliate(campaigns_of(observation.grievance_view(now), n), n)
    now.play(GOVERN, ADMIT)
    tell_support(now)
    now.play(ADMIT, CONTRIBUTE)
    if n["bloc_open"].shape[1]:
        w.work("joins")[:], w.work("leaves")[:] = who.admit(observation.admission_view(now), n)
    now.play(CONTRIBUTE, END)
    if n["bloc_open"].shape[1]:
        w.work("supply")[:], w.work("acts")[:], w.work("buys")[:] = who.contribute(observation.force_view(now), n)
    now.play(END, WHOLE)
    now.places["dense"] = 0


def tell_support(now: Moment) -> None:
    """What registered theories of support make of the chance of an overthrow and of openness, for those they are told of."""
    w = now.world
    w.work("told_support")[:], w.work("told_pull")[:] = support_of(observation.support_view(now), now.parameters)


def divide_budgets(now: Moment, who: Decider) -> None:
    """Ask for efforts and modes; those of registered strategies are the usual ones of their players."""
    w, n = now.world, now.parameters
    effort, mode = who.court(efforts_of(observation.court_view(now), n), n)
    if (total(effort, 2) > w.available * (1.0 + ROUNDING) + ROUNDING).any():
        raise ValueError("a strategy spends more than its patron has")
    w.effort[:], w.mode[:] = effort, mode


def bid_for_bases(now: Moment, who: Decider) -> None:
    """Ask for values and bids; what a host believes a base to be worth follows its value."""
    w, n = now.world, now.parameters
    factor = boldness_of(n)
    w.work("bid")[..., 0] *= factor[:, :, None, None]
    w.work("boldness")[:] *= factor
    value, bids = who.bid(observation.bid_view(now), n)
    usual, belief = w.work("value")[..., 0], w.work("belief")
    moved = usual != value  # what the host believes follows what is bid, less its luck
    more = observation.bundled(w, n)
    belief[..., 0] = np.where(moved, (value - more) / w.work("value_luck")[..., 0] + more, belief[..., 0])
    w.work("value")[..., 0], w.work("bid")[..., 0] = value, bids


def answer_offers(now: Moment, who: Decider) -> None:
    """Ask for prices, floors, rents and whether hosts agree."""
    w, n = now.world, now.parameters
    answer = who.respond(answers_of(observation.offers(now), n), n)
    w.work("price")[..., 0], w.work("floor")[..., 0] = answer.price, answer.floor
    w.work("asked")[..., 0], w.work("accepts")[..., 0] = answer.rent, answer.accept
