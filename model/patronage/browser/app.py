"""The page: controls beside a dashboard. `solara run` may open this file, `patronage view` does."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import reacton.core
import solara
import solara.lab
import solara.server.settings

from patronage.browser import among, assets, guard, handed, rehearsal, sessions
from patronage.browser.checked import in_range
from patronage.browser.exports import figure_note
from patronage.browser.figures import frame
from patronage.browser.game import resume, saved
from patronage.browser.launch import FROM_THE_START, SCENARIO
from patronage.browser.links import follow, unwritten, written
from patronage.browser.opening import lead
from patronage.browser.panels.aids import Aids
from patronage.browser.panels.blocs import Blocs
from patronage.browser.panels.compare import Compare
from patronage.browser.panels.controls import BottomBar, Controls
from patronage.browser.panels.deals import Deals
from patronage.browser.panels.ensemble import Ensemble
from patronage.browser.panels.explained import ExplainedPanel
from patronage.browser.panels.explorer import Explorer
from patronage.browser.panels.influence import Influence
from patronage.browser.panels.markup import HtmlElement, put
from patronage.browser.panels.overview import Overview
from patronage.browser.panels.patrons import Patrons
from patronage.browser.panels.reading import Reading
from patronage.browser.panels.room import come_back
from patronage.browser.panels.seat import Seat
from patronage.browser.panels.sidebar import Scenarios, Waiting
from patronage.browser.panels.strip import Scrubber, Strip
from patronage.browser.panels.tour import TourBar
from patronage.browser.panels.whatif import WhatIf
from patronage.browser.setup import DEFAULT, Setup
from patronage.browser.workspace import Desk
from patronage.scenario import ScenarioError

if assets.collected():  # for `solara run`, whose environment nobody has prepared
    solara.server.settings.assets.proxy_cache_dir = assets.FOLDER
guard.protect()
solara.server.settings.telemetry.mixpanel_enable = False
solara.server.settings.theme.show_banner = False

STYLE = Path(__file__).with_name("style.css")
PAPER = Path(__file__).with_name("print.css")
TABS = {
    "Overview": Overview, "Influence": Influence, "Deals & bases": Deals, "Blocs": Blocs, "Patrons": Patrons,
    "Compare": Compare, "Ensemble": Ensemble, "Explorer": Explorer, "What if": WhatIf, "Take a seat": Seat, "How to read": Reading,
}  # fmt: skip


def first_desk() -> Desk:
    """A desk with the scenario that the launcher names, or the default one and a message."""
    rehearsal.wait_for_it()
    wanted, refused = Setup(os.environ.get(SCENARIO) or DEFAULT), ""
    try:
        wanted.load()
    except ScenarioError as error:
        wanted, refused = Setup(), str(error)
    desk = Desk(wanted, held=True)
    desk.refuse(refused)
    desk.leads = not os.environ.get(FROM_THE_START)
    return desk


@solara.component_vue("panels/frame.vue")
def Frame(
    address: str = "", figure_json: str = "{}", figure_frame: str = "", game: str = "", elsewhere: bool = False, held: bool = False,
    own_json: str = "", homeless: str = "", tried_json: str = "",
    event_opened: Callable[[Any], None] | None = None, event_resume: Callable[[Any], None] | None = None,
    event_fresh: Callable[[Any], None] | None = None, event_tried: Callable[[Any], None] | None = None,
) -> None:  # fmt: skip
    """What Solara's own frame leaves unsaid to screen readers, what stands behind # in the address, and below saved figures.

    The browser keeps the game under way here, which has no address, and what was tried. `elsewhere`: the page is loaded anew,
    from another process; `held`: it is in a room, and neither Back nor an address leads out of it.
    `own_json`: the file that the run is of, where it was handed over: kept by the browser, which hands it over again with an
    address or a game that is of it. `homeless`: why neither an address nor a game says what is on the page, where that is so.
    Where something is not kept, leaving asks first.
    """


@solara.component_vue("panels/tabs.vue")
def TabBar(names: list[str] = [], chosen: int = 0, event_pick: Callable[[Any], None] | None = None) -> None:  # noqa: B006  # a trait
    """All tabs as one widget."""


@solara.component
def Page() -> None:
    """One visitor's page."""
    desk = solara.use_memo(first_desk, [])
    solara.use_effect(lambda: desk.close, [])
    solara.use_effect(desk.begin, [])
    desk.tabs = tuple(TABS)
    solara.use_effect(lambda: come_back(desk), [])
    desk.unseen = solara.use_memo(sessions.watch, [])
    desk.batch = reacton.core.get_render_context()
    solara.Style(STYLE)
    solara.Style(PAPER)
    solara.Title("patronage")
    with solara.AppBar():
        solara.AppBarTitle("patronage")
        solara.lab.ThemeToggle()
    desk.epoch.get()
    with solara.Sidebar():
        Scenarios(desk)
        Controls(desk)
        Status(desk)
    if solara.use_memo(lambda: among.lost(solara.get_session_id()), []):
        Refused(among.LOST)
    Dashboard(desk)


