"""References to sections: what comments, docstrings, `explain` and pages name is a heading of docs/equations.md or docs/theory.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from patronage.scenario import load_scenario
from patronage.scenario.catalogue import FIELDS
from patronage.scenario.explaining import explain

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
TEXTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (*(ROOT / "model").rglob("*.py"), *DOCS.glob("*.md"), ROOT / "README.md")
} | {
    str(path.relative_to(ROOT)): ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    for path in (ROOT / "tests").rglob("*.py")  # in their texts § marks a place
}  # fmt: skip
NUMBERS = r"(\d+(?:\.\d+)*(?:(?:, | and |, and )§?\d+(?:\.\d+)*)*)"
WRITTEN = (
    rf"§ ?{NUMBERS}",
    rf"equations(?:\.md)?\)?,? (?:sections? )?{NUMBERS}",
    rf"sections? {NUMBERS} of \[equations",
)


def headings(page: str) -> list[str]:
    """The headings of a page of docs/, without their marks."""
    return re.findall(r"^#+ (.*)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)


def sections() -> set[str]:
    """The numbers of the sections of the equations."""
    return {number for head in headings("equations.md") for number in re.findall(r"^(\d+)\. ", head)}


def numbers_named(text: str) -> set[str]:
    """Sections that a text refers to by number."""
    found = [listed for pattern in WRITTEN for listed in re.findall(pattern, text)]
    return {number for listed in found for number in re.findall(r"\d+(?:\.\d+)*", listed)}


def names_named(text: str) -> list[tuple[str, str]]:
    """Page and heading of references like "docs/theory.md, Regimes"."""
    return re.findall(r"docs/(equations|theory)\.md, ([A-Z][a-z]+(?: [a-z]+)*)", text)


def test_sections_are_numbered_like_the_phases():
    assert sections() == {str(n) for n in range(15)}


def test_references_are_found_however_they_are_written():
    assert numbers_named("(§4), §11; docs/equations.md sections 0, 3 and 12. equations §1, §2") == {
        "4", "11", "0", "3", "12", "1", "2",
    }  # fmt: skip
    assert numbers_named("([equations](equations.md), section 13) and sections 5 and 6 of [equations.md](x)") == {
        "13", "5", "6",
    }  # fmt: skip
    assert numbers_named("old (§4.11)") == {"4.11"}
    assert names_named("docs/equations.md, Delivered shares. docs/theory.md, Blocs;") == [
        ("equations", "Delivered shares"), ("theory", "Blocs"),
    ]  # fmt: skip


def test_every_section_named_exists():
    wrong = {name: missing for name, text in TEXTS.items() if (missing := numbers_named(text) - sections())}
    assert wrong == {}
    assert len(set().union(*map(numbers_named, TEXTS.values()))) > 10


def test_every_heading_named_exists():
    named = {(name, *reference) for name, text in TEXTS.items() for reference in names_named(text)}
    assert len(named) >= 5
    assert [n for n in sorted(named) if not any(h.startswith(n[2]) for h in headings(f"{n[1]}.md"))] == []


MECHANISMS = [f for f in FIELDS if f.path.startswith("mechanisms.")]


@pytest.mark.parametrize("field", MECHANISMS, ids=lambda f: f.name)
def test_a_mechanism_names_the_section_that_reads_it(field):
    """The first section named in what `explain` and parameters.md say is one whose text holds the switch."""
    [number] = numbers_named(field.doc)
    text = (DOCS / "equations.md").read_text(encoding="utf-8")
    body = re.split(r"^## ", text, flags=re.MULTILINE)
    assert any(part.startswith(f"{number}. ") and field.name in part for part in body)


def test_nothing_is_numbered_as_the_design_was():
    """The design's own sections, (4.1) to (4.12), stand in no page and in no description."""
    wrong = {name: found for name, text in TEXTS.items() if (found := re.findall(r"[a-z] \(4\.\d+\)", text))}
    assert wrong == {}
    assert [f.path for f in FIELDS if re.search(r"\(\d+\.\d+\)", f.doc)] == []


def test_explain_shows_the_section():
    told = str(explain(load_scenario("two-patrons"), "mechanisms.regime_change"))
    assert "(§11)" in told
