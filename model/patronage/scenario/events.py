"""Events: a trigger, and what happens when it fires."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import conditions
from .entities import Origin


@dataclass(frozen=True, slots=True)
class Dated:
    """Fires in a quarter."""

    quarter: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """Fires when the condition has held at the end of `quarters` quarters running: once, or again when it has been false since."""

    condition: conditions.Expression
    text: str
    quarters: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Hazard:
    """Fires at random while not in force."""

    per_year: float
    """Chance a year, 0 to 1."""


Trigger = Dated | Conditional | Hazard


@dataclass(frozen=True, slots=True)
class Change:
    """A parameter or choice and its new value; numbers in the unit of the engine."""

    path: str
    field: str
    """Name in the catalogue, or strategy, policy, vote."""
    codes: tuple[str, ...]
    value: float | str


@dataclass(frozen=True, slots=True)
class Act:
    """Something done once."""

    kind: str
    actors: dict[str, str]
    numbers: dict[str, float]
    at: str = field(default="", compare=False)
    """Where the event has it: its kind, and its number in a list of several."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happens, when, and for how long."""

    name: str
    trigger: Trigger
    over: int
    """Quarters until the change is complete; 1: at once."""
    lasts: int | None
    """Quarters in force; None: for good."""
    changes: tuple[Change, ...]
    repeals: tuple[str, ...]
    acts: tuple[Act, ...]
    note: str = ""
    source: str = ""
    origin: Origin = field(default="default", compare=False)
    label: str = ""
    """What happens, in words that go on with a sentence."""
