"""From native files to a folder of tables in the documented layout."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from patronage.data.opening import FileRow, UnreadableError
from patronage.data.tables import REQUIRED, Tables
from patronage.scenario.problems import Place, Problems

from . import sipri, worldbank
from .sheets import Source, sources

SUPPORTED = "files of World Bank indicators (API or DataBank) and the trade register of SIPRI, as CSV, .xlsx or zip"
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
    remarks: list[str] = field(default_factory=list)
    """A line a file."""
    left: list[str] = field(default_factory=list)
    """What is not in the tables, or under another code, by name."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns without which no region can be built."""
        return tuple(c for c in REQUIRED if c not in self.country or self.country[c].isna().all())


def convert(paths: Sequence[Path], onto: Tables | None = None) -> Converted:
    """The tables of some native files. Columns of `onto` that they have are replaced, its other columns and rows are kept.

    Raises ScenarioError with every problem of every file at its line.
    """
    problems = Problems()
    parts: dict[str, list[pd.DataFrame]] = {"country": [], "dyad": []}
    out = Converted(*(_empty(t) for t in parts))
    owners: dict[str, list[tuple[str, frozenset[object]]]] = {}
    for source in (s for path in paths for s in _known(sources(path, problems), out)):
        found = _read(source, problems)
        if found is None:
            continue
        table, frame, left, missing = found
        columns = [c for c in frame.columns if c != "country"]
        whose = frozenset(frame.index.droplevel("year"))
        for column in columns:
            first = next((label for label, known in owners.get(column, ()) if known & whose), None)
            if first is not None:
                problems.add(Place(source.label), f"{column} comes from {first} already", "Give each series once")
            owners.setdefault(column, []).append((source.label, whose))
            out.sources.append((column, source.file, source.sha256))
        parts[table].append(frame)
        years = frame.index.get_level_values("year")
        span = f"{years.min()}-{years.max()}" if len(years) else "no years"
        out.remarks.append(f"{source.label}: {', '.join(columns)}, {span}{f' ({left})' if left else ''}")
        out.left += [f"{source.label}: {line}." for line in missing]
    problems.stop()
    for table, frames in parts.items():
        below = None if onto is None else getattr(onto, table)
        setattr(out, table, _joined(frames, below, table))
    return out


Found = tuple[str, pd.DataFrame, str, list[str]]
"""A table's name, its rows, and what is said of the rest: how much it is, and what."""


def _known(found: list[Source], out: Converted) -> list[Source]:
    """Of the tables of one file those that a reader knows, or all if none does: what stands beside them describes them."""
    known = [s for s in found if _reader(s) is not None]
    if known and len(known) < len(found):
        out.left += [f"{s.label}: left out, no reader knows it." for s in found if s not in known]
    return known or found


def _reader(source: Source) -> Callable[[Problems], Found] | None:
    """How to read a table; None if no reader knows it."""
    for delimiter in source.delimiters:
        top = source.beginning(delimiter)
        head = worldbank.header(top)
        if head is not None:
            return partial(_world_bank, source, delimiter, head)
        head = sipri.header(top)
        if head is not None:
            return partial(_sipri, source, delimiter, head, sipri.asked(top, head))
    return None


def _world_bank(source: Source, delimiter: str, head: FileRow, problems: Problems) -> Found:
    return ("country", *worldbank.read(source.whole(delimiter, head), head, problems))


def _sipri(source: Source, delimiter: str, head: FileRow, span: tuple[int, int] | None, problems: Problems) -> Found:
    return ("dyad", *sipri.read(source.whole(delimiter, head), head, span, problems))


def _read(source: Source, problems: Problems) -> Found | None:
    """A table by its reader; None and a problem if there is none."""
    reader = _reader(source)
    try:
        if reader is not None:
            return reader(problems)
        for _ in source.rows(source.delimiters[0]):
            pass  # a quotation mark that does not close hides what the table is
        _refuse(source, problems)
    except UnreadableError as error:
        problems.add(Place(source.label, error.line, error.column), error.what, error.hint)
    return None


def _refuse(source: Source, problems: Problems) -> None:
    top = source.beginning(source.delimiters[0])
    one_sided = sipri.one_sided(top)
    if one_sided is not None:
        what = "unsupported: this SIPRI table sums over all partners, so that it says nothing about pairs"
        problems.add(top.place(one_sided), what, "Ask for the trade register instead")
        return
    what = f"unsupported: no reader knows this layout; there are some for {SUPPORTED}"
    problems.add(Place(source.label), what, "Bring it into the layout of docs/build.md")


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
