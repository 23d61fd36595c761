"""Play that does not run ahead of the browser, and does not fall behind the clock where drawing is slow.

A page that lags shows the past, and Pause comes too late. A drawing takes a twentieth of a second on a quiet machine, a tenth on a
slow one and a second where many pages share it, a quarter of the model milliseconds: there several quarters pass between two drawings.
"""

from __future__ import annotations

import math
import threading
import time

AHEAD = 2
"""Drawings that may be under way to the browser."""
LONGEST = 2.0
"""Seconds to wait for a browser that says nothing."""
WISHED = 12.0
"""Quarters a second that a run plays, where no more than `FEW` of them pass between two drawings for it."""
FEW = 3
PROMISED = 4.0
"""Quarters a second that it plays however seldom it is drawn."""
MOST_AT_A_TIME = 12
"""Quarters between two drawings: what is seen stays a history."""


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

    def keep(self, now: int, stride: int = 1) -> None:
        """Wait until the browser is nearly where the run is. `stride`: quarters from one drawing to the next."""
        if threading.get_ident() == self._listener:
            return
        end = time.monotonic() + LONGEST
        with self._news:
            while now - self._shown >= AHEAD * stride and (left := end - time.monotonic()) > 0:
                self._news.wait(left)


class Stride:
    """Quarters from one drawing to the next, of one run that plays: one, until drawings take too long for what is wished."""

    def __init__(self) -> None:
        self.quarters = 1
        self._period = 0.0
        """Seconds from one drawing to the next, of late."""

    def after(self, seconds: float, interval: float) -> int:
        """So many quarters now, after a drawing that came so many seconds after the one before it.

        `interval`: seconds that the visitor wants between two quarters; what passes is never quicker than that.
        """
        self._period = (self._period + seconds) / 2 if self._period else seconds
        drawing = self._period - interval
        wanted = max(math.ceil(drawing * PROMISED), min(FEW, math.ceil(drawing * WISHED)))
        self.quarters = max(1, min(wanted, int(self._period / interval), MOST_AT_A_TIME))
        return self.quarters
