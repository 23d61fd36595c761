"""Hindcasts: forecasts from the past, as they could have been made, beside what came and what a naive forecast would have said.

For every origin: figures as known then, an ensemble with exogenous paths as they happened and one with them as extrapolated, links
and baselines fitted on the years up to the origin, forecasts, scores. A forecast is a function of `observed` up to its origin and of
ensembles begun no later; nothing else reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from patronage.scenario import Scenario
from patronage.scenario.events import Event
from patronage.world.arrays import Array

from ..data.bases import BaseList
from ..data.tables import DataError, Tables
from . import drifts
from .forecasting import forecast
from .futures import futures
from .origin import Origins, acts_after, calibrated
from .past import Forecast
from .scores import brier, coverage, judged, skills
from .summaries import NUMBERS, SCORED, Summaries, dyads_of, summarise
from .targets import TARGETS, observed

HORIZONS = (1, 3, 5, 10, 15)
COLUMNS = ("extrapolated", "happened")
"""Exogenous paths as extrapolated at the origin, and as they happened."""
TRAINING = 1996
"""First year of the training window: influence sums what came since 1992, and has filled by then."""
FEWEST = 5
"""Years a training window needs."""
ACTS = {
    "open_base": ("base", "holder", "host"), "close_base": ("base", "holder", "host"), "evict": ("base", "holder", "host"),
    "overthrow": ("irregular_exit", "", "state"), "transfer": ("military_aid", "from", "to"),
}  # fmt: skip
"""What dated acts of a scenario decide: target, patron, client."""


@dataclass(frozen=True)
class HindcastPlan:
    """What is forecast from when, with what."""

    scenario: Scenario
    tables: Tables
    bases: BaseList
    origins: tuple[int, ...]
    last: int
    """The last year scored."""
    horizons: tuple[int, ...] = HORIZONS
    first: int = TRAINING
    runs: int = 100
    seed: int = 1
    wanted: tuple[str, ...] = SCORED
    """Targets that are forecast."""

    @cached_property
    def begun(self) -> tuple[int, ...]:
        """Origins of ensembles: those scored, and every earlier one of the training window."""
        return tuple(range(self.first, max(self.origins) + 1))

    def years(self, origin: int) -> int:
        """Length of an ensemble."""
        return min(max(self.horizons), self.last - origin)

    @cached_property
    def observed(self) -> pd.DataFrame:
        """What came, up to the last year scored."""
        s = self.scenario
        found = observed(self.tables, s.patrons, s.clients, self.bases)
        return found[(found["year"] <= self.last) & found["target"].isin(self.wanted)]

    @cached_property
    def worldwide(self) -> pd.DataFrame:
        """How the index of each patron changed over all clients of the tables (`drifts.changes`)."""
        return drifts.changes(self.tables.until(self.last), self.scenario.patrons)

    @cached_property
    def source(self) -> Origins:
        return Origins(self.scenario, self.tables, self.bases, self.last)

    @property
    def size(self) -> int:
        """Run-quarters of all ensembles."""
        return sum(4 * self.years(o) * self.runs * len(COLUMNS) for o in self.begun)

    def check(self) -> None:
        """Raise DataError with everything that makes the plan impossible."""
        wrong = []
        first, s = min(self.origins), self.scenario
        if s.start // 4 > first + 1:
            begins = s.start // 4
            wrong.append(
                f"the scenario starts in {begins}: what it states was not known in {first}. Begin with {begins - 1}"
            )
        later = {p: year for p, (year, _) in calibrated(s).items() if year > first}
        if later:
            path, year = max(later.items(), key=lambda x: x[1])
            wrong.append(f"{path} was calibrated on data to {year}, after the first origin {first}: begin with {year}")
        if first - self.first < FEWEST:
            wrong.append(
                f"--training {self.first}: less than {FEWEST} years before the first origin {first}: "
                f"name {first - FEWEST} or an earlier year, or later origins"
            )
        if self.last <= max(self.origins):
            wrong.append(f"nothing after the origin {max(self.origins)} would be scored: the last year is {self.last}")
        if "fbic" not in set(self.observed["target"]):
            whom = f"{', '.join(s.patrons)} over {', '.join(s.clients)}"
            wrong.append(f"no column 'fbic_influence' with values of {whom} in dyad_year: influence cannot be scored")
        if wrong:
            raise DataError("\n".join(wrong))


@dataclass(frozen=True, repr=False)
class Hindcast:
    """Forecasts with what came, and their scores."""

    forecasts: pd.DataFrame
    """target, column, method, patron, client, origin, horizon, year, mean, median, low50 … high90, observed, score, pit."""
    links: pd.DataFrame
    """The measurement model of every target, column and origin."""
    unscored: pd.DataFrame
    """Outcomes that a dated event of the scenario decides."""
    skills: pd.DataFrame = field(default_factory=pd.DataFrame)
    coverage: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        origins = sorted(set(self.forecasts["origin"]))
        return f"<Hindcast: {len(self.forecasts)} forecasts from {len(origins)} origins, {origins[0]} to {origins[-1]}; see skills>"

    def _repr_html_(self) -> str:
        return str(self.skills.to_html(index=False))


def ensemble(
    plan: HindcastPlan, origin: int, column: str, progress: Callable[[int], None] | None = None
) -> dict[str, dict[str, Array]]:
    """What the model tells from one origin."""
    start = plan.source.at(origin)
    paths: Callable[[Scenario], tuple[Event, ...]]
    if column == "happened":
        happened = plan.source.afterwards(origin, start)
        paths = lambda run: happened  # noqa: E731
    else:
        paths = plan.source.extrapolated(origin, start)
    data = futures(start, paths, plan.runs, plan.seed, plan.years(origin), progress)
    return summarise(data, dyads_of(plan.observed))


def hindcast(
    plan: HindcastPlan, ensembles: Mapping[tuple[int, str], Summaries], progress: Callable[[int, int], None] | None = None
) -> Hindcast:
    """Forecasts from all origins, scored, and what the scores say. `ensembles`: by origin and column, for all origins of `plan.begun`.

    `progress` is told after each origin how many are done, of how many.
    """
    found = scored(plan, ensembles, progress)
    return replace(found, skills=skills(found.forecasts, plan.last), coverage=coverage(found.forecasts))


def scored(
    plan: HindcastPlan, ensembles: Mapping[tuple[int, str], Summaries], progress: Callable[[int, int], None] | None = None
) -> Hindcast:
    """The forecasts alone. DataError where influence is known in too few years."""
    by_column = {c: {o: t for (o, column), t in ensembles.items() if column == c} for c in COLUMNS}
    dyads = dyads_of(plan.observed)
    forecasts, links = [], []
    for done, origin in enumerate(plan.origins, start=1):
        known = plan.observed[plan.observed["year"] <= origin]
        drift = drifts.drift(plan.worldwide, plan.first, origin)
        for frame, found in forecast(known, by_column, origin, plan.horizons, plan.first, dyads, drift):
            forecasts.append(frame[frame["year"] <= plan.last])
            links += found
        if progress is not None:
            progress(done, len(plan.origins))
    unscored = decided(plan)
    if not any((frame["target"] == "fbic").any() for frame in forecasts):
        raise DataError(
            f"influence is known in too few years of the training window from {plan.first} on: name later origins"
        )
    rows = score(pd.concat(forecasts, ignore_index=True), plan.observed, unscored)
    if not rows[rows["target"] == "fbic"]["score"].notna().any():
        raise DataError(f"influence is known in no year that would be scored, up to {plan.last}")
    return Hindcast(rows, pd.DataFrame(links), unscored)


def came(observations: pd.DataFrame, target: str, rows: pd.DataFrame) -> Array:
    """What came of some forecasts; of events, whether any happened within the horizon. NaN where it is unknown."""
    mine = observations[observations["target"] == target]
    table = mine.set_index(["patron", "client", "year"])["value"].unstack("year")  # noqa: PD010
    years = np.arange(int(rows["origin"].min()), int(rows["year"].max()) + 1)
    values = table.reindex(columns=years).to_numpy(dtype=np.float64)
    place = table.index.get_indexer(pd.MultiIndex.from_frame(rows[["patron", "client"]]))
    first, last = (rows[c].to_numpy(dtype=int) - years[0] for c in ("origin", "year"))
    if TARGETS[target].kind != "event":
        return np.where(place >= 0, values[place, last], np.nan)
    known = np.isfinite(values)
    times, count = (np.cumsum(np.c_[np.zeros(len(x)), x], axis=1) for x in (np.where(known, values, 0.0), known))
    happened = times[place, last + 1] - times[place, first + 1]
    whole = count[place, last + 1] - count[place, first + 1] == last - first
    return np.where((place >= 0) & whole, (happened > 0).astype(np.float64), np.nan)


def score(forecasts: pd.DataFrame, observations: pd.DataFrame, unscored: pd.DataFrame) -> pd.DataFrame:
    """Forecasts with what came and their scores: CRPS of numbers, Brier of chances."""
    parts = []
    for target, rows in forecasts.groupby("target", sort=False):
        kind = TARGETS[str(target)].kind
        seen = came(observations, str(target), rows)
        mine = unscored[unscored["target"] == target]
        for patron, client, year in mine[["patron", "client", "year"]].itertuples(index=False):
            hit = (
                (rows["patron"] == patron)
                & (rows["client"] == client)
                & (rows["year"] >= year)
                & (rows["origin"] < year)
            )
            seen[hit.to_numpy()] = np.nan
        if str(target) in NUMBERS:
            made = judged_rows(kind, rows, seen)
        else:
            made = {"score": brier(rows["mean"].to_numpy(), seen)}
        parts.append(rows.assign(observed=seen, **made))
    order = ["target", "column", "method", "patron", "client", "origin", "horizon", "year"]
    whole = pd.concat(parts, ignore_index=True)
    if "pit" not in whole:
        whole["pit"] = np.nan
    return (
        whole[[*order, *(c for c in whole if c not in order)]].sort_values(order, kind="stable").reset_index(drop=True)
    )


def judged_rows(kind: str, rows: pd.DataFrame, seen: Array) -> dict[str, Array]:
    """CRPS and PIT of forecasts of numbers."""
    return judged(kind, Forecast(rows["centre"].to_numpy(), rows["variance"].to_numpy()), seen)


def decided(plan: HindcastPlan) -> pd.DataFrame:
    """Outcomes that dated events of the scenario decide after the first origin: from their year on they are not scored."""
    rows = []
    for act, year in acts_after(plan.scenario, min(plan.origins)):
        if act.kind in ACTS:
            target, holder, host = ACTS[act.kind]
            rows.append({
                "target": target, "patron": act.actors.get(holder, ""), "client": act.actors[host], "year": year,
                "reason": f"a dated event of the scenario: {act.kind}",
            })  # fmt: skip
    return pd.DataFrame(rows, columns=["target", "patron", "client", "year", "reason"])
