"""Hindcasts: forecasts from the past, as they could have been made, beside what came and what a naive forecast would have said.

For every origin: figures as known then, an ensemble with exogenous paths as they happened and one with them as extrapolated, links
and baselines fitted on the years up to the origin, forecasts, scores. A forecast is a function of `observed` up to its origin and of
ensembles begun no later; nothing else reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from patronage.scenario import Scenario
from patronage.scenario.events import Event
from patronage.world.arrays import Array

from ..data.bases import BaseList
from ..data.tables import DataError, Tables
from . import baselines, chances, measurement
from .futures import futures
from .origin import Origins, acts_after, calibrated
from .past import Forecast, Past
from .scores import brier, coverage, described, judged, skills
from .summaries import NUMBERS, Told, dyads_of, path_of, told
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
class Plan:
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
        return found[found["year"] <= self.last]

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


@dataclass(frozen=True)
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


def ensemble(
    plan: Plan, origin: int, column: str, progress: Callable[[int], None] | None = None
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
    return told(data, dyads_of(plan.observed))


def hindcast(plan: Plan, ensembles: Mapping[tuple[int, str], Told]) -> Hindcast:
    """Forecasts from all origins, scored. `ensembles`: by origin and column, for all origins of `plan.begun`."""
    forecasts, links = [], []
    for column in COLUMNS:
        for origin in plan.origins:
            mine = {o: t for (o, c), t in ensembles.items() if c == column and o <= origin}
            known = plan.observed[plan.observed["year"] <= origin]
            for frame, link in forecast(known, mine, origin, plan.horizons, plan.first, dyads_of(plan.observed)):
                forecasts.append(frame[frame["year"] <= plan.last].assign(column=column))
                links.append({"column": column, "origin": origin} | link)
    unscored = decided(plan)
    if not any((frame["target"] == "fbic").any() for frame in forecasts):
        raise DataError(
            f"influence is known in too few years of the training window from {plan.first} on: name later origins"
        )
    scored = score(pd.concat(forecasts, ignore_index=True), plan.observed, unscored)
    if not scored[scored["target"] == "fbic"]["score"].notna().any():
        raise DataError(f"influence is known in no year that would be scored, up to {plan.last}")
    return Hindcast(scored, pd.DataFrame(links), unscored, skills(scored), coverage(scored))


def forecast(
    known: pd.DataFrame,
    ensembles: Mapping[int, Told],
    origin: int,
    horizons: Sequence[int],
    first: int,
    dyads: Mapping[str, Sequence[tuple[str, str]]],
) -> Iterator[tuple[pd.DataFrame, dict[str, object]]]:
    """Forecasts of every target from one origin, and their links. `known`: what was observed up to the origin."""
    for target, pairs in dyads.items():
        past = Past.of(known, target, TARGETS[target].kind, first, origin, pairs)
        try:
            if target in NUMBERS:
                yield _numbers(target, past, ensembles, origin, horizons)
            else:
                yield _chances(target, past, ensembles, origin, horizons)
        except DataError:
            continue  # too little is known by then; the target has no forecasts from this origin


def _frame(
    target: str, method: str, past: Past, origin: int, horizon: int, columns: Mapping[str, Array]
) -> pd.DataFrame:
    patrons, clients = zip(*past.dyads, strict=True)
    frame = pd.DataFrame({"patron": patrons, "client": clients, **columns}).assign(
        target=target, method=method, origin=origin, horizon=horizon, year=origin + horizon
    )
    return frame[np.isfinite(past.now)]


def _numbers(
    target: str, past: Past, ensembles: Mapping[int, Told], origin: int, horizons: Sequence[int]
) -> tuple[pd.DataFrame, dict[str, object]]:
    pairs = past.pairs(max(horizons))
    paths = {o: path_of(t, target) for o, t in ensembles.items()}
    link = measurement.fit(past, pairs, {o: p for o, p in paths.items() if o < origin})
    fitted = {name: baselines.fit(name, past, pairs) for name in baselines.BASELINES}
    frames = []
    for h in (h for h in horizons if h <= paths[origin].mean.shape[1]):
        made = {name: baselines.forecast(*f, past, h) for name, f in fitted.items()}
        made["model"] = measurement.forecast(link, paths[origin], past, h)
        for method, f in made.items():
            inside = {"centre": f.centre, "variance": f.variance} | described(past.kind, f)
            frames.append(_frame(target, method, past, origin, h, inside))
    numbers = {
        "k": link.k,
        "kappa": link.kappa,
        "sigma": link.spread.sigma,
        "tau": link.spread.tau,
        "pairs": len(pairs.h),
    }
    return pd.concat(frames, ignore_index=True), {"target": target, **numbers}


def _chances(
    target: str, past: Past, ensembles: Mapping[int, Told], origin: int, horizons: Sequence[int]
) -> tuple[pd.DataFrame, dict[str, object]]:
    own = {o: t[target]["chance"] for o, t in ensembles.items()}
    frames, k, count = [], np.nan, 0
    if target == "base":
        pairs = past.pairs(max(horizons))
        k, count = chances.link(past, pairs, {o: c for o, c in own.items() if o < origin}), len(pairs.h)
    for h in (h for h in horizons if h <= len(own[origin])):
        if target == "base":
            made = chances.states(past, pairs, h) | {"model": past.now + k * (own[origin][h - 1] - past.now)}
        else:
            made = chances.events(past, h) | {"model": own[origin][h - 1]}
        frames += [_frame(target, method, past, origin, h, {"mean": p}) for method, p in made.items()]
    return pd.concat(frames, ignore_index=True), {"target": target, "k": k, "pairs": count}


def came(observations: pd.DataFrame, target: str, rows: pd.DataFrame) -> Array:
    """What came of some forecasts; of events, whether any happened within the horizon. NaN where it is unknown."""
    mine = observations[observations["target"] == target].set_index(["patron", "client", "year"])["value"].to_dict()
    out = np.full(len(rows), np.nan)
    keys = rows[["patron", "client", "origin", "year"]].itertuples(index=False)
    for i, (patron, client, origin, year) in enumerate(keys):
        first = origin + 1 if TARGETS[target].kind == "event" else year
        out[i] = max(mine.get((patron, client, y), np.nan) for y in range(first, year + 1))
        if any((patron, client, y) not in mine for y in range(first, year + 1)):
            out[i] = np.nan
    return out


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


def decided(plan: Plan) -> pd.DataFrame:
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
