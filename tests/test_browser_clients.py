"""A client is played: alone to a debrief, and in a room beside a patron. In a real browser."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest

from browser_tools import choose, hindrances, press, says, still, tab, taken, until, visit

pytestmark = pytest.mark.browser
SECRET = "7.770123"


@pytest.fixture
def url(two_patrons):
    return two_patrons


def fill(page, field, value):
    """Type into a field of the answers, once what the last turn brought is drawn."""
    still(page)
    page.get_by_label(field).fill(value)


def unhindered(page):
    """Axe finds nothing, by all its rules, once the page is still."""
    still(page)
    until(page, lambda: hindrances(page), [])


def test_a_client_is_played_two_years_to_a_debrief(browser, url):
    with visit(browser, url, (1366, 768)) as page:
        tab(page, "Take a seat")
        choose(page, "You play", "Kyrgyzstan, a client")
        page.locator("[data-testid=briefing]").get_by_text("Receive much").wait_for()
        page.locator("[data-testid=table-USA]").get_by_text("MUSD a year").wait_for()
        still(page)
        table = page.locator("[data-testid=answers]")
        # every column is on the screen
        until(page, lambda: table.evaluate("t => t.scrollWidth - t.parentElement.clientWidth") <= 0)
        assert page.locator("[data-testid=advice-USA]").count() == 0
        press(page, "Advise me")
        page.locator("[data-testid=advice-USA]").get_by_text("the model would").wait_for()
        page.get_by_label("Refuse United States").check()
        press(page, "What would it bring?")
        page.locator("[data-testid=brings-USA]").get_by_text("MUSD").wait_for()
        press(page, "Play the year")
        page.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you received").wait_for()
        fill(page, "Rent asked of Russia", "2.5")
        until(page, page.get_by_label("Refuse United States").is_checked)  # an order stands until another is given
        press(page, "Play the year")
        page.locator("[data-testid=turn-report]").get_by_text("2010Q1 to 2010Q4: you received").wait_for()
        press(page, "Score the game so far")  # the score comes above the button of the file while that is made
        lines = taken(page, "orders.csv").read_text("utf-8").splitlines()
        assert lines[1:] == ["2009Q1,KGZ,USA,,yes", "2010Q1,KGZ,RUS,2.5,", "2010Q1,KGZ,USA,,yes"]
        page.locator("[data-testid=score-words]").get_by_text("Up to 2010Q4 this game does better than").wait_for()
        page.locator("[data-testid=debrief-table]").get_by_text("Received so far, MUSD").wait_for()
        paper(page)


def paper(page):
    """On paper an order is text, and what was folded away is there."""
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    order = page.locator("[data-testid=order]")
    until(page, order.locator("input:visible").count, 0)
    says(page, "order", "2.5", "refused")
    says(page, "turns", "2009Q1 to 2009Q4", "refuses United States", "asks Russia for 2.5 a year; refuses United States")
    assert not page.get_by_test_id("sit").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    until(page, order.locator("input:visible").count, 4)


def test_what_cannot_be_ordered_as_it_was_typed_is_marked_at_once(browser, url):
    with visit(browser, url, (1366, 768)) as page:
        tab(page, "Take a seat")
        choose(page, "You play", "Russia")
        offer, bid = page.get_by_label("Offer to Kyrgyzstan"), page.get_by_label("Bid for a base in Kyrgyzstan")

        def marked(field, words):
            until(page, lambda: field.get_attribute("aria-invalid") == "true")
            says(page, "marked", words)
            about = field.get_attribute("aria-describedby")
            until(page, lambda: words in page.locator(f"[id='{about}']").inner_text())

        offer.fill("-5")
        marked(offer, "less than nothing: counts as 0")
        offer.fill("1,5")
        marked(offer, "no number (decimals stand after a point): the model decides")
        offer.fill("")
        until(page, lambda: offer.get_attribute("aria-invalid"), None)
        says(page, "order", "empty: the model decides")
        offer.fill("99999")
        marked(offer, " MUSD: what the budget holds")
        to = float(page.locator(f"[id='{offer.get_attribute('aria-describedby')}']").inner_text().split()[2])
        assert abs(to - float(page.get_by_test_id("at-hand").inner_text().split()[0])) <= 0.05
        bid.fill("-3")
        marked(bid, "less than nothing: counts as 0")
        still(page)
        until(page, lambda: hindrances(page), [])
        press(page, "Play the quarter")
        says(page, "turn-report", "Your offers were cut to what was at hand, MUSD a quarter: Kyrgyzstan ", " instead of 99999")
        until(page, bid.input_value, "0")
        says(page, "taken-as", "Bid for a base in Kyrgyzstan (-3) less than nothing: counts as 0")


@pytest.mark.browser_long
def test_a_client_and_a_patron_play_in_a_room_and_the_clients_order_is_sealed(browser, url):
    with ExitStack() as stack:
        heard = []
        teacher, ann, bob = (
            stack.enter_context(visit(browser, url, (1366, 768), heard=wire)) for wire in (None, None, heard)
        )
        for page in (teacher, ann, bob):
            tab(page, "Take a seat")
        press(teacher, "Open a room for this scenario")
        title = teacher.get_by_role("heading", name=re.compile("Room [A-Z0-9]{6}"))
        code = re.search(r"Room (\w{6})", title.inner_text())[1]
        for page, name, fields in ((ann, "Kyrgyzstan", "answers"), (bob, "United States", "decisions")):
            page.get_by_label("Room code").fill(code)
            press(page, "Join the room")
            press(page, f"Sit for {name}")
            page.locator(f"[data-testid={fields}]").wait_for()
        for page in (teacher, ann, bob):
            unhindered(page)
        fill(ann, "Rent asked of United States", SECRET)
        press(ann, "Seal the order")
        bob.locator("[data-testid=seat-KGZ]").get_by_text("order sealed").wait_for()
        press(teacher, "Reveal")
        ann.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you received").wait_for()
        bob.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you spent").wait_for()
        teacher.locator("[data-testid=revealed]").get_by_text(f"asks United States for {float(SECRET):g} a year").wait_for()
        for page in (teacher, bob):
            unhindered(page)
        assert heard
        assert not [frame for frame in heard if SECRET in frame or "asks United States" in frame]
        press(teacher, "Debrief")
        press(teacher, "Yes, end the game")
        for page in (teacher, ann, bob):
            page.locator("[data-testid=room-debrief]").get_by_text("Kyrgyzstan: Up to 2009Q4 this game does better").wait_for()
        bob.locator("[data-testid=revealed]").get_by_text("asks United States").wait_for()
        for page in (teacher, bob):
            unhindered(page)
        press(teacher, "Close the room")
        press(teacher, "Yes, close it")
        ann.locator("[data-testid=door]").wait_for()
