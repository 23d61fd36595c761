"""Distances and prices that several phases read: pure functions of a world and its parameters."""

from __future__ import annotations

import numpy as np

from .arrays import Array, share_of, total
from .parameters import Parameters
from .state import World


def orientation_distance(world: World, p: Parameters) -> Array:
    """D [R,P,C]: distance between client and patron over the declared orientation axes (not the ideal point)."""
    return spread(world.position[:, None, :, 1:], p.patron_position[:, :, None, 1:])


def spread(a: Array, b: Array) -> Array:
    """Euclidean distance over the last axis; 0 without axes."""
    if a.shape[-1] == 1:
        return np.abs(a[..., 0] - b[..., 0])
    return np.sqrt(total(np.square(a - b), -1))


def salience(p: Parameters, base: Array, distance: Array, openness: Array) -> Array:
    """Salience of a concession, sqrt(MUSD a quarter): base x (s0 + distance)(1 + s1 D). Arguments broadcast."""
    extra = (1,) * (distance.ndim - 1)
    s0 = p.bargaining_salience_distance.reshape(-1, *extra)
    s1 = p.bargaining_salience_openness.reshape(-1, *extra)
    return np.asarray(base.reshape(-1, *extra) * (s0 + distance) * (1.0 + s1 * openness))


def price(world: World, p: Parameters, sigma: Array) -> Array:
    """Selectorate price of a concession, MUSD a year: the smallest aid that compensates the winning coalition.

    `sigma` is [R,P,C] or [R,B,C]. Source: docs/theory.md, The price (Bueno de Mesquita & Smith 2007, 2009), a = p = 1.
    """
    chi = (1.0 + 1.0 / world.coalition)[:, None, :]
    revenue = (p.economy_revenue[:, None] * world.gdp)[:, None, :]
    flow = np.square(sigma) / chi + 2.0 * sigma * np.sqrt(revenue / chi)
    return np.asarray(p.with_selectorate_price[:, None, None] * 4.0 * flow)


def regime_ambiguity(openness: Array) -> Array:
    """4D(1-D): 1 between closed and open regimes, 0 at either end."""
    return 4.0 * openness * (1.0 - openness)


def hosted_rivals(world: World, p: Parameters) -> Array:
    """[R,P,C]: the patron's rivalry with those who hold bases in the client, summed."""
    return total(p.rivalry[:, :, :, None] * world.base[:, None, :, :], 2)


def effective_access(world: World, p: Parameters) -> Array:
    """[R,P,C] market access as a share of GDP, less what a sanction in force cuts."""
    return p.access * (1.0 - world.sanction_cut * (world.sanction > 0))


def contest_share(effort: Array, rivals: Array, floor: Array) -> Array:
    """Tullock share of a contest; 0 for no effort."""
    return share_of(effort, effort + rivals + floor)
