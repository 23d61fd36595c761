"""What a search found: the front, its levers side by side, and how the front grew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from patronage.figures.style import GREY, INK, PALE, legend, panels, shorten
from patronage.looks import BLUE, VERMILLION


def trade_off(
    packages: pd.DataFrame, front: pd.DataFrame, axes: tuple[str, str], labels: tuple[str, str], title: str, note: str
) -> Figure:
    """Two objectives against each other: all packages, the front as found and, where there is one, as it came with fresh luck.

    `packages` and `front` as in `SearchResult`; `axes`: two objectives.
    """
    x, y = axes
    fig, (ax,) = panels(1, title, note, columns=1, height=4.4, left=0.8, sharex=False, sharey=False)
    kept = packages["kept"].to_numpy(dtype=bool)
    handles = [ax.scatter(packages.loc[kept, x], packages.loc[kept, y], s=9, color=PALE, lw=0)]
    names = ["simulated"]
    if not kept.all():
        handles.append(ax.scatter(packages.loc[~kept, x], packages.loc[~kept, y], s=9, color=PALE, marker="x", lw=0.7))
        names.append("breaks a constraint")
    again = f"{x}_again" in front
    if again:
        held = front["holds"].to_numpy(dtype=bool)
        ax.vlines(front[f"{x}_again"], front[f"{y}_low"], front[f"{y}_high"], color=BLUE, lw=0.6, alpha=0.6)
        ax.hlines(front[f"{y}_again"], front[f"{x}_low"], front[f"{x}_high"], color=BLUE, lw=0.6, alpha=0.6)
        handles.append(ax.scatter(front.loc[held, f"{x}_again"], front.loc[held, f"{y}_again"], s=22, color=BLUE, zorder=3))
        names.append("the front with fresh luck")
        if not held.all():
            lost = front[~held]
            handles.append(ax.scatter(lost[f"{x}_again"], lost[f"{y}_again"], s=26, color=VERMILLION, marker="x", zorder=3))
            names.append("loses a constraint with it")
    handles.append(ax.scatter(front[x], front[y], s=20, facecolor="none", edgecolor=INK, lw=0.8, zorder=3))
    names.append("the front as found")
    best = front[front["least_regret"]]
    end = "_again" if again else ""
    at = (best[f"{x}{end}"], best[f"{y}{end}"])
    handles.append(ax.scatter(*at, s=95, marker="D", facecolor="none", edgecolor=VERMILLION, zorder=4))
    names.append("least regret")
    ax.set_xlabel(shorten(labels[0], 90))
    ax.set_ylabel(shorten(labels[1], 60))
    legend(fig, handles, names, 6)
    return fig


def parallel(front: pd.DataFrame, columns: Sequence[tuple[str, str]], title: str, note: str) -> Figure:
    """Levers and objectives side by side, a line a package of the front; the one of least regret in colour.

    `columns`: name and label, in order. Numbers are scaled from the least to the largest of the front, words are put in order.
    """
    fig, (ax,) = panels(1, title, note, columns=1, height=4.0, left=0.6, sharex=False, sharey=False)
    places = np.column_stack([_scaled(front[name]) for name, _ in columns])
    best = front["least_regret"].to_numpy(dtype=bool)
    at = np.arange(len(columns))
    for row in places[~best]:
        ax.plot(at, row, color=BLUE, lw=0.8, alpha=0.45)
    for row in places[best]:
        ax.plot(at, row, color=VERMILLION, lw=2.0)
    for i, (name, _) in enumerate(columns):
        low, high = _ends(front[name])
        ax.text(i, -0.05, low, ha="center", va="top", fontsize=7, color=GREY)
        ax.text(i, 1.03, high, ha="center", va="bottom", fontsize=7, color=GREY)
    ax.set_ylim(-0.14, 1.12)
    ax.set_yticks([])
    wide = max(12, 110 // len(columns))
    ax.set_xticks(at, [shorten(label, wide) for _, label in columns])
    ax.grid(visible=True, axis="x")
    return fig


def growth(table: pd.DataFrame, title: str, note: str) -> Figure:
    """Hypervolume by packages simulated."""
    fig, (ax,) = panels(1, title, note, columns=1, height=2.6, left=0.8, sharex=False, sharey=False)
    ax.plot(table["evaluations"], table["hypervolume"], color=BLUE, marker="o", ms=3)
    ax.set_ylim(0, min(1.0, 1.15 * float(table["hypervolume"].max()) + 0.02))
    ax.set_xlabel("packages simulated")
    ax.set_ylabel("hypervolume")
    return fig


def _scaled(column: pd.Series) -> np.ndarray:
    """A column from 0 to 1; in the middle where all are equal."""
    if pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(dtype=float)
    else:
        order = {v: i for i, v in enumerate(sorted(set(map(str, column))))}
        values = np.array([order[str(v)] for v in column], dtype=float)
    low, high = float(np.min(values)), float(np.max(values))
    return (values - low) / (high - low) if high > low else np.full(len(values), 0.5)


def _ends(column: pd.Series) -> tuple[str, str]:
    """What stands below and above an axis."""
    if not pd.api.types.is_numeric_dtype(column):
        words = sorted(set(map(str, column)))
        return words[0], words[-1] if len(words) > 1 else ""
    low, high = float(column.min()), float(column.max())
    return f"{low:.4g}", f"{high:.4g}" if high > low else ""
