"""Play, step and reset, and what is seldom needed under Advanced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from patronage.browser.checked import in_range, typed
from patronage.browser.links import unwritten, written
from patronage.browser.states import IN_A_ROOM, Doing
from patronage.browser.workspace import Desk

from .card import text

SLOWEST = 500
"""Milliseconds between two quarters."""
MOST_AT_ONCE = 40
"""Quarters between two drawings."""


@solara.component_vue("link.vue")
def CopyLink(address: str = "", why_none: str = "") -> None:
    """A button that copies the address of what is on the page; `why_none`: what it says where there is none."""


@solara.component_vue("field.vue")
def Field(label: str = "", shown: Any = None, event_typed: Callable[[Any], None] | None = None) -> None:
    """A field of text. `shown`: its text, and how many times it was set; what is typed stays until it is set anew."""


@solara.component
def Controls(desk: Desk) -> None:
    """The card with the controls of the run."""
    desk.ticks.get()
    desk.wanted.get()
    run = desk.state.run
    playing = run is Doing.PLAYING
    with solara.Card("Controls", margin=0, elevation=0):
        with solara.Row(justify="space-between"):
            solara.Button("Reset", color="primary", disabled=run is Doing.HELD, on_click=desk.reset)
            solara.Button(
                "Pause" if playing else "Play", color="primary", disabled=run in (Doing.ENDED, Doing.HELD),
                on_click=desk.pause if playing else desk.play,
            )  # fmt: skip
            solara.Button("Step", color="primary", disabled=run is not Doing.IDLE, on_click=desk.step)
        if run is Doing.HELD:
            text(f"{IN_A_ROOM}Reset, Play and Step rest.", "pg-small pg-muted", **{"data-testid": "rests"})
        undoing = desk.lasting.undoing
        with solara.Row(justify="start"):
            solara.Button("Undo", on_click=undoing.undo, disabled=not undoing.can_undo, small=True, text=True)
            solara.Button("Redo", on_click=undoing.redo, disabled=not undoing.can_redo, small=True, text=True)
        CopyLink(address=written(desk), why_none=unwritten(desk))
        text(f"Step: {desk.model.value.story.now}", "pg-small pg-muted")
        summary = solara.v.Html(tag="summary", children=["Advanced"])
        with solara.v.Html(tag="details", class_="pg-advanced", children=[summary]):
            Advanced(desk)


@solara.component
def BottomBar(desk: Desk) -> None:
    """Play and step within reach of a thumb; the style sheet shows it on narrow screens alone."""
    desk.ticks.get()
    run = desk.state.run
    playing = run is Doing.PLAYING
    with solara.Div(classes=["pg-bottom"]):
        solara.Button(
            "Pause" if playing else "Play", color="primary", disabled=run in (Doing.ENDED, Doing.HELD),
            on_click=desk.pause if playing else desk.play,
        )
        solara.Button("Step", color="primary", disabled=run is not Doing.IDLE, on_click=desk.step)
        text(desk.model.value.story.quarters[desk.model.value.story.now], "pg-small", "strong")


@solara.component
def Advanced(desk: Desk) -> None:
    """Which luck, and how quickly quarters follow each other."""
    clock = desk.clock
    interval, set_interval = solara.use_state(clock.interval)
    every, set_every = solara.use_state(clock.every)

    def pace(milliseconds: int) -> None:
        clock.interval = milliseconds
        set_interval(milliseconds)

    def draw(quarters: int) -> None:
        clock.every = quarters
        set_every(quarters)

    times = desk.retyped.get()
    Field(label="Seed", shown={"text": str(desk.setup.seed), "times": times}, event_typed=typed(desk.seed.set))
    Field(
        label="Number of the run", shown={"text": str(desk.setup.replication), "times": times}, event_typed=typed(desk.number.set)
    )
    text("A seed and a number are one run with its luck; they apply on Reset.")
    Slide("Milliseconds between quarters", interval, SLOWEST, pace)
    Slide("Quarters drawn at a time", every, MOST_AT_ONCE, draw)


@solara.component
def Slide(label: str, value: int, most: int, do: Callable[[int], object]) -> None:
    """A whole number from 1 on; Solara's own slider makes a number of what comes before anybody can check it."""
    solara.v.Slider(
        v_model=value, on_v_model=in_range(1, most, do), min=1, max=most, step=1, hide_details=True, dense=True,
        label=label, thumb_label=True, attributes={"aria-label": label},
    )  # fmt: skip
