"""What many runs say about the question of a scenario, in the words of `patronage run`, computed beside the page."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from patronage.scenario import Scenario, quarter_name
from patronage.scenario.conditions import MeasureCall
from patronage.telling.history import Story
from patronage.world.arrays import Array

from .jobs import SharedJob
from .setup import Setup, too_many

if TYPE_CHECKING:
    from patronage.results.result import Result

SIZES = (50, 500)
"""Runs of the first ensemble, and of the one that follows where the first came quickly."""
QUICK = 10.0
"""Seconds of a processor that a first ensemble may take, what it loads included, for the second to be worth its wait: a
machine that is busy with something else gives up nothing."""
MOST_LEADING = 4
"""Outcomes told at once, of those marked as answers, or of all where none is: more would push the map off the screen."""
COMMON = 0.1
"""Share of runs from which a number that they have in common is told as theirs: of a count it says nothing to lie above others."""


@dataclass(frozen=True)
class Level:
    """An outcome over all runs."""

    name: str
    title: str
    when: str
    text: str
    """Level with its interval."""
    cause: str
    """Of a base: how it closes."""
    leads: bool
    """It answers the question."""
    truth: bool
    unit: str
    measure: str
    """A single measure, or nothing."""
    values: Array
    """[runs]"""


@dataclass(frozen=True)
class Levels:
    """All outcomes over an ensemble."""

    runs: int
    seed: int
    lines: tuple[Level, ...]


def answer(result: Result) -> Levels:
    """What an ensemble says: the words are those of `patronage.reports.summary`."""
    from patronage.reports.outcomes import mean_text
    from patronage.reports.summary import answering, how_it_closes, subjects
    from patronage.results.ensemble import Statistics

    found = Statistics(result)
    about = subjects(found)
    leading = answering(found) or [subject.name for subject, _ in about[:MOST_LEADING]]
    lines = (
        Level(
            s.name, s.title, s.when, mean_text(s, values), how_it_closes(found, s),
            s.name in leading, s.truth, s.unit, s.measure, values,
        )
        for s, values in about
    )  # fmt: skip
    return Levels(found.runs, result.seed, tuple(lines))


def command(setup: Setup, runs: int) -> str:
    """The command that says the same."""
    words = ["patronage", "run", setup.source, "--runs", str(runs), "--seed", str(setup.seed)]
    return shlex.join([*words, *(w for path, value in setup.changes for w in ("--set", f"{path}={value}"))])


class _StoppedError(Exception):
    """Nobody wants it any more."""


class AnswerJob(SharedJob):
    """An ensemble of the scenario on the page, first a small one; `found` is the latest answer."""

    ANSWER = ("found",)

    def __init__(self, scenario: Scenario, seed: int, notify: Callable[[], None]) -> None:
        self.sizes = tuple(n for n in SIZES if not too_many(scenario, n))
        super().__init__((scenario.digest, seed, self.sizes), len(self.sizes), notify)
        self.scenario, self.seed = scenario, seed
        self.found: Levels | None = None

    @property
    def runs(self) -> int:
        """Of the ensemble under way, or of the last one."""
        return self.sizes[min(self.done, self.total - 1)] if self.sizes else 0

    def work(self) -> None:
        from patronage import compiling
        from patronage.driving import prepare
        from patronage.simulation import simulate

        compiling.load_if_ready(prepare(self.scenario, [0], self.seed).bucket)  # games, futures and trials of this page come as well
        for runs in self.sizes:
            begun = time.thread_time()
            try:
                self.found = answer(simulate(self.scenario, runs, self.seed, record="lean", progress=self._go_on))
            except _StoppedError:
                return
            slow = time.thread_time() - begun > QUICK
            if not self.advance():
                return
            if slow:
                self.total = self.done
            if self.finished:
                return
            self.notify_now()

    def _go_on(self, _: int) -> None:
        if self.stopped:
            raise _StoppedError


def levels_of(job: AnswerJob | None, scenario: Scenario) -> Levels | None:
    """What a job has found about a scenario: a page may be drawn while its run is another one already."""
    return job.found if job is not None and job.scenario.digest == scenario.digest else None


def interesting(scenario: Scenario) -> tuple[str, str]:
    """The pair to look at first: whom the scenario's outcomes ask about, the question's own before others."""
    found = sorted(scenario.outcomes.values(), key=lambda o: not o.answers)
    codes = [code for outcome in found for code in re.findall(r"[A-Z]{3}", outcome.text)]
    patron = next((c for c in codes if c in scenario.patrons), scenario.patrons[0])
    return patron, next((c for c in codes if c in scenario.clients and c != patron), scenario.clients[0])


def decisive(scenario: Scenario) -> int:
    """The quarter to open at: in which the first of the outcomes that answer the question is read; without any, the last."""
    read = [outcome.last for outcome in scenario.outcomes.values() if outcome.answers]
    return max(scenario.start, min([*read, scenario.end]))


# --- this run ----------------------------------------------------------------------------------------------------------------


def this_run(story: Story, line: Level, when: int, *, beside: bool = True) -> str:
    """An outcome in one run as far as it has come: what it is, or how things stand before it is read.

    `beside`: how many of the runs behind the line came to the same is told, once it is read.
    """
    outcome, quarter = story.scenario.outcomes[line.name], story.scenario.start + when - 1
    value = story.outcome(line.name, when)
    if quarter >= min(outcome.last, story.scenario.end) and np.isfinite(value):
        return f"{_value_words(value, line)}, {_typical(value, line)}" if beside else _value_words(value, line)
    if np.isfinite(value) and outcome.reduce != "last":
        return f"{_value_words(value, line)}, so far"
    if not np.isfinite(value):
        value = at_the_time(story, outcome.expression, when)
    if np.isfinite(value):
        return f"{_value_words(value, line)}, in {story.quarters[when]}"
    return f"read from {quarter_name(outcome.first)} on" if quarter < outcome.first else "unknown"


def at_the_time(story: Story, expression: Any, when: int) -> float:
    """What a single measure of a pair or a client is at one time; not a number for whatever else is asked."""
    if not isinstance(expression, MeasureCall) or expression.name not in story.first:
        return float("nan")
    axes = (story.patrons, story.clients)[2 - len(expression.args) :]
    found = story.at(expression.name, when)
    if found.ndim != len(axes) or any(code not in axis for code, axis in zip(expression.args, axes, strict=True)):
        return float("nan")
    return float(found[tuple(axis.index(code) for code, axis in zip(expression.args, axes, strict=True))])


def _value_words(value: float, line: Level) -> str:
    from patronage.reports.words import number

    if line.truth and line.measure == "base":
        return "it stands" if value > 0 else "it does not stand"
    if line.truth:
        return "yes" if value > 0 else "no"
    return f"{number(value)}{' ' + line.unit if line.unit else ''}"


def _typical(value: float, line: Level) -> str:
    """How many of all runs came to the same, or, where hardly any did, stay below."""
    from patronage.reports.words import percent

    known = line.values[np.isfinite(line.values)]
    same = float(((known > 0) == (value > 0)).mean() if line.truth else np.isclose(known, value, rtol=1e-9, atol=0.0).mean())
    if line.truth or same >= COMMON:
        return f"as in {percent(same)} of runs"
    return f"above {percent(float((known < value).mean()))} of runs"
