"""Twenty runs of the ensemble that move together: replayed from the beginning, or looked at in any quarter."""

from __future__ import annotations

import threading
import time
from typing import Any

import solara

from patronage.browser.chart import Chart
from patronage.browser.checked import in_range
from patronage.browser.jobs import Bands
from patronage.telling.charts.base import number
from patronage.telling.charts.twenty import COLUMNS, counts, leading, panels
from patronage.telling.history import Story

from .card import Card, scroll, table, text
from .markup import ask, dot, legend

PACE = 0.12
"""Seconds between two quarters of the replay."""


@solara.component
def TwentyRuns(story: Story, bands: Bands, client: str, when: int) -> None:
    """A card of the first runs of an ensemble that is computed."""
    shares = bands.first
    last, runs = len(shares) - 1, shares.shape[1]
    chosen, choose = solara.use_state(min(when, last))
    moving, move = solara.use_state(False)
    at = min(chosen, last)

    def replay(cancelled: threading.Event) -> None:
        for t in range(last + 1 if moving else 0):
            if cancelled.is_set():
                return
            choose(t)
            time.sleep(PACE)
        if moving:
            move(False)

    solara.use_thread(replay, dependencies=[moving], intrusive_cancel=False)
    hint = "one panel a run: shares of influence, 0 to 100 %, over the period · above it who leads"
    with Card(f"{story.name(client)}: {runs} runs side by side", hint, testid="twenty-card"):
        legend(story)
        with solara.Div(classes=["pg-bar"]):
            solara.Button("Stop" if moving else f"Replay {runs} runs", on_click=lambda: move(not moving))
            solara.v.Slider(
                label="Quarter", v_model=at, min=0, max=last, on_v_model=in_range(0, last, choose), disabled=moving,
                hide_details=True, dense=True, attributes={"aria-valuetext": story.quarters[at]},
            )  # fmt: skip
            words = ", ".join(f"{story.name(p)} in {n}" for p, n in counts(story, shares[at], client))
            text(f"{story.quarters[at]}: leader in {runs} runs: {words}", **{"data-testid": "twenty-now"})
        rows = -(-runs // COLUMNS)
        label = f"{runs} runs: shares of influence in {story.name(client)} up to {story.quarters[at]}"
        Chart(panels(story, shares, at, client), label=label, testid="twenty", height=f"{rows * 120}px")
        summary = solara.v.Html(tag="summary", class_="pg-small", children=["As a table"])
        with solara.v.Html(tag="details", class_="pg-more", children=[summary]), scroll("Runs"):
            table(
                ("Run", "Leads", "Share, %"),
                [_row(story, run, client, at, *first) for run, first in enumerate(leading(story, shares[at], client))],
                numeric=(0, 2), testid="twenty-table",
            )  # fmt: skip


def _row(story: Story, run: int, client: str, at: int, patron: str, share: float) -> tuple[Any, ...]:
    """A row of the table."""
    question = f"twenty {run} {client}"
    return ask(str(run), question, at), [dot(story, patron), story.name(patron)], ask(number(100 * share), question, at)
