"""What must hold in any world: invariants of influence, exact composition, budgets and books, units, order."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from drawn import drawn_scenario, drawn_state
from oracle import put_state
from patronage import simulate
from patronage.driving import Ensemble, Happened, prepare
from patronage.phases.influence import influence
from patronage.results.result import Result
from patronage.scenario import Scenario, load_scenario
from patronage.scenario.catalogue import BY_NAME, CHANNELS, INSTRUMENTS
from patronage.world.codes import CANCELLED, RENEGE
from patronage.world.loose import loosened
from patronage.world.state import World
from worlds import composed, scenario, supplied

NUMBERS = st.integers(1000, 1400)
"""Drawn worlds of these tests."""
STOCKS = {"arms": "tiv", "economic": "capital", "aid": "aid", "debt": "debt", "presence": "presence"}


def begun(number: int) -> tuple[Scenario, Ensemble, World]:
    """A drawn world in the middle of things, its influence computed."""
    drawn = drawn_scenario(number)
    ensemble = prepare(drawn, [0], number).ensemble()
    put_state(drawn_state(number, drawn), ensemble.world)
    return drawn, ensemble, influenced(ensemble)


def influenced(ensemble: Ensemble) -> World:
    """The world with the influence that follows from its stocks; a copy."""
    influence(*(loosened(records)[0] for records in (ensemble.worlds, ensemble.inputs, ensemble.places)))
    return ensemble.world.copy()


# --- influence ---


@given(NUMBERS)
def test_shares_are_shares_and_leave_autonomy(number):
    _, ensemble, _ = begun(number)
    for _ in range(4):
        ensemble.step()
        later = ensemble.world
        assert (later.share >= 0).all()
        assert (later.share.sum(axis=1) < 1).all()
        assert (later.influence >= 0).all()
        assert later.channel.sum(axis=3) == pytest.approx(later.influence, rel=1e-12)


@given(NUMBERS, st.sampled_from(sorted(STOCKS)), st.floats(0.01, 1000))
def test_more_of_anything_never_lowers_influence(number, channel, more):
    _, ensemble, world = begun(number)
    for p in range(world.share.shape[1]):
        stock = getattr(ensemble.world, STOCKS[channel])
        before = stock.copy()
        there = ensemble.start.structure.other[p]  # nothing passes between a state and itself
        stock[:, p] += more * (there[:, None] if stock.ndim == 4 else there)
        after = influenced(ensemble)
        stock[...] = before
        assert (after.influence[:, p] >= world.influence[:, p] - 1e-15).all()
        assert (after.share[:, p] >= world.share[:, p] - 1e-15).all()
        others = np.arange(world.share.shape[1]) != p
        assert (after.influence[:, others] <= world.influence[:, others] + 1e-15).all()


@given(NUMBERS, st.floats(0.01, 1000))
def test_a_new_supplier_lowers_dependence_and_never_bandwidth(number, arms):
    _, ensemble, world = begun(number)
    assume(world.share.shape[1] > 1)
    p = {name: float(ensemble.parameters[f"influence_arms_{name}"][0]) for name in ("monopoly", "others", "floor")}
    ensemble.world.tiv[:, -1] = 0
    before = influenced(ensemble)
    ensemble.world.tiv[:, -1, :, 0] += arms * ensemble.start.structure.other[-1]
    after = influenced(ensemble)
    have = after.tiv.sum(axis=3)
    whole = [w.tiv.sum(axis=(1, 3))[:, None] + ensemble.parameters["other_arms"][:, None] for w in (before, after)]
    depends = [p["monopoly"] * have / (have + p["others"] * w + p["floor"]) for w in whole]
    unclipped = (after.dependence_past[..., 0] > 0) & (before.dependence_past[..., 0] > 0)
    there = unclipped & (np.arange(have.shape[1]) < have.shape[1] - 1)[None, :, None]
    assert (after.bandwidth_past[..., 0][there] == before.bandwidth_past[..., 0][there]).all()
    fell = before.dependence_past[..., 0] - after.dependence_past[..., 0]
    assert fell[there] == pytest.approx((depends[0] - depends[1])[there], abs=1e-12)
    assert (after.influence[there] <= before.influence[there]).all()


# --- composition ---

AMOUNTS = st.floats(0.05, 20)
FOUR = st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
WANTS = st.tuples(*[st.one_of(st.just(0.0), st.floats(0.05, 2))] * 4)


def bought(money: float, cost: Any, want: Any, scale: Any, cap: float) -> np.ndarray:
    return composed(money, cost, want, scale, cap)


@given(st.floats(0.01, 300), FOUR, WANTS, FOUR, st.floats(0, 30))
def test_composition_spends_exactly_and_optimally(money, cost, want, scale, cap):
    made = bought(money, cost, want, scale, cap)
    assert (made >= 0).all()
    assert made[3] <= cap
    assert all(made[k] == 0 for k in range(4) if want[k] == 0)
    spent = float(np.dot(cost, made))
    if any(want[:3]):
        assert spent == pytest.approx(money, rel=1e-9)
    else:
        assert spent == pytest.approx(min(money, cost[3] * cap) if want[3] else 0, rel=1e-9, abs=1e-12)
    usable = [k for k in range(4) if want[k] > 0 and (k < 3 or cap > 0)]
    if not usable or spent == 0:
        return

    def loss(x: np.ndarray) -> float:
        return -sum(want[k] * np.log1p(max(v, 0.0) / scale[k]) for k, v in zip(usable, x, strict=True))

    limits = [(0, min(cap if k == 3 else np.inf, money / cost[k])) for k in usable]
    room = {"type": "ineq", "fun": lambda x: money - sum(cost[k] * v for k, v in zip(usable, x, strict=True))}
    begin = [min(high, money / cost[k] / len(usable)) for k, (_, high) in zip(usable, limits, strict=True)]
    found = minimize(loss, begin, bounds=limits, constraints=room, options={"ftol": 1e-14, "maxiter": 500})
    assert loss(made[usable]) <= loss(found.x) + 1e-6 * max(1.0, abs(found.fun))


@given(st.floats(0.01, 300), FOUR, WANTS, FOUR, st.floats(0, 30))
def test_the_last_dollar_does_as_much_good_everywhere(money, cost, want, scale, cap):
    """Water-filling: marginal good per dollar is the same where something is bought, and smaller where nothing is."""
    made = bought(money, cost, want, scale, cap)
    good = [want[k] / (cost[k] * (scale[k] + made[k])) for k in range(4)]
    inside = [good[k] for k in range(4) if made[k] > 0 and (k < 3 or made[k] < cap)]
    if inside:
        assert inside == pytest.approx([inside[0]] * len(inside), rel=1e-9)
        assert all(good[k] <= inside[0] * (1 + 1e-9) for k in range(4) if made[k] == 0 and (k < 3 or cap > 0))
        assert made[3] < cap or good[3] >= inside[0] * (1 - 1e-9)


@given(st.lists(st.tuples(st.floats(10, 1e5), st.floats(1e-4, 0.5)), min_size=1, max_size=5))
def test_contributions_to_a_joint_force_are_best_replies(members):
    income, want = (np.array(column) for column in zip(*members, strict=True))
    whole = supplied(income, want)
    given_ = np.maximum(0, income - (1 - want) / want * whole)
    assert given_.sum() == pytest.approx(whole, rel=1e-9)
    reply = np.maximum(0, want * income - (1 - want) * (whole - given_))
    assert reply == pytest.approx(given_, rel=1e-6, abs=1e-9 * income.max())


# --- books ---


@given(NUMBERS)
def test_budgets_bind_and_books_balance(number):
    _, ensemble, world = begun(number)
    due = (world.due + world.stuck).sum(axis=(3, 4))
    debt, capital = world.debt, world.capital
    for _ in range(6):
        happened, now, p = ensemble.step(), ensemble.world.copy(), ensemble.parameters
        cost = p["cost"][:, :, None, :]
        courted, shipped = ((cost * x).sum(axis=(2, 3)) for x in (now.offered, now.arriving))
        assert (courted <= now.available * (1 + 1e-9) + 1e-9).all()
        assert (shipped <= p["courtship_first_charge"][:, None] * now.budget * (1 + 1e-9)).all()
        assert now.available + shipped == pytest.approx(now.budget, rel=1e-9, abs=1e-9)
        assert now.unspent + courted == pytest.approx(now.available, rel=1e-9, abs=1e-9)
        assert (now.effort.sum(axis=2) <= now.available * (1 + 1e-9) + 1e-9).all()
        # What is promised in packages is delivered, still due or stuck, or was given up with a row in the ledger.
        left = (now.due + now.stuck).sum(axis=(3, 4))
        moved = (now.packaged - now.arriving).sum(axis=3) - given_up(happened, now)
        assert due + moved == pytest.approx(left, rel=1e-9, abs=1e-7)
        # Face values handed over are those received: they and what concessions build feed capital, they alone debts.
        came, built = now.delivered, p["base_size"] * (now.standing * p["kind_capital"][:, None, None, :]).sum(axis=3)
        grown = (1 - p["stocks_decay_capital"][:, None, None]) * capital + came[..., 1] + came[..., 2] + built
        assert now.capital == pytest.approx(grown, rel=1e-12, abs=1e-9)
        owed = debt * (1 + p["stocks_interest"] - p["stocks_service"])[:, None, None] + came[..., 2] - came[..., 3]
        assert now.debt == pytest.approx(np.maximum(owed, 0), rel=1e-12, abs=1e-9)
        cash = (came[..., 1] + came[..., 2] + now.rent_paid).sum(axis=1)
        assert now.income * now.gdp == pytest.approx(cash, rel=1e-9, abs=1e-9)
        due, debt, capital = left, now.debt, now.capital


def given_up(happened: Happened, now: World) -> np.ndarray:
    """[R,P,C] what ledger rows of cancelled projects and broken pledges say was lost."""
    cancelled, lapsed = np.zeros_like(now.debt), np.zeros_like(now.debt)
    for row in happened.rows:
        cell = (row["run"], row["patron"], row["client"])
        if row["kind"] == CANCELLED:
            cancelled[cell] += row["promised"]
        if row["kind"] == RENEGE:  # a row for each broken pledge tells the whole
            lapsed[cell] = np.maximum(lapsed[cell], row["promised"])
    return cancelled + lapsed


# --- units ---


class Scaled:
    """A scenario whose money unit is worth half: every number of money is twice as large."""

    def __init__(self, inner: Scenario) -> None:
        self._inner = inner
        self.contracts = {
            name: type(b)(**{f: getattr(b, f) * (2 if f == "rent" else 1) for f in b.__dataclass_fields__})
            for name, b in inner.contracts.items()
        }

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def number(self, name: str, *codes: str) -> float:
        return self._inner.number(name, *codes) * money_factor(BY_NAME[name].internal_unit)


def money_factor(unit: str) -> float:
    if "MUSD**0.5" in unit:
        return 2**0.5
    if "/MUSD" in unit:
        return 0.5
    return 2.0 if "USD" in unit else 1.0


MONEYLESS = (
    "share",
    "base",
    "influence",
    "reputation",
    "grievance",
    "growth",
    "threat",
    "insecurity",
    "openness",
    "coalition",
    "legitimacy",
    "position",
    "mode",
    "member",
    "cohesion",
    "overthrow",
    "turnover",
    "notice",
)


@pytest.mark.parametrize("overrides", [{}, {"events.withdrawal.at": "2009Q3"}], ids=["built-in", "early"])
def test_the_unit_of_money_does_not_matter(overrides):
    """But where dollars are meant by their number: in the bandwidth of trade, and in what a usual client buys."""
    known = {"rules.influence.trade_bandwidth": 0, "rules.arms.gdp": 0}
    plain = load_scenario("two-patrons", overrides=overrides | known | {"events.surplus.transfer.amount": 0})
    one, two = simulate(plain, 30, 2), simulate(Scaled(plain), 30, 2)
    for name in MONEYLESS:
        first, second = one.data[name].values.astype(float), two.data[name].values.astype(float)
        tolerance = 1e-9 if one.data[name].dtype == np.float64 else 1e-6  # float32
        assert second == pytest.approx(first, rel=tolerance, abs=tolerance), name
    for name in ("rent", "debt", "arms", "delivered", "gdp", "budget", "force"):
        assert two.data[name].values == pytest.approx(2 * one.data[name].values, rel=1e-5, abs=1e-4), name
    assert one.ledger.kind.tolist() == two.ledger.kind.tolist()


def test_every_unit_of_money_is_known_to_the_test():
    units = {field.internal_unit for field in BY_NAME.values() if "USD" in field.internal_unit}
    assert units == {"MUSD", "MUSD/quarter", "USD/yr", "MUSD/yr", "MUSD**0.5/quarter**0.5", "TIV/MUSD"}


BY_YEAR = """
title: By the year
period: {start: 2009Q1, end: 2012Q4}
axes: {security: {plus: RUS, minus: USA}}
states:
  KGZ: {gdp: "4800 MUSD/yr", growth: "4 %/yr", openness: 0.4, coalition: 0.3, position: {security: 0.2}}
  RUS: {position: {security: 1}}
  USA: {position: {security: -1}}
