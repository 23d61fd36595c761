"""The documentation as a site, and the page that describes the model from its code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from patronage.world.state import AXES
from tools import odd

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def test_the_description_is_that_of_the_code():
    page = (DOCS / "odd.md").read_text(encoding="utf-8")
    assert odd.rewritten(page) == page, "run: python -m tools.odd"
    older = page.replace("| `legitimacy` |", "| `popularity` |")
    assert older != page
    assert odd.rewritten(older) == page, "the twin: an old table is found and mended"


def test_the_description_names_every_state_variable_and_every_phase():
    assert [name for name, _, _ in odd.states()] == list(AXES)
    assert all(told for _, _, told in odd.states())
    named = {file for _, file, _ in odd.phases()}
    files = (ROOT / "model/patronage/phases").glob("*.py")
    assert named == {f"phases/{p.name}" for p in files if p.read_text(encoding="utf-8").startswith('"""Phase ')}
    assert len(named) >= 13
    assert sum(row[1] for row in odd.inputs()) == len(odd.FIELDS)


def test_the_description_has_all_parts_of_the_protocol():
    heads = re.findall(r"^## (\d)\. (.+)$", (DOCS / "odd.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [title for _, title in heads] == [
        "Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling", "Design concepts",
        "Initialisation", "Input data", "Submodels",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="has no part"):
        odd.rewritten("an empty page")


def uncited(text: str) -> list[str]:
    """Sources named in the text, `Name (year)` or `Name year`, that its references lack."""
    body, _, listed = text.partition("## References")
    entries = [line for line in listed.splitlines() if line.startswith("* ")]
    cited = re.findall(r"([A-Z]\w+)(?: et al\.)?,? \(?((?:19|20)\d\d(?:, (?:19|20)\d\d)*)[),;]", body)
    pairs = [(name, year) for name, years in cited for year in years.split(", ")]
    assert len(pairs) > 15
    return [f"{n} {y}" for n, y in pairs if not any(n in e and f"({y})" in e for e in entries)]


def test_every_source_named_in_the_theory_is_in_its_references():
    text = (DOCS / "theory.md").read_text(encoding="utf-8")
    assert uncited(text) == []
    assert uncited(text.replace("Cooley (2008)", "Cooley (2009)")) == ["Cooley 2009"], "the twin"


def test_the_reference_names_what_exists():
    named = re.findall(r"^::: (patronage[\w.]+)$", (DOCS / "python.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert named
    for name in named:
        module, _, attribute = name.rpartition(".")
        assert (getattr(import_module(module), attribute).__doc__ or "").strip(), name


def test_the_site_lists_every_page():
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    assert sorted(re.findall(r"([\w-]+\.md)", nav)) == sorted(p.name for p in DOCS.glob("*.md"))


def built(folder: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a copy of the project."""
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", str(folder / "mkdocs.yml"), "--site-dir", str(target)]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return subprocess.run(command, cwd=folder, env=quiet, capture_output=True, text=True, check=False, timeout=170)


@pytest.mark.docs
def test_the_site_is_built_without_a_warning_or_a_network(tmp_path):
    done = built(ROOT, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr + done.stdout, done.stderr
    pages = {p.stem for p in (tmp_path / "site").glob("*.html")}
    assert {p.stem for p in DOCS.glob("*.md")} <= pages
    for page in (tmp_path / "site").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]+src=\"?(\w+://[^\" >]+)", html)
        loaded += re.findall(r"<link[^>]+rel=\"?(?:stylesheet|preload|icon)\"?[^>]+href=\"?(\w+://[^\" >]+)", html)
        assert loaded == [], f"{page.name} loads from elsewhere"
    contents = (tmp_path / "site" / "python.html").read_text(encoding="utf-8")
    assert "InfluenceModel" in contents
    assert "replications numbered from" in contents, "the docstring of simulate"


@pytest.mark.docs
def test_a_link_that_leads_nowhere_or_a_page_nobody_lists_stops_the_site(tmp_path):
    shutil.copytree(DOCS, tmp_path / "docs")
    shutil.copytree(ROOT / "model", tmp_path / "model", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    (tmp_path / "docs" / "lost.md").write_text("# Lost\n\n[away](nowhere.md)\n", encoding="utf-8")
    done = built(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    assert "nowhere.md" in done.stderr
    assert "lost.md" in done.stderr
