"""Levers beside the map: what the screening finds, in words, and the trial of where they stand. Without a browser."""

from __future__ import annotations

import pytest

from patronage import load_scenario, simulate
from patronage.browser import reach
from patronage.browser.levers import lever_words, levers
from patronage.browser.links import changeable
from patronage.browser.reach import PAIRS, ReachJob, TrialJob, reach_words
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.experiments.screening import factors, screen
from patronage.reports.outcomes import difference_cell
from patronage.reports.summary import level_cells, subjects
from patronage.results.comparison import compare
from patronage.results.ensemble import Statistics

MOVED = {"patrons.USA.need.base": "100"}


def done(job):
    job.wait()
    assert job.failed == ""
    return job


@pytest.fixture
def desk():
    made = Desk(Setup("two-patrons"), held=True)
    yield made
    made.close()


def test_the_levers_that_matter_are_those_of_the_screening_that_tell():
    scenario = load_scenario("two-patrons")
    job = ReachJob(scenario, 1, lambda: None)
    job.start()
    job.wait()
    table = screen(scenario, seed=1, until=scenario.end)
    telling = list(table[table["tells"]]["path"])
    assert 1 < len(telling) < len(table), "the case decides nothing"
    assert [lever.path for lever in done(job).found] == telling[: reach.MOST_LEVERS]
    assert list(job.moves) == telling[: reach.MOST_LEVERS]
    assert job.counts == (len(telling), len(factors(scenario)))
    admitted = changeable(Setup("two-patrons"))
    assert all(admitted(path) for path in telling), "a link may move what stands beside the map"


def test_the_card_says_what_is_left_out():
    rest = "What the others do cannot be told from nothing by this screening."
    assert reach_words((3, 40), 3) == f"Of 40 assumed figures 3 move an answer enough to tell. {rest}"
    assert reach_words((1, 40), 1) == f"Of 40 assumed figures 1 moves an answer enough to tell. {rest}"
    assert reach_words((9, 40), 6) == f"Of 40 assumed figures 9 move an answer enough to tell; the 6 strongest are here. {rest}"


def test_every_lever_has_words_of_its_own():
    scenario = load_scenario("two-patrons")
    found = levers(scenario)
    names = [lever_words(scenario, lever.path)[0] for lever in found]
    assert not [n for n in names if n.count(".") > 1 or "_" in n]
    assert lever_words(scenario, "patrons.USA.need.base")[0] == "United States' yearly need for bases"
    note = "Withdrawal: The mission in Afghanistan is wound down."
    assert lever_words(scenario, "events.withdrawal.at") == ("Event “withdrawal”: the quarter in which it happens", note)
    path = "events.withdrawal.set.patrons.USA.mission"
    assert lever_words(scenario, path) == ("Event “withdrawal”: United States' mission from then on", note)
    assert lever_words(scenario, "rules.threat.gain") == ("Threat per unit of instability x proximity", "")


def test_moving_a_lever_says_what_the_command_says_without_reset(desk):
    desk.change(*next(iter(MOVED.items())))
    job = done(desk.trials.trial)
    both = (load_scenario("two-patrons", MOVED), load_scenario("two-patrons"))
    sides = [Statistics(simulate(s, PAIRS, 1, record="full")) for s in both]
    rows = {r.outcome: r for r in compare(*sides).outcomes.itertuples()}
    assert [m.text for m in job.found.values()] == [cell[2] for cell in level_cells(sides[0])[1:]]
    assert {n: m.difference for n, m in job.found.items()} == {s.name: difference_cell(s, rows[s.name]) for s, _ in subjects(sides[0])}
    assert any("[" in m.difference for m in job.found.values()), "the lever moves nothing"
    assert dict(desk.setup.changes) == {}
    assert desk.model.value.scenario.digest == load_scenario("two-patrons").digest


def test_a_trial_ends_with_what_it_is_for(desk):
    desk.change(*next(iter(MOVED.items())))
    first = desk.trials.trial
    desk.change("patrons.USA.need.base", "150")
    assert first.stopped
    second = desk.trials.trial
    desk.take_back()
    assert (second.stopped, desk.trials.trial, desk.waiting) == (True, None, {})
    desk.change(*next(iter(MOVED.items())))
    assert desk.reset()
    assert desk.trials.trial is None  # the levers stand where the run stands
    desk.sit("RUS")
    desk.change("patrons.USA.need.base", "150")
    assert desk.trials.trial is None  # a game is not tried


def test_what_cannot_be_simulated_is_told():
    job = TrialJob(load_scenario("two-patrons"), Setup("two-patrons", None, (("patrons.USA.need.base", "-5"),)), lambda: None)
    job.start()
    job.wait()
    assert "ScenarioError" in job.failed


def test_too_large_a_scenario_is_not_screened(monkeypatch):
    monkeypatch.setattr("patronage.browser.setup.MOST_CELLS", 100)
    job = ReachJob(load_scenario("two-patrons"), 1, lambda: None)
    assert "too much for the page" in job.failed
    assert job.finished
