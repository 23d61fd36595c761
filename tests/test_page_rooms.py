"""A room and a game as browsers are shown them: time for a turn, seats that are freed, a file of a game. Without a browser."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest
from solara.components.file_download import FileDownloadWidget

from page_visitors import Visitor
from patronage.browser import rooms
from patronage.browser.game import play_turn

MINUTES = "Minutes for a turn, 0: no limit"


@pytest.fixture
def visitors(tmp_path):
    """A facilitator, who opens a room with a limit of five minutes, and a player who sits for Russia."""
    rooms.keep_in(tmp_path / "rooms")
    with ExitStack() as stack:
        teacher, ann = found = Visitor("teacher"), Visitor("ann")
        for visitor in found:
            stack.callback(visitor.close)
        teacher.fill(MINUTES, "5")
        teacher.press("Open a room for this scenario")
        ann.fill("Room code", teacher.desk.room.code.lower())
        ann.press("Join the room")
        ann.press("Sit for Russia")
        yield found
    rooms.keep_in(tmp_path / "nowhere")


def test_a_turn_has_the_minutes_that_were_asked_for_and_orders_close_with_them(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    assert ann.desk.room is room
    assert room.minutes == 5
    assert room.deadline == pytest.approx(time.time() + 300, abs=60)
    assert teacher.deadline() == ann.deadline() == room.deadline
    ann.seal({"offers": {"KGZ": 1.0}})
    assert (ann.problem, room.sealed["RUS"]["offers"]) == ("", {"KGZ": 1.0})
    room.deadline = time.time() - 1
    ann.seal({"offers": {"KGZ": 2.0}})
    assert ann.problem == "Time is up: orders are closed until the turn is revealed"
    assert room.sealed["RUS"]["offers"] == {"KGZ": 1.0}
    teacher.press("Reveal")
    assert ann.deadline() > time.time() + 200, "the next turn has its own"
    ann.seal({"offers": {"KGZ": 2.0}})
    assert room.sealed["RUS"]["offers"] == {"KGZ": 2.0}


@pytest.mark.parametrize("typed", ["-1", str(rooms.MOST_MINUTES + 1)])
def test_minutes_out_of_bounds_are_not_taken(visitors, typed):
    teacher, _ = visitors
    teacher.press("Leave the room")
    teacher.fill(MINUTES, "7")
    teacher.fill(MINUTES, typed)
    teacher.press("Open a room for this scenario")
    assert teacher.desk.room.minutes == 7


def test_the_facilitator_frees_a_seat_whose_browser_is_lost(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    ann.seal({"offers": {"KGZ": 1.0}})
    assert "Free Russia" not in ann.buttons()
    teacher.press("Free Russia")
    assert (room.held["RUS"], room.sealed) == ("", {})
    assert "Sit for Russia" in ann.buttons()
    assert not [part for part in ann.parts() if hasattr(part, "draft_json")], "who lost the seat orders no more"
    ann.press("Sit for Russia")
    assert "Free Russia" in teacher.buttons()


def test_a_game_is_taken_away_as_a_file_and_taken_up_on_another_machine(tmp_path):
    ann, elsewhere = Visitor("ann"), Visitor("ann-elsewhere")
    with ann.session:
        ann.desk.sit("RUS")
        play_turn(ann.desk, {"offers": {"KGZ": 7.0}, "relief": {"KGZ": 2.0}})
    file = next(part for part in ann.parts() if isinstance(part, FileDownloadWidget) and part.filename.endswith("game.json"))
    with ann.session:
        file.request_download = True
    end = time.monotonic() + 20
    while not file.bytes and time.monotonic() < end:
        time.sleep(0.05)
    elsewhere.send(lambda part: hasattr(part, "sitting"), "resume", file.bytes.decode())
    mine, other = ann.desk, elsewhere.desk
    assert (elsewhere.problem, other.player.code) == ("", "RUS")
    assert other.player.orders() == mine.player.orders() != []
    assert other.player.draft == mine.player.draft
    assert elsewhere.shares() == ann.shares()
    for visitor in (ann, elsewhere):
        visitor.close()
