"""Influence, trade, arms contracts and aid (equations §2, §6 and §7), worked out by hand."""

from __future__ import annotations

import itertools
from math import exp, log

import numpy as np
import pytest

from patronage.phases import economy, influence, stocks
from patronage.phases.influence import BY_ARMS, BY_INSTITUTIONS, BY_MARKET
from patronage.scenario.catalogue import CHANNELS
from worlds import TWO, Scene

KANT = ("RUS", "KGZ")
WIRED = TWO + "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ], treaty: 0.2, pact: 0.4}\n"
LONG = {"period.end": "2024Q4"}
STILL = {"states.KGZ.growth": 0, "patrons.RUS.growth": 4, "mechanisms.bloc_choice": "off"}
"""Nothing moves: real GDP stays, and the patron grows with the world."""


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def channels(scene: Scene) -> np.ndarray:
    scene.play(influence.influence)
    return np.asarray(scene.see("channel", *KANT))


def full() -> Scene:
    """Something in every channel, at amounts whose logarithms are those of small numbers."""
    scene = Scene(WIRED, {"ties.RUS.KGZ.trade": 30, "states.KGZ.other_trade": 30, "ties.RUS.KGZ.treaty": 0.1,
                          "ties.RUS.KGZ.pact": 0.05, "states.KGZ.other_arms": 1})  # fmt: skip
    return scene.put(tiv={(*KANT, 0): 4, (*KANT, 9): 2, ("USA", "KGZ", 3): 3}, aid={KANT: 3.6}, capital={KANT: 120}, debt={KANT: 120},
                     presence={KANT: 150})  # fmt: skip


# --- influence ---


def test_influence_is_bandwidth_times_dependence():
    scene = full()
    made = channels(scene)
    # Bandwidth: market 0.04 ln 1201, pledges 0.1 + 0.2 + 0.16 + 0.4, arms 0.1 ln 4, presence 0.3/2: 1.4322658289951884.
    # Dependence: market 0.2 ln 51 + 0.25 ln 31, arms 0.8 · 6/(6 + 0.15 · 10 + 1), aid 0.1 ln 4, capital 0.05 ln 4, debt 0.1 ln 4,
    # presence 0.4/2: 2.756141400299066.
    assert scene.measure("influence", *KANT) == near(0.49344089344091263)
    # The index has no presence, and 0.02 for capital and for debt: 0.125 · 1.2822658289951885 · 2.4036490205758776.
    assert scene.measure("fbic", *KANT) == near(0.38526462549777507)
    # Half of what each brings times what all bring, both ways: institutions 0.125/2 · 0.86 · 2.756141400299066.
    assert made[BY_INSTITUTIONS] == near(0.148142600266075)
    assert made[BY_MARKET] == near(0.0625 * (0.28363639288319936 * 2.756141400299066 + 1.6448619276661518 * 1.4322658289951884))
    assert made.sum() == pytest.approx(0.49344089344091263, abs=1e-12)
    # USA, arms and an embassy: 0.125 (0.16 + 0.1 ln 2.5)(0.8 · 3/5.5).
    assert scene.measure("influence", "USA", "KGZ") == near(0.013725222173859)
    assert scene.measure("share", *KANT) == near(0.8856261707452449)
    assert scene.measure("autonomy", "KGZ") == near(0.08973984346630726)


def test_channels_add_up_to_influence_whatever_stands_in_the_world():
    rng = np.random.default_rng(5)
    scene = full()
    for _ in range(200):
        scene.put(**{name: {KANT: rng.uniform(0, 900)} for name in ("capital", "debt", "presence", "aid")})
        scene.put(tiv={(*KANT, i): rng.uniform(0, 60) for i in range(10)})
        scene.rule(trade={KANT: rng.uniform(0, 1.5)}, unexplained_economic_dependence={KANT: rng.uniform(-1, 1)})
        scene.rule(unexplained_security_bandwidth={KANT: rng.uniform(-0.3, 0.3)})
        assert channels(scene).sum() == pytest.approx(scene.measure("influence", *KANT), abs=1e-12)


def test_pure_influence_is_the_index():
    scene = full().rule(influence_pure=1.0)
    made = channels(scene)
    assert scene.measure("influence", *KANT) == scene.measure("fbic", *KANT) == near(0.38526462549777507)
    assert made[CHANNELS.index("presence")] == 0.0
    assert made.sum() == pytest.approx(0.38526462549777507, abs=1e-12)


