"""Blocs: who belongs, whether they hold together, whether their force acts; and the scenario's outcomes."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from patronage.figures.style import (
    INK,
    LINES,
    MARKERS,
    PALE,
    about,
    clients_shown,
    fan,
    legend,
    mark_events,
    panels,
    time_axis,
)
from patronage.looks import BLUE, GREEN, VERMILLION
from patronage.results.ensemble import Statistics

MOST_OUTCOMES = 12


def blocs(s: Statistics) -> Figure | None:
    """Membership, cohesion and joint force of each bloc."""
    codes = s.coords.get("bloc", [])
    if not codes:
        return None
    x = s.years
    fig, axes = panels(3 * len(codes), "Blocs", about(s, "Share of runs; median and 5–95 %."), sharey=False)
    member, cohesion, force = s.mean("member"), s.band("cohesion"), s.band("force")
    for i, bloc in enumerate(codes):
        belongs, holds, acts = axes[3 * i : 3 * i + 3]
        for j, client in enumerate(clients_shown(s)):
            line = member.sel(bloc=bloc, client=client).values
            belongs.plot(
                x,
                line,
                color=INK,
                lw=1.2,
                ls=LINES[j % len(LINES)],
                marker=MARKERS[j % len(MARKERS)],
                markevery=(2 + 3 * j, max(4, len(x) // 4)),
                ms=4,
            )
        belongs.set_ylim(-0.03, 1.03)
        belongs.set_ylabel("share of runs")
        fan(holds, x, cohesion.sel(bloc=bloc).values, GREEN)
        holds.set_ylabel("0–1")
        fan(acts, x, force.sel(bloc=bloc).values, VERMILLION)
        acts.set_ylim(0, max(1.0, 1.05 * float(force.sel(bloc=bloc).values[2].max())))
        acts.set_ylabel("MUSD a year")
        for ax, title in ((belongs, "membership"), (holds, "cohesion"), (acts, "joint force in being")):
            ax.set_title(f"{bloc}: {title}")
            time_axis(ax, s)
    mark_events(axes, s)
    handles = [
        Line2D([], [], color=INK, lw=1.2, ls=LINES[j % len(LINES)], marker=MARKERS[j % len(MARKERS)], ms=4)
        for j in range(len(clients_shown(s)))
    ]
    legend(fig, handles, [s.label(c) for c in clients_shown(s)])
    return fig


def outcomes(s: Statistics) -> Figure | None:
    """The distribution of every outcome over runs."""
    frame = s.ensemble.outcomes
    if frame.empty or not len(frame.columns):
        return None
    names = [str(c) for c in frame.columns][:MOST_OUTCOMES]
    first = f", the first {len(names)} of {len(frame.columns)}" if len(frame.columns) > len(names) else ""
    fig, axes = panels(
        len(names),
        "Outcomes",
        about(s, f"Runs by value of the outcome{first}; line: mean."),
        sharex=False,
        sharey=False,
        height=2.1,
    )
    for ax, name in zip(axes, names, strict=True):
        values = frame[name].to_numpy(dtype=float)
        values = values[np.isfinite(values)]
        if values.size and set(np.unique(values)) <= {0.0, 1.0}:
            ax.bar([0, 1], [(values == 0).mean(), (values == 1).mean()], color=[PALE, BLUE], width=0.6)
            ax.set_xticks([0, 1], ["no", "yes"])
            ax.set_ylim(0, 1)
        elif values.size:
            ax.hist(
                values,
                histtype="stepfilled",
                bins=min(30, max(5, int(np.sqrt(values.size)))),
                weights=np.full(values.size, 1 / values.size),
                color=BLUE,
            )
            ax.axvline(values.mean(), color=INK, lw=1)
        some = f" ({values.size} of {s.runs} runs)" if values.size < s.runs else ""
        ax.set_title(name.replace("_", " ") + some)
        ax.set_ylabel("share of these runs" if some else "share of runs")
    return fig
