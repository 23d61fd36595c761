"""What a search asks: levers with prices, goals that are told over many futures, constraints; and the statistics themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..experiments.designs import Design
from ..experiments.experiment import Experiment
from ..experiments.factors import Factor, Value

Floats = npt.NDArray[np.float64]
Better = Literal["low", "high"]
COST = "cost"
"""Stands among the outcomes for what the levers cost and what `spending` adds."""
OVER = ("mean", "worst_tenth", "regret")
"""How a number of many futures becomes one: their mean, the mean of the worst tenth of them, the largest regret of any."""
TENTH = 10


@dataclass(frozen=True)
class PricedLever:
    """Something that somebody may choose, and what it costs."""

    factor: Factor
    price: float = 0.0
    """MUSD per unit above `free`; what lies below saves as much."""
    free: float = 0.0
    prices: tuple[float, ...] = ()
    """MUSD of each of the values of a choice."""
    step: float = 0.0
    """Numbers are multiples of it above the low end; 0: any number."""

    @property
    def name(self) -> str:
        return self.factor.name

    @property
    def count(self) -> int:
        """How many values it can take; 0: any number of a range."""
        f = self.factor
        if f.kind == "choice":
            return len(f.values)
        width = self.step or {"date": 0.25, "whole": 1.0}.get(f.sort, 0.0)
        return math.floor((f.high - f.low) / width + 1e-9) + 1 if width else 0

    def at(self, u: npt.ArrayLike) -> npt.NDArray[Any]:
        """Values for coordinates in [0, 1]."""
        if not self.step:
            return self.factor.at(u)
        index = np.minimum(np.floor(np.asarray(u, dtype=np.float64) * self.count), self.count - 1)
        return np.asarray(np.round(self.factor.low + self.step * index, 10))

    def middle(self, u: npt.ArrayLike) -> Floats:
        """Coordinates in the middle of what gives the same value, so that two that say the same are equal."""
        place = np.asarray(u, dtype=np.float64)
        if not self.count:
            return place
        return np.asarray((np.minimum(np.floor(place * self.count), self.count - 1) + 0.5) / self.count)

    def values(self) -> tuple[Value, ...]:
        """All values it can take. ValueError if they are not counted."""
        if not self.count:
            raise ValueError(f"{self.name} may be any number of its range: give it values or a step")
        found = self.at((np.arange(self.count) + 0.5) / self.count)
        return tuple(found.tolist())

    def place(self, value: Value) -> float | None:
        """A coordinate of a value; None where the lever cannot have it."""
        f = self.factor
        if self.count:
            held = self.values()
            return (held.index(value) + 0.5) / self.count if value in held else None
        found = (float(value) - f.low) / (f.high - f.low)
        return found if 0 <= found <= 1 else None

    def cost(self, values: pd.Series) -> Floats:
        """What values cost, in MUSD."""
        if self.prices:
            table = dict(zip(self.factor.values, self.prices, strict=True))
            return np.array([table[v] for v in values], dtype=np.float64)
        if not self.price:
            return np.zeros(len(values))
        return self.price * (values.to_numpy(dtype=np.float64) - self.free)


@dataclass(frozen=True)
class Goal:
    """A number that is told of a package, over all futures."""

    name: str
    of: str
    """An outcome, or `cost`."""
    better: Better
    over: str = "mean"
    sign: str = ""
    """`holds`: the share of futures in which the mean of their runs lies beyond `limit` on that side."""
    limit: float = math.nan

    @property
    def minimised(self) -> bool:
        """Whether less of the number is better; of a regret it always is."""
        return (self.better == "low" and not self.sign) or self.over == "regret"

    def statistic(self, table: Floats, best: Floats | None = None) -> Floats:
        """The number, from means by future [..., futures].

        `best`: what was reached best in each future, from which regret is counted; the best of the rows unless given.
        """
        if self.sign:
            beyond = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less}[self.sign]
            return np.asarray(np.where(np.isnan(table).any(axis=-1), np.nan, beyond(table, self.limit).mean(axis=-1)))
        if self.over == "worst_tenth":
            worst = math.ceil(table.shape[-1] / TENTH)
            ordered = np.sort(table, axis=-1)
            return np.asarray((ordered[..., -worst:] if self.better == "low" else ordered[..., :worst]).mean(axis=-1))
        if self.over == "regret":
            return np.asarray(self.regrets(table, self.best(table) if best is None else best).max(axis=-1))
        return np.asarray(table.mean(axis=-1))

    def best(self, table: Floats) -> Floats:
        """The best of some packages [packages, futures] in each future."""
        known = np.where(np.isnan(table), np.inf if self.better == "low" else -np.inf, table)
        return np.asarray(known.min(axis=0) if self.better == "low" else known.max(axis=0))

    def regrets(self, table: Floats, best: Floats) -> Floats:
        """By how much each future falls short of the best [..., futures]."""
        return table - best if self.better == "low" else best - table


@dataclass(frozen=True)
class Constraint:
    """A goal that must lie on one side of a bound."""

    goal: Goal
    bound: float
    at_least: bool

    @property
    def name(self) -> str:
        return self.goal.name

    def excess(self, levels: Floats) -> Floats:
        """By how much it is broken; 0 or less where it is kept, infinite where nobody knows."""
        found = self.bound - levels if self.at_least else levels - self.bound
        return np.where(np.isnan(levels), np.inf, found)


@dataclass(frozen=True, eq=False)
class Search:
    """Everything a search file says, resolved."""

    experiment: Experiment
    """Scenario, levers and uncertainties as factors, replications, outcomes; its design draws the futures."""
    levers: tuple[PricedLever, ...]
    objectives: tuple[Goal, ...]
    constraints: tuple[Constraint, ...]
    spending: tuple[str, ...]
    """Outcomes, in MUSD, that count as cost besides the prices of levers."""
    population: int
    generations: int
    search_seed: int
    candidates: int
    """Packages near the front, at most, that meet a second luck."""
    validate: int
    """Runs of every candidate with it, divided among the futures; 0: the front is taken as it was found."""
    confirm: int
    """Runs with fresh luck for every package of the front, divided among the futures; 0: none."""
    last: int
    """The last quarter that is simulated."""

    @property
    def name(self) -> str:
        return self.experiment.name

    @property
    def futures(self) -> pd.DataFrame:
        """A row per future, a column per theory and uncertainty; one row and no column where nothing is uncertain.

        Every combination of theories meets every draw of the uncertainties.
        """
        e = self.experiment
        if not (e.theories or e.uncertainties):
            return pd.DataFrame(index=pd.RangeIndex(1, name="future"))
        drawn = replace(e.design, crossed=bool(e.theories)) if e.uncertainties else Design("grid")
        return drawn.table((*e.theories, *e.uncertainties)).rename_axis("future")

    @property
    def goals(self) -> tuple[Goal, ...]:
        """All that is told of a package: objectives, then what constraints ask."""
        return (*self.objectives, *(c.goal for c in self.constraints))

    @property
    def evaluations(self) -> int:
        """Packages that are simulated, at most."""
        return self.population * self.generations

    @property
    def runs_each(self) -> int:
        """Runs of one package."""
        return len(self.futures) * self.experiment.replications

    def divided(self, runs: int) -> int:
        """So many runs, or as few more as it takes, in each future."""
        return -(-runs // len(self.futures))

    @property
    def runs_chosen(self) -> int:
        """Runs that choose the front, at most."""
        return min(self.candidates, self.evaluations) * self.divided(self.validate) * len(self.futures)

    @property
    def runs_told(self) -> int:
        """Runs that tell the front again, at most."""
        most = min(self.candidates, self.evaluations) if self.validate else self.population
        return most * self.divided(self.confirm) * len(self.futures)

    def packages(self, u: Floats) -> pd.DataFrame:
        """Values of levers for coordinates [packages, levers] in the unit cube."""
        return pd.DataFrame({
            x.name: np.array(x.at(u[:, i]).tolist(), dtype=np.float64 if x.factor.numeric else object)
            for i, x in enumerate(self.levers)
        })  # fmt: skip

    def grid(self) -> pd.DataFrame:
        """Every package there is. ValueError if a lever may be any number of a range."""
        rows = list(product(*(x.values() for x in self.levers)))
        return pd.DataFrame({x.name: [row[i] for row in rows] for i, x in enumerate(self.levers)})

    def standing(self) -> Floats | None:
        """Coordinates of the scenario as it stands; None where some lever cannot be as it is."""
        found = [None if x.factor.base is None else x.place(x.factor.base) for x in self.levers]
        return None if None in found else np.array(found, dtype=np.float64)

    def settings(self, package: Mapping[str, Any]) -> dict[str, Value]:
        """What a package sets, as `--set` takes it."""
        return {path: value for x in self.levers for path, value in x.factor.settings(package[x.name]).items()}

    def prices(self, packages: pd.DataFrame) -> Floats:
        """What the levers of each package cost, in MUSD."""
        return np.asarray(sum((x.cost(packages[x.name]) for x in self.levers), np.zeros(len(packages))))

    def tables(self, packages: pd.DataFrame, runs: Mapping[str, Floats]) -> dict[str, Floats]:
        """Means by future [packages, futures] of everything a goal may be about; `runs`: outcomes [packages, futures, runs]."""
        found = {name: known_mean(values) for name, values in runs.items()}
        bill = np.repeat(self.prices(packages)[:, None], len(self.futures), axis=1)
        return found | {COST: sum((found[name] for name in self.spending), bill)}


def known_mean(values: Floats) -> Floats:
    """Means over the last axis of what exists; NaN where nothing does."""
    known = np.isfinite(values)
    count = known.sum(axis=-1)
    return np.asarray(np.where(known, values, 0.0).sum(axis=-1) / np.where(count > 0, count, np.nan))


def statistics_of(goals: Sequence[Goal], tables: Mapping[str, Floats]) -> pd.DataFrame:
    """A row per package, a column per goal."""
    return pd.DataFrame({g.name: g.statistic(tables[g.of]) for g in goals})
