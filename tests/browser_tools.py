"""A server and a browser for the tests of the page; loud where there is no browser, an error where one is required."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
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
        broken.write_text(f"{faults}\n{begin}", encoding="utf-8")
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


LATE = "Syncing error: no comm channel defined"
"""What ipywidgets writes when a control changes that the server has just taken away: on a busy machine a person is that quick,
too. Whether anything was lost by it shows in what the test waits for."""


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


@contextmanager
def visit(
    browser: Browser, url: str, size: tuple[int, int] = (1680, 1050), ready: str = "map", heard: list[str] | None = None
) -> Iterator[Any]:
    """A page in a profile without a past; fails on any console error, failed or outside request.

    `heard`: takes all that the wire brings.
    """
    with browser.profile(origin(url)) as context:
        page, bad = context.new_page(), []
        page.set_viewport_size({"width": size[0], "height": size[1]})
        own = (origin(url), "data:", "blob:", "about:")
        page.on("request", lambda r: None if r.url.startswith(own) else bad.append("outside: " + r.url))
        page.on("pageerror", lambda e: bad.append(f"script: {e}"))
        page.on("console", lambda m: bad.append(f"console: {m.text}") if m.type == "error" and LATE not in m.text else None)
        page.on("response", lambda r: bad.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        if heard is not None:
            page.on("websocket", lambda ws: ws.on("framereceived", lambda data: heard.append(str(data))))
        page.goto(url)
        assert page.url == f"{origin(url)}/", "the key stays in the address"
        chart(page, ready).wait_for()
        yield page
        page.goto("about:blank")  # so that the server hears of it and ends what it computes for this page
    assert not bad, "\n".join(bad)


def chart(page: Any, name: str) -> Any:
    """A chart that has been drawn."""
    return page.locator(f"[data-testid={name}][data-ready]")


def press(page: Any, name: str) -> None:
    """Press a button by its exact name."""
    page.get_by_role("button", name=name, exact=True).first.click()


def tab(page: Any, name: str) -> None:
    """Open a tab and wait until it is there."""
    page.get_by_role("tab", name=name, exact=True).click()
    page.locator(f"[data-tab='{name}']").wait_for()


def until(page: Any, found: Callable[[], Any], wanted: Any = True) -> None:
    """Wait until something is as wanted, for nothing comes to a page at once; a failure tells what it was last."""
    end = time.monotonic() + PATIENCE / 1000
    while True:
        late = time.monotonic() > end
        try:
            value = found()
        except Exception:  # what is to be read has not come
            if late:
                raise
        else:
            if value == wanted:
                return
            assert not late, f"{value!r} has not become {wanted!r}"
        page.wait_for_timeout(50)


def says(page: Any, name: str, *words: str) -> None:
    """Wait until an element says all these words."""
    place = page.get_by_test_id(name)
    place.wait_for(state="attached")
    until(page, lambda: [w for w in words if w not in place.inner_text()], [])


def choose(page: Any, label: str, option: str, *, exact: bool = True, within: Any = None) -> None:
    """Choose from a list by its label; `exact`: by all the words of the option; `within`: a part of the page."""
    field = (within or page).get_by_label(label, exact=True)
    wanted = page.get_by_role("option", name=option, exact=exact).first

    def opened() -> bool:
        if not wanted.is_visible():
            field.click(force=True)  # the label lies over it; what moves may be missed
            wanted.wait_for(timeout=PATIENCE / 20)
        return True

    until(page, opened)
    wanted.click()
    wanted.wait_for(state="hidden")


def download(page: Any, name: str) -> Any:
    """What a button hands over, which is pressed once."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    return coming.value


def taken(page: Any, name: str) -> Path:
    """The file behind a button."""
    return Path(download(page, name).path())


def tile(page: Any, name: str) -> str:
    """The text of a tile's value."""
    return str(page.locator(f"[data-testid=tile-{name}] .v").inner_text())


def shows(page: Any, name: str, words: str) -> None:
    """Wait until an element, or the value of a tile, shows these words."""
    page.wait_for_function(
        "([n, w]) => { const e = document.querySelector(`[data-testid=${n}]`); "
        "return e && (e.querySelector('.v') || e).innerText.trim() == w }", arg=[name, words],
    )  # fmt: skip


ARRIVED = """n => {
  const of = name => document.querySelector(`[data-testid=${name}]`), shares = of('shares');
  const tile = of('tile-quarter'), note = tile.querySelector('.n').innerText;
  const told = JSON.parse(document.querySelector('[data-figure]').dataset.figure).quarter;
  const drawn = !shares || shares.chart?.getOption().series.find(s => s && s.id)?.data.length == n + 1;
  return drawn && !shares?.dataset.late && told == tile.querySelector('.v').innerText.trim()
    && (note.startsWith(n ? `quarter ${n} ` : 'before') || note.startsWith('the last'));
}"""
"""Whether the tiles, the note below figures and the shares, where they are on the page, are those of a quarter."""


