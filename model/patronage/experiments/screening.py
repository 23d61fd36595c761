"""Which assumptions matter most: a two-stage screening with common luck, cheap enough for every report.

First all assumed figures are moved at once, at random to the low or high end of their ranges, in mirrored pairs
of runs that share their luck (what one has low the other has high): luck and all even effects cancel in the
difference of a pair, and a forward selection reads off the figures that explain most of it. Then those few are
moved one at a time, low against high, again with shared luck; what is reported comes from this second stage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from patronage.results.ensemble import mean_interval
from patronage.results.worth import kind_of_outcome, least, stated_of, tells
from patronage.scenario import Scenario
from patronage.scenario.catalogue import Field
from patronage.scenario.entities import is_assumed
from patronage.scenario.scenario import inside
from patronage.simulation import simulate

PAIRS = 64
"""Mirrored pairs of runs in the first stage."""
FINALISTS = 12
REPLICATIONS = 8
"""Pairs of runs for each finalist in the second stage."""

Numbers = dict[tuple[str, tuple[str, ...]], float]
"""Values in the engine's units, by field and codes."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumed figure and the range it could as well have, in the unit of its field."""

    path: str
    field: Field
    codes: tuple[str, ...]
    value: float
    low: float
    high: float


def factors(scenario: Scenario) -> list[Assumption]:
    """All assumed figures and rules with a range that is more than a point, in the order of the catalogue."""
    found = []
    for field, path in scenario.cells():
        figure = scenario.figure(path)
        rule = path.startswith("rules.")
        assumed = rule or (figure.origin != "default" and is_assumed(figure.source))
        if figure.range is None or not assumed:
            continue
        low, high = max(figure.range[0], field.low), min(figure.range[1], field.high)
        if low < high:
            found.append(Assumption(path, field, codes_in(path, field), figure.value, low, high))
    return found


def asked(scenario: Scenario) -> list[str]:
    """Outcomes by which assumptions are ranked: those that answer the question, or all where none is marked so."""
    return [n for n, o in scenario.outcomes.items() if o.answers] or list(scenario.outcomes)


def codes_in(path: str, field: Field) -> tuple[str, ...]:
    """The actors and axes a path names."""
    return tuple(
        code for code, part in zip(path.split("."), field.path.split("."), strict=True) if part.startswith("{")
    )


