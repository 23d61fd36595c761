"""A run that is replayed from a folder: whether it is the one that the folder holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patronage.runs.store import SCENARIO

if TYPE_CHECKING:
    from .workspace import Desk


def agreement(desk: Desk) -> str:
    """Whether the run that is replayed is, so far, the one in the folder."""
    folder, model = desk.folder, desk.model.value
    if folder is None or model.setup.source != str(folder.path / SCENARIO):
        return ""
    number, runs = model.setup.replication, folder.coords["run"]
    if number not in runs or model.setup.changes or model.setup.seed != folder.seed:
        return f"The folder holds runs {runs[0]} to {runs[-1]} with seed {folder.seed}; this is another one."
    share = folder.array("share").values[runs.index(number)]  # in the precision of files
    done = min(model.world.quarter - model.scenario.start + 1, len(share))
    same = bool(np.array_equal(share[:done], model.record.arrays["share"][0, :done].astype(share.dtype)))
    verdict = "equal to the folder so far" if same else "NOT what the folder holds: made by another version?"
    return f"Run {number} of {runs[0]} to {runs[-1]}, {verdict}."
