"""A result says what it is, in a line and as HTML; it draws, keeps and compares itself; its data work with dates and files."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from patronage import load_scenario, simulate
from patronage.reports import NotPairedError, read_run, run_to_folder
from patronage.scenario import ScenarioError

SHORT = "2010Q4"


@pytest.fixture(scope="module")
def result():
    return simulate("two-patrons", 6, seed=4, record="full", until=SHORT)


def test_a_result_and_a_scenario_are_short_to_look_at(result):
    assert len(repr(result.scenario)) < 200
    assert len(repr(result)) < 2500
    for text in ("two-patrons", "2009Q1 to 2010Q4", "6 runs", "seed 4", "Russia's share of influence"):
        assert text in repr(result)
    assert "simulated no further" in repr(result)  # its outcomes are asked for later quarters
    assert "Who holds the base" in result.scenario._repr_html_()


def test_the_table_of_a_notebook_names_everything_and_escapes_it(result):
    hostile = load_scenario("two-patrons", overrides={"title": "<script>x</script>"})
    page = simulate(hostile, 2, until=SHORT)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    page = result._repr_html_()
    assert page.count("<tr>") == 1 + len(result.scenario.outcomes)
    assert "RUS, USA in KGZ" in page


def test_periods_are_chosen_resampled_and_averaged_by_date(result):
    share = result.data.share
    assert share.sel(time=slice("2010", "2010")).quarter.values.tolist() == ["2010Q1", "2010Q2", "2010Q3", "2010Q4"]
    yearly = share.resample(time="YS").mean()
    assert yearly.sizes["time"] == 2
    assert yearly.isel(time=0).values == pytest.approx(share.isel(quarter=slice(4)).mean("quarter").values)
    assert share.time.values[1] == np.datetime64("2009-04-01")


def test_data_in_a_file_say_what_they_are(result, tmp_path):
    result.data.to_netcdf(tmp_path / "data.nc")
    with xr.open_dataset(tmp_path / "data.nc") as found:
        xr.testing.assert_equal(found.load(), result.data)
        assert found.attrs["title"] == result.scenario.title
        assert found.attrs["digest"] == result.scenario.digest
        assert found.attrs["seed"] == 4
        assert found.rent.attrs["units"] == "MUSD/yr"
        assert "published index" in found.fbic.attrs["description"]


def test_what_a_result_saves_are_the_tables_of_the_run(result, tmp_path):
    result.save(tmp_path / "kept", figures=False)
    scenario = load_scenario("two-patrons")
    run_to_folder(scenario, runs=6, seed=4, out=tmp_path / "made", until=SHORT, plates=False, screening=0)
    tables = [json.loads((tmp_path / name / "manifest.json").read_text("utf-8"))["tables"] for name in ("kept", "made")]
    assert tables[0] == tables[1]
    assert read_run(tmp_path / "kept").outcomes.equals(result.outcomes)
    with pytest.raises(FileExistsError):
        result.save(tmp_path / "kept")


def test_the_command_in_the_manifest_makes_the_same_runs(tmp_path, monkeypatch):
    kept = simulate("two-patrons", 2, seed=4, first=5, record="full", until=SHORT).save(tmp_path / "kept", figures=False)
    monkeypatch.chdir(kept.path)
    exec(f"import patronage; {kept.manifest['command']}")
    assert read_run("repeated").manifest["tables"] == kept.manifest["tables"]
    assert read_run("repeated").coords["run"] == [5, 6]


def test_a_result_explains_draws_and_compares(result, tmp_path):
    assert result.why("USA", "KGZ").startswith("Manas")
    assert result.plot("shares").get_axes()
    page = result.report(tmp_path / "report.html")
    assert "Who holds the base" in page.read_text("utf-8")
    other = simulate("two-patrons", 6, seed=4, record="full", until=SHORT)
    found = result.compare(other).outcomes
    assert (found["mean"] == 0).all()
    with pytest.raises(NotPairedError):
        result.compare(simulate("two-patrons", 6, seed=5, until=SHORT))


@pytest.mark.parametrize(
    ("ask", "error", "text"),
    [
        (lambda _: simulate("two-patron"), ScenarioError, "Did you mean two-patrons"),
        (lambda _: simulate("two-patrons", until="2035Q1"), ValueError, "2009Q1 to 2013Q4"),
        (lambda _: simulate("two-patrons", until="2012"), ValueError, "no quarter such as 2009Q1"),
        (lambda _: simulate("two-patrons", until=2012), ValueError, "2009Q1 to 2013Q4"),
        (lambda r: r.plot("share"), ValueError, "one of shares, "),
        (lambda r: r.frame("shares"), ValueError, "some of share, "),
        (lambda r: r.why("USA", "UZB"), ValueError, "UZB"),
    ],
)
def test_what_there_is_not_is_refused_in_words(result, ask, error, text):
    with pytest.raises(error, match=text):
        ask(result)
