"""Facts of history beside the run on the page: the verdicts are those of the board, and told once their quarters have passed."""

from __future__ import annotations

import pytest

from patronage import load_scenario, simulate
from patronage.browser.model import PageModel
from patronage.browser.setup import Setup
from patronage.facts.board import board
from patronage.facts.holding import right
from patronage.facts.shipped import for_scenario, pool
from patronage.telling.charts.base import inert
from patronage.telling.charts.past import dots
from patronage.telling.explaining import explained
from patronage.telling.past import board_of, counted, remembered


@pytest.fixture(scope="module")
def model():
    made = PageModel(Setup("sahel"))
    while made.running:
        made.step()
    return made


@pytest.fixture(scope="module")
def run():
    return simulate(load_scenario("sahel"), 1, 1, record="full")


def test_every_verdict_is_that_of_the_board(model, run):
    story = model.story
    found = remembered(story, story.now)
    facts = for_scenario(story.scenario)
    assert board_of(story).title == facts.title
    scored = board(facts, run, story.scenario, pool())
    here = {r.fact.name: r.here for r in found}
    assert here == {f.name: bool(right(f, run)[0]) for f in facts.facts}
    assert set(here.values()) == {True, False}
    assert counted(found) == (scored.numbers[0], int((scored.rows["status"] == "scored").sum()))


def test_a_fact_is_told_when_its_quarters_have_passed_and_not_before(model):
    story = model.story
    last = sorted(f.last for f in for_scenario(story.scenario).facts)
    for when in (1, 16, 30, story.now):
        assert [r.fact.last for r in remembered(story, when)] == [t for t in last if t <= story.scenario.start + when - 1]


def test_a_dot_tells_all_that_is_known_of_its_client_and_quarter(model):
    story = model.story
    drawn, found = dots(story, story.now)["data"], remembered(story, story.now)
    assert len(drawn) == len({(r.client, r.when) for r in found}) < len(found)
    for dot in drawn:
        mine = [r for r in found if dot["name"] == f"{r.client} {story.quarters[r.when]}"]
        tip, colour = dot["tooltip"]["formatter"], dot["itemStyle"]["color"]
        assert dot["value"] == [story.quarters[mine[0].when], story.name(mine[0].client) if mine[0].client else "Scenario"]
        assert tip.count("so in this run") == len(mine)
        assert tip.count("not so in this run") == sum(not r.here for r in mine)
        assert all(inert(x) in tip for r in mine for x in (r.words, r.fact.source))
        told = explained(story, None, story.now, dot["ask"])
        each = [explained(story, None, story.now, asks) for _, asks in told.parts] or [told]
        assert [x.title for x in each] == [r.words for r in mine]
        assert all(x.value.endswith(r.verdict) and f"Source: {r.fact.source}" in x.meaning for x, r in zip(each, mine, strict=True))
        if len(mine) > 1:
            assert told.value.endswith(f"had {sum(r.here for r in mine)} of {len(mine)}")
        share = sum(r.here for r in mine) / len(mine)
        assert (colour == "$ink", colour == "$paper") == (share == 1, share == 0)


def test_actors_of_ones_own_have_no_history():
    made = PageModel(Setup("mine.yaml", b"extends: two-patrons\ntitle: mine\n"))
    made.step()
    assert board_of(made.story) is None
    assert remembered(made.story, 1) == []
    assert dots(made.story, 1) is None
