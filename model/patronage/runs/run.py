"""From a scenario to a run folder: simulated in chunks, streamed to tables, summed up; a reporter adds what is said about it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from patronage.batch.folders import new_folder, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.experiments.screening import PAIRS, screen
from patronage.results.comparison import Comparison
from patronage.results.ensemble import Statistics
from patronage.results.result import Result
from patronage.runs.store import SCENARIO, Chunk, Format, RunFolder, TableWriter
from patronage.scenario import Scenario
from patronage.scenario.quarters import parse_quarter, quarter_name
from patronage.simulation import last_quarter, simulate

CHUNK = 250
"""Runs simulated and held in memory at a time."""
SUMMED = ("ties", "influence", "clients", "patrons", "blocs", "members", "bases")

Progress = Callable[[int, int], None]
"""Called with (run-quarters done, run-quarters in all)."""


class Reporter(Protocol):
    """Adds what a reader looks at first to a folder whose tables are there."""

    def run(self, folder: Path, s: Statistics, manifest: Mapping[str, Any], ranking: pd.DataFrame) -> None:
        """To the folder of a run; `ranking` as `experiments.screening.screen` gives it."""
        ...

    def pair(
        self,
        folder: Path,
        where: Path,
        runs: tuple[RunFolder, RunFolder],
        names: tuple[str, str],
        found: Comparison,
        facts: Mapping[str, Any],
        ranking: pd.DataFrame,
    ) -> Path:
        """To the part `where` of the folder of a comparison: the path of the report."""
        ...

    def comparison(self, folder: Path, pairs: Sequence[Path], runs: Sequence[RunFolder], names: Sequence[str]) -> None:
        """To the folder of a comparison with these parts, of these runs."""
        ...


def run_to_folder(
    scenario: Scenario,
    *,
    runs: int,
    seed: int,
    out: str | Path,
    report: Reporter,
    until: int | str | None = None,
    fmt: Format = "parquet",
    progress: Progress | None = None,
    screening: int = PAIRS,
    command: str | None = None,
    first: int = 0,
    options: Sequence[str] = (),
) -> RunFolder:
    """Simulate a scenario and write a run folder: scenario, tables, what the reporter adds, manifest.

    Args:
        scenario: what to simulate.
        runs: number of replications.
        seed: names the experiment; with the replication number it fixes all luck.
        out: the folder to make. It must not exist, or be empty.
        report: adds figures and texts.
        until: last quarter, as a number or as "2009Q1"; the scenario's end if not given.
        fmt: "parquet" or "csv".
        progress: told how much is done.
        screening: mirrored pairs of runs spent on finding the assumptions with most reach; 0 leaves that out.
        command: the command that repeats the run, for the manifest.
        first: number of the first replication.
        options: words that the command of the manifest has beside these, where it is not given.

    Raises:
        FileExistsError: `out` exists and holds something.
    """
    with new_folder(out) as folder:
        fill_run(
            folder,
            scenario,
            runs=runs,
            seed=seed,
            until=until,
            fmt=fmt,
            progress=progress,
            report=report,
            screening=screening,
            command=command,
            first=first,
            options=options,
        )
    return RunFolder(out)


def fill_run(
    folder: Path,
    scenario: Scenario,
    *,
    runs: int,
    seed: int,
    until: int | str | None,
    fmt: Format,
    progress: Progress | None,
    report: Reporter,
    screening: int,
    command: str | None,
    first: int = 0,
    options: Sequence[str] = (),
) -> RunFolder:
    """Everything of a run folder, into a folder that exists and is empty; the manifest last."""
    last = last_quarter(scenario, until)
    again = repeat_command("run", [SCENARIO, *options], runs, seed, quarter_name(last) if until else None, fmt, first)
    return write_run(
        folder,
        scenario,
        chunks(scenario, runs, seed, last, progress, first),
        runs=runs,
        seed=seed,
        last=last,
        fmt=fmt,
        report=report,
        screening=screening,
        command=command or again,
    )


def result_to_folder(result: Result, out: str | Path, *, report: Reporter, fmt: Format = "parquet", screening: int = 0) -> RunFolder:
    """Write runs that are in memory as a run folder; which runs they are and who made them stands in the manifest's command.

    Raises:
        FileExistsError: `out` exists and holds something.
    """
    s, quarters = result.scenario, result.data["quarter"].values
    made = result.data.attrs
    numbers = f"{result.runs}, {result.seed}, first={made['first_run']}, record={made['record']!r}, until={str(quarters[-1])!r}"
    with new_folder(out) as folder:
        write_run(
            folder,
            s,
            [result],
            runs=result.runs,
            seed=result.seed,
            last=parse_quarter(str(quarters[-1])),
            fmt=fmt,
            report=report,
            screening=screening,
            command=f"patronage.simulate({SCENARIO!r}, {numbers}).save('repeated')",
        )
    return RunFolder(out)


def write_run(
    folder: Path,
    scenario: Scenario,
    parts: Iterable[Chunk],
    *,
    runs: int,
    seed: int,
    last: int,
    fmt: Format,
    report: Reporter,
    screening: int,
    command: str,
) -> RunFolder:
    """Runs that come in parts, into a folder that exists and is empty; the manifest last."""
    (folder / SCENARIO).write_text(scenario.resolved(), encoding="utf-8")
    writer = TableWriter(folder, fmt)
    for chunk in parts:
        writer.append(chunk)
    manifest = {
        "kind": "run",
        **provenance(command),
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "digest": scenario.digest,
            "sha256": sha256(folder / SCENARIO),
        },
        "seed": seed,
        "runs": runs,
        "until": quarter_name(last),
        **writer.close(),
    }
    run = RunFolder(folder, manifest, scenario)
    s = Statistics(run)
    writer.add("summary", summary_table(s, manifest["variables"]))
    manifest |= writer.close()
    report.run(folder, s, manifest, screen(scenario, seed=seed, until=last, pairs=screening))
    write_manifest(folder, manifest)
    return run


def chunks(scenario: Scenario, runs: int, seed: int, last: int, progress: Progress | None, number: int = 0) -> Any:
    """The ensemble, a chunk of runs at a time; the first replication has that number."""
    if runs < 1:
        raise ValueError("runs must be at least 1")
    total, done = runs * (last - scenario.start + 1), 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total)

    for first in range(0, runs, CHUNK):
        size = min(CHUNK, runs - first)
        yield simulate(scenario, size, seed, first=number + first, record="full", until=last, progress=advance)


def repeat_command(verb: str, scenarios: list[str], runs: int, seed: int, until: str | None, fmt: str, first: int = 0) -> str:
    """The command line that repeats a folder, to be given inside it."""
    words = ["patronage", verb, *scenarios, "--runs", str(runs), "--seed", str(seed)]
    words += ["--first", str(first)] if first else []
    words += ["--until", until] if until else []
    words += ["--format", fmt] if fmt != "parquet" else []
    return shlex.join([*words, "--out", "repeated"])


def summary_table(s: Statistics, variables: Mapping[str, Any]) -> pa.Table:
    """Mean and 5, 50, 95 % quantiles over runs of every variable, tidy: one row per variable, quarter and actors."""
    parts = []
    for name, spec in variables.items():
        if spec["table"] not in SUMMED or "channel" in spec["axes"]:
            continue
        mean = s.mean(name)
        frame = pd.MultiIndex.from_product([mean[d].values for d in mean.dims], names=list(mean.dims)).to_frame(
            index=False
        )
        frame.insert(0, "variable", name)
        frame["mean"] = mean.values.reshape(-1).astype(np.float32)
        if spec["kind"] != "bool":
            for label, values in zip(("p05", "p50", "p95"), s.band(name).values, strict=True):
                frame[label] = values.reshape(-1).astype(np.float32)
        parts.append(frame)
    columns = ["variable", "quarter", "patron", "client", "bloc", "axis", "mean", "p05", "p50", "p95"]
    whole = pd.concat(parts, ignore_index=True).reindex(columns=columns)
    for name in columns[:6]:
        whole[name] = whole[name].astype(object).fillna("").astype("category")
    return pa.Table.from_pandas(whole, preserve_index=False).replace_schema_metadata(None)
