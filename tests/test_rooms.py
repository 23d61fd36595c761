"""Rooms: orders stay sealed, one engine plays them, a room outlives its process, and only the facilitator moves it. No browser."""

from __future__ import annotations

import json
import os
import time

import numpy as np
import pytest

from patronage.browser import rooms
from patronage.browser.panels.room import enter
from patronage.browser.room import CLOSED, DEBRIEF, Room, RoomError
from patronage.browser.rooms import find, open_room
from patronage.browser.setup import Setup
from patronage.browser.states import Doing
from patronage.browser.tour import reach_quarter
from patronage.browser.workspace import Desk
from patronage.driving import prepare
from patronage.games.foresight import Ordered
from patronage.games.scoring import in_force
from patronage.scenario.library import builtin_names
from patronage.system import held

SECRET = 7.770123
SOURCES = builtin_names()


@pytest.fixture
def room(tmp_path):
    rooms.keep_in(tmp_path / "rooms")
    opened = open_room(Setup("two-patrons"), SOURCES, "teacher", quarters=2)
    opened.sit("ann", "RUS")
    opened.sit("bob", "USA")
    yield opened
    rooms.keep_in(tmp_path / "nowhere")


def test_nobody_is_told_a_sealed_order_but_who_gave_it(room):
    room.seal("ann", {"offers": {"KGZ": SECRET}, "relief": {"KGZ": SECRET}})
    holds = {who: str(SECRET) in json.dumps(room.view(who)) for who in ("ann", "bob", "teacher", "stranger")}
    assert holds == {"ann": True, "bob": False, "teacher": False, "stranger": False}
    assert {s["seat"]: s["sealed"] for s in room.view("bob")["seats"]} == {"RUS": True, "USA": False, "KGZ": False}
    room.reveal("teacher")
    holds = {who: str(SECRET) in json.dumps(room.view(who)) for who in ("ann", "bob", "teacher", "stranger")}
    assert holds == {"ann": True, "bob": False, "teacher": True, "stranger": False}
    room.debrief("teacher")
    assert str(SECRET) in json.dumps(room.view("bob"))


def test_what_was_typed_and_not_sealed_is_kept_for_who_typed_it_alone(room):
    room.note("ann", {"offers": {"KGZ": SECRET}, "relief": {}, "restrain": True})
    holds = {who: str(SECRET) in json.dumps(room.view(who)) for who in ("ann", "bob", "teacher", "stranger")}
    assert holds == {"ann": True, "bob": False, "teacher": False, "stranger": False}
    room.note("stranger", {"offers": {"KGZ": 1.0}})
    room.seal("bob", {"offers": {"KGZ": 2.0}, "relief": {"KGZ": 3.0}})
    room.note("bob", {"offers": {"KGZ": 4.0}, "relief": {"KGZ": 3.0}})
    assert room.view("bob")["draft"]["offers"] == {"KGZ": 4.0}, "what was typed last stands in the fields"
    room.reveal("teacher")
    assert room.view("ann")["draft"]["offers"] == {"KGZ": SECRET}, "what was not sealed is still there"
    assert room.players["RUS"].history == []
    assert (room.view("bob")["draft"]["offers"], room.view("bob")["draft"]["relief"]) == ({"KGZ": 4.0}, {}), "relief is given once"
    room.seal("bob", {"offers": {"KGZ": 5.0}})
    room.note("bob", {"offers": {"KGZ": 5.0}, "relief": {"KGZ": 0.0}})  # the fields, once it is sealed
    room.reveal("teacher")
    assert "USA" not in room.typed
    room.free("teacher", "RUS")
    room.sit("cy", "RUS")
    assert room.view("cy")["draft"] is None, "who sits down next is not told it"


