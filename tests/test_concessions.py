"""Kinds of concessions, the survival price and closed doors (equations §4), worked out by hand.

On the stage of bargaining_stage the regime of KGZ falls with the logit −7.9 + 3.6 + 0.8 · 0.1 = −4.22 a quarter, and its office is
worth 5 years of a free revenue of 80: π = 4 · 5 · 80 = 1600 times what hosting does to that chance.
"""

from __future__ import annotations

from math import exp, inf

import numpy as np
import pytest

from bargaining_stage import MANAS, TALKS, near, stage, standing, told
from patronage.exchange.auction import negotiate
from patronage.phases.bargaining import open_table
from patronage.phases.courtship import court
from patronage.phases.delivery import deliver
from patronage.phases.influence import influence
from patronage.phases.regimes import rule
from patronage.phases.stocks import store
from patronage.world.politics import guard, trains
from patronage.world.terms import licence, traded, treaty_of
from worlds import TWO, Scene

ON = {"mechanisms.refusal": "on", "mechanisms.sentiment": "on"}
KINDS = (
    TWO
    + """
concessions:
  guard: {salience: 0.5, guards: 1.5, presence: 0, denied: 0}
  training: {salience: 0, trains: 0.7, presence: 0.5, denied: 0.5, answers: 0}
  mine: {salience: 0.5, mission: off, presence: 0, denied: 0, capital: 3, requires: guard}
  recognition: {salience: 0, mission: off, exclusive: on, presence: 0, denied: 0, institutions: 0.12, market: 3}
"""
)
GUARD, MINE, SEAT = (*MANAS, "guard"), (*MANAS, "mine"), ("USA", "KGZ", "recognition")
OTHER_SEAT = ("RUS", "KGZ", "recognition")


GUARDED = {"patrons.USA.need": "{guard: 5}", "ties.USA.KGZ.fit": "{guard: 1}"}


def chance(logit: float) -> float:
    return 1 / (1 + exp(-logit))


def fear(more: float, guarded: float = 0.0) -> float:
    """What a rise of the logit of overthrow costs KGZ, MUSD a year."""
    return 1600 * (chance(-4.22 - guarded + more) - chance(-4.22 - guarded))


def kinds(overrides: dict | None = None, dice: dict | None = None, **put: object) -> Scene:
    return stage(overrides, dice, KINDS, **put)


# --- the survival price ---


def test_a_host_whose_public_is_angry_fears_for_its_office():
    # Opinion −0.7, of which 0.2 is tolerated: anger 0.5 costs 0.01 · 0.5 of legitimacy a quarter, 0.005/0.06 in the long run, and 9
    # times that on the logit: 0.75.
    scene = stage(ON, {"review": 0.0}, opinion={MANAS: -0.7})
    scene.play(*TALKS)
    assert scene.see("survival", *MANAS) == near(fear(0.75)) == near(25.107611981454465)
    assert scene.see("floor", *MANAS) == near(18.3125 + fear(0.75))
    [row] = scene.rows("opened")
    assert (row["survival"], row["anger"]) == near((fear(0.75), 0.5))


def test_a_junta_fears_anger_more():
    scene = stage(ON | {"states.KGZ.regime": "military"}, {"review": 0.0}, opinion={MANAS: -0.7})
    scene.play(*TALKS)
    assert scene.see("survival", *MANAS) == near(fear(1.5))


def test_condemnation_by_a_freer_patron_is_feared():
    more = ON | {"patrons.USA.openness": 0.85}
    scene = stage(more, {"review": 0.0}, sanction={MANAS: 3})
    scene.play(*TALKS)
    assert scene.see("survival", *MANAS) == near(fear(4 * 0.35))
    # It stands in the place of the rise of salience.
    assert scene.see("price", *MANAS) == near(10.3125)
    for untold in (ON, more | {"mechanisms.refusal": "off"}, more | {"patrons.USA.openness": 0.4}):
        scene = stage(untold, {"review": 0.0}, sanction={MANAS: 3})
        scene.play(*TALKS)
        assert scene.see("survival", *MANAS) == 0


