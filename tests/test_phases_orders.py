"""What events order about bases (equations §4), worked out by hand on the stage of bargaining_stage."""

from __future__ import annotations

from bargaining_stage import IN_KIND, MANAS, TALKS, near, stage, standing, told
from worlds import Scene


def ordered(act: str, amount: float = 1, dice: dict | None = None, **terms: float) -> Scene:
    scene = stage(dice=dice, **standing(rent=20, term=5)).order(act, MANAS, amount, **terms)
    scene.play(*TALKS)
    return scene


def test_a_base_can_be_closed_by_order():
    scene = ordered("close_base")
    assert scene.measure("base", *MANAS) == 0
    assert told(scene) == [("closed", "USA", "event")]


def test_an_eviction_is_a_notice_without_an_auction():
    scene = ordered("evict", dice={"review": 0.0001})
    assert scene.measure("notice", *MANAS) == 2
    assert told(scene) == [("notice", "USA", "event")]
    scene.no_orders()
    scene.play(*TALKS)
    scene.play(*TALKS)
    assert told(scene)[1:] == [("closed", "USA", "event")]


def test_sites_can_be_merged_under_one_term():
    scene = stage(**standing(), sites=4).order("merge", MANAS, term=60)
    scene.play(*TALKS)
    assert scene.see("sites", *MANAS) == 1
    # In force at once: the first of its 60 quarters has passed.
    assert scene.see("term_left", *MANAS) == 59
    assert told(scene) == [("merged", "USA", "event")]


def test_a_demand_is_met_up_to_the_value():
    # 6 · 20 = 120 = V.
    met = ordered("host_demand", 6)
    assert met.measure("rent", *MANAS) == near(120)
    assert met.see("term_left", *MANAS) == 5
    assert told(met) == [("demand_met", "USA", "demand")]
    refused = ordered("host_demand", 6.01)
    assert refused.measure("base", *MANAS) == 0
    assert told(refused) == [("closed", "USA", "demand")]


OFFER = ("RUS", "USA", "KGZ")


def test_an_offer_is_outbid_by_as_much_as_it_is_believed():
    # 600 of which half arrives, believed by half, over four years: 37.5 on top of the bid of 8.
    scene = stage(**standing()).order("offer", OFFER, grants=600)
    scene.play(*TALKS)
    assert told(scene) == [("renewed", "USA", "review")]
    assert scene.measure("rent", *MANAS) == near(55.8125 + 0.1 * (120 - 55.8125))
    assert scene.see("packaged", "RUS", "KGZ", "grants") == 0
    assert scene.measure("pledge", "RUS", "KGZ") == 0


def test_an_offer_that_is_taken_is_the_package():
    # 2400: F = 168.3125 > 120. The dam of 900 is promised with it.
    scene = stage(**standing()).order("offer", OFFER, grants=2400, loans=900)
    scene.play(*TALKS)
    assert told(scene) == [("notice", "USA", "rival"), ("package", "RUS", "rival"), ("package", "RUS", "rival")]
    assert scene.see("packaged", "RUS", "KGZ").tolist() == [0, 2400, 900, 0]
    assert scene.measure("pledge", "RUS", "KGZ") == 20
    scene.no_orders()
    scene.put(packaged=0)
    for _ in range(2):
        scene.play(*TALKS)
    assert told(scene)[3:] == [("closed", "USA", "rival")]
    assert scene.see("packaged", "RUS", "KGZ").tolist() == [0, 0, 0, 0]


def test_an_offer_of_last_quarter_is_forgotten_though_something_else_is_ordered():
    scene = stage(**standing()).order("offer", OFFER, grants=600)
    scene.play(*TALKS)
    scene.no_orders().put(**standing()).order("review", MANAS).play(*TALKS)
    assert scene.measure("rent", *MANAS) == near(28.48125)


def test_an_offer_against_a_base_that_is_not_there_buys_nothing():
    scene = stage().order("offer", OFFER, grants=2400)
    scene.play(*TALKS)
    assert told(scene) == []
    assert scene.see("packaged", "RUS", "KGZ", "grants") == 0


def test_a_promise_is_a_package_for_nothing():
    scene = stage(**standing()).order("promise", ("RUS", "KGZ"), arms=100, grants=40)
    scene.play(*TALKS)
    assert told(scene) == [("package", "RUS", "event"), ("package", "RUS", "event")]
    assert scene.see("packaged", "RUS", "KGZ").tolist() == [100, 40, 0, 0]
    pending = scene.see("due", "RUS", "KGZ") + scene.see("stuck", "RUS", "KGZ")
    assert pending.sum(axis=1).tolist() == near([100, 40, 0, 0])
    assert scene.see("due", "RUS", "KGZ").sum() < 140


def test_a_base_opens_by_order_at_the_stated_terms():
    scene = stage(IN_KIND).order("open_base", MANAS, rent=10)
    scene.put(reputation={MANAS: 1.0})
    scene.play(*TALKS)
    assert scene.see("rent", *MANAS) == 10
    # Without a stated term, that of the tie; paid in kind as others are: 4 · 10.
    assert scene.see("term_left", *MANAS) == 8
    assert scene.see("packaged", "USA", "KGZ", "loans") == near(40)
