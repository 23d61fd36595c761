"""Attribution: Shapley values against games whose values are known, and against brute force in a shipped case."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.attribution import AttributionError, attribute, shapley_values
from patronage.attribution import shapley as sh
from patronage.attribution.dividing import plan_of, simulated
from patronage.attribution.parts import REST, Switching
from patronage.batch.folders import FolderError
from patronage.batch.points import draft_of
from patronage.cli.app import app
from patronage.reports.attribution import _Scale, attribution_text
from patronage.reports.words import Subject

RUNS = 12
EVENTS = ("withdrawal", "surplus", "overreach", "drought")
TWELVE = range(12)


def by_orders(players, value):
    """Shapley values by their definition: the mean gain over all orders."""
    total = dict.fromkeys(players, Fraction(0))
    count = 0
    for order in permutations(players):
        count += 1
        for i, player in enumerate(order):
            total[player] += Fraction(value(frozenset(order[: i + 1]))) - Fraction(value(frozenset(order[:i])))
    return {p: t / count for p, t in total.items()}


# --- games with known values ---


def test_the_glove_game():
    """Two left gloves, one right: the right one gets 2/3 (Shapley 1953; any textbook)."""
    found = shapley_values(["l1", "l2", "r"], lambda s: float("r" in s and len(s) > 1))
    assert found == {"l1": Fraction(1, 6), "l2": Fraction(1, 6), "r": Fraction(2, 3)}


def test_the_airport_game():
    """A runway as long as the largest plane needs; every stretch is paid by those who use it (Littlechild & Owen 1973)."""
    cost = {"small": 8, "middle": 11, "large": 13}
    found = shapley_values(list(cost), lambda s: max((cost[p] for p in s), default=0))
    assert found == {"small": Fraction(8, 3), "middle": Fraction(8, 3) + Fraction(3, 2), "large": Fraction(8, 3) + Fraction(3, 2) + 2}


def test_parts_that_only_add_get_what_they_add_and_null_parts_nothing():
    worth = {"a": 0.1, "b": 0.2, "c": 0.0}
    found = shapley_values(list(worth), lambda s: sum((Fraction(worth[p]) for p in s), Fraction(0)))
    assert found == {p: Fraction(w) for p, w in worth.items()}
    assert found["c"] == 0


def test_two_parts_that_need_each_other_share():
    found = shapley_values(["a", "b", "idle"], lambda s: 0.3 * ({"a", "b"} <= s))
    assert found["a"] == found["b"] == Fraction(0.3) / 2
    assert found["idle"] == 0


def test_any_game_is_divided_as_its_orders_say_and_to_the_last_digit():
    luck = np.random.default_rng(3)
    players = list("abcde")
    table = {frozenset(c): float(luck.normal()) for k in range(6) for c in combinations(players, k)}
    found = shapley_values(players, table.__getitem__)
    assert found == by_orders(players, table.__getitem__)
    assert sum(found.values()) == Fraction(table[frozenset(players)]) - Fraction(table[frozenset()])


def random_runs(n, runs, seed):
    """Values [runs] of every coalition: what parts add, what pairs add, and luck that moves with them."""
    luck = np.random.default_rng(seed)
    alone, pairs = luck.normal(size=(n, runs)) * 0.3 + luck.normal(size=(n, 1)), luck.normal(size=(n, n))
    alone[0] = pairs[0] = pairs[:, 0] = 0  # a null player

    def value(c):
        who = [i for i in range(1, n) if c >> i & 1]
        return alone[who].sum(axis=0) + pairs[np.ix_(who, who)].sum() if who else np.zeros(runs)

    return alone, pairs, value


def test_values_run_by_run_have_the_exact_mean_and_interactions_are_the_pairs():
    n = 4
    _, pairs, value = random_runs(n, 7, 1)
    values = {c: value(c) for c in range(1 << n)}
    means = {c: sh.mean_of(v) for c, v in values.items()}
    by_run = sh.exact_by_run(n, values)
    assert np.allclose(by_run.mean(axis=1), [float(v) for v in sh.exact(n, means)], atol=1e-12)
    assert (by_run[0] == 0).all()
    assert sh.half_of(by_run)[0] == 0
    found = sh.interactions_by_run(n, values)
    assert len(found) == 6
    for (i, j), by in found.items():
        assert np.allclose(by, pairs[i, j] + pairs[j, i], atol=1e-12)


def test_all_orders_together_are_exact_and_any_orders_add_up():
    n = 4
    _, _, value = random_runs(n, 5, 2)
    means = {c: sh.mean_of(value(c)) for c in range(1 << n)}
    assert sh.sampled(n, means, list(permutations(range(n)))) == sh.exact(n, means)
    few = sh.orders(n, 2, seed=4)
    assert few[1] == few[0][::-1]
    assert set(sh.needed(n, few)) >= {0, 15, 1, 2, 4, 8, 7, 11, 13, 14}
    assert sum(sh.sampled(n, means, few)) == means[15] - means[0]


def test_intervals_of_sampled_values_hold_the_true_value_about_as_often_as_they_say():
    n, inside = 12, []
    for seed in range(30):
        luck = np.random.default_rng(100 + seed)
        weights = np.random.default_rng(5).normal(size=n)  # the game is the same, its runs are drawn anew
        alone = weights[:, None] + luck.normal(size=(n, 20)) * 0.3

        def value(c, alone=alone):
            who = [i for i in TWELVE if c >> i & 1]
            return alone[who].sum(axis=0) + 1.5 * max(0, len(who) - 6) * (11 in who)

        drawn = sh.orders(n, 30, seed)
        values = {c: value(c) for c in sh.needed(n, drawn)}
        found = sh.sampled(n, {c: sh.mean_of(v) for c, v in values.items()}, drawn)
        half = sh.sampled_half(n, values, drawn)
        exact = weights + _true_share(n)
        inside.append(np.abs(np.array([float(v) for v in found]) - exact) <= half)
    assert 0.93 <= np.mean(inside) <= 1


def _true_share(n):
    """Shapley values of 1.5 · max(0, |S| - 6) · [11 in S], by size alone."""
    def game(size, there):
        return 1.5 * max(0, size - 6) * there

    last = sum(game(k + 1, 1) - game(k, 0) for k in range(n)) / n
    return np.array([(game(n, 1) - last) / (n - 1)] * (n - 1) + [last])


# --- a shipped case ---


def test_the_events_of_a_shipped_case_by_brute_force():
    """Every coalition by a scenario file's own means (an event is removed with ~), every order, the same to the last digit."""
    found = attribute("two-patrons", outcome="russian_share", over="events", runs=RUNS, seed=3)
    means = {}
    for k in range(5):
        for there in combinations(EVENTS, k):
            gone = {f"events.{e}": "~" for e in EVENTS if e not in there}
            result = simulate(load_scenario("two-patrons", gone), runs=RUNS, seed=3)
            means[frozenset(there)] = sh.mean_of(result.outcomes["russian_share"].to_numpy())
    assert found.exact == by_orders(EVENTS, means.__getitem__)
    assert sum(found.exact.values()) == found.total == means[frozenset(EVENTS)] - means[frozenset()]
    assert len(set(found.exact.values())) == 4, "the parts differ, so that a permuted table would be seen"
    frame = found.parts.set_index("part")
    assert frame.loc["withdrawal", "alone"] == float(means[frozenset(["withdrawal"])] - means[frozenset()])
    assert frame.loc["withdrawal", "last"] == float(means[frozenset(EVENTS)] - means[frozenset(EVENTS) - {"withdrawal"}])


