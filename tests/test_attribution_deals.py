"""Deals as parts of an attribution: games of known value, brute force by the reference model, what they are worth."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, permutations

import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.attribution import AttributionError, attribute
from patronage.attribution import shapley as sh
from patronage.attribution.deals import OTHER_DEALS, OTHERS_OF_THESE, _contracts, worth_of
from patronage.attribution.dividing import plan_of, simulated
from patronage.cli.app import app
from reference.measures import measure
from reference.voided import VoidedModel, install

RUNS = 12
THREE = ("RUS.KGZ.grants", "RUS.KGZ.arms", "USA.KGZ.base.renewed")


def by_orders(players, value):
    """Shapley values by their definition: the mean gain over all orders."""
    total, count = dict.fromkeys(players, Fraction(0)), 0
    for order in permutations(players):
        count += 1
        for i, player in enumerate(order):
            total[player] += value(frozenset(order[: i + 1])) - value(frozenset(order[:i]))
    return {p: t / count for p, t in total.items()}


def asked(path, **more):
    """Two patrons with an outcome of one's own."""
    return load_scenario("two-patrons", {"outcomes.own": path} | more)


def test_the_deals_of_a_shipped_case_by_brute_force(monkeypatch):
    """Every coalition by the slow model, which never makes what is void; every order; the same values."""
    runs = 2
    found = attribute("two-patrons", outcome="russian_share", over="deals", only=THREE, runs=runs, seed=3)
    assert set(found.plan.game.parts) == set(THREE)
    install(monkeypatch)
    scenario = load_scenario("two-patrons")
    last = scenario.outcomes["russian_share"].last
    slow = {}
    for size in range(4):
        for there in combinations(THREE, size):
            slow[frozenset(there)] = sum(Fraction(_slow(scenario, there, run, last)) for run in range(runs)) / runs
    fast = {
        frozenset(p for i, p in enumerate(found.plan.game.parts) if c >> i & 1): sh.mean_of(found.values[at, 0])
        for at, c in enumerate(found.plan.coalitions)
    }
    assert fast.keys() == slow.keys()
    assert all(abs(fast[c] - slow[c]) < 1e-12 for c in slow)
    assert found.exact == by_orders(THREE, fast.__getitem__)
    assert sum(found.exact.values()) == found.total == fast[frozenset(THREE)] - fast[frozenset()]
    assert len(set(found.exact.values())) == 3, "the parts differ, so that a permuted table would be seen"
    everything = simulate("two-patrons", runs=runs, seed=3).outcomes["russian_share"].to_numpy()
    assert found.whole == sh.mean_of(everything), "with all deals nothing is different"


def _slow(scenario, there, run, last):
    """The outcome of one run of the reference model with only these deals."""
    gone = [tuple(name.split(".")) for name in THREE if name not in there]
    gifts, renewals = ([d[:3] for d in gone if len(d) == n] for n in (3, 4))
    world = VoidedModel(scenario, 3, run, gifts=gifts, openings=(), renewals=renewals)
    while world.quarter <= last:
        world.step()
    return measure(world, "share", ("RUS", "KGZ"))


def test_a_game_of_known_value():
    """Of the loans that Russia promises in the first quarter all is due to Russia's loans, and nothing to any other deal."""
    scenario = asked('{measure: "loans_promised(RUS, KGZ)", from: 2009Q1, to: 2009Q1}')
    found = attribute(scenario, outcome="own", over="deals", runs=RUNS, largest=20)
    first = simulate(scenario, runs=RUNS).outcomes["own"].to_numpy()
    assert found.exact.pop("RUS.KGZ.loans") == sh.mean_of(first) > 0
    assert set(found.exact.values()) == {0}
    assert found.base == 0


def test_two_deals_that_need_each_other_share_and_one_that_is_nothing_has_exactly_nothing():
    """A truth of both: each has half of it. Nothing is owed to the United States, and no base opens at once."""
    both = '{measure: "loans_promised(RUS, KGZ) > 0 and arms_promised(USA, KGZ) > 0", from: 2009Q1, to: 2009Q1}'
    only = ["RUS.KGZ.loans", "USA.KGZ.arms", "RUS.KGZ.base.opened", "USA.KGZ.debt_relief"]
    found = attribute(asked(both), outcome="own", over="deals", only=only, runs=RUNS)
    assert found.exact == {only[0]: Fraction(1, 2), only[1]: Fraction(1, 2), only[2]: 0, only[3]: 0}
    null = found.parts.set_index("part").loc[only[2:]]
    assert (null[["value", "low", "high", "alone", "last"]] == 0).all(axis=None)
    pair = found.interactions.set_index(["first", "second"])["value"]
    assert {abs(pair.get((a, b), 0) or pair.get((b, a), 0)) for a, b in combinations(only[:2], 2)} == {1.0}


