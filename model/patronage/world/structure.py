"""Who is who: the axes of every array, named once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .arrays import Array

if TYPE_CHECKING:
    from ..scenario import Scenario

NOBODY = -1
"""In the place of an actor."""


@dataclass(frozen=True)
class Structure:
    """Axes and everything about actors that no run changes. Codes stand sorted."""

    patrons: tuple[str, ...]
    clients: tuple[str, ...]
    blocs: tuple[str, ...]
    axes: tuple[str, ...]
    """Position axes: "unga", then the declared pole pairs."""
    leader: tuple[int, ...]
    """Per bloc, the patron that leads it; −1 where none does."""
    other: Array
    """[P,C] bool: patron and client are two different actors."""
    allied: Array
    """[P,P] bool: the same patron or an ally."""
    affiliate: Array
    """[B,P] bool: patrons that are members (the leader included)."""
    candidate: Array
    """[B,C] bool: clients that may join."""
    kinds: tuple[str, ...] = ("base",)
    """Kinds of concessions, base first, then in the order of their declaration."""
    requires: tuple[int, ...] = (-1,)
    """Per kind, the kind that must stand between the same two, -1 for none."""

    @classmethod
    def of(cls, scenario: Scenario) -> Structure:
        """Read the axes off a scenario."""
        patrons, clients, blocs = scenario.patrons, scenario.clients, scenario.blocs
        records = [scenario.bloc(b) for b in blocs]
        pair = np.array([[p == q or frozenset((p, q)) in scenario.allies for q in patrons] for p in patrons], dtype=bool)
        return cls(
            patrons=tuple(patrons),
            clients=tuple(clients),
            blocs=tuple(blocs),
            axes=("unga", *scenario.axes),
            leader=tuple(patrons.index(r.leader) if r.leader else NOBODY for r in records),
            other=np.array([[p != c for c in clients] for p in patrons], dtype=bool),
            allied=pair.reshape(len(patrons), len(patrons)),
            affiliate=np.array([[p in r.affiliates for p in patrons] for r in records], dtype=bool).reshape(
                len(blocs), len(patrons)
            ),
            candidate=np.array([[c in r.candidates for c in clients] for r in records], dtype=bool).reshape(
                len(blocs), len(clients)
            ),
            kinds=scenario.kinds,
            requires=tuple(scenario.kinds.index(r) if (r := scenario.requires.get(k, "")) else -1 for k in scenario.kinds),
        )

    @cached_property
    def leads(self) -> Array:
        """[B,P] bool: the patron leads the bloc."""
        out = np.zeros((len(self.blocs), len(self.patrons)), dtype=bool)
        for b, p in enumerate(self.leader):
            if p != NOBODY:
                out[b, p] = True
        return out

    @cached_property
    def insiders(self) -> Array:
        """[B,P] bool: patrons whose bases the bloc does not mind: its leader, its members and their allies."""
        return np.asarray((self.affiliate[:, None, :] & self.allied[None]).any(axis=2) | self.leads)

    @cached_property
    def ranks(self) -> tuple[int, ...]:
        """Per kind, how many kinds it rests on, one upon the other."""
        out = []
        for kind in range(len(self.kinds)):
            rank, below = 0, self.requires[kind]
            while below >= 0:
                rank, below = rank + 1, self.requires[below]
            out.append(rank)
        return tuple(out)

    @cached_property
    def rests(self) -> Array:
        """[J,J] bool: the second kind is the first, or rests on it, directly or by others."""
        out = np.eye(len(self.kinds), dtype=bool)
        for kind in range(len(self.kinds)):
            below = self.requires[kind]
            while below >= 0:
                out[below, kind] = True
                below = self.requires[below]
        return out

    @cached_property
    def actors(self) -> tuple[str, ...]:
        """Patrons and clients, each state once."""
        return tuple(sorted({*self.patrons, *self.clients}))

    @cached_property
    def actor_patron(self) -> tuple[int, ...]:
        """Per actor, its place among the patrons, or -1."""
        return tuple(self.patrons.index(a) if a in self.patrons else -1 for a in self.actors)

    @cached_property
    def actor_client(self) -> tuple[int, ...]:
        """Per actor, its place among the clients, or -1."""
        return tuple(self.clients.index(a) if a in self.clients else -1 for a in self.actors)

    @cached_property
    def lengths(self) -> dict[str, int]:
        """Of the axes that differ between regions, by letter."""
        return {
            "P": len(self.patrons), "Q": len(self.patrons), "C": len(self.clients), "B": len(self.blocs), "O": len(self.axes),
            "J": len(self.kinds), "V": len(self.patrons) + 1, "H": len(self.clients) + 1,
        }  # fmt: skip

    @cached_property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """Codes on each axis, by letter."""
        return {"P": self.patrons, "Q": self.patrons, "C": self.clients, "B": self.blocs, "O": self.axes, "J": self.kinds}

    def place(self, axes: str, codes: tuple[str, ...]) -> tuple[int, ...]:
        """Index of a cell on the given axes (letters as in the catalogue)."""
        return tuple(self.lists[letter].index(code) for letter, code in zip(axes, codes, strict=True))

    def shape(self, axes: str) -> tuple[int, ...]:
        """Lengths of the given axes."""
        return tuple(len(self.lists[letter]) for letter in axes)

    def cells(self, axes: str) -> list[tuple[str, ...]]:
        """All cells of the given axes, as codes."""
        out: list[tuple[str, ...]] = [()]
        for letter in axes:
            out = [(*head, code) for head in out for code in self.lists[letter]]
        return out
