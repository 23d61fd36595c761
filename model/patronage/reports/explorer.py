"""The runs of a sweep or a run folder as one page to look about in: axes to brush, a filter in words, the line that repeats a run.

The page holds its data and its script, asks nothing of any network, and opens from a file. What it shows is put together in the
browser by `templates/explore.js`; here are the columns that it is given. A tab of `patronage view` shows the same by the same script.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from patronage.answers import Aim, Case, Variable
from patronage.batch.folders import MANIFEST
from patronage.batch.manifests import read_manifest
from patronage.experiments import read_any
from patronage.looks import BLUE, VERMILLION
from patronage.reports.page import _environment
from patronage.reports.sweeps import case_of_sweep
from patronage.reports.words import subject
from patronage.runs.store import read_run
from patronage.scenario import Scenario

MOST_RUNS = 20_000
"""Runs that a page holds; of more, as many at even distances."""
SHOWN = 4
"""Outcomes, and twice as many factors less three, that have an axis at first."""
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class ColumnOfRuns:
    """A factor or an outcome, a value a run."""

    name: str
    title: str
    unit: str
    role: str
    """lever, theory, uncertainty, scenario or outcome."""
    kind: str
    """number, quarter (a date), truth, or word."""
    values: Sequence[float | int | None]
    """Of words their place in `words`; None where there is no value."""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explored:
    """What a page shows."""

    title: str
    question: str
    columns: tuple[ColumnOfRuns, ...]
    rows: tuple[str, ...]
    """How the line that repeats a run names it."""
    line: str
    """That line, with {} in place of the name, and {NAME} in place of what a run has in a column."""
    runs: int
    """Runs that there are; more than `rows` if some are left out."""
    remarks: tuple[str, ...] = ()


    def repeat(self, run: int) -> str:
        """The line that repeats a run, by its place in `rows`."""
        known = {c.name: c.values[run] for c in self.columns}
        return re.sub(r"\{([^{}]*)\}", lambda m: f"{known[m[1]]:.6g}" if m[1] else self.rows[run], self.line)


def explored(path: str | Path, outcomes: Sequence[str] = (), most: int = 0) -> Explored:
    """What the page of a sweep, finished or not, or of a run folder shows: every factor, and all outcomes or those named.

    `most`: runs that are shown; MOST_RUNS if it is 0.

    Raises FolderError for a folder that is neither or damaged, KeyError with the name of an outcome that there is not.
    """
    folder, most = Path(path), most or MOST_RUNS
    if (folder / MANIFEST).is_file() and read_manifest(folder).get("kind") == "run":
        return _of_run(folder, outcomes, most)
    sweep = read_any(folder)
    case = case_of_sweep(sweep)
    e, wanted = sweep.experiment, _wanted(outcomes, list(case.outcomes.columns))
    kept = _even(len(case.outcomes), most)
    frame = case.outcomes.iloc[kept]
    points = frame.index.get_level_values("point")
    columns = [_factor(v, case.points[v.name].loc[points].to_numpy()) for v in case.variables]
    columns += [_outcome(case.aim(n), frame[n].to_numpy(dtype=float)) for n in wanted]
    rows = tuple(f"{point}:{run}" for point, run in frame.index)
    line = shlex.join(["patronage", "run", "--from", str(folder), "--row", "{}"]).replace("'{}'", "{}")
    return Explored(e.title or e.name, e.question, tuple(columns), rows, line, len(case.outcomes), _remarks(case, len(rows)))


def _of_run(folder: Path, outcomes: Sequence[str], most: int) -> Explored:
    held = read_run(folder)
    frame = held.outcomes.iloc[_even(len(held.outcomes), most)][_wanted(outcomes, list(held.outcomes.columns))]
    words = ["patronage", "run", f"{folder}/scenario.yaml", "--seed", str(held.seed), "--first", "{}", "--runs", "1"]
    found = explored_runs(held.scenario, frame, [*words, "--until", held.coords["quarter"][-1]])
    return replace(found, runs=held.runs, remarks=_left_out(held.runs, len(frame)))


def explored_runs(
    scenario: Scenario, outcomes: pd.DataFrame, command: Sequence[str], factors: Sequence[ColumnOfRuns] = ()
) -> Explored:
    """What the page of runs of one scenario shows.

    Args:
        scenario: of which they are.
        outcomes: a row a run, indexed by its number; a column an outcome.
        command: that makes one of them: {} for its number, {NAME} for what it has of a factor.
        factors: what differs between them.
    """
    columns = list(factors)
    for name in outcomes.columns:
        values = outcomes[name].to_numpy(dtype=float)
        about = subject(scenario, name, values)
        columns.append(_outcome(Aim(name, about.full, about.unit, about.truth), values))
    line = shlex.join(command).replace("'{}'", "{}")
    rows = tuple(str(run) for run in outcomes.index)
    return Explored(scenario.title or scenario.name, scenario.question, tuple(columns), rows, line, len(rows))


def _wanted(asked: Sequence[str], known: list[str]) -> list[str]:
    for name in asked:
        if name not in known:
            raise KeyError(name)
    return [n for n in known if n in asked] if asked else known


def _even(runs: int, most: int) -> np.ndarray:
    """Places of the runs that are shown."""
    return np.arange(runs) if runs <= most else np.linspace(0, runs - 1, most).round().astype(int)


def _remarks(case: Case, shown: int) -> tuple[str, ...]:
    return (*case.remarks, *_left_out(len(case.outcomes), shown))


def _left_out(runs: int, shown: int) -> tuple[str, ...]:
    return () if shown == runs else (f"{shown:,} of {runs:,} runs are shown, at even distances.",)


def _factor(v: Variable, values: np.ndarray) -> ColumnOfRuns:
    if v.choice:
        return ColumnOfRuns(v.name, v.title, "", v.role, "word", [v.values.index(str(x)) for x in values], v.values)
    return ColumnOfRuns(v.name, v.title, v.unit, v.role, "quarter" if v.quarter else "number", _numbers(values.astype(float)))


def _outcome(aim: Aim, values: np.ndarray) -> ColumnOfRuns:
    return ColumnOfRuns(aim.name, aim.title, aim.unit, "outcome", "truth" if aim.truth else "number", _numbers(values))


def _numbers(values: np.ndarray) -> list[float | None]:
    """Six digits, which is more than a picture shows; None for what JSON has no number for."""
    return [float(f"{x:.6g}") if np.isfinite(x) else None for x in values]


def explorer_data(found: Explored) -> str:
    """What the script is given, as JSON that may stand in a script element."""
    data = {
        "columns": [vars(c) | {"values": list(c.values)} for c in found.columns], "rows": found.rows, "line": found.line,
        "shown": _axes(found.columns), "title": found.title, "colours": [BLUE, VERMILLION],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def explorer_body(found: Explored, heading: str = "h2") -> str:
    """The markup that the script fills, its parts under headings of this rank."""
    return _environment().get_template("explore_body.html.j2").render(remarks=found.remarks, heading=heading)


@cache
def explorer_part(name: str) -> str:
    """The script ("js"), which defines `explorer(place, data, echarts)`, or the style ("css")."""
    return (TEMPLATES / f"explore.{name}").read_text(encoding="utf-8")


def explorer_page(found: Explored, library: str) -> str:
    """The page as one HTML file. `library`: the text of Apache ECharts, which it carries."""
    begin = 'explorer(document.querySelector(".ex"), JSON.parse(document.getElementById("data").textContent), echarts);\n'
    return (
        _environment()
        .get_template("explore.html.j2")
        .render(
            title=found.title, question=found.question, runs=len(found.rows), data=explorer_data(found), body=explorer_body(found),
            look=explorer_part("css"), library=_script(library), script=_script(explorer_part("js") + begin),
        )
    )  # fmt: skip


def _script(text: str) -> str:
    """A text that stands in a script element and does not end it."""
    return text.replace("</script", "<\\/script")


def _axes(columns: Sequence[ColumnOfRuns]) -> list[str]:
    """The columns that have an axis at first."""
    outcomes = [c.name for c in columns if c.role == "outcome"]
    factors = [c.name for c in columns if c.role != "outcome"]
    return [*factors[: 2 * SHOWN - 3], *outcomes[: SHOWN if factors else 2 * SHOWN]]


def table(found: Explored) -> pd.DataFrame:
    """The data of a page as a frame, a row a run: numbers, words as text, truths as 0 and 1."""
    frame = {c.name: [c.words[int(v)] if c.words and v is not None else v for v in c.values] for c in found.columns}
    return pd.DataFrame(frame, index=pd.Index(found.rows, name="row"))
