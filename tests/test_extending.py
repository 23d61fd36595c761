"""What docs/extending.md says about changing the model: its own patches on a copy, how many files they touch, and what then is red."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs_pages import DOCS, blocks

ROOT = Path(__file__).resolve().parents[1]
PATCHES = {b.title: b.text for b in blocks((DOCS / "extending.md").read_text("utf-8")) if b.title.endswith(".patch")}
MOST_FILES = {"grants.patch": 2, "training.patch": 5}
"""A measure, an instrument: files of the package that change, the reference model and the equations left out."""
EVERYDAY = ("test_lists.py", "test_architecture.py", "test_scenario_schema.py", "test_scenario_tables.py", "test_names.py")
"""Tests that hold the lists together; those that compare with equations, pages and recorded runs change with the model."""
OF_THE_PAGES = "not committed and not constraints and not generated and not page and not glossary and not rely_on"


def touched(patch: str) -> list[str]:
    """Files that a patch changes."""
    return re.findall(r"^\+\+\+ (\S+)$", patch, re.MULTILINE)


def test_the_page_has_the_patches():
    assert PATCHES.keys() == MOST_FILES.keys()
    assert touched("--- a.py\n+++ a.py\n@@ -1 +1 @@\n-x\n+y\n") == ["a.py"]


@pytest.mark.parametrize("name", MOST_FILES)
def test_a_change_touches_few_files(name):
    files = touched(PATCHES[name])
    assert len(files) == len(set(files)) <= MOST_FILES[name], files


@pytest.mark.docs
@pytest.mark.parametrize("name", MOST_FILES)
def test_after_a_change_nothing_that_holds_the_lists_is_red(tmp_path, name):
    """The patch on a copy; memory is laid out anew by its own command, as the page says."""
    ignore = shutil.ignore_patterns("__pycache__", "_assets")
    for folder in ("model", "tests", "tools", "scenarios", "experiments", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    for file in ("pyproject.toml", "CONTRIBUTING.md", "constraints.txt"):
        shutil.copy(ROOT / file, tmp_path)
    patch = subprocess.run(
        ["patch", "-p0"], cwd=tmp_path / "model", input=PATCHES[name], capture_output=True, text=True, check=False
    )
    assert patch.returncode == 0, patch.stdout + patch.stderr
    paths = os.pathsep.join(str(tmp_path / folder) for folder in ("model", "tests", "."))
    quiet = os.environ | {"PYTHONPATH": paths, "PATRONAGE_COMPILE": "never"}
    for command in (
        ["-m", "patronage.world.generating"],
        ["-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-k", OF_THE_PAGES, *(f"tests/{t}" for t in EVERYDAY)],
    ):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=quiet, capture_output=True, text=True, check=False, timeout=900
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
