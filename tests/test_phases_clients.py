"""Threat, economy, alignment and regimes (equations §1, §2, §8, §11), worked out by hand."""

from __future__ import annotations

import pytest

from patronage.phases import alignment, economy, regimes, threat
from worlds import BLOC, TWO, Scene

ONE_SIGMA = 0.8413447460685429
"""The uniform whose standard normal quantile is 1."""


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


# --- threat ---


def test_threat_follows_instability_nearby():
    scene = Scene(overrides={"region.instability": 0.5})
    scene.play(threat.threaten)
    # x = 1.6 · 0.5 · 0.5 = 0.4; H = 0.9 · 0.1 + 0.1 · 0.4 = 0.13. TJK is twice as near: x = 0.8, H = 0.17.
    assert scene.measure("threat", "KGZ") == near(0.13)
    assert scene.measure("threat", "TJK") == near(0.17)


def test_foreign_presence_shields_up_to_a_part():
    scene = Scene(overrides={"region.instability": 0.5}).put(presence={("RUS", "KGZ"): 100, ("USA", "KGZ"): 50})
    scene.play(threat.threaten)
    # X = 150, the scale: half of 0.3 is kept out. x = 0.4 · 0.85 = 0.34; H = 0.09 + 0.034.
    assert scene.see("threat", "KGZ") == near(0.124)
    assert scene.see("threat", "TJK") == near(0.17)


def test_a_threat_is_disturbed_by_luck_and_stays_between_0_and_1():
    scene = Scene(overrides={"region.instability": 0.5}, dice={"threat": {"KGZ": ONE_SIGMA, "TJK": 1e-12}})
    scene.play(threat.threaten)
    # x = 0.4 + 0.08; H = 0.09 + 0.048. In TJK x = 0.8 − 0.08 · 7.03 = 0.24: H = 0.09 + 0.0237.
    assert scene.see("threat", "KGZ") == near(0.138)
    assert scene.see("threat", "TJK") == pytest.approx(0.1137, abs=1e-4)


def test_arms_give_security_against_it():
    scene = Scene(overrides={"region.instability": 0.5}).put(arms={("RUS", "KGZ"): 60, ("USA", "KGZ"): 20})
    scene.play(threat.threaten)
    # Scale 0.02 · 4000 = 80: exp(−1) of 0.13 is left.
    assert scene.measure("insecurity", "KGZ") == near(0.047824327352287505)
    assert scene.measure("insecurity", "TJK") == near(0.17)


def test_a_joint_force_protects_members_and_them_alone():
    scene = Scene(TWO + "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ]}\n", {"region.instability": 0.5}).put(
        force=40
    )
    scene.play(threat.threaten)
    # Members' GDP 4000 a year: 40/(0.02 · 4000) = 0.5; 0.13 · exp(−0.5).
    assert scene.see("insecurity", "KGZ") == near(0.07884898576264238)
    assert scene.see("insecurity", "TJK") == near(0.17)
    both = Scene(TWO + BLOC, {"region.instability": 0.5}).put(force=120)
    both.play(threat.threaten)
    # Both are members: 120/(0.02 · 6000) = 1.
    assert both.see("insecurity", "KGZ") == near(0.047824327352287505)


def test_without_its_mechanism_there_is_no_threat():
    scene = Scene(overrides={"region.instability": 0.5, "mechanisms.threat": "off"})
    scene.play(threat.threaten)
    assert scene.see("threat", "KGZ") == 0
    assert scene.see("insecurity", "KGZ") == 0


# --- economy ---


def test_growth_is_trend_shock_capital_and_luck():
    scene = Scene(
        overrides={
            "states.KGZ.growth": 4,
            "ties.RUS.KGZ.remittances": 20,
            "patrons.RUS.shock": -0.1,
            "states.KGZ.other_debt": 50,
        }
    )
    scene.put(capital={("USA", "KGZ"): 500})
    scene.play(economy.grow)
    # 0.01 + 0.2 · 0.5 · 1.5 · (−0.1) + 0.02 · 0.04 · 500/1000 = 0.01 − 0.015 + 0.0004
    assert scene.measure("growth", "KGZ") == near(-0.0046)
    assert scene.see("excess", "KGZ") == near(-0.0146)
    # 1000 · exp(−0.0046), and 4 % a year on other debts: 50 · exp(0.01)
    assert scene.see("gdp", "KGZ") == near(995.4105637959723)
    assert scene.see("other_debt", "KGZ") == near(50.502508354208)
    assert scene.see("growth", "TJK") == 0


