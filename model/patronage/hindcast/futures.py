"""Ensembles from an origin: one draw of all assumptions a run, kept year by year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import xarray as xr
from scipy.stats import qmc

from patronage.driving import prepare
from patronage.scenario import Scenario
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.scenario.events import Event
from patronage.scenario.scenario import inside
from patronage.simulation import series_of
from patronage.world.arrays import Array, share_of
from patronage.world.state import World

from ..patterns.draws import RangedPath, ranges
from ..patterns.ensembles import Cells

ARMS = INSTRUMENTS.index("arms")
BATCH = 400
"""Runs laid out at once."""
UNITS = {
    "share": "1", "fbic": "1", "base": "1 if it stands on 31 December", "arms_share": "1", "military_aid": "MUSD/yr",
    "position": "UNGA scale", "overthrow": "1 if the regime fell in the year",
}  # fmt: skip


WANTED = ("share", "fbic", "base", "position", "arms", "delivered", "overthrow")
"""Variables that the yearly numbers are made of."""


def yearly(quarterly: dict[str, Array], first: World, part: slice) -> dict[str, Array]:
    """Numbers by year, [r, years + 1, ...], from [r, quarters, ...]; the first year is the state before the first quarter."""
    runs, quarters = quarterly["share"].shape[:2]

    def four(x: Array) -> Array:
        return x.reshape(runs, quarters // 4, 4, *x.shape[2:])

    def with_origin(before: Array, years: Array) -> Array:
        return np.concatenate([np.asarray(before, dtype=np.float64)[part, None], years], axis=1)

    def added(x: Array) -> Array:
        return ((x[:, :, 0] + x[:, :, 1]) + x[:, :, 2]) + x[:, :, 3]

    def of_all(stock: Array) -> Array:
        return share_of(stock, stock.sum(axis=-2, keepdims=True))

    arms = four(quarterly["delivered"][..., ARMS])
    nothing = np.zeros((first.runs, *arms.shape[3:]))
    return {
        "share": with_origin(first.share, added(four(quarterly["share"]) / 4)),
        "fbic": with_origin(first.fbic, added(four(quarterly["fbic"]) / 4)),
        "base": with_origin(first.base, four(quarterly["base"])[:, :, 3]),
        "arms_share": with_origin(of_all(first.arms), of_all(four(quarterly["arms"])[:, :, 3])),
        "military_aid": with_origin(nothing, added(arms)),
        "position": with_origin(first.position[:, :, 0], four(quarterly["position"])[:, :, 3, :, 0]),
        "overthrow": with_origin(np.zeros_like(first.gdp), four(quarterly["overthrow"]).max(axis=2)),
    }


def draw(scenario: Scenario, runs: int, seed: int, drawn: list[RangedPath] | None = None) -> list[Scenario]:
    """A scenario a run, all figures with a range drawn at once from a Latin hypercube. Equal numbers give equal places."""
    figures = ranges(scenario) if drawn is None else drawn
    cells = Cells(scenario)
    places = qmc.LatinHypercube(max(1, len(figures)), seed=np.random.default_rng(seed)).random(runs)
    keys = [(cells.key(d.path), cells.fields[d.path]) for d in figures]
    out = []
    for row in places:
        numbers = {
            key: inside(entry, d.low + place * (d.high - d.low))
            for (key, entry), d, place in zip(keys, figures, row[: len(figures)].tolist(), strict=True)
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
        world = begun.world
        for part, quarterly in series_of(begun, last, WANTED, progress):
            parts.append(yearly(quarterly, world, part))
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
