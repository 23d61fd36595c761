"""Play, and something else happens; a seat that is left and taken up again. In a real browser."""

from __future__ import annotations

import re

import pytest

from browser_server import NO_SEARCH, needed, served
from browser_tools import (
    Shared,
    arrived,
    choose,
    inside,
    press,
    rested,
    seldom,
    shows,
    step,
    steps,
    still,
    tab,
    taken,
    until,
    visit,
)

pytestmark = pytest.mark.browser
LONG = "extends: two-patrons\ntitle: Two patrons for eighty years\nperiod: {end: 2088Q4}\n"
WRITES = "document.querySelector('[data-figure]').__vue__.write()"
SHORTER = LONG.replace("eighty years", "sixty years").replace("2088", "2068")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    needed()
    folder = tmp_path_factory.mktemp("server")
    (folder / "long.yaml").write_text(LONG, encoding="utf-8")
    with served(folder, "long.yaml", faults=NO_SEARCH) as address:
        yield address


@pytest.fixture(scope="module")
def visited(url, browser):
    with visit(browser, url) as opened:
        yield Shared(opened, "long.yaml", "two-patrons")


@pytest.fixture
def page(visited, request):
    return visited.anew(request.session.testsfailed)


def playing(page):
    """Play, and be some quarters on the way."""
    press(page, "Play")
    page.wait_for_function("+document.querySelector('[data-testid=tile-quarter] .n').innerText.match(/\\d+|$/)[0] >= 3")


def stands(page):
    """The run can be played and does not move."""
    count = rested(page)
    page.wait_for_timeout(1000)
    assert steps(page) == count
    return count


def test_another_scenario_or_file_or_seat_while_playing_begins_at_its_beginning(page):
    playing(page)
    choose(page, "Built-in scenario", "central-asia: Central Asia, 2000 to 2021")
    page.get_by_text("Step: 0", exact=True).wait_for()
    assert stands(page) == 0
    playing(page)
    page.locator("input[type=file]").set_input_files({"name": "s.yaml", "mimeType": "text/yaml", "buffer": SHORTER.encode()})
    page.get_by_text("Two patrons for sixty years").first.wait_for()
    page.get_by_text("Step: 0", exact=True).wait_for()
    assert stands(page) == 0
    tab(page, "Take a seat")
    playing(page)
    choose(page, "You play", "Russia")
    page.locator("[data-testid=decisions]").wait_for()
    page.get_by_text("Step: 0", exact=True).wait_for()
    assert stands(page) == 0


def test_an_event_or_another_tab_or_reset_while_playing(page):
    playing(page)
    tab(page, "What if")
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    press(page, "Fire it now")
    page.locator("[data-testid=fired]").get_by_text("will act in").wait_for()
    assert stands(page) >= 3
    assert page.locator("[data-testid=problem]").count() == 0
    press(page, "Play")
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    press(page, "Reset")
    page.get_by_text("Step: 0", exact=True).wait_for()
    assert stands(page) == 0


def test_a_page_loaded_anew_is_where_it_was_and_back_leads_to_the_tab_before(page):
    playing(page)
    press(page, "Pause")
    count = stands(page)
    where = "#scenario=long.yaml&seed=1&run=0&at="
    page.wait_for_function("h => location.hash.startsWith(h)", arg=where)
    tab(page, "Influence")
    page.wait_for_function("location.hash.includes('tab=Influence')")
    page.reload()
    page.locator("[data-tab=Influence]").wait_for()
    page.get_by_text(f"Step: {count}", exact=True).wait_for()
    assert stands(page) == count
    page.go_back()
    page.locator("[data-tab=Overview]").wait_for()
    arrived(page, count)
    link = page.url.replace("seed=1", "seed=5")
    page.evaluate(f"link => {{ location.href = link; {WRITES} }}", link)  # the page is just about to write where it was
    page.wait_for_function("[...document.querySelectorAll('nav input')].some(i => i.value === '5')")
    assert stands(page) == count
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(page, "Copy link")
    page.get_by_role("button", name="Link copied").wait_for()
    assert "seed=5" in page.evaluate("navigator.clipboard.readText()")


def test_back_leads_from_the_first_tab_to_the_page_and_a_command_is_read_when_it_is_given(browser, url):
    with visit(browser, url) as page:
        page.wait_for_function("location.hash.startsWith('#scenario=')")
        tab(page, "Influence")
        page.wait_for_function("location.hash.includes('tab=Influence')")
        page.go_back()
        page.locator("[data-tab=Overview]").wait_for()
        press(page, "Play")
        page.wait_for_function("document.querySelector('[data-testid=tile-quarter] .n').innerText > 'quarter 3'")
        seldom(page)
        field = page.get_by_label(re.compile("^Open a command"))
        for seed in (40, 41, 42):  # at once: the page may not have drawn the last letters when the button is pressed
            field.fill(f"patronage run two-patrons --seed {seed}")
            page.get_by_role("button", name="Open command").click()
            page.wait_for_function("s => location.hash.includes(`seed=${s}&`)", arg=str(seed))


