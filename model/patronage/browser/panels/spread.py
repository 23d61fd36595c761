"""How the runs of an ensemble are spread over a share in the quarter shown, or over an outcome."""

from __future__ import annotations

import numpy as np
import solara

from patronage.browser.answering import Level, levels_of
from patronage.browser.chart import Chart
from patronage.browser.checked import one_of
from patronage.browser.jobs import Bands
from patronage.browser.workspace import Desk
from patronage.looks import titled
from patronage.telling.charts.base import MUTED
from patronage.telling.charts.spread import SpreadOfRuns, histogram, of_outcome, of_share
from patronage.telling.history import Story

from .card import Card, scroll, table, text


@solara.component
def SpreadCard(desk: Desk, story: Story, bands: Bands, when: int) -> None:
    """Bars, a sentence and a table about what is chosen: the share of the patron in the client looked at, or an outcome."""
    patron, client = desk.pair()
    share = share_title(story, (patron, client))
    answered = levels_of(desk.answer, story.scenario)
    lines = answered.lines if answered is not None else ()
    titles = {share: ""} | {titled(line.title, line.when): line.name for line in lines}
    chosen, choose = solara.use_state("")
    last = min(when, bands.done)
    at = next((title for title, name in titles.items() if name == chosen), share)
    with Card("How the runs are spread", "outlined: where this run is", testid="spread-card"):
        with solara.Div(classes=["pg-bar"]):
            solara.Select("Of", value=at, values=list(titles), on_value=one_of(titles, lambda t: choose(titles[t])), dense=True)
        line = next((x for x in lines if x.name == chosen), None)
        if line is None and not len(bands.spread):
            text("With so many actors the page keeps no shares run by run: patronage run does.")
            return
        found = of_line(story, line, when) if line is not None else of_pair(story, bands, (patron, client), last)
        where = f"{found.runs} runs" if line is not None else f"{found.runs} runs in {story.quarters[last]}"
        text(f"{where}. {found.words()}", "pg-sentence", role="status", **{"data-testid": "spread-words"})
        colour = MUTED if line is not None else story.looks[patron].colour
        question = f"spread {line.name}" if line is not None else f"spread {patron} {client}"
        Chart(histogram(found, colour, question), label=f"{at}, {where}", testid="spread", height="220px")
        summary = solara.v.Html(tag="summary", class_="pg-small", children=["As a table"])
        with solara.v.Html(tag="details", class_="pg-more", children=[summary]), scroll("Runs by what they came to"):
            table(
                (f"From–to{found.unit}", "Runs", "Share of runs"), found.rows(), numeric=(1, 2), testid="spread-table",
                asks=[f"{question} {k}" for k in found.filled],
            )  # fmt: skip


def share_title(story: Story, pair: tuple[str, str]) -> str:
    """Whose share of influence, in words."""
    return f"the share of {story.name(pair[0])} in {story.name(pair[1])}"


def of_pair(story: Story, bands: Bands, pair: tuple[str, str], last: int) -> SpreadOfRuns:
    """The share of a patron in a client, in a quarter that the bands have reached."""
    i, j = story.patrons.index(pair[0]), story.clients.index(pair[1])
    return of_share(share_title(story, pair), bands.spread[last, :, i, j], float(story.at("share", min(last, story.now))[i, j]))


def of_line(story: Story, line: Level, when: int) -> SpreadOfRuns:
    """An outcome, as many runs of the answer came to it."""
    read = story.scenario.start + when - 1 >= min(story.scenario.outcomes[line.name].last, story.scenario.end)
    here = story.outcome(line.name, when) if read else float("nan")
    return of_outcome(line.title, line.unit, np.asarray(line.values), here, truth=line.truth)
