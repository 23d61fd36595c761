"""Theories of interference (equations §9), blocs that sanction (§10) and blocs without a leader (§12), worked out by hand."""

from __future__ import annotations

import dataclasses
from math import exp

import pytest

from patronage.decisions import decider, theories
from patronage.phases import blocs, coercion, grievance
from patronage.scenario import ScenarioError
from patronage.scenario.cautions import cautions
from patronage.world import politics
from worlds import TWO, Scene, scenario, uncompiled

CAMPAIGNS = (grievance.resent, grievance.campaign)
STILL = {"mechanisms.sentiment": "on", "mechanisms.coups": "on"}
MOSCOW, WASHINGTON = ("RUS", "KGZ"), ("USA", "KGZ")


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def chance(logit: float) -> float:
    return 1 / (1 + exp(-logit))


# --- interference ---


def test_drift_is_distance_beyond_the_usual_with_rivals_bases_as_steps_away():
    scene = Scene(overrides={"rivalry.RUS.USA": 1}).put(
        position={("KGZ", "security"): -0.5}, base={WASHINGTON: True}, distance_mean={MOSCOW: 1.0, ("RUS", "TJK"): 1.5}
    )
    scene.play(grievance.resent)
    # u = 1.5 + 0.3 · 1; its mean 1 + 0.8/8. TJK is nearer than usual.
    assert scene.measure("drift", *MOSCOW) == near(0.8)
    assert scene.see("distance_mean", *MOSCOW) == near(1.1)
    assert scene.measure("drift", "RUS", "TJK") == 0
    assert scene.see("distance_mean", "RUS", "TJK") == near(1.4375)


def test_the_usual_distance_is_that_of_the_start():
    scene = Scene(TWO + "bases: {manas: {holder: USA, host: KGZ}}\n", {"rivalry.RUS.USA": 0.5})
    assert scene.see("distance_mean", *MOSCOW) == near(1.15)
    assert scene.measure("drift", *MOSCOW) == 0


def retained(draw: float, theory: str = "retain", **put: object) -> Scene:
    """A stake of one half, and a drift of 0.4 unless told otherwise."""
    scene = Scene(TWO, {"patrons.RUS.interference": theory, "rules.interference.retain_b1": 20}, {"campaign": {MOSCOW: draw}})
    told: dict = {"distance_mean": {MOSCOW: 0.6}, "share": {MOSCOW: 0.5}}
    told |= {"arms": {MOSCOW: 600}, "capital": {MOSCOW: 400}, "presence": {MOSCOW: 200}}
    scene.put(**(told | put))
    scene.play(*CAMPAIGNS)
    return scene


def test_who_retains_campaigns_against_those_that_stray_the_more_the_deeper_the_ties():
    # −6.5 + 20 · ½ · 0.4 = −2.5
    assert retained(0.5).see("campaign_chance", *MOSCOW) == near(chance(-2.5))
    scene = retained(0.0758)
    assert scene.measure("campaign", *MOSCOW) == 1
    assert [(row["patron"], row["cause"]) for row in scene.rows("campaign")] == [("RUS", "drift")]
    assert retained(0.0759).measure("campaign", *MOSCOW) == 0
    assert retained(1e-9, distance_mean={MOSCOW: 1.0}).measure("campaign", *MOSCOW) == 0
    assert retained(1e-9, arms=0, capital=0, presence=0).measure("campaign", *MOSCOW) == 0
    assert retained(1e-9, share={MOSCOW: 0.2}).measure("campaign", *MOSCOW) == 0
    assert retained(1e-9, campaign={MOSCOW: 2}).see("campaign", *MOSCOW) == 1
    # 4 · 0.2 · 0.8 of it in a more closed regime
    assert retained(0.5, openness={"KGZ": 0.2}).see("campaign_chance", *MOSCOW) == near(0.64 * chance(-2.5))


@pytest.mark.parametrize("theory", ["none", "revenge"])
def test_others_do_not_mind_who_strays(theory):
    assert retained(1e-9, theory).measure("campaign", *MOSCOW) == 0


