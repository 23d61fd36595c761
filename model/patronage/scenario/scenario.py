"""A loaded scenario: every question the model may ask it, answered with defaults where nothing was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import product

from .catalogue import BY_NAME, FIELDS, Field
from .derived import derived
from .entities import Base, Bloc, Layered, Outcome, SourcedValue, StoryStop
from .events import Event
from .figures import MOST
from .paths import Cast, PathError, follow
from .quarters import quarter_name
from .structure import UNGA, USUAL
from .units import factor


def inside(entry: Field, value: float) -> float:
    """A value in the unit of a field as the engine's."""
    return value * factor(entry.unit, entry.internal_unit)


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """Who plays, what they have, what happens and what is asked. A quarter is T = 4·year + (quarter − 1)."""

    name: str
    title: str
    question: str
    notes: str
    finding: str
    """What it shows, with numbers; empty for one that changes another and does not say."""
    start: int
    end: int
    """First and last simulated quarter, both included."""
    axes: tuple[str, ...]
    """Declared orientation axes, in order; the UN axis is not among them."""
    poles: Mapping[str, tuple[str, str]]
    """Axis → actors at its plus and minus poles."""
    names: Mapping[str, str]
    """Display names of all actors."""
    patrons: tuple[str, ...]
    clients: tuple[str, ...]
    blocs: tuple[str, ...]
    """Codes, sorted."""
    allies: frozenset[frozenset[str]]
    contracts: Mapping[str, Base]
    """Bases and contracts of other kinds at the start, by name."""
    events: tuple[Event, ...]
    outcomes: Mapping[str, Outcome]
    cast: Cast
    written: Mapping[str, SourcedValue]
    """Figures that stand in a file, by path."""
    numbers: Mapping[tuple[str, tuple[str, ...]], float]
    """Their values in the units of the engine, by field and codes."""
    choices: Mapping[str, str]
    """Choices that stand in a file, by path."""
    members: Mapping[str, Bloc]
    areas: Mapping[str, tuple[float, float, str]] = field(default_factory=dict)
    """Disputed areas on the map: a point in degrees east and north, and the state it is shown as part of."""
    story: Mapping[str, StoryStop] = field(default_factory=dict)
    """Stops of a tour, by name, in their order."""
    words: Mapping[str, tuple[Layered, ...]] = field(default_factory=dict)
    """Everything else that stands in a file, by path, with the layers that wrote it."""
    requires: Mapping[str, str] = field(default_factory=dict)
    """Kind of concession → the kind that must stand between the same two."""
    called: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    """Holder, host and kind of a concession → what it is called, whether it stands at the start or not."""
    closed: tuple[tuple[str, str], ...] = ()
    """(host, patron) pairs that are closed at the start."""
    against: str = ""
    """The built-in scenario that it asks to be compared with first; changes nothing of what happens, and is no part of the digest."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of concessions: base, then by code."""
        return self.cast.kinds

    @property
    def bases(self) -> dict[str, Base]:
        """Bases at the start, by name."""
        return {name: contract for name, contract in self.contracts.items() if contract.kind == self.kinds[0]}

    @property
    def extends(self) -> tuple[str, ...]:
        """What it extends, the nearest first; nothing once it is resolved."""
        return tuple(layer.text for layer in self.words.get("extends", ()))

    def __repr__(self) -> str:
        """In a line what the whole text would bury."""
        period = f"{quarter_name(self.start)} to {quarter_name(self.end)}"
        actors = f"{', '.join(self.patrons)} in {', '.join(self.clients)}"
        return f"<Scenario {self.name}: {self.title}; {period}; {actors}; {len(self.events)} events>"

    def _repr_html_(self) -> str:
        lines = (f"<b>{escape(self.title)}</b>", escape(repr(self)[1:-1]), escape(self.question), escape(self.finding))
        return f"<div>{'<br>'.join(line for line in lines if line)}</div>"

    def number(self, field_name: str, *codes: str) -> float:
        """A field in the engine's unit. Allies are no rivals; between an actor and itself nothing can be written."""
        entry = BY_NAME[field_name]
        if len(codes) != len(entry.axes):
            raise ValueError(f"{field_name} takes {len(entry.axes)} codes, not {len(codes)}")
        if field_name == "rivalry" and frozenset(codes) in self.allies:
            return 0.0
        value = self.numbers.get((field_name, codes))
        if value is None:
            value = inside(entry, self.usual(entry, codes))
        return value

    def usual(self, entry: Field, codes: tuple[str, ...]) -> float:
        """What a field is where nothing is written, in its own unit. KeyError if it must be given."""
        if entry.default is not None:
            return entry.default
        if not entry.usual:
            raise KeyError(f"{entry.name} of {', '.join(codes)}")
        return min(max(derived(self, entry.name, codes), entry.low), entry.high, MOST)

    def choice(self, path: str) -> str:
        """Word in force at `patrons.X.strategy`, `states.X.policy`, `blocs.X.vote` and the like."""
        leaf, _, straight = follow(path, self.cast)
        if not leaf.choice:
            raise KeyError(path)
        return self.choices.get(straight, USUAL[leaf.choice])

    def bloc(self, code: str) -> Bloc:
        """Members, leader and vote rule of a bloc."""
        return self.members[code]

    def figure(self, path: str) -> SourcedValue:
        """The number at a path. KeyError if there is none."""
        found = self.written.get(path)
        if found is not None:
            return found
        try:
            leaf, codes, straight = follow(path, self.cast)
        except PathError as error:
            raise KeyError(f"{error}. {error.hint}") from None
        if straight in self.written:
            return self.written[straight]
        if leaf.field is None or leaf.field.name not in BY_NAME:
            raise KeyError(path)
        return default_figure(leaf.field, self.usual(leaf.field, codes))

    def figures(self) -> dict[str, SourcedValue]:
        """Every addressable number by path, defaults included, in the order of the catalogue."""
        out = {
            path: self.written[path] if path in self.written else self.figure(path) for _, path in self.cells()
        }
        return out | {path: figure for path, figure in self.written.items() if path not in out}

    def cells(self) -> Iterator[tuple[Field, str]]:
        """Every input of the model: field, path. What is 0 by convention, or not read, is left out."""
        lists = {"P": self.patrons, "Q": self.patrons, "C": self.clients, "B": self.blocs, "O": (UNGA, *self.axes), "J": self.kinds}
        for entry in FIELDS:
            names = [s.strip("{}") for s in entry.path.split(".") if s.startswith("{")]
            for codes in product(*(lists[letter] for letter in entry.axes)):
                if (entry.axes in ("PC", "PCJ", "QP") and codes[0] == codes[1]) or (
                    entry.name == "anchor" and codes[1] == UNGA
                ):
                    continue
                yield entry, entry.path.format(**dict(zip(names, codes, strict=True)))

    def resolved(self) -> str:
        """The whole scenario as YAML, every default spelt out; loading it gives the same scenario."""
        return self._text

    @cached_property
    def _text(self) -> str:
        from .resolve import as_yaml

        return as_yaml(self.plain)

    @cached_property
    def plain(self) -> dict[str, object]:
        """The resolved scenario as plain mappings, lists, numbers and texts."""
        from .resolve import as_mapping

        return as_mapping(self)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the resolved scenario: equal content, wherever it came from, has an equal digest."""
        text = json.dumps(self.plain, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def default_figure(entry: Field, value: float) -> SourcedValue:
    """The catalogue's figure, whose value is the default or follows from other inputs."""
    span = entry.plausible and (float(entry.plausible[0]), float(entry.plausible[1]))
    if span is not None and not span[0] <= value <= span[1]:
        span = None
    return SourcedValue(float(value), entry.unit, entry.usual or entry.source, span, "default")
