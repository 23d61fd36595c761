"""What a scenario can be asked: facts whose actors it has and whose quarters it plays, and those it decides itself."""

from __future__ import annotations

import math
from collections.abc import Iterator

from patronage.scenario import Act, Dated, Event, Scenario
from patronage.scenario.problems import Place, Problems
from patronage.scenario.quarters import quarter_name
from patronage.scenario.spreading import BASE

from .kinds import KINDS, WORDS, Fact, Facts

_CONTRACT = ("holder", "host")
_STANDING = ("open_base", "close_base", "evict", "host_demand", "ban")
DECIDING: dict[str, dict[str, tuple[str, ...]]] = {
    "base": dict.fromkeys(_STANDING, _CONTRACT),
    "concession": dict.fromkeys(_STANDING, _CONTRACT),
    "rent": dict.fromkeys(("open_base", "host_demand"), _CONTRACT),
    "renewal": dict.fromkeys(("open_base", "merge"), _CONTRACT),
    "member": {"join": ("bloc", "state"), "leave": ("bloc", "state")},
    "overthrow": {"overthrow": ("state",), "coup": ("state",)},
    "campaign": {"campaign": ("from", "to")},
    "given": {"forgive": ("from", "to"), "promise": ("from", "to"), "transfer": ("from", "to")},
}  # fmt: skip
"""By kind of fact: the acts of events that decide it, and the actors by which they are told."""


MOST_NON_EVENTS = 1 / 3
"""Part of the facts that may say that nothing changed: a model in which nothing moves gets all of them right."""


def check(facts: Facts, scenario: Scenario) -> None:
    """Raises ScenarioError if facts name who is not in the scenario, or if too many of them say that nothing changed."""
    problems = Problems()
    non_events(facts, problems)
    known = cast(scenario)
    for f in facts.facts:
        for role, code in named(f):
            if code not in known[role]:
                place = Place(facts.file, f.line, f.column)
                problems.unknown(place, f"{role} of {scenario.name} in the fact {f.name},", code, known[role])
        if f.kind == "concession" and bool(f.was) != _held(f, scenario):
            word = {True: "yes", False: "no"}[_held(f, scenario)]
            message = f"the fact {f.name} says that its {f.one('kind')} was otherwise at the start than {scenario.name} does"
            problems.add(Place(facts.file, f.line, f.column), message, f"Write was: {word}")
    problems.stop()


def _held(fact: Fact, scenario: Scenario) -> bool:
    """Whether a contract of a concession's kind stands at the start."""
    who = (fact.one("holder"), fact.one("host"), fact.one("kind"))
    return any((c.holder, c.host, c.kind) == who for c in scenario.contracts.values())


def cast(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Actors by role."""
    return {"patron": scenario.patrons, "client": scenario.clients, "bloc": scenario.blocs, "kind": scenario.kinds}


def named(fact: Fact) -> Iterator[tuple[str, str]]:
    """Role and code of every actor of a fact."""
    for key, role in KINDS[fact.kind].actors.items():
        if role not in WORDS:
            yield from ((role.removesuffix("s"), code) for code in fact.actors[key])


def non_events(facts: Facts, problems: Problems) -> None:
    """Refuse a list in which too little happens."""
    still = [f for f in facts.facts if f.non_event]
    most = math.floor(len(facts.facts) * MOST_NON_EVENTS)
    if len(still) > most:
        problems.add(
            Place(facts.file, still[most].line, still[most].column),
            f"{len(still)} of {len(facts.facts)} facts are non-events, and at most a third may be",
            "Leave some out, or add facts in which something changed",
        )


def suits(facts: Facts, scenario: Scenario) -> bool:
    """Whether a scenario has everybody that the facts name."""
    known = cast(scenario)
    return all(code in known[role] for f in facts.facts for role, code in named(f))


def unasked(fact: Fact, scenario: Scenario) -> str:
    """Why a fact cannot be asked of the scenario; empty if it can."""
    if fact.first < scenario.start or fact.last > scenario.end:
        return f"the scenario plays {quarter_name(scenario.start)} to {quarter_name(scenario.end)}"
    return ""


def decided(fact: Fact, scenario: Scenario) -> str:
    """What of the scenario decides a fact before any run; empty if nothing does."""
    for event in scenario.events:
        if not isinstance(event.trigger, Dated) or event.trigger.quarter <= fact.last:
            for act in event.acts:
                roles = DECIDING.get(fact.kind, {}).get(act.kind)
                if roles and _same(fact, tuple(act.actors.get(r, "") for r in roles)) and _of_kind(fact, act):
                    return f"events.{event.name}: {act.kind}"
    if fact.kind == "member":
        return _frozen(fact, scenario)
    if fact.kind in ("base", "concession") and not scenario.number("fit", fact.one("holder"), fact.one("host"), _concession(fact)):
        return "" if _set(scenario, _fit(fact)) else f"{_fit(fact)} is 0: no {_concession(fact)} can be"
    return ""


def missions(fact: Fact, scenario: Scenario) -> tuple[str, ...]:
    """Dated events that begin or end the mission of a fact's patron: they do not decide it, and it leans on them."""
    if fact.kind not in ("base", "concession", "rent", "renewal"):
        return ()
    holder, host = fact.one("holder"), fact.one("host")
    paths = [f"ties.{holder}.{host}.mission", *([_fit(fact)] if fact.kind == "concession" else [])]
    if scenario.number("kind_mission", _concession(fact)):
        paths.insert(0, f"patrons.{holder}.mission")
    setting = dict.fromkeys(event for path in paths for event in _setting(scenario, path))
    return tuple(e.name for e in setting if isinstance(e.trigger, Dated) and e.trigger.quarter <= fact.last)


def _concession(fact: Fact) -> str:
    """The kind of contract that a fact is about."""
    return fact.one("kind") if fact.kind == "concession" else BASE


def _fit(fact: Fact) -> str:
    """The path of how well the place serves."""
    return f"ties.{fact.one('holder')}.{fact.one('host')}.fit.{_concession(fact)}"


def _of_kind(fact: Fact, act: Act) -> bool:
    """Whether an act on a contract is about the kind that a fact is about; a ban is about all."""
    return act.kind == "ban" or "host" not in act.actors or act.actors.get("kind", BASE) == _concession(fact)


def _same(fact: Fact, actors: tuple[str, ...]) -> bool:
    """Whether an act concerns those whom a fact names."""
    named = [fact.actors[key] for key in KINDS[fact.kind].actors][: len(actors)]
    return all(a in several for a, several in zip(actors, named, strict=True))


def _frozen(fact: Fact, scenario: Scenario) -> str:
    """Why a membership cannot change by choice."""
    bloc, state = fact.one("bloc"), fact.one("state")
    if not scenario.number("bloc_open", bloc) and not _set(scenario, f"blocs.{bloc}.open"):
        return f"blocs.{bloc}.open is no: nobody joins or leaves"
    about = scenario.bloc(bloc)
    if state not in (*about.members, *about.candidates):
        return f"{state} is no candidate of {bloc}"
    return ""


def _setting(scenario: Scenario, path: str) -> Iterator[Event]:
    return (e for e in scenario.events if any(c.path == path for c in e.changes))


def _set(scenario: Scenario, path: str) -> bool:
    return any(True for _ in _setting(scenario, path))
