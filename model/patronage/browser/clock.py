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

    def play(self) -> None:
        """Let quarter follow quarter, until somebody pauses or the run ends."""
        with self.lock:
            self.run = Doing.PLAYING
            self._turn += 1
            turn, model = self._turn, self._desk.model.value
        threading.Thread(target=self._play, args=(turn, model), name="play", daemon=True).start()

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

    def _play(self, turn: int, model: PageModel) -> None:
        """The thread: it knows its own run only, so that it can never move another one."""
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
                    self.step(model, max(self.every, quarters))
                over = self.run is not Doing.PLAYING
            self._desk.notify()
            if over:
                return
