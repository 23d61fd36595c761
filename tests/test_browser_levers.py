"""Levers beside the map: what the search finds, in words, and the trial of where they stand. Without a browser."""

from __future__ import annotations

import math
import threading
from dataclasses import asdict, replace

import pytest

from patronage import compiling, load_scenario, simulate
from patronage.browser import jobs, kept, reach
from patronage.browser.answering import SIZES, AnswerJob
from patronage.browser.kept import Shelf
from patronage.browser.levers import Lever, lever_words, levers
from patronage.browser.links import changeable
from patronage.browser.panels.moving import moved_to
from patronage.browser.reach import ReachJob, TrialJob
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.experiments.levering import Screening, questions
from patronage.experiments.screening import screen
from patronage.reports.outcomes import difference_cell
from patronage.reports.summary import level_cells, subjects
from patronage.results.comparison import compare
from patronage.results.ensemble import Statistics
from patronage.telling.moving import Counts, moves_words

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


def reach_job(seed=1):
    """Pages that ask the same are given the same answer: another seed asks anew."""
    job = ReachJob(Setup("two-patrons", seed=seed), lambda: None)
    job.start()
    return done(job)


def test_the_levers_that_matter_are_those_of_the_search():
    job = reach_job()
    scenario, leading = questions(load_scenario("two-patrons"), "KGZ")
    ranges = [reach.range_of(lever) for lever in levers(load_scenario("two-patrons"))]
    load = lambda path, value: load_scenario("two-patrons", {path: str(value)})  # noqa: E731
    moved = Screening(scenario, leading, 1, load, lambda _: None).found(ranges)
    told = [m for m in moved if m.best.tells]
    assert len(told) > reach.MOST_LEVERS
    assert [lever.path for lever in job.found] == list(job.moves) == [m.path for m in told[: reach.MOST_LEVERS]]
    assert list(job.moves.values()) == [moves_words(scenario, m) for m in told[: reach.MOST_LEVERS]]
    assert job.counts == Counts(len(ranges), len(moved), len(told), reach.MOST_LEVERS)
    assert {lever.kind for lever in job.numbers} == {"number"}
    admitted = changeable(Setup("two-patrons"))
    assert all(admitted(m.path) for m in moved), "a link may move what stands beside the map"


def test_a_date_is_tried_five_years_either_way_within_the_period():
    found = {lever.path: reach.range_of(lever).ends for lever in levers(load_scenario("us-withdrawal")) if lever.kind == "date"}
    assert found["events.withdrawal.at"] == ("2007Q1", "2017Q1")
    assert found["events.american_mission.at"] == ("2000Q1", "2006Q4")


def test_five_levers_are_at_hand_where_fewer_can_be_told(monkeypatch):
    whole = Screening.found

    def found(self, ranges):
        return [m if i < 2 else replace(m, best=replace(m.best, tells=False)) for i, m in enumerate(whole(self, ranges))]

    monkeypatch.setattr(Screening, "found", found)
    job = reach_job(seed=2)
    unsure = [words.startswith("cannot be told from nothing; ") for words in job.moves.values()]
    assert unsure == [False] * 2 + [True] * 3
    assert (job.counts.sure, job.counts.shown, len(job.found)) == (2, 5, 5)


def test_where_there_is_no_time_for_all_the_screening_of_reports_says_which_to_try(monkeypatch):
    monkeypatch.setattr("patronage.experiments.levering.MOST_WORK", 1)
    scenario = load_scenario("two-patrons")
    table = screen(scenario, seed=3, until=scenario.end)
    job = reach_job(seed=3)
    assert job.counts.tried == len(table)
    assert {lever.path for lever in job.found} <= set(table["path"])


def test_the_answer_comes_before_the_search():
    answer = AnswerJob(load_scenario("two-patrons"), 5, lambda: None)
    job = ReachJob(Setup("two-patrons", seed=5), lambda: None, answer)
    job.start()
    job.wait(0.5)
    assert job.waiting
    answer.start()
    assert done(job).finished
    assert answer.finished


