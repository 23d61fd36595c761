"""What was tried in this session, side by side."""

from __future__ import annotations

from typing import Any

import solara

from patronage.browser.attempts import AttemptsJob, Changes, as_written, in_words
from patronage.browser.links import Linked, address, no_address
from patronage.browser.reach import PAIRS
from patronage.browser.workspace import Desk

from .card import Card, table, text
from .controls import CopyLink
from .markup import ONCE, HtmlElement, ask, small


@solara.component
def Tried(desk: Desk) -> None:
    """A card over the whole width: a row a what-if."""
    desk.ticks.get()
    attempts = desk.lasting.attempts
    shown = attempts.list
    solara.use_effect(attempts.compare, [shown, desk.setup.seed, desk.setup.longer])
    if desk.player is not None or desk.room is not None:
        return
    hint = f"{PAIRS} runs each with the same luck; differences are to the first"
    with Card("What you have tried", hint, testid="tried"):
        job = attempts.job
        if job is not None and not job.finished:
            text(f"{job.done} of {job.total} are computed …", "pg-small", role="status", **{"data-testid": "trying"})
        names = job.heads if job is not None else {}
        heads = ["What if", *names.values()]
        table(heads, [_row(desk, job, changes, names, i) for i, changes in enumerate(shown)], testid="attempts",
              wide=range(len(names) + 1)).key("attempts")  # fmt: skip  # stays below what is said of its computing, and so its buttons


def _row(desk: Desk, job: AttemptsJob | None, changes: Changes, names: dict[str, str], place: int) -> list[Any]:
    attempts = desk.lasting.attempts
    setup = attempts.setup(changes)
    found = job.found.get(setup.changes) if job is not None else None
    words = in_words(desk.setup, changes)
    here = dict(setup.changes) == dict(desk.setup.changes)
    cells: list[Any] = []
    for name in names:
        moved = found.outcomes.get(name) if found is not None else None
        if moved is None:
            cells.append(found.failed or "not asked" if found is not None else "…")
            continue
        level = HtmlElement("strong", (ask(moved.text.partition("; ")[0], f"tried {place} {name}"),))
        cells.append([level, small("the first" if place == 0 else moved.difference)])
    label = "On the page" if here else "Back to this one"
    back = solara.Button(
        label, on_click=lambda: attempts.open(changes), disabled=here, small=True, text=True,
        attributes={"aria-label": f"{label}: {words}"},
    )  # fmt: skip
    link = CopyLink(address=address(Linked(setup), desk.sources), why_none=no_address(setup, desk.sources))
    remove = solara.Button(
        "Remove", on_click=lambda: attempts.remove(changes), disabled=here, small=True, text=True,
        attributes={"aria-label": f"Remove: {words}", **ONCE},
    )  # fmt: skip
    tried = HtmlElement("span", (f"{place + 1}. {words}",), attributes={"title": as_written(changes)})
    return [[tried, HtmlElement("div", (back, link, remove), "pg-bar")], *cells]
