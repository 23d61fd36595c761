"""What becomes of bases, pledges and packages (equations §4), worked out by hand on the stage of bargaining_stage."""

from __future__ import annotations

import numpy as np
import pytest

from bargaining_stage import IN_KIND, KINDS, MANAS, RICH, TALKS, near, stage, standing, told
from worlds import TWO, Scene

# --- standing bases ---


def test_most_quarters_nothing_happens():
    scene = stage(**standing())
    scene.play(*TALKS)
    assert scene.measure("base", *MANAS) == 1
    assert scene.measure("rent", *MANAS) == 20
    assert scene.see("term_left", *MANAS) == 4
    assert told(scene) == []


def test_at_the_end_of_its_term_a_contract_is_renewed_at_the_new_rent():
    scene = stage(**standing(rent=40, term=1))
    scene.play(*TALKS)
    assert scene.measure("rent", *MANAS) == near(28.48125)
    assert scene.see("term_left", *MANAS) == 8
    [row] = scene.rows(*KINDS)
    assert (row["kind"], row["cause"], row["concession"]) == ("renewed", "term", "base")
    terms = {k: row[k] for k in ("value", "price", "denial", "floor", "rent")}
    assert terms == near({"value": 120, "price": 10.3125, "denial": 8, "floor": 18.3125, "rent": 28.48125})


ASKING = {"mechanisms.asked_rents": "on", "rules.bargaining.surplus_share": 0.1, "rules.bargaining.value_noise": 0.25}


def test_at_the_end_of_a_term_a_host_may_name_the_rent():
    # The host believes in V̂ = 120; the luck of the 69th hundredth makes the base worth 120 · exp(0.25 · 0.4958) = 135.8.
    scene = stage(ASKING, {"ask": 0.09, "value": 0.69}, **standing(rent=40, term=1))
    scene.play(*TALKS)
    assert told(scene) == [("renewed", "USA", "term")]
    [row] = scene.rows("renewed")
    assert (row["asked"], row["rent"], row["floor"]) == near((120, 120, 18.3125))
    # Otherwise the holder names it, and offers the floor.
    quiet = stage(ASKING, {"ask": 0.11, "value": 0.69}, **standing(rent=40, term=1))
    quiet.play(*TALKS)
    assert quiet.measure("rent", *MANAS) == near(18.3125)
    [row] = quiet.rows("renewed")
    assert row["asked"] == near(18.3125)
    # Within a term nobody asks, and without the mechanism neither.
    for told_term, switch in ((5, "on"), (1, "off")):
        scene = stage(ASKING | {"mechanisms.asked_rents": switch}, {"ask": 0.01}, **standing(rent=1, term=told_term))
        scene.order("review", MANAS).play(*TALKS)
        assert scene.measure("rent", *MANAS) < 30


def test_a_host_that_asks_too_much_loses_its_guest_unless_the_guest_thinks_better_of_it():
    # Worth 120 · exp(−0.25 · 0.4958) = 106 to the holder, and 120 to the host.
    scene = stage(ASKING, {"ask": 0.09, "value": 0.31, "rebid": 0.1}, **standing(rent=40, term=1))
    scene.play(*TALKS)
    assert told(scene)[0] == ("notice", "USA", "demand")
    [row] = scene.rows("notice")
    assert (row["asked"], row["rent"]) == near((120, 40))
    again = scene.saved()
    scene.play(*TALKS)
    assert scene.measure("notice", *MANAS) == 1  # a bid below what is asked will not do while the notice runs
    scene.restore(again)
    scene.luck.throws |= {"value": 0.69, "ask": 0.9}
    scene.play(*TALKS)
    [row] = scene.rows("kept")
    assert (row["asked"], row["rent"]) == near((120, 120))


def test_a_fading_mission_serves_out_its_term():
    # Half a mission is worth V = 60: less than F = 10.3125 + 64, which a whole one would pay.
    fading = {"patrons.USA.mission": 0.5, "patrons.RUS.budget": 3200, "mechanisms.served_terms": "on"}

    def notice(overrides: dict | None = None, rent: float = 40, term: float = 6) -> float:
        scene = stage(fading | (overrides or {}), **standing(rent=rent, term=term)).order("review", MANAS)
        scene.play(*TALKS)
        assert [row["cause"] for row in scene.rows("notice")] in (["mission"], ["rival"])
        return scene.measure("notice", *MANAS)

    assert notice() == 5  # what is left of the term
    assert notice(term=1) == 2  # nothing is left
    assert notice(rent=61) == 2  # not worth its rent any more
    assert notice({"patrons.USA.mission": 0}, rent=0) == 2  # worth nothing at all
    assert notice({"mechanisms.served_terms": "off"}) == 2
    assert notice({"patrons.RUS.budget": 6400, "patrons.USA.mission": 1}) == 2  # outbid: the rival is in a hurry


