"""The patterns the built-in Central Asian case must reproduce, each with its criterion, its tag and its twins.

Criteria are those of the design of the model and are not to be weakened: where a pattern fails, it fails. A *twin* is a
variant in which named claims must come out as failing, so that no check is one that cannot fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .claims import Claim


class Tag(StrEnum):
    """How much a pattern that holds says about the model. `central_asia_tuning.WHY` says what each tag rests on."""

    follows = "follows"
    """Chosen numbers give it on paper, by a line of algebra."""
    built_in = "built-in"
    """It returns an input."""
    tuned = "tuned"
    """Parameters were chosen with these facts in view."""
    seen = "seen"
    """Looked at while anything was chosen, prototypes included, though no number was chosen for it."""
    untouched = "untouched"
    """Nobody had looked: it could have failed. The headline counts these alone."""


@dataclass(frozen=True)
class Twin:
    """A variant in which claims must fail."""

    text: str
    instead: Mapping[str, str]
    """Ensembles that stand for those the claims read."""
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """A pattern of the design."""

    number: int
    title: str
    tag: Tag
    fact: str
    """What was observed, or is expected."""
    claims: tuple[Claim, ...]
    twins: tuple[Twin, ...]
    imagined: bool = False
    """Whether it is a counterfactual that nobody observed: told, and no part of the headline."""

    @property
    def ensembles(self) -> tuple[str, ...]:
        """All ensembles it reads."""
        return tuple(dict.fromkeys(e for claim in self.claims for e in claim.ensembles))

    @property
    def judged(self) -> tuple[Claim, ...]:
        """The claims with a criterion."""
        return tuple(claim for claim in self.claims if not claim.reported)

    def claim(self, name: str) -> Claim:
        return next(claim for claim in self.claims if claim.name == name)
