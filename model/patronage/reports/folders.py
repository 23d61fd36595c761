"""Figures, reports and summaries in the folders of runs and comparisons; and from scenarios to such folders in one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from patronage import figures
from patronage.experiments.screening import PAIRS
from patronage.reports.common import common_table, common_text, given_lines
from patronage.reports.page import pair_page, run_page
from patronage.reports.summary import pair_summary, run_summary
from patronage.results.comparison import Comparison
from patronage.results.ensemble import Statistics
from patronage.results.result import Result
from patronage.runs import comparison as of_comparison
from patronage.runs import run as of_run
from patronage.runs.comparison import ComparisonFolder
from patronage.runs.run import Progress
from patronage.runs.store import Format, RunFolder
from patronage.scenario import Scenario

FIGURES = "figures"
REPORT = "report.html"
SUMMARY = "summary.txt"
COMMON = "sides.csv"
"""Outcomes of all sides of a comparison of three or more."""


@dataclass(frozen=True)
class Reports:
    """What is added to a folder whose tables are there."""

    plates: bool = True
    """Draw the figures."""
    given: tuple[str, ...] = ()
    """Outcomes: pairs are compared once more where they are true in the first."""
    notes: tuple[str, ...] = ()
    """What somebody noted on the runs, a line each: the report has them as a section."""

    def run(self, folder: Path, s: Statistics, manifest: Mapping[str, Any], ranking: pd.DataFrame) -> None:
        """Figures, report and summary of a run."""
        drawn = figures.plot(s, folder / FIGURES) if self.plates else []
        run_page(s, folder / REPORT, drawn, manifest, ranking, self.notes)
        (folder / SUMMARY).write_text(run_summary(s) + "\n", encoding="utf-8")

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
        """Figures, report and summary of a pair; the report of the first pair stands at the top of the folder."""
        a, b = (Statistics(r) for r in runs)
        drawn = figures.plot_pair(a, b, where / FIGURES) if self.plates else []
        shown = {"pair": drawn, "first": _drawn(runs[0]), "second": _drawn(runs[1])}
        report = where / REPORT if (folder / REPORT).exists() else folder / REPORT
        pair_page(a, b, found, names, report, shown, facts, ranking, self.notes)
        lines = [line for name in self.given for line in given_lines(a, b, found, names, name)]
        text = "\n".join([pair_summary(a, found, names), *lines])
        (where / SUMMARY).write_text(text + "\n", encoding="utf-8")
        return report

    def comparison(self, folder: Path, pairs: Sequence[Path], runs: Sequence[RunFolder], names: Sequence[str]) -> None:
        """The summaries of all pairs as one; of three sides or more a common table before them."""
        summaries = [(pair / SUMMARY).read_text(encoding="utf-8") for pair in pairs]
        if len(runs) > 2:
            table = common_table([Statistics(r) for r in runs], names)
            table.to_csv(folder / COMMON, index=False)
            summaries.insert(0, common_text(Statistics(runs[0]), table, names) + "\n")
        (folder / SUMMARY).write_text("\n".join(summaries), encoding="utf-8")


def _drawn(run: RunFolder) -> list[Path]:
    return sorted((run.path / FIGURES).glob("*.png"))


def run_to_folder(
    scenario: Scenario,
    *,
    runs: int,
    seed: int,
    out: str | Path,
    until: int | str | None = None,
    fmt: Format = "parquet",
    progress: Progress | None = None,
    plates: bool = True,
    screening: int = PAIRS,
    command: str | None = None,
    first: int = 0,
    notes: Sequence[str] = (),
    options: Sequence[str] = (),
) -> RunFolder:
    """A run folder with everything: scenario, tables, figures, report, summary, manifest.

    Args:
        scenario: what to simulate.
        runs: number of replications.
        seed: names the experiment; with the replication number it fixes all luck.
        out: the folder to make. It must not exist, or be empty.
        until: last quarter, as a number or as "2009Q1"; the scenario's end if not given.
        fmt: "parquet" or "csv".
        progress: called with how much is done.
        plates: draw the figures.
        screening: mirrored pairs of runs spent on finding the assumptions with most reach; 0 leaves that out.
        command: the command that repeats the run, for the manifest.
        first: number of the first replication.
        notes: what somebody noted on the runs, a line each, for a section of the report.
        options: words that the command of the manifest has beside these, where it is not given.

    Raises:
        FileExistsError: `out` exists and holds something.
    """
    return of_run.run_to_folder(
        scenario,
        runs=runs,
        seed=seed,
        out=out,
        report=Reports(plates, notes=tuple(notes)),
        until=until,
        fmt=fmt,
        progress=progress,
        screening=screening,
        command=command,
        first=first,
        options=options,
    )


def result_to_folder(result: Result, out: str | Path, *, plates: bool = True) -> RunFolder:
    """A run folder of runs that are in memory, with figures, report and summary.

    Raises:
        FileExistsError: `out` exists and holds something.
    """
    return of_run.result_to_folder(result, out, report=Reports(plates))


def result_to_report(result: Result, file: str | Path) -> Path:
    """The report of runs that are in memory, as one HTML file.

    Raises:
        FileExistsError: `file` exists.
    """
    with TemporaryDirectory() as place, Path(file).open("x", encoding="utf-8") as page:
        page.write((result_to_folder(result, Path(place) / "run").path / REPORT).read_text(encoding="utf-8"))
    return Path(file)


def compare_to_folder(
    scenarios: Sequence[Scenario],
    *,
    runs: int,
    seed: int,
    out: str | Path,
    until: int | str | None = None,
    fmt: Format = "parquet",
    progress: Progress | None = None,
    plates: bool = True,
    screening: int = PAIRS,
    workers: int = 1,
    command: str | None = None,
    given: Sequence[str] = (),
    notes: Sequence[str] = (),
    options: Sequence[str] = (),
) -> ComparisonFolder:
    """The folder of a comparison with everything: the first scenario is compared with each of the others.

    Arguments as in `run_to_folder`; `workers` as in `runs.comparison.compare_to_folder`; `given`: outcomes of the first; where
    one is true in it, pairs are compared once more.

    Raises:
        FileExistsError: `out` exists and holds something.
        ValueError: fewer than two scenarios.
    """
    return of_comparison.compare_to_folder(
        scenarios,
        runs=runs,
        seed=seed,
        out=out,
        report=Reports(plates, tuple(given), tuple(notes)),
        until=until,
        fmt=fmt,
        progress=progress,
        screening=screening,
        workers=workers,
        command=command,
        given=given,
        options=options,
    )
