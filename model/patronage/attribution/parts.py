"""Parts of a scenario, or of what two differ in, and the scenarios in which some of them are and others are not.

Two games. *Swapping*: the parts are differences between two scenarios; a coalition is the second with these parts as in the first.
*Switching*: the parts are things of a scenario; those that are not in the coalition are switched off, in two scenarios in both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ..scenario import Act, Event, Scenario
from ..scenario.catalogue import BY_NAME, INSTRUMENTS, MECHANISMS

KINDS = ("events", "mechanisms", "instruments", "actors", "deals")
"""What an outcome can be attributed to."""
REST = "everything else"
"""The part that holds all differences which are not of the kind asked for."""
WHOLE = ("closed", "requires", "allies", "poles")
"""Entries of a scenario that are exchanged as they are."""
GIVING = ("licence", "licence_mission", "package")
"""Fields by instrument that say what a patron gives."""
WANTING = ("budget", "mission", "need", "weight", "rivalry")
"""Fields without which a patron wants nothing; the patron comes first among the codes."""
ACTS_OF = {"arms": "transfer", "debt_relief": "forgive"}
"""Instruments that events give by acts of their own."""

Item = tuple[str, Any]
"""An entry of a scenario: the mapping it stands in, and its key."""


class AttributionError(ValueError):
    """A question that cannot be asked of these scenarios."""


@dataclass(frozen=True)
class Swapping:
    """Differences between two scenarios, exchanged part by part."""

    first: Scenario
    second: Scenario
    parts: tuple[str, ...]
    items: tuple[tuple[Item, ...], ...]
    """What belongs to each part."""

    @property
    def sides(self) -> int:
        return 1

    def at(self, coalition: int) -> tuple[Scenario, ...]:
        """The second scenario, with the parts of the coalition as they are in the first."""
        if coalition == 0 or coalition == (1 << len(self.parts)) - 1:
            return (self.second if coalition == 0 else self.first,)
        mine = {item for i, items in enumerate(self.items) if coalition >> i & 1 for item in items}
        return (hybrid(self.first, self.second, mine),)


@dataclass(frozen=True)
class Switching:
    """Parts that are switched off, in one scenario or in two."""

    scenarios: tuple[Scenario, ...]
    parts: tuple[str, ...]
    off: tuple[Callable[[Scenario], Scenario], ...]

    @property
    def sides(self) -> int:
        return len(self.scenarios)

    def at(self, coalition: int) -> tuple[Scenario, ...]:
        """The scenarios, in which only the parts of the coalition are on."""
        found = self.scenarios
        for i, switch in enumerate(self.off):
            if not coalition >> i & 1:
                found = tuple(switch(s) for s in found)
        return found


def game_of(
    first: Scenario, second: Scenario | None, over: str, how: str | None, only: Sequence[str]
) -> Swapping | Switching:
    """The game that a question asks for. `how`: "swap", "switch" or None, which swaps where the two differ in parts of that kind.

    Raises AttributionError.
    """
    if second is None:
        if how == "swap":
            raise AttributionError("swapping needs two scenarios, whose differences are exchanged")
        return switching((first,), over, only)
    check_pair(first, second)
    groups = grouped(first, second, over)
    if how == "switch" or (how is None and set(groups) <= {REST}):
        return switching((first, second), over, only)
    return swapping(first, second, over, groups, only)


def check_pair(a: Scenario, b: Scenario) -> None:
    """Refuse scenarios that cannot be compared run by run."""
    for what in ("patrons", "clients", "blocs", "axes", "kinds", "start"):
        if getattr(a, what) != getattr(b, what):
            raise AttributionError(f"{a.name} and {b.name} have different {what} and cannot be compared run by run")


# --- swapping ---


def swapping(a: Scenario, b: Scenario, over: str, groups: dict[str, list[Item]], only: Sequence[str]) -> Swapping:
    """The differences as parts; those that are not of the kind, or not among `only`, are one part more."""
    own = [name for name in groups if name != REST]
    check_names(only, own, over)
    if set(groups) <= {REST}:
        raise AttributionError(f"{a.name} and {b.name} differ in no {over}")
    chosen = [name for name in own if not only or name in only]
    rest = [item for name, items in groups.items() if name not in chosen for item in items]
    parts = [*chosen, *([REST] if rest else [])]
    return Swapping(a, b, tuple(parts), tuple(tuple(rest if p == REST else groups[p]) for p in parts))


def grouped(a: Scenario, b: Scenario, over: str) -> dict[str, list[Item]]:
    """What two scenarios differ in, by the part that it belongs to."""
    found: dict[str, list[Item]] = {}
    for item in differences(a, b):
        found.setdefault(part_of(item, over, a, b), []).append(item)
    return found


def differences(a: Scenario, b: Scenario) -> list[Item]:
    """Everything in which two scenarios differ and that a run may depend on."""
    one, other = ({e.name: _bare(e) for e in s.events} for s in (a, b))
    tables: list[tuple[str, Any, Any]] = [
        ("events", one, other), ("numbers", a.numbers, b.numbers), ("choices", a.choices, b.choices),
        ("contracts", a.contracts, b.contracts), ("members", a.members, b.members),
    ]  # fmt: skip
    found: list[Item] = [
        (table, key) for table, x, y in tables for key in dict.fromkeys((*x, *y)) if x.get(key) != y.get(key)
    ]
    return [*found, *(("whole", name) for name in WHOLE if getattr(a, name) != getattr(b, name))]


def _bare(event: Event) -> Event:
    """An event without what is only told of it."""
    return replace(event, note="", source="")


def part_of(item: Item, over: str, a: Scenario, b: Scenario) -> str:
    """The part of this kind to which a difference belongs."""
    table, key = item
    if over == "events":
        return str(key) if table == "events" else REST
    if over == "actors":
        return _actor(item, a, b)
    if table != "numbers":
        return REST
    segments = BY_NAME[key[0]].path.split(".")
    if over == "mechanisms":
        return segments[1] if segments[0] == "mechanisms" else REST
    return next((s for s in segments if s in INSTRUMENTS), REST)


def _actor(item: Item, a: Scenario, b: Scenario) -> str:
    """The actor whose difference it is: of a tie the patron, of an event the only one that it is about."""
    table, key = item
    if table == "numbers":
        return next((code for code in key[1] if code in a.names), REST)
    if table == "choices":
        return next((code for code in str(key).split(".") if code in a.names), REST)
    if table == "contracts":
        return str((a.contracts.get(key) or b.contracts[key]).holder)
    if table == "members":
        return str(key)
    if table != "events":
        return REST
    about = {actor for s in (a, b) for e in s.events if e.name == key for actor in _actors_of(e, a)}
    return (about.pop() or REST) if len(about) == 1 else REST


def _actors_of(event: Event, scenario: Scenario) -> list[str]:
    """Who acts, or is changed, in each thing that an event does; "" for the world at large."""
    changed = [next((c for c in change.codes if c in scenario.names), "") for change in event.changes]
    return [*changed, *(next(iter(act.actors.values()), "") for act in event.acts)]


def hybrid(a: Scenario, b: Scenario, mine: set[Item]) -> Scenario:
    """The second scenario, with some entries as they are in the first."""
    one, other = ({e.name: e for e in s.events} for s in (a, b))
    events = _mixed("events", one, other, mine)
    tables: dict[str, Any] = {t: _mixed(t, getattr(a, t), getattr(b, t), mine) for t in ("numbers", "choices", "contracts", "members")}
    whole: dict[str, Any] = {name: getattr(a if ("whole", name) in mine else b, name) for name in WHOLE}
    kept = tuple(replace(e, repeals=tuple(r for r in e.repeals if r in events)) for e in events.values())
    return replace(b, events=kept, **tables, **whole)


def _mixed(table: str, one: Any, other: Any, mine: set[Item]) -> dict[Any, Any]:
    """Entries of the second mapping, some of them as in the first; in the order of the first, others where the second has them."""
    if not any(t == table for t, _ in mine):
        return dict(other)
    out: dict[Any, Any] = {}
    for key in _order(list(one), list(other)):
        source = one if (table, key) in mine else other
        if key in source:
            out[key] = source[key]
    return out


def _order(one: list[Any], other: list[Any]) -> list[Any]:
    """All keys of two lists: those of the first in its order, every other one behind the one that precedes it in its own list."""
    out, known = list(one), set(one)
    for i, key in enumerate(other):
        if key not in known:
            out.insert(out.index(other[i - 1]) + 1 if i else 0, key)
            known.add(key)
    return out


# --- switching ---


def switching(scenarios: tuple[Scenario, ...], over: str, only: Sequence[str]) -> Switching:
    """All parts of the kind that are on in some of the scenarios, or those among `only`; the others stay as they are."""
    makers = {"events": _without_event, "mechanisms": _without_mechanism, "instruments": _without_instrument,
              "actors": _without_patron}  # fmt: skip
    names = there(scenarios, over)
    check_names(only, names, over)
    chosen = [n for n in names if not only or n in only]
    if not chosen:
        raise AttributionError(f"{' and '.join(s.name for s in scenarios)}: there are no {over}")
    return Switching(scenarios, tuple(chosen), tuple(partial(makers[over], name=n) for n in chosen))


def there(scenarios: Sequence[Scenario], over: str) -> list[str]:
    """Names of what can be switched off."""
    if over == "events":
        return list(dict.fromkeys(e.name for s in scenarios for e in s.events))
    if over == "mechanisms":
        return [m.path.split(".")[1] for m in MECHANISMS if any(s.number(m.name) > 0 for s in scenarios)]
    return list(INSTRUMENTS) if over == "instruments" else list(scenarios[0].patrons)


def check_names(only: Sequence[str], names: Sequence[str], over: str) -> None:
    """Refuse parts that there are not."""
    from ..scenario.problems import nearest

    for name in only:
        if name not in names:
            raise AttributionError(f"{name!r} is none of the {over}. {nearest(name, list(names))}".strip())


def _without_event(s: Scenario, name: str) -> Scenario:
    kept = (e for e in s.events if e.name != name)
    return replace(s, events=tuple(replace(e, repeals=tuple(r for r in e.repeals if r != name)) for e in kept))


def _without_mechanism(s: Scenario, name: str) -> Scenario:
    field = next(m.name for m in MECHANISMS if m.path == f"mechanisms.{name}")
    return _reduced(replace(s, numbers={**s.numbers, (field, ()): 0.0}), lambda f, _: f == field, lambda act: act)


def _without_instrument(s: Scenario, name: str) -> Scenario:
    """Nobody gives it, whether in courtship or in packages, whatever events say."""
    fields = {f"{what}_{name}" for what in GIVING}
    numbers = dict(s.numbers) | {(f, (p,)): 0.0 for f in fields for p in s.patrons}

    def reduced(act: Act) -> Act:
        gone = {k for k in act.numbers if k == name or (k == "amount" and ACTS_OF.get(name) == act.kind)}
        return replace(act, numbers={k: 0.0 if k in gone else v for k, v in act.numbers.items()}) if gone else act

    return _reduced(replace(s, numbers=numbers), lambda f, _: f in fields, reduced)


def _without_patron(s: Scenario, name: str) -> Scenario:
    """It wants nothing and gives nothing: no budget, mission, needs, weights or rivalries, and no acts of its own in events."""
    others = {"P": s.patrons, "Q": s.patrons, "C": s.clients, "J": s.kinds}
    numbers = dict(s.numbers)
    for field in WANTING:
        axes = BY_NAME[field].axes
        for code in others[axes[1]] if len(axes) > 1 else ("",):
            codes = (name, code) if code else (name,)
            if code != name:
                numbers[field, codes] = 0.0
    return _reduced(
        replace(s, numbers=numbers),
        lambda f, codes: f in WANTING and codes[:1] == (name,),
        lambda act: None if next(iter(act.actors.values()), "") == name else act,
    )


def _reduced(
    s: Scenario, sets: Callable[[str, tuple[str, ...]], bool], reduce: Callable[[Act], Act | None]
) -> Scenario:
    """A scenario whose events do no longer set some fields and do only some acts; those that then do nothing are gone."""
    events, gone = [], set()
    for e in s.events:
        acts = tuple(act for a in e.acts if (act := reduce(a)) is not None)
        changes = tuple(c for c in e.changes if not sets(c.field, c.codes))
        if acts or changes or e.repeals:
            events.append(replace(e, acts=acts, changes=changes))
        else:
            gone.add(e.name)
    return replace(s, events=tuple(replace(e, repeals=tuple(r for r in e.repeals if r not in gone)) for e in events))
