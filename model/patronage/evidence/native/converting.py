"""From native files to a folder of tables in the documented layout."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from patronage.evidence.tables import REQUIRED, Tables
from patronage.scenario.problems import Place, Problems

from . import sipri, worldbank
from .sheets import Row, Sheet, read_sheet

SUPPORTED = "files of World Bank indicators (API or DataBank, CSV) and the trade register of SIPRI (CSV)"
KEYS = {"country": ["iso3", "year"], "dyad": ["patron", "client", "year"]}


@dataclass
class Converted:
    """Two tables, and where each column comes from."""

    country: pd.DataFrame
    """Index (iso3, year)."""
    dyad: pd.DataFrame
    """Index (patron, client, year)."""
    sources: list[tuple[str, str, str]] = field(default_factory=list)
    """Column, file, hash of the file."""
    said: list[str] = field(default_factory=list)
    """A line a file."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns without which no region can be built."""
        return tuple(c for c in REQUIRED if c not in self.country)


def convert(paths: Sequence[Path], onto: Tables | None = None) -> Converted:
    """The tables of some native files. Columns of `onto` that they have are replaced, its other columns and rows are kept.

    Raises ScenarioError with every problem of every file at its line.
    """
    problems = Problems()
    parts: dict[str, list[pd.DataFrame]] = {"country": [], "dyad": []}
    out = Converted(*(_empty(t) for t in parts))
    owner: dict[str, str] = {}
    for path in paths:
        sheet = read_sheet(path, problems)
        found = _read(sheet, problems) if sheet is not None else None
        if sheet is None or found is None:
            continue
        table, frame, left = found
        columns = [c for c in frame.columns if c != "country"]
        for column in columns:
            if column in owner:
                problems.add(Place(sheet.label), f"{column} comes from {owner[column]} already", "Give each series once")
            owner.setdefault(column, sheet.label)
            out.sources.append((column, path.name, sheet.sha256))
        parts[table].append(frame)
        years = frame.index.get_level_values("year")
        span = f"{years.min()}-{years.max()}" if len(years) else "no years"
        out.said.append(f"{sheet.label}: {', '.join(columns)}, {span}{f' ({left})' if left else ''}")
    problems.stop()
    for table, frames in parts.items():
        below = None if onto is None else getattr(onto, table)
        setattr(out, table, _joined(frames, below, table))
    return out


def _read(sheet: Sheet, problems: Problems) -> tuple[str, pd.DataFrame, str] | None:
    """Which table a file belongs to, its rows, and what is said of the rest; None and a problem if no reader fits."""
    head = worldbank.header(sheet)
    if head is not None:
        return ("country", *worldbank.read(sheet, head, problems))
    head = sipri.header(sheet)
    if head is not None:
        return ("dyad", *sipri.read(sheet, head, problems))
    _refuse(sheet, sipri.one_sided(sheet), problems)
    return None


def _refuse(sheet: Sheet, one_sided: Row | None, problems: Problems) -> None:
    if one_sided is not None:
        what = "unsupported: this SIPRI table sums over all partners, so that it says nothing about pairs"
        problems.add(sheet.place(one_sided), what, "Ask for the trade register instead")
        return
    what = f"unsupported: no reader knows this layout; there are some for {SUPPORTED}"
    problems.add(sheet.place(sheet.rows[0]), what, "Bring it into the layout of docs/build.md")


def _empty(table: str) -> pd.DataFrame:
    keys = KEYS[table]
    return pd.DataFrame({c: [] for c in ("population" if table == "country" else "arms_tiv",)}, dtype=float).set_index(
        pd.MultiIndex.from_arrays([[] for _ in keys], names=keys)
    )


def _joined(frames: list[pd.DataFrame], below: pd.DataFrame | None, table: str) -> pd.DataFrame:
    """Frames of one table side by side, over the table they add to."""
    out: pd.DataFrame | None = None
    for frame in frames:
        out = frame if out is None else frame.combine_first(out)
    if below is not None:
        kept = below if out is None else below.drop(columns=[c for c in out.columns if c != "country"], errors="ignore")
        out = kept if out is None else kept.combine_first(out)
    if out is None:
        return _empty(table)
    names = ["country"] if "country" in out else []
    return out[[*names, *(c for c in out.columns if c not in names)]].sort_index()


def write_tables(converted: Converted, folder: Path) -> None:
    """`country_year.csv`, `dyad_year.csv` and `sources.csv` into a folder."""
    for name, frame in (("country_year", converted.country), ("dyad_year", converted.dyad)):
        frame.to_csv(folder / f"{name}.csv", lineterminator="\n")
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream, lineterminator="\n")
        sheet.writerow(["column", "file", "sha256"])
        sheet.writerows(sorted(converted.sources))