def test_orders_of_a_seat_survive_a_look_elsewhere_and_the_debrief_can_be_read(browser, url):
    with visit(browser, url, (1366, 768)) as page:
        tab(page, "Take a seat")
        choose(page, "You play", "Russia")
        offer = page.get_by_label("Offer to Kyrgyzstan")
        still(page)
        offer.fill("12.34")
        page.get_by_label("Restraint").check()
        tab(page, "Overview")
        tab(page, "Take a seat")
        until(page, offer.input_value, "12.34")
        until(page, page.get_by_label("Restraint").is_checked)
        press(page, "Play the quarter")
        page.locator("[data-testid=debrief-table]").wait_for()
        arrived(page, 1)
        until(page, offer.input_value, "12.34")  # an order stands until another is given
        until(page, lambda: page.locator("[data-testid=debrief]").bounding_box()["width"] > 500)
        press(page, "Reset")
        page.get_by_text("Step: 0", exact=True).wait_for()
        page.wait_for_function("document.querySelector('[data-testid=decisions] input').value != '12.34'")
        shows(page, "tile-quarter", "2008Q4")


def test_a_year_is_a_turn_and_a_saved_game_goes_on(browser, url):
    with visit(browser, url, (1366, 768)) as page:
        tab(page, "Take a seat")
        choose(page, "You play", "Russia")
        page.locator("[data-testid=briefing]").get_by_text("Raise your mean share").wait_for()
        assert page.get_by_title("Take the model’s offer to Kyrgyzstan").count() == 0
        table = page.locator("[data-testid=decisions]")
        # every column is on the screen
        until(page, lambda: table.evaluate("t => t.scrollWidth - t.parentElement.clientWidth") <= 0)
        press(page, "What would it buy?")
        page.wait_for_function("document.querySelector('[data-testid=buys-KGZ]').innerText.includes('pts')")
        press(page, "Advise me")
        page.get_by_title("Take the model’s offer to Kyrgyzstan").click()
        page.get_by_label("Denial bid in Kyrgyzstan").fill("2")
        press(page, "Play the year")
        page.get_by_text("Step: 4", exact=True).wait_for()
        page.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you spent").wait_for()
        until(page, lambda: inside(page, "turn-report"))  # it stands above what was pressed
        press(page, "Score the game so far")
        page.locator("[data-testid=score-words]").get_by_text("of 100 games in which the model sat here").wait_for()
        still(page)
        assert "2009Q1 to 2009Q4: you spent" in taken(page, "debrief.html").read_text("utf-8")
        share = page.locator("[data-testid=debrief-table] tr").nth(1).inner_text()
        page.reload()  # the game that was under way goes on by itself, at its tab
        page.get_by_text("Step: 4", exact=True).wait_for()
        page.wait_for_function(
            "w => document.querySelectorAll('[data-testid=debrief-table] tr')[1]?.innerText == w", arg=share
        )
        choose(page, "You play", "nobody: watch")
        page.get_by_role("button", name=re.compile("Take up the saved game: Russia, long.yaml, 2009Q4")).click()
        page.get_by_text("Step: 4", exact=True).wait_for()
        page.wait_for_function(
            "w => document.querySelectorAll('[data-testid=debrief-table] tr')[1]?.innerText == w", arg=share
        )
        until(page, page.get_by_label("Denial bid in Kyrgyzstan").input_value, "2")


def test_back_to_another_tab_takes_no_lever_back(browser, url):
    with visit(browser, url) as page:
        page.wait_for_function("location.hash.startsWith('#scenario=')")
        tab(page, "What if")
        page.wait_for_function("location.hash.includes('tab=What')")
        step(page)
        page.locator("[data-tab='What if'] .pg-lever [role=slider]").first.press("ArrowRight")
        page.wait_for_function("location.hash.includes('lever=')")
        lever = page.evaluate("location.hash.match(/lever=[^&]*/)[0]")
        page.go_back()
        page.locator("[data-tab=Overview]").wait_for()
        page.locator("[data-testid=waiting]").wait_for()
        page.wait_for_function("lever => location.hash.includes('tab=Overview') && location.hash.includes(lever)", arg=lever)
        arrived(page, 1)
        page.go_forward()
        page.locator("[data-tab='What if']").wait_for()
        page.locator("[data-testid=waiting]").wait_for()
        link = page.url.replace("&" + lever, "")
        page.evaluate("link => { location.href = link }", link)  # what a link says, it says
        page.locator("[data-testid=waiting]").wait_for(state="detached")