def test_a_sanction_raises_salience_by_its_size():
    sized = {"rules.bargaining.sanction_full": 0.05}
    for loss, rise in ((0.05, 1.0), (0.2, 1.0), (0.0125, 0.25), (0.0, 0.0)):
        scene = stage(sized, {"review": 0.0}, sanction={MANAS: 3}, sanction_loss={MANAS: loss})
        scene.play(*TALKS)
        sigma = 0.625 * (1 + rise)  # k = 0.8 σ² + 16 σ
        assert scene.see("price", *MANAS) == near(0.8 * sigma**2 + 16 * sigma)


def test_a_guard_is_worth_paying_for():
    # σ = 0.3125: k = 0.078125 + 5. The guard takes 1.5 off the logit: π = −17.9, so F = −12.9. V = 5 − 10 < 0, and yet the host pays.
    scene = kinds(ON | GUARDED | {"patrons.USA.fixed.guard": 10}, {"review.guard": 0.0})
    scene.play(*TALKS)
    floor = 5.078125 + fear(-1.5)
    assert scene.see("survival", *GUARD) == near(fear(-1.5)) == near(-17.94677509732522)
    assert scene.see("floor", *GUARD) == near(floor)
    assert scene.see("value", *GUARD) == near(-5)
    assert scene.see("standing", *GUARD) == 1
    # ψ' = 0.1 of what lies between.
    assert scene.see("rent", *GUARD) == near(floor + 0.1 * (-5 - floor))
    assert scene.see("rent", *GUARD) < -12
    assert scene.measure("fee", *GUARD) == near(-scene.see("rent", *GUARD))
    scene.play(deliver)
    assert scene.see("rent_paid", *MANAS) == near(scene.see("rent", *GUARD) / 4)
    assert scene.see("income", "KGZ") == near(scene.see("rent", *GUARD) / 4 / 1000)


def test_nobody_pays_for_a_guard_that_costs_more_than_it_is_worth_to_both():
    scene = kinds(ON | GUARDED | {"patrons.USA.fixed.guard": 30}, {"review.guard": 0.0})
    scene.play(*TALKS)
    assert scene.see("standing", *GUARD) == 0
    assert [row["concession"] for row in scene.rows("refused")] == ["guard"]


def test_a_second_guard_adds_only_what_is_better():
    more = ON | {"patrons.USA.need": "{guard: 50}", "ties.USA.KGZ.fit": "{guard: 1}"}
    other = ("RUS", "KGZ", "guard")
    scene = kinds(more, {"review.guard": 0.0}, standing={other: True}, term_left={other: 9})
    scene.play(*TALKS)
    assert scene.see("survival", *GUARD) == 0
    assert scene.play(guard, c="KGZ") == 1.5
    # The guard that stands is worth what it keeps off.
    scene.order("review", ("RUS", "KGZ"), kind="guard")
    scene.put(standing={GUARD: False}, term_left={other: 9}).play(*TALKS)
    assert scene.see("survival", *other) == near(fear(-1.5))


def test_a_host_pays_no_more_than_its_purse_holds():
    # Half of a free revenue of 80, less the 15 that it pays elsewhere.
    dear = GUARDED | {"concessions.guard.guards": 5, "rules.refusal.office": 20}
    scene = kinds(ON | dear, {"review.guard": 0.0})
    scene.play(*TALKS)
    assert scene.see("floor", *GUARD) == near(-40)
    school = ("RUS", "KGZ", "training")
    scene = kinds(ON | dear, {"review.guard": 0.0}, standing={school: True}, rent={school: -15}, term_left={school: 9})
    scene.play(*TALKS)
    assert scene.see("floor", *GUARD) == near(-25)


# --- politics closes doors ---


def test_what_would_have_been_kept_but_for_fear_is_refused_by_politics_for_good():
    # V = 120 lies between the floor without fear and that with it.
    afraid = stage(ON, {"rebid": 0.0}, **standing(rent=20, term=1), opinion={MANAS: -1})
    afraid.put(legitimacy={"KGZ": 0.45})
    afraid.play(*TALKS)
    assert told(afraid) == [("notice", "USA", "politics")]
    assert afraid.see("floor", *MANAS) - afraid.see("survival", *MANAS) < 120 < afraid.see("floor", *MANAS)
    assert afraid.see("shut", *MANAS) == 1
    assert afraid.measure("closed", *MANAS) == 1
    # Opinion is good again; the notice is final all the same.
    afraid.put(opinion=0.5, shut=0).play(*TALKS, *TALKS)
    assert told(afraid)[1:] == [("closed", "USA", "politics")]
    calm = stage(ON, {}, **standing(rent=20, term=1))
    calm.put(legitimacy={"KGZ": 0.45}).play(*TALKS)
    assert told(calm) == [("renewed", "USA", "term")]


