"""The page against other pages in a real browser, and what is left of a session whose browser is gone."""

from __future__ import annotations

import http.server
import re
import threading
import time
from contextlib import contextmanager

import pytest

from browser_server import PATIENCE, needed, origin, served, server
from browser_tools import bring, chart, choose, line, press, rested, step, steps, tab, until, visit
from patronage import load_scenario, simulate

pytestmark = pytest.mark.browser
ATTACK = """async ([page, channel]) => {
  const out = {};
  const socket = url => new Promise(done => {
    const s = new WebSocket(url);
    s.onopen = () => { done("open"); s.close(); };
    s.onerror = s.onclose = () => done("refused");
    setTimeout(() => done("nothing"), 10000);
  });
  const element = (tag, key, url) => new Promise(done => {
    const e = document.createElement(tag);
    e.onload = () => done("loaded"); e.onerror = () => done("refused");
    e[key] = url; document.body.append(e);
    setTimeout(() => done("nothing"), 10000);
  });
  out.socket = await socket(page.replace("http", "ws") + channel);
  out.script = await element("script", "src", page + "/_solara/cdn/echarts@5.6.0/dist/echarts.min.js");
  out.picture = await element("img", "src", page + "/static/assets/favicon.svg");
  out.read = await fetch(page + "/", { credentials: "include" }).then(r => "" + r.status, () => "refused");
  await fetch(page + "/_solara/api/close/k?session_id=p", { method: "POST", mode: "no-cors", credentials: "include" }).catch(() => 0);
  await element("iframe", "src", page + "/");
  return out;
}"""
"""What another page may try; the same from a page of our own shows that each attempt can succeed."""
OPEN = {"socket": "open", "script": "loaded", "picture": "loaded", "read": "200"}
CHANNEL = "/jupyter/api/kernels/attack-on-{}/channels?session_id=p"


@contextmanager
def elsewhere():
    """A second origin on this machine."""

    class Empty(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><body></body>")

        def log_message(self, *words):
            pass

    other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Empty)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    try:
        yield other.server_port
    finally:
        other.shutdown()
        other.server_close()


@pytest.fixture
def url(two_patrons):
    return two_patrons


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_another_page_can_do_nothing_with_the_browser_that_holds_the_key(browser, url, host):
    """From another port of the same host the browser even sends the cookie."""
    own = origin(url)
    context = browser.new_context()
    try:
        mine = context.new_page()
        mine.goto(url)
        chart(mine, "map").wait_for()
        tried = mine.evaluate(ATTACK, [own, CHANNEL.format(host)])
        assert tried == OPEN
        assert all(f.name == "" and not f.url.startswith(own) for f in mine.frames[1:])  # not even by itself
        with elsewhere() as port:
            evil, answers = context.new_page(), []
            evil.on("response", lambda r: answers.append((r.url, r.status)) if r.url.startswith(own) else None)
            evil.goto(f"http://{host}:{port}/")
            tried = evil.evaluate(ATTACK, [own, CHANNEL.format(host)])
            assert tried == dict.fromkeys(OPEN, "refused")
            assert answers
            assert {status for _, status in answers} == {403}
            assert all(not f.url.startswith(own) for f in evil.frames)
            evil.goto(own)  # a link may be followed, without the key being seen
            assert mine.url.partition("#")[0] == f"{own}/"
        step(mine)
    finally:
        context.close()


def test_a_name_that_was_made_to_lead_here_is_refused(browser, url):
    """DNS rebinding: the browser believes to speak to another host."""
    port = origin(url).rpartition(":")[2]
    rule = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    rebound = browser.launch(rule)
    page = rebound.new_page()
    answer = page.goto(f"http://evil.example:{port}/?{url.partition('?')[2]}")
    assert answer.status == 403
    page.get_by_text("The page is not served under this name").wait_for()
    rebound.close()


def test_a_copied_link_opens_nothing_elsewhere(browser, url):
    with visit(browser, url) as page:
        copied = page.url
        assert page.evaluate("document.cookie") == ""
    context = browser.new_context()
    other = context.new_page()
    assert other.goto(copied).status == 403
    other.get_by_text("Open the address that").wait_for()
    other.goto(url)
    chart(other, "map").wait_for()
    context.close()


def test_a_link_from_another_page_opens_the_page_with_the_key(browser, url):
    """As in a class's chat; a browser sends no strict cookie with a redirect that began elsewhere."""
    context = browser.new_context()
    page = context.new_page()
    with elsewhere() as port:
        page.goto(f"http://localhost:{port}/")
        page.evaluate("url => { location.href = url }", url)
        chart(page, "map").wait_for()
        assert page.url.partition("#")[0] == f"{origin(url)}/"
    context.close()


SOON = "import patronage.browser.sessions as s\ns.FORGOTTEN = '2s'"


