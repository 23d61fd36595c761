"""From several scenarios to one folder: a whole run folder each, and the first compared with every other in pairs."""

from __future__ import annotations

import queue
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path, PureWindowsPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from patronage.batch.executors import executor
from patronage.batch.folders import FolderError, new_folder, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.batch.manifests import read_manifest
from patronage.batch.tables import neutral
from patronage.experiments.screening import PAIRS, screen
from patronage.results.comparison import Comparison, compare
from patronage.runs.run import Progress, Reporter, fill_run, repeat_command
from patronage.runs.store import Format, RunFolder
from patronage.scenario import Scenario
from patronage.scenario.conditions import MeasureCall, subexpressions
from patronage.scenario.quarters import quarter_name
from patronage.scenario.structure import UNGA
from patronage.simulation import last_quarter

RUNS = "runs"
TOGETHER = "pairs"
DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
"""What Windows lets no folder be called."""


@dataclass(frozen=True)
class ComparisonFolder:
    """A finished comparison: its manifest, its runs, and the tables of every pair."""

    path: Path
    manifest: dict[str, Any]

    def __repr__(self) -> str:
        return f"ComparisonFolder({str(self.path)!r}, {self.manifest['runs']} pairs, {' and '.join(self.names)})"

    def _repr_html_(self) -> str:
        return str(import_module("patronage.reports.notebook").comparison_html(self))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios, the one that is compared with the others first."""
        return tuple(self.manifest["names"])

    def run(self, name: str) -> RunFolder:
        """The run folder of one scenario. FolderError if there is none."""
        if name not in self.names:
            raise FolderError(f"{self.path} compares {', '.join(self.names)}, and no {name}")
        return RunFolder(self.path / RUNS / name)

    def frame(self, pair: str, table: str) -> pd.DataFrame:
        """One table of one pair; `pair` as in the manifest."""
        path = self.path / self.manifest["pairs"][pair]["tables"][table]["file"]
        return (
            pq.read_table(path).to_pandas() if path.suffix == ".parquet" else pd.read_csv(path, keep_default_na=False)
        )


def read_comparison(path: str | Path) -> ComparisonFolder:
    """Open a folder written by `compare_to_folder`."""
    return ComparisonFolder(Path(path), read_manifest(path, "comparison"))


def compare_to_folder(
    scenarios: Sequence[Scenario],
    *,
    runs: int,
    seed: int,
    out: str | Path,
    report: Reporter,
    until: int | str | None = None,
    fmt: Format = "parquet",
    progress: Progress | None = None,
    screening: int = PAIRS,
    workers: int = 1,
    command: str | None = None,
    given: Sequence[str] = (),
    options: Sequence[str] = (),
) -> ComparisonFolder:
    """Simulate scenarios with the same luck and write a folder that compares the first with each of the others.

    The outcomes of the first are read in all of them.

    Arguments as in `run_to_folder`. With `workers` > 1 scenarios are simulated and drawn in that many processes;
    no number depends on it.
    `given`, outcomes of the first that are asked for as conditions, is noted for those who read the folder. (Processes are
    spawned: a script that asks for them must guard its main part.)

    Raises:
        FileExistsError: `out` exists and holds something.
        ValueError: fewer than two scenarios.
    """
    if len(scenarios) < 2:
        raise ValueError("a comparison needs at least two scenarios")
    scenarios = asking_alike(scenarios)
    names = distinct([s.name for s in scenarios])
    last = min(last_quarter(s, until) for s in scenarios)
    with new_folder(out) as folder:
        (folder / RUNS).mkdir()
        jobs = [
            {
                "folder": folder / RUNS / name,
                "scenario": s,
                "runs": runs,
                "seed": seed,
                "until": last,
                "fmt": fmt,
                "report": report,
            }
            for name, s in zip(names, scenarios, strict=True)
        ]
        questions = {"scenario": scenarios[0], "seed": seed, "until": last, "pairs": screening}
        made, ranking = _simulate_all(jobs, questions, workers, progress)
        files = [f"{RUNS}/{name}/scenario.yaml" for name in names]
        asked = [word for name in given for word in ("--given", name)]
        facts = provenance(
            command or repeat_command("compare", [*files, *asked, *options], runs, seed, quarter_name(last) if until else None, fmt)
        )
        pairs = {}
        for i in range(1, len(names)):
            key = f"{names[0]}-against-{names[i]}"
            pairs[key] = _write_pair(folder, key, (made[0], made[i]), (names[0], names[i]), fmt, report, facts, ranking)
        report.comparison(folder, [folder / TOGETHER / key for key in pairs], made, names)
        manifest = {
            "kind": "comparison",
            **facts,
            "names": names,
            "seed": seed,
            "runs": runs,
            "until": quarter_name(last),
            "pairs": pairs,
            "given": list(given),
        }
        write_manifest(folder, manifest)
    return read_comparison(out)


def asking_alike(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The same scenarios, in which the outcomes of the first are read as well, as far as their actors are there."""
    first, *others = scenarios
    out = [first]
    for s in others:
        known = {*s.patrons, *s.clients, *s.blocs, UNGA, *s.axes}
        added = {
            name: outcome
            for name, outcome in first.outcomes.items()
            if name not in s.outcomes
            and s.start <= outcome.first <= outcome.last <= s.end
            and all(set(n.args) <= known for n in subexpressions(outcome.expression) if isinstance(n, MeasureCall))
        }
        added = {name: o for name, o in added.items() if not o.given or o.given in added or o.given in s.outcomes}
        out.append(replace(s, outcomes={**s.outcomes, **added}) if added else s)
    return out


