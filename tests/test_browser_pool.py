"""Several processes behind one address: sessions in two of them play, and meet in a room. In a real browser."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest

from browser_tools import needed, press, rested, served, server, steps, tab, until, visit

pytestmark = pytest.mark.browser


def workers(folder):
    return {p.pid: p for p in server(folder).children() if "spawn_main" in " ".join(p.cmdline())}


def test_two_sessions_play_in_two_processes_and_meet_in_a_room_of_one(browser, tmp_path):
    needed()
    with ExitStack() as stack:
        url = stack.enter_context(served(tmp_path, "two-patrons", "--workers", "2"))
        ann, bob = (stack.enter_context(visit(browser, url, (1366, 768))) for _ in range(2))
        old = workers(tmp_path)
        assert len(old) == 2
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
        for process in old.values():
            process.kill()
        for page in (ann, bob):  # loaded anew by itself: what was written to disk is there again
            page.get_by_role("alert").get_by_text("The process that computed this page has ended").wait_for()
            page.get_by_text("Step: 4", exact=True).wait_for()
        bob.locator("[data-testid=seat-RUS]").get_by_text("(you)").wait_for()
        assert not {*old} & {*workers(tmp_path)}
