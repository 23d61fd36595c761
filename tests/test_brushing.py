"""Runs to look about in on the page: those of the answer, of the folder, of the command that repeats them. Without a browser."""

from __future__ import annotations

import json
import shlex
import time
from urllib.parse import parse_qsl

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.browser import answering, brushing, commanded
from patronage.browser.brushed import Brush
from patronage.browser.brushing import FolderJob, MovedJob, read_box
from patronage.browser.commanded import open_command
from patronage.browser.levers import levers
from patronage.browser.links import follow, written
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.cli.pasted import read_command
from patronage.experiments import sweep
from patronage.reports import result_to_folder
from patronage.reports.explorer import explored, explorer_data, table
from patronage.visitors import allowed_folders
from test_explore import FILE

MOVED = ("patrons.USA.need.base", "patrons.RUS.budget")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs")
    (place / "file.yaml").write_text(FILE, encoding="utf-8")
    sweep(place / "file.yaml", place / "swept")
    result_to_folder(simulate("two-patrons", runs=4, seed=3), place / "run", plates=False)
    return place


@pytest.fixture
def desk(root, monkeypatch):
    monkeypatch.setattr(allowed_folders, "_roots", (root.resolve(),))
    monkeypatch.setattr(answering, "SIZES", (40,))
    made = Desk(Setup("two-patrons", changes=(("patrons.USA.mission", "0.6"),)), held=True)
    made.tabs = ("Overview", "Explorer")
    yield made
    made.close()


def played(desk):
    """Outcomes of the run on the page at its end."""
    while desk.model.value.running:
        desk.model.value.step()
    story = desk.model.value.story
    return {name: story.outcome(name, story.now) for name in story.scenario.outcomes}


def test_the_runs_of_the_answer_are_those_of_its_command(desk):
    desk.begin()
    desk.answer.wait()
    look = desk.lasting.brushing
    look.answer()
    found = look.shown.found
    plain = simulate(load_scenario("two-patrons", {"patrons.USA.mission": "0.6"}), len(found.rows), 1, record="lean").outcomes
    frame = table(found)
    assert list(frame.columns) == list(plain.columns)
    assert np.allclose(frame.astype(float), plain, rtol=1e-5, equal_nan=True)
    view = read_command(found.repeat(7))
    assert view.setup == look.shown.setup(7) == Setup("two-patrons", changes=(("patrons.USA.mission", "0.6"),), replication=7)
    look.open(7)
    assert desk.setup.replication == 7
    assert desk.tabs[desk.tab.value] == "Overview"
    assert played(desk) == pytest.approx(plain.iloc[7].to_dict(), nan_ok=True)


def test_a_run_with_levers_moved_is_what_its_line_says(desk):
    moved = [lever for lever in levers(load_scenario("two-patrons")) if lever.path in MOVED]
    job = MovedJob(desk.setup, moved, 12, lambda: None)
    job.work()
    found = job.found.found
    frame = table(found)
    for lever in moved:
        values = np.sort(frame[lever.path])
        assert lever.low <= values[0] < values[-1] <= lever.high
        parts = np.floor((values - lever.low) / (lever.high - lever.low) * 12 - 1e-6)
        assert len(set(parts)) >= 11, "no Latin hypercube"
    for row in (0, 5):
        view = read_command(found.repeat(row))
        assert view.setup.load().numbers == job.found.setup(row).load().numbers
        alone = simulate(view.setup.load(), 1, 1, first=row, record="lean").outcomes.iloc[0]
        assert alone.to_dict() == pytest.approx(frame.loc[str(row), list(alone.index)].astype(float).to_dict(), rel=1e-5, nan_ok=True)
    assert found.line.count("patrons.USA.mission=0.6") == 1
    assert "{" not in found.repeat(3)
    before, desk.lasting.brushing.shown = desk.setup, job.found
    desk.lasting.brushing.open(3)
    assert desk.setup == job.found.setup(3)
    desk.lasting.undoing.undo()
    assert desk.setup == before


def test_the_tab_shows_what_the_file_of_a_folder_shows(desk, root):
    look = desk.lasting.brushing
    for name in ("swept", "run"):
        look.open_folder(str(root / name))
        look.job.wait()
        look.collect()
        assert look.data == explorer_data(explored(root / name))
    assert look.shown.replays
    look.open(2)
    assert (desk.setup.seed, desk.setup.replication, desk.folder.path) == (3, 2, (root / "run").resolve())


