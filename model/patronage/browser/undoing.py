"""Undo and redo of what a visitor changes: levers, Reset with changes, events fired, a longer period, notes, limits of Explorer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patronage.telling.notes import Note

from .brushed import Brush
from .setup import Setup

if TYPE_CHECKING:
    from .workspace import Desk

MOST_STEPS = 100
"""That can be undone."""


@dataclass(frozen=True)
class BroughtBack:
    """A page before or after a change."""

    setup: Setup
    wanted: tuple[tuple[str, str], ...]
    """Changes that the next Reset would apply."""
    quarter: int
    """That the run has reached."""
    notes: tuple[Note, ...] = ()
    brush: Brush = Brush()


class Undoing:
    """Of one desk: what was before each change, and what was undone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._before: list[BroughtBack] = []
        self._undone: list[BroughtBack] = []
        self._lever = ""
        """The lever that the last change moved: a slider that is drawn along is one change."""
        self._busy = False

    @property
    def _now(self) -> BroughtBack:
        desk, kept = self._desk, self._desk.lasting
        wanted, quarter = tuple(desk.wanted.value.items()), desk.model.value.world.quarter
        return BroughtBack(desk.setup, wanted, quarter, kept.notes.list, kept.brushing.brush)

    def _differs(self, one: BroughtBack) -> bool:
        now = self._now
        return (one.setup, dict(one.wanted), one.notes, one.brush) != (now.setup, dict(now.wanted), now.notes, now.brush)

    @property
    def can_undo(self) -> bool:
        return self._free and any(map(self._differs, self._before))

    @property
    def can_redo(self) -> bool:
        return self._free and any(map(self._differs, self._undone))

    @property
    def _free(self) -> bool:
        """Nobody plays: what was ordered stays ordered."""
        return self._desk.player is None and self._desk.room is None

    def note(self, lever: str = "") -> None:
        """A change is about to be made; of a lever or a limit, which."""
        if self._busy or not self._free:
            return
        if not lever or lever != self._lever or self._undone:
            self._before = [*self._before, self._now][-MOST_STEPS:]
        self._lever, self._undone = lever, []

    def forget(self) -> None:
        """Another scenario is on the page."""
        if not self._busy:
            self._before, self._undone, self._lever = [], [], ""

    def undo(self) -> None:
        """Bring back what was before the last change: the run in its quarter, the levers."""
        self._move(self._before, self._undone)

    def redo(self) -> None:
        """Bring back what was undone."""
        self._move(self._undone, self._before)

    def _move(self, source: list[BroughtBack], target: list[BroughtBack]) -> None:
        if not self._free:
            return
        while source:
            one = source.pop()
            if self._differs(one):
                target.append(self._now)
                self._bring_back(one)
                return

    def _bring_back(self, one: BroughtBack) -> None:
        desk, self._busy, self._lever = self._desk, True, ""
        try:
            with desk.batch:
                if one.setup == desk.setup or desk.open(one.setup, one.quarter, keep=True):
                    if dict(one.wanted) != desk.wanted.value:
                        desk.wanted.value = dict(one.wanted)
                        desk.trials.moved()
                    desk.lasting.notes.put(one.notes)
                    desk.lasting.brushing.bring(one.brush)
        finally:
            self._busy = False
        desk.notify()
