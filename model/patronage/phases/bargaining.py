"""Phase 4: bases are reviewed, sought, sold and denied. docs/equations.md section 4.

A concession is sold in an auction between the patron who wants it and the rivals who want it denied
(common agency: Bernheim & Whinston 1986; price: Bueno de Mesquita & Smith 2007; hazards: Cooley 2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..scenario.catalogue import INSTRUMENTS
from ..strategies.auction import Table, set_table
from ..strategies.compose import compose_package, needs, promise, relief_left
from ..strategies.decider import Decider
from ..strategies.offers import asked_for, promised, taken
from ..world.arrays import Array, share_of, total
from ..world.deals import CAUSES, Deals
from ..world.geometry import regime_ambiguity
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import ROUTES, World

REFUSAL_U = 0
BY_MISSION, BY_RIVAL, BY_OVERTHROW, BY_EVENT, BY_DEMAND, BY_PRICE = range(1, len(ROUTES))


@dataclass(frozen=True)
class Play:
    """Which dyads are decided on, and how it went: bool [R,P,C], exclusive of each other where they must be."""

    renewed: Array
    kept: Array
    opened: Array
    noticed: Array
    refused: Array
    closed: Array
    waiting: Array
    """Notice goes on."""
    cause: Array
    """Index into CAUSES of why a dyad was on the table."""


def bargain(
    world: World, p: Parameters, luck: Luck, decide: Decider, orders: dict[str, Array], deals: Deals
) -> World:
    """Review and seek bases, answer, pay for refusals, remember broken pledges."""
    table = set_table(world, p, luck, decide, orders)
    need, cap = needs(world, p), relief_left(world)  # like the terms, of the world before this phase
    stood = world.base
    world, acted = decree(world, p, table, orders, deals)
    play = decide_bases(world, p, luck, table, orders, acted)
    after = settle(world, p, table, play)
    after, broken = renege(after, p, table, play, deals)
    _tell(p, deals, table, play, after, world)
    after = packages(world, after, p, luck, table, play, world.base & ~stood, need, cap, broken, orders, deals)
    return promised(after, p, luck, orders, deals)


# --- decisions ------------------------------------------------------------------------------------------------------


def review_hazard(world: World, p: Parameters, term_left: Array, orders: dict[str, Array]) -> tuple[Array, Array]:
    """Chance [R,P,C] that a standing contract is reviewed, and its leading cause."""
    rule = p.dyad
    declining = mission_declines(world, p)
    turnover = world.turnover
    if "turnover" in orders:  # one that is ordered for this quarter is seen at once
        turnover = turnover | (orders["turnover"] > 0)
    stirred = turnover[:, None, :] | (world.sanction > 0)
    regime = rule.bargaining_hazard_regime * regime_ambiguity(world.dyad.openness) * (1.0 - world.past.share)
    hazard = (
        rule.bargaining_hazard_base + regime
        + rule.bargaining_hazard_turnover * stirred
        + rule.bargaining_hazard_overthrow * world.dyad.overthrow
        + rule.bargaining_hazard_term * (term_left == 0)
        + rule.bargaining_hazard_mission * declining
    )
    one = 1.0 - np.clip(hazard, 0.0, 1.0)
    cause = np.full(world.base.shape, CAUSES.index("hazard"))
    for name, mask in (
        ("declining mission", declining), ("sanction", world.sanction > 0), ("turnover", turnover[:, None, :]),
        ("term", term_left == 0), ("overthrow", world.dyad.overthrow),
    ):
        cause = np.where(mask, CAUSES.index(name), cause)
    return 1.0 - np.power(one, world.sites), cause


def mission_declines(world: World, p: Parameters) -> Array:
    """[R,P,1] bool: the mission falls this quarter, or is over."""
    mission, before, floor = p.dyad.mission, world.dyad.mission_before, p.dyad.bargaining_mission_floor
    return (mission < before) | ((mission <= floor) & (before <= floor))


def seek_chance(world: World, p: Parameters) -> tuple[Array, Array]:
    """Chance [R,P,C] that an absent base is sought, and the cause; no auction where a base has no value."""
    rule = p.dyad
    wanted = rule.mission > rule.bargaining_mission_floor
    begins = (world.dyad.mission_before <= rule.bargaining_mission_floor) & wanted
    chance = np.where(wanted, rule.bargaining_seek, rule.bargaining_seek_idle)
    chance = np.where(begins, 1.0, chance)
    possible = rule.mission * rule.need * p.geography > 0
    cause = np.where(begins, CAUSES.index("mission begins"), CAUSES.index("sought"))
    return np.where(possible & p.structure.other, chance, 0.0), np.broadcast_to(cause, world.base.shape)


def decide_bases(
    world: World, p: Parameters, luck: Luck, table: Table, orders: dict[str, Array], acted: Array
) -> Play:
    """Who is on the table and what becomes of them. `world` carries this quarter's decrees and aged terms."""
    words = (p.structure.patron_words, p.structure.client_words)
    accept = table.answer.accept
    draw = luck.uniform("review", world.quarter, *words)
    asked = asked_for(world, orders)
    free = ~acted
    running = world.base & (world.notice > 0) & free
    standing = world.base & (world.notice == 0) & free
    absent = ~world.base & free
    rebids = luck.uniform("rebid", world.quarter, *words) < p.dyad.bargaining_rebid
    kept = running & rebids & accept
    counting = running & ~kept
    hazard, why = review_hazard(world, p, world.term_left, orders)
    reviewed = standing & ((draw < hazard) | asked)
    chance, sought_why = seek_chance(world, p)
    sought = absent & (draw < chance) | (absent & asked & (chance > 0))
    cause = np.where(standing, why, np.where(absent, sought_why, CAUSES.index("rebid")))
    cause = np.where(asked & ~running, CAUSES.index("review"), cause)
    return Play(
        renewed=reviewed & accept, noticed=reviewed & ~accept,
        kept=kept, closed=counting & (world.notice <= 1.0), waiting=counting & (world.notice > 1.0),
        opened=sought & accept, refused=sought & ~accept, cause=cause,
    )


