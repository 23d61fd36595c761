"""A command pasted into the page leads to the run that it makes; what the page does not know is one line. Without a browser."""

from __future__ import annotations

import shlex
import subprocess
import time

import numpy as np
import pytest
from typer.testing import CliRunner

from patronage import open_folder
from patronage.browser import commanded, exports
from patronage.browser.commanded import open_command
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.links import LONGEST
from patronage.browser.reporting import asked
from patronage.browser.rivals import NOTHING, OTHER, PLAIN, WITHOUT
from patronage.browser.setup import Setup
from patronage.browser.states import Doing
from patronage.browser.workspace import Desk
from patronage.cli.app import app
from patronage.cli.pasted import read_command

CHANGED = (("patrons.USA.need.base", "100"),)


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(commanded, "_readers", [read_command])
    made = Desk(Setup("two-patrons"), held=True)
    made.tabs = ("Overview", "Compare")
    yield made
    made.close()


def waited(true):
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return true()


def test_the_command_of_a_page_leads_there(desk):
    desk.open(Setup("two-patrons", None, CHANGED, 7, 2))
    for _ in range(5):
        desk.step()
    order = next(o for o in ORDERS if o.act == "forgive")
    assert desk.fire("gift", order_event(order, "2010Q2", "RUS", "KGZ", 40.0))
    desk.step()
    there = desk.setup, desk.model.value.story.array("share").tolist()
    other = Desk(Setup("us-stays"), held=True)
    assert "--until 2010Q2" in desk.model.value.command
    open_command(other, desk.model.value.command)
    assert other.problem.value == ""
    assert (other.setup, other.model.value.story.array("share").tolist()) == there
    other.close()


def test_the_command_of_a_page_makes_the_numbers_on_it(desk, tmp_path):
    commands = [desk.model.value.command]
    desk.open(Setup("two-patrons", None, CHANGED, 7, 2))
    for _ in range(4):
        desk.step()
    order = next(o for o in ORDERS if o.act == "forgive")
    assert desk.fire("gift", order_event(order, "2010Q2", "RUS", "KGZ", 40.0)), "in a quarter that the command does not come to"
    model = desk.model.value
    commands.append(model.command)
    assert model.describe()["command"] == model.command == exports.figure_note(model, "2009Q2")["source"].partition(": ")[2]
    done = CliRunner().invoke(app, [*shlex.split(model.command)[1:], "--out", str(tmp_path / "run"), "--no-figures"])
    assert done.exit_code == 0, done.output
    made = open_folder(tmp_path / "run")
    for name in ("share", "rent", "debt", "budget"):
        found, shown = made.array(name).isel(run=-1), exports.so_far(model)[name].squeeze("run")
        assert list(found["quarter"].values)[-1] == list(shown["quarter"].values)[-1] == "2009Q4"
        np.testing.assert_allclose(found.transpose(*shown.dims).values, shown.values, rtol=1e-5, atol=1e-6, err_msg=name)
    while model.running:
        desk.step()
    commands.append(model.command)
    assert ["--until" in line for line in commands] == [False, True, False], "nor before the first quarter, nor at the end"


def test_a_command_without_a_quarter_opens_where_the_question_is_decided(desk):
    desk.leads, desk.pace.keep = True, lambda *_: None
    lines = ("view us-stays", "compare us-stays us-withdrawal --runs 100", "run us-stays --seed 4", "run us-stays --until 2003Q1")
    for line, quarter in zip(lines, ("2016Q2", "2016Q2", "2016Q2", "2003Q1"), strict=True):
        open_command(desk, f"patronage {line}")
        assert waited(lambda: desk.state.run is Doing.IDLE)
        story = desk.model.value.story
        assert (desk.problem.value, story.quarters[story.now]) == ("", quarter), line
    desk.leads = False
    open_command(desk, "patronage view us-stays")
    assert desk.model.value.story.now == 0, "--from-the-start"


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
    ("patronage run two-patrons" + "".join(f" --set events.e{n}=~" for n in range(501)), "More than 500 changes"),
])  # fmt: skip
def test_what_it_does_not_know_is_one_line_and_nothing_is_carried_out(line, words, desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "Popen", None)
    shown = desk.model.value
    open_command(desk, line)
    assert words in desk.problem.value
    assert "This link" not in desk.problem.value
    assert len(desk.problem.value.splitlines()) == 1
    assert (desk.model.value, list(tmp_path.iterdir())) == (shown, [])
