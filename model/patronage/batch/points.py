"""The scenario at a point: a base scenario with some paths set, thousands of times over.

Building a scenario from its text takes some twenty milliseconds, twice as long as a run. So where a path holds a number,
a word or a date that nothing else depends on, its value is put where the loader would put it. The first value that is
set this way is compared with what the loader makes of it; where the two differ, the loader has the last word.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from patronage.scenario import Act, Base, Change, Dated, Event, Hazard, Scenario, parse_quarter
from patronage.scenario.build import build
from patronage.scenario.catalogue import BY_NAME, Field
from patronage.scenario.layers import read_text, set_values, split_path
from patronage.scenario.paths import PathError, follow
from patronage.scenario.problems import Problems
from patronage.scenario.reading import Node
from patronage.scenario.scenario import inside
from patronage.scenario.spreading import regular_path
from patronage.scenario.structure import CLIENT_CHOICES, HAZARD, PATRON_CHOICES, is_switch

MOST_KEPT = 1024
"""Scenarios kept that the loader built."""

WHICH = "scenario"
"""The setting that names one of several scenarios; no path of a scenario is called so."""
Value = str | float
Settings = Mapping[str, Value]
"""Path → value, as `--set` takes it; plain numbers in the unit of their field."""


@dataclass
class Draft:
    """The parts of a scenario that values are put into."""

    numbers: dict[tuple[str, tuple[str, ...]], float]
    choices: dict[str, str]
    events: dict[str, Event]
    contracts: dict[str, Base]

    def scenario(self, base: Scenario) -> Scenario:
        """A scenario of these parts."""
        return replace(
            base, numbers=self.numbers, choices=self.choices, events=tuple(self.events.values()), contracts=self.contracts
        )


Put = Callable[[Draft, Value], None]


def draft_of(scenario: Scenario) -> Draft:
    """Parts that may be changed without touching the scenario."""
    events = {event.name: event for event in scenario.events}
    return Draft(dict(scenario.numbers), dict(scenario.choices), events, dict(scenario.contracts))


class Points:
    """Builds scenarios from one resolved text."""

    def __init__(self, text: str) -> None:
        problems = Problems()
        root = read_text(text, "scenario.yaml", problems)
        problems.stop()
        assert root is not None
        self._root: Node = root
        self._built: OrderedDict[tuple[tuple[str, Value], ...], Scenario] = OrderedDict()
        self._puts: dict[str, Put | None] = {}
        self.base = self._build(())

    def at(self, settings: Settings) -> Scenario:
        """The scenario with these values. ScenarioError if there can be none."""
        puts = {path: self._put(path, value) for path, value in settings.items()}
        built = self._build(tuple((path, value) for path, value in settings.items() if puts[path] is None))
        draft = draft_of(built)
        for path, put in puts.items():
            if put is not None:
                put(draft, settings[path])
        return draft.scenario(built)

    def written(self, settings: Settings, name: str = "scenario") -> Scenario:
        """The same by the loader, every value written where a reader of the file finds it."""
        problems = Problems()
        return build(set_values(self._root, settings, problems), name, problems)

    def _build(self, settings: tuple[tuple[str, Value], ...]) -> Scenario:
        if settings in self._built:
            self._built.move_to_end(settings)
            return self._built[settings]
        scenario = self._built[settings] = self.written(dict(settings))
        if len(self._built) > MOST_KEPT:
            self._built.popitem(last=False)
        return scenario

    def _put(self, path: str, value: Value) -> Put | None:
        """How a value of a path is put into a draft; None if only the loader knows."""
        if path not in self._puts:
            put = shortcut(self.base, path)
            if put is not None and not self._agrees(put, path, value):
                put = None
            self._puts[path] = put
        return self._puts[path]

    def _agrees(self, put: Put, path: str, value: Value) -> bool:
        """Whether the loader makes the same of it."""
        loaded = self.written({path: value})
        draft = draft_of(self.base)
        put(draft, value)
        return draft == draft_of(loaded)


def shortcut(base: Scenario, path: str) -> Put | None:
    """How a value of a path is put into a draft, if nothing else depends on it."""
    path = regular_path(path)
    segments = split_path(path)
    if segments[0] == "events":
        return _of_event(base, path, segments)
    if segments[0] in ("bases", "contracts"):
        return _of_base(base, path, segments)
    try:
        leaf, codes, straight = follow(path, base.cast)
    except PathError:
        return None
    if leaf.choice in (*PATRON_CHOICES, *CLIENT_CHOICES):
        return lambda draft, value: draft.choices.__setitem__(straight, str(value))
    field = leaf.field
    if field is None or field.name not in BY_NAME or straight != path or "position" in field.name:
        return None  # a position written once may count for two parts
    return lambda draft, value: draft.numbers.__setitem__((field.name, codes), _number(field, value))


def _number(field: Field, value: Value) -> float:
    if isinstance(value, str):
        return {"on": 1.0, "off": 0.0}[value] if is_switch(field) else float(value)
    return inside(field, value)


def _of_event(  # noqa: PLR0911  # a way out per kind of entry
    base: Scenario, path: str, segments: list[str]
) -> Put | None:
    event = next((e for e in base.events if e.name == segments[1]), None)
    if event is None or len(segments) < 3:
        return None
    name, key = segments[1], segments[2]

    def change(how: Callable[[Event, Value], Event]) -> Put:
        return lambda draft, value: draft.events.__setitem__(name, how(draft.events[name], value))

    if key == "at" and f"events.{name}.until" not in base.words and isinstance(event.trigger, Dated):
        return change(lambda e, v: replace(e, trigger=Dated(parse_quarter(str(v)))))
    if key == "hazard" and isinstance(event.trigger, Hazard):
        return change(lambda e, v: replace(e, trigger=Hazard(inside(HAZARD, float(v)))))
    if key == "over":
        return change(lambda e, v: replace(e, over=round(float(v))))
    if key == "for" and event.lasts is not None:
        return change(lambda e, v: replace(e, lasts=round(float(v))))
    if key == "set":
        target = regular_path(segments[3])
        return change(lambda e, v: replace(e, changes=tuple(_set(c, target, v) for c in e.changes)))
    if len(segments) > 3:
        where = ".".join(segments[2:-1])
        return change(lambda e, v: replace(e, acts=tuple(_act(a, where, segments[-1], v) for a in e.acts)))
    return None


def _set(change: Change, path: str, value: Value) -> Change:
    if change.path != path:
        return change
    if isinstance(change.value, str):
        return replace(change, value=str(value))
    return replace(change, value=_number(BY_NAME[change.field], value))


def _act(act: Act, where: str, number: str, value: Value) -> Act:
    return replace(act, numbers={**act.numbers, number: float(value)}) if act.at == where else act


def _of_base(base: Scenario, path: str, segments: list[str]) -> Put | None:
    name, key = segments[1], segments[-1]
    if name not in base.contracts or base.contracts[name].block != segments[0] or len(segments) != 3:
        return None
    if key == "rent":
        return lambda draft, value: draft.contracts.__setitem__(name, replace(draft.contracts[name], rent=float(value)))
    if key == "term":
        return lambda draft, value: draft.contracts.__setitem__(
            name, replace(draft.contracts[name], term_left=round(float(value)))
        )
    return None


class SeveralScenarios:
    """The same over several resolved texts: the setting `scenario` names the one that is meant, the first if it is not given."""

    def __init__(self, builders: Mapping[str, Points]) -> None:
        self.builders = builders

    def at(self, settings: Settings) -> Scenario:
        """The scenario with these values. ScenarioError if there can be none."""
        builder, rest = self._chosen(settings)
        return builder.at(rest)

    def written(self, settings: Settings, name: str = "scenario") -> Scenario:
        """The same by the loader."""
        builder, rest = self._chosen(settings)
        return builder.written(rest, name)

    def _chosen(self, settings: Settings) -> tuple[Points, Settings]:
        name = settings.get(WHICH, next(iter(self.builders)))
        return self.builders[str(name)], {path: value for path, value in settings.items() if path != WHICH}


def several_points(texts: Sequence[tuple[str, str]]) -> SeveralScenarios:
    """The builder of several scenarios, given by name and resolved text."""
    return SeveralScenarios({name: points_of(text) for name, text in texts})


def points_of(text: str) -> Points:
    """The builder of a resolved scenario, kept: reading it takes as long as building dozens of points."""
    return _cached(text, threading.get_ident())


@lru_cache(maxsize=16)
def _cached(text: str, thread: int) -> Points:
    return Points(text)
