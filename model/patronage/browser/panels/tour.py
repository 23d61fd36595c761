"""The story of a scenario, stop by stop, at the foot of the page; large where a class looks on."""

from __future__ import annotations

from math import nan

import solara

from patronage.browser.answering import at_the_time
from patronage.browser.workspace import Desk
from patronage.scenario import quarter_name
from patronage.scenario.entities import StoryStop
from patronage.telling.naming import borne_out

from .card import text


@solara.component
def TourBar(desk: Desk) -> None:
    """What there is to see, and the way on."""
    large, set_large = solara.use_state(False)  # solara's
    tour, stop = desk.tour, desk.tour.stop
    at = tour.at.value
    if stop is None or at is None:
        return
    last = len(tour.stops) - 1
    attributes = {"role": "region", "aria-label": "The story", "data-testid": "tour"}
    with solara.v.Html(tag="section", class_=f"pg-tour{' large' if large else ''}", attributes=attributes):
        changed = " · told of the scenario without your changes" if desk.setup.changes else ""
        text(f"{quarter_name(stop.at)} · {at + 1} of {last + 1}{changed}", "pg-small pg-muted")
        text(stop.text, "pg-tour-text", "p", role="status")
        if stop.look:
            text(f"Look at: {stop.look}.", "pg-tour-look")
        with solara.Div(classes=["pg-bar"]):
            solara.Button("Back", on_click=lambda: tour.go(at - 1), disabled=at == 0, small=True)
            solara.Button("Next", on_click=lambda: tour.go(at + 1), disabled=at == last, small=True, color="primary")
            solara.Button("Smaller" if large else "Large, for a class", on_click=lambda: set_large(not large), small=True, text=True)
            solara.Button("Leave the story", on_click=tour.leave, small=True, text=True)
            text(_borne_out(desk, stop), "pg-small pg-muted", **{"data-testid": "tour-claim"})


def _borne_out(desk: Desk, stop: StoryStop) -> str:
    """What many runs say of the stop, and this one, which need not be like them."""
    claim, story = stop.claim, desk.model.value.story
    here = at_the_time(story, claim.expression, claim.last - story.scenario.start + 1) if claim.first == claim.last else nan
    return borne_out(desk.setup.plain.load(), stop, here)


def TourButton(desk: Desk) -> None:
    """The way into the story."""
    stops = desk.tour.stops
    if stops and desk.tour.stop is None:
        solara.Button(f"Take the tour: {len(stops)} stops", on_click=lambda: desk.tour.go(0), small=True, outlined=True)
