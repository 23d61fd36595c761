"""Concessions: how long they stand, at what rent, why they are kept or lost, and the ledger as a timeline."""

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
    time_axis,
    wrapped,
)
from patronage.results.contracts import BASE, Contract, contracts_held, rents_of, standing, under_notice
from patronage.results.ensemble import Statistics, year_of
from patronage.world.codes import KINDS

DECISIONS = ("opened", "renewed", "kept", "refused", "notice")
"""Ledger rows at which a concession was auctioned."""


def contract_name(s: Statistics, contract: Contract) -> str:
    """The name of a contract with its holder and host; without one, these, and the kind unless it is a base."""
    place = f"{s.label(contract.patron)} in {s.label(contract.client)}"
    name = s.scenario.called.get(tuple(contract))
    if name:
        return f"{name} ({place})"
    return place if contract.kind == BASE else f"{contract.kind.replace('_', ' ').capitalize()}, {place}"


def bases(s: Statistics) -> Figure | None:
    """Bars as thick as the share of runs in which a concession stands; black, those under notice."""
    held = contracts_held(s)[:24]
    if not held:
        return None
    x, look = s.years, looks(s)
    fig, axes = panels(
        1,
        "Concessions",
        about(s, "Thickness: share of runs in which it stands; black: under notice."),
        height=0.6 + 0.34 * len(held),
        left=2.55,
    )
    ax = axes[0]
    for row, contract in enumerate(held):
        k, share = look[contract.patron], standing(s, contract).mean(axis=0)
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
        noted = under_notice(s, contract).mean(axis=0)
        ax.fill_between(x, row - 0.4 * noted, row + 0.4 * noted, step="post", color=INK, lw=0)
        ax.axhline(row, color=PALE, lw=0.4, zorder=0)
    ax.set_yticks(range(len(held)), [wrapped(contract_name(s, c), 38) for c in held])
    ax.set_ylim(len(held) - 0.4, -0.6)
    time_axis(ax, s)
    mark_events(axes, s)
    legend(
        fig,
        [Patch(facecolor=k.colour, hatch=k.hatch, edgecolor="white") for k in look.values()],
        [s.label(p) for p in look],
    )
    return fig


def rents(s: Statistics) -> Figure | None:
    """Yearly rent of each concession while it stands: median and 5-95 % of the runs in which it does; below 0 the host pays."""
    held = [c for c in contracts_held(s, 0.05) if rents_of(s, c).any()][:9]
    if not held:
        return None
    x, look = s.years, looks(s)
    fig, axes = panels(
        len(held),
        "Rents",
        about(s, "Agreed rent while it stands, median and 5–95 % of those runs; below 0 the host pays."),
        sharey=False,
        heads=[wrapped(contract_name(s, c), 40) for c in held],
    )
    for ax, contract in zip(axes, held, strict=True):
        values, stands = rents_of(s, contract), standing(s, contract)
        enough = stands.sum(axis=0) >= max(1, 0.02 * len(stands))
        band = np.full((3, values.shape[1]), np.nan)
        for t in np.flatnonzero(enough):
            band[:, t] = np.quantile(values[stands[:, t], t], (0.05, 0.5, 0.95))
        k = look[contract.patron]
        ax.fill_between(x, band[0], band[2], color=k.colour, alpha=0.16, lw=0)
        ax.plot(x, band[1], color=k.colour, ls=k.line)
        _from_zero(ax, float(np.nanmin(band)))
        ax.set_ylabel("MUSD a year")
        time_axis(ax, s)
    mark_events(axes, s)
    patron_legend(fig, s)
    return fig


def _from_zero(ax: Axes, lowest: float) -> None:
    """A scale that has zero in it, marked where there is something below."""
    if lowest < 0:
        ax.set_ylim(top=max(0.0, ax.get_ylim()[1]))
        ax.axhline(0, color=GREY, lw=0.6)
    else:
        ax.set_ylim(bottom=0)


PRICE = (
    ("#948E77", "the client's price k"),
    ("#35456C", "rivals' denial bids N"),
    ("#FEE838", "what others ask"),
    ("#9B2D3A", "fear for office π (below 0: protection)"),
)
"""Parts of what a host asks, with their colours."""


def auctions(s: Statistics) -> Figure | None:
    """What a concession was worth to its holder, and what stood against it, at every decision."""
    ledger = s.ledger
    rows = ledger[ledger["kind"].isin(DECISIONS) & pd.to_numeric(ledger["value"]).notna() & pd.to_numeric(ledger["floor"]).notna()]
    if rows.empty:
        return None
    rows = rows.assign(
        year=[int(str(q)[:4]) for q in rows["quarter"]],
        contract=rows["concession"].astype(object).fillna("").replace("", BASE),
        survival=pd.to_numeric(rows["survival"]).fillna(0.0),
    )
    keys = ["patron", "client", "contract"]
    groups = rows.groupby(keys, observed=True).size().sort_values(ascending=False, kind="stable").head(6)
    held = [Contract(*(str(x) for x in key)) for key in groups.index]
    fig, axes = panels(
        len(held),
        "The auctions behind the concessions",
        about(s, "Mean of all decisions of a year. A diamond above the sum of the steps: it stands or opens."),
        sharey=False,
        heads=[wrapped(contract_name(s, c), 40) for c in held],
    )
    for ax, contract in zip(axes, held, strict=True):
        mine = rows[(rows[keys].astype(str) == list(contract)).all(axis=1)]
        year = mine.groupby("year")[["value", "price", "survival", "denial", "floor"]].mean(numeric_only=True)
        _steps(ax, year)
        colour = looks(s)[contract.patron].colour
        ax.plot(year.index.to_numpy() + 0.5, year["value"], ls="", marker="D", ms=4.5, color=colour, mec="white", mew=0.5)
        _from_zero(ax, float(min(year["value"].min(), year["survival"].min())))
        ax.set_ylabel("MUSD a year")
        time_axis(ax, s)
    handles = [Line2D([], [], ls="", marker="D", color=GREY), *(Patch(color=colour) for colour, _ in PRICE)]
    legend(fig, handles, ["value to the holder V", *(words for _, words in PRICE)])
    return fig


def _steps(ax: Axes, year: pd.DataFrame) -> None:
    """The parts of the price as steps: what adds to it upwards from zero, protection downwards."""
    years = np.arange(year.index.min(), year.index.max() + 1)
    price, survival, denial, floor = (
        year[c].reindex(years, fill_value=0.0).to_numpy() for c in ("price", "survival", "denial", "floor")
    )
    rest = np.maximum(0, floor - price - survival - denial)
    edges = np.append(years, years[-1] + 1)
    bottom = np.zeros(len(years))
    for part, (colour, _) in zip((price, denial, rest, np.maximum(0, survival)), PRICE, strict=True):
        ax.stairs(bottom + part, edges, baseline=bottom, fill=True, color=colour)
        bottom = bottom + part
    if (survival < 0).any():
        ax.stairs(np.minimum(0, survival), edges, fill=True, color=PRICE[-1][0])


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
