"""Events laid out for many runs: what happens is shared by all runs of a batch; when, for how long and how much is not."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..scenario import Conditional, Dated, Hazard
from .arrays import Array, freeze
from .parameters import Parameters

if TYPE_CHECKING:
    from ..scenario import Event, Scenario


@dataclass(frozen=True)
class Planned:
    """An event of all runs. Arrays are [1 or R]; quarters are whole numbers."""

    event: Event
    """Name, kind of trigger and condition, paths set, acts and actors: the same in all runs. Its numbers are those of
    the first run and are not read."""
    at: Array
    """Quarter of a dated event; -1 of another."""
    holds: Array
    """Quarters running for which a condition must have held."""
    chance: Array
    """Chance a quarter of a random event."""
    steps: Array
    """Quarters until its values are at their targets."""
    length: Array
    """Quarters in force."""
    values: tuple[Array, ...]
    """Per change, the target; of a choice, the index of its name."""
    numbers: tuple[Mapping[str, Array], ...]
    """Per act, the numbers it carries."""


Timetable = tuple[Planned, ...]


def mould(scenario: Scenario) -> Hashable:
    """What runs of one batch share: actors, period, blocs, and which bases and events there are."""
    return (
        actors(scenario),
        scenario.allies,
        tuple(
            (b.code, b.leader, b.members, b.affiliates, b.candidates) for b in map(scenario.bloc, scenario.blocs)
        ),
        occasions(scenario),
    )  # fmt: skip


def actors(scenario: Scenario) -> Hashable:
    """Who plays, and when."""
    return (scenario.patrons, scenario.clients, scenario.blocs, scenario.axes, scenario.start, scenario.end)


def occasions(scenario: Scenario) -> Hashable:
    """Which bases and events there are, their numbers and dates apart."""
    return (
        tuple((b.name, b.holder, b.host) for b in scenario.bases.values()),
        tuple(_shape(event) for event in scenario.events),
    )


def _shape(event: Event) -> Hashable:
    return (
        event.name,
        type(event.trigger).__name__,
        event.trigger.text if isinstance(event.trigger, Conditional) else "",
        event.lasts is None,
        tuple((c.field, c.codes) for c in event.changes),
        event.repeals,
        tuple((a.kind, tuple(a.actors.items()), tuple(a.numbers)) for a in event.acts),
    )


def compile_events(scenarios: Sequence[Scenario], p: Parameters) -> Timetable:
    """The events of one scenario [1], or of variants that share their mould [len]."""
    first = scenarios[0]
    out: list[Planned] = []
    for e, event in enumerate(first.events):
        all_runs = [s.events[e] for s in scenarios]

        def column(read: Callable[[Event], float], events: Sequence[Event] = all_runs, kind: type = np.int64) -> Array:
            return _settled([read(one) for one in events], kind)

        values = tuple(
            column(lambda one, i=i: p.code_of(one.changes[i].value))  # type: ignore[misc]
            if isinstance(change.value, str)
            else column(lambda one, i=i: one.changes[i].value, kind=np.float64)  # type: ignore[misc]
            for i, change in enumerate(event.changes)
        )
        numbers = tuple(
            {k: column(lambda one, i=i, k=k: one.acts[i].numbers[k], kind=np.float64) for k in act.numbers}  # type: ignore[misc]
            for i, act in enumerate(event.acts)
        )
        out.append(
            Planned(
                event,
                at=column(_at),
                holds=column(_holds),
                chance=column(_chance, kind=np.float64),
                steps=column(_steps),
                length=column(lambda one: _steps(one) if one.lasts is None else one.lasts),
                values=values,
                numbers=numbers,
            )
        )
    return tuple(out)


def _at(event: Event) -> int:
    return event.trigger.quarter if isinstance(event.trigger, Dated) else -1


def _holds(event: Event) -> int:
    return event.trigger.quarters if isinstance(event.trigger, Conditional) else 1


def _chance(event: Event) -> float:
    return 1.0 - (1.0 - event.trigger.per_year) ** 0.25 if isinstance(event.trigger, Hazard) else 0.0


def _steps(event: Event) -> int:
    return max(1, event.over)


def _settled(column: Sequence[float], kind: type) -> Array:
    """One number where all agree."""
    agreed = all(x == column[0] for x in column)
    return freeze(np.array(column[:1] if agreed else column, dtype=kind))


def repeated_events(timetable: Timetable, times: Array) -> Timetable:
    """Events of variants laid out for runs: run i takes row `times[i]`."""

    def spread(column: Array) -> Array:
        return column if len(column) == 1 else freeze(column[times])

    return tuple(
        Planned(
            one.event,
            spread(one.at),
            spread(one.holds),
            spread(one.chance),
            spread(one.steps),
            spread(one.length),
            tuple(map(spread, one.values)),
            tuple({k: spread(v) for k, v in act.items()} for act in one.numbers),
        )
        for one in timetable
    )
