"""Commands that simulate and read results: folders, summaries, refusals, interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from patronage.cli.app import app
from patronage.reports import read_run
from patronage.scenario import load_scenario

ROOT = Path(__file__).resolve().parents[1]
QUICK = ("--runs", "3", "--no-figures")


def patronage(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)


def refused(*words: str | Path) -> str:
    """What is said on standard error by a command that must refuse, without a traceback or an answer."""
    done = patronage(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def manifest(folder: Path) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def hashes(folder: Path) -> dict[str, str]:
    return {name: table["sha256"] for name, table in manifest(folder)["tables"].items()}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Every test in its own folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "run"
    assert patronage("run", "two-patrons", *QUICK, "--out", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def comparison(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("comparison")
    stays = folder / "stays.yaml"
    stays.write_text("extends: two-patrons\nevents: {withdrawal: ~}\n", encoding="utf-8")
    made = folder / "made"
    assert patronage("compare", "two-patrons", stays, *QUICK, "--out", made).exit_code == 0
    return made


def test_run_writes_a_folder_and_says_where_it_lies():
    done = patronage("run", "two-patrons", *QUICK)
    assert done.exit_code == 0
    folder = Path("runs/two-patrons-seed1-3")
    assert (folder / "report.html").is_file()
    assert str(folder / "report.html") in done.stdout
    assert (folder / "summary.txt").read_text(encoding="utf-8").strip() in done.stdout
    assert manifest(folder)["runs"] == 3


def test_a_second_run_takes_another_folder_and_says_so():
    first = patronage("run", "two-patrons", *QUICK)
    second = patronage("run", "two-patrons", *QUICK)
    assert "exists already; writing to" in second.stderr
    assert first.stderr == ""
    assert sorted(p.name for p in Path("runs").iterdir()) == ["two-patrons-seed1-3", "two-patrons-seed1-3-2"]
    assert hashes(Path("runs/two-patrons-seed1-3")) == hashes(Path("runs/two-patrons-seed1-3-2"))


def test_a_folder_that_holds_something_is_never_touched():
    out = Path("mine")
    out.mkdir()
    (out / "precious.txt").write_text("precious", encoding="utf-8")
    assert "exists already" in refused("run", "two-patrons", *QUICK, "--out", out)
    assert "exists already" in refused("compare", "two-patrons", "two-patrons", *QUICK, "--out", out)
    assert [p.name for p in out.iterdir()] == ["precious.txt"]
    assert sorted(p.name for p in Path().iterdir()) == ["mine"]


def test_seed_until_set_and_format_reach_the_run():
    words = ("--seed", "7", "--until", "2010Q2", "--set", "patrons.USA.mission=0.5", "--format", "csv", "--out", "made")
    assert patronage("run", "two-patrons", *QUICK, *words).exit_code == 0
    folder = Path("made")
    found = manifest(folder)
    assert (found["seed"], found["until"], found["format"]) == (7, "2010Q2", "csv")
    assert load_scenario(folder / "scenario.yaml").number("mission", "USA") == 0.5
    assert {p.suffix for p in (folder / "tables").iterdir()} == {".csv"}


def test_another_seed_gives_other_results(run):
    assert patronage("run", "two-patrons", *QUICK, "--seed", "2", "--out", "other").exit_code == 0
    assert hashes(Path("other"))["influence"] != hashes(run)["influence"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "two-patrons", "--until", "soon"), "this is no quarter. Write a year and a quarter, such as 2009Q1"),
        (("run", "two-patrons", "--until", "1990Q1"), "two-patrons lasts from 2009Q1 to 2013Q4"),
        (("run", "two-patrons", "--runs", "0"), "--runs"),
        (("run", "two-patrons", "--seed", "-1"), "--seed"),
        (("run", "two-patrons", "--format", "xls"), "--format"),
        (("run", "two-patrons", "--set", "patrons.USA.misson=1"), "Did you mean mission?"),
        (("compare", "two-patrons"), "two scenarios or more"),
        (("compare", "two-patrons", "us-stays"), "cannot be compared run by run: they have different patrons"),
        (("why", "nowhere", "USA", "KGZ"), "no run folder"),
        (("summary", "nowhere"), "no run folder"),
        (("plot", "nowhere"), "no run folder"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(words, said):
    assert said in refused(*words)
    assert list(Path().iterdir()) == []


def test_compare_pairs_the_runs(comparison):
    found = manifest(comparison)
    assert found["names"] == ["two-patrons", "stays"]
    assert (comparison / "report.html").is_file()
    assert {p.name for p in (comparison / "runs").iterdir()} == {"two-patrons", "stays"}


def test_summary_says_again_what_was_said(run, comparison):
    for folder in (run, comparison):
        said = patronage("summary", folder).stdout
        assert said.startswith((folder / "summary.txt").read_text(encoding="utf-8").rstrip("\n"))
        assert f"Folder   {folder}" in said


def test_why_tells_of_the_base(run, comparison):
    said = patronage("why", run, "USA", "KGZ", "base").stdout
    assert "3 runs" in said
    assert "A typical run" in said
    both = patronage("why", comparison, "USA", "KGZ").stdout
    assert both.startswith("two-patrons less stays\n")
    assert both.index("\ntwo-patrons\n") < both.index("\nstays\n")


def test_why_refuses_what_is_not_there(run):
    assert "'ZZZ' is no patron here" in refused("why", run, "ZZZ", "KGZ")
    assert "'love' is no measure, kind of concession or outcome here" in refused("why", run, "USA", "KGZ", "love")


def test_one_figure_alone_is_drawn(run):
    assert patronage("plot", run, "--only", "shares", "--only", "bases", "--out", "two").exit_code == 0
    assert sorted(p.name for p in Path("two").iterdir()) == ["bases.png", "bases.svg", "shares.png", "shares.svg"]
    assert "one of shares, stacked" in refused("plot", run, "--only", "share", "--out", "none")
    assert not Path("none").exists()


def test_plot_draws_into_a_new_folder(run):
    done = patronage("plot", run, "--out", "drawn")
    assert done.exit_code == 0
    drawn = list(Path("drawn").iterdir())
    assert {p.suffix for p in drawn} == {".png", ".svg"}
    assert f"Drew {len(drawn)} files" in done.stdout
    assert "exists already" in refused("plot", run, "--out", "drawn")


def test_a_reader_that_leaves_is_no_error_and_nothing_is_said():
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "patronage", "list"],
            stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "model")},
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_an_interruption_leaves_one_line_and_nothing_half_written():
    process = subprocess.Popen(
        [sys.executable, "-m", "patronage", "run", "two-patrons", "--runs", "1000000", "--out", "made/big"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "model")},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while not list(Path().glob("made/.big*/tables/*")):
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=120)
    finally:  # nothing goes on behind a test that fails
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert said == ""
    *before, last = complained.strip().splitlines()
    assert last == "Interrupted: nothing was written."
    assert all(line == "" or line.startswith("This takes about") for line in before)
    assert list(Path("made").iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path):
    """A file where a folder should be: what and why, exit code 2, no traceback."""
    (tmp_path / "afile").write_text("", encoding="utf-8")
    told = refused("run", "two-patrons", "--runs", "1", "--out", str(tmp_path / "afile" / "sub"))
    assert "afile" in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1


def validated(text: str) -> dict[str, Any]:
    """What was printed, after the published schema has been asked."""
    jsonschema: Any = pytest.importorskip("jsonschema", reason="the page in the browser brings it")
    found = json.loads(text)
    schema = json.loads(patronage("schema", "--results").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    return dict(found)


def test_a_run_is_told_to_programs_as_to_people(run):
    found = validated(patronage("summary", run, "--json").stdout)
    outcomes = read_run(run).outcomes
    assert (found["kind"], found["scenario"], found["runs"]) == ("run", "two-patrons", len(outcomes))
    told = {row["name"]: row for row in found["outcomes"]}
    assert list(told) == list(outcomes)
    share = outcomes["russian_share"]
    assert told["russian_share"]["mean"] == pytest.approx(share.mean())
    assert told["russian_share"]["p50"] == pytest.approx(share.median())
    assert told["russian_share"]["low"] < share.mean() < told["russian_share"]["high"]
    assert told["manas_open"]["truth"] is True
    assert 0 <= told["manas_open"]["low"] <= told["manas_open"]["mean"] <= told["manas_open"]["high"] <= 1


def test_a_comparison_is_told_to_programs_as_to_people(comparison):
    found = validated(patronage("summary", comparison, "--json").stdout)
    assert [side["scenario"] for side in found["sides"]] == ["two-patrons", "stays"]
    [pair] = found["pairs"]
    rows = {row["name"]: row for row in pair["outcomes"]}
    for row in rows.values():
        if row["first"] is not None and row["pairs"] == row["first_runs"] == row["second_runs"]:
            assert row["mean"] == pytest.approx(row["first"] - row["second"], abs=1e-12)
    assert "2 schemas" in refused("schema", "--results", "--experiments")
