"""Numbers of the page explain themselves: a tile, a point of a chart and a cell of a table, by click and by key; in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from browser_server import PATIENCE
from browser_tools import bring, chart, choose, press, series, step, still, tab, until, visit
from patronage import load_scenario, simulate
from patronage.reports.why import why_text
from patronage.scenario import explain, quarter_name
from patronage.telling.explaining import term_behind, word_meaning

pytestmark = pytest.mark.browser
QUARTERS = 8


@pytest.fixture
def url(two_patrons):
    return two_patrons


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("two-patrons")


POINT = """([id, at]) => {
  const p = document.querySelector('[data-testid=shares]'), all = p.chart.getOption().series;
  const s = all.findIndex(s => s && s.id === id);
  const [x, y] = p.chart.convertToPixel({ seriesIndex: s }, [at, all[s].data[at]]);
  return { x, y: y - 2 };
}"""
"""Where in its chart a line is drawn at one time."""
PANEL = """n => {
  const at = document.querySelector('[data-testid=twenty]').chart.getModel().getComponent('grid', n).coordinateSystem.getRect();
  return { x: at.x + at.width / 2, y: at.y + at.height / 2 };
}"""
"""The middle of one of the runs side by side."""
SILENT = """() => {
  const place = document.querySelector('[data-tab]');
  const beside = '.pg-orders td:first-child .pg-muted, .pg-orders [data-head^="Forgive"] .pg-muted';
  const bare = (e) => {
    const rest = e.cloneNode(true);
    rest.querySelectorAll('[data-ask]').forEach(asks => asks.remove());
    return /\\d/.test(rest.innerText);
  };
  const cells = [...place.querySelectorAll('td.n, [data-testid=at-hand]')].filter(td => /\\d/.test(td.innerText));
  const series = [...place.querySelectorAll('.pg-chart')].flatMap(e => {
    const drawn = JSON.parse(e.__vue__.option_json).series, asking = new Set(e.__vue__.lanes().flat().map(stop => stop.series));
    const due = (s, i) => (s.data || []).length && !s.silent && !s.links && !asking.has(i);
    return drawn.filter(due).map(s => `${e.querySelector('.pg-plot').dataset.testid}: ${s.name}`);
  });
  const small = [...place.querySelectorAll('[data-testid*="-map-"]')].filter(e => !e.closest('.pg-chart').__vue__.lanes().length);
  const mute = cells.filter(td => !td.querySelector('[data-ask]') && !td.closest('[data-testid=ledger], .ex')).map(td => td.innerText);
  mute.push(...[...place.querySelectorAll(beside)].filter(bare).map(e => e.innerText));
  return [...mute, ...series, ...small.map(e => e.dataset.testid)];
}"""
"""Numbers of a tab that nothing can be asked of: cells, series of charts, small maps. Rows of the ledger open its why instead."""


def run(scenario, quarters: int):
    """The run on the page, up to a quarter of it."""
    last = simulate(scenario, 1, seed=1, record="lean").data["quarter"].values[quarters - 1]
    return simulate(scenario, 1, seed=1, record="full", until=str(last))


def panel(page, words: str):
    """The panel, once it is about something."""
    box = page.locator("[data-testid=explained][aria-busy=false]", has_text=words)
    box.wait_for()
    return box


def point_answers(page, at, words: str) -> None:
    """Click at a point of the shares until it answers, as a person would: a chart that is drawn just then hears nothing."""

    def answers():
        page.keyboard.press("Escape")  # the panel lies over the chart
        page.locator("[data-testid=explained]").wait_for(state="detached")
        chart(page, "shares").click(position=page.evaluate(POINT, at))
        page.locator("[data-testid=explained][aria-busy=false]", has_text=words).wait_for(timeout=PATIENCE / 20)
        return True

    until(page, answers)


def explains(page, name: str, words: str) -> None:
    """Wait until a part of the panel says the same but for blanks."""
    place = page.locator(f"[data-testid=explained-{name}]")
    until(page, lambda: place.inner_text().split(), words.split())


def test_a_tile_a_point_and_a_cell_speak_as_the_commands_do(browser, url, scenario, request):
    folder = Path(request.config.cache.mkdir("pictures"))
    with visit(browser, url) as page:
        bring(page, "two-patrons", QUARTERS)
        page.locator("[data-testid=tile-legitimacy]").click()
        panel(page, "Legitimacy of the regime of Kyrgyzstan")
        here = run(scenario, QUARTERS)
        quarters = [str(q) for q in here.data["quarter"].values]
        explains(page, "why", why_text(here, "legitimacy(KGZ)", since=quarters[-5]))
        explains(page, "meaning", explain(scenario, "legitimacy(KGZ)"))
        press(page, "since the start")
        explains(page, "why", why_text(here, "legitimacy(KGZ)", since=quarters[0]))
        # a point of a chart: the quarter under the pointer, the line that is nearest
        page.locator("[data-testid=answer-state]").wait_for(state="detached")  # what is computed beside the run moves the chart
        page.locator("[data-testid=strongest] .pg-lever").first.wait_for()
        until(page, lambda: any(s["id"] == "USA-ahead" for s in series(page, "shares")))
        still(page)
        point_answers(page, ["USA", QUARTERS - 3], "United States' share of influence in Kyrgyzstan")
        earlier = run(scenario, QUARTERS - 3)
        page.locator("[data-testid=explained-value]", has_text=quarters[QUARTERS - 4]).wait_for()
        explains(page, "why", why_text(earlier, "share(USA, KGZ)", since=quarters[max(0, QUARTERS - 8)]))
        page.screenshot(path=folder / "explained-point.png")
        # what may come of it: the cone ahead of the run, its column in the answer, and the table of the chart
        later = quarter_name(scenario.start + QUARTERS + 2)
        point_answers(page, ["USA-ahead", QUARTERS + 3], f"in Kyrgyzstan, from {quarters[-1]} on")
        value = page.get_by_test_id("explained-value")
        until(page, lambda: value.inner_text().partition(", nine")[0].partition(" one")[0], f"100 runs: {later}: the middle")
        page.locator("[data-testid=answers] [data-ask^='ahead ']").first.click()
        panel(page, f", from {quarters[-1]} on").locator(".pg-link", has_text="In all runs").wait_for()
        page.keyboard.press("Escape")
        press(page, "Table: Shares of influence in Kyrgyzstan")
        page.locator("[data-testid=tabled] tr", has_text=later).locator("[data-ask='ahead RUS KGZ']").first.focus()
        page.keyboard.press("Enter")
        panel(page, "Russia")
        until(page, lambda: later in value.inner_text())
        press(page, "Close the explanation")
        press(page, "Close the table")
        tab(page, "Patrons")
        head = page.get_by_role("button", name="Mission", exact=True)
        until(page, lambda: head.get_attribute("title"), "a patron's operational need for bases, 0 to 1")
        page.locator("[data-testid=patrons] tbody tr", has_text="Russia").locator("[data-ask='budget(RUS)']").click()
        panel(page, "Budget of the quarter")
        explains(page, "why", why_text(here, "budget(RUS)", since=quarters[-5]))
        explains(page, "meaning", explain(scenario, "budget(RUS)"))


def test_terms_in_heads_of_all_tabs_say_what_they_mean_and_every_number_answers(browser, url):
    """Headings of cards and columns are buttons with the meaning as their title; a click opens it in full. No number is mute."""
    wanted = {
        "Overview": ("Legitimacy",), "Influence": ("Influence by client",), "Ensemble": ("Ensemble",),
        "Deals & bases": ("Concessions", "MUSD/yr", "Ledger", "Rents"), "Patrons": ("Patron", "Strategy", "Mean share, %", "Budgets"),
        "Compare": (), "What if": (),
    }  # fmt: skip
    with visit(browser, url) as page:
        bring(page, "two-patrons", QUARTERS, "&rival=without:withdrawal")
        assert page.locator("[data-testid=tile-bases] .l").get_attribute("title") == word_meaning("basing rights")
        for name, heads in wanted.items():
            tab(page, name)
            for head in heads:
                found = page.locator("[data-tab] .pg-term", has_text=re.compile(f"^{re.escape(head)}$")).first
                found.wait_for()
                assert found.get_attribute("title") == word_meaning(term_behind(head))
            if name == "Compare":
                page.get_by_test_id("all-pairs").wait_for(state="attached")
            still(page)
            assert page.evaluate(SILENT) == [], name
        tab(page, "Influence")
        chart(page, "share-map-RUS").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        panel(page, "Russia's share of influence in Kyrgyzstan").get_by_text("this run less the other").wait_for()
        page.keyboard.press("Escape")
        tab(page, "Compare")
        page.locator("[data-testid=pairs] summary").click()
        page.locator("[data-testid=all-pairs] [data-ask]").first.click()
        panel(page, "Difference [95 % interval]:")
        page.keyboard.press("Escape")
        tab(page, "Deals & bases")
        rent = page.get_by_role("button", name="Rent, MUSD/yr", exact=True)  # it sorts as well
        assert rent.get_attribute("title") == word_meaning("rent")
        page.get_by_role("button", name="Concessions", exact=True).click()
        panel(page, "Concession")


def test_numbers_of_a_seat_and_of_blocs_answer(browser, url):
    """What stands beside the fields of an order, the score and the debrief; and who is in a bloc."""
    with visit(browser, url) as page:
        tab(page, "Take a seat")
        for seat, fields, verb in (("Russia", "decisions", "buy"), ("Kyrgyzstan, a client", "answers", "bring")):
            choose(page, "You play", seat)
            table = page.get_by_test_id(fields)
            table.wait_for()
            press(page, "Play the quarter")
            page.locator("[data-testid=turn-report]").wait_for()
            press(page, f"What would it {verb}?")
            table.locator(f"[data-testid^='{verb}s-']", has_text="±").first.wait_for()
            heads = [h.get_attribute("title") for h in table.locator("th .pg-term").all()]
            assert [h for h in heads if h]
            assert len(heads) >= 4, "a term in the heads says nothing"
            press(page, "Score the game so far")
            page.get_by_test_id("score-table").wait_for()
            still(page)
            assert page.evaluate(SILENT) == []
            floor = table.locator("[data-ask^='foreseen price']").first
            floor.click()
            panel(page, "Likely least price").get_by_text(f"2009Q2: {floor.inner_text()} MUSD a year").wait_for()
            page.keyboard.press("Escape")
        bring(page, "us-withdrawal", 4)
        tab(page, "Blocs")
        page.get_by_test_id("blocs").wait_for()
        still(page)
        assert page.evaluate(SILENT) == []


def test_without_a_mouse(browser, url):
    """Enter on a tile, arrows and Enter on a chart, Enter on a cell; Escape closes and gives the focus back."""
    with visit(browser, url) as page:
        step(page, 3)
        page.locator("[data-testid=tile-bases]").focus()
        page.keyboard.press("Enter")
        panel(page, "Active bases")
        page.keyboard.press("Escape")
        page.locator("[data-testid=explained]").wait_for(state="detached")
        until(page, lambda: page.evaluate("document.activeElement.dataset.testid"), "tile-bases")
        chart(page, "shares").focus()
        page.keyboard.press("ArrowRight")  # the latest point of the first line
        page.keyboard.press("ArrowLeft")
        page.locator("[role=status]", has_text="2009Q2").first.wait_for(state="attached")
        page.keyboard.press("Enter")
        value = panel(page, "share of influence in Kyrgyzstan").locator("[data-testid=explained-value]")
        until(page, lambda: value.inner_text()[:6], "2009Q2")
        page.keyboard.press("Escape")
        tab(page, "Deals & bases")
        page.locator("[data-testid=contracts] .pg-ask").first.focus()
        page.keyboard.press("Enter")
        panel(page, "What was decided")


def test_bands_that_an_event_takes_away_are_said_to_be_gone(browser, url):
    with visit(browser, url) as page:
        step(page)
        tab(page, "Ensemble")
        press(page, "Compute bands")
        page.locator("[data-testid=bands]", has_text="complete").wait_for()
        page.locator("[data-testid=shares-of-runs]").wait_for()
        page.get_by_role("button", name="Remove the bands").wait_for()
        assert not page.get_by_role("button", name="Cancel").count()
        chart(page, "spread").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        panel(page, "of 100 runs")
        page.keyboard.press("Escape")
        chart(page, "twenty").click(position=page.evaluate(PANEL, 6))
        panel(page, "Run 6 of seed 1: Kyrgyzstan").locator("code", has_text="--runs 7 --seed 1").wait_for()
        page.keyboard.press("Escape")
        chart(page, "twenty").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        panel(page, "Run 19 of seed 1: Kyrgyzstan")
        page.keyboard.press("Escape")
        assert page.evaluate(SILENT) == []
        assert not page.locator("[data-testid=given-up]").count()
        press(page, "Reset")
        page.locator("[data-testid=given-up]", has_text="100 runs").wait_for()


def test_the_tooltip_goes_when_the_page_scrolls(browser, url):
    with visit(browser, url, (1366, 768)) as page:
        chart(page, "map").focus()
        page.get_by_test_id("tile-quarter").hover()  # it stays in view, scrolls what is below, and no chart comes under the pointer
        page.keyboard.press("ArrowRight")
        tips = page.locator(".pg-tip:visible")
        tips.first.wait_for()
        page.mouse.wheel(0, 300)
        until(page, tips.count, 0)


def test_a_land_explains_at_the_second_click_and_a_new_run_closes_the_panel(browser, url):
    with visit(browser, url) as page:
        step(page, 2)
        chart(page, "map").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        panel(page, "share of influence in Kyrgyzstan")
        press(page, "Reset")
        page.locator("[data-testid=explained]").wait_for(state="detached")
