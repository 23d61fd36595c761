"""Views of a quarter under way, filled from what its parts so far have left. One function a decision."""

from __future__ import annotations

from types import FunctionType
from typing import Protocol

import numpy as np

from ..world.arrays import Array
from ..world.codes import (
    BASE,
    BLOCS_AND_CLIENTS,
    CAMPAIGN_LUCK,
    DYADS,
    MEMBERSHIP_LUCK,
    MILITARY,
    PATRONS,
    PORTFOLIO_LUCK,
    SANCTION_LUCK,
)  # fmt: skip
from ..world.parameters import Parameters
from ..world.state import World
from ..world.structure import NOBODY
from .registered import VALUED
from .views import AdmissionView, BidView, ConsentView, CourtView, ForceView, GrievanceView, Late, Offers, SupportView

LINKS = 4
"""What the engine tells of a dyad's politics: access, treaties, stake, and how far the patron's openness stands above the client's."""


class Moment(Protocol):
    """An ensemble between two parts of a quarter."""

    places: Array

    @property
    def world(self) -> World: ...
    @property
    def parameters(self) -> Parameters: ...
    def play(self, first: int, last: int) -> None: ...
    def luck(self, decision: int, axes: int) -> Array: ...
    def seen(self, what: str, *shape: int) -> Array: ...
    def divide_by(self, strategy: FunctionType, code: int) -> None: ...
    def sell_by(self, policy: FunctionType | None, code: int, kind: int, how: int = VALUED) -> None: ...
    def value_bases_for(self, code: int) -> None: ...


def rule(n: Parameters, name: str, axes: int) -> Array:
    """A number that is the same for all actors, with that many axes of length one after the runs."""
    return n[name].reshape(-1, *(1,) * axes)


def court_view(now: Moment) -> CourtView:
    """What patrons know when they have divided their budgets as usual."""
    w, n = now.world, now.parameters
    _, patrons, clients = w.base.shape
    return CourtView(
        available=w.available.copy(),
        weight=w.work("weight").copy(),
        rivals=w.work("rivals").copy(),
        floor=rule(n, "courtship_contest_floor", 2) * 4.0 * w.gdp[:, None, :],
        reputation=w.reputation_before.copy(),
        distance=now.seen("distances", patrons, clients),
        hosted=w.work("hosted").copy(),
        holds=w.base.copy(),
        follows=followers(w),
        mode=w.work("mode_before").copy(),
        share=n["strategy_share"].copy(),
        draw=now.luck(PORTFOLIO_LUCK, PATRONS),
        margin=rule(n, "courtship_margin", 2),
        affinity=rule(n, "courtship_affinity", 2),
        premium=rule(n, "with_control_premium", 2) * rule(n, "courtship_premium", 2),
        steepness=rule(n, "courtship_steepness", 2),
        slope=rule(n, "courtship_slope", 1),
        revisit=rule(n, "courtship_revisit", 1),
        usual_effort=w.effort.copy(),
        usual_mode=w.mode.copy(),
        portfolios=Late(lambda: now.seen("portfolios", patrons, 2, clients)),
    )


def followers(w: World) -> Array:
    """[R,P,C] bool: the client is in a bloc that the patron leads."""
    out = np.zeros(w.base.shape, dtype=bool)
    for b, leader in enumerate(w.structure.leader):
        if leader != NOBODY:
            out[:, leader] |= w.member[:, b]
    return out


def bid_view(now: Moment) -> BidView:
    """What patrons know when they have bid as usual."""
    w, n = now.world, now.parameters
    return BidView(
        mission=missions(n),
        need=n["need"][:, :, None, 0].copy(),
        geography=n["fit"][..., 0].copy(),
        luck=w.work("value_luck")[..., 0].copy(),
        alternatives=w.work("alternatives")[..., 0].copy(),
        substitution=rule(n, "with_alternatives", 2) * rule(n, "bargaining_alternatives", 2),
        denial_scale=rule(n, "with_denial_bids", 2) * rule(n, "bargaining_denial", 2),
        weight=n["weight"].copy(),
        budget=4.0 * w.budget[:, :, None],
        influence=w.share_before.copy(),
        reputation=w.reputation_before.copy(),
        factor=w.work("boldness")[:, :, None].copy(),
        open=~w.work("barred"),
        given=1.0 - np.where(w.regime[:, None, :] == MILITARY, n["withhold_coup"][:, :, None], 0.0),
        denied=n["kind_denied"][:, :1, None].copy(),
        further=bundled(w, n),
        rivalry=n["rivalry"].copy(),
        usual_value=w.work("value")[..., 0].copy(),
        usual_bids=w.work("bid")[..., 0].copy(),
    )


