"""Events, their figures and the claims of stories in words, where the page would otherwise show names and paths of a file."""

from __future__ import annotations

from math import isfinite

import numpy as np

from patronage.looks import upper
from patronage.results.worth import measured
from patronage.scenario import Scenario
from patronage.scenario.entities import StoryStop
from patronage.scenario.paths import PathError, follow
from patronage.scenario.structure import Block, Leaf, structure
from patronage.scenario.wording import in_words

from .loading import reports_loaded

MOST_ABOUT = 3
"""Things that an event changes or does which its words name."""
LONGEST = 80
"""Characters of an event's words in a choice."""
PARTS = ("share", "autonomy", "debt_part")
"""Measures that are told in per cent."""


def event_name(scenario: Scenario, name: str) -> str:
    """The label of an event, or its name with spaces and codes as names: `sco_opens` is "Shanghai Cooperation Organisation opens"."""
    label = next((e.label for e in scenario.events if e.name == name), "")
    if label:
        return label
    known = {n.lower(): n for n in scenario.names.values()} | {code.lower(): n for code, n in scenario.names.items()}
    return " ".join(known.get(word, word) for word in name.split("_"))


def event_words(scenario: Scenario, name: str) -> str:
    """An event in words: its label, or else its name with its note or what it changes; of one fired on the page, what it does."""
    event = next((e for e in scenario.events if e.name == name), None)
    words = upper(event_name(scenario, name))
    if event is not None and event.label:
        return words
    if event is None or event.note:
        return f"{words}: {event.note}" if event is not None else words
    about = [in_words(scenario, change.path) for change in event.changes]
    for act in event.acts:
        actors = [scenario.names.get(code, code) for code in act.actors.values()]
        about.append(" – ".join((act.kind.replace("_", " "), *actors)))
    if name.startswith("now_") and about:  # a name that the page gave
        return f"Fired here: {', '.join(about)}"
    return f"{words}: {', '.join(about[:MOST_ABOUT])}{' …' if len(about) > MOST_ABOUT else ''}" if about else words


def event_brief(scenario: Scenario, name: str) -> str:
    """The same where there is little room."""
    words = event_words(scenario, name).rstrip(".")
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rsplit(" ", 1)[0] + " …"


def event_figure(scenario: Scenario, path: str) -> str:
    """What a figure of an event says: `events.withdrawal.over` is "Event “withdrawal”: how long the change takes"."""
    _, _, rest = path.partition(".")
    name, _, below = rest.partition(".")
    whose = f"Event “{event_name(scenario, name)}”"
    if not below:
        return whose
    if below.startswith("set."):
        return f"{whose}: {in_words(scenario, _straight(scenario, below.removeprefix('set.')))} from then on"
    at: Block | Leaf | None = structure().keys["events"]
    for segment in ("", *below.split(".")):
        at = (at.keys.get(segment) or at.each) if isinstance(at, Block) else None
    return f"{whose}: {at.doc if at is not None and at.doc else below.replace('.', ', ').replace('_', ' ')}"


def _straight(scenario: Scenario, path: str) -> str:
    try:
        return follow(path, scenario.cast)[2]
    except PathError:
        return path


# --- claims


def borne_out(scenario: Scenario, stop: StoryStop, here: float) -> str:
    """What a stop of a story says of many runs, and the run on the page, which may be unlike; `here`: NaN if it says nothing."""
    reports_loaded()
    from patronage.reports.words import expression_words, number, read_when

    claim = stop.claim
    truth, unit, measure = measured(claim, np.zeros(0))
    words = upper(expression_words(scenario, claim.expression))
    if claim.first != claim.last:
        words += f" ({read_when(claim, claim.last)})"
    if truth:
        own = f"; {'so' if here else 'not so'} in this run" if isfinite(here) else ""
        return f"{words}: the story expects it in {_stated(100 * stop.low)} to {_stated(100 * stop.high)} % of many runs{own}"
    scale, unit = (100, "%") if measure in PARTS else (1, unit)
    band = f"{_stated(scale * stop.low)} to {_stated(scale * stop.high)} {unit}".strip()
    own = f"; {f'{number(scale * here)} {unit}'.strip()} in this run" if isfinite(here) else ""
    return f"{words}: the story expects {band} on average over many runs{own}"


def _stated(value: float) -> str:
    """A number as somebody wrote it, with spaces between thousands."""
    return f"{value:,.10g}".replace("-", "−").replace(",", "\u202f")
