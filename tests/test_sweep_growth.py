"""Sweeps that grow, that must not be mixed, that are forecast, and single runs of them on the command line."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage.batch import identity
from patronage.batch.points import Points, shortcut
from patronage.batch.sweepstore import OtherSweepError
from patronage.cli.app import app
from patronage.experiments import SweepFolder, read_sweep, sweep
from patronage.experiments.estimate import estimate
from patronage.experiments.extending import ExtensionError, half_width
from patronage.scenario import load_scenario, load_text
from test_sweeps import EXPERIMENT, final, read

LHS = "{kind: lhs, points: 9}"
GRID = """title: A grid
scenario: six.yaml
uncertainties:
  need: {path: patrons.USA.need, values: [100, 200]}
  start: {path: events.withdrawal.at, values: [2009Q2, 2009Q4]}
design: {kind: grid}
replications: 2
outcomes: [manas_open, russian_share]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished sweep in it."""
    folder = tmp_path_factory.mktemp("home")
    sweep(read(folder, EXPERIMENT), folder / "out")
    return folder


@cache
def resolved() -> str:
    return load_scenario("two-patrons").resolved()


# --- more ---


def test_more_replications_are_those_of_a_larger_sweep(tmp_path):
    small, large = read(tmp_path), read(tmp_path / "large", EXPERIMENT.replace("replications: 3", "replications: 5"))
    sweep(small, tmp_path / "out", runs_per_chunk=7)
    grown = sweep(small, tmp_path / "out", extend={"replications": 5})
    assert grown.outcomes.index.get_level_values("run").max() == 4
    whole = sweep(large, tmp_path / "whole")
    assert final(grown.path) == final(whole.path) | {"experiment.yaml": (grown.path / "experiment.yaml").read_bytes()}
    assert sweep(small, tmp_path / "out").manifest["runs"] == 45, "what is larger than its file is left as it is"
    with pytest.raises(ExtensionError, match="add --extend replications=6"):
        sweep(read(tmp_path / "six", EXPERIMENT.replace("replications: 3", "replications: 6")), tmp_path / "out")


@pytest.mark.chaos
def test_more_points_of_a_sobol_sweep_are_those_of_a_larger_one(tmp_path):
    pytest.importorskip("SALib", reason="SALib is in the extra 'analysis'")
    text = GRID.replace("kind: grid", "kind: sobol, points: 2")
    small, large = read(tmp_path, text), read(tmp_path / "large", text.replace("points: 2", "points: 4"))
    sweep(small, tmp_path / "out")
    with pytest.raises(ExtensionError, match="add --extend points=4"):
        sweep(large, tmp_path / "out")
    with pytest.raises(ExtensionError, match="3 is no power of 2 from 2 on"):
        sweep(small, tmp_path / "out", extend={"points": 3})
    grown = sweep(small, tmp_path / "out", extend={"points": 4})
    assert final(grown.path) == final(sweep(large, tmp_path / "whole").path)


@pytest.mark.chaos
def test_more_points_of_a_grid_come_from_its_file(tmp_path):
    sweep(read(tmp_path, GRID), tmp_path / "out")
    edited = read(tmp_path / "edited", GRID.replace("[100, 200]", "[100, 150, 200]"))
    with pytest.raises(OtherSweepError, match="its points are chosen otherwise"):
        sweep(edited, tmp_path / "out")
    grown = sweep(edited, tmp_path / "out", extend={"points": None})
    assert grown.points["need"].tolist() == [100, 100, 200, 200, 150, 150]
    whole = sweep(edited, tmp_path / "whole")
    by_value = [
        f.outcomes.reset_index("run").join(f.points).sort_values(["need", "start", "run"]).reset_index(drop=True)
        for f in (grown, whole)
    ]
    pd.testing.assert_frame_equal(*by_value)
    fewer = read(tmp_path / "fewer", GRID.replace("[100, 200]", "[100, 300]"))
    with pytest.raises(ExtensionError, match="points of the sweep are not among those of the file"):
        sweep(fewer, tmp_path / "out", extend={"points": None})


def test_a_hypercube_cannot_get_more_points(home, tmp_path):
    with pytest.raises(ExtensionError, match="a Latin hypercube divides every range into as many parts"):
        sweep(read(tmp_path), home / "out", extend={"points": 20})


# --- precision ---


@pytest.mark.chaos
def test_replications_are_added_only_where_they_are_needed(tmp_path):
    text = GRID + "precision: {outcome: russian_share, ci: 0.004, max_replications: 12}\n"
    found = sweep(read(tmp_path, text), tmp_path / "out")
    widths = found.outcomes["russian_share"].groupby("point").agg(["size", lambda x: half_width(x.to_numpy())])
    widths.columns = ["runs", "wide"]
    assert ((widths["wide"] <= 0.004) | (widths["runs"] == 12)).all()
    assert widths["runs"].min() >= 2
    assert widths["runs"].max() > 2
    again = sweep(read(tmp_path, text), tmp_path / "again", runs_per_chunk=3)
    assert final(again.path) == final(found.path)
    coarse = sweep(read(tmp_path / "coarse", text.replace("0.004", "9")), tmp_path / "coarse" / "out")
    assert coarse.manifest["runs"] == 8


@pytest.mark.parametrize(
    ("values", "wide"),
    [
        ([0.0] * 20, 0.0806),  # Wilson: of 20 runs none, and yet up to .16
        ([0.0, 1.0] * 10, 0.2007),
        ([1.0, 2.0, 3.0], 2.4841),  # t(2) = 4.3027, standard error 1/√3
        ([0.5], np.inf),
    ],
)
def test_half_widths(values, wide):
    assert half_width(np.array(values)) == pytest.approx(wide, abs=1e-4)


# --- what must not be mixed ---


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("set: {patrons.RUS.budget: 300}", "set: {patrons.RUS.budget: 301}"), "its scenario is another one"),
        (("seed: 4", "seed: 5"), "its factors, outcomes, record or seed are others"),
        (("points: 9", "points: 8"), "its points are chosen otherwise"),
        (("range: [2009Q2, 2010Q1]", "range: [2009Q2, 2009Q4]"), "its points are chosen otherwise"),
    ],
)
def test_results_of_other_experiments_are_not_mixed(home, tmp_path, change, message):
    other = read(tmp_path / "other", EXPERIMENT.replace(*change))
    with pytest.raises(OtherSweepError, match=message):
        sweep(other, home / "out")


def test_results_of_other_versions_are_not_mixed(home, tmp_path, monkeypatch):
    experiment = read(tmp_path)
    now = identity.versions()
    monkeypatch.setattr("patronage.experiments.sweeping.versions", lambda: {**now, "numpy": "1.0"})
    with pytest.raises(OtherSweepError, match=r"it was simulated with numpy .*, and this is 1\.0"):
        sweep(experiment, home / "out")


# --- the scenario at a point ---


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("patrons.USA.need", 123.456),
        ("patrons.RUS.strategy", "sphere"),
        ("states.KGZ.policy", "hedger"),
        ("mechanisms.threat", "off"),
        ("rules.bargaining.value_noise", 0.2),
        ("states.KGZ.growth", 6.5),
        ("states.KGZ.position.security", 0.3),
        ("events.withdrawal.at", "2010Q3"),
        ("events.withdrawal.over", 3.0),
        ("events.withdrawal.set.patrons.USA.mission", 0.25),
        ("events.drought.hazard", 7.5),
        ("events.drought.set.states.KGZ.growth", -3.0),
        ("events.drought.for", 2.0),
        ("events.surplus.transfer.amount", 12.5),
        ("events.overreach.when", "share(RUS, KGZ) > 0.5 for 2 quarters"),
        ("bases.manas.rent", 33.0),
        ("bases.manas.term", 4.0),
    ],
)
def test_a_value_that_is_put_in_place_is_what_the_loader_makes_of_it(path, value):
    text = resolved()
    made, loaded = Points(text).at({path: value}), load_text(text, overrides={path: value})
    for part in ("numbers", "choices", "events", "bases"):
        assert getattr(made, part) == getattr(loaded, part), part


def test_a_shortcut_that_differs_from_the_loader_is_not_taken(monkeypatch):
    text = resolved()
    assert shortcut(Points(text).base, "patrons.USA.need") is not None
    monkeypatch.setattr("patronage.batch.points._number", lambda field, value: 0.0)
    made = Points(text).at({"patrons.USA.need": 123.0})
    assert made.number("need", "USA", "base") == 123.0


# --- the command line ---


def test_one_run_again_is_the_same_to_the_last_bit(home, monkeypatch):
    monkeypatch.chdir(home)
    told = CliRunner().invoke(app, ["run", "--from", "out", "--row", "3:2", "--no-figures", "--out", "row"])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("Run 2 of point 3: the same outcomes as in out, to the last bit.\n")
    manifest = json.loads((home / "row" / "manifest.json").read_text())
    assert manifest["coordinates"]["run"] == [2, 1]
    assert manifest["command"].endswith("--row 3:2")
    held: SweepFolder = read_sweep("out")
    assert held.row("11") == held.row("3:2") == (3, 2)


@pytest.mark.chaos
def test_a_run_that_comes_out_otherwise_is_noticed(home, monkeypatch, tmp_path):
    """What would be wrong with the sweep is put into its table of outcomes."""
    monkeypatch.chdir(home)
    held = read_sweep("out")
    wrong = held.outcomes.copy()
    wrong.loc[(0, 0), "russian_share"] += 1e-15
    monkeypatch.setattr(SweepFolder, "outcomes", property(lambda self: wrong))
    told = CliRunner().invoke(app, ["run", "--from", "out", "--row", "0:0", "--no-figures", "--out", str(tmp_path / "row")])
    assert told.exit_code == 2
    assert "russian_share came out otherwise than in out" in told.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--row", "1:1"], "--from and --row go together"),
        (["--from", "out", "--row", "1:1", "--runs", "5"], "--runs cannot be given with --from"),
        (["us-stays", "--from", "out", "--row", "1:1"], "a scenario cannot be given with --from"),
        (["--from", "out", "--row", "99:1"], "there is no point 99: there are 0 to 8"),
        (["--from", "out", "--row", "1:7"], "point 1 has no run 7"),
        (["--from", "out", "--row", "27"], "there is no row 27: outcomes has rows 0 to 26"),
        (["--from", "out", "--row", "x"], "'x' is no row: write POINT:RUN"),
        (["--from", "nowhere", "--row", "1:1"], "nowhere is no run folder"),
        ([], "run needs a scenario"),
    ],
)
def test_what_cannot_be_run_again_is_said_plainly(home, monkeypatch, words, message):
    monkeypatch.chdir(home)
    told = CliRunner().invoke(app, ["run", *words])
    assert told.exit_code == 2
    assert message in told.stderr


def test_the_check_and_the_list_know_experiments(home, monkeypatch):
    monkeypatch.chdir(home)
    (home / "wrong.yaml").write_text(EXPERIMENT.replace("patrons.USA.need", "patrons.USA.ned"), encoding="utf-8")
    told = CliRunner().invoke(app, ["check", "small.yaml", "six.yaml", "wrong.yaml"])
    assert told.exit_code == 2
    assert "small.yaml is right.\nsix.yaml is right.\n" in told.stdout
    assert "wrong.yaml:4:16: there is no 'ned' in the path 'patrons.USA.ned'. Did you mean need?" in told.stdout
    assert json.loads(CliRunner().invoke(app, ["schema", "--experiments"]).stdout)["title"] == "An experiment of patronage"
    assert CliRunner().invoke(app, ["list", "--experiments"]).exit_code == 0


def test_a_forecast_writes_nothing_and_counts_right(home, monkeypatch):
    monkeypatch.chdir(home)
    before = sorted(p.name for p in home.iterdir())
    told = CliRunner().invoke(app, ["sweep", "small.yaml", "--dry-run"])
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith(
        "A small sweep: 0 levers and 6 uncertainties of six.yaml\nPoints   9 (lhs: points 9)\nRuns     27 in 1 chunk, 3 a point\nTime"
    )
    assert sorted(p.name for p in home.iterdir()) == before


@pytest.mark.chaos
def test_a_forecast_of_disk_is_what_a_sweep_takes(tmp_path):
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 30") + "record: lean\n")
    found = estimate(experiment, runs_per_chunk=9)
    folder = sweep(experiment, tmp_path / "out", runs_per_chunk=9).path
    taken = sum(p.stat().st_size for p in folder.rglob("*.parquet"))
    assert found.disk == pytest.approx(taken, rel=0.2)
    assert (found.points, found.runs, found.chunks) == (30, 90, 12)
    assert found.memory > 5e7
    assert found.seconds > 0
