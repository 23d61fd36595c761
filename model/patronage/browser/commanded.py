"""Opening what a command says: the command line's own parser reads it, and the page follows it as it follows a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from patronage.telling.notes import fitting

from .brushed import Brush
from .links import LONGEST, Linked, address, follow
from .opening import lead

if TYPE_CHECKING:
    from .workspace import Desk

_readers: list[Callable[[str], Linked]] = []


def allow(reader: Callable[[str], Linked]) -> None:
    """Let pages open commands, which this reads; it raises ValueError with one line for what it does not know."""
    _readers[:] = [reader]


def possible() -> bool:
    """Whether somebody has said how commands are read."""
    return bool(_readers)


def open_command(desk: Desk, line: str) -> None:
    """Bring a page to where a command leads; a message where it cannot be, and everything stays."""
    if not possible() or len(line) > LONGEST:
        desk.refuse("The command is too long for the page")
        return
    try:
        view = _readers[0](line)
    except ValueError as error:
        desk.refuse(str(error))
        return
    source = view.setup.source
    if source not in desk.sources:
        desk.refuse(f"This page has no scenario {source[:80]}: it knows the built-in ones and the one it was started with")
        return
    kept = desk.lasting
    notes, brush = (kept.notes.list, kept.brushing.brush) if source == desk.setup.source else ((), Brush())
    if view.notes:
        try:
            notes = fitting(view.setup.load(), view.notes)
        except ValueError as error:
            desk.refuse(f"--note: {error}")
            return
    tab = desk.tabs[desk.tab.value] if desk.tabs else ""
    desk.problem.value = ""
    there = replace(view, tab="Compare" if view.rival else tab, notes=notes, brush=brush)
    follow(desk, address(there, desk.sources))
    if not view.at and desk.setup == view.setup:  # as a scenario that is picked: the first quarter shows nothing
        lead(desk)
