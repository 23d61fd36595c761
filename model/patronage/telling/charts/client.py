"""One client over time, all clients by legitimacy, and what happened where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from patronage.looks import KINDS, short_route
from patronage.telling.charts.base import (
    BAD,
    GOOD,
    GRID,
    INK,
    MUTED,
    PAPER,
    WARN,
    Option,
    inert,
    legend,
    now_line,
    points,
    start,
    time_axis,
    value_axis,
)
from patronage.telling.charts.notes import marks as note_marks
from patronage.telling.charts.past import LAST_ROW, dots
from patronage.telling.history import YEAR, Story
from patronage.telling.notes import Note
from patronage.world.arrays import Array


def happenings(story: Story, when: int) -> list[dict[str, Any]]:
    """Rows of the ledger that a timeline shows, up to a time: quarter, kind, client, words."""
    out = []
    for n, row in enumerate(story.entries):
        if row.kind not in KINDS or row.when > when:
            continue
        words = KINDS[row.kind].words
        if row.patron and row.kind in ("opened", "closed", "notice"):
            words = f"{words}: {story.contract_name(row.patron, row.client, row.concession)}"
        elif row.patron:
            words = f"{words} ({story.name(row.patron)})"
        if row.kind in ("closed", "notice") and row.cause:
            words = f"{words}, {short_route(row.cause)}"
        out.append({"quarter": story.quarters[row.when], "kind": row.kind, "client": row.client, "words": words, "row": n})
    return out


def client_shares(
    story: Story, when: int, client: str, twin: Story | None, band: Array | None, marks: list[dict[str, Any]],
    cone: Array | None = None,
) -> Option:  # fmt: skip
    """Shares of influence of all patrons in one client; dashed the run compared with; bands of an ensemble behind; futures ahead.

    `band` and `cone` [time,3,P,C] in the order 5 %, 50 %, 95 %, the cone without numbers before the quarter looked at; `marks`:
    happenings to number.
    """
    c = story.clients.index(client)
    share = story.array("share", when)[:, :, c]
    series: list[Option] = []
    for i, p in enumerate(story.patrons):
        look = story.looks[p]
        if band is not None:
            series += _band(f"{p} band", look.colour, band[:, 0, i, c], band[:, 2, i, c], f"bands {p} {client}")
        series.append(
            {
                "type": "line", "name": story.name(p), "id": p, "data": points(share[:, i]), "symbol": look.marker,
                "ask": f"share({p}, {client})",
                "symbolSize": 7, "showAllSymbol": False, "showSymbol": len(share) == 1,
                "lineStyle": {"color": look.colour, "width": 2.2}, "itemStyle": {"color": look.colour}, "z": 4,
                "emphasis": {"disabled": True},
            }
        )  # fmt: skip
        if twin is not None and twin.now and client in twin.clients and p in twin.patrons:
            other = twin.array("share", min(when, twin.now))[:, twin.patrons.index(p), twin.clients.index(client)]
            series.append(
                {
                    "type": "line", "name": f"{story.name(p)}, compared", "id": f"{p}-twin", "data": points(other),
                    "ask": f"share({p}, {client})",
                    "symbol": "none", "lineStyle": {"color": look.colour, "width": 1.4, "type": [5, 4], "opacity": 0.9},
                    "itemStyle": {"color": look.colour}, "z": 3, "emphasis": {"disabled": True},
                }
            )  # fmt: skip
        if cone is not None:
            series += _cone(p, story.name(p), look.colour, cone[:, :, i, c], f"ahead {p} {client}")
    flags = {
        "symbol": "none", "silent": True, "lineStyle": {"color": MUTED, "width": 1, "type": "solid"},
        "label": {
            "show": True, "color": PAPER, "backgroundColor": MUTED, "padding": [2, 4], "borderRadius": 3, "fontSize": 10,
            "fontWeight": "bold", "lineHeight": 12, "height": 12, "distance": 2,
        },
        "data": [
            {"xAxis": m["quarter"], "label": {"show": bool(words), "formatter": words}}
            for m, words in zip(marks, _flagged(story, marks), strict=True)
        ],
    }  # fmt: skip
    series.append({"type": "line", "name": "happenings", "data": [], "clip": False, "markLine": flags})
    return start(
        legend=legend([
            {"name": story.name(p), "icon": story.looks[p].marker, "itemStyle": {"color": story.looks[p].colour}}
            for p in story.patrons
        ]),
        grid={"left": 42, "right": 14, "top": 60 if marks else 44, "bottom": 26},
        xAxis=time_axis(story), yAxis=value_axis(" %", min=0, max=100), series=series,
    )  # fmt: skip


def _flagged(story: Story, marks: list[dict[str, Any]]) -> list[str]:
    """Numbers on the flags of marks in the order of time; flags that would hide each other share one, as in 2–4."""
    close = max(1, round(0.045 * len(story.quarters)))
    out: list[str] = []
    first = 0
    for k, mark in enumerate(marks):
        at = story.quarters.index(mark["quarter"])
        if k and at - story.quarters.index(marks[k - 1]["quarter"]) <= close:
            out.append("")
            out[first] = f"{first + 1}–{k + 1}"
        else:
            first = k
            out.append(str(k + 1))
    return out


def _band(name: str, colour: str, low: Array, high: Array, question: str) -> list[Option]:
    """Two stacked areas, the lower one unseen; its edges ask in the chart's table, where no line is between them."""
    plain = {"type": "line", "about": question, "symbol": "none", "stack": name, "silent": True, "tooltip": {"show": False}, "z": 1,
             "lineStyle": {"width": 0}, "emphasis": {"disabled": True}}  # fmt: skip
    return [
        plain | {"name": f"{name} low", "data": points(low), "areaStyle": {"opacity": 0}, "itemStyle": {"opacity": 0}},
        plain | {"name": name, "data": points(high - low), "areaStyle": {"color": colour, "opacity": 0.16}},
    ]


