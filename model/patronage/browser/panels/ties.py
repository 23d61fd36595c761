"""Ties between patrons and clients: the network, its layers, and all of it as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from patronage.browser.chart import Chart
from patronage.browser.workspace import Desk
from patronage.telling.charts.base import number
from patronage.telling.charts.network import COLOURS, MOST, network
from patronage.telling.history import Story
from patronage.telling.ties import LAYERS, ties

from .card import Card, scroll, table, text
from .markup import dot, headed, put, swatch

Layers = tuple[str, ...]
FIRST: Layers = ("arms", "loans", "rent")
"""Layers shown before somebody chooses."""


def Ties(desk: Desk, story: Story, when: int, shown: Layers, show: Callable[[Layers], None]) -> None:
    """Two cards; `shown`: layers that are drawn, which `show` changes."""
    client = desk.pair()[1]

    def choose(event: Any) -> None:
        code = str(event.get("name", "") if isinstance(event, dict) else "")
        if code in story.clients:
            desk.client.value = code

    def switch(layer: str, on: object) -> None:
        show(tuple(x for x in LAYERS if (on is True if x == layer else x in shown)))

    hint = "width: size within the layer · dashed: ends within two years · dotted: notice"
    with Card(f"Ties in {story.quarters[when]}", hint, span=7, does="click a client", wide=True, testid="ties-card"):
        rows = max(len(story.patrons), len(story.clients))
        Chart(
            network(story, when, shown, client), label=f"Ties between patrons and clients in {story.quarters[when]}", testid="ties",
            height=f"{max(260, 40 + 38 * rows)}px", on_click=choose,
        )  # fmt: skip
        with solara.Div(classes=["pg-layers"]):
            for layer, title in LAYERS.items():
                with solara.Div():
                    put(swatch(COLOURS[layer]))
                    solara.Checkbox(label=title, value=layer in shown, on_value=lambda on, layer=layer: switch(layer, on))
        text(f"The {MOST} largest of each layer; the table has all. Arms, grants and loans: delivered within a year.")
    with Card("The same as a table", "layers that are shown", span=5, wide=True, testid="ties-table-card"), scroll("Ties"):
        found = ties(story, when, shown)
        if not found:
            text("No tie of these layers.")
            return
        table(
            ("Layer", "Patron", "Client", "Amount", "Unit", "Ends"),
            [
                (
                    LAYERS[t.layer], [dot(story, t.patron), story.name(t.patron)], story.name(t.client),
                    number(t.amount, 2), headed(t.unit),
                    " · ".join(x for x in (t.words, t.ends) if x),
                )
                for t in found
            ],
            numeric=(3,), wide=(5,), testid="ties-table", asks=[t.asks for t in found],
        )  # fmt: skip
