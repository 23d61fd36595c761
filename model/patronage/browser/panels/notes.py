"""Notes on the timeline: the list below it, and the form in which one is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import solara

from patronage.browser.checked import in_range, whole, words
from patronage.browser.workspace import Desk
from patronage.scenario import quarter_name
from patronage.telling.history import Story
from patronage.telling.notes import LONGEST_NOTE, MOST_NOTES, place

TYPED = 4 * LONGEST_NOTE
"""Characters that are read of what a browser sends: longer than a note may be, so that the visitor is told."""


@solara.component_vue("notes.vue")
def NotesList(
    notes_json: str = "[]", now_json: str = "{}", refused: str = "", longest: int = LONGEST_NOTE,
    event_save: Callable[[Any], None] | None = None, event_erase: Callable[[Any], None] | None = None,
    event_look: Callable[[Any], None] | None = None,
) -> None:  # fmt: skip
    """Typing, focus and what is said to screen readers are the browser's."""


def NotesBelow(desk: Desk, story: Story, when: int) -> None:
    """The notes of the run, and a way to write one about the quarter shown."""
    notes, client = desk.lasting.notes, desk.pair()[1]
    found = [
        {"place": place(story.scenario, n), "quarter": quarter_name(n.quarter), "text": n.text, "client": n.client,
         "name": story.name(n.client), "there": notes.can_show(i)}
        for i, n in enumerate(notes.list)
    ]  # fmt: skip
    now = {"at": when, "quarter": story.quarters[when], "client": client, "name": story.name(client)}
    NotesList(
        notes_json=json.dumps(found), now_json=json.dumps(now), refused=notes.refused, event_save=partial(_save, desk),
        event_erase=in_range(0, MOST_NOTES, partial(_known, desk, notes.delete)),
        event_look=in_range(0, MOST_NOTES, partial(_known, desk, notes.show)),
    )  # fmt: skip


def _known(desk: Desk, do: Callable[[int], object], number: int) -> None:
    """Do something with a note that there is."""
    if number < len(desk.lasting.notes.list):
        do(number)


def _save(desk: Desk, event: Any) -> None:
    """A note as a browser sends it, which may be anybody's."""
    given: Mapping[str, Any] = event if isinstance(event, Mapping) else {}
    notes, story = desk.lasting.notes, desk.model.value.story
    at, number = whole(given.get("at"), 0, story.now), whole(given.get("number"), -1, len(notes.list) - 1)
    text, client = words(given.get("text"), TYPED), words(given.get("client"))
    client = client if client in story.clients else ""
    if number is not None and number >= 0:
        notes.rewrite(number, text, client)
    elif number == -1 and at is not None:
        notes.write(story.scenario.start - 1 + at, text, client)
