"""The engine beside the reference model: the same world in both, and what differs after a while."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from patronage.driving import Ensemble, prepare
from patronage.results.ledger import ledger_frame
from patronage.scenario import Scenario
from patronage.scenario.catalogue import CHANNELS, INSTRUMENTS
from patronage.scenario.structure import REGIMES
from patronage.world.layout import PURPOSES
from patronage.world.state import AXES, World
from patronage.world.structure import Structure
from reference import ReferenceModel

TOLERANCE = 1e-12
"""Relative; absolute below one (of whatever unit)."""


def keys(structure: Structure, letter: str) -> Sequence[Any]:
    """What the reference model calls the places of an axis."""
    own = {"K": INSTRUMENTS, "N": CHANNELS, "U": PURPOSES, "3": (0, 1, 2), "Y": range(10), "M": range(12)}
    return own[letter] if letter in own else [codes[0] for codes in structure.cells(letter)]


def dense(table: Any, structure: Structure, axes: str) -> Any:
    """Nested dictionaries of the reference model as nested lists in the order of the engine's axes."""
    if not axes:
        return table
    return [dense(table[key], structure, axes[1:]) for key in keys(structure, axes[0])]


def numbered(table: Any) -> Any:
    """The same with the numbers of regimes in the place of their names."""
    if isinstance(table, dict):
        return {key: numbered(row) for key, row in table.items()}
    return REGIMES.index(table) if isinstance(table, str) else table


def put_state(state: dict[str, Any], world: World) -> None:
    """Write the state of the reference model into the engine's only run."""
    for name, table in state.items():
        array = getattr(world, name)[0]
        array[...] = np.array(dense(numbered(table), world.structure, AXES[name]), dtype=array.dtype).reshape(
            array.shape
        )


def differences(world: World, model: ReferenceModel, structure: Structure) -> dict[str, float]:
    """Largest deviation by array, in units of the tolerance; only those above 1."""
    compared = {name: (AXES[name], table) for name, table in model.state.items()}
    flows = model.flows
    compared |= {name: (AXES[name], flows[name]) for name in ("delivered", "rent_paid", "unspent")}
    compared["transferred"] = ("PC", flows["surplus"])
    compared["launched"] = ("PC", flows["campaigns"])
    channels = {p: {c: client.channels[p] for c, client in model.client.items()} for p in model.patron}
    compared["channel"] = ("PCN", channels)
    compared["budget"] = ("P", {p: patron.budget for p, patron in model.patron.items()})
    compared["growth"] = ("C", {c: client.growth for c, client in model.client.items()})
    compared["cohesion"] = ("B", {b: bloc.cohesion for b, bloc in model.bloc.items()})
    found = {name: (getattr(world, name)[0], *pair) for name, pair in compared.items()}
    found["promised"] = (world.offered[0] + world.packaged[0], "PCK", flows["promised"])
    out = {}
    for name, (array, axes, table) in found.items():
        mine = np.asarray(array, dtype=np.float64)
        theirs = np.array(dense(numbered(table), structure, axes), dtype=np.float64).reshape(mine.shape)
        if name == "route":  # says why a base will close, while notice runs
            mine, theirs = mine * (world.notice[0] > 0), theirs * (world.notice[0] > 0)
        if mine.size:
            same = mine == theirs  # so is what has no end
            apart = np.subtract(mine, theirs, out=np.zeros_like(mine), where=~same)
            off = np.where(same, 0.0, np.abs(apart) / np.maximum(1.0, np.where(same, 0.0, np.abs(theirs)))) / TOLERANCE
            if not off.max() <= 1.0:
                out[name] = float(off.max())
    return out


class Pair:
    """The engine and the reference model, side by side from one state on."""

    def __init__(
        self, scenario: Scenario, seed: int = 1, replication: int = 0, state: dict[str, Any] | None = None
    ) -> None:
        self.ensemble: Ensemble = prepare(scenario, [replication], seed).ensemble()
        self.structure = self.ensemble.start.structure
        self.world = self.ensemble.world
        if state is not None:
            put_state(state, self.world)
        self.model = ReferenceModel(scenario, seed, replication, state)
        for b, bloc in enumerate(self.model.bloc.values()):  # follows from the state
            self.world.cohesion[0, b] = bloc.cohesion
        self.rows: list[Any] = []

    def step(self) -> None:
        """A quarter in both."""
        self.rows.append(self.ensemble.step().rows)
        self.model.step()

    def differences(self) -> dict[str, float]:
        return differences(self.world, self.model, self.structure)

    def ledgers(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The deals of both, sorted, as far as both must tell the same."""
        frame = ledger_frame(np.concatenate(self.rows), np.array([0]), self.structure)
        theirs = [row for row in self.model.ledger if row["kind"] != "consent" or row["promised"] > 0]
        return sorted(map(entry, frame.to_dict("records"))), sorted(map(entry, theirs))


MONEY = {
    "opened": ("value", "price", "survival", "denial", "floor", "asked", "rent", "anger"),
    "renewed": ("value", "price", "survival", "denial", "floor", "asked", "rent", "anger"),
    "kept": ("value", "price", "survival", "denial", "floor", "asked", "rent", "anger"),
    "refused": ("value", "price", "survival", "denial", "floor", "asked", "anger"),
    "demand_met": ("value", "asked", "rent"),
    "notice": ("value", "price", "survival", "denial", "floor", "asked", "rent", "anger"),
    "package": ("promised",),
    "transfer": ("promised", "delivered"),
    "cancelled": ("promised",),
    "sanction": ("value", "price"),
    "complied": ("value", "price"),
    "consent": ("promised",),
}
"""Numbers of a row that follow from the equations."""


def entry(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row of either ledger in common terms."""
    when = row["quarter"] if isinstance(row["quarter"], str) else f"{row['quarter'] // 4}Q{row['quarter'] % 4 + 1}"
    kind = row["kind"]
    ordered = row["cause"] in ("event", "ban") and kind in ("opened", "notice")  # there was no auction
    told = () if ordered else MONEY.get(kind, ())
    numbers = tuple(float(f"{row[name]:.9g}") for name in told)
    more = {"renege": ("counterpart",), "notice": ("cause",), "closed": ("cause",)}
    words = ("patron", "client", "instrument", *more.get(kind, ()))
    return (when, kind, *(row[name] if isinstance(row[name], str) else "" for name in words), *numbers)
