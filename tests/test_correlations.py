"""Uncertainties that go together: the ranks do as asked, every range stays as evenly drawn as before, and nonsense is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.stats.qmc import LatinHypercube

from patronage.experiments import load_experiment, sweep
from patronage.experiments.correlations import correlated, possible
from patronage.reports.sweeps import case_of_sweep
from patronage.scenario.problems import ScenarioError

FILE = """title: Together
scenario: two-patrons
levers: {policy: {path: states.KGZ.policy, values: [auctioneer, balancer]}}
uncertainties:
  need: {path: patrons.USA.need, range: [20, 160], label: the need}
  budget: {path: patrons.RUS.budget, distribution: lognormal, mean: 280, sd: 60, label: the budget}
  rivalry: {path: rivalry.RUS.USA, range: [0, 1]}
design: {kind: lhs, points: 300, seed: 3, correlations: [[need, budget, 0.7], [rivalry, budget, -0.4]]}
outcomes: {share: {measure: "share(RUS, KGZ)", at: 2009Q2}}
"""


def loaded(tmp_path, text=FILE):
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    return load_experiment(tmp_path / "file.yaml")


def test_the_ranks_go_together_as_asked_and_the_others_do_not(tmp_path):
    e = loaded(tmp_path)
    table = e.design.table(e.factors)
    rank = table[["need", "budget", "rivalry"]].corr(method="spearman")
    assert rank.loc["need", "budget"] == pytest.approx(0.7, abs=0.03)
    assert rank.loc["rivalry", "budget"] == pytest.approx(-0.4, abs=0.03)
    sample = LatinHypercube(3, seed=np.random.default_rng(3)).random(4000)
    many = stats.spearmanr(correlated(sample, ["a", "b", "c"], [("a", "b", 0.5)])).statistic
    assert many[0, 1] == pytest.approx(0.5, abs=0.006)  # the correlation itself in the copula would give 0.483
    assert rank.loc["need", "rivalry"] == pytest.approx(0.0, abs=0.03)
    words = table["policy"] == "balancer"
    assert abs(stats.pointbiserialr(words, table["need"]).statistic) < 0.1


def test_every_column_keeps_its_values(tmp_path):
    e = loaded(tmp_path)
    alone = loaded(tmp_path, FILE.replace(", correlations: [[need, budget, 0.7], [rivalry, budget, -0.4]]", ""))
    ours, theirs = e.design.table(e.factors), alone.design.table(alone.factors)
    for name in ("need", "budget", "rivalry", "policy"):
        assert sorted(ours[name]) == sorted(theirs[name])
    assert not ours["need"].equals(theirs["need"])
    assert e.design_digest != alone.design_digest


def test_the_levels_of_a_crossed_design_are_the_same_in_every_future(tmp_path):
    e = loaded(tmp_path, FILE.replace("points: 300", "points: 200, crossed: yes"))
    table = e.design.table(e.factors)
    futures = table.iloc[::2]
    assert (table["need"].to_numpy().reshape(-1, 2) == futures["need"].to_numpy()[:, None]).all()
    assert futures["need"].corr(futures["budget"], method="spearman") == pytest.approx(0.7, abs=0.04)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ("[[need, budget]]", "is no correlation"),
        ("[[need, budget, 1]]", "between -1 and 1"),
        ("[[need, budgte, 0.5]]", "Did you mean budget?"),
        ("[[need, policy, 0.5]]", "unknown uncertainty with a range 'policy'"),
        ("[[need, need, 0.5]]", "are the same"),
        ("[[need, budget, 0.5], [budget, need, 0.4]]", "stand there already"),
        ("[[need, budget, 0.9], [rivalry, budget, 0.9], [need, rivalry, -0.9]]", "nothing can go together like that"),
    ],
)
def test_nonsense_is_refused_with_its_place(tmp_path, pairs, words):
    with pytest.raises(ScenarioError) as wrong:
        loaded(tmp_path, FILE.replace("[[need, budget, 0.7], [rivalry, budget, -0.4]]", pairs))
    assert words in str(wrong.value)
    assert "file.yaml:8:" in str(wrong.value)


def test_other_designs_have_none(tmp_path):
    with pytest.raises(ScenarioError, match="unknown key of a grid design 'correlations'"):
        loaded(tmp_path, FILE.replace("kind: lhs, points: 300, seed: 3", "kind: grid"))


def test_a_small_sample_is_possible_and_the_matrix_is_checked():
    cube = np.random.default_rng(1).uniform(size=(3, 3))
    assert np.sort(correlated(cube, ["a", "b", "c"], [("a", "b", 0.9)]), axis=0) == pytest.approx(np.sort(cube, axis=0))
    assert possible(["a", "b"], [("a", "b", 0.99)])


def test_the_analysis_says_that_they_were_drawn_together(tmp_path):
    loaded(tmp_path, FILE.replace("points: 300", "points: 8"))
    found = sweep(tmp_path / "file.yaml", tmp_path / "swept")
    assert found.experiment.design.correlations == (("need", "budget", 0.7), ("rivalry", "budget", -0.4))  # as the folder holds it
    assert any("the need and the budget (+0.70)" in text for text in case_of_sweep(found).remarks)
