"""The story of a scenario on the page: somebody is led from stop to stop, and the run with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from patronage.scenario.entities import StoryStop

from .states import allowed

if TYPE_CHECKING:
    from patronage.telling.history import Story

    from .workspace import Desk

TAB_NAMES = {
    "overview": "Overview", "influence": "Influence", "deals": "Deals & bases", "blocs": "Blocs", "patrons": "Patrons",
    "compare": "Compare", "ensemble": "Ensemble", "what_if": "What if",
}  # fmt: skip
"""Tabs as a story calls them → as the page does."""


class Tour:
    """Of one desk: where somebody stands in the story of the scenario, if anywhere."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.at: solara.Reactive[int | None] = solara.reactive(None)
        """Number of the stop."""

    @property
    def stops(self) -> tuple[StoryStop, ...]:
        """Those of the scenario as it is written, whatever has been changed since; none in a seat or a room."""
        desk = self._desk
        return tuple(desk.setup.plain.load().story.values()) if desk.player is None and desk.room is None else ()

    @property
    def stop(self) -> StoryStop | None:
        """Where somebody stands."""
        at, stops = self.at.value, self.stops
        return stops[at] if at is not None and at < len(stops) else None

    def go(self, number: int) -> None:
        """To a stop; the run goes on to its quarter, if it has not come so far, or a past one is looked at."""
        desk, stops = self._desk, self.stops
        if not 0 <= number < len(stops):
            return
        stop = stops[number]
        story, look = reach_quarter(desk, stop.at)
        with desk.batch:
            self.at.value, desk.quarter.value = number, look
            desk.client.value = stop.client if stop.client in story.clients else desk.client.value
            desk.patron.value = stop.patron if stop.patron in story.patrons else desk.patron.value
            if TAB_NAMES[stop.tab] in desk.tabs:
                desk.tab.value = desk.tabs.index(TAB_NAMES[stop.tab])
        desk.notify()

    def resume(self, number: int) -> None:
        """Take up the story as an address has it: who is in it already goes to that stop, as by Back; it ends where there is none."""
        if self.at.value in (None, number) or not 0 <= number < len(self.stops):
            self.at.value = number if 0 <= number < len(self.stops) else None
        else:
            self.go(number)

    def leave(self) -> None:
        """Look about alone."""
        self.at.value = None


def reach_quarter(desk: Desk, quarter: int) -> tuple[Story, int | None]:
    """Let the run rest, and go on to a quarter where it has not come so far; the run, and the quarter to look at if it is past."""
    desk.pause()
    model = desk.model.value
    missing = quarter - model.world.quarter
    if missing > 0 and allowed(desk.state, "step"):  # not in a room
        desk.clock.step(model, missing)
    story, when = model.story, quarter - model.scenario.start + 1
    return story, when if when < story.now else None
