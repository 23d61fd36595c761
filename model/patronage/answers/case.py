"""What is analysed: design points, outcomes by point and run, and what the columns mean.

Everything in this room works on such frames, wherever they come from: a sweep, a spreadsheet, another model. A *lever* is a
choice somebody has, an *uncertainty* a number nobody knows; a *future* is one value of every uncertainty, a *setting* one of
every lever. Runs with the same number share their luck at every point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from patronage.results.worth import kind_of, least

Floats = npt.NDArray[np.float64]


class AnalysisError(ValueError):
    """An analysis that these data do not allow; the message says why."""


def spread(column: pd.Series[Any], axis: str) -> pd.DataFrame:
    """A column indexed by point and `axis` as a table, `axis` across."""
    return column.unstack(axis)  # noqa: PD010  # pivot_table would aggregate, and takes ten times as long


@dataclass(frozen=True)
class Variable:
    """A factor of the design: a column of `points`."""

    name: str
    role: str = "uncertainty"
    """lever, uncertainty, theory or scenario."""
    values: tuple[Any, ...] = ()
    """Of a choice: its words, in order. Empty for a number."""
    low: float = np.nan
    high: float = np.nan
    """Of a number: the ends of its range."""
    label: str = ""
    unit: str = ""
    quarter: bool = False
    """The number is a date: a year with its fraction, 2012Q2 is 2012.25."""
    whole: bool = False
    """The number is a whole one, such as a number of quarters."""

    @property
    def step(self) -> float:
        """The least by which it can change; 0 if by anything."""
        return 0.25 if self.quarter else float(self.whole)

    @property
    def choice(self) -> bool:
        return bool(self.values)

    @property
    def title(self) -> str:
        return self.label or self.name.replace("_", " ")


@dataclass(frozen=True)
class Aim:
    """An outcome: what it is called, and what of it is wanted."""

    name: str
    label: str = ""
    unit: str = ""
    truth: bool = False
    """0 or 1 in every run, so that its mean is a share of runs."""
    prefer: str = "high"
    """high or low: which is better, for regret."""
    sign: str = ""
    """One of > >= < <=; empty where nobody stated what counts."""
    limit: float = np.nan
    """The outcome counts where it is `sign` `limit`."""
    stated: bool = False
    """Somebody stated the limit; otherwise it was taken from the values."""
    kind: str = ""
    """What it is measured in, for the smallest difference worth telling (`results.worth`); empty: taken from `unit` and `truth`."""
    given: bool = False
    """It exists only in runs in which something else is true, as its label says."""
    smallest: float = 0.0
    """What somebody stated as the smallest difference that matters; 0 where nobody did."""

    @property
    def title(self) -> str:
        return self.label or self.name.replace("_", " ")

    def holds(self, values: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Where it counts."""
        x = np.asarray(values, dtype=np.float64)
        tests = {">": x > self.limit, ">=": x >= self.limit, "<": x < self.limit, "<=": x <= self.limit}
        return np.asarray(tests[self.sign])


@dataclass(frozen=True)
class Case:
    """Points, outcomes, and what they mean."""

    points: pd.DataFrame
    """A row per design point, a column per variable."""
    outcomes: pd.DataFrame
    """Index (point, run), a column per outcome."""
    variables: tuple[Variable, ...] = ()
    aims: tuple[Aim, ...] = ()
    series: pd.DataFrame | None = None
    """Index (point, run, quarter), a column per measure."""
    design: str = ""
    """sobol or morris where the points are such a design, in its order; anything else is taken as it comes."""
    size: int = 0
    """Points the design had, failed ones included; 0: as many as there are."""
    levels: int = 4
    """Of a Morris design."""
    second_order: bool = False
    """A Sobol design that also has the rows for second-order indices."""
    measures: Mapping[str, str] = field(default_factory=dict)
    """Labels of the columns of `series`."""
    missing: int = 0
    """Points of the design that were not simulated yet, or not wholly; they did not fail."""
    remarks: tuple[str, ...] = ()
    """What a reader must know of where the data come from, in sentences."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Methods that these data do not allow → why."""
    unmoved: tuple[str, ...] | None = None
    """Variables that moved no outcome of any run when each was changed alone; None where nobody has tried."""

    @cached_property
    def levers(self) -> tuple[Variable, ...]:
        return tuple(v for v in self.variables if v.role == "lever")

    @cached_property
    def uncertainties(self) -> tuple[Variable, ...]:
        return tuple(v for v in self.variables if v.role != "lever")

    def variable(self, name: str) -> Variable:
        return next(v for v in self.variables if v.name == name)

    def aim(self, name: str) -> Aim:
        return next(a for a in self.aims if a.name == name)

    @cached_property
    def values(self) -> pd.DataFrame:
        """The outcomes with NaN for what is no number in a run, such as what was divided by nothing."""
        return self.outcomes.where(np.isfinite(self.outcomes.astype(np.float64)))

    def known(self, outcome: str) -> Floats:
        """The values of the runs in which an outcome exists, all points together."""
        found = self.values[outcome].to_numpy(dtype=np.float64)
        return found[np.isfinite(found)]

    def least(self, outcome: str) -> float:
        """The smallest difference of an outcome that is worth telling."""
        aim = self.aim(outcome)
        return least(
            aim.kind or kind_of(aim.unit, truth=aim.truth), float(np.abs(self.known(outcome)).max(initial=0.0)), aim.smallest
        )

    def matrix(self, outcome: str) -> Floats:
        """Values [point, run] in the order of `points`; NaN where a run is missing or has no value."""
        return spread(self.values[outcome], "run").reindex(self.points.index).to_numpy(dtype=np.float64)

    def means(self, outcome: str) -> Floats:
        """Mean over runs, by point; NaN for a point without any."""
        values = self.matrix(outcome)
        known = np.isfinite(values)
        counts = known.sum(axis=1)
        return np.asarray(np.where(known, values, 0.0).sum(axis=1) / np.where(counts, counts, np.nan))

    @cached_property
    def futures(self) -> npt.NDArray[np.int64]:
        """The number of every point's future, from 0; without levers, every point is its own."""
        names = [v.name for v in self.uncertainties]
        if not names or not self.levers:
            return np.arange(len(self.points))
        return self.points.groupby(names, sort=False, dropna=False).ngroup().to_numpy()

    def apart(self, variable: Variable, values: Floats) -> tuple[Floats, Floats]:
        """A variable and values [point, …] by what is independent: futures, for an uncertainty crossed with levers.

        The same future under several settings is one draw of its uncertainties, not several; their values are averaged.
        """
        x = self.points[variable.name]
        column = (x.map({w: i for i, w in enumerate(variable.values)}) if variable.choice else x).to_numpy(dtype=float)
        if variable.role == "lever" or len(self.futures) == self.futures.max() + 1:
            return column, values
        first = pd.Series(np.arange(len(column))).groupby(self.futures, sort=True).first().to_numpy()
        means = pd.DataFrame(values).groupby(self.futures, sort=True).mean().to_numpy()
        return column[first], means.reshape(len(first), *values.shape[1:])

    @property
    def blocks(self) -> int:
        """Base samples of a Sobol design, trajectories of one of Morris."""
        k = len(self.variables)
        length = k + 1 if self.design == "morris" else 2 * k + 2 if self.second_order else k + 2
        return (self.size or len(self.points)) // length

    @property
    def runs(self) -> int:
        """Replications of the point that has most."""
        return int(self.outcomes.groupby(level="point").size().max()) if len(self.outcomes) else 0


