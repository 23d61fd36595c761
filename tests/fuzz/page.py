"""Messages to the page that no browser of good will sends: any widget, any value, without a browser.

A page is drawn in this process. What a browser sends is an update of a widget's state or an event of it; both are handed
to the widget as the server hands them over.
"""

from __future__ import annotations

import io
import logging
import os
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

from .judge import REFUSED, USED, WrongError
from .mutate import NUMBERS, SHAPES, WORDS, Lot, as_text, mutate_text, mutate_tree
from .scenarios import SMALL

HOSTILE: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2, 7, 99, 10**6, 3 * 10**7, 10**30, -(10**30), 1.5, 1e308, -1e308, float("nan"),
    float("inf"), "", "0", "-1", "KGZ", "USA",
    "Kyrgyzstan", [], {}, [None], [[]], {"a": 1}, "x" * 100_000, [0] * 1000, "../..", "/etc", "/", "\x00", "runs",
    "..", "~",
)  # fmt: skip
TABS = 10


class Told(logging.Handler):
    """What the libraries only log of a handler that failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.errors: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and ours(error):
            self.errors.append(error)


def ours(error: BaseException) -> bool:
    """Whether it was raised in code of this package; what the libraries refuse in their own widgets is theirs."""
    return any("/patronage/" in frame.filename for frame in traceback.extract_tb(error.__traceback__))


@cache
def library() -> Any:
    """The page, loaded as `patronage view` loads it."""
    from patronage.browser.launch import environment

    os.environ.update(environment("two-patrons"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Mesa's own page
        from patronage.browser import app

        return app


@contextmanager
def opened() -> Iterator[tuple[Any, list[Any]]]:
    """A fresh page: its desk, and a list that grows by the errors of its handlers."""
    import solara
    from ipywidgets import CallbackDispatcher
    from solara.server.kernel import Kernel
    from solara.server.kernel_context import VirtualKernelContext

    app, desks, told = library(), [], Told()
    first = app.first_desk

    def kept() -> Any:
        desks.append(first())
        return desks[-1]

    log, session = CallbackDispatcher().log, VirtualKernelContext(id="fuzz", kernel=Kernel(), session_id="fuzz")
    app.first_desk = kept
    log.addHandler(told)
    try:
        with session, warnings.catch_warnings(), redirect_stdout(io.StringIO()):  # Solara prints
            warnings.simplefilter("ignore")
            _, shown = solara.render(solara.AppLayout(children=[app.Page()]), handle_error=False)
            try:
                yield desks[-1], told.errors
            finally:
                shown.close()
                session.user_dicts.clear()
    finally:
        log.removeHandler(told)
        app.first_desk = first


def widgets() -> list[Any]:
    """All that a browser could address, in the order in which they were made."""
    import ipywidgets

    return list(ipywidgets.widget._instances.values())


def value(lot: Lot) -> Any:
    """Anything that JSON can say."""
    way = lot.randrange(6)
    if way == 0:
        return mutate_tree(lot, {"name": "a.yaml", "text": mutate_text(lot, as_text(SMALL))})
    if way == 1:
        hostile = {
            "offers": {"KGZ": 1.0},
            "bids": {"KGZ": 2.0},
            "denials": {"KGZ": 0.5},
            "relief": {"KGZ": 3.0},
            "restrain": False,
        }
        return mutate_tree(lot, hostile)
    if way == 2:
        return lot.one((*NUMBERS, *WORDS))
    return lot.one(HOSTILE if way < 5 else SHAPES)


def send(lot: Lot, widget: Any) -> None:
    """One message to one widget."""
    events = sorted({*map(str, getattr(widget, "events", None) or ()), *getattr(widget, "_event_handlers_map", {})})
    if events and lot.chance(0.6):
        content: dict[str, Any] = {"event": lot.one(events), "data": value(lot)}
        message = {"method": "custom", "content": content if lot.chance(0.95) else value(lot)}
    else:
        keys = [k for k in widget.keys if not k.startswith("_")]
        favourite = [k for k in keys if k in ("v_model", "value", "args")]
        message = {"method": "update", "state": {lot.one(favourite or keys): value(lot)}, "buffer_paths": []}
    widget._handle_msg({"content": {"data": message}, "buffers": []})


def messages(lot: Lot, number: int, folder: Path) -> str:
    """A page gets one to three hostile messages, wherever the visitor is; it lives on, and so does the run."""
    try:
        return visited(lot)
    except Exception as error:
        if isinstance(error, WrongError) or ours(error):
            raise
        return REFUSED


def visited(lot: Lot) -> str:
    with opened() as (desk, errors):
        desk.tab.value = lot.randrange(TABS)
        if lot.chance(0.3):
            desk.sit(desk.model.value.scenario.patrons[0])
        if lot.chance(0.5):
            desk.model.value.step()
            desk.told()
        for _ in range(lot.randint(1, 3)):
            send(lot, lot.one([w for w in widgets() if w.keys]))
        if errors:
            raise WrongError(f"{type(errors[0]).__name__}: {errors[0]}"[:300]) from errors[0]
        if desk.bands is not None and desk.bands.runs > 10_000:
            raise WrongError(f"an ensemble of {desk.bands.runs} runs was begun")
        if desk.folder is not None:
            raise WrongError(f"{desk.folder.path} was opened")
        if desk.model.value.error:
            raise WrongError(desk.model.value.error)
    return USED


KINDS = {"messages to the page": messages}
