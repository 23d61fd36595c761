"""The answer to the question of a scenario: in words, over many runs and in this one."""

from __future__ import annotations

from typing import Any

import solara

from patronage.browser.answering import AnswerJob, Level, Levels, command, this_run
from patronage.browser.history import Story
from patronage.browser.workspace import Desk

from .card import Card, table, text


def AnswerCard(desk: Desk, story: Story, when: int) -> None:
    """A card over the whole width."""
    scenario = story.scenario
    with Card(scenario.question or scenario.title or scenario.name, testid="answer"):
        if not scenario.outcomes:
            text("The scenario names no outcomes: what it says is on the tabs.")
            return
        job = desk.answer
        if job is None or job.found is None:
            text(_progress(job), role="status", **{"data-testid": "answer-state"})
            return
        _levels(desk, story, when, job, job.found)


def _levels(desk: Desk, story: Story, when: int, job: AnswerJob, found: Levels) -> None:
    heads = ("Outcome", f"In {found.runs} runs", "In this run")
    leading = [line for line in found.lines if line.leads]
    table(heads, [_row(story, line, when) for line in leading], testid="answers", wide=(0, 1, 2))
    rest = [line for line in found.lines if not line.leads]
    with solara.Div(classes=["pg-bar", "pg-answer-foot"]):
        seats = " with the model in your seat" if desk.player is not None else ""
        text(
            f"{found.runs} runs with other luck{seats}; in brackets the 95 % interval. As {command(desk.setup, found.runs)} says it.",
            "pg-small pg-muted",
        )
        if not job.finished or job.failed:
            text(_progress(job), "pg-small", role="status", **{"data-testid": "answer-state"})
    if rest:
        summary = solara.v.Html(tag="summary", class_="pg-small", children=[f"{len(rest)} more outcomes"])
        with solara.v.Html(tag="details", class_="pg-more", children=[summary]):
            table(heads, [_row(story, line, when) for line in rest], wide=(0, 1, 2))


def _row(story: Story, line: Level, when: int) -> list[Any]:
    title = f"{line.title}, {line.when}" if line.when else line.title
    cells = [solara.v.Html(tag="strong", children=[line.text])]
    if line.cause:
        cells.append(solara.v.Html(tag="div", class_="pg-small pg-muted", children=[line.cause]))
    return [title, cells, this_run(story, line, when)]


def _progress(job: AnswerJob | None) -> str:
    if job is not None and job.failed:
        return f"Many runs cannot be told: {job.failed}"
    if job is not None and not job.sizes:
        return "So many actors are too much for the page: patronage run answers."
    if job is None or job.waiting:
        return "What many runs say comes in a moment …"
    return f"{job.runs} runs are being computed …"
