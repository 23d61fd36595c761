"""What the page does when something is wrong: a model that fails, no geometry, hostile text, a wheel without a clone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pytest

from browser_server import ROOT, needed, served
from browser_tools import arrived, chart, line, press, series, shows, step, tab, tip, until, visit

pytestmark = pytest.mark.browser
FAULTS = """
from patronage.driving import Ensemble
import patronage.browser.assets as a
from pathlib import Path
whole = Ensemble.step
def step(self, *rest, **more):
    if self.world.quarter - 4 * 2009 >= 2:
        raise FloatingPointError("a planted <b>fault</b>")
    return whole(self, *rest, **more)
Ensemble.step = step
a._GEOMETRY = Path("nowhere")
"""
"""The model fails in the fourth quarter, and there is no geometry."""
EVIL = "<img src=x onerror='window.hacked=1'>"
HOSTILE = f"""
extends: two-patrons
title: "{EVIL}"
question: "<script>window.hacked=1</script> {{a}} {{{{b}}}}"
states: {{KGZ: {{name: "{EVIL}"}}}}

events:
  surplus: {{at: 2009Q1, note: "{EVIL}"}}
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    needed()
    with served(tmp_path_factory.mktemp("server"), "two-patrons", faults=FAULTS) as address:
        yield address


def test_a_model_that_fails_is_told_and_the_page_lives_on(browser, faulty):
    with visit(browser, faulty) as page:
        step(page, 3)
        press(page, "Step")
        problem = page.locator("[data-testid=problem]")
        shows(page, "problem", "The run stopped after 2009Q3: FloatingPointError: a planted <b>fault</b>")
        shows(page, "tile-quarter", "2009Q3")
        tab(page, "Deals & bases")
        chart(page, "bases").wait_for()
        press(page, "Reset")
        problem.wait_for(state="detached")
        arrived(page, 0)
        tab(page, "Overview")
        chart(page, "shares").wait_for()
        step(page, 2)
        press(page, "Play")  # playing comes to the same end
        problem.wait_for()
        shows(page, "tile-quarter", "2009Q3")


def test_without_geometry_a_ring_takes_the_place_of_the_map(browser, faulty):
    with visit(browser, faulty) as page:
        page.get_by_role("heading", name="Influence ring").wait_for()
        step(page, 2)
        until(page, lambda: {s["name"] for s in series(page, "map")}, {"clients", "flows", "bases", "patrons"})
        until(page, lambda: len(line(page, "map", "clients")), 1)
        until(page, lambda: "Kyrgyzstan" in tip(page, "map", "KGZ").splitlines())


@pytest.mark.browser_long
def test_text_of_users_is_only_text(browser, tmp_path):
    (tmp_path / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    with served(tmp_path, "hostile.yaml") as url, visit(browser, url) as page:
        step(page, 6)
        until(page, lambda: page.get_by_text(EVIL).count() >= 3)
        until(page, lambda: "onerror" in tip(page, "map", "KGZ"))
        chart(page, "timeline").wait_for()
        page.evaluate(
            "() => { const c = document.querySelector('[data-testid=timeline]').chart, o = c.getOption();"
            "o.series.forEach((s, i) => (s.data || []).forEach((_, j) => "
            "c.dispatchAction({type: 'showTip', seriesIndex: i, dataIndex: j}))) }"
        )
        for name in ("Influence", "Deals & bases", "Blocs", "Patrons", "Compare", "What if", "Take a seat", "How to read"):
            tab(page, name)
        page.get_by_text("{a} {{b}}").first.wait_for()
        assert page.evaluate("window.hacked") is None
        assert page.locator("img[src=x]").count() == 0
        assert page.locator(".pg-page script").count() == 0


@pytest.mark.browser_long
def test_an_installed_wheel_shows_the_page_without_any_network(browser, tmp_path):
    clone = tmp_path / "clone"
    kept = ("model", "scenarios", "experiments", "pyproject.toml", "README.md", "LICENSE")
    for name in kept:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, clone / name)
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(clone)]
    subprocess.run(build, check=True, capture_output=True, cwd=tmp_path)
    wheel = next(tmp_path.glob("*.whl"))
    assets = ROOT / "model" / "patronage" / "browser"
    with zipfile.ZipFile(wheel) as z:
        held = set(z.namelist())
    files = [p.relative_to(assets.parents[1]).as_posix() for p in assets.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    assert [f for f in files if f not in held] == []
    assert wheel.stat().st_size < 15e6
    with zipfile.ZipFile(wheel) as z:
        z.extractall(tmp_path / "site")
    with served(tmp_path, "us-withdrawal", package=tmp_path / "site") as url, visit(browser, url) as page:
        page.get_by_role("heading", name="Influence map").wait_for()
        step(page, 2)
        shows(page, "tile-quarter", "2000Q2")
