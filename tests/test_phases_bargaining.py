"""Terms of a bargain (equations §4), worked out by hand: prices, values, denial bids, consent, floors and chances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bargaining_stage import near
from patronage.decisions.blocs import cost_of_yes
from patronage.exchange import auction
from patronage.phases.bargaining import ask_allies, bargain, name_terms, open_table
from patronage.world.terms import price_of
from worlds import TWO, Scene

THREE = TWO.replace(
    "  RUS: {position", "  UZB: {gdp: 4000, growth: 0, openness: 0.5, coalition: 0.25}\n  RUS: {position", 1
)
FOUR = THREE.replace("  UZB:", "  TKM: {gdp: 4000, growth: 0, openness: 0.5, coalition: 0.25}\n  UZB:", 1)


def table(scene: Scene) -> Scene:
    """All terms on the table: of every patron with every client."""
    scene.everything()
    scene.play(open_table, ask_allies, name_terms)
    return scene


# --- prices ---


def test_the_published_table_of_selectorate_prices():
    # r = σ²/χ + 2σ·sqrt(M/χ), a quarter, at σ = 0.2: rows W, columns M.
    published = {
        0.02: (0.057, 0.126, 0.251),
        0.1: (0.124, 0.273, 0.543),
        0.3: (0.201, 0.439, 0.869),
        0.6: (0.260, 0.563, 1.110),
    }
    for coalition, row in published.items():
        for revenue, expected in zip((1, 5, 20), row, strict=True):
            scene = Scene().put(coalition=coalition, gdp=50.0 * revenue)
            asked = scene.play(price_of, c="KGZ", sigma=0.2) / 4
            assert asked == pytest.approx(expected, abs=5.1e-4), (coalition, revenue)


def test_price_of_a_base_by_distance_openness_and_sanctions():
    scene = Scene().put(position={("KGZ", "security"): 0.5}, openness={"TJK": 0.25}, sanction={("USA", "TJK"): 2})
    asked = table(scene).see("price")
    # σ = 0.25 · (0.25 + d)(1 + 2D), doubled under a sanction; KGZ: M = 20, χ = 5: price 4(σ²/5 + 2σ·2) = 0.8σ² + 16σ.
    # RUS in KGZ: d ½: 0.25 · 0.75 · 2 = 0.375: 0.1125 + 6. USA in KGZ: d 1.5: 0.875: 0.6125 + 14.
    assert asked[:, 0] == near(np.array([6.1125, 14.6125]))
    # TJK: M = 10, 2 sqrt(M/χ) = sqrt(8). RUS: 0.25 · 1.25 · 1.5 = 0.46875; USA twice that.
    # 4(0.46875²/5 + 0.46875 · 2.8284271) = 0.17578125 + 5.30330086; 4(0.9375²/5 + 0.9375 · 2.8284271)
    assert asked[:, 1] == near(np.array([5.479082108699732, 11.309726717399465]))


def test_without_the_mechanism_concessions_are_free():
    assert table(Scene(overrides={"mechanisms.selectorate_price": "off"})).see("price").tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("policy", "factors"),
    [
        # Shares 0.5 and 0.1, mean 0.3: exp(±0.4); the leader alone exp(2).
        ("auctioneer", (1, 1)),
        ("isolationist", (1, 1)),
        ("hedger", (1.4918246976412703, 0.6703200460356393)),
        ("bandwagoner", (0.6703200460356393, 1.4918246976412703)),
        ("balancer", (7.38905609893065, 1)),
    ],
)
def test_policies_change_the_price(policy, factors):
    scene = Scene(
        overrides={
            "states.KGZ.policy": policy,
            "patrons.USA.mission": 1,
            "patrons.USA.need": 400,
            "ties.USA.KGZ.geography": 1,
        }
    )
    scene.put(share={("RUS", "KGZ"): 0.5, ("USA", "KGZ"): 0.1})
    table(scene)
    # d = 1 for both: σ = 0.625, price 0.3125 + 10.
    assert scene.see("price")[:, 0] == near(np.array(factors) * 10.3125)
    assert scene.see("accepts", "USA", "KGZ") == (policy != "isolationist")


# --- values ---

MISSION = {
    "patrons.USA.mission": 0.5,
    "patrons.USA.need": 200,
    "ties.USA.KGZ.geography": 1.2,
    "ties.USA.TJK.geography": 0.4,
}


def test_value_is_mission_need_and_geography():
    value = table(Scene(overrides=MISSION)).see("value")
    assert value == near(np.array([[0, 0], [120, 40]]))


def test_alternatives_lower_a_value():
    scene = Scene(overrides=MISSION).put(base={("USA", "TJK"): True})
    # A base in TJK serves 0.4: 120/(1 + 0.8 · 0.4). One's own place is no alternative to itself.
    assert table(scene).see("value", "USA") == near(np.array([120 / 1.32, 40]))
    off = Scene(overrides=MISSION | {"mechanisms.alternatives": "off"}).put(base={("USA", "TJK"): True})
    assert table(off).see("value", "USA", "KGZ") == near(120)


def test_bases_of_allies_count_in_part_and_a_place_only_once():
    allied = TWO + "allies:\n  USA: [RUS]\n"
    scene = Scene(allied, MISSION).put(base={("RUS", "KGZ"): True})
    # KGZ serves min(1, 1.2) = 1, half of it through the ally: 40/(1 + 0.8 · 0.5).
    assert table(scene).see("value", "USA", "TJK") == near(40 / 1.4)
    scene.put(base={("USA", "KGZ"): True})
    assert table(scene).see("value", "USA", "TJK") == near(40 / 1.8)
    stranger = Scene(overrides=MISSION).put(base={("RUS", "KGZ"): True})
    assert table(stranger).see("value", "USA", "TJK") == near(40)


def test_values_are_disturbed_by_luck():
    scene = Scene(overrides=MISSION, dice={"value": {("USA", "KGZ"): 0.8413447460685429}})
    # exp(0.25) at one standard deviation
    assert table(scene).see("value", "USA") == near(np.array([154.0830500025690, 40]))


# --- denial ---

RIVALS = {"rivalry.RUS.USA": 0.5, "ties.RUS.KGZ.weight": 0.8}


def test_a_rival_bids_its_stake():
    scene = Scene(overrides=MISSION | RIVALS).put(share={("RUS", "KGZ"): 0.4}, reputation={("RUS", "KGZ"): 0.5})
    table(scene)
    # 0.5 · 0.8 · 0.25 · 400 · 0.4 · 0.5 = 8, against USA in KGZ and nowhere else.
    assert scene.see("bid", "RUS", "USA", "KGZ") == near(8)
    assert scene.see("denial") == near(np.array([[0, 0], [8, 0]]))
    # F = 10.3125 + 8; V = 120: rent F + 0.1 (V − F) = 18.3125 + 10.16875
    assert scene.see("floor", "USA", "KGZ") == near(18.3125)
    assert scene.see("asked", "USA", "KGZ") == near(28.48125)
    assert scene.see("accepts").tolist() == [[False, False], [True, True]]


@pytest.mark.parametrize(
    ("strategy", "bid"), [("portfolio", 8), ("denial_first", 11.2), ("retrench", 3.2), ("sphere", 8)]
)
def test_strategies_change_the_bid(strategy, bid):
    overrides = MISSION | RIVALS | {"patrons.RUS.strategy": strategy, "patrons.RUS.strategy_share": 0.4}
    scene = Scene(overrides=overrides).put(share={("RUS", "KGZ"): 0.4}, reputation={("RUS", "KGZ"): 0.5})
    assert table(scene).see("denial", "USA", "KGZ") == near(bid)


def test_allies_and_the_switch_stop_denial():
    share = {("RUS", "KGZ"): 0.4}
    switched = Scene(overrides=MISSION | RIVALS | {"mechanisms.denial_bids": "off"}).put(share=share)
    assert not table(switched).see("denial").any()
    allied = Scene(TWO + "allies:\n  USA: [RUS]\n", MISSION | RIVALS).put(share=share)
    assert not table(allied).see("denial").any()


def test_common_agency_the_case_of_manas():
    """Worked case: k = 10, V = 400, N = 330; the truthful rent is 340, and 10 where nobody bids to deny it."""
    overrides = {
        "patrons.USA.mission": 1,
        "patrons.USA.need": 400,
        "ties.USA.KGZ.geography": 1,
        "patrons.RUS.budget": 2000,
        "rivalry.RUS.USA": 1,
        "ties.RUS.KGZ.weight": 1,
        "rules.bargaining.denial": 0.22,
        "rules.bargaining.surplus_share": 0,
        "rules.bargaining.salience": 0.2,
        "states.KGZ.coalition": 1,
        "states.KGZ.gdp": 2256.25,
        "rules.delivery.reputation0": 1,
    }
    # σ = 0.2 · 1.25 · 2 = 0.5, χ = 2, M = 11.28125: 4(0.125 + 2.375) = 10. N = 0.22 · 2000 · 0.75 = 330.
    scene = Scene(overrides=overrides).put(share={("RUS", "KGZ"): 0.75})
    table(scene)
    manas = ("USA", "KGZ")
    assert scene.see("price", *manas) == near(10)
    assert scene.see("denial", *manas) == near(330)
    assert scene.see("value", *manas) == near(400)
    assert scene.see("accepts", *manas)
    assert scene.see("asked", *manas) == near(340)
    # W(N) = 390: the host could get 330 from Russia alone, the patron 60 from the base.
    assert scene.see("asked", *manas) - 10 == near(330)
    alone = table(Scene(overrides=overrides | {"rivalry.RUS.USA": 0}).put(share={("RUS", "KGZ"): 0.75}))
    assert alone.see("asked", *manas) == near(10)


def answered(
    price: float, denial: float, consent: float, value: float, surplus: float = 0.1, belief: float = 9.0, insists: bool = False
) -> tuple[float, bool]:
    """The rent that an auctioneer asks of USA at these terms, and whether it hosts.

    The price is that of a salience of 0.5 in a world whose revenue makes it so: 4(σ²/2 + 2σ·sqrt(M/2)).
    """
    revenue = 2 * ((price / 4 - 0.125) ** 2) if price else 0.0
    overrides = {"rules.bargaining.surplus_share": surplus, "rules.bargaining.salience": 0.2, "states.KGZ.coalition": 1}
    scene = Scene(overrides=overrides if price else overrides | {"mechanisms.selectorate_price": "off"})
    scene.put(coalition=1, gdp={"KGZ": 50 * revenue} if price else 1.0)
    terms = {"value": value, "belief": belief, "asked_for_consent": consent, "insists": insists}
    scene.put(**{name: {("USA", "KGZ"): number} for name, number in terms.items()}, bid={("RUS", "USA", "KGZ"): denial})
    scene.everything()  # what allies ask stands there
    scene.play(auction.price, auction.answer, p="USA", c="KGZ")
    assert scene.see("price", "USA", "KGZ") == near(price)
    return scene.see("asked", "USA", "KGZ"), bool(scene.see("accepts", "USA", "KGZ"))


def test_an_offer_that_just_meets_the_floor_is_accepted():
    assert answered(2, 3, 1, 6.000001)[1]
    assert not answered(2, 3, 1, 5.999999)[1]
    # To the last bit where nothing has to be rounded.
    assert answered(0, 3, 1, 4.0)[1]
    assert not answered(0, 0, 0, 0)[1]


# --- security for autonomy, asked rents ---


def test_a_mission_against_a_shared_enemy_makes_a_base_cheaper_to_host():
    mission = {"patrons.USA.mission": 0.5, "mechanisms.security": "on", "rules.bargaining.security": 0.8}
    mission |= {"ties.USA.KGZ.geography": 1.5, "ties.USA.TJK.geography": 0.5}
    scene = Scene(overrides=mission).put(insecurity={"KGZ": 0.15, "TJK": 0.15}, sanction={("USA", "TJK"): 2})
    asked = table(scene).see("price")
    # Need 0.15/(0.15 + 0.05) = 3/4: σ = 0.25 · 1.25 · 2 = 0.625 falls by 0.8 · ½ · ¾ = 0.3 to 0.4375: 0.8σ² + 16σ.
    assert asked[1, 0] == near(0.153125 + 7)
    # Russia has no mission here; and nobody is protected by who sanctions it: σ = 2 · 0.625, M = 10.
    assert asked[0, 0] == near(0.3125 + 10)
    assert asked[1, 1] == near(4 * (1.25**2 / 5 + 2 * 1.25 * 2**0.5))
    # A place that serves the mission by half protects by half: σ = 0.625 falls by 0.15 to 0.53125.
    spared = Scene(overrides=mission).put(insecurity={"TJK": 0.15})
    assert table(spared).see("price", "USA", "TJK") == near(4 * (0.53125**2 / 5 + 2 * 0.53125 * 2**0.5))
    safe = Scene(overrides=mission).put(insecurity=0)
    assert table(safe).see("price", "USA", "KGZ") == near(0.3125 + 10)


def test_a_host_that_names_its_rent_asks_what_it_believes_the_base_to_be_worth():
    def respond(value: float, belief: float) -> tuple[float, bool]:
        return answered(0, 5, 1, value, surplus=1.0, belief=belief, insists=True)

    assert respond(20, 9) == (9, True)
    assert respond(9, 9) == (9, True)
    assert respond(8.9, 9) == (9, False)  # though it is more than the floor of 6
    assert respond(7, 5) == (6, True)  # never below the floor


# --- consent of allies ---


def test_votes():
    # Four clients of whom the third does not object though it asks least.
    text = FOUR + "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ, TJK, TKM, UZB]}\n"

    def cost(rule: str, voters: int) -> float:
        scene = Scene(text, {"blocs.CSTO.vote": rule})
        scene.put(objects={"KGZ": True, "TJK": True, "UZB": True}, asks={"KGZ": 5.0, "TJK": 2.0, "TKM": 1.0, "UZB": 3.0})
        return scene.play(cost_of_yes, b="CSTO", voters=float(voters))

    assert cost("consensus", 5) == 10
    assert cost("leader", 5) == 0
    # 5 votes, 3 against: 2 for, one must be bought, the cheapest objector (2; the 1 does not object).
    assert cost("majority", 5) == 2
    # 4 votes: 1 for; more than half are 3: two are bought.
    assert cost("majority", 4) == 5
    # 7 votes: 4 for are enough.
    assert cost("majority", 7) == 0


def test_of_equally_cheap_objectors_the_first_by_code_is_bought():
    text = FOUR + "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ, TJK, TKM, UZB], vote: majority}\n"
    scene = Scene(text).put(objects=True, asks=2.0)
    # Four against of five: two must be bought, and equal prices are both paid.
    assert scene.play(cost_of_yes, b="CSTO", voters=5.0) == 4


PACT = "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ, TJK, UZB], third_party_consent: on}\n"


def consent(text: str, vote: str, **put: object) -> np.ndarray:
    scene = Scene(text, {"blocs.CSTO.vote": vote}).put(
        position={("TJK", "security"): 0.5, ("UZB", "security"): -0.5, ("KGZ", "security"): 0.5}
    )
    scene.put(**put).everything()
    scene.play(open_table, ask_allies)
    return scene.see("asked_for_consent")


def test_allies_nearer_to_the_leader_ask_a_price_for_an_outsiders_base():
    # Around a base of USA (−1) in KGZ: TJK (½) stands nearer to RUS (1) and objects, UZB (−½) does not.
    # TJK: σ = 0.0625 · (0.25 + 1.5) · 2 = 0.21875: 4(0.21875²/5 + 0.21875 · sqrt(8)) = 0.03828125 + 2.47487373
    # In TJK, KGZ objects: 0.8 · 0.21875² + 16 · 0.21875 = 0.03828125 + 3.5. In UZB, both do.
    in_kgz, in_tjk = 2.513154984116653, 3.53828125
    assert consent(THREE + PACT, "consensus") == near(np.array([[0, 0, 0], [in_kgz, in_tjk, in_kgz + in_tjk]]))
    # The leader asks nobody. Three votes in each ballot (two states and RUS): one against is no majority, two are:
    # in UZB the cheaper of the two is bought.
    assert not consent(THREE + PACT, "leader").any()
    assert consent(THREE + PACT, "majority") == near(np.array([[0, 0, 0], [0, 0, in_kgz]]))


def test_the_state_concerned_has_no_vote():
    # Without UZB, KGZ and RUS vote on a base in TJK: one against one is no majority, and the objector is bought.
    pair = consent(THREE + PACT, "majority", member={("CSTO", "UZB"): False})
    assert pair[1, 1] == near(3.53828125)


def test_consent_is_asked_only_where_the_bloc_says_so_and_of_outsiders():
    assert not consent(THREE + PACT.replace("on}", "off}"), "consensus").any()
    assert not consent(THREE + PACT + "allies:\n  RUS: [USA]\n", "consensus").any()
    assert not consent(THREE + PACT.replace("UZB]", "UZB, USA]"), "consensus").any()
    # No member, no question.
    assert consent(THREE + PACT, "consensus", member={("CSTO", "UZB"): False})[1, 2] == 0


def test_consent_is_part_of_the_floor_of_a_new_base_only():
    overrides = {"patrons.USA.mission": 1, "patrons.USA.need": 100, "ties.USA.TJK.geography": 1}
    scene = Scene(THREE + PACT, overrides).put(position={("TJK", "security"): 0.5, ("KGZ", "security"): 0.5})
    asked = table(scene).see("price", "USA", "TJK")
    assert scene.see("floor", "USA", "TJK") - asked == near(3.53828125)
    scene.put(base={("USA", "TJK"): True})
    assert table(scene).see("floor", "USA", "TJK") == near(asked)


# --- chances ---


HERE = ("USA", "KGZ")


def chance_of(scene: Scene, happens: Callable[[Scene], bool]) -> float:
    """The chance that a draw of "review" is held against: above it nothing happens any more, to 1e-12."""
    before, low, high = scene.saved(), 0.0, 1.0
    while high - low > 1e-13:
        middle = (low + high) / 2
        scene.luck.throws["review"] = middle
        scene.play(open_table, bargain)
        low, high = (middle, high) if happens(scene) else (low, middle)
        scene.restore(before)
    return high


def hazard(scene: Scene) -> float:
    """The chance that USA's base in KGZ, which nobody would keep, is reviewed."""
    left = scene.see("term_left", *HERE)
    scene.put(base={HERE: True}, term_left={HERE: left + 1})  # a quarter of the term passes first
    found = chance_of(scene, lambda scene: bool(scene.see("notice", *HERE) > 0))
    scene.put(base={HERE: False}, term_left={HERE: left})
    return found


