"""Settings of all tests."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A shell that runs something in the background makes it deaf to Ctrl-C, and what it starts in turn.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Examples are drawn from the test's own name and nothing else, so that a green day is green tomorrow.
settings.register_profile(
    "quiet",
    derandomize=True,
    deadline=None,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quiet")


UNTIL = float(os.environ.get("PATRONAGE_TESTS_UNTIL", "inf"))
"""Seconds since 1970. `.ci/run` has an hour, and says which of the long tests it had no time for."""
FIRST = int(os.environ.get("PATRONAGE_TESTS_FROM") or "0", 16)
"""The commit that is tested: with it changes the module that long tests begin with, so that none is always left out."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Nothing begins when time is up."""
    if time.time() > UNTIL:
        pytest.skip("NOT RUN, time was up")


def pytest_sessionstart(session: pytest.Session) -> None:
    """The one bucket that everyday tests need is compiled once, before workers start; afterwards it lies in the cache."""
    from patronage import compiling
    from patronage.world.layout import bucket_for

    bucket, config = bucket_for(1, 1, 1, 1), session.config
    idle = hasattr(config, "workerinput") or config.option.collectonly or compiling.way() == "never"
    if not idle and compiling.available() and not compiling.is_ready(bucket):
        compiling.wait_for(bucket)


@pytest.fixture(scope="session")
def browser():
    """A browser of this machine."""
    from browser_server import launched, needed

    needed()
    with launched() as found:
        yield found


@contextmanager
def answered(folder: Path, *words: str) -> Iterator[str]:
    """A server that has found the answer to its question and the levers that matter: pages opened there begin no search."""
    from browser_server import PATIENCE, launched, needed, served
    from browser_tools import visit

    needed()
    with served(folder, *words) as address:
        with launched() as browser, visit(browser, address) as page:
            page.locator("[data-testid=strongest] .pg-lever").first.wait_for(timeout=4 * PATIENCE)
        yield address


@pytest.fixture(scope="session")
def us_withdrawal(browser, tmp_path_factory):
    """The address of the page with us-withdrawal, served for all tests that need no server of their own."""
    with answered(tmp_path_factory.mktemp("server"), "us-withdrawal") as address:
        yield address


@pytest.fixture(scope="session")
def url(us_withdrawal):
    """The page that a module opens unless it says otherwise."""
    return us_withdrawal


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Where the server of `two_patrons` runs; run folders may be put there."""
    return tmp_path_factory.mktemp("two-patrons")


@pytest.fixture(scope="session")
def two_patrons(browser, place):
    """The address of the page with two-patrons, served for all tests that need no server of their own."""
    with answered(place, "two-patrons", "--runs-root", ".") as address:
        yield address


@pytest.fixture(scope="session")
def saved_run(tmp_path_factory):
    """The folder of a run, which nobody changes."""
    from patronage import load_scenario
    from patronage.reports import run_to_folder

    folder = tmp_path_factory.mktemp("saved") / "run"
    quick = {"runs": 2, "seed": 3, "until": "2009Q2", "plates": False, "screening": 0}
    return run_to_folder(load_scenario("two-patrons"), out=folder, **quick).path


@pytest.fixture
def here(saved_run, tmp_path, monkeypatch):
    """A working folder with a run in `runs`, another beside it, and links between them."""
    from patronage.visitors import allowed_folders

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(allowed_folders, "_roots", ())
    shutil.copytree(saved_run, tmp_path / "runs" / "mine")
    shutil.copytree(saved_run, tmp_path / "other")
    (tmp_path / "runs" / "link").symlink_to(tmp_path / "other")
    (tmp_path / "alias").symlink_to(tmp_path / "runs")
    return tmp_path


SERVED = ("us_withdrawal", "two_patrons")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order of what was collected."""
    modules = {path: i for i, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (modules[item.path] - FIRST) % len(modules))
    _together(items)


def _together(items: list[pytest.Item]) -> None:
    """Of two workers each takes half of what was collected, and who is done first takes from the end of the other's half.

    So tests of one server lie at the beginning of a half: it is started by one worker, and rarely by the other one, too.
    """
    by = {name: [i for i in items if name in i.fixturenames] for name in SERVED}  # type: ignore[attr-defined]
    alone = [i for i in items if not any(i in found for found in by.values())]
    if not all(by.values()):
        return
    first, second = by.values()
    gap = max(0, min(len(alone), (len(items) + 1) // 2 - len(first)))
    items[:] = [*first, *alone[:gap], *second, *alone[gap:]]
