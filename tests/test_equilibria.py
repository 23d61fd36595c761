"""Games: solvers against games whose equilibria are known, payoffs against runs, and what noise leaves open."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

import patronage
from patronage import load_scenario, simulate
from patronage.answers import extras
from patronage.batch import chunks
from patronage.batch.folders import FolderError
from patronage.cli.app import app
from patronage.equilibria import GameError, game, game_names, load_game
from patronage.equilibria.evidence import GameEvidence
from patronage.equilibria.file import Chooser, GameFile, Option, PayoffTerm
from patronage.equilibria.playing import solved
from patronage.equilibria.profiles import Profiles
from patronage.equilibria.solving import best, holds, mixed_equilibria, pure_equilibria, value
from patronage.reports.equilibria import game_answers, game_text
from patronage.scenario import ScenarioError

DILEMMA = (np.array([[3.0, 0], [5, 1]]), np.array([[3.0, 5], [0, 1]]))
"""Rows and columns: stay silent, confess."""
PENNIES = (np.array([[1.0, -1], [-1, 1]]), np.array([[-1.0, 1], [1, -1]]))
SEXES = (np.array([[3.0, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]]))
SMALL = """\
title: A small game
scenario: two-patrons
period: {start: 2010Q1, end: 2011Q4}
runs: 8
most_runs: 32
players:
  USA:
    strategies: [sphere, retrench]
    payoff: {influence: {measure: "share(USA, KGZ)", weight: 300}, manas: {measure: "base(USA, KGZ)", weight: 150, at: 2011Q4}}
  RUS:
    levers: {generosity: {path: patrons.RUS.budget_factor, values: [0.5, 1]}}
    payoff: {money: 0.5, influence: {measure: "share(RUS, KGZ)", weight: 300}}
"""
NEARLY = SMALL.replace("strategies: [sphere, retrench]", "levers: {patrons.USA.need: [100, 130]}")
"""What Washington's need does, eight runs of the generous Russia cannot tell."""


# --- games with known equilibria ---


def test_the_prisoners_confess():
    assert pure_equilibria(DILEMMA) == [(1, 1)]
    assert mixed_equilibria(DILEMMA) == []
    assert [b.tolist() for b in best(DILEMMA)] == [[[False, False], [True, True]], [[False, True], [False, True]]]


def test_pennies_are_matched_by_chance_alone():
    assert pure_equilibria(PENNIES) == []
    (found,) = mixed_equilibria(PENNIES)
    assert found.chances == ((0.5, 0.5), (0.5, 0.5))
    assert value(PENNIES, found) == (0.0, 0.0)
    assert holds(PENNIES, found.supports)


def test_the_battle_of_the_sexes_has_three():
    assert pure_equilibria(SEXES) == [(0, 0), (1, 1)]
    (found,) = mixed_equilibria(SEXES)
    assert np.allclose(found.chances, ((0.6, 0.4), (0.4, 0.6)))
    assert np.allclose(value(SEXES, found), 1.2)
    assert not holds(DILEMMA, found.supports), "the twin: where choices are dominated nobody draws them"


def test_three_who_vote_agree_or_one_cannot_move_them():
    """Majority of three, everybody wants 1 and pays nothing: all profiles in which no single vote decides against 1."""
    payoffs = [np.zeros((2, 2, 2)) for _ in range(3)]
    for at in np.ndindex(2, 2, 2):
        for own in payoffs:
            own[at] = float(sum(at) >= 2)
    assert pure_equilibria(payoffs) == [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1)]


def test_three_who_pay_for_a_public_good_pay_nothing():
    """Each gets .4 of all that is paid: paying is dominated, though all would gain if all paid (.4 · 3 > 1)."""
    payoffs = [np.zeros((2, 2, 2)) for _ in range(3)]
    for at in np.ndindex(2, 2, 2):
        for i, own in enumerate(payoffs):
            own[at] = 0.4 * sum(at) - at[i]
    assert pure_equilibria(payoffs) == [(0, 0, 0)]
    assert mixed_equilibria(payoffs) == [], "of two players alone"


def test_any_game_by_the_definition():
    luck = np.random.default_rng(2)
    payoffs = [luck.integers(0, 4, (3, 2, 4)).astype(float) for _ in range(3)]
    wanted = [
        at
        for at in np.ndindex(3, 2, 4)
        if all(own[at] >= own[(*at[:i], k, *at[i + 1 :])] for i, own in enumerate(payoffs) for k in range(own.shape[i]))
    ]
    assert pure_equilibria(payoffs) == wanted