def test_hazard_of_a_review():
    scene = Scene(overrides={"patrons.USA.mission": 1}).put(
        term_left={("USA", "KGZ"): 4}, share={("USA", "KGZ"): 0.2}, openness=0.25, mission_before=1, sites=1
    )
    # 0.005 + 0.1 · 4 · ¼ · ¾ · 0.8 = 0.065
    assert hazard(scene) == near(0.065)
    # Two sites are reviewed on their own: 1 − 0.935².
    assert hazard(scene.put(sites=2)) == near(0.125775)
    scene.put(sites=1)
    for change, risk in (
        ({"turnover": {"KGZ": True}}, 0.5),
        ({"sanction": {("USA", "KGZ"): 1}}, 0.5),
        ({"mission_before": {"USA": 1.2}}, 0.3),
    ):
        before = scene.saved()
        assert hazard(scene.put(**change)) == near(0.065 + risk)
        scene.restore(before)
    assert hazard(scene.put(overthrow={"KGZ": True})) == 1
    assert hazard(scene.put(overthrow=False, term_left=0)) == 1


def test_an_ordered_turnover_is_seen_in_its_own_quarter():
    scene = Scene(overrides={"patrons.USA.mission": 1}).put(term_left=4, mission_before=1, openness=0.5)
    # 0.005 + 0.1 · 1 · 1
    assert hazard(scene) == near(0.105)
    assert hazard(scene.order("turnover", ("KGZ",))) == near(0.605)


def test_a_mission_that_is_over_keeps_the_review_going():
    scene = Scene(overrides={"patrons.USA.mission": 0.05}).put(term_left=4, mission_before=0.05)
    assert hazard(scene) == near(0.405)
    scene = Scene(overrides={"patrons.USA.mission": 0.06}).put(term_left=4, mission_before=0.05)
    assert hazard(scene) == near(0.105)


def test_chance_that_a_base_is_sought():
    def chance(mission: float, before: float, at: tuple[str, str] = HERE) -> float:
        scene = Scene(overrides={"patrons.USA.mission": mission, "patrons.USA.need": 1000, "ties.USA.KGZ.geography": 1})
        scene.put(mission_before=before)
        return chance_of(scene, lambda scene: bool(scene.see("base", *at)))

    assert chance(1, 1) == near(0.25)
    assert chance(0.04, 0.04) == near(0.05)
    assert chance(0.06, 0.05) == near(1.0)
    assert chance(0, 0) == near(0.0)
    assert [chance(1, 1, (p, c)) for p, c in (("RUS", "KGZ"), ("RUS", "TJK"), ("USA", "TJK"))] == near([0, 0, 0])
