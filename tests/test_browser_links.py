"""A page as an address, and an address as a page. Without a browser."""

from __future__ import annotations

import base64
import json
import random
import string
import zlib

import pytest

from patronage.browser import handed, rooms
from patronage.browser.app import go_on, opened
from patronage.browser.game import play_turn, saved
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.links import LONGEST, Linked, address, follow, lead_on, no_address, read, unwritten, written
from patronage.browser.rivals import NOTHING
from patronage.browser.room import RoomError
from patronage.browser.setup import Setup
from patronage.browser.states import Doing
from patronage.browser.workspace import Desk
from patronage.games.orders import Decision

KNOWN = ("two-patrons", "us-stays")
TABS = ("Overview", "Influence", "Deals & bases")


def page(setup=None):
    desk = Desk(setup or Setup("two-patrons"), held=True)
    desk.tabs = TABS
    return desk


def test_a_link_leads_to_the_same_run_at_the_same_place():
    desk = page()
    desk.wanted.value = {"patrons.USA.mission": "0.5"}
    desk.seed.value, desk.number.value = "7", "2"
    desk.reset()
    for _ in range(4):
        desk.step()
    order = next(o for o in ORDERS if o.act == "forgive")
    assert desk.fire("gift", order_event(order, "2010Q1", "RUS", "KGZ", 40.0))
    desk.step()
    desk.pick(NOTHING)
    desk.tab.value, desk.quarter.value, desk.patron.value = 2, 3, "RUS"
    link, other = written(desk), page(Setup("us-stays"))
    other.sources = KNOWN
    follow(other, link)
    assert other.problem.value == ""
    assert other.setup == desk.setup
    assert other.model.value.story.array("share").tolist() == desk.model.value.story.array("share").tolist()
    looked = ("tab", "quarter", "client", "patron", "rival")
    assert [getattr(other, k).value for k in looked] == [getattr(desk, k).value for k in looked]
    assert written(other) == link
    model = other.model.value
    follow(other, link)
    assert other.model.value is model  # it is there already


def test_a_link_leads_to_the_stop_of_a_story_and_back_to_the_one_before():
    desk, other = page(), page()
    desk.tour.go(0)
    first = written(desk)
    desk.tour.go(1)
    second = written(desk)
    assert (first.endswith("&stop=1"), second.endswith("&stop=2")) == (True, True)
    follow(other, second)
    assert (other.problem.value, other.tour.at.value, other.tour.stop) == ("", 1, desk.tour.stop)
    follow(other, second.replace("&stop=2", "&stop=1"))  # as Back gives it: the tab of then, the quarter of now
    assert (other.tour.at.value, other.quarter.value) == (0, desk.tour.stops[0].at - desk.model.value.scenario.start + 1)
    for text in (second.replace("&stop=2", ""), second.replace("stop=2", "stop=99"), second.replace("stop=2", f"stop={'9' * 5000}")):
        other.tour.go(0)
        follow(other, text)
        assert other.tour.at.value is None, text


def test_a_link_can_be_read_by_people():
    view = Linked(Setup("two-patrons", None, (("events.gift", "{at: 2010Q1}"),), 3), "2009Q4", tab="Deals & bases")
    link = address(view, KNOWN)
    assert link == "scenario=two-patrons&seed=3&run=0&set=events.gift%3D%7Bat:%202010Q1%7D&at=2009Q4&tab=Deals%20%26%20bases"
    assert read(link, KNOWN) == view


def test_what_cannot_be_made_again_has_no_address():
    assert address(Linked(Setup("/runs/main/scenario.yaml")), KNOWN) == ""  # of a run folder
    luck = random.Random(1)
    long = tuple((f"events.e{n}", "".join(luck.choices(string.ascii_letters, k=900))) for n in range(30))
    assert address(Linked(Setup("two-patrons", None, long)), KNOWN) == ""
    desk = page()
    desk.sit("RUS")
    desk.player.order("2009Q1", Decision(), {})
    assert written(desk) == ""


