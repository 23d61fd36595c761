"""Run folders: written once, whole or not at all; read lazily.

A folder is built beside its final place under a hidden name and renamed when everything in it is complete,
the manifest last: whatever carries the final name is whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xarray as xr

from patronage.batch.folders import FolderError, UnknownError, sha256
from patronage.batch.manifests import TEXT, read_manifest
from patronage.batch.tables import (
    SPARSE,
    SPREAD,
    VariablePlace,
    annotated,
    neutral,
    outcomes_table,
    places,
    rows_table,
    to_tables,
    unescaped,
)
from patronage.results.ledger import UNITS
from patronage.scenario import Scenario, load_scenario

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")
SCENARIO = "scenario.yaml"
TABLES = "tables"


class Chunk(Protocol):
    """One chunk of an ensemble, as `simulate` returns it."""

    @property
    def data(self) -> xr.Dataset: ...
    @property
    def ledger(self) -> pd.DataFrame: ...
    @property
    def events(self) -> pd.DataFrame: ...
    @property
    def outcomes(self) -> pd.DataFrame: ...


class TableWriter:
    """Streams chunks of runs into the tables of one folder: memory does not grow with the number of runs."""

    def __init__(self, folder: Path, fmt: Format) -> None:
        if fmt not in FORMATS:
            raise ValueError(f"unknown format {fmt!r}: one of {', '.join(FORMATS)}")
        self.folder = folder / TABLES
        self.folder.mkdir()
        self.fmt: Format = fmt
        self.where: dict[str, VariablePlace] = {}
        self.coords: dict[str, list[Any]] = {}
        self.columns: dict[str, dict[str, str]] = {}
        self.rows: dict[str, int] = {}
        self.about: dict[str, object] = {}
        """What every file says of where its rows come from."""
        self.meanings: dict[str, dict[str, dict[str, object]]] = {"ledger": {k: {"units": v} for k, v in UNITS.items()}}
        """The same of columns, by table and column."""
        self._writers: dict[str, Any] = {}
        self._runs: list[int] = []

    def append(self, chunk: Chunk) -> None:
        """Write one chunk. All chunks have the same variables and, runs apart, the same coordinates."""
        if not self.where:
            self.where = places(chunk.data)
            self._learn(chunk.data)
            self.coords = {str(k): [str(x) for x in chunk.data[k].values] for k in chunk.data.dims if k != "run"}
        for name, table in to_tables(chunk.data, self.where).items():
            self._write(name, table)
        self._write("ledger", rows_table(chunk.ledger))
        self._write("events", rows_table(chunk.events))
        self._write("outcomes", outcomes_table(chunk.outcomes))
        self._runs.extend(int(r) for r in chunk.data["run"].values)

    def _learn(self, data: xr.Dataset) -> None:
        """What the files will say: what the data say of themselves, but for what depends on the chunk or on a file's name."""
        self.about = {str(k): v for k, v in data.attrs.items() if k not in ("first_run", "scenario")}
        for name, place in self.where.items():
            meaning = {k: data[name].attrs[k] for k in ("units", "description") if k in data[name].attrs}
            self.meanings.setdefault(place.table, {}).update(dict.fromkeys(place.columns, meaning))

    def _write(self, name: str, table: pa.Table) -> None:
        self.columns.setdefault(name, _column_types(table))
        if self.fmt == "csv":
            table = neutral(table)
        writer = self._writers.get(name)
        if writer is None:
            path = self.folder / f"{name}.{self.fmt}"
            schema = annotated(table.schema, self.about, self.meanings.get(name, {}))
            writer = _parquet_writer(path, schema) if self.fmt == "parquet" else pacsv.CSVWriter(path, table.schema)
            self._writers[name] = writer
        if self.fmt == "parquet":
            writer.write_table(table, row_group_size=1 << 24)
        else:
            writer.write_table(table)
        self.rows[name] = self.rows.get(name, 0) + table.num_rows

    def add(self, name: str, table: pa.Table) -> None:
        """Write a whole table that is no part of any chunk."""
        self._write(name, table)

    def close(self) -> dict[str, Any]:
        """Finish the files; what the manifest says about them. More tables may be added and closed afterwards."""
        while self._writers:
            self._writers.popitem()[1].close()
        tables = {}
        for name, rows in sorted(self.rows.items()):
            path = self.folder / f"{name}.{self.fmt}"
            tables[name] = {
                "file": f"{TABLES}/{path.name}",
                "rows": rows,
                "sha256": sha256(path),
                "columns": self.columns[name],
            }
        variables = {
            name: {
                "table": p.table,
                "axes": list(p.dims),
                "columns": list(p.columns),
                "kind": self.columns[p.table][p.columns[0]],
            }
            for name, p in self.where.items()
        }
        return {
            "format": self.fmt,
            "tables": tables,
            "variables": variables,
            "coordinates": {"run": [self._runs[0], len(self._runs)] if self._runs else [0, 0], **self.coords},
        }