def decree(
    world: World, p: Parameters, table: Table, orders: dict[str, Array], deals: Deals
) -> tuple[World, Array]:
    """Carry out what events order about bases; age the terms of all others. Returns the dyads dealt with [R,P,C]."""
    acted = np.zeros(world.base.shape, dtype=bool, order="F")
    base, rent, term = world.base.copy(order="F"), world.rent.copy(order="F"), world.term_left.copy(order="F")
    notice, route, sites = world.notice.copy(order="F"), world.route.copy(order="F"), world.sites.copy(order="F")
    if "close_base" in orders:
        closes = (orders["close_base"] > 0) & base
        deals.dyads("closed", closes, cause="event", concession="base", rent=rent, terms=table.decreed())
        base &= ~closes
        notice = np.where(closes, 0.0, notice)
        acted |= orders["close_base"] > 0
    if "evict" in orders:
        evicts = (orders["evict"] > 0) & base & (notice == 0)
        notice = np.where(evicts, np.floor(p.dyad.bargaining_notice + 0.5), notice)
        route = np.where(evicts, BY_EVENT, route).astype(np.int8)
        deals.dyads("notice", evicts, cause="event", concession="base", rent=rent, terms=table.decreed())
        acted |= orders["evict"] > 0
    if "open_base" in orders:
        opens = (orders["open_base"] > 0) & ~base & p.structure.other
        base |= opens
        rent = np.where(opens, orders["open_base.rent"], rent)
        stated = orders["open_base.term"]
        term = np.where(opens, np.where(np.isnan(stated), p.term, stated), term)
        acted |= orders["open_base"] > 0
        deals.dyads("opened", opens, cause="event", concession="base", rent=rent, terms=table.decreed(rent))
    if "merge" in orders:
        merged = (orders["merge"] > 0) & base
        sites = np.where(merged, 1.0, sites)
        stated = orders["merge.term"]
        term = np.where(merged, np.where(np.isnan(stated), p.term, stated), term)
        deals.dyads("merged", merged, cause="event", concession="base", rent=rent)
    if "host_demand" in orders:
        demanded = (orders["host_demand"] > 0) & base
        asked = rent * orders["host_demand"]
        met = demanded & (asked <= table.value)
        rent = np.where(met, asked, rent)
        deals.dyads("demand_met", met, cause="demand", concession="base", rent=rent, terms=table.decreed(asked))
        closes = demanded & ~met
        deals.dyads("closed", closes, cause="demand", concession="base", rent=rent, terms=table.decreed(asked))
        base &= ~closes
        acted |= orders["host_demand"] > 0
    aged = np.where(base & (notice == 0) & ~acted, np.maximum(0.0, term - 1.0), term)
    rent, aged, notice = (np.where(base, x, 0.0) for x in (rent, aged, notice))
    return world.evolve(base=base, rent=rent, term_left=aged, notice=notice, route=route, sites=sites), acted