def test_a_page_says_truly_why_it_has_no_link(tmp_path):
    desk = page()
    assert (unwritten(desk), no_address(Setup("/runs/main/scenario.yaml"), KNOWN)) == (
        no_address(desk.setup, desk.sources), "A run folder that is replayed has no link"
    )  # fmt: skip
    luck = random.Random(1)
    for n in range(20):
        desk.wanted.value |= {f"events.e{n}": "".join(luck.choices(string.ascii_letters, k=900))}
    assert written(desk) == ""
    assert unwritten(desk).startswith("Changes and notes are more than a link can hold (16,000 characters)")
    desk.sit("RUS")
    assert (written(desk), unwritten(desk)) == ("", "A game has no link")
    file = tmp_path / "replayed.yaml"
    file.write_text("extends: two-patrons\n", encoding="utf-8")
    assert desk.open(Setup(str(file)))
    assert (written(desk), unwritten(desk)) == ("", "A run folder that is replayed has no link")


OWN = b"extends: two-patrons\ntitle: Mine\nties: {table: ties.csv}\n"
TIES = b"patron,client,weight,source\nRUS,KGZ,0.75,study\n"


def test_a_link_of_a_file_leads_there_once_the_browser_hands_the_file_over_again():
    desk = page(Setup("mine.yaml", OWN, tables=(("ties.csv", TIES),)))
    desk.step()
    desk.change("patrons.USA.mission", "0.5")
    link, other = written(desk), page()
    assert link.startswith("scenario=mine.yaml&file=")
    opened(other, link)  # elsewhere
    assert other.problem.value.startswith("This needs the file mine.yaml, which this browser does not keep")
    assert other.setup == Setup("two-patrons")
    kept = json.loads(handed.kept(desk.setup))
    assert handed.kept(other.setup) == ""
    opened(other, {"what": link, "files": kept["files"]})
    assert (other.problem.value, other.setup, written(other)) == ("", desk.setup, link)
    assert (other.model.value.story.now, other.wanted.value) == (1, {"patrons.USA.mission": "0.5"})
    opened(other, link.replace("at=2009Q1", "at=2009Q3"))  # Back and Forward: the file is on the page
    assert other.model.value.story.now == 3


def test_a_file_that_is_opened_leads_on_to_the_link_that_waits_for_it():
    desk, other = page(Setup("mine.yaml", b"extends: two-patrons\n")), page()
    desk.step()
    follow(other, written(desk))
    assert not lead_on(other, Setup("mine.yaml", b"extends: two-patrons\ntitle: Another\n"))
    assert lead_on(other, desk.setup)
    assert written(other) == written(desk)
    assert not lead_on(other, desk.setup)


@pytest.mark.parametrize(("files", "words"), [
    ([], "is no file"), ("x", "is no file"), ({"name": "mine.yaml"}, "is no file"), ([{"name": "mine.yaml", "text": 5}], "is no file"),
    ([{"name": "mine.yaml", "text": "x" * 600_000}], "is larger than 512 kB"),
    ([{"name": "mine.txt", "text": ""}], "is no scenario file"),
    ([{"name": "mine.yaml", "text": "extends: two-patrons\ntitle: Another\n"}], "needs the file mine.yaml"),
    ([{"name": "other.yaml", "text": "extends: two-patrons\n"}], "needs the file mine.yaml"),
    ([{"name": "mine.yaml", "text": "extends: two-patrons\n"}, {"name": "a.csv", "text": ""}], "needs the file mine.yaml"),
])  # fmt: skip
def test_files_that_come_with_a_link_are_checked_as_any(files, words):
    link, desk = written(page(Setup("mine.yaml", b"extends: two-patrons\n"))), page()
    opened(desk, {"what": link, "files": files})
    assert words in desk.problem.value
    assert desk.setup == Setup("two-patrons")