def _cone(patron: str, name: str, colour: str, levels: Array, question: str) -> list[Option]:
    """The band of all futures, and the middle one as a line; `levels` [time,3]."""
    middle = {
        "type": "line", "name": f"{name}, middle of its futures", "id": f"{patron}-ahead", "symbol": "none", "z": 3,
        "ask": question, "data": points(levels[:, 1]), "lineStyle": {"color": colour, "width": 1.4, "type": "dotted"},
        "itemStyle": {"color": colour}, "emphasis": {"disabled": True},
    }  # fmt: skip
    low, high = _band(f"{patron} ahead", colour, levels[:, 0], levels[:, 2], question)
    return [low | {"id": f"{patron}-ahead-low"}, high | {"id": f"{patron}-ahead-high"}, middle]


def timeline(story: Story, when: int, notes: Sequence[Note] = ()) -> Option:
    """What happened where, a row a client; events of the scenario on the last row; dots where history really went; notes."""
    rows = [*[story.name(c) for c in story.clients], LAST_ROW]
    found: dict[str, list[Option]] = {}
    for h in happenings(story, when):
        at = story.name(h["client"]) if h["client"] else LAST_ROW
        tip = f"<b>{inert(at)}</b>, {h['quarter']}<br>{inert(h['words'])}"
        found.setdefault(h["kind"], []).append(
            {"value": [h["quarter"], at], "tooltip": {"formatter": tip}, "ask": f"row {h['row']}"}
        )
    series: list[Option] = [
        {
            "type": "scatter", "name": look.title, "symbol": look.symbol, "symbolSize": 11, "data": found[kind],
            "itemStyle": {"color": look.page, "borderColor": look.page, "borderWidth": 2 if kind == "closed" else 0.6},
        }
        for kind, look in KINDS.items()
        if kind in found
    ]  # fmt: skip
    log = [
        {
            "value": [story.quarters[t], LAST_ROW], "ask": f"event {name}",
            "tooltip": {"formatter": f"<b>{story.quarters[t]}</b>: {inert(story.event_words(name))} ({what})"},
            "itemStyle": {"color": MUTED if what == "fired" else PAPER, "borderColor": MUTED, "borderWidth": 1.4},
        }
        for t, name, what in story.log
        if t <= when
    ]
    series.append(
        {
            "type": "scatter", "name": "Event of the scenario", "symbol": "circle", "symbolSize": 8, "data": log,
            "itemStyle": {"color": MUTED}, "markLine": now_line(story, when),
        }
    )  # fmt: skip
    series += [more for more in (dots(story, when), note_marks(story, notes)) if more is not None]
    option = start(
        legend=legend([s["name"] for s in series], itemWidth=12),
        grid={"left": 6, "right": 16, "top": 34, "bottom": 6, "containLabel": True},
        xAxis=time_axis(story),
        yAxis={
            "type": "category", "inverse": True, "data": rows, "axisTick": {"show": False},
            "axisLine": {"show": False}, "splitLine": {"show": True, "lineStyle": {"color": GRID}},
            "axisLabel": {"color": INK, "fontSize": 11, "width": 110, "overflow": "truncate"},
        },
        series=series,
    )  # fmt: skip
    option["tooltip"]["trigger"] = "item"
    return option


