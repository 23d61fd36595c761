"""Findings of the built-in scenarios: what they say is what comes, and the page on scenarios tells them as they are.

Rows are in tests/findings. Every row has a twin, in which the treatment is missing, that must not pass.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from findings.claims import Claim, claims, commands, near, number
from patronage.scenario import list_scenarios, load_scenario, load_text

ROOT = Path(__file__).resolve().parents[1]
loaded = cache(load_scenario)
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
ROWS = tuple(claims())
FOUND = {s.name: " ".join(s.finding.split()) for s in list_scenarios() if s.finding}


@pytest.mark.statistical
@pytest.mark.parametrize("row", ROWS, ids=lambda c: c.name)
def test_the_finding_holds(row: Claim) -> None:
    there = row.there if row.compares else None
    assert row.holds(row.here, there), (row.says, row.here.mean(), None if there is None else there.mean())
    assert not row.holds(row.twin, there), "the twin: without the treatment the claim must fail"


def test_every_finding_is_claimed_and_every_claim_is_said() -> None:
    assert {c.scenario for c in ROWS} == set(FOUND)
    for row in ROWS:
        for said in row.says:
            assert re.search(rf"(?<![\d.]){re.escape(said)}(?!\d)", FOUND[row.scenario]), f"{row.name}: {said}"


def test_every_claim_has_something_that_would_break_it() -> None:
    for row in ROWS:
        assert row.unless or (row.compares and (row.sign or len(set(row.says)) == 2)), row.name
        assert row.outcome in loaded(row.scenario).outcomes, row.name


@pytest.mark.parametrize(
    ("said", "value", "rounding"),
    [("34 %", 0.34, 0.005), ("1 100", 1100, 0.5), ("0.61", 0.61, 0.005), ("−0.020", -0.02, 0.0005), ("2.5 %", 0.025, 5e-4)],
)
def test_numbers_are_read_as_exactly_as_they_are_written(said: str, value: float, rounding: float) -> None:
    assert number(said) == pytest.approx((value, rounding))
    assert near(np.full(9, value + 0.9 * rounding), said)
    assert not near(np.full(9, value + 1.1 * rounding), said)


def test_every_built_in_scenario_says_what_it_is_about() -> None:
    for s in list_scenarios():
        assert s.title, f"{s.name} inherits its title"
        assert s.question, f"{s.name} inherits its question"


def test_a_finding_is_not_inherited() -> None:
    assert load_scenario("us-withdrawal").finding
    assert not load_text("extends: us-withdrawal\ntitle: Another\n").finding
    assert not load_scenario("us-withdrawal", {"patrons.RUS.budget": "1"}).finding
    again = load_text(load_scenario("us-withdrawal").resolved())
    assert again.finding == load_scenario("us-withdrawal").finding


# --- docs/scenarios.md ------------------------------------------------------------------------------------------------


def sections() -> dict[str, str]:
    """What the page says under the name of a scenario."""
    parts = re.split(r"^### ([a-z0-9-]+)$", PAGE, flags=re.MULTILINE)
    return {parts[i]: parts[i + 1].split("\n## ")[0] for i in range(1, len(parts), 2)}


def clauses() -> list[list[str]]:
    """The rows of the table of clauses: clause, scenarios, events, tests."""
    table = re.search(r"<!-- clauses: checked.*?-->(.*?)<!-- end of clauses -->", PAGE, re.DOTALL)
    assert table
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in table[1].splitlines() if line.startswith("|")]
    return rows[2:]


@cache
def names_of_tests() -> set[str]:
    """Names of all tests."""
    trees = (ast.parse(p.read_text(encoding="utf-8")) for p in (ROOT / "tests").glob("test_*.py"))
    return {n.name for t in trees for n in ast.walk(t) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")}


def test_every_scenario_has_a_section_with_its_finding_and_a_command() -> None:
    told = sections()
    assert set(told) == set(FOUND)
    for name, text in told.items():
        assert FOUND[name] in " ".join(text.split()), f"{name}: the page does not tell its finding"
        assert re.search(rf"`patronage (run|compare) {name}\b", text), f"{name}: no command"


def test_one_command_stands_beside_every_comparison_that_a_finding_makes() -> None:
    told = sections()
    assert sum(len(commands(name)) for name in told) > 20
    missing = [f"{name}: {command}" for name, text in told.items() for command in commands(name) if f"`{command}`" not in text]
    assert missing == []


def test_every_clause_of_the_history_has_a_scenario_an_event_and_a_test() -> None:
    rows = clauses()
    assert rows
    for clause, scenarios, events, proofs in rows:
        names = re.findall(r"`([^`]+)`", scenarios)
        assert names, clause
        known = {e.name for n in names for e in loaded(n).events} | {p for n in names for p in loaded(n).written}
        for event in re.findall(r"`([^`]+)`", events):
            assert event in known or any(p.startswith(f"{event}.") for p in known), f"{clause}: {event}"
        assert re.search(r"`", events), clause
        for proof in re.findall(r"`([^`]+)`", proofs):
            test, _, of = proof.partition("[")
            assert test in names_of_tests(), f"{clause}: {test}"
            assert not of or of.rstrip("]") in {c.scenario for c in ROWS}, f"{clause}: {proof}"
        assert re.search(r"`", proofs), clause
