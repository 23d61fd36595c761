"""Explorer: thousands of runs to look about in, by the script of the file that `patronage explore` writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from patronage.browser.assets import ECHARTS
from patronage.browser.brushing import SIZES, MovedJob, ShownRuns
from patronage.browser.checked import one_of, typed
from patronage.browser.jobs import WAITING
from patronage.browser.reach import figures
from patronage.browser.workspace import Desk
from patronage.telling.history import Story
from patronage.visitors.allowed_folders import LONGEST

from .card import Card, grid, text
from .folders import OfferedFolders

ANSWER, MOVED, FOLDER = "the runs of the answer", "runs with the levers that matter moved", "a folder of runs"


@solara.component_vue("explorer.vue")
def _Runs(
    data_json: str = "{}",
    box_json: str = "{}",
    asks_json: str = "{}",
    body: str = "",
    code: str = "",
    revision: int = 0,
    src: str = ECHARTS,
    event_limited: Callable[[Any], None] | None = None,
    event_opened: Callable[[Any], None] | None = None,
) -> None: ...


@solara.component
def Explorer(desk: Desk, story: Story, when: int) -> None:
    """The tab."""
    desk.ticks.get()
    brushing = desk.lasting.brushing
    brushing.attend()
    shown, asked = brushing.shown, brushing.asked
    kind = brushing.kind or (MOVED if asked.runs else FOLDER if asked.folder else ANSWER)

    def choose(words: str) -> None:
        if words == ANSWER:
            brushing.back_to_answer()
        else:
            brushing.kind = words
            desk.notify()

    with grid(), Card("Explorer", "every run is a line; keep those in a stretch, choose one", testid="explorer"):
        with solara.Div(classes=["pg-bar"]):
            words = (ANSWER, MOVED, FOLDER)
            solara.Select("Which runs", value=kind, values=list(words), on_value=one_of(words, choose), dense=True)
            if kind == MOVED:
                Moved(desk)
            if kind == FOLDER:
                Folder(desk)
        _state(desk, kind)
        if shown is not None:
            text(shown.found.title, "pg-sentence", "p")
            _Runs(
                data_json=brushing.data, box_json=json.dumps(brushing.box), asks_json=json.dumps(_asks(shown)),
                body=brushing.body, code=_script(), revision=brushing.revision, event_limited=brushing.receive_limits,
                event_opened=brushing.open,
            ).key("runs")  # fmt: skip  # stays where it is while lines above it come and go


def _asks(shown: ShownRuns) -> dict[str, str]:
    """What explains a column, by its name; of a folder, whose scenario is not on the page, nothing does."""
    kinds = {"lever": "lever", "outcome": "outcome" if any(c.role == "lever" for c in shown.found.columns) else "many"}
    return {c.name: f"{kinds[c.role]} {c.name}" for c in shown.found.columns if c.role in kinds} if shown.of is not None else {}


def _script() -> str:
    from patronage.reports.explorer import explorer_part  # loads what no page should wait for

    solara.Style(explorer_part("css"))
    return explorer_part("js")


@solara.component
def Moved(desk: Desk) -> None:
    """How many, and the button."""
    desk.ticks.get()
    runs, set_runs = solara.use_state(200)
    brushing, job = desk.lasting.brushing, desk.lasting.brushing.job
    levers = figures(desk)
    working = job is not None and not job.finished
    solara.Select("Runs", value=runs, values=list(SIZES), on_value=one_of(SIZES, set_runs), dense=True)
    solara.Button("Compute runs", on_click=lambda: brushing.move(runs), color="primary", disabled=working or not levers)


@solara.component
def Folder(desk: Desk) -> None:
    """Which folder."""
    path, set_path = solara.use_state(desk.lasting.brushing.asked.folder)
    brushing, place = desk.lasting.brushing, path.strip()
    OfferedFolders(("run", "sweep"), set_path)
    solara.InputText("Folder, such as runs/manas", value=path, on_value=typed(set_path, LONGEST), continuous_update=True)
    solara.Button("Open runs", on_click=lambda: brushing.open_folder(place), color="primary", disabled=not place)


def _state(desk: Desk, kind: str) -> None:
    brushing, job, shown = desk.lasting.brushing, desk.lasting.brushing.job, desk.lasting.brushing.shown
    if job is not None and not job.finished:
        done, part = "The folder is being read …", 0.0
        if isinstance(job, MovedJob):
            part = 100 * min(1.0, job.simulated)
            done = f"{job.runs} runs are being computed: {part:.0f} % …"
        solara.v.ProgressLinear(value=part, indeterminate=not part, attributes={"aria-label": "Runs are computed"})
        with solara.Div(classes=["pg-bar"]):
            solara.Button("Cancel", on_click=brushing.drop, text=True, small=True)
            _line(WAITING if job.waiting else done)
        return
    if job is not None and job.failed:
        text(job.failed, "pg-wrong", role="alert")
        return
    reach = desk.trials.reach
    if kind == MOVED and not figures(desk):
        searching = reach is None or not reach.finished
        none = "No lever moves the outcomes by enough to tell: nothing to move."
        _line("The levers that matter are being found …" if searching else none)
    elif kind == MOVED and job is None:
        _line(f"{len(figures(desk))} levers, each run with places of its own within their ranges and with luck of its own.")
    elif shown is None:
        _line("The answer is being computed …")
    elif shown.of is not None and shown.of.changes != desk.setup.changes:
        _line("These runs are of the scenario as it was when they were computed.")


def _line(words: str) -> None:
    text(words, "pg-small", role="status", **{"data-testid": "explorer-state"})
