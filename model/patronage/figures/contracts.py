"""Base contracts: how long they stand, at what rent, why they are kept or lost, and the ledger as a timeline."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from patronage.figures.style import (
    GREY,
    INK,
    PALE,
    about,
    clients_shown,
    legend,
    looks,
    mark_events,
    panels,
    patron_legend,
    shorten,
    time_axis,
)
from patronage.results.ensemble import Statistics, year_of
from patronage.world.codes import KINDS

DECISIONS = ("opened", "renewed", "kept", "refused", "notice")
"""Ledger rows at which a base was auctioned."""


def dyad_name(s: Statistics, patron: str, client: str) -> str:
    """The name of a base, or of its holder and host."""
    for name, base in s.scenario.bases.items():
        if base.holder == patron and base.host == client:
            return f"{name.replace('_', ' ').capitalize()} ({s.label(patron)} in {s.label(client)})"
    return f"{s.label(patron)} in {s.label(client)}"


def held(s: Statistics, least: float = 0.01) -> list[tuple[str, str]]:
    """Dyads in which a base stood in a share of runs of at least `least` in some quarter."""
    peak = s.mean("base").max("quarter")
    pairs = [
        (p, c) for c in s.coords["client"] for p in s.coords["patron"] if float(peak.sel(patron=p, client=c)) >= least
    ]
    return sorted(pairs, key=lambda pc: (s.coords["client"].index(pc[1]), s.coords["patron"].index(pc[0])))


def bases(s: Statistics) -> Figure | None:
    """Bars as thick as the share of runs in which a base stands; below, rents of those that stand."""
    dyads = held(s)[:24]
    if not dyads:
        return None
    x, look = s.years, looks(s)
    mean, notice = s.mean("base"), (s.ensemble.array("notice") > 0).mean("run")
    fig, axes = panels(
        1,
        "Base contracts",
        about(s, "Thickness: share of runs in which the base stands; black: under notice."),
        height=0.6 + 0.34 * len(dyads),
        left=2.55,
    )
    ax = axes[0]
    for row, (patron, client) in enumerate(dyads):
        k, share = look[patron], mean.sel(patron=patron, client=client).values
        ax.fill_between(
            x,
            row - 0.4 * share,
            row + 0.4 * share,
            step="post",
            facecolor=k.colour,
            hatch=k.hatch,
            edgecolor="white",
            lw=0,
        )
        noted = notice.sel(patron=patron, client=client).values
        ax.fill_between(x, row - 0.4 * noted, row + 0.4 * noted, step="post", color=INK, lw=0)
        ax.axhline(row, color=PALE, lw=0.4, zorder=0)
    ax.set_yticks(range(len(dyads)), [shorten(dyad_name(s, *d), 38) for d in dyads])
    ax.set_ylim(len(dyads) - 0.4, -0.6)
    time_axis(ax, s)
    mark_events(axes, s)
    legend(
        fig,
        [Patch(facecolor=k.colour, hatch=k.hatch, edgecolor="white") for k in look.values()],
        [s.label(p) for p in look],
    )
    return fig


def rents(s: Statistics) -> Figure | None:
    """Yearly rent of each base while it stands: median and 5-95 % of the runs in which it does."""
    rent, base = s.ensemble.array("rent"), s.ensemble.array("base")
    dyads = [d for d in held(s, 0.05) if float(rent.sel(patron=d[0], client=d[1]).max()) > 0][:9]
    if not dyads:
        return None
    x, look = s.years, looks(s)
    fig, axes = panels(
        len(dyads),
        "Rents",
        about(s, "Agreed rent while the base stands; median and 5–95 % of the runs in which it does."),
        sharey=False,
    )
    for ax, (patron, client) in zip(axes, dyads, strict=True):
        values = rent.sel(patron=patron, client=client).values.astype(float)
        stands = base.sel(patron=patron, client=client).values.astype(bool)
        enough = stands.sum(axis=0) >= max(1, 0.02 * len(stands))
        band = np.full((3, values.shape[1]), np.nan)
        for t in np.flatnonzero(enough):
            band[:, t] = np.quantile(values[stands[:, t], t], (0.05, 0.5, 0.95))
        k = look[patron]
        ax.fill_between(x, band[0], band[2], color=k.colour, alpha=0.16, lw=0)
        ax.plot(x, band[1], color=k.colour, ls=k.line)
        ax.set_title(shorten(dyad_name(s, patron, client), 44))
        ax.set_ylim(bottom=0)
        ax.set_ylabel("MUSD a year")
        time_axis(ax, s)
    mark_events(axes, s)
    patron_legend(fig, s)
    return fig


def auctions(s: Statistics) -> Figure | None:
    """What the base was worth to its holder, and what stood against it, at every decision."""
    ledger = s.ledger
    rows = ledger[ledger["kind"].isin(DECISIONS) & (pd.to_numeric(ledger["value"]) > 0)]
    if rows.empty:
        return None
    rows = rows.assign(year=[int(str(q)[:4]) for q in rows["quarter"]])
    pairs = rows.groupby(["patron", "client"], observed=True).size().sort_values(ascending=False, kind="stable").head(6)
    dyads = [(str(p), str(c)) for p, c in pairs.index]
    fig, axes = panels(
        len(dyads),
        "The auctions behind the bases",
        about(s, "Mean of all decisions of a year. A diamond above the steps: the base stands or opens."),
        sharey=False,
    )
    for ax, (patron, client) in zip(axes, dyads, strict=True):
        mine = rows[(rows["patron"] == patron) & (rows["client"] == client)]
        year = mine.groupby("year")[["value", "price", "denial", "floor"]].mean(numeric_only=True)
        years = np.arange(year.index.min(), year.index.max() + 1)
        price, denial, floor = (year[c].reindex(years, fill_value=0.0).to_numpy() for c in ("price", "denial", "floor"))
        edges = np.append(years, years[-1] + 1)
        bottom = np.zeros(len(years))
        for part, colour in (
            (price, "#948E77"),
            (denial, "#35456C"),
            (np.maximum(0, floor - price - denial), "#FEE838"),
        ):
            ax.stairs(bottom + part, edges, baseline=bottom, fill=True, color=colour)
            bottom = bottom + part
        ax.plot(
            year.index.to_numpy() + 0.5,
            year["value"],
            ls="",
            marker="D",
            ms=4.5,
            color=looks(s)[patron].colour,
            mec="white",
            mew=0.5,
        )
        ax.set_title(shorten(dyad_name(s, patron, client), 44))
        ax.set_ylim(bottom=0)
        ax.set_ylabel("MUSD a year")
        time_axis(ax, s)
    handles = [
        Line2D([], [], ls="", marker="D", color=GREY),
        *(Patch(color=c) for c in ("#948E77", "#35456C", "#FEE838")),
    ]
    legend(fig, handles, ["value to the holder V", "the client's price k", "rivals' denial bids N", "allies' consent"])
    return fig


def timeline(s: Statistics) -> Figure | None:
    """The ledger: what happened in each client, when, in how many runs, and with whom."""
    ledger = s.ledger
    clients = [c for c in clients_shown(s) if (ledger["client"] == c).any()]
    if ledger.empty or not clients:
        return None
    once = ledger.drop_duplicates(["run", "quarter", "kind", "patron", "client"])
    counts = once.groupby(["client", "kind", "patron", "quarter"], observed=True).size().reset_index(name="n")
    counts["at"] = [year_of(q) for q in counts["quarter"].astype(str)]
    kinds = [k for k in KINDS if (counts["kind"] == k).any()]
    fig, axes = panels(
        len(clients),
        "The ledger as a timeline",
        about(s, "Area: share of runs with such a row in the quarter."),
        columns=2,
        height=0.75 + 0.155 * len(kinds),
        left=0.95,
    )
    for ax, client in zip(axes, clients, strict=True):
        _dots(ax, s, counts[counts["client"] == client], kinds)
        ax.set_title(s.label(client))
        time_axis(ax, s)
    axes[0].set_yticks(range(len(kinds)), [k.replace("_", " ") for k in kinds])
    axes[0].set_ylim(len(kinds) - 0.4, -0.6)
    mark_events(axes, s)
    look = looks(s)
    handles = [Line2D([], [], ls="", marker=k.marker, color=k.colour, ms=6) for k in look.values()]
    legend(
        fig, [*handles, Line2D([], [], ls="", marker="o", color=GREY, ms=6)], [*(s.label(p) for p in look), "no patron"]
    )
    return fig


def _dots(ax: Axes, s: Statistics, rows: pd.DataFrame, kinds: list[str]) -> None:
    look = looks(s)
    for i, patron in enumerate([*look, ""]):
        mine = rows[rows["patron"] == patron] if patron else rows[~rows["patron"].isin(list(look))]
        if mine.empty:
            continue
        y = np.array([kinds.index(str(k)) for k in mine["kind"]]) + 0.12 * (i - len(look) / 2)
        size = 1.5 + 90 * (mine["n"].to_numpy() / s.runs)
        k = look.get(patron)
        ax.scatter(mine["at"], y, s=size, color=k.colour if k else GREY, marker=k.marker if k else "o", alpha=0.6, lw=0)
