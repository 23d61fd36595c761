"""Influence, volumes and arms contracts in the reference model, worked out by hand (equations §0, §2, §6 and §7)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from patronage.scenario import load_scenario, load_text
from patronage.scenario.catalogue import INSTRUMENTS
from reference import ReferenceModel
from reference.influence import Volumes, by_channel

DYAD = ("RUS", "KGZ")
Q1 = 8060
"""2015Q1, where a dollar is a dollar of 2015."""


def model_of_two(quarter: int = Q1, **inputs: Any) -> ReferenceModel:
    """Two patrons and Kyrgyzstan, without luck, with these inputs for RUS and KGZ or for all."""
    model = ReferenceModel(load_scenario("two-patrons"), quarter=quarter)
    model.luck.uniform = lambda *_: 0.5
    for name, value in inputs.items():
        field = model.inputs[name]
        if not isinstance(field, dict):
            setattr(model.inputs, name, value)
        else:
            codes = ("RUS",) if "RUS" in field else ("KGZ",)
            model.inputs.set(name, DYAD if isinstance(field[codes[0]], dict) else codes, value)
    return model


def put(model: ReferenceModel, **state: Any) -> None:
    """State of the dyad, or of the client."""
    for name, value in state.items():
        if "RUS" in model.state[name]:
            model.state[name]["RUS"]["KGZ"] = value
        else:
            model.state[name]["KGZ"] = value


def a_full_dyad() -> ReferenceModel:
    """Every term of the table is at work."""
    model = model_of_two(
        trade=0.2, treaty=0.3, tie=0.16, pact=0.1, other_trade=0.3, other_arms=10.0, influence_trade_bandwidth=0.04,
        influence_arms_bandwidth=0.1, influence_arms_unit=2.0, influence_trade_share=0.18, influence_trade_gdp=0.25,
        influence_aid=0.09, influence_aid_unit=0.0003, influence_arms_monopoly=0.865, influence_arms_others=0.15,
        influence_arms_floor=1.0, influence_lending_capital=0.05, influence_lending_debt=0.1, influence_pure=0.0,
        influence_pure_lending=0.02, influence_presence_bandwidth=0.3, influence_presence_dependence=0.4,
        influence_presence_half=150.0, influence_scale=0.1333, influence_autonomy=0.05, with_institutions=1.0,
        unexplained_economic_bandwidth=0.01, unexplained_economic_dependence=-0.02,
        unexplained_political_bandwidth=0.03, unexplained_security_bandwidth=-0.04, unexplained_security_dependence=0.05,
    )  # fmt: skip
    put(model, real_gdp=10000.0, gravity=1.5, tiv=[4.0] * 10, aid=30.0, capital=500.0, debt=800.0, presence=50.0)
    for n in ("trade", "treaty", "tie", "pact"):
        model.inputs.set(n, ("USA", "KGZ"), 0.0)
    put(model, sanction=2, sanction_cut=0.25)
    for name in ("capital", "debt", "presence", "aid"):
        model.state[name]["USA"]["KGZ"] = 0.0
    model.state["tiv"]["USA"]["KGZ"] = [2.0] + [0.0] * 9
    return model


def test_the_table_of_bandwidth_and_dependence():
    model = a_full_dyad()
    for bloc in model.bloc:
        model.state["member"][bloc]["KGZ"] = False
    volumes = Volumes(model, "KGZ", Q1)
    trade = 0.2 * 1.5 * 10000 * 0.75
    assert volumes.bandwidth("RUS", pure=False) == pytest.approx({
        "market": 0.04 * math.log(1 + trade) + 0.01,
        "institutions": 0.3 + 0.16 + 0.1 + 0.03,
        "arms": 0.1 * math.log(1 + 40 / 2) - 0.04,
        "economic": 0.0,
        "debt": 0.0,
        "presence": 0.3 * 50 / 200,
    })  # fmt: skip
    dependence = volumes.dependence("RUS", pure=False)
    assert dependence == pytest.approx({
        "market": 0.18 * math.log(1 + 100 * 2250 / 5250) + 0.25 * math.log(1 + 22.5) - 0.02,
        "institutions": 0.0,
        "arms": 0.865 * 40 / (40 + 0.15 * 52 + 1) + 0.05,
        "economic": 0.09 * math.log(1 + 30 / 3) + 0.05 * math.log(1 + 5),
        "debt": 0.1 * math.log(1 + 8),
        "presence": 0.4 * 0.25,
    })  # fmt: skip
    pure = volumes.dependence("RUS", pure=True)
    assert pure["debt"] == pytest.approx(0.02 * math.log(9))
    assert pure["economic"] == pytest.approx(0.09 * math.log(11) + 0.02 * math.log(6))
    assert volumes.bandwidth("RUS", pure=True)["presence"] == pure["presence"] == 0.0
    # Who sells no arms, does not trade and gives nothing has nothing but its noughts.
    model.state["tiv"]["USA"]["KGZ"] = [0.0] * 10
    assert sum(Volumes(model, "KGZ", Q1).dependence("USA", pure=False).values()) == 0.0


def test_old_dollars_are_worth_more():
    model = a_full_dyad()
    model.inputs.economy_deflator_growth = 0.02
    volumes = Volumes(model, "KGZ", Q1 - 40)
    assert volumes.debt["RUS"] == pytest.approx(800 * math.exp(0.2))
    assert volumes.presence["RUS"] == 50.0


def test_influence_is_shared_out_among_channels_without_rest():
    model = a_full_dyad()
    client = model.client["KGZ"]
    b, d = client.feel_influence(Q1)["RUS"]
    assert model.state["fbic"]["RUS"]["KGZ"] == pytest.approx(0.1333 * b * d)
    influence = model.state["influence"]
    assert influence["RUS"]["KGZ"] > model.state["fbic"]["RUS"]["KGZ"]
    assert sum(client.channels["RUS"].values()) == pytest.approx(influence["RUS"]["KGZ"], rel=1e-12)
    whole = influence["RUS"]["KGZ"] + influence["USA"]["KGZ"] + 0.05
    assert model.state["share"]["RUS"]["KGZ"] == pytest.approx(influence["RUS"]["KGZ"] / whole)
    model.inputs.influence_pure = 1.0
    client.feel_influence(Q1)
    assert influence["RUS"]["KGZ"] == model.state["fbic"]["RUS"]["KGZ"]


def test_a_product_goes_half_and_half_to_its_factors():
    both = {"arms": 2.0, "market": 1.0} | dict.fromkeys(("economic", "debt", "presence", "institutions"), 0.0)
    alone = dict.fromkeys(both, 0.0) | {"market": 5.0}
    assert by_channel(0.1, both, alone) == pytest.approx(dict.fromkeys(both, 0.0) | {"arms": 0.5, "market": 1.0})
    assert set(by_channel(0.1, both, alone | {"arms": -9.0}).values()) == {0.0}


def test_what_is_less_than_nothing_is_nothing():
    model = a_full_dyad()
    model.inputs.set("unexplained_security_dependence", DYAD, -50.0)
    assert model.client["KGZ"].feel_influence(Q1)["RUS"][1] == 0.0
    assert model.state["influence"]["RUS"]["KGZ"] == model.state["fbic"]["RUS"]["KGZ"] == 0.0


def test_the_index_is_a_mean_of_three_years():
    model = a_full_dyad()
    put(model, bandwidth_past=[1.0] * 12, dependence_past=[2.0] * 12)
    model.client["KGZ"].follow_index()
    b, d = model.state["bandwidth_past"]["RUS"]["KGZ"], model.state["dependence_past"]["RUS"]["KGZ"]
    assert len(b) == len(d) == 12
    assert b.count(1.0) == d.count(2.0) == 11
    assert model.state["fbic"]["RUS"]["KGZ"] == pytest.approx(0.1333 * b[0] * d[0])
    assert model.state["fbic_index"]["RUS"]["KGZ"] == pytest.approx(0.1333 * (11 + b[0]) / 12 * (22 + d[0]) / 12)


def test_blocs_add_treaties_and_the_strongest_pledge_counts():
    scenario = load_text(
        """