def test_a_run_of_a_sweep_opens_with_its_figures_and_luck(desk, root):
    shown = brushing.read_folder(str(root / "swept"))
    desk.lasting.brushing._show(shown)
    place = shown.found.rows.index("7:2")
    desk.lasting.brushing.open(place)
    assert dict(desk.setup.changes)["states.KGZ.policy"] in ("auctioneer", "balancer")
    got, wanted = played(desk), table(shown.found).loc["7:2"]
    for name in ("stands", "share", "rent"):
        assert got[name] == pytest.approx(float(wanted[name]), rel=1e-5, nan_ok=True)


def test_what_lies_elsewhere_or_is_too_much_is_refused_in_a_line(desk, root, tmp_path, monkeypatch):
    def refused(path):
        job = FolderJob(str(path), lambda: None)
        job.start()
        job.wait()
        assert job.found is None
        return job.failed

    assert "as it was started" in refused(tmp_path)
    assert "no folder of a sweep or of a run" in refused(root / "nowhere")
    (root / "led").mkdir()
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (root / "led" / "manifest.json").symlink_to(tmp_path / "secret.json")
    assert "as it was started" in refused(root / "led")
    monkeypatch.setattr(brushing, "MOST_READ", 20)
    assert "30 runs, too many" in refused(root / "swept")
    monkeypatch.setattr(brushing, "MOST_READ", 200)
    monkeypatch.setattr(brushing, "MOST_VALUES", 48)
    shown = brushing.read_folder(str(root / "swept"))
    assert len(shown.found.rows) == 8
    assert "8 of 30 runs" in shown.found.remarks[-1]


def test_cancel_stops_and_leaves_what_was_shown(desk):
    look = desk.lasting.brushing
    moved = [lever for lever in levers(load_scenario("two-patrons")) if lever.path in MOVED]
    look.job = job = MovedJob(desk.setup, moved, 1000, lambda: None)
    job.start()
    begun = time.monotonic()
    look.drop()
    job.wait()
    assert job.found is None
    assert look.job is None
    assert time.monotonic() - begun < 30
    assert not job.failed


def test_a_game_is_not_ended_for_a_run(desk):
    desk.begin()
    desk.sit("USA")
    look = desk.lasting.brushing
    desk.answer.wait()
    look.answer()
    look.open(1)
    assert desk.player is not None
    assert "leave the seat" in desk.problem.value


@pytest.fixture
def strong(monkeypatch):
    """As if these levers had been found to be the strongest."""
    found = tuple(lever for lever in levers(load_scenario("two-patrons")) if lever.path in MOVED)
    monkeypatch.setattr(brushing, "figures", lambda _: found)


def seen(desk):
    """What the tab shows once everything that it asked for has come."""
    look = desk.lasting.brushing
    look.attend()
    (look.job or desk.answer).wait()
    look.attend()
    return look.data, look.box, look.brush


def linked(desk):
    """Another page, at the address of this one."""
    other = Desk(Setup("us-stays"), held=True)
    other.tabs, other.sources = desk.tabs, (*desk.sources, "two-patrons")
    follow(other, written(desk))
    assert other.problem.value == ""
    other.begin()
    return other


def test_runs_with_levers_moved_and_limits_come_back_by_the_address(desk, strong):
    desk.tab.value = 1
    look = desk.lasting.brushing
    look.move(20)
    assert seen(desk)[1] == {}
    assert dict(parse_qsl(written(desk)))["runs"] == "20"
    low, high = 60.125, 71.0 + 1 / 3
    look.limit(json.dumps({MOVED[0]: [low, high]}))
    shown = seen(desk)
    assert shown[2] == Brush(20, tuple(lever.path for lever in brushing.figures(desk)), "", ((MOVED[0], low, high),))
    other = linked(desk)
    assert other.lasting.brushing.job is None, "a link computes nothing before somebody looks"
    assert seen(other) == shown
    assert written(other) == written(desk)
    look.open(3)
    assert dict(desk.setup.changes).keys() >= set(MOVED)
    assert look.brush == shown[2], "the run that was opened is one of them"
    again = linked(desk)
    assert seen(again) == shown
    desk.change("patrons.USA.mission", "0.3")
    desk.reset()
    assert look.brush == Brush(), "they are runs of another setup"
    desk.lasting.undoing.undo()
    assert look.brush == shown[2]
    for one in (other, again):
        one.close()


