"""Stories of scenarios: how a file writes them, and that the runs bear out every claim of the built-in ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.scenario import ScenarioError, list_scenarios, load_text, quarter_name
from patronage.scenario.vocabulary import MEASURES

NAMES = [s.name for s in list_scenarios()]
RUNS = 100
FILE = """extends: two-patrons
title: A story
story:
  stands: {at: 2010Q1, tab: deals, client: KGZ, patron: USA, text: It stands., look: the bar, claim: "base(USA, KGZ)", band: 0.5 to 1}
  leads: {at: 2012Q1, text: Russia leads., claim: "share(RUS, KGZ)", since: 2010Q1, reduce: mean, band: .1 to 1e0}
"""
loaded = cache(load_scenario)


def means(scenario, runs=RUNS):
    """The mean of every claim over runs."""
    asked = replace(scenario, outcomes={name: stop.claim for name, stop in scenario.story.items()})
    return simulate(asked, runs, 1, record="lean").outcomes.mean()


@pytest.mark.statistical
@pytest.mark.parametrize("name", NAMES)
def test_the_runs_bear_the_story_out(name):
    story, found = loaded(name).story, means(loaded(name))
    wrong = {stop: found[stop] for stop, told in story.items() if not told.low <= found[stop] <= told.high}
    assert not wrong, "the mean lies outside its band"


@pytest.mark.parametrize("name", ["us-stays", "us-withdrawal"])
def test_what_influence_is_said_to_rest_on_are_its_largest_channels(name):
    told = loaded(name).story["influence"]
    data = simulate(loaded(name), 5, 1, until=told.at, record="full").data["by_channel"]
    parts = data.sel(patron=told.patron, client=told.client).isel(quarter=-1).mean("run").to_series().nlargest(3)
    assert set(parts.index) == {"market", "institutions", "arms"}
    assert "trade, institutions and arms" in told.text


def test_a_claim_that_is_not_so_is_found():
    scenario = load_text(FILE.replace("0.5 to 1}", "0 to 0.1}"))
    assert means(scenario, 10)["stands"] > scenario.story["stands"].high


@pytest.mark.parametrize("name", NAMES)
def test_every_built_in_scenario_has_a_story_that_says_something(name):
    scenario = loaded(name)
    assert len(scenario.story) >= 2
    assert [s.at for s in scenario.story.values()] == sorted(s.at for s in scenario.story.values()), "it goes forward"
    for stop in scenario.story.values():
        assert stop.client in scenario.clients
        assert stop.patron in scenario.patrons
        assert stop.text.count(".") >= 2, "two sentences"
        assert stop.look
        if getattr(stop.claim.expression, "name", "") in MEASURES and MEASURES[stop.claim.expression.name].unit == "1":
            assert stop.high - stop.low <= 0.6, "a band that nothing could miss"
    assert not {word for stop in scenario.story.values() for word in stop.text.split() if "_" in word}


def test_a_story_is_read_as_it_is_written():
    scenario = load_text(FILE)
    stands, leads = scenario.story.values()
    words = (quarter_name(stands.at), stands.tab, stands.client, stands.patron, stands.look)
    assert words == ("2010Q1", "deals", "KGZ", "USA", "the bar")
    assert (stands.claim.first, stands.claim.last, stands.low, stands.high) == (stands.at, stands.at, 0.5, 1.0)
    assert (leads.tab, leads.client, leads.claim.reduce) == ("overview", "", "mean")
    assert quarter_name(leads.claim.first) == "2010Q1"
    again = load_text(scenario.resolved())
    assert again.story == scenario.story
    assert again.digest == scenario.digest
    data = simulate(scenario, 3, 1).data["share"].sel(patron="RUS", client="KGZ", quarter=slice("2010Q1", "2012Q1"))
    assert means(scenario, 3)["leads"] == pytest.approx(float(np.asarray(data).mean()), rel=1e-6)


def test_a_story_is_not_inherited():
    assert loaded("us-withdrawal").story
    assert not load_text("extends: us-withdrawal\ntitle: Another\n").story
    assert not load_scenario("us-withdrawal", {"patrons.RUS.budget": "1"}).story


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("band: 0.5 to 1", "band: 1 to 0.5", "mine.yaml:4:126: story.stands.band says between which two numbers"),
        ("band: 0.5 to 1", "band: about 1", "mine.yaml:4:126: story.stands.band says between which two numbers"),
        ("at: 2010Q1, tab", "at: 2030Q1, tab", "mine.yaml:4:16: 2030Q1 lies outside the period"),
        ("tab: deals", "tab: map", "mine.yaml:4:29: unknown word for story.stands.tab 'map'. Allowed: overview, influence, deals"),
        ("client: KGZ", "client: KAZ", "mine.yaml:4:44: unknown client in story.stands.client 'KAZ'"),
        ("since: 2010Q1", "since: 2013Q1", "mine.yaml:5:77: story.leads is read from a quarter after its own. Write 2012Q1"),
        ("base(USA, KGZ)", "base(USA)", "base takes patron, client in its parentheses"),
        ('claim: "base(USA, KGZ)", ', "", "story.stands lacks claim"),
        ('"base(USA, KGZ)"', "{measure: 'base(USA, KGZ)'}", "story.stands.claim is an expression"),
    ],
)
def test_what_is_wrong_with_a_story_is_named(before, after, says):
    assert before in FILE
    with pytest.raises(ScenarioError) as caught:
        load_text(FILE.replace(before, after, 1), "mine.yaml")
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1, "one slip, one message"
