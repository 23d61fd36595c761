"""Attribution: an outcome, or the difference of two, divided among parts by their Shapley values, with the same luck throughout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..results.ensemble import mean_interval
from ..results.worth import kind_of_outcome, least, stated_of
from ..scenario import Outcome, Scenario, load_scenario
from ..scenario.problems import nearest
from . import shapley
from .coalitions import Ensembles, pace, simulate_coalitions
from .deals import LARGEST, Game, Voiding, voiding
from .parts import KINDS, AttributionError, Swapping, game_of

EXACT = 10
"""Parts up to which every coalition is simulated."""
ORDERS = 40
"""Orders drawn where there are more."""
RUNS = 200


@dataclass(frozen=True)
class Plan:
    """What is to be simulated."""

    game: Game
    over: str
    outcome: Outcome
    runs: int
    seed: int
    orders: tuple[shapley.Order, ...]
    """Drawn at random; empty where all coalitions are simulated."""
    condition: Outcome | None = None
    """What the outcome is given, if anything."""

    @property
    def how(self) -> str:
        return "swap" if isinstance(self.game, Swapping) else "switch"

    @cached_property
    def coalitions(self) -> tuple[int, ...]:
        """The coalitions, as numbers whose bit i says whether part i is in it."""
        n = len(self.game.parts)
        if self.orders:
            return tuple(shapley.needed(n, self.orders))
        return tuple(sorted(range(1 << n), key=lambda c: (c.bit_count(), c)))

    @property
    def simulations(self) -> int:
        """Runs in all, those of both scenarios counted."""
        return len(self.coalitions) * self.game.sides * self.runs


@dataclass(frozen=True, repr=False)
class Attribution:
    """The parts of a whole."""

    plan: Plan
    scenarios: tuple[Scenario, ...]
    """The one whose level, or the two whose difference is divided."""
    used: int
    """Runs in which the outcome exists in every coalition; only these count."""
    exact: dict[str, Fraction]
    """Part → its value. The values add up to `whole - base` without any rounding."""
    base: Fraction
    """With none of the parts."""
    whole: Fraction
    """With all of them."""
    parts: pd.DataFrame
    """A row a part, in order: `value` with its 95 % interval (`low`, `high`), `alone` (what it adds to none of the others), `last`
    (what it adds to all others), `tells`: the interval lies on one side of zero and the value is worth telling."""
    interactions: pd.DataFrame
    """A row a pair of parts: `first`, `second`, `value` with its interval; empty where coalitions were sampled."""
    coalitions: pd.DataFrame
    """A row a coalition: a column a part (1: it is in), and the mean."""
    change: tuple[float, float]
    """The 95 % interval of `whole - base`."""
    values: npt.NDArray[np.float64]
    """[coalitions, sides, runs] the outcome; NaN where it does not exist."""

    def __repr__(self) -> str:
        return str(import_module("patronage.reports.attribution").attribution_text(self))

    def _repr_html_(self) -> str:
        return str(import_module("patronage.reports.notebook").text_html(repr(self)))

    @property
    def total(self) -> Fraction:
        """What is divided: `whole - base`."""
        return self.whole - self.base


def attribute(
    first: Scenario | str | Path,
    second: Scenario | str | Path | None = None,
    *,
    outcome: str,
    over: str,
    how: str | None = None,
    only: Sequence[str] = (),
    largest: int = LARGEST,
    runs: int = RUNS,
    seed: int = 1,
    orders: int | None = None,
    out: str | Path | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Attribution:
    """Divide an outcome of a scenario, or its paired difference between two, among parts.

    Args:
        first: a scenario, or the name or file of one.
        second: another; then `first` minus `second` is divided.
        outcome: an outcome of `first`.
        over: "events", "mechanisms", "instruments", "actors" or "deals".
        how: "swap" exchanges what the two differ in; "switch" switches parts off, in both. None: swap where they differ in such parts.
        only: these parts alone; other differences are one part more, other things stay on. Deals also by patterns: "*.KGZ.*".
        largest: groups of deals that have a part of their own, by their worth in MUSD; all others are one part more.
        runs: replications, numbered from 0, the same in every coalition.
        seed: names the luck.
        orders: orders of the parts to draw; None: all coalitions for up to 10 parts, else 40 orders.
        out: a folder to keep the runs in and to go on from; None: only in memory.
        workers: processes.
        progress: told (run-quarters done, in all).

    Raises:
        AttributionError: the question cannot be asked of these scenarios.
        FolderError: `out` holds something else.
        NotFiniteError: a run whose numbers run away.
    """
    plan = plan_of(
        first, second, outcome=outcome, over=over, how=how, only=only, largest=largest, runs=runs, seed=seed, orders=orders
    )  # fmt: skip
    return attributed(plan, simulated(plan, out=out, workers=workers, progress=progress))


def simulated(
    plan: Plan,
    *,
    out: str | Path | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> npt.NDArray[np.float64]:
    """The outcome [coalitions, sides, runs] of a plan; arguments as of `attribute`."""
    shared = Ensembles(plan.game, plan.outcome, plan.seed, plan.condition)
    return simulate_coalitions(shared, plan.coalitions, plan.runs, out=out, workers=workers, progress=progress)


def seconds_of(plan: Plan, workers: int) -> float:
    """How long a plan takes, from a few runs that are simulated now."""
    return pace(Ensembles(plan.game, plan.outcome, plan.seed, plan.condition), plan.coalitions, plan.runs) / workers


def plan_of(
    first: Scenario | str | Path,
    second: Scenario | str | Path | None = None,
    *,
    outcome: str,
    over: str,
    how: str | None = None,
    only: Sequence[str] = (),
    largest: int = LARGEST,
    runs: int = RUNS,
    seed: int = 1,
    orders: int | None = None,
) -> Plan:
    """What `attribute` would simulate; arguments as there. Raises AttributionError."""
    a, b = (s if s is None or isinstance(s, Scenario) else load_scenario(s) for s in (first, second))
    assert a is not None
    if runs < 1:
        raise AttributionError("runs must be at least 1")
    if largest < 1:
        raise AttributionError("largest must be at least 1")
    if orders is not None and orders < 2:
        raise AttributionError("orders must be at least 2: each is drawn with its reverse")
    if outcome not in a.outcomes:
        raise AttributionError(f"{a.name} has no outcome {outcome!r}. {nearest(outcome, list(a.outcomes))}".strip())
    asked = a.outcomes[outcome]
    condition = a.outcomes.get(asked.given)
    for s in (a, b):
        read = [o for o in (asked, condition) if s is not None and o is not None]
        if s is not None and not all(s.start <= o.first <= o.last <= s.end for o in read):
            raise AttributionError(f"{outcome} is read beyond the period of {s.name}")
    if over not in KINDS:
        raise AttributionError(f"over {over}: choose one of {', '.join(KINDS)}")
    if how not in (None, "swap", "switch"):
        raise AttributionError(f"how {how}: choose swap or switch")
    game: Game
    if over == "deals":
        if how == "swap":
            raise AttributionError("deals are switched off, in both scenarios: they cannot be swapped")
        last = max(o.last for o in (asked, condition) if o is not None)
        game = voiding((a,) if b is None else (a, b), only, largest, runs=runs, seed=seed, until=last)
    else:
        game = game_of(a, b, over, how, only)
    n = len(game.parts)
    count = orders if orders is not None else (0 if n <= EXACT else ORDERS)
    return Plan(game, over, asked, runs, seed, tuple(shapley.orders(n, count, seed)), condition)


def attributed(plan: Plan, found: npt.NDArray[np.float64]) -> Attribution:
    """The values, from the outcome [coalitions, sides, runs]."""
    game, n = plan.game, len(plan.game.parts)
    every = (1 << n) - 1
    known = np.isfinite(found).all(axis=(0, 1))
    if not known.any():
        raise AttributionError(f"{plan.outcome.name} exists in no run of all coalitions: there is nothing to divide")
    sides = found[:, :, known]
    by_run = dict(zip(plan.coalitions, sides[:, 0] - sides[:, 1] if game.sides == 2 else sides[:, 0], strict=True))
    means = {c: shapley.mean_of(v) for c, v in by_run.items()}
    if plan.orders:
        values, half = shapley.sampled(n, means, plan.orders), shapley.sampled_half(n, by_run, plan.orders)
        pairs = {}
    else:
        values, half = shapley.exact(n, means), shapley.half_of(shapley.exact_by_run(n, by_run))
        pairs = shapley.interactions_by_run(n, by_run)
    _, low, high = mean_interval(by_run[every] - by_run[0])
    return Attribution(
        plan, (game.first, game.second) if isinstance(game, Swapping) else game.scenarios, int(known.sum()),
        dict(zip(game.parts, values, strict=True)), means[0], means[every],
        _parts_frame(plan, values, half, means, sides), _pairs_frame(game.parts, pairs), _coalitions_frame(plan, means),
        (float(low), float(high)), found,
    )  # fmt: skip


def _parts_frame(
    plan: Plan, values: list[Fraction], half: shapley.Floats, means: shapley.Means, sides: npt.NDArray[np.float64]
) -> pd.DataFrame:
    n = len(values)
    every = (1 << n) - 1
    value = np.array([float(v) for v in values])
    smallest = least(kind_of_outcome(plan.outcome, sides.ravel()), float(np.abs(sides.mean(axis=2)).max()), stated_of(plan.outcome))
    return pd.DataFrame({
        "part": plan.game.parts,
        "value": value,
        "low": value - half,
        "high": value + half,
        "alone": [float(means[1 << i] - means[0]) for i in range(n)],
        "last": [float(means[every] - means[every ^ 1 << i]) for i in range(n)],
        "tells": (np.abs(value) > half) & (np.abs(value) >= smallest),
        **({"worth": plan.game.worth} if isinstance(plan.game, Voiding) else {}),
    })  # fmt: skip


def _pairs_frame(parts: Sequence[str], pairs: dict[tuple[int, int], shapley.Floats]) -> pd.DataFrame:
    rows = []
    for (i, j), by_run in pairs.items():
        value = float(shapley.mean_of(by_run))
        half = float(shapley.half_of(by_run[None])[0])
        rows.append((parts[i], parts[j], value, value - half, value + half))
    return pd.DataFrame(rows, columns=["first", "second", "value", "low", "high"])


def _coalitions_frame(plan: Plan, means: shapley.Means) -> pd.DataFrame:
    columns = {p: [c >> i & 1 for c in plan.coalitions] for i, p in enumerate(plan.game.parts)}
    return pd.DataFrame({**columns, "mean": [float(means[c]) for c in plan.coalitions]})
