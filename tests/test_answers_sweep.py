"""From a sweep on disk to its answers: the case that is read, the command, crossed designs, the built-in experiments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from patronage.answers import UnknownWordError
from patronage.cli.app import app
from patronage.experiments import experiment_names, load_experiment, sweep
from patronage.reports.sweeps import case_of_sweep, wanted_of

ROOT = Path(__file__).resolve().parents[1]
SMALL = """\
title: Small
question: Does it hold?
scenario: two-patrons
levers:
  policy: {path: states.KGZ.policy, values: [auctioneer, balancer], label: Kyrgyz policy}
uncertainties:
  need: {path: patrons.USA.need, range: [20, 200], label: the American need}
  budget: {path: patrons.RUS.budget, range: [50, 300]}
  end: {path: events.later.at, range: [2010Q1, 2012Q4]}
design: {kind: lhs, points: 6, crossed: yes}
replications: 2
outcomes:
  open: {measure: "base(USA, KGZ)", label: The base stands}
  share: {measure: "share(RUS, KGZ)"}
series: {share: "share(RUS, KGZ)"}
analysis: [summary, regret, paired, idle, {good: ["share > 0.4"], low: share}]
"""
EVENT = """\
title: With an end
extends: two-patrons
events: {later: {at: 2011Q1, set: {patrons.USA.mission: 0.2}, source: assumption}}
"""


def patronage(*words: object) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sweep")
    (place / "world.yaml").write_text(EVENT, encoding="utf-8")
    (place / "small.yaml").write_text(SMALL.replace("scenario: two-patrons", "scenario: world.yaml"), encoding="utf-8")
    sweep(place / "small.yaml", place / "done")
    return place / "done"


def test_a_crossed_design_holds_every_setting_in_every_future():
    e = load_experiment(ROOT / "experiments" / "equipment.yaml")
    table = e.design.table(e.factors)
    settings = 3 * 2 * 2
    assert len(table) == e.points == e.design.points * settings
    levers, rest = [f.name for f in e.levers], [f.name for f in e.uncertainties]
    assert len(table[levers].drop_duplicates()) == settings
    assert (table.groupby(rest, sort=False).size() == settings).all()
    assert len(table[rest].drop_duplicates()) == e.design.points
    assert list(table.columns) == [f.name for f in e.factors]


def test_what_is_wrong_with_a_crossed_design_is_refused(tmp_path):
    from patronage.scenario import ScenarioError

    text = (
        SMALL.replace("crossed: yes", "crossed: maybe")
        .replace("later.at", "later.at")
        .replace("  end: {path: events.later.at, range: [2010Q1, 2012Q4]}\n", "")
    )
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"a.yaml:9:41: unknown word for crossed 'maybe'.*Allowed: yes, no"):
        load_experiment(tmp_path / "a.yaml")
    alone = "\n".join(x for x in text.replace("maybe", "yes").splitlines() if "policy" not in x and x != "levers:")
    (tmp_path / "b.yaml").write_text(alone, encoding="utf-8")
    with pytest.raises(ScenarioError, match="nothing to cross: the experiment has no levers"):
        load_experiment(tmp_path / "b.yaml")


def test_a_sweep_is_read_with_its_words_and_units(folder):
    from patronage.experiments import read_sweep

    case = case_of_sweep(read_sweep(folder))
    named = {v.name: v for v in case.variables}
    assert (named["policy"].role, named["policy"].values, named["policy"].title) == (
        "lever",
        ("auctioneer", "balancer"),
        "Kyrgyz policy",
    )
    assert (named["need"].low, named["need"].high, named["need"].unit) == (20.0, 200.0, "MUSD/yr")
    assert named["budget"].title == "Russia's yearly budget"
    assert named["end"].quarter
    aims = {a.name: a for a in case.aims}
    assert (aims["open"].truth, aims["open"].sign, aims["open"].limit) == (True, ">=", 0.5)
    assert aims["open"].title.startswith("The base stands")
    assert (aims["share"].sign, aims["share"].limit, aims["share"].stated, aims["share"].prefer) == (
        ">",
        0.4,
        True,
        "low",
    )
    assert (len(case.points), case.runs, case.size) == (12, 2, 12)
    assert case.series is not None
    assert case_of_sweep(read_sweep(folder), good=["share <= 0.2"]).aim("share").sign == "<="


def test_the_command_writes_the_answers_and_says_them(folder):
    done = patronage("analyse", str(folder))
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "12 points, 24 runs." in said
    assert "No setting does better than another by 0.001 or more, on average over 6 futures" in said  # a policy moves no share
    assert (folder / "analysis" / "report.html").is_file()
    regret = pd.read_csv(folder / "analysis" / "tables" / "regret.csv")
    assert set(regret["policy"]) == {"auctioneer", "balancer"}
    done = patronage("analyse", str(folder), "--methods", "summary", "--no-figures")
    assert done.exit_code == 0
    assert "analysis-2" in done.stdout  # nothing is overwritten


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--outcome", "opne", "--methods", "sobl,prim"],
            ["unknown method 'sobl'. Did you mean sobol?", "unknown outcome 'opne'. Did you mean open?"],
        ),
        (["--good", "share ~ 3"], ["'share ~ 3' is no limit: write NAME >= NUMBER"]),
        (["--good", "shore > 3"], ["unknown outcome 'shore'. Did you mean share?"]),
        (["--low", "opn"], ["unknown outcome 'opn'. Did you mean open?"]),
    ],
)
def test_wrong_words_are_refused_with_the_nearest_right_one(folder, words, told):
    done = patronage("analyse", str(folder), *words)
    assert done.exit_code == 2
    said = done.stderr
    for text in told:
        assert text in said


def test_folders_that_are_no_sweeps_are_refused(folder, tmp_path):
    done = patronage("analyse", str(tmp_path / "nothing"))
    assert done.exit_code == 2
    assert "there is no such folder" in done.stderr
    other = str(tmp_path / "analysis")
    assert patronage("analyse", str(folder), "--methods", "summary", "--no-figures", "--out", other).exit_code == 0
    done = patronage("analyse", other)
    assert done.exit_code == 2
    assert "another kind (analysis)" in done.stderr
    done = patronage("analyse", str(folder), "--out", str(folder))
    assert done.exit_code == 2
    assert "exists already" in done.stderr


def test_a_missing_library_is_one_line(folder, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.feature_scoring", None)
    done = patronage("analyse", str(folder), "--methods", "scores", "--out", str(folder.parent / "x"))
    assert done.exit_code == 2
    said = done.stderr.strip()
    assert said.startswith("This needs the EMA Workbench, which is not installed: ")
    assert '".[analysis]"' in said
    assert not (folder.parent / "x").exists()


def test_what_an_experiment_asks_of_its_analysis_is_read_strictly():
    found = wanted_of(["prim", {"good": ["a > 1"], "low": "b"}])
    assert (found.methods, found.good, found.low) == (("prim",), ("a > 1",), ("b",))
    with pytest.raises(UnknownWordError, match=r"unknown method 'primm'\. Did you mean prim"):
        wanted_of(["primm"])
    with pytest.raises(UnknownWordError, match=r"unknown key of analysis 'god'\. Did you mean good"):
        wanted_of([{"god": []}])


BUILT_IN = sorted(p.stem for p in (ROOT / "experiments").glob("*.yaml"))


def test_the_built_in_experiments_are_the_six_questions():
    assert {"assumptions", "concentration", "equipment", "manas", "rivalry", "uzbekistan"} <= set(BUILT_IN)
    assert set(BUILT_IN) <= set(experiment_names())


@pytest.mark.statistical
@pytest.mark.parametrize("name", [n for n in BUILT_IN if n != "assumptions"])
def test_every_factor_of_a_built_in_experiment_moves_an_outcome_alone(name):
    """Each changed alone around the scenario, or around some points of the design; a factor added that reaches nothing is found."""
    from patronage.experiments.folder import as_settings
    from patronage.experiments.reach import unmoved
    from patronage.experiments.sweeping import batch_of

    e = load_experiment(ROOT / "experiments" / f"{name}.yaml")
    assert wanted_of(e.analysis).methods
    assert e.runs <= 5000  # a minute or two on one core
    points = e.design.table(e.factors)
    assert unmoved(e, batch_of(e), as_settings(e, points)) == []


def test_the_assumptions_are_those_of_the_scenario():
    import assumptions

    text = (ROOT / "experiments" / "assumptions.yaml").read_text(encoding="utf-8")
    assert text == assumptions.text(assumptions.factors())


@pytest.mark.statistical
def test_most_assumptions_move_an_outcome_alone(tmp_path):
    """Every tenth of them, around the scenario and around the first points of the screening; the sweep itself tries all."""
    import assumptions
    from patronage.experiments.folder import as_settings
    from patronage.experiments.reach import unmoved
    from patronage.experiments.sweeping import batch_of

    sample = dict(list(assumptions.factors().items())[::10])
    file = tmp_path / "sample.yaml"
    file.write_text(assumptions.text(sample), encoding="utf-8")
    e = load_experiment(file)
    still = unmoved(e, batch_of(e), as_settings(e, e.design.table(e.factors)))
    assert len(sample) > 40
    assert len(still) < len(sample) / 5, still


@pytest.mark.statistical
def test_a_factor_that_reaches_nothing_is_found(tmp_path):
    """The twin: the need of a patron without a mission moves nothing."""
    from patronage.experiments.folder import as_settings
    from patronage.experiments.reach import unmoved
    from patronage.experiments.sweeping import batch_of

    (tmp_path / "idle.yaml").write_text(
        "title: Idle\nscenario: central-asia\n"
        "uncertainties: {need: {path: patrons.TUR.need, range: [10, 20]}, budget: {path: patrons.RUS.budget}}\n"
        "design: {kind: lhs, points: 4}\noutcomes: [manas_open, russian_share]\n", encoding="utf-8",
    )  # fmt: skip
    e = load_experiment(tmp_path / "idle.yaml")
    assert unmoved(e, batch_of(e), as_settings(e, e.design.table(e.factors))) == ["need"]


def test_replications_differ(folder):
    from patronage.experiments import read_sweep

    values = read_sweep(folder).outcomes["share"].to_numpy().reshape(-1, 2)
    assert (values[:, 0] != values[:, 1]).all()
    assert np.isfinite(values).all()
