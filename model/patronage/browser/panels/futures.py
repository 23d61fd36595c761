"""Futures of the run under way on a panel: the hook that has them computed, and what says how far they are."""

from __future__ import annotations

import solara

from patronage.browser.answering import Level
from patronage.browser.futures import RUNS, FuturesJob
from patronage.browser.workspace import Desk
from patronage.telling.history import Story

from .card import text


def use_futures(desk: Desk, when: int) -> FuturesJob | None:
    """The futures from the quarter shown, as far as they are computed; None where there are none. To be called by a component."""
    asked = desk.ahead.wanted(when)
    solara.use_effect(lambda: desk.ahead.follow(asked), [asked])
    return desk.ahead.job(asked)


def heading(story: Story, when: int) -> str:
    """Of the column of outcomes."""
    return f"From {story.quarters[when]} on, {RUNS} runs"


def outlook(job: FuturesJob | None, line: Level) -> str:
    """An outcome over the futures, in words."""
    if job is None or job.found is None:
        return "…"
    if job.scenario.outcomes[line.name].last <= job.until:
        return "decided by now"
    return next(found.text for found in job.found.lines if found.name == line.name)


def FuturesState(job: FuturesJob | None) -> None:
    """A line that says what is being computed, or why it cannot be."""
    if job is None or (job.finished and not job.failed):
        return
    words = f"{RUNS} futures of this run are being computed …"
    if job.failed:
        words = f"The futures of this run cannot be told: {job.failed}"
    text(words, "pg-small", role="status", **{"data-testid": "futures-state"})
