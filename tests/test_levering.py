"""The search for the levers that move most: it says of each what pairs of runs say, and nothing of what does nothing."""

from __future__ import annotations

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.browser import reach
from patronage.browser.levers import levers
from patronage.experiments import levering
from patronage.experiments.levering import MOST_RUNS, PAIRS, Range, Screening, questions
from patronage.results.ensemble import mean_interval
from patronage.telling.moving import Counts, moves_words, reach_words


def search(name="two-patrons", wanted=lambda lever: True):
    scenario, leading = questions(load_scenario(name), "KGZ")
    ranges = [reach.range_of(lever) for lever in levers(load_scenario(name)) if wanted(lever)]
    return Screening(scenario, leading, 1, lambda path, value: load_scenario(name, {path: str(value)}), lambda _: None), ranges


@pytest.fixture(scope="module")
def found():
    made, ranges = search()
    return made.found(ranges)


def pairs(path, value):
    """Outcomes and last shares of runs that the second look makes, by the front door."""
    changes = {} if value is None else {path: value if isinstance(value, str) else repr(value)}
    result = simulate(load_scenario("two-patrons", changes), PAIRS, 1, first=MOST_RUNS)
    frame = result.outcomes.astype(float)
    for patron in ("RUS", "USA"):
        frame[f"share_{patron}_KGZ"] = result.data["share"].sel(patron=patron, client="KGZ").values[:, -1].astype(float)
    return frame


def test_what_is_said_of_a_lever_is_what_pairs_of_runs_say(found):
    kinds = {lever.path: lever.kind for lever in levers(load_scenario("two-patrons"))}
    cases = {kinds[m.path]: m for m in reversed(found)}
    assert len(cases) == 4, f"there are levers of all kinds, not {cases.keys()}"
    for moved in cases.values():
        gap = pairs(moved.path, moved.becomes) - pairs(moved.path, moved.was)
        for effect in moved.effects:
            mean, low, high = (float(x) for x in mean_interval(gap[effect.outcome].to_numpy()))
            assert effect.mean == pytest.approx(mean, rel=1e-5, abs=1e-6), (moved.path, effect.outcome)
            assert effect.low <= low + 1e-6, "an interval for all is wider than one for itself"
            assert effect.high >= high - 1e-6
            assert effect.tells <= (low > 0 or high < 0)


def test_the_search_comes_to_the_same_again_and_begins_with_the_strongest(found):
    made, ranges = search()
    assert made.found(ranges) == found
    told = [m.best.tells for m in found]
    assert told == sorted(told, reverse=True)
    asked = [m.best.reach for m in found if m.best.tells and m.best.outcome in [e.outcome for e in m.effects[: made.leading]]]
    assert len(asked) > 5
    assert asked == sorted(asked, reverse=True)


def test_a_lever_is_found_among_those_that_do_nothing():
    made, ranges = search(wanted=lambda lever: lever.path in ("patrons.USA.need.base", "events.drought.set.states.KGZ.growth"))
    nothing = [Range("blocs.CSTO.disputes", (0.0, 0.0), True), Range("mechanisms.coups", ("on",), False)]
    looked = made.second_look([(lever, None, lever.ends[0]) for lever in (*nothing, *ranges)])
    assert {m.path for m in looked if not m.best.tells} >= {"mechanisms.coups"}
    assert "patrons.USA.need.base" in {m.path for m in looked if m.best.tells}


def test_chance_alone_is_seldom_told():
    """Of 60 searches in which no lever does anything, about one in twenty tells of one, not every one."""
    made, _ = search()
    rng, tests = np.random.default_rng(1), 24
    one, none = np.ones(len(made.scenario.outcomes)), np.zeros(len(made.scenario.outcomes))
    tests *= len(one)
    wrong = 0
    for _ in range(60):
        looks = (made._effects(rng.normal(size=(PAIRS, len(one))), one, none, tests) for _ in range(24))
        wrong += any(effect.tells for effects in looks for effect in effects)
    assert 0 < wrong < 10


def test_places_that_a_scenario_refuses_are_left_out():
    made, _ = search()
    refused = Range("blocs.CSTO.vote", ("no such vote", "leader"), False)
    assert [m.becomes for m in made.found([refused])] == ["leader"]
    assert made.found([Range("blocs.CSTO.vote", ("no such vote",), False)]) == []


def test_the_first_look_is_not_begun_where_it_would_take_long(monkeypatch):
    made, ranges = search()
    assert not made.is_too_much(ranges)
    monkeypatch.setattr(levering, "MOST_WORK", 1)
    assert made.is_too_much(ranges)


def test_a_lever_says_what_it_moves_and_what_it_does_not(found):
    scenario, _ = questions(load_scenario("two-patrons"), "KGZ")
    by_path = {m.path: moves_words(scenario, m) for m in found}
    dated = next(m for m in found if m.path == "events.withdrawal.at")
    first = dated.effects[0]
    assert by_path[dated.path] == f"at 2013Q4: Manas stands (United States, in Kyrgyzstan), in +{100 * first.mean:.0f} points of runs"
    treaty = next(m for m in found if m.path == "ties.RUS.KGZ.treaty")
    still = "does not move" if treaty.effects[0].low == treaty.effects[0].high else "cannot be told to move"
    size = f"from 0 to 1.2: Russia's share of influence in Kyrgyzstan +{100 * treaty.best.mean:.1f} points"
    assert by_path[treaty.path] == f"{size}; {still}: Manas stands (United States, in Kyrgyzstan)"


def test_the_card_says_how_many_were_tried():
    whole = (
        "741 levers were tried over their ranges, dates up to five years either way, the 24 that seemed to move most once more "
        "with other luck: 20 of these can be told from nothing, in what answers the question, influence in Kyrgyzstan or another "
        "outcome"
    )
    assert reach_words(Counts(741, 24, 20, 6), "Kyrgyzstan") == f"{whole}; the 6 strongest stand here."
    few = reach_words(Counts(741, 24, 2, 5), "Kyrgyzstan")
    assert few == f"{whole.replace(' 20 of', ' 2 of')}; the others stand here by their estimates."