# --- what runs say ---


def invented(payoffs, by_run=0.0, shared=0.0, runs=100, seed=1, least=0.1, most=100):
    """A game whose payoffs are these, with noise of each profile and noise that all share."""
    base = load_scenario("two-patrons")
    shape = payoffs[0].shape
    players = tuple(
        Chooser(code, code, tuple(Option(f"{code}{k}", {}) for k in range(n)), (PayoffTerm("x", f"{code}_x", 1.0),), 0.0, ())
        for code, n in zip("ABC", shape, strict=False)
    )
    file = GameFile("invented", "Invented", "", "", base, "two-patrons", players, runs, most, least, seed, base.start, base.end)
    luck = np.random.default_rng(seed)
    common = luck.normal(size=runs) * shared
    outcomes = {
        f"{p.code}_x": np.array([own[at] + common + by_run * luck.normal(size=runs) for at in file.profiles])
        for p, own in zip(players, payoffs, strict=True)
    }
    return file, outcomes


def found_in(*args, **how):
    """Such a game, solved."""
    file, outcomes = invented(*args, **how)
    return solved(file, GameEvidence(file, outcomes))


def test_luck_that_profiles_share_hides_nothing():
    """Noise a hundred times the differences, the same in all profiles: every answer is known, though no payoff is."""
    g = found_in(DILEMMA, shared=300.0, by_run=0.01)
    assert (g.payoffs["high"] - g.payoffs["low"] > 50).all()
    assert g.contested == []
    assert next(g.dominance.itertuples(index=False, name=None))[:4] == ("A", "A0", "A1", "strictly")
    assert g.dominance["smallest"].round(1).tolist() == [1.0, 1.0]
    (row,) = g.equilibria.to_dict("records")
    assert (row["A"], row["B"], row["draws"]) == ("A1", "B1", 1.0)
    lines = game_answers(g)
    assert lines[0].startswith("A: A1, whatever B does. Anything else gives at least 1")
    assert lines[2].startswith("Equilibrium: A A1; B B1; in 100\u00a0% of payoffs drawn anew")


def test_noise_leaves_open_what_it_leaves_open():
    """A difference of one standard error: neither answer is known, and draws say so as the normal distribution does."""
    runs, spread = 400, 20.0
    gap = spread * np.sqrt(2) / np.sqrt(runs)
    payoffs = (np.array([[0.0, 0], [gap, 0]]), np.array([[5.0, 0], [5, 0]]))
    shares, told = [], []
    for seed in range(20):
        g = found_in(payoffs, by_run=spread, runs=runs, seed=seed)
        rows = g.responses[(g.responses["player"] == "A") & (g.responses["B"] == "B0")].set_index("choice")
        row = next(r for r in g.evidence.rows if r.player == 0 and r.profiles[0][1] == 0)
        mean, low, high = row.difference(1, 0)
        expected = stats.norm.cdf(mean / ((high - low) / 2 / stats.t.ppf(0.975, runs - 1)))
        assert rows.loc["A1", "draws"] == pytest.approx(expected, abs=0.05)
        assert rows["futures"].sum() == pytest.approx(1.0)
        shares.append(rows.loc["A1", "draws"])
        told.append(low > 0 or high < 0)
        assert (row in g.contested) == (not told[-1])
    assert 0.05 < np.mean(shares) < 0.95
    assert np.mean(told) < 0.5
    unsure = found_in(payoffs, by_run=spread, runs=runs, seed=int(np.argmin(told)))
    assert any("not known after 400 runs" in line for line in game_answers(unsure))
    assert "strictly" not in set(unsure.dominance[unsure.dominance["player"] == "A"]["kind"])


def test_choices_that_pay_the_same_are_told_so_and_not_looked_at_again():
    payoffs = (np.array([[2.0, 1], [2, 1], [0, 1]]), np.zeros((3, 2)))
    g = found_in(payoffs, shared=50.0)
    kinds = {(r.choice, r.by): r.kind for r in g.dominance[g.dominance["player"] == "A"].itertuples()}
    assert kinds == {("A1", "A0"): "equal", ("A2", "A0"): "weakly", ("A2", "A1"): "weakly"}
    assert g.evidence.wanted() == []
    assert any("A0 or A1, which pay the same" in line for line in game_answers(g))
    assert g.stability["draws"].tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 1.0]