def test_who_has_no_theory_takes_no_revenge():
    angry = {"grievance": {MOSCOW: 2.0}}
    assert retained(1e-9, "revenge", **angry).measure("campaign", *MOSCOW) == 1
    assert retained(1e-9, "none", **angry).measure("campaign", *MOSCOW) == 0


def levered(draw: float, **overrides: object) -> Scene:
    told = {"patrons.USA.interference": "leverage", "patrons.USA.openness": 0.1}
    told |= {k.replace("__", "."): v for k, v in overrides.items()}
    scene = Scene(TWO, {k: v for k, v in told.items() if v is not None}, {"campaign": {WASHINGTON: draw}})
    scene.put(share={WASHINGTON: 0.5, MOSCOW: 0.2}).play(*CAMPAIGNS)
    return scene


def test_leverage_of_the_less_open_without_black_knights():
    # lev = 0.5 · 0.8 · 0.4; −6.5 + 10 · 0.16
    assert levered(0.5).see("campaign_chance", *WASHINGTON) == near(chance(-4.9))
    scene = levered(0.0073)
    assert [(row["patron"], row["cause"]) for row in scene.rows("campaign")] == [("USA", "leverage")]
    assert not levered(0.0074).rows("campaign")
    assert not levered(1e-9, patrons__USA__openness=0.5).rows("campaign")
    assert not levered(1e-9, patrons__USA__openness=None).rows("campaign")


def test_interference_may_be_switched_off_for_all_theories():
    assert not levered(1e-9, mechanisms__interference="off").rows("campaign")


def test_a_campaign_against_a_rival_weighs_on_no_regime():
    scene = Scene().order("smear", ("RUS", "USA", "KGZ"))
    scene.play(*CAMPAIGNS)
    assert not scene.see("campaign").any()
    assert not scene.see("launched").any()
    assert [(r["kind"], r["patron"], r["counterpart"], r["client"]) for r in scene.rows("smear")] == [("smear", "RUS", "USA", "KGZ")]


# --- sanctions ---


def test_what_a_sanction_costs_is_remembered_while_it_lasts():
    scene = Scene().put(sanction={MOSCOW: 1}).order("sanction", MOSCOW, loss=0.001, quarters=2)
    scene.play(coercion.coerce)
    assert scene.see("sanction_loss", *MOSCOW) == near(0.001)
    scene.no_orders().play(coercion.coerce)
    assert scene.see("sanction_loss", *MOSCOW) == near(0.001)
    scene.play(coercion.coerce)
    assert scene.see("sanction_loss", *MOSCOW) == 0


def test_with_refusal_condemnation_is_no_price():
    def felt(refusal: str) -> float:
        scene = Scene(overrides={"mechanisms.refusal": refusal}).put(sanction={MOSCOW: 3}).order("sanction", MOSCOW, loss=0.001)
        scene.play(coercion.coerce)
        return float(scene.rows("sanction")[0]["price"])

    # Once the salience, σ = 0.625, and twice.
    assert felt("on") == near(10.3125)
    assert felt("off") == near(21.25)


UNION = "blocs:\n  UNION: {members: [TJK]}\n"


def sanctioned(loss: float) -> Scene:
    """KGZ at ½, the union's centre at −½."""
    scene = Scene(TWO + UNION).put(
        position={("KGZ", "security"): 0.5, ("TJK", "security"): -0.5}, legitimacy=0.6, share={WASHINGTON: 0.3, MOSCOW: 0.5}
    )
    scene.order("bloc_sanction", ("UNION", "KGZ"), loss=loss, quarters=3).play(coercion.coerce)
    return scene


def test_a_client_obeys_a_bloc_that_costs_more_than_a_members_consent():
    # σ = 0.0625 · 1.25 · 2: 4(σ²/5 + 4σ) = 2.51953125; pressure 0.34 · 0.1 · 80 = 2.72
    scene = sanctioned(0.1)
    assert scene.measure("bloc_sanction", "UNION", "KGZ") == 0
    assert scene.measure("position", "KGZ", "security") == near(0.4)
    assert scene.measure("legitimacy", "KGZ") == near(0.6)
    [row] = scene.rows("complied", "sanction")
    assert (row["kind"], row["concession"], row["price"], row["value"]) == ("complied", "UNION", near(2.51953125), near(2.72))


