"""Blocs (equations §12), worked out by hand: benefit, votes, accession, cohesion and the joint force."""

from __future__ import annotations

import pytest

from patronage.decisions.blocs import affiliates_of, members_of
from patronage.phases import blocs
from worlds import TWO, Scene, supplied

ASSOCIATION = (blocs.consider_members, blocs.change_members, blocs.consider_force, blocs.act_jointly)
"""All that happens in blocs in a quarter."""

PACT = """
blocs:
  CSTO:
    {leader: RUS, members: [RUS, KGZ], disputes: 0,
    benefit: {threat: 2.2, share: 1.6, distance: 1.5, rival: 0.35, access: 0.5}}
"""
SIGNED = {"patrons.RUS.package.grants": 1, "patrons.RUS.delivery.grants": 1}


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def scene(overrides: dict | None = None, draw: float = 0.999, text: str = TWO + PACT, **put: object) -> Scene:
    made = Scene(
        text, SIGNED | {"rules.blocs.effort": 0.004} | (overrides or {}), {"membership": {("CSTO", "TJK"): draw}}
    )
    return made.put(threat=0.5, reputation=0.8).put(**put)


# --- membership ---


def test_benefit_of_membership():
    made = scene(
        {"ties.RUS.TJK.access": 40},
        position={("TJK", "security"): 0.5},
        share={("RUS", "TJK"): 0.4, ("USA", "TJK"): 0.2},
    )
    made.put(sanction={("RUS", "TJK"): 1}, sanction_cut={("RUS", "TJK"): 0.25})
    # 2.2 · 0.5 · 0.8 + 1.6 · 0.4 − 1.5 · 0.5 − 0.35 · 0.2 + 0.5 · 0.4 · 0.75
    assert made.play(blocs.benefit, b="CSTO", c="TJK") == near(0.85)


EAGER = {"position": {("TJK", "security"): 0.5}, "share": {("RUS", "TJK"): 0.4, ("USA", "TJK"): 0.2}}
"""b = 0.88 + 0.64 − 0.75 − 0.07 = 0.7"""


def test_a_candidate_joins_by_benefit_and_is_paid():
    # 0.08 · S(8 · 0.7) = 0.08 · 0.9963157
    made = scene(draw=0.0797, **EAGER)
    made.play(*ASSOCIATION)
    assert made.measure("member", "CSTO", "TJK") == 1
    # σ = 0.125 · (0.25 + 0.5) · 2 = 0.1875 in TJK: 4(σ²/5 + σ · 2.8284271) = 0.028125 + 2.12132034; · 4/0.8
    assert made.see("due", "RUS", "TJK", "grants", "concession") == near(10.747226717798212)
    assert made.measure("promised", "RUS", "TJK") == near(10.747226717798212)
    rows = [(r["kind"], r["patron"], r["client"], r["concession"], r["cause"]) for r in made.rows("joined", "package")]
    assert rows == [("joined", "RUS", "TJK", "CSTO", "benefit"), ("package", "RUS", "TJK", "accession", "benefit")]
    late = scene(draw=0.0798, **EAGER)
    late.play(*ASSOCIATION)
    assert late.measure("member", "CSTO", "TJK") == 0


@pytest.mark.parametrize(
    "overrides",
    [{"blocs.CSTO.open": 0}, {"mechanisms.bloc_choice": "off"}, {"rules.blocs.join": 0}],
    ids=["closed", "off", "rare"],
)
def test_when_nobody_joins(overrides):
    made = scene(overrides, draw=1e-9, **EAGER)
    made.play(*ASSOCIATION)
    assert made.measure("members", "CSTO") == 1


def test_only_candidates_join():
    made = scene(draw=1e-9, text=TWO + PACT.replace("disputes: 0", "disputes: 0, candidates: [KGZ]"), **EAGER)
    made.play(*ASSOCIATION)
    assert made.measure("members", "CSTO") == 1


def test_members_whom_a_candidate_draws_away_must_be_paid():
    far = {
        "position": {("TJK", "security"): -1.0, ("KGZ", "security"): 1.0},
        "share": {("RUS", "TJK"): 0.9},
        "reputation": 1.0,
    }
    # The mean of RUS and KGZ is 1, with TJK ⅓: KGZ objects. Price at d = 0: σ = 0.0625 · 0.25 · 2: 0.00078125 + 0.5.
    made = scene(**far)
    number = made.play(blocs.centre, b="CSTO")
    assert number == made.play(members_of, b="CSTO") + made.play(affiliates_of, b="CSTO") == 2
    costs = [made.play(blocs.accession_cost, b="CSTO", c=c, number=number) for c in ("KGZ", "TJK")]
    assert costs == near([0, 0.50078125])
    # b = 1.1 + 1.44 − 3 < 0, yet with luck TJK would join if Russia may pay 0.5008: up to 0.1 · 400, or to 0.001 · 400.
    for budget, joined in ((0.1, 1), (0.001, 0)):
        made = scene({"rules.blocs.consent_budget": budget}, draw=1e-9, **far)
        made.play(*ASSOCIATION)
        assert made.measure("member", "CSTO", "TJK") == joined


def test_a_member_leaves_when_membership_is_worth_little():
    def left(draw: float) -> Scene:
        made = Scene(TWO + PACT, SIGNED, {"membership": {("CSTO", "KGZ"): draw}})
        # b = −1.5 · 1 + 2.2 · 0.5 · 0.8 − 0.35 · 0.4 = −0.76; 0.04 · S(−8 · (−0.76 + 0.25)) = 0.04 · 0.9833818
        made.put(threat=0.5, reputation=0.8, share={("USA", "KGZ"): 0.4}).play(*ASSOCIATION)
        return made

    gone = left(0.0393)
    assert gone.measure("members", "CSTO") == 0
    assert [(r["kind"], r["client"], r["cause"]) for r in gone.rows("left")] == [("left", "KGZ", "benefit")]
    assert left(0.0394).measure("members", "CSTO") == 1


