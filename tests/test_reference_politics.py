"""Opinion, refusal, coups, theories, kinds and blocs in the reference model, worked out by hand (equations §4, §9-§12)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from patronage.scenario import load_text
from reference import ReferenceModel
from reference.bargaining import Bargaining
from reference.formulas import logistic
from reference.talks import Table, Talks
from reference.theories import Support, defence, interference, stake, stray

SCENE = """
title: politics
extends: two-patrons
source: assumption
concessions:
  guard: {salience: 0, guards: 1.5, denied: 0, mission: off, requires: base}
  port: {salience: 0, mission: off, exclusive: on, presence: 0}
patrons:
  RUS: {need: {base: 40, guard: 20, port: 40}, fixed: {base: 5, guard: 1, port: 0}}
  USA: {need: {base: 200, port: 100}, fixed: {base: 3, port: 0}, openness: 0.8}
states: {TJK: {gdp: 5000, position: {security: 0.1}}}
ties:
  RUS: {KGZ: {fit: {base: 1, guard: 1, port: 1}}, TJK: {fit: {base: 1}}}
  USA: {KGZ: {fit: {base: 1, port: 1}, base_size: 2}}
"""


def model_of(changes: str = "", **inputs: Any) -> ReferenceModel:
    """Two patrons in Kyrgyzstan, without luck; inputs of both patrons, of the client, of kinds or of all."""
    model = ReferenceModel(load_text(SCENE + changes))
    model.luck.uniform = lambda *_: 0.5
    for name, value in inputs.items():
        fill(model.inputs, name, getattr(model.inputs, name), value)
    return model


def fill(inputs: Any, name: str, table: Any, value: Any) -> None:
    """One value in every cell, or values by code in the first of its axes."""
    if not isinstance(table, dict):
        setattr(inputs, name, value)
        return
    for code, old in table.items():
        new = value.get(code, old) if isinstance(value, dict) else value
        if isinstance(old, dict) and not isinstance(new, dict):
            fill(inputs, name, old, new)
        else:
            table[code] = new


def talks(model: ReferenceModel, p: str = "RUS", j: str = "base", c: str = "KGZ") -> Talks:
    """What is to be had, as the world stands."""
    model.remember()
    return Table(model).at(p, c, j)


# --- §4: survival price, value, floor ---


def test_hosting_costs_an_office_what_it_adds_to_the_danger():
    model = model_of(
        with_refusal=1.0, with_sentiment=1.0, with_regime_change=1.0, refusal_office=5.0, sentiment_legitimacy=0.01,
        sentiment_tolerance=0.2, sentiment_junta=1.0, regimes_hazard_legitimacy=9.0, regimes_recovery=0.06,
        refusal_condemn=4.0,
    )  # fmt: skip
    client = model.client["KGZ"]
    model.state["opinion"]["USA"]["KGZ"] = -0.6
    model.state["openness"]["KGZ"] = 0.3
    danger, office = client.logit(), 4.0 * 5.0 * client.revenue_year
    fear = 9.0 * 0.01 * 0.4 / 0.06
    assert talks(model, "USA").survival == pytest.approx(office * (logistic(danger + fear) - logistic(danger)))
    # A junta minds twice; a freer patron that sanctions is feared besides.
    model.state["regime"]["KGZ"], model.state["sanction"]["USA"]["KGZ"] = "military", 1
    danger, fear = client.logit(), 2.0 * fear + 4.0 * 0.5
    assert talks(model, "USA").survival == pytest.approx(office * (logistic(danger + fear) - logistic(danger)))
    # Nobody comes with a port.
    assert talks(model, "USA", "port").survival == 0.0


def test_a_host_pays_for_its_guard_as_far_as_its_purse_reaches():
    model = model_of(with_refusal=1.0, with_regime_change=1.0, refusal_office=5.0, bargaining_purse=1e6)
    client = model.client["KGZ"]
    danger = client.logit()
    guard = talks(model, j="guard")
    saved = 4.0 * 5.0 * client.revenue_year * (logistic(danger) - logistic(danger - 1.5))
    assert guard.survival == pytest.approx(-saved)
    assert guard.price == 0.0
    assert guard.floor == pytest.approx(-saved)
    model.inputs.bargaining_purse = 0.1
    model.state["standing"]["USA"]["KGZ"]["port"] = True
    model.state["rent"]["USA"]["KGZ"]["port"] = -2.0
    assert talks(model, j="guard").floor == pytest.approx(-(0.1 * client.revenue_year - 2.0))


def test_a_second_guard_adds_only_what_it_has_more():
    model = model_of(with_refusal=1.0, with_regime_change=1.0, refusal_office=5.0)
    model.state["standing"]["USA"]["KGZ"]["guard"] = True
    assert talks(model, j="guard").survival == 0.0
    danger, office = model.client["KGZ"].logit(), 20.0 * model.client["KGZ"].revenue_year
    protected = logistic(danger - 1.5)
    assert talks(model, "USA", "guard").survival == pytest.approx(office * (protected - logistic(danger)))


def test_value_is_gross_less_cost_plus_what_it_makes_possible():
    model = model_of(mission=0.5, tie_mission=0.8, bargaining_alternatives=0.0, with_refusal=0.0)
    base, guard = talks(model), talks(model, j="guard")
    assert guard.value == pytest.approx(20 * 0.8 - 1)  # not of the patron's mission
    assert guard.accepted
    assert base.value == pytest.approx(40 * 0.5 * 0.8 - 5 + guard.value - guard.floor)
    assert talks(model, "USA").cost == 6.0
    model.inputs.policy["KGZ"] = "isolationist"
    assert talks(model).value == pytest.approx(40 * 0.5 * 0.8 - 5)


def test_a_rivals_surplus_stands_in_the_way_of_an_exclusive_concession():
    model = model_of(with_denial_bids=0.0, with_refusal=0.0, bargaining_switching=3.0, bargaining_monopoly=0.0)
    assert talks(model, "RUS", "port").floor == pytest.approx(100.0)
    assert talks(model, "USA", "port").floor == pytest.approx(40.0)
    model.state["standing"]["RUS"]["KGZ"]["port"] = True
    assert talks(model, "USA", "port").floor == pytest.approx(43.0)
    model.state["closed"]["USA"]["KGZ"] = 1.0
    assert talks(model, "RUS", "port").floor == 0.0
    assert not talks(model, "USA", "port").accepted


def test_a_host_learns_what_a_contract_is_worth():
    model = model_of(
        mission=1.0, bargaining_monopoly=0.6, bargaining_sunk=16.0, with_asked_rents=1.0, with_refusal=0.0,
        with_alternatives=0.0, bargaining_value_noise=0.3,
    )  # fmt: skip
    model.inputs.policy["KGZ"] = "auctioneer"
    model.state["standing"]["USA"]["KGZ"]["base"] = True
    model.state["age"]["USA"]["KGZ"]["base"] = 16.0
    model.state["term_left"]["USA"]["KGZ"]["base"] = 9.0
    found = talks(model, "USA")
    share = 0.6 * (1.0 - math.exp(-1.0)) / (1.0 + found.alternatives)
    assert found.rent == pytest.approx(found.floor + share * (found.believed - found.floor))
    # Under notice on demand it names the rent.
    model.state["notice"]["USA"]["KGZ"]["base"], model.state["route"]["USA"]["KGZ"]["base"] = 1.0, 5
    assert talks(model, "USA").rent == pytest.approx(found.believed)


@pytest.mark.parametrize(
    ("state", "inputs", "route"),
    [
        ({"closed": 3.0}, {}, "politics"),
        ({}, {"mission": 0.0}, "mission"),
        ({}, {"mission": 0.1, "bargaining_salience": 1.2}, "mission"),
        (
            {"opinion": -1.0},
            {
                "sentiment_legitimacy": 1.0,
                "bargaining_salience": 0.01,
                "need": {"USA": {"base": 20, "guard": 0, "port": 0}},
            },
            "politics",
        ),
        ({}, {"need": {"USA": {"base": 1, "guard": 0, "port": 0}}}, "price"),
    ],
)
def test_why_a_contract_is_refused(state, inputs, route):
    usual = {
        "mission": 1.0, "with_refusal": 1.0, "with_sentiment": 1.0, "bargaining_monopoly": 0.0, "with_alternatives": 0.0,
        "with_denial_bids": 0.0, "bargaining_salience": 0.5, "with_security": 0.0, "sentiment_legitimacy": 0.0,
    }  # fmt: skip
    model = model_of(**(usual | inputs))
    model.inputs.fixed["USA"]["base"] = 0.0
    model.state["standing"]["USA"]["KGZ"]["base"] = True
    for name, value in state.items():
        model.state[name]["USA"]["KGZ"] = value
    found = talks(model, "USA")
    assert not found.accepted
    assert found.route(fallen=False) == route


# --- §4: decisions ---


def bargain(model: ReferenceModel) -> dict[str, Any]:
    """The contracts of Kyrgyzstan after a round."""
    ordered = model.acts
    model.remember()
    model.acts = ordered
    for patron in model.patron.values():
        patron.ship()
        patron.court()
        patron.promise_courtship()
    Bargaining(model).run()
    return {p: model.state["standing"][p]["KGZ"] for p in model.patron}


def rows(model: ReferenceModel, *kinds: str) -> list[tuple[str, ...]]:
    return [(r["kind"], r["patron"], r["concession"], r["cause"]) for r in model.ledger if r["kind"] in kinds]


def test_of_two_who_want_it_alone_the_keener_gets_it_and_the_holder_goes():
    model = model_of(with_denial_bids=0.0, with_refusal=0.0, bargaining_seek=1.0, bargaining_seek_idle=1.0)
    model.inputs.need["USA"]["port"] = 30.0
    model.state["standing"]["USA"]["KGZ"]["port"] = True
    model.state["term_left"]["USA"]["KGZ"]["port"] = 100.0
    model.luck.uniform = lambda word, *_: 0.999 if word.startswith("review") and "port" not in word else 0.01
    model.inputs.bargaining_switching = 0.0
    model.inputs.tie_mission["RUS"]["KGZ"] = 0.9
    model.state["tie_mission_before"]["RUS"]["KGZ"] = 0.9
    model.inputs.bargaining_value_noise = 0.0
    standing = bargain(model)
    assert standing["RUS"]["port"]
    assert not standing["USA"]["port"]
    assert ("closed", "USA", "port", "outbid") in rows(model, "closed")
    assert model.state["age"]["RUS"]["KGZ"]["port"] == 1


def test_what_requires_a_base_goes_with_it():
    model = model_of("events: {go: {at: 2009Q1, close_base: {holder: RUS, host: KGZ}}}")
    model.state["standing"]["RUS"]["KGZ"]["base"] = model.state["standing"]["RUS"]["KGZ"]["guard"] = True
    model.events.happen()
    standing = bargain(model)
    assert not standing["RUS"]["base"]
    assert not standing["RUS"]["guard"]
    assert rows(model, "closed") == [("closed", "RUS", "base", "event"), ("closed", "RUS", "guard", "event")]


def test_a_ban_is_final_and_runs_out():
    model = model_of("events: {out: {at: 2009Q1, for: 3, ban: {holder: RUS, host: KGZ}}}", bargaining_notice=2.0)
    for j in ("base", "guard"):
        model.state["standing"]["RUS"]["KGZ"][j] = True
    model.state["notice"]["RUS"]["KGZ"]["guard"] = 1.0
    model.inputs.bargaining_rebid = 1.0
    model.events.happen()
    standing = bargain(model)
    assert rows(model, "notice") == [("notice", "RUS", "base", "ban"), ("notice", "RUS", "guard", "ban")]
    assert standing["RUS"] == {"base": True, "guard": False, "port": False}
    assert model.state["notice"]["RUS"]["KGZ"]["base"] == 1
    model.acts.clear()
    for left in (2.0, 1.0, 0.0):
        bargain(model)
        assert model.state["closed"]["RUS"]["KGZ"] == left
    assert ("closed", "RUS", "base", "ban") in rows(model, "closed")


# --- §11 ---


def test_opinion_moves_with_what_a_patron_does():
    model = model_of(
        "events: {smear: {at: 2009Q1, campaign: {from: USA, to: KGZ, against: RUS}}, "
        "shame: {at: 2009Q1, scandal: {from: RUS, to: KGZ, change: -0.1}}}",
        with_sentiment=1.0, sentiment_recovery=0.1, sentiment_affinity=0.5, regimes_unpopular=0.8, tie_sentiment=0.05,
        sentiment_fatigue=0.01, sentiment_failure=0.5, sentiment_aid=2.0, sentiment_rent=3.0, sentiment_sanction=0.03,
        sentiment_campaign=0.07,
    )  # fmt: skip
    model.events.happen()
    s, c = model.state, "KGZ"
    rest = model.client[c].usual_opinion("RUS")
    assert rest == pytest.approx(min(1.0, 0.05 + 0.5 * (0.8 - model.client[c].distance("RUS"))))
    s["opinion"]["RUS"][c], s["threat"][c], s["threat_mean"][c] = 0.2, 0.5, 0.3
    s["standing"]["RUS"][c]["base"], s["sanction"]["RUS"][c] = True, 2
    model.flows["delivered"]["RUS"][c]["grants"] = 0.01 * s["gdp"][c]
    model.flows["rent_paid"]["RUS"][c] = 0.02 * s["gdp"][c]
    model.client[c].think()
    change = 0.1 * (rest - 0.2) - 0.01 - 0.5 * 0.2 + 2 * 0.01 - 3 * s["openness"][c] * 0.02 - 0.03 - 0.07 - 0.1
    assert s["opinion"]["RUS"][c] == pytest.approx(0.2 + change)
    assert not any(model.flows["campaigns"]["USA"].values())


def test_a_coup_and_what_follows():
    model = model_of(
        "events: {coup: {at: 2009Q1, coup: {state: KGZ}}}",
        with_coups=1.0, with_sentiment=1.0, coup_blame=0.4, coup_turn=0.5, coup_taste=5.0, coup_memory=0.9,
        regimes_junta_openness=0.08, regimes_junta_return=0.2, regimes_junta_coalition=0.05, regimes_mean=0.6,
        sentiment_recovery=0.0, sentiment_noise=0.0, sentiment_fatigue=0.0, sentiment_failure=0.0, sentiment_sanction=0.0,
        sentiment_rent=0.0, sentiment_aid=0.0, regimes_openness_rent=0.0, regimes_openness_campaign=0.0,
    )  # fmt: skip
    from reference.regimes import live_politics

    model.events.happen()
    s, c, axis = model.state, "KGZ", model.axes[0]
    for p in model.patron:
        s["standing"][p][c]["base"], s["opinion"][p][c] = p == "USA", 0.1
    model.inputs.openness[c] = 0.5
    s["openness"][c] = 0.5
    s["openness"]["TJK"] = model.inputs.openness["TJK"]
    live_politics(list(model.client.values()))
    assert s["regime"] == {c: "military", "TJK": "personal"}
    assert s["legitimacy"][c] == 0.6
    assert s["opinion"]["USA"][c] == pytest.approx(-0.3)
    assert s["opinion"]["RUS"][c] == pytest.approx(0.1)
    draw = {p: model.inputs.weight[p][c] * math.exp(5 * s["opinion"][p][c]) for p in model.patron}
    goal = sum(w * model.inputs.patron_position[p][axis] for p, w in draw.items()) / sum(draw.values())
    assert s["anchor_shift"][c][axis] == pytest.approx(0.5 * (goal - model.inputs.anchor[c][axis]))
    assert s["openness"][c] == pytest.approx(0.08)
    assert s["coalition"][c] == 0.05
    assert s["contagion"] == {c: 1.0, "TJK": 0.0}
    # The memory of it endangers the neighbour, and fades.
    model.inputs.regimes_contagion, before = 0.0, model.client["TJK"].logit()
    model.inputs.regimes_contagion = 1.5
    assert model.client["TJK"].logit() == pytest.approx(before + 1.5)
    model.acts.clear()
    live_politics(list(model.client.values()))
    assert s["contagion"][c] == 0.9


def test_the_army_has_its_part_in_falls():
    model = model_of(with_coups=1.0, with_regime_change=1.0, army=0.4)
    client = model.client["KGZ"]
    drawn = {"overthrow": 0.0, "coup": 0.0}
    model.luck.uniform = lambda word, *_: drawn[word]
    for u, manner in ((0.399, "coup"), (0.401, "revolt")):
        drawn["coup"] = u
        assert client.falls(0.0) == manner
    drawn["overthrow"] = 0.501
    assert client.falls(0.0) == ""
    model.inputs.kind_trains["port"] = math.log(3.0)  # S(ln 3) = 3/4
    model.state["standing"]["RUS"]["KGZ"]["port"] = True
    assert client.falls(0.0) == "coup"  # .4·.75 + .6·.5 = .6
    drawn["coup"] = 0.51
    assert client.falls(0.0) == "revolt"
    model.inputs.with_coups, drawn["overthrow"], drawn["coup"] = 0.0, 0.4, 0.0
    assert client.falls(0.0) == "revolt"


@pytest.mark.parametrize(("opinion", "sanction", "shut"), [(-0.1, 0, False), (-0.2, 0, True), (0.5, 1, True)])
def test_a_door_opens_to_the_liked(opinion, sanction, shut):
    model = model_of(refusal_readmit=-0.15)
    model.state["shut"]["RUS"]["KGZ"] = True
    model.state["opinion"]["RUS"]["KGZ"], model.state["sanction"]["RUS"]["KGZ"] = opinion, sanction
    model.client["KGZ"].reopen("")
    assert model.state["shut"]["RUS"]["KGZ"] is shut


# --- theories ---


def test_who_strays_is_punished_in_proportion_to_the_stake():
    model = model_of(
        interference_retain_half=0.5, interference_retain_host=0.4, interference_retain_memory=8.0,
        interference_retain_b0=-6.0, interference_retain_b1=30.0, interference_retain_defend=2.0, with_interference=1.0,
        interference_min_share=0.1,
    )  # fmt: skip
    russia, client = model.patron["RUS"], model.client["KGZ"]
    for name in ("arms", "capital", "presence"):
        model.state[name]["RUS"]["KGZ"] = client.gdp_year / 6.0
    assert stake(russia, client) == pytest.approx(0.5)
    model.inputs.interference["RUS"] = "retain"
    model.inputs.rivalry["RUS"]["USA"] = 0.5
    model.state["standing"]["USA"]["KGZ"]["base"] = True
    away = client.distance("RUS") + 0.4 * 0.5
    model.state["distance_mean"]["RUS"]["KGZ"] = away - 0.1
    assert interference(russia, client, 0.0) == pytest.approx(logistic(-6.0 + 30.0 * 0.5 * 0.1))
    stray(russia, client)
    assert model.state["drift"]["RUS"]["KGZ"] == pytest.approx(0.1)
    assert model.state["distance_mean"]["RUS"]["KGZ"] == pytest.approx(away - 0.1 + 0.0125)
    model.before["share"]["RUS"]["KGZ"] = 0.2
    assert defence(client) == pytest.approx(2.0 * 0.5 * 0.5)
    model.state["distance_mean"]["RUS"]["KGZ"] = away
    assert interference(russia, client, 0.0) == 0.0


def test_the_closed_press_the_more_open_if_nobody_else_counts():
    model = model_of(patron_openness={"RUS": 0.1}, interference_leverage_c0=-5.0, interference_leverage_c1=10.0)
    model.inputs.interference["RUS"] = "leverage"
    model.state["openness"]["KGZ"] = 0.4
    model.before["share"]["RUS"]["KGZ"] = model.shares["KGZ"]["RUS"] = 0.5
    model.before["share"]["USA"]["KGZ"] = model.shares["KGZ"]["USA"] = 0.2
    chance = logistic(-5.0 + 10.0 * 0.5 * 0.8 * 0.3)
    assert interference(model.patron["RUS"], model.client["KGZ"], 0.0) == pytest.approx(chance)
    for unknown in (-1.0, 0.6):
        model.inputs.patron_openness["RUS"] = unknown
        assert interference(model.patron["RUS"], model.client["KGZ"], 0.0) == 0.0


def test_support_by_theory():
    model = model_of(
        coup_proofing={"RUS": 1.0}, support_repression_scale=0.05, support_repression_hazard=1.5,
        support_repression_openness=0.5, support_linkage_hazard=2.0, support_linkage_pull=0.02, regimes_openness_return=0.04,
        remittances=0.0, treaty=0.4, with_institutions=1.0, patron_openness={"RUS": 0.1, "USA": -1.0},
    )  # fmt: skip
    client, s = model.client["KGZ"], model.state
    s["openness"]["KGZ"] = 0.3
    for bloc in model.bloc:
        s["member"][bloc]["KGZ"] = False
    s["arms"]["RUS"]["KGZ"] = s["presence"]["RUS"]["KGZ"] = 0.025 * client.gdp_year
    model.inputs.support["KGZ"] = "repression"
    rho = 1.0 - math.exp(-1.0)
    assert (Support(client).logit, Support(client).factor) == pytest.approx((-1.5 * rho, 1.0 - 0.5 * rho))
    model.inputs.support["KGZ"] = "linkage"
    model.inputs.trade["RUS"]["KGZ"], s["gravity"]["RUS"]["KGZ"] = 0.2, 1.0
    tied = 0.2 + 0.1
    linkage = tied / (tied + 0.3)
    assert Support(client).logit == pytest.approx(-2.0 * linkage * 0.9)
    assert Support(client).pull == pytest.approx(0.5 * linkage * (0.1 - 0.3))


# --- §12 and §10: blocs ---

BLOCS = """
blocs:
  LED: {leader: RUS, members: [RUS, KGZ], joint_force: on, benefit: {threat: 2, share: 1, distance: 1, rival: 0, access: 0}}
  FREE: {members: [KGZ, TJK], benefit: {threat: 2, share: 1, distance: 1, rival: 0, access: 0}}