def test_a_standard_deviation_of_growth():
    scene = Scene(dice={"growth": {"KGZ": ONE_SIGMA}})
    scene.play(economy.grow)
    assert scene.see("growth", "KGZ") == near(0.012)


def test_remittances_can_be_switched_off():
    scene = Scene(
        overrides={"ties.RUS.KGZ.remittances": 20, "patrons.RUS.shock": -0.1, "mechanisms.remittances": "off"}
    )
    scene.play(economy.grow)
    assert scene.see("growth", "KGZ") == 0


def test_budgets_follow_growth_mission_and_shocks():
    scene = Scene(
        overrides={
            "patrons.RUS.shock": -0.1,
            "patrons.RUS.gdp": 4000,
            "patrons.RUS.growth": 8,
            "patrons.USA.budget_growth": 4,
            "patrons.USA.budget_mission": 0.5,
            "patrons.USA.mission": 0.6,
        }
    )
    scene.play(economy.grow)
    # 100 · exp(1.5 · −0.1); 50 · exp(0.01) · (1 + 0.5 · 0.6)
    assert scene.see("budget", "RUS") == near(86.07079764250578)
    assert scene.see("budget", "USA") == near(65.65326086046092)
    assert scene.measure("budget", "RUS") == near(86.07079764250578)
    # The shock lasts: with none in the next quarter the budget stays, and another one adds up.
    scene.rule(shock={"RUS": 0.0}).play(economy.grow)
    assert scene.see("budget", "RUS") == near(86.07079764250578)
    # 1000 · exp(0.02 − 0.1), then exp(0.02)
    assert scene.see("patron_gdp", "RUS") == near(923.1163463866358 * 1.02020134002676)


# --- alignment ---


def test_positions_are_pulled_by_shares_less_from_afar_and_to_an_anchor():
    scene = Scene(overrides={"states.KGZ.anchor.security": 0.5}).put(share={("RUS", "KGZ"): 0.4, ("USA", "KGZ"): 0.2})
    scene.play(alignment.align)
    # Orientation: 0.1 · (0.4 − 0.2) · exp(−1/0.6) + 0.05 · 0.5 = 0.1 · 0.2 · 0.1888756 + 0.025
    assert scene.measure("position", "KGZ", "security") == near(0.028777512056751)
    # Ideal point: 0.1 · (0.4 · 0.5 · exp(−0.5/0.6) + 0.2 · 2 · exp(−2/0.6)) + 0.03 · (−0.7 + 1.1 · 0.5)
    assert scene.measure("position", "KGZ", "unga") == near(0.005618923904031661)
    # TJK: nobody has a share there, and its anchor is 0.
    assert scene.see("position", "TJK", "security") == 0


def test_orientation_ends_at_the_pole_and_the_ideal_point_does_not():
    scene = Scene(dice={"alignment": ONE_SIGMA}).put(position={("KGZ", "security"): 0.99, ("KGZ", "unga"): 2.0})
    scene.play(alignment.align)
    # 0.99 + 0.05 · (0 − 0.99) + 0.06 = 1.0005; 2 + 0.03 · (−0.15 − 2) + 0.06 = 1.9955
    assert scene.see("position", "KGZ", "security") == 1.0
    assert scene.see("position", "KGZ", "unga") == near(1.9955)


# --- regimes ---


def test_legitimacy_lives_on_growth_and_income_and_suffers_from_bases_and_campaigns():
    scene = Scene().put(
        legitimacy=0.5,
        position={("KGZ", "security"): 0.5},
        excess={"KGZ": 0.02},
        income={"KGZ": 0.3},
        rent_paid={("RUS", "KGZ"): 40, ("USA", "KGZ"): 10},
        launched={("USA", "KGZ"): True},
    )
    scene.play(regimes.rule)
    # RUS is 0.5 away and popular, USA 1.5 away and not.
    # 0.5 + 0.06 · 0.1 + 0.5 · 0.02 + 0.03 · 0.2 − 0.2 · 0.5 · 10/1000 − 0.06 = 0.461; TJK 0.5 + 0.006
    assert scene.measure("legitimacy", "KGZ") == near(0.461)
    assert scene.measure("legitimacy", "TJK") == near(0.506)


