"""The story of a scenario on the page: where it leads, and what it leaves alone. Without a browser."""

from __future__ import annotations

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.browser.setup import Setup
from patronage.browser.tour import TAB_NAMES
from patronage.browser.workspace import Desk
from patronage.scenario.storyline import STORY_TABS


@pytest.fixture
def desk():
    made = Desk(Setup("two-patrons"), held=True)
    made.tabs = ("Overview", "Deals & bases")
    yield made
    made.close()


def test_every_tab_of_a_story_is_one_of_the_page():
    from patronage.browser.app import TABS

    assert tuple(TAB_NAMES) == STORY_TABS
    assert set(TAB_NAMES.values()) <= set(TABS)


def test_a_stop_brings_the_run_to_its_quarter_and_one_before_looks_back(desk):
    first, last = desk.tour.stops
    scenario = desk.model.value.scenario
    desk.tour.go(1)
    model = desk.model.value
    assert (model.world.quarter, desk.quarter.value) == (last.at, None)
    assert (desk.tab.value, desk.client.value, desk.patron.value) == (1, last.client, last.patron)
    whole = simulate(scenario, 1, 1, until=last.at).data["share"].isel(run=0)
    assert np.array_equal(model.story.array("share")[1:], whole.values)
    desk.tour.go(0)
    assert desk.model.value is model
    assert model.world.quarter == last.at
    assert desk.quarter.value == first.at - scenario.start + 1
    assert desk.tour.stop == first
    desk.tour.go(7)
    assert desk.tour.stop == first
    desk.tour.leave()
    assert desk.tour.stop is None


def test_a_story_holds_with_changes_and_rests_in_a_seat(desk):
    stops = tuple(load_scenario("two-patrons").story.values())
    desk.change("patrons.USA.need.base", "150")
    assert desk.reset()
    assert desk.model.value.scenario.story == {}
    assert desk.tour.stops == stops  # as it was written, which the page says
    desk.tour.go(0)
    desk.sit("RUS")
    assert (desk.tour.stop, desk.tour.stops) == (None, ())
