"""Runs that share the past of one run and meet other luck from a quarter on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from patronage import compiling
from patronage.abm.model import ELSEWHERE
from patronage.driving import prepare
from patronage.results.recorder import Recorder
from patronage.scenario import Scenario
from patronage.world.arrays import Array
from patronage.world.structure import Structure

from .foresight import Ordered
from .scoring import History, in_force


def fresh(replication: int, runs: int) -> Array:
    """Numbers of luck that is neither the run's own nor that of an ensemble, [runs] uint64."""
    return (replication + ELSEWHERE * np.arange(1, runs + 1)).astype(np.uint64)


def continued(
    scenario: Scenario, seed: int, replication: int, until: int, lucks: Array, orders: Mapping[str, History] | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[Array, Recorder] | None:
    """Shares of influence, [runs, T + 1, P, C], the quarter before the first included, and what a recorder kept ("lean").

    All of it is one ensemble driven from the beginning by the same quarter as any other: what has happened is not restored but happens
    again, events fired and orders given included. The last order of a seat stands.

    Args:
        scenario: as it is in force.
        seed: of the experiment.
        replication: number of the run, with the seed its luck.
        until: the last quarter of its own luck.
        lucks: [runs] numbers of the luck that follows.
        orders: those given up to then, by patron.
        go_on: asked every quarter; where it says no, the answer is None.

    Raises:
        ValueError: a run leaves the numbers.
    """
    structure, runs = Structure.of(scenario), len(lucks)
    now = prepare(scenario, np.full(runs, replication), seed).ensemble()
    compiling.compiled(now.start.bucket, runs * now.start.dyads * (scenario.end - scenario.start + 1))
    record = Recorder(scenario, structure, seed, lucks, scenario.end, "lean")
    record.begin(0, runs)
    before = now.world.share.astype(record.arrays["share"].dtype)
    for quarter in range(scenario.start, scenario.end + 1):
        if quarter == until + 1:
            now.worlds["replication"] = lucks
        decisions = {code: [in_force(history, quarter)] for code, history in (orders or {}).items()}
        record.add(now, now.step(Ordered(structure, decisions) if decisions else None))
        if not go_on():
            return None
    for found in now.lost():
        raise ValueError(f"one of them has left the numbers: {found}")
    return np.concatenate([before[:, None], record.arrays["share"]], axis=1), record