def test_a_mixed_equilibrium_is_told_with_its_chances_and_how_often_it_is_there():
    g = found_in(PENNIES, by_run=0.5, runs=200)
    (row,) = g.equilibria.to_dict("records")
    assert row["kind"] == "mixed"
    assert row["draws"] == 1.0
    assert row["A"] == "A0 49 % or A1 51 %"
    assert g.without == 1.0
    assert any(line.startswith("Equilibrium with drawn choices") for line in game_answers(g))


def test_more_runs_are_wanted_of_contested_rows_alone_and_never_more_than_allowed():
    payoffs = (np.array([[0.0, 10], [0.5, 0]]), np.array([[0.0, 10], [0, 10]]))
    file, outcomes = invented(payoffs, by_run=5.0, runs=50, most=80)
    assert GameEvidence(file, outcomes).wanted() == [(0, 80), (2, 80)], "what A does if B does B0; the rest is known"
    assert GameEvidence(replace(file, most=50), outcomes).wanted() == []
    assert GameEvidence(replace(file, least=30.0), outcomes).wanted() == [], "differences that do not matter are left alone"


def test_a_row_is_read_over_the_runs_that_all_of_it_has():
    file, outcomes = invented(DILEMMA, by_run=1.0, runs=40)
    outcomes["A_x"][3, 20:] = outcomes["B_x"][3, 20:] = np.nan
    evidence = GameEvidence(file, outcomes)
    assert evidence.counts.tolist() == [40, 40, 40, 20]
    by_row = {(r.player, r.profiles): r.runs for r in evidence.rows}
    assert by_row == {(0, ((0, 0), (1, 0))): 40, (0, ((0, 1), (1, 1))): 20, (1, ((0, 0), (0, 1))): 40, (1, ((1, 0), (1, 1))): 20}
    assert evidence.means()[0][0, 1] == outcomes["A_x"][1, :20].mean()
    outcomes["A_x"][2, 7] = np.nan
    with pytest.raises(GameError, match="the payoff term x of A does not exist in run 7 with A A1, B B0"):
        GameEvidence(file, outcomes)


# --- a shipped scenario ---


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_payoffs_are_those_of_the_scenario_with_these_settings(small):
    """Every profile again by the scenario's own means, run by run, to the last bit."""
    file = replace(load_game(small), most=8)
    g = game(file)
    spent = '{measure: "4 * (spent(%s) + rent_paid(%s, KGZ))", reduce: mean, from: 2010Q1, to: 2011Q4}'
    share = '{measure: "share(%s, KGZ)", reduce: mean, from: 2010Q1, to: 2011Q4}'
    asked = {"outcomes.manas": '{measure: "base(USA, KGZ)", from: 2011Q4, to: 2011Q4}'}
    asked |= {f"outcomes.{c}_spent": spent % (c, c) for c in ("USA", "RUS")} | {f"outcomes.{c}": share % c for c in ("USA", "RUS")}
    for number, profile in enumerate(file.profiles):
        strategy, factor = (("sphere", "retrench")[profile[0]], (0.5, 1)[profile[1]])
        changes = {"events.mine": f"{{at: 2010Q1, set: {{patrons.USA.strategy: {strategy}}}}}", "patrons.RUS.budget_factor": factor}
        out = simulate(load_scenario("two-patrons", {**asked, **changes}), runs=8, seed=1).outcomes
        assert (g.evidence.payoffs[0][number] == 300 * out["USA"] + 150 * out["manas"] - out["USA_spent"]).all()
        assert (g.evidence.payoffs[1][number] == 300 * out["RUS"] - 0.5 * out["RUS_spent"]).all()
    assert g.payoffs.groupby("player")["payoff"].nunique().tolist() == [4, 4], "the profiles differ"
    worth = g.terms.groupby(["USA", "RUS", "player"], sort=False)["worth"].sum()
    assert np.allclose(worth, g.payoffs["payoff"])


