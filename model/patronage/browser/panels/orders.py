"""The fields of an order, and what a browser is told beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import solara

from patronage.games.foresight import Bought
from patronage.games.hosting import Brought
from patronage.telling import hosting
from patronage.telling.explaining import word_meaning
from patronage.telling.history import Story
from patronage.telling.tiles import signed

TERMS = ("client", "patron", "basing rights", "floor F", "denial bid", "rent", "concession")
MEANINGS = json.dumps({word: word_meaning(word) for word in TERMS})
"""Terms of art in the heads of the table."""
KEPT = ("share", "given", "holds", "floor")
"""What of a row about a patron is shown as it is."""


@solara.component_vue("order.vue")
def OrderForm(
    rows_json: str = "[]", draft_json: str = "null", seat: str = "", patron: bool = True, at_hand: float = 0.0, over: bool = False,
    sealed: bool = False, at: str = "", becomes: str = "", sealed_json: str = "null", refused: str = "", meanings_json: str = MEANINGS,
    event_play: Any = None, event_note: Any = None, event_look: Any = None, event_advise: Any = None,
) -> None:  # fmt: skip
    """A row per actor on the other side with the fields to fill in, of a patron's or of a client's order.

    `draft_json` is what stood in them last; `at_hand`: a patron's money, MUSD a quarter; `sealed`: an order for a room;
    `at`: the quarter of the coming turn, which comes back with the order; `becomes`: what becomes of the order of a room as things
    stand, `sealed_json` what is sealed, `refused` why the last one was not.
    """


def client_rows(story: Story, seen: list[dict[str, Any]], found: Mapping[str, Bought], *, advised: bool) -> list[dict[str, Any]]:
    """A row per client; `found`: what offers would buy; the model's advice is left out unless it was asked for."""
    out = []
    for row in seen:
        about = {k: v for k, v in row.items() if k != "advice" or advised}
        about |= {"code": row["client"], "name": story.name(row["client"])}
        about |= {what: ", ".join(map(story.name, row[what])) for what in ("guests", "against")}
        bought = found.get(row["client"])
        if bought is not None:
            base = f", base {signed(100 * bought.base, 0)} %" if abs(bought.base) >= 0.005 else ""
            about["buys"] = f"{signed(bought.share)} ± {bought.spread:.1f} pts{base}"
        out.append(about)
    return out


def patron_rows(
    story: Story, seat: str, seen: list[dict[str, Any]], found: Mapping[str, Brought], *, advised: bool
) -> list[dict[str, Any]]:
    """A row per patron; `found`: what letting it in would bring; the model's advice is left out unless it was asked for."""
    out = []
    for row in seen:
        code = row["patron"]
        about = {k: row[k] for k in KEPT} | {"code": code, "name": story.name(code), "words": hosting.on_the_table(story, seat, row)}
        if advised:
            about |= {"advice": hosting.advice(row), "asks": row["advice"]["least"] if row["worth"] > 0 else -1.0}
        if code in found:
            about["brings"] = hosting.brings(found[code])
        out.append(about)
    return out