def test_a_review_within_the_term_cannot_lower_the_rent():
    def reviewed(rent: float, **put: object) -> float:
        scene = stage(**standing(rent, **put)).order("review", MANAS)
        scene.play(*TALKS)
        assert [row["kind"] for row in scene.rows(*KINDS)] == ["renewed"]
        return scene.see("rent", *MANAS)

    assert reviewed(20) == near(28.48125)
    assert reviewed(40) == near(40)
    # But a fallen regime's contract binds nobody, nor one whose mission is on the decline.
    assert reviewed(40, overthrow={"KGZ": True}) == near(28.48125)
    assert reviewed(40, mission_before={"USA": 1.1}) == near(28.48125)


def test_a_rival_outbids_and_pays_for_the_notice():
    scene = stage(RICH, {"refusal": 0.25}, **standing(term=1))
    scene.play(*TALKS)
    assert scene.measure("base", *MANAS) == 1
    assert scene.measure("notice", *MANAS) == 2
    assert scene.measure("pledge", "RUS", "KGZ") == 20
    # Worth 4 · (120 − 10.3125) = 438.75, promised 438.75/0.5 as half is believed, at ½ a piece as half arrives: 1755.
    # Drawn share 0.25 (of a uniform on [0, 1]): 438.75 will come, 1316.25 will not.
    assert scene.see("packaged", "RUS", "KGZ", "grants") == near(1755)
    assert scene.see("due", "RUS", "KGZ", "grants", "refusal") == near(438.75)
    assert scene.see("stuck", "RUS", "KGZ", "grants", "refusal") == near(1316.25)
    assert told(scene) == [("notice", "USA", "rival"), ("package", "RUS", "rival")]
    package = scene.rows("package")[0]
    assert (package["counterpart"], package["instrument"], package["concession"]) == (
        "USA",
        "grants",
        "refusal of a base",
    )
    assert package["promised"] == near(1755)


def test_distrust_inflates_promises_fivefold_at_most():
    # Russia bids 0.5 · 0.8 · 0.25 · 64000 · 0.4 · 0.1 = 256; 438.75/max(0.1, 0.2)/0.5.
    scene = stage({"patrons.RUS.budget": 64000}, **standing(term=1)).put(reputation={("RUS", "KGZ"): 0.1})
    scene.play(*TALKS)
    assert scene.see("packaged", "RUS", "KGZ", "grants") == near(4387.5)


@pytest.mark.parametrize(
    ("overrides", "put", "route"),
    [
        ({"patrons.USA.mission": 0}, {}, "mission"),
        # V = 12 < F = 18.3125 ≤ 24: a full mission would have kept it.
        ({"patrons.USA.need": 24, "patrons.USA.mission": 0.5}, {}, "mission"),
        # V = 12 < F and 15 would not have been enough either.
        ({"patrons.USA.need": 15, "patrons.USA.mission": 0.8}, {}, "rival"),
        ({"patrons.USA.need": 15, "patrons.USA.mission": 0.8}, {"overthrow": {"KGZ": True}}, "overthrow"),
        # V = 9.6 < k: it does not even pay for the host's own price.
        ({"patrons.USA.need": 9.6}, {"overthrow": {"KGZ": True}}, "price"),
    ],
)
def test_routes_to_a_closing(overrides, put, route):
    scene = stage(overrides, **standing(term=1), **put)
    for _ in range(3):
        scene.play(*TALKS)
    assert scene.measure("base", *MANAS) == 0
    closings = [(row["kind"], row["cause"]) for row in scene.rows("notice", "closed")]
    assert closings == [("notice", route), ("closed", route)]


# --- notice ---


def noticed(dice: dict | None = None, overrides: dict | None = None, **put: object) -> Scene:
    """Notice runs, and Russia has paid for it."""
    scene = stage(overrides, {"rebid": {MANAS: 0.499}} | (dice or {}), **standing(notice={MANAS: 2}, route={MANAS: 2}))
    scene.put(
        pledge={("RUS", "USA", "KGZ"): 19},
        due={("RUS", "KGZ", "grants", "refusal"): 300, ("RUS", "KGZ", "arms", "concession"): 50},
        stuck={("RUS", "KGZ", "grants", "refusal"): 900},
    )
    return scene.put(**put)


def test_notice_runs_out():
    scene = noticed({"rebid": 0.501})
    scene.play(*TALKS)
    assert scene.measure("notice", *MANAS) == 1
    assert scene.measure("base", *MANAS) == 1
    scene.play(*TALKS)
    assert [scene.measure(name, *MANAS) for name in ("base", "rent", "notice")] == [0, 0, 0]
    assert scene.see("term_left", *MANAS) == 0
    assert told(scene) == [("closed", "USA", "rival")]
    # The pledge goes on: two quarters less.
    assert scene.measure("pledge", "RUS", "KGZ") == 17


def test_the_evicted_who_bids_enough_stays_and_the_rival_is_stung():
    scene = noticed()
    scene.play(*TALKS)
    assert scene.measure("base", *MANAS) == 1
    assert scene.measure("notice", *MANAS) == 0
    assert scene.measure("rent", *MANAS) == near(28.48125)
    assert scene.see("term_left", *MANAS) == 8
    # N/F = 8/18.3125, a third in each of three quarters; what was due for the refusal lapses, and nothing else.
    assert scene.see("sting", "RUS", "KGZ") == near(np.full(3, 0.14562002275312855))
    assert scene.measure("pledge", "RUS", "KGZ") == 0
    assert scene.see("due", "RUS", "KGZ", "grants", "refusal") == 0
    assert scene.see("stuck", "RUS", "KGZ", "grants", "refusal") == 0
    assert scene.see("due", "RUS", "KGZ", "arms", "concession") == 50
    assert told(scene) == [("kept", "USA", "rebid"), ("renege", "RUS", "rebid")]
    assert scene.rows("renege")[0]["counterpart"] == "USA"