def test_what_two_scenarios_differ_in_is_exchanged():
    changes = {"events.withdrawal.at": "2010Q1", "patrons.USA.need.base": "100", "patrons.RUS.budget": "500", "events.drought": "~"}
    first, second = load_scenario("two-patrons", changes), load_scenario("two-patrons")
    plan = plan_of(first, second, outcome="rent_2010", over="events")
    assert plan.how == "swap"
    assert plan.game.parts == ("withdrawal", "drought", REST)
    for coalition in range(8):
        there = {p for i, p in enumerate(plan.game.parts) if coalition >> i & 1}
        kept = {k: v for k, v in changes.items() if (REST if k.startswith("patrons") else k.split(".")[1]) in there}
        mine, theirs = draft_of(plan.game.at(coalition)[0]), draft_of(load_scenario("two-patrons", kept))
        assert mine == theirs
        assert list(mine.events) == list(theirs.events)
    actors = plan_of(first, second, outcome="rent_2010", over="actors").game
    assert actors.parts == ("USA", "KGZ", "RUS"), "withdrawal and need, drought, budget"
    found = attribute(first, second, outcome="rent_2010", over="actors", runs=RUNS)
    ends = [simulate(s, runs=RUNS).outcomes["rent_2010"].to_numpy() for s in (first, second)]
    assert sum(found.exact.values()) == sh.mean_of(ends[0]) - sh.mean_of(ends[1])


def test_a_difference_by_parts_switched_off_in_both():
    first, second = load_scenario("two-patrons", {"patrons.USA.need.base": "100"}), load_scenario("two-patrons")
    found = attribute(first, second, outcome="rent_2010", over="mechanisms", how="switch", only=["denial_bids", "threat"], runs=RUNS)
    whole = found.values[-1]
    assert found.whole == sh.mean_of(whole[0] - whole[1])
    for side, scenario in enumerate((first, second)):
        assert (whole[side] == simulate(scenario, runs=RUNS).outcomes["rent_2010"].to_numpy()).all()
        off = {"mechanisms.denial_bids": "off"}
        loaded = load_scenario("two-patrons", off | ({"patrons.USA.need.base": "100"} if side == 0 else {}))
        coalition = found.plan.coalitions.index(2)
        assert (found.values[coalition, side] == simulate(loaded, runs=RUNS).outcomes["rent_2010"].to_numpy()).all()


