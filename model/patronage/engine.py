"""The clock: the order of the quarter, written once, and what drives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .phases.alignment import align
from .phases.bargaining import bargain
from .phases.blocs import associate, cohesion
from .phases.coercion import coerce
from .phases.courtship import court
from .phases.delivery import deliver
from .phases.economy import grow
from .phases.events import happen, start_of_events
from .phases.grievance import resent
from .phases.influence import influence
from .phases.regimes import rule
from .phases.stocks import store
from .phases.threat import threaten
from .strategies.decider import Decider, Standard
from .world.arrays import Array
from .world.deals import Deals
from .world.luck import Luck
from .world.parameters import Parameters, compile_parameters, repeated
from .world.start import first_world
from .world.state import World
from .world.timetable import Timetable, actors, compile_events, mould, repeated_events

if TYPE_CHECKING:
    from .scenario import Scenario


@dataclass(frozen=True)
class Happened:
    """What a quarter leaves behind besides the world: deals, events and the parameters that were in force."""

    deals: Deals
    events: list[tuple[int, str, Array]]
    parameters: Parameters


def quarter(
    world: World, p: Parameters, luck: Luck, events: Timetable, decide: Decider
) -> tuple[World, Happened]:
    """Advance every run by one quarter. The order of the lines is part of the model."""
    world = world.evolve(quarter=world.quarter + 1)
    deals = Deals(world.quarter)
    world, p, orders, log = happen(world, p, luck, events)
    world = threaten(world, p, luck)
    world = grow(world, p, luck)
    world = court(world, p, luck, decide, deals)
    world = bargain(world, p, luck, decide, orders, deals)
    world = deliver(world, p, luck, orders, deals)
    world = store(world, p, orders, deals)
    world = influence(world, p)
    world = align(world, p, luck)
    world, sanctions = resent(world, p, luck, decide, orders, deals)
    world = coerce(world, p, sanctions, orders, deals)
    world = rule(world, p, luck, orders, deals)
    world = associate(world, p, luck, decide, orders, deals)
    world = world.evolve(mission_before=np.asfortranarray(np.broadcast_to(p.mission, world.budget.shape)))
    return world, Happened(deals, log, p)


@dataclass(frozen=True)
class Start:
    """Everything a simulation begins with."""

    world: World
    parameters: Parameters
    luck: Luck
    events: Timetable


def prepare(
    scenario: Scenario,
    replications: Sequence[int] | Array,
    seed: int,
    variants: Sequence[Scenario] = (),
    which: Sequence[int] | Array | None = None,
) -> Start:
    """The initial world of runs numbered `replications`.

    With `variants`, run i takes variants[which[i]]; without `which`, variants[i]. They differ in numbers, dates and
    choices; who plays and what happens at all is the same.
    """
    numbers = np.asarray(replications)
    check_alike(scenario, variants)
    worlds = variants or [scenario]
    p = compile_parameters(worlds)
    events = compile_events(worlds, p)
    times = np.zeros(len(numbers), dtype=np.intp) if not variants else np.arange(len(numbers))
    if which is not None:
        times = np.asarray(which, dtype=np.intp)
    if variants:
        p, events = repeated(p, times), repeated_events(events, times)
    world = first_world(p, worlds, times, start_of_events(scenario.events, len(numbers)))
    world = influence(world, p)
    if p.structure.blocs:  # conditions may ask for it before the first quarter
        world = world.evolve(cohesion=cohesion(world, p).copy(order="F"))
    return Start(world, p, Luck(seed, numbers), events)


def check_alike(scenario: Scenario, variants: Sequence[Scenario]) -> None:
    """Raise ValueError if some variant cannot share a batch with the scenario."""
    shared = mould(scenario)
    for variant in variants:
        if variant is scenario or mould(variant) == shared:
            continue
        if actors(variant) != actors(scenario):
            raise ValueError("variants in one batch must share actors, blocs, axes and period")
        raise ValueError("variants in one batch share their bases and events, but for numbers, dates and choices")


def quarters(start: Start, until: int, decide: Decider | None = None) -> Iterator[tuple[World, Happened]]:
    """Worlds quarter by quarter, to `until` inclusive."""
    world, chooser = start.world, decide or Standard()
    while world.quarter < until:
        world, happened = quarter(world, start.parameters, start.luck, start.events, chooser)
        yield world, happened
