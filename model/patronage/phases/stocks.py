"""Phase 6: stocks of arms, capital, presence and debt. docs/equations.md section 6."""

from __future__ import annotations

import numpy as np

from ..scenario.catalogue import INSTRUMENTS
from ..strategies.compose import RELIEF
from ..world.arrays import Array, share_of, total
from ..world.deals import Deals
from ..world.parameters import Parameters
from ..world.state import World

ARMS, GRANTS, LOANS = (INSTRUMENTS.index(k) for k in ("arms", "grants", "loans"))


def store(world: World, p: Parameters, orders: dict[str, Array], deals: Deals) -> World:
    """What was delivered enters stocks, which decay; surplus equipment enters at its fighting value."""
    rule, came = p.dyad, world.delivered
    handed, pool = hand_over(world, orders, deals)
    debt = world.debt * (1.0 + rule.stocks_interest - rule.stocks_service) + came[..., LOANS] - came[..., RELIEF]
    return world.evolve(
        arms=(1.0 - rule.stocks_decay_arms) * world.arms + came[..., ARMS] + rule.stocks_surplus_quality * handed,
        capital=(1.0 - rule.stocks_decay_capital) * world.capital + came[..., GRANTS] + came[..., LOANS],
        presence=(1.0 - rule.stocks_decay_presence) * world.presence
        + rule.stocks_base_presence * p.base_size * world.base
        + rule.stocks_instructors * handed,
        debt=np.maximum(0.0, debt),
        transferred=handed,
        surplus=pool,
    )


def hand_over(world: World, orders: dict[str, Array], deals: Deals) -> tuple[Array, Array]:
    """Surplus equipment handed over [R,P,C] at transfer value, within the pool, and what is left of the pool [R,P]."""
    if "transfer" not in orders:
        return np.zeros_like(world.arms), world.surplus.copy(order="F")
    asked = orders["transfer"]
    part = np.minimum(1.0, share_of(world.surplus, total(asked, 2)))
    handed = asked * part[:, :, None]
    deals.dyads("transfer", handed > 0, cause="event", instrument=ARMS, promised=asked, delivered=handed)
    return handed, world.surplus - total(handed, 2)
