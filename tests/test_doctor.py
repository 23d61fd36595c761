"""`patronage doctor`: what is there, what is slow, and a failure only for what breaks."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from patronage import compiling
from patronage.cli import doctor
from patronage.cli.app import app
from patronage.world.layout import bucket_for

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A cache folder of one's own, and nothing asked of the compiler."""
    monkeypatch.setenv(compiling.CACHE, str(tmp_path / "cache"))
    monkeypatch.delenv(compiling.WAY, raising=False)
    compiling.cache_folder.cache_clear()
    yield tmp_path
    compiling.cache_folder.cache_clear()


def told() -> tuple[int, dict[str, tuple[str, str]]]:
    done = CliRunner().invoke(app, ["doctor"])
    lines = [re.split(r" +", line, maxsplit=2) for line in done.stdout.splitlines()[1:]]
    return done.exit_code, {what: (state, text) for what, state, text in lines}


def test_a_fresh_machine_is_slow_and_not_broken(fresh):
    code, found = told()
    assert code == 0
    assert found["numba"][0] == found["cache"][0] == "ok"
    assert found["compiled"] == ("slow", "for no size of region yet: patronage prepare does it ahead, once, in one to a few minutes")


def test_what_is_compiled_for_this_processor_is_told(fresh):
    mark = compiling.mark(bucket_for(1, 1, 1, 1))
    assert mark is not None
    mark.touch()
    mark.with_name("8x24x6x4x1-x86_64-otherone.ready").touch()
    assert told()[1]["compiled"] == ("ok", "for regions of up to 8 patrons and 12 clients")
    more = compiling.mark(bucket_for(1, 1, 1, 1, 2))
    assert more is not None
    more.touch()
    said = "for regions of up to 8 patrons and 12 clients; up to 8 patrons and 12 clients with 2 kinds of concessions"
    assert told()[1]["compiled"] == ("ok", said)


def test_a_folder_that_cannot_be_written_is_slow(fresh, monkeypatch):
    (fresh / "file").write_text("")
    monkeypatch.setenv(compiling.CACHE, str(fresh / "file"))
    compiling.cache_folder.cache_clear()
    code, found = told()
    assert code == 0
    assert found["cache"][0] == found["compiled"][0] == "slow"


@pytest.mark.parametrize(("asked", "state"), [("never", "slow"), ("maybe", "slow"), ("always", "ok")])
def test_what_the_environment_asks_of_the_compiler(fresh, monkeypatch, asked, state):
    monkeypatch.setenv(compiling.WAY, asked)
    assert told()[1]["numba"][0] == state


def test_a_numba_that_does_not_load_breaks(fresh, monkeypatch):
    real = importlib.import_module

    def refused(name):
        if name == "numba":
            raise ImportError("Numba needs NumPy 2.3 or less")
        return real(name)

    monkeypatch.setattr(doctor.importlib, "import_module", refused)
    code, found = told()
    assert code == 2
    assert found["numba"][0] == "broken"
    assert "NumPy 2.3" in found["numba"][1]


def test_without_numba_the_model_runs(fresh, monkeypatch):
    monkeypatch.setattr(compiling, "available", lambda: False)
    code, found = told()
    assert code == 0
    assert found["numba"][0] == "slow"
    assert "compiled" not in found


def test_an_absent_extra_says_how_to_get_it(fresh, monkeypatch):
    real = doctor.find_spec
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "distributed" else real(name))
    code, found = told()
    assert code == 0
    assert found["cluster"] == ("absent", doctor.EXTRAS["cluster"][0] + ": no distributed. " + doctor.how_to_install("cluster"))


def test_extras_are_those_of_the_project():
    known = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert doctor.EXTRAS.keys() == known.keys() - {"browser-test", "docs", "dev", "release"}


def test_little_memory_is_told(fresh, monkeypatch):
    monkeypatch.setattr(doctor, "gigabytes", lambda: 1.0)
    assert told()[1]["machine"][0] == "slow"
    monkeypatch.setattr(doctor, "gigabytes", lambda: None)
    assert told()[1]["machine"][0] == "ok"
