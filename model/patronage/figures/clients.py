"""What happens in the clients: threat, economy, alignment, the regime, grievance and pressure."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox

from patronage.figures.style import (
    GREY,
    INK,
    LINES,
    MARKERS,
    about,
    clients_shown,
    fan,
    legend,
    looks,
    mark_events,
    panels,
    patron_legend,
    time_axis,
)
from patronage.looks import BLUE, GREEN, ORANGE, VERMILLION
from patronage.results.ensemble import Statistics, quantiles


def threat(s: Statistics) -> Figure | None:
    """Threat, and the insecurity that arms and joint forces leave of it."""
    clients, x = clients_shown(s), s.years
    fig, axes = panels(len(clients), "Threat and insecurity", about(s, "Median and 5–95 % of runs."))
    high, left = s.band("threat"), s.band("insecurity")
    for ax, client in zip(axes, clients, strict=True):
        fan(ax, x, high.sel(client=client).values, ORANGE)
        fan(ax, x, left.sel(client=client).values, BLUE, LINES[1])
        ax.set_title(s.label(client))
        time_axis(ax, s)
    axes[0].set_ylim(0, min(1.0, 1.1 * float(high.values[2].max()) + 0.02))
    axes[0].set_ylabel("0–1")
    mark_events(axes, s)
    legend(
        fig,
        [Line2D([], [], color=ORANGE), Line2D([], [], color=BLUE, ls=LINES[1])],
        ["threat H", "insecurity, what arms and joint forces leave of it"],
    )
    return fig


def economy(s: Statistics) -> Figure | None:
    """Growth of GDP over the last four quarters."""
    clients, x = clients_shown(s), s.years
    if len(x) < 5:
        return None
    fig, axes = panels(
        len(clients),
        "Economic growth",
        about(s, "GDP in current dollars, log change over four quarters; median and 5–95 % of runs."),
    )
    year = _last_four(s)
    for ax, client in zip(axes, clients, strict=True):
        fan(ax, x[3:], year.sel(client=client).values, INK)
        ax.axhline(0, color=GREY, lw=0.6)
        ax.set_title(s.label(client))
        time_axis(ax, s)
    axes[0].set_ylabel("% a year")
    mark_events(axes, s)
    return fig


def _last_four(s: Statistics) -> xr.DataArray:
    """Log growth over four quarters in per cent, from the fourth quarter on."""
    total = s.ensemble.array("growth").cumsum("quarter", dtype=np.float64)
    return quantiles(100 * (total - total.shift(quarter=4, fill_value=0)).isel(quarter=slice(3, None)))


def alignment(s: Statistics) -> Figure | None:
    """Orientation on each declared axis, with the patrons' positions."""
    names = [a for a in s.coords["axis"] if a != "unga"] if "axis" in s.coords else []
    if not names:
        return None
    clients, x, look, axis = clients_shown(s), s.years, looks(s), names[0]
    plus, minus = s.scenario.poles[axis]
    fig, axes = panels(
        len(clients),
        f"Orientation: {axis}",
        about(s, f"+1 {s.label(plus)}, −1 {s.label(minus)}; median and 5–95 % of runs."),
    )
    band = s.band("position").sel(axis=axis)
    for ax, client in zip(axes, clients, strict=True):
        for patron, k in look.items():
            at = s.scenario.number("patron_position", patron, axis)
            ax.axhline(at, color=k.colour, ls=k.line, lw=0.9, alpha=0.8)
        fan(ax, x, band.sel(client=client).values, INK)
        ax.set_title(s.label(client))
        ax.set_ylim(-1.02, 1.02)
        time_axis(ax, s)
    axes[0].set_ylabel(axis)
    mark_events(axes, s)
    patron_legend(fig, s, [(Line2D([], [], color=INK), "the client")])
    return fig


def paths(s: Statistics) -> Figure | None:
    """Where clients move in the plane of the UN ideal point and the first orientation axis."""
    names = [a for a in s.coords["axis"] if a != "unga"] if "axis" in s.coords else []
    if not names:
        return None
    axis, look = names[0], looks(s)
    fig, axes = panels(
        1, "Alignment paths", about(s, "Mean over runs, from the dot to the arrow head."), width=8.0, height=4.4
    )
    ax, mean = axes[0], s.mean("position")
    named: list[tuple[str, tuple[float, float], dict[str, Any]]] = []
    for i, client in enumerate(clients_shown(s)):
        one = mean.sel(client=client)
        along, across = one.sel(axis="unga").values, one.sel(axis=axis).values
        ax.plot(along, across, color=INK, lw=1, ls=LINES[i % len(LINES)])
        ax.plot(along[0], across[0], marker=MARKERS[i % len(MARKERS)], color=INK, ms=5)
        if len(along) > 4:
            ends = (along[-1], across[-1]), (along[-4], across[-4])
            ax.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1})
        named.append((s.label(client), (float(along[-1]), float(across[-1])), {"color": INK, "fontsize": 7.5}))
    for patron, k in look.items():
        at = s.scenario.number("patron_position", patron, "unga"), s.scenario.number("patron_position", patron, axis)
        ax.plot(*at, marker=k.marker, color=k.colour, ms=10, mec="white")
        named.append((s.label(patron), at, {"color": k.colour, "fontsize": 8, "fontweight": "bold"}))
    ax.margins(0.15)
    _apart(fig, ax, named)
    ax.set_xlabel("UN General Assembly ideal point")
    ax.set_ylabel(f"orientation: {axis}")
    return fig


