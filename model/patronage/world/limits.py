"""Whether a run is still within the numbers: a run that has left them is over, and is told rather than tabled."""

from __future__ import annotations

from .codes import INSTRUMENT_COUNT
from .records import Places, Run

LARGEST = 1e37
"""Beyond this a number is as good as infinite: tables are in 32 bits, which end at 3.4e38."""
LEAST = 1e-37
"""Below this a GDP is as good as none, and the run has left the numbers."""


def within_limits(w: Run, s: Places) -> bool:
    """Whether all that a quarter left is finite and not too large; volumes are seen in shares. What is no number compares false."""
    everything = 0.0
    for c in range(s.C):
        if w.gdp[c] <= LEAST:
            return False
        everything += w.gdp[c] + abs(w.growth[c]) + w.other_debt[c] + abs(w.income[c]) + w.legitimacy[c] + w.insecurity[c]
        for o in range(s.O):
            everything += abs(w.position[c, o])
    for p in range(s.P):
        everything += w.budget[p] + w.budget_level[p] + abs(w.available[p]) + abs(w.unspent[p]) + w.patron_gdp[p] + w.surplus[p]
        for c in range(s.C):
            everything += w.arms[p, c] + w.capital[p, c] + w.debt[p, c] + w.presence[p, c] + w.effort[p, c]
            everything += w.share[p, c] + w.reputation[p, c] + w.grievance[p, c] + abs(w.rent_paid[p, c]) + w.transferred[p, c]
            for j in range(s.J):
                everything += abs(w.rent[p, c, j])
            for k in range(INSTRUMENT_COUNT):
                everything += w.offered[p, c, k] + w.packaged[p, c, k] + w.delivered[p, c, k] + w.expected[p, c, k]
    for b in range(s.B):
        everything += w.force[b]
    return everything <= LARGEST
