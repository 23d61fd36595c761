"""Buttons of the page: where they lead, and that one with the focus stays while the page is drawn anew. Without a browser."""

from __future__ import annotations

import json
import threading
import time

import ipyvuetify as v
import numpy as np
import pytest
import solara

from patronage import load_scenario
from patronage.browser.answering import AnswerJob, Level, Levels
from patronage.browser.app import TABS
from patronage.browser.attempts import AttemptsJob
from patronage.browser.levers import levers
from patronage.browser.pairing import PairsJob
from patronage.browser.panels import compare
from patronage.browser.panels.answer import AnswerCard, TrialCard
from patronage.browser.panels.attempts import Tried
from patronage.browser.panels.moving import LeversCard
from patronage.browser.panels.whatif import SHOWN, Orders, WhatIf
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk

LEVER = "patrons.USA.need.base"


@pytest.fixture
def desk():
    """A page of which what is computed beside it draws nothing: a test that presses a button then sees what came of it."""
    made = Desk(Setup("two-patrons"), held=True)
    made.tabs, notify = tuple(TABS), made.notify
    made.notify = lambda: notify() if threading.current_thread() is threading.main_thread() else None
    yield made
    made.close()


@pytest.fixture
def drawn(desk):
    """Draws a part of the page, once more whenever the page would be."""
    pages = []

    def draw(part):
        @solara.component
        def whole():
            desk.ticks.get()
            with solara.Div():
                part()

        box, page = solara.render(whole(), handle_error=False)
        pages.append(page)
        return box

    yield draw
    for page in pages:
        page.close()


def ways(widget, before=()):
    """Everything on the page in order, each with all that it stands in."""
    here = (*before, widget)
    yield here
    for child in getattr(widget, "children", ()):
        if not isinstance(child, str):
            yield from ways(child, here)


def says(box, words):
    """Whether these words stand somewhere."""
    return any(words in str(child) for w in ways(box) for child in getattr(w[-1], "children", ()) if isinstance(child, str))


def place(box, wanted):
    """The first of its kind: how much stands before it, and all that it stands in."""
    return next((i, w) for i, w in enumerate(ways(box)) if wanted(w[-1]))


def button(box, words):
    """A button with all that it stands in: where any of it is made anew, so is what has the focus."""
    return place(box, lambda w: isinstance(w, v.Btn) and words in w.children)[1]


def story(desk):
    return desk.model.value.story, desk.model.value.story.now


def test_buttons_of_what_was_tried_stay_while_it_is_computed(desk, drawn, monkeypatch):
    for value in ("40", "50"):
        desk.change(LEVER, value)
        desk.reset()
    start = AttemptsJob.start
    monkeypatch.setattr("patronage.browser.attempts.PAIRS", 2)
    monkeypatch.setattr(AttemptsJob, "start", lambda job: None)
    box = drawn(lambda: Tried(desk))
    before = button(box, "Remove")
    desk.notify()
    assert says(box, "0 of 3 are computed …")
    assert button(box, "Remove") == before
    start(desk.lasting.attempts.job)
    desk.lasting.attempts.job.wait()
    desk.notify()
    assert not says(box, "are computed …")
    assert button(box, "Remove") == before
    before[-1].click()
    assert len(desk.lasting.attempts.list) == 2
    assert button(box, "Remove") == before, "the next one takes its place"


def test_an_amount_that_is_typed_and_fired_at_once_is_the_one_that_acts(desk, drawn):
    box = drawn(lambda: Orders(desk, story(desk)[0]))
    of = lambda label: place(box, lambda w: str(getattr(w, "label", "")).startswith(label))[1][-1]  # noqa: E731
    of("What happens").v_model = "Forgive debt"
    field, fire = of("Amount"), button(box, "Fire it now")[-1]
    assert field.shown == {"text": "100", "times": 1}
    refused, done = "The amount is a number of MUSD, such as 100: '5oo' is none", "Forgive debt, 500 MUSD: will act in"
    for written, answer in (("5oo", refused), ("500", done)):
        field._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "typed", "data": written}}}, "buffers": []})
        fire.click()  # the page has not been drawn since
        assert says(box, answer)
    ((_, event),) = desk.setup.changes
    assert "500" in event


def test_the_answer_stays_when_a_tour_is_taken(desk, drawn):
    desk.begin()
    desk.answer.wait()
    box = drawn(lambda: AnswerCard(desk, *story(desk), None))
    answers = lambda: place(box, lambda w: "answers" in getattr(w, "tree_json", ""))[1]  # noqa: E731
    before = answers()
    assert button(box, "Take the tour: 2 stops")
    desk.tour.go(0)
    with pytest.raises(StopIteration):
        button(box, "Take the tour: 2 stops")
    assert answers() == before


def test_all_figures_leads_to_the_tab_where_all_are(desk, drawn):
    box = drawn(lambda: LeversCard(desk))
    before = button(box, "All figures")
    desk.begin()
    desk.trials.reach.wait()
    desk.change(LEVER, "40")
    desk.answer.wait()
    desk.trials.trial.wait()
    desk.notify()
    line = next(x for x in desk.answer.found.lines if x.leads)
    moved = desk.trials.trial.found[line.name]
    assert says(box, f"{line.title}: {moved.text}; against the scenario {moved.difference}"), "the answer may be out of sight"
    assert button(box, "Take all back")
    assert button(box, "All figures") == before
    before[-1].click()
    assert desk.tabs[desk.tab.value] == "What if"


