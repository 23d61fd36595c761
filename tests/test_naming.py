"""Events, their figures and claims of stories in words, wherever the page names them."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

import pytest

from patronage import load_scenario
from patronage.browser.levers import lever_words, levers
from patronage.browser.rivals import OTHER, OWN, PLAIN, WITHOUT, counterparts, side
from patronage.browser.setup import Setup
from patronage.scenario.conditions import parse
from patronage.scenario.library import builtin_names
from patronage.telling.naming import LONGEST, borne_out, event_brief, event_figure, event_name, event_words

RAW = re.compile(r"\w\(|\w_\w|[a-z]\.[a-z]")
"""A call, a name or a path of a file."""


@pytest.fixture(scope="module")
def region():
    return load_scenario("us-withdrawal")


def test_codes_and_places_in_names_of_events_are_names(region):
    bare = Setup(
        "own.yaml",
        "extends: us-withdrawal\nevents:\n  sco_ends: {at: 2020Q1, set: {blocs.SCO.open: no}, note: for once}\n"
        "  tajikistan_partner: {label: ''}\n",
    ).load()
    assert event_name(bare, "sco_ends") == "Shanghai Cooperation Organisation ends"
    assert event_name(bare, "tajikistan_partner") == "Tajikistan partner"
    assert event_words(bare, "sco_ends") == "Shanghai Cooperation Organisation ends: for once"
    assert event_name(region, "sco_opens") == "the Shanghai Cooperation Organisation opens"
    assert event_brief(region, "aftermath") == "The militants return as the foreign troops leave"
    assert event_brief(region, "nobody_knows") == "Nobody knows"
    assert max(len(event_brief(region, e.name)) for e in region.events) <= LONGEST


def test_figures_of_events_have_words(region):
    ends = "the American mission in Afghanistan ends"
    assert event_figure(region, "events.withdrawal.over") == f"Event “{ends}”: how long the change takes"
    assert event_figure(region, "events.gift") == "Event “gift”"
    package = load_scenario("arms-package-2013")
    arms = event_figure(package, "events.tajik_package.promise.arms")
    assert arms == "Event “Moscow promises Tajikistan arms”: arms in the package, at face value"


@pytest.mark.parametrize("name", ["us-withdrawal", "arms-package-2013", "sahel"])
def test_no_figure_and_no_choice_of_the_page_is_a_raw_name(name):
    scenario = load_scenario(name)
    told = [lever_words(scenario, lever.path)[0] for lever in levers(scenario) if lever.path.startswith(("events.", "bases."))]
    assert len(told) > 10
    choices = counterparts(Setup(name), (), seated=True)
    assert len(set(choices.values())) == len(choices), "two choices are called alike"
    assert not [words for words in (*told, *choices.values()) if RAW.search(words)]


def test_the_other_side_is_named_for_what_it_is():
    setup = Setup("us-withdrawal")
    assert side(WITHOUT + "eaeu_opens", setup) == "the same without “the Eurasian Economic Union opens”"
    assert [side(k, setup) for k in (OTHER + "us-stays", OWN, PLAIN)] == [
        "scenario us-stays", "the same without my decisions", "the same without my changes",
    ]  # fmt: skip


def test_a_claim_is_said_in_words(region):
    opens, price, *_, influence = region.story.values()
    manas = "Manas (United States in Kyrgyzstan)"
    stands = "Manas stands (United States, in Kyrgyzstan)"
    assert borne_out(region, opens, 1.0) == f"{stands}: the story expects it in 90 to 100 % of many runs; so in this run"
    assert borne_out(region, opens, 0.0).endswith("; not so in this run")
    rent = "the story expects 35 to 85 MUSD/yr on average over many runs; 51.2 MUSD/yr in this run"
    assert borne_out(region, price, 51.234) == f"Rent of {manas}: {rent}"
    share = "Russia's share of influence in Kyrgyzstan: the story expects 58 to 68 % on average over many runs"
    assert borne_out(region, influence, nan) == share
    both = replace(opens, claim=replace(opens.claim, expression=parse("base(USA, KGZ) and not base(RUS, KGZ)")[0]))
    other = "Kant and the older sites stand (Russia, in Kyrgyzstan)"
    assert borne_out(region, both, nan).startswith(f"{stands} and it is not so that {other}: the story expects it in 90")


def test_claims_of_all_shipped_stories_are_in_words():
    for name in builtin_names():
        if name in ("us-withdrawal", "two-patrons", "central-asia-2025", "sahel", "pacific-recognition"):
            scenario = load_scenario(name)
            for stop in scenario.story.values():
                assert not RAW.search(borne_out(scenario, stop, 0.5)), stop.claim.text
