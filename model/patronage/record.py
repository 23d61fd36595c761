"""Phase 13: what is kept of every quarter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from .engine import Happened
from .ledger import ledger_frame
from .result import Result
from .scenario.catalogue import CHANNELS, INSTRUMENTS
from .scenario.conditions import Node, evaluate
from .scenario.quarters import quarter_name
from .world.arrays import Array, total
from .world.deals import Rows
from .world.measures import concentration, measure, spent
from .world.parameters import Parameters
from .world.state import World
from .world.structure import Structure

if TYPE_CHECKING:
    from .scenario import Outcome, Scenario

Reading = Callable[[World, Parameters], Array]

_DIMS = {"P": "patron", "C": "client", "B": "bloc", "K": "instrument", "N": "channel", "O": "axis"}


def _plain(name: str) -> Reading:
    return lambda w, p: getattr(w, name)


LEAN: dict[str, tuple[str, type, Reading, str]] = {
    "share": ("PC", np.float64, _plain("share"), "1"),
    "base": ("PC", np.bool_, _plain("base"), "bool"),
}
STANDARD: dict[str, tuple[str, type, Reading, str]] = LEAN | {
    "rent": ("PC", np.float32, _plain("rent"), "MUSD/yr"),
    "promised": ("PCK", np.float32, lambda w, p: w.offered + w.packaged, "MUSD/quarter"),
    "delivered": ("PCK", np.float32, _plain("delivered"), "MUSD/quarter"),
    "rent_paid": ("PC", np.float32, _plain("rent_paid"), "MUSD/quarter"),
    "surplus": ("PC", np.float32, _plain("transferred"), "MUSD/quarter"),
    "notice": ("PC", np.int8, _plain("notice"), "quarter"),
    **{k: ("PC", np.float32, _plain(k), "1") for k in ("influence", "reputation", "grievance", "campaign", "sanction")},
    "effort": ("PC", np.float32, _plain("effort"), "MUSD/quarter"),
    **{k: ("PC", np.float32, _plain(k), "MUSD") for k in ("debt", "arms", "capital", "presence")},
    "gdp": ("C", np.float32, lambda w, p: 4.0 * w.gdp, "MUSD/yr"),
    **{
        k: ("C", np.float32, _plain(k), "1")
        for k in ("growth", "threat", "insecurity", "openness", "coalition", "legitimacy")
    },
    "autonomy": ("C", np.float32, lambda w, p: 1.0 - total(w.share, 1), "1"),
    "overthrow": ("C", np.bool_, _plain("overthrow"), "bool"),
    "turnover": ("C", np.bool_, _plain("turnover"), "bool"),
    "position": ("CO", np.float32, _plain("position"), "1"),
    "budget": ("P", np.float32, lambda w, p: 4.0 * w.budget, "MUSD/yr"),
    "spent": ("P", np.float32, lambda w, p: 4.0 * spent(w, p), "MUSD/yr"),
    "unspent": ("P", np.float32, lambda w, p: 4.0 * w.unspent, "MUSD/yr"),
    "mode": ("P", np.int8, _plain("mode"), "0 sphere, 1 client state"),
    "concentration": ("P", np.float32, lambda w, p: concentration(w.effort), "1"),
    "mission": ("P", np.float32, lambda w, p: p.mission, "1"),
    "member": ("BC", np.bool_, _plain("member"), "bool"),
    "cohesion": ("B", np.float32, _plain("cohesion"), "1"),
    "force": ("B", np.float32, _plain("force"), "MUSD/yr"),
}
FULL = STANDARD | {"by_channel": ("PCN", np.float32, _plain("channel"), "1")}

LEVELS: dict[str, dict[str, tuple[str, type, Reading, str]]] = {
    "outcomes": {},
    "lean": LEAN,
    "standard": STANDARD,
    "full": FULL,
}
"""Variables kept: axes after run and quarter, type, how to read them, unit. At "outcomes" no ledger is kept either."""


LARGEST = 1e37
"""Beyond this a number is as good as infinite: tables are in 32 bits, which end at 3.4e38."""


class NotFiniteError(ArithmeticError):
    """A simulation that left the numbers; the message names run, quarter and variable."""


@dataclass(frozen=True)
class Unlimited:
    """A run that left the numbers: where it is among the runs, when, and in what."""

    run: int
    quarter: int
    variable: str

    def __str__(self) -> str:
        return f"{self.variable} is not finite in {quarter_name(self.quarter)}: noise, growth or rates are too large"


def unlimited(world: World, known: Collection[int] = (), at: int = 0) -> Iterator[Unlimited]:
    """Runs of a world, numbered from `at`, in which a variable is no finite number, but for those already `known`."""
    seen = set(known)
    for name, value in vars(world).items():
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.size:
            continue
        if value.min() >= -LARGEST and value.max() <= LARGEST:  # false of a NaN, too
            continue
        right = np.abs(value) <= LARGEST
        for row in np.flatnonzero(~right.reshape(len(right), -1).all(axis=1)):
            run = int(row) + at
            if run not in seen:
                seen.add(run)
                yield Unlimited(run, world.quarter, name.replace("_", " "))


class Recorder:
    """Gathers an ensemble, chunk of runs by chunk, quarter by quarter."""

    def __init__(
        self,
        scenario: Scenario,
        structure: Structure,
        seed: int,
        replications: Array,
        last: int,
        record: str,
        series: Mapping[str, Node] | None = None,
    ) -> None:
        """`replications` [R] names the runs; `series` are expressions kept for every quarter."""
        self.scenario, self.structure, self.seed, self.replications = scenario, structure, seed, replications
        self.quarters = list(range(scenario.start, last + 1))
        lengths = {"K": len(INSTRUMENTS), "N": len(CHANNELS)}
        self.readings = LEVELS[record]
        runs = len(replications)
        self.arrays: dict[str, Array] = {
            name: np.zeros(
                (runs, len(self.quarters), *(lengths.get(a) or structure.shape(a)[0] for a in axes)),
                dtype=kind,
                order="F",
            )
            for name, (axes, kind, _, _) in self.readings.items()
        }
        self.outcomes = {name: np.full(runs, np.nan) for name in scenario.outcomes}
        self.expressions = dict(series or {})
        self.series = {name: np.zeros((runs, len(self.quarters))) for name in self.expressions}
        self.told = record != "outcomes"
        self.rows: list[Rows] = []
        self.log: list[tuple[int, int, str, Array]] = []
        self._chunk = slice(0, 0)
        self._reductions: dict[str, _Reduction] = {}

    def begin(self, at: int, runs: int) -> None:
        """The next quarters are those of runs `at` to `at + runs`."""
        self._chunk = slice(at, at + runs)
        self._reductions = {name: _Reduction(outcome, runs) for name, outcome in self.scenario.outcomes.items()}

    def add(self, world: World, happened: Happened) -> None:
        """Keep one quarter of the chunk."""
        quarter = world.quarter - self.scenario.start
        p = happened.parameters
        for name, (_, _, reading, _) in self.readings.items():
            self.arrays[name][self._chunk, quarter] = reading(world, p)
        for name, expression in self.expressions.items():
            self.series[name][self._chunk, quarter] = _read(expression, world, p)
        if self.told:
            at = self._chunk.start
            self.rows.extend(replace(row, run=row.run + at) if at else row for row in happened.deals.rows)
            names = self.replications[self._chunk]
            self.log.extend((world.quarter, e, what, names[mask]) for e, what, mask in happened.events)
        for name, reduction in self._reductions.items():
            reduction.add(world, p)
            if world.quarter == self.quarters[-1]:
                self.outcomes[name][self._chunk] = reduction.value()

    def result(self) -> Result:
        """Everything, labelled."""
        s = self.structure
        names = [quarter_name(t) for t in self.quarters]
        coords = {
            "run": self.replications,
            "quarter": names,
            "patron": list(s.patrons),
            "client": list(s.clients),
            "bloc": list(s.blocs),
            "instrument": list(INSTRUMENTS),
            "channel": list(CHANNELS),
            "axis": list(s.axes),
        }
        used = {"run", "quarter"} | {_DIMS[a] for axes, *_ in self.readings.values() for a in axes}
        data = xr.Dataset(
            {
                name: (("run", "quarter", *(_DIMS[a] for a in axes)), self.arrays[name], {"unit": unit})
                for name, (axes, _, _, unit) in self.readings.items()
            },
            coords={k: v for k, v in coords.items() if k in used},
        )
        return Result(
            scenario=self.scenario,
            seed=self.seed,
            data=data,
            ledger=ledger_frame(self.rows, self.replications, s),
            events=self._events(),
            outcomes=pd.DataFrame(self.outcomes, index=pd.Index(self.replications, name="run")),
        )

    def _events(self) -> pd.DataFrame:
        names = [e.name for e in self.scenario.events]
        parts = [
            pd.DataFrame({"run": runs, "quarter": quarter_name(t), "event": names[e], "what": what})
            for t, e, what, runs in self.log
        ]
        if not parts:
            return pd.DataFrame({"run": [], "quarter": [], "event": [], "what": []})
        return pd.concat(parts).sort_values(["run", "quarter"], kind="stable").reset_index(drop=True)


def _read(expression: Node, world: World, p: Parameters) -> Array:
    """An expression over measures, [1 or R]; NaN where it divides by 0, for then there is no such number."""
    found = np.asarray(evaluate(expression, lambda name, codes: measure(world, p, name, codes)), dtype=np.float64)
    return np.where(np.isfinite(found), found, np.nan)


class _Reduction:
    """An outcome gathered over time, one number per run."""

    def __init__(self, outcome: Outcome, runs: int) -> None:
        self.outcome = outcome
        self.values: list[Array] = []
        self.runs = runs

    def add(self, world: World, p: Parameters) -> None:
        if self.outcome.first <= world.quarter <= self.outcome.last:
            value = _read(self.outcome.expression, world, p)
            self.values.append(np.broadcast_to(value, (self.runs,)).copy())

    def value(self) -> Array:
        """The reduced outcome [R]; NaN where its window lies outside the quarters simulated."""
        if not self.values:
            return np.full(self.runs, np.nan)
        series = np.stack(self.values)
        count = len(series)
        total_ = np.add.accumulate(series, axis=0)[-1]
        reductions: dict[str, Callable[[], Array]] = {
            "last": lambda: series[-1],
            "first": lambda: series[0],
            "sum": lambda: total_,
            "mean": lambda: total_ / count,
            "min": lambda: series.min(axis=0),
            "max": lambda: series.max(axis=0),
            "any": lambda: (series > 0).max(axis=0).astype(np.float64),
            "all": lambda: (series > 0).min(axis=0).astype(np.float64),
            "quarters": lambda: (series > 0).sum(axis=0).astype(np.float64),
        }
        return np.asarray(reductions[self.outcome.reduce]())