def test_a_bid_below_the_floor_changes_nothing():
    scene = noticed(overrides={"patrons.USA.need": 18})
    scene.play(*TALKS)
    assert scene.measure("notice", *MANAS) == 1
    assert scene.measure("pledge", "RUS", "KGZ") == 18
    assert told(scene) == []


# --- absent bases ---


def test_a_base_is_sought_now_and_then():
    assert opened_with(0.249).measure("base", *MANAS) == 1
    assert opened_with(0.251).measure("base", *MANAS) == 0


def opened_with(draw: float) -> Scene:
    scene = stage(dice={"review": {MANAS: draw}})
    scene.play(*TALKS)
    return scene


def test_a_base_that_pays_enough_opens():
    scene = opened_with(0.1)
    assert scene.measure("rent", *MANAS) == near(28.48125)
    assert scene.see("term_left", *MANAS) == 8
    assert told(scene) == [("opened", "USA", "sought")]


def test_a_refusal_is_paid_once_while_the_pledge_lasts():
    scene = stage(RICH, {"review": {MANAS: 0.1}})
    for quarter in range(3):
        scene.play(*TALKS)
        assert scene.measure("pledge", "RUS", "KGZ") == 20 - quarter
    assert told(scene) == [
        ("refused", "USA", "sought"),
        ("package", "RUS", "rival"),
        ("refused", "USA", "sought"),
        ("refused", "USA", "sought"),
    ]
    assert scene.see("packaged", "RUS", "KGZ", "grants") == near(1755)


def test_a_base_that_opens_against_a_pledge_breaks_it():
    scene = stage(dice={"review": {MANAS: 0.1}}).put(pledge={("RUS", "USA", "KGZ"): 7})
    scene.play(*TALKS)
    assert [row[:2] for row in told(scene)] == [("opened", "USA"), ("renege", "RUS")]
    assert scene.see("sting", "RUS", "KGZ")[0] == near(0.14562002275312855)


def test_rivals_share_the_price_of_a_refusal_by_their_bids():
    text = TWO.replace("  RUS: {budget: 400}", "  CHN: {budget: 12800}\n  RUS: {budget: 400}")
    text = text.replace("  RUS: {position", "  CHN: {position: {unga: 0, security: 0}}\n  RUS: {position", 1)
    more = {
        "rivalry.CHN.USA": 0.5,
        "ties.CHN.KGZ.weight": 0.8,
        "patrons.CHN.package.arms": 1,
        "patrons.CHN.delivery.arms": 1,
    }
    scene = stage(RICH | more, text=text, **standing(term=1))
    scene.put(share={("CHN", "KGZ"): 0.3}, reputation={("CHN", "KGZ"): 1.0})
    scene.play(*TALKS)
    # CHN bids 0.5 · 0.8 · 0.25 · 12800 · 0.3 = 384, RUS 128. Of 438.75 China owes ¾, in arms at face value; Russia ¼.
    assert scene.rows("notice")[0]["denial"] == near(512)
    assert scene.see("packaged", "CHN", "KGZ", "arms") == near(329.0625)
    assert scene.see("packaged", "RUS", "KGZ", "grants") == near(438.75)
    assert scene.see("pledge", "CHN", "USA", "KGZ") == 20


def test_without_packages_nobody_pays_for_a_refusal():
    scene = stage(RICH | {"mechanisms.packages": "off"}, **standing(term=1))
    scene.play(*TALKS)
    assert told(scene) == [("notice", "USA", "rival")]
    assert scene.measure("pledge", "RUS", "KGZ") == 0
    assert not scene.see("due").any()


# --- in kind ---


def test_a_base_paid_in_kind_yields_a_package_of_four_rents():
    scene = stage(IN_KIND, {"review": {MANAS: 0.1}, "concession.loans": 0.75}).put(reputation={MANAS: 0.5})
    scene.play(*TALKS)
    # 4 · 28.48125/0.5 = 227.85, at 2 · ½ a piece; three quarters of it will come.
    assert scene.see("due", "USA", "KGZ", "loans", "concession") == near(170.8875)
    assert scene.see("stuck", "USA", "KGZ", "loans", "concession") == near(56.9625)
    assert told(scene) == [("opened", "USA", "sought"), ("package", "USA", "sought")]
    [package] = scene.rows("package")
    assert (package["counterpart"], package["concession"]) == ("USA", "base")


def test_every_renewal_is_paid_in_kind_again():
    scene = stage(IN_KIND, **standing(term=1)).put(reputation={MANAS: 1.0})
    scene.play(*TALKS)
    assert scene.see("packaged", "USA", "KGZ", "loans") == near(113.925)
