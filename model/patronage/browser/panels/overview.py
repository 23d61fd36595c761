"""The overview: the region, one client over time, what happened, legitimacy."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from patronage.browser import atlas
from patronage.browser.chart import Chart
from patronage.browser.futures import FuturesJob
from patronage.browser.opening import replay
from patronage.browser.rivals import side
from patronage.browser.states import Doing
from patronage.browser.workspace import Desk
from patronage.telling.charts.client import caption, client_shares, happenings, legitimacy, timeline
from patronage.telling.charts.region import region_map
from patronage.telling.charts.ring import ring
from patronage.telling.history import Story
from patronage.telling.past import remembered

from .answer import AnswerCard
from .card import Card, grid, text
from .futures import use_futures
from .moving import LeversCard
from .notes import NotesBelow
from .past import History

MOST_MARKS = 9


@solara.component_vue("marks.vue")
def Marks(marks_json: str = "[]", label: str = "") -> None:
    """Numbered happenings of one client."""


@solara.component
def Overview(desk: Desk, story: Story, when: int) -> None:
    """The first tab."""
    _, client = desk.pair()
    twin, futures = desk.twin_story(), use_futures(desk, when)

    def choose(event: Any) -> None:
        code = str(event.get("name", "") if isinstance(event, dict) else "")
        found = {story.name(c): c for c in story.clients}
        desk.client.value = code if code in story.clients else found.get(code, client)

    with grid():
        touring = desk.tour.stop is not None
        if not touring:
            AnswerCard(desk, story, when, futures)
        _region(desk, story, when, client, choose)
        levers = desk.player is None and bool(story.scenario.outcomes)
        if levers:
            LeversCard(desk)
        _client(desk, story, when, client, twin, futures)
        hint = "dots: history, filled where so in this run" if remembered(story, when) else ""
        with Card("What happened where", hint, span=8, does="hover for the story", testid="timeline-card"):
            height = f"{max(210, 64 + 24 * (len(story.clients) + 1))}px"
            drawn = timeline(story, when, desk.lasting.notes.list)
            Chart(drawn, label="What happened where", testid="timeline", height=height, on_click=choose)
            History(story, when)
            NotesBelow(desk, story, when)
        tick = f" · tick: {side(desk.rival.value, desk.setup)}" if twin else ""
        with Card("Legitimacy", f"▲▼ over a year{tick}", span=8 if levers else 4, testid="legitimacy-card"):
            band = desk.bands.legitimacy[when] if desk.bands is not None and desk.bands.done >= max(1, when) else None
            Chart(
                legitimacy(story, when, twin, band), label="Legitimacy", testid="legitimacy", height=height, on_click=choose
            )
        if touring:  # what a story points at stands first
            AnswerCard(desk, story, when, futures)


def _region(desk: Desk, story: Story, when: int, client: str, choose: Any) -> None:
    place = atlas.region(story.clients, story.patrons, disputed(story))
    hint = "fill: leader · stripes: contested · arrows: arms, dashed money, dotted rent · ★ base"
    with Card("Influence map" if place else "Influence ring", hint, span=8, does="click a client", testid="map-card"):
        with solara.Div(classes=["pg-map" if place else "pg-map pg-ring"]):
            _play(desk)
            if place is not None:
                Chart(
                    region_map(story, when, place, client), label="Influence map", testid="map", height="420px",
                    map_json=place.geojson, map_name=place.name, on_click=choose,
                )  # fmt: skip
            else:
                Chart(ring(story, when, client), label="Influence ring", testid="map", height="420px", on_click=choose)
        if place is not None:
            text(atlas.NOTE + _assigned(story))


def _play(desk: Desk) -> None:
    """The buttons on the map."""
    run, begun, seated = desk.state.run, desk.model.value.story.now > 0, desk.player is not None
    with solara.Div(classes=["pg-play"]):
        if run is Doing.PLAYING:
            _big("❚❚ Pause", "Pause the history", desk.pause)
        elif run is not Doing.HELD and not (seated and begun):  # in a seat it would be another game
            _big("▶ Play the history", "Play the history", desk.play if seated else lambda: replay(desk))
        if run is Doing.IDLE and begun:
            _big("▶ Go on", "Go on with the history", desk.play)


def _big(words: str, name: str, press: Callable[[], None]) -> None:
    solara.Button(words, on_click=press, attributes={"aria-label": name})


def disputed(story: Story) -> tuple[tuple[float, float, str], ...]:
    """Areas that the scenario assigns itself."""
    return tuple(story.scenario.areas.values())


def _assigned(story: Story) -> str:
    return " The scenario assigns areas of its own." if disputed(story) else ""


def _client(
    desk: Desk, story: Story, when: int, client: str, twin: Story | None, futures: FuturesJob | None
) -> None:
    marks = [h for h in happenings(story, when) if h["client"] == client][-MOST_MARKS:]
    bands = desk.bands
    band = bands.share[: bands.done + 1] if bands is not None and bands.done else None
    cone = futures.band if futures is not None and len(futures.band) else None
    hints = {
        f"dashed: {side(desk.rival.value, desk.setup)}": twin is not None, "band: 5–95 % of the ensemble": band is not None,
        "ahead: 5–95 % of its futures, dotted the middle one": cone is not None,
    }  # fmt: skip
    hint = " · ".join(words for words, shown in hints.items() if shown)
    with Card(f"{story.name(client)}: shares of influence", hint, span=4, testid="shares-card"):
        Chart(
            client_shares(story, when, client, twin, band, marks, cone),
            label=f"Shares of influence in {story.name(client)}", testid="shares", height="322px",
        )  # fmt: skip
        Marks(marks_json=json.dumps(caption(marks)), label=f"What happened in {story.name(client)}")