def test_levers_of_a_file_of_ones_own_stand_beside_the_map_and_move_its_answer(desk, drawn):
    desk.begin()
    assert desk.open(Setup("mine.yaml", b"extends: two-patrons\nevents: {withdrawal: ~, surplus: ~}\n"))
    box = drawn(lambda: LeversCard(desk))
    desk.trials.reach.wait()
    desk.notify()
    levers = place(box, lambda w: hasattr(w, "levers_json"))[1][-1]
    rows = json.loads(levers.levers_json)
    assert len(rows) >= 5
    assert not [row["path"] for row in rows if row["path"].startswith("events.")], "those of the built-in scenario"
    slider = next(row for row in rows if row["places"])
    sent = {"event": "moved", "data": {"path": slider["path"], "to": 0 if slider["place"] else slider["places"]}}
    levers._handle_msg({"content": {"data": {"method": "custom", "content": sent}}, "buffers": []})
    assert list(desk.waiting) == [slider["path"]]
    desk.trials.trial.wait()
    assert (desk.trials.trial.failed, set(desk.trials.trial.found)) == ("", set(desk.model.value.scenario.outcomes))


def test_all_outcomes_leads_to_the_answer(desk, drawn):
    desk.begin()
    desk.answer.wait()
    desk.tab.value = desk.tabs.index("Ensemble")
    box = drawn(lambda: TrialCard(desk, desk.model.value.scenario, moving=False))
    before = button(box, "All outcomes")
    desk.change(LEVER, "40")
    assert button(box, "All outcomes") == before
    before[-1].click()
    assert desk.tabs[desk.tab.value] == "Overview"


def test_what_waits_for_reset_moves_no_lever_that_a_hand_may_hold(desk, drawn):
    box = drawn(lambda: WhatIf(desk, *story(desk)))
    before = place(box, lambda w: hasattr(w, "levers_json"))
    desk.change(LEVER, "40")
    assert place(box, lambda w: hasattr(w, "levers_json")) == before
    assert says(box, "Waiting for Reset: United States' yearly need for bases = 40")


def test_every_figure_of_a_long_list_can_be_reached_without_knowing_its_name(desk, drawn):
    box = drawn(lambda: WhatIf(desk, *story(desk)))
    kind = place(box, lambda w: isinstance(w, v.Select) and w.label == "Kind")[1][-1]
    kind.v_model = next(label for label in kind.items if label.startswith("Rules ("))
    paths = lambda: [row["path"] for row in json.loads(place(box, lambda w: hasattr(w, "levers_json"))[1][-1].levers_json)]  # noqa: E731
    wanted = [lever.path for lever in levers(Setup("two-patrons").load()) if lever.group == "rules"]
    assert len(wanted) > 2 * SHOWN, "the case needs no pages"
    found, turn = [paths()], lambda way: place(box, lambda w: isinstance(w, v.Btn) and str(w.children[-1]).endswith(way))[1][-1]
    while not (more := turn(" more")).disabled:
        more.click()
        found.append(paths())
    assert max(map(len, found)) == SHOWN
    assert [path for page in found for path in page] == wanted
    assert says(box, f"to {len(wanted)} of {len(wanted)}")
    turn(" before").click()
    assert paths() == found[-2]
    kind.v_model = next(label for label in kind.items if label.startswith("Ties ("))
    assert says(box, f"1 to {SHOWN} of "), "another list begins at its beginning"


def test_the_list_to_compare_with_opens_once_it_is_whole(desk, drawn, monkeypatch):
    """What is found later must not come between what a hand is about to take."""
    found = threading.Event()
    monkeypatch.setattr(compare, "alike", lambda setup: found.wait(60) and ("us-stays",))
    box = drawn(lambda: compare.Compare(desk, desk.model.value.story, 0))

    def offered():
        chosen = place(box, lambda w: isinstance(w, v.Select))[1][-1]
        return chosen.disabled, [words for words in chosen.items if "us-stays" in words]

    assert offered() == (True, [])
    found.set()
    end = time.monotonic() + 60
    while offered()[0]:
        assert time.monotonic() < end, offered()
        time.sleep(0.02)
    assert offered() == (False, ["scenario us-stays"])


def test_a_card_that_comes_in_between_leaves_the_charts_below_it(desk, drawn, monkeypatch):
    """One made anew would show its chart twice for a moment, and lose where a reader stood in it."""
    monkeypatch.setattr(compare, "alike", lambda setup: ())
    monkeypatch.setattr(desk, "twin_story", lambda: desk.model.value.story)
    box = drawn(lambda: compare.Compare(desk, desk.model.value.story, 0))
    charts = lambda: {w[-1].testid: w[-1] for w in ways(box) if hasattr(w[-1], "option_json")}  # noqa: E731
    before = charts()
    assert "means" in before
    desk.pairs = PairsJob(desk.model.value.scenario, lambda: desk.model.value.scenario, ("this", "itself"), 1, lambda: None)
    desk.notify()
    assert says(box, "pairs are being computed")
    assert charts() == before


def test_an_answer_of_another_scenario_is_none_of_this_one(desk, drawn):
    """Between two scenarios the page may be drawn with the answer of the one before."""
    before = load_scenario("us-withdrawal")
    desk.answer = AnswerJob(before, 1, lambda: None)
    asked = next(name for name in before.outcomes if name not in desk.model.value.scenario.outcomes)
    desk.answer.found = Levels(50, 1, (Level(asked, "What is asked", "2021Q4", "0.5", "", True, False, "1", "", np.zeros(50)),))
    box = drawn(lambda: AnswerCard(desk, desk.model.value.story, 0, None))
    assert not says(box, "What is asked")
    short = drawn(lambda: TrialCard(desk, desk.model.value.scenario))
    assert not says(short, "What is asked")
