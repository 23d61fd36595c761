"""The kinds of fact: whom each names, and what each says was observed."""

from __future__ import annotations

from dataclasses import dataclass

from patronage.scenario.catalogue import INSTRUMENTS

STATE, COUNT, AMOUNT = "state", "count", "amount"
"""What is observed: yes or no; how often; how much."""


@dataclass(frozen=True)
class Kind:
    """What a fact can be about."""

    doc: str
    actors: dict[str, str]
    """Key → role: patron, client, bloc, clients, patrons (lists), instrument."""
    observed: str


KINDS: dict[str, Kind] = {
    "base": Kind("a base stands", {"holder": "patron", "host": "client"}, STATE),
    "concession": Kind("a contract of another kind stands", {"holder": "patron", "host": "client", "kind": "kind"}, STATE),
    "member": Kind("a state belongs to a bloc", {"bloc": "bloc", "state": "client"}, STATE),
    "leads": Kind(
        "a patron has more influence than each of others", {"patron": "patron", "in": "client", "over": "patrons"}, STATE
    ),
    "overthrow": Kind("regimes fall", {"of": "clients"}, COUNT),
    "campaign": Kind("a patron campaigns against a regime", {"by": "patron", "against": "client"}, COUNT),
    "renewal": Kind("a basing contract is renewed", {"holder": "patron", "host": "client"}, COUNT),
    "rent": Kind("what a base costs a year while it stands", {"holder": "patron", "host": "client"}, AMOUNT),
    "given": Kind("what is delivered in all", {"by": "patron", "to": "client", "what": "instrument"}, AMOUNT),
}
WORDS = {"instrument": INSTRUMENTS}
"""Roles that have a fixed list of words; the others are actors of a scenario."""


@dataclass(frozen=True)
class Fact:
    """Something that happened, as a statement that a run gets right or wrong."""

    name: str
    kind: str
    actors: dict[str, tuple[str, ...]]
    """Key → codes, or words."""
    first: int
    last: int
    """First and last quarter, both included. A state must hold in all of them, or in none."""
    value: float
    """Observed: 1 or 0; how often; MUSD, MUSD a year for rents."""
    low: float
    high: float
    """What counts as right, both included."""
    was: float | None
    """The same at the start: a state, a rent; None: none."""
    seen: str
    """What was looked at or tuned with it in view; empty if it is untouched."""
    non_event: bool
    """Whether it says that nothing changed."""
    part: str
    """The list it belongs to beside the file's own, if any."""
    source: str
    region: str
    line: int
    column: int

    def one(self, key: str) -> str:
        """The one actor at a key."""
        return self.actors[key][0]

    @property
    def years(self) -> float:
        """Length of the window."""
        return (self.last - self.first + 1) / 4

    @property
    def exposure(self) -> float:
        """Years, times the states that could have fallen."""
        return self.years * len(self.actors.get("of", ("",)))


@dataclass(frozen=True)
class Facts:
    """A file of facts."""

    file: str
    title: str
    region: str
    split: int
    """The last quarter of the facts that count as before."""
    facts: tuple[Fact, ...]
