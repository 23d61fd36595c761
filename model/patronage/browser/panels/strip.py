"""The strip of tiles, and the scrubber over past quarters."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from patronage.browser.checked import in_range, one_of
from patronage.browser.workspace import Desk
from patronage.telling.explaining import term_behind, word_meaning
from patronage.telling.history import Story
from patronage.telling.tiles import Tile, tiles

from .card import text


@solara.component_vue("strip.vue")
def Tiles(tiles_json: str = "[]", now: int = 0, event_shown: Callable[[int], None] | None = None) -> None:
    """All tiles at once: one message to the browser a quarter, instead of one a number."""


@solara.component
def Strip(desk: Desk, story: Story, when: int, twin: Story | None) -> None:
    """Eight tiles."""
    found = [_tile(story, tile) for tile in tiles(story, when, twin)]
    Tiles(tiles_json=json.dumps(found), now=story.now, event_shown=in_range(0, story.now, desk.pace.acknowledge))


def _tile(story: Story, tile: Tile) -> dict[str, Any]:
    def chip(code: str, count: str) -> dict[str, str]:
        look = story.looks[code]
        return {"name": story.name(code), "count": count, "colour": look.colour, "ink": look.ink}

    return {
        "key": tile.key, "label": tile.label, "meaning": word_meaning(term_behind(tile.label)),
        "value": tile.value, "note": tile.note, "tone": tile.tone,
        "ask": tile.ask or f"tile {tile.key}",
        "dot": story.looks[tile.patron].colour if tile.patron else "", "chips": [chip(*c) for c in tile.chips],
    }  # fmt: skip


@solara.component
def Scrubber(desk: Desk, story: Story, when: int) -> None:
    """Look at a past quarter; everything on the page follows."""
    live = desk.quarter.value is None

    def look(value: int) -> None:
        desk.quarter.value = None if value == story.now else value

    with solara.Div(classes=["pg-bar"]):
        solara.v.Slider(
            v_model=when, on_v_model=in_range(0, story.now, look), min=0, max=max(1, story.now), step=1, hide_details=True, dense=True,
            disabled=story.now == 0, label="Look at", class_="pg-scrubber",
            style_="max-width: 520px; min-width: 260px; flex: 1",
            attributes={"aria-label": "Look at quarter", "aria-valuetext": story.quarters[when]},
        )  # fmt: skip
        text(story.quarters[when] + (" (latest)" if live else ""), "pg-small", "strong", **{"data-testid": "looked-at"})
        solara.Button("Latest", on_click=lambda: look(story.now), disabled=live, text=True, small=True)
        patron, client = desk.pair()
        Pick("Client", {story.name(c): c for c in story.clients}, story.name(client), desk.client.set)
        Pick("Patron", {story.name(p): p for p in story.patrons}, story.name(patron), desk.patron.set)


@solara.component
def Pick(label: str, codes: dict[str, str], chosen: str, choose: Callable[[str], None]) -> None:
    """A choice of one actor by name, which all tabs share; drawn anew only where one of its arguments differs."""
    with solara.Div(classes=["pg-pick"]):
        solara.Select(label, value=chosen, values=list(codes), dense=True, on_value=one_of(codes, lambda n: choose(codes[n])))
