"""What was tuned, on which facts, and which patterns that concerns: the reason for the tag `tuned`.

Only facts up to 2012 were used. docs/patterns.md says from what to what, in which range and why; a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST_FACT = 2012
"""No fact after this year was used."""


@dataclass(frozen=True)
class Tuned:
    """A parameter that was chosen with facts in view."""

    parameter: str
    """Its path, or what was changed, as the docs call it."""
    patterns: tuple[int, ...]
    """Patterns whose facts were in view."""


TUNED = (
    Tuned("patrons.USA.need", (1, 16)),
    Tuned("events.rivalry_returns", (1, 16)),
    Tuned("rules.bargaining.value_noise", ()),
    Tuned("rules.bargaining.salience_sanction", ()),
    Tuned("rules.courtship.debt_half", (7,)),
    Tuned("alternatives", ()),
)


def concerned() -> set[int]:
    """Patterns with a fact that was in view."""
    return {n for t in TUNED for n in t.patterns}
