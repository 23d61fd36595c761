"""The page, from outside, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser_server import served
from browser_tools import (
    Shared,
    advanced,
    arrived,
    chart,
    drawn_down,
    line,
    pause,
    press,
    says,
    shows,
    step,
    steps,
    tab,
    taken,
    tile,
    tried_in,
    until,
    visit,
)
from patronage import load_scenario, simulate
from patronage.browser.answering import SIZES, answer, decisive, this_run
from patronage.browser.levers import levers
from patronage.browser.model import PageModel
from patronage.browser.reach import range_of
from patronage.browser.setup import Setup
from patronage.browser.tour import TAB_NAMES
from patronage.reports.summary import answers
from patronage.reports.words import number as in_words
from patronage.results.ensemble import Statistics
from patronage.scenario import load_text, quarter_name

DECIDED = quarter_name(decisive(load_scenario("us-withdrawal")))
SHOWN = """() => {
  window.shown = [];
  const quarter = () => document.querySelector('[data-testid=tile-quarter] .v').textContent.trim();
  const watcher = new MutationObserver(() => shown.push(quarter()));
  watcher.observe(document.querySelector('.pg-page'), { subtree: true, characterData: true });
}"""
"""Keeps every quarter that the page shows from now on."""
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def visited(url, browser):
    with visit(browser, url) as opened:
        yield Shared(opened, "us-withdrawal")


@pytest.fixture
def page(visited, request):
    yield (opened := visited.anew(request.session.testsfailed))
    folder = Path(request.config.cache.mkdir("pictures"))
    opened.screenshot(path=folder / f"{request.node.name}.png")


@pytest.fixture(scope="module")
def served_as_it_opens(tmp_path_factory):
    """The address of a page that opens where its question is decided."""
    with served(tmp_path_factory.mktemp("server"), "us-withdrawal", start=False) as address:
        yield address


def test_a_step_shows_what_the_engine_computes(page):
    assert tile(page, "quarter") == "1999Q4"
    step(page, 3)
    assert tile(page, "quarter") == "2000Q3"
    data = simulate(load_scenario("us-withdrawal"), 1, 1, until=load_scenario("us-withdrawal").start + 2).data
    kgz = data["share"].sel(run=0, client="KGZ")
    for patron in map(str, data.patron.values):
        drawn = [round(100 * float(v), 2) for v in kgz.sel(patron=patron).values]
        until(page, lambda patron=patron: line(page, "shares", patron)[1:], drawn)
    lowest = float(data["legitimacy"].isel(run=0, quarter=-1).min())
    shows(page, "tile-legitimacy", f"{100 * lowest:.0f}")


def at_the_foot(box):
    """With room above, and whole."""
    return 300 < box["y"] < box["y"] + box["height"] <= 769


def of_this_run(many):
    """What the answer says of the run on the page, at the quarter that decides it."""
    model = PageModel(Setup("us-withdrawal"))
    while model.world.quarter < decisive(many.scenario):
        model.step()
    return [this_run(model.story, line, model.story.now) for line in answer(many).lines if line.leads]


def test_the_first_screen_answers_the_question(browser, served_as_it_opens):
    """Question, answer with interval and why, map and first lever at a glance on a small screen, at the quarter that decides it."""
    with visit(browser, served_as_it_opens, (1366, 768)) as page:
        page.locator("[data-testid=answers]").wait_for()
        shows(page, "looked-at", f"{DECIDED} (latest)")
        until(page, lambda: page.get_by_test_id("answer").bounding_box()["y"] <= 160)
        page.get_by_test_id("answer-state").wait_for(state="detached")  # no further ensemble comes
        runs = next(n for n in SIZES if page.get_by_role("columnheader", name=f"In {n} runs", exact=True).count())
        scenario = load_scenario("us-withdrawal")
        many = simulate(scenario, runs, 1, record="lean")
        found = Statistics(many)
        cells = page.locator("[data-testid=answers] tbody td:last-child")
        until(page, lambda: [cell.split("\n")[0] for cell in cells.all_inner_texts()], of_this_run(many))
        parts = [part for sentence in answers(found) for part in sentence.rstrip(".").split(". Closures")[0].split(": ")]
        says(page, "answer", scenario.question, *parts, "Closures (share of runs): ")
        lever = page.locator("[data-testid=strongest] .pg-lever").first
        lever.wait_for()
        for shown in (page.locator("[data-testid=answers]"), page.locator(".pg-play"), lever):
            until(page, lambda shown=shown: sum(shown.bounding_box()[side] for side in ("y", "height")) <= 768)
        path = lever.locator(".pg-lever-name").get_attribute("title").split(":")[0]
        known = next(x for x in levers(scenario) if x.path == path)
        low, high = range_of(known).ends
        drawn_down(page, lever.get_by_role("slider"), up=float(known.value) == low)
        tried = tried_in(page)  # a new answer, without Reset
        moved_to = {path: str(high if float(known.value) == low else low)}
        moved = Statistics(simulate(load_scenario("us-withdrawal", moved_to), tried, 1, record="lean"))
        says(page, "answer", *(sentence.rstrip(".").split(". Closures")[0].partition(": ")[2] for sentence in answers(moved)))
        shows(page, "tile-quarter", DECIDED)
        press(page, "Take all back")
        page.get_by_text("against the scenario: ").first.wait_for(state="detached")
        page.get_by_role("button", name="Go on with the history").wait_for()
        page.evaluate(SHOWN)
        press(page, "Play the history")  # from its first quarter, not from here
        page.wait_for_function("decided => shown.some(quarter => quarter < decided)", arg=DECIDED)
        press(page, "Reset")
        arrived(page, 0)
        press(page, f"Take the tour: {len(scenario.story)} stops")
        for number, stop in enumerate(scenario.story.values(), 1):
            page.get_by_text(f"{quarter_name(stop.at)} · {number} of {len(scenario.story)}").wait_for()
            bar = page.locator("[data-testid=tour]")
            says(page, "tour", stop.text)
            until(page, lambda bar=bar: at_the_foot(bar.bounding_box()))
            page.locator(f"[data-tab='{TAB_NAMES[stop.tab]}']").wait_for()
            shows(page, "looked-at", f"{quarter_name(stop.at)} (latest)")
            if number < len(scenario.story):
                press(page, "Next")
        data = simulate(scenario, 1, 1, until=stop.at).data["share"].sel(run=0, patron="RUS", client="KGZ")
        claim = "Russia's share of influence in Kyrgyzstan: the story expects 58 to 68 % on average over many runs"
        says(page, "tour-claim", claim, f"; {in_words(100 * float(data.values[-1]))} % in this run")
        press(page, "Back")  # to a past quarter of the same run
        shows(page, "looked-at", quarter_name(list(scenario.story.values())[-2].at))
        press(page, "Leave the story")
        bar.wait_for(state="detached")


def test_many_outcomes_leave_the_map_and_the_levers_on_the_first_screen(browser, served_as_it_opens):
    with visit(browser, served_as_it_opens, (1366, 768)) as page:
        page.locator("[data-figure]").wait_for(state="attached")  # it listens
        page.evaluate("location.hash = 'scenario=sahel&seed=1&run=0'")
        says(page, "answers", "France has a base in Mali")
        page.get_by_text("more outcomes").wait_for()
        heading = page.get_by_role("heading", name="Levers that matter")
        for shown in (page.locator("[data-testid=answers]"), page.locator(".pg-play"), heading):
            until(page, lambda shown=shown: sum(shown.bounding_box()[side] for side in ("y", "height")) <= 768)
        until(page, lambda: chart(page, "map").bounding_box()["y"] < 768)
        rows = page.locator("[data-testid=answer] tbody tr")
        until(page, rows.count, len(load_scenario("sahel").outcomes))  # the rest is folded away


def test_a_page_that_is_loaded_anew_is_where_its_address_says(browser, served_as_it_opens):
    with visit(browser, served_as_it_opens) as page:
        shows(page, "looked-at", f"{DECIDED} (latest)")
        press(page, "Reset")
        arrived(page, 0)
        page.wait_for_function("location.hash.length > 1 && !location.hash.includes('&at=')")
        page.reload()  # and not where a page opens
        page.locator("[data-testid=answers]").wait_for()
        arrived(page, 0)


def test_the_last_tab_says_what_was_found_in_the_scenario(page):
    tab(page, "How to read")
    says(page, "scenario-card", load_scenario("us-withdrawal").finding)


def test_play_pause_and_reset(page):
    press(page, "Play")
    pause(page, "2001Q1")
    count = steps(page)
    page.wait_for_timeout(700)
    assert steps(page) == count >= 4
    press(page, "Reset")
    arrived(page, 0)
    shows(page, "tile-quarter", "1999Q4")


def test_a_seed_that_is_typed_is_the_number(page):
    advanced(page)
    field = page.get_by_label("Seed", exact=True)
    field.fill("7")
    field.press("Tab")
    press(page, "Reset")
    page.wait_for_function("document.querySelector('[data-figure]').dataset.figure.includes('seed 7,')")
    arrived(page, 0)
    step(page)
    expected = simulate(load_scenario("us-withdrawal"), 1, 7, until=load_scenario("us-withdrawal").start).data
    value = round(100 * float(expected["share"].sel(run=0, patron="RUS", client="KGZ").values[0]), 2)
    until(page, lambda: line(page, "shares", "RUS")[1:], [value])
    field.fill("seven")
    press(page, "Reset")  # at once
    says(page, "problem", "write a whole number such as 1, not 'seven'")
    page.wait_for_function("[...document.querySelectorAll('nav input')].some(i => i.value === '7')")  # of the run that stays
    assert steps(page) == 1
    step(page)


def test_two_visitors_have_two_runs(page, browser, url):
    step(page, 2)
    with visit(browser, url) as other:
        assert tile(other, "quarter") == "1999Q4"
        step(other)
    page.wait_for_timeout(500)  # the other's quarter would come
    assert (steps(page), tile(page, "quarter")) == (2, "2000Q2")


def test_a_click_on_the_map_chooses_a_client(page):
    point = page.evaluate(
        "() => { const e = document.querySelector('[data-testid=map]'); const s = e.chart.getOption().series;"
        "const d = s.find(x => x.name == 'names').data.find(x => x.name == 'UZB');"
        "const p = e.chart.convertToPixel('geo', d.value); return { x: p[0], y: p[1] + 14 } }"
    )
    chart(page, "map").click(position=point)  # wherever it stands by then: answers that come move it
    page.get_by_role("heading", name="Uzbekistan: shares of influence").wait_for()
    chart(page, "shares").wait_for()


def test_the_scrubber_shows_the_past(page):
    step(page, 4)
    slider = page.get_by_role("slider", name="Look at")
    before = tile(page, "money")
    page.wait_for_function("document.querySelector('.pg-top [role=slider]').ariaValueNow === '4'")
    slider.press("ArrowLeft")
    shows(page, "tile-quarter", "2000Q3")
    shows(page, "looked-at", "2000Q3")
    page.wait_for_function(f"document.querySelector('[data-testid=tile-money] .v').innerText != '{before}'")
    press(page, "Latest")
    shows(page, "tile-money", before)
    drawn_down(page, slider)
    shows(page, "looked-at", "1999Q4")
    until(page, lambda: slider.get_attribute("aria-valuetext"), "1999Q4")


def test_another_scenario_of_ones_own(page):
    good = "extends: two-patrons\ntitle: <b>Bold</b> {b} & sons\nstates: {KGZ: {name: '<img src=x onerror=alert(1)>'}}\n"
    upload = page.locator("input[type=file]")
    bad = {"name": "bad.yaml", "mimeType": "text/yaml", "buffer": b"extends: two-patrons\npatrons: {USA: {misson: 1}}\n"}
    upload.set_input_files(bad)
    says(page, "problem", "bad.yaml:2:17: ", "Did you mean mission?")
    step(page)  # the page lives on
    upload.set_input_files({"name": "good.yaml", "mimeType": "text/yaml", "buffer": good.encode()})
    page.get_by_text("<b>Bold</b> {b} & sons").first.wait_for()
    shows(page, "tile-quarter", "2008Q4")
    page.locator("[data-testid=problem]").wait_for(state="detached")
    arrived(page, 0)
    step(page, 2)
    assert page.locator("img[src=x]").count() == 0
    asked = []
    page.once("dialog", lambda dialog: asked.append(dialog.type) or dialog.dismiss())
    tab(page, "What if")
    page.locator("[data-tab] .pg-lever [role=slider]").first.press("ArrowRight")
    page.get_by_test_id("waiting").wait_for()
    waits = page.get_by_test_id("waiting").inner_text()
    until(page, lambda: "&lever=" in page.url and "&at=2009Q2" in page.url)
    link = page.url
    page.reload()  # the browser keeps the file: nothing asks, and it is where it was
    page.get_by_text("<b>Bold</b> {b} & sons").first.wait_for()
    shows(page, "tile-quarter", "2009Q2")
    says(page, "waiting", waits)
    assert (asked, page.url, page.locator("[data-testid=problem]").count()) == ([], link, 0)
    press(page, "Reset")
    arrived(page, 0)
    step(page)
    other = page.context.new_page()  # the link, in another window of this browser
    other.goto(link)
    says(other, "waiting", waits)
    shows(other, "tile-quarter", "2009Q2")
    other.evaluate("for (const k of Object.keys(localStorage)) if (k.startsWith('patronage-file-')) localStorage.removeItem(k)")
    other.reload()
    says(other, "problem", "This needs the file good.yaml", "Then the link leads on")
    other.locator("input[type=file]").first.set_input_files({"name": "good.yaml", "mimeType": "text/yaml", "buffer": good.encode()})
    says(other, "waiting", waits)
    shows(other, "tile-quarter", "2009Q2")
    other.close()
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } }")
    upload.set_input_files({"name": "large.yaml", "mimeType": "text/yaml", "buffer": good.encode()})
    says(page, "unkept", "Your browser does not keep a file as large as large.yaml")
    page.evaluate("setTimeout(() => location.reload())")
    until(page, lambda: asked, ["beforeunload"])  # what nobody keeps
    step(page)


def test_a_file_of_ones_own_is_chosen_together_with_its_tables(page):
    text = "extends: two-patrons\ntitle: With a table\nties: {table: ties.csv}\n"
    own = {"name": "own.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    table = {"name": "ties.csv", "mimeType": "text/csv", "buffer": b"patron,client,weight,source\nRUS,KGZ,0.75,\xc3\xa9tude\n"}
    latin = table | {"buffer": table["buffer"].replace(b"\xc3\xa9", b"\xe9")}
    upload = page.locator("input[type=file]")
    upload.set_input_files([own])
    says(page, "problem", "own.yaml:3:15: the table 'ties.csv' was not handed over. Choose it together with the scenario file")
    upload.set_input_files([own, latin])
    page.get_by_text("ties.csv is no UTF-8 text: save it as UTF-8").wait_for()
    upload.set_input_files([table, own])
    page.get_by_text("With a table").first.wait_for()
    page.locator("[data-testid=problem]").wait_for(state="detached")
    press(page, "Reset")
    step(page)
    tab(page, "What if")
    assert load_text(taken(page, "scenario.yaml").read_text("utf-8")).figure("ties.RUS.KGZ.weight").value == 0.75
