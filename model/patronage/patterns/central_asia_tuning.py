"""What was tuned, on which facts, and which patterns that concerns: the reason for the tag `tuned`.

Only facts up to 2012 were used. docs/patterns.md says from what to what, in which range and why, docs/limits.md which value is
in force; tests compare both with this table and with the scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuned:
    """A parameter that was chosen with facts in view."""

    parameter: str
    """Its path, or what was changed, as the docs call it."""
    patterns: tuple[int, ...]
    """Patterns whose facts were in view."""


RENTS, RELIEF, OVERTHROWS, VOTES, CREDITS = (1, 16), (7,), (9,), (12,), (13,)
LEVEL: tuple[int, ...] = ()
"""The facts belong to no claim with a criterion: the level of American arms of 2012 (pattern 3 judges its fall), K2, campaigns."""

TUNED = (
    Tuned("patrons.USA.need.base", RENTS),
    Tuned("states.KGZ.threat", RENTS),
    Tuned("rules.bargaining.salience", RENTS),
    Tuned("rules.bargaining.salience_openness", RENTS),
    Tuned("rules.courtship.insecurity_half", RENTS),
    Tuned("patrons.USA.licence.arms", LEVEL),
    Tuned("patrons.USA.licence_mission.arms", LEVEL),
    Tuned("events.rivalry_returns", RENTS),
    Tuned("rules.bargaining.value_noise", LEVEL),
    Tuned("rules.bargaining.salience_sanction", LEVEL),
    Tuned("rules.bargaining.alternatives", LEVEL),
    Tuned("rules.courtship.debt_half", RELIEF),
    Tuned("rules.interference.slope", LEVEL),
    Tuned("rules.regimes.hazard", OVERTHROWS),
    Tuned("rules.regimes.hazard_openness", OVERTHROWS),
    Tuned("rules.alignment.anchor_unga", VOTES),
    Tuned("rules.alignment.anchor_base", VOTES),
    Tuned("rules.alignment.anchor_slope", VOTES),
    Tuned("rules.alignment.noise", VOTES),
    Tuned("patrons.CHN.budget", CREDITS),
    Tuned("patrons.CHN.budget_growth", CREDITS),
)


def concerned() -> set[int]:
    """Patterns with a fact that was in view."""
    return {n for t in TUNED for n in t.patterns}
