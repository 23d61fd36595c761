"""The report of the what-if under way, to take away as one file."""

from __future__ import annotations

import solara

from patronage.browser.checked import one_of
from patronage.browser.exports import note
from patronage.browser.jobs import WAITING
from patronage.browser.reporting import SIZES, ReportJob
from patronage.browser.rivals import NOTHING, side
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk

from .card import Card, text

ALONE = "alone"


def against_words(key: str, setup: Setup) -> str:
    """What a report can be against, in words."""
    return f"against {side(key, setup)}"


@solara.component
def Report(desk: Desk) -> None:
    """A card: what it is to be about, the way there, the file."""
    desk.ticks.get()
    kept, job = desk.lasting, desk.lasting.report
    runs, set_runs = solara.use_state(100)
    alone, set_alone = solara.use_state(False)
    rival = kept.against
    words = {} if rival == NOTHING else {against_words(rival, desk.setup): False}
    words[ALONE] = True
    chosen = next(w for w, a in words.items() if a == (alone or rival == NOTHING))
    working = job is not None and not job.finished
    with Card("Report of this what-if", "one file: answer, figures, why, what it rests on", testid="report"):
        if desk.player is not None or desk.room is not None:
            text("A run that somebody plays has its debrief instead.")
            return
        with solara.Div(classes=["pg-bar"]):
            pick = one_of(words, lambda w: set_alone(words[w]))
            solara.Select("The run on the page", value=chosen, values=list(words), on_value=pick, dense=True)
            solara.Select("Runs", value=runs, values=list(SIZES), on_value=one_of(SIZES, set_runs), dense=True)
            solara.Button(
                "Make the report", color="primary", disabled=working,
                on_click=lambda: kept.make_report(NOTHING if words[chosen] else rival, runs),
            )  # fmt: skip
        if job is not None:
            _state(desk, job)


def _state(desk: Desk, job: ReportJob) -> None:
    words = f"It cannot be made: {job.failed}" if job.failed else ""
    if not job.finished:
        done = f"{job.runs} runs are being computed: {100 * job.simulated:.0f} % …"
        words = WAITING if job.waiting else done if job.simulated < 1 else "Assumptions are ranked and figures drawn …"
        solara.v.ProgressLinear(
            value=100 * job.simulated, indeterminate=job.simulated >= 1, attributes={"aria-label": "The report is being made"}
        )
    with solara.Div(classes=["pg-bar"]):
        if job.page:
            solara.FileDownload(data=job.page, filename=job.name, label="Download report.html").key(f"report-{id(job)}")
        if not job.finished:
            solara.Button("Cancel", on_click=desk.lasting.drop_report, text=True, small=True)
        older = " It is of the run as it was before the last change." if job.page and job.setup != desk.setup else ""
        text(f"{words}{older}", "pg-small", role="alert" if job.failed else "status", **{"data-testid": "report-state"})
    if job.command:
        text("The command that writes the same:")
        text(job.command, "pg-command", "code", **{"data-testid": "report-command", "tabindex": "0"})
        if note(desk.model.value):
            text(note(desk.model.value))
