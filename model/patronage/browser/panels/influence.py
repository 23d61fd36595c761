"""Influence: a stream per client, and what is behind the share of a chosen pair."""

from __future__ import annotations

import solara

from patronage.browser.chart import Chart
from patronage.browser.workspace import Desk
from patronage.telling.charts.base import number
from patronage.telling.charts.streams import channels, position, stocks, stream
from patronage.telling.history import Story

from .card import Card, grid, text
from .markup import HtmlElement, ask, legend, put
from .multiples import ShareMaps

HEIGHT = "200px"


@solara.component
def Influence(desk: Desk, story: Story, when: int) -> None:
    """The second tab."""
    patron, client = desk.pair()
    with grid():
        does = "choose patron and client above"
        with Card("Influence by client", "shares in %, the rest is autonomy", does=does, testid="streams-card"):
            legend(story)
            with solara.Div(classes=["pg-many"]):
                for c, (leader, share, _) in zip(story.clients, story.leaders(when), strict=True):
                    with solara.Div():
                        words = ask(f"{story.name(leader)} {number(100 * share, 0)} %", f"share({leader}, {c})")
                        put(HtmlElement("h3", (story.name(c), " ", HtmlElement("small", (words,))), "pg-chart-title"))
                        Chart(stream(story, when, c), label=f"Influence in {story.name(c)}", testid=f"stream-{c}", height=HEIGHT)
        ShareMaps(story, when)
        pair = f"{story.name(patron)} in {story.name(client)}"
        if patron == client:
            with Card(pair, testid="channels-card"):
                text("An actor has no ties with itself: choose another pair above.")
            return
        hint = "what passes between them × how far it depends on it, in hundredths"
        with Card(f"{pair}: influence by channel", hint, span=5, testid="channels-card"):
            label = f"Influence of {pair} by channel"
            Chart(channels(story, when, patron, client), label=label, testid="channels", height="250px")
        with Card("What it rests on", "stocks, MUSD", span=4, testid="stocks-card"):
            Chart(stocks(story, when, patron, client), label=f"Stocks of {pair}", testid="stocks", height="250px")
        hint = "in the UN General Assembly (unga) and on the axes"
        with Card(f"{story.name(client)}: position", hint, span=3, testid="position-card"):
            Chart(position(story, when, client), label=f"Position of {story.name(client)}", testid="position", height="250px")
