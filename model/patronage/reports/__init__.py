"""Reports: from folders to words and pictures. Nothing here simulates."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from patronage import figures
from patronage.batch.folders import FolderError
from patronage.batch.manifests import read_manifest
from patronage.reports.folders import SUMMARY, compare_to_folder, result_to_folder, result_to_report, run_to_folder
from patronage.reports.summary import pair_summary, run_summary
from patronage.reports.why import NothingToExplainError, answers_of, answers_text, difference_text, why_text
from patronage.results.comparison import Comparison, compare
from patronage.results.ensemble import Statistics
from patronage.results.pairs import NotPairedError
from patronage.results.result import Result
from patronage.runs.comparison import ComparisonFolder, read_comparison
from patronage.runs.store import RunFolder, read_run
from patronage.scenario import Scenario

__all__ = [
    "Comparison",
    "ComparisonFolder",
    "FolderError",
    "NotPairedError",
    "NothingToExplainError",
    "RunFolder",
    "answers_of",
    "answers_text",
    "compare",
    "compare_to_folder",
    "difference_text",
    "is_game",
    "open_folder",
    "plot_folder",
    "read_comparison",
    "read_run",
    "result_to_folder",
    "result_to_report",
    "run_to_folder",
    "summary_of",
    "summary_text",
    "why_text",
]


def open_folder(path: str | Path) -> RunFolder | ComparisonFolder:
    """Whatever a folder holds: a run or a comparison."""
    return read_comparison(path) if read_manifest(path).get("kind") == "comparison" else read_run(path)


def is_game(path: str | Path) -> bool:
    """Whether a folder holds a game."""
    return read_manifest(path).get("kind") == "game"


def summary_of(result: Result) -> str:
    """What runs that are in memory say, in a page of plain text."""
    return run_summary(Statistics(result))


def summary_text(folder: str | Path | RunFolder | ComparisonFolder) -> str:
    """What a run, a comparison or a game says, in a page of plain text."""
    if isinstance(folder, RunFolder | ComparisonFolder):
        place = folder.path
    else:
        place = Path(folder) if is_game(folder) else open_folder(folder).path
    try:
        text = (place / SUMMARY).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise FolderError(f"{place / SUMMARY} cannot be read: {error}") from None
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")  # nothing that drives a terminal


def pair_text(held: ComparisonFolder, other: str, asked: Scenario) -> str:
    """What the first side of a comparison says against another one, the outcomes (and what of them matters) being those of `asked`."""
    names = (held.names[0], other)
    first, second = (Statistics(held.run(name)) for name in names)
    first.scenario = asked
    return pair_summary(first, compare(first, second), names)


def plot_folder(
    folder: str | Path | RunFolder | ComparisonFolder, out: str | Path, only: Sequence[str] | None = None
) -> list[Path]:
    """Draw the figures of a run, or of every pair of a comparison, as PNG and SVG into `out`: all, or `only` those of these names.

    Raises ValueError for a name that there is not.
    """
    held = folder if isinstance(folder, RunFolder | ComparisonFolder) else open_folder(folder)
    if isinstance(held, RunFolder):
        return figures.plot(held, out, only)
    paths: list[Path] = []
    for key, pair in held.manifest["pairs"].items():
        paths += figures.plot_pair(held.run(pair["first"]), held.run(pair["second"]), Path(out) / key, only)
    return paths
