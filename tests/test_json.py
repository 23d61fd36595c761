"""What commands answer with --json is what the published schema says, and the numbers are those of the tables and the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from patronage.cli.app import app
from patronage.experiments import read_sweep
from patronage.reports import read_run

jsonschema: Any = pytest.importorskip("jsonschema", reason="the page in the browser brings it")

NO_RESULT = {"plot", "schema", "new", "build", "tables", "prepare", "view", "serve-tools", "export"}
"""Commands that draw, write, serve or make ready: they print where something lies, or a schema, which is JSON itself."""
EXPERIMENT = """title: A small sweep
scenario: two-patrons
uncertainties: {need: {path: patrons.USA.need}, rent: {path: bases.manas.rent, values: [5, 60]}}
design: {kind: lhs, points: 6}
replications: 2
seed: 3
outcomes: [manas_open, russian_share]
"""


def said(*words: str | Path) -> str:
    done = CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def schema() -> Any:
    found = json.loads(said("schema", "--results"))
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run and a sweep."""
    folder = tmp_path_factory.mktemp("json")
    (folder / "small.yaml").write_text(EXPERIMENT, encoding="utf-8")
    said("run", "two-patrons", "--runs", "4", "--until", "2010Q4", "--no-figures", "--out", folder / "run")
    said("sweep", folder / "small.yaml", "--out", folder / "sweep")
    return folder


def valid(schema: Any, text: str) -> dict[str, Any]:
    found = json.loads(text)
    schema.validate(found)
    return dict(found)


def test_every_command_that_prints_a_result_answers_programs():
    commands = typer.main.get_command(app).commands
    without = {name for name, command in commands.items() if "as_json" not in {p.name for p in command.params}}
    assert without == NO_RESULT


def test_why_gives_the_text_and_the_line_that_repeats_its_run(schema, place, monkeypatch):
    found = valid(schema, said("why", place / "run", "USA", "KGZ", "base", "--json"))
    [answer] = found["answers"]
    assert answer["text"].strip() == said("why", place / "run", "USA", "KGZ", "base").strip()
    [line] = answer["alone"]
    monkeypatch.chdir(place)
    said(*line.split()[1:], "--no-figures", "--out", "alone")
    alone = read_run(place / "alone").outcomes
    assert alone.equals(read_run(place / "run").outcomes.loc[alone.index])


def test_a_number_is_explained_with_its_unit_source_and_range(schema):
    found = valid(schema, said("explain", "two-patrons", "patrons.USA.budget", "--json"))
    assert found["unit"] == "MUSD/yr"
    assert f"value: {found['value']:g} MUSD/yr" in found["text"]
    assert found["source"] in found["text"]
    assert "value" not in valid(schema, said("explain", "two-patrons", "share", "--json"))


def test_a_landscape_lists_its_minima(schema, place):
    found = valid(schema, said("landscape", place / "run", "--json"))
    assert sorted([*found["alignment"]["first"], *found["alignment"]["second"]]) == sorted(found["actors"])
    energies = [m["energy"] for m in found["minima"]]
    assert energies == sorted(energies)
    assert sum(m["basin"] for m in found["minima"]) == found["splits"]


def test_a_sweep_and_its_analysis_have_the_numbers_of_their_tables(schema, place):
    found = valid(schema, said("sweep", place / "small.yaml", "--out", place / "sweep", "--json"))
    outcomes = read_sweep(place / "sweep").outcomes
    assert (found["points"], found["runs"]) == (6, len(outcomes))
    told = {row["name"]: row for row in found["outcomes"]}
    assert told["russian_share"]["mean"] == pytest.approx(outcomes["russian_share"].mean())
    assert told["russian_share"]["lowest"] == pytest.approx(outcomes["russian_share"].groupby("point").mean().min())
    words = ("--methods", "summary", "--no-figures", "--out", place / "analysis", "--json")
    analysed = valid(schema, said("analyse", place / "sweep", *words))
    means = {(r["point"], r["outcome"]): r["mean"] for r in analysed["tables"]["points"]}
    assert means[0, "russian_share"] == pytest.approx(outcomes.loc[0, "russian_share"].mean())


def test_an_attribution_says_what_kind_of_answer_it_is(schema, tmp_path):
    words = ("--outcome", "russian_share", "--over", "events", "--runs", "4", "--no-figures", "--out", tmp_path / "parts", "--json")
    found = valid(schema, said("attribute", "two-patrons", *words))
    assert sum(part["value"] for part in found["parts"]) == pytest.approx(found["total"])
    assert found["command"].startswith("patronage attribute two-patrons --outcome russian_share")


def test_the_machine_is_told_to_programs():
    found = json.loads(said("doctor", "--json"))
    assert {"machine", "numba", "analysis"} <= {one["what"] for one in found["findings"]}
