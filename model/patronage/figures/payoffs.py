"""Payoffs of a game: a matrix with best responses for two players, profiles below each other for more."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from patronage.figures.style import GREY, INK, PALE, legend, panels, shorten
from patronage.looks import BLUE, GREEN, VERMILLION

MOST_CELLS = 12
"""Choices of a player up to which two players have a matrix."""
MOST_ROWS = 40
COLOURS = (BLUE, VERMILLION, GREEN)


def payoff_figure(payoffs: pd.DataFrame, players: Sequence[tuple[str, str]], title: str, note: str) -> Figure:
    """Payoffs with best responses and equilibria.

    `payoffs`: a row a profile and player: a column a player with its choice, `player`, `payoff`, `low`, `high`, `best` (its choice
    is a best response there), `equilibrium` (share of draws). `players`: code and name.
    """
    codes = [code for code, _ in players]
    if len(codes) == 2 and all(payoffs[c].nunique() <= MOST_CELLS for c in codes):
        return _matrix(payoffs, players, title, note)
    return _rows(payoffs, players, title, note)


def _matrix(payoffs: pd.DataFrame, players: Sequence[tuple[str, str]], title: str, note: str) -> Figure:
    """Rows: what the first does; columns: what the second does; in a cell the payoffs of both, best responses in colour."""
    (one, one_name), (other, other_name) = players
    rows, columns = (list(dict.fromkeys(payoffs[c])) for c in (one, other))
    fig, (ax,) = panels(
        1, title, note, height=1.1 + 0.55 * len(rows), width=max(7.0, 2.8 + 1.35 * len(columns)), left=2.4, legend_rows=2,
    )  # fmt: skip
    ax.grid(visible=False)
    ax.set_xlim(0, len(columns))
    ax.set_ylim(len(rows), 0)
    for code, shift, colour in ((one, 0.27, BLUE), (other, 0.73, VERMILLION)):
        for row in payoffs[payoffs["player"] == code].to_dict("records"):
            x, y = columns.index(row[other]), rows.index(row[one])
            ax.text(
                x + 0.5, y + shift, f"{row['payoff']:.0f}".replace("-", "−"), ha="center", va="center", fontsize=8.5,
                color=colour if row["best"] else GREY, fontweight="bold" if row["best"] else "normal",
            )  # fmt: skip
            if code == one and row["equilibrium"] > 0:
                ax.add_patch(Rectangle((x, y), 1, 1, color=GREEN, alpha=0.35 * row["equilibrium"], lw=0, zorder=0.5))
    ax.vlines(range(len(columns) + 1), 0, len(rows), color=PALE, lw=0.8)
    ax.hlines(range(len(rows) + 1), 0, len(columns), color=PALE, lw=0.8)
    ax.xaxis.tick_top()
    ax.set_xticks(np.arange(len(columns)) + 0.5, [fill(c, 18, max_lines=3, placeholder="…") for c in columns])
    ax.set_yticks(np.arange(len(rows)) + 0.5, [fill(r, 34, max_lines=2, placeholder="…") for r in rows])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_title("")
    handles = [Line2D([], [], color=c, marker="s", ls="", ms=6) for c in (BLUE, VERMILLION)]
    texts = [f"{one_name} (rows), best response", f"{other_name} (columns), best response"]
    legend(fig, [*handles, Patch(color=GREEN, alpha=0.35)], [*texts, "equilibrium, as dark as draws it is one in"], columns=2)
    return fig


def _rows(payoffs: pd.DataFrame, players: Sequence[tuple[str, str]], title: str, note: str) -> Figure:
    """A row a profile, a panel a player: payoff with interval, filled where its choice is a best response."""
    codes = [code for code, _ in players]
    names = [", ".join(row) for row in payoffs[payoffs["player"] == codes[0]][codes].itertuples(index=False)][:MOST_ROWS]
    fig, axes = panels(
        len(codes), title, note, columns=len(codes), width=3.2 + 2.6 * len(codes), height=0.75 + 0.3 * len(names), left=3.0,
        sharex=False,
    )  # fmt: skip
    at = np.arange(len(names))
    for i, (ax, (code, name)) in enumerate(zip(axes, players, strict=True)):
        mine = payoffs[payoffs["player"] == code].iloc[: len(names)]
        colour = COLOURS[i % len(COLOURS)]
        ax.hlines(at, mine["low"], mine["high"], color=colour, lw=1.6)
        ax.scatter(mine["payoff"], at, s=26, zorder=3, edgecolors=colour, facecolors=np.where(mine["best"], colour, "white"))
        for y, part in zip(at, mine["equilibrium"], strict=True):
            if part > 0:
                ax.axhspan(y - 0.5, y + 0.5, color=GREEN, alpha=0.25 * part, lw=0)
        ax.set_yticks(at, [shorten(n, 44) for n in names])
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.set_title(name)
        ax.margins(x=0.1)
    handles = [Line2D([], [], color=INK, marker="o", ls="", ms=5), Line2D([], [], color=INK, marker="o", ls="", ms=5, mfc="white")]
    legend(fig, [*handles, Patch(color=GREEN, alpha=0.25)], ["best response", "not", "equilibrium, as dark as draws it is one in"])
    return fig