def test_a_search_that_nobody_wants_ends():
    job = ReachJob(Setup("two-patrons", seed=4), lambda: None)
    job.stop()
    job.start()
    job.wait()
    assert (job.found, job.finished) == ((), False)


def test_every_lever_has_words_of_its_own():
    scenario = load_scenario("two-patrons")
    found = levers(scenario)
    names = [lever_words(scenario, lever.path)[0] for lever in found]
    assert not [n for n in names if n.count(".") > 1 or "_" in n]
    assert lever_words(scenario, "patrons.USA.need.base")[0] == "United States' yearly need for bases"
    note = "Withdrawal: The mission in Afghanistan is wound down."
    assert lever_words(scenario, "events.withdrawal.at") == ("Event “withdrawal”: the quarter in which it happens", note)
    path = "events.withdrawal.set.patrons.USA.mission"
    whose = "United States' mission (operational need for bases)"
    assert lever_words(scenario, path) == (f"Event “withdrawal”: {whose} from then on", note)
    assert lever_words(scenario, "rules.threat.gain") == ("Threat per unit of instability x proximity", "")


def test_moving_a_lever_says_what_the_command_says_without_reset(desk):
    desk.change(*next(iter(MOVED.items())))
    job = done(desk.trials.trial)
    both = (load_scenario("two-patrons", MOVED), load_scenario("two-patrons"))
    sides = [Statistics(simulate(s, SIZES[-1], 1, record="full")) for s in both]
    rows = {r.outcome: r for r in compare(*sides).outcomes.itertuples()}
    assert (job.pairs, job.finished) == (SIZES[-1], True)
    assert [m.text for m in job.found.values()] == [cell[2] for cell in level_cells(sides[0])[1:]]
    assert {n: m.difference for n, m in job.found.items()} == {s.name: difference_cell(s, rows[s.name]) for s, _ in subjects(sides[0])}
    assert any("[" in m.difference for m in job.found.values()), "the lever moves nothing"
    assert dict(desk.setup.changes) == {}
    assert desk.model.value.scenario.digest == load_scenario("two-patrons").digest


def test_a_few_pairs_are_told_at_once_and_followed_by_as_many_as_the_answer_has(monkeypatch):
    monkeypatch.setattr(reach, "SIZES", (3, 6))

    def seen():
        found = []
        job = TrialJob(load_scenario("two-patrons"), Setup("two-patrons", None, tuple(MOVED.items())), lambda: found.append(job.pairs))
        job.start()
        assert done(job).finished
        return found

    monkeypatch.setattr(reach, "QUICK", 60.0)
    assert seen() == [3, 6]
    monkeypatch.setattr(reach, "QUICK", -1.0)
    assert seen() == [3]
    monkeypatch.setattr(reach, "QUICK", 60.0)
    monkeypatch.setattr(reach, "too_many", lambda _, runs: "too many" if runs > 3 else "")
    assert seen() == [3, 3]


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
    job = ReachJob(Setup("two-patrons"), lambda: None)
    assert "too much for the page" in job.failed
    assert job.finished


NUMBER = Lever("patrons.USA.mission", "number", "0.503", 0.0, 1.0, "1")
DATE = Lever("events.withdrawal.at", "date", "2013Q4", 8052, 8060)
SWITCH = Lever("mechanisms.coups", "switch", "on")
CHOICE = Lever("blocs.CSTO.vote", "choice", "consensus", words=("consensus", "majority"))


@pytest.mark.parametrize(
    ("lever", "to", "word"),
    [
        (NUMBER, 0, "0"), (NUMBER, 100, "1"), (NUMBER, 33, "0.33"), (NUMBER, 50, "0.503"),  # where it stood: exactly that
        (DATE, 0, "2013Q1"), (DATE, 8, "2015Q1"),
        (SWITCH, "off", "off"), (CHOICE, "majority", "majority"),
        *((NUMBER, nonsense, None) for nonsense in (101, -1, 3.5, True, None, "50", "0.5", [1], math.nan, math.inf, 1e300)),
        (DATE, 9, None), (DATE, "2014Q1", None), (SWITCH, True, None), (SWITCH, "maybe", None),
        (CHOICE, "chance", None), (CHOICE, 0, None),
    ],
)  # fmt: skip
def test_a_lever_is_moved_to_where_it_can_stand(lever, to, word):
    assert moved_to(lever, lever.value, to) == word


