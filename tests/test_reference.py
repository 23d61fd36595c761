"""The formulas and invariants of the reference model itself, before it is used to judge the engine."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
from scipy.optimize import minimize
from scipy.special import betaincinv

from patronage.scenario import load_scenario
from reference import ReferenceModel
from reference.formulas import compose, delivered_share, joint_force, selectorate_price, vote_cost
from reference.luck import Luck, philox, uniform_scalar

KINDS = ("arms", "grants", "loans", "debt_relief")
UNBOUNDED = dict.fromkeys(KINDS, math.inf)


def of(*values: float) -> dict[str, float]:
    return dict(zip(KINDS, values, strict=True))


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_known_answers_of_random123(counter, key, words):
    assert philox(counter, key) == words


def test_kept_luck_is_the_luck_of_the_address():
    luck = Luck(seed=7, replication=3)
    for quarter in (8036, 8037, 8039, 8040, 8036):
        kept = luck.uniform("review", quarter, "USA", "KGZ")
        assert kept == uniform_scalar(7, 3, "review", quarter, "USA", "KGZ")
        assert 0.0 < kept < 1.0


@pytest.mark.parametrize(
    ("coalition", "prices"),
    [
        (0.02, (0.057, 0.126, 0.251)),
        (0.1, (0.124, 0.273, 0.543)),
        (0.3, (0.201, 0.439, 0.869)),
        (0.6, (0.260, 0.563, 1.110)),
    ],
)
def test_selectorate_price_reproduces_the_published_table(coalition, prices):
    for revenue, price in zip((1.0, 5.0, 20.0), prices, strict=True):
        assert selectorate_price(0.2, revenue, coalition) / 4.0 == pytest.approx(price, abs=5.1e-4)


def test_the_price_just_makes_up_for_the_concession():
    salience, revenue, coalition = 0.26, 23.0, 0.35
    chi = 1.0 + 1.0 / coalition
    paid = selectorate_price(salience, revenue, coalition) / 4.0
    assert math.sqrt((revenue + paid) * chi) - math.sqrt(revenue * chi) == pytest.approx(salience, rel=1e-12)


def test_compose_spends_like_a_numerical_optimiser():
    cost, want, scale = of(0.4, 1.0, 0.8, 0.3), of(0.5, 0.9, 0.7, 0.4), of(0.6, 3.5, 4.7, 4.7)

    def loss(x):
        return -sum(want[k] * math.log1p(v / scale[k]) for k, v in zip(KINDS, x, strict=True))

    def left(x, money):
        return money - sum(cost[k] * v for k, v in zip(KINDS, x, strict=True))

    for money in (0.05, 1.0, 6.0, 40.0):
        for relief in (0.0, 0.7, 50.0):
            cap = UNBOUNDED | {"debt_relief": relief}
            gift = compose(money, cost, want, scale, cap)
            assert sum(cost[k] * gift[k] for k in KINDS) == pytest.approx(money, rel=1e-12)

            best = minimize(
                loss,
                [money / 4.0 / cost[k] * (cap[k] > 0.0) for k in KINDS],
                bounds=[(0.0, min(cap[k], money / cost[k])) for k in KINDS],
                constraints={"type": "ineq", "fun": left, "args": (money,)},
                options={"ftol": 1e-14, "maxiter": 500},
            )
            assert loss(list(gift.values())) <= best.fun + 1e-9
            assert loss(list(gift.values())) == pytest.approx(best.fun, abs=1e-6)


def test_compose_satisfies_the_conditions_of_an_optimum():
    cost, want, scale = of(0.4, 1.0, 0.8, 0.3), of(0.5, 0.9, 0.7, 0.4), of(0.6, 3.5, 4.7, 4.7)
    gift = compose(6.0, cost, want, scale, UNBOUNDED | {"debt_relief": 0.5})
    worth = {k: want[k] / (scale[k] + gift[k]) / cost[k] for k in KINDS}
    bought = [worth[k] for k in KINDS if 0.0 < gift[k] < (0.5 if k == "debt_relief" else math.inf)]
    assert gift["debt_relief"] == 0.5
    assert worth["debt_relief"] > max(bought)
    assert max(bought) == pytest.approx(min(bought), rel=1e-12)


def test_compose_leaves_money_that_nothing_can_be_bought_with():
    cost, scale = of(1.0, 1.0, 1.0, 0.5), of(1.0, 1.0, 1.0, 1.0)
    assert compose(5.0, cost, of(0.0, 0.0, 0.0, 0.0), scale, UNBOUNDED) == of(0.0, 0.0, 0.0, 0.0)
    only_relief = compose(5.0, cost, of(0.0, 0.0, 0.0, 1.0), scale, UNBOUNDED | {"debt_relief": 3.0})
    assert only_relief == of(0.0, 0.0, 0.0, 3.0)


def test_joint_force_is_a_fixed_point_of_best_replies():
    contributors = [(4000.0, 0.003), (6000.0, 0.0009), (50000.0, 0.002), (900.0, 0.004)]
    total = joint_force(contributors)
    gifts = [max(0.0, income - (1.0 - beta) / beta * total) for income, beta in contributors]
    assert sum(gifts) == pytest.approx(total, rel=1e-9)
    for gift, (income, beta) in zip(gifts, contributors, strict=True):
        assert gift == pytest.approx(max(0.0, beta * income - (1.0 - beta) * (total - gift)), abs=1e-8)
    assert joint_force([(4000.0, 0.0)]) == 0.0


@pytest.mark.parametrize(("voters", "bought"), [(2, 2), (3, 1), (4, 1), (5, 0), (6, 0)])
def test_a_majority_buys_the_cheapest_votes_it_needs(voters, bought):
    prices = [3.0, 1.0]
    assert vote_cost("majority", voters, prices) == sum(sorted(prices)[:bought])
    assert vote_cost("consensus", voters, prices) == 4.0
    assert vote_cost("leader", voters, prices) == 0.0


def test_delivered_shares_follow_the_beta_distribution():
    assert delivered_share(0.3, 1.0, 10.0) == 1.0
    for mean in (0.1, 0.6, 0.85):
        draws = [delivered_share((i + 0.5) / 4000, mean, 10.0) for i in range(4000)]
        assert sum(draws) / len(draws) == pytest.approx(mean, abs=2e-3)
        assert delivered_share(0.25, mean, 10.0) == pytest.approx(float(betaincinv(10 * mean, 10 * (1 - mean), 0.25)))


@pytest.fixture(scope="module")
def two_patrons():
    return load_scenario("two-patrons")


def test_a_run_keeps_its_quantities_in_bounds(two_patrons):
    model = ReferenceModel(two_patrons, seed=3)
    while model.quarter <= two_patrons.end:
        model.step()
        s = model.state
        for c in model.client:
            shares = [s["share"][p][c] for p in model.patron]
            assert min(shares) >= 0.0
            assert sum(shares) < 1.0
            assert s["gdp"][c] > 0.0
            for bounded in ("openness", "coalition", "legitimacy", "threat", "insecurity"):
                assert 0.0 <= s[bounded][c] <= 1.0
            assert all(-1.0 <= s["position"][c][axis] <= 1.0 for axis in model.axes)
        for p, patron in model.patron.items():
            assert model.flows["spent"][p] + model.flows["unspent"][p] == pytest.approx(patron.budget, rel=1e-12)
            assert model.flows["unspent"][p] >= -1e-9
            for c in model.client:
                assert 0.0 <= s["reputation"][p][c] <= 1.0
                for stock in ("arms", "capital", "debt", "presence", "grievance", "closed"):
                    assert s[stock][p][c] >= 0.0
                assert -1.0 <= s["opinion"][p][c] <= 1.0
                for j, stands in s["standing"][p][c].items():
                    assert s["notice"][p][c][j] >= 0.0
                    assert (s["rent"][p][c][j] == 0.0 and s["notice"][p][c][j] == 0.0) or stands


def test_what_patrons_hand_over_is_what_clients_receive(two_patrons):
    model = ReferenceModel(two_patrons, seed=5)
    n = model.inputs
    while model.quarter <= two_patrons.end:
        before = {
            stock: {p: dict(model.state[stock][p]) for p in model.patron} for stock in ("arms", "capital", "debt")
        }
        model.step()
        for c, client in model.client.items():
            paid = 0.0
            for p in model.patron:
                got, handed = model.flows["delivered"][p][c], model.flows["surplus"][p][c]
                arms = model.state["arms"][p][c] - (1.0 - n.stocks_decay_arms) * before["arms"][p][c]
                capital = model.state["capital"][p][c] - (1.0 - n.stocks_decay_capital) * before["capital"][p][c]
                assert arms == pytest.approx(got["arms"] + n.stocks_surplus_quality * handed, rel=1e-9, abs=1e-9)
                assert capital == pytest.approx(got["grants"] + got["loans"], rel=1e-9, abs=1e-9)
                assert got["debt_relief"] <= before["debt"][p][c]
                paid += got["grants"] + got["loans"] + model.flows["rent_paid"][p][c]
            assert client.income() * model.state["gdp"][c] == pytest.approx(paid, rel=1e-12, abs=1e-12)


def test_what_is_promised_is_due_stuck_shipped_or_written_off(two_patrons):
    model = ReferenceModel(two_patrons, seed=8)
    for k in KINDS:
        model.inputs.package["RUS"][k] = 1.0
    entered = 0.0
    while model.quarter <= two_patrons.end:
        before = pending(model)
        rows = len(model.ledger)
        model.step()
        change = defaultdict(float)
        for row in model.ledger[rows:]:
            sign = {"package": 1.0, "consent": 1.0, "cancelled": -1.0}.get(row["kind"], 0.0)
            change[row["patron"], row["client"], row["instrument"]] += sign * row["promised"]
            entered += sign * row["promised"]
        broken = {(row["patron"], row["client"]) for row in model.ledger[rows:] if row["kind"] == "renege"}
        after = pending(model)
        for (p, c, k), held in before.items():
            expected = held + change[p, c, k] - model.patron[p].arriving[c][k]
            if (p, c) in broken:
                assert after[p, c, k] <= expected + 1e-9
            else:
                assert after[p, c, k] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert entered > 0.0


def pending(model):
    return {
        (p, c, k): sum(model.state[pipe][p][c][k][u] for pipe in ("due", "stuck") for u in ("refusal", "concession"))
        for p in model.patron
        for c in model.client
        for k in KINDS
    }


def test_the_same_luck_gives_the_same_run_and_other_luck_another(two_patrons):
    first, again, other = (ReferenceModel(two_patrons, seed=2, replication=r).run() for r in (0, 0, 1))
    assert first.state == again.state
    assert first.ledger == again.ledger
    assert first.state["gdp"] != other.state["gdp"]


def test_a_run_taken_up_from_its_state_goes_on_the_same(two_patrons):
    whole = ReferenceModel(two_patrons, seed=1)
    whole.step()
    part = ReferenceModel(two_patrons, seed=1, state=whole.state, quarter=whole.quarter)
    whole.step()
    part.step()
    assert not any(event["fired"] for event in whole.event_state.values())
    assert part.state == whole.state


def test_a_mission_winds_down_in_equal_steps_to_exactly_nothing(two_patrons):
    model = ReferenceModel(two_patrons, seed=1)
    missions = {}
    while model.quarter <= two_patrons.end:
        model.step()
        missions[model.quarter - 1] = model.inputs.mission["USA"]
    first = two_patrons.events[0].trigger.quarter
    assert missions[first - 1] == 1.0
    assert [missions[first + j] for j in range(7)] == pytest.approx([1.0 - (j + 1) / 8 for j in range(7)])
    assert missions[first + 7] == 0.0
    assert missions[two_patrons.end] == 0.0
