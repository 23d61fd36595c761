"""Opinion, coups and regimes (equations §1, §8, §11), worked out by hand."""

from __future__ import annotations

from math import e, exp, tanh

import pytest

from patronage.phases import alignment, regimes, threat
from patronage.world import politics
from worlds import TWO, Scene

ONE_SIGMA = 0.8413447460685429
"""The uniform whose standard normal quantile is 1."""
HERE, THERE = ("USA", "KGZ"), ("RUS", "KGZ")
STILL = {
    "mechanisms.sentiment": "on", "mechanisms.coups": "on", "rules.sentiment.recovery": 0, "rules.sentiment.noise": 0,
}  # fmt: skip
"""Opinion exists and stays where it is put; the luck of 0.5 does nothing."""
MILITARY = 3


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


# --- threat and alignment ---


def test_presence_that_feeds_what_it_fights_undoes_what_shields():
    def made(**effect: float) -> Scene:
        scene = Scene(overrides={"region.instability": 0.5}).rule(effect={(p, "KGZ"): x for p, x in effect.items()})
        return scene.put(presence={THERE: 100, HERE: 50})

    scene = made(USA=-1)
    scene.play(threat.threaten)
    # X = 100 − 50: 0.3 · 50/200 is kept out. x = 0.4 · 0.925 = 0.37; H = 0.09 + 0.037
    assert scene.see("threat", "KGZ") == near(0.127)
    worse = made(USA=-1, RUS=-0.5)
    worse.play(threat.threaten)
    assert worse.see("threat", "KGZ") == near(0.13)  # presence never makes more than there is


def test_a_threat_may_grow_by_itself_and_its_mean_follows_slowly():
    scene = Scene(overrides={"region.instability": 0.5, "rules.threat.local": 0.2}).put(threat_mean={"KGZ": 0.5})
    scene.play(threat.threaten)
    # x = 0.4 + 0.2 · 0.1 · 0.9; H = 0.09 + 0.0418. The mean takes the H before: 0.5 + (0.1 − 0.5)/20
    assert scene.see("threat", "KGZ") == near(0.1318)
    assert scene.see("threat_mean", "KGZ") == near(0.48)


def test_an_anchor_that_a_coup_has_moved():
    scene = Scene(overrides={"states.KGZ.anchor.security": 0.5}).put(anchor_shift={("KGZ", "security"): -0.3})
    scene.play(alignment.align)
    # 0.05 · (0.5 − 0.3), and 0.03 · (−0.7 + 1.1 · 0.5) of the ideal point as ever
    assert scene.see("position", "KGZ", "security") == near(0.01)
    assert scene.see("position", "KGZ", "unga") == near(-0.0045)


# --- opinion ---


def test_opinion_starts_where_it_rests():
    scene = Scene(overrides={"mechanisms.sentiment": "on", "ties.USA.KGZ.sentiment": 0.3})
    # 0.3 + 0.5 · (0.8 − 1) from 1 away; without a word of the tie −0.1
    assert scene.measure("sentiment", *HERE) == near(0.2)
    assert scene.measure("sentiment", *THERE) == near(-0.1)
    assert Scene(overrides={"ties.USA.KGZ.sentiment": 0.3}).measure("sentiment", *HERE) == 0


def test_what_moves_opinion():
    overrides = {
        "mechanisms.sentiment": "on", "ties.USA.KGZ.sentiment": 0.1, "rules.sentiment.fatigue": 0.004,
    }  # fmt: skip
    scene = Scene(overrides=overrides, dice={"sentiment": {HERE: ONE_SIGMA}})
    scene.put(
        opinion={HERE: 0.4}, base={HERE: True}, threat=0.5, threat_mean=0.3, delivered={(*HERE, "grants"): 20},
        rent_paid={HERE: 10}, sanction={HERE: 2},
    ).order("smear", ("RUS", *HERE)).order("scandal", HERE, -0.2)  # fmt: skip
    scene.play(regimes.rule)
    # rests at 0: −0.02 · 0.4; −0.004 for troops; −0.06 · 0.2 for failure; +0.5 · 20/1000 for grants; −2 · 0.5 · 10/1000 for rent;
    # −0.03 for the sanction; −0.1 for the campaign; −0.2; +0.02 of luck
    assert scene.measure("sentiment", *HERE) == near(0.4 - 0.008 - 0.004 - 0.012 + 0.01 - 0.01 - 0.03 - 0.1 - 0.2 + 0.02)
    assert [(r["kind"], r["value"]) for r in scene.rows("scandal")] == [("scandal", near(-0.2))]
    # Who does not stand there is not blamed for the threat: −0.1 + 0.02 · 0
    assert scene.measure("sentiment", *THERE) == near(-0.1)