def test_behind_a_closed_door_nothing_is_sought_and_what_stands_ends_at_its_review():
    shut = stage(ON, {"review": 0.0}, shut={MANAS: True})
    shut.play(*TALKS)
    assert told(shut) == []
    shut.order("review", MANAS).play(*TALKS)
    assert told(shut) == [("refused", "USA", "politics")]
    assert shut.rows("package") == []  # a closed door is free
    held = stage(ON, {}, **standing(rent=20, term=1), shut={MANAS: True})
    held.play(*TALKS)
    assert told(held) == [("notice", "USA", "politics")]


def test_who_is_shut_out_does_not_bid_and_courts_less():
    scene = stage({"ties.USA.KGZ.weight": 1}, {"review": 0.0}, closed={("RUS", "KGZ"): 5})
    scene.play(*TALKS)
    assert scene.see("denial", *MANAS) == 0
    assert scene.see("closed", "RUS", "KGZ") == 4
    scene.play(court)
    # w' = 0.8 · (1 + 0.8 · 0.1), and 2.5 · 0.5 more for the rival's new base, of which a fifth is left.
    assert scene.see("weight", "RUS", "KGZ") == near(0.8 * 1.08 * 2.25 * 0.2)
    assert scene.see("weight", "USA", "KGZ") == near(1.08 * 1.25)


BANNED = {"rebid": 0.0}


def test_a_ban_is_final_and_an_eviction_may_be_bought_off():
    evicted = stage({}, BANNED, **standing(rent=20, term=5)).order("evict", MANAS)
    evicted.play(*TALKS)
    evicted.no_orders().play(*TALKS)
    assert told(evicted) == [("notice", "USA", "event"), ("kept", "USA", "rebid")]
    banned = stage({}, BANNED, **standing(rent=20, term=5)).order("ban", MANAS, inf)
    banned.play(*TALKS)
    assert banned.see("closed", *MANAS) == inf
    # The notice of two quarters runs already.
    assert banned.measure("notice", *MANAS) == 1
    banned.no_orders().play(*TALKS, *TALKS)
    assert told(banned) == [("notice", "USA", "ban"), ("closed", "USA", "ban")]


def test_a_ban_ends_all_contracts_of_a_patron_and_leaves_a_shorter_notice():
    three = {MANAS: True, GUARD: True, ("USA", "TJK"): True}
    scene = kinds({}, BANNED, standing=three, term_left={MANAS: 9, GUARD: 9, ("USA", "TJK"): 9}, notice={GUARD: 1})
    scene.order("ban", MANAS, 8).play(*TALKS)
    assert scene.measure("notice", *MANAS) == 1
    assert scene.see("standing", *GUARD) == 0
    assert scene.see("closed", *MANAS) == 8
    assert scene.measure("notice", "USA", "TJK") == 0
    scene.no_orders().order("admit", MANAS).play(*TALKS)
    assert scene.see("closed", *MANAS) == 0
    assert scene.measure("base", *MANAS) == 0  # who is admitted again has lost it all the same


def test_a_ban_ends_after_its_quarters():
    scene = stage({}, {"review": 0.0}).order("ban", MANAS, 2)
    for closed in (2, 1):
        scene.play(*TALKS)
        scene.no_orders()
        assert scene.see("closed", *MANAS) == closed
        assert scene.measure("base", *MANAS) == 0
    scene.play(*TALKS)
    assert scene.measure("base", *MANAS) == 1


# --- what only one can hold ---


