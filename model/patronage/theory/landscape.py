"""Landscape theory: the two blocs into which actors would fall.

Source: Axelrod & Bennett 1993, BJPS 23:211. Actor i has a size s_i and a propensity p_ij (symmetric; positive: to side with
j). The frustration of i is Σ_j s_j p_ij over those on the other side, the energy of a split E = Σ_i s_i × frustration,
over ordered pairs: the lower, the better the blocs fit. One actor at a time changes sides if that lowers E; a split
that no single change improves is a minimum, and its basin holds every split from which the steepest way down leads there.

Energies of all 2^(n−1) splits come from their smaller parts, two additions each: 20 actors take half a million numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.arrays import Array

MOST_ACTORS = 20
_ROUNDING = 1e-12
"""Energies closer than this part of all attraction and repulsion are equal."""


@dataclass(frozen=True)
class Minimum:
    """A split that no single change of sides improves."""

    side: Array
    """[N] bool: those who stand against the first actor."""
    energy: float
    basin: int
    """Number of splits from which the steepest way down ends here, this one included."""


@dataclass(frozen=True)
class Landscape:
    """All two-bloc splits of up to 20 actors."""

    bond: Array
    """[N, N] s_i s_j p_ij, zero on the diagonal."""
    energy: Array
    """[2^(N−1)] by split: bit i−1 set where actor i stands against the first."""
    minima: tuple[Minimum, ...]
    """Lowest first."""

    @property
    def scale(self) -> float:
        """All attraction and repulsion, Σ |s_i s_j p_ij|: no energy is larger than this, or lower than minus it."""
        return float(np.abs(self.bond).sum())

    def energy_of(self, side: Array) -> float:
        """Energy of one split (bool [N], either bloc)."""
        return float(self.energy[number_of(side)])


def landscape(size: Array, propensity: Array) -> Landscape:
    """Survey all splits: `size` [N] ≥ 0, `propensity` [N, N] symmetric (its diagonal is not read).

    Raises ValueError for shapes that do not fit, asymmetry, numbers that are not finite, or N outside 1 … 20.
    """
    bond = bonds(size, propensity)
    count = len(bond)
    if not 1 <= count <= MOST_ACTORS:
        raise ValueError(f"a landscape has 1 to {MOST_ACTORS} actors, not {count}")
    if not np.isfinite(bond).all() or not np.array_equal(bond, bond.T):
        raise ValueError("sizes and propensities must be finite, and propensities symmetric")
    energy = _energies(bond)
    return Landscape(bond, energy, _minima(energy, count, _ROUNDING * float(np.abs(bond).sum())))


def bonds(size: Array, propensity: Array) -> Array:
    """s_i s_j p_ij [..., N, N] with a zero diagonal."""
    s, p = np.asarray(size, dtype=np.float64), np.asarray(propensity, dtype=np.float64)
    if p.shape != (*s.shape, s.shape[-1]):
        raise ValueError(f"sizes {s.shape} and propensities {p.shape} do not fit")
    return np.where(np.eye(s.shape[-1], dtype=bool), 0.0, s[..., :, None] * s[..., None, :] * p)


def number_of(side: Array) -> int:
    """The place of a split (bool [N]) among all: which bloc is called true does not matter."""
    apart = np.asarray(side, dtype=bool) ^ bool(side[0])
    return int(np.sum(apart[1:] << np.arange(len(apart) - 1)))


def side_of(number: int, count: int) -> Array:
    """[N] bool: who stands against the first actor in a split."""
    return np.concatenate([[False], (number >> np.arange(count - 1) & 1).astype(bool)])


def _energies(bond: Array) -> Array:
    """Energy of every split, from the splits of the first k actors to those of the first k + 1."""
    energy = np.zeros(1)
    for k in range(1, len(bond)):
        against = np.zeros(1)  # bonds of k with those who stand against the first, by split of the actors before k
        for j in range(1, k):
            against = np.concatenate([against, against + bond[k, j]])
        whole = bond[k, :k].sum()
        energy = np.concatenate([energy + 2.0 * against, energy + 2.0 * (whole - against)])
    return energy


def _minima(energy: Array, count: int, rounding: float) -> tuple[Minimum, ...]:
    """Follow the steepest way down from everywhere at once: to the best neighbour, then twice as far, and again."""
    places = np.arange(len(energy), dtype=np.int32)
    goal, best = places.copy(), energy.copy()
    flips = [len(energy) - 1, *(1 << k for k in range(count - 1))] if count > 1 else []
    for flip in flips:  # ties: the first actor
        neighbour = energy[places ^ flip]
        better = neighbour < best - rounding
        goal[better], best[better] = places[better] ^ flip, neighbour[better]
    while not np.array_equal(goal, further := goal[goal]):
        goal = further
    found, basins = np.unique(goal, return_counts=True)
    order = np.argsort(energy[found], kind="stable")
    return tuple(Minimum(side_of(int(found[i]), count), float(energy[found[i]]), int(basins[i])) for i in order)


def split_energy(bond: Array, side: Array) -> Array:
    """[...] energy of a split of each row: `bond` [..., N, N], `side` bool [..., N]."""
    cross = side[..., :, None] != side[..., None, :]
    return np.asarray(np.where(cross, bond, 0.0).sum(axis=(-1, -2)))


def relief(bond: Array, side: Array) -> Array:
    """[..., N] change of the energy if that actor alone changed sides; negative for those who would."""
    cross = side[..., :, None] != side[..., None, :]
    return np.asarray(2.0 * np.where(cross, -bond, bond).sum(axis=-1))


def descend(bond: Array, side: Array) -> Array:
    """Where the steepest way down leads each row from its split: bool [..., N], true against the first actor."""
    at = np.array(side, dtype=bool)
    limit = -_ROUNDING * np.abs(bond).sum(axis=(-1, -2))[..., None]
    while True:
        change = relief(bond, at)
        first = np.argmin(change, axis=-1)[..., None]
        moves = np.take_along_axis(change, first, -1) < limit
        if not moves.any():
            return at ^ at[..., :1]
        np.put_along_axis(at, first, np.take_along_axis(at, first, -1) ^ moves, -1)


def flips_between(one: Array, other: Array) -> int:
    """How many actors must change sides to turn one split into another."""
    apart = int(np.sum(np.asarray(one, dtype=bool) != np.asarray(other, dtype=bool)))
    return min(apart, len(one) - apart)