# --- consequences ---------------------------------------------------------------------------------------------------


def settle(world: World, p: Parameters, table: Table, play: Play) -> World:
    """Bases, rents, terms, notices and routes after the decisions."""
    answer = table.answer
    # A contract in force is the host's outside option: a review within its term lowers no rent while the mission lasts.
    binding = play.renewed & (world.term_left > 0) & ~world.dyad.overthrow & ~mission_declines(world, p)
    agreed = np.where(binding, np.maximum(world.rent, answer.rent), answer.rent)
    struck = play.renewed | play.kept | play.opened
    base = (world.base | play.opened) & ~play.closed
    rent = np.where(struck, agreed, world.rent)
    term = np.where(struck, p.term, world.term_left)
    notice = np.where(play.waiting, world.notice - 1.0, np.where(play.kept, 0.0, world.notice))
    route = np.where(play.noticed, closing_route(world, p, table), world.route).astype(np.int8)
    notice = np.where(play.noticed, length_of_notice(world, p, table, route), notice)
    return world.evolve(
        base=base, route=route,
        rent=np.where(base, rent, 0.0), term_left=np.where(base, term, 0.0), notice=np.where(base, notice, 0.0),
    )


def closing_route(world: World, p: Parameters, table: Table) -> Array:
    """[R,P,C] index into ROUTES: why a base is refused. A mission is to blame if a full one would have kept it."""
    mission = p.dyad.mission + np.zeros_like(table.value)
    full = share_of(table.value, mission)
    fades = (mission == 0) | ((table.value < table.answer.floor) & (table.answer.floor <= full))
    bid = np.where(world.dyad.overthrow, BY_OVERTHROW, BY_RIVAL)
    bid = np.where(table.value < table.answer.price, BY_PRICE, bid)
    bid = np.where(table.insists & (table.value >= table.answer.floor), BY_DEMAND, bid)
    return np.where(fades, BY_MISSION, bid)


def length_of_notice(world: World, p: Parameters, table: Table, route: Array) -> Array:
    """[R,P,C] quarters: a base that a fading mission still finds worth its old rent serves out its term."""
    short = np.floor(p.dyad.bargaining_notice + 0.5)
    serves = (route == BY_MISSION) & (table.value >= world.rent) & (table.value > 0) & (p.dyad.with_served_terms > 0)
    return np.where(serves, np.maximum(short, world.term_left), short)


def renege(after: World, p: Parameters, table: Table, play: Play, deals: Deals) -> tuple[World, Array]:
    """A base that stays or opens against a paid pledge breaks it: [R,Q,P,C] bool."""
    broken = (after.pledge > 0) & (play.kept | play.opened)[:, None]
    if not broken.any():
        return after, broken
    sting = np.where(broken, share_of(table.bids, table.answer.floor[:, None]), 0.0)
    added = total(sting, 2)[..., None] / 3.0
    lapsed = np.asarray(broken.any(axis=2))
    due, stuck = after.due.copy(order="F"), after.stuck.copy(order="F")
    lost = total(due[..., REFUSAL_U] + stuck[..., REFUSAL_U], 3)
    for stock in (due, stuck):
        stock[..., REFUSAL_U] = np.where(lapsed[..., None], 0.0, stock[..., REFUSAL_U])
    for host in range(broken.shape[2]):  # a row for each broken pledge
        deals.dyads(
            "renege", broken[:, :, host], counterpart=host, concession="refusal of a base",
            cause=play.cause[:, host, None],
            promised=lost, value=sting[:, :, host], denial=table.bids[:, :, host],
        )
    return after.evolve(due=due, stuck=stuck, sting=after.sting + added), broken