title: two blocs
extends: two-patrons
source: assumption
blocs:
  ONE: {leader: RUS, members: [RUS, KGZ], treaty: 0.4, pact: 0.2}
  TWO: {leader: RUS, members: [RUS, KGZ], treaty: 0.3, pact: 0.1}
  OUT: {leader: RUS, members: [RUS], treaty: 0.9, pact: 0.4}
"""
    )
    model = ReferenceModel(scenario)
    for bloc, inside in model.state["member"].items():
        inside["KGZ"] = bloc in ("ONE", "TWO")
    for name, value in (("treaty", 0.05), ("pact", 0.15)):
        model.inputs.set(name, DYAD, value)
    assert model.client["KGZ"].treaty("RUS") == pytest.approx(0.75)
    assert model.client["KGZ"].pact("RUS") == 0.2
    assert model.client["KGZ"].pact("USA") == model.inputs.pact["USA"]["KGZ"]


# --- arms ---


@pytest.mark.parametrize(
    ("idle", "state", "inputs", "chance"),
    [
        (0, {}, {}, 0.7),
        (1, {}, {}, 0.15),
        (9, {}, {}, 0.15),
        (10, {}, {}, 0.02),
        (10, {}, {"pact": 0.26}, 0.03),
        (10, {}, {"pact": 0.25}, 0.02),
        (0, {"sanction": 1}, {}, 0.175),
        (0, {}, {"supply": 0.0}, 0.0),
    ],
)
def test_the_chance_of_a_contract(idle, state, inputs, chance):
    rules = {"arms_go_on": 0.7, "arms_again": 0.15, "arms_enter": 0.02, "arms_enter_pact": 0.03, "arms_hostile": 0.25}
    model = model_of_two(**({"supply": 9.0, "pact": 0.0} | rules | inputs))
    for bloc in model.bloc:
        model.state["member"][bloc]["KGZ"] = False
    put(model, idle=idle, **state)
    assert model.patron["RUS"].contract_chance("KGZ") == pytest.approx(chance)


def test_a_grievance_of_before_makes_a_supplier_hesitate():
    model = model_of_two(arms_go_on=0.8, arms_hostile=0.5, supply=1.0, interference_min_grievance=0.05)
    put(model, idle=0)
    model.before["grievance"]["RUS"]["KGZ"] = 0.06
    assert model.patron["RUS"].contract_chance("KGZ") == 0.4


def test_a_contract_arrives_in_quarters_and_counts_for_ten_years():
    model = model_of_two(supply=27.0, arms_go_on=0.7, arms_again=0.0, arms_gdp=0.4, arms_spread=1.5, with_contracts=1.0)
    put(model, idle=0, tiv=[0.0] * 10, real_gdp=30000 * 32.0)
    patron = model.patron["RUS"]
    patron.arriving["KGZ"] = {"arms": 0.0}
    model.inputs.real_growth["KGZ"] = 0.0
    held = []
    for _ in range(44):
        patron.receive_orders()
        held.append(sum(model.state["tiv"]["RUS"]["KGZ"]))
        model.inputs.arms_go_on = 0.0
        model.quarter += 1
    size = 27 * 32**0.4  # the draw is the median
    assert held[:4] == pytest.approx([size / 4, size / 2, size * 3 / 4, size])
    assert held[39] == pytest.approx(size)
    assert held[40] == 0.0
    assert model.state["idle"]["RUS"]["KGZ"] == 10
    assert model.state["contract"]["RUS"]["KGZ"] == 0.0


def test_hardware_of_packages_and_transfers_is_counted_at_the_prices_of_2015():
    model = model_of_two(Q1 + 1, arms_hardware=0.5, economy_deflator_growth=0.04)
    put(model, tiv=[1.0] + [0.0] * 9)
    model.patron["RUS"].arriving["KGZ"] = {"arms": 8.0}
    model.flows["surplus"]["RUS"]["KGZ"] = 2.0
    model.patron["RUS"].receive_orders()
    assert model.state["tiv"]["RUS"]["KGZ"][0] == pytest.approx(1 + 5 * math.exp(-0.01))


def test_aid_is_a_trailing_mean():
    model = model_of_two()
    put(model, aid=24.0)
    model.flows["delivered"]["RUS"]["KGZ"]["grants"] = 9.0
    model.patron["RUS"].remember_aid()
    assert model.state["aid"]["RUS"]["KGZ"] == pytest.approx(22 + 3)


# --- volumes ---


def test_trade_follows_the_patron_and_stands_still_while_an_event_sets_it():
    scenario = load_text(
        """
