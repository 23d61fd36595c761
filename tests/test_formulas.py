"""What `explain` says of how a measure comes about is what the equations say, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from patronage import load_scenario
from patronage.scenario import explain
from patronage.scenario.formulas import FORMULAS, WITHOUT
from patronage.scenario.terms import TERMS, meaning_of
from patronage.scenario.vocabulary import MEASURES

EQUATIONS = (Path(__file__).resolve().parents[1] / "docs" / "equations.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\d+)\. [^\n]*\n(.*?)(?=^## |\Z)", EQUATIONS, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_stands_in_the_section_it_names(name):
    formula = FORMULAS[name]
    assert formula.text in " ".join(SECTIONS[str(formula.section)].split())
    assert all(formula.text.count(a) == formula.text.count(b) for a, b in ("()", "[]", "{}")), "cut in the middle"


def test_every_measure_has_a_formula_or_is_said_to_need_none():
    assert set(FORMULAS) | WITHOUT == set(MEASURES)
    assert not set(FORMULAS) & WITHOUT


def test_terms_are_those_of_the_first_page():
    first = (Path(__file__).resolve().parents[1] / "docs" / "index.md").read_text(encoding="utf-8")
    assert all(f"| {terms} | {text} |" in first for terms, text in TERMS.items())
    assert meaning_of("Floor F") == meaning_of("value v") == TERMS["value V, floor F"]
    assert explain(load_scenario("two-patrons"), "patron").startswith(f"patron: {TERMS['patron, client']}. It is spoken of in")
    assert not meaning_of("floor")


def test_explain_says_it_and_where():
    told = explain(load_scenario("two-patrons"), "share(RUS, KGZ)").splitlines()
    assert "  formula: s = I/(Σ_q I_q + `influence_autonomy`) (docs/equations.md, section 7)" in told
    assert not any("formula" in line for line in explain(load_scenario("two-patrons"), "bases(USA)").splitlines())
