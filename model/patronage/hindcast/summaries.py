"""What an ensemble from an origin tells about each target: changes with their spread, or chances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from patronage.world.arrays import Array

from .measurement import Path
from .past import Dyad
from .scales import to_scale
from .targets import PARTS, SMOOTHED, TARGETS

SCORED = (*SMOOTHED, "fbic_share", "ideal_point", "arms_share", "military_aid", "base", "irregular_exit")
"""Targets that are forecast; the distance of ideal points follows from one of them."""
NUMBERS = tuple(t for t in SCORED if TARGETS[t].kind not in ("state", "event"))
OWN = {
    "ideal_point": "position", "irregular_exit": "overthrow", "base": "base", "arms_share": "arms_share",
    "military_aid": "military_aid",
}  # fmt: skip
"""Variables of `futures` that stand for a target as they are."""

Dyads = Mapping[str, tuple[Dyad, ...]]
Summaries = Mapping[str, Mapping[str, Array]]
"""By target: mean and covariance of the change, the median change of what is smoothed, or the chance by horizon."""


def dyads_of(observed: pd.DataFrame) -> dict[str, tuple[Dyad, ...]]:
    """By target: the patrons and clients of whom something is known, sorted."""
    found = observed[observed["target"].isin(SCORED)][["target", "patron", "client"]].drop_duplicates()
    return {
        t: tuple(sorted((str(p), str(c)) for p, c in mine[["patron", "client"]].itertuples(index=False)))
        for t, mine in found.groupby("target", sort=True)
    }


def quantity(target: str, data: xr.Dataset, dyads: Sequence[Dyad]) -> Array:
    """[R, H+1, N] the model's own quantity, the year of the origin first."""
    clients = [c for _, c in dyads]
    if target in ("ideal_point", "irregular_exit"):
        return np.stack([data[OWN[target]].sel(client=c).values for c in clients], axis=-1)
    if target in ("fbic", "fbic_share"):
        whole = data["fbic"]
        if target == "fbic_share":
            measured = sorted({p for p, _ in dyads})
            whole = whole / whole.sel(patron=measured).sum("patron").clip(min=1e-12)
    else:
        whole = data[OWN.get(target, target)]
    return np.stack([whole.sel(patron=p, client=c).values for p, c in dyads], axis=-1)


def summarise(data: xr.Dataset, dyads: Dyads) -> dict[str, dict[str, Array]]:
    """Everything the scores need of an ensemble."""
    out: dict[str, dict[str, Array]] = {}
    for target, pairs in dyads.items():
        if target in PARTS and target not in data:
            continue
        values = quantity(target, data, pairs)
        if target in SMOOTHED:
            scaled = to_scale(TARGETS[target].kind, values)
            out[target] = {"median": np.median(scaled[:, 1:] - scaled[:, :1], axis=0).T}
        elif target in NUMBERS:
            if target == "military_aid":  # a flow: the year of the origin has none of its own
                values[:, 0] = values[:, 1]
            path = Path.of(to_scale(TARGETS[target].kind, values))
            out[target] = {"mean": path.mean, "covariance": path.covariance}
        elif target == "irregular_exit":
            out[target] = {"chance": np.maximum.accumulate(values[:, 1:], axis=1).mean(axis=0)}
        else:
            out[target] = {"chance": values[:, 1:].mean(axis=0)}
    return out


def path_of(of: Summaries, target: str) -> Path:
    """The change of a quantity."""
    return Path(of[target]["mean"], of[target]["covariance"])