def test_a_room_plays_what_an_ensemble_plays_with_the_same_orders(room):
    room.seal("ann", {"offers": {"KGZ": 30.0}, "relief": {"KGZ": 5.0}})
    room.seal("bob", {"offers": {"KGZ": 3.0}})
    room.reveal("teacher")
    room.seal("bob", {"denials": {"KGZ": 4.0}, "restrain": True})
    room.sit("cy", "KGZ")
    room.seal("cy", {"refuse": ["USA"], "least": {"RUS": 6.0}, "relief": {"RUS": 5.0}})
    room.reveal("teacher")
    run, shares = prepare(room.setup.load(), [0], 1).ensemble(), []
    for _ in range(4):
        at = run.world.quarter + 1
        run.step(Ordered(run.start.structure, {s: [in_force(room.history(s), at)] for s in ("RUS", "USA", "KGZ")}))
        shares.append(run.world.share[0].copy())
    assert np.array_equal(room.model.story.array("share")[1:], shares)
    assert in_force(room.history("RUS"), run.world.quarter).offers == {"KGZ": 30.0}, "who sealed nothing repeats the last order"


def test_a_room_comes_back_from_disk_as_it_was(room, tmp_path):
    room.seal("ann", {"offers": {"KGZ": 30.0}, "relief": {"KGZ": 5.0}})
    room.reveal("teacher")
    room.seal("bob", {"offers": {"KGZ": SECRET}})
    rooms.keep_in(tmp_path / "rooms")  # as a new process finds it
    again = find(room.code.lower(), SOURCES)
    assert again is not room
    assert {w: again.view(w) for w in ("ann", "bob", "teacher")} == {w: room.view(w) for w in ("ann", "bob", "teacher")}
    assert rooms.of("bob", SOURCES) is again
    assert (tmp_path / "rooms" / f"{room.code}.json").stat().st_mode & 0o077 == 0
    for both in (room, again):
        both.reveal("teacher")
    assert np.array_equal(again.model.world.share, room.model.world.share)
    again.close("teacher")
    assert rooms.on_disk() == []
    with pytest.raises(RoomError, match="no room"):
        find(room.code, SOURCES)


def test_a_room_is_in_one_process_at_a_time(room, tmp_path):
    rooms.keep_in(tmp_path / "rooms")
    with held(tmp_path / "rooms" / f"{room.code}.lock"):  # as another server holds it
        with pytest.raises(RoomError, match="another server"):
            find(room.code, SOURCES)
        assert rooms.of("ann", SOURCES) is None
    assert rooms.of("ann", SOURCES).code == room.code


def test_who_belongs_to_two_rooms_comes_back_into_the_one_where_something_happened_last(room, tmp_path):
    other = open_room(Setup("two-patrons"), SOURCES, "teacher", quarters=2)
    for now, before in ((room, other), (other, room)):
        for age, found in ((60, before), (0, now)):
            os.utime(tmp_path / "rooms" / f"{found.code}.json", (1.7e9 - age, 1.7e9 - age))
        assert rooms.of("teacher", SOURCES) is now
    other.close("teacher")


def test_a_room_that_cannot_be_read_is_refused(room, tmp_path):
    rooms.keep_in(tmp_path / "rooms")
    for text in ("", "[]", '{"code": "x"}'):
        (tmp_path / "rooms" / f"{room.code}.json").write_text(text)
        with pytest.raises(RoomError, match="cannot be read"):
            find(room.code, SOURCES)
    assert rooms.of("ann", SOURCES) is None


def test_only_the_facilitator_moves_a_room_and_a_seat_is_taken_once(room):
    for do in (room.reveal, room.debrief, room.close, lambda who: room.free(who, "USA")):
        with pytest.raises(RoomError, match="Only who opened"):
            do("ann")
    with pytest.raises(RoomError, match="taken"):
        room.sit("eve", "RUS")
    with pytest.raises(RoomError, match="Take a seat"):
        room.seal("eve", {"offers": {"KGZ": 1.0}})
    room.free("teacher", "RUS")
    room.sit("eve", "RUS")
    assert (room.seat_of("eve"), room.seat_of("ann")) == ("RUS", "")


def test_orders_close_when_time_is_up_and_when_the_game_is_over(room):
    room.minutes = 1
    room.start_timer()
    room.seal("ann", {"offers": {"KGZ": 1.0}})
    room.deadline = time.time() - 1
    with pytest.raises(RoomError, match="Time is up"):
        room.seal("ann", {"offers": {"KGZ": 2.0}})
    room.reveal("teacher")
    assert room.deadline > time.time()
    room.debrief("teacher")
    with pytest.raises(RoomError, match="over"):
        room.reveal("teacher")


