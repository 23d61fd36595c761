"""How parts add up to a whole: a waterfall."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from patronage.figures.style import GREY, INK, panels, shorten
from patronage.looks import BLUE, VERMILLION

MOST_BARS = 16
"""Parts that have a bar of their own; those with the smallest values share one."""

FAR = 5
"""How many times smaller than its ends a change is that is drawn without the zero."""


def waterfall(parts: pd.DataFrame, ends: tuple[tuple[str, float], tuple[str, float]], title: str, note: str, unit: str) -> Figure:
    """Bars from one end to the other, a row a part (`part`, `value`, `low`, `high`), the largest first.

    `ends`: name and height of where it begins and where it ends. Whiskers are the intervals of the parts.
    """
    shown = _shown(parts)
    names = [ends[0][0], *(str(p).replace("_", " ") for p in shown["part"]), ends[1][0]]
    fig, (ax,) = panels(1, title, note, height=0.9 + 0.32 * len(names), left=2.6)
    at, place = ends[0][1], 1
    ax.barh(0, at, height=0.62, color=GREY)
    for row in shown.itertuples():
        value = float(row.value)
        ax.barh(place, value, left=at, height=0.62, color=BLUE if value > 0 else VERMILLION)
        ax.vlines(at, place - 1.31 if place > 1 else place - 0.69, place + 0.31, color=INK, lw=0.6)
        if np.isfinite([row.low, row.high]).all():
            ax.hlines(place, at + row.low, at + row.high, color=INK, lw=0.9)
        at, place = at + value, place + 1
    ax.vlines(at, place - 1.31, place + 0.31, color=INK, lw=0.6)
    ax.barh(place, ends[1][1], height=0.62, color=GREY)
    reached = [e[1] for e in ends] + list(ends[0][1] + np.cumsum(shown["value"].to_numpy(dtype=float)))
    span = max(reached) - min(reached)
    cut = 0 < span < min(map(abs, reached)) / FAR and (min(reached) > 0) == (max(reached) > 0)
    if cut:
        ax.set_xlim(min(reached) - span / 2, max(reached) + span / 2)
    else:
        ax.axvline(0, color=INK, lw=0.6)
    ax.set_yticks(range(len(names)), [shorten(n, 38) for n in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlabel(f"{unit} (the axis does not begin at 0)".strip() if cut else unit)
    return fig


def _shown(parts: pd.DataFrame) -> pd.DataFrame:
    """The largest parts in order; what is left as one row without an interval."""
    order = parts.reindex(parts["value"].abs().sort_values(ascending=False, kind="stable").index)
    if len(order) <= MOST_BARS:
        return order
    kept, left = order.iloc[: MOST_BARS - 1], order.iloc[MOST_BARS - 1 :]
    rest = {"part": f"{len(left)} more", "value": left["value"].sum(), "low": np.nan, "high": np.nan}
    return pd.concat([kept, pd.DataFrame([rest])], ignore_index=True)


