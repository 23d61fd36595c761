"""Runs that could not be simulated, or whose numbers are none: which, why, and how to repeat them."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from patronage.scenario import ScenarioError

FAILURE = pa.schema([
    ("point", pa.int32()), ("first_run", pa.int32()), ("last_run", pa.int32()), ("error", pa.string()),
    ("traceback", pa.string()), ("repeat", pa.string()),
])  # fmt: skip
"""Columns of the table of failures. The last run is included."""

Row = dict[str, Any]


def failure(cell: tuple[int, int, int], error: Exception) -> Row:
    """What is told of the runs of a cell (point, first run, run after the last) that ended in an error."""
    text = str(error) if isinstance(error, ScenarioError) else f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    # File names and lines, without the folders of one machine: the same bytes wherever it failed.
    lines = [f"{f.filename.replace(chr(92), '/').rpartition('/')[2]}:{f.lineno} in {f.name}" for f in frames]
    return failure_row(cell, text, "\n".join([*lines, text]))


def failure_row(cell: tuple[int, int, int], text: str, trace: str = "") -> Row:
    """A row of the table."""
    point, first, last = cell
    repeat = f"patronage run --from . --row {point}:{first}"
    return {
        "point": point,
        "first_run": first,
        "last_run": last - 1,
        "error": text,
        "traceback": trace,
        "repeat": repeat,
    }


def joined_failures(rows: Iterable[Row]) -> list[Row]:
    """By point and run; neighbours that failed of the same become one row."""
    out: list[Row] = []
    for row in sorted(rows, key=lambda r: (r["point"], r["first_run"])):
        last = out[-1] if out else None
        if last is not None and last["last_run"] + 1 == row["first_run"] and _alike(last, row):
            out[-1] = {**last, "last_run": row["last_run"]}
        else:
            out.append(row)
    return out


def _alike(one: Row, other: Row) -> bool:
    return all(one[key] == other[key] for key in ("point", "error", "traceback"))


def failed_runs(rows: Iterable[Mapping[str, Any]]) -> int:
    """How many runs the rows stand for."""
    return sum(row["last_run"] - row["first_run"] + 1 for row in rows)
