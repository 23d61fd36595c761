"""The page of many runs in a browser: it asks nothing of the network, and limits, words, counts and lines agree."""

from __future__ import annotations

import html
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from browser_server import needed
from patronage import explore
from patronage.experiments import sweep
from patronage.reports.explorer import table
from test_explore import FILE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    needed()
    place = tmp_path_factory.mktemp("explore")
    (place / "file.yaml").write_text(FILE.replace("points: 5", "points: 20"), encoding="utf-8")
    sweep(place / "file.yaml", place / "swept")
    return explore(place / "swept", place / "page.html"), place / "page.html"


@pytest.fixture
def page(browser, made):
    opened = browser.new_page(viewport={"width": 1400, "height": 1100})
    asked: list[str] = []
    wrong: list[str] = []
    opened.on("request", lambda r: asked.append(r.url))
    opened.on("pageerror", lambda e: wrong.append(str(e)))
    opened.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    opened.goto(made[1].as_uri())
    yield opened
    opened.close()
    assert asked == [made[1].as_uri()], "the page asks for more than itself"
    assert wrong == []


def test_limits_that_are_typed_are_told_in_words_with_the_runs_within(made, page):
    frame = table(made[0])
    assert page.inner_text("#words") == f"All {len(frame)} runs."
    page.fill("#from-need", "60")
    page.select_option("#from-stands", "1")
    kept = frame[(frame["need"] >= 60) & (frame["stands"] == 1)]
    text = page.inner_text("#words")
    assert text.startswith("the American need from 60 MUSD/yr; The base stands, 2011Q4: yes: ")
    assert f"{len(kept)} of {len(frame)} runs ({round(100 * len(kept) / len(frame))} %)." in text
    row = page.locator("#found tr", has_text="The base stands").first.inner_text()
    assert f"({len(kept)} of {len(kept)} runs)" in row
    page.click("#reset")
    assert page.inner_text("#words") == f"All {len(frame)} runs."


def test_a_drag_along_an_axis_keeps_the_runs_in_that_stretch(made, page):
    frame = table(made[0])
    box = page.locator("#parallel").bounding_box()
    axes = len(made[0].columns)
    x = box["x"] + 70 + (box["width"] - 170) / (axes - 1)  # the second axis: the need
    page.mouse.move(x, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(x, box["y"] + 300, steps=6)
    page.mouse.up()
    page.wait_for_function("document.getElementById('words').textContent.includes('the American need')")
    low, high = (float(page.input_value(f"#{end}-need")) for end in ("from", "to"))
    assert 20 < low < high < 160
    kept = frame[(frame["need"] >= low - 0.01) & (frame["need"] <= high + 0.01)]
    assert 0 < len(kept) < len(frame)
    assert f"{len(kept)} of {len(frame)} runs" in page.inner_text("#words")


def saved(page, button):
    """The file that a button hands over."""
    with page.expect_download() as coming:
        page.click(f"#{button}")
    return coming.value.suggested_filename, Path(coming.value.path())


def test_runs_are_taken_away_with_units_and_read_as_a_table_page_by_page(made, page):
    frame = table(made[0])
    page.click("#open-table")
    assert page.evaluate("document.activeElement.closest('details').id") == "whole"
    read = []
    for _ in range(9):
        read += page.locator("#table tbody tr td:first-child").all_inner_texts()
        if page.is_disabled("#later"):
            break
        page.click("#later")
    assert read == list(frame.index)
    assert page.inner_text("#page") == f"61 to {len(frame)} of {len(frame)} runs"
    page.fill("#from-need", "60")
    kept = frame[frame["need"] >= 60]
    assert page.inner_text("#page") == f"1 to {min(60, len(kept))} of {len(kept)} runs"
    name, file = saved(page, "csv")
    assert name.endswith("-runs.csv")
    got = pd.read_csv(file, dtype={"run": str}).set_index("run")
    heads = ["policy [text]", "need [MUSD/yr]", "leaving [quarter]", "stands [yes or no]", "share [1]", "rent [MUSD/yr]"]
    assert list(got.columns) == heads
    assert list(got.index) == list(kept.index)
    assert (got["policy [text]"] == kept["policy"]).all()
    assert (got["stands [yes or no]"] == kept["stands"].map({1: "yes", 0: "no"})).all()
    for name in ("need [MUSD/yr]", "share [1]", "rent [MUSD/yr]"):
        assert np.allclose(got[name], kept[name.split()[0]].astype(float), equal_nan=True)


@pytest.mark.parametrize("what", ["parallel", "scatter"])
def test_a_picture_is_saved_with_title_limits_and_line(made, page, what):
    page.fill("#from-need", "60")
    words = page.inner_text("#words")
    _, file = saved(page, f"{what}-svg")
    drawn = file.read_text("utf-8")
    assert all(text in html.unescape(drawn) for text in (made[0].title, words[:40], "--row RUN"))
    assert made[0].title not in drawn  # which would be markup
    marks = drawn.count("<polyline" if what == "parallel" else "<path")
    assert marks >= len(made[0].rows)  # all of them, not the first of many
    _, file = saved(page, f"{what}-png")
    head = file.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(head[16:20]) == 2 * page.evaluate(f"document.getElementById('{what}').clientWidth")


def test_a_run_that_is_chosen_says_the_line_that_repeats_it(made, page):
    page.click("#rows button >> text='3:1'")
    assert page.inner_text("#line") == made[0].line.replace("{}", "3:1")
    assert "run --from" in page.inner_text("#line")
    assert page.locator("#values tr").count() == len(made[0].columns)