def test_limits_of_the_answer_and_a_folder_come_back_by_the_address(desk, root):
    desk.tab.value = 1
    desk.begin()
    seen(desk)
    names = [c.name for c in desk.lasting.brushing.shown.found.columns]
    desk.lasting.brushing.limit(json.dumps({names[0]: [0, 1]}))
    other = linked(desk)
    assert seen(other) == seen(desk)
    assert seen(other)[1] == {names[0]: (0, 1)}
    look = desk.lasting.brushing
    look.open_folder(str(root / "swept"))
    assert seen(desk)[1] == {}
    look.limit(json.dumps({"need": [60, 160]}))
    follow(other, written(desk))
    assert seen(other) == seen(desk)
    assert seen(other)[2] == Brush(folder=str(root / "swept"), limits=(("need", 60.0, 160.0),))
    follow(other, written(desk).partition("&folder=")[0].replace("tab=Explorer", "tab=Overview"))
    assert seen(other) == seen(desk), "a look at another tab leaves them where they are"
    other.close()


def test_limits_and_which_runs_are_undone_and_done_again(desk, strong):
    desk.begin()
    look, undoing = desk.lasting.brushing, desk.lasting.undoing
    seen(desk)
    look.move(10)
    seen(desk)
    look.limit(json.dumps({MOVED[0]: [60, 70]}))
    for high in (71, 72, 73):
        look.limit(json.dumps({MOVED[0]: [60, high]}))  # a drag is one change
    look.limit(json.dumps({MOVED[0]: [60, 73], MOVED[1]: [1, 2000]}))
    states = [seen(desk)]
    while undoing.can_undo:
        undoing.undo()
        states.append(seen(desk))
    assert [len(box) for _, box, _ in states] == [2, 1, 0, 0]
    assert [brush.runs for _, _, brush in states] == [10, 10, 10, 0]
    assert states[1][1] == {MOVED[0]: (60.0, 73.0)}
    back = [states[-1]]
    while undoing.can_redo:
        undoing.redo()
        back.append(seen(desk))
    assert back == states[::-1]


def test_limits_that_were_told_before_an_undo_and_come_after_it_are_too_late(desk):
    desk.begin()
    look, undoing = desk.lasting.brushing, desk.lasting.undoing
    seen(desk)
    name = look.shown.found.columns[0].name
    first, box = look.revision, json.dumps({name: [0, 1]})
    look.receive_limits({"limits": box, "revision": first})
    assert look.box == {name: (0.0, 1.0)}
    undoing.undo()
    seen(desk)  # as it is drawn before anything else is heard
    assert look.box == {}
    assert look.revision > first
    for revision in (first, look.revision + 1, True, None, "1"):
        look.receive_limits({"limits": box, "revision": revision})
        look.receive_limits(box)
    assert look.box == {}
    assert undoing.can_redo
    look.receive_limits({"limits": box, "revision": look.revision})
    assert look.box == {name: (0.0, 1.0)}


def test_a_command_of_the_same_scenario_keeps_limits(desk, monkeypatch):
    monkeypatch.setattr(commanded, "_readers", [read_command])
    desk.begin()
    desk.tab.value = 1
    seen(desk)
    name = desk.lasting.brushing.shown.found.columns[0].name
    desk.lasting.brushing.limit(json.dumps({name: [0, 1]}))
    open_command(desk, "patronage run two-patrons --seed 4")
    assert desk.setup.seed == 4
    assert desk.lasting.brushing.brush.limits == ((name, 0.0, 1.0),)


@pytest.mark.parametrize("sent", ["", "[]", "{", '{"x": [1, 2]}', '{"need": [1]}', '{"need": [1, "2"]}', '{"need": [NaN, 1]}',
                                  '{"need": [true, 1]}', 7, None, '{"need": 3}'])  # fmt: skip
def test_what_a_browser_sends_as_limits_is_anybodys(sent):
    assert read_box(sent, {"need"}) is None


def test_limits_stay_with_the_columns_that_are_there(desk, root):
    look = desk.lasting.brushing
    look._show(brushing.read_folder(str(root / "swept")))
    look.limit(json.dumps({"need": [60, 160]}))
    assert look.box == {"need": (60.0, 160.0)}
    look.limit(json.dumps({"nowhere": [60, 160]}))
    assert look.box == {"need": (60.0, 160.0)}
    look._show(brushing.read_folder(str(root / "run")))
    assert look.box == {}
    assert shlex.split(look.shown.found.repeat(1))[:2] == ["patronage", "run"]
