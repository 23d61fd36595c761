"""The strip of tiles, and the scrubber over past quarters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import solara

from patronage.browser.checked import in_range, words
from patronage.browser.states import Doing
from patronage.browser.workspace import Desk
from patronage.telling.explaining import term_behind, word_meaning
from patronage.telling.history import Story
from patronage.telling.tiles import Tile, tiles


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


@solara.component_vue("scrubber.vue")
def ScrubberBar(
    now: int = 0, at: int = 0, quarter: str = "", live: bool = True, ahead: str = "", picks_json: str = "[]",
    event_look: Callable[[Any], None] | None = None, event_pick: Callable[[Any], None] | None = None,
) -> None:  # fmt: skip
    """One message to the browser a quarter. `ahead`: where a run is that plays on while a past quarter is looked at."""


@solara.component
def Scrubber(desk: Desk, story: Story, when: int) -> None:
    """Look at a past quarter, of one client and one patron; everything on the page follows."""
    actors = {"Client": (story.clients, desk.client), "Patron": (story.patrons, desk.patron)}
    patron, client = desk.pair()
    picks = [
        {"label": label, "chosen": story.name(code), "names": [story.name(c) for c in actors[label][0]]}
        for label, code in (("Client", client), ("Patron", patron))
    ]

    def look(value: int) -> None:
        desk.quarter.value = None if value == story.now else value

    def pick(event: Any) -> None:
        given: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
        codes, chosen = actors.get(words(given.get("label")), ((), None))
        code = next((c for c in codes if story.name(c) == given.get("name")), None)
        if chosen is not None and code is not None:
            chosen.value = code

    ScrubberBar(
        now=story.now, at=when, quarter=story.quarters[when], live=desk.quarter.value is None, picks_json=json.dumps(picks),
        ahead=story.quarters[story.now] if desk.quarter.value is not None and desk.state.run is Doing.PLAYING else "",
        event_look=in_range(0, story.now, look), event_pick=pick,
    )  # fmt: skip
