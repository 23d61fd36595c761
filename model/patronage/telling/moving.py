"""What the search for levers found, in words: how far each moves what, and how many were tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patronage.looks import upper
from patronage.results.worth import TRUTHFUL, small
from patronage.scenario import Scenario
from patronage.scenario.conditions import MeasureCall

from .choices import choice_words

if TYPE_CHECKING:
    from patronage.experiments.levering import Effect, LeverReach


@dataclass(frozen=True)
class Counts:
    """Of a search for levers."""

    tried: int = 0
    again: int = 0
    """Those that seemed to move most, and were tried again with other luck."""
    sure: int = 0
    """Those of them whose effect can be told from nothing."""
    shown: int = 0


def moves_words(scenario: Scenario, moved: LeverReach) -> str:
    """What a lever moves most and how far; and whether it can be told to move the first outcome that answers the question.

    `scenario` with the outcomes that the search asked.
    """
    best, first = moved.best, moved.effects[0]
    to = _place(moved.becomes)
    at = f"at {to}" if to[-1].isdigit() else to
    size = f"{at if moved.was is None else f'from {_place(moved.was)} to {to}'}: {_effect(scenario, best)}"
    if not best.tells:
        return f"cannot be told from nothing; {size}"
    if first.outcome == best.outcome:
        return size
    if first.tells:
        return f"{size}; {_effect(scenario, first)}"
    still = small(first.mean, first.low, first.high, first.smallest)
    return f"{size}; {'does not move' if still else 'cannot be told to move'}: {_title(scenario, first)}"


def reach_words(counts: Counts, client: str) -> str:
    """How many levers were tried, how many of them a second time, and how many can be told to move anything."""
    again = f"the {counts.again} that seemed to move most once more with other luck"
    first = f"{counts.tried} levers were tried over their ranges, dates up to five years either way, {again}"
    sure = f"{counts.sure} of these can be told from nothing, in what answers the question, influence in {client} or another outcome"
    cut = f"; the {counts.shown} strongest stand here" if counts.shown < counts.sure else ""
    missing = "; the others stand here by their estimates" if counts.sure < counts.shown else ""
    return f"{first}: {sure}{cut}{missing}."


def _place(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else choice_words(str(value))


def _effect(scenario: Scenario, effect: Effect) -> str:
    """An outcome, and by how much it is moved."""
    from patronage.reports.words import fixed, signed, subject

    about, title = subject(scenario, effect.outcome, np.zeros(0)), _title(scenario, effect)
    if about.truth:
        return f"{title}, in {fixed(100 * effect.mean, 0, sign=True)} points of runs"
    if about.measure == "share":
        return f"{title} {fixed(100 * effect.mean, 1, sign=True)} points"
    return f"{title} {signed(effect.mean, 2)}{' ' + about.unit if about.unit else ''}"


def _title(scenario: Scenario, effect: Effect) -> str:
    """An outcome by its label, or by what it measures."""
    from patronage.reports.words import measure_words, subject

    outcome = scenario.outcomes[effect.outcome]
    if outcome.label or not isinstance(outcome.expression, MeasureCall) or outcome.reduce not in TRUTHFUL:
        return subject(scenario, effect.outcome, np.zeros(0)).title
    return upper(measure_words(scenario, outcome.expression, outcome.reduce))