def seats(own: float, others: float, **put: object) -> Scene:
    fit = {"ties.USA.KGZ.fit": "{recognition: 1}", "ties.RUS.KGZ.fit": "{recognition: 1}"}
    needs = {"patrons.USA.need": f"{{recognition: {own}}}", "patrons.RUS.need": f"{{recognition: {others}}}"}
    scene = kinds(fit | needs | {"rules.bargaining.surplus_share": 0}, {"review.recognition": {("USA", "KGZ"): 0.0}})
    return scene.put(standing={OTHER_SEAT: True}, rent={OTHER_SEAT: 9}, term_left={OTHER_SEAT: 9}, **put)


def test_the_richer_takes_recognition_from_the_poorer():
    # A salience of 0 leaves nothing but what the other would pay, 10, and the change, 3.
    scene = seats(100, 10)
    scene.play(*TALKS)
    assert scene.see("floor", *SEAT) == near(13)
    assert scene.see("rent", *SEAT) == near(13)
    assert [scene.see("standing", *seat) for seat in (SEAT, OTHER_SEAT)] == [1, 0]
    assert [(r["kind"], r["patron"], r["concession"], r["cause"]) for r in scene.rows("opened", "closed")] == [
        ("opened", "USA", "recognition", "sought"), ("closed", "RUS", "recognition", "outbid"),
    ]  # fmt: skip


def test_the_poorer_does_not():
    scene = seats(12, 10)
    scene.play(*TALKS)
    assert [scene.see("standing", *seat) for seat in (SEAT, OTHER_SEAT)] == [0, 1]
    assert scene.rows("package") == []  # what a rival would have paid for itself, it pays nobody


def test_of_two_who_open_at_once_who_gains_most_has_it():
    # Both bid to deny it, Russia 8 and the United States 4: worth 23 and 20, F = 20 − 4 and 23 − 8, gains of 7 and 5; the other
    # way round 1 and 11.
    bids = {("RUS", "KGZ"): 0.4, ("USA", "KGZ"): 0.4}
    for own, others, standing_ in ((23, 20, [1, 0]), (20, 23, [0, 1])):
        scene = seats(own, others).put(standing={OTHER_SEAT: False}, rent={OTHER_SEAT: 0})
        scene.put(share=bids, reputation={("USA", "KGZ"): 0.5})
        scene.rule(kind_denied={"recognition": 1}, rivalry={("USA", "RUS"): 0.5}, weight={("USA", "KGZ"): 0.8})
        scene.luck.throws["review.recognition"] = 0.0
        scene.play(*TALKS)
        assert scene.see("accepts", *SEAT)
        assert scene.see("accepts", *OTHER_SEAT)
        assert [scene.see("standing", *seat) for seat in (SEAT, OTHER_SEAT)] == standing_
    both = seats(100, 20).put(standing={OTHER_SEAT: False}, rent={OTHER_SEAT: 0})
    both.luck.throws["review.recognition"] = 0.0
    both.order("open_base", ("RUS", "KGZ"), kind="recognition", rent=1).play(*TALKS)
    assert [both.see("standing", *seat) for seat in (SEAT, OTHER_SEAT)] == [0, 1]  # what is ordered goes before
    rows = [(r["kind"], r["patron"], r["cause"]) for r in both.rows("refused", "opened")]
    assert rows == [("opened", "RUS", "event"), ("refused", "USA", "outbid")]


# --- what rests on another ---

MINING = {
    "patrons.USA.need": "{guard: 1, mine: 100}", "patrons.USA.fixed": "{guard: 30, mine: 20}",
    "ties.USA.KGZ.fit": "{guard: 1, mine: 0.5}", "rules.bargaining.surplus_share": 0,
}  # fmt: skip


def test_a_mine_pays_for_the_guard_that_it_requires():
    # The mine: V = 50 − 20, F = k = 5.078125. The guard: V = 1 − 30 + 24.9 = −4.1, dearer than its price of 5.1.
    scene = kinds(MINING, {"review": 0.0})
    scene.play(*TALKS)
    assert scene.see("value", *MINE) == near(30)
    assert scene.see("value", *GUARD) == near(-29 + 30 - 5.078125)
    assert [scene.see("standing", *what) for what in (GUARD, MINE)] == [0, 0]
    assert [(r["concession"], r["kind"]) for r in scene.rows("refused")] == [("guard", "refused"), ("mine", "refused")]
    rich = kinds(MINING | {"ties.USA.KGZ.fit.mine": 1}, {"review": 0.0})
    rich.play(*TALKS)
    assert rich.see("value", *GUARD) == near(-29 + 80 - 5.078125)
    assert [rich.see("standing", *what) for what in (GUARD, MINE)] == [1, 1]


