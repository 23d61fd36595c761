"""Calibration on a table of one's own: what is read, what is held to what, what is found. All that is observed is simulated."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

import patronage
from calibrated_world import TRUTH, bytes_of, history
from calibrated_world import region as written
from patronage import load_scenario, simulate
from patronage.calibration import CalibrationPlan, OwnTargets, calibrate, read_observations
from patronage.calibration.calibrate import STILL, USED, points
from patronage.cli.app import app
from patronage.data.tables import TableError
from patronage.driving import prepare
from patronage.experiments.correlations import mixed, possible
from patronage.reports.calibration import general, write_calibration
from patronage.scenario import Scenario

BUDGET, POSITION, WEIGHT = "patrons.RUS.budget", "states.TJK.position.unga", "ties.USA.TJK.weight"
PLAN = CalibrationPlan(2004, simulations=1000, only=(BUDGET,), keep=300, checked=100, held=60)
SMALL = replace(PLAN, simulations=300, keep=150, checked=40, held=20)
GIVEN = "delivered(RUS, KGZ) + delivered(RUS, TJK)"
COLUMNS = ["measure", "patron", "client", "axis", "year", "reduce", "value", "standard_error", "discrepancy", "weight"]


@cache
def region() -> Scenario:
    """The scenario of somebody who does not know the truth."""
    return written()


def table(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)


def given(value: float, year: int = 2002, error: float = 20.0, weight: float | None = None) -> tuple[object, ...]:
    return (GIVEN, "", "", "", year, "sum", value, error, 10.0, weight)


def stands(value: float, year: int = 2002, error: float = 0.1, weight: float | None = None) -> tuple[object, ...]:
    return ("position", "", "TJK", "unga", year, "", value, error, 0.05, weight)


def own(*rows: tuple[object, ...], **more: float) -> OwnTargets:
    return OwnTargets.of_rows(read_observations(table(*rows), region()), **more)


def seen() -> pd.DataFrame:
    """What was to be seen of one history of the true world."""
    data, rows = history()[1], []
    for i, year in enumerate(range(2001, 2005)):
        now = data.isel(quarter=slice(4 * i, 4 * i + 4))
        rows.append(given(round(float(now["delivered"].sel(patron="RUS").sum())), year))
        rows.append(stands(round(float(now["position"].sel(client="TJK", axis="unga").mean()), 2), year))
    return table(*rows)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_everything_wrong_with_a_table_is_said_at_once(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "measure,patron,client,quarter,year,value,standard_error,weight,reduce\n"
        "shares,RUS,TJK,2005Q1,,0.5,0.1,,\n"
        "share,RUSS,TJK,2015Q1,,0.5,0.1,,\n"
        'share,RUS,,2005-1,,"0,5",,,\n'
        "share,RUS,TJK,2005Q1,2005,0.5,0.1,,\n"
        "spent,RUS,TJK,,2005,,0.1,,\n"
        '"share(RUS, TJK) - shar(USA, TJK)",,,2005Q1,,0.1,0.1,,\n'
        "base,USA,TJK,2005Q1,,3,0.1,-1,\n"
        "share,RUS,TJK,2005Q1,,0.5,,,mode\n"
        "share,RUS,TJK,2005Q1,,0.5,,,\n"
        "share,RUS,TJK,2005Q2,,0.5,0.1,,\n"
        "share,RUS,TJK,2005Q2,,0.5,0.1,,\n"
        "share,RUS,TJK\n"
    )
    with pytest.raises(TableError) as refused:
        read_observations(path, region())
    said = [str(p).removeprefix(f"{path}:") for p in refused.value.problems]
    starts = [
        "2:1: unknown measure 'shares'. Did you mean share?", "3:2: 'RUSS' is no patron here. Did you mean RUS?",
        "3:4: 2015Q1 is outside the period, 2001Q1 to 2013Q4.", "4:3: share is asked of a client, and none is named.",
        "4:4: '2005-1' is no quarter. Write 2005Q1.", "4:6: '0,5' is no number. Write 0.5.",
        "5:5: the row gives quarter and year. Fill in", "6:3: spent is asked of no client. Leave the cell empty.",
        "6:6: there is no value.", "6:9: an amount of a quarter is read over several. Write sum or mean",
        "7:1: unknown measure 'shar'. Did you mean share?", "8:6: base is true or false, 1 or 0, and this is 3.",
        "8:8: weight is -1. Write 0 or more.", "9:9: unknown word for reduce 'mode'.",
        "10:7: neither a standard error nor a discrepancy.", "12:6: share(RUS, TJK) 2005Q2 stands in line 11 already.",
        "13:1: 3 cells in a table of 9 columns.",
    ]  # fmt: skip
    assert len(said) == len(starts)
    for line, start in zip(said, starts, strict=True):
        assert line.startswith(start), line


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("measure,year,value,discrepency", "1:4: unknown column 'discrepency'. Did you mean discrepancy?"),
        ("measure;year;value;weight", "1:1: the columns are separated by semicolons"),
        ("year,value,discrepancy", "1:1: no column measure"),
        ("measure,value,discrepancy", "1:1: no column quarter, year, or from and to"),
        ("measure,year,value", "1:1: no column standard_error or discrepancy"),
        ("measure,year,value,value,discrepancy", "1:4: two columns are called 'value'"),
        ("measure,year,value,discrepancy", "1:1: there is a head and no row below it"),
    ],
)
def test_a_wrong_head_is_refused(tmp_path, head, said):
    path = tmp_path / "mine.csv"
    path.write_text(f"{head}\n")
    with pytest.raises(TableError) as refused:
        read_observations(path, region())
    assert f"{path}:{said}" in str(refused.value)


def test_the_model_is_read_as_the_table_says():
    """Numbers of every run are those of the recorded series, whichever way a row is written."""
    text = """measure,patron,client,quarter,year,from,to,reduce,value,discrepancy
