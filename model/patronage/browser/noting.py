"""The notes that a visitor writes on the timeline of a run: kept, changed, taken away and undone."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from patronage.batch.tables import FORMULA
from patronage.scenario import quarter_name
from patronage.telling.notes import Note, comments, counted, noted, sentences

from .tour import reach_quarter

if TYPE_CHECKING:
    from .workspace import Desk


HEADS = ("quarter", "client", "note")
"""Columns of the table of notes."""


class Notes:
    """Of one desk, in the order of time. They belong to a scenario: its changes, seeds and seats keep them, another one has none."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._about = desk.setup.plain
        self.list: tuple[Note, ...] = ()
        self.refused = ""
        """Why the last one was not taken."""

    def write(self, quarter: int, text: str, client: str = "") -> bool:
        """A new note at a quarter; False and a message where it cannot be."""
        return self._put(lambda: (*self.list, noted(quarter, text, client)))

    def rewrite(self, number: int, text: str, client: str = "") -> bool:
        """Another text for a note, counted from 0; its quarter stays."""
        old = self.list[number]
        return self._put(lambda: (*self.list[:number], noted(old.quarter, text, client), *self.list[number + 1 :]))

    def delete(self, number: int) -> None:
        """Take a note away."""
        self._put(lambda: (*self.list[:number], *self.list[number + 1 :]))

    def put(self, notes: Sequence[Note]) -> None:
        """The notes of a link, or those that were there before; one about a client that the scenario has not is about none."""
        clients = self._desk.model.value.story.clients
        self.list = tuple(n if n.client in clients else replace(n, client="") for n in notes)
        self.refused = ""

    def _put(self, made: Callable[[], Sequence[Note]]) -> bool:
        try:
            notes = counted(made())
        except ValueError as error:
            self.refused = str(error)
            self._desk.notify()
            return False
        self._desk.lasting.undoing.note()
        self.list, self.refused = notes, ""
        self._desk.notify()
        return True

    def settle(self) -> None:
        """Another setup is in force; a scenario file may bring notes with it."""
        setup = self._desk.setup
        if setup.origin != self._about.origin:
            self._about = setup.plain
            self.put(comments(setup.text) if setup.text is not None else ())

    def can_show(self, number: int) -> bool:
        """Whether the run has come to the quarter of a note, or can go on to it."""
        desk, quarter = self._desk, self.list[number].quarter
        here = desk.model.value.world.quarter
        return desk.model.value.scenario.start - 1 <= quarter <= (desk.model.value.scenario.end if free(desk) else here)

    def show(self, number: int) -> None:
        """Look at the quarter of a note, and the client that it is about."""
        note = self.list[number]
        if self.can_show(number):
            desk = self._desk
            _, look = reach_quarter(desk, note.quarter)
            with desk.batch:
                desk.quarter.value, desk.client.value = look, note.client or desk.client.value
            desk.notify()

    @property
    def sentences(self) -> tuple[str, ...]:
        """A numbered line each."""
        return sentences(self._desk.model.value.scenario, self.list)

    def here(self, quarter: str) -> tuple[str, ...]:
        """Those of one quarter."""
        return tuple(line for line, n in zip(self.sentences, self.list, strict=True) if quarter_name(n.quarter) == quarter)

    def csv(self) -> bytes:
        """A row a note; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
        rows = [(quarter_name(n.quarter), n.client, f"'{n.text}" if n.text.startswith(FORMULA) else n.text) for n in self.list]
        into = io.StringIO()
        pd.DataFrame(rows, columns=list(HEADS)).to_csv(into, index=False, lineterminator="\n")
        return into.getvalue().encode("utf-8")


def free(desk: Desk) -> bool:
    """Whether the visitor moves the run: nobody decides in it, and it is no room's."""
    return desk.player is None and desk.room is None
