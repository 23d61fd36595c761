"""Concessions over time: when each stood and at what rent."""

from __future__ import annotations

import numpy as np

from patronage.results.contracts import BASE
from patronage.telling.charts.base import (
    GRID,
    INK,
    PAPER,
    Option,
    inert,
    legend,
    now_line,
    number,
    points,
    start,
    time_axis,
    value_axis,
)
from patronage.telling.deals import contracts
from patronage.telling.history import Story
from patronage.world.arrays import Array

DASHES: tuple[str | list[int], ...] = ("solid", "dashed", "dotted", [12, 4], [12, 3, 2, 3], [2, 6])
"""Lines of one patron's contracts, which have its colour."""


def stretches(truth: Array) -> list[Array]:
    """Times at which something holds without a break."""
    holds = np.flatnonzero(truth)
    return [part for part in np.split(holds, np.flatnonzero(np.diff(holds) > 1) + 1) if len(part)]


def spells(story: Story, when: int) -> list[tuple[str, str, str, int, int, float]]:
    """When contracts stood: patron, client, kind, first and last time, rent at the end."""
    stands, rent = story.contracts_over("stands", when), story.contracts_over("rents", when)
    out = []
    for i, p in enumerate(story.patrons):
        for j, c in enumerate(story.clients):
            for k, kind in enumerate(story.structure.kinds):
                out += [
                    (p, c, kind, int(part[0]), int(part[-1]), float(rent[part[-1], i, j, k]))
                    for part in stretches(stands[:, i, j, k])
                ]
    return out


def about(patron: str, client: str, kind: str) -> str:
    """What can be asked of a contract."""
    return f"base({patron}, {client})" if kind == BASE else f"concession({patron}, {client}, {kind})"


def bases(story: Story, when: int) -> Option:
    """A bar a concession: solid while it stood, pale for the term that is left."""
    found = spells(story, when)
    names = list(dict.fromkeys(story.contract_name(p, c, kind) for p, c, kind, *_ in found))
    last = len(story.quarters) - 1
    bars = []
    labels: dict[str, Option] = {}
    for p, c, kind, first, end, rent in found:
        row = story.contract_name(p, c, kind)
        tip = (
            f"<b>{inert(row)}</b><br>{inert(story.name(p))} in {inert(story.name(c))}<br>{story.quarters[first]}–"
            f"{'now' if end == when else story.quarters[end]}, {number(rent)} MUSD/yr"
        )
        bars.append((row, first, min(last, max(end, first + 1)), story.looks[p].colour, tip, about(p, c, kind)))
        labels[row] = {"value": [story.quarters[end], row], "label": {"formatter": number(rent)}}  # of the last spell
    lines = [
        {
            "type": "line", "name": row, "id": f"{k}", "symbol": "none", "symbolSize": 14, "ask": question,
            "data": [[story.quarters[first], row], [story.quarters[end], row]],
            "lineStyle": {"color": colour, "width": 12, "cap": "butt"}, "tooltip": {"formatter": tip}, "z": 3,
            "triggerLineEvent": True, "emphasis": {"disabled": True},
        }
        for k, (row, first, end, colour, tip, question) in enumerate(bars)
    ]  # fmt: skip
    terms = [
        {
            "type": "line", "name": f"term-{c['patron']}-{c['client']}-{c['kind']}", "symbol": "none", "silent": True, "z": 2,
            "data": [
                [story.quarters[when], c["name"]], [story.quarters[min(last, when + (c["notice"] or c["left"]))], c["name"]],
            ],
            "lineStyle": {"color": story.looks[c["patron"]].colour, "width": 12, "opacity": 0.28, "cap": "butt"},
        }
        for c in contracts(story, when)
    ]  # fmt: skip
    rents = {
        "type": "scatter", "name": "rent", "symbolSize": 1, "silent": True, "data": list(labels.values()), "z": 5,
        "label": {"show": True, "position": "right", "fontSize": 10.5, "color": INK, "distance": 6,
                  "backgroundColor": PAPER, "padding": [1, 3]},
        "markLine": now_line(story, when) | {"z": 1},  # behind the numbers
    }  # fmt: skip
    option = start(
        grid={"left": 6, "right": 44, "top": 8, "bottom": 4, "containLabel": True},
        xAxis=time_axis(story, boundaryGap=False),
        yAxis={
            "type": "category", "inverse": True, "data": names or ["no concession so far"], "axisTick": {"show": False},
            "axisLine": {"show": False}, "splitLine": {"show": True, "lineStyle": {"color": GRID}},
            "axisLabel": {"color": INK, "fontSize": 11, "width": 150, "overflow": "truncate"},
        },
        series=[*terms, *lines, rents],
    )  # fmt: skip
    option["tooltip"]["trigger"] = "item"
    return option


def rents(story: Story, when: int) -> Option:
    """Rents of all contracts that ever stood, MUSD a year; below 0 the host pays."""
    rent = story.contracts_over("rents", when)
    series = []
    for i, p in enumerate(story.patrons):
        mine = [(j, k) for j in range(len(story.clients)) for k in range(len(story.structure.kinds)) if rent[:, i, j, k].any()]
        for n, (j, k) in enumerate(mine):
            series.append(
                {
                    "type": "line", "name": story.contract_name(p, story.clients[j], story.structure.kinds[k]), "step": "end",
                    "ask": about(p, story.clients[j], story.structure.kinds[k]),
                    "symbol": "none", "data": points(rent[:, i, j, k], 1.0, 2), "emphasis": {"disabled": True},
                    "lineStyle": {"color": story.looks[p].colour, "width": 2, "type": DASHES[n % len(DASHES)]},
                    "itemStyle": {"color": story.looks[p].colour},
                }
            )  # fmt: skip
    scale = value_axis() if (rent < 0).any() else value_axis(min=0)
    return start(
        grid={"left": 42, "right": 14, "top": 34, "bottom": 24},
        xAxis=time_axis(story), yAxis=scale, series=series,
        legend=legend([s["name"] for s in series], type="scroll", right=0, itemWidth=26, icon="inherit"),
    )  # fmt: skip
