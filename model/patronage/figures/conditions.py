"""Under which conditions an outcome counts: boxes, how they were found, and tipping points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from patronage.figures.style import GREY, INK, fitting, legend, panels, shorten
from patronage.looks import BLUE, VERMILLION

MOST_PANELS = 12


@dataclass(frozen=True)
class Bar:
    """One restriction of a box, on the range of its factor scaled to 0-1."""

    label: str
    low: float
    high: float
    text: str
    """The limits as people write them."""


@dataclass(frozen=True)
class DrawnBox:
    """A box as it is drawn."""

    title: str
    bars: tuple[Bar, ...]
    coverage: float
    density: float
    base: float
    trail: pd.DataFrame | None


def boxes(found: Sequence[DrawnBox], note: str) -> Figure | None:
    """The restrictions of each box on the range of its factors, and beside it the peeling that led to it."""
    found = [b for b in found if b.bars][:MOST_PANELS]
    if not found:
        return None
    most = max(len(b.bars) for b in found)
    fig, axes = panels(
        2 * len(found), "Conditions found by PRIM", note, columns=2, width=10.5, height=1.1 + 0.34 * max(most, 3),
        left=3.1, sharex=False, sharey=False, gap=0.6, row_gap=0.62, legend_rows=2,
    )  # fmt: skip
    for k, box in enumerate(found):
        left, right = axes[2 * k], axes[2 * k + 1]
        for i, bar in enumerate(box.bars):
            left.hlines(i, 0, 1, color="#E2E2E2", lw=9)
            left.hlines(i, bar.low, bar.high, color=BLUE, lw=9)
            left.text(0.5, i - 0.27, bar.text, ha="center", va="bottom", fontsize=7, color=INK)
        left.set_yticks(range(len(box.bars)), [shorten(b.label, 46) for b in box.bars])
        left.set_ylim(max(len(box.bars), 2) - 0.5, -0.75)
        left.set_xlim(-0.02, 1.02)
        left.set_xticks([0, 1], ["low end", "high end"])
        left.grid(visible=False)
        left.set_title(fitting(left, box.title))
        if box.trail is not None:
            right.plot(box.trail["coverage"], box.trail["density"], "o-", color=GREY, ms=2.5, lw=0.7)
        right.plot(box.coverage, box.density, "s", color=BLUE, ms=7)
        right.axhline(box.base, color=VERMILLION, lw=0.9, ls=(0, (4, 2)))
        right.set_xlim(-0.02, 1.04)
        right.set_ylim(0, 1.04)
        right.set_xlabel("coverage")
        right.set_ylabel("density")
    handles: list[Any] = [
        Patch(color=BLUE), Line2D([], [], color=GREY, marker="o", ms=2.5), Line2D([], [], color=BLUE, marker="s", ls=""),
        Line2D([], [], color=VERMILLION, ls=(0, (4, 2))),
    ]  # fmt: skip
    legend(fig, handles, ["inside", "peeling", "the box chosen", "density of everything"])
    return fig


@dataclass(frozen=True)
class Curve:
    """How often an outcome counts along one factor."""

    title: str
    label: str
    table: pd.DataFrame
    """x, share, fit, points."""
    at: float
    low: float
    high: float
    text: str
    """The tipping point as people write it."""
    quarter: bool = False


def tipping(curves: Sequence[Curve], note: str) -> Figure | None:
    """Share of runs in which the outcome counts along each factor, and where it crosses one half."""
    shown = list(curves)[:MOST_PANELS]
    if not shown:
        return None
    columns = min(3, len(shown))
    fig, axes = panels(
        len(shown), "Tipping points: where it comes to hold in half of the runs", note, columns=columns,
        width=max(7.0, 1.0 + 3.3 * columns), height=3.05, sharex=False, gap=0.35, row_gap=0.85, legend_rows=3,
    )  # fmt: skip
    for ax, c in zip(axes, shown, strict=True):
        ax.plot(c.table["x"], c.table["share"], "o", color="#9A9A9A", ms=3.5)
        ax.plot(c.table["x"], c.table["fit"], color=BLUE)
        ax.axhline(0.5, color=INK, lw=0.6)
        if np.isfinite(c.at):
            x0, x1 = ax.get_xlim()
            if not np.isnan(c.low):
                ax.axvspan(max(c.low, x0), min(c.high, x1), color=VERMILLION, alpha=0.15, lw=0)
            ax.axvline(c.at, color=VERMILLION, lw=1)
            ax.set_xlim(x0, x1)
        ax.set_ylim(-0.04, 1.04)
        ax.set_title(fitting(ax, c.title))
        ax.set_xlabel(f"{shorten(c.label, 52)}\n{c.text}", fontsize=7.5)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        if c.quarter:
            ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}" if x == int(x) else ""))
    axes[0].set_ylabel("share of runs")
    handles: list[Any] = [
        Line2D([], [], color="#9A9A9A", marker="o", ls="", ms=3.5), Line2D([], [], color=BLUE),
        Line2D([], [], color=VERMILLION), Patch(color=VERMILLION, alpha=0.15),
    ]  # fmt: skip
    legend(fig, handles, ["share in a group of points", "monotone line", "tipping point", "its 95 % interval"])
    return fig


def leaves(tables: Mapping[str, Sequence[tuple[str, float, float]]], note: str) -> Figure | None:
    """CART: the leaves of each tree, as wide as their share of the points and as high as their density."""
    shown = [(k, v) for k, v in tables.items() if len(v) > 1][:MOST_PANELS]
    if not shown:
        return None
    columns = min(3, len(shown))
    fig, axes = panels(
        len(shown),
        "Leaves found by CART",
        note,
        columns=columns,
        width=max(6.0, 0.9 + 3.2 * columns),
        height=2.5,
        row_gap=0.62,
        legend_rows=2,
    )
    for ax, (title, rows) in zip(axes, shown, strict=True):
        at = 0.0
        for i, (_, mass, density) in enumerate(rows):
            ax.bar(at, density, width=mass, align="edge", color=BLUE, alpha=0.35 + 0.55 * density, edgecolor="white")
            ax.text(at + mass / 2, 0.02, chr(ord("a") + i), ha="center", va="bottom", fontsize=7, color=INK)
            at += mass
        ax.set_ylim(0, 1.04)
        ax.set_xlim(0, 1)
        ax.set_title(fitting(ax, title))
        ax.set_xlabel("share of the points")
    axes[0].set_ylabel("density")
    legend(fig, [Patch(color=BLUE)], ["share of runs in which it counts; letters as in the table"])
    return fig
