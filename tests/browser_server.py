"""A server and a browser for the tests of the page; loud where there is no browser, an error where one is required."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]  # fmt: skip
"""No other machine has a name here."""
NO_SEARCH = "from patronage.browser.reach import ReachJob\nReachJob._search = lambda job, _: setattr(job, 'done', job.total)"
"""A fault: no lever is looked for, which takes half a minute of a processor for every file that tests make up."""
REQUIRED = os.environ.get("PATRONAGE_REQUIRE_BROWSER") == "1"
PATIENCE = int(os.environ.get("PATIENCE", "180000"))
"""Milliseconds: on a busy machine everything takes its time."""


def in_a_loop_of_its_own(work: Any) -> Any:
    """What a coroutine returns, run in another thread: `asyncio.run` here would throw away the loop that Solara keeps, unclosed."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


def browser_path() -> str | None:
    """Any Chrome, Chromium or Edge of this machine."""
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(n) for n in NAMES)
    return named or next((f for f in found if f), None) or next((p for p in PLACES if Path(p).exists()), None)


def why_not() -> str:
    """What is missing to open the page in a browser, or nothing."""
    assets = ROOT / "model" / "patronage" / "browser" / "_assets" / "versions.json"
    if browser_path() is None:
        return "no Chrome, Chromium or Edge was found"
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "playwright is not installed: python -m pip install '.[browser-test]'"
    return "" if assets.is_file() else "the page's assets were not collected: make build-assets"


def notice() -> str:
    """What `make test` says about the tests that need a browser."""
    missing = why_not()
    return f"BROWSER TESTS NOT RUN: {missing}" if missing else "The page's own tests: make test-browser"


def needed() -> None:
    """Skip loudly what needs a browser, or fail where one is required."""
    import pytest  # not needed to look for a browser

    missing = why_not()
    if missing and REQUIRED:
        pytest.fail(f"a browser is required, but {missing}")
    if missing:
        pytest.skip(f"BROWSER TESTS NOT RUN: {missing}")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def served(
    folder: Path, *words: str, faults: str = "", package: Path = ROOT / "model", start: bool = True
) -> Iterator[str]:
    """`patronage view` in a process of its own; its address with the key. Fails if the server told of an error.

    `start`: before the first quarter, not where the question is decided.
    `faults`: Python that breaks something before the page starts; `package`: where patronage is, if not in the clone.
    """
    import pytest

    port, log = free_port(), folder / "server.log"
    env = dict(os.environ, PYTHONPATH=str(package), PYTHONUNBUFFERED="1", OMP_NUM_THREADS="1")
    program = ["-m", "patronage"]
    if faults:
        broken = folder / "broken.py"
        begin = "if __name__ == '__main__':\n    from patronage.cli import main\n    main()\n"  # its --workers have the faults, too
        apart = "from patronage.browser.kept import Shelf\nShelf.write = lambda *_: None"  # nothing for those without faults
        broken.write_text(f"{faults}\n{apart}\n{begin}", encoding="utf-8")
        program = [str(broken)]
    command = [sys.executable, *program, "view", *words, *(["--from-the-start"] if start else []), "--port", str(port), "--no-open"]
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=stream, stderr=subprocess.STDOUT)
    begun = time.monotonic()
    try:
        while True:
            if process.poll() is not None:
                pytest.fail("the server died:\n" + log.read_text())
            if time.monotonic() - begun > 4 * PATIENCE / 1000:
                pytest.fail("the server does not answer:\n" + log.read_text())
            found = re.search(r"The page is at (\S+)", log.read_text())
            if found:
                break
            time.sleep(0.2)
        yield found[1]
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    told = log.read_text()
    assert "Traceback" not in told, told
    assert "Warning" not in told, told


def origin(url: str) -> str:
    """An address without path and key."""
    return "/".join(url.split("/")[:3])


def server(folder: Path) -> Any:
    """The process that serves from a folder."""
    import psutil

    return next(p for p in psutil.Process().children(recursive=True) if "view" in p.cmdline() and p.cwd() == str(folder))


class Browser:
    """A browser with as many fresh profiles as are asked for, and one with a profile that is kept.

    There the scripts of the page lie compiled and a page opens in half the time; it keeps nothing else from visit to visit.
    """

    def __init__(self, playwright: Any, folder: str) -> None:
        self._chromium, options = playwright.chromium, {"executable_path": browser_path(), "args": FLAGS}
        self._fresh = self._chromium.launch(**options)
        self._kept = self._chromium.launch_persistent_context(folder, accept_downloads=True, **options)
        self._free = True

    def new_context(self, **options: Any) -> Any:
        """A fresh profile."""
        context = self._fresh.new_context(**options)
        context.set_default_timeout(PATIENCE)
        return context

    def new_page(self, **options: Any) -> Any:
        """A page in a fresh profile."""
        page = self._fresh.new_page(**options)
        page.set_default_timeout(PATIENCE)
        return page

    def launch(self, *flags: str) -> Any:
        """Another browser, with more flags."""
        return self._chromium.launch(executable_path=browser_path(), args=[*FLAGS, *flags])

    @contextmanager
    def profile(self, own: str) -> Iterator[Any]:
        """The kept profile, emptied afterwards of what pages of an origin left there; a fresh one while somebody has it."""
        if not self._free:
            context = self.new_context(accept_downloads=True)
            yield context
            context.close()
            return
        self._free = False
        self._kept.set_default_timeout(PATIENCE)
        try:
            yield self._kept
        finally:
            for page in self._kept.pages[1:]:
                page.close()
            session = self._kept.new_cdp_session(self._kept.pages[0])
            session.send("Storage.clearDataForOrigin", {"origin": own, "storageTypes": "cookies,local_storage,indexeddb"})
            session.detach()
            self._kept.clear_cookies()
            self._kept.clear_permissions()
            self._free = True

    def close(self) -> None:
        self._kept.close()
        self._fresh.close()


_open: list[Browser] = []


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; the one that is open, if one is."""
    from playwright.sync_api import sync_playwright

    if _open:
        yield _open[0]
        return
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        _open.append(Browser(playwright, folder))
        yield _open[0]
        _open.pop().close()


if __name__ == "__main__":
    if "--browser" in sys.argv:  # for .ci/run: only whether there is one
        sys.exit(browser_path() is None)
    sys.stdout.write(notice() + "\n")