def test_a_bundle_counts_only_what_could_be_had():
    # A mine that the host would pay for is no good where there is nothing to mine.
    dream = {"ties.USA.KGZ.fit.mine": 0, "ties.USA.TJK.fit.mine": 1, "patrons.USA.fixed.mine": 0, "concessions.mine.guards": 3}
    idle = kinds(MINING | dream | ON, {"review": 0.0})
    idle.play(*TALKS)
    assert idle.see("accepts", *MINE)
    assert idle.see("value", *GUARD) == near(-29)


def test_what_rests_on_another_ends_with_it():
    both = {GUARD: True, MINE: True}
    scene = kinds(MINING, {}, standing=both, rent={GUARD: 6, MINE: 7}, term_left={GUARD: 9, MINE: 9})
    scene.order("close_base", MANAS, kind="guard").play(*TALKS)
    assert [scene.see("standing", *what) for what in (GUARD, MINE)] == [0, 0]
    assert [(r["concession"], r["cause"], r["rent"]) for r in scene.rows("closed")] == [("guard", "event", 6), ("mine", "event", 7)]


# --- what a place costs and what a host learns ---


def test_a_fixed_cost_lowers_the_value_and_not_its_luck():
    costly = {"patrons.USA.fixed": 20, "ties.USA.KGZ.base_size": 2, "rules.bargaining.value_noise": 0.25}
    scene = stage(costly, {"review": 0.0, "value": 0.69})
    scene.play(*TALKS)
    assert scene.see("belief", *MANAS) == near(120 - 40)
    assert scene.see("value", *MANAS) == near(120 * scene.see("value_luck", *MANAS) - 40)
    assert scene.see("value_luck", *MANAS) > 1.1


def test_a_full_mission_would_have_kept_it_though_it_costs():
    # V = 0.25 · 120 − 20 = 10 < F = 10.3 + 60 ≤ 120 − 20.
    more = {"patrons.USA.fixed": 20, "ties.USA.KGZ.mission": 0.25, "patrons.RUS.budget": 3000}
    scene = stage(more, {}, **standing(rent=5, term=1))
    scene.put(mission_before={"USA": 0.25}, tie_mission_before={"USA": 0.25}).play(*TALKS)
    assert told(scene)[0] == ("notice", "USA", "mission")


def test_a_host_learns_what_a_place_is_worth_and_demands_it():
    # After 16 quarters ψ = 0.6 · (1 − 1/e): rent* = F + ψ(V̂ − F) for who believes V̂ = 120.
    learned = {"rules.bargaining.monopoly": 0.6, "rules.bargaining.value_noise": 0.25, "rules.bargaining.surplus_share": 0}
    psi = 0.6 * (1 - exp(-1))
    rent = 18.3125 + psi * (120 - 18.3125)
    kept = stage(learned, {"value": 0.5}, **standing(rent=20, term=1), age={MANAS: 16})
    kept.play(*TALKS)
    assert kept.measure("rent", *MANAS) == near(rent) == near(56.87975559552738)
    assert kept.see("age", *MANAS) == 17
    # Bad luck makes it worth less than is asked, though more than the floor.
    poor = stage(learned, {"value": 0.0001}, **standing(rent=20, term=1), age={MANAS: 16})
    poor.play(*TALKS)
    assert 18.3125 < poor.see("value", *MANAS) < rent
    assert told(poor)[0] == ("notice", "USA", "demand")
    # An alternative halves what it can learn.
    other = stage(learned | {"ties.USA.TJK.geography": 1}, {"value": 0.5}, **standing(rent=20, term=1), age={MANAS: 16})
    other.put(standing={MANAS: True, ("USA", "TJK"): True}, term_left={MANAS: 1, ("USA", "TJK"): 9}).play(*TALKS)
    assert other.see("hold", *MANAS) == near(psi / 2)