patrons:
  RUS: {budget: "280 MUSD/yr", budget_growth: "8 %/yr", licence: {grants: 1, loans: 0.5}, package: {grants: 1}}
  USA: {budget: "240 MUSD/yr", mission: 1, need: "200 MUSD/yr", licence: {grants: 1}}
ties:
  RUS: {KGZ: {weight: 1, trade: 30, debt: "490 MUSD", term: "4 yr"}}
  USA: {KGZ: {weight: 0.7, geography: 1, term: "2 yr"}}
rivalry: {RUS: {USA: 1}}
bases: {manas: {holder: USA, host: KGZ, rent: "16 MUSD/yr", term: "2 yr"}}
rules: {stocks: {base_presence: "60 MUSD/yr", interest: "2 %/yr"}, bargaining: {notice: "0.5 yr", pledge: "5 yr"}}
events: {gift: {at: 2010Q2, transfer: {from: USA, to: KGZ, amount: "0.02 bn USD"}}}
"""
BY_QUARTER = (
    BY_YEAR.replace("4800 MUSD/yr", "1.2 bn USD/quarter")
    .replace("4 %/yr", "1 %/quarter")
    .replace("280 MUSD/yr", "70 MUSD/quarter")
    .replace("8 %/yr", "2 %/quarter")
    .replace("240 MUSD/yr", "60 MUSD/quarter")
    .replace("200 MUSD/yr", "50 MUSD/quarter")
    .replace("490 MUSD", "0.49 bn USD")
    .replace("16 MUSD/yr", "4 MUSD/quarter")
    .replace("60 MUSD/yr", "15 MUSD/quarter")
    .replace('"2 %/yr"', '"0.5 %/quarter"')
    .replace("0.5 yr", "2 quarters")
    .replace("5 yr", "20 quarters")
    .replace('"4 yr"', "16")
    .replace('"2 yr"', "8 quarters")
    .replace("0.02 bn USD", "20 MUSD")
)


def same_bytes(one: Result, other: Result) -> None:
    for name in one.data.data_vars:
        assert one.data[name].values.tobytes() == other.data[name].values.tobytes(), name
    pd.testing.assert_frame_equal(one.ledger.astype(str), other.ledger.astype(str))


def test_the_unit_of_time_does_not_matter():
    by_year, by_quarter = scenario(BY_YEAR), scenario(BY_QUARTER)
    one, two = simulate(by_year, 20, 2, record="full"), simulate(by_quarter, 20, 2, record="full")
    assert BY_YEAR.count("yr") - BY_QUARTER.count("yr") == 14
    for name in one.data.data_vars:
        first, second = (r.data[name].values.astype(float) for r in (one, two))
        assert second == pytest.approx(first, rel=1e-9, abs=1e-9), name
    assert one.ledger.kind.tolist() == two.ledger.kind.tolist()
    assert len(one.ledger) > 50


# --- order ---


def reversed_keys(block: Any) -> Any:
    if isinstance(block, dict):
        return {key: reversed_keys(block[key]) for key in reversed(block)}
    return block


@pytest.mark.parametrize("number", range(900, 910))
def test_the_order_of_actors_in_a_file_does_not_matter(number, monkeypatch):
    texts: list[str] = []
    monkeypatch.setattr("drawn.scenario", lambda text: texts.append(text) or scenario(text))
    one = drawn_scenario(number)
    doc = json.loads(texts[0])
    events = doc.pop("events")  # in order of the file, by intention
    turned = reversed_keys(doc) | {"events": events}
    assert list(turned["patrons"]) != list(doc["patrons"]) or len(doc["patrons"]) == 1
    axes = list(turned.get("axes", {})) == list(doc.get("axes", {}))
    assume_axes = {} if axes else {"axes": doc["axes"]}  # axes stand in order of declaration, by intention
    other = scenario(json.dumps(turned | assume_axes, indent=1))
    same_bytes(simulate(one, 4, number, record="full"), simulate(other, 4, number, record="full"))


def test_instruments_and_channels_are_those_of_the_equations():
    assert INSTRUMENTS == ("arms", "grants", "loans", "debt_relief")
    assert CHANNELS == ("arms", "economic", "debt", "presence", "market", "institutions")