def screen(
    scenario: Scenario, *, seed: int, until: int, pairs: int = PAIRS, progress: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """Rank the assumptions by how far they move the outcomes that answer the question; all where none is marked so.

    Returns a row per finalist: path, value, low, high, unit, outcome (the one it moves most), effect (change of its
    mean from low to high) with its 95 % interval, reach (effect over the spread of the outcome across runs, or over the
    smallest difference worth telling where that is more), tells (the interval lies on one side of 0, and the effect is worth telling).

    Runs in which an outcome has no value are left out of what is said of it. `progress` is called as `simulate` calls it.
    """
    moved = factors(scenario)
    if not moved or not scenario.outcomes or pairs < 2:
        return _ranking([], [], {})
    rng = np.random.default_rng(seed)
    half = np.repeat([1.0, -1.0], -(-pairs // 2))[:pairs]
    signs = np.stack([rng.permutation(half) for _ in moved], axis=1)
    plus, minus = (_simulate(scenario, [_at(moved, s * row) for row in signs], seed, until, progress) for s in (1, -1))
    both = np.concatenate([plus, minus])
    smallest = _smallest(scenario, both)
    spread = np.maximum(_spread(both), [max(1e-9, x) for x in smallest.values()])
    gaps = (plus - minus) / spread
    # A pair without a value on both sides says nothing: it gets the mean of the others, which the selection takes out.
    middle = mean_interval(gaps)[0]
    chosen = _select(signs, np.where(np.isfinite(gaps), gaps, np.where(np.isfinite(middle), middle, 0.0)), FINALISTS)
    finalists = [moved[j] for j in chosen]
    return _ranking(one_at_a_time(scenario, finalists, seed, until, spread, progress), finalists, smallest)


def _at(moved: Sequence[Assumption], signs: npt.NDArray[Any]) -> Numbers:
    """Every factor at its low (sign < 0) or high end, in the engine's units."""
    ends = [f.high if s > 0 else f.low for f, s in zip(moved, signs, strict=True)]
    return {(f.field.name, f.codes): inside(f.field, end) for f, end in zip(moved, ends, strict=True)}


def _simulate(
    scenario: Scenario, variants: Sequence[Numbers], seed: int, until: int, progress: Callable[[int], None] | None = None
) -> npt.NDArray[np.float64]:
    """Outcomes asked for [run, outcome], a run per variant, replications numbered from 0; NaN where one has no value."""
    worlds = [replace(scenario, numbers={**scenario.numbers, **numbers}) for numbers in variants]
    result = simulate(scenario, len(worlds), seed, record="lean", until=until, variants=worlds, progress=progress)
    values = result.outcomes[asked(scenario)].to_numpy(dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _smallest(scenario: Scenario, values: npt.NDArray[Any]) -> dict[str, float]:
    """The smallest difference of every outcome that is worth telling."""
    sizes = np.abs(np.where(np.isfinite(values), values, 0.0)).max(axis=0)
    names = asked(scenario)
    kinds = [kind_of_outcome(scenario.outcomes[n], x) for n, x in zip(names, values.T, strict=True)]
    return {n: least(kind, size, stated_of(scenario.outcomes[n])) for n, kind, size in zip(names, kinds, sizes, strict=True)}


def _spread(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Standard deviation of the values there are, by column; 0 of fewer than two."""
    return np.array([x[np.isfinite(x)].std() if np.isfinite(x).sum() > 1 else 0.0 for x in values.T])


def _select(signs: npt.NDArray[Any], differences: npt.NDArray[Any], most: int) -> list[int]:
    """Forward selection: again and again the factor that explains most of what is left of all outcomes together."""
    left = differences - differences.mean(axis=0)
    columns = signs - signs.mean(axis=0)
    norm = np.maximum((columns**2).sum(axis=0), 1e-12)
    chosen: list[int] = []
    for _ in range(min(most, signs.shape[1], signs.shape[0] - 2)):
        gain = ((columns.T @ left) ** 2).sum(axis=1) / norm
        gain[chosen] = -1.0
        chosen.append(int(np.argmax(gain)))
        basis = columns[:, chosen]
        fit, *_ = np.linalg.lstsq(basis, differences - differences.mean(axis=0), rcond=None)
        left = differences - differences.mean(axis=0) - basis @ fit
    return chosen


def one_at_a_time(
    scenario: Scenario, finalists: Sequence[Assumption], seed: int, until: int, spread: npt.NDArray[Any],
    progress: Callable[[int], None] | None = None,
) -> list[tuple[str, float, float, float, float]]:
    """For each finalist the outcome asked for that it moves most: name, effect, interval, reach."""
    names = asked(scenario)
    low, high = (
        _simulate(scenario, [_at([f], np.array([end])) for f in finalists for _ in range(REPLICATIONS)], seed, until, progress)
        for end in (-1, 1)
    )
    found = []
    for i in range(len(finalists)):
        rows = slice(i * REPLICATIONS, (i + 1) * REPLICATIONS)
        mean, below, above = mean_interval(high[rows] - low[rows])
        reach = np.abs(mean) / spread
        top = int(np.argmax(np.where(np.isfinite(reach), reach, -1.0)))
        found.append((names[top], float(mean[top]), float(below[top]), float(above[top]), float(reach[top])))
    return found


def _ranking(
    effects: Sequence[tuple[str, float, float, float, float]],
    finalists: Sequence[Assumption],
    smallest: Mapping[str, float],
) -> pd.DataFrame:
    rows = [
        (
            f.path,
            f.value,
            f.low,
            f.high,
            f.field.unit,
            f.field.doc,
            outcome,
            effect,
            low,
            high,
            reach,
            bool(tells(effect, low, high, smallest[outcome])),
        )
        for f, (outcome, effect, low, high, reach) in zip(finalists, effects, strict=True)
    ]
    columns = [
        "path",
        "value",
        "low",
        "high",
        "unit",
        "doc",
        "outcome",
        "effect",
        "effect_low",
        "effect_high",
        "reach",
        "tells",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("reach", ascending=False, kind="stable").reset_index(drop=True)
