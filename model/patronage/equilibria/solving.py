"""What follows from payoffs: best responses and equilibria. Games of any number of players, as plain arrays.

Mixed equilibria of two players come from nashpy (support enumeration); more players have the pure ones alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from ..answers.extras import need

Floats = npt.NDArray[np.float64]
Profile = tuple[int, ...]
SLACK = 1e-9
"""Payoffs that differ by less than this part of the largest are equal."""
MOST_SUPPORTS = 20_000
"""Pairs of supports beyond which mixed equilibria are not looked for."""


@dataclass(frozen=True)
class Mixed:
    """An equilibrium in which somebody draws a choice."""

    chances: tuple[tuple[float, ...], ...]
    """Of every choice of each of the two players."""

    @property
    def supports(self) -> tuple[Profile, Profile]:
        """Choices that are drawn with a chance above 0."""
        rows, columns = (tuple(i for i, x in enumerate(c) if x > 0) for c in self.chances)
        return rows, columns


def best(payoffs: Sequence[Floats]) -> list[npt.NDArray[np.bool_]]:
    """Per player [choices of the first, of the second, ...]: whether its choice there is a best response to the others'.

    Axes before those of the players are games of their own.
    """
    found = []
    for player, own in enumerate(payoffs):
        slack = SLACK * max(1.0, float(np.abs(own).max()))
        found.append(own >= own.max(axis=player - len(payoffs), keepdims=True) - slack)
    return found


def pure_equilibria(payoffs: Sequence[Floats]) -> list[Profile]:
    """Profiles in which everybody's choice is a best response. `payoffs`: an array a player, an axis a player."""
    every = np.logical_and.reduce(best(payoffs))
    return [tuple(int(i) for i in at) for at in np.argwhere(every)]


@cache
def _nashpy() -> tuple[ModuleType, ModuleType]:
    return need("nashpy"), need("nashpy.algorithms.support_enumeration")


def check_solver(shape: Sequence[int]) -> None:
    """Refuse to begin a game of two for which the solver is not there. MissingExtraError names what to install."""
    if len(shape) == 2:
        _nashpy()


def mixed_equilibria(payoffs: Sequence[Floats]) -> list[Mixed]:
    """Equilibria of two players that are not pure, by nashpy; none of more players, nor of games with too many supports."""
    if len(payoffs) != 2 or (2 ** payoffs[0].shape[0] - 1) * (2 ** payoffs[0].shape[1] - 1) > MOST_SUPPORTS:
        return []
    nashpy, _ = _nashpy()
    first, second = payoffs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where choices pay the same there is a set of equilibria: its corners do
        found = list(nashpy.Game(first, second).support_enumeration())
    out = [Mixed(tuple(tuple(float(max(0.0, x)) for x in c) for c in pair)) for pair in found]
    return [m for m in out if any(len(s) > 1 for s in m.supports)]


def holds(payoffs: Sequence[Floats], supports: tuple[Profile, Profile]) -> bool:
    """Whether there is an equilibrium of two players that draws from these choices, all of them and no others."""
    _, enumeration = _nashpy()
    first, second = payoffs
    rows, columns = supports
    ours: Any = enumeration.solve_indifference(second.T, columns, rows)
    theirs: Any = enumeration.solve_indifference(first, rows, columns)
    if not (enumeration.obey_support(ours, rows) and enumeration.obey_support(theirs, columns)):
        return False
    return bool(enumeration.is_ne((ours, theirs), (np.array(rows), np.array(columns)), (first, second)))


def value(payoffs: Sequence[Floats], mixed: Mixed) -> tuple[float, ...]:
    """What each of two players gets on average."""
    one, other = (np.array(c) for c in mixed.chances)
    return tuple(float(one @ own @ other) for own in payoffs)