share,RUS,KGZ,2002Q3,,,,,.5,.1
share,RUS,TJK,,2002,,,,.5,.1
delivered,RUS,KGZ,,2002,,,sum,9,9
base,USA,KGZ,,,2002Q1,2003Q2,last,1,.1
"share(RUS, TJK) - share(USA, TJK)",,,,,2001Q2,2003Q1,max,.2,.1
"""
    frame = pd.read_csv(StringIO(text), dtype=str)
    found = OwnTargets.of_rows(read_observations(frame, region()))
    got = found.read(prepare(found.asked(region()), np.arange(3), 5))
    data = simulate(region(), runs=3, seed=5, until="2003Q4").data
    share, given_ = data["share"], data["delivered"].sum("instrument")
    gap = share.sel(patron="RUS", client="TJK") - share.sel(patron="USA", client="TJK")
    expected = [
        share.sel(patron="RUS", client="KGZ").values[:, 6], share.sel(patron="RUS", client="TJK").values[:, 4:8].mean(axis=1),
        given_.sel(patron="RUS", client="KGZ").values[:, 4:8].sum(axis=1),
        data["base"].sel(patron="USA", client="KGZ").values[:, 9], gap.values[:, 1:9].max(axis=1),
    ]  # fmt: skip
    assert got == pytest.approx(np.array(expected, dtype=float).T, rel=1e-5)
    assert found.names[1] == "share(RUS, TJK) 2002, mean"
    assert found.names[3] == "base(USA, KGZ) 2002Q1 to 2003Q2, last"
    assert (found.first, found.last) == (2001, 2003)


def test_the_table_that_comes_with_the_source_says_that_it_is_invented():
    table_ = Path(__file__).resolve().parents[1] / "examples" / "own-targets.csv"
    found = read_observations(table_, load_scenario("two-patrons"))
    assert len(found) == 8
    assert all(o.source.startswith("synthetic: ") for o in found)


# --- errors and weights -----------------------------------------------------------------------------------------------


def test_errors_of_rows_are_drawn_anew_and_the_model_is_off_in_the_same_way_for_years():
    found = own(given(1, 2001), given(2, 2002), given(3, 2011), stands(0.1, 2001), persistence=5)
    noise = found.noise(40_000, 3)
    alike = np.exp(-np.abs(np.subtract.outer([2001, 2002, 2011], [2001, 2002, 2011])) / 5.0)
    wanted = np.zeros((4, 4))
    wanted[:3, :3] = 100 * alike + 400 * np.eye(3)
    wanted[3, 3] = 0.05**2 + 0.1**2
    sd = np.sqrt(np.diag(wanted))
    assert np.cov(noise, rowvar=False) / np.outer(sd, sd) == pytest.approx(wanted / np.outer(sd, sd), abs=0.02)
    alone = replace(found, persistence=0.0).noise(40_000, 3)
    assert np.corrcoef(alone, rowvar=False) == pytest.approx(np.eye(4), abs=0.02)
    assert found.discrepancy == pytest.approx(sd)


def test_a_weight_makes_errors_count_as_larger_or_smaller():
    plain, heavy = own(given(1), stands(0.1)), own(given(1, weight=4.0), stands(0.1))
    assert heavy.noise(50, 1) == pytest.approx(plain.noise(50, 1)), "what is predicted has the errors that the row has"
    assert heavy.noise(50, 1, weighted=True) == pytest.approx(plain.noise(50, 1) * [0.5, 1.0])


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    return calibrate(region(), own(given(420), stands(0.4), last=2003), replace(SMALL, last=2003), tmp_path_factory.mktemp("without"))


def test_rows_without_weight_or_after_the_window_change_nothing(without, tmp_path):
    more = given(200, 2003, weight=0.0), given(200, 2004), stands(0.9, 2001, weight=0.0)
    found = calibrate(region(), own(*more, given(420), stands(0.4), last=2003), replace(SMALL, last=2003), tmp_path / "out")
    assert (found.posterior.sample == without.posterior.sample).all()
    assert (found.posterior.weights == without.posterior.weights).all()
    assert (found.ranks == without.ranks).all()
    pd.testing.assert_frame_equal(found.checks().iloc[3:].reset_index(drop=True), without.checks())
    assert found.state[:3] == ("left out",) * 3
    assert np.isfinite(found.checks()["posterior_median"][:3]).all(), "they are predicted all the same"


def test_the_same_row_with_a_weight_changes_something(without, tmp_path):
    found = calibrate(region(), own(given(200, 2003), given(420), stands(0.4), last=2003), replace(SMALL, last=2003), tmp_path / "out")
    assert (found.posterior.quantile(0.5) != without.posterior.quantile(0.5)).all()


def asked() -> dict:
    return {"targets": seen(), "simulations": 1000, "only": [BUDGET, POSITION], "seed": 3, "figures": False}


# --- what is found ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("found") / "out"
    return patronage.calibrate(region(), out=folder, **asked()), folder


def test_the_truth_is_covered_and_the_intervals_are_narrower(done):
    rows = done[0].table().set_index("path")
    for path, value in TRUTH.items():
        assert rows.loc[path, "p05"] <= value <= rows.loc[path, "p95"], path
        assert rows.loc[path, "width"] < 0.5, path
    assert not rows.loc[BUDGET, "p05"] <= 280 <= rows.loc[BUDGET, "p95"], "what stood there is not what was seen"
    assert (rows["cover90"] > 0.8).all(), "in simulated worlds, too, the intervals hold the truth"


def test_every_observation_is_predicted(done):
    found, folder = done
    checks = pd.read_csv(folder / "statistics.csv")
    assert list(checks["statistic"])[:2] == [f"{GIVEN} 2001, sum", "position(TJK, unga) 2001, mean"]
    assert checks["observed"].between(checks["posterior_p05"], checks["posterior_p95"]).mean() >= 0.75
    after = found.simulated["posterior"]
    assert checks["z"].to_numpy() == pytest.approx((checks["observed"] - after.mean(axis=0)) / after.std(axis=0), abs=1e-4)
    assert f"{GIVEN} 2001, sum  " in (folder / "summary.txt").read_text("utf-8")


def test_the_layer_extends_what_was_calibrated(done):
    found, folder = done
    figure, row = load_scenario(folder / "calibrated.yaml").figure(BUDGET), found.table().set_index("path").loc[BUDGET]
    assert figure.value == pytest.approx(row["median"], rel=1e-3)
    assert figure.range == pytest.approx((row["p05"], row["p95"]), rel=1e-3)
    assert figure.source.startswith("calibrated on data to 2004")


def test_what_says_nothing_leaves_the_prior_as_it_is(tmp_path):
    """Errors as large as the world: not one number is another."""
    found = calibrate(region(), own(given(420, error=1e6)), SMALL, tmp_path / "out")
    assert found.state == (STILL,)
    drawn = points(1, SMALL.simulations, SMALL.seed)[:, 0]
    assert found.posterior.sample[:, 0] == pytest.approx(150 + 250 * drawn)
    assert found.posterior.weights == pytest.approx(np.full(SMALL.simulations, 1 / SMALL.simulations))
    assert found.table()["width"][0] == pytest.approx(1, abs=0.02)
    assert found.table()["told"].tolist() == ["not"]
    assert "Nothing is used: what is known of the parameters is what was known before." in general(found)
    write_calibration(found, tmp_path / "out", "region.yaml", plates=False)


def test_what_only_luck_moves_leaves_the_prior_nearly_as_it_is(tmp_path):
    """Of the Russian budget, where a state stands says nothing: what is left is the noise of the estimate."""
    found = calibrate(region(), own(stands(0.1, error=0.01)), PLAN, tmp_path / "out")
    assert found.state == (USED,)
    assert found.table()["width"][0] == pytest.approx(1, abs=0.06)
    place = (found.posterior.draw(300, 1)[:, 0] - 150) / 250
    assert stats.kstest(place, "uniform").pvalue > 0.01


def test_a_stopped_one_goes_on_to_the_same_bytes(done, tmp_path):
    def stop(runs: int, total: int) -> None:
        if runs >= 800:
            raise KeyboardInterrupt

    words = {**asked(), "out": tmp_path / "out"}
    with pytest.raises(KeyboardInterrupt):
        patronage.calibrate(region(), **words, progress=stop)
    assert list((tmp_path / "out" / "chunks").glob("*.npy"))
    patronage.calibrate(region(), **words)
    assert bytes_of(tmp_path / "out") == bytes_of(done[1])


# --- priors that go together ------------------------------------------------------------------------------------------


def test_points_that_go_together_keep_their_margins_and_begin_alike():
    names, cube = ["a", "b", "c"], points(3, 4096, 1)
    found = mixed(cube, names, [("a", "b", 0.8), ("c", "a", -0.3)])
    assert stats.spearmanr(found).statistic == pytest.approx(np.array([[1, 0.8, -0.3], [0.8, 1, 0], [-0.3, 0, 1]]), abs=0.03)
    assert min(stats.kstest(column, "uniform").pvalue for column in found.T) > 0.5
    assert mixed(points(3, 100, 1), names, [("a", "b", 0.8)]) == pytest.approx(mixed(cube, names, [("a", "b", 0.8)])[:100])
    assert not possible(names, [("a", "b", -0.9), ("b", "c", -0.9), ("a", "c", -0.9)])


def test_what_is_learned_of_one_is_learned_of_the_other_where_they_go_together(tmp_path):
    """The observation tells the position alone; the weight of the tie follows as far as the prior says, and else not at all."""
    rows = own(stands(0.5, 2001, 0.02))
    alone = calibrate(region(), rows, replace(PLAN, only=(POSITION, WEIGHT)), tmp_path / "alone")
    plan = replace(PLAN, only=(POSITION, WEIGHT), correlations=((POSITION, WEIGHT, 0.9),))
    found = calibrate(region(), rows, plan, tmp_path / "together")
    assert alone.table().set_index("path").loc[WEIGHT, "width"] > 0.9
    table_ = found.table().set_index("path")
    assert table_.loc[WEIGHT, "width"] < 0.7
    # of a Gaussian copula: where the position stands at its quantile u, the middle of the weight is at Φ(ρ Φ⁻¹(u))
    rho = 2 * np.sin(np.pi * 0.9 / 6)
    middle = stats.norm.cdf(rho * stats.norm.ppf((table_.loc[POSITION, "median"] + 1) / 2))
    assert (table_.loc[WEIGHT, "median"] - 0.1) / 0.9 == pytest.approx(middle, abs=0.08)
    assert any(line.startswith(f"{POSITION} and {WEIGHT} go together before anything is known") for line in general(found))


# --- the command ------------------------------------------------------------------------------------------------------


def command(*words: object):
    return CliRunner().invoke(app, ["calibrate", *map(str, words)])


@pytest.fixture
def files(tmp_path):
    seen().to_csv(tmp_path / "mine.csv", index=False)
    (tmp_path / "region.yaml").write_text(region().resolved(), encoding="utf-8")
    return tmp_path / "region.yaml", "--targets", tmp_path / "mine.csv"


def test_the_command_answers_in_json_and_says_ahead_what_it_takes(files, tmp_path):
    more = ("--only", BUDGET, "--only", WEIGHT, "--simulations", 500, "--correlations", f"[[{BUDGET}, {WEIGHT}, 0.5]]")
    ahead = command(*files, *more, "--dry-run")
    assert ahead.exit_code == 0, ahead.output
    assert "Runs     1,300: 500 from the priors, 800 to check" in ahead.output
    assert "Time     about " in ahead.output
    made = command(*files, *more, "--json", "--no-figures", "--out", tmp_path / "out")
    assert made.exit_code == 0, made.output
    told = json.loads(made.output)
    assert [row["path"] for row in told["parameters"]] == [BUDGET, WEIGHT]
    assert len(told["statistics"]) == 8
    assert {"observed", "posterior_p05", "posterior_p95", "z", "state"} <= told["statistics"][0].keys()
    assert "--correlations '[[" in told["command"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data", "somewhere"), "give either --data DIR (yearly series) or --targets FILE"),
        (("--regions", "world"), "--regions learns on yearly series"),
        (("--without", "shares"), f"--without shares: 'shares' is no measure of the table. Allowed: {GIVEN}, position."),
        (("--to", "2000"), "no row has a weight and ends by 2000"),
        (("--correlations", f"[[{BUDGET}, {WEIGHT}, 0.5]]"), "--correlations: name the parameters that go together with --only"),
        (("--only", BUDGET, "--correlations", f"[[{BUDGET}, {WEIGHT}, 0.5]]"), f"unknown parameter of --only '{WEIGHT}'"),
        (("--only", BUDGET, "--correlations", f"[[{BUDGET}, {BUDGET}, 2]]"), "is no correlation. Write [[one, other, 0.6]]"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(files, tmp_path, words, said):
    made = command(*files, *words, "--out", tmp_path / "out")
    assert made.exit_code == 2, made.output
    assert said in made.output
    assert not (tmp_path / "out").exists()
