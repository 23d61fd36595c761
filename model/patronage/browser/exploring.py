"""The page of a sweep's or an ensemble's runs, with the script that wheels carry: `patronage explore`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from patronage.browser import assets
from patronage.reports.explorer import Explored, explored, explorer_page


def explore(folder: str | Path, out: str | Path, outcomes: Sequence[str] = ()) -> Explored:
    """Write a page to look about in the runs of a sweep or a run folder: one HTML file that asks nothing of a network.

    Args:
        folder: of a sweep, finished or not, or of a run.
        out: the file to write.
        outcomes: only these; all if none is named.

    Returns:
        What the page shows: a column a factor and outcome, a row a run.

    Raises:
        FileExistsError: `out` exists.
        FolderError: the folder is neither, or damaged.
        KeyError: an outcome that there is not.
        NoScriptError: the page's script was not collected.
    """
    library = assets.library()
    found = explored(folder, outcomes)
    page = explorer_page(found, library)
    with Path(out).open("x", encoding="utf-8") as file:
        file.write(page)
    return found
