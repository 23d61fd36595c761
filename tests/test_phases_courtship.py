"""Courtship (equations §3), worked out by hand: shipping, weights, strategies, needs and how money becomes offers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from patronage.phases import courtship
from patronage.world import terms
from worlds import BLOC, TWO, Scene, composed

COURTSHIP = (courtship.court, courtship.offer)


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


# --- shipping: packages due are a first charge ---


def test_instalments_of_packages_leave_first():
    scene = Scene(overrides={"patrons.RUS.unit_cost.arms": 0.5}).put(
        due={("RUS", "KGZ", "arms", "refusal"): 120, ("RUS", "TJK", "grants", "concession"): 40},
        stuck={("RUS", "KGZ", "arms", "refusal"): 60},
    )
    scene.play(courtship.ship, p="RUS")
    # A twelfth of the arms at half cost and a quarter of the grants: 10 · 0.5 + 10 = 15 of 100.
    assert scene.see("arriving", "RUS", "KGZ", "arms") == near(10)
    assert scene.see("arriving", "RUS", "TJK", "grants") == near(10)
    assert scene.see("available", "RUS") == near(85)
    assert scene.see("due", "RUS", "KGZ", "arms", "refusal") == near(110)
    # The client counts on a twelfth of what is stuck, too: 180/12.
    assert scene.see("expected", "RUS", "KGZ", "arms") == near(15)


def test_they_take_at_most_half_of_a_budget():
    scene = Scene().put(due={("RUS", "KGZ", "grants", "concession"): 400})
    scene.play(courtship.ship, p="RUS")
    # A quarter would be 100, all of the budget: half is shipped.
    assert scene.see("arriving", "RUS", "KGZ", "grants") == near(50)
    assert scene.see("due", "RUS", "KGZ", "grants", "concession") == near(350)
    assert scene.see("available", "RUS") == near(50)
    assert scene.see("expected", "RUS", "KGZ", "grants") == near(100)


# --- weights and needs ---


def test_weights_rise_with_threat_bases_and_membership():
    members = TWO + "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ]}\n"
    ties = {"ties.RUS.KGZ.weight": 0.8, "ties.RUS.TJK.weight": 0.5, "ties.USA.TJK.weight": 0.6, "rivalry.RUS.USA": 0.4}
    scene = Scene(members, ties).put(threat={"KGZ": 0.5, "TJK": 0.0}, base={("RUS", "KGZ"): True, ("USA", "KGZ"): True})
    scene.play(courtship.court)
    weight = scene.see("weight")
    # RUS: 0.8 · (1 + 0.8 · 0.5) · 1.25 · (1 + 2.5 · 0.4) = 2.8; 0.5 · 0.45 for an outsider of its bloc.
    # USA leads no bloc: no such discount.
    assert weight == near(np.array([[2.8, 0.225], [0.0, 0.6]]))


def test_needs_stand_on_a_common_scale():
    scene = Scene(overrides={"rivalry.RUS.USA": 0.4}).put(
        insecurity=0.05,
        legitimacy=0.5,
        base={("USA", "KGZ"): True},
        debt={("RUS", "KGZ"): 1000},
        capital={("RUS", "KGZ"): 600, ("USA", "KGZ"): 400},
    )
    for client in ("KGZ", "TJK"):
        scene.play(terms.work_out_needs, c=client)
    need = scene.see("need")
    # Arms ½ + 0.25 · 0.4; grants 0.6 − 0.5 + ½ (2000 USD a head); loans 1/(1 + 1000/(0.25 · 4000)); relief 1000/2000.
    assert need[0, 0] == near(np.array([0.6, 0.6, 0.5, 0.5]))
    # TJK as seen by USA: no rival's base, no capital, no debt.
    assert need[1, 1] == near(np.array([0.5, 0.6, 1.0, 0.0]))


# --- strategies ---

CONTEST = TWO.replace("  RUS: {position", "  UZB: {gdp: 8000, growth: 0, openness: 0.2}\n  RUS: {position", 1)


def played(strategy: str, budget: float = 400, draw: float = 0.5, **put: object) -> Scene:
    """RUS, with w' 1 and 0.6, faces efforts of USA of 8 and 4 against floors of 12 and 6."""
    overrides = {
        "patrons.RUS.strategy": strategy,
        "patrons.RUS.budget": budget,
        "ties.RUS.KGZ.weight": 1,
        "ties.RUS.TJK.weight": 0.6,
        "rivalry.RUS.USA": 0.4,
    }
    scene = Scene(TWO, overrides, {"portfolio": {"RUS": draw}}).put(
        threat=0.0, effort={("USA", "KGZ"): 8, ("USA", "TJK"): 4}
    )
    scene.put(effort={("RUS", "KGZ"): 0, ("RUS", "TJK"): 0}, **put)
    scene.play(*COURTSHIP)
    return scene


