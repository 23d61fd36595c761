"""Searches: statistics of futures, optimisers on problems with known answers, files that are wrong, folders that go on."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import patronage
from patronage import load_scenario, simulate
from patronage.batch.executors import Serial
from patronage.batch.folders import FolderError
from patronage.cli.app import app
from patronage.experiments import load_experiment, looks_like_experiment, looks_like_search
from patronage.reports.search import search_held
from patronage.scenario import ScenarioError
from patronage.searches import Goal, PricedLever, list_searches, load_search, search, search_names
from patronage.searches.evaluating import FIRST, simulate_packages
from patronage.searches.fronts import front, growth, hypervolume, largest_regret, lowered
from patronage.searches.goals import statistics_of
from patronage.searches.optimisers import optimiser
from patronage.simulation import settle

SMALL = """\
title: Keeping the base
scenario: two-patrons
levers:
  mission: {path: events.withdrawal.set.patrons.USA.mission, range: [0, 1], step: 0.1, price: 400}
  need: {path: patrons.USA.need, range: [100, 300], step: 25, price: 2}
  policy: {path: states.KGZ.policy, values: [auctioneer, balancer], prices: [0, 100]}
uncertainties:
  denial: {path: rules.bargaining.denial}
futures: 3
replications: 4
outcomes:
  manas_open:
  rent: {measure: "rent_paid(USA, KGZ)", reduce: sum}
spending: [rent]
objectives:
  cheap: {minimise: cost}
  stands: {maximise: manas_open}
constraints:
  keeps: {of: manas_open, at_least: 0.25}
