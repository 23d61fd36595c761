"""Runs that are replayed from a folder: opening one, and whether it is the one that the folder holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patronage.batch.folders import FolderError
from patronage.runs.store import SCENARIO
from patronage.scenario import ScenarioError
from patronage.telling.loading import reports_loaded
from patronage.visitors.allowed_folders import from_here, inside

from .setup import Setup

if TYPE_CHECKING:
    from .workspace import Desk


def open_folder(desk: Desk, path: str, name: str = "") -> None:
    """Open a saved run, or one of the scenarios of a saved comparison, to replay its runs; a message where it cannot be."""
    reports_loaded()
    from patronage import reports

    try:
        held = reports.open_folder(inside(path))
        folder = held.run(name or held.names[0]) if isinstance(held, reports.ComparisonFolder) else held
        inside(str(folder.path / SCENARIO))
        _ = folder.scenario  # the one that the runs were made with
        setup = Setup(from_here(folder.path / SCENARIO), None, (), folder.seed, folder.coords["run"][0])
    except (FolderError, ScenarioError, OSError) as error:
        desk.refuse(str(error))
        return
    if desk.open(setup):
        desk.folder = folder
        desk.notify()


def agreement(desk: Desk) -> str:
    """Whether the run that is replayed is, so far, the one in the folder."""
    folder, model = desk.folder, desk.model.value
    if folder is None or model.setup.source != from_here(folder.path / SCENARIO):
        return ""
    number, runs = model.setup.replication, folder.coords["run"]
    if number not in runs or model.setup.changes or model.setup.seed != folder.seed:
        return f"The folder holds runs {runs[0]} to {runs[-1]} with seed {folder.seed}; this is another one."
    share = folder.array("share").values[runs.index(number)]  # in the precision of files
    done = min(model.world.quarter - model.scenario.start + 1, len(share))
    same = bool(np.array_equal(share[:done], model.record.arrays["share"][0, :done].astype(share.dtype)))
    verdict = "equal to the folder so far" if same else "NOT what the folder holds: made by another version?"
    return f"Run {number} of {runs[0]} to {runs[-1]}, {verdict}."