def test_opinion_ends_at_the_poles_and_sleeps_without_its_mechanism():
    scene = Scene(overrides=STILL).put(opinion={HERE: -0.9}).order("scandal", HERE, -0.5)
    scene.play(regimes.rule)
    assert scene.measure("sentiment", *HERE) == -1
    asleep = Scene().order("scandal", HERE, -0.5)
    asleep.play(regimes.rule)
    assert asleep.measure("sentiment", *HERE) == 0


@pytest.mark.parametrize(("regime", "cost"), [(2, 0.003), (MILITARY, 0.006)])
def test_anger_at_who_stands_there_costs_legitimacy_without_any_rent(regime, cost):
    scene = Scene(overrides=STILL | {"rules.sentiment.rent": 0}).put(regime={"KGZ": regime}, legitimacy=0.5, rent_paid=10)
    scene.put(opinion={HERE: -0.5, THERE: -0.9}, base={HERE: True})
    assert scene.measure("anger", *HERE) == near(0.3)
    scene.play(regimes.rule)
    # 0.5 + 0.06 · 0.1 less 0.01 · 0.3, twice in a junta; rents of unpopular bases cost no more, and RUS does not stand there
    assert scene.measure("legitimacy", "KGZ") == near(0.506 - cost)


# --- the logit of an overthrow ---


def logit(scene: Scene) -> float:
    """Of KGZ, beyond −7.9 + 3.6 of a half-open regime without threat, whose legitimacy is usual."""
    return scene.put(legitimacy=0.6, threat=0).play(politics.overthrow_logit, c="KGZ") + 4.3


def test_kinds_of_regimes_fall_more_or_less_easily():
    found = [logit(Scene(overrides=STILL).put(regime=r)) for r in range(4)]
    assert found == near([0, -0.4, 0, 2.2])
    assert logit(Scene().put(regime=MILITARY)) == near(0)


def test_a_regime_may_be_told_at_the_start_alone():
    scene = Scene(overrides={"states.KGZ.regime": "military", **STILL})
    assert scene.measure("regime", "KGZ") == MILITARY
    assert scene.measure("junta", "KGZ") == 1
    assert scene.measure("regime", "TJK") == 2


def test_coups_elsewhere_are_contagious_if_one_says_so():
    scene = Scene(overrides=STILL | {"rules.regimes.contagion": 1.2}).put(contagion={"TJK": 0.5, "KGZ": 1.0})
    assert logit(scene) == near(0.6)


def test_a_loyal_client_is_defended_by_who_retains_it():
    def made(drift: float, share: float = 0.5, theory: str = "retain") -> float:
        scene = Scene(overrides={"patrons.RUS.interference": theory}).put(
            arms={THERE: 600}, capital={THERE: 400}, presence={THERE: 200}, drift={THERE: drift}, share={THERE: share}
        )
        return logit(scene)

    # Stake 1200/(1200 + 0.3 · 4000) = ½; half of that for one that has strayed 0.1
    assert made(0.0) == near(-0.5)
    assert made(0.1) == near(-0.25)
    assert made(0.2) == near(0)
    assert made(0.0, share=0.2) == near(0)
    assert made(0.0, theory="revenge") == near(0)


def test_repression_makes_coup_proof_and_closes():
    scene = Scene(overrides={"states.KGZ.support": "repression", "patrons.RUS.coup_proofing": 1})
    scene.put(arms={THERE: 100, HERE: 999}, presence={THERE: 100})
    # ρ = 1 − exp(−200/(0.05 · 4000))
    assert logit(scene) == near(-1.5 * (1 - 1 / e))
    assert scene.play(politics.mean_openness, c="KGZ", openness=0.5) == near(0.5 * (1 - 0.5 * (1 - 1 / e)))


def test_linkage_pulls_openness_to_that_of_the_patron_and_props_up_with_closed_ones():
    overrides = {"states.KGZ.support": "linkage", "ties.RUS.KGZ.trade": 30, "patrons.RUS.openness": 0.1}
    scene = Scene(overrides=overrides)
    # λ = 0.3/0.6; −1 · ½ · 0.9; D̄' = 0.5 + 0.02/0.02 · ½ · (0.1 − 0.5)
    assert logit(scene) == near(-0.45)
    assert scene.play(politics.mean_openness, c="KGZ", openness=0.5) == near(0.3)
    cut = scene.put(sanction={THERE: 1}, sanction_cut={THERE: 0.5})
    assert logit(cut) == near(-0.9 / 3)  # λ = 0.15/0.45
    unstated = Scene(overrides={k: v for k, v in overrides.items() if k != "patrons.RUS.openness"})
    assert logit(unstated) == near(0)
    assert unstated.play(politics.mean_openness, c="KGZ", openness=0.5) == near(0.5)


# --- coups, revolts, handovers ---


def seized(**put: object) -> Scene:
    """A coup in KGZ by event: USA stands there, RUS is better liked."""
    scene = Scene(overrides=STILL).rule(weight={HERE: 1.0, THERE: 1.0})
    scene.put(opinion={HERE: 0.0, THERE: 0.2}, base={HERE: True}, threat=0, legitimacy=0.4, **put).order("coup", ("KGZ",))
    scene.play(regimes.rule)
    return scene


