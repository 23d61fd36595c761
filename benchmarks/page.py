"""How quick the page is: time to the first interactive page and to answers, quarters a second, memory over many quarters.

python -m benchmarks.page            needs a Chromium, the extra browser-test and collected assets
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "model")]

from browser_server import launched, served  # noqa: E402
from browser_tools import advanced, chart, press, steps, tab, visit  # noqa: E402

LONG = "extends: two-patrons\ntitle: Two patrons for two centuries\nperiod: {end: 2208Q4}\n"
"""800 quarters, the longest period there is."""
PAGES = 8
MAIN = "extends: us-withdrawal\ntitle: The main scenario, so long that play does not come to its end\nperiod: {end: 2059Q4}\n"


def memory() -> float:
    """Resident memory of the server, MB."""
    return max(p.memory_info().rss for p in psutil.Process().children(recursive=True) if "view" in p.cmdline()) / 1e6


def speed(folder: Path) -> None:
    """Start and play of the main scenario."""
    (folder / "main.yaml").write_text(MAIN, encoding="utf-8")
    begun = time.monotonic()
    with served(folder, "main.yaml") as url, launched() as browser:
        up = time.monotonic() - begun
        opened = time.monotonic()
        with visit(browser, url) as page:
            ready = time.monotonic() - opened
            press(page, "Play")
            page.wait_for_timeout(2000)
            first, drawn, at = steps(page), draws(page), time.monotonic()
            page.wait_for_timeout(4000)
            seconds = time.monotonic() - at
            rate, frames = (steps(page) - first) / seconds, (draws(page) - drawn) / seconds
            at = time.monotonic()
            press(page, "Pause")
            page.get_by_role("button", name="Play", exact=True).wait_for()
            pause = time.monotonic() - at
    print(
        f"started to the address {up:.1f} s, page to interactive {ready:.1f} s; playing: {rate:.1f} quarters a second, "
        f"the map drawn {frames:.1f} times a second; pause within {pause:.1f} s"
    )


def answers(folder: Path) -> None:
    """From the address asked for to the answer of 50 runs, and to levers; from a lever moved to its answer of 50 pairs.

    The engine is prepared; nothing else is kept from before.
    """
    forgetful = "from patronage.browser.kept import Shelf\nShelf.read = lambda *_: None"
    with served(folder, "us-withdrawal", faults=forgetful, start=False) as url, launched() as browser:
        for part in range(3):
            opened = time.monotonic()
            with visit(browser, url) as page:
                page.get_by_test_id("answers").wait_for()
                first = time.monotonic() - opened
                lever = page.locator("[data-testid=strongest] .pg-lever").first
                lever.wait_for(timeout=300_000)
                found = time.monotonic() - opened
                page.wait_for_timeout(5000)
                at = time.monotonic()
                lever.get_by_role("slider").press("Home")
                page.get_by_text("against the scenario: ").first.wait_for()
                moved = time.monotonic() - at
            what = "levers" if part == 0 else "levers, known by then"
            print(f"opened to the first answer {first:.1f} s, to {what} {found:.1f} s; a lever's new answer {moved:.1f} s")


def draws(page: Any) -> int:
    """How often the map has been drawn."""
    return int(page.evaluate("+document.querySelector('[data-testid=map]').dataset.draws"))


def growth(folder: Path) -> None:
    """Memory of the server while a long scenario is played, twice."""
    (folder / "long.yaml").write_text(LONG, encoding="utf-8")
    with served(folder, "long.yaml") as url, launched() as browser, visit(browser, url) as page:
        advanced(page)
        page.get_by_role("slider", name="Milliseconds between quarters").press("Home")
        for part in range(2):
            press(page, "Play")
            for mark in (200, 400, 600, 800):
                page.wait_for_function(
                    f"+(document.querySelector('[data-testid=tile-quarter] .n').innerText.match(/\\d+/) || [0])[0] >= {mark}",
                    timeout=900_000,
                )
                print(f"round {part + 1}, quarter {mark}: {memory():.0f} MB")
            press(page, "Reset")
            page.wait_for_timeout(3000)


def sessions(folder: Path) -> None:
    """Memory of the server while pages with ensembles are open, and after their browsers have gone."""
    soon = "import patronage.browser.sessions as s\ns.FORGOTTEN = '5s'"
    with served(folder, "us-withdrawal", faults=soon) as url, launched() as browser:
        for part in range(3):
            contexts = [browser.new_context() for _ in range(PAGES)]
            for context in contexts:
                page = context.new_page()
                page.goto(url)
                chart(page, "map").wait_for(timeout=120_000)
                tab(page, "Ensemble")
                press(page, "Compute bands")
                page.get_by_text("complete").first.wait_for(timeout=300_000)
            most = memory()
            for context in contexts:
                context.close()
            time.sleep(20)
            print(f"round {part + 1}: {PAGES} pages {most:.0f} MB, 20 s after they had gone {memory():.0f} MB")


def main() -> None:
    """All, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        speed(Path(folder))
        answers(Path(folder))
        growth(Path(folder))
        sessions(Path(folder))


if __name__ == "__main__":
    main()
