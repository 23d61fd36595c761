"""The tab to look about in runs, in a browser: limits, words, counts, the line of a run, and the run on the page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest

from browser_tools import press, tab, visit
from patronage.experiments import sweep
from patronage.reports.explorer import explored, table
from test_explore import FILE

pytestmark = pytest.mark.browser
MOVED = "runs with the levers that matter moved"


@pytest.fixture(scope="module")
def swept(place):
    """A folder of runs beside the server."""
    (place / "file.yaml").write_text(FILE.replace("points: 5", "points: 20"), encoding="utf-8")
    (place / "runs").mkdir(exist_ok=True)
    sweep(place / "file.yaml", place / "runs" / "swept")
    return place / "runs" / "swept"


@pytest.fixture
def page(browser, two_patrons):
    with visit(browser, two_patrons, (1366, 900)) as opened:
        tab(opened, "Explorer")
        opened.locator("[data-testid=explorer-runs][data-ready]").wait_for()
        yield opened


def says(page, words: str) -> None:
    """Wait until the words of the limits hold these."""
    page.wait_for_function("w => document.getElementById('words')?.textContent.includes(w)", arg=words)


def choose(page, words: str) -> None:
    """Which runs are looked about in."""
    page.locator("[data-testid=explorer] .v-select").first.click()
    page.get_by_role("option", name=words, exact=True).click()


def explains(page, asked: str, words: str) -> None:
    """A title in a table answers what it is."""
    page.locator(asked).first.click()
    page.locator("[data-testid=explained][aria-busy=false]", has_text=words).wait_for()
    page.keyboard.press("Escape")


def open_run(page, run: str) -> str:
    """Choose a run and open it; the line that repeats it."""
    page.locator("#rows button", has_text=re.compile(f"^{run}$")).click()
    line = page.inner_text("#line")
    page.get_by_role("button", name="Open this run on the page").click()
    page.locator("[data-tab=Overview]").wait_for()
    return line


@pytest.mark.browser_long
def test_a_sweep_of_this_machine_is_looked_about_in_and_a_run_of_it_opened(page, swept):
    frame = table(explored(swept))
    choose(page, "a folder of runs")
    page.get_by_label("Folder, such as runs/manas").fill("runs/swept")
    page.get_by_role("button", name="Open runs").click()
    says(page, f"All {len(frame)} runs.")
    page.fill("#from-need", "60")
    page.select_option("#from-stands", "1")
    kept = frame[(frame["need"] >= 60) & (frame["stands"] == 1)]
    says(page, f"{len(kept)} of {len(frame)} runs ({round(100 * len(kept) / len(frame))} %).")
    text = page.inner_text("#words")
    assert text.startswith("the American need from 60")
    assert "The base stands, 2011Q4: yes: " in text
    assert page.locator("#rows button").count() == min(60, len(kept))
    page.locator("#whole summary").click()
    page.wait_for_function("document.querySelectorAll('#table tbody tr').length > 0")
    assert page.locator("#table tbody tr").count() == min(60, len(kept))
    assert page.locator("#table tbody tr td").first.inner_text() == kept.index[0]
    page.locator("[data-testid=explorer-runs][data-told*=stands]").wait_for()
    tab(page, "Overview")
    tab(page, "Explorer")
    says(page, f"{len(kept)} of {len(frame)} runs")  # limits stay through a look at another tab
    press(page, "Undo")
    page.wait_for_function("() => !location.hash.includes('brush=stands')")
    press(page, "Redo")
    says(page, f"{len(kept)} of {len(frame)} runs")
    page.wait_for_function("() => location.hash.includes('brush=need:60') && location.hash.includes('brush=stands:1')")
    page.reload()
    says(page, f"{len(kept)} of {len(frame)} runs")  # the address brings folder and limits back
    line = open_run(page, kept.index[0])
    assert line.startswith("patronage run --from ")
    assert line.endswith(f"swept --row {kept.index[0]}")
    told = "document.querySelector('[data-figure]').dataset.figure"
    page.wait_for_function(f"() => {told}.includes('patrons.USA.need=')")
    assert "swept/scenario.yaml" in page.evaluate(told)


def test_levers_are_moved_and_a_run_is_what_its_line_says(page):
    page.wait_for_function("!document.getElementById('words').textContent.includes('All 0')")
    explains(page, "#found [data-ask^='many ']", "The same scenario many times")
    choose(page, MOVED)
    page.get_by_role("button", name="Compute runs").click()
    says(page, "All 200 runs.")
    page.locator("#limits td", has_text=", lever").first.wait_for()
    explains(page, "#limits [data-ask^='lever ']", "in the scenario")
    explains(page, "#found [data-ask^='outcome ']", "outcomes.")
    line = open_run(page, "3")
    settings = dict(re.findall(r"--set '?([\w.]+)=([\d.e-]+)'?", line))
    assert settings
    assert " --first 3 --runs 1" in line
    page.wait_for_function("() => location.hash.includes('run=3')")
    shown = parse_qsl(page.evaluate("location.hash.slice(1)"))
    got = dict(value.split("=") for key, value in shown if key == "set")
    assert {k: float(v) for k, v in got.items()} == {k: float(v) for k, v in settings.items()}