@solara.component
def Status(desk: Desk) -> None:
    """What waits for Reset; follows the run."""
    desk.ticks.get()
    Waiting(desk)


@solara.component
def Dashboard(desk: Desk) -> None:
    """Everything beside the controls."""
    desk.ticks.get()
    model = desk.model.value
    story = model.story
    when = story.now if desk.quarter.value is None else min(desk.quarter.value, story.now)
    with solara.Div(classes=["pg-page"]):
        below = json.dumps(figure_note(model, story.quarters[when], desk.lasting.notes))
        address, game = written(desk), json.dumps(kept) if (kept := saved(desk)) else ""
        Frame(
            address=address, figure_json=below, figure_frame=frame(), game=game, held=desk.room is not None,
            homeless="" if address or game or desk.room is not None else unwritten(desk),
            event_opened=partial(opened, desk), event_resume=partial(go_on, desk), event_fresh=lambda _: lead(desk),
            elsewhere=among.sent_away(solara.get_session_id()), own_json=handed.kept(desk.setup) if desk.room is None else "",
            tried_json=desk.lasting.attempts.kept, event_tried=desk.lasting.attempts.bring,
        )  # fmt: skip
        if desk.problem.value:
            Refused(desk.problem.value, partial(desk.refuse, ""))
        if model.error:
            Refused(model.error)
        names = list(TABS)
        PaperHead(desk, names[min(desk.tab.value, len(names) - 1)], story.quarters[when])
        with solara.Div(classes=["pg-top"]):
            Strip(desk, story, when, desk.twin_story())
            Scrubber(desk, story, when)
            TabBar(names=names, chosen=desk.tab.value, event_pick=in_range(0, len(names) - 1, desk.tab.set))
        name = names[min(desk.tab.value, len(names) - 1)]
        with solara.v.Html(tag="div", attributes={"data-tab": name}):
            TABS[name](desk, story, when)
        ExplainedPanel(desk, story, when)
        Aids(desk)
        TourBar(desk)
        BottomBar(desk)


def opened(desk: Desk, sent: object) -> None:
    """An address that was followed, or the page was loaded anew with; a file that it is of comes along if the browser keeps it."""
    if desk.room is not None:
        desk.refuse("You are in a room: leave it before you go elsewhere")
        return
    try:
        follow(desk, *handed.brought(sent))
    except ValueError as error:
        desk.refuse(str(error))


def go_on(desk: Desk, kept: object) -> None:
    """A game that was being played when the page was loaded anew."""
    try:
        if desk.player is None and desk.room is None and resume(desk, *handed.brought(kept)):
            desk.tab.value = desk.tabs.index("Take a seat")
    except ValueError as error:
        desk.refuse(str(error))


def PaperHead(desk: Desk, tab: str, quarter: str) -> None:
    """What stands above a printed tab: the screen does not show it."""
    model = desk.model.value
    note = figure_note(model, quarter)
    title = model.scenario.title or model.scenario.name
    lines = [f"{tab}: {note['run'].removeprefix(f'{title} · ')}", model.scenario.question, note["source"]]
    children = (HtmlElement("strong", (title,)), *(HtmlElement("div", (line,)) for line in lines if line))
    put(HtmlElement("div", children, "pg-paper-head", attributes={"data-testid": "paper-head"}))


@solara.component
def Refused(message: str, shut: Callable[[], None] | None = None) -> None:
    """What was wrong, as the command line says it. `shut`: takes it off the page, where it is no state of the run."""
    with solara.v.Html(tag="div", class_="pg-wrong", attributes={"role": "alert", "data-testid": "problem"}):
        solara.v.Html(tag="span", children=[message])
        if shut is not None:
            solara.Button("×", on_click=shut, small=True, icon=True, attributes={"aria-label": "Close the message"})
