"""Outcomes that exist only where another one is true: in files, runs, comparisons, sweeps and `why`."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from patronage.abm.model import simulate_agents
from patronage.answers import analyse
from patronage.attribution import attribute
from patronage.cli.app import app
from patronage.experiments import load_experiment
from patronage.experiments.sweeping import sweep
from patronage.reports import run_to_folder, summary_of, summary_text, why_text
from patronage.reports.findings import about
from patronage.reports.sweeps import case_of_sweep
from patronage.scenario import load_scenario
from patronage.scenario.problems import ScenarioError
from patronage.simulation import simulate

FILE = """extends: two-patrons
patrons: {USA: {need: 62}}
outcomes:
  stands: {measure: "base(USA, KGZ)", from: 2011Q4, to: 2011Q4, label: The base stands}
  rent: {measure: "rent(USA, KGZ)", from: 2011Q3, to: 2011Q3, label: The rent}
  rent_if: {measure: "rent(USA, KGZ)", from: 2011Q3, to: 2011Q3, label: The rent, given: stands, answers: yes}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    found = tmp_path_factory.mktemp("given") / "file.yaml"
    found.write_text(FILE, encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def ran(path, tmp_path_factory):
    out = tmp_path_factory.mktemp("ran") / "run"
    return run_to_folder(load_scenario(path), runs=40, seed=1, out=out, until="2011Q4", plates=False, screening=0)


def test_it_exists_in_the_runs_in_which_the_other_is_true_and_is_the_same_there(ran):
    frame = ran.outcomes
    true = frame["stands"] > 0
    assert 0 < true.sum() < len(frame)
    assert frame["rent_if"][~true].isna().all()
    assert (frame["rent_if"][true] == frame["rent"][true]).all()


def test_quarter_by_quarter_it_is_the_same(path, ran):
    first = int(ran.outcomes.index[ran.outcomes["rent_if"].isna()][0])
    found = simulate_agents(path, {}, runs=2, seed=1, first=first).outcomes
    assert np.array_equal(found["rent_if"], ran.outcomes["rent_if"][first : first + 2], equal_nan=True)


def test_reports_count_the_runs(ran):
    true = int((ran.outcomes["stands"] > 0).sum())
    assert "The rent, 2011Q3 (given: The base stands, 2011Q4)" in " ".join(summary_text(ran).split())
    assert f"over the {true} of 40 runs in which that is given" in " ".join(summary_text(ran).split())


def test_why_tells_those_runs_alone(ran):
    true = int((ran.outcomes["stands"] > 0).sum())
    text = why_text(ran, "rent_if")
    assert f"Given the base stands, 2011Q4: {true} of 40 runs." in text
    some = why_text(ran, "USA", "KGZ", given="stands")
    assert f"{true} runs, seed 1" in some
    assert "(100\u00a0%" not in some
    number = int(some.split("A typical run, number ")[1].split()[0])
    assert ran.outcomes["stands"][number] > 0
    wrong = CliRunner().invoke(app, ["why", str(ran.path), "USA", "KGZ", "--given", "stand"])
    assert wrong.exit_code == 2
    assert "Did you mean stands?" in wrong.output


def test_too_few_are_said(path):
    few = simulate(load_scenario(path), runs=6, seed=1, until="2011Q4")
    assert "too few to rely on" in summary_of(few)


def test_what_cannot_be_given_is_refused(path):
    for given, words in (("stnads", "Did you mean stands?"), ("rent_if", "is given itself"), ("chained", "is given stands itself")):
        file = path.with_name(f"{given}.yaml")
        more = "  chained: {measure: 'rent(USA, KGZ)', given: stands}\n" if given == "chained" else ""
        file.write_text(FILE.replace("given: stands, answers", f"given: {given}, answers") + more, encoding="utf-8")
        with pytest.raises(ScenarioError) as wrong:
            load_scenario(file)
        assert words in str(wrong.value)
        assert f"{given}.yaml:6:" in str(wrong.value)


def test_it_survives_the_resolved_file(path):
    again = path.with_name("again.yaml")
    again.write_text(load_scenario(path).resolved(), encoding="utf-8")
    assert load_scenario(again).outcomes["rent_if"].given == "stands"


def test_sweeps_and_their_analysis(path, tmp_path):
    file = path.with_name("experiment.yaml")
    file.write_text(
        "title: t\nscenario: file.yaml\nuncertainties: {need: {path: patrons.USA.need, range: [20, 160]}}\n"
        "design: {kind: lhs, points: 6}\nreplications: 4\noutcomes: [rent_if]\n", encoding="utf-8",
    )  # fmt: skip
    found = sweep(load_experiment(file), tmp_path / "sweep")
    assert set(found.outcomes) == {"rent_if", "stands"}  # what it is given is read as well
    true = found.outcomes["stands"] > 0
    assert 0 < true.sum() < len(true)
    assert (found.outcomes["rent_if"].notna() == true).all()
    case = case_of_sweep(found)
    lines = about(analyse(case, methods=["summary"]), "rent_if")
    assert f"in the {true.sum()} of 24 runs in which that is given" in lines[0]
    assert ("too few to rely on" in lines[0]) == (true.sum() < 20)


def test_attribution_divides_what_exists_in_every_coalition(path):
    found = attribute(path, outcome="rent_if", over="mechanisms", only=["threat", "denial_bids"], runs=20)
    assert 0 < found.used < 20
    assert sum(found.exact.values()) == found.total
