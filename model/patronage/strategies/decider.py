"""Who decides. The engine asks a `Decider`; the standard one answers for all actors at once."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..world.arrays import Array
from ..world.parameters import Parameters
from . import blocs
from .registry import policies, strategies
from .views import AdmissionView, Answer, BidView, ConsentView, CourtView, ForceView, GrievanceView, Offers


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
        known = strategies()
        present = np.unique(p.strategy)
        effort, mode = known[p.names[present[0]]].court(view)
        for code in present[1:]:
            other_effort, other_mode = known[p.names[code]].court(view)
            plays = p.strategy == code
            effort = np.where(plays[:, :, None], other_effort, effort)
            mode = np.where(plays, other_mode, mode).astype(np.int8)
        return effort, mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        return host_value(view), denial_bids(view)

    def consent(self, view: ConsentView, p: Parameters) -> Array:
        return blocs.consent(view, *vote_rules(view.rule, p))

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        known = policies()
        present = np.unique(p.policy)
        answer = known[p.names[present[0]]].respond(offers)
        for code in present[1:]:
            other = known[p.names[code]].respond(offers)
            sells = (p.policy == code)[:, None, :]
            answer = Answer(
                price=np.where(sells, other.price, answer.price),
                floor=np.where(sells, other.floor, answer.floor),
                rent=np.where(sells, other.rent, answer.rent),
                accept=np.where(sells, other.accept, answer.accept),
            )
        return answer

    def retaliate(self, view: GrievanceView, p: Parameters) -> tuple[Array, Array]:
        return view.campaign_draw < view.campaign_chance, view.sanction_draw < view.sanction_chance

    def admit(self, view: AdmissionView, p: Parameters) -> tuple[Array, Array]:
        return blocs.admit(view)

    def contribute(self, view: ForceView, p: Parameters) -> tuple[Array, Array, Array]:
        return blocs.contribute(view)


def host_value(view: BidView) -> Array:
    """V [R,P,C], MUSD a year: mission x need x geography x luck, less for alternatives nearby."""
    worth = view.mission * view.need * view.geography * view.luck
    return np.asarray(worth / (1.0 + view.substitution * view.alternatives))


def denial_bids(view: BidView) -> Array:
    """N [R,Q,P,C], MUSD a year: what rival q would pay c for not hosting p (docs/theory.md, The auction)."""
    strength = view.weight * view.denial_scale * view.budget * view.influence * view.reputation * view.factor
    return np.asarray(view.rivalry[:, :, :, None] * strength[:, :, None, :])


def denial_factor(p: Parameters) -> Array:
    """[R,P]: what each patron's strategy makes of its denial bids."""
    known = strategies()
    factor = np.ones_like(p.strategy_share * np.ones(p.strategy.shape))
    for code in np.unique(p.strategy):
        factor = np.where(p.strategy == code, known[p.names[code]].denial(p.strategy_share), factor)
    return factor


def vote_rules(rule: Array, p: Parameters) -> tuple[Array, Array, Array]:
    """Boolean arrays: which blocs vote by consensus, which by majority, which by group decision."""
    consensus, majority, group = (rule == p.code_of(word) for word in (blocs.CONSENSUS, blocs.MAJORITY, blocs.GROUP))
    return consensus, majority, group
