"""What the page says of a run that people play: what cannot be repeated, what rests and why. Without a browser."""

from __future__ import annotations

import pytest
import solara

from page_visitors import Visitor
from patronage.browser import exports, rooms
from patronage.browser.app import PaperHead
from patronage.browser.panels.controls import Controls
from patronage.browser.panels.moving import LeversCard
from patronage.browser.panels.sidebar import Waiting
from patronage.browser.panels.whatif import REPEATS, WhatIf

LEVER = "patrons.USA.need.base"
SUITS = {"alone": "played by a person", "room": "played by people", "watched": ""}


@solara.component
def Part(panel, *told):  # noqa: N802  # a component
    with solara.Div():
        panel(*told)


@pytest.fixture(params=SUITS)
def played(request, tmp_path):
    """A visitor who plays alone, in a room, or watches; and the words for it."""
    rooms.keep_in(tmp_path / "rooms")
    ann = Visitor("ann")
    if request.param == "alone":
        with ann.session:
            ann.desk.sit("RUS")
    elif request.param == "room":
        ann.press("Open a room for this scenario")
    yield ann, SUITS[request.param]
    ann.close()
    rooms.keep_in(tmp_path / "nowhere")


def test_all_that_is_taken_away_says_that_people_play(played):
    ann, words = played
    with ann.session:
        note = exports.figure_note(ann.desk.model.value, "2009Q1")
    assert note["run"] == f"Two patrons, one client · 2009Q1 · seed 1, run 0{f' · {words}' if words else ''}"
    ann.opens(lambda desk, *_: Part(PaperHead, desk, "Overview", "2009Q1"))
    found = ann.words()
    assert (words in found) if words else ("played" not in found)
    ann.opens(WhatIf)
    found = ann.words()
    assert (f"A run that is {words} cannot be repeated by a command" in found) is bool(words)
    assert (REPEATS in found) is not bool(words)


def test_in_a_room_what_cannot_be_done_rests_with_a_reason(played):
    ann, words = played
    room = words == SUITS["room"]
    with ann.session:
        ann.desk.change(LEVER, "40")
    ann.opens(WhatIf)
    assert bool(ann.buttons()["Fire it now"].disabled) is room
    found = ann.words()
    assert ("nobody fires an event" in found) is room
    assert ("Waiting for Reset" in found) is not room
    assert ("the run of a room never" in found) is room
    for panel, here, elsewhere in (
        (Waiting, "the run of a room stays as it is", "will apply on Reset"),
        (Controls, "Reset, Play and Step rest", "Step: 0"),
        (LeversCard, "the run of a room never", "the run on Reset"),
    ):
        ann.opens(lambda desk, *_, panel=panel: Part(panel, desk))
        found = ann.words()
        assert (here in found) is room, panel
        assert room or elsewhere in found, panel