def legitimacy(story: Story, when: int, twin: Story | None, band: Array | None) -> Option:
    """Legitimacy of all clients, highest first; the change over a year; a tick where the run compared with stands.

    `band` [3,C]: 5 %, 50 % and 95 % of an ensemble, drawn as a line.
    """
    level, before = 100 * story.at("legitimacy", when), 100 * story.at("legitimacy", max(0, when - YEAR))
    order = np.argsort(-level, kind="stable")
    names, bars, ticks, lines = [], [], [], []
    for rank, c in enumerate(order):
        change = float(level[c] - before[c])
        sign = "▲" if change > 0.5 else "▼" if change < -0.5 else "·"
        colour = GOOD if level[c] >= 55 else WARN if level[c] >= 40 else BAD
        names.append(story.name(story.clients[c]))
        bars.append(
            {
                "value": round(float(level[c]), 2), "name": story.clients[c], "itemStyle": {"color": colour},
                "ask": f"legitimacy({story.clients[c]})",
                "label": {"formatter": f"{level[c]:.0f}  {sign}{abs(change):.0f}" if sign != "·" else f"{level[c]:.0f}"},
            }
        )  # fmt: skip
        if twin is not None and twin.now and story.clients[c] in twin.clients:
            other = twin.at("legitimacy", min(when, twin.now))[twin.clients.index(story.clients[c])]
            ticks.append({"value": [round(100 * float(other), 2), rank], "ask": f"legitimacy({story.clients[c]})"})
        if band is not None:
            lines.append([[{"coord": [100 * band[0, c], rank]}, {"coord": [100 * band[2, c], rank]}]])
    series: list[Option] = [
        {
            "type": "bar", "name": "legitimacy", "data": bars, "barWidth": "56%", "showBackground": True,
            "backgroundStyle": {"color": GRID, "borderRadius": 3}, "itemStyle": {"borderRadius": [3, 3, 3, 3]},
            "label": {"show": True, "position": "right", "color": INK, "fontSize": 11},
        },
        {
            "type": "scatter", "name": "run compared with", "data": ticks, "symbol": "rect", "symbolSize": [3, 17],
            "itemStyle": {"color": INK}, "z": 5,
        },
    ]  # fmt: skip
    if lines:
        series.append(
            {
                "type": "scatter", "name": "ensemble", "data": [], "markLine": {
                    "silent": True, "symbol": "none", "lineStyle": {"color": INK, "type": "solid", "width": 1.2},
                    "data": [pair for each in lines for pair in each],
                },
            }
        )  # fmt: skip
    option = start(
        grid={"left": 6, "right": 54, "top": 6, "bottom": 4, "containLabel": True},
        xAxis=value_axis(min=0, max=100),
        yAxis={
            "type": "category", "inverse": True, "data": names, "axisTick": {"show": False}, "axisLine": {"show": False},
            "axisLabel": {"color": INK, "fontSize": 11, "width": 110, "overflow": "truncate"},
        },
        series=series,
    )  # fmt: skip
    option["tooltip"] |= {"axisPointer": {"type": "shadow"}}
    return option


def caption(marks: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Numbered marks in words: number, quarter, text, what can be asked of them."""
    return [(str(k + 1), m["quarter"], m["words"][:1].upper() + m["words"][1:], f"row {m['row']}") for k, m in enumerate(marks)]


def largest_shift(story: Story, when: int) -> tuple[float, str, str]:
    """The largest change of a share within a year: points, patron, client."""
    change = story.at("share", when) - story.at("share", max(0, when - YEAR))
    i, j = np.unravel_index(int(np.argmax(np.abs(change))), change.shape)
    return 100 * float(change[i, j]), story.patrons[i], story.clients[j]


