"""A scenario on a page: who plays, what happens, what is asked."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from patronage.scenario import quarter_name
from patronage.scenario.catalogue import BY_NAME
from patronage.scenario.structure import is_switch
from patronage.scenario.wording import timing

if TYPE_CHECKING:
    from patronage.scenario import Act, Change, Event, Outcome, Scenario

WIDTH = 100
LABEL = 10
MOST_CHANGES = 6
"""Changes of one event that are told."""


def overview(s: Scenario) -> str:
    """The page."""
    parts = [s.title, *(textwrap.wrap(s.question, WIDTH) if s.question else []), ""]
    parts += _row("Period", [f"{quarter_name(s.start)} to {quarter_name(s.end)}, {s.end - s.start + 1} quarters"])
    parts += _row("Patrons", [", ".join(f"{s.names[c]} ({c})" for c in s.patrons)])
    parts += _row("Clients", [", ".join(f"{s.names[c]} ({c})" for c in s.clients)])
    parts += _row("Axes", [f"{axis}: from {minus} (-1) to {plus} (+1)" for axis, (plus, minus) in s.poles.items()])
    parts += _row("Blocs", [_bloc(s, code) for code in s.blocs])
    parts += _row("Bases", [_base(s, name) for name in s.bases])
    parts += _row("Contracts", [_base(s, name) for name, c in s.contracts.items() if name not in s.bases])
    parts += _row("Events", [f"{event.name} {event_text(s, event)}" for event in s.events])
    parts += _row("Outcomes", [f"{o.name}: {_outcome(s, o)}" for o in s.outcomes.values()])
    parts += _row("Finding", [" ".join(s.finding.split())] if s.finding else [])
    assumed = sum("assumption" in f.source.lower() for f in s.written.values())
    sourced = f"{len(s.written)} numbers are written here, {assumed} of them with an assumption as their source"
    parts += _row("Numbers", [f"{sourced}; the others are defaults (patronage show --full)"])
    return "\n".join(parts)


def _row(label: str, entries: list[str]) -> list[str]:
    """Entries below each other behind a label."""
    out: list[str] = []
    for entry in entries:
        head = (label if not out else "").ljust(LABEL)
        out += textwrap.wrap(
            entry, WIDTH, initial_indent=head, subsequent_indent=" " * (LABEL + 2), break_on_hyphens=False
        )
    return out


def _bloc(s: Scenario, code: str) -> str:
    bloc = s.bloc(code)
    members = ", ".join(sorted((*bloc.members, *bloc.affiliates))) or "nobody yet"
    return f"{bloc.name} ({code}), led by {bloc.leader or 'nobody'}: {members}"


def _base(s: Scenario, name: str) -> str:
    base = s.contracts[name]
    under = f" in the name of {base.under}" if base.under else ""
    rent = f"{base.rent:.6g} MUSD/yr" if base.rent else "no rent"
    what = "" if name in s.bases else f", {base.kind}"
    return f"{name}: {base.holder}{under} in {base.host}{what}, {rent}, {quarters_text(base.term_left)} left"


def quarters_text(count: int) -> str:
    """A number of quarters in words."""
    return "1 quarter" if count == 1 else f"{count} quarters"


def _outcome(s: Scenario, outcome: Outcome) -> str:
    first, last = quarter_name(outcome.first), quarter_name(outcome.last)
    given = f", given {outcome.given}" if outcome.given else ""
    if first == last:
        return f"{outcome.text} in {first}{given}"
    whole = (outcome.first, outcome.last) == (s.start, s.end)
    return f"{outcome.reduce} of {outcome.text}" + ("" if whole else f", {first} to {last}") + given


def event_text(s: Scenario, event: Event) -> str:
    """When it happens, what it changes, and for how long."""
    what = [f"{c.path} becomes {setting_text(s, event, c)}" for c in event.changes[:MOST_CHANGES]]
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
