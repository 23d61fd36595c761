"""Where history really went: the dated facts that come with the package, and whether the run on the page had them too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from patronage.facts.board import observed, when
from patronage.facts.fitting import decided, suits, unasked
from patronage.facts.holding import right
from patronage.facts.kinds import KINDS, Fact, Facts
from patronage.facts.shipped import boards
from patronage.results.recorder import Recorder
from patronage.scenario import Scenario

from .history import Story

PLACES = ("host", "state", "in", "against", "to", "of")
"""Keys of a fact that name the client it happened in."""
_known: WeakKeyDictionary[Recorder, dict[str, bool]] = WeakKeyDictionary()
"""Of every run on a page, which facts it had: what has passed does not change."""
_latest: WeakKeyDictionary[Recorder, tuple[int, Scenario, list[Remembered]]] = WeakKeyDictionary()
"""What was remembered of it last, for how many quarters and under which scenario: all that is drawn of a quarter asks the same."""


@dataclass(frozen=True)
class Remembered:
    """A fact whose quarters have passed."""

    fact: Fact
    when: int
    """Time index of its last quarter."""
    client: str
    """Where it happened; nothing if in several at once."""
    words: str
    span: str
    """Its quarter, or its first and last."""
    here: bool
    """Whether this run had it."""
    given: str
    """What in the scenario decides it before any run; nothing if the run does."""

    @property
    def verdict(self) -> str:
        """The run beside history."""
        return ("so in this run" if self.here else "not so in this run") + (f", given by {self.given}" if self.given else "")


@dataclass(frozen=True)
class SoFar:
    """A growing run as facts are asked of it."""

    data: Any
    ledger: Any


@cache
def _boards() -> tuple[Facts, ...]:
    return tuple(boards().values())


def board_of(story: Story) -> Facts | None:
    """The shipped list all of whose actors the scenario has, if there is one."""
    return next((f for f in _boards() if suits(f, story.scenario)), None)


def remembered(story: Story, until: int) -> list[Remembered]:
    """Facts whose quarters have passed at a time, in the order of their last quarter."""
    latest = _latest.get(story.record)
    if latest is None or latest[0] != until or latest[1] is not story.scenario:
        latest = _latest[story.record] = (until, story.scenario, _remembered(story, until))
    return latest[2]


def _remembered(story: Story, until: int) -> list[Remembered]:
    about, scenario = board_of(story), story.scenario
    last = scenario.start + until - 1
    facts = [f for f in about.facts if f.last <= last and not unasked(f, scenario)] if about is not None else []
    held = _held(story, facts)
    found = [
        Remembered(f, f.last - scenario.start + 1, _client(f), _words(story, f), when(f), held[f.name], decided(f, scenario))
        for f in facts
    ]
    return sorted(found, key=lambda r: r.when)


def counted(found: list[Remembered]) -> tuple[int, int]:
    """How many facts the run had, and of how many that the scenario does not decide."""
    open_ = [r for r in found if not r.given]
    return sum(r.here for r in open_), len(open_)


def _held(story: Story, facts: list[Fact]) -> dict[str, bool]:
    known = _known.setdefault(story.record, {})
    fresh = [f for f in facts if f.name not in known]
    if fresh:
        run = SoFar(story.record.labelled(), story.ledger)
        known |= {f.name: bool(right(f, run)[0]) for f in fresh}
    return known


def _client(fact: Fact) -> str:
    codes = next(fact.actors[key] for key in PLACES if key in fact.actors)
    return codes[0] if len(codes) == 1 else ""


def _words(story: Story, fact: Fact) -> str:
    """What the fact says and was found."""
    doc = KINDS[fact.kind].doc
    who = ", ".join(" and ".join(story.name(code) for code in codes) for codes in fact.actors.values())
    return f"{doc[:1].upper()}{doc[1:]} ({who}): {observed(fact)}"
