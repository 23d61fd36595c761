"""Phase 12: membership, cohesion and joint forces. docs/equations.md section 12; docs/theory.md, Blocs."""

from __future__ import annotations

import numpy as np

from ..scenario.catalogue import INSTRUMENTS
from ..strategies.blocs import Debate, vote_cost
from ..strategies.compose import compose_package, needs, promise, relief_left
from ..strategies.decider import Decider, vote_rules
from ..strategies.views import AdmissionView, ForceView
from ..world.arrays import Array, freeze, share_of, total
from ..world.deals import CAUSES, Deals
from ..world.geometry import effective_access, orientation_distance, price, salience, spread
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World
from ..world.structure import PURPOSES


def associate(
    world: World, p: Parameters, luck: Luck, decide: Decider, orders: dict[str, Array], deals: Deals
) -> World:
    """States join and leave; leaders pay for accession; cohesion and joint forces follow."""
    if not p.structure.blocs:
        return world
    leaders = np.array(p.structure.leader)
    consent_price = price(world, p, consent_salience(world, p, leaders))
    joins, leaves = decide.admit(admission_view(world, p, luck, leaders, consent_price), p)
    chosen, fled = joins, leaves
    joins, leaves = _ordered(world, orders, joins, leaves)
    # What is ordered is not chosen, even where it would have been: nobody is paid for it.
    chosen, fled = (x & ~(orders[act] > 0) if act in orders else x for x, act in ((chosen, "join"), (fled, "leave")))
    _tell(p, deals, joins, leaves, chosen | fled)
    before = world
    world = world.evolve(member=(world.member | joins) & ~leaves)
    world = accede(before, world, p, luck, chosen & joins, leaders, deals)
    return combine(world, p, decide, deals, leaders, consent_price)


def consent_salience(world: World, p: Parameters, leaders: Array) -> Array:
    """[R,B,C] salience σ to a member of a consent that its leader asks for."""
    distance = orientation_distance(world, p)[:, leaders]
    return salience(p, p.blocs_salience_consent, distance, world.openness[:, None, :])


def benefit(world: World, p: Parameters, leaders: Array) -> Array:
    """[R,B,C] benefit of membership."""
    past, b = world.past, p.member
    share = past.share
    rival = np.stack([np.delete(share, leader, axis=1).max(axis=1, initial=0.0) for leader in leaders], axis=1)
    return np.asarray(
        b.bloc_threat * world.threat[:, None, :] * past.reputation[:, leaders]
        + b.bloc_share * share[:, leaders]
        - b.bloc_distance * orientation_distance(world, p)[:, leaders]
        - b.bloc_rival * rival
        + b.bloc_access * effective_access(world, p)[:, leaders]
    )


def centre(world: World, p: Parameters) -> tuple[Array, Array]:
    """Mean orientation of each bloc's members [R,B,O-1], 0 where it has none, and their number [R,B]."""
    member = world.member[..., None]
    inside = total(member * world.position[:, None, :, 1:], 2)
    affiliate = p.structure.affiliate[None, :, :, None]
    outside = total(affiliate * p.patron_position[:, None, :, 1:], 2)
    number = total(world.member.astype(np.float64), 2) + p.structure.affiliate.sum(axis=1)[None, :]
    return share_of(inside + outside, number[..., None]), number


def voters(world: World, p: Parameters) -> Array:
    """[R,B,C] votes in a ballot about client c: client members without c, and affiliates who never object."""
    number = world.member.sum(axis=2) + p.structure.affiliate.sum(axis=1)
    return np.asarray(number[:, :, None] - world.member)


