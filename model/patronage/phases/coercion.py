"""Phase 10: sanctions and cuts of market access. docs/equations.md section 10; rule of compliance: docs/theory.md, Coercion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.arrays import Array
from ..world.deals import CAUSES, Deals
from ..world.geometry import orientation_distance, price, salience
from ..world.parameters import Parameters
from ..world.state import World


@dataclass
class _Clients:
    """What sanctions change one after the other; [R,C,O], [R,C] and [R,P,C]."""

    position: Array
    legitimacy: Array
    grievance: Array
    sanction: Array
    cut: Array


def coerce(world: World, p: Parameters, begins: Array, orders: dict[str, Array], deals: Deals) -> World:
    """Sanctions run out; new ones are obeyed where they cost more than the concession, and resented otherwise."""
    left = np.maximum(0.0, world.sanction - 1.0)
    cut = np.where(left > 0, world.sanction_cut, 0.0)
    before, world = world, world.evolve(sanction=left, sanction_cut=cut)
    ordered = orders.get("sanction", np.zeros_like(left)) > 0
    begins = (begins & (left == 0)) | ordered
    if not begins.any():
        return world
    own_cut = p.dyad.coercion_cut + np.zeros_like(left)
    length = np.floor(p.dyad.coercion_quarters + 0.5) + np.zeros_like(left)
    own_loss = own_cut * p.access
    if ordered.any():
        own_cut = np.where(ordered & ~np.isnan(orders["sanction.cut"]), orders["sanction.cut"], own_cut)
        length = np.where(ordered & ~np.isnan(orders["sanction.quarters"]), orders["sanction.quarters"], length)
        stated = orders["sanction.loss"]
        own_loss = np.where(ordered & ~np.isnan(stated), stated, own_cut * p.access)
    cost = concession_price(before, p)  # a sanction that ends now is still felt
    pressure = p.dyad.coercion_enforcement * own_loss * 4.0 * p.dyad.economy_revenue * world.dyad.gdp
    complies = begins & (pressure > cost)
    defies = begins & ~complies
    cause = np.where(ordered, CAUSES.index("event"), CAUSES.index("grievance"))
    deals.dyads("complied", complies, cause=cause, value=pressure, price=cost)
    deals.dyads("sanction", defies, cause=cause, value=pressure, price=cost)
    state = _Clients(
        world.position.copy(order="F"),
        world.legitimacy.copy(order="F"),
        world.grievance.copy(order="F"),
        left.copy(order="F"),
        cut.copy(order="F"),
    )
    for sender in range(begins.shape[1]):  # in order of code: each acts on what the one before left
        if begins[:, sender].any():
            _submit(state, p, sender, complies[:, sender])
            _defy(state, p, sender, defies[:, sender], world.past.share, own_loss[:, sender])
    return world.evolve(
        position=state.position,
        legitimacy=state.legitimacy,
        grievance=state.grievance,
        sanction=np.where(defies, length, state.sanction),
        sanction_cut=np.where(defies, own_cut, state.cut),
    )


def concession_price(world: World, p: Parameters) -> Array:
    """[R,P,C] what it costs a regime to concede to each patron, MUSD a year, before its policy's factor."""
    sigma = salience(p, p.bargaining_salience, orientation_distance(world, p), world.dyad.openness)
    return price(world, p, sigma * (1.0 + p.dyad.bargaining_salience_sanction * (world.sanction > 0)))


def _towards(position: Array, target: Array, part: Array) -> Array:
    """Orientations [R,C,O-1] moved a part of the way to `target`; the ideal point stays."""
    return np.asarray(position[:, :, 1:] + part[:, :, None] * (target - position[:, :, 1:]))


def _submit(state: _Clients, p: Parameters, sender: int, complies: Array) -> None:
    part = np.where(complies, p.client.coercion_submission, 0.0)
    state.position[:, :, 1:] = _towards(state.position, p.patron_position[:, sender, None, 1:], part)
    soothed = p.client.regimes_appeased * state.grievance[:, sender]
    state.grievance[:, sender] = np.where(complies, soothed, state.grievance[:, sender])


def _defy(state: _Clients, p: Parameters, sender: int, defies: Array, share: Array, loss: Array) -> None:
    """Legitimacy falls, less with a black knight at hand; the client turns towards that one."""
    others = np.where(np.arange(share.shape[1])[None, :, None] == sender, -1.0, share)
    knight = np.argmax(others, axis=1)
    help_at_hand = np.maximum(0.0, np.take_along_axis(others, knight[:, None, :], 1)[:, 0])
    fallen = np.maximum(0.0, state.legitimacy - loss * (1.0 - help_at_hand))
    state.legitimacy[...] = np.where(defies, fallen, state.legitimacy)
    part = np.where(defies, p.client.coercion_resentment * help_at_hand, 0.0)
    places = p.patron_position[0 if len(p.patron_position) == 1 else np.arange(len(knight))[:, None], knight]
    state.position[:, :, 1:] = _towards(state.position, places[..., 1:], part)
