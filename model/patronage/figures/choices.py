"""What a choice changes: outcomes by lever setting, regret and satisficing, paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from patronage.figures.style import INK, fitting, legend, panels, shorten
from patronage.looks import BLUE, GREEN, VERMILLION

MOST_SETTINGS = 16
MOST_PANELS = 6
PALE = "#CFE0EE"


def settings_figure(
    tables: Mapping[str, pd.DataFrame], names: Sequence[str], labels: Mapping[str, str], note: str
) -> Figure | None:
    """Outcomes by lever setting: mean, middle half and 5-95 % over futures and runs; rows as in `names`."""
    if len(names) < 2 or not tables:
        return None
    kept, shown = list(names)[:MOST_SETTINGS], list(tables.items())[:MOST_PANELS]
    fig, axes, at = _panels(len(shown), kept, "Outcomes by setting of the levers", note)
    for ax, (outcome, table) in zip(axes, shown, strict=True):
        one = table.iloc[: len(kept)]
        ax.hlines(at, one["p05"], one["p95"], color=PALE, lw=5)
        ax.hlines(at, one["p25"], one["p75"], color="#7FB2D6", lw=5)
        ax.plot(one["mean"], at, "o", color=BLUE, ms=5)
        ax.set_title(fitting(ax, labels.get(outcome, outcome)))
        ax.margins(x=0.08)
    handles: list[Any] = [
        Line2D([], [], color=BLUE, marker="o", ls="", ms=5), Patch(color="#7FB2D6"), Patch(color=PALE)
    ]  # fmt: skip
    legend(fig, handles, ["mean", "middle half of the runs with a value", "5–95 % of them"])
    return fig


def regret(
    tables: Mapping[str, pd.DataFrame], names: Sequence[str], labels: Mapping[str, str], note: str
) -> Figure | None:
    """Regret of every setting (mean with interval, and the largest), and in how many futures it satisfices."""
    if not tables:
        return None
    kept, shown = list(names)[:MOST_SETTINGS], list(tables.items())[:3]
    title = "Regret and satisficing of the settings"
    fig, axes, at = _panels(2 * len(shown), kept, title, note, columns=2)
    for k, (outcome, table) in enumerate(shown):
        one = table.iloc[: len(kept)]
        left, right = axes[2 * k], axes[2 * k + 1]
        left.barh(at, one["regret"], color=BLUE, height=0.6)
        left.hlines(at, one["regret_low"], one["regret_high"], color=INK, lw=0.9)
        left.plot(one["regret_max"], at, "|", color=VERMILLION, ms=10, mew=2)
        left.set_xlim(left=0)
        left.set_title(fitting(left, f"Regret: {labels.get(outcome, outcome)}"))
        right.barh(at, one["satisfices"], color=GREEN, height=0.6)
        right.hlines(at, one["satisfices_low"], one["satisfices_high"], color=INK, lw=0.9)
        right.set_xlim(0, 1.02)
        right.set_title(fitting(right, "Share of futures in which it is good enough"))
    handles: list[Any] = [
        Patch(color=BLUE), Line2D([], [], color=VERMILLION, marker="|", ls="", ms=10, mew=2), Patch(color=GREEN),
        Line2D([], [], color=INK, lw=0.9),
    ]  # fmt: skip
    legend(fig, handles, ["mean regret over futures", "largest", "satisfices", "95 % interval"])
    return fig


def paired(
    tables: Mapping[str, pd.DataFrame], names: Sequence[str], labels: Mapping[str, str], note: str
) -> Figure | None:
    """Paired differences between settings, those that the sample can tell in colour; a row for each of `names`."""
    shown = list(tables.items())[:MOST_PANELS]
    if not shown or not len(shown[0][1]):
        return None
    rows = [fill(name, 48, max_lines=3, placeholder="…") for name in names[:MOST_SETTINGS]]
    fig, axes, at = _panels(len(shown), rows, "Differences between settings, same future and same luck", note, row=0.42)
    for ax, (outcome, table) in zip(axes, shown, strict=True):
        one = table.iloc[: len(rows)]
        finite = one[["low", "high"]].replace([np.inf, -np.inf], np.nan)
        colours = np.where(one["tells"], BLUE, "#B0B0B0")
        ax.hlines(at, finite["low"], finite["high"], color=list(colours), lw=2.2)
        ax.scatter(one["mean"], at, c=list(colours), s=22, zorder=3)
        ax.axvline(0, color=INK, lw=0.7)
        ax.set_title(fitting(ax, labels.get(outcome, outcome)))
        ax.margins(x=0.12)
        (low, high), least = ax.get_xlim(), float(one["least"].max())
        ax.set_xlim(min(low, -least), max(high, least))  # what is not worth telling does not look large
    handles = [Line2D([], [], color=c, marker="o", ms=4) for c in (BLUE, "#B0B0B0")]
    legend(fig, handles, ["mean difference and its 95 % interval", "sign cannot be told, or not worth telling"])
    return fig


def _panels(
    count: int, rows: Sequence[str], title: str, note: str, columns: int = 3, row: float = 0.32
) -> tuple[Figure, list[Any], np.ndarray[Any, Any]]:
    columns = min(columns, count)
    widest = max(len(part) for r in rows for part in r.split("\n"))
    fig, axes = panels(
        count, title, note, columns=columns, width=max(7.6, 2.4 + 2.8 * columns), height=0.75 + row * len(rows),
        left=min(3.4, 0.35 + 0.062 * min(widest, 48)), sharex=False,
    )  # fmt: skip
    at = np.arange(len(rows))
    for ax in axes:
        ax.set_yticks(at, [r if "\n" in r else shorten(r, 48) for r in rows])
        ax.set_ylim(len(rows) - 0.4, -0.6)
    return fig, axes, at
