"""What stands in a scenario in a line each: an event, what an event sets, a contract, an outcome."""

from __future__ import annotations

from .catalogue import BY_NAME
from .entities import Outcome
from .events import Act, Change, Event
from .quarters import quarter_name
from .scenario import Scenario
from .structure import is_switch
from .wording import in_words, timing

MOST_CHANGES = 6
"""Changes of one event that are told."""


def event_text(s: Scenario, event: Event, words: bool = False) -> str:
    """When it happens, what it changes (paths, or `words`), and for how long."""
    what = [f"{in_words(s, c.path) if words else c.path} becomes {setting_text(s, event, c)}" for c in event.changes[:MOST_CHANGES]]
    if len(event.changes) > MOST_CHANGES:
        what.append(f"and {len(event.changes) - MOST_CHANGES} more changes")
    what += [f"{name} ends" for name in event.repeals]
    what += [_act(s, event, act) for act in event.acts]
    return f"{timing(event)}: {'; '.join(what)}"


def setting_text(s: Scenario, event: Event, change: Change) -> str:
    """What an event sets: a word, on or off, or a number in the unit of its field."""
    if isinstance(change.value, str):
        return change.value
    if is_switch(BY_NAME[change.field]):
        return "on" if change.value else "off"
    figure = s.written[f"events.{event.name}.set.{change.path}"]
    return figure_text(figure.value, figure.unit)


def figure_text(value: float, unit: str) -> str:
    """A number and its unit."""
    plural = "s" if unit in ("quarter", "person") and value != 1 else ""
    return f"{value:.10g}" if unit == "1" else f"{value:.10g} {unit}{plural}"


def _act(s: Scenario, event: Event, act: Act) -> str:
    actors = " ".join(f"{role} {code}" for role, code in act.actors.items())
    figures = {name: s.written.get(f"events.{event.name}.{act.at}.{name}") for name in act.numbers}
    texts = {name: figure_text(f.value, f.unit) for name, f in figures.items() if f is not None}
    numbers = ", ".join(text if name in text else f"{name} {text}" for name, text in texts.items())
    beside = "the holder may bid again" if act.kind == "evict" else numbers
    return f"{act.kind.replace('_', ' ')} {actors}" + (f" ({beside})" if beside else "")


def contract_text(s: Scenario, name: str) -> str:
    """Whose it is and where, at what rent and for how long."""
    base = s.contracts[name]
    under = f" in the name of {base.under}" if base.under else ""
    rent = f"{base.rent:.6g} MUSD/yr" if base.rent else "no rent"
    what = "" if name in s.bases else f", {base.kind}"
    return f"{base.holder}{under} in {base.host}{what}, {rent}, {quarters_text(base.term_left)} left"


def quarters_text(count: int) -> str:
    """A number of quarters in words."""
    return "1 quarter" if count == 1 else f"{count} quarters"


def outcome_text(s: Scenario, outcome: Outcome) -> str:
    """What is measured and when."""
    first, last = quarter_name(outcome.first), quarter_name(outcome.last)
    given = f", given {outcome.given}" if outcome.given else ""
    if first == last:
        return f"{outcome.text} in {first}{given}"
    whole = (outcome.first, outcome.last) == (s.start, s.end)
    return f"{outcome.reduce} of {outcome.text}" + ("" if whole else f", {first} to {last}") + given
