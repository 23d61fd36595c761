"""A scenario on a page: who plays, what happens, what is asked."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from patronage.scenario import quarter_name
from patronage.scenario.describing import contract_text, event_text, outcome_text

if TYPE_CHECKING:
    from patronage.scenario import Scenario

WIDTH = 100
LABEL = 10


def overview(s: Scenario) -> str:
    """The page."""
    parts = [s.title, *(textwrap.wrap(s.question, WIDTH) if s.question else []), ""]
    parts += _row("Period", [f"{quarter_name(s.start)} to {quarter_name(s.end)}, {s.end - s.start + 1} quarters"])
    parts += _row("Patrons", [", ".join(f"{s.names[c]} ({c})" for c in s.patrons)])
    parts += _row("Clients", [", ".join(f"{s.names[c]} ({c})" for c in s.clients)])
    parts += _row("Axes", [f"{axis}: from {minus} (-1) to {plus} (+1)" for axis, (plus, minus) in s.poles.items()])
    parts += _row("Blocs", [_bloc(s, code) for code in s.blocs])
    parts += _row("Bases", [f"{name}: {contract_text(s, name)}" for name in s.bases])
    parts += _row("Contracts", [f"{name}: {contract_text(s, name)}" for name, c in s.contracts.items() if name not in s.bases])
    parts += _row("Events", [f"{event.name} {event_text(s, event)}" for event in s.events])
    parts += _row("Outcomes", [f"{o.name}: {outcome_text(s, o)}" for o in s.outcomes.values()])
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
