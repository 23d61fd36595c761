"""Ensembles from an origin: one draw of all assumptions a run, kept year by year."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from patronage import compiling
from patronage.driving import Ensemble, prepare
from patronage.errors import NotFiniteError
from patronage.scenario import Scenario
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.scenario.events import Event
from patronage.scenario.scenario import inside
from patronage.world.arrays import Array, share_of

from ..patterns.draws import RangedPath, ranges
from ..patterns.ensembles import Cells
from . import index_parts

ARMS = INSTRUMENTS.index("arms")
BATCH = 400
"""Runs that are advanced together."""
UNITS = {
    "share": "1", "fbic": "1", "base": "1 if it stands on 31 December", "arms_share": "1", "military_aid": "MUSD/yr",
    "position": "UNGA scale", "overthrow": "1 if the regime fell in the year", **dict.fromkeys(index_parts.NAMES, "1"),
}  # fmt: skip


WANTED = ("share", "fbic", "base", "position", "arms", "delivered", "overthrow")
"""Variables of the world that the yearly numbers are made of, beside the parts of the index."""


def seen(ensemble: Ensemble) -> dict[str, Array]:
    """What is kept of a quarter, [r, ...] each. The parts are those at its end, when members have come and gone."""
    world = ensemble.world
    return {name: getattr(world, name).astype(np.float64) for name in WANTED} | index_parts.parts(world, ensemble.parameters)


def advanced(ensemble: Ensemble, quarters: int, progress: Callable[[int], None] | None = None) -> dict[str, Array]:
    """What is kept of all quarters, [r, quarters, ...] each. NotFiniteError for a run whose numbers run away."""
    start = ensemble.start
    compiling.compiled(start.bucket, len(ensemble.worlds) * start.dyads * quarters)  # decided for the whole, not for a quarter
    kept: dict[str, Array] = {}
    for t in range(quarters):
        ensemble.step()
        for name, now in seen(ensemble).items():
            kept.setdefault(name, np.empty((len(now), quarters, *now.shape[1:])))[:, t] = now
        if progress is not None:
            progress(len(ensemble.worlds))
    for lost in ensemble.lost():
        raise NotFiniteError(f"run {start.replications[lost.run]} of {start.scenario.name}: {lost}")
    return kept


def yearly(quarterly: Mapping[str, Array], first: Mapping[str, Array]) -> dict[str, Array]:
    """Numbers by year, [r, years + 1, ...], from [r, quarters, ...]; the first year is the state before the first quarter."""
    runs, quarters = quarterly["share"].shape[:2]

    def four(x: Array) -> Array:
        return x.reshape(runs, quarters // 4, 4, *x.shape[2:])

    def with_origin(before: Array, years: Array) -> Array:
        return np.concatenate([before[:, None], years], axis=1)

    def added(x: Array) -> Array:
        return ((x[:, :, 0] + x[:, :, 1]) + x[:, :, 2]) + x[:, :, 3]

    def of_all(stock: Array) -> Array:
        return share_of(stock, stock.sum(axis=-2, keepdims=True))

    arms = four(quarterly["delivered"][..., ARMS])
    means = {name: with_origin(first[name], added(four(quarterly[name]) / 4)) for name in ("share", "fbic", *index_parts.NAMES)}
    return means | {
        "base": with_origin(first["base"], four(quarterly["base"])[:, :, 3]),
        "arms_share": with_origin(of_all(first["arms"]), of_all(four(quarterly["arms"])[:, :, 3])),
        "military_aid": with_origin(np.zeros((runs, *arms.shape[3:])), added(arms)),
        "position": with_origin(first["position"][:, :, 0], four(quarterly["position"])[:, :, 3, :, 0]),
        "overthrow": with_origin(np.zeros_like(first["overthrow"]), four(quarterly["overthrow"]).max(axis=2)),
    }


def column(path: str, runs: int, seed: int) -> Array:
    """[R] places of a figure between 0 and 1, one in every part of equal size: a column of a Latin hypercube."""
    luck = np.random.default_rng([seed, zlib.crc32(path.encode())])
    return np.asarray((luck.permutation(runs) + luck.random(runs)) / runs)


def draw(scenario: Scenario, runs: int, seed: int, drawn: list[RangedPath] | None = None) -> list[Scenario]:
    """A scenario a run, all figures with a range drawn at once from a Latin hypercube.

    A figure's places depend on its path alone: a rule is what it is in a run whatever the origin and the region.
    """
    figures = ranges(scenario) if drawn is None else drawn
    cells = Cells(scenario)
    places = np.stack([column(d.path, runs, seed) for d in figures], axis=1) if figures else np.empty((runs, 0))
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
    parts = []
    for at in range(0, runs, BATCH):
        chunk = variants[at : at + BATCH]
        ensemble = prepare(start, np.arange(at, at + len(chunk)), seed, chunk).ensemble()
        first = seen(ensemble)
        parts.append(yearly(advanced(ensemble, 4 * years, progress), first))
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
