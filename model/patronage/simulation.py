"""Simulate an ensemble and get labelled results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .engine import Happened, prepare, quarters
from .record import NotFiniteError, Recorder, unlimited
from .result import Result
from .world.state import World
from .world.structure import Structure

if TYPE_CHECKING:
    from .scenario import Scenario
    from .strategies.decider import Decider


CELLS = 20_000
"""Runs are advanced together up to this many dyads: enough to drown Python's overhead, few enough for the cache."""


def simulate(
    scenario: Scenario,
    runs: int = 1,
    seed: int = 1,
    *,
    first: int = 0,
    record: str = "standard",
    until: int | None = None,
    progress: Callable[[int], None] | None = None,
    decide: Decider | None = None,
    variants: Sequence[Scenario] = (),
    watch: Callable[[slice, World, Happened], None] | None = None,
) -> Result:
    """Simulate an ensemble.

    Parameters: `runs` replications numbered from `first`; `seed` names the experiment; `record` is "lean" (shares,
    bases, outcomes), "standard" or "full" (adds channels); `until` the last quarter (default: the scenario's end);
    `progress` is called with the number of run-quarters just done; `decide` replaces the standard decisions;
    `variants` gives every run its own scenario of the same structure (then len(variants) == runs); `watch` is shown
    every quarter of every chunk, with the place of its runs, for what no record keeps.

    Returns a `Result` of labelled arrays, the ledger, events and outcomes.

    Raises ValueError for runs < 1, an unknown `record`, or `until` outside the period; NotFiniteError for a run whose
    numbers are not finite.
    """
    last = scenario.end if until is None else until
    if runs < 1:
        raise ValueError("runs must be at least 1")
    if not scenario.start <= last <= scenario.end:
        raise ValueError("until must lie in the scenario's period")
    if variants and len(variants) != runs:
        raise ValueError("one variant per run")
    if record not in ("lean", "standard", "full"):
        raise ValueError('record must be "lean", "standard" or "full"')
    structure = Structure.of(scenario)
    numbers = np.arange(first, first + runs)
    recorder = Recorder(scenario, structure, seed, numbers, last, record)
    size = max(1, CELLS // max(1, len(structure.patrons) * len(structure.clients)))
    for at in range(0, runs, size):
        chunk = slice(at, min(at + size, runs))
        recorder.begin(at, chunk.stop - at)
        start = prepare(scenario, numbers[chunk], seed, variants[chunk])
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what comes of it is looked for, and told
            for world, happened in quarters(start, last, decide):
                for found in unlimited(world):
                    raise NotFiniteError(f"run {numbers[at + found.run]} of {scenario.name}: {found}")
                recorder.add(world, happened)
                if watch is not None:
                    watch(chunk, world, happened)
                if progress is not None:
                    progress(chunk.stop - at)
    return recorder.result()