def admission_view(world: World, p: Parameters, luck: Luck, leaders: Array, consent_price: Array) -> AdmissionView:
    """What a bloc and its candidates know before a vote."""
    z_mean, number = centre(world, p)
    candidate = p.structure.candidate[None] & (p.bloc.bloc_open > 0.5)[:, :, None]
    z = world.position[:, None, :, 1:]
    moved = (number[..., None, None] * z_mean[:, :, None, :] + z) / (number[..., None, None] + 1.0)
    far_now = spread(z, z_mean[:, :, None, :])
    far_then = spread(z[:, :, None], moved[:, :, :, None, :])  # [R,B,C candidate,M member]
    objects = world.member[:, :, None, :] & (far_then > far_now[:, :, None, :] + 0.1)
    consensus, majority, group = (rule[:, :, None] for rule in vote_rules(p.vote, p))
    debate = None
    if group.any():
        debate = Debate(
            votes=world.member[:, :, None, :] & ~np.eye(z.shape[2], dtype=bool),
            stance=far_then - far_now[:, :, None, :] - 0.1,
            capability=4.0 * world.gdp[:, None, None, :],
            salience=consent_salience(world, p, leaders)[:, :, None, :],
        )
    prices = consent_price[:, :, None, :]
    cost = vote_cost(objects, prices, voters(world, p), consensus, majority, group, debate)
    rule = p.member
    return AdmissionView(
        benefit=benefit(world, p, leaders),
        member=world.member,
        candidate=candidate,
        open=p.bloc.bloc_open > 0.5,
        vote_cost=cost,
        purse=p.bloc.blocs_consent_budget * 4.0 * world.budget[:, leaders],
        draw=luck.uniform("membership", world.quarter, p.structure.bloc_words, p.structure.client_words),
        join=rule.with_bloc_choice * rule.blocs_join,
        leave=rule.with_bloc_choice * rule.blocs_leave,
        slope=rule.blocs_slope,
        hysteresis=rule.blocs_hysteresis,
    )


def _ordered(world: World, orders: dict[str, Array], joins: Array, leaves: Array) -> tuple[Array, Array]:
    """Declared accessions and exits override."""
    if "join" in orders:
        joins, leaves = joins | ((orders["join"] > 0) & ~world.member), leaves & ~(orders["join"] > 0)
    if "leave" in orders:
        joins, leaves = joins & ~(orders["leave"] > 0), leaves | ((orders["leave"] > 0) & world.member)
    return joins, leaves


def _tell(p: Parameters, deals: Deals, joins: Array, leaves: Array, chosen: Array) -> None:
    for b, leader in enumerate(p.structure.leader):
        for kind, mask in (("joined", joins[:, b]), ("left", leaves[:, b])):
            cause = np.where(chosen[:, b], CAUSES.index("benefit"), CAUSES.index("event"))
            row = np.zeros((len(mask), len(p.structure.patrons), mask.shape[1]), dtype=bool)
            row[:, leader] = mask
            deals.dyads(kind, row, cause=cause[:, None, :], concession=p.structure.blocs[b])


def accede(before: World, world: World, p: Parameters, luck: Luck, joins: Array, leaders: Array, deals: Deals) -> World:
    """Leaders pay for accessions by choice, in packages; the deal's terms are those of the quarter's world."""
    if not joins.any():
        return world
    sigma = salience(p, p.blocs_salience_accession, orientation_distance(before, p), before.dyad.openness)
    reputation = np.maximum(before.past.reputation, p.dyad.bargaining_reputation_floor)
    asked = price(before, p, sigma)
    worth_each = p.dyad.with_packages * p.dyad.bargaining_annuity * asked / reputation
    number = np.zeros(worth_each.shape, order="F")
    for b, leader in enumerate(leaders):
        number[:, leader] += joins[:, b]
    package = compose_package(before, p, worth_each * number, needs(before, p), relief_left(before))
    for k in range(len(INSTRUMENTS)):
        deals.dyads(
            "package",
            package[..., k] > 0,
            instrument=k,
            counterpart=np.arange(len(p.structure.patrons))[None, :, None],
            concession="accession",
            cause="benefit",
            promised=package[..., k],
            price=asked,
        )
    return promise(world, p, luck, package, "concession", "accession")