def test_a_file_that_is_wrong_by_now_changes_nothing_but_the_message():
    wrong = Setup("mine.yaml", b"extends: two-patrons\npatrons: {USA: {misson: 1}}\n")
    desk = page()
    opened(desk, {"what": f"scenario=mine.yaml&file={handed.key(wrong)}&seed=1", "files": json.loads(handed.kept(wrong))["files"]})
    assert "Did you mean mission" in desk.problem.value
    assert desk.setup == Setup("two-patrons")


def test_a_game_of_a_file_is_taken_up_again_with_it():
    desk, other = page(Setup("mine.yaml", b"extends: two-patrons\n")), page()
    desk.sit("USA")
    play_turn(desk, {"offers": {"KGZ": 5}})
    game, files = json.dumps(saved(desk)), json.loads(handed.kept(desk.setup))["files"]
    other.tabs = (*TABS, "Take a seat")
    go_on(other, game)
    assert "needs the file mine.yaml" in other.problem.value
    go_on(other, {"what": game, "files": files})
    assert (other.setup, other.player.code, other.model.value.story.now) == (desk.setup, "USA", 1)
    assert other.player.orders() == desk.player.orders()


def test_a_room_has_no_file_of_ones_own():
    with pytest.raises(RoomError, match="needs a scenario that has a link"):
        rooms.open_room(Setup("mine.yaml", b"extends: two-patrons\n"), KNOWN, "who")


def test_many_changes_are_compressed_and_come_back():
    gift = "{{at: 2010Q1, forgive: {{from: RUS, to: KGZ, amount: {}}}}}"
    changes = tuple((f"events.now_forgive_{n}", gift.format(n)) for n in range(1, 120))
    levers = tuple((f"events.later_{n}", "{at: 2011Q1, overthrow: {state: KGZ}, source: what if}") for n in range(90))
    view = Linked(Setup("two-patrons", None, changes), "2010Q4", levers=levers)
    link = address(view, KNOWN)
    assert 0 < len(link) < 3_000
    assert "&sets=" in link
    assert "&levers=" in link
    assert read(link, KNOWN) == view
    for key, lines in (("sets", ["events.a={at: 2010Q1}"] * 501), ("sets", ["events.a=" + "x" * 10**7]), ("sets", ["ties.table=x"])):
        packed = base64.urlsafe_b64encode(zlib.compress("\n".join(lines).encode())).decode().rstrip("=")
        with pytest.raises(ValueError, match=r"500 changes|copy this link anew|cannot change"):
            read(f"scenario=two-patrons&{key}={packed}", KNOWN)


@pytest.mark.parametrize(("text", "words"), [
    ("", "names no scenario"), ("x", "names no scenario"), ("scenario=/etc/passwd", "names no scenario"),
    ("scenario=two-patrons&x=" + "y" * LONGEST, "names no scenario"),
    ("scenario=two-patrons" + 200 * "&set=a%3Db", "names no scenario"),
    ("scenario=two-patrons&seed=x", "write a whole number"), ("scenario=two-patrons&at=2009", "is no quarter"),
    ("scenario=two-patrons&set=ties.table%3Dsecret.csv", "which the page cannot change"),
    ("scenario=two-patrons&set=extends%3D/etc/passwd", "which the page cannot change"),
    ("scenario=two-patrons&set=events.a.b%3D1", "which the page cannot change"),
    ("scenario=two-patrons&set=events.gift%3D{at: 2010Q1, forgive: {table: secret.csv}}", "table"),
    ("scenario=two-patrons&set=patrons.USA.mission%3Dmuch", "mission"),
    ("scenario=two-patrons&lever=patrons.USA.mission%3Dmuch", "mission"),
    ("scenario=two-patrons&lever=ties.table%3Dsecret.csv", "which the page cannot change"),
    ("scenario=two-patrons&sets=!!", "copy this link anew"), ("scenario=two-patrons&brush=rent", "is no limit such as"),
    ("scenario=two-patrons&brush=rent:0:nan", "is no limit such as"), ("scenario=two-patrons&brush=:0:1", "is no limit such as"),
    ("scenario=two-patrons&brush=a:0:1&brush=a:0:2", "more limits than"), ("scenario=two-patrons&runs=200", "cannot make"),
    ("scenario=two-patrons&moved=patrons.USA.mission", "cannot make"),
    ("scenario=two-patrons&runs=5000&moved=patrons.USA.mission", "cannot make"),
    ("scenario=two-patrons&runs=9&moved=patrons.USA.mission&folder=runs/x", "cannot make"),
    ("scenario=two-patrons&runs=9&moved=ties.table", "which the page cannot change"),
    ("scenario=two-patrons&folder=" + "x" * 501, "more limits than"),
])  # fmt: skip
def test_a_link_that_says_something_else_changes_nothing(text, words):
    desk = page()
    desk.step()
    shown = desk.model.value
    follow(desk, text)
    assert words in desk.problem.value
    assert (desk.model.value, desk.setup) == (shown, Setup("two-patrons"))


