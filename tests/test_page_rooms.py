"""A room and a game as browsers are shown them: time for a turn, seats that are freed, a file of a game. Without a browser."""

from __future__ import annotations

import time
from contextlib import ExitStack

import ipyvuetify as v
import pytest
import solara
from solara.components.file_download import FileDownloadWidget
from solara.server.kernel import Kernel
from solara.server.kernel_context import VirtualKernelContext

from patronage.browser import rooms
from patronage.browser.app import TABS
from patronage.browser.game import play_turn
from patronage.browser.panels.seat import Seat
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk

MINUTES = "Minutes for a turn, 0: no limit"


class Visitor:
    """Somebody's browser, on the tab *Take a seat*."""

    def __init__(self, name):
        self.session = VirtualKernelContext(id=name, kernel=Kernel(), session_id=name)
        with self.session:
            self.desk = Desk(Setup("two-patrons"), held=True)
            self.desk.tabs = tuple(TABS)
            self.box, self.page = solara.render(self.shown(), handle_error=False)

    @property
    def problem(self):
        """What the page refuses."""
        with self.session:
            return self.desk.problem.value

    def shares(self):
        """Of the run on the page."""
        with self.session:
            return self.desk.model.value.story.array("share").tolist()

    def close(self):
        """Leave."""
        with self.session:
            self.page.close()
            self.desk.close()

    def shown(self):
        story = self.desk.model.value.story
        return Seat(self.desk, story, story.now)

    def parts(self):
        """Everything on the page, drawn anew."""
        with self.session:
            self.page.render(self.shown())
            todo = [self.box]
            while todo:
                part = todo.pop()
                yield part
                todo += [child for child in getattr(part, "children", ()) if not isinstance(child, str)]

    def buttons(self):
        return {part.children[0]: part for part in self.parts() if isinstance(part, v.Btn) and part.children}

    def press(self, words):
        button = self.buttons()[words]
        with self.session:
            button.click()

    def field(self, label):
        return next(part for part in self.parts() if getattr(part, "label", "") == label)

    def fill(self, label, words):
        """Type, and leave the field."""
        field = self.field(label)
        with self.session:
            field.v_model = words
            if not label.startswith("Room"):
                field.fire_event("focusout", None)

    def deadline(self):
        return next(part.deadline for part in self.parts() if hasattr(part, "deadline"))

    def seal(self, order):
        self.send(lambda part: hasattr(part, "draft_json"), "play", order)

    def send(self, wanted, event, data):
        """What a part of the page tells the server."""
        part = next(part for part in self.parts() if wanted(part))
        sent = {"method": "custom", "content": {"event": event, "data": data}}
        with self.session:
            part._handle_msg({"content": {"data": sent}, "buffers": []})


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
