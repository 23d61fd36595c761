"""The parts of a loaded scenario."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import conditions

Origin = tuple[str, int, int, str] | str
"""(file, line, column, layer in words), or "default"."""


@dataclass(frozen=True, slots=True)
class Layered:
    """What one layer wrote at a path."""

    text: str
    """As written, shortened."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class SourcedValue:
    """A number with its unit, source and range; all in `unit`, the unit of its field."""

    value: float
    unit: str
    source: str
    range: tuple[float, float] | None
    origin: Origin
    history: tuple[Layered, ...] = field(default=(), compare=False)
    """All layers that wrote it, the one in force first."""


@dataclass(frozen=True, slots=True)
class Base:
    """A base, or a contract of another kind, at the start."""

    name: str
    holder: str
    """A patron."""
    host: str
    rent: float
    """MUSD a year."""
    term_left: int
    """Quarters, the first simulated one included."""
    under: str = ""
    """The bloc in whose name the holder has it."""
    source: str = ""
    note: str = ""
    kind: str = "base"
    """Kind of concession."""
    block: str = "bases"
    """Where the file has it: bases or contracts."""
    called: str = ""
    """What it is called in texts, if the file says so."""


@dataclass(frozen=True, slots=True)
class Bloc:
    """A bloc and who is in it."""

    code: str
    name: str
    kind: str
    leader: str
    members: tuple[str, ...]
    """Members that are clients."""
    affiliates: tuple[str, ...]
    """All other members, the leader included unless it is a client."""
    candidates: tuple[str, ...]
    """Clients that may join."""
    vote: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An expression read over some quarters, as one number a run."""

    name: str
    expression: conditions.Expression
    text: str
    first: int
    last: int
    reduce: str = "last"
    label: str = ""
    """In words, as reports say it."""
    answers: bool = False
    """Whether it answers the scenario's question, so that reports lead with it."""
    given: str = ""
    """An outcome that must be true (above 0): in runs in which it is not, this one does not exist."""
    smallest: float = 0.0
    """Smallest difference that matters, in its unit, of a truth as a share of runs; 0 where nobody said: that of its unit."""


@dataclass(frozen=True, slots=True)
class StoryStop:
    """A stop of the story of a scenario."""

    at: int
    """The quarter looked at."""
    tab: str
    client: str
    """Code, or nothing; so is the patron."""
    patron: str
    text: str
    look: str
    claim: Outcome
    """Read off every run; named like the stop."""
    low: float
    high: float
    """The band in which its mean over runs lies."""


def is_assumed(source: str) -> bool:
    """Whether a figure is an assumption: it says so, or names no source."""
    return not source.strip() or source.strip().lower().startswith("assumption")