search: {population: 6, generations: 3}
candidates: 8
validate: 24
confirm: 12
"""


def written(folder, text=SMALL, name="small.yaml"):
    path = Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder, text):
    with pytest.raises(ScenarioError) as caught:
        load_search(written(folder, text))
    return [str(p).partition(":")[2] for p in caught.value.problems]


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Searches here are too small for compiled code to be worth its loading, all together are not."""
    settle(load_scenario("two-patrons"), 1_000_000)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small search in a folder, by the command."""
    place = tmp_path_factory.mktemp("search")
    written(place)
    done = CliRunner().invoke(app, ["search", str(place / "small.yaml"), "--out", str(place / "out"), "--no-figures"])
    assert done.exit_code == 0, done.output
    return place, done.output


# --- statistics of futures ---

TABLE = np.array([[0.0, 0.5, 1.0, 0.5], [1.0, 1.0, 0.0, 1.0]])
"""Two packages, four futures."""


@pytest.mark.parametrize(
    ("goal", "wanted"),
    [
        (Goal("x", "o", "high"), [0.5, 0.75]),
        (Goal("x", "o", "high", "worst_tenth"), [0.0, 0.0]),
        (Goal("x", "o", "low", "worst_tenth"), [1.0, 1.0]),
        (Goal("x", "o", "high", sign=">=", limit=0.5), [0.75, 0.75]),
        (Goal("x", "o", "high", sign=">", limit=0.5), [0.25, 0.75]),
        (Goal("x", "o", "high", "regret"), [1.0, 1.0]),
        (Goal("x", "o", "low", "regret"), [1.0, 1.0]),
    ],
)
def test_a_goal_makes_one_number_of_many_futures(goal, wanted):
    assert goal.statistic(TABLE).tolist() == wanted


def test_the_worst_tenth_is_a_tenth_and_the_worst():
    many = np.arange(40.0)[None]
    assert Goal("x", "o", "high", "worst_tenth").statistic(many) == [1.5]
    assert Goal("x", "o", "low", "worst_tenth").statistic(many) == [37.5]


def test_regret_is_counted_from_the_best_in_each_future():
    """By hand: the best is (1, 1, 1, 1); the first falls short by (1, .5, 0, .5), the second by (0, 0, 1, 0)."""
    goal = Goal("x", "o", "high", "regret")
    assert goal.best(TABLE).tolist() == [1.0, 1.0, 1.0, 1.0]
    assert goal.statistic(np.array([[0.5, 0.5, 0.5, 0.5]]), goal.best(TABLE)).tolist() == [0.5]
    assert largest_regret([goal], {"o": np.vstack([TABLE, [[0.5, 0.5, 0.5, 0.5]]])}).tolist() == [1.0, 1.0, 0.5]


def test_a_front_is_what_no_other_beats():
    values = np.array([[0.0, 3.0], [1.0, 1.0], [1.0, 1.0], [2.0, 2.0], [3.0, 0.0], [-1.0, -1.0], [np.nan, 0.0]])
    kept = np.array([True, True, True, True, True, False, True])
    assert front(values, kept) == [0, 1, 4]
    assert front(np.array([[1.0, 2.0], [1.0, 1.0]]), np.ones(2, bool)) == [1], "as good in one goal, beaten in the other"
    every = [i for i in range(5) if not any((values[j] <= values[i]).all() and (values[j] < values[i]).any() for j in range(5))]
    assert set(front(values, kept)) == set(every) - {2}, "of equal ones the first"


def test_hypervolume_by_hand():
    """Steps at (0, ½) and (½, 0) in the unit square leave out its lower left quarter: ¾."""
    one = (np.zeros(2), np.ones(2))
    assert hypervolume(np.array([[0.0, 0.5], [0.5, 0.0]]), *one) == pytest.approx(0.75)
    assert hypervolume(np.array([[0.5, 0.5], [2.0, -5.0]]), *one) == pytest.approx(0.25), "what lies outside the box counts nothing"
    assert hypervolume(np.zeros((0, 2)), *one) == 0
    assert hypervolume(np.array([[0.25]]), np.zeros(1), np.ones(1)) == 0.75
    found = growth(np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]]), np.ones(3, bool), np.array([0, 0, 1]))
    assert found["hypervolume"].tolist() == [0.0, 0.25]
    assert found["evaluations"].tolist() == [2, 3]


# --- levers ---


def test_levers_take_their_values_and_cost_what_they_say(tmp_path):
    s = load_search(written(tmp_path))
    mission, need, policy = s.levers
    assert mission.values() == pytest.approx([i / 10 for i in range(11)])
    assert need.values() == tuple(100.0 + 25 * i for i in range(9))
    assert (mission.count, need.count, policy.count) == (11, 9, 2)
    assert len(s.grid()) == 11 * 9 * 2
    cost = s.prices(pd.DataFrame({"mission": [0.5, 0.0], "need": [200.0, 100.0], "policy": ["balancer", "auctioneer"]}))
    assert cost.tolist() == [0.5 * 400 + 0 + 100, -200], "counted from the scenario: a mission of 0, a need of 200"
    u = np.random.default_rng(1).random(50)
    for lever in s.levers:
        assert lever.at(lever.middle(u)).tolist() == lever.at(u).tolist()
        assert [lever.at([lever.place(v)])[0] for v in lever.values()] == list(lever.values())
    plain = PricedLever(need.factor)
    assert plain.count == 0
    assert plain.place(150.0) == 0.25
    with pytest.raises(ValueError, match="any number"):
        plain.values()


def test_a_bundle_sets_all_that_is_in_it(tmp_path):
    poor, rich = "{patrons.USA.budget: 200, patrons.USA.fixed: 25}", "{patrons.USA.budget: 300, patrons.USA.fixed: 30}"
    bundle = f"{{choices: {{poor: {poor}, rich: {rich}}}, prices: [0, 50]}}"
    text = re.sub(r"policy: \{.*\}", f"policy: {bundle}", SMALL)
    s = load_search(written(tmp_path, text))
    package = {"mission": 0.5, "need": 150.0, "policy": "rich"}
    assert s.settings(package) == {
        "events.withdrawal.set.patrons.USA.mission": 0.5, "patrons.USA.need": 150.0, "patrons.USA.budget": 300.0,
        "patrons.USA.fixed": 30.0,
    }  # fmt: skip
    assert s.prices(pd.DataFrame([package])).tolist() == [0.5 * 400 - 100 + 50]


# --- optimisers on problems with known answers ---


def drive(function, levers, goals, constraints, population, generations, **how):
    """All that was asked, told and answered."""
    opt = optimiser(levers, goals, constraints, population, 1, **how)
    found = ([], [], [])
    for _ in range(generations):
        u = opt.ask()
        levels, excess = function(u)
        numbers = list(range(len(found[0]), len(found[0]) + len(u)))
        for kept, more in zip(found, (u, levels, excess), strict=True):
            kept.extend(more.tolist())
        opt.refresh(np.array(found[1]), np.array(found[2]).reshape(len(found[0]), constraints))
        opt.learn(numbers, levels, excess)
    return tuple(np.array(rows) for rows in found)


def free(u):
    return np.zeros((len(u), 0))


def zdt1(u):
    """Zitzler, Deb & Thiele (2000): the front is 1 - √x, with the hypervolume 2/3 of the unit square."""
    g = 1 + 9 * u[:, 1:].mean(axis=1)
    return np.column_stack([u[:, 0], g * (1 - np.sqrt(u[:, 0] / g))]), free(u)


def bnh(u):
    """Binh & Korn (1997): two constraints; the ends of the front are (0, 50) and about (136, 4)."""
    x, y = 5 * u[:, 0], 3 * u[:, 1]
    excess = np.column_stack([(x - 5) ** 2 + y**2 - 25, 7.7 - (x - 8) ** 2 - (y + 3) ** 2])
    return np.column_stack([4 * x**2 + 4 * y**2, (x - 5) ** 2 + (y - 5) ** 2]), excess


def test_two_goals_reach_a_known_front():
    _, values, _ = drive(zdt1, 3, 2, 0, 16, 40)
    assert hypervolume(values, np.zeros(2), np.ones(2)) > 0.95 * 2 / 3


def test_constraints_are_kept_and_the_ends_of_the_front_found():
    _, values, excess = drive(bnh, 2, 2, 2, 16, 30)
    there = front(values, (excess <= 0).all(axis=1))
    assert len(there) > 40
    assert values[there].min(axis=0) == pytest.approx([0, 4], abs=5)
    assert (excess[there] <= 0).all()


@pytest.mark.parametrize("numeric", [True, False], ids=["CMA-ES", "genetic"])
def test_one_goal_with_a_constraint_finds_its_edge(numeric):
    """(x - .2)² + (y - .2)² with x at least .6 is least at (.6, .2)."""
    u, values, excess = drive(
        lambda u: (((u - 0.2) ** 2).sum(axis=1)[:, None], 0.6 - u[:, :1]), 2, 1, 1, 8, 40, numeric=numeric
    )
    best = np.where(excess[:, 0] <= 0, values[:, 0], np.inf).argmin()
    assert u[best] == pytest.approx([0.6, 0.2], abs=0.02)


def test_a_single_lever_is_searched_too():
    _, values, _ = drive(lambda u: ((u[:, :1] - 0.3) ** 2, free(u)), 1, 1, 0, 8, 15, first=np.array([[0.9]]))
    assert values.min() < 1e-4


def test_four_goals_reach_their_sphere():
    """DTLZ2 (Deb et al. 2002): the front is the part of the unit sphere where all goals are positive."""

    def dtlz2(u):
        g = ((u[:, 3:] - 0.5) ** 2).sum(axis=1)
        c, s = np.cos(u[:, :3] * np.pi / 2), np.sin(u[:, :3] * np.pi / 2)
        parts = [c[:, 0] * c[:, 1] * c[:, 2], c[:, 0] * c[:, 1] * s[:, 2], c[:, 0] * s[:, 1], s[:, 0]]
        return (1 + g)[:, None] * np.column_stack(parts), free(u)

    _, values, _ = drive(dtlz2, 5, 4, 0, 24, 20)
    assert np.median(np.linalg.norm(values[-24:], axis=1)) == pytest.approx(1, abs=0.05)
    assert np.median(np.linalg.norm(values[:24], axis=1)) > 1.1, "the first generation is not there yet"


def test_the_same_seed_asks_the_same():
    one, other = (drive(zdt1, 3, 2, 0, 8, 5)[0] for _ in range(2))
    assert one.tobytes() == other.tobytes()


# --- simulating ---


def test_a_package_is_what_simulating_its_scenario_gives(tmp_path):
    """Run by run, each future with runs of its own, and the last quarter that is simulated changes nothing before it."""
    s = load_search(written(tmp_path, SMALL.replace("  manas_open:\n", "  manas_open: {measure: 'base(USA, KGZ)', at: 2012Q4}\n")))
    packages = pd.DataFrame({"mission": [0.3, 1.0], "need": [150.0, 250.0], "policy": ["balancer", "auctioneer"]})
    found = simulate_packages(s, packages, Serial(), runs=3, first=FIRST)
    rule = s.experiment.factor("denial")
    for i in range(2):
        for j in range(3):
            setting = {**s.settings(packages.iloc[i]), rule.path: float(s.futures["denial"][j])}
            result = simulate(load_scenario("two-patrons", setting), runs=3, seed=1, first=FIRST + 3 * j)
            alone = result.data.base.sel(patron="USA", client="KGZ").isel(quarter=15).to_numpy()
            assert found.runs["manas_open"][i, j].tolist() == alone.astype(float).tolist()


def test_a_search_finds_what_it_says(small):
    place, output = small
    found = search(place / "small.yaml")
    s = found.search
    levels = statistics_of(s.goals, s.tables(found.packages[[x.name for x in s.levers]], found.runs))
    assert np.array_equal(levels.to_numpy(), found.packages[["cheap", "stands", "keeps"]].to_numpy())
    assert (found.packages["kept"] == (found.packages["keeps"] >= 0.25)).all()
    there = found.candidates.index
    assert set(front(lowered(s.objectives, levels), found.packages["kept"].to_numpy())) & set(there)
    assert len(there) == 8
    second = found.candidates.rename(columns=lambda name: name.removesuffix("_second"))
    best = front(lowered(s.objectives, second), second["sure"].to_numpy())
    assert found.front.index.tolist() == there[best].tolist()
    assert set(found.front.index) == set(there[second["chosen"]])
    assert found.nearest.empty
    assert found.front["least_regret"].sum() == 1
    assert (found.front["stands_low"] <= found.front["stands_again"]).all()
    assert (found.front["holds"] == (found.front["keeps_again"] >= 0.25)).all()
    assert f"{found.evaluations} packages" in output
    begun = set(found.packages.loc[found.packages["generation"] == 1, [x.name for x in s.levers]].itertuples(index=False, name=None))
    assert (0.0, 200.0, "auctioneer") in begun, "the scenario as it stands"
    assert {(0.0, 100.0, "auctioneer"), (1.0, 300.0, "balancer")} < begun, "and the ends of all levers"
    assert patronage.search is search


def test_fresh_luck_is_fresh_and_repeatable(small):
    """The rerun line names it: the runs of the front again lie beyond all that the search used."""
    place, _ = small
    rows = pd.read_csv(place / "out" / "front.csv")
    line = rows["rerun"].iloc[0]
    assert re.search(rf"--runs 12 --seed 1 --first {FIRST} --until 2013Q4$", line)
    assert f"--set patrons.USA.need={rows['need'].iloc[0]:g}" in line
    assert not np.allclose(rows["cheap"], rows["cheap_again"])


def test_a_winner_by_luck_is_told_so(tmp_path):
    """Of packages that all have the same chance, the best of few runs keeps a bound by luck and loses it with fresh luck."""
    text = SMALL.replace("replications: 4", "replications: 2").replace("futures: 3", "futures: 1")
    text = text.replace("at_least: 0.25", "at_least: 0.99").replace("confirm: 12", "confirm: 100")
    text = text.replace("validate: 24", "validate: 0")
    text = re.sub(r"search: .*", "search: {population: 12, generations: 4}", text)
    found = search(written(tmp_path, text))
    assert len(found.front)
    assert (found.front["keeps"] == 1).all()
    assert not found.front["holds"].all()
    lost = found.front[~found.front["holds"]]
    assert (lost["keeps_again"] < 0.99).all()


def test_what_cannot_be_had_is_said(tmp_path):
    text = SMALL.replace("at_least: 0.25", "at_least: 2")
    path = written(tmp_path, text)
    done = CliRunner().invoke(app, ["search", str(path), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert re.search(r"None of \d+ packages tried keeps all constraints\.\nOf the 8 nearest 0 did as found; none does", done.output)
    assert re.search(r"Nearest: mission .*, with keeps \d+\s%? ?with a third luck\.", done.output)
    row = pd.read_csv(tmp_path / "out" / "candidates.csv")
    assert not row["sure"].any()
    found = search(written(tmp_path, text.replace("validate: 24", "validate: 0")))
    assert (len(found.front), len(found.candidates)) == (0, 0)


def test_packages_that_cannot_be_simulated_are_named(tmp_path):
    """A withdrawal after its last quarter: each lever alone is possible, some pairs are not."""
    text = SMALL.replace("levers:\n", "set: {events.withdrawal.until: 2013Q1}\nlevers:\n").replace(
        "  policy: {path: states.KGZ.policy, values: [auctioneer, balancer], prices: [0, 100]}\n",
        "  at: {path: events.withdrawal.at, range: [2011Q1, 2012Q4]}\n",
    )
    assert load_search(written(tmp_path, text)).levers[2].count == 8
    text = text.replace("events.withdrawal.at, range: [2011Q1, 2012Q4]", "events.withdrawal.at, range: [2011Q1, 2013Q2]")
    assert any("with at at 2013Q2" in p for p in problems(tmp_path, text))


# --- wrong files ---


def test_everything_wrong_is_said_at_once(tmp_path):
    text = SMALL
    for right, wrong in (
        ("step: 0.1, price: 400", "step: 2, price: dear"),
        ("price: 2}", "price: 2, prize: 3}"),
        ("prices: [0, 100]", "prices: [0]"),
        ("spending: [rent]", "spending: [rents]"),
        ("{maximise: manas_open}", "{maximise: manas_opened, minimise: cost}"),
        ("at_least: 0.25", "at_least: many"),
    ):
        text = text.replace(right, wrong)
    found = problems(tmp_path, text)
    assert found[2].startswith("5:73: unknown key of the lever need 'prize'. Did you mean price? Allowed: path, values")
    assert found == [
        "4:83: the step of mission is not within its range. For example a tenth of it.",
        "4:93: 'dear' is no number for price. A plain number is wanted here.",
        found[2],
        "6:77: prices of policy are a list, one for each of its 2 values.",
        "14:12: unknown outcome in spending 'rents'. Did you mean rent? Allowed: manas_open, rent.",
        "17:11: stands says what to minimise or to maximise. For example minimise: cost.",
        "19:37: 'many' is no number for at_least. A plain number is wanted here.",
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("title: Keeping the base\n", "", "the search lacks title"),
        ("objectives:", "objektives:", "unknown key in a search 'objektives'"),
        ("  stands: {maximise: manas_open}", "  mission: {maximise: manas_open}", "mission is a lever, theory or uncertainty already"),
        ("{maximise: manas_open}", "{maximise: manas_open, over: median}", "unknown word for over 'median'"),
        ("{maximise: manas_open}", "{maximise: manas_open, holds: often}", "'often' is no limit"),
        ("{maximise: manas_open}", '{maximise: manas_open, over: mean, holds: ">= 1"}', "stands gives both over and holds"),
        ("{of: manas_open, at_least: 0.25}", "{of: manas_open}", "keeps says of what, and at_least or at_most"),
        ("{of: manas_open, at_least: 0.25}", "{of: manas_open, at_most: 1, over: regret}", "a regret belongs to objectives"),
        ("  keeps:", "  stands:", "stands is an objective already"),
        ("population: 6", "populace: 6", "unknown key of search 'populace'"),
        ("population: 6, generations: 3", "population: 10000, generations: 10000", "the search has 100,000,000 packages"),
        ("confirm: 12", "confirm: 12\nuntil: 2012Q4", "the outcome manas_open is read until 2013Q4"),
        ("confirm: 12", "confirm: 12\nuntil: 2020Q4", "2020Q4 lies outside the scenario"),
        ("futures: 3\nreplications: 4", "futures: 20\nreplications: 60000", "every package has too many runs. At most 1,000,000"),
        ("confirm: 12", "confirm: 12\nuntil: soon", "'soon' is no quarter"),
        ("step: 25", "distribution: uniform", "the lever need is chosen, and takes no distribution"),
        ("prices: [0, 100]", "price: 5", "policy is a word"),
        ("prices: [0, 100]", "price: 5, prices: [0, 100]", "policy gives both price and prices"),
        ("prices: [0, 100]", "step: 1", "policy takes no step"),
        ("patrons.USA.need,", "patrons.USA.needs,", "'needs'"),
        ("  rent: {measure", "  cost: {measure", "an outcome is called cost"),
        ("  stands: {maximise", "  regret: {maximise", "'regret' cannot be a name in objectives"),
        ("  stands: {maximise", "  cheap_again: {maximise", "'cheap_again' cannot be a name in objectives"),
        ("  need: {path", "  price: {path", "price cannot be a name here"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_what_is_wrong(tmp_path, right, wrong, said):
    assert right in SMALL
    assert any(said in p for p in problems(tmp_path, SMALL.replace(right, wrong)))


def test_a_cost_needs_something_that_costs(tmp_path):
    text = SMALL
    for part in (", price: 400", ", price: 2", ", prices: [0, 100]", "spending: [rent]\n"):
        text = text.replace(part, "")
    assert problems(tmp_path, text) == ["15:21: nothing costs anything. Give levers a price, or name outcomes under spending."]


def test_searches_are_told_from_experiments_and_scenarios(tmp_path):
    path = written(tmp_path)
    assert looks_like_search(path)
    assert not looks_like_experiment(path)
    with pytest.raises(ScenarioError, match="this is a scenario, no search"):
        load_search("two-patrons")
    with pytest.raises(ScenarioError, match="this is an experiment, no search"):
        load_search("manas")
    with pytest.raises(ScenarioError, match="there is no such search"):
        load_search("no-such-thing")
    with pytest.raises(ScenarioError, match=r"this is a search, no experiment\. patronage search keep-manas"):
        load_experiment("keep-manas")
    done = CliRunner().invoke(app, ["check", str(path)])
    assert (done.exit_code, done.output.endswith("is right.\n")) == (0, True), done.output


@pytest.mark.parametrize("name", search_names())
def test_built_in_searches_are_right(name):
    s = load_search(name)
    assert len(s.objectives) > 1
    assert s.spending
    assert any(x.price or any(x.prices) for x in s.levers) or all(o in s.experiment.labels for o in s.spending)
    assert s.standing() is not None or s.name != "keep-base"
    assert name in [one.name for one in list_searches()]


# --- folders ---


def test_a_finished_search_is_said_again(small):
    place, output = small
    levels = CliRunner().invoke(app, ["summary", str(place / "out")]).output
    assert levels == output
    answer = json.loads(CliRunner().invoke(app, ["summary", str(place / "out"), "--json"]).output)
    assert answer["kind"] == "search"
    assert [row["package"] for row in answer["front"]] == pd.read_csv(place / "out" / "front.csv")["package"].tolist()
    with pytest.raises(FolderError, match="not finished"):
        search_held(place)


TABLES = ("front.csv", "candidates.csv", "growth.csv", "futures.csv", "packages.parquet", "summary.txt", "scenario.yaml")


def contents(folder):
    """Bytes of everything that does not tell the time or the place."""
    found = {name: (folder / name).read_bytes() for name in TABLES}
    return found | {str(p.relative_to(folder)): p.read_bytes() for p in sorted((folder / "dataset").rglob("*")) if p.is_file()}


def again(place, *more):
    return CliRunner().invoke(app, ["search", str(place / "small.yaml"), "--out", str(place / "out"), "--no-figures", *more])


def test_damaged_and_lost_generations_are_made_again(small):
    place, _ = small
    before = contents(place / "out")
    chunk = place / "out" / "dataset" / "000001" / "runs.parquet"
    chunk.write_bytes(chunk.read_bytes()[:-8])
    (place / "out" / "dataset" / "000002" / "seal.json").unlink()
    last = max(p.name for p in (place / "out" / "dataset").iterdir())  # candidates with the second luck
    (place / "out" / "dataset" / last / "runs.parquet").unlink()
    done = again(place)
    assert done.exit_code == 0, done.output
    assert contents(place / "out") == before
    assert sorted(p.name for p in (place / "out" / "set-aside").iterdir()) == ["000001", "000002", last]


@pytest.mark.chaos
def test_two_processes_find_the_same(small, tmp_path):
    place, _ = small
    search(place / "small.yaml", tmp_path / "two", workers=2)
    kept = {k: v for k, v in contents(place / "out").items() if k.startswith("dataset")}
    assert {f"dataset/{p.parent.name}/{p.name}": p.read_bytes() for p in (tmp_path / "two" / "dataset").rglob("*.*")} == kept


def test_another_search_is_not_mixed(small, tmp_path):
    place, _ = small
    other = written(tmp_path, SMALL.replace("at_least: 0.25", "at_least: 0.5"))
    with pytest.raises(FolderError, match="another search"):
        search(other, place / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(FolderError, match="holds no search"):
        search(other, tmp_path / "full")


def test_a_dry_run_writes_nothing(tmp_path):
    path = written(tmp_path)
    done = CliRunner().invoke(app, ["search", str(path), "--out", str(tmp_path / "out"), "--dry-run"])
    assert done.exit_code == 0, done.output
    assert "Packages at most 18 (3 generations of 6)" in done.output
    assert "Runs     216, 12 of each (3 futures × 4)" in done.output
    assert "Again    at most 8 packages with 24 runs of a second luck; the front with 12 each of a third" in done.output
    assert not (tmp_path / "out").exists()


def test_figures_and_a_report_lie_in_the_folder(small):
    place, _ = small
    assert CliRunner().invoke(app, ["search", str(place / "small.yaml"), "--out", str(place / "out")]).exit_code == 0
    drawn = {p.name for p in (place / "out" / "figures").iterdir()}
    assert drawn == {f"{n}.{e}" for n in ("trade-off", "levers", "growth") for e in ("png", "svg")}
    page = (place / "out" / "report.html").read_text("utf-8")
    assert page.count("data:image/png;base64") == 3
    assert page.count("patronage run ") == len(pd.read_csv(place / "out" / "front.csv"))


@pytest.mark.statistical
def test_a_tenth_of_the_packages_reaches_the_front_of_all():
    """Against brute force in the shipped case: a tenth of 1,722 packages reaches .98 of their hypervolume, with each of ten seeds."""
    from benchmarks.search import Table

    table = Table(load_search("keep-base"))
    assert len(table.packages) == 1722
    most = len(table.packages) // 10
    found = [table.searched(seed, most, 12) for seed in range(1, 11)]
    drawn = [table.drawn(seed, most) for seed in range(1, 11)]
    assert min(found) > 0.98, found
    assert np.mean(drawn) < 0.97, "a bound that packages drawn at random reach, too, says nothing"


@pytest.mark.chaos
def test_a_killed_search_goes_on_to_the_same_bytes(small, tmp_path):
    place, _ = small
    written(tmp_path)
    search_it = ["search", str(tmp_path / "small.yaml"), "--out", str(tmp_path / "out"), "--no-figures"]
    command = [sys.executable, "-m", "patronage", *search_it]
    for generation in ("000000", "000001"):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + 120
        while not (tmp_path / "out" / "dataset" / generation).exists():
            assert process.poll() is None or (tmp_path / "out" / "manifest.json").exists()
            assert time.monotonic() < limit
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert again(tmp_path).exit_code == 0
    wanted, found = contents(place / "out"), contents(tmp_path / "out")
    place_of = {"front.csv": (str(place).encode(), str(tmp_path).encode())}
    assert {k: v.replace(*place_of[k]) if k in place_of else v for k, v in wanted.items()} == found
