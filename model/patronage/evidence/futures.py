"""Ensembles from an origin: one draw of all assumptions a run, kept year by year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr
from scipy.stats import qmc

from patronage.engine import Happened, prepare, quarters
from patronage.scenario import Scenario
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.scenario.events import Event
from patronage.scenario.scenario import inside
from patronage.world.arrays import Array, share_of, total
from patronage.world.state import World

from .draws import Drawn, ranges
from .ensembles import Cells

ARMS = INSTRUMENTS.index("arms")
BATCH = 400
"""Runs advanced at once."""
UNITS = {
    "share": "1", "base": "1 if it stands on 31 December", "arms_share": "1", "military_aid": "MUSD/yr",
    "position": "UNGA scale", "overthrow": "1 if the regime fell in the year",
}  # fmt: skip


class Yearly:
    """What is kept of one batch: the year of the origin is the state before the first quarter."""

    def __init__(self, first: World, runs: int, years: int) -> None:
        p, c = first.share.shape[1:]
        self.arrays: dict[str, Array] = {
            name: np.zeros((runs, years + 1, *((c,) if name in ("position", "overthrow") else (p, c))))
            for name in UNITS
        }
        self._state(first, 0)
        self.arrays["share"][:, 0] = first.share

    def _state(self, world: World, year: int) -> None:
        self.arrays["base"][:, year] = world.base
        self.arrays["position"][:, year] = world.position[:, :, 0]
        self.arrays["arms_share"][:, year] = share_of(world.arms, total(world.arms, 1)[:, None, :])

    def add(self, world: World, happened: Happened, done: int) -> None:
        """Quarter number `done`, from 0."""
        year = 1 + done // 4
        self.arrays["share"][:, year] += world.share / 4
        self.arrays["military_aid"][:, year] += world.delivered[..., ARMS]
        self.arrays["overthrow"][:, year] = np.maximum(self.arrays["overthrow"][:, year], world.overthrow)
        if done % 4 == 3:
            self._state(world, year)


def draw(scenario: Scenario, runs: int, seed: int, drawn: list[Drawn] | None = None) -> list[Scenario]:
    """A scenario a run, all figures with a range drawn at once from a Latin hypercube. Equal numbers give equal places."""
    figures = ranges(scenario) if drawn is None else drawn
    cells = Cells(scenario)
    places = qmc.LatinHypercube(max(1, len(figures)), seed=np.random.default_rng(seed)).random(runs)
    keys = [(cells.key(d.path), cells.fields[d.path]) for d in figures]
    out = []
    for row in places:
        numbers = {
            key: inside(entry, d.low + place * (d.high - d.low))
            for (key, entry), d, place in zip(keys, figures, row.tolist(), strict=False)
        }
        out.append(replace(scenario, numbers={**scenario.numbers, **numbers}))
    return out


def futures(
    scenario: Scenario,
    paths: Callable[[Scenario], tuple[Event, ...]],
    runs: int,
    seed: int,
    years: int,
    progress: Callable[[int], None] | None = None,
) -> xr.Dataset:
    """`runs` futures of `years` years, by (run, year, patron, client); the first year is that of the origin.

    `paths` gives the events of a run. Runs of equal number share their draw and their luck whatever the paths are.
    """
    variants = [replace(v, events=(*v.events, *paths(v))) for v in draw(scenario, runs, seed)]
    start = replace(scenario, events=(*scenario.events, *paths(scenario)))
    last = start.start + 4 * years - 1
    parts = []
    for at in range(0, runs, BATCH):
        chunk = variants[at : at + BATCH]
        begun = prepare(start, np.arange(at, at + len(chunk)), seed, chunk)
        kept = Yearly(begun.world, len(chunk), years)
        for done, (world, happened) in enumerate(quarters(begun, last)):
            kept.add(world, happened, done)
            if progress is not None:
                progress(len(chunk))
        parts.append(kept.arrays)
    origin = start.start // 4 - 1
    coords = {
        "run": np.arange(runs), "year": np.arange(origin, origin + years + 1),
        "patron": list(start.patrons), "client": list(start.clients),
    }  # fmt: skip
    data = {}
    for name, unit in UNITS.items():
        whole = np.concatenate([part[name] for part in parts])
        dims = ("run", "year", "client") if whole.ndim == 3 else ("run", "year", "patron", "client")
        data[name] = xr.DataArray(whole, dims=dims, attrs={"unit": unit})
    return xr.Dataset(data, coords=coords)
