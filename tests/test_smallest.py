"""A smallest difference that matters, stated for an outcome: in files, on the command line, and what is said of what lies below it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from patronage import compare, load_scenario, simulate
from patronage.cli.app import app
from patronage.experiments import load_experiment
from patronage.reports.brief import sentence
from patronage.reports.outcomes import difference, difference_cell
from patronage.reports.words import subject
from patronage.runs.sides import worth_telling
from patronage.scenario import ScenarioError, load_text

OUTCOME = 'outcomes.open={measure: "base(USA, KGZ)", reduce: mean, smallest: SIZE, label: Manas}'


def told(mean, low, high, size, truth=True):
    """What is said of a difference of an outcome with a stated size: in a sentence, a line and a cell."""
    text = '{measure: "base(USA, KGZ)", label: Manas}' if truth else '{measure: "share(RUS, KGZ)", label: Share}'
    scenario = worth_telling(load_scenario("two-patrons", {"outcomes.open": text}), {"open": size} if size else {})
    row = SimpleNamespace(first=0.5, second=0.5 - mean, mean=mean, low=low, high=high, positive=0.5, negative=0.1,
                          first_runs=100, second_runs=100, pairs=100)  # fmt: skip
    about = subject(scenario, "open", simulate(scenario, runs=1).outcomes["open"].to_numpy())
    return sentence(about, row, "otherwise"), difference(about, row, "A", "B", 100), difference_cell(about, row)


def test_what_lies_below_is_said_to_be_too_small():
    first, line, cell = told(0.03, 0.01, 0.045, 0.05)
    assert first.endswith("too small to matter (less than 5 points).")
    assert "too small to matter (less than 5 points)" in line
    assert cell == "below 5 points"
    assert "too small" not in told(0.03, 0.01, 0.045, 0)[0]


def test_what_may_lie_below_is_not_said_to():
    """The mean is below and the interval reaches beyond: nobody knows."""
    first, line, cell = told(0.04, 0.01, 0.07, 0.05)
    assert first.endswith("[+1.00, +7.00], which may be too small to matter (less than 5 points).")
    assert "which may be too small to matter" in line
    assert cell.endswith(", perhaps below 5 points")
    first, line, cell = told(0.04, -0.01, 0.09, 0.05)
    assert "do not tell whether that is more or less" in first
    assert cell.endswith(", sign open")


def test_what_lies_above_is_told_as_ever():
    assert told(0.06, 0.055, 0.065, 0.05) == told(0.06, 0.055, 0.065, 0)
    assert told(0.06, 0.02, 0.1, 0.05) == told(0.06, 0.02, 0.1, 0)


def test_a_stated_size_may_be_below_that_of_its_unit():
    usual, stated = (told(0.0005, 0.0004, 0.0006, size, truth=False)[1] for size in (0, 0.0002))
    assert "no difference worth telling" in usual
    assert "difference +0.0005" in stated
    assert "worth" not in stated


def test_findings_go_by_what_is_stated():
    asked = {"outcomes.open": '{measure: "base(USA, KGZ)", reduce: mean}'}
    scenario, other = load_scenario("two-patrons", asked), load_scenario("two-patrons", {**asked, "events.withdrawal.at": "2013Q4"})
    one, two = (simulate(s, runs=40, seed=1) for s in (scenario, other))
    row = compare(one, two).outcomes.set_index("outcome").loc["open"]
    assert row["tells"]
    assert row["least"] == 0.001
    above = simulate(worth_telling(scenario, {"open": 2 * abs(row["mean"])}), runs=40, seed=1)
    row = compare(above, two).outcomes.set_index("outcome").loc["open"]
    assert not row["tells"]
    assert row["least"] == 2 * abs(row["mean"])


@pytest.mark.parametrize(("written", "size"), [("0.05", 0.05), ("5 %", 0.05), ("5%", 0.05), ("3", 3.0)])
def test_a_file_says_it_and_the_resolved_file_keeps_it(written, size):
    path, _, text = OUTCOME.replace("SIZE", written).partition("=")
    scenario = load_scenario("two-patrons", {path: text})
    assert scenario.outcomes["open"].smallest == pytest.approx(size)
    assert load_text(scenario.resolved()).outcomes["open"].smallest == pytest.approx(size)
    assert "smallest" not in load_scenario("two-patrons").resolved()


@pytest.mark.parametrize("written", ["0", "-1", "much", "~ ", "[1, 2]"])
def test_a_size_is_a_number_above_0(written):
    path, _, text = OUTCOME.replace("SIZE", written).partition("=")
    with pytest.raises(ScenarioError, match=r"outcomes\.open\.smallest"):
        load_scenario("two-patrons", {path: text})


def test_experiments_say_it_too(tmp_path):
    text = """title: X
scenario: two-patrons
uncertainties: {need: {path: patrons.USA.need}}
design: {kind: lhs, points: 2}
outcomes: {share: {measure: "share(RUS, KGZ)", smallest: 5 %}}
"""
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert load_experiment(tmp_path / "x.yaml").scenario.outcomes["share"].smallest == 0.05


def test_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["compare", "two-patrons", "--against", "events.withdrawal.at=2012Q1", "--runs", "30", "--no-figures", "--out", "made"]
    done = CliRunner().invoke(app, [*words, "--smallest", "russian_share=0.4"])
    assert done.exit_code == 0, done.output
    said = "too small to matter (less than 0.4)"
    assert said in " ".join(done.output.split())
    report = (tmp_path / "made" / "report.html").read_text(encoding="utf-8")
    assert "below 0.4" in report
    assert said in " ".join(CliRunner().invoke(app, ["summary", "made"]).output.split())
    other = CliRunner().invoke(app, ["summary", "made", "--smallest", "russian_share=0.001"])
    assert other.exit_code == 0, other.output
    assert "too small to matter" not in other.output
    rows = json.loads(CliRunner().invoke(app, ["summary", "made", "--json"]).output)["pairs"][0]["outcomes"]
    clear = next(row for row in rows if row["tells"])
    wide = f"{clear['name']}={2 * abs(clear['mean']):.6f}"
    answer = json.loads(CliRunner().invoke(app, ["summary", "made", "--smallest", wide, "--json"]).output)["pairs"][0]["outcomes"]
    assert not next(row for row in answer if row["name"] == clear["name"])["tells"]
    assert said in (tmp_path / "made" / "summary.txt").read_text(encoding="utf-8").replace("\n  ", " ")
    for wrong, why in (("russian_share", "write --smallest NAME=SIZE"), ("russian_share=-1", "a number above 0"),
                       ("russian_shar=1", "Did you mean russian_share")):  # fmt: skip
        refused = CliRunner().invoke(app, [*words, "--smallest", wrong])
        assert refused.exit_code == 2
        assert why in " ".join(refused.output.split())
