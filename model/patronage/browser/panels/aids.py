"""Beside all tabs, for those who cannot see, or wait: every chart as a table and in words, and a sign of what takes long."""

from __future__ import annotations

import solara

from patronage.browser.states import Doing
from patronage.browser.workspace import Desk


@solara.component_vue("tabled.vue")
def Tables() -> None:
    """A panel with the figures of the chart whose button *Table* was pressed; gives every chart its description in words."""


@solara.component_vue("busy.vue")
def Busy(playing: bool = False) -> None:
    """*Working …* where the server has been at something for .3 s."""


@solara.component
def Aids(desk: Desk) -> None:
    """Both, once on the page."""
    desk.ticks.get()
    Tables()
    Busy(playing=desk.state.run is Doing.PLAYING)
