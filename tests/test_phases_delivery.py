"""Delivery and stocks (equations §5 and §6), worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from patronage.phases import delivery, stocks
from patronage.world.draws import delivered_share
from patronage.world.plan import quantiles
from worlds import Scene

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