def test_a_sanction_cuts_trade_and_leaving_ends_the_pledge():
    scene = full().put(sanction={KANT: 2}, sanction_cut={KANT: 0.5})
    scene.play(influence.influence)
    # 600 of 1800: ln 601 and ln(1 + 100/3); 15 % of GDP: ln 16.
    bandwidth = 1.4322658289951884 - 0.04 * (log(1201) - log(601))
    dependence = 2.756141400299066 - 0.2 * (log(51) - log(1 + 100 / 3)) - 0.25 * (log(31) - log(16))
    assert scene.measure("influence", *KANT) == near(0.125 * bandwidth * dependence)
    out = full().put(member={("CSTO", "KGZ"): False})
    # Without the bloc 0.2 less of treaty, and a pact of 0.05 in the place of 0.4.
    assert channels(out).sum() == near(0.125 * (1.4322658289951884 - 0.55) * 2.756141400299066)


def test_institutions_can_be_switched_off():
    scene = full().rule(with_institutions=0.0, unexplained_political_bandwidth={KANT: 0.1})
    assert channels(scene).sum() == near(0.125 * (1.4322658289951884 - 0.86) * 2.756141400299066)
    scene.rule(with_institutions=1.0)
    assert channels(scene).sum() == near(0.125 * (1.4322658289951884 + 0.1) * 2.756141400299066)


def test_residuals_count_and_never_turn_influence_negative():
    scene = full().rule(unexplained_economic_bandwidth={KANT: 0.1}, unexplained_security_dependence={KANT: 0.2})
    assert channels(scene).sum() == near(0.125 * (1.4322658289951884 + 0.1) * (2.756141400299066 + 0.2))
    assert scene.measure("fbic", *KANT) == near(0.125 * (1.2822658289951885 + 0.1) * (2.4036490205758776 + 0.2))
    scene.rule(unexplained_economic_bandwidth={KANT: -3.0})
    assert channels(scene).tolist() == [0] * 6
    assert scene.measure("influence", *KANT) == scene.measure("fbic", *KANT) == 0


def test_dollars_that_grow_alone_change_nothing():
    scene = full()
    before = channels(scene)
    assert channels(scene.put(gdp={"KGZ": 40_000})) == near(before)


def test_prices_shrink_debt_and_capital_but_no_presence():
    scene = full().put(deflator=2.0)
    scene.play(influence.influence)
    # 60 of 4000: ln 2.5 for both.
    lent = 0.15 * (log(4) - log(2.5))
    assert scene.measure("influence", *KANT) == near(0.125 * 1.4322658289951884 * (2.756141400299066 - lent))


def test_the_index_takes_means_of_twelve_quarters():
    scene = full()
    scene.play(influence.influence, influence.begin_index)
    assert scene.measure("fbic_index", *KANT) == scene.measure("fbic", *KANT)
    scene.rule(trade={KANT: 0.0})
    scene.play(influence.influence)
    wide, deep = 1.2822658289951885, 2.4036490205758776
    assert scene.measure("fbic", *KANT) == near(0.125 * (wide - 0.28363639288319936) * (deep - 1.6448619276661518))
    assert scene.measure("fbic_index", *KANT) == near(0.125 * (wide - 0.28363639288319936 / 12) * (deep - 1.6448619276661518 / 12))
    for _ in range(11):
        scene.play(influence.influence)
    assert scene.measure("fbic_index", *KANT) == near(scene.measure("fbic", *KANT))


def test_nothing_passes_between_a_state_and_itself():
    scene = Scene(WIRED.replace("patrons:", "patrons:\n  KGZ: {budget: 1}"), LONG)
    for _ in range(2):
        scene.quarter()
    assert [scene.measure(name, "KGZ", "KGZ") for name in ("influence", "fbic", "fbic_index", "share")] == [0] * 4


def test_joining_a_customs_union_acts_on_all_dependence_a_quarter_later():
    scene = Scene(
        TWO + "blocs:\n  EAEU: {leader: RUS, members: [RUS], treaty: 0.42, pact: 0}\n"
        "events:\n  accession: {at: 2009Q2, join: {bloc: EAEU, state: KGZ}}\n",
        STILL | {"ties.RUS.KGZ.trade": 30, "states.KGZ.other_trade": 30},
    )
    seen = []
    for _ in range(4):
        scene.quarter()
        seen.append(scene.measure("influence", *KANT))
    assert seen[0] == near(0.125 * (0.28363639288319936 + 0.16) * 1.6448619276661518)
    assert seen[1] == near(seen[0])
    assert seen[2] == near(seen[0] + 0.42 * 0.125 * 1.6448619276661518)
    assert seen[3] == near(seen[2])


