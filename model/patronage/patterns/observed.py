"""Ensembles with what no record keeps and some patterns need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from patronage.driving import prepare
from patronage.results.recorder import Recorder
from patronage.results.result import Result
from patronage.scenario import Scenario
from patronage.simulation import play, simulate
from patronage.world.structure import Structure

HIDDEN = ("overthrow_chance", "other_debt", "projects_promised", "projects_arriving", "projects_pending")
"""Variables that are kept beside the record."""


@dataclass(frozen=True)
class ObservedEnsemble:
    """An ensemble with what was watched beside what was recorded."""

    result: Result
    hidden: xr.Dataset
    """The variables of `HIDDEN` over (run, quarter, ...)."""


def apart(result: Result) -> ObservedEnsemble:
    """The hidden variables beside the others."""
    return ObservedEnsemble(replace(result, data=result.data.drop_vars(HIDDEN)), result.data[list(HIDDEN)])


def simulate_observed(
    scenario: Scenario,
    runs: int,
    seed: int = 1,
    *,
    first: int = 0,
    until: int | None = None,
    progress: Callable[[int], None] | None = None,
    variants: Sequence[Scenario] = (),
) -> ObservedEnsemble:
    """`simulate`, with the hidden variables."""
    result = simulate(scenario, runs, seed, first=first, until=until, progress=progress, variants=variants, also=HIDDEN)
    return apart(result)


def simulate_alike(
    scenarios: Sequence[Scenario],
    runs: int,
    seed: int,
    until: int,
    *,
    start_at: int = 0,
    progress: Callable[[int], None] | None = None,
) -> ObservedEnsemble:
    """Several scenarios of one structure in one batch, each with the same replications and so the same luck.

    Run number v·runs + r is replication `start_at` + r of scenario v, and what it is alone.
    """
    first, count = scenarios[0], len(scenarios) * runs
    names = np.arange(count)
    recorder = Recorder(first, Structure.of(first), seed, names, until, "standard", also=HIDDEN)
    play(prepare(first, start_at + names % runs, seed, scenarios, names // runs), recorder, until, progress=progress)
    result = recorder.result()
    return apart(result)
