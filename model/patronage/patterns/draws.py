"""Draws of all assumptions at once: a Latin hypercube over every range of the rules and of the built-in case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import qmc

from patronage.scenario import Event, Scenario, load_scenario
from patronage.scenario.catalogue import Field
from patronage.scenario.scenario import inside
from patronage.world.arrays import Array

from .ensembles import WITHDRAWAL, Cells, Variant


@dataclass(frozen=True)
class RangedPath:
    """A figure that is drawn, and its range in the unit of its field."""

    path: str
    low: float
    high: float


def ranges(scenario: Scenario) -> list[RangedPath]:
    """Rules with a plausible range, and figures of the scenario, events apart, with a range of their own.

    The catalogue's ranges for inputs of a scenario do not count: they would turn missions, rivalries and data into luck.
    """
    found = []
    for entry, path in scenario.cells():
        figure = scenario.figure(path)
        if figure.range is None or not (path.startswith("rules.") or own(entry, figure.range, figure.origin)):
            continue
        low, high = max(figure.range[0], entry.low), min(figure.range[1], entry.high)
        if low < high:
            found.append(RangedPath(path, low, high))
    return found


def own(entry: Field, span: tuple[float, float], origin: object) -> bool:
    """Whether a range stands beside the figure and is not the catalogue's."""
    return origin != "default" and (entry.plausible is None or span != tuple(map(float, entry.plausible)))


def event_ranges(scenario: Scenario) -> list[RangedPath]:
    """Figures of events with a range of their own."""
    fields = {path: entry for entry, path in scenario.cells()}
    found = []
    for path, figure in scenario.written.items():
        if path.startswith("events.") and figure.range is not None:
            target = fields.get(path.partition(".set.")[2])
            if target is None or own(target, figure.range, figure.origin):
                found.append(RangedPath(path, *figure.range))
    return found


@dataclass(frozen=True)
class Draws:
    """A Latin hypercube: for every draw the place of each figure within its range, 0 to 1.

    A scenario has its own ranges: the same draw puts a figure at the same place of each.
    """

    paths: tuple[str, ...]
    places: Array
    """[draw, path]."""

    @classmethod
    def make(cls, draws: int, seed: int, scenario: Scenario | None = None) -> Draws:
        """Equal numbers give equal draws. Over the ranges of `scenario`, else those of the built-in case."""
        scenario = scenario or load_scenario(WITHDRAWAL)
        paths = tuple(d.path for d in (*ranges(scenario), *event_ranges(scenario)))
        return cls(paths, qmc.LatinHypercube(len(paths), seed=np.random.default_rng(seed)).random(draws))

    def variants(self, ensemble: Variant, members: range) -> list[Scenario]:
        """The scenario of an ensemble at some draws."""
        loaded = load_scenario(ensemble.base, dict(ensemble.settings))
        return self.at(load_scenario(ensemble.base), loaded, members, ensemble)

    def scenarios(self, scenario: Scenario, members: range) -> list[Scenario]:
        """A scenario at some draws of its own ranges."""
        return self.at(scenario, scenario, members, Variant(scenario.name))

    def at(self, own_ranges: Scenario, loaded: Scenario, members: range, ensemble: Variant) -> list[Scenario]:
        """A loaded ensemble at some draws of the ranges of the scenario it varies."""
        figures = {d.path: d for d in ranges(own_ranges)}
        of_events = {d.path: d for d in event_ranges(own_ranges) if not _overruled(d.path, ensemble)}
        cells = Cells(loaded)
        out = []
        for draw in members:
            value = dict(zip(self.paths, self.places[draw].tolist(), strict=True))
            numbers = {
                cells.key(p): inside(cells.fields[p], _at(d, value[p])) for p, d in figures.items() if p in value
            }
            changed = {p: _at(d, value[p]) for p, d in of_events.items() if p in value}
            out.append(replace(ensemble.with_numbers(loaded, numbers), events=_events(loaded, cells, changed)))
        return out


def _at(drawn: RangedPath, place: float) -> float:
    return drawn.low + place * (drawn.high - drawn.low)


def _overruled(path: str, ensemble: Variant) -> bool:
    """Whether an ensemble sets or removes this figure of an event, or the whole event."""
    return any(path == s or path.startswith(f"{s}.") for s in ensemble.settings)


def _events(scenario: Scenario, cells: Cells, changed: Mapping[str, float]) -> tuple[Event, ...]:
    """Events with other durations (whole quarters) and other values."""
    out = []
    for event in scenario.events:
        head = f"events.{event.name}"
        over = round(changed[f"{head}.over"]) if f"{head}.over" in changed else event.over
        changes = tuple(
            replace(c, value=inside(cells.fields[c.path], changed[f"{head}.set.{c.path}"]))
            if f"{head}.set.{c.path}" in changed
            else c
            for c in event.changes
        )
        out.append(replace(event, over=over, changes=changes))
    return tuple(out)
