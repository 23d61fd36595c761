"""Phase 5: what was promised arrives, or does not; rents are paid; reputations form. docs/equations.md section 5."""

from __future__ import annotations

import numpy as np

from ..scenario.catalogue import INSTRUMENTS
from ..strategies.compose import RELIEF
from ..world.arrays import Array, share_of, total
from ..world.deals import CAUSES, Deals
from ..world.luck import Luck, delivered_share
from ..world.parameters import Parameters
from ..world.state import World

LOANS, GRANTS = INSTRUMENTS.index("loans"), INSTRUMENTS.index("grants")


def deliver(world: World, p: Parameters, luck: Luck, orders: dict[str, Array], deals: Deals) -> World:
    """Face values handed over [R,P,C,K]; cash rents; reputation learns from promises kept."""
    words = (p.structure.patron_words, p.structure.client_words)
    delivered = world.arriving.copy(order="F")
    for k, name in enumerate(INSTRUMENTS):
        draw = luck.uniform(f"delivery.{name}", world.quarter, *words)
        delivered[..., k] += delivered_share(draw, p.delivery_precision, p.delivery[:, :, k]) * world.offered[..., k]
    expected = world.expected
    if "forgive" in orders:
        gift = np.zeros_like(delivered)
        gift[..., RELIEF] = np.minimum(orders["forgive"], world.debt)
        delivered, expected = delivered + gift, expected + gift
        deals.dyads("forgiven", gift[..., RELIEF] > 0, cause="event", instrument=RELIEF, delivered=gift[..., RELIEF])
    delivered[..., RELIEF] = np.minimum(delivered[..., RELIEF], world.debt)
    rent_paid = world.base * (1.0 - p.in_kind) * world.rent / 4.0
    income = total(delivered[..., GRANTS] + delivered[..., LOANS] + rent_paid, 1) / world.gdp
    world = world.evolve(
        delivered=delivered, expected=expected, rent_paid=rent_paid, income=income,
        reputation=learn(world, p, delivered, expected),
    )
    return cancel_projects(world, p, luck, deals)


def learn(world: World, p: Parameters, delivered: Array, expected: Array) -> Array:
    """Reputation [R,P,C] moves towards the mean delivered share of the instruments that were expected."""
    counted = expected > 1e-9
    ratio = np.where(counted, np.clip(share_of(delivered, expected), 0.0, 1.0), 0.0)
    number = total(counted.astype(np.float64), 3)
    seen = share_of(total(ratio, 3), number)
    q = world.past.reputation
    return np.where(number > 0, q + p.dyad.with_reputation * p.dyad.delivery_learning * (seen - q), q)


def cancel_projects(world: World, p: Parameters, luck: Luck, deals: Deals) -> World:
    """Pending projects are given up now and then, sooner when the patron's income falls."""
    words = (p.structure.patron_words, p.structure.client_words)
    draw = luck.uniform("cancel", world.quarter, *words)
    chance = p.dyad.delivery_cancel + p.dyad.delivery_cancel_shock * np.maximum(0.0, -p.dyad.shock)
    pending = total(world.due[:, :, :, LOANS, :] + world.stuck[:, :, :, LOANS, :], 3)
    cancelled = (pending > 0) & (draw < np.minimum(1.0, chance))
    if not cancelled.any():
        return world
    why = np.where(p.dyad.shock < 0, CAUSES.index("shock"), CAUSES.index("hazard"))
    deals.dyads("cancelled", cancelled, cause=why, instrument=LOANS, promised=pending)
    due, stuck = world.due.copy(order="F"), world.stuck.copy(order="F")
    for stock in (due, stuck):
        stock[:, :, :, LOANS, :] = np.where(cancelled[..., None], 0.0, stock[:, :, :, LOANS, :])
    return world.evolve(due=due, stuck=stuck)
