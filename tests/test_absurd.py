"""Absurd regions are what the file says, and a board is said to tell them only where it does; ablations and draws of any scenario."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.facts.board import resampled
from patronage.facts.shipped import for_scenario
from patronage.patterns import absurd, any_scenario
from patronage.patterns.draws import Draws
from patronage.patterns.ensembles import Cells


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("us-withdrawal")


def region(scenario, family, draw=0):
    return absurd.Absurdity(scenario, absurd.plan().families[family], np.random.default_rng([1, draw, 0]))


def figure(scenario, path):
    name, codes = Cells(scenario).key(path)
    return scenario.number(name, *codes)


def test_sizes_go_from_the_shipped_region_to_the_absurd_one(scenario):
    assert dict(absurd.plan().sizes) == {"quarter": 0.25, "half": 0.5, "full": 1}
    for family in absurd.plan().families:
        found = region(scenario, family)
        assert found.differs
        shipped, half, full = (found.region(size) for size in (0, 0.5, 1))
        assert shipped.contracts == scenario.contracts
        for name, codes in found.targets:
            a, b, c = (s.number(name, *codes) for s in (scenario, half, full))
            assert shipped.number(name, *codes) == a
            assert b == pytest.approx((a + c) / 2)
        # nothing else is touched
        untouched = {k: v for k, v in full.numbers.items() if k not in found.targets}
        assert untouched == {k: v for k, v in scenario.numbers.items() if k not in found.targets}


def test_the_named_region_and_the_mirrored_one(scenario):
    full = region(scenario, "named").region(1)
    assert figure(full, "states.KAZ.position.security") == figure(full, "states.KAZ.anchor.security") == -0.6
    assert figure(full, "states.UZB.position.security") == figure(full, "states.UZB.anchor.security") == 0.8
    assert {figure(full, f"ties.RUS.{c}.weight") for c in scenario.clients} == {0.05}
    assert {figure(full, f"ties.CHN.{c}.weight") for c in scenario.clients} == {0.01}
    full = region(scenario, "poles").region(1)
    for c in scenario.clients:
        for path in (f"states.{c}.position.security", f"states.{c}.anchor.security"):
            assert figure(full, path) == -figure(scenario, path)


@pytest.mark.parametrize("draw", range(4))
def test_orders_give_everybody_anothers_figures(scenario, draw):
    full = region(scenario, "weights", draw).region(1)
    for p in scenario.patrons:
        before, after = ([figure(s, f"ties.{p}.{c}.weight") for c in scenario.clients] for s in (scenario, full))
        assert Counter(before) == Counter(after)
    full = region(scenario, "budgets", draw).region(1)
    keys = ("budget", "budget_growth")
    before, after = ([tuple(figure(s, f"patrons.{p}.{k}") for k in keys) for p in scenario.patrons] for s in (scenario, full))
    assert Counter(before) == Counter(after)
    assert all(a != b for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("draw", range(4))
def test_bases_go_where_they_are_of_use(scenario, draw):
    found = region(scenario, "bases", draw)
    for size in (0.25, 0.5, 1):
        moved = found.region(size)
        places = [(b.holder, b.host) for b in moved.contracts.values()]
        assert len(set(places)) == len(places)
        stayed = sum(moved.contracts[n].host == b.host for n, b in scenario.contracts.items())
        assert stayed <= len(places) - math.ceil(size * len(places))
    full = found.region(1)
    for name, base in scenario.contracts.items():
        now = full.contracts[name]
        assert now.host == found.orders[base.host] != base.host
        assert figure(full, f"ties.{now.holder}.{now.host}.fit.base") == figure(scenario, f"ties.{base.holder}.{base.host}.fit.base")


def boards(rng, chance, runs=60, several=30):
    return {"facts": rng.uniform(size=(runs, several)) < chance}


def test_a_worse_region_is_detected_and_other_luck_is_not():
    rng, draws = np.random.default_rng(5), resampled(60, 1)
    shipped = {**boards(rng, 0.7), "alignment": np.ones((60, 4), dtype=bool)}
    same = list(absurd.compared(shipped, shipped, draws))
    assert [r["board"] for r in same] == ["facts", "alignment", "whole"]
    assert {(r["worse"], r["detected"]) for r in same} == {(0.0, False)}
    worse = {**boards(rng, 0.4), "alignment": shipped["alignment"]}
    facts, blind, whole = absurd.compared(shipped, worse, draws)
    assert (facts["detected"], blind["detected"], whole["detected"]) == (True, False, True)
    assert whole["worse"] == pytest.approx(facts["worse"] / 2)
    assert [r["board"] for r in absurd.compared({"facts": shipped["facts"]}, shipped, draws)] == ["facts"]
    better = next(iter(absurd.compared(worse, shipped, draws)))
    assert better["worse"] < 0
    assert not better["detected"]
    alarms = sum(next(iter(absurd.compared(boards(rng, 0.6), boards(rng, 0.6), draws)))["detected"] for _ in range(120))
    assert alarms <= 12  # 2.5 % of 120 is 3; above 12 has a chance below 1 in 10 000


def test_rates_and_what_they_say():
    rows = pd.DataFrame({"size": ["half"] * 20, "board": ["facts"] * 20, "detected": [True] * 19 + [False], "worse": [0.1] * 20})
    (rate,) = absurd.rates(rows, ("size", "board"))
    assert (rate["detected"], rate["draws"], rate["share"]) == (19, 20, 0.95)
    assert [absurd.verdict(x) for x in (0.95, 0.94, 0.5, 0.49)] == ["tells", "tells in part", "tells in part", "cannot tell"]


def test_absurd_regions_are_simulated_with_the_luck_of_the_shipped_one(scenario, monkeypatch):
    calls = []

    def played(region, runs, luck):
        calls.append((region is scenario, luck))
        return region

    rng = np.random.default_rng(1)
    monkeypatch.setattr(absurd, "simulate", played)
    monkeypatch.setattr(absurd, "held", lambda region, *_: boards(rng, 0.8 if region is scenario else 0.3, 10))
    steps = []
    facts = for_scenario(scenario).facts
    rows = absurd.absurd(scenario, facts, None, draws=2, runs=10, seed=7, progress=lambda *step: steps.append(step))
    assert steps[-1] == (34, 34)
    assert Counter(calls) == Counter({(True, 7): 1, (True, 8): 1, (True, 9): 1, (True, 10): 1, (False, 7): 15, (False, 8): 15})
    assert rows.query("family != 'control'")["detected"].all()
    told = absurd.text(rows, "x", 10, 7)
    assert "tells" in told
    assert "cannot tell   " not in told
    assert "2 of 2" in told


def test_only_what_the_shipped_region_is_scored_on_is_asked(scenario):
    facts = for_scenario(scenario).facts
    asked = absurd.scored(facts, scenario)
    assert 0 < len(asked) < len(facts)
    moved = absurd.held(simulate(scenario, 3, 1), scenario, asked, None)
    assert moved["facts"].shape == (3, len(asked))


# --- ablations and draws of any scenario ----------------------------------------------------------------------------------


def test_ablations_are_the_scenario_with_a_mechanism_off():
    base = load_scenario("two-patrons")
    rows = any_scenario.ablations(base, (), 12, 3, only=("packages", "threat"))
    for name in ("packages", "threat"):
        alone = simulate(load_scenario("two-patrons", {f"mechanisms.{name}": "off"}), 12, 3).outcomes
        for r in rows[rows["mechanism"] == name].to_dict("records"):
            assert r["without"] == pytest.approx(np.nanmean(alone[r["measure"]].to_numpy(float)), nan_ok=True)
    assert "packages" in any_scenario.ablations_text(rows, "two-patrons", 12, 3)
    off = replace(base, numbers={**base.numbers, Cells(base).key("mechanisms.threat"): 0.0})
    assert any_scenario.ablations(off, (), 2, 3, only=("threat",)).empty


def test_draws_of_a_scenario_are_what_each_is_alone(monkeypatch):
    base = load_scenario("two-patrons")
    monkeypatch.setattr(any_scenario, "BATCH", 8)  # two draws at once
    rows = any_scenario.fragility(base, (), 3, 4, 2).set_index("measure")
    drawn = Draws.make(3, 2, base).scenarios(base, range(3))
    assert len({s.number("threat_gain") for s in drawn}) == 3
    means = [simulate(s, 4, 2, first=4 * d).outcomes["russian_share"].mean() for d, s in enumerate(drawn)]
    assert rows.loc["russian_share", "p50"] == pytest.approx(np.median(means))
    assert rows.loc["russian_share", "stands"] == pytest.approx(simulate(base, 4, 2).outcomes["russian_share"].mean())
    assert "russian_share" in any_scenario.fragility_text(rows.reset_index(), "two-patrons", 3, 4, 2)


def verify(*words):
    return CliRunner().invoke(app, ["verify", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--absurd",), "--absurd belongs to a scenario"),
        (("two-patrons", "--absurd", "--ablations"), "give one of them"),
        (("two-patrons", "--draws", 3), "--draws belongs to --fragility or --absurd"),
        (("two-patrons", "--twins"), "--twins and a scenario"),
        (("two-patrons", "--ablations", "--data", "x"), "--data and --ablations"),
        (("two-patrons", "--absurd"), "no facts of this region come with the package"),
    ],
)
def test_wrong_options_are_refused(words, said):
    done = verify(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_commands_of_a_scenario(tmp_path):
    done = verify("two-patrons", "--fragility", "--draws", 2, "--runs-per-draw", 2, "--format", "json", "--out", tmp_path / "f")
    assert done.exit_code == 0, done.output
    assert {r["measure"] for r in json.loads(done.stdout)} >= {"russian_share", "manas_open"}
    assert (tmp_path / "f" / "fragility.csv").is_file()
    done = verify("two-patrons", "--ablations", "--runs", 3)
    assert done.exit_code == 0, done.output
    assert "without each mechanism (3 runs" in done.stdout