def test_accession_and_exit_by_order_are_not_paid():
    made = scene(draw=1e-9, **EAGER).order("join", ("CSTO", "TJK")).order("leave", ("CSTO", "KGZ"))
    made.play(*ASSOCIATION)
    assert made.see("member", "CSTO").tolist() == [False, True]
    assert [(r["kind"], r["client"], r["cause"]) for r in made.rows("joined", "left", "package")] == [
        ("left", "KGZ", "event"),  # in order of codes
        ("joined", "TJK", "event"),
    ]
    assert not made.see("due").any()


# --- cohesion ---


def test_cohesion_is_nearness_less_disputes():
    made = scene(member=True, position={("KGZ", "security"): 0.5, ("TJK", "security"): 0.0})
    made.rule(bloc_disputes=2.0)
    # RUS 1, KGZ ½, TJK 0: mean ½, mean distance ⅓; 1 − ⅓ − 0.1 · 2
    assert made.play(blocs.cohesion, b="CSTO") == near(0.4666666666666667)
    made.play(*ASSOCIATION)
    assert made.measure("cohesion", "CSTO") == near(0.4666666666666667)


# --- joint force ---


def test_the_joint_supply_of_a_public_good():
    def supply(*contributors: tuple[float, float]) -> float:
        return supplied(*zip(*contributors, strict=True))

    # β = 0.002, r = 499. Alone: Y/500.
    assert supply((4000.0, 0.002)) == near(8)
    # Two equals: 8000/999, 4.004 each; the best reply of each is 0.002 · 4000 − 0.998 · 4.004 = 4.004.
    assert supply((4000.0, 0.002), (4000.0, 0.002)) == near(8.008008008008009)
    # The small ride on the great: 40000/500 alone, 44000/999 together.
    assert supply((4000.0, 0.002), (40000.0, 0.002)) == near(80)
    # Nobody wants it; one has nothing.
    assert supply((4000.0, 0.0), (4000.0, 0.0)) == 0
    assert supply((4000.0, 0.002), (0.0, 0.002)) == near(8)


FORCE = TWO + PACT.replace("disputes: 0", "disputes: 0, joint_force: on")


def test_a_cohesive_bloc_acts_with_what_its_members_put_up():
    made = scene(text=FORCE, position={("KGZ", "security"): 0.8})
    made.play(*ASSOCIATION)
    # KGZ alone (Russia's GDP is not given): H = 0.5, β = 0.002, 4000/500. Cohesion 1 − 0.1.
    assert made.measure("force", "CSTO") == near(8)
    great = scene({"patrons.RUS.gdp": 40000}, text=FORCE, position={("KGZ", "security"): 0.8})
    great.play(*ASSOCIATION)
    assert great.measure("force", "CSTO") == near(80)
    none = scene({"patrons.RUS.gdp": 40000}, text=TWO + PACT, position={("KGZ", "security"): 0.8})
    none.play(*ASSOCIATION)
    assert none.measure("force", "CSTO") == 0


def divided(budget: float, **put: object) -> Scene:
    """RUS 1, KGZ −1: cohesion 0. KGZ is 2 from its leader and objects to the force."""
    made = scene({"rules.blocs.consent_budget": budget}, text=FORCE, position={("KGZ", "security"): -1.0}, **put)
    made.play(*ASSOCIATION)
    return made


def test_a_leader_buys_consent_for_a_time():
    # σ = 0.0625 · 2.25 · 2 = 0.28125: 0.8σ² + 16σ = 0.06328125 + 4.5. The purse is budget · 400.
    made = divided(0.0115)
    assert made.measure("force", "CSTO") == near(8)
    assert made.see("consent_left", "CSTO") == 4
    assert made.see("due", "RUS", "KGZ", "grants", "concession") == near(4.56328125)
    assert [(r["kind"], r["client"], r["promised"]) for r in made.rows("consent")] == [
        ("consent", "KGZ", near(4.56328125))
    ]
    # Bought consent lasts: three quarters on it is used up, and in the fourth bought again.
    for left in (3, 2, 1, 4):
        made.play(*ASSOCIATION)
        assert made.see("consent_left", "CSTO") == left
        assert made.measure("force", "CSTO") == near(8)
    assert len(made.rows("consent")) == 2


def test_a_leader_who_cannot_afford_consent_has_no_force():
    made = divided(0.0114)
    assert made.measure("force", "CSTO") == 0
    assert made.see("consent_left", "CSTO") == 0
    assert not made.see("due").any()


def test_a_bloc_that_nobody_is_in_has_no_centre_and_no_cohesion():
    """Its leader is a client, not an affiliate; when it leaves, nobody is left, and whoever comes then is not objected to."""
    text = TWO + "  TJK: {budget: 1}\nblocs: {PACT: {leader: TJK, members: [], candidates: [KGZ], joint_force: on}}\n"
    made = scene(text=text, position={("KGZ", "security"): 0.5})
    made.put(member={("PACT", "TJK"): 0})
    assert made.play(blocs.centre, b="PACT") == 0
    assert made.play(blocs.cohesion, b="PACT") == 0
    assert made.play(blocs.accession_cost, b="PACT", c="KGZ", number=0.0) == 0
    made.play(*ASSOCIATION)
    assert made.measure("cohesion", "PACT") == 0
    assert made.measure("force", "PACT") == 0
