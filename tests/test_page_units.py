"""What the page hands over as CSV: every column of every file stands in `units.csv`. Without a browser."""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path

import pytest
import solara
from solara.components.file_download import FileDownloadWidget

from patronage.browser import exports, panels, rooms
from patronage.browser.game import play_turn
from patronage.browser.panels.room import Taken as RoomTaken
from patronage.browser.panels.seat import Taken
from patronage.browser.panels.whatif import Exports
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk

HANDED_OVER = {"whatif.py", "seat.py", "room.py"}
"""Panels with CSV files to take away; those of the charts and of the explorer carry their units themselves."""


@solara.component
def all_downloads(desks, room):
    """Whatever can be taken away of a run that somebody watches, of games in the seats of a patron and of a client, of a room."""
    Exports(desks[0], desks[0].model.value.story)
    for desk in desks[1:]:
        with solara.Div():
            Taken(desk, desk.player)
    with solara.Div():
        RoomTaken(desks[0], room)


@pytest.fixture(scope="module")
def handed(tmp_path_factory):
    """The head of every CSV file, by its name and whether somebody plays; what `units.csv` says of them."""
    desks = [Desk(Setup("two-patrons"), held=True) for _ in range(3)]
    for desk, (seat, answer) in zip(desks, (("", {}), ("USA", {"offers": {"KGZ": 5}}), ("KGZ", {"refuse": ["USA"]})), strict=True):
        desk.sit(seat)
        if seat:
            play_turn(desk, answer)
        else:
            desk.step()
    assert desks[0].lasting.notes.write(desks[0].model.value.world.quarter, "A remark", "KGZ")
    rooms.keep_in(tmp_path_factory.mktemp("rooms"))
    room = rooms.open_room(desks[0].setup, ("two-patrons",), "teacher")
    _, page = solara.render(all_downloads(desks, room), handle_error=False)
    heads, units = [], []
    for button in page.find(FileDownloadWidget).widgets:
        if button.filename.endswith(".csv"):
            button.request_download = True
            end = time.monotonic() + 30
            while button.bytes is None and time.monotonic() < end:
                time.sleep(0.01)
            assert button.bytes is not None, button.filename
            rows = csv.DictReader(io.StringIO(button.bytes.decode()))
            heads.append((re.search(r"(\w+)\.csv$", button.filename)[1], rows.fieldnames))
            units += rows if heads[-1][0] == "units" else []
    page.close()
    for desk in desks:
        desk.close()
    return heads, units


def test_every_column_of_every_csv_file_stands_in_units(handed):
    heads, units = handed
    listed = {(row["table"], row["column"]) for row in units}
    assert not [(table, c) for table, columns in heads for c in columns if (table, c) not in listed]
    assert not [row for row in units if not row["unit"] or not re.search("[a-z]{3}", row["meaning"])]  # in words, not by a letter
    assert {row["unit"] for row in units if row["meaning"].startswith("whether")} == {"bool"}
    assert len(units) == len(listed)
    assert listed == {(table, c) for table, columns in heads for c in columns}  # and nothing that there is not


def test_these_are_all_csv_files_of_the_page(handed):
    heads, _ = handed
    assert sorted(name for name, _ in heads) == sorted((*exports.tables(), "notes", "orders", "orders", "orders"))
    sources = {file.name: file.read_text("utf-8") for file in Path(panels.__file__).parent.glob("*.py")}
    assert {name for name, text in sources.items() if re.search(r"ownload\(\s*f?[\"'][^\"']*\.csv", text)} == HANDED_OVER


def test_units_are_those_of_the_model(handed):
    said = {(row["table"], row["column"]): row["unit"] for row in handed[1]}
    assert said["deals", "rent"] == "MUSD/yr"
    assert said["deals", "promised"] == "MUSD"
    assert said["deliveries", "promised"] == "MUSD/quarter"
    assert said["influence", "debt"] == "MUSD"
    assert said["deals", "kind"] == said["events", "what"] == "text"
    assert said["deals", "counterpart"] == "code"
