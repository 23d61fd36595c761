"""Deals and concessions: the ledger with the why of every row; contracts with rents and terms."""

from __future__ import annotations

import json
from typing import Any

import solara

from patronage.browser.chart import Chart
from patronage.browser.checked import in_range
from patronage.browser.workspace import Desk
from patronage.telling.charts.base import number
from patronage.telling.charts.contracts import about, bases, rents
from patronage.telling.deals import HEADS, contracts, rows, why
from patronage.telling.explaining import term_behind, word_meaning
from patronage.telling.history import Story

from .card import Card, grid, scroll, table, text
from .markup import HtmlElement, ask, dot, put
from .ties import FIRST, Ties


@solara.component_vue("ledger.vue")
def LedgerTable(rows_json: str = "[]", heads_json: str = "[]", chosen: int = -1, event_why: Any = None) -> None:
    """The ledger: filter, order and pages are the browser's."""


@solara.component
def Deals(desk: Desk, story: Story, when: int) -> None:
    """The third tab."""
    chosen, set_chosen = solara.use_state(-1)
    layers, set_layers = solara.use_state(FIRST)
    found = rows(story, when)
    if chosen >= len(found):
        chosen = -1
    heads = [{"key": k, "text": words, "number": n, "note": word_meaning(term_behind(words))} for k, words, n in HEADS]
    with grid():
        with Card("Concessions", "solid: stood, pale: term or notice left, number: MUSD/yr", span=6, testid="concessions-card"):
            places = {r["what"] for r in found if r["kind"] in ("opened", "renewed", "closed")} | set(story.contract_names.values())
            Chart(bases(story, when), label="Concessions over time", testid="bases", height=f"{60 + 23 * max(2, len(places))}px")
        with Card("Contracts in force", span=6, testid="contracts-card"), scroll("Contracts in force"):
            _contracts(story, when)
        Ties(desk, story, when, layers, set_layers)
        with Card("Ledger", "every deal, its value and its cause · the latest first", span=8, wide=True, testid="ledger-card"):
            if chosen >= 0:
                Why(story, chosen)
            LedgerTable(
                rows_json=json.dumps(found, separators=(",", ":")), heads_json=json.dumps(heads), chosen=chosen,
                event_why=in_range(0, len(found) - 1, lambda i: set_chosen(-1 if i == chosen else i)),
            ).key("ledger")  # the same table, with what is typed into it, also below an explanation  # fmt: skip
        with Card("Rents", "MUSD/yr; below 0 the host pays", span=4, wide=True, testid="rents-card"):
            Chart(rents(story, when), label="Rents of concessions", testid="rents", height="260px")


@solara.component
def Why(story: Story, row: int) -> None:
    """One row explained."""
    sentence, figures = why(story, row)
    items = [HtmlElement("tr", (HtmlElement("td", (words,)), HtmlElement("td", (value,)))) for words, value in figures]
    children = (HtmlElement("strong", (sentence,)), HtmlElement("table", (HtmlElement("tbody", items),), "pg-table"))
    put(HtmlElement("div", children, "pg-why", attributes={"data-testid": "why", "role": "status"}))


def _contracts(story: Story, when: int) -> None:
    found = contracts(story, when)
    if not found:
        text("No concession stands.")
        return
    table(
        ("Concession", "MUSD/yr", "Ends in", "State"),
        [
            (
                _named(story, c), *(ask(words, about(c["patron"], c["client"], c["kind"])) for words in (
                    number(c["rent"], 2), _ends(c["notice"] or c["left"]), _state(story, c),
                )),
            )
            for c in found
        ],
        numeric=(1,),
        wide=(0, 3),
        testid="contracts",
    )  # fmt: skip


def _named(story: Story, contract: dict[str, Any]) -> list[Any]:
    """A concession with its name, and who holds it where."""
    patron, client = contract["patron"], contract["client"]
    whose = f"{story.name(patron)} in {story.name(client)}"
    own = contract["name"]
    more = [HtmlElement("small", (f" {whose}",), "pg-muted")] if whose not in own else []
    return [dot(story, patron), ask(own, about(patron, client, contract["kind"])), *more]


def _ends(quarters: int) -> str:
    """Time left, in the unit that reads best."""
    if quarters > 12:
        return f"{quarters / 4:.0f} years"
    return f"{quarters} quarter{'' if quarters == 1 else 's'}"


def _state(story: Story, contract: dict[str, Any]) -> str:
    if contract["notice"]:
        return "under notice"
    if contract["pledged"]:
        return f"against a pledge to {', '.join(story.name(q) for q in contract['pledged'])}"
    return "review due" if contract["left"] == 0 else "in force"
