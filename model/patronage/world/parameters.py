"""Everything a quarter takes as given: the catalogue's fields as arrays, in the engine's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..scenario.catalogue import CHANNELS, FIELDS, INSTRUMENTS
from .arrays import Array, Lens
from .structure import Structure

if TYPE_CHECKING:
    from ..scenario import Scenario

AXES: dict[str, str] = {f.name: f.axes for f in FIELDS} | {"strategy": "P", "policy": "C", "vote": "B"}
"""Axes of every field after the run axis."""

CHOICES = {"strategy": "patrons.{}.strategy", "policy": "states.{}.policy", "vote": "blocs.{}.vote"}
_CHOICE_AXIS = {"strategy": "P", "policy": "C", "vote": "B"}


class Parameters:
    """Fields as arrays [1 or R, *axes]; attribute access by the catalogue's names.

    `strategy` [.,P], `policy` [.,C] and `vote` [.,B] hold indices into `names`.
    Lenses shape fields for a context: `.dyad` [R,P,C], `.patron` [R,P], `.client` [R,C], `.bloc` [R,B],
    `.member` [R,B,C].
    """

    def __init__(self, structure: Structure, values: Mapping[str, Array], names: tuple[str, ...]) -> None:
        self.structure = structure
        self.names = names
        self._values = dict(values)
        self.dyad = Lens(self, AXES, "PC")
        self.patron = Lens(self, AXES, "P")
        self.client = Lens(self, AXES, "C")
        self.bloc = Lens(self, AXES, "B")
        self.member = Lens(self, AXES, "BC")
        self.rival = Lens(self, AXES, "QP")

    def __getattr__(self, name: str) -> Array:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"no field {name}") from None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all fields and choices."""
        return tuple(self._values)

    def replace(self, changes: Mapping[str, Array]) -> Parameters:
        """The same with some fields changed."""
        return Parameters(self.structure, {**self._values, **changes}, self.names) if changes else self

    def code_of(self, choice: str) -> int:
        """Index that stands for a named strategy, policy or vote rule; -1 if no actor can have it here."""
        return self.names.index(choice) if choice in self.names else -1

    @cached_property
    def cost(self) -> Array:
        """[.,P,K] cost per unit of face value."""
        return _stacked(self, "cost", INSTRUMENTS)

    @cached_property
    def delivery(self) -> Array:
        """[.,P,K] mean delivered share of courtship."""
        return _stacked(self, "delivery", INSTRUMENTS)

    @cached_property
    def package_delivery(self) -> Array:
        """[.,P,K] mean delivered share of packages: loans are projects there."""
        means = (self.delivery_projects if k == "loans" else getattr(self, f"delivery_{k}") for k in INSTRUMENTS)
        return np.stack(np.broadcast_arrays(*means), axis=-1)

    @cached_property
    def package(self) -> Array:
        """[.,P,K] licence in packages."""
        return _stacked(self, "package", INSTRUMENTS)

    @cached_property
    def licence(self) -> Array:
        """[.,P,K] licence in courtship under the present mission; debt relief is never given there."""
        layers: list[Array] = []
        for k in INSTRUMENTS:
            if k == "debt_relief":
                layers.append(np.zeros_like(layers[0]))
            else:
                full = getattr(self, f"licence_{k}") + self.mission * getattr(self, f"licence_mission_{k}")
                layers.append(np.minimum(full, 1.0))
        return np.stack(np.broadcast_arrays(*layers), axis=-1)

    @cached_property
    def scale(self) -> Array:
        """[., K] scale of diminishing returns per quarterly GDP."""
        return _stacked(self, "courtship_scale", INSTRUMENTS)

    @cached_property
    def quarters(self) -> Array:
        """[., K] deliveries arrive in 1/n of the rest a quarter."""
        return _stacked(self, "delivery_quarters", INSTRUMENTS)

    @cached_property
    def channel_weight(self) -> Array:
        """[., N] ω."""
        return _stacked(self, "influence_weight", CHANNELS)

    @cached_property
    def channel_cap(self) -> Array:
        """[., N] saturation of bandwidth per annual GDP."""
        return _stacked(self, "influence_cap", CHANNELS)

    @cached_property
    def channel_other(self) -> Array:
        """[., N] ε per annual GDP."""
        return _stacked(self, "influence_other", CHANNELS)


def _stacked(p: Parameters, base: str, suffixes: Sequence[str]) -> Array:
    return np.stack(np.broadcast_arrays(*(getattr(p, f"{base}_{k}") for k in suffixes)), axis=-1)


def compile_parameters(scenarios: Sequence[Scenario]) -> Parameters:
    """Arrays for one scenario [1, ...], or for a list of variants of one structure [len, ...].

    Raises ValueError if the variants differ in actors, axes, blocs or period.
    """
    first = scenarios[0]
    structure = Structure.of(first)
    for other in scenarios[1:]:
        same = (other.patrons, other.clients, other.blocs, other.axes, other.start, other.end)
        if same != (first.patrons, first.clients, first.blocs, first.axes, first.start, first.end):
            raise ValueError("variants in one batch must share actors, blocs, axes and period")
    moved = _moved(scenarios)
    values: dict[str, Array] = {}
    for field in FIELDS:
        cells = structure.cells(field.axes)
        row = np.array([first.number(field.name, *cell) for cell in cells], dtype=np.float64)
        table = np.repeat(row[None], len(scenarios) if field.name in moved else 1, axis=0)
        for cell in moved.get(field.name, ()):
            if cell in cells:
                table[:, cells.index(cell)] = [s.number(field.name, *cell) for s in scenarios]
        values[field.name] = _settle(table.reshape(len(table), *structure.shape(field.axes)))
    names: list[str] = []
    for choice, pattern in CHOICES.items():
        codes = [cell[0] for cell in structure.cells(_CHOICE_AXIS[choice])]
        rows = [[s.choice(pattern.format(code)) for code in codes] for s in scenarios]
        changed = [str(c.value) for s in scenarios for e in s.events for c in e.changes if c.field == choice]
        for name in [n for row in rows for n in row] + changed:
            if name not in names:
                names.append(name)
        indices = np.array([[names.index(n) for n in row] for row in rows], dtype=np.int64)
        values[choice] = _settle(indices.reshape(len(scenarios), len(codes)))
    return Parameters(structure, values, tuple(names))


def _moved(scenarios: Sequence[Scenario]) -> dict[str, set[tuple[str, ...]]]:
    """Cells by field that may differ between variants; looking these up alone is what makes compiling many cheap."""
    first, seen = scenarios[0].numbers, set[int]()
    moved: dict[str, set[tuple[str, ...]]] = {}
    for one in scenarios[1:]:
        if id(one.numbers) in seen or one.numbers is first:
            continue
        seen.add(id(one.numbers))
        for key in first.keys() | one.numbers.keys():
            if first.get(key) != one.numbers.get(key):
                moved.setdefault(key[0], set()).add(key[1])
    return moved


def _settle(table: Array) -> Array:
    """Run-contiguous; one row where all variants agree."""
    if len(table) > 1 and (table == table[:1]).all():
        table = table[:1]
    out: Array = np.asfortranarray(table)
    out.flags.writeable = False
    return out


def repeated(p: Parameters, times: Array) -> Parameters:
    """Parameters of variants [V, ...] laid out for runs: run i takes row `times[i]`."""
    values = {name: array if len(array) == 1 else np.asfortranarray(array[times]) for name, array in p._values.items()}
    return Parameters(p.structure, values, p.names)
