"""Grievance, campaigns and sanctions (equations §9 and §10), worked out by hand."""

from __future__ import annotations

import pytest

from patronage.phases import coercion, grievance
from worlds import TWO, Scene

GRIEVANCE = (grievance.resent, grievance.campaign)

ANGRY = ("RUS", "KGZ")


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


# --- grievance ---


def test_grievance_fades_and_is_stung_for_three_quarters():
    scene = Scene().put(grievance={ANGRY: 0.5}, sting={(*ANGRY, 0): 0.2, (*ANGRY, 1): 0.1, (*ANGRY, 2): 0.3})
    expected = 0.5
    for sting in (0.2, 0.1, 0.3, 0.0):
        scene.put(grievance={ANGRY: expected})
        scene.play(*GRIEVANCE)
        expected = 0.85 * expected + sting
        assert scene.measure("grievance", *ANGRY) == near(expected)
    # 0.85 · (0.85 · (0.85 · (0.425 + 0.2) + 0.1) + 0.3)
    assert expected == near(0.711078125)


def campaign(draw: float, anger: float = 0.625, share: float = 0.4, **put: object) -> Scene:
    overrides = {"rules.interference.exponent": 1, "rules.interference.decay": 1}
    scene = Scene(TWO, overrides, {"campaign": {ANGRY: draw}, "sanction": 0.999})
    scene.put(grievance={ANGRY: anger}, share={ANGRY: share}, **put)
    scene.play(*GRIEVANCE)
    return scene


def test_an_angry_patron_with_a_voice_campaigns():
    # −6.9 + 10 · 0.625 · 0.4 = −4.4: chance 0.012128, once for a half-open regime.
    scene = campaign(0.0121)
    assert scene.measure("campaign", *ANGRY) == 1
    assert scene.see("campaign", *ANGRY) == 2
    assert scene.measure("campaigns", "KGZ") == 1
    assert [(row["kind"], row["patron"], row["client"], row["cause"]) for row in scene.rows("campaign")] == [
        ("campaign", "RUS", "KGZ", "grievance")
    ]
    assert campaign(0.0122).measure("campaign", *ANGRY) == 0
    # 4 · 0.25 · 0.75 of it in a more closed one.
    assert campaign(0.00909, openness={"KGZ": 0.25}).measure("campaign", *ANGRY) == 1
    assert campaign(0.00910, openness={"KGZ": 0.25}).measure("campaign", *ANGRY) == 0


def test_no_campaign_without_anger_voice_or_while_one_runs():
    assert campaign(1e-9, anger=0.05).measure("campaign", *ANGRY) == 0
    assert campaign(1e-9, anger=0.0501).measure("campaign", *ANGRY) == 1
    assert campaign(1e-9, share=0.2).measure("campaign", *ANGRY) == 0
    assert campaign(1e-9, share=0.2001).measure("campaign", *ANGRY) == 1
    running = campaign(1e-9, campaign={ANGRY: 2})
    assert running.see("campaign", *ANGRY) == 1
    assert not running.see("launched", *ANGRY)
    # One that ends now makes room for the next.
    assert campaign(1e-9, campaign={ANGRY: 1}).see("campaign", *ANGRY) == 2


def test_campaigns_can_be_switched_off_or_ordered():
    scene = Scene(TWO, {"mechanisms.interference": "off"}, {"campaign": 1e-9, "sanction": 0.999})
    scene.put(grievance={ANGRY: 2.0}, share={ANGRY: 0.5})
    scene.play(*GRIEVANCE)
    assert not scene.see("campaign").any()
    scene.order("campaign", ("USA", "TJK")).play(*GRIEVANCE)
    assert scene.see("campaign", "USA", "TJK") == 2
    assert [row["cause"] for row in scene.rows("campaign")] == ["event"]


def test_sanctions_begin_in_proportion_to_grievance():
    def begins(draw: float, anger: float = 0.5, running: float = 0) -> bool:
        scene = Scene(TWO, {"rules.interference.decay": 1}, {"sanction": draw, "campaign": 0.999})
        scene.put(grievance={ANGRY: anger}, sanction={ANGRY: running})
        scene.play(*GRIEVANCE)
        return bool(scene.see("begins", *ANGRY))

    # 0.05 · 0.5
    assert begins(0.0249)
    assert not begins(0.0251)
    assert not begins(1e-9, anger=0.05)
    assert not begins(1e-9, running=2)
    assert begins(1e-9, running=1)


# --- coercion ---


