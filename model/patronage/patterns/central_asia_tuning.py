"""What each tag rests on: what was tuned, on which facts, and which patterns that concerns; what follows on paper, and how.

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


RENTS, FAVOUR, RELIEF, OVERTHROWS, VOTES, CREDITS = (1, 16), (5,), (7,), (9,), (12,), (13,)
LEVEL: tuple[int, ...] = ()
"""The facts belong to no claim with a criterion: the level of American arms of 2012 (pattern 3 judges its fall), K2, campaigns."""

TUNED = (
    Tuned("patrons.USA.need.base", RENTS),
    Tuned("states.KGZ.threat", RENTS),
    Tuned("rules.bargaining.salience", RENTS),
    Tuned("rules.bargaining.salience_openness", RENTS),
    Tuned("rules.courtship.insecurity_half", RENTS),
    Tuned("ties.RUS.KGZ.weight", FAVOUR),
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

SPELLS, TERMEZ = (21,), (22,)
REFOUNDED = (
    Tuned("patrons.USA.fixed.base", RENTS),
    Tuned("rules.bargaining.monopoly", TERMEZ),
    Tuned("rules.bargaining.sunk", TERMEZ),
    Tuned("rules.refusal.condemn", LEVEL),
    Tuned("rules.blocs.shelter", SPELLS),
    Tuned("rules.blocs.entangle", SPELLS),
    Tuned("rules.blocs.cover", SPELLS),
)
"""Chosen when influence and politics were founded anew; docs/patterns.md tells them below the table of the others."""
PROTOTYPE = "the prototypes looked at it before its criterion was written"
WHY: dict[int, str] = {
    1: "rents of 2001-2013 were in view",
    2: (
        "a base is worth need × mission × fit: at mission 0 that is 0, below every rent and fixed cost, so it is not renewed; "
        "that a rival may outbid it first, and how often, is not said by this line, but was looked at"
    ),
    3: (
        "arms go with licence + licence_mission × mission: 1 − .12/(.12 + .63) = .84, and with the American budget, 1.72 times as "
        "large in a mission, 1 − .12/(1.72 × .75) = .91; both edges lie in the band"
    ),
    4: PROTOTYPE,
    5: "Russia's weight for Kyrgyzstan was chosen above that for Tajikistan with these arms in view",
    6: PROTOTYPE,
    7: "debt relief of 2005 and 2012 was in view",
    8: (
        "a campaign adds 1.1 to the logit of an overthrow: its odds are e^1.1 = 3.0 times as high in its quarter, the low edge of the "
        "band, and higher for the legitimacy it costs; the chance stays low as the hazard without it is tuned (9)"
    ),
    9: "overthrows of 2005 and 2010 were in view",
    10: PROTOTYPE,
    11: "delivery rates are inputs",
    12: "ideal points of 1992-2012 were in view",
    13: "China's part of 2005 and credits of 2004 and 2009 were in view",
    14: (
        "a shock of .07 in four quarters times remittances, elasticity 1.5 and passthrough .5: .28 × .75 × .227 = 4.8 points in "
        "Kyrgyzstan, .28 × .75 × .339 = 7.1 in Tajikistan; a pending project survives six quarters with "
        "(1 − .02 − 3 × .07)^4 × .98² = .34"
    ),
    15: PROTOTYPE,
    16: "the rents themselves were in view",
    17: "nobody had measured it before its criterion was written",
    18: "campaigns and broken promises were counted while `rules.interference.slope` was chosen; the lag was not chosen",
    19: "the docs showed reviews a base-year before; no number was chosen for them",
    20: "Manas was kept by tuning, the Russian sites stand at the start; the docs showed the share of quarters before",
    21: "shelter, entanglement and cover in blocs were chosen with Uzbekistan in and out of the CSTO in view",
    22: "what a monopoly asks was chosen with the rents of Termez in view",
}
"""By pattern: why it has its tag."""


def concerned() -> set[int]:
    """Patterns with a fact that was in view."""
    return {n for t in (*TUNED, *REFOUNDED) for n in t.patterns}