BESIDE = (
    (8, 0, "left"), (-8, 0, "right"), (0, 11, "center"), (0, -11, "center"), (9, 12, "left"), (-9, 12, "right"),
    (9, -12, "left"), (-9, -12, "right"), (8, 24, "left"), (8, -24, "left"),
)  # fmt: skip
"""Places for a name beside its point, in points, the best first."""


def _apart(fig: Figure, ax: Axes, named: list[tuple[str, tuple[float, float], dict[str, Any]]]) -> None:
    """Write names beside their points, each where it meets no name written before it."""
    fig.draw_without_rendering()
    drawn = [ax.transData.transform(line.get_xydata()) for line in ax.lines]
    taken = [Bbox.from_bounds(x - 3, y - 3, 6, 6) for points in drawn for x, y in points]
    for name, at, look in named:
        for across, along, side in BESIDE:
            text = ax.annotate(
                name, at, xytext=(across, along), textcoords="offset points", ha=side, va="center", **look
            )
            box = text.get_window_extent()
            inside = ax.bbox.x0 < box.x0 and box.x1 < ax.bbox.x1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()
        else:
            ax.annotate(name, at, xytext=(8, 0), textcoords="offset points", va="center", **look)


def regimes(s: Statistics) -> Figure | None:
    """Legitimacy, openness and the yearly frequency of overthrows."""
    clients, x = clients_shown(s), s.years
    fig, axes = panels(
        len(clients),
        "Regimes",
        about(s, "Legitimacy: median and 5–95 % of runs; bars: share of runs with an overthrow in the year."),
    )
    legitimacy, openness, fallen = s.band("legitimacy"), s.band("openness"), s.ensemble.array("overthrow")
    for ax, client in zip(axes, clients, strict=True):
        years, rate = by_year(s, fallen.sel(client=client).values.astype(bool))
        ax.stairs(rate, years, fill=True, color=VERMILLION, alpha=0.75)
        fan(ax, x, legitimacy.sel(client=client).values, BLUE)
        ax.plot(x, openness.sel(client=client).values[1], color=GREEN, ls=LINES[1])
        ax.set_title(s.label(client))
        ax.set_ylim(0, 1)
        time_axis(ax, s)
    axes[0].set_ylabel("0–1; share of runs")
    mark_events(axes, s)
    handles = [
        Line2D([], [], color=BLUE),
        Line2D([], [], color=GREEN, ls=LINES[1]),
        Patch(color=VERMILLION, alpha=0.75),
    ]
    legend(fig, handles, ["legitimacy L", "openness D, median", "overthrow within the year"])
    return fig


def by_year(s: Statistics, happened: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Edges of the years, and the share of runs in which something [run, quarter] happened at least once in each."""
    year = np.array([int(q[:4]) for q in s.coords["quarter"]])
    years = np.unique(year)
    share = np.array([happened[:, year == y].any(axis=1).mean() for y in years])
    return np.append(years, years[-1] + 1).astype(float), share


def pressure(s: Statistics) -> Figure | None:
    """Grievances, and how often they turn into campaigns and sanctions."""
    clients, x, look = clients_shown(s), s.years, looks(s)
    fig, axes = panels(
        len(clients),
        "Grievance and pressure",
        about(
            s,
            "Lines: mean; marks: share of runs with a campaign (full) or sanction (open) in the year, by choice.",
        ),
    )
    mean = s.mean("grievance")
    for ax, client in zip(axes, clients, strict=True):
        for patron, k in look.items():
            ax.plot(x, mean.sel(client=client, patron=patron).values, color=k.colour, ls=k.line)
            _marks(ax, s, patron, client, k.colour, k.marker)
        ax.set_title(s.label(client))
        time_axis(ax, s)
    axes[0].set_ylim(bottom=0)
    axes[0].set_ylabel("grievance; share of runs")
    mark_events(axes, s)
    patron_legend(
        fig,
        s,
        [
            (Line2D([], [], ls="", marker="o", color=GREY), "campaigns"),
            (Line2D([], [], ls="", marker="o", mfc="white", color=GREY), "sanctions"),
        ],
    )
    return fig


def _marks(ax: Axes, s: Statistics, patron: str, client: str, colour: str, marker: str) -> None:
    ledger = s.ledger
    mine = ledger[(ledger["patron"] == patron) & (ledger["client"] == client) & (ledger["cause"] != "event")]
    for kind, face in (("campaign", colour), ("sanction", "white")):
        rows = mine[mine["kind"] == kind]
        if rows.empty:
            continue
        year = pd.Series([int(str(q)[:4]) for q in rows["quarter"]], index=rows.index)
        runs = rows.assign(year=year).drop_duplicates(["run", "year"]).groupby("year").size()
        ax.plot(
            runs.index.to_numpy() + 0.5, runs.to_numpy() / s.runs, ls="", marker=marker, ms=4.5, color=colour, mfc=face
        )
