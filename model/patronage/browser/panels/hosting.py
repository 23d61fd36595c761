"""The fields of a client's order, and what a browser is told beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import solara

from patronage.games.hosting import Brought
from patronage.telling import hosting
from patronage.telling.history import Story

KEPT = ("patron", "share", "given", "holds", "floor")
"""What of a row is shown as it is."""


@solara.component_vue("host.vue")
def Answers(
    rows_json: str = "[]", draft_json: str = "null", over: bool = False, sealed: bool = False,
    event_play: Any = None, event_note: Any = None, event_look: Any = None, event_advise: Any = None,
) -> None:  # fmt: skip
    """A row per patron with the fields to fill in; `draft_json` is what stood in them last; `sealed`: an order for a room."""


def patron_rows(
    story: Story, seat: str, seen: list[dict[str, Any]], found: Mapping[str, Brought], *, advised: bool
) -> list[dict[str, Any]]:
    """A row per patron; `found`: what letting it in would bring; the model's advice is left out unless it was asked for."""
    out = []
    for row in seen:
        about = {k: row[k] for k in KEPT} | {"name": story.name(row["patron"]), "words": hosting.on_the_table(story, seat, row)}
        if advised:
            about |= {"advice": hosting.advice(row), "asks": row["advice"]["least"] if row["worth"] > 0 else -1.0}
        if row["patron"] in found:
            about["brings"] = hosting.brings(found[row["patron"]])
        out.append(about)
    return out
