"""Packages that a scenario states itself: a rival's offer against a base, and a promise. docs/equations.md section 4."""

from __future__ import annotations

import numpy as np

from ..scenario.catalogue import INSTRUMENTS
from ..world.arrays import Array, total
from ..world.deals import Deals
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World
from .compose import promise


def bids_of(world: World, p: Parameters, orders: dict[str, Array]) -> Array | float:
    """[R,Q,P,C] what offers add to denial bids, MUSD a year: what a package of that worth would pay for."""
    if "offer" not in orders:
        return 0.0
    worth = total((p.cost * p.package_delivery)[:, :, None, None, :] * orders["offer"], 4)
    return worth * world.past.reputation[:, :, None, :] / p.bargaining_annuity[:, None, None, None]


def asked_for(world: World, orders: dict[str, Array]) -> Array:
    """[R,P,C] bool: bases that are reviewed because the scenario says so, or because an offer came."""
    asked = orders["review"] > 0 if "review" in orders else np.zeros(world.base.shape, dtype=bool)
    if "offer" in orders:
        asked = asked | (orders["offer"] > 0).any(axis=(1, 4)) & world.base
    return asked


def taken(orders: dict[str, Array], refused: Array) -> Array | None:
    """[R,Q,P,C,K] packages offered for a base that is refused in this quarter, if any."""
    if "offer" not in orders:
        return None
    found = np.where(refused[:, None, :, :, None], orders["offer"], 0.0)
    return found if found.any() else None


def promised(after: World, p: Parameters, luck: Luck, orders: dict[str, Array], deals: Deals) -> World:
    """Packages that the scenario promises, for nothing in particular."""
    if "promise" not in orders:
        return after
    given = orders["promise"]
    giver = np.arange(given.shape[1])[None, :, None]
    for k in range(len(INSTRUMENTS)):
        deals.dyads(
            "package", given[..., k] > 0, instrument=k, cause="event", counterpart=giver, promised=given[..., k]
        )
    return promise(after, p, luck, given, "concession", "concession")
