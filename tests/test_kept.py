"""Whatever stops long work whose parts are kept is said in a line, with how to go on: by every command alike."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
import typer

from patronage.batch.chunks import VersionError
from patronage.batch.executors import LostError
from patronage.batch.folders import FolderError
from patronage.cli.output import INTERRUPTED, RefusalError, kept

FOLDER = Path("work")
ON = "What is done is kept in work. To go on: patronage game x"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), f"The disk is full (No space left on device). {ON}"),
        (LostError("all workers died"), f"all workers died. {ON}"),
        (VersionError("another numpy"), f"another numpy. {ON}"),
        (FolderError("work is no game"), "work is no game."),
    ],
)
def test_what_stops_it_is_said(fault, said):
    with pytest.raises(RefusalError) as told, kept(FOLDER, "patronage game x"):
        raise fault
    assert str(told.value) == said


def test_an_interruption_says_how_to_go_on(capsys):
    with pytest.raises(typer.Exit) as left, kept(FOLDER, "patronage game x"):
        raise KeyboardInterrupt
    assert left.value.exit_code == INTERRUPTED
    assert capsys.readouterr().err == f"\nInterrupted. {ON}\n"


def test_what_is_no_full_disk_is_not_hidden():
    with pytest.raises(PermissionError), kept(FOLDER, "patronage game x"):
        raise PermissionError(errno.EACCES, "Permission denied")
