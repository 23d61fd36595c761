"""Calibration: what is compared, what is read, what is found in worlds whose parameters are known. No third-party data here."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

from calibrated_world import TRUTH, bytes_of, observed_tables, region
from patronage import load_scenario, simulate
from patronage.batch.executors import executor
from patronage.calibration import CalibrationPlan, calibrate
from patronage.calibration.calibrate import IDENTITY, OtherCalibrationError, coverage, identity
from patronage.calibration.priors import at, candidates, variants
from patronage.calibration.screening import chosen, screen
from patronage.calibration.simulating import CHUNKS, Bench, StageSetup, simulated
from patronage.calibration.statistics import NothingToCompareError, ordered, statistics_of
from patronage.cli.app import app
from patronage.data.tables import read_tables
from patronage.hindcast.targets import observed
from patronage.reports.calibration import write_calibration
from patronage.scenario import parse_quarter

PATHS = tuple(sorted(TRUTH))
PLAN = CalibrationPlan(2008, simulations=1000, only=PATHS, keep=300, checked=100, held=60)
SMALL = CalibrationPlan(2005, simulations=300, only=PATHS, keep=150, checked=40, held=20)


def targets(folder: Path, last: int = 3000) -> pd.DataFrame:
    scenario = region()
    return observed(read_tables(folder).until(last), scenario.patrons, scenario.clients)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return observed_tables(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def done(tmp_path_factory, data):
    """A finished calibration and its folder."""
    folder = tmp_path_factory.mktemp("calibrated") / "out"
    found = calibrate(region(), targets(data), PLAN, folder)
    write_calibration(found, folder, "region.yaml")
    return found, folder


# --- what is compared -------------------------------------------------------------------------------------------------


def rows(target: str, patron: str, client: str, values: dict[int, float]) -> pd.DataFrame:
    columns = ["target", "patron", "client", "year", "value"]
    return pd.DataFrame([(target, patron, client, y, v) for y, v in values.items()], columns=columns)


def test_statistics_are_means_contrasts_and_changes_of_the_years_that_were_observed():
    known = pd.concat([
        rows("ideal_point", "", "KGZ", {2002: 0.1, 2003: 0.3, 2005: 0.2, 2006: 0.2, 2007: 0.4, 2009: 0.6, 2013: 9.0}),
        rows("fbic", "RUS", "KGZ", {2001: 0.5, 2002: 0.5, 2003: 0.5}), rows("fbic", "RUS", "TJK", {2001: 0.2, 2002: 0.2, 2003: 0.2}),
        rows("fbic", "CHN", "KGZ", {2001: 0.5, 2002: 0.5, 2003: 0.5}), rows("base", "USA", "KGZ", {2001: 1.0, 2002: 0.0}),
    ])  # fmt: skip
    found = statistics_of(known, region(), 2012)
    told = dict(zip(found.names, found.observed.round(6).tolist(), strict=True))
    assert told == {
        "fbic contrast RUS KGZ": round(-np.log(0.2 / 0.8) / 2, 6),
        "ideal_point level KGZ": 0.3,
        "ideal_point change KGZ": 0.3,
    }, "a year after the window, a patron that is not there and too few years say nothing"
    left = np.array([0.1, 0.3, 0.2, 0.2, 0.4, 0.6])
    years = np.array([2, 3, 5, 6, 7, 9])
    spread = np.sqrt(((left - np.polyval(np.polyfit(years, left, 1), years)) ** 2).mean())
    assert found.discrepancy[1:] == pytest.approx([spread, spread * np.sqrt(2)])
    with pytest.raises(NothingToCompareError, match="from 2001 to 2012"):
        statistics_of(known[known["target"] == "base"], region(), 2012)


def test_what_a_dated_event_decides_is_not_compared(data):
    acts = "close_base: {holder: USA, host: KGZ}, overthrow: {state: TJK}"
    scenario = region(**{"events.decree": f"{{at: 2008Q1, {acts}, source: assumption}}"})
    assert ordered(scenario, 2012) == {("base", "USA", "KGZ"), ("irregular_exit", "", "TJK"), ("arms_share", "USA", "KGZ")}
    assert ordered(scenario, 2007) == set()
    names = statistics_of(targets(data), scenario, 2012).names
    assert "base level RUS KGZ" in names
    assert not {"base level USA KGZ", "irregular_exit level TJK"} & set(names)


def test_the_model_is_read_like_the_tables(data):
    """Statistics gathered while runs are simulated are those of the recorded series, whatever the parameters of each run."""
    scenario, parameters = region(), tuple(p for p in candidates(region()) if p.path in PATHS)
    found = statistics_of(targets(data), scenario, 2012)
    values = at(parameters, np.array([[0.1, 0.9], [0.5, 0.2], [0.9, 0.5]]))
    import io

    job = StageSetup(scenario.resolved(), parameters, found, 5)
    got = np.load(io.BytesIO(simulated(job, values, np.arange(3))))
    result = simulate(scenario, runs=3, seed=5, until=parse_quarter("2012Q4"), variants=variants(scenario, parameters, values)).data
    share = result["share"].values.reshape(3, 12, 4, 2, 2).mean(axis=2)
    logit = np.log(share / (1 - share))
    rus = logit[:, :, 0, :]
    expected = {
        "fbic contrast RUS KGZ": (rus[:, :, 0] - rus.mean(axis=2)).mean(axis=1),
        "fbic change RUS TJK": rus[:, -4:, 1].mean(axis=1) - rus[:, :4, 1].mean(axis=1),
        "ideal_point level KGZ": result["position"].sel(client="KGZ", axis="unga").mean("quarter").values,
        "base level USA KGZ": result["base"].sel(patron="USA", client="KGZ").values[:, 3::4].mean(axis=1),
    }
    for name, value in expected.items():
        assert got[:, found.names.index(name)] == pytest.approx(value, abs=2e-4), name


# --- what is found ----------------------------------------------------------------------------------------------------


def test_the_true_parameters_are_found(done):
    found, _ = done
    table = found.table().set_index("path")
    for path, value in TRUTH.items():
        assert table.loc[path, "p05"] - 0.05 * table.loc[path, "median"] <= value <= table.loc[path, "p95"] * 1.05, path
    assert table.loc["states.TJK.position.unga", "told"] == "well"
    assert table.loc["patrons.RUS.budget", "told"] == "not"
    assert found.counts == {"screen": 0, "prior": 1000, "checks": 200}
    fit = found.fit().set_index("ensemble")
    assert fit.loc["posterior", "misfit"] < fit.loc["as_it_stands", "misfit"]
    assert (coverage(found.ranks, 99, 0.9) > 0.75).all()


def test_the_layer_says_where_its_values_come_from_and_runs(done):
    found, folder = done
    made = load_scenario(folder / "calibrated.yaml")
    table = found.table().set_index("path")
    for path in PATHS:
        figure = made.figure(path)
        assert figure.value == pytest.approx(table.loc[path, "median"], rel=1e-3)
        assert figure.range == pytest.approx((table.loc[path, "p05"], table.loc[path, "p95"]), rel=1e-3)
        assert figure.source.startswith("calibrated on data to 2008 (1000 simulations, identity ")
        assert "before: " in figure.source
    assert made.title.endswith("calibrated on data to 2008")
    assert made.figure("ties.RUS.TJK.debt").value == 300
    assert np.isfinite(simulate(made, runs=2, until=parse_quarter("2002Q4")).data["share"].values).all()
    page = (folder / "report.html").read_text("utf-8")
    assert page.count("<img") == 4
    assert "states.TJK.position.unga" in page
    summary = (folder / "summary.txt").read_text("utf-8")
    assert re.search(r"^states\.TJK\.position\.unga .* well ", summary, re.MULTILINE)


@pytest.fixture(scope="module")
def small(tmp_path_factory, data):
    """The folder of a smaller one, without figures."""
    return made_of(data, tmp_path_factory.mktemp("small") / "out")


def made_of(data: Path, out: Path, **how: object) -> Path:
    write_calibration(calibrate(region(), targets(data), SMALL, out, **how), out, "region.yaml", plates=False)
    return out


def test_nothing_later_than_the_window_is_read(small, tmp_path):
    """The future is changed: every file stays the same, to the byte. The twin: a change in the window is seen."""
    later = observed_tables(tmp_path / "later", after=2005, change=0.4)
    assert bytes_of(made_of(later, tmp_path / "out")) == bytes_of(small)
    within = targets(observed_tables(tmp_path / "within", after=2004, change=0.4))
    held = (small / IDENTITY).read_text("utf-8").strip()
    assert identity(region(), statistics_of(targets(later), region(), 2005), SMALL) == held
    assert identity(region(), statistics_of(within, region(), 2005), SMALL) != held


def test_an_interrupted_calibration_goes_on_where_it_stopped(small, data, tmp_path):

    def stop(runs: int, total: int) -> None:
        if runs >= 300:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        calibrate(region(), targets(data), SMALL, out, progress=stop)
    kept = sorted((out / CHUNKS).glob("*.npy"))
    stamps = {p.name: p.stat().st_mtime_ns for p in kept}
    assert kept
    kept[0].write_bytes(kept[0].read_bytes()[:50])  # a file that is no whole one is made again
    stamps.pop(kept[0].name)
    assert bytes_of(made_of(data, out)) == bytes_of(small)
    assert all((out / CHUNKS / name).stat().st_mtime_ns == stamp for name, stamp in stamps.items())


def test_a_finished_calibration_is_not_mixed_with_another(small, data):
    before = bytes_of(small)
    with pytest.raises(OtherCalibrationError, match="another calibration"):
        calibrate(region(), targets(data), PLAN, small)
    assert bytes_of(small) == before


def test_the_screen_finds_what_moves_and_leaves_out_what_does_not(data, tmp_path):
    scenario = region()
    idle = ("rules.blocs.consent_budget", "rules.coercion.enforcement")
    wanted = ("rules.influence.presence_bandwidth", "patrons.USA.need.base", *idle)
    parameters = tuple(p for p in candidates(scenario) if p.path in wanted)
    statistics = statistics_of(targets(data), scenario, 2006)
    with executor() as doer:
        table = screen(Bench(tmp_path, doer, 800), scenario.resolved(), parameters, statistics, 4, 4, 1)
    score = table.set_index("path")["score"]
    assert table["path"][0] == "rules.influence.presence_bandwidth"
    assert table["most"][0].startswith("fbic")
    assert not score[list(idle)].any()
    assert set(chosen(table, 10)) == {p for p, s in score.items() if s >= 0.1}
    assert len(chosen(table, 1)) == 1
    with executor() as doer:
        table = screen(Bench(tmp_path, doer, 800), scenario.resolved(), parameters, statistics, 4, 4, 1, ("fbic",))
    assert not table["most"][table["score"] > 0].str.startswith("fbic").any(), "a target that is left out says nothing"


# --- the command ------------------------------------------------------------------------------------------------------


def command(*words: object):
    return CliRunner().invoke(app, ["calibrate", *map(str, words)])


def test_the_command_calibrates_and_says_what_was_found(data, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(region().resolved(), encoding="utf-8")
    words = (mine, "--data", data, "--simulations", 500, "--only", PATHS[0], "--only", PATHS[1], "--out", tmp_path / "out",
             "--to", 2004, "--no-figures")  # fmt: skip
    made = command(*words)
    assert made.exit_code == 0, made.output
    assert "Misfit of the used statistics" in made.output
    assert f"Layer    {tmp_path / 'out' / 'calibrated.yaml'}" in made.output
    assert load_scenario(tmp_path / "out" / "calibrated.yaml").figure(PATHS[0]).source.startswith("calibrated")
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    assert command(*words).output == made.output, "the same again says the same and changes nothing"
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    other = command(*words[:4], 600, *words[5:])
    assert other.exit_code == 2
    assert "holds another calibration" in other.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data", "nowhere"), "--data nowhere is not in the layout (docs/build.md):\nnowhere/country_year.csv"),
        (("--only", "patrons.RUS.bugdet"), "is no figure with a range. Did you mean patrons.RUS.budget?"),
        (("--without", "arms"), "--without arms: 'arms' is no target. Did you mean arms_share?"),
        (("--to", "2001"), "--to 2001: the scenario starts in 2009"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(data, tmp_path, words, said):
    made = command("two-patrons", "--data", data, "--out", tmp_path / "out", *words)
    assert made.exit_code == 2
    assert said in made.output
    assert not (tmp_path / "out" / "calibrated.yaml").exists()


# --- long -------------------------------------------------------------------------------------------------------------


@pytest.mark.statistical
def test_ranks_are_uniform_on_the_engine_and_a_planted_fault_is_seen(data, tmp_path, monkeypatch):
    """Simulated worlds are taken for the observed one: their parameters lie anywhere in the posterior with equal chance."""
    from patronage.calibration import posterior

    moved = ("patrons.RUS.budget", "ties.USA.TJK.weight", "rules.alignment.pull")
    plan = CalibrationPlan(2006, simulations=6000, only=moved, keep=600)
    found = calibrate(region(), targets(data), plan, tmp_path / "out")

    def chances(ranks: np.ndarray) -> list[float]:
        return [stats.chisquare(np.histogram(c, bins=10, range=(0, 100))[0]).pvalue for c in ranks.T]

    assert min(chances(found.ranks)) > 1e-3
    assert coverage(found.ranks, 99, 0.9) == pytest.approx(np.full(4, 0.9), abs=0.07)
    right = posterior.adjusted
    monkeypatch.setattr(posterior, "adjusted", lambda line, apart, weights: 2 * line - right(line, apart, weights))
    wrong = calibrate(region(), targets(data), plan, tmp_path / "out")
    assert min(chances(wrong.ranks)) < 1e-6


@pytest.mark.statistical
def test_any_number_of_workers_gives_the_same_bytes(small, data, tmp_path):
    assert bytes_of(made_of(data, tmp_path / "out", workers=2)) == bytes_of(small)
