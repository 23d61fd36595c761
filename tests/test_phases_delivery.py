"""Delivery, stocks and influence (equations §5 to §7), worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from patronage.phases import delivery, influence, stocks
from patronage.world.draws import delivered_share
from patronage.world.plan import quantiles
from worlds import TWO, Scene

KANT = ("RUS", "KGZ")
HALF = {"patrons.RUS.delivery.grants": 0.5, "patrons.RUS.delivery.arms": 1}
"""With a precision of 2 the delivered share of grants is uniform between 0 and 1: the draw itself."""


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


# --- delivery and payment ---


def test_courtship_delivers_a_drawn_share_and_packages_arrive_beside_it():
    scene = Scene(overrides=HALF, dice={"delivery.grants": 0.25}).put(
        offered={(*KANT, "grants"): 40, (*KANT, "arms"): 12}, arriving={(*KANT, "grants"): 6}
    )
    scene.play(delivery.deliver)
    assert scene.see("delivered", *KANT) == near(np.array([12, 16, 0, 0]))
    assert scene.measure("delivered", *KANT) == near(28)
    assert scene.measure("arms_delivered", *KANT) == near(12)
    # At a cost of one each.
    assert scene.measure("spent", "RUS") == near(28)


def test_a_drawn_share_is_a_quantile():
    def share(u: float, precision: float, mean: float) -> float:
        tables = quantiles(precision, mean)[None]
        found = delivered_share(tables, 0.0, precision, mean, u)
        # The same without a table, and beside one that is somebody else's.
        assert delivered_share(tables, -1.0, precision, mean, u) == found
        assert delivered_share(quantiles(precision, mean / 2)[None], 0.0, precision, mean, u) == found
        assert delivered_share(quantiles(precision + 1, mean)[None], 0.0, precision, mean, u) == found
        return found

    # Beta(1, 1) is uniform. Beta(2, 1) has the distribution x²: its quantile is a root, tabulated in 256 steps.
    assert [share(u, 2.0, 0.5) for u in (0.0, 0.3, 0.999)] == near([0.0, 0.3, 0.999])
    assert share(0.25, 3.0, 2 / 3) == near(0.5)
    # Between two entries, 0.2890625 = 74/256 and 75/256: (sqrt(74) + sqrt(75))/2/16.
    assert share(74.5 / 256, 3.0, 2 / 3) == near(0.5394556032777191)
    assert [delivered_share(quantiles(2.0, 0.5)[None], -1.0, 2.0, 1.0, u) for u in (0.0, 0.3, 0.999)] == [1, 1, 1]


def test_rents_are_paid_by_the_quarter_and_not_in_kind():
    scene = Scene(overrides={"ties.USA.TJK.in_kind": "on"}).put(
        base={("USA", "KGZ"): True, ("USA", "TJK"): True}, rent={("USA", "KGZ"): 60, ("USA", "TJK"): 60}
    )
    scene.put(offered={(*KANT, "loans"): 5}).rule(delivery_loans={"RUS": 1})
    scene.play(delivery.deliver)
    assert scene.measure("rent_paid", "USA", "KGZ") == near(15)
    assert scene.measure("rent_paid", "USA", "TJK") == 0
    # (5 loans + 15 rent)/1000
    assert scene.see("income") == near(np.array([0.02, 0]))


def test_reputation_learns_from_every_instrument_alike():
    scene = Scene(overrides=HALF, dice={"delivery.grants": 0.4}).put(
        reputation=0.8, offered={(*KANT, "grants"): 40}, expected={(*KANT, "grants"): 40, (*KANT, "loans"): 1000}
    )
    scene.play(delivery.deliver)
    # Grants 0.4, loans 0: 0.8 + 0.05 · (0.2 − 0.8). Where nothing was expected nothing is learnt.
    assert scene.measure("reputation", *KANT) == near(0.77)
    assert scene.measure("reputation", "USA", "KGZ") == near(0.8)
    off = Scene(overrides={"mechanisms.reputation": "off"}).put(reputation=0.8, expected={(*KANT, "loans"): 1000})
    off.play(delivery.deliver)
    assert off.measure("reputation", *KANT) == near(0.8)


def test_more_than_was_promised_counts_as_all():
    scene = Scene().put(reputation=0.8, arriving={(*KANT, "grants"): 9}, expected={(*KANT, "grants"): 3})
    scene.play(delivery.deliver)
    assert scene.measure("reputation", *KANT) == near(0.81)


def test_relief_ends_with_the_debt():
    scene = Scene().put(debt={KANT: 30}, arriving={(*KANT, "debt_relief"): 50}, expected={(*KANT, "debt_relief"): 50})
    scene.play(delivery.deliver)
    assert scene.measure("relief", *KANT) == near(30)


def test_forgiveness_counts_as_promised_and_kept():
    scene = Scene().put(debt={KANT: 300}, reputation=0.8).order("forgive", KANT, 100)
    scene.play(delivery.deliver)
    assert scene.measure("relief", *KANT) == near(100)
    assert scene.measure("reputation", *KANT) == near(0.81)
    [row] = scene.rows("forgiven")
    assert (row["patron"], row["client"], row["instrument"], row["delivered"]) == ("RUS", "KGZ", "debt_relief", 100)


def test_no_more_is_forgiven_than_is_owed():
    scene = Scene().put(debt={KANT: 30}, reputation=0.8).order("forgive", KANT, 100)
    scene.play(delivery.deliver)
    assert scene.measure("relief", *KANT) == near(30)
    assert scene.measure("reputation", *KANT) == near(0.81)


@pytest.mark.parametrize(
    ("shock", "draw", "left"), [(0, 0.0201, 150), (0, 0.0199, 0), (-0.1, 0.3199, 0), (-0.1, 0.3201, 150)]
)
def test_pending_projects_are_given_up_sooner_in_a_slump(shock, draw, left):
    # 0.02 + 3 · 0.1
    scene = Scene(overrides={"patrons.RUS.shock": shock}, dice={"cancel": draw}).put(
        due={(*KANT, "loans", "refusal"): 100, (*KANT, "arms", "refusal"): 10},
        stuck={(*KANT, "loans", "concession"): 50},
    )
    scene.play(delivery.deliver)
    pending = scene.see("due", *KANT)[2].sum() + scene.see("stuck", *KANT)[2].sum()
    assert pending == left
    assert scene.see("due", *KANT, "arms", "refusal") == 10
    assert [row["promised"] for row in scene.rows("cancelled")] == ([] if left else [150])


# --- stocks ---


def test_stocks_decay_and_are_fed():
    scene = Scene().put(
        arms={KANT: 100},
        capital={KANT: 200},
        presence={KANT: 50},
        debt={KANT: 400},
        base={KANT: True},
        delivered={(*KANT, "arms"): 10, (*KANT, "grants"): 5, (*KANT, "loans"): 7, (*KANT, "debt_relief"): 20},
    )
    scene.play(stocks.store)
    # 0.98 · 100 + 10; 0.96 · 200 + 5 + 7; 0.94 · 50 + 15; 400 · (1 + 0.005 − 0.02) + 7 − 20
    assert scene.measure("arms", *KANT) == near(108)
    assert scene.measure("capital", *KANT) == near(204)
    assert scene.measure("presence", *KANT) == near(62)
    assert scene.measure("debt", *KANT) == near(381)


def test_debt_is_never_negative():
    scene = Scene().put(debt={KANT: 10}, delivered={(*KANT, "debt_relief"): 10})
    scene.play(stocks.store)
    assert scene.measure("debt", *KANT) == 0


def test_surplus_equipment_comes_from_a_pool():
    scene = Scene(overrides={"patrons.USA.surplus": 30}).put(arms={("USA", "KGZ"): 100})
    scene.order("transfer", ("USA", "KGZ"), 10)
    scene.order("transfer", ("USA", "TJK"), 50)
    scene.play(stocks.store)
    # 60 asked, 30 there: half of each. It fights like three times its transfer value and brings instructors.
    assert scene.see("transferred", "USA") == near(np.array([5, 25]))
    assert scene.measure("arms", "USA", "KGZ") == near(98 + 15)
    assert scene.measure("presence", "USA", "TJK") == near(12.5)
    assert scene.see("surplus", "USA") == 0
    rows = [(row["client"], row["promised"], row["delivered"]) for row in scene.rows("transfer")]
    assert rows == [("KGZ", 10, near(5)), ("TJK", 50, near(25))]
    scene.play(stocks.store)
    assert scene.see("transferred", "USA").tolist() == [0, 0]


# --- influence ---

WIRED = TWO + "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ], depth: 0.2}\n"


def channels(scene: Scene) -> list[float]:
    scene.play(influence.influence)
    return scene.see("channel", *KANT)


def test_influence_is_bandwidth_times_dependence_in_six_channels():
    scene = Scene(WIRED, {"ties.RUS.KGZ.access": 30, "ties.RUS.KGZ.institutions": 0.1}).put(
        arms={KANT: 80, ("USA", "KGZ"): 24},
        capital={KANT: 400},
        debt={KANT: 600},
        other_debt={"KGZ": 570},
        presence={KANT: 240},
    )
    made = channels(scene)
    # Each stock stands at its cap (per 4000 a year), so every bandwidth is ½. Dependence: market and institutions
    # 1200/1260, arms 80/(104 + 8), capital 400/420, debt 600/(600 + 570 + 30), presence 240/252.
    expected = [0.3 / 2 * 80 / 112, 0.15 / 2 / 1.05, 0.25 / 2 / 2, 0.3 / 2 / 1.05, 0.28 / 2 / 1.05, 0.1 / 2 / 1.05]
    assert made == near(np.array(expected))
    # 0.1071429 + 0.0714286 + 0.0625 + 0.1428571 + 0.1333333 + 0.0476190
    assert scene.measure("influence", *KANT) == near(0.5648809523809524)
    # USA, arms: 24/(24 + 80) · 24/112 · 0.3 = 0.0148352; shares of 0.5648810 + 0.0148352 + 0.05
    assert scene.measure("influence", "USA", "KGZ") == near(0.014835164835164835)
    assert scene.measure("share", *KANT) == near(0.8970406456773068)
    assert scene.measure("autonomy", "KGZ") == near(0.07940085799461938)


def test_a_sanction_cuts_the_market_and_membership_opens_institutions():
    scene = Scene(WIRED, {"ties.RUS.KGZ.access": 40}).put(sanction={KANT: 2}, sanction_cut={KANT: 0.25})
    # 0.4 · 0.75 is 30 % of GDP; the bloc's depth of 0.2 is 800: 800/2000 · 800/860 · 0.1
    made = channels(scene)
    assert made[4] == near(0.28 / 2 / 1.05)
    assert made[5] == near(0.1 * 0.4 * 800 / 860)
    out = scene.put(member={("CSTO", "KGZ"): False})
    assert channels(out)[5] == 0


def test_institutions_can_be_switched_off():
    scene = Scene(WIRED, {"mechanisms.institutions": "off", "ties.RUS.KGZ.institutions": 0.1})
    assert channels(scene).tolist() == [0] * 6