def test_chance_of_an_overthrow():
    scene = Scene().put(
        legitimacy=0.5, excess={"KGZ": -0.02}, threat=0.5, campaign={("RUS", "KGZ"): 2, ("USA", "KGZ"): 1}
    )
    for c in ("KGZ", "TJK"):
        scene.play(regimes.weigh_overthrow, c=c)
    chance = scene.see("overthrow_chance").tolist()
    assert [scene.play(regimes.campaigns_running, c=c) for c in ("KGZ", "TJK")] == [2, 0]
    # −7.9 + 9 · 0.1 + 3.6 · 1 + 10 · 0.02 + 1.1 · 2 + 0.8 · 0.5 = −0.6; TJK −7.9 + 0.9 + 3.6 + 0.4 = −3
    assert chance == near([0.35434369377420455, 0.04742587317756678])


def overthrown(draw: float) -> Scene:
    """Both patrons campaign in KGZ, both are angry; RUS has the larger share."""
    scene = Scene(dice={"overthrow": {"KGZ": draw}}).put(
        legitimacy=0.6,
        campaign={("RUS", "KGZ"): 2, ("USA", "KGZ"): 1},
        share={("RUS", "KGZ"): 0.5, ("USA", "KGZ"): 0.3},
        grievance={("RUS", "KGZ"): 1.0, ("USA", "KGZ"): 0.5, ("RUS", "TJK"): 0.2},
        threat=0,
    )
    scene.play(regimes.rule)
    return scene


def test_an_overthrow_and_what_it_leaves():
    # −7.9 + 3.6 + 2.2 = −2.1: chance 0.1091
    assert not overthrown(0.1092).see("overthrow", "KGZ")
    scene = overthrown(0.1090)
    assert scene.measure("overthrow", "KGZ") == 1
    assert scene.see("legitimacy", "KGZ") == near(0.6)
    # 0.3 of the way to RUS at 1; grievances cut to 0.3; TJK untouched.
    assert scene.see("position", "KGZ", "security") == near(0.3)
    assert scene.see("grievance", "RUS", "KGZ") == near(0.3)
    assert scene.see("grievance", "USA", "KGZ") == near(0.15)
    assert scene.see("grievance", "RUS", "TJK") == near(0.2)
    # 0.5 − 0.005 · 2 + 0.05, and no turnover in the same quarter
    assert scene.see("openness", "KGZ") == near(0.54)
    assert not scene.see("turnover", "KGZ")
    [row] = scene.rows("overthrow")
    assert (row["patron"], row["client"], row["cause"]) == ("RUS", "KGZ", "grievance")


def test_an_overthrow_by_event_has_no_sponsor():
    scene = (
        Scene(overrides={"rules.regimes.hazard": -50})
        .order("overthrow", ("TJK",))
        .put(position={("TJK", "security"): 0.2})
    )
    scene.play(regimes.rule)
    assert scene.see("overthrow").tolist() == [False, True]
    assert scene.see("position", "TJK", "security") == near(0.2)
    assert [row["client"] for row in scene.rows("overthrow")] == ["TJK"]


def test_turnovers_are_commoner_in_open_regimes():
    # 0.008 + 0.03 · 0.5 = 0.023
    scene = Scene(dice={"turnover": {"KGZ": 0.0229, "TJK": 0.0231}})
    scene.play(regimes.rule)
    assert scene.see("turnover").tolist() == [True, False]
    assert [row["client"] for row in scene.rows("turnover")] == ["KGZ"]


def test_openness_falls_with_rents_and_campaigns_and_coalitions_follow():
    scene = Scene(dice={"overthrow": 0.99}).rule(openness={"KGZ": 0.3})
    scene.put(rent_paid={("USA", "KGZ"): 20}, campaign={("RUS", "KGZ"): 2, ("USA", "KGZ"): 1})
    scene.play(regimes.rule)
    # 0.5 + 0.02 · (0.3 − 0.5) − 0.5 · 0.5 · 20/1000 − 0.005 · 2 = 0.481; W = 0.25 + 0.5 · (0.481 − 0.3)
    assert scene.measure("openness", "KGZ") == near(0.481)
    assert scene.measure("coalition", "KGZ") == near(0.3405)
    assert scene.measure("openness", "TJK") == near(0.5)


def test_regimes_do_not_fall_without_the_mechanism():
    scene = Scene(overrides={"mechanisms.regime_change": "off"}, dice={"overthrow": 1e-9}).put(
        legitimacy=0.0, threat=1.0
    )
    scene.play(regimes.rule)
    assert not scene.see("overthrow").any()
