"""Dots on the timeline where history really went."""

from __future__ import annotations

from itertools import groupby

from patronage.telling.charts.base import INK, PAPER, Option, inert
from patronage.telling.history import Story
from patronage.telling.past import Remembered, remembered

NAME = "History"
LAST_ROW = "Scenario"


def dots(story: Story, when: int) -> Option | None:
    """A dot for each client and quarter in which facts are told: filled where the run had all of them, half where some."""
    found = sorted(remembered(story, when), key=lambda r: (r.client, r.when))
    if not found:
        return None
    data = [_dot(story, client, at, list(facts)) for (client, at), facts in groupby(found, key=lambda r: (r.client, r.when))]
    return {
        "type": "scatter", "name": NAME, "symbol": "circle", "symbolSize": 8, "symbolOffset": [0, 8], "z": 4, "data": data,
        "itemStyle": {"color": INK, "borderColor": INK, "borderWidth": 1.4},
    }  # fmt: skip


def _dot(story: Story, client: str, at: int, facts: list[Remembered]) -> Option:
    had = sum(r.here for r in facts)
    fill = INK if had == len(facts) else PAPER if not had else {"$pattern": "half", "colour": INK, "ink": PAPER}
    lines = "".join(
        f"<div>{inert(r.words)} ({r.span}): <b>{inert(r.verdict)}</b><div class='m'>{inert(r.fact.source)}</div></div>" for r in facts
    )
    row = story.name(client) if client else LAST_ROW
    return {
        "value": [story.quarters[at], row], "name": f"{client} {story.quarters[at]}",
        "ask": " ".join(["fact", *(r.fact.name for r in facts)]),
        "itemStyle": {"color": fill, "borderColor": INK, "borderWidth": 1.4},
        "tooltip": {"formatter": f"<div class='pg-tip pg-told'><b>{inert(row)}: what happened in history</b>{lines}</div>"},
    }  # fmt: skip
