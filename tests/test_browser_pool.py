"""Several processes behind one address: sessions in two of them play and meet in a room, and a process dies. In a real browser."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from contextlib import suppress

import pytest
from psutil import wait_procs

from browser_server import PATIENCE, needed, served, server
from browser_tools import bring, chart, pause, press, tab, until, visit
from patronage.browser import among

pytestmark = [pytest.mark.browser, pytest.mark.browser_long]


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


IMPATIENT = "import patronage.visitors.pool as p\np.MOST_MISSED = 6"


def test_a_process_that_hangs_is_started_anew_and_none_outlives_the_front(tmp_path):
    with served(tmp_path, "two-patrons", "--workers", "2", faults=IMPATIENT):
        front, old = server(tmp_path), workers(tmp_path)
        hangs, other = old.values()
        hangs.suspend()
        hangs.wait(PATIENCE / 1000)
        while len(new := workers(tmp_path)) < 2:
            time.sleep(0.1)
        assert other.pid in new
        log = (tmp_path / "server.log").read_text()
        assert re.search(r"Process \d of 2 ended \(it hung: 7 s without a word\) and is started anew", log), log
        front.kill()
        _, alive = wait_procs([*new.values()], PATIENCE / 1000)
        assert not alive


def test_a_server_whose_own_loop_stands_tells_nothing_any_more(monkeypatch):
    monkeypatch.setattr(among, "TOLD_EVERY", 0.02)
    monkeypatch.setattr(among, "MOST_UNANSWERED", 5)
    mine, front = socket.socketpair()
    turning, over = threading.Event(), threading.Event()
    turning.set()

    def ask(answer):
        if over.is_set():
            raise RuntimeError("the loop is closed")
        if turning.is_set():
            answer()

    with mine, front:
        teller = threading.Thread(target=among.Process(mine, 0, 2).report, args=(ask,), daemon=True)
        teller.start()
        front.settimeout(5)
        for _ in range(20):
            assert json.loads(front.recv(1 << 16).splitlines()[0]) == {"pages": []}
        turning.clear()
        front.settimeout(0.5)
        with suppress(TimeoutError):
            until_silent = time.monotonic() + 10
            while time.monotonic() < until_silent:
                front.recv(1 << 16)
            pytest.fail("it goes on telling")
        turning.set()
        assert front.recv(1 << 16)
        over.set()
        teller.join(5)
        assert not teller.is_alive()


def test_two_sessions_play_in_two_processes_and_meet_in_a_room_of_one(browser, folder, url):
    with visit(browser, url, (1366, 768)) as ann, visit(browser, url, (1366, 768)) as bob:
        assert len(workers(folder)) == 2
        for page in (ann, bob):
            press(page, "Play")
        for page in (ann, bob):
            pause(page, "2009Q4")
        for page in (ann, bob):
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
        press(ann, "Yes, close it")
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
