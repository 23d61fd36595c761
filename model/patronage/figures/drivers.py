"""What drives an outcome: indices, effects and scores of factors, and how they change over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from patronage.figures.style import GREY, INK, LINES, fitting, legend, panels, shorten
from patronage.looks import BLUE, REST, VERMILLION
from patronage.results.ensemble import year_of

MOST_FACTORS = 14
MOST_PANELS = 8
MOST_LINES = 6
PALETTE = (BLUE, VERMILLION, *REST)


def _rows(tables: Mapping[str, pd.DataFrame], by: str) -> list[str]:
    """Variables in the order of the largest value in any outcome; the rest is left out."""
    top = pd.concat([t.set_index("variable")[by] for t in tables.values()], axis=1).max(axis=1).fillna(0)
    return [str(v) for v in top.sort_values(ascending=False, kind="stable").index[:MOST_FACTORS]]


def _shown(tables: Mapping[str, pd.DataFrame], by: str) -> dict[str, pd.DataFrame]:
    """Tables that say something, as many as fit."""
    return {k: t for k, t in list(tables.items()) if t[by].notna().any()} if tables else {}


def _bars(
    tables: Mapping[str, pd.DataFrame], bars: Sequence[tuple[str, str, str]], labels: Mapping[str, str], title: str,
    note: str, points: str = "", zero_one: bool = False,
) -> Figure | None:  # fmt: skip
    """Horizontal bars with intervals: a panel per outcome, a row per variable; `bars` as (column, colour, legend)."""
    tables = dict(list(_shown(tables, bars[-1][0]).items())[:MOST_PANELS])
    if not tables:
        return None
    rows = _rows(tables, bars[-1][0])
    columns = min(3, len(tables))
    fig, axes = panels(
        len(tables), title, note, columns=columns, width=4.0 + 2.7 * columns, height=0.75 + 0.3 * len(rows), left=3.1,
        sharex=zero_one,
    )  # fmt: skip
    places = np.arange(len(rows))
    thick = 0.74 / len(bars)
    for ax, (outcome, table) in zip(axes, tables.items(), strict=True):
        one = table.set_index("variable").reindex(rows)
        for i, (column, colour, _) in enumerate(bars):
            at = places + (i - (len(bars) - 1) / 2) * thick
            ax.barh(at, one[column], height=thick * 0.92, color=colour)
            low, high = one[f"{column}_low"], one[f"{column}_high"]
            ax.hlines(at, low, high, color=INK, lw=0.9)
        if points:
            ax.plot(one[points], places, "D", color=VERMILLION, ms=3.5)
        ax.set_title(fitting(ax, labels.get(outcome, outcome)))
        ax.set_yticks(places, [shorten(labels.get(r, r), 48) for r in rows])
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.axvline(0, color=GREY, lw=0.6)
        if zero_one:
            ax.set_xlim(-0.08, 1.08)
    handles: list[tuple[Any, str]] = [(Patch(color=colour), text) for _, colour, text in bars]
    handles.append((Line2D([], [], color=INK, lw=0.9), "95 % interval"))
    if points:
        handles.append((Line2D([], [], color=VERMILLION, marker="D", ls="", ms=3.5), "sigma: depends on the others"))
    legend(fig, [h for h, _ in handles], [t for _, t in handles])
    return fig


def sobol(tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], note: str) -> Figure | None:
    """First-order and total Sobol indices."""
    bars = [("S1", "#9CC3E0", "alone (S1)"), ("ST", BLUE, "with all it interacts with (ST)")]
    return _bars(tables, bars, labels, "What drives the outcomes: Sobol indices", note, zero_one=True)


def morris(tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], note: str) -> Figure | None:
    """Mean size of the elementary effects, and sigma."""
    bars = [("mu_star", BLUE, "mean size of the effect of the whole range (mu*)")]
    return _bars(tables, bars, labels, "What moves the outcomes: Morris effects", note, points="sigma")


def over_time(tables: Mapping[str, pd.DataFrame], by: str, labels: Mapping[str, str], note: str) -> Figure | None:
    """An index by quarter: a panel per measure, lines for the variables that matter most in it."""
    tables = dict(list(_shown(tables, by).items())[:MOST_PANELS])
    if not tables:
        return None
    top = pd.concat([t.groupby("variable", sort=False)[by].mean() for t in tables.values()], axis=1).max(axis=1)
    shown = [str(v) for v in top.sort_values(ascending=False, kind="stable").index[:MOST_LINES]]
    colours = {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(shown)}
    what = {"ST": "total Sobol index", "mu_star": "mean size of the effect (mu*)"}[by]
    columns = min(2, len(tables))
    fig, axes = panels(
        len(tables), "What drives it, quarter by quarter", note, columns=columns, width=10, height=2.7,
        legend_rows=-(-len(shown) // 3), sharey=by == "ST",
    )  # fmt: skip
    for ax, (measure, table) in zip(axes, tables.items(), strict=True):
        for i, name in enumerate(shown):
            one = table[table["variable"] == name]
            years = [year_of(str(q)) for q in one["quarter"]]
            low, high = one[f"{by}_low"].astype(float), one[f"{by}_high"].astype(float)
            ax.fill_between(years, low, high, color=colours[name], alpha=0.12, lw=0)
            ax.plot(years, one[by].astype(float), color=colours[name], ls=LINES[i % len(LINES)])
        ax.set_title(fitting(ax, labels.get(measure, measure)))
        if by == "ST":
            ax.set_ylim(-0.05, 1.1)
    axes[0].set_ylabel(what)
    handles = [Line2D([], [], color=colours[n], ls=LINES[i % len(LINES)]) for i, n in enumerate(shown)]
    legend(fig, handles, [shorten(labels.get(n, n), 50) for n in shown], columns=3)
    return fig


def scores(tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], note: str) -> Figure | None:
    """Feature scores: variables by outcomes."""
    if not tables:
        return None
    rows, columns = _rows(tables, "score"), list(tables)[:12]
    values = np.array([[tables[c].set_index("variable")["score"].get(r, np.nan) for c in columns] for r in rows])
    fig, axes = panels(
        1, "What tells the outcomes: feature scores", note, width=3.6 + max(2.8, 0.95 * len(columns)),
        height=0.9 + 0.3 * len(rows), left=3.1, legend_rows=2,
    )  # fmt: skip
    ax = axes[0]
    top = max(0.2, float(np.nanmax(values)))
    ax.imshow(values, cmap="Blues", vmin=0, vmax=top, aspect="auto")
    ax.grid(visible=False)
    ax.set_yticks(range(len(rows)), [shorten(labels.get(r, r), 48) for r in rows])
    ax.set_xticks(range(len(columns)), [shorten(labels.get(c, c), 26) for c in columns], rotation=18, ha="right")
    for (i, j), v in np.ndenumerate(values):
        if np.isfinite(v):
            ax.text(j, i, f"{v:.2f}".lstrip("0"), ha="center", va="center", fontsize=7,
                    color="white" if v > 0.6 * top else INK)  # fmt: skip
    return fig
