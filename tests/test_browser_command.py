"""A command pasted into the page leads to the run that it makes; what the page does not know is one line. Without a browser."""

from __future__ import annotations

import subprocess

import pytest

from patronage.browser import commanded
from patronage.browser.commanded import open_command
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.links import LONGEST
from patronage.browser.reporting import asked
from patronage.browser.rivals import NOTHING, OTHER, PLAIN, WITHOUT
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.cli.pasted import read_command

CHANGED = (("patrons.USA.need.base", "100"),)


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(commanded, "_readers", [read_command])
    made = Desk(Setup("two-patrons"), held=True)
    made.tabs = ("Overview", "Compare")
    yield made
    made.close()


def test_the_command_of_a_page_leads_there(desk):
    desk.open(Setup("two-patrons", None, CHANGED, 7, 2))
    for _ in range(5):
        desk.step()
    order = next(o for o in ORDERS if o.act == "forgive")
    assert desk.fire("gift", order_event(order, "2010Q2", "RUS", "KGZ", 40.0))
    desk.step()
    there = desk.setup, desk.model.value.story.array("share").tolist()
    other = Desk(Setup("us-stays"), held=True)
    open_command(other, f"{desk.setup.command} --until 2010Q2")
    assert other.problem.value == ""
    assert (other.setup, other.model.value.story.array("share").tolist()) == there
    other.close()


@pytest.mark.parametrize(("changes", "key"), [
    ((), NOTHING), (CHANGED, NOTHING), (CHANGED, PLAIN), (CHANGED, WITHOUT + "surplus"), (CHANGED, OTHER + "us-stays"),
    ((), OTHER + "us-stays"),
])  # fmt: skip
def test_the_command_of_a_report_leads_to_what_it_is_about(changes, key, desk):
    setup = Setup("two-patrons", None, changes, 3)
    open_command(desk, asked(setup, key, 50).command)
    assert desk.problem.value == ""
    assert (desk.setup.source, desk.setup.changes, desk.setup.seed) == ("two-patrons", changes, 3)
    assert key in (NOTHING, desk.rival.value)
    assert desk.tabs[desk.tab.value] == ("Overview" if key == NOTHING else "Compare")


def test_a_command_to_watch_opens_its_scenario(desk):
    open_command(desk, "patronage view us-stays --port 9000")
    assert desk.setup == Setup("us-stays")
    open_command(desk, "patronage run us-stays --first 4 --runs 2 --out nowhere --no-figures")
    assert desk.setup.replication == 5


@pytest.mark.parametrize(("line", "words"), [
    ("", "begins with patronage run"), ("rm -rf /", "begins with patronage run"), ("patronage prepare", "begins with"),
    ("patronage run 'two", "No closing quotation"), ("patronage run", "name a scenario"),
    ("patronage run --help", "is for a terminal"),
    ("patronage run two-patrons --sed 3", "No such option: --sed"), ("patronage run two-patrons --seed x", "'--seed'"),
    ("patronage run two-patrons us-stays", "extra argument"), ("patronage run two-patrons --set a", "write --set PATH=VALUE"),
    ("patronage run --from runs/x --row 1:1", "a sweep's folder"), ("patronage run /etc/passwd", "no scenario /etc/passwd"),
    ("patronage run two-patrons --set ties.table=x.csv", "which the page cannot change"),
    ("patronage run two-patrons --until soon", "is no quarter"), ("patronage compare two-patrons", "two sides"),
    ("patronage compare a b c", "two sides"), ("patronage run two-patrons; touch here", "extra argument"),
    ("patronage run $(touch here)", "extra argument"), ("patronage run two-patrons" + " --figures" * LONGEST, "too long"),
])  # fmt: skip
def test_what_it_does_not_know_is_one_line_and_nothing_is_carried_out(line, words, desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "Popen", None)
    shown = desk.model.value
    open_command(desk, line)
    assert words in desk.problem.value
    assert len(desk.problem.value.splitlines()) == 1
    assert (desk.model.value, list(tmp_path.iterdir())) == (shown, [])
