"""The answer to the question of a scenario: in words, over many runs and in this one."""

from __future__ import annotations

from typing import Any

import solara

from patronage.browser.answering import MOST_LEADING, AnswerJob, Level, Levels, command, levels_of, this_run
from patronage.browser.futures import FuturesJob
from patronage.browser.reach import TrialJob
from patronage.browser.rivals import side
from patronage.browser.workspace import Desk
from patronage.looks import titled
from patronage.scenario import Scenario
from patronage.telling.history import Story

from .card import Card, table, text
from .futures import FuturesState, heading, outlook
from .markup import HtmlElement, ask, small
from .tour import TourButton

QUIET = "pg-small pg-muted"


def AnswerCard(desk: Desk, story: Story, when: int, futures: FuturesJob | None) -> None:
    """A card over the whole width."""
    scenario = story.scenario
    with Card(scenario.question or scenario.title or scenario.name, testid="answer"):
        TourButton(desk)
        if not scenario.outcomes:
            text("The scenario names no outcomes: what it says is on the tabs.")
            return
        job, found = desk.answer, levels_of(desk.answer, scenario)
        if job is None or found is None:
            # By a key of its own: Solara would make a table of this element, and it would stay none.
            text(_progress(job), role="status", **{"data-testid": "answer-state"}).key("no answer yet")
            return
        _levels(desk, story, when, job, found, futures)


def TrialCard(desk: Desk, scenario: Scenario, span: int = 12, *, moving: bool = True) -> None:
    """The answer in short: over many runs, or where the levers stand. `moving`: beside the levers."""
    with Card("The answer", scenario.question, span=span, testid="trial-answer"):
        found, trial = levels_of(desk.answer, scenario), desk.trials.trial
        if found is None:
            text(_progress(desk.answer), role="status").key("no short answer yet")
            return
        heads = ("Outcome", f"In {found.runs} runs" if trial is None else f"Where your levers stand, {trial.pairs} pairs")
        leading = [line for line in found.lines if line.leads]
        rows = [(titled(line.title, line.when), _answered(line) if trial is None else _moved(trial, line)) for line in leading]
        table(heads, rows, wide=(0, 1))
        if moving or trial is not None:
            text(_state(trial), "pg-small", role="status", **{"data-testid": "trial-state"})
        overview = desk.tabs.index("Overview") if "Overview" in desk.tabs else 0
        solara.Button("All outcomes", on_click=lambda: desk.tab.set(overview), text=True, small=True).key("all outcomes")


def _state(trial: TrialJob | None) -> str:
    if trial is None:
        return "Move a figure: what it does to these stands here at once."
    return "" if trial.finished else f"{trial.runs} pairs of runs are being computed …"


def _levels(
    desk: Desk, story: Story, when: int, job: AnswerJob, found: Levels, futures: FuturesJob | None
) -> None:
    trial = desk.trials.trial
    heads = ["Outcome", f"In {found.runs} runs", "In this run"]
    if trial is not None:
        heads.insert(1, f"Where your levers stand, {trial.pairs} pairs")
    ahead = desk.ahead.wanted(when) is not None
    if ahead:
        heads.insert(-1, heading(story, when))
    wide = tuple(range(len(heads)))

    def row(line: Level) -> list[Any]:
        cells = _row(desk, story, line, when)
        known = futures is not None and futures.found is not None
        return [*cells[:-1], _level(outlook(futures, line), f"ahead {line.name}" if known else ""), cells[-1]] if ahead else cells

    leading = [line for line in found.lines if line.leads]
    shown, folded = leading[:MOST_LEADING], leading[MOST_LEADING:]
    table(heads, [row(line) for line in shown], testid="answers", wide=wide, stacks=True).key("answers")
    rest = [*folded, *(line for line in found.lines if not line.leads)]
    with solara.Div(classes=["pg-bar", "pg-answer-foot"]):
        own = desk.player is None and desk.room is None and desk.setup.replication < found.runs
        which = " with the model in your seat" if desk.player is not None else ", this one among them" if own else ""
        text(
            f"{found.runs} runs{which}, each with its own luck; in brackets the 95 % interval. "
            f"As {command(desk.setup, found.runs)} says it.",
            "pg-small pg-muted",
        )
        if not job.finished or job.failed:
            text(_progress(job), "pg-small", role="status", **{"data-testid": "answer-state"})
        FuturesState(futures)
    if rest:
        summary = solara.v.Html(tag="summary", class_="pg-small", children=[f"{len(rest)} more outcomes"])
        with solara.v.Html(tag="details", class_="pg-more", children=[summary]):
            table(heads, [row(line) for line in rest], wide=wide, stacks=True)


def _row(desk: Desk, story: Story, line: Level, when: int) -> list[Any]:
    trial, twin = desk.trials.trial, desk.twin_story()
    cells = _answered(line)
    if line.cause:
        cells.append(small(line.cause, QUIET))
    here: list[Any] = [ask(this_run(story, line, when), f"outcome {line.name}")]
    if twin is not None:
        known = line.name in twin.scenario.outcomes
        other = this_run(twin, line, min(when, twin.now), beside=False) if known else "not asked there"
        here.append(small(f"{side(desk.rival.value, desk.setup)}: {other}", QUIET))
    out = [titled(line.title, line.when), cells, here]
    if trial is not None:
        out.insert(1, _moved(trial, line))
    return out


def _moved(trial: TrialJob, line: Level) -> list[Any]:
    """An outcome where the levers stand, and how far that is from the scenario in force."""
    moved = trial.found.get(line.name)
    if moved is None:
        return [f"They cannot be told: {trial.failed}" if trial.failed else "…"]
    return [*_level(moved.text, f"moved {line.name}"), small(f"against the scenario: {moved.difference}")]


def _answered(line: Level) -> list[Any]:
    """What many runs say of an outcome; a click explains it."""
    return _level(line.text, f"many {line.name}")


def _level(words: str, question: str = "") -> list[Any]:
    """A level with its interval, and quieter what follows it."""
    level, _, spread = words.partition("; ")
    shown = f"{level};" if spread else level
    rest = [HtmlElement("span", (f" {spread}",), QUIET)] if spread else []
    return [HtmlElement("strong", (ask(shown, question) if question else shown,)), *rest]


def _progress(job: AnswerJob | None) -> str:
    if job is not None and job.failed:
        return f"Many runs cannot be told: {job.failed}"
    if job is not None and not job.sizes:
        return "So many actors are too much for the page: patronage run answers."
    if job is None or job.waiting:
        return "What many runs say comes in a moment …"
    return f"{job.runs} runs are being computed …"
