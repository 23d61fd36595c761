"""One view of an ensemble, whether it is in memory or in a run folder: arrays, means, bands and pairs.

Figures and reports read ensembles only through this. Every number here is over *runs*; time and actors keep
their axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr
from scipy import stats

LEVELS = (0.05, 0.5, 0.95)
"""Quantiles of a band across runs: lower edge, median, upper edge."""
CONFIDENCE = 0.95
CHANNEL_VARIABLES = ("by_channel", "channel", "influence")


@runtime_checkable
class EnsembleData(Protocol):
    """What a run folder and a result in memory have in common."""

    @property
    def scenario(self) -> Any: ...
    @property
    def seed(self) -> int: ...
    @property
    def coords(self) -> dict[str, list[Any]]: ...
    @property
    def ledger(self) -> pd.DataFrame: ...
    @property
    def events(self) -> pd.DataFrame: ...
    @property
    def outcomes(self) -> pd.DataFrame: ...
    def has(self, variable: str) -> bool: ...
    def array(self, variable: str) -> xr.DataArray: ...


@dataclass(frozen=True)
class InMemory:
    """A result of `simulate` seen as an ensemble."""

    result: Any

    @property
    def scenario(self) -> Any:
        return self.result.scenario

    @property
    def seed(self) -> int:
        return int(self.result.seed)

    @property
    def coords(self) -> dict[str, list[Any]]:
        return {
            str(k): [v if k == "run" else str(v) for v in self.result.data[k].values.tolist()] for k in self.result.data.dims
        }

    @property
    def ledger(self) -> pd.DataFrame:
        return cast("pd.DataFrame", self.result.ledger)

    @property
    def events(self) -> pd.DataFrame:
        return cast("pd.DataFrame", self.result.events)

    @property
    def outcomes(self) -> pd.DataFrame:
        return cast("pd.DataFrame", self.result.outcomes)

    def has(self, variable: str) -> bool:
        return variable in self.result.data

    def array(self, variable: str) -> xr.DataArray:
        return cast("xr.DataArray", self.result.data[variable])


@dataclass(frozen=True)
class SomeRuns:
    """Some runs of an ensemble, by their numbers, as an ensemble."""

    whole: EnsembleData
    runs: tuple[int, ...]

    @property
    def scenario(self) -> Any:
        return self.whole.scenario

    @property
    def seed(self) -> int:
        return self.whole.seed

    @property
    def path(self) -> Any:
        """Where the ensemble lies; None if in memory."""
        return getattr(self.whole, "path", None)

    @property
    def coords(self) -> dict[str, list[Any]]:
        return {**self.whole.coords, "run": list(self.runs)}

    @property
    def ledger(self) -> pd.DataFrame:
        return self._rows(self.whole.ledger)

    @property
    def events(self) -> pd.DataFrame:
        return self._rows(self.whole.events)

    @property
    def outcomes(self) -> pd.DataFrame:
        return self.whole.outcomes.loc[list(self.runs)]

    def has(self, variable: str) -> bool:
        return self.whole.has(variable)

    def array(self, variable: str) -> xr.DataArray:
        return self.whole.array(variable).sel(run=list(self.runs))

    def _rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["run"].isin(self.runs)]


def as_ensemble(source: Any) -> EnsembleData:
    """A result of `simulate`, or anything that is an ensemble already."""
    return source if isinstance(source, EnsembleData) else InMemory(source)


class Statistics:
    """Means and bands over the runs of one ensemble, computed when first asked for and then kept."""

    def __init__(self, source: Any) -> None:
        self.ensemble = as_ensemble(source)
        self.scenario = self.ensemble.scenario
        self.coords = self.ensemble.coords
        self.runs = len(self.coords["run"])
        self._means: dict[str, xr.DataArray] = {}
        self._bands: dict[str, xr.DataArray] = {}

    def has(self, *variables: str) -> bool:
        """Whether all these variables were recorded."""
        return all(self.ensemble.has(v) for v in variables)

    @property
    def period(self) -> str:
        """First and last quarter, in words."""
        return f"{self.coords['quarter'][0]}–{self.coords['quarter'][-1]}"

    def label(self, code: str) -> str:
        """The display name of an actor."""
        return str(self.scenario.names.get(code, code))

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The ledger with plain text in its text columns, empty where nothing applies."""
        return plain_text(self.ensemble.ledger)

    @cached_property
    def channel_variable(self) -> str:
        """The variable that splits influence by channel, or "" where it was not recorded."""
        if "channel" not in self.coords:
            return ""
        return next((v for v in CHANNEL_VARIABLES if self.has(v) and "channel" in self.ensemble.array(v).dims), "")

    @property
    def years(self) -> npt.NDArray[np.float64]:
        """Time axis of a chart: the year and its fraction at which each quarter begins."""
        return np.array([year_of(q) for q in self.coords["quarter"]])

    def mean(self, variable: str) -> xr.DataArray:
        """Mean over runs; of a truth, the share of runs in which it holds."""
        if variable not in self._means:
            data = self.ensemble.array(variable)
            self._means[variable] = (
                data.astype(np.float64).mean("run") if data.dtype != np.float32 else data.mean("run", dtype=np.float64)
            )
        return self._means[variable]

    def band(self, variable: str) -> xr.DataArray:
        """Quantiles over runs, on a leading axis `level` (5 %, 50 %, 95 %)."""
        if variable not in self._bands:
            self._bands[variable] = quantiles(self.ensemble.array(variable))
        return self._bands[variable]


def plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories with an empty text for what is missing, so that grouping loses no row."""
    columns = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            if "" not in column.cat.categories:
                column = column.cat.add_categories([""])
            columns[name] = column.fillna("")
        else:
            columns[name] = column if pd.api.types.is_numeric_dtype(column) else column.fillna("")
    return pd.DataFrame(columns)


def year_of(quarter: str) -> float:
    """`2009Q3` is 2009.5."""
    return int(quarter[:-2]) + (int(quarter[-1]) - 1) / 4


def quantiles(data: xr.DataArray, levels: tuple[float, ...] = LEVELS) -> xr.DataArray:
    """Quantiles over runs by linear interpolation, on a leading axis `level`."""
    moved = np.array(np.moveaxis(data.values, 0, -1), dtype=np.float32, order="C")  # a copy: it is sorted in place
    moved.sort(axis=-1)
    at = np.array(levels) * (moved.shape[-1] - 1)
    low, part = np.floor(at).astype(int), at - np.floor(at)
    high = np.minimum(low + 1, moved.shape[-1] - 1)
    values = np.moveaxis(moved[..., low] * (1 - part) + moved[..., high] * part, -1, 0)
    dims = ("level", *(d for d in data.dims if d != "run"))
    return xr.DataArray(values, dims=dims, coords={"level": list(levels), **{d: data[d].values for d in dims[1:]}})


def mean_interval(
    values: npt.NDArray[Any],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Mean over the first axis and its 95 % interval by Student's t; infinitely wide for a single value.

    Runs without a value (NaN or infinite) are left out; NaN where there is no value at all.
    """
    known = np.isfinite(values)
    if not known.all():
        return _mean_interval_of_some(values, known)
    n = values.shape[0]
    mean = values.mean(axis=0, dtype=np.float64)
    if n < 2:
        wide = np.full_like(mean, np.inf)
        return mean, -wide, wide
    half = stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) * values.std(axis=0, ddof=1, dtype=np.float64) / np.sqrt(n)
    return mean, mean - half, mean + half


def _mean_interval_of_some(
    values: npt.NDArray[Any], known: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The same where values are missing."""
    n = known.sum(axis=0)
    x = np.where(known, values, 0.0).astype(np.float64)
    mean = x.sum(axis=0) / np.where(n > 0, n, np.nan)
    squares = (np.where(known, x - mean, 0.0) ** 2).sum(axis=0)
    more = np.where(n > 1, n, 2)
    half = stats.t.ppf((1 + CONFIDENCE) / 2, more - 1) * np.sqrt(squares / (more - 1) / more)
    half = np.where(n > 1, half, np.inf)
    return np.asarray(mean), np.asarray(mean - half), np.asarray(mean + half)


def proportion_interval(count: int, n: int) -> tuple[float, float, float]:
    """Share of runs and its 95 % Wilson interval."""
    if n == 0:
        return float("nan"), 0.0, 1.0
    found = stats.binomtest(count, n).proportion_ci(CONFIDENCE, method="wilson")
    return count / n, float(found.low), float(found.high)
