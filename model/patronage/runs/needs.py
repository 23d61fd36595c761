"""What an ensemble will take of time, disk and memory, measured on a few of its runs before anything is written."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patronage.runs.run import CHUNK
from patronage.runs.store import Format, TableWriter
from patronage.scenario import Scenario
from patronage.simulation import last_quarter, settle, simulate

SOON = 60_000
"""Run-quarters up to which an ensemble is done within a minute on any machine, so that nothing needs to be measured."""
FEW, SAMPLE = 8, 64
"""Runs that are simulated to measure what a batch costs, and a run in it."""
QUARTERS = 12
"""Their length at most."""
SUMMING = 1.4
"""Time in all over that of simulating and writing: tables are read again, summed up and reported."""
HELD = 6
"""Copies of its largest table, and of its ledger, that are in memory while an ensemble is summed up."""
PROCESS = 250e6
"""Bytes of a process with all its libraries."""


@dataclass(frozen=True)
class Needs:
    """What something will take."""

    seconds: float
    disk: float
    """Bytes."""
    memory: float
    """Bytes, of all processes together."""
    sample: int
    """Runs on which it was measured."""
    processes: int = 1


def needs_of(
    scenario: Scenario, runs: int, until: int | str | None, fmt: Format, scenarios: int = 1, workers: int = 1
) -> Needs | None:
    """What `runs` runs of each of some scenarios like this one take; None where they are done at once."""
    last = last_quarter(scenario, until)
    quarters = last - scenario.start + 1
    if runs * scenarios * quarters <= SOON:
        return None
    short = min(last, scenario.start + QUARTERS - 1)
    longer = quarters / (short - scenario.start + 1)
    settle(scenario, runs * scenarios)  # what is measured must be what will be done
    simulate(scenario, 2, record="full", until=short)  # whatever is loaded once
    with tempfile.TemporaryDirectory() as place:
        few, _ = _timed(scenario, FEW, short, fmt, Path(place) / "few")
        many, found = _timed(scenario, SAMPLE, short, fmt, Path(place) / "many")
        disk = sum(p.stat().st_size for p in (Path(place) / "many").rglob("*") if p.is_file())
    slope = max(0.0, many - few) / (SAMPLE - FEW)
    batches, size = -(-runs // CHUNK), SAMPLE / longer
    each = {name: array.nbytes for name, array in found.data.data_vars.items()}
    largest = max(each.values()) + int(found.ledger.memory_usage(deep=True).sum())
    chunk = sum(each.values()) * min(CHUNK, runs) / size
    at_once = min(workers, scenarios)
    rounds = -(-scenarios // at_once)
    return Needs(
        seconds=SUMMING * longer * (batches * max(0.0, few - FEW * slope) + slope * runs) * rounds,
        disk=disk * runs / size * scenarios,
        memory=at_once * (PROCESS + 2 * chunk + HELD * largest * runs / size),
        sample=SAMPLE,
        processes=at_once,
    )


def _timed(scenario: Scenario, runs: int, until: int, fmt: Format, place: Path) -> tuple[float, Any]:
    """Seconds to simulate some runs and to write their tables, and the runs."""
    place.mkdir()
    begun = time.perf_counter()
    found: Any = simulate(scenario, runs, record="full", until=until)
    writer = TableWriter(place, fmt)
    writer.append(found)
    writer.close()
    return time.perf_counter() - begun, found
