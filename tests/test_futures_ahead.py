"""Futures of the run on the page: its own past, whatever was done in it, and other luck from the quarter shown. Without a browser."""

from __future__ import annotations

import numpy as np
import pytest

from patronage import simulate
from patronage.browser import futures
from patronage.browser.answering import answer
from patronage.browser.futures import Ahead, FuturesJob, fresh
from patronage.browser.game import Game, dated
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.model import PageModel
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.games.orders import Decision
from patronage.scenario import quarter_name

NOW = 5
"""Quarters that have passed."""
OWN = np.array([0], np.uint64)
"""The luck of the run itself."""


def done(job):
    job.start()
    job.wait()
    assert not job.failed, job.failed
    assert job.finished
    return job


def finished(model):
    while model.running:
        model.step()
    return model.story.array("share")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(futures, "DELAY", 0.0)


@pytest.fixture(scope="module")
def fired():
    """A run in which debt was forgiven and an order stands, neither of them in the scenario as it is written."""
    player = Game("USA")
    model = PageModel(Setup("two-patrons"), player)
    for _ in range(NOW - 1):
        model.step()
    at = model.world.quarter + 1
    forgive = next(o for o in ORDERS if o.act == "forgive")
    event = order_event(forgive, quarter_name(at), "RUS", "KGZ", 400.0)
    model.go_on(model.setup.with_changes(dict(model.setup.changes) | {"events.now": event}))
    player.order(quarter_name(at), Decision(offers={"KGZ": 1.0}), {})
    model.step()
    return model, player


def test_with_its_own_luck_a_future_is_the_run_to_the_last_bit(fired):
    model, player = fired
    until = model.world.quarter
    lucks = np.concatenate([OWN, fresh(0, 6)])
    orders = {"USA": dated(player)}
    job = done(FuturesJob(model.scenario, 1, 0, until, lambda: None, orders, lucks))
    past = model.story.array("share")
    assert (job.share[:, : NOW + 1] == past).all(), "what has happened is the same in all"
    assert any(name == "now" for _, name, what in model.story.log if what == "fired")
    whole = finished(model)
    assert (job.share[0] == whole).all()
    other = job.share[1:, NOW + 1 :]
    assert (other != whole[NOW + 1 :]).any(axis=(1, 2, 3)).all(), "no other future is it"
    assert (other[:, 0] != whole[NOW + 1]).any(axis=(1, 2)).all(), "it differs from the very next quarter on"
    assert len({x.tobytes() for x in other}) == 6
    plain = done(FuturesJob(model.scenario, 1, 0, until, lambda: None, None, OWN))
    assert (plain.share[0] != whole).any(), "the orders count"


def test_the_band_begins_at_the_run_and_is_that_of_all_futures():
    scenario = Setup("two-patrons").load()
    job = done(FuturesJob(scenario, 1, 3, scenario.start + 2, lambda: None, None, fresh(3, 8)))
    run = simulate(scenario, 1, 1, first=3, record="lean").data["share"].values[0]
    assert np.isnan(job.band[:3]).all()
    assert (job.band[3] == run[2].astype(job.band.dtype)).all(), "the quarter shown is known"
    low, middle, high = job.band[-1]
    expected = np.quantile(job.share[:, -1], (0.05, 0.5, 0.95), axis=0)
    assert (low == expected[0]).all()
    assert (middle == expected[1]).all()
    assert (high > low).any()


def test_from_the_beginning_the_futures_are_an_ensemble_with_its_words():
    scenario = Setup("two-patrons").load()
    job = done(FuturesJob(scenario, 1, 0, scenario.start - 1, lambda: None, None, np.arange(9, dtype=np.uint64)))
    result = simulate(scenario, 9, 1, record="lean")
    assert (job.share[:, 1:] == result.data["share"].values).all()
    assert [(x.name, x.text, x.cause) for x in job.found.lines] == [(x.name, x.text, x.cause) for x in answer(result).lines]


def test_they_are_given_up_when_the_run_moves_on(monkeypatch):
    desk = Desk(Setup("two-patrons"), held=True)
    ahead: Ahead = desk.ahead
    assert ahead.wanted(0) is None, "before the first quarter the ensemble says it"
    desk.step()
    first = ahead.wanted(1)
    monkeypatch.setattr(futures, "DELAY", 60.0)
    ahead.follow(first)
    waiting = ahead.job(first)
    assert not waiting.finished
    desk.step()
    second = ahead.wanted(2)
    assert ahead.job(second) is None
    monkeypatch.setattr(futures, "DELAY", 0.0)
    ahead.follow(second)
    waiting.wait(5)
    assert waiting.stopped
    assert waiting.done == 0
    ahead.job(second).wait()
    assert ahead.job(second).finished
    assert ahead.job(second).when == 2
    desk.play()
    assert ahead.wanted(2) is None, "not while the run plays"
    desk.pause()
    desk.close()
    assert ahead.wanted(desk.model.value.story.now) is None
    assert ahead.job(second) is None


def test_a_past_quarter_knows_nothing_of_what_was_fired_later(monkeypatch):
    monkeypatch.setattr(futures, "DELAY", 0.0)
    monkeypatch.setattr(futures, "RUNS", 4)
    desk = Desk(Setup("two-patrons"), held=True)
    for _ in range(NOW):
        desk.step()
    model = desk.model.value
    plain = model.scenario
    order = next(o for o in ORDERS if o.act == "withdraw")
    assert desk.fire("now_withdraw_1", order_event(order, quarter_name(model.world.quarter + 1), "USA", "KGZ", 0.0))
    desk.step()
    assert model.scenario.digest != plain.digest
    for when, scenario in ((NOW - 2, plain), (NOW, model.scenario), (NOW + 1, model.scenario)):
        asked = desk.ahead.wanted(when)
        desk.ahead.follow(asked)
        job = desk.ahead.job(asked)
        job.wait()
        assert job.scenario.digest == scenario.digest
    earlier = plain.start + NOW - 3
    then, now = (done(FuturesJob(scenario, 1, 0, earlier, lambda: None)) for scenario in (plain, model.scenario))
    assert not np.array_equal(then.band, now.band, equal_nan=True), "the event changes nothing"
    desk.close()