def efforts(scene: Scene) -> list[float]:
    return scene.see("effort", "RUS").tolist()


def test_sphere_courts_everyone_in_proportion_to_weight():
    scene = played("sphere")
    assert efforts(scene) == near([62.5, 37.5])
    assert scene.measure("effort", "RUS", "KGZ") == near(62.5)
    # 0.625² + 0.375²
    assert scene.measure("concentration", "RUS") == near(0.53125)


def test_the_published_contest():
    weights = {"KGZ": 5, "TJK": 3, "UZB": 2}
    overrides = {f"ties.{p}.{c}.weight": w for p in ("RUS", "USA") for c, w in weights.items()}
    overrides |= {
        "patrons.RUS.budget": 400,
        "patrons.USA.budget": 160,
        "patrons.RUS.strategy": "sphere",
        "patrons.USA.strategy": "sphere",
    }
    scene = Scene(CONTEST, overrides).put(threat=0.0)
    scene.play(*COURTSHIP)
    rus, usa = scene.see("effort", "RUS"), scene.see("effort", "USA")
    assert rus == near(np.array([50.0, 30.0, 20.0]))
    assert usa == near(np.array([20.0, 12.0, 8.0]))
    assert rus / (rus + usa) == pytest.approx([0.7143] * 3, abs=5e-5)
    # Nobody can do better alone: the best reply found numerically is the same.
    best = minimize(
        lambda e: -sum(w * x / (x + r) for w, x, r in zip((5, 3, 2), e, usa, strict=True)),
        [30, 30, 40],
        bounds=[(0, 100)] * 3,
        constraints={"type": "eq", "fun": lambda e: e.sum() - 100},
    )
    assert best.x == pytest.approx([50, 30, 20], rel=4e-3)


def test_client_state_pays_for_half_of_the_contest_and_shares_out_the_rest():
    # Costs 1.05 · (8 + 12) = 21 and 1.05 · (4 + 6) = 10.5; 68.5 are left: 1 : 0.6.
    scene = played("client_state")
    assert efforts(scene) == near([63.8125, 36.1875])
    assert scene.measure("mode", "RUS") == 1
    [row] = scene.rows("switch")
    assert (row["patron"], row["concession"]) == ("RUS", "client state")


def test_scarce_money_goes_to_the_best_client_alone():
    # TJK ranks first, 0.6/10.5 against 1/21; with 20, KGZ cannot be had beside it; with 10 not even TJK in full.
    assert efforts(played("client_state", budget=80)) == near([0.0, 20.0])
    assert efforts(played("client_state", budget=40)) == near([0.0, 10.0])
    # Distrust ranks it last: q 0.1 against 0.8.
    assert efforts(played("client_state", budget=120, reputation={("RUS", "TJK"): 0.1})) == near([30.0, 0.0])


def test_a_portfolio_is_reconsidered_now_and_then_by_worth():
    # With 20 to spend. Sphere 12.5 and 7.5: contest shares 0.3846 and 0.4286, worth 0.9039 with the premium;
    # client state 0 and 20: shares 0 and 0.6667, worth 0.7068. S(2.5 · (0.7068 − 0.9039)) · 0.07 = 0.02655.
    assert efforts(played("portfolio", 80, draw=0.0265)) == near([0.0, 20.0])
    assert efforts(played("portfolio", 80, draw=0.0266)) == near([12.5, 7.5])
    assert efforts(played("portfolio", 80, draw=0.0266, mode={"RUS": 1})) == near([12.5, 7.5])
    # Mostly nothing is reconsidered.
    assert efforts(played("portfolio", 80, draw=0.0701, mode={"RUS": 1})) == near([0.0, 20.0])
    assert efforts(played("portfolio", 80, draw=0.0701)) == near([12.5, 7.5])
    switched = played("portfolio", 80, draw=0.0266, mode={"RUS": 1})
    assert [row["concession"] for row in switched.rows("switch")] == ["sphere of influence"]


