"""What two sweeps must have in common to be mixed: the code that decides a run, whoever wrote it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from patronage.batch import identity
from patronage.batch.chunks import Batch, Task, VersionError, make_chunk
from patronage.batch.identity import PACKAGE, changed, closure, code_digest, registered, source_of
from patronage.calibration.simulating import CODE as CALIBRATING
from patronage.hindcast import cache

ENTRIES = {"engine", "driving", "simulation", "results.recorder", "results.ledger", "world.plan", "batch.chunks"}


def loaded_after(code: str) -> set[str]:
    """Modules of the package that a fresh interpreter has loaded after some code, named within it."""
    script = (
        f"import sys, json\n{code}\nprint(json.dumps([m for m in sys.modules if m.partition('.')[0] == 'patronage']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120,
        env={"PYTHONPATH": str(PACKAGE.parent), "PATRONAGE_COMPILE": "never"},
    )  # fmt: skip
    return {name.partition(".")[2] for name in json.loads(done.stdout)}


CHUNK = """
from patronage import load_scenario
from patronage.batch.chunks import Batch, Task, make_chunk
base = load_scenario('two-patrons')
made = make_chunk(Batch(base.resolved(), 1, 'full'), Task(0, ((0, 0, 1),), ({},)))
assert made.tables and not made.failed, made
"""


def test_whatever_a_chunk_of_a_sweep_loads_is_hashed():
    loaded = loaded_after(CHUNK)
    assert {"phases.bargaining", "scenario.reading", "world.recording", "exchange.packages"} <= loaded
    assert loaded - set(closure()) == set()


def test_the_code_that_decides_a_run_is_what_its_entries_import():
    modules = set(closure())
    assert modules >= ENTRIES
    assert {f"phases.{p.stem}" for p in (PACKAGE / "phases").glob("*.py")} - {"phases.__init__"} <= modules
    assert "" in modules
    assert {m.partition(".")[0] for m in modules}.isdisjoint({"cli", "browser", "figures", "reports", "answers", "abm"})


@pytest.mark.parametrize("module", ["theory.landscape", "theory.group_decision"])
def test_theory_is_hashed_as_soon_as_something_that_is_hashed_imports_it(module):
    users = {m for m in closure() if module in identity._imported(m, source_of(m), PACKAGE)}
    assert (module in closure()) == bool(users)


def package_of(folder: Path, **texts: str) -> Path:
    """A package with these modules; a, b.c is written a, b__c."""
    for name, text in texts.items():
        path = folder / "made" / ("__init__.py" if name == "top" else f"{name.replace('__', '/')}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "made"


@pytest.mark.parametrize(
    "line",
    [
        "from .theory import rule", "from made.theory import rule", "import made.theory.rule", "from .theory.rule import x",
        "def f():\n    from .theory import rule", "if x:\n    from made.theory.rule import x",
        "from .between import x",
    ],
)  # fmt: skip
def test_a_change_in_what_is_imported_changes_the_hash_however_it_is_imported(tmp_path, line):
    texts = {"top": "", "engine": line, "between": "from .theory.rule import x", "theory____init__": "", "other": ""}
    one = package_of(tmp_path / "one", **texts, theory__rule="x = 1")
    two = package_of(tmp_path / "two", **texts, theory__rule="x = 2")
    away = package_of(tmp_path / "away", **(texts | {"other": "y = 2"}), theory__rule="x = 1")
    assert "theory.rule" in closure(("engine",), one)
    assert "other" not in closure(("engine",), one)
    assert code_digest(("engine",), one) != code_digest(("engine",), two)
    assert code_digest(("engine",), one) == code_digest(("engine",), away)


def test_the_ends_of_lines_of_a_clone_do_not_count(tmp_path):
    unix = package_of(tmp_path / "unix", top="", engine="x = 1\ny = 2\n")
    windows = package_of(tmp_path / "windows", top="")
    (windows / "engine.py").write_bytes(b"x = 1\r\ny = 2\r\n")
    assert code_digest(("engine",), unix) == code_digest(("engine",), windows)


# --- packages of others ---------------------------------------------------------------------------------------------


def install(folder: Path, version: str = "1.0", group: str = "patronage.strategies", word: str = "favourite") -> None:
    """A package of somebody else, as an installer would leave it."""
    info = folder / "my_strategies-1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: my-strategies\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n{word} = my_strategies:Favourite\n")


def test_packages_that_register_strategies_are_part_of_it(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    before = registered()
    assert "my-strategies" not in before
    install(tmp_path)
    (tmp_path / "my_strategies.py").write_text("class Favourite: ...\n")
    first = registered()["my-strategies"]
    assert first.startswith("1.0 (")
    (tmp_path / "my_strategies.py").write_text("class Favourite:\n    name = 'favourite'\n")
    second = registered()["my-strategies"]
    assert second != first
    install(tmp_path, "1.1")
    assert registered()["my-strategies"] == second.replace("1.0", "1.1")
    for group in ("patronage.policies", "patronage.interference", "patronage.support"):
        install(tmp_path, group=group)
        assert registered()["my-strategies"] == second
    install(tmp_path, word="portfolio")  # ours stays ours: it decides nothing
    assert registered() == before


def test_all_modules_of_such_a_package_count(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    install(tmp_path)
    (tmp_path / "my_strategies").mkdir()
    (tmp_path / "my_strategies" / "__init__.py").write_text("from .helper import Favourite\n")
    helper = tmp_path / "my_strategies" / "helper.py"
    helper.write_text("class Favourite: ...\n")
    first = registered()["my-strategies"]
    helper.write_text("class Favourite:\n    mode = 1\n")
    assert registered()["my-strategies"] != first


def test_what_is_gone_or_new_differs_too():
    then, now = {"numpy": "2.0", "mine": "1.0"}, {"numpy": "2.1", "yours": "3"}
    assert changed(then, now) == [("numpy", "2.0", "2.1"), ("yours", "none", "3"), ("mine", "1.0", "none")]
    assert changed(then, then) == []


def test_a_worker_without_a_package_that_the_sweep_has_says_which():
    batch = Batch("", 1, versions=tuple({**identity.versions(), "my-strategies": "1.0 (abc)"}.items()))
    with pytest.raises(VersionError, match=r"it has my-strategies none instead of 1\.0 \(abc\)"):
        make_chunk(batch, Task(0, (), ()))


# --- the other identities -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        (cache.CODE, {"hindcast.hindcast", "hindcast.cache", "hindcast.baselines", "hindcast.origin", "data.tables"}),
        (CALIBRATING, {f"calibration.{m}" for m in ("simulating", "calibrate", "statistics", "priors", "posterior")}),
    ],
)  # fmt: skip
def test_hindcasts_and_calibrations_are_known_by_their_own_code_as_well(code, modules):
    assert modules | {"engine"} <= set(closure(code))
    assert code_digest(code) != code_digest()
