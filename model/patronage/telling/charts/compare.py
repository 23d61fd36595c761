"""Two runs with the same luck: side by side, and their difference."""

from __future__ import annotations

from typing import Any

import numpy as np

from patronage.telling.charts.base import Option, legend, now_line, points, start, time_axis, value_axis
from patronage.telling.history import Story


def common(story: Story, twin: Story, when: int) -> int:
    """The last time up to `when` that both runs have reached."""
    return min(when, twin.now)


def means(story: Story, twin: Story, when: int) -> Option:
    """Mean shares over clients: solid this run, dashed the other."""
    series: list[Option] = []
    for i, p in enumerate(story.patrons):
        look = story.looks[p]
        mine = story.array("share", when).mean(axis=2)[:, i]
        series.append(
            {
                "type": "line", "name": story.name(p), "id": p, "data": points(mine), "symbol": "none", "z": 4,
                "ask": f"mean {p}",
                "lineStyle": {"color": look.colour, "width": 2.2}, "itemStyle": {"color": look.colour},
                "emphasis": {"disabled": True},
            }
        )  # fmt: skip
        if p in twin.patrons:
            other = twin.array("share", common(story, twin, when)).mean(axis=2)[:, twin.patrons.index(p)]
            series.append(
                {
                    "type": "line", "name": f"{story.name(p)}, compared", "id": f"{p}-twin", "data": points(other),
                    "ask": f"mean {p}",
                    "symbol": "none", "lineStyle": {"color": look.colour, "width": 1.4, "type": [5, 4]}, "z": 3,
                    "itemStyle": {"color": look.colour}, "emphasis": {"disabled": True},
                }
            )  # fmt: skip
    return start(
        legend=legend([story.name(p) for p in story.patrons]),
        grid={"left": 42, "right": 14, "top": 44, "bottom": 24},
        xAxis=time_axis(story), yAxis=value_axis(" %", scale=True), series=series,
    )  # fmt: skip


def differences(story: Story, twin: Story, when: int, client: str) -> Option:
    """Shares in one client, this run less the other, in points."""
    last = common(story, twin, when)
    c = story.clients.index(client)
    series: list[Option] = []
    for i, p in enumerate(story.patrons):
        if p not in twin.patrons or client not in twin.clients:
            continue
        other = twin.array("share", last)[:, twin.patrons.index(p), twin.clients.index(client)]
        series.append(
            {
                "type": "line", "name": story.name(p), "id": p, "symbol": "none", "emphasis": {"disabled": True},
                "ask": f"share({p}, {client})",
                "data": points(story.array("share", last)[:, i, c] - other),
                "lineStyle": {"color": story.looks[p].colour, "width": 2}, "itemStyle": {"color": story.looks[p].colour},
            }
        )  # fmt: skip
    series.append({"type": "line", "name": "now", "data": [], "markLine": now_line(story, last)})
    return start(
        legend=legend([story.name(p) for p in story.patrons]),
        grid={"left": 46, "right": 12, "top": 44, "bottom": 24},
        xAxis=time_axis(story), yAxis=value_axis(), series=series,
    )  # fmt: skip


def table(story: Story, twin: Story, when: int) -> list[dict[str, Any]]:
    """A row a client: differences of shares in points, by patron; both leaders; by holder names of bases that one of them has."""
    last = common(story, twin, when)
    mine, other = story.at("share", last), twin.at("share", last)
    base, base_other = story.at("base", last), twin.at("base", last)
    leaders, leaders_other = story.leaders(last), twin.leaders(last)
    out = []
    for j, c in enumerate(story.clients):
        if c not in twin.clients:
            continue
        k = twin.clients.index(c)
        rows = [(i, twin.patrons.index(p)) for i, p in enumerate(story.patrons) if p in twin.patrons]
        held = {story.patrons[i] for i in np.flatnonzero(base[:, j])}
        held_other = {twin.patrons[i] for i in np.flatnonzero(base_other[:, k])}
        out.append(
            {
                "client": c, "points": {story.patrons[i]: 100 * float(mine[i, j] - other[n, k]) for i, n in rows},
                "leader": leaders[j][0], "other": leaders_other[k][0],
                "gained": {p: story.contract_name(p, c) for p in sorted(held - held_other)},
                "lost": {p: twin.contract_name(p, c) for p in sorted(held_other - held)},
            }
        )  # fmt: skip
    return out
