"""The runs of a sweep or a run folder as one page to look about in: axes to brush, a filter in words, the line that repeats a run.

The page holds its data and its script, asks nothing of any network, and opens from a file. What it shows is put together in the
browser by `templates/explore.js`; here are the columns that it is given.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
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
    """That line, with {} in place of the name."""
    runs: int
    """Runs that there are; more than `rows` if some are left out."""
    remarks: tuple[str, ...] = ()


def explored(path: str | Path, outcomes: Sequence[str] = ()) -> Explored:
    """What the page of a sweep, finished or not, or of a run folder shows: every factor, and all outcomes or those named.

    Raises FolderError for a folder that is neither or damaged, KeyError with the name of an outcome that there is not.
    """
    folder = Path(path)
    if (folder / MANIFEST).is_file() and read_manifest(folder).get("kind") == "run":
        return _of_run(folder, outcomes)
    sweep = read_any(folder)
    case = case_of_sweep(sweep)
    e, wanted = sweep.experiment, _wanted(outcomes, list(case.outcomes.columns))
    kept = _even(len(case.outcomes))
    frame = case.outcomes.iloc[kept]
    points = frame.index.get_level_values("point")
    columns = [_factor(v, case.points[v.name].loc[points].to_numpy()) for v in case.variables]
    columns += [_outcome(case.aim(n), frame[n].to_numpy(dtype=float)) for n in wanted]
    rows = tuple(f"{point}:{run}" for point, run in frame.index)
    line = shlex.join(["patronage", "run", "--from", str(folder), "--row", "{}"]).replace("'{}'", "{}")
    return Explored(e.title or e.name, e.question, tuple(columns), rows, line, len(case.outcomes), _remarks(case, len(rows)))


def _of_run(folder: Path, outcomes: Sequence[str]) -> Explored:
    held = read_run(folder)
    s, frame = held.scenario, held.outcomes.iloc[_even(len(held.outcomes))]
    columns = []
    for name in _wanted(outcomes, list(frame.columns)):
        values = frame[name].to_numpy(dtype=float)
        about = subject(s, name, values)
        columns.append(_outcome(Aim(name, about.full, about.unit, about.truth), values))
    words = ["patronage", "run", f"{folder}/scenario.yaml", "--seed", str(held.seed), "--first", "{}", "--runs", "1"]
    line = shlex.join([*words, "--until", held.coords["quarter"][-1]]).replace("'{}'", "{}")
    rows = tuple(str(run) for run in frame.index)
    return Explored(s.title or s.name, s.question, tuple(columns), rows, line, held.runs, _left_out(held.runs, len(rows)))


def _wanted(asked: Sequence[str], known: list[str]) -> list[str]:
    for name in asked:
        if name not in known:
            raise KeyError(name)
    return [n for n in known if n in asked] if asked else known


def _even(runs: int) -> np.ndarray:
    """Places of the runs that are shown."""
    return np.arange(runs) if runs <= MOST_RUNS else np.linspace(0, runs - 1, MOST_RUNS).round().astype(int)


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


def explorer_page(found: Explored, library: str) -> str:
    """The page as one HTML file. `library`: the text of Apache ECharts, which it carries."""
    data = {
        "columns": [vars(c) | {"values": list(c.values)} for c in found.columns], "rows": found.rows, "line": found.line,
        "shown": _axes(found.columns), "colours": [BLUE, VERMILLION],
    }  # fmt: skip
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        _environment()
        .get_template("explore.html.j2")
        .render(
            title=found.title, question=found.question, remarks=found.remarks, runs=len(found.rows), data=text,
            library=_script(library), script=_script((TEMPLATES / "explore.js").read_text(encoding="utf-8")),
        )
    )  # fmt: skip


def _script(text: str) -> str:
    """A text that stands in a script element and does not end it."""
    return text.replace("</script", "<\\/script")


def _axes(columns: Sequence[ColumnOfRuns]) -> list[str]:
    """The columns that have an axis at first."""
    outcomes = [c.name for c in columns if c.role == "outcome"]
    factors = [c.name for c in columns if c.role != "outcome"]
    return [*factors[: 2 * SHOWN - 3], *outcomes[:SHOWN]]


def table(found: Explored) -> pd.DataFrame:
    """The data of a page as a frame, a row a run: numbers, words as text, truths as 0 and 1."""
    frame = {c.name: [c.words[int(v)] if c.words and v is not None else v for v in c.values] for c in found.columns}
    return pd.DataFrame(frame, index=pd.Index(found.rows, name="row"))
