"""A client is played: alone to a debrief, and in a room beside a patron. In a real browser."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest

from browser_tools import press, still, tab, taken, visit

pytestmark = pytest.mark.browser
SECRET = "7.770123"


@pytest.fixture
def url(two_patrons):
    return two_patrons


def fill(page, field, value):
    """Type into a field of the answers, once what the last turn brought is drawn."""
    still(page)
    page.get_by_label(field).fill(value)


def test_a_client_is_played_two_years_to_a_debrief(browser, url):
    with visit(browser, url, (1366, 768)) as page:
        tab(page, "Take a seat")
        page.get_by_label("You play", exact=True).click(force=True)
        page.get_by_role("option", name="Kyrgyzstan, a client", exact=True).click()
        page.locator("[data-testid=briefing]").get_by_text("Receive much").wait_for()
        page.locator("[data-testid=table-USA]").get_by_text("MUSD a year").wait_for()
        still(page)
        table = page.locator("[data-testid=answers]")
        assert table.evaluate("t => t.scrollWidth - t.parentElement.clientWidth") <= 0  # every column is on the screen
        assert page.locator("[data-testid=advice-USA]").count() == 0
        press(page, "Advise me")
        page.locator("[data-testid=advice-USA]").get_by_text("the model would").wait_for()
        page.get_by_label("Refuse United States").check()
        press(page, "What would it bring?")
        page.locator("[data-testid=brings-USA]").get_by_text("MUSD").wait_for()
        press(page, "Play the year")
        page.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you received").wait_for()
        fill(page, "Rent asked of Russia", "2.5")
        assert page.get_by_label("Refuse United States").is_checked()  # an order stands until another is given
        press(page, "Play the year")
        page.locator("[data-testid=turn-report]").get_by_text("2010Q1 to 2010Q4: you received").wait_for()
        press(page, "Score the game so far")
        page.locator("[data-testid=score-words]").get_by_text("Up to 2010Q4 this game does better than").wait_for()
        page.locator("[data-testid=debrief-table]").get_by_text("Received so far, MUSD").wait_for()
        still(page)
        lines = taken(page, "orders.csv").read_text("utf-8").splitlines()
        assert lines[1:] == ["2009Q1,KGZ,USA,,yes", "2010Q1,KGZ,RUS,2.5,", "2010Q1,KGZ,USA,,yes"]


def test_a_client_and_a_patron_play_in_a_room_and_the_clients_order_is_sealed(browser, url):
    with ExitStack() as stack:
        teacher, ann, bob = (stack.enter_context(visit(browser, url, (1366, 768))) for _ in range(3))
        heard = []
        bob.on("websocket", lambda ws: ws.on("framereceived", lambda data: heard.append(str(data))))
        bob.reload()
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
        fill(ann, "Rent asked of United States", SECRET)
        press(ann, "Seal the order")
        bob.locator("[data-testid=seat-KGZ]").get_by_text("order sealed").wait_for()
        press(teacher, "Reveal")
        ann.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you received").wait_for()
        bob.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you spent").wait_for()
        teacher.locator("[data-testid=revealed]").get_by_text(f"asks United States for {float(SECRET):g} a year").wait_for()
        still(bob)
        assert heard
        assert not [frame for frame in heard if SECRET in frame or "asks United States" in frame]
        press(teacher, "Debrief")
        for page in (teacher, ann, bob):
            page.locator("[data-testid=room-debrief]").get_by_text("Kyrgyzstan: Up to 2009Q4 this game does better").wait_for()
        bob.locator("[data-testid=revealed]").get_by_text("asks United States").wait_for()
        press(teacher, "Close the room")
        ann.locator("[data-testid=door]").wait_for()
