"""Paths of an earlier layout still lead to the modules that took their places, and the page about it names them all."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pytest

from patronage.moved import MOVED, Finder, keep_old_paths

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_is_the_new_module(old):
    now = f"patronage.{MOVED[old]}"
    for name in [n for n in sys.modules if n.removeprefix("patronage.") in MOVED]:
        del sys.modules[name]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        found = import_module(f"patronage.{old}")
    assert f"patronage.{old} is {now} now" in [str(w.message) for w in heard if w.category is DeprecationWarning]
    new = import_module(now)
    assert found is new or (hasattr(new, "__path__") and found.__doc__ is None)
    assert new.__spec__ is not None
    assert new.__spec__.name == now


def test_a_module_by_its_old_path_does_not_hide_a_name_of_the_package():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = import_module("patronage.evidence.calibration")
        import_module("patronage.evidence.calibration.calibrate")
    new = import_module("patronage.calibration")
    assert callable(new.calibrate)
    assert old.Posterior is new.Posterior


def test_no_old_path_is_taken():
    package = ROOT / "model" / "patronage"
    for old in MOVED:
        place = package.joinpath(*old.split("."))
        assert not place.with_suffix(".py").exists(), old
        assert not place.is_dir(), old


def test_what_never_was_is_not_found():
    with pytest.raises(ModuleNotFoundError, match=r"patronage\.evidences"):
        import_module("patronage.evidences")


def test_there_is_one_finder_however_often_it_is_asked_for():
    keep_old_paths()
    assert sum(isinstance(finder, Finder) for finder in sys.meta_path) == 1


def test_documented_paths_of_version_0_1_work_in_a_program_of_its_own():
    code = (
        "from patronage.result import Result; from patronage.strategies.registered import Strategy, Policy\n"
        "from patronage.strategies.views import Offers; from patronage.ledger import COLUMNS\n"
        "import patronage; assert patronage.Result is Result"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code], capture_output=True, text=True, timeout=120, check=False,
        env={"PYTHONPATH": str(ROOT / "model"), "PATRONAGE_COMPILE": "never"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "<string>:1: DeprecationWarning: patronage.result is patronage.results.result now" in done.stderr


def test_the_page_names_every_path_that_moved():
    page = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w/]+(?:\.py|/))` \| `([\w/]+(?:\.py|/))` \|$", page, re.MULTILINE))

    def path(module: str) -> str:
        place = ROOT / "model" / "patronage" / module.replace(".", "/")
        return f"{module.replace('.', '/')}/" if place.is_dir() else f"{module.replace('.', '/')}.py"

    wanted = {old: MOVED[old] for old in MOVED if "." in old or not (ROOT / "model" / "patronage" / MOVED[old]).is_dir()}
    assert rows == {path(old): path(new) for old, new in wanted.items()}
