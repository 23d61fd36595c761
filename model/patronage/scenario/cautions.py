"""What is right in a scenario and yet may not do what its author thinks."""

from __future__ import annotations

from collections.abc import Iterator

from . import conditions
from .entities import Outcome
from .events import Act, Event
from .scenario import Scenario

OPENS = ("open_base", "close_base", "ban", "host_demand")
"""Acts that decide whether a contract stands; an eviction may be bought off."""
DECIDED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "base": (OPENS, ("holder", "host")), "concession": (OPENS, ("holder", "host", "kind")),
    "closed": (("ban", "admit"), ("holder", "host")),
    "overthrow": (("overthrow", "coup"), ("state",)), "coup": (("coup",), ("state",)), "turnover": (("turnover",), ("state",)),
    "member": (("join", "leave"), ("bloc", "state")), "sanction": (("sanction",), ("from", "to")),
    "campaign": (("campaign",), ("from", "to")),
}  # fmt: skip
"""Measures whose value an act orders: which acts, and whom they name in the order of the measure's arguments."""


def cautions(scenario: Scenario) -> list[str]:
    """Each in a sentence that begins with the path it is about."""
    return [
        *_without_openness(scenario), *_without_members(scenario), *_without_supply(scenario), *_idle_powers(scenario),
        *_bought_off(scenario), *_against_closed_doors(scenario), *_scripted(scenario),
    ]  # fmt: skip


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


def _idle_powers(s: Scenario) -> Iterator[str]:
    """A patron that courts nobody and has a use for nothing never acts; nor is a need met without a place, or without its ground."""
    moved = {(c.field, c.codes[0]) for e in s.events for c in e.changes if c.codes}
    for p in s.patrons:
        places = {k: [c for c in s.clients if c != p and s.number("fit", p, c, k) > 0] for k in s.kinds}
        wanted = [k for k in s.kinds if s.number("need", p, k) > 0]
        useful = [k for k in wanted if places[k] or ("fit", p) in moved]
        courts = any(s.number("weight", p, c) > 0 for c in s.clients if c != p) or ("weight", p) in moved
        if not courts and not useful and ("need", p) not in moved:
            yield f"patrons.{p} never acts: it gives no client a weight, and no place serves a need of it"
            continue
        for k in wanted:
            below = s.requires.get(k, "")
            if k not in useful:
                yield f"patrons.{p}.need.{k} is never met: no client has a ties.{p}.….fit.{k}"
            elif below and below not in wanted and not any((c.holder, c.kind) == (p, below) for c in s.contracts.values()):
                yield f"patrons.{p}.need.{k} is never met: a {k} requires a {below}, which {p} does not need"


def _acts(s: Scenario, *kinds: str) -> Iterator[tuple[Event, Act]]:
    return ((e, a) for e in s.events for a in e.acts if a.kind in kinds)


def _bought_off(s: Scenario) -> Iterator[str]:
    """An eviction is a notice, during which the holder bids again."""
    for event, act in _acts(s, "evict"):
        who = f"{act.actors['holder']} in {act.actors['host']}"
        yield f"events.{event.name}.{act.at} may be bought off: while the notice runs, {who} may bid again; the act ban is final"


def _against_closed_doors(s: Scenario) -> Iterator[str]:
    """An order opens what is closed."""
    shut = {(patron, host): f"states.{host}.closed_to" for host, patron in s.closed}
    shut |= {(a.actors["holder"], a.actors["host"]): f"events.{e.name}.{a.at}" for e, a in _acts(s, "ban")}
    for event, act in _acts(s, "open_base"):
        pair = (act.actors["holder"], act.actors["host"])
        if pair in shut:
            yield f"events.{event.name}.{act.at} opens a contract of {pair[0]} in {pair[1]} whatever {shut[pair]} says"


def _scripted(s: Scenario) -> Iterator[str]:
    """An outcome that asks for what an event orders finds it."""
    for outcome in s.outcomes.values():
        for node in conditions.subexpressions(outcome.expression):
            if isinstance(node, conditions.MeasureCall) and node.name in DECIDED:
                yield from (f"outcomes.{outcome.name} asks for what {at} decides" for at in _deciding(s, outcome, node))


def _deciding(s: Scenario, outcome: Outcome, node: conditions.MeasureCall) -> Iterator[str]:
    """Where events order what a measure tells, no later than it is last read."""
    kinds, roles = DECIDED[node.name]
    for event, act in _acts(s, *kinds):
        at = getattr(event.trigger, "quarter", s.start)
        about = act.actors | {"kind": act.actors.get("kind", s.kinds[0])}
        named = tuple(about.get(role, "") for role in roles)
        every_kind = act.kind == "ban" and named[:2] == node.args[:2]
        other_kind = node.name == "base" and act.kind != "ban" and about["kind"] != s.kinds[0]
        if at <= outcome.last and (named == node.args or every_kind) and not other_kind:
            yield f"events.{event.name}.{act.at}"
