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

if TYPE_CHECKING:
    from .scenario import Event, Scenario


@dataclass(frozen=True)
class Happened:
    """What a quarter leaves behind besides the world: deals, events and the parameters that were in force."""

    deals: Deals
    events: list[tuple[int, str, Array]]
    parameters: Parameters


def quarter(
    world: World, p: Parameters, luck: Luck, events: Sequence[Event], decide: Decider
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
    events: tuple[Event, ...]


def prepare(
    scenario: Scenario, replications: Sequence[int] | Array, seed: int, variants: Sequence[Scenario] = ()
) -> Start:
    """The initial world of runs numbered `replications`. With `variants`, run i takes scenario variants[i]."""
    numbers = np.asarray(replications)
    for variant in variants:
        if variant.events != scenario.events or variant.bases != scenario.bases:
            raise ValueError("variants in one batch may differ in numbers and choices, not in events or bases")
    p = compile_parameters([scenario])
    if variants:
        p = repeated(compile_parameters(variants), np.arange(len(numbers)))
    world = first_world(p, scenario, len(numbers), start_of_events(scenario.events, len(numbers)))
    world = influence(world, p)
    if p.structure.blocs:  # conditions may ask for it before the first quarter
        world = world.evolve(cohesion=cohesion(world, p).copy(order="F"))
    return Start(world, p, Luck(seed, numbers), tuple(scenario.events))


def quarters(start: Start, until: int, decide: Decider | None = None) -> Iterator[tuple[World, Happened]]:
    """Worlds quarter by quarter, to `until` inclusive."""
    world, chooser = start.world, decide or Standard()
    while world.quarter < until:
        world, happened = quarter(world, start.parameters, start.luck, start.events, chooser)
        yield world, happened