# --- trade ---


def test_real_growth_prices_and_trade_follow_their_own_trends():
    scene = Scene(overrides=STILL | {"states.KGZ.real_growth": 8, "patrons.RUS.real_growth": 8, "rules.economy.deflator_growth": 4,
                                      "patrons.RUS.real_gdp": 1000})  # fmt: skip
    scene.rule(trade_elasticity=1.5)
    scene.play(economy.grow)
    # 4 % a year from the end of 2008 to the prices of 2015.
    assert scene.see("real_gdp", "KGZ") == near(4000 * exp(0.25) * exp(0.02))
    assert scene.see("deflator") == near(exp(0.04 * (4 * 2009 - 4 * 2015) / 4))
    assert scene.see("gravity", *KANT) == near(exp(1.5 * (0.02 - 0.01)))
    scene.rule(shock={"RUS": -0.2})
    scene.play(economy.grow)
    assert scene.see("patron_real_gdp", "RUS") == near(1000 * exp(0.04))  # its dollars fell, its volume grew
    assert scene.see("gravity", *KANT) == near(exp(1.5 * 0.02))


MOVED = """
events:
  shift: {at: 2009Q3, over: 2 quarters, set: {ties.RUS.KGZ.trade: 40}}
"""
KEPT = """
events:
  shift: {at: 2009Q3, for: 2 quarters, set: {ties.RUS.KGZ.trade: 40}}
"""
ENDED = """
events:
  shift: {at: 2009Q3, set: {ties.RUS.KGZ.trade: 40}}
  back: {at: 2010Q1, repeal: shift}
"""


def trades(events: str, quarters: int) -> list[float]:
    """x of RUS and KGZ by quarter; trade of a fifth of GDP, which grows by 1 % a quarter."""
    scene = Scene(TWO + events, STILL | {"patrons.RUS.real_growth": 8, "ties.RUS.KGZ.trade": 20})
    out = []
    for _ in range(quarters):
        scene.quarter()
        out.append(float(scene.p["trade"][0, 0, 0] * scene.see("gravity", *KANT)))
    return out


def test_an_event_takes_trade_where_growth_has_brought_it_and_growth_goes_on_after():
    grown = 0.2 * exp(0.02)
    assert trades(MOVED, 5) == near([0.2 * exp(0.01), grown, (grown + 0.4) / 2, 0.4, 0.4 * exp(0.01)])


def test_a_trade_that_returns_does_so_to_where_it_was_taken():
    grown = 0.2 * exp(0.02)
    assert trades(KEPT, 6)[2:] == near([0.4, 0.4, grown, grown * exp(0.01)])


def test_a_repeal_does_too():
    grown = 0.2 * exp(0.02)
    assert trades(ENDED, 6)[2:] == near([0.4, 0.4 * exp(0.01), grown, grown * exp(0.01)])


REPLACED = """
events:
  shift: {at: 2009Q3, set: {ties.RUS.KGZ.trade: 40}}
  barter: {at: 2010Q1, repeal: shift, over: 2 quarters, set: {ties.RUS.KGZ.trade: 10}}
"""


def test_an_event_that_repeals_another_sets_its_own_value_after():
    grown = 0.2 * exp(0.02)
    assert trades(REPLACED, 7)[3:] == near([0.4 * exp(0.01), (grown + 0.1) / 2, 0.1, 0.1 * exp(0.01)])


# --- arms contracts and aid ---

SELLS = {"patrons.RUS.supply": 27}


def year(scene: Scene) -> tuple[float, float]:
    """The first quarter of a year: what arrives, and years since a contract."""
    scene.ensemble.worlds["lane"] = 0
    scene.play(stocks.store)
    return float(scene.see("tiv", *KANT)[0]), float(scene.see("idle", *KANT))


