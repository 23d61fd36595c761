"""The panel explains what many runs say, bars of their spread, what-ifs and votes. Without a browser."""

from __future__ import annotations

import json

import pytest

from patronage.browser.model import PageModel
from patronage.browser.panels.explained import Inquiry, _found
from patronage.browser.panels.spread import of_pair
from patronage.browser.reach import PAIRS
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.scenario import explain
from patronage.telling.explaining import explained

RUNS, LEVER = 30, "patrons.USA.mission"


@pytest.fixture(scope="module")
def desk():
    """A page with an answer, bands and a what-if whose answer was seen."""
    made = Desk(Setup("two-patrons"))
    made.begin()
    made.step(6)
    made.ensemble(RUNS)
    made.change(LEVER, "0.2")
    made.trials.trial.wait()
    made.reset()
    made.step(6)
    made.ensemble(RUNS)
    made.change(LEVER, "0.4")
    made.lasting.attempts.compare()
    for job in (made.trials.trial, made.bands, made.answer, made.lasting.attempts.job):
        job.wait()
        assert not job.failed
    yield made
    made.close()


def told(desk, question):
    """What the panel shows of a question."""
    story = desk.model.value.story
    return json.loads(_found(desk, story, Inquiry(question, story.now, True, 1, desk.model.value)))


def test_a_bar_says_how_many_runs_came_to_it(desk):
    story = desk.model.value.story
    bars = of_pair(story, desk.bands, ("USA", "KGZ"), story.now)
    here, other = (told(desk, f"spread USA KGZ {k}") for k in (bars.here, (bars.here + 10) % 20))
    assert here["title"] == f"The share of United States in Kyrgyzstan: {bars.names[bars.here]} %"
    assert here["value"].startswith(f"{bars.counts[bars.here]} of {RUNS} runs, this one among them: ")
    assert "among them" not in other["value"]
    assert explain(desk.model.value.scenario, "share(USA, KGZ)") in here["meaning"]
    assert here["parts"] == [["What it is in this run", "share(USA, KGZ)"]]


def test_a_bar_of_an_outcome_counts_the_runs_of_the_answer(desk):
    line = next(line for line in desk.answer.found.lines if line.truth)
    yes = told(desk, f"spread {line.name} 1")
    assert yes["value"].startswith(f"{int((line.values > 0).sum())} of {desk.answer.found.runs} runs")
    assert yes["title"].endswith(": yes")


def test_a_what_if_says_what_it_changed_and_how_far_that_moves(desk):
    attempts = desk.lasting.attempts
    setup, name = attempts.setup(attempts.list[1]), next(iter(attempts.job.heads))
    moved = attempts.job.found[setup.changes].outcomes[name]
    found = told(desk, f"tried 1 {name}")
    assert found["value"] == f"{PAIRS} runs: {moved.text}\nAgainst the first what-if, pair by pair: {moved.difference}"
    assert "= 0.2." in found["meaning"]
    assert f"--set {LEVER}=0.2" in found["commands"][0]
    assert told(desk, f"tried 0 {name}")["meaning"].startswith("As in the scenario.")


def test_levers_that_wait_are_told_against_the_scenario_in_force(desk):
    name = next(iter(desk.trials.trial.found))
    found = told(desk, f"moved {name}")
    assert found["value"].endswith(f"Against the scenario in force, pair by pair: {desk.trials.trial.found[name].difference}")
    assert "= 0.4." in found["meaning"]


def test_a_bloc_says_how_it_votes_and_what_it_decided():
    model = PageModel(Setup("us-withdrawal"))
    for _ in range(10):
        model.step()
    found = explained(model.story, None, model.story.now, "vote SCO")
    assert found.value == "consensus: how a bloc decides on new members and on consent"
    assert found.meaning == explain(model.scenario, "blocs.SCO.vote")
    (words, row), = found.parts
    assert "joins Shanghai Cooperation Organisation" in words
    assert ("Vote in Shanghai Cooperation Organisation", "vote SCO") in explained(model.story, None, model.story.now, row).parts


@pytest.mark.parametrize("question", [
    "spread", "spread USA KGZ", "spread USA KGZ 20", "spread USA KGZ x", "spread nothing 1", "tried", "tried 9 x", "tried 0 x",
    "moved x", "vote", "vote USA", "many x", "note 1",
])  # fmt: skip
def test_what_is_asked_of_nothing_finds_nothing(desk, question):
    assert told(desk, question)["title"] == "Nothing to explain"
