"""Workbooks hold the numbers of the folder, say where they come from, and no cell is a formula."""

from __future__ import annotations

import pandas as pd
import pytest
from typer.testing import CliRunner

import patronage
from patronage.cli.app import app
from patronage.reports import compare_to_folder

pytest.importorskip("openpyxl", reason="the extra data brings it")
QUICK = {"runs": 3, "seed": 1, "until": "2010Q2", "plates": False, "screening": 0}


def export(*words: object):
    return CliRunner().invoke(app, ["export", *map(str, words)], catch_exceptions=False)


def test_a_run_is_exported_with_its_numbers_and_without_formulas(tmp_path):
    scenario = patronage.load_scenario("two-patrons", overrides={"title": "=1+1"})
    result = patronage.simulate(scenario, 3, until="2010Q2", record="full")
    result.save(tmp_path / "run", figures=False)
    assert export(tmp_path / "run", tmp_path / "run.xlsx").stdout.endswith("run.xlsx: about, outcomes, runs, summary.\n")
    runs = pd.read_excel(tmp_path / "run.xlsx", sheet_name="runs").set_index("run")
    assert runs["russian_share"].tolist() == pytest.approx(result.outcomes["russian_share"].tolist())
    about = pd.read_excel(tmp_path / "run.xlsx", sheet_name="about").set_index("what")["value"]
    assert about["title"] == "'=1+1"
    assert about["digest"] == scenario.digest
    assert "exists already" in export(tmp_path / "run", tmp_path / "run.xlsx").stderr


def test_a_comparison_is_exported_pair_by_pair(tmp_path):
    scenario = patronage.load_scenario("two-patrons")
    other = patronage.load_scenario("two-patrons", overrides={"patrons.USA.mission": 0.2})
    compare_to_folder([scenario, other], **QUICK, out=tmp_path / "pair")
    assert export(tmp_path / "pair", tmp_path / "pair.xlsx").exit_code == 0
    rows = pd.read_excel(tmp_path / "pair.xlsx", sheet_name="differences").set_index("name")
    assert rows.loc["russian_share", "mean"] == pytest.approx(
        rows.loc["russian_share", "first_mean"] - rows.loc["russian_share", "second_mean"]
    )


@pytest.mark.parametrize(
    ("name", "said"), [("a.csv", "ends in .xlsx"), ("no/a.xlsx", "a folder that exists"), ("a.xlsx", "no run folder")]
)
def test_what_cannot_be_exported_is_refused(tmp_path, name, said):
    done = export(tmp_path, tmp_path / name)
    assert done.exit_code == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