def packages(
    world: World, after: World, p: Parameters, luck: Luck, table: Table, play: Play, decreed: Array,
    need: Array, relief_cap: Array, broken: Array, orders: dict[str, Array], deals: Deals,
) -> World:
    """Rivals pay for refusals, holders in kind for bases (`decreed`: by an event); pledges begin, break, run down."""
    rule, answer = p.dyad, table.answer
    trust = np.maximum(world.past.reputation, rule.bargaining_reputation_floor)
    refused = play.noticed | play.refused
    excess = np.where(refused, np.maximum(0.0, table.value - answer.price), 0.0)
    part = share_of(table.bids, table.denial[:, None])
    worth = (rule.with_packages * rule.bargaining_annuity)[:, None] * excess[:, None] * part
    worth = np.where(after.pledge > 0, 0.0, worth)  # who has paid for this refusal owes nothing more
    stated = taken(orders, refused)
    if stated is not None:  # what was offered is what is paid
        worth = np.where(stated.any(axis=4), 0.0, worth)
    pledge = np.where(broken, 0.0, np.maximum(0.0, after.pledge - 1.0))
    paid = worth if stated is None else worth + total(stated, 4)
    pledge = np.where(paid > 0, np.floor(p.bargaining_pledge + 0.5)[:, None, None, None], pledge)
    after = after.evolve(pledge=pledge)
    if (paid > 0).any():
        given = compose_package(world, p, total(worth, 2) / trust, need, relief_cap)
        if stated is not None:
            given = given + total(stated, 2)
        _tell_packages(deals, given, paid, table)
        after = promise(after, p, luck, given, "refusal", "refusal")
    struck = play.renewed | play.kept | play.opened | decreed
    cause = np.where(decreed, CAUSES.index("event"), play.cause)
    kind = np.where(struck, p.in_kind, 0.0) * rule.with_packages * rule.bargaining_annuity * after.rent
    if (kind > 0).any():
        given = compose_package(world, p, kind / trust, need, relief_cap)
        for k in range(len(INSTRUMENTS)):
            deals.dyads(
                "package", given[..., k] > 0, instrument=k, concession="base", cause=cause,
                counterpart=np.arange(given.shape[1])[None, :, None], promised=given[..., k],
                rent=after.rent, terms=table.terms(),
            )
        after = promise(after, p, luck, given, "concession", "concession")
    return after


# --- the ledger -----------------------------------------------------------------------------------------------------


def _tell(p: Parameters, deals: Deals, table: Table, play: Play, after: World, before: World) -> None:
    terms = table.terms()
    for kind, mask in (
        ("renewed", play.renewed), ("kept", play.kept), ("opened", play.opened), ("refused", play.refused),
    ):
        deals.dyads(kind, mask, cause=play.cause, concession="base", rent=after.rent, terms=terms)
    # Route codes equal the first cause codes, so that a closing names its route.
    deals.dyads("notice", play.noticed, cause=after.route, concession="base", rent=before.rent, terms=terms)
    deals.dyads("closed", play.closed, cause=before.route, concession="base", rent=before.rent, terms=terms)


def _tell_packages(deals: Deals, given: Array, worth: Array, table: Table) -> None:
    """A row per instrument; the counterpart is the patron whose base the package keeps out (the dearest of several)."""
    target = np.argmax(worth, axis=2)
    rows = {name: np.take_along_axis(value, target, axis=1) for name, value in table.terms().items()}
    paid = total(worth, 2) > 0
    for k in range(len(INSTRUMENTS)):
        deals.dyads(
            "package", paid & (given[..., k] > 0), instrument=k, counterpart=target, concession="refusal of a base",
            cause="rival", promised=given[..., k], terms=rows,
        )
