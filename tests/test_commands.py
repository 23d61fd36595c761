"""Commands as functions give what the commands give: the same tables, the same files, the same refusals; and look short."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import patronage
from patronage.cli.app import app
from patronage.reports import compare_to_folder, run_to_folder
from test_hindcast import invented

EXPERIMENT = """title: <Small> sweep
scenario: two-patrons
uncertainties: {need: {path: patrons.USA.need}, rent: {path: bases.manas.rent, values: [5, 60]}}
design: {kind: lhs, points: 8}
replications: 2
seed: 3
outcomes: [manas_open, russian_share]
"""
MOST = 2000
"""Letters of what a notebook's line shows."""


def command(*words: object) -> None:
    done = CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr


def same_files(one: Path, other: Path, names: list[str]) -> None:
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("experiment") / "small.yaml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return invented(tmp_path_factory.mktemp("tables") / "data")


@pytest.fixture(scope="module")
def swept(experiment: Path) -> patronage.experiments.SweepFolder:
    return patronage.sweep(experiment, experiment.parent / "swept")


def test_a_sweep_is_the_folder_of_the_command_and_can_be_repeated_by_it(experiment, swept):
    command("sweep", experiment, "--out", experiment.parent / "by-command")
    same_files(swept.path, experiment.parent / "by-command", ["outcomes.parquet", "points.parquet", "scenario.yaml"])
    words = swept.manifest["command"].split()
    assert words[:2] == ["patronage", "sweep"]
    command(*words[1:])  # finished: it is left alone
    assert patronage.sweep(experiment, swept.path).outcomes.equals(swept.outcomes)


def test_a_sweep_without_a_name_lies_where_the_command_would_put_it(experiment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert patronage.sweep(experiment).path == Path("runs/small-seed3")


def test_an_analysis_is_the_folder_of_the_command(swept, tmp_path):
    asked = {"methods": ["summary", "tipping"], "good": ["manas_open >= 0.5"]}
    found = patronage.analyse(swept, **asked, out=tmp_path / "called", figures=False)
    words = ("--methods", "summary,tipping", "--good", "manas_open >= 0.5", "--no-figures", "--out", tmp_path / "by-command")
    command("analyse", swept.path, *words)
    names = [f"tables/{p.name}" for p in (tmp_path / "called" / "tables").iterdir()]
    assert "tables/points.csv" in names
    same_files(tmp_path / "called", tmp_path / "by-command", [*names, "summary.txt"])
    before = set(tmp_path.iterdir())
    again = patronage.analyse(swept.path, **asked)
    assert set(tmp_path.iterdir()) == before, "without a name nothing is written"
    pd.testing.assert_frame_equal(again.by_point, found.by_point)


def test_a_region_is_the_file_of_the_command(data, tmp_path):
    years = {"start": 2001, "known": 2001, "end": 2010}
    built = patronage.build(clients=["AAA", "BBB"], patrons="PPP,QQQ", **years, data=data, out=tmp_path / "a.yaml")
    words = ("--clients", "AAA,BBB", "--patrons", "PPP,QQQ", "--start", "2001", "--known", "2001", "--end", "2010", "--data", data)
    command("build", *words, "--out", tmp_path / "b.yaml")
    assert (tmp_path / "a.yaml").read_text("utf-8") == (tmp_path / "b.yaml").read_text("utf-8")
    alone = patronage.build(clients="AAA,BBB", patrons="PPP,QQQ", **years, data=data)
    assert alone.digest == built.digest == patronage.load_scenario(tmp_path / "b.yaml").digest
    with pytest.raises(ValueError, match="exists already"):
        patronage.build(clients="AAA", patrons="PPP,QQQ", start=2001, data=data, out=tmp_path / "a.yaml")
    with pytest.raises(ValueError, match="no rows for 'XXX'"):
        patronage.build(clients="XXX", patrons="PPP,QQQ", start=2001, data=data)


@pytest.mark.statistical
def test_a_hindcast_is_the_folder_of_the_command(data, tmp_path):
    pytest.importorskip("scoringrules", reason="scores are those of the extra analysis")
    region = tmp_path / "region.yaml"
    built = patronage.build(clients="AAA,BBB", patrons="PPP,QQQ", start=2001, known=2001, end=2010, data=data, out=region)
    asked = {"data": data, "start": 2006, "last": 2008, "horizons": [1], "training": 2000, "runs": 2}
    found = patronage.hindcast(region, **asked, out=tmp_path / "called")
    words = ("--from", 2006, "--to", 2008, "--horizons", "1", "--training", 2000, "--runs", 2, "--data", data)
    command("hindcast", region, *words, "--out", tmp_path / "by-command")
    same_files(tmp_path / "called", tmp_path / "by-command", ["forecasts.csv", "skills.csv", "links.csv", "summary.txt"])
    pd.testing.assert_frame_equal(patronage.hindcast(built, **asked).skills, found.skills)
    assert len(repr(found)) < MOST
    again = json.loads((tmp_path / "called" / "manifest.json").read_text("utf-8"))["command"]
    assert again.split()[:5] == ["patronage", "hindcast", str(region), "--data", str(data)]
    assert "--from 2006 --to 2008 --training 2000 --runs 2 --seed 1" in again


def test_a_package_that_is_called_is_still_a_package():
    from patronage.hindcast import scores

    assert patronage.hindcast.scores is scores
    with pytest.raises(TypeError, match="required"):
        patronage.hindcast("two-patrons")


def test_a_result_attributes_its_outcome_with_its_own_runs():
    result = patronage.simulate("two-patrons", 6, seed=4)
    found = result.attribute("russian_share", over="events")
    assert (found.plan.runs, found.plan.seed) == (6, 4)
    assert float(found.whole) == pytest.approx(result.outcomes["russian_share"].mean())
    assert len(repr(found)) < MOST
    assert "Shapley values" in found._repr_html_()


def test_folders_and_answers_are_short_to_look_at(swept, tmp_path):
    scenario = patronage.load_scenario("two-patrons", overrides={"title": "A <b> region"})
    quick = {"runs": 2, "seed": 1, "until": "2010Q4", "plates": False, "screening": 0}
    run = run_to_folder(scenario, **quick, out=tmp_path / "run")
    pair = compare_to_folder([scenario, scenario], **quick, out=tmp_path / "pair")
    compared = patronage.compare(pair.run(pair.names[0]), pair.run(pair.names[1]))
    for shown in (run, pair, swept, patronage.analyse(swept, methods=["summary"]), compared):
        assert len(repr(shown)) < MOST
        page = shown._repr_html_()
        assert "<table" in page or "<pre>" in page
        assert "A <b>" not in page
        assert "<Small>" not in page
    assert "A &lt;b&gt; region" in run._repr_html_()
    assert "&lt;Small&gt; sweep" in swept._repr_html_()
    assert patronage.open_folder(tmp_path / "run").outcomes.equals(run.outcomes)