def test_a_difference_by_deals_void_in_both():
    changes = {"patrons.RUS.budget": "400"}
    first, second = load_scenario("two-patrons", changes), load_scenario("two-patrons")
    found = attribute(first, second, outcome="russian_share", over="deals", largest=3, runs=RUNS)
    assert found.plan.how == "switch"
    assert found.plan.game.parts[-1] == OTHER_DEALS
    ends = [simulate(s, runs=RUNS).outcomes["russian_share"].to_numpy() for s in (first, second)]
    assert found.whole == sh.mean_of(ends[0] - ends[1])
    assert sum(found.exact.values()) == found.total
    two = {"outcome": "russian_share", "over": "deals", "only": THREE[:2], "runs": RUNS}
    both, alone = attribute(first, second, **two), [attribute(s, **two) for s in (first, second)]
    for side in (0, 1):
        order = [alone[side].plan.game.parts.index(p) for p in both.plan.game.parts]
        for c in range(4):
            same = sum((c >> i & 1) << order[i] for i in (0, 1))
            there = both.values[both.plan.coalitions.index(c), side]
            assert (there == alone[side].values[alone[side].plan.coalitions.index(same), 0]).all()


def test_the_largest_groups_are_parts_and_what_they_are_worth_is_told():
    scenario = load_scenario("two-patrons")
    last = scenario.outcomes["russian_share"].last
    result = simulate(scenario, runs=RUNS, until=last, record="standard")
    worth = worth_of((scenario,), RUNS, 1, last)
    promised = result.data["promised"].sel(patron="RUS", client="KGZ", instrument="grants").sum("quarter").mean("run")
    assert worth["RUS.KGZ.grants"] == pytest.approx(float(promised), rel=1e-6)
    plan = plan_of(scenario, outcome="russian_share", over="deals", largest=3, runs=RUNS)
    order = sorted(worth, key=worth.get, reverse=True)
    assert plan.game.parts == (*order[:3], OTHER_DEALS)
    assert plan.game.worth[:3] == tuple(worth[n] for n in order[:3])
    assert sum(plan.game.worth) == pytest.approx(sum(worth.values()))


def test_contracts_are_worth_their_value_for_as_long_as_they_stand():
    def row(run, quarter, kind, value, rent=0.0, client="KGZ"):
        return {"run": run, "quarter": quarter, "kind": kind, "patron": "USA", "client": client, "concession": "base",
                "value": value, "rent": rent}  # fmt: skip

    rows = [row(0, "2009Q1", "opened", 40), row(0, "2010Q1", "renewed", 60), row(0, "2010Q3", "closed", 9),
            row(1, "2010Q3", "kept", 1, rent=-20)]  # fmt: skip
    found = {d.name: x for d, x in _contracts(pd.DataFrame(rows), 2, 2010 * 4 + 3)}
    assert found == {"USA.KGZ.base.opened": 40 / 2, "USA.KGZ.base.renewed": (30 + 10) / 2}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"only": ["RUS.KGZ.grant"]}, "Did you mean RUS.KGZ.grants"),
        ({"only": ["*.TJK.*"]}, "none of the deals"),
        ({"how": "swap", "second": "two-patrons"}, "cannot be swapped"),
        ({"second": "djibouti"}, "cannot be compared"),
        ({"largest": 0}, "at least 1"),
    ],
)
def test_questions_about_deals_that_cannot_be_asked(more, message):
    with pytest.raises(AttributionError, match=message):
        attribute(**{"first": "two-patrons", "outcome": "russian_share", "over": "deals", "runs": 2} | more)


def test_deals_of_several_workers_are_the_same(tmp_path):
    plan = plan_of("two-patrons", outcome="russian_share", over="deals", only=THREE[:2], runs=5)
    assert (simulated(plan, out=tmp_path / "a", workers=2) == simulated(plan)).all()


def test_the_command_tells_deals(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["attribute", "two-patrons", "--outcome", "russian_share", "--over", "deals", "--only", "RUS.KGZ.*",
             "--largest", "2", "--runs", "20", "--out", "found"]  # fmt: skip
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    table = lines[lines.index(next(x for x in lines if x.startswith("part "))) :]
    assert "MUSD" in table[0]
    assert "Russia's grants to Kyrgyzstan" in done.output.replace("\n", " ")
    told = json.loads(CliRunner().invoke(app, [*words, "--json", "--no-figures"]).output)
    assert [p["part"] for p in told["parts"]][-1] == OTHERS_OF_THESE
    assert all(p["worth"] >= 0 for p in told["parts"])
    assert (tmp_path / "found" / "figures" / "waterfall.png").is_file()
