"""Two ensembles with the same luck, run by run: paired differences and what a sample can tell about them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from patronage.results.ensemble import LEVELS, Statistics, mean_interval
from patronage.results.worth import kind_of, least, tells
from patronage.world.recording import VARIABLES


@dataclass(frozen=True, slots=True)
class Paired:
    """Mean paired differences, their 95 % interval (Student's t), the spread over runs and how often they are positive.

    `negative` is how often they are below zero; what is left of both are pairs without a difference. All are over the `pairs` in
    which both sides have a value, and NaN where there are none.
    """

    mean: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    p05: npt.NDArray[np.float64]
    p95: npt.NDArray[np.float64]
    positive: npt.NDArray[np.float64]
    negative: npt.NDArray[np.float64]
    pairs: npt.NDArray[np.int64]

    @property
    def tells(self) -> npt.NDArray[np.bool_]:
        """Whether the sample can tell the sign: the interval lies on one side of zero, however small the difference."""
        return np.asarray((self.low > 0) | (self.high < 0))


def paired(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Paired:
    """`first - second`, run by run along the first axis."""
    if first.shape != second.shape:
        raise ValueError(f"pairs need equal shapes, not {first.shape} and {second.shape}")
    known = np.isfinite(first) & np.isfinite(second)
    pairs = known.sum(axis=0)
    some = np.where(pairs > 0, pairs, np.nan)
    ends = (LEVELS[0], LEVELS[-1])
    if known.all():
        difference = first.astype(np.float64) - second.astype(np.float64)
        edges = np.quantile(difference, ends, axis=0)
    else:
        one, two = (np.where(known, x, np.nan).astype(np.float64) for x in (first, second))
        difference = one - two
        # A cell without any pair gets zeros for its quantiles, which NaN then replaces.
        edges = np.nanquantile(np.where(pairs > 0, difference, 0.0), ends, axis=0) + 0 * some
    mean, low, high = mean_interval(difference)
    higher, lower = (found.sum(axis=0) / some for found in (difference > 0, difference < 0))
    return Paired(mean, low, high, edges[0], edges[1], higher, lower, pairs)


def kind_of_variable(name: str) -> str:
    """What a recorded variable is measured in, as `patronage.results.worth` has it."""
    unit = next((v.unit for v in VARIABLES if v.name == name), "")
    return kind_of(unit, name, truth=unit == "bool")


class NotPairedError(ValueError):
    """The two ensembles do not share their luck."""


@dataclass(frozen=True)
class Pair:
    """Two ensembles cut down to the quarters and actors they share."""

    first: Statistics
    second: Statistics

    def __post_init__(self) -> None:
        a, b = self.first, self.second
        if a.ensemble.seed != b.ensemble.seed or a.coords["run"] != b.coords["run"]:
            raise NotPairedError("only ensembles with the same seed and the same replications can be compared in pairs")

    def common(self, axis: str) -> list[Any]:
        """Labels both have, in the order of the first."""
        there = set(self.second.coords.get(axis, []))
        return [v for v in self.first.coords.get(axis, []) if v in there]

    def arrays(self, variable: str) -> tuple[xr.DataArray, xr.DataArray]:
        """One variable of both, with equal coordinates."""
        out = []
        for s in (self.first, self.second):
            data = s.ensemble.array(variable)
            wanted = {d: self.common(str(d)) for d in data.dims if d != "run"}
            out.append(
                data
                if all(list(data[d].values) == v for d, v in wanted.items())
                else data.sel({str(d): v for d, v in wanted.items()})
            )
        return out[0], out[1]

    def difference(self, variable: str) -> xr.Dataset:
        """Paired differences of one variable, labelled: the fields of `Paired`, without the runs.

        `tells` wants a difference that is worth telling, besides an interval on one side of zero.
        """
        a, b = self.arrays(variable)
        found = paired(a.values, b.values)
        dims = a.dims[1:]
        names = [f.name for f in fields(found)]
        values = {name: (dims, getattr(found, name)) for name in names}
        smallest = least(kind_of_variable(variable), max(float(np.abs(x.values).max(initial=0)) for x in (a, b)))
        values["tells"] = (dims, tells(found.mean, found.low, found.high, smallest))
        return xr.Dataset(values, coords={d: a[d].values for d in dims}, attrs={"least": smallest})

    def has(self, variable: str) -> bool:
        return self.first.has(variable) and self.second.has(variable)
