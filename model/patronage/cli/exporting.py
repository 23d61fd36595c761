"""The command that hands tables to spreadsheets: export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import refuse_existing
from .output import RefusalError, echo, plainly


@plainly
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A run, a comparison or a finished sweep.", show_default=False)],
    out: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to write; it must not exist.", show_default=False)],
) -> None:
    """Write the summary tables of a folder as a workbook: for example patronage export runs/us-withdrawal-seed1-500 found.xlsx."""
    from patronage.batch.folders import FolderError
    from patronage.reports.workbook import WorkbookError, folder_to_workbook

    refuse_existing(out, "choose another name")
    if out.suffix != ".xlsx" or not out.parent.is_dir() or out.is_dir():
        raise RefusalError(f"{out}: name a file that ends in .xlsx, in a folder that exists.")
    try:
        sheets = folder_to_workbook(folder, out)
    except (FolderError, WorkbookError) as error:
        raise RefusalError(f"{error}.".replace("..", ".")) from None
    echo(f"Wrote {out}: {', '.join(sheets)}.")


COMMANDS = (export,)
