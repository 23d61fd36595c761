"""Forecasts of every target from one origin: by the model, in both columns of paths, and by the baselines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from patronage.world.arrays import Array

from ..data.tables import DataError
from . import baselines, chances, increment, measurement
from .past import Forecast, Pairs, Past
from .scores import described
from .summaries import NUMBERS, Summaries, path_of
from .targets import SMOOTHED, TARGETS

Ensembles = Mapping[str, Mapping[int, Summaries]]
"""By column and origin: what the model tells."""
Made = tuple[pd.DataFrame, list[dict[str, object]]]
"""Forecasts and links of one target."""


def forecast(
    known: pd.DataFrame,
    ensembles: Ensembles,
    origin: int,
    horizons: Sequence[int],
    first: int,
    dyads: Mapping[str, Sequence[tuple[str, str]]],
    drift: Mapping[str, float],
) -> Iterator[Made]:
    """Forecasts of every target from one origin, and their links a column. `known`: what was observed, up to the origin at least.

    `drift`: mean change of the index a year by patron, worldwide, as known at the origin. Rows later than the origin and ensembles
    begun later are not looked at.
    """
    mine = {c: {o: t for o, t in found.items() if o <= origin} for c, found in ensembles.items()}
    for target, pairs in dyads.items():
        past = Past.of(known, target, TARGETS[target].kind, first, origin, pairs)
        past = replace(past, drift=dict(drift)) if target == "fbic" else past
        try:
            yield (_numbers if target in NUMBERS else _chances)(target, past, mine, origin, horizons)
        except DataError:
            continue  # too little is known by then; the target has no forecasts from this origin


def _frame(target: str, past: Past, origin: int, made: Sequence[tuple[str, str, int, Mapping[str, Array]]]) -> pd.DataFrame:
    """Rows of the dyads that are known at the origin; `made`: column, method, horizon, numbers by dyad."""
    patrons, clients = (np.array(x, dtype=object) for x in zip(*past.dyads, strict=True))
    known = np.isfinite(past.now)
    count, names = int(known.sum()), list(made[0][3])
    numbers = {name: np.concatenate([columns[name][known] for *_, columns in made]) for name in names}
    horizon = np.repeat([h for _, _, h, _ in made], count)
    return pd.DataFrame({
        "target": target, "column": np.repeat([c for c, *_ in made], count), "method": np.repeat([m for _, m, *_ in made], count),
        "patron": np.tile(patrons[known], len(made)), "client": np.tile(clients[known], len(made)),
        "origin": origin, "horizon": horizon, "year": origin + horizon, **numbers,
    })  # fmt: skip


def _numbers(target: str, past: Past, ensembles: Ensembles, origin: int, horizons: Sequence[int]) -> Made:
    pairs = past.pairs(max(horizons))
    fitted = {name: baselines.fit(name, past, pairs) for name in baselines.offered(past)}
    made, links = [], []
    for column, by_origin in ensembles.items():
        by: dict[int, Forecast] = {}
        if target in by_origin[origin]:  # not every part of the index is a quantity of the model
            by, link = _model(target, past, pairs, by_origin, origin, horizons)
            links.append({"column": column, "origin": origin, "target": target} | link)
        for h in horizons:
            methods = {name: baselines.forecast(*f, past, h) for name, f in fitted.items()}
            if by and h not in by:
                continue  # the ensembles end before
            for method, f in (methods | ({"model": by[h]} if by else {})).items():
                numbers = {"centre": f.centre, "variance": f.variance} | described(past.kind, f)
                made.append((column, method, h, numbers))
    return _frame(target, past, origin, made), links


def _model(
    target: str, past: Past, pairs: Pairs, by_origin: Mapping[int, Summaries], origin: int, horizons: Sequence[int]
) -> tuple[dict[int, Forecast], dict[str, object]]:
    """Forecasts by horizon, and the numbers of the link."""
    if target in SMOOTHED:
        medians = {o: t[target]["median"] for o, t in by_origin.items()}
        by_k = increment.fit(past, pairs, {o: m for o, m in medians.items() if o < origin})
        ahead = [h for h in horizons if h <= medians[origin].shape[1]]
        found = {h: increment.forecast(by_k, past, medians[origin], h) for h in ahead}
        return found, _link(by_k.k, np.nan, by_k.spread.sigma, by_k.spread.tau, by_k.pairs)
    paths = {o: path_of(t, target) for o, t in by_origin.items()}
    link = measurement.fit(past, pairs, {o: p for o, p in paths.items() if o < origin})
    ahead = [h for h in horizons if h <= paths[origin].mean.shape[1]]
    found = {h: measurement.forecast(link, paths[origin], past, h) for h in ahead}
    return found, _link(link.k, link.kappa, link.spread.sigma, link.spread.tau, len(pairs.h))


def _link(k: float, kappa: float = np.nan, sigma: float = np.nan, tau: float = np.nan, pairs: int = 0) -> dict[str, object]:
    return {"k": k, "kappa": kappa, "sigma": sigma, "tau": tau, "pairs": pairs}


def _chances(target: str, past: Past, ensembles: Ensembles, origin: int, horizons: Sequence[int]) -> Made:
    made, links = [], []
    pairs = past.pairs(max(horizons)) if target == "base" else None
    for column, by_origin in ensembles.items():
        own = {o: t[target]["chance"] for o, t in by_origin.items()}
        k = np.nan if pairs is None else chances.link(past, pairs, {o: c for o, c in own.items() if o < origin})
        links.append({"column": column, "origin": origin, "target": target} | _link(k, pairs=0 if pairs is None else len(pairs.h)))
        for h in (h for h in horizons if h <= len(own[origin])):
            if pairs is not None:
                by = chances.states(past, pairs, h) | {"model": past.now + k * (own[origin][h - 1] - past.now)}
            else:
                by = chances.events(past, h) | {"model": own[origin][h - 1]}
            made += [(column, method, h, {"mean": p}) for method, p in by.items()]
    return _frame(target, past, origin, made), links
