"""Marks on the timeline where somebody wrote a note: numbers, as the list below has them."""

from __future__ import annotations

from collections.abc import Sequence

from patronage.scenario import quarter_name
from patronage.telling.charts.base import PAPER, Option, inert
from patronage.telling.charts.past import LAST_ROW
from patronage.telling.history import Story
from patronage.telling.notes import Note, place

NAME = "Note"


def marks(story: Story, notes: Sequence[Note]) -> Option | None:
    """A numbered flag at each note's quarter, in the row of the client it is about."""
    inside = [(n, note) for n, note in enumerate(notes, 1) if quarter_name(note.quarter) in story.quarters]
    if not inside:
        return None
    return {
        "type": "scatter", "name": NAME, "symbol": "roundRect", "symbolSize": [15, 13], "symbolOffset": [0, -9], "z": 6,
        "data": [_mark(story, n, note) for n, note in inside], "itemStyle": {"color": "$accent", "opacity": 1},
        "label": {"show": True, "color": PAPER, "fontSize": 10, "fontWeight": "bold"},
    }  # fmt: skip


def _mark(story: Story, number: int, note: Note) -> Option:
    where = place(story.scenario, note)
    tip = f"<div class='pg-tip pg-told'><b>Note {number}: {inert(where)}</b><div>{inert(note.text)}</div></div>"
    return {
        "value": [quarter_name(note.quarter), story.name(note.client) if note.client in story.clients else LAST_ROW],
        "name": f"Note {number}", "ask": f"note {number}", "said": f"Note {number}, {where}: {note.text}",
        "label": {"formatter": str(number)}, "tooltip": {"formatter": tip},
    }  # fmt: skip