def cohesion(world: World, p: Parameters) -> Array:
    """[R,B] one less the mean distance of members from their centre, less disputes; 0 where there is no member."""
    z_mean, number = centre(world, p)
    inside = total(world.member * spread(world.position[:, None, :, 1:], z_mean[:, :, None, :]), 2)
    outside = total(p.structure.affiliate[None] * spread(p.patron_position[:, None, :, 1:], z_mean[:, :, None, :]), 2)
    held = 1.0 - share_of(inside + outside, number) - p.bloc.blocs_dispute * p.bloc_disputes
    return np.where(number > 0, held, 0.0)


def combine(world: World, p: Parameters, decide: Decider, deals: Deals, leaders: Array, consent_price: Array) -> World:
    """Members contribute to a joint force; it acts if the bloc holds together or its leader buys consent."""
    view = force_view(world, p, leaders, consent_price)
    supply, acts, buys = decide.contribute(view, p)
    if buys.any():
        world = pay_consent(world, p, deals, leaders, consent_price, buys)
    bought = np.floor(p.bloc.blocs_consent_quarters + 0.5)
    left = np.where(buys, bought, view.consent_left)
    return world.evolve(cohesion=view.cohesion.copy(order="F"), force=np.where(acts, supply, 0.0), consent_left=left)


def force_view(world: World, p: Parameters, leaders: Array, consent_price: Array) -> ForceView:
    """Incomes, preferences and the price of consent."""
    member = world.member
    number = total(member.astype(np.float64), 2)
    mean_threat = share_of(total(member * world.threat[:, None, :], 2), number)
    income = np.concatenate([member * (4.0 * world.gdp[:, None, :]), 4.0 * world.patron_gdp[:, leaders, None]], axis=2)
    preference = p.blocs_effort[:, None, None] * np.concatenate(
        [member * world.threat[:, None, :], mean_threat[:, :, None]], axis=2
    )
    objects = force_objectors(world, p, leaders)
    n = voters(world, p)[:, :, 0] + member[:, :, 0]
    consensus, majority, group = vote_rules(p.vote, p)
    debate = None
    if group.any():
        debate = Debate(
            votes=member,
            stance=orientation_distance(world, p)[:, leaders] - (1.0 - p.member.blocs_threshold),
            capability=4.0 * world.gdp[:, None, :],
            salience=consent_salience(world, p, leaders),
        )
    return ForceView(
        able=(p.bloc.bloc_force > 0.5) & (number > 0),
        income=income,
        preference=np.where(income > 0, preference, 0.0),
        cohesion=freeze(cohesion(world, p)),
        threshold=p.bloc.blocs_threshold,
        consent_left=np.maximum(0.0, world.consent_left - 1.0),
        vote_cost=vote_cost(objects, consent_price, n, consensus, majority, group, debate),
        purse=p.bloc.blocs_consent_budget * 4.0 * world.budget[:, leaders],
    )


def force_objectors(world: World, p: Parameters, leaders: Array) -> Array:
    """[R,B,C] members too far from their leader to fight along unpaid."""
    far = orientation_distance(world, p)[:, leaders] > 1.0 - p.member.blocs_threshold
    return np.asarray(world.member & far)


def pay_consent(world: World, p: Parameters, deals: Deals, leaders: Array, consent_price: Array, buys: Array) -> World:
    """Objectors get their price in grants, as a package due."""
    paid = np.where(buys[:, :, None] & force_objectors(world, p, leaders), consent_price, 0.0)
    paid = paid * p.member.with_packages
    grants, u = INSTRUMENTS.index("grants"), PURPOSES.index("concession")
    due, packaged = world.due.copy(order="F"), world.packaged.copy(order="F")
    for b, leader in enumerate(leaders):
        due[:, leader, :, grants, u] += paid[:, b]
        packaged[:, leader, :, grants] += paid[:, b]
        row = np.zeros(world.base.shape, dtype=bool)
        row[:, leader] = paid[:, b] > 0
        deals.dyads(
            "consent",
            row,
            cause="cohesion",
            instrument=grants,
            concession=p.structure.blocs[b],
            promised=paid[:, b][:, None, :],
        )
    return world.evolve(due=due, packaged=packaged)
