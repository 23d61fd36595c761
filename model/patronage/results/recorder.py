"""What is kept of a simulation: time series, deals, events and outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from .. import __version__, compiling
from ..driving import Ensemble, Happened, Runs, Unlimited
from ..scenario.catalogue import CHANNELS, INSTRUMENTS
from ..scenario.conditions import Expression
from ..scenario.quarters import quarter_name
from ..world.arrays import Array
from ..world.fields import FIELDS
from ..world.layout import HAPPENING, ROW
from ..world.recording import RECORDS, Variable, numbers_of, unpacked, variables
from .ledger import ledger_frame
from .result import Recorded, Result

if TYPE_CHECKING:
    from ..scenario import Scenario
    from ..world.structure import Structure

_DIMS = {"P": "patron", "C": "client", "B": "bloc", "K": "instrument", "N": "channel", "O": "axis", "J": "kind"}


class Recorder:
    """Gathers an ensemble, some runs at a time: whole runs, or quarter by quarter while somebody looks on."""

    def __init__(
        self,
        scenario: Scenario,
        structure: Structure,
        seed: int,
        replications: Array,
        last: int,
        record: str,
        series: Mapping[str, Expression] | None = None,
        also: Iterable[str] = (),
    ) -> None:
        """`replications` [R] names the runs; `series` are expressions kept for every quarter of whole runs; `also`: more variables."""
        self.scenario, self.structure, self.seed, self.replications, self.record = scenario, structure, seed, replications, record
        self.quarters = list(range(scenario.start, last + 1))
        self.variables = variables(dict.fromkeys((*RECORDS[record], *also)))
        self.deals = record != "outcomes"
        runs, count = len(replications), len(self.quarters)
        self.lengths = {**structure.lengths, "K": len(INSTRUMENTS), "N": len(CHANNELS)}
        self.shapes = {v.name: tuple(self.lengths[a] for a in v.axes) for v in self.variables}
        self.arrays: dict[str, Array] = {
            v.name: np.zeros((runs, count, *self.shapes[v.name]), dtype=v.kind) for v in self.variables
        }
        self.outcomes = {name: np.full(runs, np.nan) for name in scenario.outcomes}
        self.series = {name: np.zeros((runs, count)) for name in series or {}}
        self.rows: list[Array] = []
        self.events: list[Array] = []
        self.lost: dict[int, Unlimited] = {}
        """Runs that left the numbers, by their place; what is kept of them means nothing."""
        self._first = 0
        self._found = np.empty((0, 0))

    # --- whole runs

    def take(self, at: int, runs: Runs) -> None:
        """Keep whole runs, the first of which is number `at`."""
        part = slice(at, at + len(runs.outcomes))
        self._unpack(part, slice(None), runs.recorded)
        self.lost |= {found.run: found for found in runs.lost}
        for i, name in enumerate(self.outcomes):
            self.outcomes[name][part] = runs.outcomes[:, i]
        self._condition(part)
        for i, values in enumerate(self.series.values()):
            values[part] = runs.series[:, :, i]
        if self.deals:
            self.rows.append(runs.rows)
            self.events.append(runs.events)

    def _unpack(self, part: slice, when: slice | int, recorded: Array) -> None:
        """Rows of numbers [r, T, n] or [r, n] into the arrays of variables."""
        for v, numbers in zip(self.variables, unpacked(recorded, self.variables, self.lengths), strict=True):
            with np.errstate(over="ignore", invalid="ignore"):  # of a run that is lost, and told
                self.arrays[v.name][part, when] = numbers

    # --- quarter by quarter

    def begin(self, at: int, runs: int) -> None:
        """The next quarters are those of runs `at` to `at + runs`."""
        self._first = at
        self._found = np.full((runs, len(self.outcomes)), np.nan)

    def add(self, ensemble: Ensemble, happened: Happened) -> None:
        """Keep one quarter of these runs."""
        start, worlds = ensemble.start, ensemble.worlds
        runs, until = len(worlds), self.quarters[-1]
        quarter = ensemble.world.quarter - self.scenario.start
        part = slice(self._first, self._first + runs)
        fast = compiling.compiled(start.bucket, runs * start.dyads)
        if self.deals:
            self._unpack(part, quarter, recorded_now(ensemble, self.variables))
            for rows, into in ((happened.rows, self.rows), (happened.events, self.events)):
                moved = rows.copy()
                moved["run"] += self._first
                into.append(moved)
        for found in ensemble.lost():
            self.lost.setdefault(found.run + self._first, replace(found, run=found.run + self._first))
        plan = start.timetable
        compiling.call(
            "gather_runs", (worlds, ensemble.inputs, ensemble.places, plan.outcomes, plan.code, until, self._found), fast=fast
        )
        if quarter == len(self.quarters) - 1:
            for i, name in enumerate(self.outcomes):
                self.outcomes[name][part] = self._found[:, i]
            self._condition(part)

    def _condition(self, part: slice) -> None:
        """What is given something does not exist in runs in which that is not true."""
        for name, outcome in self.scenario.outcomes.items():
            if outcome.given:
                self.outcomes[name][part][~(self.outcomes[outcome.given][part] > 0)] = np.nan

    def so_far(self, quarter: int) -> Array:
        """[runs under way, outcomes] as they stand after a quarter: NaN before an outcome is read, means over what was read."""
        found = self._found.copy()
        for i, outcome in enumerate(self.scenario.outcomes.values()):
            if outcome.reduce == "mean" and outcome.first <= quarter < min(outcome.last, self.quarters[-1]):
                found[:, i] /= quarter - outcome.first + 1
        numbers = dict(zip(self.outcomes, found.T, strict=True))
        for name, outcome in self.scenario.outcomes.items():
            if outcome.given:
                numbers[name][~(numbers[outcome.given] > 0)] = np.nan
        return found

    # --- the end

    def result(self) -> Result:
        """Everything, labelled when it is asked for."""
        rows, events = joined(self.rows, ROW), joined(self.events, HAPPENING)
        return Recorded.made_by(
            self.scenario,
            self.seed,
            data=self.labelled,
            ledger=partial(ledger_frame, rows, self.replications, self.structure),
            events=partial(events_frame, events, self.replications, self.scenario),
            outcomes=lambda: pd.DataFrame(self.outcomes, index=pd.Index(self.replications, name="run")),
        )

    def labelled(self) -> xr.Dataset:
        """Variables over (run, quarter, …), with units in their attributes."""
        s = self.structure
        coords = {
            "run": self.replications,
            "quarter": [quarter_name(t) for t in self.quarters],
            "patron": list(s.patrons),
            "client": list(s.clients),
            "bloc": list(s.blocs),
            "instrument": list(INSTRUMENTS),
            "channel": list(CHANNELS),
            "axis": list(s.axes),
            "kind": list(s.kinds),
        }
        used = {"run", "quarter"} | {_DIMS[a] for v in self.variables for a in v.axes}
        return xr.Dataset(
            {
                v.name: (("run", "quarter", *(_DIMS[a] for a in v.axes)), self.arrays[v.name], described(v))
                for v in self.variables
            },
            # The time of a quarter's name, so that periods can be chosen, resampled and plotted: data.sel(time=slice("2005", "2010")).
            coords={k: v for k, v in coords.items() if k in used} | {"time": first_days(self.quarters)},
            attrs=about(self.scenario, self.seed, self.replications, self.record),
        )


def first_days(quarters: list[int]) -> tuple[str, Array, dict[str, str]]:
    """The first day of each quarter, datetime64[ns], as a coordinate along the quarters."""
    days = [np.datetime64(f"{t // 4}-{3 * (t % 4) + 1:02d}-01", "ns") for t in quarters]
    return "quarter", np.array(days, dtype="datetime64[ns]"), {"long_name": "first day of the quarter"}


@cache
def described(variable: Variable) -> dict[str, str]:
    """Attributes of a variable by the names that xarray's plots and netCDF's readers know."""
    meaning = variable.doc or {f.name: f.doc for f in FIELDS}.get(variable.name, "")
    unit = variable.unit
    return {"unit": unit, "units": unit, "long_name": variable.name.replace("_", " "), "description": meaning}


def about(scenario: Scenario, seed: int, replications: Array, record: str) -> dict[str, str | int]:
    """What a file that holds the data alone must say of where they come from."""
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "digest": scenario.digest,
        "seed": seed,
        "first_run": int(replications[0]) if len(replications) else 0,
        "record": record,
        "patronage": __version__,
    }


def events_frame(log: Array, replications: Array, scenario: Scenario) -> pd.DataFrame:
    """Events that fired or ended, in order of run and quarter, as a table. `replications` [R] names the runs."""
    names = np.array([e.name for e in scenario.events], dtype=object)
    frame = pd.DataFrame({
        "run": replications[log["run"]] if len(log) else [],
        "quarter": [quarter_name(t) for t in log["quarter"].tolist()],
        "event": names[log["event"]] if len(log) else [],
        "what": np.array(["fired", "ended"], dtype=object)[log["what"]],
    })  # fmt: skip
    return frame.sort_values(["run", "quarter"], kind="stable").reset_index(drop=True)


def recorded_now(ensemble: Ensemble, wanted: tuple[Variable, ...]) -> Array:
    """[R, n] variables of the quarter that an ensemble is in, one after the other."""
    start, runs = ensemble.start, len(ensemble.worlds)
    recorded = np.empty((runs, 1, start.width(wanted)))
    fast = compiling.compiled(start.bucket, runs * start.dyads)
    compiling.call("keep_runs", (ensemble.worlds, ensemble.inputs, ensemble.places, numbers_of(wanted), recorded), fast=fast)
    return recorded[:, 0]


def readings(ensemble: Ensemble, record: str = "full") -> dict[str, Array]:
    """Variables of the quarter that an ensemble is in, [R, …] each, as a recorder would keep them."""
    wanted = variables(RECORDS[record])
    recorded = unpacked(recorded_now(ensemble, wanted), wanted, ensemble.start.lengths)
    return {v.name: numbers.astype(v.kind) for v, numbers in zip(wanted, recorded, strict=True)}


def joined(parts: list[Array], dtype: np.dtype[np.void]) -> Array:
    """Rows one after the other."""
    return np.concatenate(parts) if parts else np.zeros(0, dtype)

