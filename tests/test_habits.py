"""What a newcomer relies on: the public surface, hooks, the hosted workflow and the steps of a release name what exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import tomllib
from importlib import import_module
from pathlib import Path

from ruamel.yaml import YAML

import patronage

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOW = YAML(typ="safe").load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
HOOKS = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))


def stable() -> list[str]:
    """Packages whose `__all__` others may rely on."""
    [row] = re.findall(r"^\| Python \| ([^|]*) \|", PAGE, re.MULTILINE)
    return re.findall(r"`(patronage[\w.]*)`", row)


def test_the_stable_packages_say_what_is_public_and_hold_it():
    assert len(stable()) >= 5
    for name in stable():
        package = import_module(name)
        assert [n for n in package.__all__ if not hasattr(package, n)] == [], name
        assert len(set(package.__all__)) == len(package.__all__), name


def test_what_the_guides_import_from_a_stable_package_is_public():
    shown = [
        (package, name.strip())
        for path in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md")
        for package, names in re.findall(r"^from (patronage[\w.]*) import ([\w, ]+)", path.read_text("utf-8"), re.MULTILINE)
        for name in names.split(",")
    ]  # fmt: skip
    public = {p: set(import_module(p).__all__) for p in stable()}
    modules = {m.stem for m in (ROOT / "model" / "patronage").glob("*")}  # a submodule is no name of the package
    wrong = [f"{p}.{n}" for p, n in shown if p in public and n not in public[p] | modules | {"vocabulary"}]
    assert wrong == []


def test_the_pages_that_contributing_names_exist():
    named = set(re.findall(r"\]\((docs/[\w-]+\.md)", PAGE)) | set(
        re.findall(r"`((?:docs|tests|model|\.ci|\.github)/[\w./-]+)`", PAGE)
    )
    assert len(named) > 10
    assert [n for n in sorted(named) if not (ROOT / n).exists()] == []


def test_the_workflow_runs_what_there_is_on_the_versions_that_are_declared():
    lowest = PROJECT["project"]["requires-python"].removeprefix(">=")
    jobs = WORKFLOW["jobs"]
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"][0] == lowest
        assert all("secrets" not in str(step) for step in job["steps"])
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert {"run": ".ci/run"} in jobs["linux"]["steps"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
    assert jobs["elsewhere"]["strategy"]["matrix"]["system"] == ["windows-latest", "macos-latest"]
    [extras] = re.findall(r'--editable "\.\[(.*?)\]"', str(jobs["elsewhere"]["steps"]))
    everyday = re.search(
        r"^\$\(EVERYDAY\):.*\n.*--editable '\.\[(.*?)\]'", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    assert everyday is not None
    assert extras == everyday[1]


def judged(folder: Path, **environment: str) -> str:
    """What pytest says of two small modules with the settings of all tests."""
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    for name in ("a", "b"):
        (folder / f"test_{name}.py").write_text("def test():\n    pass\n")
    command = [sys.executable, "-m", "pytest", "-v", "-rs", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    env = os.environ | {"PATRONAGE_COMPILE": "never"} | environment
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_there_was_no_time_for_is_told_and_begins_the_next_time(tmp_path):
    late = judged(tmp_path, PATRONAGE_TESTS_UNTIL="1")
    assert "2 skipped" in late
    assert "NOT RUN, time was up" in late
    assert late.index("test_a.py::test") < late.index("test_b.py::test")
    early = judged(tmp_path, PATRONAGE_TESTS_UNTIL=str(time.time() + 600), PATRONAGE_TESTS_FROM="a1")
    assert "2 passed" in early
    assert early.index("test_b.py::test") < early.index("test_a.py::test")


def test_the_hooks_fetch_nothing_and_are_those_of_make_lint():
    assert [repo["repo"] for repo in HOOKS["repos"]] == ["local"]
    hooks = HOOKS["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert lint is not None
    used = re.findall(r"\$\(BIN\)/(\w+)", lint[1])
    assert [hook["entry"].split()[0] for hook in hooks] == used


def test_the_version_stands_the_same_wherever_a_release_changes_it():
    assert f"version: {patronage.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert patronage.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