def test_an_interrupted_game_goes_on_and_gives_the_same(small, tmp_path, monkeypatch):
    monkeypatch.setattr("patronage.equilibria.profiles.CHUNK", 10)
    small.write_text(NEARLY, encoding="utf-8")
    file = load_game(small)
    whole = game(file, out=tmp_path / "whole")
    assert whole.evidence.counts.tolist() == [8, 32, 8, 32], "what is contested is looked at again"
    calls = []

    def stop(done, _):
        calls.append(done)
        if len(calls) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        game(file, out=tmp_path / "a", progress=stop)
    kept = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "a" / "dataset").iterdir() if p.is_dir()}
    assert 0 < len(kept) < len([p for p in (tmp_path / "whole" / "dataset").iterdir() if p.is_dir()])
    again = game(file, out=tmp_path / "a")
    assert {n: (tmp_path / "a" / "dataset" / n).stat().st_mtime_ns for n in kept} == kept, "what was done is not done again"
    for a, b in zip(again.evidence.payoffs, whole.evidence.payoffs, strict=True):
        assert np.array_equal(a, b, equal_nan=True)
    (tmp_path / "a" / "dataset" / "000002" / "outcomes.parquet").write_bytes(b"broken")
    assert game_text(game(file, out=tmp_path / "a")) == game_text(whole)
    done = []
    game(file, out=tmp_path / "a", progress=lambda d, _: done.append(d))
    assert done == [], "a finished one is only read"