def use(n: Parameters, kind: int) -> Array:
    """[R,P,C] what a kind of concession would serve under a full mission, MUSD a year."""
    return np.asarray(n["need"][:, :, None, kind] * n["fit"][..., kind])


def bundled(w: World, n: Parameters) -> Array:
    """What a base is worth that luck does not touch: what rests on it, less its fixed cost; [R,P,C], MUSD a year."""
    more = -n["fixed"][:, :, None, 0] * n["base_size"]
    for kind, below in enumerate(w.structure.requires):
        if below == 0:
            gain = w.work("value")[..., kind] - w.work("floor")[..., kind]
            counts = w.work("accepts")[..., kind] & (w.work("stood")[..., kind] | (missions(n, kind) * use(n, kind) > 0.0))
            more = more + np.where(counts, np.maximum(gain, 0.0), 0.0)
    return more


def missions(n: Parameters, kind: int = 0) -> Array:
    """[R,P,C] missions as a kind of concession, or a base, sees them in each client."""
    own = np.where(n["kind_mission"][:, kind, None, None] > 0.5, n["mission"][:, :, None], 1.0)
    return np.asarray(own * n["tie_mission"])


def consent_view(now: Moment) -> ConsentView:
    """What blocs know when they have named their price as usual."""
    w, n, s = now.world, now.parameters, now.world.structure
    _, patrons, clients = w.base.shape
    blocs = len(s.blocs)
    asked = (n["bloc_consent"] > 0.5)[:, :, None, None] & w.member[:, :, None, :]
    voters = (w.member.sum(axis=2) + s.affiliate.sum(axis=1))[:, :, None] - w.member
    return ConsentView(
        required=asked & ~s.insiders[None, :, :, None],
        voters=voters,
        rule=n["vote"],
        usual_cost=np.where(w.work("stood")[:, None, ..., 0], 0.0, w.work("consent_cost")),
        voices=Late(lambda: now.seen("voices", blocs, patrons, clients, clients, 6)),
    )


def offers(now: Moment, kind: int = BASE) -> Offers:
    """What clients know about a kind of concession when they have answered as usual."""
    w, n = now.world, now.parameters
    surplus = rule(n, "bargaining_surplus_share", 2) * (1.0 - rule(n, "with_asked_rents", 2))
    return Offers(
        kind=w.structure.kinds[kind],
        price=w.work("plain_price")[..., kind].copy(),
        survival=w.work("survival")[..., kind].copy(),
        denial=w.work("rivalled")[..., kind].copy(),
        consent=w.work("asked_for_consent")[..., kind].copy(),
        purse=purses(w, n, kind),
        closed=(w.closed > 0.0) | w.shut,
        value=w.work("value")[..., kind].copy(),
        influence=w.share_before.copy(),
        surplus_share=surplus + np.zeros(w.base.shape),
        hold=w.work("hold")[..., kind].copy(),
        belief=w.work("belief")[..., kind].copy(),
        insists=w.work("insists")[..., kind].copy(),
        usual_price=w.work("price")[..., kind].copy(),
        usual_floor=w.work("floor")[..., kind].copy(),
        usual_rent=w.work("asked")[..., kind].copy(),
        usual_accept=w.work("accepts")[..., kind].copy(),
    )


