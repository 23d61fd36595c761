"""The fields of an order, and what a browser is told beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import solara

from patronage.games.foresight import Bought
from patronage.telling.explaining import word_meaning
from patronage.telling.history import Story
from patronage.telling.tiles import signed

MEANINGS = json.dumps({word: word_meaning(word) for word in ("client", "basing rights", "floor F", "denial bid")})
"""Terms of art in the heads of the table."""


@solara.component_vue("seat.vue")
def Decisions(
    rows_json: str = "[]", draft_json: str = "null", at_hand: float = 0.0, over: bool = False, sealed: bool = False,
    event_play: Any = None, event_note: Any = None, event_look: Any = None, event_advise: Any = None, meanings_json: str = MEANINGS,
) -> None:  # fmt: skip
    """A row per client with the fields to fill in; `draft_json` is what stood in them last; `sealed`: an order for a room."""


def client_rows(story: Story, seen: list[dict[str, Any]], found: Mapping[str, Bought], *, advised: bool) -> list[dict[str, Any]]:
    """A row per client; `found`: what offers would buy; the model's advice is left out unless it was asked for."""
    out = []
    for row in seen:
        about = {k: v for k, v in row.items() if k != "advice" or advised}
        about |= {"name": story.name(row["client"]), "guests": ", ".join(map(story.name, row["guests"]))}
        bought = found.get(row["client"])
        if bought is not None:
            base = f", base {signed(100 * bought.base, 0)} %" if abs(bought.base) >= 0.005 else ""
            about["buys"] = f"{signed(bought.share)} ± {bought.spread:.1f} pts{base}"
        out.append(about)
    return out
