"""What an experiment varies: factors, and how a number between 0 and 1 becomes a value of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from ..scenario.quarters import quarter_name

Floats = npt.NDArray[np.float64]
Role = Literal["lever", "uncertainty", "theory", "scenario"]
Kind = Literal["range", "choice", "distribution"]
Sort = Literal["number", "whole", "date", "word"]
"""`whole`: a number of quarters. `date`: a quarter, held as a year with its fraction (2012Q2 is 2012.25). `word`: a
text, of which `on` and `off` are two."""
Value = float | str

TAIL = 0.01
"""Below and above these quantiles of a distribution nothing is called low or high, and no trajectory of Morris goes."""


@dataclass(frozen=True)
class Distribution:
    """A distribution of a number, cut off where the range ends."""

    name: str
    """uniform, log_uniform, triangular, normal, lognormal."""
    parameters: tuple[tuple[str, float], ...]
    """mean, sd, mode; in the unit of the factor."""
    low: float
    high: float
    """The range, infinite where there is none."""

    def __str__(self) -> str:
        words = [f"{k} {v:.10g}" for k, v in self.parameters]
        ends = [f"from {self.low:.10g}"] if math.isfinite(self.low) else []
        ends += [f"to {self.high:.10g}"] if math.isfinite(self.high) else []
        return " ".join([self.name.replace("_", " "), ", ".join(words), *ends]).replace("  ", " ")

    @cached_property
    def _whole(self) -> Any:
        """The distribution before the range cuts it off, as SciPy has it."""
        given = dict(self.parameters)
        if self.name == "uniform":
            return stats.uniform(self.low, self.high - self.low)
        if self.name == "log_uniform":
            return stats.loguniform(self.low, self.high)
        if self.name == "triangular":
            width = self.high - self.low
            return stats.triang((given["mode"] - self.low) / width, self.low, width)
        if self.name == "normal":
            return stats.norm(given["mean"], given["sd"])
        spread = math.sqrt(math.log1p((given["sd"] / given["mean"]) ** 2))  # mean and sd are those of the number itself
        return stats.lognorm(spread, scale=given["mean"] * math.exp(-(spread**2) / 2))

    def quantile(self, u: npt.ArrayLike) -> Floats:
        """The value below which a share `u` lies."""
        below, upto = (float(self._whole.cdf(end)) for end in (self.low, self.high))
        found = self._whole.ppf(below + (upto - below) * np.asarray(u, dtype=np.float64))
        return np.asarray(np.clip(found, self.low, self.high), dtype=np.float64)


@dataclass(frozen=True)
class Factor:
    """Something that an experiment varies, at a path of the scenario."""

    name: str
    path: str
    role: Role
    """A lever is chosen by somebody; an uncertainty is not known; a theory is one of rival rules; a scenario one of several
    files."""
    kind: Kind
    sort: Sort
    unit: str
    """Of numbers; "quarter" of durations, "year" of dates, empty for words."""
    base: Value | None
    """What the scenario says; None where it says nothing."""
    low: float = math.nan
    high: float = math.nan
    """Ends of a range; of a distribution its quantiles .01 and .99."""
    values: tuple[Value, ...] = ()
    """Of a choice."""
    distribution: Distribution | None = None
    levels: int | None = None
    """How many values of a range a grid takes."""
    label: str = ""
    """In words, as reports say it."""
    choices: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...] = ()
    """Of a factor whose values are bundles: name → what it sets, path by path. It has no path of its own."""

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers (dates included)."""
        return self.sort != "word"

    @property
    def ends(self) -> tuple[Value, ...]:
        """The values that are to differ in what they do: both ends of a range, all values of a choice."""
        return self.values if self.kind == "choice" else (self.low, self.high)

    @property
    def limits(self) -> tuple[Value, ...]:
        """The values that must be possible: the ends, and those of the range of a distribution as far as it has them."""
        stated = (self.distribution.low, self.distribution.high) if self.distribution is not None else ()
        return (*self.ends, *(end for end in stated if math.isfinite(end) and end not in self.ends))

    def at(self, u: npt.ArrayLike) -> npt.NDArray[Any]:
        """Values for coordinates `u` in [0, 1]."""
        place = np.asarray(u, dtype=np.float64)
        if self.kind == "choice":
            index = np.minimum((place * len(self.values)).astype(np.intp), len(self.values) - 1)
            return np.array(self.values, dtype=np.float64 if self.numeric else object)[index]
        if self.distribution is not None:
            return self.distribution.quantile(place)
        if self.sort == "number":
            return np.asarray(np.clip(self.low + place * (self.high - self.low), self.low, self.high))
        step = 0.25 if self.sort == "date" else 1.0
        count = round((self.high - self.low) / step) + 1
        return np.asarray(self.low + step * np.minimum(np.floor(place * count), count - 1))

    def spread(self, levels: int) -> tuple[Value, ...]:
        """Its values on a grid: all of a choice, else `levels` of them, evenly spaced, ends included."""
        if self.kind == "choice":
            return self.values
        levels = self.levels or levels
        if self.distribution is not None:
            return tuple(float(x) for x in self.distribution.quantile((np.arange(levels) + 0.5) / levels))
        found = np.linspace(self.low, self.high, levels) if levels > 1 else np.array([(self.low + self.high) / 2])
        step = {"date": 0.25, "whole": 1.0}.get(self.sort)
        if step is not None:
            found = self.low + step * np.round((found - self.low) / step)
        return tuple(dict.fromkeys(float(x) for x in found))

    def written(self, value: Any) -> Value:
        """A value as `--set` takes it, in the unit of its field."""
        if self.sort == "date":
            return quarter_name(round(4 * float(value)))
        if self.sort == "whole":
            return float(round(float(value)))
        return str(value) if self.sort == "word" else float(value)

    def settings(self, value: Any) -> dict[str, Value]:
        """What a value sets, path by path."""
        return dict(dict(self.choices)[str(value)]) if self.choices else {self.path: self.written(value)}

    def words(self, value: Any) -> str:
        """A value in words."""
        written = self.written(value)
        if isinstance(written, str):
            return written
        unit = "" if self.unit in ("", "1") else f" {self.unit}" + ("s" if self.sort == "whole" and written != 1 else "")
        return f"{written:.6g}{unit}"
