"""How many pages may be open, and how long one lives that nobody looks at."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from patronage.visitors.access import pairs
from patronage.visitors.places import session_of

MOST = 40
"""Pages open at a time, unless the launcher says otherwise."""
PER_PAGE = 4
"""Connections of one page at a time: while it reconnects it has two."""
FORGOTTEN = "3m"
"""After this time without a connection a page is closed, and what it computes ends. As Solara writes times."""
FULL = (
    "As many pages are open as this server takes. This one waits and opens by itself as soon as there is a place. Close one "
    "that nobody needs: a page that lost its browser is given up after three minutes."
)
COMING, GLANCE = 3.0, 0.05
"""Seconds for which a request waits for a place, and between two looks: a page that was closed takes a moment to end."""
TIDY = 4.0
"""Seconds after a session's end until its memory is given back: Solara lets go of it within one or two."""

_most = MOST
_lock = threading.Lock()
_connections: Counter[str] = Counter()


def allow(most: int) -> None:
    """Set the number of pages that may be open."""
    global _most  # noqa: PLW0603  # one server a process
    _most = most


def full() -> bool:
    """Whether no further page can be opened."""
    from solara.server import kernel_context

    with _lock:
        return len(kernel_context.contexts.keys() | _connections.keys()) >= _most


async def free(cookies: Iterable[str]) -> bool:
    """Whether the browser that sends these Cookie headers can open a page, now or in a moment.

    One that has a page is not kept waiting: where it loads that anew, it leaves it only for an answer.
    """
    return await _soon(lambda: not full(), 0 if session_of([*cookies]) in open_ones() else COMING)


async def _soon(found: Callable[[], bool], seconds: float) -> bool:
    """Whether something is so, now or within some seconds."""
    end = time.monotonic() + seconds
    while not (so := found()):
        if time.monotonic() >= end:
            break
        await asyncio.sleep(GLANCE)
    return so


def open_ones() -> list[str]:
    """Browsers' sessions that have a page open, or had one a moment ago."""
    from solara.server import kernel_context

    return sorted({context.session_id for context in list(kernel_context.contexts.values())})


def holds(kernel: str, page: str) -> bool:
    """Whether a page of a session is known."""
    from solara.server import kernel_context

    context = kernel_context.contexts.get(kernel)
    return context is not None and page in context.page_status


def watch() -> Callable[[], bool]:
    """A function that says whether the browser of the session under way has gone; outside a server it never has."""
    from solara.server import kernel_context

    try:
        pages = kernel_context.get_current_context().page_status
    except RuntimeError:
        return lambda: False
    connected = kernel_context.PageStatus.CONNECTED
    return lambda: bool(pages) and all(status is not connected for status in list(pages.values()))


def of_another(kernel: str, cookies: Iterable[str]) -> bool:
    """Whether a session is open and belongs to another browser than the one that sends these Cookie headers."""
    from solara.server import kernel_context, server

    context = kernel_context.contexts.get(kernel)
    return context is not None and context.session_id != server.get_session_id_cookie(dict(pairs(cookies)))


def _enters(kernel: str) -> bool:
    """Whether there is room for a connection, which is counted then."""
    from solara.server import kernel_context

    with _lock:
        open_now = kernel_context.contexts.keys() | _connections.keys()
        welcome = _connections[kernel] < PER_PAGE and (kernel in open_now or len(open_now) < _most)
        if welcome:
            _connections[kernel] += 1
    return welcome


@asynccontextmanager
async def connection(kernel: str) -> AsyncIterator[bool]:
    """A connection for as long as it lasts; False where there is no room for it, now or in a moment."""
    welcome = await _soon(lambda: _enters(kernel), COMING)
    try:
        yield welcome
    finally:
        if welcome:
            with _lock:
                _connections[kernel] -= 1
                if not _connections[kernel]:
                    del _connections[kernel]


def tidy_up_soon() -> None:
    """Give the memory of a session that has ended back to the system, which a C library would keep for the next one."""
    timer = threading.Timer(TIDY, _tidy_up)
    timer.daemon = True
    timer.current_context = None  # type: ignore[attr-defined]  # Solara's threads would keep the session that starts them
    timer.start()


def _tidy_up() -> None:
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None  # glibc has it
    if trim is not None:
        trim(0)
