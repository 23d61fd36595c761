"""The panel explains what many runs say, bars of their spread, what-ifs and votes. Without a browser."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from patronage.browser.debriefing import score_rows
from patronage.browser.model import PageModel
from patronage.browser.pairing import PairsJob
from patronage.browser.panels.explained import Inquiry, _found
from patronage.browser.panels.explained_games import aim
from patronage.browser.panels.explained_seats import foreseen
from patronage.browser.panels.futures import outlook
from patronage.browser.panels.spread import of_pair
from patronage.browser.reach import PAIRS
from patronage.browser.room import DEBRIEF, GATHERING
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.games import foresight, hosting
from patronage.games.scoring import GameScore, aims
from patronage.scenario import explain
from patronage.telling.charts.base import number
from patronage.telling.charts.client import client_shares
from patronage.telling.charts.twenty import leading, panels
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
    "moved x", "vote", "vote USA", "many x", "note 1", "aim USA 0",
    "bands USA", "bands USA XXX", "twenty", "twenty 20 KGZ", "twenty 0 XXX", "twenty x KGZ", "ahead x", "pair x", "lever x",
])  # fmt: skip
def test_what_is_asked_of_nothing_finds_nothing(desk, question):
    assert told(desk, question)["title"] == "Nothing to explain"


def answer_at(desk, question, at):
    """The same of another quarter."""
    return json.loads(_found(desk, desk.model.value.story, Inquiry(question, at, True, 1, desk.model.value)))


def test_bands_and_single_runs_are_told_of_quarters_that_the_run_has_not_reached(desk):
    story, bands = desk.model.value.story, desk.bands
    last = bands.total
    assert last > story.now
    i, j = story.patrons.index("USA"), story.clients.index("KGZ")
    low, middle, high = (number(100 * float(x)) for x in bands.share[last, :, i, j])
    band = answer_at(desk, "bands USA KGZ", last)
    between = f"the middle one {middle} %, nine tenths of them from {low} to {high} %"
    assert band["value"].startswith(f"{story.quarters[last]}, {RUNS} runs: {between}")
    assert f"its base stands in {number(100 * float(bands.base[last, i, j]))} %" in band["value"]
    drawn = panels(story, bands.first, last, "KGZ")
    assert [grid["ask"] for grid in drawn["grid"]] == [f"twenty {n} KGZ" for n in range(bands.first.shape[1])]
    for n, (patron, share) in list(enumerate(leading(story, bands.first[last], "KGZ")))[:3]:
        one = answer_at(desk, drawn["grid"][n]["ask"], drawn["grid"][n]["at"])
        assert one["value"].startswith(f"{story.quarters[last]}: {story.name(patron)} leads with {number(100 * share)} %")
        assert f"--runs {n + 1} " in one["commands"][0]
        assert f"{n} as the number of the run" in one["meaning"]


def test_what_may_come_is_told_of_the_run_under_way(desk):
    story = desk.model.value.story
    desk.ahead.follow(desk.ahead.wanted(story.now))
    job = desk.ahead.latest
    job.wait()
    last = len(story.quarters) - 1
    i, j = story.patrons.index("RUS"), story.clients.index("KGZ")
    low, middle, high = (number(100 * float(x)) for x in job.band[last, :, i, j])
    ahead = answer_at(desk, "ahead RUS KGZ", last)
    assert ahead["value"] == f"100 runs: {story.quarters[last]}: the middle one {middle} %, nine tenths of them from {low} to {high} %"
    line = desk.answer.found.lines[0]
    assert told(desk, f"ahead {line.name}")["value"] == f"100 runs: {outlook(job, line)}"
    ways = dict(told(desk, "share(RUS, KGZ)")["parts"])
    assert (ways["In many runs"], ways["From here on"]) == ("bands RUS KGZ", "ahead RUS KGZ")
    assert dict(told(desk, f"outcome {line.name}")["parts"])["From here on"] == f"ahead {line.name}"
    cone = client_shares(story, story.now, "KGZ", None, None, [], job.band)
    assert "ahead RUS KGZ" in {s.get("ask") for s in cone["series"]}
    desk.ahead.stop()
    assert told(desk, "ahead RUS KGZ")["title"] == "Nothing to explain"


def test_an_outcome_over_pairs_says_what_its_row_says(desk):
    desk.pairs = PairsJob(desk.model.value.scenario, desk.setup.load, ("this", "other"), 1, lambda: None)
    desk.pairs.cells = (("outcome", "this", "other", "difference"), ("X", "1", "2", "-1"), ("Y", "3", "4", "-1"))
    try:
        outcome = next(iter(desk.model.value.scenario.outcomes))
        desk.pairs.outcomes = ("x", outcome)
        found = told(desk, f"pair {outcome}")
        assert (found["title"], found["value"]) == ("Y", "This: 3\nOther: 4\nDifference: -1")
        assert explain(desk.model.value.scenario, f"outcomes.{outcome}") in found["meaning"]
    finally:
        desk.pairs = None


def test_a_lever_says_its_value_and_its_source(desk):
    found = told(desk, f"lever {LEVER}")
    assert found["value"].endswith("; 0.4 where your lever stands")
    assert found["meaning"].endswith(explain(desk.setup.plain.load(), LEVER))


def test_a_score_is_told_to_who_played_and_in_a_room_to_nobody_before_its_debrief(desk):
    story = desk.model.value.story
    wanted = aims(story.scenario, "USA")
    score = GameScore(wanted, np.ones(len(wanted)), np.zeros((4, len(wanted))))
    room = SimpleNamespace(phase=GATHERING, scores={"USA": score}, model=desk.model.value)
    page = SimpleNamespace(room=room, player=None)
    assert aim(page, story, story.now, "USA 0") is None
    room.phase = DEBRIEF
    found = aim(page, story, story.now, "USA 0")
    assert found.title == score_rows(story, score)[0][0]
    assert "better than 100 % of 4 games" in found.value
    job = SimpleNamespace(found=score, until=story.scenario.start)
    alone = SimpleNamespace(room=None, player=SimpleNamespace(code="USA", score=job))
    assert aim(alone, story, story.now, "USA 0").value == found.value
    for rest in ("RUS 0", f"USA {len(wanted)}", "USA x", ""):
        assert aim(alone, story, story.now, rest) is None
    for k in range(len(wanted)):
        assert explained(story, None, story.now, aim(alone, story, story.now, f"USA {k}").parts[0][1]) is not None


@pytest.fixture(scope="module")
def seated():
    made = Desk(Setup("two-patrons"), held=True)
    yield made
    made.close()


@pytest.mark.parametrize(("seat", "others"), [("USA", ["KGZ"]), ("KGZ", ["RUS", "USA"])])
def test_what_stands_beside_an_order_is_told_to_who_sits_there_and_to_nobody_else(seated, seat, others):
    patron = seat == "USA"
    seated.sit(seat)
    model = seated.model.value
    at_hand, rows = foresight.outlook(model, seat) if patron else (0.0, hosting.table_of(model, seat))
    for row, other in zip(rows, others, strict=True):
        price = told(seated, f"foreseen price {seat} {other}")
        assert price["value"].startswith(f"2009Q1: {number(row['floor'])} MUSD a year")
        assert price["meaning"].endswith(explain(model.scenario, "floor F"))
        asks = [*(asks for _, asks in price["parts"]), *(asks for _, asks in told(seated, f"foreseen gain {seat} {other}")["parts"])]
        assert all(told(seated, question)["title"] != "Nothing to explain" for question in asks)
        assert f"base({seat}, {other})" in asks if patron else f"base({other}, {seat})" in asks
    nothing = [f"foreseen hand {o}" for o in others] + [f"foreseen price {o} {seat}" for o in others]
    nothing += [f"foreseen {w} {seat}" for w in ("price", "gain", "rivals", "")]
    nothing += [f"foreseen {w} {seat} {seat}" for w in ("price", "x")]
    if patron:
        assert told(seated, "foreseen hand USA")["value"] == f"2009Q1: {number(at_hand)} MUSD in the quarter"
        assert told(seated, "foreseen rivals USA KGZ")["value"] == f"2009Q1: {number(rows[0]['rivals'])} MUSD in the quarter"
    else:
        nothing += ["foreseen hand KGZ", "foreseen rivals KGZ USA"]
    assert [told(seated, question)["title"] for question in nothing] == ["Nothing to explain"] * len(nothing)
    seated.sit("")
    assert told(seated, f"foreseen price {seat} {others[0]}")["title"] == "Nothing to explain"


def test_in_a_room_nobody_is_told_what_stands_beside_the_order_of_another_seat(desk, monkeypatch):
    monkeypatch.setattr("patronage.browser.panels.explained_seats.me", lambda: "ann")
    ann = SimpleNamespace(view=lambda who: {"seat": {"ann": "RUS"}.get(who)})
    sitting = SimpleNamespace(room=ann, player=SimpleNamespace(code="USA"), model=desk.model)
    story = desk.model.value.story
    assert foreseen(sitting, story, story.now, "hand RUS").title == "At hand: Russia"
    assert foreseen(sitting, story, story.now, "hand USA") is None
    assert foreseen(sitting, story, story.now, "gain USA KGZ") is None
