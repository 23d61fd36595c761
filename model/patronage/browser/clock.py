"""What moves the run on: one quarter at a time, or playing in a thread that can be stopped from anywhere."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from patronage.visitors.backpressure import Stride

from .states import Doing

if TYPE_CHECKING:
    from .model import PageModel
    from .workspace import Desk

INTERVAL = 11
"""Milliseconds between two quarters, to which the time for the model and the drawing adds."""
STRIDE = 16
"""Quarters between two drawings on the way to where a page opens."""
_playing: set[int] = set()
"""Threads that play, of all pages of this process."""


def somebody_plays() -> bool:
    """Whether a run plays on any page: what is computed beside pages and can wait gives way to it."""
    return bool(_playing)


class Clock:
    """The clock of one desk. `lock` is held while a quarter is computed, never while the page is drawn."""

    def __init__(self, desk: Desk) -> None:
        self.lock = threading.RLock()
        self.run = Doing.IDLE
        """What the run does; written under the lock."""
        self.interval = INTERVAL
        self.every = 1
        """Quarters between two drawings."""
        self._desk = desk
        self._turn = 0
        """Of playing: a thread of an earlier one stops by itself."""

    def play(self, to: int | None = None) -> None:
        """Let quarter follow quarter, until somebody pauses or the run ends; or in large strides to a quarter, and rest there."""
        with self.lock:
            self.run = Doing.PLAYING
            self._turn += 1
            turn, model = self._turn, self._desk.model.value
        threading.Thread(target=self._play, args=(turn, model, to), name="play", daemon=True).start()

    def stop(self, run: Doing = Doing.IDLE) -> None:
        """No quarter begins any more; the one under way is waited for."""
        with self.lock:
            self._turn += 1
            self.run = run

    def step(self, model: PageModel, quarters: int = 0) -> None:
        """Some quarters, or as many as are drawn at a time."""
        with self.lock:
            for _ in range(quarters or self.every):
                if model.running:
                    model.step()
            if not model.running:
                self.stop(Doing.ENDED)

    def _further(self, model: PageModel, quarters: int, to: int | None) -> None:
        """Some quarters of what plays, up to where it is to rest."""
        if to is not None:
            quarters = min(max(quarters, STRIDE), to - model.world.quarter)
        if quarters > 0:
            self.step(model, quarters)
        if self.run is Doing.PLAYING and to is not None and model.world.quarter >= to:
            self.stop()

    def _play(self, turn: int, model: PageModel, to: int | None) -> None:
        """The thread: it knows its own run only, so that it can never move another one."""
        _playing.add(threading.get_ident())
        try:
            self._quarters(turn, model, to)
        finally:
            _playing.discard(threading.get_ident())

    def _quarters(self, turn: int, model: PageModel, to: int | None) -> None:
        stride, drawn = Stride(), time.monotonic()
        while True:
            time.sleep(self.interval / 1000)
            self._desk.pace.keep(model.story.now, stride.quarters)
            before, drawn = drawn, time.monotonic()
            quarters = stride.after(drawn - before, self.interval / 1000)
            with self.lock:
                if turn != self._turn:
                    return
                if self._desk.unseen():
                    self.stop()
                else:
                    self._further(model, max(self.every, quarters), to)
                over = self.run is not Doing.PLAYING
            self._desk.notify()
            if over:
                return
