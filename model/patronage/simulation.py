"""Simulate an ensemble and get labelled results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .driving import Ensemble, Start, prepare, whole_runs
from .errors import NotFiniteError
from .results.recorder import Recorder
from .results.result import Result
from .scenario import Scenario, load_scenario
from .scenario.quarters import parse_quarter, quarter_name
from .world.arrays import Array
from .world.layout import bucket_for
from .world.recording import unpacked, variables
from .world.structure import Structure

if TYPE_CHECKING:
    from .decisions.decider import Decider

NUMBERS_AT_ONCE = 4_000_000
"""Numbers kept of the runs that are simulated together: 32 MB."""
RUN_QUARTERS_AT_ONCE = 40_000
"""Run-quarters between two words of progress: about half a second compiled."""
PLAIN_RUN_QUARTERS = 200
"""The same as ordinary Python."""
RUNS_IN_CACHE = 32
"""Runs advanced together where only compiled functions are asked in between: their worlds fit into a processor's cache."""


def simulate(
    scenario: Scenario | str | Path,
    runs: int = 1,
    seed: int = 1,
    *,
    first: int = 0,
    record: str = "standard",
    until: int | str | None = None,
    progress: Callable[[int], None] | None = None,
    decide: Decider | None = None,
    variants: Sequence[Scenario] = (),
    also: Sequence[str] = (),
) -> Result:
    """Simulate an ensemble.

    Parameters: `scenario`, or the name of a built-in one or the path of a file; `runs` replications numbered from
    `first`; `seed` names the experiment; `record` is "lean" (shares, bases, outcomes), "standard" or "full" (adds
    channels); `until` the last quarter, as "2014Q4" or as a number (default: the scenario's end);
    `progress` is called with the number of run-quarters just done; `decide` replaces the standard decisions;
    `variants` gives every run its own scenario of the same structure (then len(variants) == runs); `also` names further
    variables to keep (`patronage.world.recording.VARIABLES`).

    Returns a `Result` of labelled arrays, the ledger, events and outcomes.

    Raises ValueError for runs < 1, an unknown `record`, or `until` outside the period; ScenarioError for a file that is no scenario;
    NotFiniteError for a run whose numbers run away.
    """
    if isinstance(scenario, str | Path):
        scenario = load_scenario(scenario)
    last = last_quarter(scenario, until)
    if runs < 1:
        raise ValueError("runs must be at least 1")
    if variants and len(variants) != runs:
        raise ValueError("one variant per run")
    if record not in ("lean", "standard", "full"):
        raise ValueError('record must be "lean", "standard" or "full"')
    numbers = np.arange(first, first + runs)
    recorder = Recorder(scenario, Structure.of(scenario), seed, numbers, last, record, also=also)
    play(prepare(scenario, numbers, seed, variants), recorder, last, progress=progress, decide=decide)
    for place, found in sorted(recorder.lost.items()):
        raise NotFiniteError(f"run {numbers[place]} of {(variants[place] if variants else scenario).name}: {found}")
    return recorder.result()


def last_quarter(scenario: Scenario, until: int | str | None) -> int:
    """The last quarter simulated, as a number. ValueError if it is written wrong or the scenario does not last as long."""
    if until is None:
        return int(scenario.end)
    last = parse_quarter(until) if isinstance(until, str) else int(until)
    if not scenario.start <= last <= scenario.end:
        first, end = quarter_name(scenario.start), quarter_name(scenario.end)
        raise ValueError(f'until: {until} lies outside {scenario.name}, {first} to {end}. Write a quarter such as "{end}"')
    return last


def settle(scenario: Scenario, runs: int) -> bool:
    """Load or wait for compiled code if so many runs are better simulated with it; whether they are."""
    from . import compiling

    s = Structure.of(scenario)
    bucket = bucket_for(len(s.patrons), len(s.clients), len(s.blocs), len(s.axes), len(s.kinds))
    dyads = len(s.patrons) * len(s.clients)
    return compiling.compiled(bucket, runs * dyads * (scenario.end - scenario.start + 1)) is not None


def play(
    start: Start,
    recorder: Recorder,
    until: int,
    *,
    progress: Callable[[int], None] | None = None,
    decide: Decider | None = None,
) -> None:
    """The one driver: simulate all runs of a start and let the recorder keep them.

    Run by run, or, where somebody else decides, quarter by quarter; the numbers are the same.
    """
    from .decisions.decider import needs_python
    from .decisions.registered import are_functions

    runs, time = len(start.replications), until - start.scenario.start + 1
    if decide is None and not needs_python(start):
        for at, count in portions(start, runs, time, start.width(recorder.variables)):
            recorder.take(at, whole_runs(start, until, recorder.variables, at, count, deals=recorder.deals))
            if progress is not None:
                progress(count * time)
        return
    most = RUNS_IN_CACHE if decide is None and are_functions(start.names) else runs
    for at, count in portions(start, runs, 1, len(start.worlds.tobytes()) // 8 // len(start.worlds), most):
        ensemble = Ensemble(start.part(at, count))
        recorder.begin(at, count)
        for _ in range(time):
            happened = ensemble.step(decide)
            recorder.add(ensemble, happened)
            if progress is not None:
                progress(count)


def series_of(
    start: Start, until: int, names: Sequence[str], progress: Callable[[int], None] | None = None
) -> Iterator[tuple[slice, dict[str, Array]]]:
    """Variables quarter by quarter, [r, T, *axes] float64 each, some runs at a time: (which runs, variables by name)."""
    wanted = variables(names)
    time = until - start.scenario.start + 1
    for at, count in portions(start, len(start.replications), time, start.width(wanted)):
        runs = whole_runs(start, until, wanted, at, count, deals=False)
        for found in runs.lost:
            raise NotFiniteError(f"run {start.replications[found.run]} of {start.scenario.name}: {found}")
        yield slice(at, at + count), dict(zip(names, unpacked(runs.recorded, wanted, start.lengths), strict=True))
        if progress is not None:
            progress(count * time)


def portions(start: Start, runs: int, time: int, width: int, most: int | None = None) -> list[tuple[int, int]]:
    """(first, count) of the runs that are simulated together: `most`, or few enough for memory and a word of progress in between."""
    from . import compiling

    quarters = RUN_QUARTERS_AT_ONCE if compiling.compiled(start.bucket, runs * time * start.dyads) else PLAIN_RUN_QUARTERS
    size = max(1, min(quarters // time, NUMBERS_AT_ONCE // max(1, width * time), most or runs))
    return [(at, min(size, runs - at)) for at in range(0, runs, size)]