def test_a_client_defies_a_bloc_and_turns_to_who_stands_by_it():
    scene = sanctioned(0.09)
    assert scene.see("bloc_sanction", "UNION", "KGZ") == 3
    assert scene.see("bloc_loss", "UNION", "KGZ") == near(0.09)
    # 0.6 − 0.09 · (1 − 0.5); 0.2 · 0.5 of the way to RUS at 1
    assert scene.measure("legitimacy", "KGZ") == near(0.555)
    assert scene.measure("position", "KGZ", "security") == near(0.55)
    assert not scene.see("sanction").any()
    for left in (2, 1, 0):
        scene.no_orders().play(coercion.coerce)
        assert scene.see("bloc_sanction", "UNION", "KGZ") == left
    assert scene.see("bloc_loss", "UNION", "KGZ") == 0


EVENT = "events:\n  told: {at: 2009Q1, sanction: {from: UNION, to: KGZ%s}}\n"


def test_a_blocs_sanction_comes_by_an_event_that_states_its_cost():
    scene = Scene(TWO + UNION + EVENT % ", loss: 1 %, quarters: 5")
    scene.quarter()
    assert scene.see("bloc_sanction", "UNION", "KGZ") == 5
    assert scene.see("bloc_loss", "UNION", "KGZ") == near(0.01)
    with pytest.raises(ScenarioError, match="lacks loss: UNION is a bloc"):
        scenario(TWO + UNION + EVENT % "")
    with pytest.raises(ScenarioError, match="UNION is a bloc and has no trade to cut"):
        scenario(TWO + UNION + EVENT % ", loss: 2 %, cut: 0.5")


# --- blocs ---


def test_benefit_of_a_bloc_that_nobody_leads():
    scene = Scene(TWO + UNION, {"rules.blocs.cover": 0.5}).put(
        threat=0.5, position={("KGZ", "security"): 0.5}, cohesion=0.8, share={MOSCOW: 0.4, WASHINGTON: 0.2}
    )
    scene.play(blocs.centre, b="UNION")
    # 2.2 · 0.5 · 0.8 · 0.5 + 1.6 · 500/1500 − 1.5 · 0.5 − 0.35 · 0.4
    assert scene.play(blocs.benefit, b="UNION", c="KGZ") == near(0.44 + 1.6 / 3 - 0.75 - 0.14)


def test_nobody_pays_for_who_joins_it():
    text = TWO + "blocs:\n  UNION: {members: [TJK], joint_force: on, benefit: {threat: 0, share: 10, distance: 0}}\n"
    dice = {"membership": {("UNION", "KGZ"): 1e-9}}
    scene = Scene(text, {"rules.blocs.effort": 0.004}, dice).put(threat=0.5)
    scene.play(blocs.consider_members, blocs.change_members, blocs.consider_force, blocs.act_jointly)
    assert scene.measure("members", "UNION") == 2
    assert not scene.rows("package")
    assert not scene.see("due").any()
    # β = 0.002 each: Y 4000 and 2000, Ĝ = max(4000/500, 6000/999)
    assert scene.measure("force", "UNION") == near(8)
    assert [row["patron"] for row in scene.rows("joined")] == [pytest.approx(float("nan"), nan_ok=True)]
    # Where a member would be drawn far from the centre, its consent costs, and there is no purse.
    far = Scene(text, None, dice).put(threat=0.5, position={("KGZ", "security"): 1.0, ("TJK", "security"): -1.0})
    far.play(blocs.consider_members, blocs.change_members)
    assert far.see("vote_cost", "UNION", "KGZ") > 0
    assert far.measure("members", "UNION") == 1


def test_a_bloc_of_nobody_divides_by_nothing():
    scene = Scene(TWO + "blocs: {UNION: {members: [], candidates: [KGZ], joint_force: on, third_party_consent: on}}\n")
    scene.everything()
    scene.quarter()
    assert scene.measure("cohesion", "UNION") == 0
    assert scene.measure("force", "UNION") == 0
    scene.order("bloc_sanction", ("UNION", "KGZ"), loss=0.01, quarters=3).play(coercion.coerce)
    assert scene.see("bloc_sanction", "UNION", "KGZ") == 3