@pytest.mark.parametrize(("idle", "change", "chance"), [
    (0, {}, 0.7),
    (1, {}, 0.15),
    (9, {}, 0.15),
    (10, {}, 0.02),
    (10, {"pact": {KANT: 0.26}}, 0.03),
    (10, {"pact": {KANT: 0.25}}, 0.02),
    (0, {"with_contracts": 0.0}, 0.0),
    (0, {"supply": {"RUS": 0.0}}, 0.0),
])  # fmt: skip
def test_the_chance_of_a_contract_year(idle, change, chance):
    scene = Scene(overrides=SELLS).put(idle={KANT: idle}).rule(**change)
    assert scene.play(stocks.contract_chance, p="RUS", c="KGZ") == near(chance)
    for hostile in ({"sanction": {KANT: 1}}, {"grievance": {KANT: 0.06}}):
        angry = Scene(overrides=SELLS).put(idle={KANT: idle}, **hostile).rule(**change)
        assert angry.play(stocks.contract_chance, p="RUS", c="KGZ") == near(chance / 4)


def test_a_member_of_an_alliance_enters_more_readily():
    scene = Scene(WIRED, SELLS)
    assert scene.play(stocks.contract_chance, p="RUS", c="KGZ") == near(0.03)
    assert scene.play(stocks.contract_chance, p="RUS", c="TJK") == near(0.02)


def test_a_contract_is_delivered_by_quarters_and_sized_by_income():
    # One deviation of the logarithm up is a factor e^1.5.
    scene = Scene(overrides=SELLS, dice={"contract": 0.69, "size": 0.8413447460685429})
    scene.put(idle={KANT: 0}, real_gdp={"KGZ": 30_000 * 32})
    arrived, idle = year(scene)
    size = 27 * 4 * exp(1.5)  # 32 to the power 0.4 is 4
    assert (arrived, idle) == near((size / 4, 0))
    scene.ensemble.worlds["lane"] = 1
    scene.play(stocks.store)
    assert scene.see("tiv", *KANT)[0] == near(size / 2)
    later = Scene(overrides=SELLS, dice={"contract": 0.7}).put(idle={KANT: 0}, contract={KANT: 40})
    assert year(later) == (0, 1)
    assert year(later) == (0, 2)
    assert year(later.put(idle={KANT: 10})) == (0, 10)


def test_packages_and_surplus_are_hardware_and_courtship_is_none():
    scene = Scene().rule(arms_hardware=0.5).put(deflator=1.25, idle={KANT: 10})
    scene.put(arriving={(*KANT, "arms"): 10}, delivered={(*KANT, "arms"): 30})
    scene.order("transfer", KANT, 20.0).put(surplus={"RUS": 20})
    # Of 30 delivered 10 come in a package; 20 of surplus, at no more than their price: 0.5 · 30/1.25.
    assert year(scene) == near((12, 10))
    assert scene.see("contract", *KANT) == 0


def test_a_delivery_counts_for_exactly_forty_quarters():
    scene = Scene(overrides=LONG | {"mechanisms.contracts": "off"})
    scene.quarter()
    scene.put(tiv={(*KANT, 0): 30})  # in 2009
    stands = []
    for _ in range(44):
        scene.quarter()
        stands.append(float(scene.see("tiv", *KANT).sum()))
    assert stands == [30] * 39 + [0] * 5


def test_influence_falls_when_arms_lapse():
    scene = Scene(overrides=LONG | STILL | {"mechanisms.contracts": "off", "ties.RUS.KGZ.arms_year.y5": 30})
    fbic = []
    for _ in range(24):
        scene.quarter()
        fbic.append(scene.measure("fbic", *KANT))
    # Those of 2004 go in 2014.
    fell = [i for i, (now, after) in enumerate(itertools.pairwise(fbic)) if after < now - 1e-12]
    assert fell == [19]
    assert scene.see("channel", *KANT)[BY_ARMS] == 0


def test_aid_is_a_trailing_mean_of_grants_and_loans_are_none():
    scene = Scene(overrides={"ties.RUS.KGZ.aid": 60}).put(delivered={(*KANT, "grants"): 30, (*KANT, "loans"): 100})
    assert scene.see("aid", *KANT) == 60
    scene.put(deflator=2.0)
    scene.play(stocks.store)
    assert scene.see("aid", *KANT) == near(60 * 11 / 12 + 4 * 30 / 2 / 12)
    # At the start it is divided by the prices of the start.
    priced = Scene(overrides={"ties.RUS.KGZ.aid": 60, "rules.economy.deflator_growth": 4})
    assert priced.see("aid", *KANT) == near(60 / exp(0.04 * (8035 - 8060) / 4))
