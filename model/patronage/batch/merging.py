"""The final tables of a sweep: the chunks' rows by point and run, a bounded number at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from patronage.batch.disk import flush_folder
from patronage.batch.tables import annotated

BLOCK = 1 << 17
"""Rows sorted and written at a time."""


class Doubled(RuntimeError):  # noqa: N818  # it says what is the case
    """A run stands in two chunks."""


def merge(
    parts: Sequence[Path],
    out: Path,
    block: int = BLOCK,
    once: bool = False,
    about: Mapping[str, object] = MappingProxyType({}),
    columns: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> int:
    """Write the rows of all parts, sorted by point and run (stable), into one file; returns how many.

    `once`: no run may have more than one row. `about`, `columns`: what the file says of its rows and columns (`tables.annotated`).
    The file is the same however the rows are cut into parts.
    """
    pieces = _pieces(parts)
    rows = int(pieces.length.sum())
    if not rows:
        return 0
    if once and (len(pieces.part) != rows or ((np.diff(pieces.point) == 0) & (np.diff(pieces.run) == 0)).any()):
        raise Doubled("a run stands in two chunks of the sweep")
    schema = _schema(parts)
    partial = out.with_name(f".{out.name}.partial")
    try:
        with pq.ParquetWriter(
            partial, annotated(schema, about, columns), compression="zstd", write_statistics=["point", "run"],
            use_dictionary=[f.name for f in schema if not pa.types.is_floating(f.type)],
        ) as writer:  # fmt: skip
            for table in _blocks(parts, pieces, schema, block):
                writer.write_table(table, row_group_size=block)
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(out)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    flush_folder(out.parent)
    return rows


@dataclass(frozen=True)
class _Pieces:
    """Rows that follow one another in a part and are of one run, sorted by point and run (stable); a number each."""

    part: npt.NDArray[Any]
    first: npt.NDArray[Any]
    length: npt.NDArray[Any]
    point: npt.NDArray[Any]
    run: npt.NDArray[Any]


def _pieces(parts: Sequence[Path]) -> _Pieces:
    """Of all parts, read one after the other: there are as many as runs, not as rows, however many chunks a sweep has."""
    found = []
    for i, part in enumerate(parts):
        keys = pq.read_table(part, columns=["point", "run"])
        point, run = keys["point"].to_numpy(), keys["run"].to_numpy()
        first = np.flatnonzero(np.concatenate([[True], (np.diff(point) != 0) | (np.diff(run) != 0)]) if len(point) else [])
        found.append((np.full(len(first), i), first, np.diff(np.append(first, len(point))), point[first], run[first]))
    columns = [np.concatenate(c) for c in zip(*found, strict=True)] if found else [np.zeros(0, np.int64)] * 5
    order = np.lexsort((columns[4], columns[3]))
    return _Pieces(*(c[order] for c in columns))


def _schema(parts: Sequence[Path]) -> pa.Schema:
    """Columns of the parts; texts as plain texts, for dictionaries depend on what a part holds."""
    found = pq.read_schema(parts[0]).remove_metadata()
    return pa.schema([
        (f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in found
    ])  # fmt: skip


def _blocks(parts: Sequence[Path], pieces: _Pieces, schema: pa.Schema, block: int) -> Iterator[pa.Table]:
    """Blocks of sorted rows. A part is read when its first row is wanted and kept until its last one is."""
    ends = np.cumsum(pieces.length)
    starts = ends - pieces.length
    last = np.full(len(parts), -1)
    last[pieces.part] = np.arange(len(pieces.part))
    open_parts: dict[int, pa.Table] = {}
    for at in range(0, int(ends[-1]), block):
        a, b = int(np.searchsorted(ends, at, side="right")), int(np.searchsorted(starts, at + block))
        part, begin = pieces.part[a:b], np.maximum(starts[a:b], at)
        count = np.minimum(ends[a:b], at + block) - begin
        rows = np.repeat(pieces.first[a:b] + begin - starts[a:b] - np.cumsum(count) + count, count) + np.arange(count.sum())
        of = np.repeat(part, count)
        taken: list[pa.Table] = []
        place, done = np.empty(len(rows), np.int64), 0
        for i in np.unique(part).tolist():
            if i not in open_parts:
                open_parts[i] = pq.read_table(parts[i]).cast(schema)
            here = np.flatnonzero(of == i)
            place[here] = np.arange(done, done + len(here))
            done += len(here)
            taken.append(open_parts[i].take(pa.array(rows[here])))
            if last[i] < b and ends[last[i]] <= at + block:
                del open_parts[i]
        yield pa.concat_tables(taken).take(pa.array(place)).combine_chunks()
