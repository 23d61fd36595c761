"""Where history really went, as a table below the timeline."""

from __future__ import annotations

import solara

from patronage.telling.history import Story
from patronage.telling.past import board_of, counted, remembered

from .card import scroll, table, text
from .markup import ask


def History(story: Story, when: int) -> None:
    """How many of the facts that are known of the time so far the run had; all of them with their sources on demand."""
    about, found = board_of(story), remembered(story, when)
    if about is None or not found:
        return
    had, of = counted(found)
    words = f"History: of {of} facts up to {story.quarters[when]} this run had {had}"
    given = len(found) - of
    words += f"; {given} more are given by the scenario" if given else ""
    summary = solara.v.Html(tag="summary", class_="pg-small", children=[words], attributes={"data-testid": "history"})
    with solara.v.Html(tag="details", class_="pg-more", children=[summary]):
        text(f"{about.title}. One run is one history: what many runs come to, patronage verify says.", "pg-small pg-muted")
        rows = [
            (story.name(r.client) if r.client else "", r.span, r.words, ask(r.verdict, f"fact {r.fact.name}"), r.fact.source)
            for r in found
        ]
        with scroll("Facts of history"):
            table(("Where", "When", "In history", "Here", "Source"), rows, testid="facts", wide=(2, 3, 4))
