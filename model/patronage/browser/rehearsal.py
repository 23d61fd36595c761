"""What the first page would work out once for all pages: worked out while its browser is still on its way."""

from __future__ import annotations

import threading
from contextlib import suppress

from patronage.telling.loading import reports_loaded
from patronage.telling.past import board_of

from . import atlas
from .model import PageModel, forget
from .rivals import likeliest
from .setup import Setup

MOST = 20.0
"""Seconds that a page waits for what it would have to do itself."""
_over: list[threading.Event] = []


def rehearse(scenario: str) -> threading.Thread:
    """Begin, once a server answers. Whatever goes wrong is told by the page, which does the same."""
    over = threading.Event()
    _over.append(over)
    thread = threading.Thread(target=_work, args=(scenario, over), name="rehearsal", daemon=True)
    thread.start()
    return thread


def wait_for_it() -> None:
    """Of a page that begins: two that work out the same at a time would take twice as long."""
    for over in _over:
        over.wait(MOST)


def _work(scenario: str, over: threading.Event) -> None:
    try:
        with suppress(Exception):
            model = PageModel(Setup(scenario))
            likeliest(model.setup)
            board_of(model.story)
            atlas.region(model.story.clients, model.story.patrons, tuple(model.scenario.areas.values()))
            forget(model)
    finally:
        over.set()
    reports_loaded()  # for the answer, which comes after the page
