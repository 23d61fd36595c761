"""The report of the what-if on the page: the file, and the words, that the command beside it gives."""

from __future__ import annotations

import re
import shlex
import time

import psutil
import pytest
from typer.testing import CliRunner

from browser_tools import bookmark, download, press, tab, until, visit
from patronage.browser.reporting import asked
from patronage.browser.rivals import NOTHING, OTHER, PLAIN, WITHOUT
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.cli.app import app
from patronage.cli.comparing import side, varied

CHANGED = (("patrons.USA.need.base", "100"), ("period.end", "2019Q4"))
EVENT = ("events.now_1", "{at: 2010Q1, forgive: {from: RUS, to: KGZ, amount: 5 MUSD}, source: what if}")


def of_command(line):
    """The sides that the command line makes of a printed command."""
    verb, *words = shlex.split(line)[1:]
    pairs = [(words[i], words[i + 1]) for i in range(len(words) - 1) if words[i].startswith("--")]
    names = [w for i, w in enumerate(words) if not w.startswith("--") and not words[i - 1].startswith("--")]
    changes = [value for option, value in pairs if option == "--set"]
    sides = [side(name, changes) for name in names] + [varied(names[0], changes, v) for o, v in pairs if o == "--against"]
    return verb, [s.scenario for s in sides], dict(pairs)


@pytest.mark.parametrize(("changes", "key", "verb"), [
    ((), NOTHING, "run"), (CHANGED, NOTHING, "run"), (CHANGED, PLAIN, "compare"), ((*CHANGED, EVENT), PLAIN, "compare"),
    ((), WITHOUT + "surplus", "compare"), ((*CHANGED, EVENT), WITHOUT + "surplus", "compare"),
    (CHANGED[1:], OTHER + "us-stays", "compare"), (CHANGED, OTHER + "us-stays", "compare"),
])  # fmt: skip
def test_the_printed_command_makes_the_same_sides(changes, key, verb):
    found = asked(Setup("two-patrons", None, changes, 3), key, 50)
    said, sides, options = of_command(found.command)
    assert (said, options["--runs"], options["--seed"]) == (verb, "50", "3")
    assert [(s.name, s.title, s.digest) for s in found.scenarios] == [(s.name, s.title, s.digest) for s in sides]
    assert len({s.digest for s in sides}) == len(sides), "the case compares nothing"


def test_what_no_command_can_say_is_told():
    with pytest.raises(ValueError, match="Nothing was changed"):
        asked(Setup("two-patrons"), PLAIN, 50)
    odd = (("events.now_1", "{at: 2010Q1, overthrow: {state: KGZ}, source: 'a; b'}"),)
    with pytest.raises(ValueError, match="separates changes"):
        asked(Setup("two-patrons", None, odd), PLAIN, 50)


def waited(true):
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def test_a_report_that_is_given_up_leaves_no_process():
    desk = Desk(Setup("two-patrons"), held=True)
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    desk.lasting.make_report(NOTHING, 500)
    job = desk.lasting.report

    def new():
        return [p for p in psutil.Process().children(recursive=True) if p.pid not in before and "spawn_main" in " ".join(p.cmdline())]

    assert waited(new)
    desk.lasting.drop_report()
    job.wait()
    assert (desk.lasting.report, job.page, job.failed, new()) == (None, b"", "", [])
    desk.close()


def test_a_seat_has_no_report_and_nobody_asks_for_what_is_not_on_offer():
    desk = Desk(Setup("two-patrons"), held=True)
    for key, runs in ((NOTHING, 51), ("other:/etc/passwd", 50), (NOTHING, True)):
        desk.lasting.make_report(key, runs)
    desk.sit("RUS")
    desk.lasting.make_report(NOTHING, 50)
    assert desk.lasting.report is None
    desk.close()


def told(page):
    """Tables and sentences of a report."""
    return page.evaluate("[...document.querySelectorAll('td, th, li, figcaption, pre')].map(e => e.innerText)")


@pytest.mark.browser_long
@pytest.mark.browser
def test_the_downloaded_report_says_what_the_command_says(browser, two_patrons, tmp_path):
    with visit(browser, two_patrons) as page:
        bookmark(page, "scenario=two-patrons&seed=2&set=patrons.USA.need.base%3D100")
        tab(page, "What if")
        page.get_by_text("against the same without my changes").first.wait_for()
        for choice, options in (("alone", 0), ("50", 1)):
            page.locator("[data-testid=report] .v-select").nth(options).click()
            page.get_by_role("option", name=choice, exact=True).click()
        press(page, "Make the report")
        page.get_by_role("progressbar", name="The report is being made").wait_for()
        page.get_by_role("button", name="Download report.html").wait_for()
        got = download(page, "Download report.html")
        assert got.suggested_filename == "two-patrons-seed2-report.html"
        file, folder = tmp_path / "downloaded.html", tmp_path / "by-command"
        got.save_as(file)
        command = page.locator("[data-testid=report-command]").inner_text()
        done = CliRunner().invoke(app, [*shlex.split(command)[1:], "--out", str(folder)])
        assert done.exit_code == 0, done.output
        read = browser.new_page()
        read.goto(file.as_uri())
        shown = "document.images.length > 5 && [...document.images].every(i => i.complete && i.naturalWidth > 0)"
        until(read, lambda: read.evaluate(shown))
        mine = told(read)
        read.goto((folder / "report.html").as_uri())
        theirs = told(read)
        assert command in mine, "the file says how to repeat it"
        assert len([t for t in mine if re.search(r"\d", t)]) > 50, "the case compares nothing"
        assert [t for t in mine if not t.startswith("patronage ")] == [t for t in theirs if not t.startswith("patronage ")]