def test_mixture_is_part_of_each():
    overrides = {"patrons.RUS.strategy_share": 0.25}
    scene = Scene(
        TWO,
        {
            "patrons.RUS.strategy": "mixture",
            "patrons.RUS.budget": 80,
            "ties.RUS.KGZ.weight": 1,
            "ties.RUS.TJK.weight": 0.6,
        }
        | overrides,
    )
    scene.put(threat=0.0, effort={("USA", "KGZ"): 8, ("USA", "TJK"): 4}).put(
        effort={("RUS", "KGZ"): 0, ("RUS", "TJK"): 0}
    )
    scene.play(*COURTSHIP)
    # ¼ of (0, 20) and ¾ of (12.5, 7.5)
    assert efforts(scene) == near([9.375, 10.625])


def test_denial_first_goes_where_a_rival_has_a_base():
    assert efforts(played("denial_first")) == near([62.5, 37.5])
    assert efforts(played("denial_first", base={("USA", "TJK"): True})) == near([0.0, 100.0])


def test_tit_for_tat_answers_as_far_as_the_money_goes():
    assert efforts(played("tit_for_tat")) == near([8.0, 4.0])
    assert efforts(played("tit_for_tat", budget=24)) == near([4.0, 2.0])


def test_retrench_keeps_to_bases_and_followers():
    assert efforts(played("retrench")) == near([31.25, 18.75])
    assert efforts(played("retrench", base={("RUS", "TJK"): True})) == near([0.0, 50.0])
    scene = Scene(
        TWO + "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ]}\n",
        {
            "patrons.RUS.strategy": "retrench",
            "ties.RUS.KGZ.weight": 1,
            "ties.RUS.TJK.weight": 0.6,
        },
    )
    scene.play(*COURTSHIP)
    assert efforts(scene) == near([50.0, 0.0])


def test_without_weights_nobody_is_courted():
    for strategy in ("sphere", "client_state", "mixture", "denial_first", "tit_for_tat", "retrench", "portfolio"):
        scene = Scene(overrides={"patrons.USA.strategy": strategy}, dice={"portfolio": 0.01}).put(
            effort={("RUS", "KGZ"): 9}
        )
        scene.play(*COURTSHIP)
        assert scene.see("effort", "USA").tolist() == [0.0, 0.0], strategy
        assert scene.measure("unspent", "USA") == near(50)


# --- from money to offers ---


def test_money_is_split_where_the_last_dollar_does_as_much_good():
    # m 0.5 and 3, A ½ each: μ/2 − 0.5 + μ/2 − 3 = 10, μ = 13.5.
    assert composed(10, (1, 1, 1, 1), (0.5, 0.5, 0, 0), (0.5, 3, 4, 4), 0) == near(np.array([6.25, 3.75, 0, 0]))
    # With little money only the instrument with the steepest beginning is bought.
    assert composed(1, (1, 1, 1, 1), (0.5, 0.5, 0, 0), (0.5, 3, 4, 4), 0) == near(np.array([1, 0, 0, 0]))
    # Arms at half price: ½μ − 0.25 + ½μ − 3 = 10, μ = 13.25; 12.75 of arms cost 6.375.
    assert composed(10, (0.5, 1, 1, 1), (0.5, 0.5, 0, 0), (0.5, 3, 4, 4), 0) == near(np.array([12.75, 3.625, 0, 0]))