def purses(w: World, n: Parameters, kind: int) -> Array:
    """[R,P,C] what a host could pay for a concession, MUSD a year: part of its free revenue, less what it pays for other contracts."""
    paying, others = w.work("paying"), np.zeros(w.base.shape)
    for q in range(paying.shape[1]):
        for i in range(paying.shape[3]):  # one after the other, as the engine adds them
            others[:, np.arange(paying.shape[1]) != (q if i == kind else -1)] += paying[:, None, q, :, i]
    free = rule(n, "bargaining_purse", 2) * (4.0 * rule(n, "economy_revenue", 2) * w.gdp[:, None, :])
    return np.maximum(0.0, free - others)


def grievance_view(now: Moment) -> GrievanceView:
    """What patrons know when they have retaliated as usual."""
    w = now.world
    links = now.seen("links", *w.base.shape[1:], LINKS)
    return GrievanceView(
        able=w.work("ability").copy(),
        share=w.share_before.copy(),
        stake=links[..., 2],
        drift=w.drift.copy(),
        gap=np.maximum(links[..., 3], 0.0),
        campaign_chance=w.work("campaign_chance").copy(),
        campaign_draw=now.luck(CAMPAIGN_LUCK, DYADS),
        sanction_chance=w.work("sanction_chance").copy(),
        sanction_draw=now.luck(SANCTION_LUCK, DYADS),
        grievance=w.grievance.copy(),
        usual_campaigns=w.launched.copy(),
        usual_sanctions=w.work("begins").copy(),
    )


def support_view(now: Moment) -> SupportView:
    """What theories of support know."""
    w, n = now.world, now.parameters
    links = now.seen("links", *w.base.shape[1:], LINKS)
    return SupportView(
        openness=w.openness.copy(),
        gdp=4.0 * w.gdp,
        arms=w.arms.copy(),
        capital=w.capital.copy(),
        presence=w.presence.copy(),
        share=w.share_before.copy(),
        access=links[..., 0],
        treaty=rule(n, "with_institutions", 2) * links[..., 1],
        above=links[..., 3],
        coup_proofing=n["coup_proofing"][:, :, None].copy(),
    )


def admission_view(now: Moment) -> AdmissionView:
    """What blocs and their candidates know when they have voted as usual."""
    w, n, s = now.world, now.parameters, now.world.structure
    unlocked = n["bloc_open"] > 0.5
    return AdmissionView(
        benefit=w.work("benefit").copy(),
        member=w.member.copy(),
        candidate=s.candidate[None] & unlocked[:, :, None],
        open=unlocked,
        vote_cost=w.work("vote_cost").copy(),
        purse=purse(w, n),
        draw=now.luck(MEMBERSHIP_LUCK, BLOCS_AND_CLIENTS),
        join=rule(n, "with_bloc_choice", 2) * rule(n, "blocs_join", 2),
        leave=rule(n, "with_bloc_choice", 2) * rule(n, "blocs_leave", 2),
        slope=rule(n, "blocs_slope", 2),
        hysteresis=rule(n, "blocs_hysteresis", 2),
        usual_joins=w.work("joins").copy(),
        usual_leaves=w.work("leaves").copy(),
    )


def purse(w: World, n: Parameters) -> Array:
    """[R,B] what leaders would pay for consent, MUSD a year; 0 where nobody leads."""
    leader = np.array(w.structure.leader, dtype=np.int64)
    return rule(n, "blocs_consent_budget", 1) * 4.0 * w.budget[:, leader] * (leader != NOBODY)


def force_view(now: Moment) -> ForceView:
    """What blocs know when they have contributed as usual."""
    w, n = now.world, now.parameters
    blocs, clients = w.member.shape[1:]
    return ForceView(
        able=w.work("able").copy(),
        cohesion=w.cohesion.copy(),
        threshold=rule(n, "blocs_threshold", 1),
        consent_left=w.consent_left.copy(),
        vote_cost=w.work("force_cost").copy(),
        purse=purse(w, n),
        usual_supply=w.work("supply").copy(),
        usual_acts=w.work("acts").copy(),
        usual_buys=w.work("buys").copy(),
        contributors=Late(lambda: now.seen("contributors", blocs, clients + 1, 2)),
    )
