"""Reading events: a trigger, and what it sets, repeals or does."""

from __future__ import annotations

from collections.abc import Callable

from . import conditions
from .events import Act, Change, Conditional, Dated, Event, Hazard, Trigger
from .figures import origin
from .problems import Problems
from .reading import Node
from .scenario import inside
from .structure import ACTS, HAZARD
from .validation import Findings

PeriodCheck = Callable[[int | None, str], bool]
HolderOf = Callable[[str], tuple[str, str]]
TRIGGERS = ("at", "when", "hazard")


def read_event(
    name: str, found: Findings, in_period: PeriodCheck, holder: HolderOf, problems: Problems
) -> Event | None:
    """The event of that name, or None and problems."""
    path = f"events.{name}"
    node = found.blocks.get(path)
    if node is None:
        return None
    entries = node.entries or {}
    before = len(problems)
    given = [t for t in TRIGGERS if t in entries]
    if len(given) != 1:
        what = "has no trigger" if not given else f"has {len(given)} triggers ({', '.join(given)})"
        problems.add(node.place, f"{path} {what}", "Give one of at, when, hazard; ~ removes an inherited one")
    kinds = [k for k in entries if k in ACTS]
    sets = "set" in entries and entries["set"].entries != {}
    repeals = found.codes(f"{path}.repeal")
    if not kinds and not sets and not ("repeal" in entries and entries["repeal"].items != []):
        problems.add(node.place, f"{path} does nothing", "Give set, repeal or an act")
    if "over" in entries and not sets:
        problems.add(entries["over"].place, f"{path} has over but sets nothing")
    trigger = _trigger(path, given[0], found, in_period) if given else None
    lasts = _lasts(path, entries, trigger, found, in_period, problems)
    changes = _changes(path, found, problems, "over" in entries)
    acts = tuple(
        act
        for kind in kinds
        for at in _where(kind, entries[kind], problems)
        if (act := _act(kind, path, at, found, holder, problems)) is not None
    )
    if "again" in entries and "when" not in entries:
        problems.add(entries["again"].place, f"{path} has again but no condition", "again: on goes with when")
    if name in repeals:
        problems.add(entries["repeal"].place, f"{path} repeals itself", "Use for or until")
    if trigger is None or len(problems) > before:
        return None
    over = found.figures.get(f"{path}.over")
    return Event(
        name,
        trigger,
        round(over.written.value) if over else 1,
        lasts,
        changes,
        repeals,
        acts,
        found.text(f"{path}.note"),
        node.source.text or "" if node.source is not None else "",
        origin(node),
        found.text(f"{path}.label"),
    )


def _trigger(path: str, kind: str, found: Findings, in_period: PeriodCheck) -> Trigger | None:
    if kind == "at":
        quarter = found.quarter(f"{path}.at")
        return Dated(quarter) if in_period(quarter, f"{path}.at") and quarter is not None else None
    if kind == "when":
        text = found.text(f"{path}.when")
        if not text:
            return None
        node, quarters = conditions.parse(text)
        again = found.figures.get(f"{path}.again")
        return Conditional(node, text, quarters or 1, again is not None and again.written.value > 0)
    hazard = found.figures.get(f"{path}.hazard")
    return Hazard(inside(HAZARD, hazard.written.value)) if hazard else None


def _lasts(
    path: str,
    entries: dict[str, Node],
    trigger: Trigger | None,
    found: Findings,
    in_period: PeriodCheck,
    problems: Problems,
) -> int | None:
    """Quarters in force."""
    stated, until = found.figures.get(f"{path}.for"), found.quarter(f"{path}.until")
    if "for" in entries and "until" in entries:
        problems.add(entries["until"].place, f"{path} gives both for and until", "Give one")
    if "until" in entries and "at" not in entries:
        problems.add(entries["until"].place, f"{path} has until but no date to count from", "Use for: 4 quarters")
    elif until is not None and isinstance(trigger, Dated) and in_period(until, f"{path}.until"):
        if until < trigger.quarter:
            problems.add(entries["until"].place, f"{path} ends before it begins")
        return until - trigger.quarter + 1
    return round(stated.written.value) if stated else None


def _changes(path: str, found: Findings, problems: Problems, gradual: bool) -> tuple[Change, ...]:
    out = []
    for where, (leaf, codes, target) in found.settings.items():
        if not where.startswith(f"{path}.set."):
            continue
        if where in found.figures:
            assert leaf.field is not None
            out.append(Change(target, leaf.field.name, codes, inside(leaf.field, found.figures[where].written.value)))
            continue
        if gradual:
            place = found.words[where][1].place
            problems.add(place, f"{target} is a choice and cannot change gradually", "Set it in an event without over")
        out.append(Change(target, leaf.choice, codes, found.text(where)))
    return tuple(out)


def _where(kind: str, node: Node, problems: Problems) -> list[str]:
    """Where the acts of a kind stand in an event: one alone, or one after the other in a list."""
    if node.items is None:
        return [kind]
    if not node.items:
        problems.add(node.place, f"{kind} is an empty list", "Give one or several acts, or leave it out")
    return [f"{kind}.{i + 1}" for i in range(len(node.items))]


def _act(kind: str, event: str, at: str, found: Findings, holder: HolderOf, problems: Problems) -> Act | None:
    """An act with its actors; the holder of a base is a patron, also where a bloc was named."""
    path = f"{event}.{at}"
    node = found.blocks.get(path)
    if node is None:
        return None
    actors: dict[str, str] = {}
    for key, role in ACTS[kind].actors.items():
        code = found.text(f"{path}.{key}")
        if not code:
            return None
        actors[key] = holder(code)[0] if role == "holder" else code
        if not actors[key]:  # a bloc without a leader: told already
            return None
    for key in ACTS[kind].optional:
        if found.text(f"{path}.{key}"):
            actors[key] = found.text(f"{path}.{key}")
    if len(set(actors.values())) < len(actors):
        problems.add(node.place, f"{kind} takes different actors")
    numbers = {
        k: found.figures[f"{path}.{k}"].written.value for k in ACTS[kind].numbers if f"{path}.{k}" in found.figures
    }
    if not numbers and kind in ("promise", "offer"):
        problems.add(node.place, f"{kind} names no package", f"Give some of {', '.join(ACTS[kind].numbers)}")
    if kind == "sanction" and actors["from"] not in found.cast.patrons:
        _bloc_sanction(path, actors["from"], numbers, found, problems)
    return Act(kind, actors, numbers, at)


def _bloc_sanction(path: str, bloc: str, numbers: dict[str, float], found: Findings, problems: Problems) -> None:
    """A bloc trades with nobody: what its sanction costs must be said."""
    if "cut" in numbers:
        what = f"{bloc} is a bloc and has no trade to cut ({path})"
        problems.add(found.figures[f"{path}.cut"].node.place, what, "Give loss: 1 % of GDP alone")
    elif "loss" not in numbers:
        problems.add(found.blocks[path].place, f"{path} lacks loss: {bloc} is a bloc", "For example loss: 1 % of GDP")
