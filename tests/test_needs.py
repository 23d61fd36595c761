"""What takes long, or more than there is, is said before anything is written."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from patronage.cli import needs
from patronage.cli.app import app
from patronage.experiments.estimate import rough
from patronage.runs import needs as of_runs
from patronage.runs.needs import SOON, needs_of
from patronage.scenario import load_scenario
from test_sweeps import EXPERIMENT, read

PLENTY = 1e15


@pytest.fixture(autouse=True)
def _roomy(monkeypatch):
    """A machine with plenty of everything."""
    monkeypatch.setattr(needs, "free_disk", lambda place: PLENTY)
    monkeypatch.setattr(needs, "free_memory", lambda: PLENTY)


def test_needs_grow_with_runs_quarters_and_scenarios(monkeypatch):
    scenario, measured = load_scenario("two-patrons"), of_runs._timed

    def steady(*words):
        """A clock that no other program slows: a part for each quarter, and one for each run's."""
        return (0.1 + 0.001 * words[1]) * (words[2] - scenario.start + 1), measured(*words)[1]

    monkeypatch.setattr(of_runs, "_timed", steady)
    assert needs_of(scenario, SOON // 20, None, "parquet") is None
    one, two = (needs_of(scenario, n, None, "parquet") for n in (10_000, 1_000_000))
    assert two.seconds == pytest.approx(100 * one.seconds)
    assert needs_of(scenario, 10_000, "2010Q4", "parquet").seconds == pytest.approx(8 / 20 * one.seconds)
    assert two.disk == pytest.approx(100 * one.disk)
    assert two.memory > 20 * one.memory
    both = needs_of(scenario, 10_000, None, "parquet", scenarios=2, workers=2)
    assert both.disk == pytest.approx(2 * one.disk, rel=0.01)
    assert both.memory == pytest.approx(2 * one.memory, rel=0.01)
    assert needs_of(scenario, 10_000, "2010Q4", "parquet").disk < 0.6 * one.disk


@pytest.mark.parametrize("words", [["run", "two-patrons"], ["compare", "two-patrons", "us-stays"]])
def test_a_million_runs_do_not_start_without_a_word(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(needs, "free_disk", lambda place: 1e6)
    monkeypatch.setattr("patronage.cli.comparing.check_comparable", lambda loaded: None)
    told = CliRunner().invoke(app, [*words, "--runs", "1000000", "--out", "out"])
    assert told.exit_code == 2, told.output
    assert told.stderr.startswith("This takes about ")
    assert "Only 1 MB of disk are free: fewer runs (--runs)" in told.stderr
    assert told.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_memory_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(needs, "free_memory", lambda: 5e6)
    told = CliRunner().invoke(app, ["run", "two-patrons", "--runs", "100000", "--out", "out"])
    assert told.exit_code == 2
    assert "Only 5 MB of memory are free" in told.stderr


def test_what_takes_over_a_minute_says_so_and_begins(capsys, tmp_path):
    needs.announce(59, 1e6, 1e6, tmp_path, processes=1, sample=64, fewer="x")
    assert capsys.readouterr().err == ""
    needs.announce(300, 2e9, 1e9, tmp_path / "new" / "deep", processes=2, sample=64, fewer="x")
    assert capsys.readouterr().err == (
        "This takes about 5 min with 2 processes, 2 GB of disk and 1 GB of memory (measured on 64 runs).\n"
    )


def test_a_large_sweep_is_measured_first(tmp_path, monkeypatch):
    small = read(tmp_path)
    assert rough(small) is None
    large = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 200000"))
    found = rough(large, workers=2)
    assert (found.runs, found.workers) == (600_000, 2)
    assert found.seconds > 0
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(needs, "free_disk", lambda place: 1e3)
    told = CliRunner().invoke(app, ["sweep", "small.yaml", "--out", "out"])
    assert told.exit_code == 2
    assert "Only 1 kB of disk are free: fewer points or replications" in told.stderr
    assert not (tmp_path / "out").exists()


def test_free_disk_is_that_of_the_folder_to_be_made(monkeypatch, tmp_path):
    monkeypatch.undo()
    assert needs.free_disk(tmp_path / "a" / "b") > 0
    assert needs.free_memory() > 0


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([(0, 0), (5, 10), (11, 20), (30, 50)], ["Games: about 99 s more (10 % is done).\n"]),  # once, when the speed is known
        ([(0, 120), (20, 130)], ["Games: about 2 min more (65 % is done).\n"]),  # what was there before is no speed
        ([(0, 0), (11, 100), (12, 101)], []),  # soon done
        ([(0, 0), (11, 0)], []),  # nothing is known yet
    ],
)
def test_long_work_says_once_how_long_where_nobody_watches_a_bar(monkeypatch, capsys, steps, told):
    clock = iter([at for at, _ in steps])
    monkeypatch.setattr(needs.time, "monotonic", lambda: next(clock))
    advance = needs.foretold("Games")
    for _, done in steps:
        advance(done, 200)
    assert capsys.readouterr().err == "".join(told)
