"""The tidy tables of an ensemble: which variable stands where, and how a chunk of runs becomes rows.

A *dense* table holds one row for every cell of its axes, runs first, in the order of the coordinates; a
*sparse* one leaves out the rows in which every variable is 0. Numbers are float32: a table is for reading,
and seven digits are more than the model knows. Text is stored once (dictionaries), and text that a
spreadsheet would take for a formula is neutralised when it is written as CSV.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import xarray as xr

DYAD = ("run", "quarter", "patron", "client")
SPREAD = ("channel", "axis")
"""Axes that become columns, one a value, rather than rows."""

PLACES: dict[tuple[str, ...], str] = {
    DYAD: "ties",
    (*DYAD, "channel"): "influence",
    (*DYAD, "instrument"): "flows",
    ("run", "quarter", "client"): "clients",
    ("run", "quarter", "client", "axis"): "clients",
    ("run", "quarter", "patron"): "patrons",
    ("run", "quarter", "bloc"): "blocs",
    ("run", "quarter", "bloc", "client"): "members",
}
"""Which table a variable goes to, by its axes."""

NAMED_PLACES = {
    "share": "influence",
    "influence": "influence",
    "fbic": "influence",
    "fbic_index": "influence",
    "base": "bases",
    "rent": "bases",
    "notice": "bases",
    "rent_paid": "bases",
}
"""Variables on patron x client that stand in a table of their own."""

SPARSE = frozenset({"bases", "flows"})
TEXT_OF_LEDGER = (
    "kind",
    "patron",
    "client",
    "counterpart",
    "instrument",
    "concession",
    "cause",
    "event",
    "what",
    "quarter",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True, slots=True)
class VariablePlace:
    """Where a variable stands: its table, its axes there and the columns that hold it."""

    table: str
    dims: tuple[str, ...]
    columns: tuple[str, ...]


def places(data: xr.Dataset) -> dict[str, VariablePlace]:
    """The place of every variable of a data set. Variables with unknown axes are an error."""
    found: dict[str, VariablePlace] = {}
    for name in sorted(str(v) for v in data.data_vars):
        dims = tuple(str(d) for d in data[name].dims)
        table = NAMED_PLACES.get(name) or PLACES.get(dims)
        if table is None:
            raise ValueError(f"no table holds a variable over {dims}: {name}")
        spread = dims[-1] if dims[-1] in SPREAD else ""
        columns = tuple(f"{name}_{v}" for v in data[spread].values) if spread else (name,)
        found[name] = VariablePlace(table, dims, columns)
    return found


def row_axes(table: str, where: Mapping[str, VariablePlace]) -> tuple[str, ...]:
    """The axes that make the rows of a table."""
    for place in where.values():
        if place.table == table:
            return tuple(d for d in place.dims if d not in SPREAD)
    raise KeyError(table)


def to_tables(data: xr.Dataset, where: Mapping[str, VariablePlace]) -> dict[str, pa.Table]:
    """One chunk of runs as tables of rows."""
    out: dict[str, pa.Table] = {}
    for table in dict.fromkeys(place.table for place in where.values()):
        axes = row_axes(table, where)
        columns: dict[str, npt.NDArray[Any]] = {}
        for name, place in where.items():
            if place.table != table:
                continue
            values = data[name].values
            if len(place.columns) == 1 and place.dims == axes:
                columns[place.columns[0]] = _compact(values.reshape(-1))
            else:
                for i, column in enumerate(place.columns):
                    columns[column] = _compact(values[..., i].reshape(-1))
        if table == "flows":
            _add_rent(data, columns)
        rows = _rows_kept(columns) if table in SPARSE else None
        out[table] = pa.table({**_keys(data, axes, rows, rent=table == "flows"), **_take(columns, rows)})
    return out


def _add_rent(data: xr.Dataset, columns: dict[str, npt.NDArray[Any]]) -> None:
    """Rents stand among the flows as one more instrument: paid is both promised and delivered."""
    if "rent_paid" not in data:
        return
    width = data.sizes["instrument"]
    paid = data["rent_paid"].values.astype(np.float32).reshape(-1, 1)
    for name, values in columns.items():
        columns[name] = np.concatenate([values.reshape(-1, width), paid], axis=1).reshape(-1)


def _compact(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype == bool:
        return values
    if np.issubdtype(values.dtype, np.integer):
        return values.astype(np.int16)
    return values.astype(np.float32)


def _rows_kept(columns: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    some = np.zeros(len(next(iter(columns.values()))), dtype=bool)
    for values in columns.values():
        some |= values != 0
    return np.flatnonzero(some)


def _take(columns: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[np.int64] | None) -> dict[str, pa.Array]:
    return {name: pa.array(values if rows is None else values[rows]) for name, values in columns.items()}


def _keys(data: xr.Dataset, axes: Sequence[str], rows: npt.NDArray[np.int64] | None, rent: bool) -> dict[str, pa.Array]:
    """Key columns of a table: the run as a number, every other axis as text stored once."""
    labels = {axis: [str(v) for v in data[axis].values] for axis in axes if axis != "run"}
    if rent and "rent_paid" in data:
        labels["instrument"] = [*labels["instrument"], "rent"]
    sizes = [data.sizes["run"] if axis == "run" else len(labels[axis]) for axis in axes]
    flat = np.arange(int(np.prod(sizes))) if rows is None else rows
    out: dict[str, pa.Array] = {}
    inner = int(np.prod(sizes))
    for axis, size in zip(axes, sizes, strict=True):
        inner //= max(size, 1)
        code = (flat // max(inner, 1)) % max(size, 1)
        if axis == "run":
            out["run"] = pa.array(data["run"].values.astype(np.int32)[code])
        else:
            out[axis] = pa.DictionaryArray.from_arrays(
                pa.array(code.astype(np.int16)), pa.array(labels[axis], pa.string())
            )
    return out


def rows_table(frame: pd.DataFrame) -> pa.Table:
    """A ledger or list of events: text as dictionaries, `run` as integer, everything else float32."""
    columns: dict[str, pa.Array] = {}
    for name in frame.columns:
        column = frame[name]
        if name == "run":
            columns[name] = pa.array(column.to_numpy(dtype=np.int32))
        elif name in TEXT_OF_LEDGER:
            columns[name] = _text(column)
        else:
            columns[name] = pa.array(pd.to_numeric(column).to_numpy(dtype=np.float32))
    return pa.table(columns)


def _text(column: pd.Series[Any]) -> pa.DictionaryArray:
    """A text column as a dictionary; what is missing is the empty text."""
    category = column.astype("category")
    labels = [str(v) for v in category.cat.categories]
    codes = category.cat.codes.to_numpy(dtype=np.int32)
    if "" not in labels:
        labels = [*labels, ""]
    return pa.DictionaryArray.from_arrays(
        pa.array(np.where(codes < 0, labels.index(""), codes).astype(np.int32)), pa.array(labels, pa.string())
    )


def outcomes_table(frame: pd.DataFrame) -> pa.Table:
    """Outcomes in long form: run, outcome, value (a truth is 0 or 1)."""
    names = [str(c) for c in frame.columns]
    runs = np.repeat(frame.index.to_numpy(dtype=np.int32), len(names))
    codes = np.tile(np.arange(len(names), dtype=np.int16), len(frame))
    values = frame.to_numpy(dtype=np.float64).reshape(-1) if names else np.zeros(0)
    outcome = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))
    return pa.table({"run": pa.array(runs), "outcome": outcome, "value": pa.array(values)})


def annotated(schema: pa.Schema, about: Mapping[str, object], columns: Mapping[str, Mapping[str, object]]) -> pa.Schema:
    """A schema that says where its rows come from (`about`) and what its columns mean (a mapping each, such as units, by name)."""
    fields = [f.with_metadata(_texts(columns[f.name])) if columns.get(f.name) else f for f in schema]
    return pa.schema(fields, _texts(about) or None)


def _texts(entries: Mapping[str, object]) -> dict[str, str]:
    return {str(key): str(value) for key, value in entries.items() if value != ""}


def neutral(table: pa.Table) -> pa.Table:
    """For CSV: text a spreadsheet would run as a formula gets a leading apostrophe (`unescaped` takes it off)."""
    return pa.table([_neutral(column) for column in table.columns], names=table.column_names)


def _neutral(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    if not pa.types.is_string(texts.type):
        return column
    risky = pc.match_substring_regex(texts, r"^[=+\-@\t\r']")
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)


def unescaped(text: str) -> str:
    """The text a CSV cell stands for."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
