"""Colours, signs and names on the page: a land under the pointer keeps its colour, nothing has no sign, a base has its name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from patronage import load_scenario
from patronage.browser.model import PageModel
from patronage.browser.setup import Setup
from patronage.scenario.terms import TERMS
from patronage.telling.charts.compare import table
from patronage.telling.charts.multiples import difference_map, share_map
from patronage.telling.charts.region import MapRegion, region_map
from patronage.telling.explaining import word_meaning
from patronage.telling.tiles import signed


@pytest.fixture(scope="module")
def story():
    model = PageModel()
    model.scenario = load_scenario("two-patrons")
    return model.story


@pytest.fixture(scope="module")
def region(story):
    places, edges = dict.fromkeys(story.clients, (0.0, 0.0)), dict.fromkeys(story.patrons, (0.0, 0.0))
    nothing = '{"type": "FeatureCollection", "features": []}'
    return MapRegion("somewhere", nothing, (-9, -9, 9, 9), places, dict.fromkeys(places, 3.0), edges)


def lands(option: dict) -> Iterator[tuple[dict, dict]]:
    yield option["geo"], option["geo"]["emphasis"]
    for land in option["geo"]["regions"]:
        yield land, land["emphasis"]


def test_a_land_under_the_pointer_keeps_its_colour(story, region):
    options = [
        region_map(story, 0, region, story.clients[0]),
        share_map(story, 0, region, story.patrons[0]),
        difference_map(story, story, 0, region, story.patrons[0]),
    ]
    for option in options:
        assert len(option["geo"]["regions"]) >= len(story.clients) - 1
        for land, pointed in lands(option):
            assert pointed["itemStyle"]["areaColor"] == land["itemStyle"]["areaColor"]


@pytest.mark.parametrize(("value", "words"), [
    (0.04, "0.0"), (-0.04, "0.0"), (0.0, "0.0"), (0.06, "+0.1"), (-0.06, "−0.1"), (10, "+10.0"), (-100, "−100.0"),
])  # fmt: skip
def test_what_is_nothing_has_no_sign(value, words):
    assert signed(value) == words


def test_a_base_that_one_of_two_runs_has_is_named():
    def run(*changes):
        model = PageModel(Setup("two-patrons", None, changes))
        while model.running and model.steps < 12:
            model.step()
        return model.story

    with_base, without = run(), run(("patrons.USA.mission", "0"))
    assert [row["gained"] for row in table(with_base, without, 12)] == [{"USA": "Manas"}]
    assert [row["lost"] for row in table(without, with_base, 12)] == [{"USA": "Manas"}]


def test_every_term_of_the_list_explains_itself_by_its_first_word():
    for terms, meaning in TERMS.items():
        assert word_meaning(terms.partition(",")[0]) == meaning
