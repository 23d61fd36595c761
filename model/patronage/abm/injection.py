"""Events added to a run under way: the world as it would be had the scenario held them, still to come, from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..engine import Start
from ..scenario import Dated, Scenario
from ..scenario.quarters import quarter_name
from ..world.arrays import Array
from ..world.parameters import CHOICES, Parameters
from ..world.state import EventState, World


def check_addition(now: Scenario, later: Scenario, quarter: int) -> None:
    """Raise ValueError unless `later` is `now` with further events, all dated after `quarter`."""
    known = len(now.events)
    if later.events[:known] != now.events or later.numbers != now.numbers or later.choices != now.choices:
        raise ValueError("only events can be added to a run under way")
    if (later.start, later.end) != (now.start, now.end):
        raise ValueError("the period of a run under way cannot change")
    for event in later.events[known:]:
        date = event.trigger.quarter if isinstance(event.trigger, Dated) else None
        if date is None:
            raise ValueError(f"{event.name} has no date: an event can be added to a run under way at a date only")
        if date <= quarter:
            raise ValueError(f"{quarter_name(date)} has passed: {event.name} comes too late")


def widened(world: World, before: Parameters, scenario: Scenario, start: Start) -> World:
    """The world of a run with room for the events of `start` that it did not know.

    `before`: the parameters the run began with; `scenario`: with all events.
    """
    old, new = world.events, start.world.events
    known = old.fired.shape[1]

    def extended(of_old: Array, of_new: Array) -> Array:
        out = of_new.copy(order="F")
        out[:, :known] = of_old
        return out

    index = np.array([start.parameters.names.index(name) for name in before.names], dtype=np.float64)
    settings = {
        name: index[table.astype(np.intp)].astype(table.dtype) if name in CHOICES else table
        for name, table in world.settings.items()
    }
    origin: Mapping[tuple[int, int], Array] = {
        (e, i): index[value.astype(np.intp)] if scenario.events[e].changes[i].field in CHOICES else value
        for (e, i), value in old.origin.items()
    }
    events: EventState = replace(
        new,
        fired=extended(old.fired, new.fired),
        active=extended(old.active, new.active),
        held=extended(old.held, new.held),
        origin=origin,
    )
    return world.evolve(events=events, settings=settings)
