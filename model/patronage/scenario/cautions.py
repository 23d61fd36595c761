"""What is right in a scenario and yet may not do what its author thinks."""

from __future__ import annotations

from .scenario import Scenario


def cautions(scenario: Scenario) -> list[str]:
    """Each in a sentence that begins with the path it is about."""
    return [*_without_openness(scenario), *_without_members(scenario), *_without_supply(scenario)]


def _without_openness(s: Scenario) -> list[str]:
    """Rules that compare a patron's openness with a client's do nothing where the patron's is not stated."""
    silent = [p for p in s.patrons if s.number("patron_openness", p) < 0]
    out = [
        f"patrons.{p}.openness is not stated, and without it {p} has no leverage and never campaigns"
        for p in silent
        if "leverage" in _theories(s, f"patrons.{p}.interference")
    ]
    for c in s.clients:
        near = [p for p in silent if p != c]
        if near and "linkage" in _theories(s, f"states.{c}.support"):
            out.append(f"states.{c}.support is linkage, and who states no openness pulls nowhere: {', '.join(near)}")
    if s.number("with_refusal") > 0:
        senders = {a.actors["from"]: e.name for e in s.events for a in e.acts if a.kind == "sanction"}
        out += [
            f"patrons.{p}.openness is not stated, so that the sanction of events.{senders[p]} condemns nobody"
            for p in silent
            if p in senders
        ]
    return out


def _without_members(s: Scenario) -> list[str]:
    """A bloc without a client member protects nobody and sanctions from nowhere."""
    joined = {a.actors["bloc"] for e in s.events for a in e.acts if a.kind == "join"}
    return [
        f"blocs.{b} has no client as a member at the start, and no event makes one join"
        for b in s.blocs
        if not s.bloc(b).members and b not in joined
    ]


def _without_supply(s: Scenario) -> list[str]:
    """Who has delivered major arms and sells none any more: files from before there were contracts say nothing of it."""
    if s.number("with_contracts") == 0:
        return []
    sell = {c.codes[0] for e in s.events for c in e.changes if c.field == "supply"}
    return [
        f"patrons.{p}.supply is 0, so that {p} signs no contract of major arms, and what it delivered counts for ten years"
        for p in s.patrons
        if p not in sell and s.number("supply", p) == 0 and any(_delivered(s, p, c) for c in s.clients if c != p)
    ]


def _delivered(s: Scenario, patron: str, client: str) -> bool:
    """Whether major arms came in the ten years before the start."""
    return any(s.number(f"arms_year_y{i}", patron, client) > 0 for i in range(1, 11))


def _theories(s: Scenario, path: str) -> set[str]:
    """Words of a choice, at the start and by events."""
    return {s.choice(path), *(str(c.value) for e in s.events for c in e.changes if c.path == path)}
