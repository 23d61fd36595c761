"""What may be calibrated: figures and rules with a plausible range, each uniform over its range before anything is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from patronage.patterns.draws import ranges
from patronage.patterns.ensembles import Cells
from patronage.scenario import Scenario
from patronage.scenario.scenario import inside

from .posterior import Floats

SLOPE = "measurement.{}.slope"
SLOPES = (0.3, 3.0)
"""Prior range of the slope between a share of the model and an index, log-uniform."""


@dataclass(frozen=True)
class Parameter:
    """A figure with its prior, in the unit of its field."""

    path: str
    low: float
    high: float
    value: float
    """In force now."""
    unit: str


def candidates(scenario: Scenario) -> tuple[Parameter, ...]:
    """Rules with a plausible range and figures with a range of their own, events apart, in the order of the catalogue."""
    found = []
    for drawn in ranges(scenario):
        figure = scenario.figure(drawn.path)
        found.append(Parameter(drawn.path, drawn.low, drawn.high, figure.value, figure.unit))
    return tuple(found)


def variants(scenario: Scenario, parameters: Sequence[Parameter], values: Floats) -> list[Scenario]:
    """The scenario at values [point, parameter] in the units of the fields."""
    cells = Cells(scenario)
    keys = [cells.key(p.path) for p in parameters]
    factors = [inside(cells.fields[p.path], 1.0) for p in parameters]
    numbers = values * np.array(factors)
    return [
        replace(scenario, numbers={**scenario.numbers, **dict(zip(keys, row, strict=True))}) for row in numbers.tolist()
    ]


STEPS = 64
"""Steps into which ranges of delivered shares are cut: the engine tabulates their quantiles for every value there is."""


def at(parameters: Sequence[Parameter], cube: Floats) -> Floats:
    """Values at places [point, parameter] of the unit cube; those of delivered shares in steps."""
    low, high = (np.array([getattr(p, end) for p in parameters]) for end in ("low", "high"))
    stepped = np.array([".delivery." in p.path and ".quarters" not in p.path for p in parameters])
    place = np.where(stepped, (np.floor(np.minimum(cube, 1 - 1e-9) * STEPS) + 0.5) / STEPS, cube)
    return np.asarray(low + (high - low) * place)