PACT = "blocs:\n  CSTO: {leader: RUS, members: [RUS, TJK], joint_force: %s}\n  UNION: {members: [TJK]}\nallies: {RUS: [CHN]}\n"


def benefit(text: str = TWO + PACT % "off", **put: object) -> float:
    china = "  CHN: {position: {security: 0}}\npatrons:\n  CHN: {budget: 4, openness: 0.9}\n"
    rules = {"rules.blocs.shelter": 1.5, "rules.blocs.entangle": 0.4, "rules.blocs.cover": 0.5}
    scene = Scene(text.replace("patrons:\n", china), rules)
    scene.rule(patron_openness={"USA": 0.9, "RUS": 0.9})
    scene.put(threat={"KGZ": 0.5}, reputation=0.8, **put)
    return float(scene.play(blocs.benefit, b="CSTO", c="KGZ"))


PLAIN = 2.2 * 0.5 * 0.8 * 0.5 - 1.5


def test_a_leader_covers_where_it_stands():
    assert benefit() == near(PLAIN)
    assert benefit(base={MOSCOW: True}) == near(PLAIN + 0.44)


def test_shelter_from_those_who_are_more_open():
    # 1.5 · (0.9 − 0.5)
    assert benefit(sanction={WASHINGTON: 1}) == near(PLAIN + 0.6)
    assert benefit(sanction={WASHINGTON: 1}, openness={"KGZ": 0.95}) == near(PLAIN)
    # neither from the leader (whose sanction cuts access, here none) nor from its ally
    assert benefit(sanction={MOSCOW: 1, ("CHN", "KGZ"): 1}) == near(PLAIN)
    # from a bloc: 1.5 · (0.7 − 0.5), the mean of its members; not from the bloc itself
    assert benefit(bloc_sanction={("UNION", "KGZ"): 2}, openness={"TJK": 0.7}) == near(PLAIN + 0.3)
    assert benefit(bloc_sanction={("CSTO", "KGZ"): 2}, openness={"TJK": 0.7}) == near(PLAIN)
    assert benefit(bloc_sanction={("UNION", "KGZ"): 2}, openness={"TJK": 0.7}, member=False) == near(PLAIN)


def test_a_joint_force_entangles_the_distant():
    assert benefit(TWO + PACT % "on") == near(PLAIN - 0.4)
    trade = TWO + (PACT % "on").replace("joint_force: on", "joint_force: on, benefit: {threat: 0}")
    assert benefit(trade, sanction={WASHINGTON: 1}) == near(-1.5)


def test_rivals_may_bid_against_an_accession():
    scene = Scene(TWO + PACT.replace("allies: {RUS: [CHN]}\n", "") % "off", {"blocs.CSTO.denial": 0.5, "rivalry.USA.RUS": 1})
    scene.rule(weight={WASHINGTON: 0.5}).put(share={WASHINGTON: 0.4}, reputation=0.8)
    number = scene.play(blocs.centre, b="CSTO")
    # 0.5 · 1 · 0.5 · 0.25 · 200 · 0.4 · 0.8 beside what members ask: TJK at 0, centre ½, would be ⅓: nobody objects
    assert scene.play(blocs.accession_cost, b="CSTO", c="KGZ", number=number) == near(4)


# --- what scenarios may say ---