def arrived(page: Any, number: int) -> None:
    """Wait until the page shows the run after so many quarters."""
    page.get_by_text(f"Step: {number}", exact=True).wait_for()
    page.wait_for_function(ARRIVED, arg=number)


def step(page: Any, times: int = 1) -> None:
    """Step and wait until the page shows it."""
    for _ in range(times):
        number = steps(page) + 1
        press(page, "Step")
        arrived(page, number)


def bring(page: Any, scenario: str, quarters: int) -> None:
    """Bring the run of a scenario there by a link, drawn once: where stepping is not what is tested."""
    from patronage import load_scenario
    from patronage.scenario import quarter_name

    page.locator("[data-figure]").wait_for(state="attached")  # it listens
    at = quarter_name(load_scenario(scenario).start + quarters - 1)
    page.evaluate("place => { location.hash = place }", f"scenario={scenario}&seed=1&run=0&at={at}")
    arrived(page, quarters)


def bookmark(page: Any, place: str) -> None:
    """Load the page at a place, as from a bookmark: one that is open may write where it is over what is asked, and be loaded there."""
    own = origin(page.url)
    page.goto("about:blank")
    page.goto(f"{own}/#{place}")


def steps(page: Any) -> int:
    """Steps so far, as the controls count them."""
    return int(page.get_by_text("Step: ").inner_text().split(":")[1])


def play(page: Any, until: str) -> None:
    """Play to a quarter or somewhat beyond, and pause."""
    press(page, "Play")
    page.wait_for_function(
        "q => document.querySelector('[data-testid=tile-quarter] .v').innerText >= q", arg=until, timeout=2 * PATIENCE
    )
    press(page, "Pause")
    rested(page)


def rested(page: Any) -> int:
    """Wait until the run rests and the page shows where; how many quarters it has had."""
    page.get_by_role("button", name="Play", exact=True).wait_for()
    still(page)  # the steps come with the button, but in a message of their own
    until(page, lambda: page.evaluate(ARRIVED, steps(page)))
    return steps(page)


def advanced(page: Any) -> None:
    """Open what is seldom needed: seed, number of the run, speed."""
    page.locator("details.pg-advanced:not([open]) > summary").click()


def tip(page: Any, name: str, of: str) -> str:
    """What the tooltips on the page say; that of an item of a chart is asked for, and may be there when this is called again."""
    page.evaluate(
        """([n, of]) => {
          const c = document.querySelector(`[data-testid=${n}]`).chart, o = c.getOption();
          const found = (o.series || []).findIndex(s => (s.data || []).some(d => d && d.name === of && d.tooltip));
          if (o.geo && o.geo.length) c.dispatchAction({ type: 'showTip', geoIndex: 0, name: of });
          else c.dispatchAction({ type: 'showTip', seriesIndex: found, name: of });
        }""",
        [name, of],
    )
    return "\n".join(page.locator(".pg-tip:visible").all_inner_texts())


def still(page: Any) -> None:
    """Wait until every chart is drawn, in its letters, and nothing has been drawn for a while."""
    page.wait_for_function(
        """() => {
          const plots = [...document.querySelectorAll('.pg-plot')];
          const now = plots.map(p => p.dataset.draws).join() + document.querySelector('.pg-page').innerText.length;
          const due = plots.some(p => !p.dataset.ready || p.dataset.late) || document.fonts.status !== 'loaded';
          if (now !== window.lastSeen || due) { window.lastSeen = now; window.since = Date.now(); }
          return Date.now() - window.since > 250;
        }""",
        polling=100,
    )


def series(page: Any, name: str) -> list[dict[str, Any]]:
    """What a chart draws once no drawing is due: name and data of its series. What the server has yet to send may be missing."""
    page.locator(f"[data-testid={name}][data-ready]:not([data-late])").wait_for(state="attached")
    return list(
        page.evaluate(
            "n => document.querySelector(`[data-testid=${n}]`).chart.getOption().series.filter(s => s).map(s => "
            "({name: s.name, id: s.id, data: s.data}))",
            name,
        )
    )


def line(page: Any, name: str, of: str) -> list[Any]:
    """The data of a series by its id or name."""
    return next(list(s["data"]) for s in series(page, name) if of in (s["id"], s["name"]))


if __name__ == "__main__":
    if "--browser" in sys.argv:  # for .ci/run: only whether there is one
        sys.exit(browser_path() is None)
    sys.stdout.write(notice() + "\n")
