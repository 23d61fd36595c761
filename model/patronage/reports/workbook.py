"""Summary tables of a folder as a workbook, for those who live in spreadsheets."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from patronage.batch.manifests import read_manifest
from patronage.batch.tables import FORMULA
from patronage.experiments import read_sweep
from patronage.extras import how_to_install
from patronage.reports.json_answers import sweep_json
from patronage.reports.json_results import as_json
from patronage.runs.comparison import read_comparison
from patronage.runs.store import read_run

ROWS = 1_048_575
"""Below the head of a sheet."""


class WorkbookError(ValueError):
    """A folder that gives no workbook, or a library that is absent."""


def folder_to_workbook(folder: str | Path, out: str | Path) -> list[str]:
    """Write the summary tables of a run, a comparison or a finished sweep as sheets of `out`, an .xlsx; the names of the sheets.

    Numbers are in the units of the table of outcomes; what does not exist is an empty cell.

    Raises WorkbookError, FolderError for a folder that is none of these, FileExistsError if `out` exists.
    """
    if find_spec("openpyxl") is None:
        raise WorkbookError(f"this needs openpyxl, which is not installed: {how_to_install('data')}")
    sheets = sheets_of(Path(folder))
    with Path(out).open("xb") as stream, pd.ExcelWriter(stream, engine="openpyxl") as book:
        for name, frame in sheets.items():
            _harmless(frame).head(ROWS).to_excel(book, sheet_name=name, index=False)
    return list(sheets)


def sheets_of(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables by the name of their sheet, the first says where they come from."""
    manifest = read_manifest(folder)
    kind = manifest.get("kind")
    if kind == "sweep":
        sweep = read_sweep(folder)
        found = sweep_json(sweep)
        tables = {"outcomes": found.pop("outcomes"), "points": sweep.points.reset_index(), "runs": sweep.outcomes.reset_index()}
    elif kind == "run":
        run = read_run(folder)
        found = as_json(run)
        tables = {"outcomes": found.pop("outcomes"), "runs": run.outcomes.reset_index(), "summary": run.frame("summary")}
    elif kind == "comparison":
        held = read_comparison(folder)
        found = as_json(held)
        pairs = found.pop("pairs")
        rows = [{"first": p["first"], "second": p["second"], **_renamed(row)} for p in pairs for row in p["outcomes"]]
        tables = {"differences": rows, "sides": found.pop("sides")}
    else:
        raise WorkbookError(f"{folder} is neither a run nor a comparison nor a sweep: there are no summary tables to export")
    about = pd.DataFrame([(key, str(value)) for key, value in found.items()], columns=["what", "value"])
    return {"about": about} | {name: pd.DataFrame(table) for name, table in tables.items()}


def _renamed(row: dict[str, object]) -> dict[str, object]:
    """A difference's levels, called otherwise than the sides."""
    return {{"first": "first_mean", "second": "second_mean"}.get(key, key): value for key, value in row.items()}


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts that a spreadsheet would take for formulas get an apostrophe before them."""
    texts = [c for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])]
    return frame.assign(**{c: [f"'{v}" if str(v)[:1] in FORMULA and v else v for v in frame[c].astype(object)] for c in texts})
