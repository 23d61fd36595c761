"""Beside the controls: which scenario, what waits for Reset, and the end of a period."""

from __future__ import annotations

from functools import cache
from typing import Any

import solara

from patronage.browser import assets, commanded
from patronage.browser.checked import one_of, typed, upload
from patronage.browser.commanded import open_command
from patronage.browser.levers import lever_words
from patronage.browser.links import LONGEST as COMMAND
from patronage.browser.links import lead_on
from patronage.browser.opening import lead
from patronage.browser.replays import agreement, open_folder
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.scenario import list_scenarios, quarter_name
from patronage.visitors.allowed_folders import LONGEST

from .card import text
from .folders import OfferedFolders

OWN = "my own file"
MORE = 40
"""Quarters by which a period is extended."""


@cache
def titled() -> dict[str, str]:
    """Built-in scenarios as they stand in the list, with their titles, and their names."""
    return {f"{s.name}: {s.title}": s.name for s in list_scenarios()}


@solara.component_vue("upload.vue")
def Upload(label: str = "", accept: str = ".yaml,.yml,.csv", event_loaded: Any = None) -> None:
    """A button that reads text files and hands over their names and contents."""


@solara.component
def Scenarios(desk: Desk) -> None:
    """Pick a built-in scenario, or open a file."""
    names, setup = titled(), desk.setup
    opened = f"{setup.source} ({OWN})"
    current = opened if setup.text is not None else next((w for w, name in names.items() if name == setup.source), opened)

    def pick(words: str) -> None:
        if desk.open(Setup(names[words], None, (), setup.seed, setup.replication)):
            lead(desk)

    def loaded(files: Any) -> None:
        try:
            own = upload(files)
        except ValueError as error:
            desk.refuse(str(error))
            return
        fresh = Setup(own.name, own.text, (), setup.seed, setup.replication, own.tables)
        if lead_on(desk, fresh):
            return
        if desk.open(fresh):
            lead(desk)
            if own.unread:
                desk.refuse(f"{own.name} names no table {', '.join(own.unread)}: it was not read")

    with solara.Card("Scenario", margin=0, elevation=0):
        shown = [*names, *([current] if current == opened else [])]
        solara.Select("Built-in scenario", value=current, values=shown, on_value=one_of(names, pick))
        scenario = desk.model.value.scenario
        text(scenario.title, "pg-small", "strong")
        text(scenario.question, "pg-note")
        Upload(label="Open a file of your own, with its tables if it has any", event_loaded=loaded)
        summary = solara.v.Html(tag="summary", class_="pg-small", children=["A run folder, or a command"])
        with solara.v.Html(tag="details", class_="pg-more", children=[summary]):
            Saved(desk)
            if commanded.possible():
                Pasted(desk)
        Replayed(desk)
        if not assets.collected():
            text(assets.MISSING, "pg-wait")


@solara.component
def Saved(desk: Desk) -> None:
    """Open a run folder of this machine, and replay any of its runs."""
    path = solara.use_reactive("")  # read when the button is pressed: a busy page may not have drawn the last letters yet
    OfferedFolders(("run", "comparison"), path.set)
    label = "Open a run folder, such as runs/main"
    solara.InputText(label, value=path.value, on_value=typed(path.set, LONGEST), continuous_update=True)
    solara.Button(
        "Open folder", on_click=lambda: open_folder(desk, path.value.strip()), disabled=not path.value.strip(),
        small=True, outlined=True,
    )  # fmt: skip


@solara.component
def Replayed(desk: Desk) -> None:
    """Whether the run is the one of the folder that was opened."""
    follow(desk)
    agrees = agreement(desk)
    if agrees:
        text(f"{agrees} Choose another under Number of the run, then Reset.", "pg-note", **{"data-testid": "replay"})


@solara.component
def Pasted(desk: Desk) -> None:
    """Open what a command says, such as one that was copied from another page."""
    line = solara.use_reactive("")
    label = "Open a command, such as patronage run us-stays --seed 2"
    solara.InputText(label, value=line.value, on_value=typed(line.set, COMMAND), continuous_update=True)
    solara.Button(
        "Open command", on_click=lambda: open_command(desk, line.value), disabled=not line.value.strip(),
        small=True, outlined=True,
    )  # fmt: skip


@solara.component
def Waiting(desk: Desk) -> None:
    """What the next Reset will change, and the offer to go on after the end."""
    follow(desk)
    waiting = desk.waiting
    model = desk.model.value
    with solara.Column(gap="6px", margin=0):
        if waiting:
            count = f"{len(waiting)} change{'' if len(waiting) == 1 else 's'}"
            words = "; ".join(lever_words(desk.setup.plain.load(), path)[0] for path in waiting)
            when = "will apply on Reset" if desk.room is None else "tried here alone, the run of a room stays as it is"
            text(f"{count} {when}: {words}", "pg-wait", **{"data-testid": "waiting", "title": ", ".join(waiting)})
        if not model.running and not model.error and model.world.quarter >= model.scenario.end:
            text(f"The period ends in {quarter_name(model.scenario.end)}.", "pg-wait", **{"data-testid": "over"})
            if desk.room is None:
                solara.Button(f"Go on for {MORE // 4} years", on_click=lambda: desk.extend(MORE), outlined=True, small=True)


def follow(desk: Desk) -> None:
    """Draw a component again whenever the run or the work beside it has got further."""
    desk.ticks.get()
