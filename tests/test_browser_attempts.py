"""Undo and redo, and what was tried side by side: the numbers of paired ensembles. Without a browser."""

from __future__ import annotations

import json

import pytest

from patronage import load_scenario, simulate
from patronage.browser.attempts import MOST_ATTEMPTS, in_words
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.reach import PAIRS
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.reports.outcomes import difference_cell, mean_text
from patronage.reports.summary import subjects
from patronage.results.comparison import compare
from patronage.results.ensemble import Statistics

LEVER = "patrons.USA.need.base"
EVENT = order_event(next(o for o in ORDERS if o.act == "forgive"), "2010Q4", "RUS", "KGZ", 40.0)


@pytest.fixture
def desk():
    made = Desk(Setup("two-patrons"), held=True)
    yield made
    made.close()


def state(desk):
    return desk.setup, dict(desk.wanted.value), desk.model.value.world.quarter


def test_every_change_can_be_undone_and_done_again(desk):
    undoing, states = desk.lasting.undoing, []
    assert (undoing.can_undo, undoing.can_redo) == (False, False)
    for change in (
        lambda: desk.change(LEVER, "40"), lambda: desk.change("patrons.USA.mission", "0.5"), desk.reset,
        lambda: desk.fire("now_forgive_1", EVENT), desk.take_back, lambda: desk.change(LEVER, None), desk.reset,
    ):  # fmt: skip
        states.append(state(desk))
        change()
        if change != desk.reset:
            desk.step()
    done = [s for i, s in enumerate(states) if i == 0 or s[:2] != states[i - 1][:2]]
    assert len(done) >= 6, "the case undoes nothing"
    last = state(desk)
    for before in reversed(done):
        undoing.undo()
        assert state(desk)[:2] == before[:2]
    assert not undoing.can_undo
    while undoing.can_redo:
        undoing.redo()
    assert state(desk) == last


def test_undoing_an_event_brings_back_the_run_as_it_was_when_it_was_fired(desk):
    for _ in range(5):
        desk.step()
    before = state(desk), desk.model.value.story.array("share").tolist()
    desk.fire("now_forgive_1", EVENT)
    for _ in range(4):
        desk.step()
    desk.lasting.undoing.undo()
    assert (state(desk), desk.model.value.story.array("share").tolist()) == before


def test_going_on_beyond_the_period_is_a_change_of_its_own(desk):
    desk.step()
    desk.fire("now_forgive_1", EVENT)
    while desk.model.value.running:
        desk.step()
    desk.change(LEVER, "40")
    ended, share = state(desk), desk.model.value.story.array("share").tolist()
    desk.extend(8)
    longer = state(desk)
    desk.step()
    desk.lasting.undoing.undo()
    assert (state(desk), desk.model.value.story.array("share").tolist()) == (ended, share), "the event is there still"
    desk.lasting.undoing.redo()
    assert state(desk)[:2] == longer[:2]
    assert desk.model.value.world.quarter == longer[2] + 1
    for _ in range(2):
        desk.lasting.undoing.undo()
    assert (desk.waiting, len(desk.setup.changes)) == ({}, 1)
    desk.lasting.undoing.undo()
    assert (desk.setup, desk.model.value.story.now) == (Setup("two-patrons"), 1)


def test_a_slider_that_is_drawn_along_is_one_change(desk):
    for value in ("30", "40", "50"):
        desk.change(LEVER, value)
    desk.lasting.undoing.undo()
    assert desk.wanted.value == {}
    desk.lasting.undoing.redo()
    assert desk.wanted.value == {LEVER: "50"}
    desk.change(LEVER, "60")
    assert not desk.lasting.undoing.can_redo
    desk.lasting.undoing.undo()
    assert desk.wanted.value == {LEVER: "50"}, "what follows an undo is a change of its own"


def test_another_scenario_begins_anew_and_a_game_cannot_be_undone(desk):
    desk.change(LEVER, "40")
    desk.sit("RUS")
    assert not desk.lasting.undoing.can_undo
    desk.open(Setup("us-stays"))
    assert (desk.lasting.undoing.can_undo, desk.lasting.attempts.list) == (False, ((),))