def test_an_instrument_that_is_off_is_given_by_nobody_and_a_patron_that_is_off_gives_nothing():
    scenario = load_scenario("two-patrons")
    for over, column in (("instruments", "instrument"), ("actors", "patron")):
        game = plan_of(scenario, outcome="manas_open", over=over).game
        assert isinstance(game, Switching)
        every = (1 << len(game.parts)) - 1
        for i, part in enumerate(game.parts):
            rows = {c: _promised(game.at(c)[0], column, part) for c in (every, every ^ 1 << i)}
            assert rows[every ^ 1 << i] == 0
            assert rows[every] > 0, "with it something is promised"


def _promised(scenario, column, part):
    ledger = simulate(scenario, runs=RUNS).ledger
    return float(ledger.loc[ledger[column].astype(str) == part, "promised"].fillna(0).abs().sum())


# --- questions that cannot be asked ---


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"outcome": "manas_opened"}, "Did you mean manas_open"),
        ({"only": ["withdrawl"]}, "Did you mean withdrawal"),
        ({"how": "swap"}, "needs two scenarios"),
        ({"over": "deeds"}, "choose one of events"),
        ({"runs": 0}, "at least 1"),
        ({"orders": 1}, "at least 2"),
        ({"second": "two-patrons", "how": "swap"}, "differ in no events"),
        ({"second": "djibouti"}, "cannot be compared"),
    ],
)
def test_questions_that_cannot_be_asked_are_refused_in_words(asked, message):
    whole = {"first": "two-patrons", "outcome": "manas_open", "over": "events"} | asked
    with pytest.raises(AttributionError, match=message):
        attribute(**whole)


def test_an_outcome_that_exists_in_some_runs_only_is_divided_over_these():
    asked = load_scenario("two-patrons", {"outcomes.odd": '{measure: "1 / base(USA, KGZ)"}'})
    found = attribute(asked, outcome="odd", over="events", runs=40)
    assert 0 < found.used < 40
    assert f"the {found.used} of 40 runs" in attribution_text(found)


# --- the folder ---


def test_an_interrupted_attribution_goes_on_and_gives_the_same(tmp_path):
    plan = plan_of("two-patrons", outcome="russian_share", over="events", runs=5)
    calls = []

    def stop(done, _):
        calls.append(done)
        if len(calls) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulated(plan, out=tmp_path / "a", progress=stop)
    chunks = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "a" / "dataset").iterdir() if p.is_dir()}
    assert 0 < len(chunks) < 16
    again = simulated(plan, out=tmp_path / "a")
    assert (again == simulated(plan)).all()
    assert {n: (tmp_path / "a" / "dataset" / n).stat().st_mtime_ns for n in chunks} == chunks, "what was done is not done again"
    (tmp_path / "a" / "dataset" / "000003" / "outcomes.parquet").write_bytes(b"broken")
    assert (simulated(plan, out=tmp_path / "a") == again).all()
    with pytest.raises(FolderError, match="another question"):
        simulated(plan_of("two-patrons", outcome="manas_open", over="events", runs=5), out=tmp_path / "a")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(FolderError, match="holds no attribution"):
        simulated(plan, out=tmp_path / "other")


# --- words ---


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.integers(-3, 4))
def test_what_is_printed_adds_up_to_what_is_printed(values, power):
    exact = [Fraction(v) * Fraction(10) ** power for v in values]
    scale = _Scale(Subject("x", "x", "", False, "", "", ()), float(max(map(abs, exact))))
    written = [Fraction(t.replace("−", "-")) for t in scale.adding_up(exact, sum(exact, Fraction(0)))]
    assert sum(written) == Fraction(scale.text(scale.rounded(sum(exact, Fraction(0)))).replace("−", "-"))
    assert all(abs(w - v) < Fraction(1, 10**scale.places) for w, v in zip(written, exact, strict=True))


def test_the_command_says_draws_and_keeps(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["attribute", "two-patrons", "--outcome", "manas_open", "--runs", "30", "--out", "found"]
    dry = CliRunner().invoke(app, [*words, "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "Coalitions 16 (all of them)" in dry.output
    assert not (tmp_path / "found").exists()
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    table = lines[lines.index(next(x for x in lines if x.startswith("part "))) + 1 :]
    printed = {row.split()[0]: Fraction(row.split()[1].replace("−", "-")) for row in table[: table.index("")]}
    assert printed.pop("sum") == sum(printed.values())
    assert set(printed) == set(EVENTS)
    assert "Without any effect in these runs: overreach" in done.output
    for name in ("figures/waterfall.png", "figures/waterfall.svg", "summary.txt", "manifest.json", "first.yaml"):
        assert (tmp_path / "found" / name).is_file()
    assert len(pd.read_csv(tmp_path / "found" / "coalitions.csv")) == 16
    again = CliRunner().invoke(app, [*words, "--json", "--no-figures"])
    told = json.loads(again.output)
    assert [p["part"] for p in told["parts"]] == list(EVENTS)
    assert sum(p["value"] for p in told["parts"]) == pytest.approx(told["whole"] - told["base"], abs=1e-12)
    refused = CliRunner().invoke(app, [*words[:2], "--outcome", "manas"])
    assert refused.exit_code == 2
    none = CliRunner().invoke(app, words[:2])
    assert none.exit_code == 2
    assert "needs an outcome" in none.output
