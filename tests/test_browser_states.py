"""What the page does and what every action makes of it: the desk against the one table that says so. Without a browser."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from itertools import product

import ipyvuetify as v
import pytest
import solara

from patronage import load_scenario
from patronage.browser.answering import decisive
from patronage.browser.app import Refused
from patronage.browser.links import Linked, address
from patronage.browser.opening import lead, replay
from patronage.browser.panels.seat import Aside, Seat
from patronage.browser.panels.seat import play as turn
from patronage.browser.panels.strip import Scrubber
from patronage.browser.pending import TAKEN_BACK
from patronage.browser.room import Room
from patronage.browser.setup import PERIOD_END, Setup
from patronage.browser.states import RULES, Doing, PageState, after
from patronage.browser.workspace import Desk
from patronage.games.orders import Decision, drafted
from patronage.scenario import quarter_name

SHORT = b"extends: two-patrons\nperiod: {end: 2010Q4}\nevents: {withdrawal: ~, surplus: ~}\n"
"""Eight quarters."""
EVENT = "{at: 2010Q4, forgive: {from: RUS, to: KGZ, amount: 1 MUSD}}"
EVERY = [PageState(run, so and run is not Doing.HELD, so, so) for run, so in product(Doing, (False, True))]
"""Every run, with all that may be beside it and with nothing: nobody sits alone in a room."""


def first():
    return Setup("short.yaml", SHORT)


def brought_to(state):
    """A desk in a state; nothing is computed beside it, and what plays does so slowly."""
    desk = Desk(first(), held=True)
    if state.seated:
        desk.sit("RUS")
    desk.step()
    while state.run is Doing.ENDED and desk.state.run is not Doing.ENDED:
        desk.step()
    if state.run is Doing.PLAYING:
        desk.clock.interval = 10_000
        desk.play()
    if state.run is Doing.HELD:
        room = Room("ABCDEF", address(Linked(Setup("two-patrons")), ("two-patrons",)), ("two-patrons",), "me", 0, 1)
        room.model.step()
        desk.join(room)
    if state.back:
        desk.quarter.value = 1
    if state.computing:
        desk.ensemble(2)
    return desk


first_link = Setup("two-patrons")
ACTIONS = {
    "play": Desk.play, "pause": Desk.pause, "step": Desk.step, "reset": Desk.reset, "replay": replay,
    "open": lambda d: d.open(replace(first(), seed=2)), "sit": lambda d: d.sit("USA"),
    "end": lambda d: [d.clock.step(d.model.value) for _ in range(8)],
    "extend": lambda d: d.extend(4), "fire": lambda d: d.fire("now", EVENT),
    "look": lambda d: d.quarter.set(1), "latest": lambda d: d.quarter.set(None), "tab": lambda d: d.tab.set(3),
    "join": lambda d: d.join(Room("ABCDEF", address(Linked(first_link), d.sources), d.sources, "me", 0, 1)),
    "compute": lambda d: d.ensemble(2), "cancel": Desk.stop_bands,
}  # fmt: skip


def test_every_action_of_the_table_is_tried():
    assert set(RULES) == {*ACTIONS, "lose"}


@pytest.mark.parametrize("action", ACTIONS)
def test_the_desk_does_what_the_table_says(action):
    for state in EVERY:
        desk = brought_to(state)
        assert desk.state == state
        shown = desk.model.value
        ACTIONS[action](desk)
        assert desk.state == after(state, action), state
        held = state.run is Doing.HELD
        ended = state.run is Doing.ENDED
        new = action in ("open", "sit", "join") or (action == "reset" and not held) or (action == "extend" and ended)
        new = new or (action == "replay" and (ended or state.run is Doing.IDLE))
        assert (desk.model.value is not shown) == new, state
        desk.close()


def playing(**patience):
    desk = Desk(first(), held=True)
    for name, value in patience.items():
        setattr(desk, name, value)
    desk.clock.interval = 1
    desk.pace.keep = lambda *_: None  # there is no browser to wait for
    desk.play()
    return desk


def waited_for(what):
    end = time.monotonic() + 60
    while not what() and time.monotonic() < end:
        time.sleep(0.005)
    return what()


def test_play_comes_to_the_end_by_itself():
    desk = playing()
    assert waited_for(lambda: desk.state.run is Doing.ENDED)
    assert desk.model.value.story.now == 8


@pytest.mark.parametrize("action", ["open", "sit", "reset"])
def test_a_run_that_takes_the_place_of_one_that_plays_stands_still(action):
    others = threading.enumerate()
    desk = playing()
    assert waited_for(lambda: desk.model.value.story.now >= 1)
    ACTIONS[action](desk)
    players = lambda: [t for t in threading.enumerate() if t.name == "play" and t not in others]  # noqa: E731
    assert waited_for(lambda: not players())
    assert (desk.state.run, desk.model.value.story.now) == (Doing.IDLE, 0)


def test_a_page_opens_where_its_question_is_decided():
    asked = '{measure: "base(USA, KGZ)", from: 2011Q1, to: 2011Q1, label: Manas, answers: yes}'
    desk = Desk(Setup("two-patrons", None, (("outcomes.a", asked),)), held=True)
    lead(desk)
    assert desk.state.run is Doing.IDLE, "only where the page is meant to"
    desk.leads, desk.pace.keep = True, lambda *_: None
    lead(desk)
    assert desk.state.run is Doing.PLAYING
    assert waited_for(lambda: desk.state.run is Doing.IDLE)
    assert desk.model.value.story.quarters[desk.model.value.story.now] == "2011Q1"
    lead(desk)
    assert desk.state.run is Doing.IDLE, "a run that stands somewhere stays"
    desk.sit("RUS")
    lead(desk)
    assert (desk.state.run, desk.model.value.story.now) == (Doing.IDLE, 0), "a game is nobody else's to play"
    desk.close()


@pytest.mark.parametrize(("scenario", "quarter"), [("us-withdrawal", "2016Q2"), ("manas-2009", "2009Q2"), ("two-patrons", "2013Q4")])
def test_the_question_is_decided_where_the_first_answer_is_read(scenario, quarter):
    assert quarter_name(decisive(load_scenario(scenario))) == quarter


def test_the_history_is_played_from_the_first_quarter_with_what_waits():
    desk = brought_to(PageState(Doing.ENDED))
    desk.clock.interval = 10_000
    desk.change("patrons.RUS.budget", "9 MUSD/yr")
    replay(desk)
    assert (desk.state.run, desk.model.value.story.now) == (Doing.PLAYING, 0)
    assert dict(desk.setup.changes)["patrons.RUS.budget"] == "9 MUSD/yr"
    desk.pause()
    shown = desk.model.value
    replay(desk)
    assert desk.model.value is shown, "nothing has happened that were to be played anew"
    desk.close()


def test_play_pauses_when_the_browser_has_gone():
    gone = threading.Event()
    desk = playing(unseen=gone.is_set)
    assert waited_for(lambda: desk.model.value.story.now >= 2)
    gone.set()
    assert waited_for(lambda: desk.state.run is not Doing.PLAYING)
    assert desk.state == after(PageState(Doing.PLAYING), "lose")


def test_an_event_fired_while_playing_is_dated_to_the_quarter_that_follows():
    desk = playing()
    assert waited_for(lambda: desk.model.value.story.now >= 2)
    desk.pause()
    at = desk.model.value.story.quarters[desk.model.value.story.now + 1]
    assert desk.fire("gift", EVENT.replace("2010Q4", at))
    desk.step()
    assert (desk.model.value.story.now, "gift", "fired") in desk.model.value.story.log


def test_a_refused_reset_keeps_the_run():
    desk = brought_to(PageState())
    shown = desk.model.value
    desk.seed.value = "seven"
    assert not desk.reset()
    assert (desk.model.value, desk.seed.value) == (shown, "1")
    assert "not 'seven'" in desk.problem.value


def test_what_was_refused_stays_on_the_page_until_it_is_closed_or_something_succeeds():
    @solara.component
    def shown():
        if desk.problem.value:
            Refused(desk.problem.value, lambda: desk.refuse(""))

    for done in (Desk.play, Desk.step, Desk.reset):
        desk = Desk(first(), held=True)
        desk.clock.interval = 10_000
        desk.refuse("wrong")
        desk.tab.value = 1
        desk.change("patrons.USA.mission", "0.5")
        desk.pause()
        assert desk.problem.value == "wrong", "it has not been read"
        done(desk)
        assert desk.problem.value == "", done
        desk.close()
    desk = Desk(first(), held=True)
    desk.refuse("wrong")
    _, page = solara.render(shown(), handle_error=False)
    page.find(v.Btn).widget.click()
    assert desk.problem.value == ""
    page.find(v.Btn).assert_empty()
    page.close()
    desk.close()


def test_a_past_quarter_says_how_far_the_run_has_come_that_plays_on():
    desk = Desk(first(), held=True)
    desk.clock.interval = 10_000

    @solara.component
    def shown():
        desk.ticks.get()
        with solara.Div():
            Scrubber(desk, desk.model.value.story, min(desk.quarter.value or 0, 2))

    box, page = solara.render(shown(), handle_error=False)
    ahead = lambda: box.children[0].children[0].ahead  # noqa: E731
    for _ in range(3):
        desk.step()
    desk.quarter.value = 2
    assert ahead() == "", "it rests"
    desk.play()
    assert ahead() == "", "the latest one is looked at"
    desk.quarter.value = 2
    assert ahead() == "2009Q3"
    page.close()
    desk.close()


# --- the seat ----------------------------------------------------------------------------------------------------------


def game():
    """A game of two quarters, in the first of which debt was forgiven and nothing offered."""
    desk = Desk(first(), held=True)
    desk.sit("RUS")
    turn(desk, {"offers": {"KGZ": 0}, "relief": {"KGZ": 5}})
    turn(desk, {"offers": {"KGZ": 3}})
    return desk


def test_changes_are_put_aside_for_a_seat_which_says_so_and_undo_brings_them_back():
    desk = Desk(Setup("two-patrons"), held=True)

    @solara.component
    def shown():
        desk.ticks.get()
        with solara.Div():
            Aside(desk)

    _, page = solara.render(shown(), handle_error=False)

    def words():
        desk.notify()
        return [str(w.children[0]) for w in page.find(v.Html, class_="pg-wait").widgets]

    assert words() == [], "there is nothing to be put aside"
    desk.change("patrons.USA.mission", "0.5")
    desk.reset()
    desk.change("patrons.RUS.mission", "0.4")
    desk.step()
    before = desk.setup, desk.wanted.value, desk.model.value.world.quarter
    assert words()[0].startswith("A seat puts your changes (2) aside: it plays the scenario as it is written, and so does a room.")
    room = Room("ABCDEF", address(Linked(first_link), desk.sources), desk.sources, "me", 0, 1)
    for play in (lambda: desk.sit("RUS"), lambda: desk.join(room)):
        play()
        assert (desk.setup.changes, desk.lasting.aside, desk.lasting.undoing.can_undo) == ((), 2, False)
        assert desk.player is None or words() == ["Your changes (2) are put aside: Undo brings them back once you have left the seat."]
        desk.sit("")
        assert desk.setup.changes == ()
        desk.lasting.undoing.undo()
        assert (desk.setup, desk.wanted.value, desk.model.value.world.quarter) == before
    page.close()
    desk.close()


def test_a_turn_that_is_pressed_twice_is_played_once():
    desk = game()
    played = desk.model.value.world.quarter
    at = quarter_name(played)
    turn(desk, {"offers": {"KGZ": 5}, "at": at})
    assert (desk.model.value.world.quarter, desk.player.decision.offers) == (played, {"KGZ": 3.0})
    turn(desk, {"offers": {"KGZ": 5}, "at": quarter_name(played + 1)})
    assert (desk.model.value.world.quarter, desk.player.decision.offers) == (played + 1, {"KGZ": 5.0})
    desk.close()


def test_a_new_game_knows_nothing_of_the_last():
    desk = game()
    assert "events.relief_RUS_KGZ_2009Q1" in dict(desk.setup.changes)
    assert desk.reset()
    assert (desk.setup.changes, desk.wanted.value, desk.player.orders()) == ((), {}, [])
    assert (desk.player.decision, desk.player.draft) == (Decision(), None)


def test_a_game_that_goes_on_beyond_its_period_keeps_its_past():
    desk = game()
    while desk.state.run is Doing.IDLE:
        desk.step()
    share = desk.model.value.story.array("share")
    desk.extend(4)
    assert desk.model.value.story.array("share").tolist() == share.tolist()
    assert desk.player.decision.offers == {"KGZ": 3.0}


def test_what_waits_for_reset_waits_on_when_the_run_goes_on_beyond_its_period():
    desk = Desk(Setup("two-patrons", None, (("patrons.USA.need.base", "100"), ("patrons.RUS.budget", "90"))), held=True)
    desk.change("patrons.USA.need.base", "110")
    desk.change("patrons.RUS.budget", None)
    while desk.state.run is Doing.IDLE:
        desk.step()
    waits = desk.waiting
    assert waits == {"patrons.USA.need.base": "110", "patrons.RUS.budget": TAKEN_BACK}
    desk.extend(4)
    assert (desk.state.run, desk.waiting) == (Doing.IDLE, waits)
    assert desk.reset()
    assert sorted(path for path, _ in desk.setup.changes) == ["patrons.USA.need.base", PERIOD_END]


def test_a_game_is_scored_when_it_ends_however_its_last_quarter_came():
    desk = game()
    _, page = solara.render(Seat(desk, desk.model.value.story, desk.model.value.story.now), handle_error=False)
    while desk.state.run is Doing.IDLE:
        assert desk.player.score is None
        desk.step()
        page.render(Seat(desk, desk.model.value.story, desk.model.value.story.now))
    assert desk.player.score.until == desk.model.value.scenario.end
    page.close()
    desk.close()


def test_what_stands_in_the_fields_is_the_last_order_until_something_is_typed():
    desk = game()
    assert desk.player.draft["offers"] == {"KGZ": 3.0}
    typed = drafted({"offers": {"KGZ": ""}, "relief": {"KGZ": 2.5}, "restrain": True, "other": 1}, ["KGZ"])
    empty = {kind: {} for kind in ("offers", "bids", "denials", "least")}
    assert typed == empty | {"relief": {"KGZ": 2.5}, "restrain": True, "refuse": []}
    assert drafted([1], ["KGZ"]) is None
