"""Names: the glossary is held against the code, a class name stands once, and words of no field are no identifiers."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from patronage.scenario.entities import SourcedValue
from tools import public

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "model" / "patronage"
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TREES = {
    ".".join(m.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): ast.parse(m.read_text("utf-8"))
    for m in sorted(PACKAGE.rglob("*.py"))
}
TERMS, _, TWICE = GLOSSARY.partition("## Names that stand twice")


def rows(text: str) -> list[list[str]]:
    """Cells of the tables of a page, heads left out."""
    found = [[c.strip() for c in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| ")]
    return [r for r in found if r[0] not in ("term", "name")]


def exists(name: str) -> bool:
    """Whether a name within the package is a module or something in one."""
    if name in TREES:
        return True
    module, _, attribute = name.rpartition(".")
    return module in TREES and hasattr(import_module(f"patronage.{module}"), attribute)


def test_every_term_of_the_glossary_is_in_the_code():
    named = [name for row in rows(TERMS) for name in re.findall(r"`([\w.]+\.\w+|\w+)`", row[-1])]
    assert len(named) > 35
    assert [name for name in named if not exists(name)] == []
    assert not exists("results.worth.telling"), "the twin"


def classes() -> dict[str, list[str]]:
    """Names of classes and the modules that define them."""
    found: dict[str, list[str]] = {}
    for module, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(module)
    return found


def test_a_class_name_that_stands_twice_has_its_reason_in_the_glossary():
    reasons = {row[0].strip("`"): sorted(re.findall(r"`([\w.]+)`", row[1])) for row in rows(TWICE)}
    assert all(row[2] for row in rows(TWICE))
    assert {name: sorted(where) for name, where in classes().items() if len(where) > 1} == reasons


DIALECT = {"told", "tell", "say", "said", "sixteen", "speaking", "keeping", "mould", "moulds", "rests", "watched", "seeing"}
"""Words that once stood for nine things each."""
IN_MEMORY = {"world.records": {"rests", "told"}, "world.structure": {"rests"}}
"""Fields of compiled code: which kinds of concession rest on which, and the quarter whose ledger conditions are told."""


def stored(tree: ast.Module) -> set[str]:
    """Names of functions, classes, arguments and variables that a module makes, in small letters."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return {name.strip("_").lower() for name in found}


def test_identifiers_are_terms_of_the_field():
    found = {module: stored(tree) & DIALECT for module, tree in TREES.items()}
    assert {module: words for module, words in found.items() if words} == IN_MEMORY
    assert {m for m in TREES if m.rpartition(".")[2] in DIALECT} == set()
    assert stored(ast.parse("def f(told): _said = 1")) == {"f", "told", "said"}, "the twin"


@pytest.mark.parametrize("package", public.PACKAGES)
def test_the_public_names_are_those_of_the_page(package):
    page = public.PAGE.read_text(encoding="utf-8")
    part = page.partition(f"## `{package}`\n")[2].partition("\n##")[0].partition("<!--")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) == sorted(import_module(package).__all__)
    assert all(row[1] for row in rows(part))


def test_the_tables_of_the_page_are_current_and_an_old_one_is_found():
    page = public.PAGE.read_text(encoding="utf-8")
    assert public.rewritten(page) == page, "run: python -m tools.public"
    assert public.rewritten(page.replace("| `sweep` |", "| `swept` |")) == page
    with pytest.raises(ValueError, match="no place"):
        public.rewritten("an empty page")


def test_what_others_may_rely_on_names_the_packages():
    (row,) = [r for r in (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines() if r.startswith("| Python |")]
    stable = re.findall(r"`(patronage[\w.]*)`", row.split(" | ")[1])
    assert sorted(stable) == sorted(public.PACKAGES)


def test_public_classes_that_were_renamed_are_found_by_their_old_names():
    import patronage.experiments
    import patronage.scenario

    with pytest.warns(DeprecationWarning, match=r"patronage\.scenario\.Figure is patronage\.scenario\.SourcedValue now"):
        assert patronage.scenario.Figure is SourcedValue
    with pytest.warns(DeprecationWarning, match="RecordedSeries now"):
        assert patronage.experiments.Series is patronage.experiments.RecordedSeries
    with pytest.raises(AttributeError, match="Figures"):
        _ = patronage.scenario.Figures
