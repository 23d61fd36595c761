"""Figures of a hindcast: forecasts beside history, skill by horizon, calibration. They take tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from patronage.looks import BLACK, BLUE, VERMILLION

from .style import GREY, save, styled

LOOKS = {"extrapolated": (BLUE, "paths as extrapolated"), "happened": (VERMILLION, "paths as they happened")}
CAPTIONS = {
    "forecasts": "Influence (FBIC): what came, and the forecasts from the first origin with their 90 % intervals.",
    "skill": "CRPS skill for influence against each baseline by horizon, with 90 % intervals by bootstrap over dyads.",
    "calibration": "Part of what came within central intervals of every width, all horizons; on the diagonal they are honest.",
}
MOST_DYADS = 12


def _figure(width: float, height: float, title: str) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure


def forecasts(rows: pd.DataFrame, observed: pd.DataFrame) -> Figure:
    """Fans from the first origin of each dyad; `rows`: forecasts of influence by the model; `observed`: what came."""
    dyads = sorted({(p, c) for p, c in rows[["patron", "client"]].itertuples(index=False)})[:MOST_DYADS]
    wide = min(5, len(dyads))
    tall = -(-len(dyads) // wide)
    figure = _figure(2.3 * wide + 0.4, 1.9 * tall + 0.9, f"Influence, forecasts from the end of {rows['origin'].min()}")
    axes = np.atleast_1d(figure.subplots(tall, wide, sharex=True, sharey=True)).ravel()
    for ax, (patron, client) in zip(axes[: len(dyads)], dyads, strict=True):
        mine = rows[(rows["patron"] == patron) & (rows["client"] == client)]
        seen = observed[(observed["patron"] == patron) & (observed["client"] == client)].set_index("year")["value"]
        ax.plot(seen.index, seen, color=BLACK, lw=1.4, label="observed")
        origin = int(mine["origin"].min())
        for column in LOOKS:
            fan = mine[(mine["column"] == column) & (mine["origin"] == origin)].sort_values("year")
            _fan(ax, fan, origin, float(seen.loc[origin]), column)
        later = f", from {origin}" if origin > rows["origin"].min() else ""
        ax.set_title(f"{patron} in {client}{later}")
        ax.set_ylim(0, 1)
    for ax in axes[len(dyads) :]:
        ax.set_visible(False)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _fan(ax: Axes, fan: pd.DataFrame, origin: int, start: float, column: str) -> None:
    """Median and 90 % interval, from the value at the origin on."""
    colour, label = LOOKS[column]
    years = np.r_[origin, fan["year"]]
    ax.fill_between(years, np.r_[start, fan["low90"]], np.r_[start, fan["high90"]], color=colour, alpha=0.14, lw=0)
    line = "-" if column == "happened" else (0, (5, 1.5))
    ax.plot(years, np.r_[start, fan["median"]], color=colour, lw=1.3, ls=line, label=label)


def skill(rows: pd.DataFrame, baselines: Sequence[str]) -> Figure:
    """Skill for influence, all patrons and each; panels are baselines."""
    patrons = sorted(set(rows["patron"]), key=lambda p: (p != "all", p))
    figure = _figure(
        2.6 * len(baselines) + 0.4, 2.0 * len(patrons) + 0.9, "CRPS skill for influence: above 0 the model is better"
    )
    axes = np.atleast_2d(figure.subplots(len(patrons), len(baselines), sharex=True, sharey=True))
    for i, patron in enumerate(patrons):
        for j, baseline in enumerate(baselines):
            _skill_panel(axes[i, j], rows[(rows["patron"] == patron) & (rows["baseline"] == baseline)])
            axes[i, j].set_title(f"{'all' if patron == 'all' else patron} against {baseline}")
    for ax in axes[-1]:
        ax.set_xlabel("years ahead")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def _skill_panel(ax: Axes, rows: pd.DataFrame) -> None:
    ax.axhline(0, color=GREY, lw=0.8)
    for shift, (column, (colour, label)) in zip((-0.15, 0.15), LOOKS.items(), strict=True):
        mine = rows[rows["column"] == column].sort_values("horizon")
        low, high = (mine["skill"] - mine["low"]).clip(lower=0), (mine["high"] - mine["skill"]).clip(lower=0)
        ax.errorbar(
            mine["horizon"] + shift, mine["skill"], [low, high], color=colour, marker="o", ms=3.5, lw=1, label=label
        )
    ax.set_ylim(-1, 1)


def calibration(rows: pd.DataFrame) -> Figure:
    """Coverage of central intervals against their nominal width; `rows`: the model's forecasts of numbers with `pit`."""
    targets = list(dict.fromkeys(rows["target"]))
    figure = _figure(2.3 * len(targets) + 0.4, 2.9, "Coverage of central intervals")
    axes = np.atleast_1d(figure.subplots(1, len(targets), sharex=True, sharey=True))
    widths = np.linspace(0.05, 0.95, 19)
    for ax, target in zip(axes, targets, strict=True):
        ax.plot([0, 1], [0, 1], color=GREY, lw=0.8)
        for column, (colour, label) in LOOKS.items():
            off = np.abs(rows[(rows["target"] == target) & (rows["column"] == column)]["pit"].dropna().to_numpy() - 0.5)
            ax.plot(
                widths, [(off <= w / 2).mean() for w in widths], color=colour, marker="o", ms=2.5, lw=1, label=label
            )
        ax.set_title(target)
        ax.set_xlabel("nominal")
    axes[0].set_ylabel("came")
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return figure


def plates(
    forecast: pd.DataFrame, skills: pd.DataFrame, observed: pd.DataFrame, baselines: Sequence[str], out: Path
) -> list[Path]:
    """All figures of a hindcast, as PNG and SVG."""
    model = forecast[forecast["method"] == "model"]
    shown = skills[(skills["method"] == "model") & (skills["to"] == skills["to"].max())]
    with styled():
        drawn = {
            "forecasts": forecasts(model[model["target"] == "fbic"], observed[observed["target"] == "fbic"]),
            "skill": skill(shown[shown["target"] == "fbic"], [b for b in baselines if b in set(shown["baseline"])]),
            "calibration": calibration(model[model["pit"].notna()]),
        }
        return [path for name, figure in drawn.items() for path in save(figure, out, name)]
