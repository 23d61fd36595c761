"""Every chart as a table and in words, what takes long is seen, buttons are buttons: for those who see little, or use no mouse."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from browser_tools import bring, choose, hindrances, inside, press, rested, series, step, steps, tab, until, visit
from patronage import load_scenario, simulate

pytestmark = pytest.mark.browser
QUARTERS = 10
TABS = ("Overview", "Influence", "Deals & bases", "Blocs", "Patrons")
TABLES = """async () => {
  const found = {};
  for (const chart of document.querySelectorAll('.pg-chart')) {
    const plot = chart.querySelector('.pg-plot');
    chart.querySelector('[aria-label^="Table: "]').click();
    await new Promise(done => setTimeout(done, 0));
    const panel = document.querySelector('[data-testid=tabled]');
    const cells = row => [...row.children].map(x => x.textContent);
    found[plot.dataset.testid] = {
      named: panel && panel.contains(document.activeElement) && panel.getAttribute('aria-label') === 'As a table: ' + plot.ariaLabel,
      heads: panel ? [...panel.querySelectorAll('thead tr')].map(cells) : [],
      rows: panel ? [...panel.querySelectorAll('tbody tr')].map(cells) : [],
      described: plot.getAttribute('aria-description') || '',
    };
    if (panel) panel.querySelector('.pg-shut').click();
    await new Promise(done => setTimeout(done, 0));
  }
  return found;
}"""
"""Of every chart: its table, opened and closed, and its description."""
MIXED = """[...document.querySelectorAll('[tag]')].filter(e => e.tagName.toLowerCase() !== e.getAttribute('tag'))
  .map(e => e.tagName + ' for ' + e.getAttribute('tag') + ': ' + e.innerText)"""
"""Elements that Solara took over for something else: a button that does nothing, a number that no key reaches."""


@pytest.fixture(scope="module")
def page(browser, url):
    with visit(browser, url, (1366, 900)) as page:
        bring(page, "us-withdrawal", QUARTERS)
        yield page


def test_every_chart_has_a_table_and_is_told_in_words(page):
    scenario = load_scenario("us-withdrawal")
    last = scenario.start + QUARTERS - 1
    data = simulate(scenario, 1, 1, until=last).data["share"].sel(run=0)
    quarter, all_found = str(data["quarter"].values[-1]), {}

    def is_whole(name: str, found: dict[str, Any]) -> bool:
        words = f"in {quarter}: " if name == "shares" else "Table"  # said where nothing has been drawn for a while
        return found["named"] and found["heads"] and found["rows"] and words in found["described"]

    until(page, lambda: any(str(s["id"]).endswith("-ahead") for s in series(page, "shares")))
    page.wait_for_timeout(1500)  # its futures are drawn, too: told once it has been still for a while
    for name in TABS:
        tab(page, name)

        def told() -> list[str]:
            found = page.evaluate(TABLES)
            all_found.update(found)
            return [k for k, x in found.items() if not is_whole(k, x)]

        until(page, told, [])
    assert {"map", "shares", "timeline", "legitimacy", "stream-KGZ", "stocks", "bases", "ties", "rents", "budgets"} <= all_found.keys()
    names = [scenario.names[p] for p in data["patron"].values]
    shares = all_found["shares"]
    heads, row = shares["heads"][0], next(r for r in shares["rows"] if r[0] == quarter)
    for patron, name in zip(data["patron"].values, names, strict=True):
        share = 100 * float(data.sel(patron=patron, client="KGZ").values[-1])
        assert float(row[heads.index(name)].removesuffix(" %")) == pytest.approx(share, abs=0.006)
        cells = next(r for r in all_found["map"]["rows"] if r[:2] == ["Kyrgyzstan", name])
        assert float(cells[2].removesuffix("\u202f%")) == pytest.approx(share, abs=0.06)
    assert "Kyrgyzstan Russia" in all_found["map"]["described"]


def untold(page: Any) -> list[str]:
    """Charts of the tab that is open without a table, a name of it or a description."""
    found = page.evaluate(TABLES)
    assert found, "no chart is on the tab"
    return [k for k, x in found.items() if not (x["named"] and x["heads"] and x["rows"] and x["described"])]


def test_panels_that_open_over_the_page_hinder_nobody_in_light_or_in_the_dark(page):
    """All rules of axe where none of the tabs is looked at: an explanation, a table, the story, a run that is played along with it."""
    tab(page, "Overview")
    for dark in (False, True):
        page.locator("[data-testid=tile-quarter] [data-ask], [data-testid=answers] [data-ask]").first.press("Enter")
        page.locator("[data-testid=explained][aria-busy=false]").wait_for()
        until(page, lambda: hindrances(page), [])
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Table: Legitimacy").click()
        page.get_by_test_id("tabled").wait_for()
        until(page, lambda: hindrances(page), [])
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Light or dark").click()
        page.locator(f".v-application.theme--{'light' if dark else 'dark'}").wait_for()


def test_charts_that_compare_have_their_tables(page):
    page.get_by_test_id("legitimacy-card").scroll_into_view_if_needed()
    assert not inside(page, "answer")
    tab(page, "Compare")
    until(page, lambda: inside(page, "compared-card"))  # another tab begins at its beginning
    choose(page, "This run against", "us-stays", exact=False)
    page.get_by_text("The other run is complete").wait_for()
    page.locator("[data-testid=means][data-ready]").wait_for()
    until(page, lambda: untold(page), [])
    tab(page, "Ensemble")
    choose(page, "Runs", "50")
    press(page, "Compute bands")
    page.locator("[data-testid=bands]", has_text="complete").wait_for()
    page.locator("[data-testid=band-KGZ][data-ready]").wait_for()
    until(page, lambda: untold(page), [])


def test_a_column_that_comes_in_between_leaves_buttons_buttons(page):
    tab(page, "Overview")
    table = page.get_by_test_id("answers")
    until(page, lambda: "on, 100 runs" in table.locator("thead").inner_text())  # futures: a column of their own
    assert page.evaluate(MIXED) == []
    asked = table.locator("[data-ask^='many ']")
    asked.first.press("Enter")
    panel = page.locator("[data-testid=explained][aria-busy=false]", has_text="The same scenario many times")
    panel.wait_for()
    assert "patronage run us-withdrawal --runs" in panel.inner_text()
    page.keyboard.press("Escape")
    step(page)
    until(page, lambda: "on, 100 runs" in table.locator("thead").inner_text())
    assert page.evaluate(MIXED) == []


SEEN = """() => {
  const busy = document.querySelector('[data-testid=busy]');
  window.seen = [];
  const note = () => window.seen.push(busy.innerText.trim());
  new MutationObserver(note).observe(busy, { childList: true, subtree: true, characterData: true });
}"""


def test_what_takes_long_is_seen_and_heard(page):
    assert page.get_by_test_id("busy").get_attribute("role") == "status"
    page.evaluate(SEEN)
    others = cycle(("us-stays", "us-withdrawal"))

    def seen():
        bring(page, next(others), 1)  # which takes long enough on any machine, now or the next time
        return page.evaluate("window.seen.includes('Working …')")

    until(page, seen)
    bring(page, "us-withdrawal", QUARTERS)
    page.evaluate("document.querySelector('.v-progress-linear--absolute').style.visibility = 'visible'")  # as Solara does after .3 s
    sign = page.get_by_test_id("busy").get_by_text("Working …")
    sign.wait_for()
    box = sign.bounding_box()
    at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('[data-testid=busy]') !== null", at)
    page.evaluate("document.querySelector('.v-progress-linear--absolute').style.visibility = 'hidden'")
    sign.wait_for(state="detached")


def test_a_story_hinders_nobody_and_is_large_for_a_class(page):
    tab(page, "Overview")
    page.get_by_role("button", name="Take the tour").click()
    bar = page.get_by_test_id("tour")
    bar.wait_for()
    words = bar.locator(".pg-tour-text")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before = words.evaluate(size)
    press(page, "Large, for a class")
    until(page, lambda: words.evaluate(size) >= 1.3 * before)
    until(page, lambda: hindrances(page), [])
    press(page, "Smaller")
    until(page, lambda: words.evaluate(size), before)
    press(page, "Leave the story")
    bar.wait_for(state="detached")


def test_the_keyboard_is_seen_in_the_controls(page):
    page.get_by_role("button", name="Reset", exact=True).first.focus()
    for key in ("Tab", "Shift+Tab"):  # a key makes the focus visible
        page.keyboard.press(key)
        until(page, lambda: page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "solid")


def test_the_button_of_colours_says_what_is_and_what_a_press_brings(page):
    button, seen = page.locator("header button").last, []
    for _ in range(4):
        words = button.get_attribute("aria-label")
        assert button.get_attribute("title") == words
        now, _, after = words.removeprefix("Light or dark: now ").partition("; press for ")
        seen.append((now, after))
        page.locator(f".v-application.theme--{'dark' if now == 'dark' else 'light'}").wait_for()
        button.click()
        until(page, lambda words=words: button.get_attribute("aria-label") != words)
    assert {now for now, _ in seen} == {"dark", "light", "as your device has it"}
    assert [now for now, _ in seen[1:]] == [after for _, after in seen[:-1]]
    while "now light" not in button.get_attribute("aria-label"):
        button.click()
        page.wait_for_timeout(100)


def test_a_run_that_plays_rests_where_it_was_when_the_page_is_loaded_anew(page):
    press(page, "Play")
    page.get_by_role("button", name="Pause", exact=True).first.wait_for()
    until(page, lambda: steps(page) > QUARTERS + 2)
    page.wait_for_timeout(1500)  # its place comes to the address
    page.reload()
    page.get_by_test_id("strip").or_(page.get_by_test_id("tile-quarter")).first.wait_for()
    until(page, lambda: steps(page) > QUARTERS)
    rested(page)
    there = steps(page)
    page.wait_for_timeout(1000)
    assert steps(page) == there
