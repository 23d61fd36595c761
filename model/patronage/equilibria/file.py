"""A game as it is read: who chooses among what, and what everybody wants."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from ..batch.checksums import digest
from ..batch.points import Settings, Value
from ..scenario import Scenario, quarter_name
from ..scenario.resolve import as_yaml

Profile = tuple[int, ...]
"""The number of the choice of every player."""
SCENARIO = "scenario.yaml"
"""Where the base scenario stands, beside the resolved game."""


class GameError(ValueError):
    """A game that cannot be played; the message says why."""


@dataclass(frozen=True)
class Option:
    """Something a player may choose: a strategy, settings of levers, or both."""

    name: str
    settings: Mapping[str, Value]
    """Path → value."""


@dataclass(frozen=True)
class PayoffTerm:
    """A measure that a player wants more of, or less."""

    name: str
    outcome: str
    """The outcome of the scenario that measures it; the key of a column of the runs."""
    weight: float
    """MUSD a year that one unit of it is worth to the player."""


@dataclass(frozen=True)
class Chooser:
    """A player of the game."""

    code: str
    name: str
    """Display name."""
    options: tuple[Option, ...]
    terms: tuple[PayoffTerm, ...]
    money: float
    """What a MUSD spent weighs; 0: it counts nothing."""
    spending: tuple[str, ...]
    """Outcomes that add up to the MUSD a year that it spends."""


@dataclass(frozen=True, eq=False)
class GameFile:
    """Everything a game file says, resolved."""

    name: str
    title: str
    question: str
    notes: str
    scenario: Scenario
    """With the outcomes that payoffs are made of, and no others."""
    scenario_name: str
    players: tuple[Chooser, ...]
    runs: int
    """Runs of every profile to begin with."""
    most: int
    """Runs beyond which no profile gets more."""
    least: float
    """The smallest difference of payoffs worth telling, MUSD a year."""
    seed: int
    first: int
    last: int
    """Quarters over which payoffs are read unless a term says otherwise, both included."""

    @property
    def until(self) -> int:
        """The last quarter that anybody asks for."""
        return max(o.last for o in self.scenario.outcomes.values())

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of options of every player."""
        return tuple(len(p.options) for p in self.players)

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """One option for every player: all combinations, the last player's changing fastest."""
        return tuple(product(*(range(n) for n in self.shape)))

    def number(self, profile: Profile) -> int:
        """The place of a profile among all."""
        at = 0
        for choice, n in zip(profile, self.shape, strict=True):
            at = at * n + choice
        return at

    def settings(self, profile: Profile) -> Settings:
        """What a profile sets."""
        return {k: v for p, i in zip(self.players, profile, strict=True) for k, v in p.options[i].settings.items()}

    def names(self, profile: Profile) -> dict[str, str]:
        """Player → the name of its option."""
        return {p.code: p.options[i].name for p, i in zip(self.players, profile, strict=True)}

    def words(self, profile: Profile) -> str:
        """A profile in words."""
        return ", ".join(f"{code} {option}" for code, option in self.names(profile).items())

    def rows(self, player: int) -> Iterator[tuple[Profile, ...]]:
        """The profiles that differ in one player's choice alone, for everything the others may choose."""
        for others in product(*(range(n) for i, n in enumerate(self.shape) if i != player)):
            yield tuple((*others[:player], k, *others[player:]) for k in range(self.shape[player]))

    @cached_property
    def plain(self) -> dict[str, Any]:
        """As plain mappings; the scenario is the file beside it, with the payoffs among its outcomes."""
        return {
            "title": self.title, "question": self.question, "notes": self.notes, "scenario": SCENARIO, "runs": self.runs,
            "period": {"start": quarter_name(self.first), "end": quarter_name(self.last)},
            "most_runs": self.most, "least": self.least, "seed": self.seed,
            "players": {
                p.code: {
                    "choices": {o.name: dict(o.settings) for o in p.options},
                    "payoff": {**({"money": p.money} if p.spending else {}), **{t.name: _term(self.scenario, t) for t in p.terms}},
                }
                for p in self.players
            },
        }  # fmt: skip

    def resolved(self) -> str:
        """The same as YAML."""
        return as_yaml({k: v for k, v in self.plain.items() if v != ""})

    @cached_property
    def digest(self) -> str:
        """Hash of what decides a run of a profile."""
        return digest([
            self.scenario.digest, self.seed,
            [[p.code, [[o.name, sorted(o.settings.items())] for o in p.options]] for p in self.players],
            [[o.name, o.text, o.first, o.last, o.reduce] for o in self.scenario.outcomes.values()],
        ])  # fmt: skip

    @property
    def simulations(self) -> tuple[int, int]:
        """Runs in all to begin with, and at most."""
        count = math.prod(self.shape)
        return count * self.runs, count * self.most


def _term(scenario: Scenario, term: PayoffTerm) -> dict[str, Any]:
    o = scenario.outcomes[term.outcome]
    return {
        "measure": o.text, "weight": term.weight, "from": quarter_name(o.first), "to": quarter_name(o.last), "reduce": o.reduce,
        **({"label": o.label} if o.label else {}),
    }  # fmt: skip
