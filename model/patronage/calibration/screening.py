"""Which assumptions move what was observed: a Morris screen of everything that has a range."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from patronage.answers import Variable, case_of, morris
from patronage.answers.extras import need
from patronage.results.ensemble import mean_interval

from .compared import TargetStatistics
from .posterior import Floats
from .priors import Parameter
from .simulating import Bench, StageSetup

LEVELS = 4
LEAST = 0.1
"""A parameter whose whole range moves the statistics by less than this part of their discrepancy is not calibrated."""


def points(parameters: Sequence[Parameter], trajectories: int, seed: int) -> Floats:
    """Values [point, parameter] of Morris trajectories over the whole ranges."""
    problem = {"num_vars": len(parameters), "names": [p.path for p in parameters], "bounds": [[0.0, 1.0]] * len(parameters)}
    cube = need("SALib.sample.morris").sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    low, high = (np.array([getattr(p, end) for p in parameters]) for end in ("low", "high"))
    return np.asarray(low + (high - low) * np.asarray(cube, dtype=np.float64))


def screen(
    bench: Bench,
    scenario: str,
    parameters: tuple[Parameter, ...],
    statistics: TargetStatistics,
    trajectories: int,
    runs: int,
    seed: int,
    without: Collection[str] = (),
) -> pd.DataFrame:
    """A row per parameter, strongest first: path, score, `most` (the statistic it moves most) and by how much.

    Effects are those on means over `runs` histories, the same luck at every point, per whole range, in units of the discrepancy of
    a statistic; they are those of the steps that the parameters really made (see `answers.morris`). The score is their root mean
    square over statistics, those of the targets `without` and those without values left out.
    """
    values = points(parameters, trajectories, seed)
    luck = np.tile(np.arange(runs, dtype=np.int64), len(values))
    found = bench.run(StageSetup(scenario, parameters, statistics, seed), np.repeat(values, runs, axis=0), luck)
    means = mean_interval(found.reshape(len(values), runs, -1).swapaxes(0, 1))[0] / statistics.discrepancy
    effects = np.full((len(parameters), len(statistics.names)), np.nan)
    variables = [Variable(p.path, low=p.low, high=p.high) for p in parameters]
    frame = pd.DataFrame(values, columns=[p.path for p in parameters])
    outcomes = pd.DataFrame(means, columns=list(statistics.names))
    case = case_of(frame, outcomes, variables=variables, design="morris", levels=LEVELS)
    left = statistics.of(without)
    for j in np.flatnonzero(~left):
        if np.isfinite(means[:, j]).any():
            effects[:, j] = morris(case, statistics.names[j])["mu_star"].to_numpy()
    finite = np.where(np.isfinite(effects), effects, 0.0)  # a statistic without values adds nothing to a score
    number = np.maximum(1, np.isfinite(effects[:, ~left]).sum(axis=1))
    table = pd.DataFrame({
        "path": [p.path for p in parameters], "score": np.sqrt((finite[:, ~left] ** 2).sum(axis=1) / number),
        "most": [statistics.names[j] for j in finite.argmax(axis=1)], "by": finite.max(axis=1),
    })  # fmt: skip
    return table.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)


def chosen(table: pd.DataFrame, most: int) -> tuple[str, ...]:
    """The strongest parameters, `most` at most."""
    return tuple(table.loc[table["score"] >= LEAST, "path"].head(most))