def test_what_was_tried_says_what_paired_ensembles_say(desk):
    attempts = desk.lasting.attempts
    desk.change(LEVER, "100")
    desk.trials.trial.wait()
    desk.change(LEVER, "20")
    desk.reset()
    desk.fire("now_forgive_1", EVENT)
    tried = [dict(c) for c in attempts.list]
    assert tried == [{}, {LEVER: "100"}, {LEVER: "20"}, {LEVER: "20", "events.now_forgive_1": EVENT}]
    attempts.compare()
    job = attempts.job
    job.wait()
    assert (job.failed, job.finished) == ("", True)
    first, *others = (Statistics(simulate(load_scenario("two-patrons", changes or None), PAIRS, 1)) for changes in tried)
    for changes, mine in zip(tried[1:], others, strict=True):
        rows = {r.outcome: r for r in compare(mine, first).outcomes.itertuples()}
        found = job.found[attempts.setup(tuple(sorted(changes.items()))).changes].outcomes
        expected = {s.name: (mean_text(s, v), difference_cell(s, rows[s.name])) for s, v in subjects(mine) if s.name in job.heads}
        assert {name: (m.text, m.difference) for name, m in found.items()} == expected
        assert len(expected) > 0
    assert len({m.difference for f in job.found.values() for m in f.outcomes.values()}) > 2, "the case tells nothing"


def test_the_list_is_in_words_leads_back_and_ends(desk):
    attempts, plain = desk.lasting.attempts, Setup("two-patrons")
    assert in_words(plain, ()) == "as in the scenario"
    gone = "Surplus: Equipment left over from the mission is handed over, valued as a …"
    assert in_words(plain, ((LEVER, "40"), ("events.surplus", "~"))) == f"United States' yearly need for bases = 40; without “{gone}”"
    assert in_words(plain, (("events.now_forgive_1", EVENT),)) == "Forgive debt: Russia, Kyrgyzstan, 2010Q4"
    desk.change(LEVER, "40")
    desk.reset()
    for _ in range(3):
        desk.step()
    attempts.open(())
    assert (desk.setup, desk.model.value.story.now) == (plain, 3)
    desk.lasting.undoing.undo()
    assert dict(desk.setup.changes) == {LEVER: "40"}
    attempts.remove(())
    assert attempts.list == (((LEVER, "40"),),)
    for n in range(MOST_ATTEMPTS + 5):
        attempts.add(((LEVER, str(n)),))
    assert len(attempts.list) == MOST_ATTEMPTS
    assert (attempts.list[0], attempts.list[-1]) == (((LEVER, "40"),), ((LEVER, str(MOST_ATTEMPTS + 4)),))


def test_the_list_outlasts_the_session_and_what_comes_back_is_checked(desk):
    attempts = desk.lasting.attempts
    assert attempts.kept == "[]"
    for value in ("40", "50"):
        desk.change(LEVER, value)
        desk.reset()
    desk.fire("now_forgive_1", EVENT)
    kept, tried = json.loads(attempts.kept), attempts.list
    assert len(tried) == len(kept) == 4
    other = Desk(Setup("us-stays"), held=True)
    anew = other.lasting.attempts
    anew.bring(kept)
    assert anew.list == ((),), "of another scenario"
    other.open(Setup("two-patrons", None, ((LEVER, "60"),)))
    anew.bring(["", "x", 3, None, kept[1].replace(LEVER, "ties.table"), "scenario=/etc/passwd", kept[1] + "y" * 20_000])
    assert anew.list == ((), ((LEVER, "60"),))
    for nonsense in (None, 3, "x", {"a": 1}, [[1]]):
        anew.bring(nonsense)
    assert anew.list == ((), ((LEVER, "60"),))
    anew.bring(kept)
    assert anew.list == (*tried, ((LEVER, "60"),))
    anew.bring(kept)
    assert anew.list == (*tried, ((LEVER, "60"),)), "once"
    anew.bring([kept[1].replace("40", str(n)) for n in range(100, 100 + 2 * MOST_ATTEMPTS)])
    assert (len(anew.list), ((LEVER, "60"),) in anew.list) == (MOST_ATTEMPTS, True)
    other.close()