def test_theories_are_choices_that_can_be_swept_and_set():
    told = scenario(TWO + "events: {turn: {at: 2010Q1, set: {states.KGZ.support: linkage, patrons.RUS.interference: none}}}\n",
                    {"patrons.USA.interference": "leverage"})  # fmt: skip
    assert told.choice("patrons.USA.interference") == "leverage"
    assert told.choice("patrons.RUS.interference") == "revenge"
    assert told.choice("states.KGZ.support") == "plain"
    assert told.choice("states.KGZ.regime") == "personal"
    scene = Scene(TWO + "events: {turn: {at: 2009Q1, set: {patrons.RUS.interference: none}}}\n")
    scene.quarter()
    assert scene.p.names[int(scene.p["interference"][0, 0])] == "none"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("events: {x: {at: 2009Q1, set: {states.KGZ.regime: military}}}\n", "read at the start only"),
        ("bases: {x: {holder: UNION, host: KGZ}}\nblocs: {UNION: {members: [TJK]}}\n", "UNION has no leader and cannot hold a base"),
        ("events: {x: {at: 2009Q1, scandal: {from: USA, to: KGZ, change: 3}}}\n", "Allowed: -2 to 2"),
        ("events: {x: {at: 2009Q1, campaign: {from: USA, to: KGZ, against: USA}}}\n", "campaign takes different actors"),
    ],
)
def test_what_cannot_be_said(text, message):
    with pytest.raises(ScenarioError, match=message):
        scenario(TWO + text)


def test_the_resolved_scenario_says_the_same_again():
    text = TWO + UNION + (
        "events:\n  a: {at: 2009Q1, campaign: {from: RUS, to: KGZ, against: USA}}\n  b: {at: 2009Q2, coup: {state: KGZ}}\n"
        "  c: {at: 2009Q2, scandal: {from: USA, to: KGZ, change: -0.3}}\n"
        "  d: {at: 2009Q3, sanction: {from: UNION, to: KGZ, loss: 0.1 %}}\n"
    )  # fmt: skip
    told = scenario(text, {"states.KGZ.regime": "party"})
    again = scenario(told.resolved())
    assert again.digest == told.digest
    assert again.choice("states.KGZ.regime") == "party"
    scene = Scene(told.resolved(), STILL, {"overthrow": 0.999})
    for _ in range(3):
        scene.quarter()
    rows = [row["kind"] for row in scene.rows("smear", "scandal", "sanction", "coup", "overthrow")]
    assert rows == ["smear", "scandal", "overthrow", "coup", "sanction"]


def test_check_warns_of_what_does_nothing():
    text = TWO + "blocs: {UNION: {members: []}, CSTO: {leader: RUS, members: [KGZ]}}\n" + (
        "events: {far: {at: 2010Q1, sanction: {from: USA, to: KGZ, loss: 1 %}, set: {states.TJK.support: linkage}}}\n"
    )  # fmt: skip
    silent = {"patrons.RUS.interference": "leverage", "mechanisms.refusal": "on"}
    ties = {"ties.RUS.KGZ.weight": 1, "ties.USA.KGZ.weight": 1}
    silent |= ties
    assert cautions(scenario(text, silent)) == [
        "patrons.RUS.openness is not stated, and without it RUS has no leverage and never campaigns",
        "states.TJK.support is linkage, and who states no openness pulls nowhere: RUS, USA",
        "patrons.USA.openness is not stated, so that the sanction of events.far condemns nobody",
        "blocs.UNION has no client as a member at the start, and no event makes one join",
    ]
    told = silent | {"patrons.RUS.openness": 0.2, "patrons.USA.openness": 0.9}
    assert cautions(scenario(text.replace("members: []", "members: [TJK]"), told)) == []


def test_a_registered_theory_is_told_of_those_who_hold_it():
    """Of two clients, one is told of it; numbers of views are those of the engine."""

    class Gloomy(theories.Support):
        def hazard(self, view):
            return view.above[:, 1] + 2.0

    scene = Scene(overrides={"patrons.USA.openness": 0.9})
    names = dataclasses.replace(scene.start.names, words=(*scene.start.names.words, "gloomy"))
    scene.ensemble.start = dataclasses.replace(scene.start, names=names)
    scene.ensemble.inputs["support"][0, 0] = len(names.words) - 1
    with uncompiled(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(theories, "supports", lambda: {"gloomy": Gloomy()})
        decider.tell_support(scene.ensemble)
    # 0.9 − 0.5 + 2
    assert scene.see("told_support").tolist() == [near(2.4), 0]
    assert scene.put(threat=0, legitimacy=0.6).play(politics.overthrow_logit, c="KGZ") == near(-4.3 + 2.4)
    assert scene.play(politics.overthrow_logit, c="TJK") == near(-4.3)