def sanctioned(loss: float, text: str = TWO, **put: object) -> Scene:
    """Russia threatens to cost KGZ that share of its GDP."""
    scene = Scene(text, {"ties.RUS.KGZ.access": 40}).put(
        grievance={ANGRY: 1.0}, share={("USA", "KGZ"): 0.3, ANGRY: 0.5}, legitimacy=0.6
    )
    scene.put(**put).order("sanction", ANGRY, loss=loss, cut=0.5, quarters=6)
    scene.play(coercion.coerce)
    return scene


def test_a_client_complies_with_what_costs_more_than_the_concession():
    # Price 10.3125 a year (d = 1); pressure 0.34 · 0.5 · 4 · 20 = 13.6.
    scene = sanctioned(0.5)
    assert scene.measure("sanction", *ANGRY) == 0
    assert scene.measure("position", "KGZ", "security") == near(0.1)
    assert scene.measure("grievance", *ANGRY) == near(0.3)
    assert scene.measure("legitimacy", "KGZ") == near(0.6)
    [row] = scene.rows("complied", "sanction")
    assert (row["kind"], row["value"], row["price"]) == ("complied", near(13.6), near(10.3125))


def test_otherwise_it_defies_and_turns_to_the_black_knight():
    # 0.34 · 0.37 · 80 = 10.064 < 10.3125
    scene = sanctioned(0.37)
    assert scene.measure("sanction", *ANGRY) == 1
    assert scene.see("sanction", *ANGRY) == 6
    assert scene.see("sanction_cut", *ANGRY) == near(0.5)
    # 0.6 − 0.37 · (1 − 0.3); 0.2 · 0.3 of the way to USA at −1
    assert scene.measure("legitimacy", "KGZ") == near(0.341)
    assert scene.measure("position", "KGZ", "security") == near(-0.06)
    assert scene.measure("grievance", *ANGRY) == near(1.0)
    assert [(row["kind"], row["cause"]) for row in scene.rows("sanction")] == [("sanction", "event")]


def test_a_sanction_in_force_makes_conceding_dearer():
    # Twice the salience, σ = 1.25: 0.8 · 1.5625 + 20 = 21.25 > 13.6. One that ends this quarter is still felt.
    assert sanctioned(0.5, sanction={ANGRY: 1}).rows("complied", "sanction")[0]["price"] == near(21.25)
    assert sanctioned(0.5, sanction={ANGRY: 3}).see("sanction", *ANGRY) == 6


def test_a_lone_patron_leaves_nowhere_to_turn():
    alone = TWO.replace("  USA: {budget: 200}\n", "").replace("minus: USA", "minus: KGZ")
    alone = alone.replace("  USA: {position: {unga: 2, security: -1}}\n", "")
    scene = Scene(alone).put(legitimacy=0.6).order("sanction", ANGRY, loss=0.3, cut=0.5)
    scene.play(coercion.coerce)
    assert scene.measure("legitimacy", "KGZ") == near(0.3)
    assert scene.measure("position", "KGZ", "security") == 0


def test_two_senders_act_in_order_of_their_codes():
    scene = Scene(overrides={"ties.RUS.KGZ.access": 40, "ties.USA.KGZ.access": 20}).put(
        share={ANGRY: 0.5, ("USA", "KGZ"): 0.3}, legitimacy=0.6
    )
    scene.put(begins={ANGRY: True, ("USA", "KGZ"): True}).play(coercion.coerce)
    # Losses 0.25 · 0.4 and 0.25 · 0.2. RUS: L 0.6 − 0.1 · 0.7, z to −0.06. USA: − 0.05 · 0.5, z by 0.2 · 0.5 towards 1.
    assert scene.measure("legitimacy", "KGZ") == near(0.505)
    assert scene.measure("position", "KGZ", "security") == near(-0.06 + 0.1 * 1.06)
    assert scene.see("sanction").tolist() == [[4, 0], [4, 0]]
    assert [row["cause"] for row in scene.rows("sanction")] == ["grievance", "grievance"]


def test_sanctions_run_out():
    scene = Scene().put(sanction={ANGRY: 2}, sanction_cut={ANGRY: 0.25})
    scene.play(coercion.coerce)
    assert scene.see("sanction", *ANGRY) == 1
    assert scene.see("sanction_cut", *ANGRY) == 0.25
    scene.play(coercion.coerce)
    assert scene.measure("sanction", *ANGRY) == 0
    assert scene.see("sanction_cut", *ANGRY) == 0
