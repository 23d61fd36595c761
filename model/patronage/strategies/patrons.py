"""How a patron divides its budget: small classes with one method, over arrays.

Add one by subclassing `Strategy` and naming it in the entry-point group `patronage.strategies`.
Source of the two portfolios: docs/theory.md, Courtship (Friedman 1958; control premium of this project's design).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..world.arrays import Array, logistic, running, share_of, total
from .views import CourtView

SPHERE, CLIENT_STATE = 0, 1
"""Modes of a portfolio: court everyone by weight, or pick clients and control them."""


class Strategy:
    """A way to divide a budget among clients."""

    name: ClassVar[str]
    mode: ClassVar[int] = SPHERE
    """What the strategy counts as, where it does not choose."""

    def court(self, view: CourtView) -> tuple[Array, Array]:
        """Effort [R,P,C] (MUSD a quarter, summing to at most what is available) and mode [R,P]."""
        effort = self.effort(view)
        return effort, np.full(effort.shape[:2], self.mode, dtype=np.int8, order="F")

    def effort(self, view: CourtView) -> Array:
        """Effort [R,P,C] of a strategy that does not choose its mode."""
        raise TypeError(f"{type(self).__name__} must define effort() or court()")

    def denial(self, share: Array) -> Array:
        """Factor on denial bids, given the strategy's parameter."""
        return np.ones_like(share)


def spread_by(weight: Array, available: Array) -> Array:
    """Tullock contest with linear payoffs: effort in proportion to weight."""
    return share_of(available[:, :, None] * weight, total(weight, 2)[:, :, None])


def pick_clients(view: CourtView) -> Array:
    """Greedy knapsack: pay for half of the contest in the best clients until the money is spent."""
    wanted = view.weight > 0
    cost = view.margin * (view.rivals + view.floor)
    rank = view.weight * (1.0 + view.premium) * view.reputation * np.exp(-view.affinity * view.distance)
    rank = np.where(wanted, share_of(rank, cost), -np.inf)
    order = np.argsort(-rank, axis=2, kind="stable")
    money = view.available[:, :, None]
    sorted_cost = np.take_along_axis(np.where(wanted, cost, np.inf), order, axis=2)
    fits = running(sorted_cost, 2) <= money
    chosen = np.zeros(fits.shape, dtype=bool, order="F")
    np.put_along_axis(chosen, order, fits, axis=2)
    paid = np.where(chosen, cost, 0.0)
    left = np.maximum(money - total(paid, 2)[:, :, None], 0.0)
    weight = np.where(chosen, view.weight, 0.0)
    filled = paid + share_of(left * weight, total(weight, 2)[:, :, None])
    # Where not even the first can be afforded, it gets everything.
    first = np.zeros(fits.shape, dtype=bool, order="F")
    np.put_along_axis(first, order[:, :, :1], True, axis=2)
    alone = np.where(first & wanted, money, 0.0)
    return np.where(fits[:, :, :1], filled, alone)


def worth(effort: Array, view: CourtView) -> Array:
    """U [R,P]: influence, plus a premium for control, over all clients."""
    contest = share_of(effort, effort + view.rivals + view.floor)
    control = view.premium * logistic((contest - 0.5) / view.steepness)
    return total(view.weight * (contest + control), 2)


class Sphere(Strategy):
    """Court everyone in proportion to weight."""

    name = "sphere"

    def effort(self, view: CourtView) -> Array:
        return spread_by(view.weight, view.available)


class ClientState(Strategy):
    """Pick clients and pay for control of them."""

    name = "client_state"
    mode = CLIENT_STATE

    def effort(self, view: CourtView) -> Array:
        return pick_clients(view)


class Portfolio(Strategy):
    """Choose between the two, now and then, by what they promise."""

    name = "portfolio"

    def court(self, view: CourtView) -> tuple[Array, Array]:
        sphere, client = spread_by(view.weight, view.available), pick_clients(view)
        chance = view.revisit * logistic(view.slope * (worth(client, view) - worth(sphere, view)))
        revisited = np.where(view.draw < chance, CLIENT_STATE, SPHERE)
        mode = np.where(view.draw < view.revisit, revisited, view.mode).astype(np.int8)
        return np.where(mode[:, :, None] == CLIENT_STATE, client, sphere), mode


class Mixture(Strategy):
    """A fixed part by client state, the rest by sphere."""

    name = "mixture"

    def effort(self, view: CourtView) -> Array:
        part = view.share[:, :, None]
        return part * pick_clients(view) + (1.0 - part) * spread_by(view.weight, view.available)


class DenialFirst(Strategy):
    """Court only where a rival holds a base, and bid more to deny; everyone if there is no such place."""

    name = "denial_first"

    def effort(self, view: CourtView) -> Array:
        focus = np.where(view.hosted > 0, view.weight, 0.0)
        somewhere = (total(focus, 2) > 0)[:, :, None]
        return spread_by(np.where(somewhere, focus, view.weight), view.available)

    def denial(self, share: Array) -> Array:
        return 1.0 + share


class TitForTat(Strategy):
    """Answer the rivals' effort of last quarter, as far as the money goes."""

    name = "tit_for_tat"

    def effort(self, view: CourtView) -> Array:
        answer = np.where(view.weight > 0, view.rivals, 0.0)
        scale = np.minimum(1.0, share_of(view.available, total(answer, 2)))
        return answer * scale[:, :, None]


class Retrench(Strategy):
    """Keep only to bases and allies, with part of the budget, and bid less to deny."""

    name = "retrench"

    def effort(self, view: CourtView) -> Array:
        kept = np.where(view.holds | view.follows, view.weight, 0.0)
        somewhere = (total(kept, 2) > 0)[:, :, None]
        return spread_by(np.where(somewhere, kept, view.weight), view.share * view.available)

    def denial(self, share: Array) -> Array:
        return share
