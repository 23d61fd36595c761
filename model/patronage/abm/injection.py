"""Events added to a run under way: the world as it would be had the scenario held them, still to come, from the start."""

from __future__ import annotations

import numpy as np

from ..driving import Ensemble, Start
from ..scenario import Dated, Scenario
from ..scenario.quarters import quarter_name
from ..world.layout import CHOICES


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


def widened(now: Ensemble, start: Start) -> Ensemble:
    """The same runs at the same moment under a scenario with further events.

    Inputs, standing and what events will restore are carried over; what the scenario's words are numbered may have changed.
    """
    out = start.ensemble()
    words = np.array([start.names.words.index(word) for word in now.start.names.words], dtype=np.float64)
    out.worlds[:], out.inputs[:] = now.worlds, now.inputs
    for choice, axes in CHOICES.items():
        length = start.structure.lengths[axes]
        out.inputs[choice][:, :length] = words[now.parameters[choice]]
    events, changes = now.standing.shape[1], now.origins.shape[1]
    out.standing[:, :events], out.origins[:, :changes] = now.standing, now.origins
    chosen = start.timetable.changes["choice"][now.start.which, :changes] > 0  # 0 before it has fired, which is a word's number too
    out.origins[:, :changes][chosen] = words[now.origins[chosen].astype(np.int64)]
    return out
