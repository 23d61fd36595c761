"""Several processes behind one address: sessions in two of them play and meet in a room, and a process dies. In a real browser."""

from __future__ import annotations

import re

import pytest

from browser_server import needed, served, server
from browser_tools import bring, chart, press, rested, steps, tab, until, visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    needed()
    return tmp_path_factory.mktemp("pool")


@pytest.fixture(scope="module")
def url(folder):
    with served(folder, "two-patrons", "--workers", "2") as found:
        yield found


def workers(folder):
    return {p.pid: p for p in server(folder).children() if "spawn_main" in " ".join(p.cmdline())}


def test_two_sessions_play_in_two_processes_and_meet_in_a_room_of_one(browser, folder, url):
    with visit(browser, url, (1366, 768)) as ann, visit(browser, url, (1366, 768)) as bob:
        assert len(workers(folder)) == 2
        for page in (ann, bob):
            press(page, "Play")
        for page in (ann, bob):
            until(page, lambda page=page: steps(page) >= 4)
            press(page, "Pause")
        for page in (ann, bob):
            rested(page)
            tab(page, "Take a seat")
        press(ann, "Open a room for this scenario")
        title = ann.get_by_role("heading", name=re.compile("Room [A-Z0-9]{6}"))
        code = re.search(r"Room (\w{6})", title.inner_text())[1]
        bob.get_by_label("Room code").fill(code)
        with bob.expect_websocket():  # it is loaded anew: the room lives in another process than it did
            press(bob, "Join the room")
        press(bob, "Sit for Russia")
        bob.locator("[data-testid=decisions]").wait_for()
        press(bob, "Seal the order")
        ann.locator("[data-testid=seat-RUS]").get_by_text("order sealed").wait_for()
        press(ann, "Reveal")
        for page in (ann, bob):
            page.get_by_text("Step: 4", exact=True).wait_for()
        press(ann, "Close the room")
        bob.locator("[data-testid=door]").wait_for()


def test_a_page_whose_process_dies_is_there_again_and_says_so(browser, folder, url):
    """Not in a `visit`: what fails meanwhile stands on the console."""
    page, old = browser.new_page(), workers(folder)
    page.goto(url)
    chart(page, "map").wait_for()
    bring(page, "two-patrons", 3)
    until(page, lambda: "at=2009Q3" in page.url)
    for process in old.values():
        process.kill()
    page.get_by_role("alert").get_by_text("The process that computed this page has ended").wait_for()
    page.get_by_text("Step: 3", exact=True).wait_for()
    assert not {*old} & {*workers(folder)}
    page.close()
