"""The answer card: many runs in the words of the command, one run as far as it has come. Without a browser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.browser import answering, pairing
from patronage.browser.answering import AnswerJob, answer, at_the_time, command, this_run
from patronage.browser.model import PageModel
from patronage.browser.panels.compare import PAIRS as COMPARED
from patronage.browser.panels.compare import commanded
from patronage.browser.rivals import NOTHING
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.cli.app import app
from patronage.reports.summary import answers, headline_outcomes, level_cells, outcome_cells, pair_answers
from patronage.reports.words import number
from patronage.results.comparison import compare
from patronage.results.ensemble import Statistics
from patronage.scenario import load_text
from patronage.telling.history import labelled_bases

OUTCOMES = b"""
extends: two-patrons
outcomes:
  mean_share: {measure: "share(USA, KGZ)", from: 2009Q3, to: 2010Q4, reduce: mean}
  paid: {measure: "arms_delivered(RUS, KGZ)", from: 2009Q2, to: 2011Q4, reduce: sum}
  ever: {measure: "share(RUS, KGZ) > 0.5", reduce: any, answers: yes}
  stands: {measure: "base(USA, KGZ)", answers: yes}
  late: {measure: "share(USA, KGZ)", from: 2012Q1, to: 2012Q1}
"""


@pytest.fixture(scope="module")
def setup():
    return Setup("mine.yaml", OUTCOMES)


@pytest.fixture(scope="module")
def model(setup):
    made = PageModel(setup)
    while made.running:
        made.step()
    return made


@pytest.fixture(scope="module")
def result(setup):
    return simulate(setup.load(), 20, 1, record="lean")


def test_many_runs_are_told_in_the_words_of_the_command(result):
    found, statistics = answer(result), Statistics(result)
    assert [(line.title, line.when, line.text) for line in found.lines] == level_cells(statistics)[1:]
    told = [f"{x.title}, {x.when}: {x.text}.{' ' + x.cause if x.cause else ''}" for x in found.lines if x.leads]
    assert told == answers(statistics)
    assert len(told) == 2


def test_without_a_marked_answer_the_first_outcomes_lead(result):
    plain = load_text(OUTCOMES.decode().replace(", answers: yes", ""))
    found = answer(simulate(plain, 2, 1, record="lean"))
    assert [line.leads for line in found.lines] == [i < answering.MOST_LEADING for i in range(len(found.lines))]


def test_one_run_ends_with_the_outcomes_of_the_engine(model, result):
    story = model.story
    for name, values in result.outcomes.items():
        assert story.outcome(name, story.now) == values.iloc[0], name
    share = story.array("share")[:, story.patrons.index("USA"), 0]
    assert story.outcome("mean_share", 5) == pytest.approx(share[3:6].mean())  # so far, of 2009Q3 to 2010Q1
    assert np.isnan(story.outcome("mean_share", 2))
    assert story.outcome("mean_share", 8) == story.outcome("mean_share", 12) == pytest.approx(share[3:9].mean())


def test_one_run_is_told_as_far_as_it_has_come(model, result):
    story, lines = model.story, {line.name: line for line in answer(result).lines}
    share = story.array("share")[:, story.patrons.index("USA"), 0]
    assert this_run(story, lines["late"], 0) == f"{number(share[0])}, in 2008Q4"
    assert this_run(story, lines["late"], 5) == f"{number(share[5])}, in 2010Q1"
    below = 100 * (result.outcomes["late"] < story.outcome("late", story.now)).mean()
    assert this_run(story, lines["late"], story.now) == f"{number(share[13])}, above {below:.0f}\u00a0% of runs"
    assert this_run(story, lines["paid"], 1) == "read from 2009Q2 on"
    assert this_run(story, lines["paid"], 5).endswith(" MUSD, so far")
    stands = bool(story.at("base", 4)[story.patrons.index("USA"), 0])
    assert this_run(story, lines["stands"], 4) == ("it stands" if stands else "it does not stand") + ", in 2009Q4"
    assert np.isnan(at_the_time(story, story.scenario.outcomes["ever"].expression, 3))


def test_a_run_among_many_of_the_same_value_is_not_told_as_above_the_rest(model, result):
    lines = {line.name: line for line in answer(result).lines}
    here = result.outcomes["late"].iloc[0]

    def told(name, values):
        return this_run(model.story, replace(lines[name], values=np.asarray(values)), model.story.now)

    assert told("late", [here] * 19 + [here + 0.1]).endswith(", as in 95\u00a0% of runs")
    assert told("late", [here - 0.1] * 10 + [here] + [here + 0.1] * 9).endswith(", above 50\u00a0% of runs")


def test_bases_bear_the_names_that_labels_or_the_scenario_give_them():
    assert labelled_bases(load_scenario("us-withdrawal")) == {("USA", "KGZ"): "Manas"}
    assert PageModel(Setup("us-withdrawal")).story.contract_name("USA", "KGZ") == "Manas"
    assert PageModel(Setup("us-withdrawal")).story.contract_name("USA", "UZB") == "Karshi-Khanabad"
    assert PageModel(Setup("us-withdrawal")).story.contract_name("USA", "TJK") == "United States in Tajikistan"


def test_a_small_ensemble_is_followed_by_a_large_one_where_it_came_quickly(setup, monkeypatch):
    for seed, (quick, runs) in enumerate(((60.0, 6), (0.0, 3))):
        monkeypatch.setattr(answering, "SIZES", (3, 6))
        monkeypatch.setattr(answering, "QUICK", quick)
        told = []
        job = AnswerJob(setup.load(), seed, lambda told=told: told.append(1))
        job.start()
        job.wait()
        assert (job.found.runs, job.failed, job.finished) == (runs, "", True)
        assert told


def test_an_ensemble_that_nobody_wants_any_more_ends(setup):
    job = AnswerJob(setup.load(), 1, lambda: None)
    job.stop()
    job.work()
    assert job.found is None


def test_the_question_is_asked_anew_only_where_it_is_another(setup, monkeypatch):
    monkeypatch.setattr(answering, "SIZES", (2,))
    desk = Desk(setup, held=True)
    desk.reset()
    assert desk.answer is None  # the page has not been sent
    desk.begin()
    first = desk.answer
    first.wait()
    desk.reset()
    assert desk.answer is first
    desk.seed.value = "2"
    desk.reset()
    second = desk.answer
    assert (second is first, second.seed) == (False, 2)
    desk.close()
    assert second.stopped
    second.wait()


def plain(text):
    """Words on one line, with plain spaces."""
    return " ".join(text.split())


def test_two_sides_are_compared_in_pairs_in_the_words_of_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(pairing, "PAIRS", 12)
    desk = Desk(Setup("two-patrons"), held=True)
    desk.pick("without:withdrawal")
    desk.pair_up()
    job = desk.pairs
    job.wait()
    names = ("this", "the same without “withdrawal”")
    sides = [Statistics(simulate(s, 12, 1, record="full"))
             for s in (load_scenario("two-patrons"), load_scenario("two-patrons", {"events.withdrawal": "~"}))]  # fmt: skip
    found = compare(*sides)
    assert job.failed == ""
    assert list(job.sentences.values()) == pair_answers(sides[0], found, names, headline_outcomes(sides[0], found))
    assert job.sentences
    heads, *rows = job.cells
    assert len(rows) == len(sides[0].scenario.outcomes) == 4
    assert sorted(r[1:] for r in rows) == sorted(r[1:] for r in outcome_cells(sides[0], found, names)[1:])
    assert heads[1:3] == names
    assert commanded(desk) == f"patronage compare two-patrons --against 'events.withdrawal=~' --runs {COMPARED} --seed 1"
    words = commanded(desk).replace("'", "").replace(f"--runs {COMPARED}", "--runs 12").split()[1:]
    words += ["--no-figures", "--out", str(tmp_path / "a")]
    says = plain(CliRunner().invoke(app, words, catch_exceptions=False).output)
    here, there = "two-patrons", "two-patrons-withdrawal-removed"
    assert [s for s in job.sentences if plain(s.replace(names[1], there)).replace("this", here) not in says] == []
    desk.pair_up()
    assert desk.pairs is job  # it is done
    desk.pick(NOTHING)
    desk.pair_up()
    assert desk.pairs is None


def test_the_command_says_the_same():
    setup = Setup("two-patrons", None, (("patrons.USA.mission", "0.5"),), 7, 2)
    assert command(setup, 500) == "patronage run two-patrons --runs 500 --seed 7 --set patrons.USA.mission=0.5"
