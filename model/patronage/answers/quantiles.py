"""Summaries: quantiles of every outcome by point and by lever setting."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .case import Case

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def by_point(case: Case) -> pd.DataFrame:
    """A row per point and outcome: `runs`, in how many of them it exists (`values`), and of these mean, standard error and quantiles.

    The error is NaN for one value, everything for none.
    """
    return _described(case.values.groupby(level="point", sort=False), ["point"])


def by_setting(case: Case) -> pd.DataFrame:
    """A row per lever setting and outcome, over all futures and runs; all points together where there is no lever."""
    names = [v.name for v in case.levers]
    if not names:
        frame = _described(case.values.groupby(np.zeros(len(case.values), dtype=int)), ["all"])
        return frame.drop(columns="all")
    settings = case.points[names].reindex(case.values.index.get_level_values("point"))
    return _described(case.values.groupby([settings[n].to_numpy() for n in names], sort=True), names)


def _described(groups: pd.api.typing.DataFrameGroupBy, keys: list[str]) -> pd.DataFrame:
    parts = []
    for outcome in groups.obj.columns:
        column = groups[outcome]
        table = column.agg(["size", "count", "mean", "sem"])
        table = table.rename(columns={"size": "runs", "count": "values", "sem": "error"})
        edges = pd.concat([column.quantile(q) for q in QUANTILES], axis=1)
        edges.columns = [f"p{round(100 * q):02d}" for q in QUANTILES]
        joined = table.join(edges)
        joined.index.names = keys
        parts.append(joined.reset_index().assign(outcome=str(outcome)))
    out = pd.concat(parts, ignore_index=True)
    return out[[*keys, "outcome", *(c for c in out.columns if c not in {*keys, "outcome"})]]
