"""What no record keeps and some patterns need: watched while an ensemble runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from patronage.engine import Happened, prepare, quarters
from patronage.phases.regimes import overthrow_chance
from patronage.record import Recorder
from patronage.result import Result
from patronage.scenario import Scenario, quarter_name
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.simulation import simulate
from patronage.world.arrays import Array, total
from patronage.world.deals import KINDS
from patronage.world.state import World
from patronage.world.structure import Structure

LOANS = INSTRUMENTS.index("loans")
OVERTHROW = KINDS.index("overthrow")

DIMS = {
    "overthrow_chance": ("client", "1", "chance that the regime falls in the quarter"),
    "other_debt": ("client", "MUSD", "debt to creditors who are no patrons"),
    "projects_promised": ("patron client", "MUSD/quarter", "loans promised in packages"),
    "projects_arriving": ("patron client", "MUSD/quarter", "loans that arrive from packages"),
    "projects_pending": (
        "patron client",
        "MUSD",
        "loans promised in packages that have neither arrived nor been given up",
    ),
}
"""Variables: axes after run and quarter, unit, meaning."""


class Watch:
    """Gathers the watched variables of one ensemble."""

    def __init__(self, scenario: Scenario, runs: int, last: int) -> None:
        lengths = {"client": len(scenario.clients), "patron": len(scenario.patrons)}
        self.start, self.count = scenario.start, last - scenario.start + 1
        self.arrays = {
            name: np.zeros((runs, self.count, *(lengths[a] for a in axes.split())), dtype=np.float32, order="F")
            for name, (axes, _, _) in DIMS.items()
        }
        self._openness: Array | None = None

    def __call__(self, chunk: slice, world: World, happened: Happened) -> None:
        t = world.quarter - self.start
        p = happened.parameters
        if t == 0:
            self._openness = np.broadcast_to(p.openness, world.openness.shape)
        assert self._openness is not None
        campaigns = total((world.campaign > 0).astype(np.float64), 1)
        # The chance was taken at last quarter's openness, and a regime that fell has a new legitimacy: its row knows.
        chance = overthrow_chance(world.evolve(openness=np.array(self._openness)), p, campaigns)
        for row in happened.deals.rows:
            if row.kind == OVERTHROW:
                chance[row.run, row.client] = row.numbers["value"]
        self._openness = world.openness
        pending = total(world.due[:, :, :, LOANS, :] + world.stuck[:, :, :, LOANS, :], 3)
        for name, value in (
            ("overthrow_chance", chance), ("other_debt", world.other_debt), ("projects_pending", pending),
            ("projects_promised", world.packaged[..., LOANS]), ("projects_arriving", world.arriving[..., LOANS]),
        ):  # fmt: skip
            self.arrays[name][chunk, t] = value

    def dataset(self, scenario: Scenario, replications: Sequence[int]) -> xr.Dataset:
        """The variables, labelled like those of a result."""
        quarters = [quarter_name(t) for t in range(self.start, self.start + self.count)]
        coords = {
            "run": list(replications), "quarter": quarters, "patron": list(scenario.patrons),
            "client": list(scenario.clients),
        }  # fmt: skip
        data = {
            name: xr.DataArray(self.arrays[name], dims=("run", "quarter", *axes.split()), attrs={"units": unit})
            for name, (axes, unit, _) in DIMS.items()
        }
        return xr.Dataset(data, coords=coords)


@dataclass(frozen=True)
class Watched:
    """An ensemble with what was watched beside what was recorded."""

    result: Result
    hidden: xr.Dataset
    """Variables of `DIMS` over (run, quarter, ...)."""


def simulate_watched(
    scenario: Scenario,
    runs: int,
    seed: int = 1,
    *,
    first: int = 0,
    until: int | None = None,
    progress: Callable[[int], None] | None = None,
    variants: Sequence[Scenario] = (),
) -> Watched:
    """`simulate`, with the watched variables."""
    last = scenario.end if until is None else until
    watch = Watch(scenario, runs, last)
    result = simulate(scenario, runs, seed, first=first, until=last, progress=progress, variants=variants, watch=watch)
    return Watched(result, watch.dataset(scenario, range(first, first + runs)))


def simulate_alike(
    scenarios: Sequence[Scenario],
    runs: int,
    seed: int,
    until: int,
    *,
    start_at: int = 0,
    progress: Callable[[int], None] | None = None,
) -> Watched:
    """Several scenarios of one structure in one batch, each with the same replications and so the same luck.

    Run number v·runs + r is replication `start_at` + r of scenario v, and what it is alone.
    """
    first, count = scenarios[0], len(scenarios) * runs
    names, watch = np.arange(count), Watch(first, count, until)
    recorder = Recorder(first, Structure.of(first), seed, names, until, "standard")
    recorder.begin(0, count)
    start = prepare(first, start_at + names % runs, seed, scenarios, names // runs)
    for world, happened in quarters(start, until):
        recorder.add(world, happened)
        watch(slice(0, count), world, happened)
        if progress is not None:
            progress(count)
    return Watched(recorder.result(), watch.dataset(first, range(count)))
