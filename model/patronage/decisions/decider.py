"""Who decides, where it is not the engine alone: between the parts of a quarter somebody is asked, and the answer goes on."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..world.arrays import Array, total
from ..world.codes import (
    ADMIT,
    BASE,
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
from ..world.state import World
from . import observation
from .registered import (
    ANSWERED,
    EVERY_KIND,
    PRICED,
    answered,
    answers_of,
    boldness_of,
    coded,
    efforts_of,
    policies,
    strategies,
)
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
    ask_functions(now)
    divide_budgets(now, who)
    now.play(BID, CONSENT_ASKED)
    sell_further_kinds(now)
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


def written_quarter(now: Moment) -> None:
    """A quarter in which functions of one run are asked, and nobody else.

    Raises ValueError if a patron spends more than it has, NotCompiledError for a function that cannot be compiled.
    """
    now.play(COURT, BID)
    ask_functions(now)
    now.play(BID, CONSENT_ASKED)
    for code, policy in coded(now.parameters, "policy", policies()):
        now.sell_by(policy, code, EVERY_KIND)
    now.play(CONSENT_ASKED, WHOLE)


def ask_functions(now: Moment) -> None:
    """Efforts and modes of who plays a strategy that is a function of one run."""
    for code, strategy in coded(now.parameters, "strategy", strategies()):
        if isinstance(strategy, FunctionType):
            now.divide_by(strategy, code)


def sell_further_kinds(now: Moment) -> None:
    """What registered policies answer about other concessions than bases, and what bases are worth then."""
    w, n = now.world, now.parameters
    for code, policy in coded(n, "policy", policies()):
        here = (n["policy"] == code)[:, None, :]
        on_table = w.work("live") | (w.records["orders"] > 0)[:, None]
        kinds = [int(j) for j in now.places["tables"][0, : len(w.structure.kinds)] if j != BASE and on_table[:, j].any()]
        for kind in kinds:
            if isinstance(policy, FunctionType):
                now.sell_by(policy, code, kind)
            else:
                now.sell_by(None, code, kind)
                here_now = here & on_table[:, None, None, kind]
                put_terms(w, answered(observation.offers(now, kind), policy, here_now).usual, kind)
                if one_holder(n, kind):
                    now.sell_by(None, code, kind, ANSWERED)
                    put_terms(w, answered(observation.offers(now, kind), policy, here_now).usual, kind)
        if kinds:
            now.value_bases_for(code)


def one_holder(n: Parameters, kind: int) -> bool:
    """Whether a kind is had by one patron alone, so that what one is asked for depends on what others would be."""
    return bool((n["kind_exclusive"][:, kind] > 0.5).any())


def put_terms(w: World, answer: Answer, kind: int) -> None:
    """Prices, floors, rents and whether hosts agree, about a kind of concession."""
    w.work("price")[..., kind], w.work("floor")[..., kind] = answer.price, answer.floor
    w.work("asked")[..., kind], w.work("accepts")[..., kind] = answer.rent, answer.accept


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
    n = now.parameters
    for code, policy in coded(n, "policy", policies()):
        if isinstance(policy, FunctionType):
            now.sell_by(policy, code, BASE, PRICED)
    offers = answers_of(observation.offers(now), n)
    if one_holder(n, BASE):
        put_terms(now.world, offers.usual, BASE)
        for code, policy in coded(n, "policy", policies()):
            if not isinstance(policy, FunctionType):
                now.sell_by(None, code, BASE, ANSWERED)
        offers = answers_of(observation.offers(now), n)
    put_terms(now.world, who.respond(offers, n), BASE)
