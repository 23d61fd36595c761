"""What follows from a scenario alone, laid out once however often it is simulated: a page, a search or a loop asks again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from . import layout, plan
from .arrays import Array
from .layout import Bucket, Records
from .plan import Names, Timetable
from .structure import Structure

if TYPE_CHECKING:
    from ..scenario import Scenario


@dataclass(frozen=True)
class Laid:
    """A scenario, or variants of one, as records. V variants. Nobody writes into them: runs are begun from copies."""

    structure: Structure
    bucket: Bucket
    names: Names
    inputs: Records
    """[V]"""
    worlds: Records
    """[V] before the first quarter, but for what follows from inputs."""
    tables: Array
    places: Records
    """[1] with the luck of one seed, as the timetable."""
    timetable: Timetable
    """Without expressions that are wanted for every quarter."""

    def reseeded(self, scenario: Scenario, seed: int) -> Laid:
        """The same with the luck of another seed."""
        places, events = self.places.copy(), self.timetable.events.copy()
        plan.key(places, self.structure, seed)
        plan.key_events(events, scenario, seed)
        return replace(self, places=places, timetable=replace(self.timetable, events=events))


_kept: WeakKeyDictionary[Scenario, Laid] = WeakKeyDictionary()


def laid_out(scenario: Scenario, seed: int) -> Laid:
    """A scenario by itself; all but its luck is kept as long as the scenario is."""
    found = _kept.get(scenario)
    if found is None:
        found = _kept[scenario] = laid_out_anew([scenario], seed)
    return found.reseeded(scenario, seed)


def laid_out_anew(scenarios: Sequence[Scenario], seed: int) -> Laid:
    """Variants that share their signature."""
    structure = Structure.of(scenarios[0])
    s = structure
    bucket = layout.bucket_for(len(s.patrons), len(s.clients), len(s.blocs), len(s.axes), len(s.kinds))
    names = Names.of(scenarios)
    inputs = plan.inputs(scenarios, structure, bucket, names)
    return Laid(
        structure, bucket, names, inputs, plan.first_worlds(scenarios, structure, bucket), plan.tabulate(inputs, structure),
        plan.places(structure, bucket, seed), plan.timetable(scenarios, structure, bucket, names, seed),
    )  # fmt: skip
