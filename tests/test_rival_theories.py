"""Theories as factors: bundles of settings in sweeps, the variance they are responsible for, and what would tell them apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.answers import AnalysisError, Case, Variable, analyse, case_of
from patronage.answers.theories import COMPONENTS, by_theory, components, distance, effects, shares, table_of, telling
from patronage.cli.app import app
from patronage.experiments import load_experiment, sweep
from patronage.scenario import ScenarioError

FILE = """\
title: Two theories, two depths
scenario: two-patrons
levers:
  budgets:
    choices:
      whole: {patrons.RUS.budget_factor: 1, patrons.USA.budget_factor: 1}
      half: {patrons.RUS.budget_factor: 0.5, patrons.USA.budget_factor: 0.5}
theories:
  interference: {path: patrons.RUS.interference, values: [revenge, retain]}
uncertainties:
  need: {path: patrons.USA.need}
design: {kind: lhs, points: 3, crossed: yes}
replications: 4
outcomes: {share: "share(RUS, KGZ)", campaigns: {measure: "campaign(RUS, KGZ)", reduce: quarters}}
"""


# --- variance ---


def drawn(spreads, shape, seed):
    """Values [theory, future, run] with parts of known spread, in the order of the components."""
    luck = np.random.default_rng(seed)
    a, b, c = shape
    sizes = [(a, 1, 1), (1, b, 1), (1, 1, c), (a, b, 1), (a, 1, c), (1, b, c), (a, b, c)]
    return sum((luck.normal(size=size) * s for s, size in zip(spreads, sizes, strict=True)), np.zeros(shape))


def test_components_are_the_variances_that_were_put_in():
    """On average over many tables, all seven at once: nothing leaks from one into another."""
    spreads = np.array([1.0, 2.0, 1.5, 0.7, 0.4, 0.8, 3.0])
    found = np.mean([components(drawn(spreads, (4, 6, 5), seed)) for seed in range(3000)], axis=0)
    assert np.allclose(found, spreads**2, rtol=0.08, atol=0.06)


@pytest.mark.parametrize("only", range(7))
def test_a_single_part_has_everything(only):
    """A large table, so that chance puts little into the others."""
    spreads = np.zeros(7)
    spreads[only] = 3.0
    table = shares(drawn(spreads, (12, 14, 13), 5))
    assert table["component"].tolist() == list(COMPONENTS)
    assert table["share"].iloc[only] > 0.97
    assert table["share"].sum() == pytest.approx(1.0)


def test_the_raw_squares_add_up_to_the_last_digit_of_the_whole():
    """The parts are orthogonal: mean squares times their degrees of freedom are the total sum of squares."""
    y = drawn(np.ones(7), (3, 4, 5), 1)
    a, b, c = y.shape
    t, p, r, tp, tr, pr, rest = components(y)
    ms = {
        "t": (b * c * t + c * tp + b * tr + rest, a - 1), "p": (a * c * p + c * tp + a * pr + rest, b - 1),
        "r": (a * b * r + b * tr + a * pr + rest, c - 1), "tp": (c * tp + rest, (a - 1) * (b - 1)),
        "tr": (b * tr + rest, (a - 1) * (c - 1)), "pr": (a * pr + rest, (b - 1) * (c - 1)),
        "rest": (rest, (a - 1) * (b - 1) * (c - 1)),
    }  # fmt: skip
    assert sum(m * free for m, free in ms.values()) == pytest.approx(((y - y.mean()) ** 2).sum(), rel=1e-12)


def test_an_interval_holds_what_the_sample_leaves_open():
    spreads = np.array([1.0, 1.0, 1.0, 0, 0, 0, 0.5])
    truth = spreads**2 / (spreads**2).sum()
    inside = []
    for seed in range(25):
        luck = np.random.default_rng(seed)
        fixed = np.array([-1.0, 1.0, 0.0])[:, None, None]  # the theories stay, futures and luck are drawn
        table = shares(fixed + drawn([0, *spreads[1:]], (3, 25, 25), luck.integers(10**6)), seed)
        inside.append(table["low"].iloc[0] <= truth[0] <= table["high"].iloc[0])
    assert np.mean(inside) > 0.7


# --- what each theory says ---


def case(change=None):
    """Two theories, two settings of a lever, four futures, three runs; what the lever does depends on the theory."""
    rows, values = [], []
    luck = np.random.default_rng(4)
    for future in range(4):
        shared = luck.normal(size=3)
        for theory in ("a", "b"):
            for lever in ("low", "high"):
                rows.append((lever, theory, float(future)))
                does = (lever == "high") * (2 if theory == "b" else -1) * (future > 0)
                values.append(shared + future + (theory == "b") * 10 + does)
    points = pd.DataFrame(rows, columns=["lever", "theory", "number"]).rename_axis(index="point")
    index = pd.MultiIndex.from_product([range(len(rows)), range(3)], names=["point", "run"])
    outcomes = pd.DataFrame({"y": np.concatenate(values)}, index=index)
    if change is not None:
        points, outcomes = change(points, outcomes)
    variables = [
        Variable("lever", "lever", ("low", "high")), Variable("theory", "theory", ("a", "b")),
        Variable("number", "uncertainty", low=0, high=3),
    ]  # fmt: skip
    return case_of(points, outcomes, variables=variables)


def test_levers_are_told_theory_by_theory():
    found = effects(case(), "y", 0.5).set_index("theory")
    assert (found.loc["a", "first"], found.loc["a", "second"]) == ("low", "high")
    assert found["mean"].round(9).tolist() == [-0.75, 1.5, 0.375]
    assert found["grows"].tolist() == [0.0, 0.75, 0.375]
    assert found["falls"].tolist() == [0.75, 0.0, 0.375]


def test_distances_are_those_of_the_books():
    luck = np.random.default_rng(3)
    one, other = luck.normal(size=80), luck.normal(size=50) + 0.7
    assert distance(one, other) == pytest.approx(stats.ks_2samp(one, other).statistic)
    assert distance(np.zeros(5), np.ones(9)) == 1.0
    names, values = table_of(case(), "y")
    assert names == ["a", "b"]
    assert values.shape == (2, 8, 3)
    assert telling(names, values)["distance"].tolist() == [distance(values[0], values[1])]
    table = by_theory(names, values).set_index("theory")["mean"]
    assert table["all"] == pytest.approx((table["a"] + table["b"]) / 2)


def test_tables_that_are_not_whole_are_refused_in_words():
    def one_gone(points, outcomes):
        return points.drop(index=3), outcomes.drop(index=3, level="point")

    def unknown(points, outcomes):
        return points, outcomes.mask(outcomes["y"] == outcomes["y"].iloc[7])

    for change, message in ((one_gone, "not every future is simulated under every theory"), (unknown, "does not exist in every run")):
        with pytest.raises(AnalysisError, match=message):
            table_of(case(change), "y")
    plain = Case(case().points, case().outcomes, case().variables[::2], case().aims)
    with pytest.raises(AnalysisError, match="no factor is a theory"):
        table_of(plain, "y")
    assert "theories" not in analyse(plain, methods=["summary"]).methods
    assert analyse(case()).theories["y"].effects is not None


# --- files, sweeps ---


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.yaml").write_text(FILE, encoding="utf-8")
    return sweep(load_experiment("two.yaml"), tmp_path / "out")


def test_a_bundle_sets_all_its_paths(made):
    assert len(made.points) == 12
    assert made.experiment.model_digest == load_experiment("two.yaml").model_digest, "as resolved, the experiment says the same"
    for point in (1, 6, 11):
        row = made.points.loc[point]
        factor = {"whole": 1, "half": 0.5}[row["budgets"]]
        changes = {
            "patrons.RUS.budget_factor": float(factor), "patrons.USA.budget_factor": float(factor),
            "patrons.RUS.interference": row["interference"],
            "patrons.USA.need": float(row["need"]),
        }  # fmt: skip
        assert made.settings(point) == changes
        asked = {"outcomes.share": "share(RUS, KGZ)", "outcomes.campaigns": '{measure: "campaign(RUS, KGZ)", reduce: quarters}'}
        out = simulate(load_scenario("two-patrons", {**asked, **changes}), runs=4, seed=1).outcomes
        assert (out["share"].to_numpy() == made.outcomes.loc[point, "share"].to_numpy()).all()


def test_the_analysis_tells_theories(made):
    done = CliRunner().invoke(app, ["analyse", "out", "--no-figures", "--methods", "theories"])
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    wanted = ("Of the variance of single runs: theory", "By theory: revenge: ", "half against whole, by theory: revenge")
    for words in (*wanted, "What would tell the theories apart"):
        assert words in text
    table = pd.read_csv("out/analysis/tables/theory_effects.csv")
    assert table["theory"].tolist() == ["revenge", "retain", "all"] * 2
    assert set(pd.read_csv("out/analysis/tables/theory_shares.csv")["component"]) == set(COMPONENTS)


@pytest.mark.parametrize(
    ("right", "wrong", "wanted"),
    [
        ("half: {patrons.RUS.budget_factor: 0.5, ", "half: {", "7:7: half does not set all that the choices of budgets set"),
        ("patrons.RUS.interference", "patrons.RUS.budget_factor", "9:24: patrons.RUS.budget_factor is varied by budgets already"),
        ("[revenge, retain]", "[revenge, retains]", "9:68: unknown word 'retains'. Did you mean retain?"),
        ("    choices:\n", "    levels: 3\n    choices:\n", "5:5: budgets gives both choices and levels"),
        ("half: {", "half: 3\n      other: {", "7:13: half is a choice: a block of path: value, not text"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(right, wrong, wanted, tmp_path):
    assert right in FILE
    (tmp_path / "wrong.yaml").write_text(FILE.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_experiment(tmp_path / "wrong.yaml")
    assert f"wrong.yaml:{wanted}" in str(error.value)
