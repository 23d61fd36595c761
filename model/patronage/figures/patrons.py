"""What patrons do: budgets and missions, how they spread their effort, what they promise and what arrives."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from patronage.figures.style import (
    GREY,
    INK,
    PALE,
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
from patronage.looks import INSTRUMENTS
from patronage.results.ensemble import Statistics, quantiles

STOCKS = {
    "arms": "arms from the patron",
    "capital": "aid-financed capital",
    "debt": "debt to the patron",
    "presence": "presence",
}


def budgets(s: Statistics) -> Figure | None:
    """Budget and spending a year, and the mission that drives them."""
    x, patrons, look = s.years, s.coords["patron"], looks(s)
    fig, axes = panels(
        len(patrons),
        "Budgets and missions",
        about(s, "Median and 5–95 % of runs; grey area: mission, 0 to 1 of the panel's height."),
        sharey=False,
    )
    budget, spent, mission = s.band("budget"), s.band("spent"), s.mean("mission")
    for ax, patron in zip(axes, patrons, strict=True):
        ax.fill_between(
            x, 0, mission.sel(patron=patron).values, transform=ax.get_xaxis_transform(), color="#EFEFEF", lw=0, zorder=0
        )
        fan(ax, x, budget.sel(patron=patron).values, look[patron].colour)
        ax.plot(x, spent.sel(patron=patron).values[1], color=INK, ls=(0, (3, 1.5)), lw=1)
        ax.set_title(s.label(patron))
        ax.set_ylim(0, 1.08 * max(1.0, float(budget.sel(patron=patron).values[2].max())))
        ax.set_ylabel("MUSD a year")
        time_axis(ax, s)
    mark_events(axes, s)
    handles = [Line2D([], [], color=GREY), Line2D([], [], color=INK, ls=(0, (3, 1.5)), lw=1), Patch(color="#EFEFEF")]
    legend(fig, handles, ["budget", "spent on courtship, median", "mission"])
    return fig


def portfolios(s: Statistics) -> Figure | None:
    """Concentration of effort on clients, and how often the client-state portfolio is played."""
    x, patrons, look = s.years, s.coords["patron"], looks(s)
    fig, axes = panels(
        len(patrons),
        "From sphere of influence to client state",
        about(s, "Concentration: sum of squared shares of effort; mean and 5–95 % of runs."),
    )
    concentration, mean, mode = s.band("concentration"), s.mean("concentration"), s.mean("mode")
    for ax, patron in zip(axes, patrons, strict=True):
        ax.fill_between(x, 0, mode.sel(patron=patron).values, step="post", color=PALE, lw=0, zorder=0)
        low, _, high = concentration.sel(patron=patron).values
        ax.fill_between(x, low, high, color=look[patron].colour, alpha=0.16, lw=0)
        ax.plot(x, mean.sel(patron=patron).values, color=look[patron].colour)
        ax.set_title(s.label(patron))
        ax.set_ylim(0, 1.02)
        time_axis(ax, s)
    axes[0].set_ylabel("0–1")
    mark_events(axes, s)
    legend(
        fig,
        [Line2D([], [], color=GREY), Patch(color=PALE)],
        ["concentration of effort", "share of runs in which the patron plays client state"],
    )
    return fig


def flows(s: Statistics) -> Figure | None:
    """What arrives by instrument, stacked, under the line of what was promised."""
    if not s.has("promised", "delivered"):
        return None
    x, patrons = s.years, s.coords["patron"]
    delivered, promised = (4 * s.mean(v).sum("client") for v in ("delivered", "promised"))
    names = [str(i) for i in delivered["instrument"].values]
    given = [*names, *(["rent"] if s.has("rent_paid") else [])]
    colours = [INSTRUMENTS[n].figure for n in given]
    fig, axes = panels(
        len(patrons),
        "Promised and delivered",
        about(s, "Face value, all clients together, mean over runs, four-quarter mean."),
        sharey=False,
    )
    for ax, patron in zip(axes, patrons, strict=True):
        rows = [smooth(delivered.sel(patron=patron, instrument=i).values) for i in names]
        if "rent" in given:
            rows.append(smooth(4 * s.mean("rent_paid").sum("client").sel(patron=patron).values))
        ax.stackplot(x, *rows, colors=colours, lw=0)
        paid = rows[-1] if "rent" in given else 0.0
        ax.plot(x, smooth(promised.sel(patron=patron).sum("instrument").values) + paid, color=INK, lw=1.1)
        ax.set_title(s.label(patron))
        ax.set_ylim(bottom=0)
        ax.set_ylabel("MUSD a year")
        time_axis(ax, s)
    mark_events(axes, s)
    handles = [Patch(color=c) for c in colours]
    labels = [f"{n.replace('_', ' ')}, delivered" for n in given]
    legend(fig, [*handles, Line2D([], [], color=INK, lw=1.1)], [*labels, "all, promised"])
    return fig


def smooth(values: np.ndarray, width: int = 4) -> np.ndarray:
    """Trailing mean over `width` quarters (over those there are, at the beginning)."""
    total = np.cumsum(values)
    lagged = np.concatenate([np.zeros(min(width, len(values))), total[:-width]])
    return np.asarray((total - lagged) / np.minimum(np.arange(1, len(values) + 1), width))


def promises(s: Statistics) -> Figure | None:
    """Delivered over promised, over the whole period, by instrument and patron."""
    if not s.has("promised", "delivered"):
        return None
    delivered, promised = (s.mean(v).sum(("client", "quarter")) for v in ("delivered", "promised"))
    names, patrons, look = [str(i) for i in promised["instrument"].values], s.coords["patron"], looks(s)
    fig, axes = panels(
        len(names),
        "The promise gap",
        about(s, "Delivered over promised in the whole period."),
        columns=4,
        height=0.9 + 0.26 * len(patrons),
        left=1.15,
    )
    for ax, name in zip(axes, names, strict=True):
        for row, patron in enumerate(patrons):
            promise = float(promised.sel(patron=patron, instrument=name))
            if promise <= 1e-9:
                ax.text(0.02, row, "nothing promised", va="center", fontsize=7, color=GREY)
                continue
            ratio = float(delivered.sel(patron=patron, instrument=name)) / promise
            ax.barh(
                row,
                min(ratio, 1.25),
                color=look[patron].colour,
                hatch=look[patron].hatch,
                edgecolor="white",
                height=0.7,
            )
            ax.text(min(ratio, 1.25) + 0.02, row, f"{ratio:.2f}", va="center", fontsize=7, color=INK)
        ax.set_title(name.replace("_", " "))
    axes[0].set_yticks(range(len(patrons)), [s.label(p) for p in patrons])
    axes[0].set_xlim(0, 1.45)
    axes[0].set_ylim(len(patrons) - 0.4, -0.6)
    return fig


def stocks(s: Statistics) -> Figure | None:
    """The four stocks of leverage, all clients together."""
    x, look = s.years, looks(s)
    fig, axes = panels(
        len(STOCKS), "Stocks of leverage", about(s, "All clients together; median and 5–95 % of runs."), columns=2, sharey=False
    )
    for ax, (variable, title) in zip(axes, STOCKS.items(), strict=True):
        band = _totals(s, variable)
        for patron, k in look.items():
            fan(ax, x, band.sel(patron=patron).values, k.colour, k.line, alpha=0.12)
        ax.set_title(title)
        ax.set_ylim(bottom=0)
        ax.set_ylabel("MUSD")
        time_axis(ax, s)
    mark_events(axes, s)
    patron_legend(fig, s)
    return fig


def _totals(s: Statistics, variable: str) -> xr.DataArray:
    return quantiles(s.ensemble.array(variable).sum("client"))


def debts(s: Statistics) -> Figure | None:
    """Debt of each client to each patron, in per cent of its GDP of the year."""
    clients, x, look = clients_shown(s), s.years, looks(s)
    debt, gdp = s.mean("debt"), s.mean("gdp")
    fig, axes = panels(len(clients), "Debt to patrons", about(s, "Mean over runs, stacked."))
    for ax, client in zip(axes, clients, strict=True):
        rows = [100 * debt.sel(client=client, patron=p).values / gdp.sel(client=client).values for p in look]
        for area, k in zip(
            ax.stackplot(x, *rows, colors=[k.colour for k in look.values()], lw=0), look.values(), strict=True
        ):
            area.set_hatch(k.hatch)
            area.set_edgecolor("white")
        ax.set_title(s.label(client))
        time_axis(ax, s)
    axes[0].set_ylim(bottom=0)
    axes[0].set_ylabel("% of yearly GDP")
    legend(
        fig,
        [Patch(facecolor=k.colour, hatch=k.hatch, edgecolor="white") for k in look.values()],
        [s.label(p) for p in look],
    )
    return fig
