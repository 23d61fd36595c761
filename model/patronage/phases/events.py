"""Phase 0: what the scenario makes happen, when, if, or by chance. docs/equations.md section 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scenario import Conditional, Dated
from ..scenario.catalogue import INSTRUMENTS
from ..scenario.conditions import evaluate
from ..world.arrays import Array, filled, zeros
from ..world.luck import Luck
from ..world.measures import measure
from ..world.parameters import AXES, Parameters
from ..world.state import Before, EventState, World
from ..world.timetable import Planned, Timetable

if TYPE_CHECKING:
    from ..scenario import Event

Orders = dict[str, Array]

_SHAPES = {
    "transfer": ("PC", ("from", "to"), "amount"),
    "promise": ("PC", ("from", "to"), ""),
    "offer": ("QPC", ("from", "against", "to"), ""),
    "forgive": ("PC", ("from", "to"), "amount"),
    "overthrow": ("C", ("state",), ""),
    "turnover": ("C", ("state",), ""),
    "review": ("PC", ("holder", "host"), ""),
    "evict": ("PC", ("holder", "host"), ""),
    "close_base": ("PC", ("holder", "host"), ""),
    "open_base": ("PC", ("holder", "host"), ""),
    "merge": ("PC", ("holder", "host"), ""),
    "host_demand": ("PC", ("holder", "host"), "multiple"),
    "campaign": ("PC", ("from", "to"), ""),
    "sanction": ("PC", ("from", "to"), ""),
    "join": ("BC", ("bloc", "state"), ""),
    "leave": ("BC", ("bloc", "state"), ""),
}
"""Per act: axes of its order, who stands on them, and the number it carries (else 1)."""

_TERMS = {"open_base": ("rent", "term"), "merge": ("term",), "sanction": ("cut", "loss", "quarters")}
"""Further numbers of an act; NaN where the event leaves them to the rules."""

_PACKAGES = ("promise", "offer")
"""Acts whose order has an amount of each instrument."""


def happen(
    world: World, base: Parameters, luck: Luck, events: Timetable
) -> tuple[World, Parameters, Orders, list[tuple[int, str, Array]]]:
    """Begin the quarter: remember last quarter's shares, fire events, set parameters, give orders.

    Returns the world, the parameters now in force, the orders by act, and what happened:
    (event, "fired" or "ended", runs [R]).
    """
    world = world.evolve(before=Before(world.share, world.reputation, world.grievance))
    if not events:
        return world, base, {}, []
    now = base.replace(world.settings)
    state = world.events
    fired, active, held = (x.copy(order="F") for x in (state.fired, state.active, state.held))
    settings = {name: array.copy(order="F") for name, array in world.settings.items()}
    origin = dict(state.origin)
    orders: Orders = {}
    log: list[tuple[int, str, Array]] = []
    for e, planned in enumerate(events):
        event = planned.event
        ended = active[:, e] & (_age(world.quarter, fired[:, e]) >= planned.length)
        if ended.any():  # before it may fire again
            active[:, e] &= ~ended
            if event.lasts is not None:
                _restore(event, e, base, settings, origin, ended)
                log.append((e, "ended", ended))
        fires, held[:, e] = _fires(planned, e, world, now, luck, active, fired, held[:, e])
        fired[:, e] = np.where(fires, world.quarter, fired[:, e])
        active[:, e] |= fires
        if fires.any():
            log.append((e, "fired", fires))
        _set(planned, e, base, settings, origin, active[:, e], fires, world.quarter - fired[:, e], world.runs)
        for name in event.repeals:
            _repeal(events, name, base, settings, origin, fired, active, fires, log)
        for i in range(len(event.acts)):
            _order(planned, i, base, orders, fires, world.runs)
    world = world.evolve(settings=settings, events=replace(state, fired=fired, active=active, held=held, origin=origin))
    return world, base.replace(settings), orders, log


def _age(quarter: int, fired: Array) -> Array:
    return np.where(fired >= 0, quarter - fired, 0)


def _fires(
    planned: Planned, e: int, world: World, now: Parameters, luck: Luck, active: Array, fired: Array, held: Array
) -> tuple[Array, Array]:
    """Which runs it fires in, [R] bool, and for how long its condition has held."""
    trigger = planned.event.trigger
    if isinstance(trigger, Dated):
        return np.broadcast_to(planned.at == world.quarter, held.shape), held
    if isinstance(trigger, Conditional):
        truth = evaluate(trigger.condition, lambda name, codes: measure(world, now, name, codes))
        held = np.where(np.broadcast_to(np.asarray(truth, dtype=bool), held.shape), held + 1, 0)
        return (held >= planned.holds) & (fired[:, e] < 0), held
    chance = planned.chance
    return (luck.uniform(f"event.{planned.event.name}", world.quarter) < chance) & ~active[:, e], held


def _set(
    planned: Planned,
    e: int,
    base: Parameters,
    settings: dict[str, Array],
    origin: dict[tuple[int, int], Array],
    active: Array,
    fires: Array,
    age: Array,
    runs: int,
) -> None:
    for i, change in enumerate(planned.event.changes):
        target, steps = planned.values[i], planned.steps
        table, cell = _cell(change.field, change.codes, base, settings, runs)
        current = table[cell]
        kept = origin.get((e, i), np.zeros(runs))
        kept = np.where(fires, current, kept)
        origin[e, i] = kept
        if isinstance(change.value, str):
            value: Array = target
            writes = active & (age == 0)
        else:
            way = kept + (target - kept) * ((age + 1) / steps)
            value = np.where(age + 1 < steps, way, target)  # what is reached is exact
            writes = active & (age < steps)
        table[cell] = np.where(writes, value, current)


def _restore(
    event: Event,
    e: int,
    base: Parameters,
    settings: dict[str, Array],
    origin: dict[tuple[int, int], Array],
    back: Array,
) -> None:
    """Values of an event return, in the runs `back` [R], to what they were when it fired."""
    for i, change in enumerate(event.changes):
        if (e, i) in origin:
            table, cell = _cell(change.field, change.codes, base, settings, len(back))
            table[cell] = np.where(back, origin[e, i], table[cell])


def _repeal(
    events: Timetable,
    name: str,
    base: Parameters,
    settings: dict[str, Array],
    origin: dict[tuple[int, int], Array],
    fired: Array,
    active: Array,
    fires: Array,
    log: list[tuple[int, str, Array]],
) -> None:
    """End another event: its settings return to what they were when it fired."""
    index = next(i for i, other in enumerate(events) if other.event.name == name)
    fallen = fires & (fired[:, index] >= 0)
    _restore(events[index].event, index, base, settings, origin, fallen)
    if (fallen & active[:, index]).any():
        log.append((index, "ended", fallen & active[:, index]))
    active[:, index] &= ~fallen


def _cell(
    name: str, codes: tuple[str, ...], base: Parameters, settings: dict[str, Array], runs: int
) -> tuple[Array, tuple[Any, ...]]:
    """The settings table of a field, made on first use, and the index of a cell for all runs."""
    if name not in settings:
        settings[name] = filled(getattr(base, name), runs)
    return settings[name], (slice(None), *base.structure.place(AXES[name], codes))


def _order(planned: Planned, i: int, base: Parameters, orders: Orders, fires: Array, runs: int) -> None:
    act, numbers = planned.event.acts[i], planned.numbers[i]
    axes, roles, number = _SHAPES[act.kind]
    cell: tuple[Any, ...] = (slice(None), *base.structure.place(axes, tuple(act.actors[role] for role in roles)))
    shape = (runs, *base.structure.shape(axes))
    if act.kind in _PACKAGES:
        package = orders.setdefault(act.kind, zeros(*shape, len(INSTRUMENTS)))
        for name, face in numbers.items():
            package[(*cell, INSTRUMENTS.index(name))] += np.where(fires, face, 0.0)
        return
    if act.kind not in orders:
        orders[act.kind] = zeros(*shape)
        for term in _TERMS.get(act.kind, ()):
            orders[f"{act.kind}.{term}"] = np.full(shape, np.nan, order="F")
    amount: Array | float = numbers[number] if number else 1.0
    table = orders[act.kind]
    adds = number == "amount"
    table[cell] = np.where(fires, table[cell] + amount if adds else amount, table[cell])
    for term in _TERMS.get(act.kind, ()):
        if term in numbers:
            stated = orders[f"{act.kind}.{term}"]
            stated[cell] = np.where(fires, numbers[term], stated[cell])


def start_of_events(events: Sequence[Event], runs: int) -> EventState:
    """No event has happened yet."""
    count = len(events)
    return EventState(
        fired=np.full((runs, count), -1, dtype=np.int64, order="F"),
        active=np.zeros((runs, count), dtype=bool, order="F"),
        held=np.zeros((runs, count), dtype=np.int64, order="F"),
        origin={},
    )
