"""Observations of one's own as what is compared: numbers of every simulated history, none held to more than its errors.

What an observation may be off by has two parts. Its *standard error* is drawn anew for every row. The *discrepancy* of the model is
drawn once for a measure (actors included) as a stationary Gaussian process in time: rows of the same years are off together, rows
far apart each for itself, with the correlation exp(−distance/persistence). Twenty rows of one series so tell hardly more than a few;
drawn anew for each they would make a wrong model certain (Kennedy and O'Hagan 2001; Brynjarsdóttir and O'Hagan 2014).

A *weight* w makes a row count as one whose errors are 1/√w of what they are, as w rows of its kind would; 0 as none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from patronage.driving import Start, whole_runs
from patronage.errors import NotFiniteError
from patronage.scenario import Scenario
from patronage.simulation import portions
from patronage.world.arrays import Array

from .observations import Observation, by_measure
from .posterior import Floats

PERSISTENCE = 5.0
"""Years after which discrepancies of a measure have a correlation of 1/e. An assumption; 0: every row for itself."""
JITTER = 1e-9
"""Keeps a covariance of rows of one moment positive."""


@dataclass(frozen=True)
class OwnTargets:
    """Observations, and the last year that is used; later ones are predicted and shown."""

    rows: tuple[Observation, ...]
    last: int
    persistence: float = PERSISTENCE

    @classmethod
    def of_rows(cls, rows: Iterable[Observation], last: int | None = None, persistence: float = PERSISTENCE) -> OwnTargets:
        """With the last year of the rows if none is given."""
        found = tuple(rows)
        return cls(found, max(o.outcome.last for o in found) // 4 if last is None else last, persistence)

    @property
    def first(self) -> int:
        return min(o.outcome.first for o in self.rows) // 4

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(o.name for o in self.rows)

    @cached_property
    def observed(self) -> Floats:
        return np.array([o.value for o in self.rows])

    @cached_property
    def discrepancy(self) -> Floats:
        """Of both parts together; where nothing is said of a row that is not used, it is shown as it is."""
        return np.array([o.error or 1e-12 for o in self.rows])

    @property
    def free(self) -> Mapping[str, Array]:
        return {}

    @property
    def key(self) -> list[Any]:
        return [[o.name, o.outcome.text, o.outcome.first, o.outcome.last, o.outcome.reduce] for o in self.rows]

    @property
    def facts(self) -> list[Any]:
        numbers = [[o.value, o.standard_error, o.discrepancy, o.weight] for o in self.rows]
        return [self.key, numbers, self.last, self.persistence]

    @cached_property
    def counted(self) -> npt.NDArray[np.bool_]:
        """Which rows are used: those with a weight, in the window."""
        return np.array([o.weight > 0 and o.outcome.last < 4 * self.last + 4 for o in self.rows])

    @property
    def words(self) -> tuple[str, ...]:
        """The measures of the rows, each once: what may be left out."""
        return tuple(dict.fromkeys(o.measure for o in self.rows))

    def of(self, targets: Collection[str]) -> npt.NDArray[np.bool_]:
        """Rows that are shown and not used; `targets` are measures that are left out."""
        return np.array([not used or o.measure in targets for used, o in zip(self.counted, self.rows, strict=True)])

    def asked(self, scenario: Scenario) -> Scenario:
        """The scenario with the rows as its only outcomes."""
        named = {f"row{i}": replace(o.outcome, name=f"row{i}") for i, o in enumerate(self.rows)}
        return replace(scenario, outcomes=named)

    def read(self, start: Start) -> Floats:
        """Numbers [run, row]; not a number where one does not exist. Raises NotFiniteError for a run that leaves the numbers."""
        until, out = max(o.outcome.last for o in self.rows), []
        for at, count in portions(start, len(start.replications), until - start.scenario.start + 1, len(self.rows)):
            runs = whole_runs(start, until, (), at, count, deals=False)
            for lost in runs.lost:
                raise NotFiniteError(f"run {start.replications[lost.run]} of {start.scenario.name}: {lost}")
            out.append(runs.outcomes)
        return np.concatenate(out)

    def noise(self, runs: int, seed: int, weighted: bool = False) -> Floats:
        """What rows are off by [run, row]: those that are not used have luck of their own and change no other."""
        out = np.zeros((runs, len(self.rows)))
        for stream, mask in ((20, self.counted), (21, ~self.counted)):
            places = np.flatnonzero(mask)
            draw = np.random.default_rng([seed, stream])
            rows = [self.rows[i] for i in places]
            out[:, places] = draw.standard_normal((runs, len(rows))) * [o.standard_error for o in rows]
            for group in by_measure(rows):
                together = draw.standard_normal((runs, len(group))) @ self._root([rows[i] for i in group]).T
                out[:, places[group]] += together * [rows[i].discrepancy for i in group]
        return out * self._stretch() if weighted else out

    def _root(self, rows: list[Observation]) -> Floats:
        """Square root of the correlations of the discrepancies of rows of one measure."""
        middle = np.array([(o.outcome.first + o.outcome.last) / 8 for o in rows])
        apart = np.abs(middle[:, None] - middle)
        alike = np.exp(-apart / self.persistence) if self.persistence > 0 else np.eye(len(rows))
        return np.asarray(np.linalg.cholesky(alike + JITTER * np.eye(len(rows))))

    def _stretch(self) -> Floats:
        """How much larger an error its weight makes; 1 for rows without weight, which are not used."""
        return np.array([1 / np.sqrt(o.weight) if o.weight > 0 else 1.0 for o in self.rows])
