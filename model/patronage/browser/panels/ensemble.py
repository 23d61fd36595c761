"""Ensemble: bands from many runs behind the one that is watched, so that nobody takes it for a forecast."""

from __future__ import annotations

import solara

from patronage.browser.chart import Chart
from patronage.browser.checked import one_of
from patronage.browser.jobs import WAITING
from patronage.browser.workspace import Desk
from patronage.telling.charts.base import number
from patronage.telling.charts.client import client_shares
from patronage.telling.history import Story

from .answer import TrialCard
from .card import Card, grid, table, text
from .markup import ask, dot
from .spread import SpreadCard
from .twenty import TwentyRuns

SIZES = (50, 100, 200, 500, 1000)


@solara.component
def Ensemble(desk: Desk, story: Story, when: int) -> None:
    """The seventh tab."""
    runs, set_runs = solara.use_state(100)
    bands = desk.bands
    working = bands is not None and not bands.finished
    with grid():
        luck = f"the same scenario, each run with its own luck: runs 0 to {runs - 1} of seed {desk.setup.seed}, the seed of this run"
        with Card("Ensemble", luck, testid="ensemble"):
            with solara.Div(classes=["pg-bar"]):
                solara.Select("Runs", value=runs, values=list(SIZES), on_value=one_of(SIZES, set_runs), dense=True)
                solara.Button("Compute bands", on_click=lambda: desk.ensemble(runs), color="primary", disabled=working)
                if bands is not None:
                    solara.Button("Cancel" if working else "Remove the bands", on_click=lambda: give_up(desk), text=True)
                if bands is not None and bands.failed:
                    text(bands.failed, "pg-wrong", role="alert")
                elif bands is not None and bands.waiting:
                    text(WAITING, "pg-small", role="status", **{"data-testid": "bands"})
                elif bands is not None:
                    text(
                        f"{bands.runs} runs: quarter {bands.done} of {bands.total}" + ("" if working else ", complete"),
                        "pg-small", role="status", **{"data-testid": "bands"},
                    )  # fmt: skip
            if working and bands is not None:
                solara.v.ProgressLinear(value=100 * bands.done / bands.total, attributes={"aria-label": "Ensemble"})
            if bands is None and desk.given_up:
                text(
                    f"The bands of {desk.given_up} runs were given up: they were of the run before an event, a Reset or another "
                    "scenario. Compute them anew.", "pg-wait", role="status", **{"data-testid": "given-up"},
                )  # fmt: skip
            text("One run is one possible history. The bands hold nine tenths of all runs; read shares of runs, not this run.")
        if story.scenario.outcomes:
            TrialCard(desk, story.scenario, moving=False)
        if bands is None or not bands.done:
            return
        last = min(when, bands.done)
        with Card(f"Share of runs in {story.quarters[last]}", "this run in brackets", testid="runs-card"):
            _shares(story, last, when, desk)
        SpreadCard(desk, story, bands, when)
        band = bands.share[: bands.done + 1]
        for c in story.clients:
            with Card(story.name(c), "line: this run · band: 5–95 % of runs", span=6, testid=f"band-card-{c}"):
                Chart(
                    client_shares(story, when, c, None, band, []), label=f"Shares in {story.name(c)} with bands",
                    testid=f"band-{c}", height="230px",
                )  # fmt: skip
        if bands.finished:
            TwentyRuns(story, bands, desk.pair()[1], when)


def _shares(story: Story, last: int, when: int, desk: Desk) -> None:
    assert desk.bands is not None
    lead, base, share = desk.bands.lead[last], desk.bands.base[last], desk.bands.share[last]
    now = story.at("share", min(last, story.now))
    standing = story.at("base", min(last, story.now))
    rows = []
    for j, c in enumerate(story.clients):
        for i, p in enumerate(story.patrons):
            if lead[i, j] < 0.005 and base[i, j] < 0.005 and not standing[i, j]:
                continue
            rows.append(
                (
                    story.name(c), [dot(story, p), story.name(p)], ask(f"{number(100 * lead[i, j], 0)} %", f"bands {p} {c}"),
                    ask(f"{number(100 * base[i, j], 0)} %" + (" (stands)" if standing[i, j] else ""), f"bands {p} {c}"),
                    ask(
                        f"{number(100 * share[0, i, j])}–{number(100 * share[2, i, j])} % ({number(100 * float(now[i, j]))})",
                        f"bands {p} {c}",
                    ),
                )
            )  # fmt: skip
    table(("Client", "Patron", "Leads in", "Base stands in", "Share, 5–95 % (this run)"), rows, (2, 3, 4), "shares-of-runs")


def give_up(desk: Desk) -> None:
    """Stop, and take the bands away."""
    desk.stop_bands()
    desk.given_up = 0  # the visitor knows
    desk.notify()
