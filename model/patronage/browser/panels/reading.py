"""How to read the page, in short."""

from __future__ import annotations

from itertools import chain

import solara

from patronage.browser import atlas
from patronage.browser.workspace import Desk
from patronage.scenario.terms import TERMS
from patronage.telling.history import Story

from .card import Card, grid, text
from .markup import HtmlElement, put, term

PARTS = (
    ("One run, not a forecast", ("A page shows one run: one history that the rules, the scenario and one draw of luck allow. "
     "The tab Ensemble draws bands from many runs behind it.")),
    ("Shares and autonomy", ("A patron's share of influence in a client lies between 0 and 1; what all patrons leave is the "
     "client's autonomy. A client is contested where the lead over the second is under 10 points.")),
    ("The map", "Colour: the leading patron, the stronger the larger its share; stripes: contested; arrows: the largest "
     "deliveries of the quarter, solid where most of it is arms, dashed where it is grants or loans, dotted where it is rent; "
     "stars: bases, pale while notice runs, set out within their host and not where they lie. "
     + atlas.NOTE),
    ("Auctions", ("A base, a guard or a port is had if it is worth to the holder (value V) at least the host's least price (floor F): "
     "what hosting costs its rulers in support (k), their fear for office (π), what rivals bid to keep it out (N) and the consent of "
     "allies. Every row of the ledger says so under “why”.")),
    ("What if, and now", ("What a change does to many runs the answer says at once; the run takes it on Reset, from the start. "
     "Events fired now act from the next quarter on and leave the past as it is. Both stand in the command under “Take away”.")),
    ("Compared with", ("Dashed lines and ticks are another run with the same luck: without your changes, without an event, or "
     "another scenario. What differs follows from that difference.")),
    ("Past quarters", "The slider “Look at” shows a past quarter on every tab. “Latest” follows the run again."),
)  # fmt: skip


@solara.component
def Reading(desk: Desk, story: Story, when: int) -> None:
    """The last tab."""
    with grid():
        for title, words in PARTS:
            with Card(title, span=6, testid=title):
                text(words, "pg-small")
        with Card("Words", "a click says more", span=12, testid="words"):
            pairs = [
                (HtmlElement("dt", (term(words, words.partition(",")[0]),)), HtmlElement("dd", (meaning,)))
                for words, meaning in TERMS.items()
            ]  # fmt: skip
            put(HtmlElement("dl", tuple(chain.from_iterable(pairs)), "pg-words"))
        with Card("This scenario", span=12, testid="scenario-card"):
            scenario = desk.model.value.scenario
            for words in (scenario.title, scenario.question, scenario.notes):
                if words:
                    text(words, "pg-small", "p")
            if scenario.finding:  # of the file as it is written: what changes it drops it
                text(f"What was found: {scenario.finding}", "pg-small", "p", **{"data-testid": "finding"})