def case_of(
    points: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    levers: Sequence[str] = (),
    variables: Sequence[Variable] = (),
    aims: Sequence[Aim] = (),
    **more: Any,
) -> Case:
    """A case from plain frames. What is not described is read off the values.

    Parameters: `points` a row per point; `outcomes` indexed by (point, run), or by point for one run each; `levers` the
    columns somebody chooses; `variables`, `aims` descriptions, where the names alone do not do; `more` fields of `Case`.
    """
    frame = points.rename_axis(index="point")
    if outcomes.index.nlevels == 1:
        index = pd.MultiIndex.from_arrays([outcomes.index, np.zeros(len(outcomes), dtype=int)])
        outcomes = outcomes.set_axis(index)
    outcomes = outcomes.rename_axis(index=["point", "run"])
    by_name = {v.name: v for v in variables}
    found = tuple(by_name.get(str(c)) or _variable(str(c), frame[c], str(c) in levers) for c in frame.columns)
    stated = {a.name: a for a in aims}
    wanted = tuple(completed(stated.get(str(c), Aim(str(c))), outcomes[c].to_numpy(dtype=float)) for c in outcomes)
    return Case(frame, outcomes, found, wanted, **more)


def _variable(name: str, column: pd.Series[Any], lever: bool) -> Variable:
    role = "lever" if lever else "uncertainty"
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return Variable(name, role, low=float(column.min()), high=float(column.max()))
    return Variable(name, role, values=tuple(dict.fromkeys(column.tolist())))


def completed(aim: Aim, values: Floats) -> Aim:
    """An aim with what the values tell: whether it is a truth, and what counts where nobody has said so.

    A truth counts where it holds; anything else where it is in the best quarter of the runs in which it exists.
    """
    known = values[np.isfinite(values)]
    truth = aim.truth or (known.size > 0 and set(np.unique(known)) <= {0.0, 1.0})
    if aim.sign:
        return replace(aim, truth=truth)
    high = aim.prefer != "low"
    if truth:
        return replace(aim, truth=True, sign=">=" if high else "<", limit=0.5)
    edge = float(np.quantile(known, 0.75 if high else 0.25)) if known.size else np.nan
    beyond = bool((known > edge).any() if high else (known < edge).any())
    sign = (">" if high else "<") if beyond else (">=" if high else "<=")
    return replace(aim, truth=False, sign=sign, limit=edge)


def noise_share(values: Floats) -> float:
    """Share of the variance of point means that is luck, 0 to 1; NaN with one run a point or equal means.

    `values` [point, run]. What a run adds at every point alike (its luck is shared) is no noise among points and is taken out.
    """
    known = values[np.isfinite(values).all(axis=1)]
    points, runs = known.shape
    if runs < 2 or points < 2:
        return float("nan")
    means = known.mean(axis=1)
    spread = float(means.var(ddof=1))
    if spread <= 1e-24 * max(1.0, float(np.abs(known).max()) ** 2):
        return float("nan")
    rest = known - means[:, None] - known.mean(axis=0) + known.mean()
    return min(1.0, float((rest**2).sum()) / ((points - 1) * (runs - 1)) / runs / spread)
