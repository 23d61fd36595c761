"""What every answer begins and ends with: what it is about, and one run told step by step, with the line that repeats it."""

from __future__ import annotations

import shlex

import pandas as pd

from patronage.batch.folders import said_inside
from patronage.reports.why.sentences import sentences_of
from patronage.reports.words import plural
from patronage.results.ensemble import Statistics
from patronage.runs.store import SCENARIO

ALONE = "That run alone: "
"""Before the command that simulates a run again."""
SHOWN = 14
"""Rows of a chain that are told; what lies between is counted."""


def head(s: Statistics, name: str) -> str:
    """What is explained, over how many runs."""
    return f"{name[:1].upper()}{name[1:]}: {plural(s.runs, 'run')}, seed {s.ensemble.seed}, {s.period}."


def chain(s: Statistics, story: pd.DataFrame, patron: str, run: int, typical: str) -> str:
    """The rows of one run as sentences, the middle of a long story counted."""
    sentences = sentences_of(s, story, patron)
    if len(sentences) > SHOWN:
        left_out = len(sentences) - SHOWN
        sentences = [*sentences[: SHOWN // 2], f"  … {plural(left_out, 'more step')} …", *sentences[-SHOWN // 2 :]]
    heading = f"A typical run, number {run} ({typical})" if s.runs > 1 else f"Run {run}, step by step"
    if s.runs == 1 and not sentences:
        heading, sentences = f"Run {run}", ["  No deal, no accession and no rupture that concerns it in that time."]
    return "\n".join([f"{heading}:", *sentences, *again(s, run)])


def again(s: Statistics, run: int) -> list[str]:
    """The command that simulates that run alone; none where there is no folder."""
    path = getattr(s.ensemble, "path", None)
    if path is None:
        return []
    scenario = (said_inside(path) / SCENARIO).as_posix()
    words = ["patronage", "run", scenario, "--seed", str(s.ensemble.seed), "--first", str(run), "--runs", "1"]
    until = s.coords["quarter"][-1]
    return [f"{ALONE}{shlex.join([*words, '--until', until])}"]