def test_a_figure_that_was_typed_or_linked_keeps_its_digits():
    assert moved_to(NUMBER, "0.337", 34) == "0.337", "the slider is put there, and says so"
    assert moved_to(NUMBER, "0.337", 35) == "0.35"
    assert moved_to(NUMBER, "0.337", 50) == "0.503"


def test_large_figures_are_written_out():
    assert moved_to(Lever("states.KAZ.gdp", "number", "150000", 100_000.0, 200_000.0, "MUSD"), "150000", 77) == "177000"


def test_levers_once_found_are_there_at_the_next_start_and_for_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(reach, "SHELF", shelf := Shelf())
    told = reach_job(6)
    assert not list(tmp_path.iterdir()), "only what serves the page keeps anything"
    shelf.keep_in(tmp_path)
    searched, whole, once = [], Screening.found, {}

    def found(search, ranges):
        searched.append(search.seed)
        if search.seed not in once:
            once[search.seed] = whole(search, ranges)
        return once[search.seed]

    monkeypatch.setattr(Screening, "found", found)
    answers = jobs._answers  # emptied, as by a new start

    def anew(seed=6):
        answers.clear()
        job = reach_job(seed)
        return job.found, job.numbers, job.moves, job.counts

    mine = (told.found, told.numbers, told.moves, told.counts)
    assert [anew(), anew(), anew(7) == mine, anew(7) == mine] == [mine, mine, False, False]
    assert len(searched) == 2
    for number, damage in enumerate(("no JSON", "[]", '{"paths": ["patrons.NOBODY.mission"]}'), start=3):
        for file in (tmp_path / "found").glob("*.json"):
            file.write_text(damage)
        assert (anew(), len(searched)) == (mine, number)
    monkeypatch.setattr(kept, "whole_digest", lambda: "another program")
    assert (anew(), len(searched)) == (mine, 6)


def test_two_processes_search_for_the_same_once(tmp_path, monkeypatch):
    monkeypatch.setattr(reach, "SHELF", shelf := Shelf())
    shelf.keep_in(tmp_path)
    monkeypatch.setattr(Screening, "found", lambda *_: pytest.fail("it is searched twice"))
    scenario = load_scenario("two-patrons")
    question = f"levers {scenario.digest} 8 {compiling.way() == 'never'}"
    job, leaver = (ReachJob(Setup("two-patrons", seed=8), lambda: None) for _ in range(2))
    with shelf.alone(question, lambda: True):  # as another process does
        threads = [threading.Thread(target=j.work) for j in (job, leaver)]
        for thread in threads:
            thread.start()
        leaver.stop()
        threads[1].join(60)
        assert (threads[1].is_alive(), threads[0].is_alive(), leaver.found) == (False, True, ())
        path = levers(scenario)[0].path
        shelf.write(question, {"paths": [path], "numbers": [], "moves": {path: "much"}, "counts": asdict(Counts())})
    threads[0].join(60)
    assert (job.finished, [lever.path for lever in job.found], job.moves) == (True, [path], {path: "much"})


def test_a_full_disk_keeps_nothing_and_hinders_nobody(tmp_path):
    shelf = Shelf()
    (tmp_path / "file").write_text("")
    shelf.keep_in(tmp_path / "file")
    shelf.write("levers", {"found": 1})
    with shelf.alone("levers", lambda: True):
        assert shelf.read("levers") is None
    shelf.keep_in(tmp_path)
    for number in range(kept.MOST + 2):
        with shelf.alone(f"levers {number}", lambda: True):
            shelf.write(f"levers {number}", {"found": number})
    assert len(list((tmp_path / "found").glob("*.json"))) == kept.MOST
    assert len(list((tmp_path / "found").glob("*.lock"))) == kept.MOST
    assert shelf.read(f"levers {number}") == {"found": number}
