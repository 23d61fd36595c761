"""Run folders that the page offers to be opened: those under its roots. Without a browser."""

from __future__ import annotations

import os
import shutil
import time

import ipyvuetify as vw
import pytest
import solara

from patronage.browser.panels.sidebar import Saved
from patronage.browser.replays import open_folder
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.visitors import allowed_folders, offered_folders
from patronage.visitors.offered_folders import offered


@pytest.fixture
def desk():
    made = Desk(Setup("two-patrons"), held=True)
    yield made
    made.close()


def test_run_folders_under_the_roots_are_offered_newest_first_and_nothing_else(here, desk, saved_run, monkeypatch):
    for age, name in ((300, "runs/mine"), (200, "runs/deep/er"), (100, "runs/wrong")):
        if name != "runs/mine":
            shutil.copytree(saved_run, here / name)
        os.utime(here / name / "manifest.json", (1.7e9 - age, 1.7e9 - age))
    (here / "runs" / "wrong" / "manifest.json").write_text("[" * 100_000)
    shutil.copytree(saved_run, here / "runs" / ".hidden")
    shutil.copytree(saved_run, here / "runs" / "led")
    (here / "runs" / "led" / "manifest.json").unlink()
    (here / "runs" / "led" / "manifest.json").symlink_to(here / "other" / "manifest.json")
    found = offered()
    assert [one.path for one in found] == ["runs/deep/er", "runs/mine"]
    assert found[1].words.startswith("runs/mine: Two patrons, one client, 2 runs, 2023-11-1")
    monkeypatch.setattr(offered_folders, "MOST", 1)
    assert [one.path for one in offered()] == ["runs/deep/er"]
    monkeypatch.chdir(here / "other")
    allowed_folders.allow([here / "runs"])  # its place on the disk is no visitor's business
    (one,) = offered()
    assert one.path == "runs/deep/er"
    open_folder(desk, one.path)
    assert desk.problem.value == ""
    open_folder(desk, "../other")
    assert "under runs only" in desk.problem.value


def soon(read):
    """What can be read once another thread has drawn it."""
    end = time.monotonic() + 30
    while not (found := read()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_a_folder_that_is_chosen_stands_in_the_field(here, desk):
    _, page = solara.render(Saved(desk), handle_error=False)
    (shown,) = soon(lambda: page.find(vw.Select).widgets)
    (choice,) = shown.items
    shown.v_model = choice
    assert soon(lambda: [field for field in page.find(vw.TextField).widgets if field.v_model == "runs/mine"])
    page.close()
