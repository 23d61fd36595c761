"""What a page that is loaded anew still knows, and what the browser asks about before it is left. In a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from browser_server import NO_SEARCH, needed, served
from browser_tools import arrived, bring, choose, press, says, seldom, step, tab, until, visit
from patronage import load_scenario
from patronage.reports import run_to_folder

pytestmark = pytest.mark.browser
LEVER = "patrons.USA.need.base"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    needed()
    folder = tmp_path_factory.mktemp("server")
    run_to_folder(load_scenario("two-patrons"), runs=1, seed=5, out=folder / "runs" / "saved", plates=False, screening=0)
    with served(folder, "two-patrons", faults=NO_SEARCH) as address:
        yield address


@pytest.fixture
def page(browser, url):
    with visit(browser, url) as opened:
        yield opened


def reload(page):
    """Load the page anew once its address has been written; whether the browser asks first."""
    asked = []
    page.once("dialog", lambda d: (asked.append(d.type), d.accept()))
    page.reload()
    page.locator("[data-figure]").wait_for(state="attached")
    return asked


def test_what_is_written_behind_a_question_mark_is_meant_as_behind_the_hash(page, url):
    own = "{0.scheme}://{0.netloc}/".format(urlsplit(url))
    page.goto(f"{own}?tab=Influence&seed=5")
    page.locator("[data-tab=Influence]").wait_for()
    page.wait_for_function("location.hash.startsWith('#scenario=two-patrons&seed=5&run=0') && location.hash.includes('tab=Influence')")
    assert page.evaluate("location.search") == ""
    page.goto(f"{own}?scenario=us-stays&at=2001Q2")
    arrived(page, 6)
    page.wait_for_function("location.hash.startsWith('#scenario=us-stays&') && location.hash.includes('at=2001Q2')")
    page.goto(f"{own}?scenario=nowhere")
    says(page, "problem", "names no scenario that the page has")
    page.get_by_role("button", name="Close the message").click()
    page.locator("[data-testid=problem]").wait_for(state="detached")


def test_orders_that_are_typed_and_what_was_tried_outlast_a_reload(page):
    bring(page, "two-patrons", 2, f"&set={LEVER}%3D40&tab=What%20if")
    page.wait_for_function("(sessionStorage['patronage-tried'] || '').includes('need.base')")
    says(page, "attempts", "2. United States' yearly need for bases = 40")
    bring(page, "two-patrons", 2, "&tab=What%20if")
    page.wait_for_function("!location.hash.includes('set=')")
    assert reload(page) == []
    arrived(page, 2)
    says(page, "attempts", "1. as in the scenario", "2. United States' yearly need for bases = 40")
    tab(page, "Take a seat")
    choose(page, "You play", "Russia")
    offer = page.get_by_label("Offer to Kyrgyzstan")
    offer.fill("12.5")
    page.wait_for_function("(sessionStorage['patronage-seated'] || '').includes('12.5')")
    assert reload(page) == []
    until(page, lambda: page.get_by_label("Offer to Kyrgyzstan").input_value(), "12.5")


def test_what_was_done_just_before_a_reload_outlasts_it(page):
    """The address is written once a second at most."""
    page.wait_for_function("location.hash.includes('tab=Overview')")
    for name in ("Blocs", "Patrons"):
        tab(page, name)
        page.wait_for_function("name => document.querySelector('[data-figure]').__vue__.address.includes('tab=' + name)", arg=name)
        page.reload()
        page.locator(f"[data-tab={name}]").wait_for()
        page.wait_for_function("name => location.hash.includes('tab=' + name)", arg=name)
    assert page.evaluate("sessionStorage['patronage-late']") is None


def test_the_browser_asks_before_what_no_address_keeps_is_left(page):
    step(page, 1)
    page.wait_for_function("location.hash.includes('at=2009Q1')")
    assert page.get_by_test_id("homeless").count() == 0
    seldom(page)
    page.get_by_label("Open a run folder").fill("runs/saved")
    press(page, "Open folder")
    says(page, "homeless", "A run folder that is replayed has no link: a page that is loaded anew does not come back here.")
    link = page.get_by_role("button", name="Copy link", exact=True)
    assert (link.is_disabled(), link.get_attribute("title")) == (True, "A run folder that is replayed has no link")
    asked = []
    page.once("dialog", lambda dialog: asked.append(dialog.type) or dialog.dismiss())
    page.evaluate("setTimeout(() => location.reload())")
    until(page, lambda: asked, ["beforeunload"])
    choose(page, "Built-in scenario", "central-asia: Central Asia, 2000 to 2021")
    page.get_by_test_id("homeless").wait_for(state="detached")


def test_a_past_quarter_says_how_far_the_run_is_that_plays_on(page):
    bring(page, "us-withdrawal", 8)
    press(page, "Play")
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    page.get_by_role("slider", name="Look at").first.press("ArrowLeft")
    beside = "w => new RegExp(`^20..Q.${w}$`).test(document.querySelector('[data-testid=looked-at]').innerText)"
    page.wait_for_function(beside, arg=r" \(the run is at 20..Q.\)")
    press(page, "Pause")
    page.wait_for_function(beside, arg="")
