"""Play that does not run ahead of the browser: a page that lags shows the past, and Pause comes too late."""

from __future__ import annotations

import threading
import time

AHEAD = 2
"""Quarters that may be under way to the browser."""
LONGEST = 0.5
"""Seconds to wait for a browser that says nothing."""


class Pace:
    """What the browser of one session has drawn. The browser tells it; the thread that plays waits for it."""

    def __init__(self) -> None:
        self._shown = 0
        self._news = threading.Condition()
        self._listener = 0
        """Thread that hears the browser: it must never wait for it."""

    def acknowledge(self, quarter: int) -> None:
        """The browser has drawn a quarter of the run, counted from 0."""
        with self._news:
            self._listener = threading.get_ident()
            self._shown = int(quarter)
            self._news.notify_all()

    def keep(self, now: int) -> None:
        """Wait until the browser is nearly where the run is."""
        if threading.get_ident() == self._listener:
            return
        end = time.monotonic() + LONGEST
        with self._news:
            while now - self._shown >= AHEAD and (left := end - time.monotonic()) > 0:
                self._news.wait(left)
