"""The command verify, and the long checks: what the tables that come with the package say comes out again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.patterns import ablations
from patronage.patterns.central_asia import BY_NUMBER, PATTERNS
from patronage.patterns.ensembles import Variant
from patronage.patterns.fragility import SAMPLE, FragilityPlan
from patronage.patterns.shipped import MEASURED, read_table
from patronage.patterns.verify import EnsembleJob, frame, run_jobs, verify, verify_twins


def patronage(*words: str | Path):
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pattern", "23"), "there is no such pattern; they are numbered 1 to 22"),
        (("--twins", "--ablations"), "--twins and --ablations: give one of them"),
        (("--draws", "20"), "--draws belongs to --fragility"),
        (("--fragility", "--runs", "5"), "--runs and --fragility"),
        (("--fragility", "--pattern", "5"), "--pattern and --fragility"),
        (("--strict", "--twins"), "--strict and --twins"),
        (("--runs", "1"), "Invalid value for '--runs'"),
    ],
)
def test_wrong_options_are_refused(words, said):
    done = patronage("verify", *words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    done = patronage("verify", "--pattern", "16", "--runs", "2", "--out", tmp_path)
    assert done.exit_code == 2
    assert "exists already" in done.stderr


@pytest.fixture
def quick(monkeypatch):
    """Ensembles that cost nothing: every column that is asked for is there, a number a run."""

    class AnyColumn(dict):
        def __missing__(self, key):
            self[key] = np.random.default_rng(len(key)).uniform(1.0, 2.0, 12)
            return self[key]

    monkeypatch.setattr("patronage.patterns.verify.run_jobs", lambda jobs, *_: {name: AnyColumn() for name in jobs})


def test_verify_says_the_same_as_text_csv_and_json(quick):
    import csv
    import io
    import json

    words = ("verify", "--pattern", "1", "--runs", "12", "--workers", "1")
    text, table, data = (patronage(*words, "--format", f) for f in ("text", "csv", "json"))
    assert text.exit_code == table.exit_code == data.exit_code == 0
    (pattern,) = json.loads(data.stdout)["patterns"]
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert [r["claim"] for r in rows] == [x["claim"] for x in pattern["claims"]] == [x.name for x in PATTERNS[0].claims]
    for row, told in zip(rows, pattern["claims"], strict=True):
        assert float(row["value"]) == told["value"]
        assert told["claim"] + ": " + told["measured"] in " ".join(text.stdout.split())
    head = "0 of 0 untouched observed patterns hold: none of 1 is a fact that nobody had looked at (12 runs, seed 1)."
    assert text.stdout.startswith(head)


def test_strict_fails_where_a_recorded_pattern_does_not_hold(monkeypatch, quick):
    from patronage.patterns import shipped

    monkeypatch.setattr(shipped, "expected_to_hold", lambda: {16})
    impossible = replace(BY_NUMBER[16], claims=(replace(BY_NUMBER[16].claims[2], low=1e6, high=2e6),))
    monkeypatch.setattr("patronage.cli.patterns._chosen", lambda numbers: [impossible])
    words = ("verify", "--runs", "4", "--workers", "1")
    assert patronage(*words).exit_code == 0
    done = patronage(*words, "--strict")
    assert done.exit_code == 1
    assert "Pattern 16" in done.stderr
    monkeypatch.setattr(shipped, "expected_to_hold", set)
    assert patronage(*words, "--strict").exit_code == 0


def test_numbers_do_not_depend_on_the_number_of_processes():
    short = Variant("short", until="2003Q4")
    jobs = {"a": EnsembleJob(short, 6, 1), "b": EnsembleJob(short, 6, 2)}
    one, two = run_jobs(jobs, workers=1), run_jobs(jobs, workers=2)
    assert one.keys() == two.keys()
    for name, columns in one.items():
        assert columns.keys() == two[name].keys()
        for key, values in columns.items():
            np.testing.assert_array_equal(values, two[name][key])


# --- long: what comes out ---------------------------------------------------------------------------------------------


@pytest.mark.statistical
def test_what_the_tables_say_comes_out_again():
    """The recorded values of what needs but one ensemble, with the recorded runs and seed: the same numbers."""
    table = read_table("patterns")
    few = [p for p in PATTERNS if p.number in (3, 5, 7, 9, 11, 12, 13, 14, 16)]
    found = frame(verify(few, table.origin.runs, table.origin.seed))
    kept = table.rows[table.rows["pattern"].isin([p.number for p in few])]
    assert found["measured"].tolist() == kept["measured"].tolist()
    assert found["verdict"].tolist() == kept["verdict"].tolist()


@pytest.mark.statistical
def test_the_first_draws_come_out_again():
    kept = pd.read_csv(MEASURED / "sample.csv")
    origin = read_table("fragility").origin
    few = [p for p in PATTERNS if p.ensembles == ("withdrawal",)]
    found = FragilityPlan(origin.planned, origin.runs, origin.seed).some(range(SAMPLE), few)
    both = found.merge(kept, on=["draw", "pattern", "claim"], suffixes=("", "_kept"))
    assert len(both) == len(found) > 50
    np.testing.assert_allclose(both["value"], both["value_kept"], rtol=1e-6)
    assert both["holds"].tolist() == both["holds_kept"].tolist()


@pytest.mark.statistical
def test_every_twin_fails():
    for found in verify_twins(PATTERNS, 120, 1):
        said = [(f.claim, f.text, f.verdict.value) for f in found.findings]
        assert found.fails_as_it_must, f"{found.pattern.number}, {found.twin.text}: {said}"


@pytest.mark.statistical
def test_without_each_mechanism_some_outcome_is_another():
    """In twenty runs; where a rule acts rarely (`served_terms`: in 3 of 300), in a hundred."""
    base = simulate(load_scenario("us-withdrawal"), 100)
    for mechanism in ablations.mechanisms():
        runs = 100 if mechanism == "served_terms" else 20
        off = simulate(load_scenario("us-withdrawal", {f"mechanisms.{mechanism}": "off"}), runs)
        assert not off.outcomes.equals(base.outcomes.iloc[:runs]), mechanism


KEPT = ("american_mission", "withdrawal", "german_mission", "german_training", "german_end", "chinese_mission")
SHOCKS = ("russian_crash", "russian_recession", "aftermath", "taliban_fall", "taliban_return", "andijan")


@pytest.mark.statistical
def test_the_story_arises_without_dated_help(tmp_path) -> None:
    """With every event deleted but missions and shocks, rents, evictions, packages and campaigns still arise."""
    names = [e.name for e in load_scenario("us-stays").events]
    gone = "".join(f"  {name}: ~\n" for name in names if name not in (*KEPT, *SHOCKS))
    assert gone.count("~") > 5
    path = tmp_path / "bare.yaml"
    rivalry = "rivalry: {RUS: {USA: {value: 1, source: assumption}}}\n"
    path.write_text(f"title: Bare\nextends: us-stays\n{rivalry}events:\n{gone}", encoding="utf-8")
    result = simulate(load_scenario(path), runs=300)
    rows = result.ledger[(result.ledger.client == "KGZ") & (result.ledger.cause.astype(str) != "event")]
    found = rows.groupby(rows.kind.astype(str))["run"].nunique()
    for kind in ("opened", "renewed", "notice", "closed", "package", "renege", "campaign"):
        assert found.get(kind, 0) > 5, kind
    then = {"patron": "USA", "client": "KGZ", "quarter": "2010Q4"}
    rents = result.data.rent.sel(then).where(result.data.base.sel(then))
    assert float(rents.mean()) > 30
