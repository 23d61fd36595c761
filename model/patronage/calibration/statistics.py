"""What is compared: linear functionals of yearly series, the same for the observed world and for simulated ones.

For each target a dyad (or a client) gives, over the years in which it was observed within the window,

    level      the mean
    contrast   the mean less that of the same patron's other dyads: for an index whose level differs from the model's by construction
    change     the mean of the last third less that of the first third

Nothing later than the window is read, and the model is read in the years that were observed. `spread` says how far a year of a
target strays from its own trend: a statistic is not held to more than that (the model's discrepancy).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit

from patronage.driving import Start
from patronage.scenario import Scenario
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.simulation import series_of
from patronage.world.arrays import Array
from patronage.world.structure import Structure

from .posterior import Floats

FEWEST_LEVEL, FEWEST_CHANGE = 3, 6
"""Years that a mean and a change need."""
ARMS = INSTRUMENTS.index("arms")
MANY = np.sqrt(2.0)
"""A change is a difference of two means."""


@dataclass(frozen=True)
class Observable:
    """How a target is read off the model, and what is asked of it."""

    target: str
    axes: str
    """PC or C."""
    variable: str
    """What is kept of every quarter."""
    read: Callable[[Array], Array]
    """[R, T, P, C] or [R, T, C] from the variable."""
    gather: str
    """How four quarters become a year: mean, sum, last or any."""
    change: Callable[[Floats], Floats]
    """What is taken of the yearly values."""
    kinds: tuple[str, ...]
    least: float
    """The least spread."""
    free: bool = False
    """Its scale is unknown: a slope between model and index is estimated with the parameters."""
    doc: str = ""


def _same(x: Floats) -> Floats:
    return x


def _logit(x: Floats) -> Floats:
    return np.asarray(logit(np.clip(x, 0.01, 0.99)))


def _as_it_is(x: Array) -> Array:
    return x


def _share_of_all(stock: Array) -> Array:
    whole = stock.sum(axis=-2, keepdims=True)
    return np.where(whole > 0, stock / np.where(whole > 0, whole, 1.0), 0.0)


OBSERVABLES: dict[str, Observable] = {
    o.target: o
    for o in (
        Observable(
            "fbic", "PC", "share", _as_it_is, "mean", _logit, ("contrast", "change"), 0.1, True,
            "share of influence against FBIC, both as logits, up to a slope",
        ),
        Observable(
            "ideal_point", "C", "position", lambda x: x[..., 0], "mean", _same, ("level", "change"), 0.05,
            doc="ideal point",
        ),
        Observable(
            "arms_share", "PC", "arms", _share_of_all, "mean", _same, ("level",), 0.05,
            doc="part of the stock of arms",
        ),
        Observable(
            "military_aid", "PC", "delivered", lambda x: x[..., ARMS], "sum", np.log1p, ("level", "change"), 0.1,
            doc="arms delivered in a year, log(1 + MUSD)",
        ),
        Observable("base", "PC", "base", _as_it_is, "last", _same, ("level",), 0.1, doc="a base at the end of the year"),
        Observable(
            "irregular_exit", "C", "overthrow", _as_it_is, "any", _same, ("level",), 0.05, doc="overthrows, share of years"
        ),
    )
}  # fmt: skip
"""By target; the names are those of the observed targets."""


@dataclass(frozen=True)
class Part:
    """The statistics of one target."""

    target: str
    dyads: tuple[tuple[str, str], ...]
    """Patron (empty for a client's own series) and client."""
    weights: Floats
    """[statistic, dyad, year]: the functional."""
    kinds: tuple[str, ...]
    """Per statistic."""
    of: tuple[int, ...]
    """Per statistic, its dyad."""
    spread: float
    """Standard deviation of a year about the trend of its dyad, pooled."""

    @property
    def names(self) -> tuple[str, ...]:
        """`fbic change RUS KGZ`."""
        return tuple(
            " ".join([self.target, kind, *(c for c in self.dyads[d] if c)]) for kind, d in zip(self.kinds, self.of, strict=True)
        )

    @property
    def discrepancy(self) -> Floats:
        return np.array([self.spread * (MANY if k == "change" else 1.0) for k in self.kinds])

    def apply(self, values: Floats) -> Floats:
        """Statistics [..., statistic] of transformed yearly values [..., dyad, year]; unknown values must be 0."""
        return np.einsum("sdy,...dy->...s", self.weights, values)


@dataclass(frozen=True)
class SummaryStatistics:
    """Everything that is compared, and the observed values."""

    first: int
    last: int
    """Years of the window that are simulated."""
    parts: tuple[Part, ...]
    observed: Floats

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(n for part in self.parts for n in part.names)

    @cached_property
    def discrepancy(self) -> Floats:
        return np.concatenate([part.discrepancy for part in self.parts])

    def of(self, targets: Collection[str]) -> npt.NDArray[np.bool_]:
        """Which statistics are those of some targets."""
        return np.array([part.target in targets for part in self.parts for _ in part.names])

    @property
    def key(self) -> list[Any]:
        """What simulations depend on."""
        parts = [(p.target, p.dyads, p.kinds, p.of, p.weights.tobytes().hex()) for p in self.parts]
        return [self.first, self.last, parts]

    @property
    def facts(self) -> list[Any]:
        """What results depend on."""
        numbers = [x.tobytes().hex() for x in (self.observed, self.discrepancy)]
        return [self.names, *numbers, [p.weights.tobytes().hex() for p in self.parts]]

    def asked(self, scenario: Scenario) -> Scenario:
        """The scenario as it is: series can be read of any."""
        return scenario

    def read(self, start: Start) -> Floats:
        """Statistics [run, statistic] of the runs of a start."""
        until, structure = min(start.scenario.end, 4 * self.last + 3), start.structure
        return np.concatenate([
            gathered(self, structure, quarterly, start.scenario.start) for _, quarterly in series_of(start, until, wanted(self))
        ])  # fmt: skip

    def noise(self, runs: int, seed: int, weighted: bool = False) -> Floats:
        """Disturbances [run, statistic], as large as the discrepancies; all weigh the same."""
        return np.random.default_rng([seed, 20]).standard_normal((runs, len(self.names))) * self.discrepancy

    @cached_property
    def free(self) -> Mapping[str, Array]:
        """Targets of unknown scale → which statistics are theirs."""
        owner = np.array([part.target for part in self.parts for _ in part.names])
        return {part.target: owner == part.target for part in self.parts if OBSERVABLES[part.target].free}


class NothingToCompareError(ValueError):
    """The data say nothing about the window."""


def statistics_of(observed: pd.DataFrame, scenario: Scenario, last: int) -> SummaryStatistics:
    """The statistics that the observed targets (target, patron, client, year, value) allow up to the year `last`.

    Dyads that a dated event of the scenario decides are left out: the model does not explain what it was told.

    Raises NothingToCompareError if nothing is known of any dyad.
    """
    first = scenario.start // 4 + (1 if scenario.start % 4 else 0)
    ordered_dyads = ordered(scenario, last)
    known = observed[(observed["year"] >= first) & (observed["year"] <= last)]
    parts, values = [], []
    for name, observable in OBSERVABLES.items():
        rows = known[known["target"] == name]
        wide = rows.pivot_table(index=["patron", "client"], columns="year", values="value", aggfunc="first")
        wide = wide.reindex(columns=range(first, last + 1))
        keep = [k for k in wide.index if (name, *k) not in ordered_dyads and _counts(k, observable, scenario)]
        part = _part(observable, wide.loc[keep].notna(), wide.loc[keep]) if keep else None
        if part is not None:
            parts.append(part)
            values.append(part.apply(_known(observable, wide.loc[list(part.dyads)].to_numpy(dtype=np.float64))))
    if not parts:
        raise NothingToCompareError(f"the data hold nothing about these patrons and clients from {first} to {last}")
    return SummaryStatistics(first, last, tuple(parts), np.concatenate(values))


def _counts(dyad: tuple[str, str], observable: Observable, scenario: Scenario) -> bool:
    """Whether the scenario has that client and, for a dyad, that patron."""
    patron, client = dyad
    return client in scenario.clients and (observable.axes == "C" or (patron in scenario.patrons and patron != client))


def _known(observable: Observable, values: Floats) -> Floats:
    return np.where(np.isnan(values), 0.0, observable.change(np.where(np.isnan(values), 0.5, values)))


def ordered(scenario: Scenario, last: int) -> set[tuple[str, str, str]]:
    """(target, patron, client) of what acts of dated events decide up to a year: bases opened and closed, regimes overthrown."""
    found: set[tuple[str, str, str]] = set()
    for event in scenario.events:
        quarter = getattr(event.trigger, "quarter", None)
        for act in event.acts if quarter is not None and quarter // 4 <= last else ():
            if act.kind in ("open_base", "close_base", "evict"):
                found.add(("base", act.actors["holder"], act.actors["host"]))
            if act.kind == "overthrow":
                found.add(("irregular_exit", "", act.actors["state"]))
            if act.kind == "transfer":
                found.add(("arms_share", act.actors["from"], act.actors["to"]))
    return found


def _part(observable: Observable, there: pd.DataFrame, values: pd.DataFrame) -> Part | None:
    """The functionals of one target: weights over dyads and years."""
    mask = there.to_numpy()
    rows: list[tuple[str, int, Floats]] = []
    years = mask.shape[1]
    means = np.where(mask, 1.0, 0.0) / np.maximum(1, mask.sum(axis=1))[:, None]
    enough = mask.sum(axis=1) >= FEWEST_LEVEL
    for d in range(len(mask)):
        if not enough[d]:
            continue
        single = np.zeros((len(mask), years))
        single[d] = means[d]
        if "level" in observable.kinds:
            rows.append(("level", d, single))
        if "contrast" in observable.kinds:
            peers = [e for e in range(len(mask)) if enough[e] and there.index[e][0] == there.index[d][0]]
            if len(peers) > 2 or (len(peers) == 2 and d == peers[0]):
                rest = np.zeros_like(single)
                rest[peers] = means[peers] / len(peers)
                rows.append(("contrast", d, single - rest))
        if "change" in observable.kinds and mask[d].sum() >= FEWEST_CHANGE:
            rows.append(("change", d, _thirds(mask, d)))
    if not rows:
        return None
    kinds, of, weights = zip(*rows, strict=True)
    spread = _spread(observable, mask, values.to_numpy(dtype=np.float64))
    dyads = tuple((str(p), str(c)) for p, c in there.index)
    return Part(observable.target, dyads, np.stack(weights), kinds, of, spread)


def _thirds(mask: Array, dyad: int) -> Floats:
    known = np.flatnonzero(mask[dyad])
    size = -(-len(known) // 3)
    out = np.zeros(mask.shape)
    out[dyad, known[-size:]] += 1 / size
    out[dyad, known[:size]] -= 1 / size
    return out


def _spread(observable: Observable, mask: Array, values: Floats) -> float:
    """Root mean square of what is left of each dyad's years after its own straight line."""
    left: list[Floats] = []
    for there, row in zip(mask, _known(observable, values), strict=True):
        years = np.flatnonzero(there).astype(np.float64)
        if len(years) >= FEWEST_CHANGE:
            line = np.polyfit(years, row[there], 1)
            left.append(row[there] - np.polyval(line, years))
    found = np.concatenate(left) if left else np.zeros(1)
    return max(observable.least, float(np.sqrt((found**2).mean())))


def wanted(statistics: SummaryStatistics) -> tuple[str, ...]:
    """Variables that the statistics are read off."""
    return tuple(dict.fromkeys(OBSERVABLES[part.target].variable for part in statistics.parts))


def gathered(statistics: SummaryStatistics, structure: Structure, quarterly: Mapping[str, Array], start: int) -> Floats:
    """The statistics [run, statistic] of runs of which variables [run, quarter, ...] are known from quarter `start` on."""
    found = []
    for part in statistics.parts:
        observable = OBSERVABLES[part.target]
        series = observable.read(quarterly[observable.variable])[(slice(None), slice(None), *_cells(part, structure))]
        found.append(part.apply(observable.change(by_year(series, observable.gather, start, statistics))))
    return np.concatenate(found, axis=1)


def by_year(series: Array, gather: str, start: int, statistics: SummaryStatistics) -> Floats:
    """[run, dyad, year] from [run, quarter, dyad]; years that were not simulated are 0."""
    runs, quarters, dyads = series.shape
    out = np.zeros((runs, dyads, statistics.last - statistics.first + 1))
    for t in range(quarters):
        year, quarter = divmod(start + t, 4)
        at = year - statistics.first
        if not 0 <= at < out.shape[2]:
            continue
        now = series[:, t]
        if gather == "any":
            out[:, :, at] = np.maximum(out[:, :, at], now)
        elif gather == "last":
            out[:, :, at] = now if quarter == 3 else out[:, :, at]
        else:
            out[:, :, at] += now / 4 if gather == "mean" else now
    return out


def _cells(part: Part, structure: Structure) -> tuple[Any, ...]:
    """Places of the dyads on the axes of the model's arrays."""
    clients = [structure.clients.index(c) for _, c in part.dyads]
    if OBSERVABLES[part.target].axes == "C":
        return (clients,)
    return [structure.patrons.index(p) for p, _ in part.dyads], clients