def test_weights_may_change_in_a_folder_and_nothing_else(small, tmp_path):
    file = replace(load_game(small), most=8)
    before = game(file, out=tmp_path / "a")
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("weight: 150", "weight: 1500").replace("most_runs: 32", "most_runs: 8"), encoding="utf-8")
    done = []
    after = game(other, out=tmp_path / "a", progress=lambda d, _: done.append(d))
    assert done == []
    assert after.payoffs["payoff"].iloc[0] > before.payoffs["payoff"].iloc[0] + 500
    other.write_text(SMALL.replace("share(RUS, KGZ)", "influence(RUS, KGZ)"), encoding="utf-8")
    with pytest.raises(FolderError, match="another game"):
        game(other, out=tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine")
    with pytest.raises(FolderError, match="holds no game"):
        game(file, out=tmp_path / "b")


def test_a_profile_that_cannot_be_simulated_is_named(small, monkeypatch):
    file = load_game(small)
    one, other = file.players[0].options

    def with_(settings):
        options = (one, replace(other, settings={**other.settings, **settings}))
        return replace(file, players=(replace(file.players[0], options=options), file.players[1]))

    with pytest.raises(GameError, match=r"there can be no scenario with USA retrench, RUS generosity 0.5: 1e.30 is larger"):
        Profiles(with_({"patrons.USA.budget": 1e30}))
    prepare = chunks.prepare

    def cracked(base, numbers, seed, scenarios, which, series):
        if 5 in numbers and any(s.number("budget_factor", "RUS") == 1 for s in scenarios):
            raise ZeroDivisionError("a crack")
        return prepare(base, numbers, seed, scenarios, which, series)

    monkeypatch.setattr(chunks, "prepare", cracked)
    with pytest.raises(GameError, match="with USA sphere, RUS generosity 1 the game cannot be simulated: ZeroDivisionError: a crack"):
        game(file)


def test_a_resolved_game_says_the_same(small, tmp_path):
    """The built-in ones are played in docs/game.md."""
    assert {"kyrgyzstan", "sahel"} <= set(game_names())
    file = load_game(small)
    (tmp_path / "scenario.yaml").write_text(file.scenario.resolved(), encoding="utf-8")
    (tmp_path / "again.yaml").write_text(file.resolved(), encoding="utf-8")
    again = load_game(tmp_path / "again.yaml")
    assert (again.digest, again.players) == (file.digest, file.players)
    assert (again.runs, again.most, again.least, again.seed) == (file.runs, file.most, file.least, file.seed)


WRONG = [
    ("runs: 8", "runs: 1", ["4:7: '1' is no number of runs"]),
    ("most_runs: 32", "most_runs: 4", ["5:12: '4' is no number of most_runs. Allowed: 8 to 1000000"]),
    ("[sphere, retrench]", "[sphere, spher]", ["8:26: unknown word 'spher'. Did you mean sphere?"]),
    ("[sphere, retrench]", "[sphere]", ["7:3: USA has 1 choice. Give two or more"]),
    ("at: 2011Q4", "at: 2019Q1", ["9:120: 2019Q1 lies outside the period"]),
    ("end: 2011Q4", "end: 2011Q5", ["3:30: '2011Q5' is no quarter"]),
    ("end: 2011Q4", "until: 2011Q4", ["3:25: unknown key in period 'until'"]),
    ("patrons.RUS.budget_factor", "patrons.RUS.budget_facto", ["11:33: there is no 'budget_facto' in the path"]),
    ("path: patrons.RUS.budget_factor", "path: events.choice_of_USA.at", ["11:67: '0.5' is no quarter"]),
    ("weight: 300}, manas", "weight: lots}, manas", ["9:62: 'lots' is no number (the weight of influence)"]),
    ("weight: 300}, manas", "wieght: 300}, manas", [
        "9:54: unknown key of a term of a payoff 'wieght'. Did you mean weight?", "9:14: the term influence lacks weight",
    ]),
    ("share(RUS, KGZ)", "share(RUSS, KGZ)", ["12:54: 'RUSS' is no patron here. Did you mean RUS?"]),
    ("  RUS:", "  RUSS:", ["10:3: unknown player 'RUSS'. Did you mean RUS?"]),
    ("money: 0.5", "money: -1", ["12:21: '-1' is no number of 0 or more"]),
    ("players:", "set: {patrons.RUS.budget_factor: 2}\nplayers:", ["6:7: patrons.RUS.budget_factor is both set and chosen (by RUS)"]),
    ("    payoff: {money", "    choices: {odd: {events.choice_of_USA.set.patrons.USA.strategy: sphere}}\n    payoff: {money", [
        "7:3: USA and RUS both choose events.choice_of_USA",
    ]),
    ("players:", "plyers:", ["6:1: unknown key in a game 'plyers'", "1:1: the game lacks players"]),
]  # fmt: skip


def refusal(path, text):
    """What is said of a wrong file."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_game(path)
    return str(error.value).splitlines()


@pytest.mark.parametrize(("right", "wrong", "wanted"), WRONG)
def test_what_is_wrong_is_told_with_its_place(right, wrong, wanted, tmp_path):
    assert right in SMALL
    lines = refusal(tmp_path / "wrong.yaml", SMALL.replace(right, wrong, 1))
    for text in wanted:
        assert any(line.startswith(f"wrong.yaml:{text}") for line in lines), lines


def test_everything_wrong_is_told_at_once(tmp_path):
    text = SMALL
    for right, wrong, _ in (WRONG[0], WRONG[2], WRONG[7], WRONG[9], WRONG[11]):
        text = text.replace(right, wrong, 1)
    assert len(refusal(tmp_path / "wrong.yaml", text)) == 5
    assert "Did you mean sahel" in refusal_of_name("sahell")


def refusal_of_name(name):
    """What is said of a game that there is not."""
    with pytest.raises(ScenarioError) as error:
        load_game(name)
    return str(error.value)


# --- the command ---


def test_the_command_says_draws_and_keeps(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["game", "small.yaml", "--out", "found"]
    dry = CliRunner().invoke(app, [*words, "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "Runs       32, 8 of each; at most 128" in dry.output
    assert not (tmp_path / "found").exists()
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "United States: retrench, whatever Russia does" in done.output
    for name in ("figures/payoffs.png", "report.html", "summary.txt", "manifest.json", "game.yaml", "responses.csv", "equilibria.csv"):
        assert (tmp_path / "found" / name).is_file()
    page = (tmp_path / "found" / "report.html").read_text(encoding="utf-8")
    assert "whatever Russia does" in page
    assert "4 * (spent" not in page, "what everybody knows of money is told in words"
    again = CliRunner().invoke(app, ["summary", "found"])
    assert again.output == done.output
    told = json.loads(CliRunner().invoke(app, [*words, "--json", "--no-figures"]).output)
    assert told == json.loads(CliRunner().invoke(app, ["summary", "found", "--json"]).output)
    assert [r["kind"] for r in told["equilibria"]] == ["pure"]
    assert told["players"][0]["choices"]["retrench"] == {"events.choice_of_USA.set.patrons.USA.strategy": "retrench"}
    assert CliRunner().invoke(app, ["check", "small.yaml"]).output == "small.yaml is right.\n"
    assert CliRunner().invoke(app, ["list", "--games"]).output.startswith("kyrgyzstan  Washington")
    assert patronage.game is game


def test_without_nashpy_two_players_are_refused_before_anything_is_simulated(small, tmp_path, monkeypatch):
    def gone(module):
        raise ModuleNotFoundError(module)

    monkeypatch.setattr(extras, "import_module", gone)
    monkeypatch.setattr("patronage.equilibria.solving._nashpy", lambda: extras.need("nashpy"))
    done = CliRunner().invoke(app, ["game", str(small), "--out", str(tmp_path / "found")])
    assert done.exit_code == 2
    assert done.output.startswith("This needs nashpy, which is not installed: python -m pip install")
    assert not (tmp_path / "found").exists()