def test_the_debrief_scores_every_seat_that_ordered_and_a_free_one_is_the_models(room):
    room.seal("ann", {"offers": {"KGZ": 0.0}})
    room.reveal("teacher")
    room.phase = DEBRIEF
    room._score()
    assert list(room.scores) == ["RUS"]
    i = room.model.story.patrons.index("RUS")
    assert room.scores["RUS"].mine[0] == room.model.story.array("share")[1:, i].mean()


def test_a_room_closed_while_it_is_scored_stays_closed(room, monkeypatch):
    room.seal("ann", {"offers": {"KGZ": 0.0}})
    room.reveal("teacher")
    room.phase = DEBRIEF
    room.close("teacher")
    room.phase = DEBRIEF  # as the thread that scores saw it when it began
    monkeypatch.setattr("patronage.browser.room.standing", lambda *_, **__: setattr(room, "phase", CLOSED))
    room._score()
    assert room.scores == {}
    assert rooms.on_disk() == []


def test_a_desk_in_a_room_does_not_stop_the_room_when_it_leaves(room):
    desk = Desk(Setup("two-patrons"), held=True)
    desk.join(room)
    desk.play()
    desk.step()
    assert not desk.reset()
    assert not desk.fire("gift", "{at: 2010Q4, forgive: {from: RUS, to: KGZ, amount: 1 MUSD}}")
    assert room.model.story.now == 0
    desk.close()
    other = Desk(Setup("two-patrons"), held=True)
    other.join(room)
    assert other.open(Setup("two-patrons"))
    assert (other.room, room.model.running) == (None, True)
    room.reveal("teacher")
    assert room.model.story.now == 2


def test_nobody_but_the_facilitator_moves_the_run_of_a_room_neither_by_its_story_nor_by_a_note(room):
    desk = Desk(Setup("two-patrons"), held=True)
    assert desk.tour.stops
    desk.join(room)
    assert desk.tour.stops == ()
    desk.tour.go(0)
    reach_quarter(desk, room.model.scenario.end)
    assert (room.model.story.now, desk.state.run) == (0, Doing.HELD)


def test_after_a_turn_what_waits_on_a_page_of_a_room_is_what_was_moved_there_alone(room, monkeypatch):
    monkeypatch.setattr("patronage.browser.panels.room.me", lambda: "bob")
    desk = Desk(Setup("two-patrons"), held=True)
    enter(desk, room)
    desk.change("patrons.USA.need.base", "100")
    room.seal("ann", {"offers": {}, "relief": {"KGZ": 5.0}})
    room.reveal("teacher")
    end = time.monotonic() + 20
    while not desk.setup.changes and time.monotonic() < end:
        time.sleep(0.05)
    assert [path for path, _ in desk.setup.changes] == ["events.relief_RUS_KGZ_2009Q1"]
    assert desk.waiting == {"patrons.USA.need.base": "100"}
    desk.close()


def test_a_full_disk_is_told_and_a_turn_that_was_played_is_seen_by_all_and_kept_later(room, monkeypatch, tmp_path):
    before = room.version

    def full(self):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Room, "save", full)
        with pytest.raises(RoomError, match="No space left on device"):
            room.reveal("teacher")
    assert (room.model.story.now, len(room.turns)) == (2, 1)
    assert room.version > before
    room.reveal("teacher")
    assert len(json.loads((tmp_path / "rooms" / f"{room.code}.json").read_text())["turns"]) == 2


@pytest.mark.parametrize("code", ["", "ABC", "../../x", "ABCDEF\n", "ABCDEG"])
def test_what_is_no_code_finds_no_room(room, code):
    with pytest.raises(RoomError, match="no room"):
        find(code, SOURCES)


def test_a_file_of_ones_own_has_no_room(room):
    with pytest.raises(RoomError, match="link"):
        open_room(Setup("mine.yaml", b"extends: two-patrons\n"), SOURCES, "teacher")
