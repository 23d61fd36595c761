"""A finished sweep, read lazily."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from ..batch.checksums import CHUNK_SEAL, as_sealed
from ..batch.failures import failed_runs
from ..batch.folders import MANIFEST, FolderError, sha256, state
from ..batch.manifests import read_manifest
from ..batch.points import Points, SeveralScenarios
from ..batch.sweepstore import DATASET, PLAN, POINTS
from ..scenario import Scenario, load_scenario
from .experiment import Experiment
from .reading import load_experiment
from .resolve import SCENARIO

EXPERIMENT = "experiment.yaml"
OUTCOMES = "outcomes.parquet"
SERIES = "series.parquet"
FAILURES = "failures.parquet"
TABLES = (OUTCOMES, SERIES, FAILURES)


class SweepFolder:
    """What a sweep found: tables by point and run. Everything is read when it is first asked for."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._sealed: set[Path] = set()
        if not (self.path / MANIFEST).is_file() and (self.path / PLAN).is_file():
            raise FolderError(f"the sweep in {self.path} is not finished: give its command again to go on")
        self.manifest = read_manifest(self.path, "sweep")

    def __repr__(self) -> str:
        return f"SweepFolder({str(self.path)!r}, {self.manifest['points']} points, {self.manifest['runs']} runs)"

    def _repr_html_(self) -> str:
        return str(import_module("patronage.reports.notebook").sweep_html(self))

    @cached_property
    def experiment(self) -> Experiment:
        """Factors, design, outcomes."""
        found = load_experiment(self.path / EXPERIMENT)
        names = {"name": self.manifest["experiment"]["name"], "scenario_name": self.manifest["scenario"]["name"]}
        return replace(found, **names)

    @cached_property
    def scenario(self) -> Scenario:
        """The base."""
        return load_scenario(self.path / SCENARIO)

    @property
    def seed(self) -> int:
        return int(self.manifest["seed"])

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row per point, a column per factor.

        Numbers are in the unit of the field, dates are years (2012Q2 is 2012.25), words are texts.
        """
        return self._read(POINTS).set_index("point")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """A row per run (index: point, run), a column per outcome."""
        return self._read(OUTCOMES).set_index(["point", "run"])

    @cached_property
    def series(self) -> pd.DataFrame | None:
        """Measures by quarter (index: point, run, quarter); None if none was asked for."""
        if SERIES not in self.manifest["tables"]:
            return None
        return self._read(SERIES).set_index(["point", "run", "quarter"])

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Points that could not be simulated: point, first_run, last_run, error, traceback, repeat."""
        return self._read(FAILURES)

    @property
    def unmoved(self) -> tuple[str, ...] | None:
        """Factors that moved no outcome when they were changed alone; None where that was not tried yet."""
        return tuple(self.manifest["unmoved"])

    def has(self, table: str) -> bool:
        """Whether the dataset holds a table (influence, bases, ledger, events and so on)."""
        return any(self._parts(table))

    def table(
        self, table: str, points: Iterable[int] | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Rows of a table of the dataset, sorted by point and run; only some points or columns where asked.

        Raises KeyError if the sweep did not record it, FolderError if a file of it is damaged.
        """
        parts = self._parts(table)
        if not parts:
            raise KeyError(
                f"{self.path} holds no table {table!r}: its runs were recorded as {self.manifest['record']!r}"
            )
        for part in parts:
            if part not in self._sealed and not as_sealed(part):
                raise FolderError(
                    f"{part} is not as it was written: give the sweep's command again, which simulates its chunk again"
                )
            self._sealed.add(part)
        wanted = None if columns is None else list(dict.fromkeys(["point", "run", *columns]))
        chosen = None if points is None else pc.field("point").isin(pa.array(list(points), pa.int32()))
        found = ds.dataset([str(p) for p in parts]).to_table(columns=wanted, filter=chosen)
        order = np.lexsort((found["run"].to_numpy(), found["point"].to_numpy()))
        frame: pd.DataFrame = found.unify_dictionaries().take(pa.array(order)).to_pandas()
        return frame

    def ledger(self, points: Iterable[int] | None = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The deals, a row each (recorded from "lean" on)."""
        return self.table("ledger", points, columns)

    def _parts(self, table: str) -> list[Path]:
        return sorted(p for p in (self.path / DATASET).glob(f"*/{table}.parquet") if p.parent.name.isdigit())

    # --- single runs ---

    def row(self, row: str | int) -> tuple[int, int]:
        """Point and run of a row: "17:3", or the number of a row of `outcomes`. ValueError if there is none."""
        text = str(row)
        first, sign, second = text.partition(":")
        if not first.isdigit() or (sign and not second.isdigit()):
            raise ValueError(f"{text!r} is no row: write POINT:RUN, such as 17:3, or the number of a row of outcomes")
        if not sign:
            if int(first) >= len(self.outcomes):
                raise ValueError(f"there is no row {first}: outcomes has rows 0 to {len(self.outcomes) - 1}")
            point, run = self.outcomes.index[int(first)]
            return int(point), int(run)
        point, run = int(first), int(second)
        if point not in self.points.index:
            raise ValueError(f"there is no point {point}: there are 0 to {len(self.points) - 1}")
        if (point, run) not in self.outcomes.index and not self._failed(point, run):
            raise ValueError(f"point {point} has no run {run}")
        return point, run

    def _failed(self, point: int, run: int) -> bool:
        rows = self.failures.query("point == @point and first_run <= @run <= last_run")
        return len(rows) > 0

    def settings(self, point: int) -> dict[str, float | str]:
        """What a point sets, as `--set` takes it."""
        row = self.points.loc[point]
        return {path: value for f in self.experiment.factors for path, value in f.settings(row[f.name]).items()}

    def scenario_at(self, point: int) -> Scenario:
        """The scenario of a point, its values written in it."""
        texts = [(self.path / file).read_text(encoding="utf-8") for file in self.experiment.files]
        several = dict(zip(self.experiment.scenarios, map(Points, texts), strict=True)) if self.experiment.scenarios else {}
        builder = SeveralScenarios(several) if several else Points(texts[0])
        return builder.written(self.settings(point), f"{self.manifest['experiment']['name']}-point{point}")

    # --- what the manifest promises ---

    def damaged(self) -> list[str]:
        """Final tables whose bytes are not those that the manifest promises."""
        return [name for name in self.manifest["tables"] if not self._right(name)]

    def uncounted(self) -> str:
        """In what the numbers of runs disagree; empty if nothing is missing."""
        m = self.manifest
        failed = failed_runs(self.failures.to_dict("records"))
        if m["runs"] + failed != m["runs_planned"]:
            return f"{m['runs']:,} runs and {failed:,} that failed of {m['runs_planned']:,} planned"
        rows = m["tables"][OUTCOMES]["rows"]
        return "" if rows == m["runs"] else f"{rows:,} rows of {m['runs']:,} runs"

    def changed(self) -> list[str]:
        """Which of experiment.yaml and scenario.yaml is not what the manifest promises."""
        files = {EXPERIMENT: self.manifest["experiment"], SCENARIO: self.manifest["scenario"]}
        files |= {entry["file"]: entry for entry in self.manifest.get("scenarios", ())}
        return [
            name
            for name, entry in files.items()
            if not (self.path / name).is_file() or sha256(self.path / name) != entry["sha256"]
        ]

    def chunks_gone(self) -> int:
        """How many chunks are not in the dataset any more. What is in those that are, their seals say."""
        there = sum((p / CHUNK_SEAL).is_file() for p in (self.path / DATASET).glob("*") if p.name.isdecimal())
        return max(0, int(self.manifest["chunks"]) - there)

    def faults(self) -> str:
        """In what the folder is not what the manifest promises, in a clause; empty if it is."""
        wrong = [*self.damaged(), *self.changed()]
        if wrong:
            return f"{', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} not as written"
        return self.uncounted()

    def remarks(self) -> list[str]:
        """What a reader must know, in sentences."""
        lines, gone = [], self.chunks_gone()
        there = self.failures[self.failures["point"].isin(self.outcomes.index.get_level_values("point"))]
        if failed := failed_runs(there.to_dict("records")):
            lines.append(f"Of points that are read, {failed:,} runs failed and are left out; {FAILURES} says why.")
        if gone:
            chunks = self.manifest["chunks"]
            lines.append(f"Gone from the dataset: {gone:,} of {chunks:,} chunks; the tables made of them are whole.")
        return lines

    def _right(self, name: str) -> bool:
        path = self.path / name
        return path.is_file() and sha256(path) == self.manifest["tables"][name]["sha256"]

    def _read(self, name: str) -> pd.DataFrame:
        """A final table, as it was written. FolderError if it is not."""
        if name not in self.manifest["tables"]:
            raise FolderError(f"{self.path} holds no {name}")
        if not self._right(name):
            path = self.path / name
            raise FolderError(f"{path} is {state(path)}: give the sweep's command again, which makes it again")
        return pq.read_table(self.path / name).to_pandas()


def read_sweep(path: str | Path) -> SweepFolder:
    """Open the folder of a finished sweep. FolderError if it is none, or not finished."""
    return SweepFolder(path)


def as_settings(experiment: Experiment, points: pd.DataFrame) -> list[dict[str, Any]]:
    """What every point sets, as `--set` takes it."""
    columns = [[f.settings(v) for v in points[f.name].tolist()] for f in experiment.factors]
    return [{path: value for one in row for path, value in one.items()} for row in zip(*columns, strict=True)]
