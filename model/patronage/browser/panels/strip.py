"""The strip of tiles, and the scrubber over past quarters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from patronage.browser.desk import Desk
from patronage.browser.story import Story
from patronage.browser.tiles import Tile, tiles

from .card import dot, text


@solara.component
def Strip(story: Story, when: int, twin: Story | None) -> None:
    """Eight tiles."""
    with solara.Div(classes=["pg-strip"]):
        for tile in tiles(story, when, twin):
            _tile(story, tile)


def _tile(story: Story, tile: Tile) -> Any:
    value: list[Any] = [dot(story, tile.patron)] if tile.patron else []
    for patron, count in tile.chips:
        look = story.looks[patron]
        value.append(
            solara.v.Html(
                tag="span", class_="pg-chip", style_=f"background:{look.colour};color:{look.ink}", children=[count],
                attributes={"title": story.name(patron)},
            )
        )
    value.append(tile.value)
    parts = [
        text(tile.label, "l"),
        solara.v.Html(tag="div", class_="v", children=value),
        text(tile.note, "n", title=tile.note),
    ]
    return solara.v.Html(
        tag="div", class_=f"pg-tile {tile.tone}", children=parts, attributes={"data-testid": f"tile-{tile.key}"}
    )


@solara.component
def Scrubber(desk: Desk, story: Story, when: int) -> None:
    """Look at a past quarter; everything on the page follows."""
    live = desk.quarter.value is None

    def look(value: int) -> None:
        desk.quarter.value = None if value >= story.now else int(value)

    with solara.Div(classes=["pg-bar"]):
        solara.v.Slider(
            v_model=when, on_v_model=look, min=0, max=max(1, story.now), step=1, hide_details=True, dense=True,
            disabled=story.now == 0, aria_label="Quarter looked at", label="Look at", class_="pg-scrubber",
            style_="max-width: 520px; min-width: 260px; flex: 1",
        )  # fmt: skip
        text(story.quarters[when] + (" (latest)" if live else ""), "pg-small", "strong", **{"data-testid": "looked-at"})
        solara.Button("Latest", on_click=lambda: look(story.now), disabled=live, text=True, small=True)
        patron, client = desk.pair()
        Pick(story, "Client", story.clients, client, desk.client.set)
        Pick(story, "Patron", story.patrons, patron, desk.patron.set)


@solara.component
def Pick(story: Story, label: str, codes: tuple[str, ...], chosen: str, choose: Callable[[str], None]) -> None:
    """A choice of one actor, which all tabs share."""
    names = {story.name(c): c for c in codes}
    with solara.Div(classes=["pg-pick"]):
        solara.Select(
            label, value=story.name(chosen), values=list(names), dense=True,
            on_value=lambda n: choose(names[n]),
        )  # fmt: skip
