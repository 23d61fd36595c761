"""Figures of a calibration: priors and posteriors, correlations, what was observed against what is simulated, ranks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from patronage.figures.style import GREY, INK, fitting, legend, panels, shorten
from patronage.looks import BLUE, VERMILLION

Floats = npt.NDArray[np.float64]

BINS = 30
MOST_CHECKS = 60


def posteriors(table: pd.DataFrame, draws: Floats, note: str) -> Figure:
    """A panel per parameter: draws of the posterior over the whole of the prior's range, and the value as it stood."""
    fig, axes = panels(
        len(table), "What the data say of each parameter", note, columns=3, width=10, height=2.1, sharex=False, sharey=False
    )
    for j, (ax, row) in enumerate(zip(axes, table.itertuples(), strict=True)):
        edges = np.linspace(row.low, row.high, BINS + 1)
        ax.hist(draws[:, j], bins=edges.tolist(), density=True, color=BLUE, alpha=0.75)
        x = np.linspace(row.low, row.high, 100)
        slope = not np.isfinite(row.value)
        prior = 1 / (x * np.log(row.high / row.low)) if slope else np.full(100, 1 / (row.high - row.low))
        ax.plot(x, prior, color=GREY, lw=1, ls="--")
        if not slope:
            ax.axvline(row.value, color=VERMILLION, lw=1.4)
        ax.set_title(fitting(ax, row.path))
        ax.set_yticks([])
        ax.set_xlim(row.low, row.high)
    handles: list[Any] = [Patch(color=BLUE, alpha=0.75), Line2D([], [], color=GREY, ls="--"), Line2D([], [], color=VERMILLION)]
    legend(fig, handles, ["posterior", "prior", "value as it stood"])
    return fig


def correlation(names: list[str], matrix: Floats, note: str) -> Figure:
    """Correlations of the posterior: what can be had only together."""
    size = 0.6 + 0.42 * len(names)
    fig, (ax,) = panels(1, "What the data cannot tell apart", note, columns=1, width=max(7.0, size + 3.6), height=size, left=3.2)
    ax.imshow(matrix, vmin=-1, vmax=1, cmap="RdBu_r")
    ax.grid(visible=False)
    ax.set_yticks(range(len(names)), [f"{shorten(n, 38)}  {i}" for i, n in enumerate(names, 1)])
    ax.set_xticks(range(len(names)), [str(i) for i in range(1, len(names) + 1)])
    for i in range(len(names)):
        for j in range(len(names)):
            if i != j and abs(matrix[i, j]) >= 0.2:
                ax.text(j, i, f"{matrix[i, j]:.1f}", ha="center", va="center", fontsize=7, color=INK)
    return fig


def checks(table: pd.DataFrame, note: str) -> Figure:
    """Per statistic: the observed value, and 90 % intervals of the scenario as it stands and of the posterior, in discrepancies."""
    shown = table[table["state"] != "still"].head(MOST_CHECKS)
    fig, (ax,) = panels(
        1, "What was observed, and what is simulated", note, columns=1, width=9, height=1.2 + 0.2 * len(shown), left=2.6
    )
    at = np.arange(len(shown))
    for shift, name, colour in ((-0.16, "as_it_stands", GREY), (0.16, "posterior", BLUE)):
        low, high = ((shown[f"{name}_{end}"] - shown["observed"]) / shown["discrepancy"] for end in ("p05", "p95"))
        ax.hlines(at + shift, low, high, color=colour, lw=2.2)
        ax.plot((shown[f"{name}_median"] - shown["observed"]) / shown["discrepancy"], at + shift, "o", color=colour, ms=3)
    far = (shown["state"] == "out of reach").to_numpy()
    ax.plot(np.zeros(far.sum()), at[far], "x", color=VERMILLION, ms=6)
    ax.axvline(0, color=INK, lw=0.8)
    ax.set_yticks(at, list(shown["statistic"]))
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlabel("simulated less observed, in discrepancies")
    handles: list[Any] = [Line2D([], [], color=c, lw=2.2, marker="o", ms=3) for c in (GREY, BLUE)]
    handles.append(Line2D([], [], color=VERMILLION, marker="x", ls=""))
    legend(fig, handles, ["as it stands, 90 %", "posterior, 90 %", "out of reach, not used"])
    return fig


def rank_histograms(names: list[str], ranks: npt.NDArray[np.int64], draws: int, note: str) -> Figure:
    """Ranks of true parameters in worlds simulated from known ones: flat if the posterior is right."""
    bins = 10
    fig, axes = panels(len(names), "Are the intervals right? Worlds whose parameters are known", note, columns=4, width=10, height=1.7)
    expected = len(ranks) / bins
    for j, ax in enumerate(axes):
        ax.hist(ranks[:, j], bins=np.linspace(-0.5, draws + 0.5, bins + 1).tolist(), color=BLUE, alpha=0.75)
        ax.axhspan(expected - 2 * np.sqrt(expected * 0.9), expected + 2 * np.sqrt(expected * 0.9), color=GREY, alpha=0.25, lw=0)
        ax.set_title(fitting(ax, names[j]))
        ax.set_xticks([])
    legend(fig, [Patch(color=GREY, alpha=0.25)], ["where nineteen bars of twenty lie by chance"])
    return fig