def test_relief_ends_with_the_debt():
    assert composed(10, (1, 1, 1, 1), (0, 1, 0, 1), (4, 4, 4, 4), 100) == near(np.array([0, 5, 0, 5]))
    assert composed(10, (1, 1, 1, 1), (0, 1, 0, 1), (4, 4, 4, 4), 2) == near(np.array([0, 8, 0, 2]))
    # At one's caps, and without a usable instrument, money stays unspent.
    assert composed(10, (1, 1, 1, 1), (0, 0, 0, 1), (4, 4, 4, 4), 2) == near(np.array([0, 0, 0, 2]))
    assert composed(10, (1, 1, 1, 1), (0, 0, 0, 0), (4, 4, 4, 4), 2) == near(np.array([0, 0, 0, 0]))


def test_courtship_promises_what_licences_allow():
    overrides = {
        "patrons.RUS.strategy": "sphere",
        "ties.RUS.KGZ.weight": 1,
        "patrons.RUS.licence.grants": 0.5,
        "patrons.RUS.unit_cost.grants": 2,
        "patrons.USA.strategy": "sphere",
        "ties.USA.TJK.weight": 1,
    }
    scene = Scene(TWO, overrides).put(debt={("RUS", "KGZ"): 100})
    scene.play(*COURTSHIP)
    # RUS may give grants alone, at 2 a piece; USA may give nothing and keeps its money.
    assert scene.see("offered", "RUS", "KGZ") == near(np.array([0, 50, 0, 0]))
    assert scene.see("expected", "RUS", "KGZ") == near(np.array([0, 50, 0, 0]))
    assert scene.measure("promised", "RUS", "KGZ") == near(50)
    assert scene.measure("unspent", "RUS") == near(0)
    assert scene.measure("unspent", "USA") == near(50)


def test_licences_grow_with_the_mission_up_to_one_and_never_cover_relief():
    scene = Scene(
        overrides={
            "patrons.USA.mission": 0.5,
            "patrons.USA.licence.arms": 0.08,
            "patrons.USA.licence_mission.arms": 0.42,
            "patrons.USA.licence.loans": 0.9,
            "patrons.USA.licence_mission.loans": 0.6,
            "patrons.USA.licence.debt_relief": 1,
        }
    )
    assert [scene.play(terms.licence, p="USA", c="KGZ", k=k) for k in range(4)] == near([0.29, 0, 1, 0])


def test_without_a_base_a_mission_licenses_few_arms():
    scene = Scene(
        overrides={
            "rules.courtship.unhosted": 0.1,
            "patrons.USA.mission": 0.5,
            "patrons.USA.licence.arms": 0.08,
            "patrons.USA.licence_mission.arms": 0.42,
            "patrons.USA.licence_mission.grants": 0.4,
        }
    ).put(base={("USA", "KGZ"): True})
    # 0.08 + 0.21 where troops are let in, 0.08 + 0.021 where not; grants go to both.
    assert [scene.play(terms.licence, p="USA", c=c, k=0) for c in ("KGZ", "TJK")] == near([0.29, 0.101])
    assert [scene.play(terms.licence, p="USA", c=c, k=1) for c in ("KGZ", "TJK")] == near([0.2, 0.2])


def test_a_scene_with_everything_spends_what_it_has():
    overrides = {
        "patrons.RUS.strategy": "sphere",
        "ties.RUS.KGZ.weight": 1,
        "ties.RUS.TJK.weight": 1,
        "patrons.RUS.licence.arms": 1,
        "patrons.RUS.licence.grants": 1,
        "patrons.RUS.unit_cost.arms": 0.5,
    }
    scene = Scene(TWO + BLOC, overrides).put(due={("RUS", "KGZ", "loans", "refusal"): 200}, insecurity=0.05, threat=0.0)
    scene.play(*COURTSHIP)
    # A twentieth of the loans: 10. Of the other 90 each gets 45.
    # KGZ: A ½ (arms) and ½ (grants), m 0.5 and 3: ½μ − 0.25 + ½μ − 3 = 45, μ = 48.25: 47.75 arms, 21.125 grants.
    assert scene.see("offered", "RUS", "KGZ") == near(np.array([47.75, 21.125, 0, 0]))
    # TJK: m 0.25 and 1.5: ½μ − 0.125 + ½μ − 1.5 = 45, μ = 46.625: 46.375 arms, 21.8125 grants.
    assert scene.see("offered", "RUS", "TJK") == near(np.array([46.375, 21.8125, 0, 0]))
    assert scene.see("unspent", "RUS") == near(0)
