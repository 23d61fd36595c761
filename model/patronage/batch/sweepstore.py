"""The folder of a sweep: what is to be done, what is done, and the tables made of it.

    plan.json            what belongs together (hashes, versions), and which runs are wanted, in stages
    points.parquet       a row per point
    dataset/000017/      a finished chunk; while it is written it has another, hidden name
    outcomes.parquet …   the final tables, made of all chunks, and manifest.json, the last file

Every file and every chunk is written beside its place, flushed to the disk and then renamed. So whatever has its final
name is whole, whenever the power goes; what is hidden is left over and removed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from patronage.batch.chunks import Made, Task
from patronage.batch.folders import MANIFEST, FolderError
from patronage.batch.points import Settings

PLAN = "plan.json"
POINTS = "points.parquet"
DATASET = "dataset"
LOCK = ".lock"
LAYOUT = 1


class OtherSweepError(FolderError):
    """The folder holds another sweep."""


class BusyError(FolderError):
    """Another process is writing to the folder."""


@dataclass(frozen=True)
class Stage:
    """Runs that were asked for at one time: cells of (point, first run, run after the last)."""

    cells: tuple[tuple[int, int, int], ...]
    why: str = ""

    @property
    def runs(self) -> int:
        return sum(last - first for _, first, last in self.cells)

    def plain(self) -> dict[str, Any]:
        """As JSON: a block where all points get the same runs, else a list."""
        points = [c[0] for c in self.cells]
        first, last = self.cells[0][1:] if self.cells else (0, 0)
        same = all(c[1:] == (first, last) for c in self.cells)
        if points and same and points == list(range(points[0], points[-1] + 1)):
            return {"why": self.why, "points": [points[0], points[-1] + 1], "runs": [first, last]}
        return {"why": self.why, "cells": [list(c) for c in self.cells]}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Stage:
        """From JSON."""
        if "cells" in plain:
            return cls(tuple((int(p), int(a), int(b)) for p, a, b in plain["cells"]), plain["why"])
        (start, stop), (first, last) = plain["points"], plain["runs"]
        return cls(tuple((p, first, last) for p in range(start, stop)), plain["why"])


@dataclass(frozen=True)
class Plan:
    """What a sweep consists of."""

    identity: Mapping[str, Any]
    """What must agree for results to be of one kind: hashes, versions."""
    stages: tuple[Stage, ...]
    per_chunk: int

    def cuts(self, group_of: Sequence[int]) -> list[tuple[tuple[int, int, int], ...]]:
        """Cells of every chunk, in order. A chunk holds points of one group (see `mould`) of one stage."""
        out: list[tuple[tuple[int, int, int], ...]] = []
        for stage in self.stages:
            for group in sorted({group_of[c[0]] for c in stage.cells}):
                out += list(cut([c for c in stage.cells if group_of[c[0]] == group], self.per_chunk))
        return out


def cut(cells: Sequence[tuple[int, int, int]], most: int) -> Iterator[tuple[tuple[int, int, int], ...]]:
    """Cells cut into parts of at most `most` runs."""
    held: list[tuple[int, int, int]] = []
    room = most
    for point, first, last in cells:
        at = first
        while at < last:
            stop = min(last, at + room)
            held.append((point, at, stop))
            room -= stop - at
            at = stop
            if not room:
                yield tuple(held)
                held, room = [], most
    if held:
        yield tuple(held)


class SweepStore:
    """A folder that is being filled."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.dataset = self.folder / DATASET

    # --- the plan ---

    def exists(self) -> bool:
        """Whether a sweep was begun here."""
        return (self.folder / PLAN).is_file()

    def plan(self) -> Plan:
        """What is to be done. FolderError if there is no plan, or none of this version."""
        try:
            plain = json.loads((self.folder / PLAN).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise FolderError(f"{self.folder} is no sweep: it holds no {PLAN}") from None
        except (ValueError, OSError) as error:
            raise FolderError(f"{self.folder / PLAN} cannot be read: {error}") from None
        if not isinstance(plain, dict) or plain.get("layout") != LAYOUT:
            raise FolderError(f"{self.folder / PLAN} is not the plan of a sweep of this version")
        return Plan(plain["identity"], tuple(map(Stage.of, plain["stages"])), int(plain["runs_per_chunk"]))

    def write_plan(self, plan: Plan) -> None:
        """Begin or go on: the plan stands before anything is done."""
        text = {
            "layout": LAYOUT,
            "identity": dict(plan.identity),
            "runs_per_chunk": plan.per_chunk,
            "stages": [stage.plain() for stage in plan.stages],
        }
        self.write(PLAN, (json.dumps(text, indent=1, ensure_ascii=False) + "\n").encode())

    def write(self, name: str, content: bytes) -> None:
        """A file that appears whole or not at all."""
        write_whole(self.folder / name, content)

    def write_points(self, points: pd.DataFrame) -> None:
        """A row per point, its number first."""
        write_table(self.folder / POINTS, pa.Table.from_pandas(points.reset_index(), preserve_index=False))

    def points(self) -> pd.DataFrame:
        """The same, indexed by point."""
        return read_points(self.folder)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes here meanwhile. BusyError if somebody does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / LOCK).open("a+")
        try:
            _take(lock, self.folder)
            yield
        finally:
            lock.close()  # which gives the lock up, as the end of the process does

    # --- chunks ---

    def done(self) -> set[int]:
        """Numbers of finished chunks."""
        return {int(p.name) for p in self.dataset.glob("*") if p.name.isdigit()}

    def clean(self) -> None:
        """Remove what was left half written."""
        for left in [*self.folder.glob(".*.partial"), *self.dataset.glob(".*.partial")]:
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()

    def keep(self, made: Made) -> None:
        """Write a finished chunk: all its tables, or nothing."""
        self.dataset.mkdir(exist_ok=True)
        final = self.dataset / f"{made.number:06d}"
        partial = self.dataset / f".{made.number:06d}.partial"
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir()
        try:
            for name, content in sorted(made.tables.items()):
                write_flushed(partial / f"{name}.parquet", content)
            flush_folder(partial)
            partial.rename(final)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        flush_folder(self.dataset)

    def parts(self, table: str) -> list[Path]:
        """Files of a table, in order of the chunks."""
        return sorted(p for p in self.dataset.glob(f"*/{table}.parquet") if p.parent.name.isdigit())

    def reopen(self) -> None:
        """The folder is not finished any more."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        flush_folder(self.folder)


def tasks(plan: Plan, group_of: Sequence[int], settings: Sequence[Settings], done: set[int]) -> Iterator[Task]:
    """Chunks that are still to be made."""
    for number, cells in enumerate(plan.cuts(group_of)):
        if number not in done:
            yield Task(number, cells, tuple(settings[point] for point, _, _ in cells))


def read_points(folder: Path) -> pd.DataFrame:
    """The points of a sweep, indexed by their number."""
    frame = pq.read_table(folder / POINTS).to_pandas()
    return frame.set_index("point")


def write_table(path: Path, table: pa.Table) -> None:
    """A whole table as a file that appears whole or not at all; plain Parquet without the mark of pandas."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
    write_whole(path, bytes(sink.getvalue()))


def write_whole(path: Path, content: bytes) -> None:
    """A file that appears whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        write_flushed(partial, content)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def write_flushed(path: Path, content: bytes) -> None:
    """A file that is on the disk, not in a cache."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk, where the system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # pragma: no cover  # a system without folders as files
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take(lock: Any, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # pragma: no cover  # Windows: two sweeps into one folder are not noticed there
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise BusyError(f"another sweep is writing to {folder}") from None
