"""Many pages of one server at once: quarters a second each, what they cost the server, memory, and what is left when they have gone.

python -m benchmarks.page_many [PAGES] [SECONDS]        needs a Chromium, the extra browser-test and collected assets

Browsers and server share the machine here; in a class the browsers are elsewhere. What the server alone can give follows from its
processor time: a process draws for all its pages on one core.
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

from browser_server import launched, served, server  # noqa: E402
from browser_tools import chart, press, steps  # noqa: E402

MAIN = "extends: us-withdrawal\ntitle: The main scenario, so long that play does not come to its end\nperiod: {end: 2059Q4}\n"


def spent(process: Any) -> float:
    """Processor seconds of the server so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


COUNT = """
window.drawn = 0;
new MutationObserver(() => (window.drawn += 1)).observe(
  document.querySelector("[data-testid=tile-quarter] .v"), { characterData: true, childList: true, subtree: true });
"""


def drawings(page: Any) -> int:
    """How often another quarter has been drawn."""
    return int(page.evaluate("window.drawn"))


def browsers() -> float:
    """Processor seconds of the browser and all its pages so far; those of pages that have gone are not in it."""
    return sum(spent(p) for p in psutil.Process().children(recursive=True) if "chrom" in p.name())


def together(folder: Path, pages: int, seconds: float, *, every: bool = False) -> None:
    """Open pages, let all play at once, and tell what each got and what it cost. `every`: every quarter is drawn, however slowly."""
    (folder / "main.yaml").write_text(MAIN, encoding="utf-8")
    soon = "import patronage.browser.sessions as s\ns.FORGOTTEN = '5s'"
    if every:
        soon += "\nimport patronage.visitors.backpressure as b\nb.MOST_AT_A_TIME = 1"
    with served(folder, "main.yaml", faults=soon) as url, launched() as browser:
        process = server(folder)
        empty = process.memory_info().rss / 1e6
        contexts = [browser.new_context(viewport={"width": 1366, "height": 768}) for _ in range(pages)]
        opened = []
        for context in contexts:
            context.set_default_timeout(300_000)
            page = context.new_page()
            page.goto(url)
            chart(page, "map").wait_for()
            page.locator("[data-testid=answers]").wait_for()  # its ensemble is done
            opened.append(page)
        for page in opened:
            page.evaluate(COUNT)
            press(page, "Play")
        time.sleep(3)
        before, drawn, cost, theirs, at = [steps(p) for p in opened], sum(map(drawings, opened)), spent(process), browsers(), time.monotonic()
        time.sleep(seconds)
        after, drawn = [steps(p) for p in opened], sum(map(drawings, opened)) - drawn
        lasted, cost, theirs = time.monotonic() - at, spent(process) - cost, browsers() - theirs
        each = sorted((b - a) / lasted for a, b in zip(before, after, strict=True))
        full = process.memory_info().rss / 1e6
        for context in contexts:
            context.close()
        time.sleep(25)
        print(
            f"{pages} pages{', every quarter drawn' if every else ''}: {each[0]:.1f} to {each[-1]:.1f} quarters a second each, {sum(each):.1f} together, "
            f"{drawn / lasted:.1f} drawings a second; of a core {1000 * cost / max(1, drawn):.0f} ms of the server and "
            f"{1000 * theirs / max(1, drawn):.0f} ms of the browsers for a drawing ({cost / lasted:.2f} and {theirs / lasted:.2f} "
            f"cores); memory {empty:.0f} MB empty, {full:.0f} MB with them "
            f"({(full - empty) / pages:.0f} MB a page), {process.memory_info().rss / 1e6:.0f} MB 20 s after they were forgotten"
        )


def main() -> None:
    """One page, then as many as are asked for, as they are and with every quarter drawn."""
    wanted, seconds = (float(word) for word in (sys.argv[1:] + ["10", "15"][len(sys.argv) - 1 :]))
    for pages, every in ((1, False), (int(wanted), True), (int(wanted), False)):
        with tempfile.TemporaryDirectory() as folder:
            together(Path(folder), pages, seconds, every=every)


if __name__ == "__main__":
    main()