"""


def test_a_leader_without_troops_covers_less_and_entangles():
    model = model_of(
        BLOCS, blocs_cover=0.5, blocs_shelter=1.5, blocs_entangle=0.4, patron_openness={"USA": 0.8, "RUS": 0.2}
    )
    s, bloc, client = model.state, model.bloc["LED"], model.client["KGZ"]
    s["threat"]["KGZ"], s["openness"]["KGZ"] = 0.5, 0.3
    model.before["reputation"]["RUS"]["KGZ"], model.shares["KGZ"]["RUS"] = 0.8, 0.25
    away = client.distance("RUS")
    assert bloc.benefit("KGZ") == pytest.approx(2 * 0.5 * 0.8 * 0.5 + 0.25 - away - 0.4 * away)
    s["standing"]["RUS"]["KGZ"]["base"] = s["sanction"]["USA"]["KGZ"] = 1
    s["openness"]["TJK"], s["bloc_sanction"]["FREE"]["KGZ"] = 0.5, 1.0
    freer = (0.5 + 0.3) / 2 - 0.3
    assert bloc.benefit("KGZ") == pytest.approx(2 * 0.5 * 0.8 + 0.25 - 1.4 * away + 1.5 * (0.5 + freer))


def test_a_bloc_without_a_leader_is_what_its_members_are():
    model = model_of(BLOCS, blocs_cover=0.5, blocs_shelter=0.0)
    s, bloc = model.state, model.bloc["FREE"]
    bloc.cohesion, s["threat"]["KGZ"] = 0.9, 0.5
    axis = model.axes[0]
    away = abs(s["position"]["KGZ"][axis] - s["position"]["TJK"][axis]) / 2
    weights = {c: model.client[c].gdp_year for c in model.client}
    share = weights["TJK"] / sum(weights.values())
    assert bloc.benefit("KGZ") == pytest.approx(2 * 0.5 * 0.9 * 0.5 + share - away)
    assert bloc.affordable(0.0)
    assert not bloc.affordable(1e-9)


def test_a_bloc_punishes_a_client():
    order = "events: {no: {at: 2009Q1, sanction: {from: FREE, to: KGZ, loss: %s, quarters: 3}}}"
    for loss, complies in ((0.9, True), (0.0001, False)):
        model = model_of(
            BLOCS + order % loss, coercion_enforcement=1.0, coercion_submission=0.5, coercion_resentment=0.2
        )
        s, axis = model.state, model.axes[0]
        s["position"]["KGZ"][axis], s["position"]["TJK"][axis] = 0.6, 0.2
        model.shares["KGZ"].update(RUS=0.5, USA=0.25)
        s["legitimacy"]["KGZ"] = 0.6
        model.events.happen()
        model.bloc["FREE"].punish()
        goal = 0.4 if complies else model.inputs.patron_position["RUS"][axis]
        part = 0.5 if complies else 0.2 * 0.5
        assert s["position"]["KGZ"][axis] == pytest.approx(0.6 + part * (goal - 0.6))
        assert s["bloc_sanction"]["FREE"]["KGZ"] == (0 if complies else 3)
        assert s["legitimacy"]["KGZ"] == pytest.approx(0.6 if complies else 0.6 - loss * 0.5)


def test_rivals_bid_against_an_accession():
    model = model_of(BLOCS, bloc_denial={"LED": 0.5}, bargaining_denial=0.2)
    model.inputs.rivalry["USA"]["RUS"], model.inputs.weight["USA"]["TJK"] = 0.8, 1.5
    model.before["share"]["USA"]["TJK"], model.before["reputation"]["USA"]["TJK"] = 0.3, 0.9
    model.patron["USA"].budget = 100.0
    assert model.bloc["LED"].denial("TJK") == pytest.approx(0.5 * 0.8 * 1.5 * 0.2 * 400 * 0.3 * 0.9)
    assert model.bloc["FREE"].denial("TJK") == 0.0


# --- §0 ---


def test_an_event_happens_again_when_its_condition_has_been_false():
    model = model_of("events: {hot: {when: legitimacy(KGZ) < 0.5, again: on, for: 2, set: {region.instability: 1}}}")
    fired = []
    for legitimacy in (0.4, 0.4, 0.4, 0.4, 0.6, 0.4, 0.6, 0.4, 0.4):
        model.state["legitimacy"]["KGZ"] = legitimacy
        model.events.happen()
        fired.append(model.event_state["hot"]["fired"])
        model.quarter += 1
    assert fired == [1, 1, 1, 1, 1, 2, 2, 3, 3]  # false already while in force
