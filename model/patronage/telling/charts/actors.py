"""Blocs and patrons: cohesion and joint force, budgets, portfolios and their concentration."""

from __future__ import annotations

from typing import Any

from patronage import looks
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.telling.charts.base import (
    GRID,
    INK,
    Option,
    inert,
    legend,
    now_line,
    points,
    start,
    time_axis,
    value_axis,
)
from patronage.telling.charts.contracts import stretches
from patronage.telling.history import Story
from patronage.world.arrays import Array

TONES = ("#33475b", "#8a5a83", "#5d7f99", "#8f7a55", "#5b6b3a", "#a87798", "#77828d")
"""Of clients and blocs: no colour that a patron has."""
STROKES = ("solid", "dashed", "dotted")
FILLS = ("plain", "stripes", "dots", "counter", "grid", "bars")


def _lines(story: Story, measure: str, values: Array, digits: int) -> list[Option]:
    """A line a bloc."""
    return [
        {
            "type": "line", "name": story.name(b), "data": points(values[:, k], 1.0, digits), "symbol": "none",
            "ask": f"{measure}({b})",
            "lineStyle": {"color": TONES[k % len(TONES)], "width": 2, "type": STROKES[k % len(STROKES)]},
            "itemStyle": {"color": TONES[k % len(TONES)]}, "emphasis": {"disabled": True},
        }
        for k, b in enumerate(story.structure.blocs)
    ]  # fmt: skip


def _plot(story: Story, series: list[Option], unit: str = "", **axis: Any) -> Option:
    return start(
        legend=legend([s["name"] for s in series]),
        grid={"left": 48, "right": 14, "top": 44, "bottom": 24},
        xAxis=time_axis(story), yAxis=value_axis(unit, **axis), series=series,
    )  # fmt: skip


def cohesion(story: Story, when: int) -> Option:
    """Cohesion of all blocs."""
    return _plot(story, _lines(story, "cohesion", story.array("cohesion", when), 3))


def forces(story: Story, when: int) -> Option:
    """Joint forces, MUSD a year."""
    return _plot(story, _lines(story, "force", story.array("force", when), 2), min=0)


def membership(story: Story, when: int) -> Option:
    """Who was in which bloc when: a bar a membership."""
    member = story.array("member", when)
    rows = [
        (b, c) for b in range(len(story.structure.blocs)) for c in range(len(story.clients)) if member[:, b, c].any()
    ]
    names = [f"{story.structure.blocs[b]} · {story.name(story.clients[c])}" for b, c in rows]
    series: list[Option] = []
    for (b, c), name in zip(rows, names, strict=True):
        question = f"member({story.structure.blocs[b]}, {story.clients[c]})"
        series += [_spell(story, name, part, TONES[b % len(TONES)]) | {"ask": question} for part in stretches(member[:, b, c])]
    series.append({"type": "scatter", "name": "now", "data": [], "markLine": now_line(story, when)})
    option = start(
        grid={"left": 6, "right": 16, "top": 8, "bottom": 4, "containLabel": True},
        xAxis=time_axis(story),
        yAxis={
            "type": "category", "inverse": True, "data": names or ["no client is in a bloc"], "axisTick": {"show": False},
            "axisLine": {"show": False}, "splitLine": {"show": True, "lineStyle": {"color": GRID}},
            "axisLabel": {"color": INK, "fontSize": 11, "width": 190, "overflow": "truncate"},
        },
        series=series,
    )  # fmt: skip
    option["tooltip"]["trigger"] = "item"
    return option


def _spell(story: Story, name: str, part: Array, colour: str) -> Option:
    """A bar from the first to the last time of a stretch."""
    first, last = story.quarters[int(part[0])], story.quarters[int(part[-1])]
    return {
        "type": "line", "name": name, "symbol": "circle", "symbolSize": 5, "emphasis": {"disabled": True},
        "data": [[first, name], [last, name]], "lineStyle": {"color": colour, "width": 9, "cap": "butt"},
        "itemStyle": {"color": colour}, "tooltip": {"formatter": f"{inert(name)}<br>{first}–{last}"},
    }  # fmt: skip


def budgets(story: Story, when: int) -> Option:
    """Budgets of all patrons; dotted what they spend; MUSD a year."""
    series = []
    for i, p in enumerate(story.patrons):
        colour = story.looks[p].colour
        for variable, kind, name in (("budget", "solid", story.name(p)), ("spent", "dotted", f"{story.name(p)}, spent")):
            series.append(
                {
                    "type": "line", "name": name, "data": points(story.array(variable, when)[:, i], 1.0, 1), "symbol": "none",
                    "ask": f"{variable}({p})",
                    "lineStyle": {"color": colour, "width": 2 if kind == "solid" else 1.4, "type": kind},
                    "itemStyle": {"color": colour}, "emphasis": {"disabled": True},
                }
            )  # fmt: skip
    option = _plot(story, series, min=0)
    return option | {"legend": legend([story.name(p) for p in story.patrons])}


def concentration(story: Story, when: int) -> Option:
    """Herfindahl index of effort over clients: 1 is one client, 1/n is everybody alike."""
    series = [
        {
            "type": "line", "name": story.name(p), "data": points(story.array("concentration", when)[:, i], 1.0, 3),
            "symbol": "none", "lineStyle": {"color": story.looks[p].colour, "width": 2}, "emphasis": {"disabled": True},
            "ask": f"concentration({p})",
            "itemStyle": {"color": story.looks[p].colour},
        }
        for i, p in enumerate(story.patrons)
    ]  # fmt: skip
    return _plot(story, series, min=0, max=1)


def portfolio(story: Story, when: int, patron: str) -> Option:
    """How one patron divides its courtship over clients, MUSD a quarter, stacked."""
    i = story.patrons.index(patron)
    effort = story.array("effort", when)[:, i, :]
    series = [
        {
            "type": "line", "name": story.name(c), "stack": "e", "data": points(effort[:, j], 1.0, 2), "symbol": "none",
            "ask": f"effort({patron}, {c})",
            "lineStyle": {"width": 0.6, "color": "$paper"}, "itemStyle": {"color": TONES[j % len(TONES)]},
            "areaStyle": {
                "color": {"$pattern": FILLS[j % len(FILLS)], "colour": TONES[j % len(TONES)]},
                "opacity": 0.9,
            },
            "emphasis": {"disabled": True},
        }
        for j, c in enumerate(story.clients)
    ]  # fmt: skip
    return _plot(story, series, min=0)


def gifts(story: Story, when: int, patron: str) -> Option:
    """What one patron delivers by instrument, MUSD a quarter, stacked, rents on top."""
    i = story.patrons.index(patron)
    delivered = story.array("delivered", when)[:, i].sum(axis=1)
    rent = story.array("rent_paid", when)[:, i].sum(axis=1)
    given = {**{k: delivered[:, n] for n, k in enumerate(INSTRUMENTS)}, "rent": rent}
    series = [
        {
            "type": "bar", "name": name.replace("_", " "), "stack": "g", "data": points(values, 1.0, 2), "barCategoryGap": "15%",
            "ask": f"gave {patron} {name}",
            "itemStyle": {"color": looks.INSTRUMENTS[name].page}, "emphasis": {"disabled": True},
        }
        for name, values in given.items()
    ]  # fmt: skip
    option = _plot(story, series, min=0)
    option["xAxis"] |= {"boundaryGap": True}
    return option
