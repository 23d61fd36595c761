"""Why two scenarios with the same luck differ: parts that add up, rows and amounts counted again, and a side by its name."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from patronage.cli.app import app
from patronage.reports import NothingToExplainError, answers_of, compare_to_folder, difference_text, read_comparison
from patronage.reports.json_answers import why_json
from patronage.reports.json_results import schema
from patronage.reports.why.shares import parts_between, weights
from patronage.results.ensemble import Statistics
from patronage.runs.sides import named_side
from patronage.scenario import load_scenario

RUNS = 24
LAST = "2013Q4"


def amount(text: str) -> float:
    return float(text.replace("−", "-").replace("\u202f", ""))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped withdrawal, and the same world without it."""
    asked = {"events.withdrawal": "~"}
    sides = [load_scenario("two-patrons"), named_side(load_scenario("two-patrons"), load_scenario("two-patrons", asked), asked)]
    out = tmp_path_factory.mktemp("apart") / "folder"
    return compare_to_folder(sides, runs=RUNS, seed=1, out=out, until=LAST, plates=False, screening=0).path


@pytest.fixture(scope="module")
def sides(folder: Path) -> tuple[Statistics, Statistics]:
    held = read_comparison(folder)
    return Statistics(held.run(held.names[0])), Statistics(held.run(held.names[1]))


def told(sides: tuple[Statistics, Statistics], *about: str, **more: str) -> str:
    return difference_text(*sides, ("with", "without"), *about, **more)


@pytest.mark.parametrize(("measure", "codes"), [("share", ("RUS", "KGZ")), ("share", ("USA", "KGZ")), ("autonomy", ("KGZ",))])
def test_parts_add_up_to_the_difference_in_every_pair(sides, measure, codes):
    one, two = sides
    found = parts_between(one, measure, codes, *(weights(s, "KGZ", LAST) for s in (two, one)))
    at = {"client": "KGZ", "quarter": LAST} | ({"patron": codes[0]} if measure == "share" else {})
    apart = [s.ensemble.array(measure).sel(at).values.astype(float) for s in sides]
    assert np.ptp(apart[0] - apart[1]) > 0
    assert sum(found.parts.values()) == pytest.approx(apart[0] - apart[1], abs=1e-6)  # shares are kept in single precision


def test_what_is_printed_adds_up_and_is_the_mean_of_the_pairs(sides):
    text = told(sides, "USA", "KGZ", "share")
    whole = amount(re.search(r"Where the mean difference of (\S+) points", text)[1])
    assert sum(amount(x) for x in re.findall(r"^  ([+−]?\d+\.\d)  ", text, re.MULTILINE)) == pytest.approx(whole, abs=1e-9)
    means = [float(s.ensemble.array("share").sel(patron="USA", client="KGZ", quarter=LAST).mean()) for s in sides]
    assert whole == pytest.approx(100 * (means[0] - means[1]), abs=0.06)
    assert whole < 0  # a withdrawal costs influence: the first less the second


def test_the_other_way_round_has_the_other_sign(sides):
    pattern = r"difference (\S+) points \[(\S+), (\S+)\]; higher in (\S+\s%)"
    there, back = (re.search(pattern, told(x, "USA", "KGZ", "base")) for x in (sides, sides[::-1]))
    assert amount(there[1]) == -amount(back[1]) != 0
    assert amount(there[2]) == -amount(back[3])
    assert there[4] != back[4]


def test_deals_are_counted_from_the_ledger_and_money_from_the_deliveries(sides):
    text = told(sides, "USA", "KGZ", "share")
    first, second = re.search(r"base closed \(\S.*?\): (\d+)\s% of runs in with, (\d+)\s% in without", text).groups()
    shares = []
    for s in sides:
        rows = s.ledger
        rows = rows[(rows["kind"] == "closed") & (rows["patron"] == "USA") & (rows["client"] == "KGZ")]
        shares.append(100 * rows["run"].nunique() / RUNS)
    assert [int(first), int(second)] == pytest.approx(shares, abs=0.51)
    given = re.search(r"  (\w+) of the United States: ([\d.\u202f]+) MUSD in with, ([\d.\u202f]+) in without", text)
    at = {"patron": "USA", "client": "KGZ", "instrument": given[1]}
    flows = [float(s.ensemble.array("delivered").sel(at).sum("quarter").mean("run")) for s in sides]
    assert [amount(given[2]), amount(given[3])] == pytest.approx(flows, rel=0.01)


def test_it_says_since_when_the_sides_differ(sides):
    since = re.search(r"No pair differs before (\d{4}Q\d)", told(sides, "USA", "KGZ", "base"))[1]
    held = [s.ensemble.array("base").sel(patron="USA", client="KGZ").values for s in sides]
    unlike = (held[0] != held[1]).any(axis=0)
    assert since == sides[0].coords["quarter"][int(np.argmax(unlike))]


def test_sides_that_are_the_same_are_said_to_be(sides):
    text = difference_text(sides[0], sides[0], ("a", "b"), "RUS", "KGZ", "share")
    assert f"It is the same in every pair in 2009Q1–{LAST}." in text
    assert "differs beyond chance" in text


@pytest.mark.parametrize("about", ["RUS KGZ relief", "KGZ overthrow", "KGZ legitimacy", "USA KGZ rent", "RUS budget", "russian_share"])
def test_every_kind_of_question_has_a_difference(sides, about):
    text = told(sides, *about.split())
    assert text.startswith("with less without\n")
    assert f"{RUNS} pairs with the same luck, seed 1" in text
    assert not re.search(r"\bnan\b|None\b|\binf\b", text)


def test_what_is_given_is_read_in_the_first(sides):
    true = int((sides[0].ensemble.outcomes["manas_open"] > 0).sum())
    text = told(sides, "RUS", "KGZ", "share", given="manas_open")
    assert f"{true} of {RUNS} runs" in text


def test_a_folder_gives_the_difference_and_both_sides_or_one_by_name(folder):
    held = read_comparison(folder)
    first, second = held.names
    whole = answers_of(held, "RUS", "KGZ", "share")
    assert list(whole.differences) == [(first, second)]
    assert list(whole.sides) == [first, second]
    alone = answers_of(held, second, "RUS", "KGZ", "share")
    assert (alone.differences, list(alone.sides)) == ({}, [second])
    assert alone.sides[second][1] == whole.sides[second][1]
    with pytest.raises(NothingToExplainError, match=f"{second} is a side of this comparison: say after it"):
        answers_of(held, second)


def test_the_command_says_the_difference_first_and_programs_have_it_too(folder):
    jsonschema = pytest.importorskip("jsonschema", reason="the page in the browser brings it")
    held = read_comparison(folder)
    done = CliRunner().invoke(app, ["why", str(folder), "USA", "KGZ", "base"], catch_exceptions=False)
    assert done.stdout.startswith(f"{held.names[0]} less {held.names[1]}\n")
    found = why_json(held, "USA", "KGZ", "base")
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert done.stdout.strip().startswith(found["differences"][0]["text"])
