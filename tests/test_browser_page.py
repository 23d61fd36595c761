"""The page, from outside, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser_tools import advanced, chart, press, series, shows, step, steps, tile, visit
from patronage import load_scenario, simulate
from patronage.browser.answering import SIZES
from patronage.browser.levers import levers
from patronage.browser.reach import PAIRS
from patronage.browser.tour import TAB_NAMES
from patronage.reports.summary import answers
from patronage.reports.words import number as in_words
from patronage.results.ensemble import Statistics
from patronage.scenario import quarter_name

pytestmark = pytest.mark.browser


@pytest.fixture
def page(url, browser, request):
    with visit(browser, url) as opened:
        yield opened
        folder = Path(request.config.cache.mkdir("pictures"))
        opened.screenshot(path=folder / f"{request.node.name}.png")


def test_a_step_shows_what_the_engine_computes(page):
    assert tile(page, "quarter") == "1999Q4"
    step(page, 3)
    assert tile(page, "quarter") == "2000Q3"
    data = simulate(load_scenario("us-withdrawal"), 1, 1, until=load_scenario("us-withdrawal").start + 2).data
    lines = {s["id"]: s["data"] for s in series(page, "shares")}
    kgz = data["share"].sel(run=0, client="KGZ")
    for patron in data.patron.values:
        assert lines[str(patron)][1:] == [round(100 * float(v), 2) for v in kgz.sel(patron=patron).values]
    lowest = float(data["legitimacy"].isel(run=0, quarter=-1).min())
    assert tile(page, "legitimacy") == f"{100 * lowest:.0f}"


def test_the_first_screen_answers_the_question(browser, url):
    """Question, answer with interval and why, and the way to the history, at a glance on a small screen."""
    with visit(browser, url, (1366, 768)) as page:
        page.locator("[data-testid=answers]").wait_for()
        page.locator("[data-testid=answer-state]").wait_for(state="detached")  # no further ensemble comes
        scenario = load_scenario("us-withdrawal")
        card = page.locator("[data-testid=answer]").inner_text()
        runs = int(page.locator("[data-testid=answers] th").nth(1).inner_text().split()[1])
        assert runs in SIZES
        found = Statistics(simulate(scenario, runs, 1, record="lean"))
        assert scenario.question in card
        for sentence in answers(found):
            for part in sentence.rstrip(".").split(". Closures")[0].split(": "):
                assert part in card, part
        assert "Closures (share of runs): " in card
        lever = page.locator("[data-testid=strongest] .pg-lever").first
        lever.wait_for()
        for shown in (page.locator("[data-testid=answers]"), page.locator(".pg-play"), lever):
            box = shown.bounding_box()
            assert box["y"] + box["height"] <= 768
        path = lever.locator(".pg-lever-name").get_attribute("title").split(":")[0]
        lever.get_by_role("slider").press("Home")
        page.get_by_text("against the scenario: ").first.wait_for()  # a new answer, without Reset
        low = next(x for x in levers(scenario) if x.path == path).low
        moved = Statistics(simulate(load_scenario("us-withdrawal", {path: f"{low:g}"}), PAIRS, 1, record="lean"))
        card = page.locator("[data-testid=answer]").inner_text()
        for sentence in answers(moved):
            assert sentence.rstrip(".").split(". Closures")[0].partition(": ")[2] in card
        assert steps(page) == 0
        press(page, "Take all back")
        page.get_by_text("against the scenario: ").first.wait_for(state="detached")
        press(page, "Play the history")
        page.wait_for_function("document.querySelector('[data-testid=tile-quarter] .v').innerText > '2000Q4'")
        press(page, "Pause the history")
        page.get_by_role("button", name="Go on with the history").wait_for()
        press(page, f"Take the tour: {len(scenario.story)} stops")
        for number, stop in enumerate(scenario.story.values(), 1):
            page.get_by_text(f"{quarter_name(stop.at)} · {number} of {len(scenario.story)}").wait_for()
            bar = page.locator("[data-testid=tour]")
            assert stop.text in bar.inner_text()
            box = bar.bounding_box()
            assert 300 < box["y"] < box["y"] + box["height"] <= 769, "at the foot, with room above"
            page.locator(f"[data-tab='{TAB_NAMES[stop.tab]}']").wait_for()
            shows(page, "looked-at", f"{quarter_name(stop.at)} (latest)")
            if number < len(scenario.story):
                press(page, "Next")
        data = simulate(scenario, 1, 1, until=stop.at).data["share"].sel(run=0, patron="RUS", client="KGZ")
        claim = page.locator("[data-testid=tour-claim]").inner_text()
        assert claim.startswith("Russia's share of influence in Kyrgyzstan: 58 to 68 % on average over many runs")
        assert claim.endswith(f"; {in_words(100 * float(data.values[-1]))} % in this run")
        press(page, "Back")  # to a past quarter of the same run
        shows(page, "looked-at", quarter_name(list(scenario.story.values())[-2].at))
        press(page, "Leave the story")
        bar.wait_for(state="detached")


def test_play_pause_and_reset(page):
    press(page, "Play")
    page.wait_for_function("document.querySelector('[data-testid=tile-quarter] .v').innerText > '2000Q4'")
    press(page, "Pause")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.wait_for_timeout(500)
    count = steps(page)
    page.wait_for_timeout(700)
    assert steps(page) == count >= 4
    press(page, "Reset")
    page.get_by_text("Step: 0", exact=True).wait_for()
    shows(page, "tile-quarter", "1999Q4")


def test_a_seed_that_is_typed_is_the_number(page):
    advanced(page)
    field = page.get_by_label("Seed", exact=True)
    field.fill("7")
    field.press("Tab")
    press(page, "Reset")
    page.get_by_text("Step: 0", exact=True).wait_for()
    step(page)
    expected = simulate(load_scenario("us-withdrawal"), 1, 7, until=load_scenario("us-withdrawal").start).data
    value = next(s["data"] for s in series(page, "shares") if s["id"] == "RUS")[1]
    assert value == round(100 * float(expected["share"].sel(run=0, patron="RUS", client="KGZ").values[0]), 2)
    field.fill("seven")
    field.press("Tab")
    page.wait_for_timeout(2000)  # drawn as it was typed, on a busy machine too: only then is going back a change
    press(page, "Reset")
    problem = page.locator("[data-testid=problem]")
    problem.wait_for()
    assert "write a whole number such as 1, not 'seven'" in problem.inner_text()
    page.wait_for_function("[...document.querySelectorAll('nav input')].some(i => i.value === '7')")  # of the run that stays
    assert steps(page) == 1
    step(page)


def test_two_visitors_have_two_runs(page, browser, url):
    step(page, 2)
    with visit(browser, url) as other:
        assert tile(other, "quarter") == "1999Q4"
        step(other)
    assert (steps(page), tile(page, "quarter")) == (2, "2000Q2")


def test_a_click_on_the_map_chooses_a_client(page):
    point = page.evaluate(
        "() => { const e = document.querySelector('[data-testid=map]'); const s = e.chart.getOption().series;"
        "const d = s.find(x => x.name == 'names').data.find(x => x.name == 'UZB');"
        "const p = e.chart.convertToPixel('geo', d.value); const r = e.getBoundingClientRect();"
        "return [r.x + p[0], r.y + p[1] + 14] }"
    )
    page.mouse.click(*point)
    page.get_by_role("heading", name="Uzbekistan: shares of influence").wait_for()
    chart(page, "shares").wait_for()


def test_the_scrubber_shows_the_past(page):
    step(page, 4)
    slider = page.get_by_role("slider", name="Look at")
    before = tile(page, "money")
    slider.press("ArrowLeft")
    shows(page, "tile-quarter", "2000Q3")
    shows(page, "looked-at", "2000Q3")
    page.wait_for_function(f"document.querySelector('[data-testid=tile-money] .v').innerText != '{before}'")
    press(page, "Latest")
    shows(page, "tile-money", before)


def test_another_scenario_of_ones_own(page):
    good = "extends: two-patrons\ntitle: <b>Bold</b> {b} & sons\nstates: {KGZ: {name: '<img src=x onerror=alert(1)>'}}\n"
    upload = page.locator("input[type=file]")
    bad = {"name": "bad.yaml", "mimeType": "text/yaml", "buffer": b"extends: two-patrons\npatrons: {USA: {misson: 1}}\n"}
    upload.set_input_files(bad)
    problem = page.locator("[data-testid=problem]")
    problem.wait_for()
    assert "bad.yaml:2:17: " in problem.inner_text()
    assert "Did you mean mission?" in problem.inner_text()
    step(page)  # the page lives on
    upload.set_input_files({"name": "good.yaml", "mimeType": "text/yaml", "buffer": good.encode()})
    page.get_by_text("<b>Bold</b> {b} & sons").first.wait_for()
    shows(page, "tile-quarter", "2008Q4")
    assert page.locator("[data-testid=problem]").count() == 0
    page.get_by_text("Step: 0", exact=True).wait_for()
    step(page, 2)
    assert page.locator("img[src=x]").count() == 0
