"""The board of skill as a figure: the increment over decided by region, a panel a horizon. It takes tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .hindcast import LOOKS, _figure
from .style import GREY, save, styled

CAPTION = "Increment over what three-year means have decided, by region and horizon, with 90 % intervals by bootstrap over dyads."
REACH = 0.6
"""How far the axis goes to both sides."""


def regions(rows: pd.DataFrame, names: Sequence[str], horizons: Sequence[int]) -> Figure:
    """`rows`: increments of influence, all patrons, by region ("all" for all), column and horizon."""
    order = [*reversed(names), "all"]
    figure = _figure(2.4 * len(horizons) + 1.2, 0.22 * len(order) + 1.2, "Increment over decided: above 0 the model adds")
    axes = np.atleast_1d(figure.subplots(1, len(horizons), sharex=True, sharey=True))
    for ax, horizon in zip(axes, horizons, strict=True):
        ax.axvline(0, color=GREY, lw=0.8)
        for shift, (column, (colour, label)) in zip((0.14, -0.14), LOOKS.items(), strict=True):
            mine = rows[(rows["horizon"] == horizon) & (rows["column"] == column)].set_index("region").reindex(order)
            low, high = (mine["skill"] - mine["low"]).clip(lower=0), (mine["high"] - mine["skill"]).clip(lower=0)
            at = np.arange(len(order)) + shift
            ax.errorbar(mine["skill"], at, xerr=[low, high], color=colour, fmt="o", ms=3, lw=0.9, label=label)
        ax.set_title("1 year" if horizon == 1 else f"{horizon} years")
        ax.set_xlim(-REACH, REACH)
    axes[0].set_yticks(np.arange(len(order)), order)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def plates(skills: pd.DataFrame, names: Sequence[str], horizons: Sequence[int], out: Path) -> list[Path]:
    """The figure as PNG and SVG. `skills`: as of `hindcast.board.skills`."""
    wanted = {"target": "fbic", "patron": "all", "split": "all", "to": skills["to"].max(), "method": "model", "baseline": "decided"}
    mine = skills[(skills[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    with styled():
        return save(regions(mine, names, horizons), out, "regions")
