"""Small maps side by side: shares by patron, and their differences from the run compared with."""

from __future__ import annotations

import solara

from patronage.browser import atlas
from patronage.browser.chart import Chart
from patronage.telling.charts.base import Option, number
from patronage.telling.charts.compare import common
from patronage.telling.charts.multiples import LEAST_SCALE, difference_map, largest, outline, share_map
from patronage.telling.charts.region import MapRegion
from patronage.telling.history import Story

from .card import Card, text
from .markup import HtmlElement, dot, put


def _place(story: Story) -> MapRegion | None:
    return atlas.region(story.clients, story.patrons, tuple(story.scenario.areas.values()))


def ShareMaps(story: Story, when: int) -> None:
    """A map a patron; nothing where the actors have no map."""
    place = _place(story)
    if place is None:
        return
    hint = f"share in each client in {story.quarters[when]}, %: the stronger the colour, the larger"
    with Card("Influence by patron", hint, testid="share-maps-card"), solara.Div(classes=["pg-many"]):
        for p in story.patrons:
            _small(story, place, share_map(story, when, place, p), p, "Shares", "share-map")
        text(atlas.NOTE)


def DifferenceMaps(story: Story, twin: Story, when: int) -> None:
    """A map a patron, all with one scale."""
    place = _place(story)
    if place is None:
        return
    last = common(story, twin, when)
    full = number(max(LEAST_SCALE, largest(story, twin, when)))
    hint = f"this run less the other in {story.quarters[last]}, points of share · green: more, red: less, full at {full}"
    with Card("Differences on the map, by patron", hint, testid="difference-maps-card"), solara.Div(classes=["pg-many"]):
        for p in story.patrons:
            if p in twin.patrons:
                _small(story, place, difference_map(story, twin, when, place, p), p, "Differences", "difference-map")
        text(atlas.NOTE)


def _small(story: Story, place: MapRegion, option: Option, patron: str, what: str, testid: str) -> None:
    name, geometry = outline(place)
    with solara.Div():
        put(HtmlElement("h3", (dot(story, patron), story.name(patron)), "pg-chart-title"))
        Chart(
            option, label=f"{what} on the map: {story.name(patron)}", testid=f"{testid}-{patron}", height="170px",
            map_json=geometry, map_name=name,
        )  # fmt: skip