def test_nothing_is_sought_while_a_mission_falls():
    fading = {"rules.bargaining.seek_declining": 0, "patrons.USA.mission": 0.5}
    scene = stage(fading, {"review": 0.0})
    scene.play(*TALKS)
    assert told(scene) == []
    scene.put(mission_before={"USA": 0.5}).play(*TALKS)
    assert told(scene) == [("opened", "USA", "sought")]


def test_a_mission_may_lie_in_one_client_alone():
    scene = stage({"ties.USA.KGZ.mission": 0.25, "ties.USA.TJK.geography": 1}, {"review": 0.0})
    scene.play(*TALKS)
    assert [scene.see("value", "USA", c) for c in ("KGZ", "TJK")] == near([30, 120 / 1.0])
    # A kind without a mission sees the client's part alone.
    mine = kinds(MINING | {"patrons.USA.mission": 0, "ties.USA.KGZ.mission": 0.8}, {"review": 0.0})
    mine.play(open_table)
    mine.play(negotiate, p="USA", c="KGZ", j="guard")
    assert mine.see("value", *MINE) == near(0.8 * 50 - 20)
    assert mine.see("value", *GUARD) == near(-30 + 20 - 5.078125)


def test_a_demand_on_a_rent_that_the_host_pays_divides_it():
    scene = stage({}, {}, **standing(rent=-10, term=5)).order("host_demand", MANAS, 4)
    scene.play(*TALKS)
    assert scene.measure("rent", *MANAS) == near(-2.5)


# --- what kinds bring ---


def test_kinds_bring_presence_capital_trade_and_treaties():
    brought = {("USA", "KGZ", kind): True for kind in ("guard", "training", "mine", "recognition")}
    scene = kinds({"ties.USA.KGZ.base_size": 2, "ties.USA.KGZ.trade": 10}, {}, standing=brought)
    scene.put(presence=0, capital=0, delivered=0)
    scene.play(store)
    assert scene.see("presence", *MANAS) == near(15 * 2 * 0.5)
    assert scene.see("capital", *MANAS) == near(2 * 3)
    assert scene.play(traded, p="USA", c="KGZ") == near(0.10 + 0.03)
    assert scene.play(treaty_of, p="USA", c="KGZ") == near(0.12)
    before = scene.see("influence", *MANAS)
    scene.play(influence)
    assert scene.see("influence", *MANAS) > before
    assert scene.play(trains, c="KGZ") == 0.7
    assert scene.play(guard, c="KGZ") == 1.5


def test_a_rival_is_hosted_as_far_as_its_contract_is_denied():
    for held, hosted in ((("guard",), 0.0), (("training",), 0.25), (("training", "base"), 0.5)):  # rivalry 0.5
        scene = kinds(standing={("USA", "KGZ", kind): True for kind in held})
        scene.play(court)
        assert scene.see("hosted", "RUS", "KGZ") == near(hosted)


def test_who_withholds_help_gives_less_to_juntas_and_fewer_arms_to_hosts_of_rivals():
    stingy = {"patrons.RUS.withhold.coup": 0.7, "patrons.RUS.withhold.rival": 0.8, "patrons.RUS.licence": "{arms: 1, grants: 1}"}
    scene = stage(stingy | {"states.KGZ.regime": "military"}, {}, **standing())
    scene.play(court)
    assert [scene.play(licence, p="RUS", c="KGZ", k=k) for k in (0, 1)] == near([0.2 * 0.3, 0.3])
    assert [scene.play(licence, p="RUS", c="TJK", k=k) for k in (0, 1)] == near([1, 1])
    assert scene.see("weight", "RUS", "KGZ") == near(0.8 * 1.08 * (1 + 2.5 * 0.5) * 0.3)
    scene.order("review", MANAS).play(*TALKS)
    assert scene.see("denial", *MANAS) == near(8 * 0.3)


def test_kinds_draw_luck_of_their_own():
    scene = kinds(MINING | {"patrons.USA.need.base": 120, "ties.USA.KGZ.fit.base": 1}, {"review": 0.999, "review.guard": 0.0})
    scene.play(*TALKS)
    assert [(r["concession"], r["kind"]) for r in scene.rows("opened", "refused")] == [("guard", "refused")]


