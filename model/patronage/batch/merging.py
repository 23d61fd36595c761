"""The final tables of a sweep: the chunks' rows by point and run, a bounded number at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from patronage.batch.disk import flush_folder

BLOCK = 1 << 17
"""Rows sorted and written at a time."""


class Doubled(RuntimeError):  # noqa: N818  # it says what is the case
    """A run stands in two chunks."""


def merge(parts: Sequence[Path], out: Path, block: int = BLOCK, once: bool = False) -> int:
    """Write the rows of all parts, sorted by point and run (stable), into one file; returns how many.

    `once`: no run may have more than one row. The file is the same however the rows are cut into parts.
    """
    keys = [pq.read_table(part, columns=["point", "run"]) for part in parts]
    rows = [len(k) for k in keys]
    if not sum(rows):
        return 0
    point, run = (np.concatenate([k[name].to_numpy() for k in keys]) for name in ("point", "run"))
    if once and len(np.unique(point.astype(np.int64) << 32 | run)) != len(point):
        raise Doubled("a run stands in two chunks of the sweep")
    order = np.lexsort((run, point))
    starts = np.concatenate([[0], np.cumsum(rows)])
    schema = _schema(parts)
    partial = out.with_name(f".{out.name}.partial")
    try:
        with pq.ParquetWriter(
            partial, schema, compression="zstd", write_statistics=["point", "run"],
            use_dictionary=[f.name for f in schema if not pa.types.is_floating(f.type)],
        ) as writer:  # fmt: skip
            for table in _blocks(parts, starts, order, schema, block):
                writer.write_table(table, row_group_size=block)
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(out)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    flush_folder(out.parent)
    return len(order)


def _schema(parts: Sequence[Path]) -> pa.Schema:
    """Columns of the parts; texts as plain texts, for dictionaries depend on what a part holds."""
    found = pq.read_schema(parts[0]).remove_metadata()
    return pa.schema([
        (f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in found
    ])  # fmt: skip


def _blocks(
    parts: Sequence[Path], starts: npt.NDArray[Any], order: npt.NDArray[Any], schema: pa.Schema, block: int
) -> Iterator[pa.Table]:
    """Blocks of sorted rows. A part is read once for every block it has rows in."""
    open_parts: dict[int, pa.Table] = {}
    for at in range(0, len(order), block):
        wanted = order[at : at + block]
        of = np.searchsorted(starts, wanted, side="right") - 1
        needed = np.unique(of)
        open_parts = {i: open_parts[i] if i in open_parts else pq.read_table(parts[i]).cast(schema) for i in needed.tolist()}
        base = dict(zip(needed.tolist(), np.cumsum([0, *[len(open_parts[i]) for i in needed.tolist()][:-1]]), strict=True))
        joined = pa.concat_tables([open_parts[i] for i in needed.tolist()])
        offset = np.array([base[i] for i in of.tolist()]) + (wanted - starts[of])
        yield joined.take(pa.array(offset)).combine_chunks()
