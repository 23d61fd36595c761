"""Messages to the page that no browser of good will sends: any widget, any value, without a browser.

A page is drawn in this process. What a browser sends is an update of a widget's state or an event of it; both are handed
to the widget as the server hands them over.
"""

from __future__ import annotations

import io
import logging
import os
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .judge import REFUSED, USED, WrongError
from .mutate import NUMBERS, SHAPES, WORDS, Lot, as_text, mutate_text, mutate_tree
from .scenarios import SMALL, TABLES

HOSTILE: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2, 7, 99, 10**6, 3 * 10**7, 10**30, -(10**30), 1.5, 1e308, -1e308, float("nan"),
    float("inf"), "", "0", "-1", "KGZ", "USA",
    "Kyrgyzstan", [], {}, [None], [[]], {"a": 1}, "x" * 100_000, [0] * 1000, "../..", "/etc", "/", "\x00", "runs",
    "..", "~",
)  # fmt: skip
TABS = 10
VALUES = ("v_model", "value", "args")
"""Where widgets keep what a visitor chose."""


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


def theirs(error: BaseException) -> bool:
    """Whether a library raised it, of its own accord."""
    last = traceback.extract_tb(error.__traceback__)[-1].filename
    return not ours(error) and not Path(last).is_relative_to(Path(__file__).parent)


@cache
def library() -> Any:
    """The page, loaded as `patronage view` loads it."""
    from patronage.browser.launch import environment

    os.environ.update(environment("two-patrons"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Mesa's own page
        from patronage.browser import app

        return app


@dataclass(frozen=True)
class Page:
    """A page that is drawn."""

    desk: Any
    errors: list[BaseException]
    """Grows by the errors of its handlers."""
    before: frozenset[str]
    """What the process held before."""

    def widgets(self) -> list[Any]:
        """Its own, in the order in which they were made; what earlier pages left, and what all share (templates, themes), is not.

        So a mutant is the same whatever ran in the process before it.
        """
        from ipywidgets import DOMWidget

        return [w for key, w in held().items() if key not in self.before and isinstance(w, DOMWidget) and w.keys]

    def listening(self) -> list[Any]:
        """Those of them at which the program listens for what a visitor does."""
        return [w for w in self.widgets() if events_of(w) or any(k in w._trait_notifiers for k in VALUES)]


def held() -> dict[str, Any]:
    """All widgets of the process by their ids."""
    import ipywidgets

    return dict(ipywidgets.widget._instances)


@contextmanager
def in_turn() -> Iterator[None]:
    """What is computed beside a page is computed at once (a counterfactual run) or never (an ensemble, a search of scenarios).

    When a thread would be ready differs from one time to the next, and with it what is on the page when a message comes.
    """
    from patronage.browser.jobs import PairedRun

    before = threading.Thread.start, PairedRun.start
    threading.Thread.start, PairedRun.start = lambda thread: None, PairedRun._run  # type: ignore[method-assign]
    try:
        yield
    finally:
        threading.Thread.start, PairedRun.start = before  # type: ignore[method-assign]


@contextmanager
def opened() -> Iterator[Page]:
    """A fresh page."""
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
        with session, in_turn(), warnings.catch_warnings(), redirect_stdout(io.StringIO()):  # Solara prints
            warnings.simplefilter("ignore")
            before = frozenset(held())
            _, shown = solara.render(solara.AppLayout(children=[app.Page()]), handle_error=False)
            try:
                yield Page(desks[-1], told.errors, before)
            finally:
                shown.close()
                session.user_dicts.clear()
    finally:
        log.removeHandler(told)
        app.first_desk = first


def value(lot: Lot) -> Any:
    """Anything that JSON can say."""
    way = lot.randrange(6)
    if way == 0:
        own = mutate_text(lot, as_text({**SMALL, "ties": {**SMALL["ties"], "table": "ties.csv"}}))
        table = mutate_text(lot, TABLES["ties.csv"])
        return mutate_tree(lot, [{"name": "a.yaml", "text": own}, {"name": "ties.csv", "text": table}])
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


def events_of(widget: Any) -> list[str]:
    """What happens at a widget that somebody wants to be told of."""
    return sorted({*map(str, getattr(widget, "events", None) or ()), *getattr(widget, "_event_handlers_map", {})})


def send(lot: Lot, widget: Any) -> None:
    """One message to one widget."""
    events = events_of(widget)
    if events and lot.chance(0.6):
        content: dict[str, Any] = {"event": lot.one(events), "data": value(lot)}
        message = {"method": "custom", "content": content if lot.chance(0.95) else value(lot)}
    else:
        keys = [k for k in widget.keys if not k.startswith("_")]
        favourite = [k for k in keys if k in VALUES]
        message = {"method": "update", "state": {lot.one(favourite or keys): value(lot)}, "buffer_paths": []}
    widget._handle_msg({"content": {"data": message}, "buffers": []})


def messages(lot: Lot, number: int, folder: Path) -> str:
    """A page gets one to three hostile messages, wherever the visitor is; it lives on, and so does the run."""
    try:
        return visited(lot)
    except Exception as error:
        if isinstance(error, WrongError) or not theirs(error):
            raise
        return REFUSED


def visited(lot: Lot) -> str:
    with opened() as page:
        desk = page.desk
        desk.tab.value = lot.randrange(TABS)
        if lot.chance(0.3):
            desk.sit(desk.model.value.scenario.patrons[0])
        if lot.chance(0.5):
            desk.model.value.step()
            desk.notify()
        for _ in range(lot.randint(1, 3)):
            send(lot, lot.one(page.listening() if lot.chance(0.7) else page.widgets()))
        if page.errors:
            raise WrongError(f"{type(page.errors[0]).__name__}: {page.errors[0]}"[:300]) from page.errors[0]
        if desk.bands is not None and desk.bands.runs > 10_000:
            raise WrongError(f"an ensemble of {desk.bands.runs} runs was begun")
        if desk.folder is not None:
            raise WrongError(f"{desk.folder.path} was opened")
        if desk.model.value.error:
            raise WrongError(desk.model.value.error)
    return USED


KINDS = {"messages to the page": messages}
