"""A room and a game as browsers are shown them: time for a turn, seats that are freed, a file of a game. Without a browser."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress

import pytest

from page_visitors import Visitor
from patronage.browser import rooms
from patronage.browser.app import opened
from patronage.browser.game import play_turn
from patronage.browser.panels.room import come_back
from patronage.browser.room import RoomError
from patronage.games.orders import Decision
from patronage.telling.deals import rows, why

MINUTES = "Minutes for a turn, 0: no limit"


def wait_for(found):
    """Wait for what comes to a page in its own time."""
    end = time.monotonic() + 30
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


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
    assert (room.deadline, teacher.waits(), ann.waits()) == (0.0, True, True), "nobody had the code when it was opened"
    ann.seal({"offers": {"KGZ": 3.0}})
    assert ann.problem == ""
    assert not {"Begin the clock", "Two minutes more"} & {*ann.buttons()}
    assert "Two minutes more" not in teacher.buttons()
    begun = teacher.buttons()["Begin the clock"]
    teacher.press("Begin the clock")
    assert (teacher.waits(), ann.waits(), "Begin the clock" in teacher.buttons()) == (False, False, False)
    assert room.deadline == pytest.approx(time.time() + 300, abs=60)
    assert teacher.deadline() == ann.deadline() == room.deadline
    before = room.deadline
    with teacher.session, suppress(ValueError):  # the button is gone, and takes no press
        begun.click()  # twice, as in a double click: what stands there by now is another one
    assert room.deadline == before
    ann.seal({"offers": {"KGZ": 1.0}})
    assert (ann.problem, room.sealed["RUS"]["offers"]) == ("", {"KGZ": 1.0})
    room.deadline = time.time() - 200
    ann.seal({"offers": {"KGZ": 2.0}})
    assert ann.problem == "Time is up: orders are closed until the turn is revealed"
    assert room.sealed["RUS"]["offers"] == {"KGZ": 1.0}
    teacher.press("Two minutes more")
    assert teacher.deadline() == ann.deadline() == pytest.approx(time.time() + 120, abs=60), "orders are open again"
    ann.seal({"offers": {"KGZ": 1.5}})
    assert room.sealed["RUS"]["offers"] == {"KGZ": 1.5}
    before = room.deadline
    teacher.press("Two minutes more")
    assert room.deadline == before + 120
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


def test_what_a_player_hears_of_others_orders_is_what_the_page_says_becomes_known(visitors):
    teacher, ann = visitors
    bob = Visitor("bob")
    bob.fill("Room code", teacher.desk.room.code)
    bob.press("Join the room")
    bob.press("Sit for United States")
    ann.seal({"offers": {"KGZ": 55.5123}, "bids": {"KGZ": 77.7123}, "denials": {"KGZ": 33.3123}, "restrain": True})
    bob.seal({"bids": {"KGZ": 44.4123}})  # with which its base is decided in the second year
    known = lambda: {word for word in ("55.51", "77.71", "33.31", "; restraint") if word in bob.all_tabs()}  # noqa: E731
    assert (known(), "where a base was decided also what it was worth to who asked" in bob.words()) == (set(), True)
    teacher.press("Reveal")
    assert known() == {"55.51", "77.71"}, "what was spent, and the bid of a base that was decided"
    teacher.press("Reveal")
    with bob.session:
        story = bob.desk.model.value.story
        decided = next(row["id"] for row in rows(story, story.now) if row["kind"] == "renewed" and row["patron"] == "United States")
        assert ("what rivals bid to keep it out (N)", "33.31 MUSD/yr (Russia 33.31)") in why(story, decided)[1]
    assert known() == {"55.51", "77.71"}
    teacher.press("Debrief")
    teacher.press("Yes, end the game")
    assert known() == {"55.51", "77.71", "33.31", "; restraint"}
    bob.close()


def test_a_second_press_on_the_same_button_does_nothing(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    for words, done, changed in (
        ("Reveal", teacher, lambda: len(room.turns) == 1), ("Leave the seat", ann, lambda: room.held["RUS"] == ""),
        ("Sit for Russia", ann, lambda: room.held["RUS"] != ""), ("Free Russia", teacher, lambda: room.held["RUS"] == ""),
    ):  # fmt: skip
        button = done.buttons()[words]
        with done.session:
            button.click()
            assert changed(), words
        for again in ("at once", "once the page is drawn anew"):
            with done.session, suppress(ValueError):  # a button that is gone takes no press
                button.click()
            assert changed(), (words, again)
            done.words()


def test_players_are_told_that_their_seat_was_freed_and_that_the_room_was_closed(visitors):
    teacher, ann = visitors
    teacher.press("Free Russia")
    wait_for(lambda: ann.problem == "The facilitator freed your seat: you watch now, and can sit down where a seat is free")
    teacher.press("Close the room")
    assert teacher.desk.room is not None, "it asks once more"
    teacher.press("No")
    teacher.press("Close the room")
    teacher.press("Yes, close it")
    wait_for(lambda: ann.problem == "The room was closed: what you see is a run of your own")
    assert teacher.problem == ""


def test_who_ordered_nothing_is_told_so_at_the_end_and_no_clock_runs_after_it(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    teacher.press("Begin the clock")
    while room.model.running:
        assert room.deadline
        assert {part.becomes for part in ann.parts() if hasattr(part, "becomes")} == {
            "You have sealed nothing: the model plays your seat in this turn."
        }  # fmt: skip
        teacher.press("Reveal")
    assert (room.deadline, "Two minutes more" in teacher.buttons()) == (0.0, False)
    assert "Russia (you): the model played" in ann.words()
    teacher.press("Debrief")
    assert "Without an order, so that the model played and nothing is scored: Russia." in ann.words()


def test_an_order_that_crosses_the_turn_is_not_one_for_the_next(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    view = lambda: room.view(room.held["RUS"])  # noqa: E731
    at = view()["at"]
    teacher.press("Reveal")
    ann.seal({"offers": {"KGZ": 8.0}, "at": at})
    assert ann.problem == "The turn was revealed before this order came: look at what it brought, and seal anew"
    assert (room.sealed, view()["draft"]["offers"]) == ({}, {"KGZ": 8.0}), "it stays in the fields"
    ann.seal({"offers": {"KGZ": 8.0}, "at": view()["at"]})
    assert (ann.problem, room.sealed["RUS"]["offers"]) == ("", {"KGZ": 8.0})


def test_no_address_leads_out_of_a_room(visitors):
    _, ann = visitors
    with ann.session:
        opened(ann.desk, "scenario=two-patrons&seed=7")
    assert ann.problem == "You are in a room: leave it before you go elsewhere"
    assert (ann.desk.room is not None, ann.desk.setup.seed) == (True, 1)


def test_a_room_that_was_closed_is_not_kept_again(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    with ann.session:
        assert (room.folder / f"{room.code}.json").is_file()
        room.close(room.facilitator)
        room.leave(room.held["RUS"])
        for do in (lambda: room.sit(room.held["RUS"], "USA"), lambda: room.free(room.facilitator, "RUS")):
            with pytest.raises(RoomError, match="The room was closed"):
                do()
        room.more_time(room.facilitator)
    assert list(room.folder.iterdir()) == []


def test_after_debt_is_forgiven_in_a_room_many_runs_are_asked_anew(visitors):
    teacher, ann = visitors
    with teacher.session:
        teacher.desk.begin()
    before = teacher.desk.answer.scenario.digest
    ann.seal({"relief": {"KGZ": 5.0}})
    teacher.press("Reveal")
    end = time.monotonic() + 20
    while teacher.desk.answer.scenario.digest == before and time.monotonic() < end:
        time.sleep(0.02)  # a thread of the page follows the room
    assert teacher.desk.answer.scenario.digest == teacher.desk.room.model.scenario.digest != before


def test_without_minutes_there_is_no_clock(visitors):
    teacher, _ = visitors
    teacher.press("Leave the room")
    teacher.press("Open a room for this scenario")
    room = teacher.desk.room
    assert not {"Begin the clock", "Two minutes more"} & {*teacher.buttons()}
    for do in (room.begin_clock, room.more_time):
        do(room.facilitator)
    assert (room.deadline, teacher.waits()) == (0.0, False)


def test_who_leaves_a_seat_frees_it_and_is_not_brought_back(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    ann.seal({"offers": {"KGZ": 7.770123}})
    teacher.press("Reveal")
    assert room.players["RUS"].decision.offers == {"KGZ": 7.770123}
    ann.seal({"offers": {"KGZ": 9.0}})
    assert "Leave the seat" not in teacher.buttons()
    ann.press("Leave the seat")
    assert (room.held["RUS"], room.sealed, ann.desk.room) == ("", {}, room), "who stood up may look on, or sit elsewhere"
    assert not [part for part in ann.parts() if hasattr(part, "draft_json")]
    with ann.session:
        ann.desk.open(ann.desk.setup.plain)
        come_back(ann.desk)
    assert (ann.desk.room, ann.problem) == (None, "")
    teacher.press("Sit for Russia")
    assert room.view(room.facilitator)["draft"] is None, "who sits down next is not told it"
    rooms.keep_in(room.folder)
    room = rooms.find(room.code, ann.desk.sources)
    assert room.view(room.facilitator)["draft"] is None, "nor after the server was started anew"
    room.reveal(room.facilitator)
    assert room.players["RUS"].decision == Decision(), "what was ordered before has gone with who ordered it"


def test_who_leaves_the_room_stands_up_and_the_facilitator_comes_back(visitors):
    teacher, ann = visitors
    room = teacher.desk.room
    teacher.press("Sit for Kyrgyzstan")
    for visitor in visitors:
        visitor.press("Leave the room")
    assert (room.held["RUS"], room.held["KGZ"]) == ("", room.facilitator)
    for visitor, found in ((ann, None), (teacher, room)):
        with visitor.session:
            come_back(visitor.desk)
        assert visitor.desk.room is found


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


ORDERS = """quarter,seat,patron,client,offer_musd_a_quarter,bid_musd_a_year,denial_musd_a_year,debt_ordered_musd,debt_forgiven_musd,\
restraint,rent_asked_musd_a_year,refused
2009Q1,RUS,RUS,KGZ,7,9,,,,,,
2009Q1,KGZ,USA,KGZ,,,,,,,,yes
2010Q1,RUS,RUS,,,,,,,yes,,
"""


def test_the_facilitator_and_from_the_debrief_on_everybody_takes_the_game_of_a_room_away(visitors):
    teacher, ann = visitors
    teacher.press("Sit for Kyrgyzstan")
    ann.seal({"offers": {"KGZ": 7.0}, "bids": {"KGZ": 9.0}})
    teacher.seal({"refuse": ["USA"]})
    assert teacher.files() == set(), "there is nothing yet"
    teacher.press("Reveal")
    ann.seal({"restrain": True})
    teacher.press("Reveal")
    names = {f"two-patrons-room-{teacher.desk.room.code}-{name}" for name in ("debrief.html", "orders.csv")}
    assert (teacher.files(), ann.files()) == (names, set())
    assert teacher.taken("orders.csv") == ORDERS
    assert "does better than" not in teacher.taken("debrief.html")
    teacher.press("Debrief")
    teacher.press("Yes, end the game")
    end = time.monotonic() + 60
    while len(ann.desk.room.scores) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert (ann.files(), ann.taken("orders.csv")) == (names, ORDERS)
    page = ann.taken("debrief.html")
    for words in ("<h2>Russia</h2>", "<h2>Kyrgyzstan</h2>", "Up to 2010Q4 this game does better than", "played by people",
                  "<td>2009Q1</td><td>RUS</td><td>KGZ</td><td>7</td>", "2010Q1 to 2010Q4: you spent"):  # fmt: skip
        assert words in page, words
    assert "<h2>United States</h2>" not in page


def test_a_game_is_taken_away_as_a_file_and_taken_up_on_another_machine(tmp_path):
    ann, elsewhere = Visitor("ann"), Visitor("ann-elsewhere")
    with ann.session:
        ann.desk.sit("RUS")
        play_turn(ann.desk, {"offers": {"KGZ": 7.0}, "relief": {"KGZ": 2.0}})
    elsewhere.send(lambda part: hasattr(part, "sitting"), "resume", ann.taken("game.json"))
    mine, other = ann.desk, elsewhere.desk
    assert (elsewhere.problem, other.player.code) == ("", "RUS")
    assert other.player.orders() == mine.player.orders() != []
    assert other.player.draft == mine.player.draft
    assert elsewhere.shares() == ann.shares()
    for visitor in (ann, elsewhere):
        visitor.close()
