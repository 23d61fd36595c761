"""Designs: which points of the factors' space are simulated. Sampling is SALib's and SciPy's; here it is only laid out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import qmc

from .correlations import Correlation, correlated
from .factors import TAIL, Factor, Floats, Value

DesignKind = Literal["grid", "list", "lhs", "sobol", "morris"]
KINDS: tuple[DesignKind, ...] = ("grid", "list", "lhs", "sobol", "morris")
MOST_POINTS = 2_000_000
"""Points of one design."""


class MissingError(ImportError):
    """A library that a design needs is not installed."""


@dataclass(frozen=True)
class Design:
    """How the points of an experiment are chosen."""

    kind: DesignKind
    points: int = 0
    """lhs: points; sobol: base points, each of which makes a block of factors + 2 (2·factors + 2) points."""
    trajectories: int = 0
    """morris."""
    levels: int = 5
    """grid: values of a range; morris: levels."""
    second_order: bool = False
    """sobol."""
    crossed: bool = False
    """lhs: the sample is of the uncertainties, and every setting of levers and theories is simulated in each of its futures."""
    seed: int = 1
    correlations: tuple[Correlation, ...] = ()
    """lhs: rank correlations of uncertainties."""

    @property
    def sizes(self) -> dict[str, int]:
        """What its number of points follows from."""
        found = {"points": self.points, "trajectories": self.trajectories}
        if self.kind in ("grid", "morris") or self.crossed:
            found["levels"] = self.levels
        return {k: v for k, v in found.items() if v}

    def block(self, factors: int) -> int:
        """Points that belong together: a Sobol block, a Morris trajectory; 1 of other designs."""
        if self.kind == "sobol":
            return (2 * factors + 2) if self.second_order else factors + 2
        return factors + 1 if self.kind == "morris" else 1

    def count(self, factors: Sequence[Factor]) -> int:
        """Points in all."""
        if self.kind == "grid":
            return math.prod(len(f.spread(self.levels)) for f in factors)
        if self.kind == "list":
            return max((len(f.values) for f in factors), default=1)
        if self.crossed:
            return self.points * len(self._settings(factors))
        return (self.trajectories if self.kind == "morris" else self.points) * self.block(len(factors))

    def _settings(self, factors: Sequence[Factor]) -> list[tuple[Value, ...]]:
        """Every combination of the values of levers and theories."""
        return list(product(*(f.spread(self.levels) for f in factors if f.role != "uncertainty")))

    def problem(self, factors: Sequence[Factor]) -> dict[str, Any]:
        """The factors as SALib describes them, on the unit cube."""
        return {"num_vars": len(factors), "names": [f.name for f in factors], "bounds": [[0.0, 1.0]] * len(factors)}

    def cube(self, factors: Sequence[Factor]) -> Floats | None:
        """Coordinates in the unit cube [point, factor]; None of a grid or list."""
        width = len(factors)
        if self.kind in ("grid", "list"):
            return None
        if self.kind == "lhs":
            found = np.asarray(qmc.LatinHypercube(width, seed=np.random.default_rng(self.seed)).random(self.points))
            return correlated(found, [f.name for f in factors], self.correlations) if self.correlations else found
        try:
            from SALib.sample import morris, sobol
        except ImportError as error:
            raise MissingError(
                f"a {self.kind} design needs SALib: install patronage with its extra 'analysis'"
            ) from error
        if self.kind == "sobol":
            return np.asarray(
                sobol.sample(self.problem(factors), self.points, calc_second_order=self.second_order, seed=self.seed)
            )
        return np.asarray(
            morris.sample(self.problem(factors), self.trajectories, num_levels=self.levels, seed=self.seed)
        )

    def table(self, factors: Sequence[Factor]) -> pd.DataFrame:
        """A row per point, a column per factor."""
        if self.kind == "list":
            columns = {f.name: list(f.values) for f in factors}
        elif self.crossed:
            columns = self._crossing(factors)
        elif self.kind == "grid":
            rows = list(product(*(f.spread(self.levels) for f in factors)))
            columns = {f.name: [row[i] for row in rows] for i, f in enumerate(factors)}
        else:
            cube = self.cube(factors)
            assert cube is not None
            columns = {f.name: f.at(self._inside(f, cube[:, i])).tolist() for i, f in enumerate(factors)}
        kinds = {f.name: np.float64 if f.numeric else object for f in factors}
        index = pd.RangeIndex(self.count(factors), name="point")
        return pd.DataFrame({n: np.array(c, dtype=kinds[n]) for n, c in columns.items()}, index=index)

    def _crossing(self, factors: Sequence[Factor]) -> dict[str, list[Any]]:
        """Futures in order, and in each of them the settings in order."""
        settings = self._settings(factors)
        levers = [f for f in factors if f.role != "uncertainty"]
        rest = [f for f in factors if f.role == "uncertainty"]
        cube = self.cube(rest)
        assert cube is not None
        columns: dict[str, list[Any]] = {f.name: [s[i] for s in settings] * self.points for i, f in enumerate(levers)}
        columns |= {f.name: np.repeat(f.at(cube[:, i]), len(settings)).tolist() for i, f in enumerate(rest)}
        return {f.name: columns[f.name] for f in factors}

    def _inside(self, factor: Factor, u: Floats) -> Floats:
        """Trajectories of Morris end at 0 and 1, where a distribution has no values or very rare ones."""
        if self.kind == "morris" and factor.distribution is not None:
            return TAIL + (1 - 2 * TAIL) * u
        return u