def _column_types(table: pa.Table) -> dict[str, str]:
    return {
        f.name: TEXT if pa.types.is_dictionary(f.type) or pa.types.is_string(f.type) else str(f.type)
        for f in table.schema
    }


def _parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    keys = [f.name for f in schema if not pa.types.is_floating(f.type)]
    return pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, use_dictionary=keys, write_statistics=False
    )


class RunFolder:
    """A finished run: its manifest, its scenario and its tables, each read when first asked for."""

    def __init__(
        self, path: str | Path, manifest: dict[str, Any] | None = None, scenario: Scenario | None = None
    ) -> None:
        """`manifest` and `scenario`: of a folder that is still being filled."""
        self.path = Path(path)
        self.manifest = read_manifest(path, "run") if manifest is None else manifest
        self._unread = set(self.manifest["tables"]) if manifest is None else set()
        """Tables whose bytes nobody has compared with what the manifest promises."""
        self._scenario = scenario
        self._frames: dict[str, pd.DataFrame] = {}
        self._cells: dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]] = {}

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r}, {self.runs} runs of {self.manifest['scenario']['name']!r})"

    def _repr_html_(self) -> str:
        return str(import_module("patronage.reports.notebook").run_html(self))

    @property
    def runs(self) -> int:
        return int(self.manifest["coordinates"]["run"][1])

    @property
    def seed(self) -> int:
        return int(self.manifest["seed"])

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self.manifest["tables"])

    @cached_property
    def scenario(self) -> Scenario:
        """What was simulated. Raises FolderError where the file is not the one the runs were made with."""
        if self._scenario is not None:
            return self._scenario
        file = self.path / SCENARIO
        if not file.is_file() or sha256(file) != self.manifest["scenario"]["sha256"]:
            raise FolderError(f"{file} is missing or not the scenario that the runs were made with")
        found = load_scenario(file)
        held = {"patron": found.patrons, "client": found.clients, "bloc": found.blocs}
        if any(self.manifest["coordinates"].get(axis, []) != list(codes) for axis, codes in held.items()):
            raise FolderError(f"{file} has other actors than the runs")
        return found

    @cached_property
    def coords(self) -> dict[str, list[Any]]:
        """Coordinates by axis; runs as integers, all else as text."""
        found = dict(self.manifest["coordinates"])
        first, count = found["run"]
        return {**found, "run": list(range(first, first + count))}

    def frame(self, table: str) -> pd.DataFrame:
        """One tidy table. Text columns are categories."""
        if table not in self._frames:
            frame = self._table(table).to_pandas()
            if self.manifest["format"] == "csv":
                for name in frame.columns[[isinstance(d, pd.CategoricalDtype) for d in frame.dtypes]]:
                    frame[name] = frame[name].cat.rename_categories(unescaped)
            self._frames[table] = frame
        return self._frames[table]

    @property
    def ledger(self) -> pd.DataFrame:
        return self.frame("ledger")

    @property
    def events(self) -> pd.DataFrame:
        return self.frame("events")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes in wide form: one row a run, one column an outcome, in the order of the scenario."""
        long = self.frame("outcomes")
        order = list(dict.fromkeys(long["outcome"].tolist()))
        if len(long) != self.runs * len(order):
            raise FolderError(f"{self.path}: the table of outcomes has not one value a run and outcome")
        wide = long["value"].to_numpy().reshape(-1, max(1, len(order)))
        runs = pd.Index(self.coords["run"], name="run")
        return pd.DataFrame(wide, index=runs, columns=order) if order else pd.DataFrame(index=runs)

    def has(self, variable: str) -> bool:
        return variable in self.manifest["variables"]

    def array(self, variable: str) -> xr.DataArray:
        """One variable with all its axes, runs first; sparse tables are filled with zeros."""
        spec = self.manifest["variables"].get(variable)
        if spec is None:
            raise UnknownError(
                f"{self.path} holds no variable {variable!r}: one of {', '.join(self.manifest['variables'])}"
            )
        place = VariablePlace(spec["table"], tuple(spec["axes"]), tuple(spec["columns"]))
        axes = tuple(d for d in place.dims if d not in SPREAD)
        shape = tuple(len(self.coords[a]) for a in axes)
        if place.table in SPARSE:
            values = self._filled(place, axes, shape)
        else:
            table = self._table(place.table, list(place.columns))
            stack = [table[c].to_numpy().reshape(shape) for c in place.columns]
            values = stack[0] if place.dims == axes else np.stack(stack, axis=-1)
        return xr.DataArray(values, dims=place.dims, coords={d: self.coords[d] for d in place.dims}, name=variable)

    def _filled(self, place: VariablePlace, axes: tuple[str, ...], shape: tuple[int, ...]) -> npt.NDArray[Any]:
        if place.table not in self._cells:
            keys = self._table(place.table, list(axes))
            index = [_codes(keys[axis], self.coords[axis]) for axis in axes]
            inside = np.flatnonzero(np.logical_and.reduce([i >= 0 for i in index]))
            self._cells[place.table] = inside, np.ravel_multi_index([i[inside] for i in index], shape)
        rows, cells = self._cells[place.table]
        column = self._table(place.table, list(place.columns))[place.columns[0]].to_numpy()
        values = np.zeros(int(np.prod(shape)), dtype=column.dtype)
        values[cells] = column[rows]
        return values.reshape(shape)

    def _table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        entry = self.manifest["tables"].get(name)
        if entry is None:
            raise UnknownError(f"{self.path} holds no table {name!r}: one of {', '.join(self.tables)}")
        path = self.path / entry["file"]
        if name in self._unread and not self._whole(entry):
            raise FolderError(
                f"{path} is missing or damaged: it is not what the manifest promises. Simulate the run again"
            )
        self._unread.discard(name)
        try:
            if self.manifest["format"] == "parquet":
                found = pq.read_table(path, columns=columns)
            else:
                options = pacsv.ConvertOptions(include_columns=columns, column_types=_arrow_types(entry["columns"]))
                found = pacsv.read_csv(path, convert_options=options)
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise FolderError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None
        if found.num_rows != entry["rows"] or not _column_types(found).items() <= entry["columns"].items():
            raise FolderError(f"{path} has other rows or columns than the manifest says")
        return found

    def _whole(self, entry: Mapping[str, Any]) -> bool:
        path = self.path / entry["file"]
        return path.is_file() and sha256(path) == entry["sha256"]

    def damaged(self) -> list[str]:
        """Tables whose bytes are not those the manifest promises."""
        return [name for name, entry in self.manifest["tables"].items() if not self._whole(entry)]


def _codes(column: pa.ChunkedArray, labels: list[Any]) -> npt.NDArray[Any]:
    """Positions of a key column's values among the labels of its axis; -1 for a value that is no label."""
    known = pd.Index(labels)
    parts = []
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            codes = known.get_indexer(pd.Index(chunk.dictionary.to_pylist(), dtype=object))
            parts.append(codes[chunk.indices.to_numpy()])
        else:
            parts.append(known.get_indexer(pd.Index(chunk.to_numpy())))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _arrow_types(columns: Mapping[str, str]) -> dict[str, pa.DataType]:
    """CSV forgets types; the manifest does not."""
    text = pa.dictionary(pa.int32(), pa.string())
    return {name: text if kind == TEXT else pa.type_for_alias(kind) for name, kind in columns.items()}


def read_run(path: str | Path) -> RunFolder:
    """Open a run folder written by `run_to_folder`."""
    return RunFolder(path)