def test_a_coup_and_what_it_leaves():
    scene = seized()
    assert scene.measure("coup", "KGZ") == scene.measure("overthrow", "KGZ") == scene.measure("junta", "KGZ") == 1
    assert scene.measure("legitimacy", "KGZ") == near(0.6)
    assert scene.measure("openness", "KGZ") == near(0.08)
    assert scene.measure("coalition", "KGZ") == near(0.05)
    # 0.4 of blame for who stood there; ω = e^(5 · −0.4) and e^(5 · 0.2): z* = (e − e^−2)/(e + e^−2); half of it from 0
    assert scene.measure("sentiment", *HERE) == near(-0.4)
    assert scene.measure("sentiment", *THERE) == near(0.2)
    assert scene.see("anchor_shift", "KGZ", "security") == near(0.5 * tanh(1.5))
    assert scene.see("anchor_shift", "KGZ", "unga") == 0
    assert scene.see("contagion").tolist() == [1, 0]
    rows = [(r["kind"], r["client"], r["cause"]) for r in scene.rows("overthrow", "coup", "turnover")]
    assert rows == [("overthrow", "KGZ", "event"), ("coup", "KGZ", "event")]
    scene.no_orders().play(regimes.rule)
    assert scene.see("contagion").tolist() == [near(0.88), 0]
    assert scene.measure("coup", "KGZ") == 0
    assert scene.measure("openness", "KGZ") == near(0.08)


def test_who_campaigned_is_not_blamed_and_is_thanked():
    scene = seized(campaign={HERE: 2})
    assert scene.measure("sentiment", *HERE) == 0
    assert scene.measure("position", "KGZ", "security") == near(-0.3)


def test_where_nobody_counts_the_anchor_stays():
    scene = Scene(overrides=STILL).order("coup", ("KGZ",))
    scene.play(regimes.rule)
    assert scene.see("anchor_shift", "KGZ", "security") == 0


def test_without_the_mechanism_a_coup_is_an_overthrow_like_others():
    scene = Scene(overrides={"states.KGZ.army": 1}).put(threat=0).order("coup", ("KGZ",))
    scene.play(regimes.rule)
    assert scene.measure("overthrow", "KGZ") == 1
    assert scene.measure("coup", "KGZ") == 0
    assert scene.measure("openness", "KGZ") == near(0.55)
    assert scene.measure("regime", "KGZ") == 2


@pytest.mark.parametrize(("draw", "regime", "openness"), [(0.399, MILITARY, 0.08), (0.401, 0, 0.55)])
def test_an_overthrow_is_a_coup_as_often_as_the_army_counts(draw, regime, openness):
    # S(−4.3) = 0.0133869
    scene = Scene(TWO, STILL | {"states.KGZ.army": 0.4}, {"overthrow": {"KGZ": 0.01338}, "coup": {"KGZ": draw}})
    scene.put(threat=0, legitimacy=0.6)
    scene.rule(regimes_recovery=0.0)
    scene.play(regimes.rule)
    assert scene.measure("overthrow", "KGZ") == 1
    assert scene.see("overthrow_chance", "KGZ") == near(1 / (1 + exp(4.3)))
    assert scene.measure("regime", "KGZ") == regime
    assert scene.measure("openness", "KGZ") == near(openness)


def test_a_junta_gives_way_to_elections():
    def ruled(draw: float) -> Scene:
        scene = Scene(TWO, STILL, {"handover": {"KGZ": draw}, "overthrow": 0.999})
        scene.put(regime={"KGZ": MILITARY}, openness={"KGZ": 0.08}).play(regimes.rule)
        return scene

    free = ruled(0.0299)
    assert free.measure("turnover", "KGZ") == 1
    assert free.measure("regime", "KGZ") == 0
    # 0.08 + 0.02 · (0.5 − 0.08); W = 0.25 + 0.5 · (0.0884 − 0.5)
    assert free.measure("openness", "KGZ") == near(0.0884)
    assert free.measure("coalition", "KGZ") == near(0.0442)
    assert [(r["kind"], r["client"], r["cause"]) for r in free.rows("handover", "turnover")] == [("handover", "KGZ", "hazard")]
    still = ruled(0.0301)
    assert still.measure("regime", "KGZ") == MILITARY
    assert still.measure("openness", "KGZ") == near(0.08)


def test_openness_returns_fast_to_what_a_junta_allows():
    scene = Scene(TWO, STILL, {"overthrow": 0.999}).put(regime={"KGZ": MILITARY})
    scene.play(regimes.rule)
    # 0.5 + 0.2 · (0.08 − 0.5)
    assert scene.measure("openness", "KGZ") == near(0.416)
    assert scene.measure("coalition", "KGZ") == near(0.05)
