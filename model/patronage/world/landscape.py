"""Who would side with whom: the propensities of landscape theory read off a world. docs/equations.md section 14.

A diagnostic: nothing in a quarter depends on it. The theory is Axelrod & Bennett 1993; what the propensities are made
of is this project's own.
"""

from __future__ import annotations

import numpy as np

from .arrays import Array, share_of, total, zeros
from .geometry import spread
from .parameters import Parameters
from .state import World

TIE = 0.5
"""Propensity gained by a common bloc or an alliance, and lost to a campaign or a sanction."""


def orientation(world: World, p: Parameters) -> Array:
    """[R,A,O-1] orientation of every actor; a state that is client and patron stands where the client stands."""
    patron, client = p.structure.actor_patron, p.structure.actor_client
    out = zeros(world.runs, len(patron), world.position.shape[2] - 1)
    for actor, (i, j) in enumerate(zip(patron, client, strict=True)):
        out[:, actor] = world.position[:, j, 1:] if j >= 0 else p.patron_position[:, i, 1:]
    return out


def sizes(world: World, p: Parameters) -> Array:
    """[R,A] yearly GDP of every actor, MUSD; 0 for a patron whose GDP the scenario does not give."""
    patron, client = p.structure.actor_patron, p.structure.actor_client
    out = zeros(world.runs, len(patron))
    for actor, (i, j) in enumerate(zip(patron, client, strict=True)):
        out[:, actor] = 4.0 * (world.gdp[:, j] if j >= 0 else world.patron_gdp[:, i])
    return out


def propensities(world: World, p: Parameters) -> Array:
    """[R,A,A] symmetric: nearness, common blocs, alliances, influence, less rivalry, grievance and hostile acts."""
    s = p.structure
    z = orientation(world, p)
    out = 1.0 - 2.0 * spread(z[:, :, None], z[:, None])
    inside = zeros(world.runs, len(s.blocs), len(s.actors), dtype=bool)
    for actor, (i, j) in enumerate(zip(s.actor_patron, s.actor_client, strict=True)):
        if j >= 0:
            inside[:, :, actor] |= world.member[:, :, j]
        if i >= 0:
            inside[:, :, actor] |= (s.affiliate.astype(bool) | s.leads)[:, i]
    out += TIE * (inside[:, :, :, None] & inside[:, :, None, :]).any(axis=1)
    tie = world.share - np.minimum(1.0, world.grievance)
    tie = tie - TIE * (world.campaign > 0) - TIE * (world.sanction > 0)
    for a, i in enumerate(s.actor_patron):
        for b, (i2, j) in enumerate(zip(s.actor_patron, s.actor_client, strict=True)):
            if a == b or i < 0:
                continue
            if j >= 0:  # between a patron and a client, both ways
                out[:, a, b] += tie[:, i, j]
                out[:, b, a] += tie[:, i, j]
            if i2 >= 0:
                out[:, a, b] += TIE * s.allied[i, i2] - 0.5 * (p.rivalry[:, i, i2] + p.rivalry[:, i2, i])
    return out


def sides(world: World, p: Parameters) -> Array:
    """The alignment, bool [R,A]: true for those on the minus side of the first declared axis."""
    z = orientation(world, p)
    return z[:, :, 0] < 0 if z.shape[2] else np.zeros(z.shape[:2], dtype=bool)


def frustration(world: World, p: Parameters) -> Array:
    """[R] part of all attraction and repulsion that the alignment leaves unsatisfied, 0-1."""
    bond, cross = _bonds(world, p)
    return _part(np.where(cross, np.maximum(bond, 0.0), np.maximum(-bond, 0.0)), bond)


def polarisation(world: World, p: Parameters) -> Array:
    """[R] part of all attraction and repulsion that is repulsion between the two sides, 0-1."""
    bond, cross = _bonds(world, p)
    return _part(np.where(cross, np.maximum(-bond, 0.0), 0.0), bond)


def _bonds(world: World, p: Parameters) -> tuple[Array, Array]:
    side = sides(world, p)  # every actor counts once: by GDP, great powers alone would be the region
    pairs = ~np.eye(side.shape[1], dtype=bool)
    return np.where(pairs, propensities(world, p), 0.0), side[:, :, None] != side[:, None, :]


def _part(some: Array, bond: Array) -> Array:
    return share_of(total(total(some, 2), 1), total(total(np.abs(bond), 2), 1))
