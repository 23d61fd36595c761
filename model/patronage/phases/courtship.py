"""Phase 3: budgets are divided, efforts become offers. docs/equations.md section 3."""

from __future__ import annotations

import numpy as np

from ..strategies.compose import compose, needs, relief_left
from ..strategies.decider import Decider
from ..strategies.views import CourtView
from ..world.arrays import Array, share_of, total
from ..world.deals import Deals
from ..world.geometry import hosted_rivals, orientation_distance
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World


def court(world: World, p: Parameters, luck: Luck, decide: Decider, deals: Deals) -> World:
    """Packages due are shipped first; what is left courts clients and is split into instruments."""
    world = ship(world, p)
    view = court_view(world, p, luck)
    effort, mode = decide.court(view, p)
    if (total(effort, 2) > world.available * (1.0 + 1e-9) + 1e-9).any():
        raise ValueError("a strategy spends more than its patron has")
    scale = p.scale[:, None, None, :] * world.gdp[:, None, :, None]
    appetite = p.licence[:, :, None, :] * needs(world, p)
    offered = compose(effort, p.cost[:, :, None, :], appetite, scale, relief_left(world))
    unspent = world.available - total(total(p.cost[:, :, None, :] * offered, 3), 2)
    switched = mode != world.mode
    deals.patrons("switch", switched & (mode == 1), concession="client state", cause="choice")
    deals.patrons("switch", switched & (mode == 0), concession="sphere of influence", cause="choice")
    return world.evolve(
        effort=effort, mode=mode, offered=offered, unspent=unspent, expected=world.expected + offered,
        packaged=np.zeros_like(world.packaged),
    )


def ship(world: World, p: Parameters) -> World:
    """Instalments of packages due leave, as a first charge on the budget; face values [R,P,C,K]."""
    rate = 1.0 / p.quarters[:, None, None, :, None]
    wish = world.due * rate
    cost = total(total(p.cost[:, :, None, :] * total(wish, 4), 3), 2)
    limit = p.patron.courtship_first_charge * world.budget
    part = np.where(cost > 0, np.minimum(1.0, share_of(limit, cost)), 1.0)
    shipped = part[:, :, None, None, None] * wish
    return world.evolve(
        expected=total((world.due + world.stuck) * rate, 4),
        due=world.due - shipped,
        arriving=total(shipped, 4),
        available=world.budget - part * cost,
    )


def court_view(world: World, p: Parameters, luck: Luck) -> CourtView:
    """What patrons know when they divide their budgets."""
    rule = p.dyad
    hosted = hosted_rivals(world, p)
    weight = (
        p.weight
        * (1.0 + rule.courtship_threat * world.dyad.threat)
        * (1.0 + rule.courtship_own_base * world.base)
        * (1.0 + rule.courtship_rival_base * hosted)
        * leadership(world, p)
    )
    shape = world.base.shape
    return CourtView(
        available=world.available,
        weight=weight,
        rivals=total(world.effort, 1)[:, None, :] - world.effort,
        floor=rule.courtship_contest_floor * 4.0 * world.dyad.gdp,
        reputation=world.past.reputation,
        distance=orientation_distance(world, p),
        hosted=hosted,
        holds=world.base,
        follows=_followers(world, p),
        mode=world.mode,
        share=np.broadcast_to(p.strategy_share, shape[:2]),
        draw=luck.uniform("portfolio", world.quarter, p.structure.patron_words),
        margin=rule.courtship_margin,
        affinity=rule.courtship_affinity,
        premium=rule.with_control_premium * rule.courtship_premium,
        steepness=rule.courtship_steepness,
        slope=p.patron.courtship_slope,
        revisit=p.patron.courtship_revisit,
    )


def _followers(world: World, p: Parameters) -> Array:
    """[R,P,C] bool: the client is in a bloc the patron leads."""
    out = np.zeros(world.base.shape, dtype=bool, order="F")
    for b, leader in enumerate(p.structure.leader):
        out[:, leader, :] |= world.member[:, b, :]
    return out


def leadership(world: World, p: Parameters) -> Array:
    """[R,P,C]: 1 for members of the patron's blocs and for patrons that lead none, less for outsiders."""
    leads = np.asarray(p.structure.leads.any(axis=0))[None, :, None]
    outsider = p.dyad.courtship_outsider
    return np.where(leads & ~_followers(world, p), outsider, 1.0)