def distinct(names: Sequence[str]) -> list[str]:
    """Names fit for folders, each once, also where the system takes A and a for the same or keeps names for devices."""
    found: list[str] = []
    taken = set(DEVICES)
    for name in names:
        last = PureWindowsPath(name).stem if re.search(r"[/\\]", name) else name  # which takes both strokes for one
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", last).strip("-") or "scenario"
        candidate, n = plain, 2
        while candidate.casefold() in taken:
            candidate, n = f"{plain}-{n}", n + 1
        taken.add(candidate.casefold())
        found.append(candidate)
    return found


def _simulate_all(
    jobs: list[dict[str, Any]], questions: dict[str, Any], workers: int, progress: Progress | None
) -> tuple[list[RunFolder], pd.DataFrame]:
    """Fill the run folders and rank the assumptions, one after the other or in several processes."""
    totals = [job["runs"] * (job["until"] - job["scenario"].start + 1) for job in jobs]
    summed = _Sum(progress, totals)
    if workers > 1:
        news = get_context("spawn").Queue()
        with executor(workers, begin=partial(_listen, news)) as doer:
            futures = [doer.submit(_job, i, job) for i, job in enumerate(jobs)]
            asked = doer.submit(partial(screen, **questions))
            while not all(f.done() for f in (*futures, asked)):
                with suppress(queue.Empty):
                    summed(*news.get(timeout=0.1))
            for future in futures:
                future.result()
            ranking = asked.result()
    else:
        for i, job in enumerate(jobs):
            fill_job(job, partial(summed, i))
        ranking = screen(**questions)
    return [RunFolder(job["folder"], scenario=job["scenario"]) for job in jobs], ranking


class _Sum:
    """Progress of several scenarios as one."""

    def __init__(self, progress: Progress | None, totals: Sequence[int]) -> None:
        self.progress, self.total = progress, sum(totals)
        self.done = [0] * len(totals)

    def __call__(self, job: int, done: int, _: int = 0) -> None:
        self.done[job] = done
        if self.progress is not None:
            self.progress(sum(self.done), self.total)


_NEWS: list[Any] = []
"""In a worker: the queue on which it reports how far it is."""


def _listen(news: Any) -> None:
    _NEWS.append(news)


def _job(number: int, job: dict[str, Any]) -> None:
    """One scenario in a worker."""
    fill_job(job, lambda done, _: _NEWS[0].put((number, done)))


def fill_job(job: dict[str, Any], progress: Progress) -> None:
    """One scenario of a comparison, as a run folder without a screening of its own."""
    job["folder"].mkdir()
    fill_run(**job, progress=progress, screening=0, command=None)


def _write_pair(
    folder: Path,
    key: str,
    runs: tuple[RunFolder, RunFolder],
    names: tuple[str, str],
    fmt: Format,
    report: Reporter,
    facts: dict[str, Any],
    ranking: pd.DataFrame,
) -> dict[str, Any]:
    """Tables of one pair, and what the reporter adds; what the manifest says about it."""
    where = folder / TOGETHER / key
    (where / "tables").mkdir(parents=True)
    found = compare(*runs)
    tables = {
        name: _write_frame(folder, where / "tables" / f"{name}.{fmt}", frame)
        for name, frame in _frames(found, ranking).items()
    }
    page = report.pair(folder, where, runs, names, found, facts, ranking)
    return {"first": names[0], "second": names[1], "report": str(page.relative_to(folder)), "tables": tables}


def _frames(found: Comparison, ranking: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {**found.frames(), "assumptions": ranking}


def _write_frame(folder: Path, path: Path, frame: pd.DataFrame) -> dict[str, Any]:
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    if path.suffix == ".csv":
        pacsv.write_csv(neutral(table), path)
    else:
        pq.write_table(table, path, compression="zstd")
    return {"file": str(path.relative_to(folder)), "rows": len(frame), "sha256": sha256(path)}