title: trade that is set
extends: two-patrons
source: assumption
events:
  cut: {at: 2009Q3, over: 2, for: 3, set: {ties.RUS.KGZ.trade: 10}}
  raise: {at: 2009Q3, over: 2, set: {ties.USA.KGZ.trade: 50}}
  back: {at: 2011Q1, repeal: raise}
"""
    )
    model = ReferenceModel(scenario)
    n = model.inputs
    n.trade_elasticity, n.trade_world_growth = 1.0, 0.01
    for p in model.patron:
        n.patron_real_growth[p] = 0.02
    start = {p: n.trade[p]["KGZ"] for p in model.patron}
    step = math.exp(0.01)
    first = scenario.start
    x: dict[str, list[float]] = {"RUS": [], "USA": []}
    while model.quarter <= 8045:
        model.step()
        for p, seen in x.items():
            seen.append(model.client["KGZ"].trade(p))
    at = 8038 - first  # quarters before the events
    origin = {p: start[p] * step**at for p in x}
    level = origin["RUS"]
    assert x["RUS"][:at] == pytest.approx([start["RUS"] * step ** (j + 1) for j in range(at)])
    expected = [(level + 0.1) / 2, 0.1, 0.1, level, level * step, level * step**2]
    assert x["RUS"][at : at + 6] == pytest.approx(expected)
    level = origin["USA"]
    expected = [(level + 0.5) / 2, 0.5, *(0.5 * step ** (j + 1) for j in range(4)), level, level * step]
    assert x["USA"][at : at + 8] == pytest.approx(expected)


def test_arms_are_licensed_by_a_mission_where_there_is_a_base():
    model = model_of_two(licence_arms=0.1, licence_mission_arms=0.5, courtship_unhosted=0.2, mission=0.8)
    model.patron["RUS"].strict["KGZ"] = dict.fromkeys(INSTRUMENTS, 1.0)
    put(model, standing={"base": False})
    assert model.patron["RUS"].readiness("KGZ")["arms"] == pytest.approx(0.1 + 0.8 * 0.5 * 0.2)
    put(model, standing={"base": True})
    assert model.patron["RUS"].readiness("KGZ")["arms"] == pytest.approx(0.5)