RESTING = """
import time
from patronage.browser.jobs import Bands, Job
def advance(job):
    if job.done == 3:
        note("resting")
    while job.done == 3 and not job.stopped:
        time.sleep(0.05)
    return Job.advance(job)
def work(job, inner=Bands.work):
    inner(job)
    note("over")
def note(word):
    with open("bands.txt", "a") as stream:
        stream.write(word + "\\n")
Bands.advance, Bands.work = advance, work
"""
"""Bands rest at their third quarter until somebody ends them, and write down both."""


@pytest.mark.browser_long
def test_what_a_session_computes_ends_with_it_and_memory_falls(browser, tmp_path):
    needed()
    noted = tmp_path / "bands.txt"

    def words():
        return noted.read_text().split() if noted.exists() else []

    with served(tmp_path, "us-withdrawal", faults=f"{SOON}\n{RESTING}") as url:
        process = server(tmp_path)
        contexts = [browser.new_context() for _ in range(2)]
        for context in contexts:
            page = context.new_page()
            page.goto(url)
            chart(page, "map").wait_for()
            tab(page, "Ensemble")
            choose(page, "Runs", "1000", within=page.get_by_test_id("ensemble"))
            press(page, "Compute bands")
        until(page, words, ["resting", "resting"])
        most = process.memory_info().rss
        for context in contexts:
            context.close()
        end = time.monotonic() + PATIENCE / 1000
        while words().count("over") < 2 or process.memory_info().rss >= most:
            assert time.monotonic() < end, (words(), process.memory_info().rss, most)
            time.sleep(0.25)


@pytest.mark.browser_long
def test_a_page_too_many_is_told_so_and_comes_by_itself_to_where_it_was_meant(browser, tmp_path):
    needed()
    with served(tmp_path, "two-patrons", "--pages", "1", faults=SOON) as url:
        other = browser.new_context()
        with visit(browser, url) as page:
            second = other.new_page()
            place = "scenario=two-patrons&seed=1&run=0&at=2009Q4"
            assert second.goto(f"{url}#{place}").status == 503
            second.get_by_text("As many pages are open as this server takes").wait_for()
            step(page)
        chart(second, "map").wait_for()
        second.get_by_text("Step: 4", exact=True).wait_for()
        second.reload()  # its own place is free only once it has left
        chart(second, "map").wait_for()
        second.get_by_text("Step: 4", exact=True).wait_for()
        other.close()


class Wire:
    """The wire of the pages of a profile, which can be cut."""

    def __init__(self, context):
        self._open, self._cut = [], threading.Event()
        context.route_web_socket(re.compile("/channels"), self._through)

    def _through(self, wire):
        if self._cut.is_set():
            wire.close()
        else:
            wire.connect_to_server()
            self._open.append(wire)

    def cut(self):
        """Nothing passes until `mend`."""
        self._cut.set()
        self._open[-1].close()

    def mend(self):
        """A page that tries again comes through."""
        self._cut.clear()


ADVICE = """() => {
  const sign = document.querySelector('.v-overlay .v-progress-circular__info');
  if (!sign) return '';
  const { content, visibility, color, width } = getComputedStyle(sign, '::after');
  return visibility === 'visible' && parseFloat(width) > 200 && color !== 'rgba(0, 0, 0, 0)' ? content : '';
}"""
"""What stands below Solara's own words for a server that is gone, as it is drawn."""


def test_a_run_that_plays_rests_when_the_wire_is_cut_and_the_page_comes_back_to_where_it_is(browser, two_patrons):
    with browser.profile(origin(two_patrons)) as context:
        wire = Wire(context)
        page = context.new_page()
        page.goto(two_patrons)
        chart(page, "map").wait_for()
        press(page, "Play")
        until(page, lambda: steps(page) >= 2)
        wire.cut()
        until(page, lambda: "Wait: a lost connection comes back by itself" in page.evaluate(ADVICE))
        before = steps(page)
        page.wait_for_timeout(4_000)
        assert steps(page) == before, "the wire is not cut"
        wire.mend()
        page.locator(".v-overlay--active").wait_for(state="detached")
        there = rested(page)
        assert before <= there < 20, "it has gone on unseen"
        run = simulate(load_scenario("two-patrons"), 1, 1).data["share"].sel(run=0, patron="USA", client="KGZ")
        until(page, lambda: line(page, "shares", "USA")[1:], [round(100 * float(v), 2) for v in run.values[:there]])
        step(page)
        page.goto("about:blank")


@pytest.mark.browser_long
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_page_that_was_given_up_is_loaded_anew_by_itself(browser, tmp_path, workers):
    needed()
    with served(tmp_path, "two-patrons", "--workers", workers, faults=SOON) as url:
        context = browser.new_context()
        wire = Wire(context)
        page = context.new_page()
        page.goto(url)
        chart(page, "map").wait_for()
        bring(page, "two-patrons", 3)
        until(page, lambda: "at=2009Q3" in page.url)
        page.evaluate("window.old = true")
        wire.cut()
        page.wait_for_timeout(8_000)
        wire.mend()
        page.wait_for_function("() => !window.old")
        chart(page, "map").wait_for()
        page.get_by_text("Step: 3", exact=True).wait_for()
        context.close()
