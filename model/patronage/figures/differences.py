"""Two scenarios with the same luck: figures of the paired differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from patronage.figures.contracts import contract_name
from patronage.figures.influence import cell_numbers, matrix_labels
from patronage.figures.style import (
    GREY,
    INK,
    clients_shown,
    legend,
    looks,
    panels,
    patron_legend,
    shorten,
    time_axis,
    wrapped,
)
from patronage.looks import ROUTES
from patronage.results.contracts import Contract, contracts_held, decisions, kind_of_row, standing
from patronage.results.ensemble import Statistics, year_of
from patronage.results.pairs import Pair, Paired, paired
from patronage.results.worth import COUNT, TRUTH, kind_of, least, measured, small, stated_of

DOTTED = (0, (1.2, 1.2))
MOST_OUTCOMES = 16


def title_of(s: Statistics) -> str:
    """A short name of a scenario."""
    return str(s.scenario.title or s.scenario.name)


def versus(pair: Pair) -> str:
    """The subtitle of every paired figure."""
    a, b = pair.first, pair.second
    names = f"{shorten(title_of(a), 60)} minus {shorten(title_of(b), 60)}"
    return f"{names}; {a.runs} pairs with the same luck, seed {a.ensemble.seed}."


def shares(pair: Pair) -> Figure | None:
    """Mean paired difference of shares, with its 95 % interval and the 5-95 % spread over runs."""
    a, found = pair.first, pair.difference("share")
    clients = [c for c in clients_shown(a) if c in pair.common("client")]
    x = [year_of(q) for q in pair.common("quarter")]
    fig, axes = panels(len(clients), "What the difference does to shares of influence", versus(pair))
    for ax, client in zip(axes, clients, strict=True):
        for patron, k in looks(a).items():
            if patron not in pair.common("patron"):
                continue
            one = found.sel(client=client, patron=patron)
            ax.fill_between(x, one["p05"], one["p95"], color=k.colour, alpha=0.07, lw=0)
            ax.fill_between(x, one["low"], one["high"], color=k.colour, alpha=0.3, lw=0)
            ax.plot(x, one["mean"], color=k.colour, ls=k.line)
        ax.axhline(0, color=INK, lw=0.6)
        ax.set_title(a.label(client))
        time_axis(ax, a)
    axes[0].set_ylabel("difference of share")
    extra = [
        (Patch(color=GREY, alpha=0.4), "95 % interval of the mean"),
        (Patch(color=GREY, alpha=0.12), "5–95 % of runs"),
    ]
    patron_legend(fig, a, extra)
    return fig


def survival(pair: Pair) -> Figure | None:
    """Share of runs in which each concession stands, in both."""
    sides, common = (pair.first, pair.second), pair.common("quarter")
    there = dict.fromkeys(c for s in sides for c in contracts_held(s, 1e-9))
    held = [c for c in there if c.patron in pair.common("patron") and c.client in pair.common("client")]
    shares = {
        c: [standing(s, c).mean(axis=0)[[s.coords["quarter"].index(q) for q in common]] for s in sides] for c in held
    }
    gap = {c: float(np.abs(one - two).max()) for c, (one, two) in shares.items()}
    held = [c for c in sorted(held, key=lambda c: -gap[c]) if gap[c] >= least(TRUTH)][:6]
    if not held:
        return None
    a, look, x = pair.first, looks(pair.first), [year_of(q) for q in common]
    note = versus(pair).replace(" minus ", " (full) and ", 1).replace(";", " (dotted);", 1)
    fig, axes = panels(len(held), "Concessions in both", note, heads=[wrapped(contract_name(a, c), 40) for c in held])
    for ax, contract in zip(axes, held, strict=True):
        (full, dotted), colour = shares[contract], look[contract.patron].colour
        ax.fill_between(x, full, dotted, color=colour, alpha=0.12, lw=0)
        ax.plot(x, full, color=colour)
        ax.plot(x, dotted, color=colour, ls=DOTTED)
        ax.set_ylim(-0.02, 1.02)
        time_axis(ax, a)
    axes[0].set_ylabel("share of runs")
    handles = [Line2D([], [], color=GREY), Line2D([], [], color=GREY, ls=DOTTED)]
    legend(fig, handles, [shorten(title_of(s), 70) for s in (pair.first, pair.second)])
    return fig


def routes(pair: Pair) -> Figure | None:
    """How concessions close, in both: closures per run by route."""
    a, counts = pair.first, [closures(s) for s in (pair.first, pair.second)]
    most = {d: max(sum(c.get(d, {}).values()) for c in counts) for d in sorted({d for c in counts for d in c})}
    dyads = [d for d in sorted(most, key=lambda d: -most[d]) if most[d] >= least(COUNT) * a.runs][:10]
    if not dyads:
        return None
    note = versus(pair).replace(" minus ", " (upper bar) and ", 1).replace(";", " (lower bar);", 1)
    fig, axes = panels(1, "How concessions close: closures per run", note, height=0.7 + 0.5 * len(dyads), left=2.55, legend_rows=3)
    ax = axes[0]
    for k, count in enumerate(counts):
        rows = np.arange(len(dyads)) - 0.19 + 0.38 * k
        left = np.zeros(len(dyads))
        for route, shown in ROUTES.items():
            width = np.array([count.get(d, {}).get(route, 0) for d in dyads]) / a.runs
            ax.barh(rows, width, left=left, height=0.33, color=shown.figure, hatch="////" * k, edgecolor="white", lw=0)
            left = left + width
    ax.set_yticks(range(len(dyads)), [wrapped(contract_name(a, d), 38) for d in dyads])
    ax.set_ylim(len(dyads) - 0.5, -0.5)
    ax.set_xlim(left=0)
    legend(fig, [Patch(color=r.figure) for r in ROUTES.values()], [r.label for r in ROUTES.values()], columns=3)
    return fig


def closures(s: Statistics) -> dict[Contract, dict[str, int]]:
    """Number of closures by concession and route."""
    rows = decisions(s)
    rows = rows[rows["kind"] == "closed"]
    found: dict[Contract, dict[str, int]] = {}
    keys = ["patron", "client", "concession", "cause"]
    for (patron, client, concession, cause), part in rows.groupby(keys, observed=True, dropna=False):
        about = found.setdefault(Contract(str(patron), str(client), kind_of_row(concession)), {})
        about[str(cause)] = about.get(str(cause), 0) + len(part)
    return found


def heat(pair: Pair) -> Figure | None:
    """Difference of mean shares at the end, patron x client; grey where the sample cannot tell one worth telling."""
    a, quarter = pair.first, pair.common("quarter")[-1]
    found = pair.difference("share").sel(quarter=quarter)
    patrons, clients = pair.common("patron"), pair.common("client")
    title = f"Difference of influence, {quarter}"
    fig, axes = panels(1, title, versus(pair), height=1.0 + 0.36 * len(patrons), left=1.3)
    ax = axes[0]
    mean, tells = found["mean"].values, found["tells"].values
    limit = max(0.02, float(np.abs(mean).max()))
    ax.set_facecolor("#E4E4E4")
    image = ax.imshow(np.where(tells, mean, np.nan), cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto")
    matrix_labels(ax, [a.label(p) for p in patrons], [a.label(c) for c in clients])
    cell_numbers(ax, mean, image, signed=True, known=tells)
    return fig


def outcomes(pair: Pair) -> Figure | None:
    """Paired difference of every outcome that differs by what is worth telling: its interval, and the spread over runs."""
    a, b = pair.first.ensemble.outcomes, pair.second.ensemble.outcomes
    found = {str(c): paired(a[[c]].to_numpy(float), b[[c]].to_numpy(float)) for c in a.columns if c in b.columns}
    names = [n for n, d in found.items() if d.positive[0] + d.negative[0] > 0 and not _slight(pair, n, d)][
        :MOST_OUTCOMES
    ]
    if not names:
        return None
    fig, axes = panels(
        len(names),
        "Differences of the outcomes",
        versus(pair),
        columns=2,
        height=0.95,
        sharex=False,
        left=0.3,
        sharey=False,
        heads=[_headed(pair, n, found[n]) for n in names],
    )
    for ax, name in zip(axes, names, strict=True):
        one = found[name]
        ax.plot([one.p05[0], one.p95[0]], [0, 0], color="#BBBBBB", lw=5, solid_capstyle="butt")
        ax.plot([one.low[0], one.high[0]], [0, 0], color="#0072B2", lw=2.2, solid_capstyle="butt")
        ax.plot(one.mean[0], 0, "o", color="#0072B2", ms=5)
        ax.axvline(0, color=INK, lw=0.7)
        ax.set_yticks([])
        ax.set_ylim(-1, 1)
        ax.margins(x=0.15)
        ax.spines["left"].set_visible(False)
    handles = [Line2D([], [], color="#0072B2", marker="o"), Line2D([], [], color="#BBBBBB", lw=5)]
    legend(fig, handles, ["mean difference and its 95 % interval", "5–95 % of pairs"])
    return fig


def _headed(pair: Pair, name: str, one: Paired) -> str:
    """An outcome by its label, or by its name in words, and how far it differs."""
    outcome = pair.first.scenario.outcomes.get(name)
    words = shorten(outcome.label if outcome is not None and outcome.label else name.replace("_", " "), 110)
    doubt = "" if one.tells[0] else " — cannot tell the sign"
    some = "" if one.pairs[0] == pair.first.runs else f" ({one.pairs[0]} of {pair.first.runs} pairs)"
    return wrapped(f"{words}: {one.mean[0]:+.3g}{some}{doubt}", 54, 4)


def _slight(pair: Pair, name: str, found: Paired) -> bool:
    """Whether the difference of an outcome is known to be too small to be worth telling."""
    both = np.concatenate([s.ensemble.outcomes[name].to_numpy(dtype=float) for s in (pair.first, pair.second)])
    truth, unit, measure = measured(pair.first.scenario.outcomes.get(name), both)
    size = float(np.abs(both[np.isfinite(both)]).max(initial=0.0))
    smallest = least(kind_of(unit, measure, truth), size, stated_of(pair.first.scenario.outcomes.get(name)))
    return small(float(found.mean[0]), float(found.low[0]), float(found.high[0]), smallest)


PAIRS: dict[str, Callable[[Pair], Figure | None]] = {
    "difference-shares": shares,
    "difference-bases": survival,
    "difference-routes": routes,
    "difference-heat": heat,
    "difference-outcomes": outcomes,
}
