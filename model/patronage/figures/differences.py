"""Two scenarios with the same luck: figures of the paired differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from patronage.ensemble import Statistics, paired
from patronage.figures.contracts import dyad_name, held
from patronage.figures.influence import cell_numbers, matrix_labels
from patronage.figures.style import GREY, INK, clients_shown, legend, looks, panels, patron_legend, shorten, time_axis

ROUTES = {
    "mission": ("mission ended", "#00224E"),
    "rival": ("rival outbid the holder", "#D55E00"),
    "price": ("the host's own price too high", "#009E73"),
    "overthrow": ("overthrow", "#CC79A7"),
    "event": ("event", "#C8B866"),
    "demand": ("host's demand refused", "#8A8A8A"),
}
"""Routes by which a base closes (`closed.cause` of the ledger): label and colour, in the order they are stacked."""


def title_of(s: Statistics) -> str:
    """A short name of a scenario."""
    return str(s.scenario.title or s.scenario.name)


def versus(a: Statistics, b: Statistics) -> str:
    """The subtitle of every paired figure."""
    names = f"{shorten(title_of(a), 60)} minus {shorten(title_of(b), 60)}"
    return f"{names}; {a.runs} pairs with the same luck, seed {a.ensemble.seed}."


def shares(a: Statistics, b: Statistics) -> Figure | None:
    """Mean paired difference of shares, with its 95 % interval and the 5-95 % spread over runs."""
    clients, x, look = clients_shown(a), a.years, looks(a)
    found = paired(a.ensemble.array("share").values, b.ensemble.array("share").values)
    fig, axes = panels(len(clients), "What the difference does to shares of influence", versus(a, b), legend_rows=1)
    for ax, client in zip(axes, clients, strict=True):
        j = a.coords["client"].index(client)
        for patron, k in look.items():
            i = a.coords["patron"].index(patron)
            ax.fill_between(x, found.p05[:, i, j], found.p95[:, i, j], color=k.colour, alpha=0.07, lw=0)
            ax.fill_between(x, found.low[:, i, j], found.high[:, i, j], color=k.colour, alpha=0.3, lw=0)
            ax.plot(x, found.mean[:, i, j], color=k.colour, ls=k.line)
        ax.axhline(0, color=INK, lw=0.6)
        ax.set_title(a.label(client))
        time_axis(ax, a)
    axes[0].set_ylabel("difference of share")
    patron_legend(
        fig,
        a,
        [
            (Patch(color=GREY, alpha=0.4), "95 % interval of the mean"),
            (Patch(color=GREY, alpha=0.12), "5–95 % of runs"),
        ],
    )
    return fig


def survival(a: Statistics, b: Statistics) -> Figure | None:
    """Share of runs in which each base stands, in both."""
    pairs = list(dict.fromkeys([*held(a), *held(b)]))
    wide = np.array(
        [
            np.abs(a.mean("base").sel(patron=p, client=c) - b.mean("base").sel(patron=p, client=c)).max()
            for p, c in pairs
        ]
    )
    dyads = [pairs[i] for i in np.argsort(-wide, kind="stable")[:6]]
    if not dyads:
        return None
    x, look = a.years, looks(a)
    fig, axes = panels(
        len(dyads), "Bases in both", versus(a, b).replace(" minus ", " (full) and ", 1).replace(";", " (dotted);", 1)
    )
    for ax, (patron, client) in zip(axes, dyads, strict=True):
        one, two = (s.mean("base").sel(patron=patron, client=client).values for s in (a, b))
        ax.fill_between(x, one, two, color=look[patron].colour, alpha=0.12, lw=0)
        ax.plot(x, one, color=look[patron].colour)
        ax.plot(x, two, color=look[patron].colour, ls=(0, (1.2, 1.2)))
        ax.set_title(shorten(dyad_name(a, patron, client), 44))
        ax.set_ylim(-0.02, 1.02)
        time_axis(ax, a)
    axes[0].set_ylabel("share of runs")
    legend(
        fig,
        [Line2D([], [], color=GREY), Line2D([], [], color=GREY, ls=(0, (1.2, 1.2)))],
        [shorten(title_of(s), 70) for s in (a, b)],
    )
    return fig


def routes(a: Statistics, b: Statistics) -> Figure | None:
    """How bases close, in both: share of runs with a closure by each route."""
    counts = [closures(s) for s in (a, b)]
    dyads = sorted({d for c in counts for d in c}, key=lambda d: -max(sum(c.get(d, {}).values()) for c in counts))[:10]
    if not dyads:
        return None
    fig, axes = panels(
        1,
        "How bases close",
        versus(a, b).replace(" minus ", " (upper bar) and ", 1).replace(";", " (lower bar);", 1),
        height=0.7 + 0.5 * len(dyads),
        left=2.55,
    )
    ax = axes[0]
    for row, dyad in enumerate(dyads):
        for k, (s, count) in enumerate(zip((a, b), counts, strict=True)):
            left = 0.0
            for route, (_, colour) in ROUTES.items():
                width = count.get(dyad, {}).get(route, 0) / s.runs
                ax.barh(
                    row - 0.19 + 0.38 * k,
                    width,
                    left=left,
                    height=0.33,
                    color=colour,
                    hatch="" if k == 0 else "////",
                    edgecolor="white",
                    lw=0,
                )
                left += width
    ax.set_yticks(range(len(dyads)), [shorten(dyad_name(a, *d), 38) for d in dyads])
    ax.set_ylim(len(dyads) - 0.5, -0.5)
    ax.set_xlim(left=0)
    ax.set_xlabel("closures per run")
    fig.subplots_adjust(bottom=(0.85 / fig.get_figheight()))
    legend(fig, [Patch(color=c) for _, c in ROUTES.values()], [text for text, _ in ROUTES.values()])
    return fig


def closures(s: Statistics) -> dict[tuple[str, str], dict[str, int]]:
    """Number of closures by dyad and route."""
    rows = s.ledger
    rows = rows[rows["kind"] == "closed"]
    found: dict[tuple[str, str], dict[str, int]] = {}
    for (patron, client, cause), n in rows.groupby(["patron", "client", "cause"], observed=True).size().items():
        found.setdefault((str(patron), str(client)), {})[str(cause)] = int(n)
    return found


def heat(a: Statistics, b: Statistics) -> Figure | None:
    """Difference of mean shares at the end, patron x client; grey where the sample cannot tell the sign."""
    last = [s.ensemble.array("share").isel(quarter=-1).values for s in (a, b)]
    found = paired(*last)
    patrons, clients = a.coords["patron"], a.coords["client"]
    fig, axes = panels(
        1,
        f"Difference of influence, {a.coords['quarter'][-1]}",
        versus(a, b),
        height=1.0 + 0.36 * len(patrons),
        width=7.0,
        left=1.3,
    )
    ax = axes[0]
    shown = np.where(found.tells, found.mean, np.nan)
    limit = max(0.02, float(np.nanmax(np.abs(found.mean))))
    ax.set_facecolor("#EFEFEF")
    image = ax.imshow(shown, cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto")
    matrix_labels(ax, [a.label(p) for p in patrons], [a.label(c) for c in clients])
    cell_numbers(ax, np.where(found.tells, found.mean, 0.0), image, signed=True)
    return fig


def outcomes(a: Statistics, b: Statistics) -> Figure | None:
    """Paired difference of every outcome: its interval, and the spread over runs."""
    names = [str(c) for c in a.ensemble.outcomes.columns if c in b.ensemble.outcomes.columns][:16]
    if not names:
        return None
    fig, axes = panels(
        len(names),
        "Differences of the outcomes",
        versus(a, b),
        columns=2,
        height=0.95,
        sharex=False,
        left=0.3,
        sharey=False,
    )
    for ax, name in zip(axes, names, strict=True):
        found = paired(a.ensemble.outcomes[[name]].to_numpy(float), b.ensemble.outcomes[[name]].to_numpy(float))
        ax.plot([found.p05[0], found.p95[0]], [0, 0], color="#BBBBBB", lw=5, solid_capstyle="butt")
        ax.plot([found.low[0], found.high[0]], [0, 0], color="#0072B2", lw=2.2, solid_capstyle="butt")
        ax.plot(found.mean[0], 0, "o", color="#0072B2", ms=5)
        ax.axvline(0, color=INK, lw=0.7)
        ax.set_yticks([])
        ax.set_ylim(-1, 1)
        ax.margins(x=0.15)
        verdict = (
            ""
            if found.tells[0]
            else " — cannot tell the sign"
            if found.positive[0] + found.negative[0] > 0
            else " — no difference in any pair"
        )
        ax.set_title(f"{name.replace('_', ' ')}: {found.mean[0]:+.3g}{verdict}", fontsize=8.5)
        ax.spines["left"].set_visible(False)
    legend(
        fig,
        [Line2D([], [], color="#0072B2", marker="o"), Line2D([], [], color="#BBBBBB", lw=5)],
        ["mean difference and its 95 % interval", "5–95 % of pairs"],
    )
    return fig


PAIRS: dict[str, Callable[[Statistics, Statistics], Figure | None]] = {
    "difference-shares": shares,
    "difference-bases": survival,
    "difference-routes": routes,
    "difference-heat": heat,
    "difference-outcomes": outcomes,
}
