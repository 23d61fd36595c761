"""Draws of all assumptions at once: a Latin hypercube over every range of the rules and of the built-in case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from patronage.scenario import Scenario, load_scenario
from patronage.scenario.catalogue import Field
from patronage.scenario.scenario import inside
from patronage.world.arrays import Array

from .ensembles import WITHDRAWAL, Cells, Ensemble, Numbers

GROUP = 20
"""Draws that share the figures of events, so that they can be simulated in one batch."""


@dataclass(frozen=True)
class Drawn:
    """A figure that is drawn, and its range in the unit of its field."""

    path: str
    low: float
    high: float


def ranges(scenario: Scenario) -> list[Drawn]:
    """Rules with a plausible range, and figures of the scenario with a range of their own, events apart.

    The catalogue's ranges for inputs of a scenario do not count: they would turn missions, rivalries and data into luck.
    """
    found = []
    for entry, path in scenario.cells():
        figure = scenario.figure(path)
        if figure.range is None or not (path.startswith("rules.") or own(entry, figure.range, figure.origin)):
            continue
        low, high = max(figure.range[0], entry.low), min(figure.range[1], entry.high)
        if low < high:
            found.append(Drawn(path, low, high))
    return found


def own(entry: Field, span: tuple[float, float], origin: object) -> bool:
    """Whether a range stands beside the figure and is not the catalogue's."""
    return origin != "default" and (entry.plausible is None or span != tuple(map(float, entry.plausible)))


def event_ranges(scenario: Scenario) -> list[Drawn]:
    """Figures of events with a range of their own."""
    fields = {path: entry for entry, path in scenario.cells()}
    found = []
    for path, figure in scenario.written.items():
        if path.startswith("events.") and figure.range is not None:
            target = fields.get(path.partition(".set.")[2])
            if target is None or own(target, figure.range, figure.origin):
                found.append(Drawn(path, *figure.range))
    return found


@dataclass(frozen=True)
class Draws:
    """A hypercube of draws over the figures, and one of groups over the figures of events."""

    figures: list[Drawn]
    of_events: list[Drawn]
    points: Array
    """[draw, figure] in the unit of the field."""
    event_points: Array
    """[group, figure of events]."""

    @classmethod
    def make(cls, draws: int, seed: int) -> Draws:
        """Equal numbers give equal draws."""
        scenario = load_scenario(WITHDRAWAL)
        figures, of_events = ranges(scenario), event_ranges(scenario)
        groups = -(-draws // GROUP)
        points = _cube(figures, draws, np.random.default_rng([seed, 1]))
        return cls(figures, of_events, points, _cube(of_events, groups, np.random.default_rng([seed, 2])))

    def settings(self, group: int) -> dict[str, str]:
        """Figures of events of a group, as `--set` takes them; lengths are whole quarters."""
        out = {}
        for drawn, value in zip(self.of_events, self.event_points[group], strict=True):
            whole = drawn.path.endswith((".over", ".for"))
            out[drawn.path] = str(round(value)) if whole else f"{value:.6g}"
        return out

    def members(self, group: int) -> range:
        """Numbers of the draws of a group."""
        return range(group * GROUP, min((group + 1) * GROUP, len(self.points)))

    def variants(self, ensemble: Ensemble, group: int, members: range) -> list[Scenario]:
        """An ensemble's scenario at some draws of a group."""
        more = {path: value for path, value in self.settings(group).items() if not _overruled(path, ensemble)}
        loaded = load_scenario(ensemble.base, {**more, **ensemble.settings})
        cells = Cells(loaded)
        return [ensemble.with_numbers(loaded, self._numbers(cells, draw)) for draw in members]

    def _numbers(self, cells: Cells, draw: int) -> Numbers:
        values = zip(self.figures, self.points[draw], strict=True)
        return {cells.key(d.path): inside(cells.fields[d.path], float(value)) for d, value in values}


def _overruled(path: str, ensemble: Ensemble) -> bool:
    """Whether an ensemble sets, removes or lacks this figure of an event."""
    if any(path == s or path.startswith(f"{s}.") for s in ensemble.settings):
        return True
    return path not in load_scenario(ensemble.base).written


def _cube(figures: list[Drawn], number: int, rng: np.random.Generator) -> Array:
    unit = qmc.LatinHypercube(len(figures), seed=rng).random(number)
    low, high = np.array([f.low for f in figures]), np.array([f.high for f in figures])
    return np.asarray(low + unit * (high - low))