@pytest.mark.parametrize(("more", "words"), [
    ("&at=1980Q1", "1980Q1 lies outside the period of us-stays, 2000Q1 to"), ("&rival=other:nowhere", "no run 'other:nowhere'"),
])  # fmt: skip
def test_a_link_whose_place_there_is_not_says_so_and_the_next_good_one_takes_that_back(more, words):
    desk = page()
    desk.sources = KNOWN
    follow(desk, "scenario=us-stays&seed=3&run=0" + more)
    assert words in desk.problem.value
    assert (desk.setup, desk.model.value.story.now) == (Setup("us-stays", None, (), 3), 0)
    follow(desk, "scenario=us-stays&seed=3&run=0&tab=Influence")
    assert (desk.problem.value, desk.tab.value) == ("", 1)


def test_levers_that_wait_for_reset_are_in_the_address():
    desk, other = page(Setup("two-patrons", None, (("patrons.RUS.mission", "0.4"), ("patrons.USA.need.base", "30")))), page()
    desk.step()
    desk.change("patrons.USA.mission", "0.5")
    desk.change("patrons.USA.need.base", "40")
    desk.change("patrons.RUS.mission", None)
    link = written(desk)
    follow(other, link)
    assert other.problem.value == ""
    assert (other.setup, other.wanted.value) == (desk.setup, desk.wanted.value)
    assert other.trials.trial.setup == desk.trials.trial.setup, "the answer says what they would do"
    assert written(other) == link
    shown = other.model.value
    follow(other, link.replace("lever=patrons.USA.mission%3D0.5", "lever=patrons.USA.mission%3D0.6"))
    assert (other.wanted.value["patrons.USA.mission"], other.model.value) == ("0.6", shown), "the run stays where it is"
    assert other.reset()
    assert "lever=" not in written(other)
    assert dict(other.setup.changes) == {"patrons.USA.need.base": "40", "patrons.USA.mission": "0.6"}
    for one in (desk, other):
        one.close()


def test_a_link_to_another_tab_of_the_same_run_keeps_it():
    desk = page()
    desk.step()
    shown = desk.model.value
    follow(desk, written(desk).replace("Overview", "Influence"))
    assert (desk.model.value, desk.tab.value) == (shown, 1)
    follow(desk, written(desk).replace("2009Q1", "2009Q3"))
    assert (desk.model.value is shown, desk.model.value.story.now) == (False, 3)


def test_a_link_opened_while_playing_stands_still():
    desk = page()
    desk.clock.interval = 10_000
    desk.play()
    follow(desk, "scenario=two-patrons&seed=2&at=2010Q4&look=2099Q1&tab=Nowhere&client=XXX&patron=XXX&rival=XXX")
    assert (desk.state.run, desk.model.value.story.now, desk.quarter.value) == (Doing.IDLE, 8, None)


def test_a_link_from_before_something_was_chosen_to_compare_with_takes_the_choice_back():
    desk = Desk(Setup("two-patrons"), held=True)
    desk.tabs = TABS
    before, usual = written(desk), desk.rival.value
    assert desk.pick(NOTHING)
    assert written(desk) != before
    follow(desk, before)
    assert (written(desk), desk.rival.value, desk.picked) == (before, usual, False)
    desk.close()
