"""How the index of a patron has changed worldwide: a forecaster that knows no region."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..data.tables import Tables
from .scales import to_scale

COLUMNS = ("patron", "year", "sum", "count")


def changes(tables: Tables, patrons: Sequence[str]) -> pd.DataFrame:
    """Changes from the year before, added up over all clients of the tables: patron, year, sum [on the scale of shares], count."""
    if "fbic_influence" not in tables.dyad:
        return pd.DataFrame(columns=list(COLUMNS))
    index = tables.dyad["fbic_influence"].dropna()
    index = index[index.index.get_level_values("patron").isin(list(patrons))].sort_index()
    frame = index.reset_index()
    z = to_scale("share", frame["fbic_influence"].to_numpy(dtype=np.float64))
    same = (frame[["patron", "client"]] == frame[["patron", "client"]].shift()).all(axis=1)
    step = same & (frame["year"] == frame["year"].shift() + 1)
    made = frame.assign(change=np.r_[np.nan, np.diff(z)] if len(z) else z)[step]
    out = made.groupby(["patron", "year"])["change"].agg(["sum", "count"]).reset_index()
    return out[list(COLUMNS)]


def drift(changed: pd.DataFrame, first: int, origin: int) -> dict[str, float]:
    """Mean change a year by patron, from the first year of a window to the origin; nothing later is looked at."""
    mine = changed[(changed["year"] > first) & (changed["year"] <= origin)]
    sums = mine.groupby("patron")[["sum", "count"]].sum()
    return {str(p): float(row["sum"] / row["count"]) for p, row in sums.iterrows() if row["count"] > 0}