def test_a_scene_of_many_kinds_keeps_each_in_its_place():
    scene = kinds({}, {}, standing={GUARD: True, MANAS: True}, rent={GUARD: -3, MANAS: 8}, term_left={GUARD: 9, MANAS: 9})
    assert (scene.measure("base", *MANAS), scene.measure("rent", *MANAS)) == (1, 8)
    assert [scene.measure("concession", *MANAS, kind) for kind in ("base", "guard", "mine")] == [1, 1, 0]
    assert [scene.measure("fee", *MANAS, kind) for kind in ("base", "guard", "mine")] == [-8, 3, 0]
    assert np.asarray(scene.see("standing")).sum() == 1  # bases alone


def test_a_pledge_broken_below_zero_stings_by_the_bids_alone():
    # A guard that pays for itself has a floor below 0, and nobody can break more than what was bid.
    paid = {"concessions.guard.denied": 1, "patrons.USA.need": "{guard: 50}", "ties.USA.KGZ.fit": "{guard: 1}"}
    scene = kinds(ON | paid, {"review.guard": 0.0}, pledge={("RUS", "USA", "KGZ", "guard"): 5})
    scene.play(*TALKS)
    floor = 5.078125 + fear(-1.5) + 8
    assert scene.see("floor", *GUARD) == near(floor)
    assert floor < 8
    assert scene.see("sting", "RUS", "KGZ").tolist() == near([1 / 3, 1 / 3, 1 / 3])
    assert scene.see("pledge", "RUS", "USA", "KGZ", "guard") == 0


@pytest.mark.parametrize("act", ["close_base", "evict", "review"])
def test_an_order_about_one_kind_leaves_the_others(act):
    scene = kinds({}, {}, standing={GUARD: True, MANAS: True}, term_left={GUARD: 9, MANAS: 9}).order(act, MANAS, kind="guard")
    scene.play(*TALKS)
    assert {r["concession"] for r in scene.rows("closed", "notice", "renewed", "refused")} == {"guard"}
    assert scene.measure("base", *MANAS) == 1


@pytest.mark.parametrize(("opinion", "sanction", "shut"), [(-0.14, 0, 0), (-0.16, 0, 1), (0.5, 3, 1)])
def test_a_door_that_politics_shut_opens_when_nobody_is_angry_or_sanctioned(opinion, sanction, shut):
    # Opinion stays as it is where it does not recover.
    still = ON | {"rules.sentiment.recovery": 0, "rules.sentiment.noise": 0, "rules.sentiment.sanction": 0}
    scene = stage(still, shut={MANAS: True}, opinion={MANAS: opinion}, sanction={MANAS: sanction})
    scene.play(rule)
    assert scene.see("shut", *MANAS) == shut


def test_a_bans_rows_are_told_before_anything_falls():
    both = {GUARD: True, MINE: True}
    scene = kinds(MINING, {}, standing=both, term_left={GUARD: 9, MINE: 9}, notice={GUARD: 1, MINE: 5}).order("ban", MANAS, inf)
    scene.play(*TALKS)
    assert [(r["kind"], r["concession"]) for r in scene.rows("notice", "closed")] == [
        ("notice", "guard"), ("notice", "mine"), ("closed", "guard"), ("closed", "mine"),
    ]  # fmt: skip


def test_the_regimes_danger_is_that_before_the_talks():
    # A base that opens in the quarter and binds the host to a closed patron props it up only from then on.
    linked = {"states.KGZ.support": "linkage", "patrons.RUS.openness": 0.1, "concessions.base": "{institutions: 2}"}
    more = {"patrons.RUS.mission": 1, "patrons.RUS.need": 90, "ties.RUS.KGZ.geography": 1}
    scenes = [kinds(ON | GUARDED | linked | more, {"review": {("RUS", "KGZ"): luck}, "review.guard": 0.0}) for luck in (0.0, 0.999)]
    for scene in scenes:
        scene.put(mission_before={"RUS": 1.0}).play(*TALKS)
    assert [scene.measure("base", "RUS", "KGZ") for scene in scenes] == [1, 0]
    assert scenes[0].see("survival", *GUARD) == scenes[1].see("survival", *GUARD) < 0
    scenes[0].put(standing={GUARD: False}, known=0, rent={GUARD: 0}).play(*TALKS)
    assert scenes[0].see("survival", *GUARD) > scenes[1].see("survival", *GUARD)
