"""The world before the first quarter, from the inputs; bases and members stand in it already. docs/equations.md, State."""

from __future__ import annotations

from .phases.blocs import cohesion
from .phases.economy import budget_of, deflator
from .phases.influence import begin_index, influence
from .world.arithmetic import share_of
from .world.codes import BASE, FIRST_REGIME
from .world.layout import YEARS
from .world.politics import remoteness, resting_opinion
from .world.records import Inputs, Places, Run


def set_up(w: Run, n: Inputs, s: Places) -> None:
    """Stocks, positions and budgets as the scenario gives them; influence that follows from them."""
    w.deflator = deflator(w, n)
    for c in range(s.C):
        w.real_gdp[c] = n.real_gdp[c]
        w.gdp[c], w.growth[c], w.other_debt[c] = n.gdp[c], n.growth[c], n.other_debt[c]
        w.openness[c], w.coalition[c], w.legitimacy[c] = n.openness[c], n.coalition[c], n.legitimacy0[c]
        w.threat[c], w.insecurity[c], w.threat_mean[c] = n.threat0[c], n.threat0[c], n.threat0[c]
        w.regime[c] = int(n.regime[c]) - FIRST_REGIME
        for o in range(s.O):
            w.position[c, o] = n.position[c, o]
    for p in range(s.P):
        w.budget_level[p] = n.budget[p]
        w.budget[p] = budget_of(w, n, p)
        w.available[p], w.patron_gdp[p], w.surplus[p] = w.budget[p], n.patron_gdp[p], n.surplus[p]
        w.patron_real_gdp[p] = n.patron_real_gdp[p]
        set_up_ties(w, n, s, p)
    influence(w, n, s)
    begin_index(w, s)
    for p in range(s.P):
        for c in range(s.C):
            w.opinion[p, c] = n.with_sentiment * resting_opinion(w, n, s, p, c) if s.other[p, c] else 0.0
            w.distance_mean[p, c] = remoteness(w, n, s, p, c)
    for b in range(s.B):
        w.cohesion[b] = cohesion(w, n, s, b)


def set_up_ties(w: Run, n: Inputs, s: Places, p: int) -> None:
    """Stocks of a patron with each client, and its effort by weight."""
    weight = 0.0
    for c in range(s.C):
        weight += n.weight[p, c]
    for c in range(s.C):
        w.arms[p, c], w.capital[p, c], w.debt[p, c] = n.arms0[p, c], n.capital0[p, c], n.debt0[p, c]
        w.presence[p, c], w.reputation[p, c] = n.presence0[p, c], n.delivery_reputation0
        for j in range(s.J):
            w.sites[p, c, j] = n.sites[p, c] if j == BASE else 1.0
        w.mission_before[p, c], w.tie_mission_before[p, c] = n.mission[p] * n.tie_mission[p, c], n.tie_mission[p, c]
        w.gravity[p, c], w.aid[p, c] = 1.0, n.aid[p, c] / w.deflator
        w.idle[p, c] = float(YEARS)
        for i in range(YEARS):
            w.tiv[p, c, i] = n.arms_year[p, c, i]
            if w.tiv[p, c, i] > 0.0:
                w.idle[p, c] = min(w.idle[p, c], float(i))
        w.effort[p, c] = share_of(n.budget[p] * n.weight[p, c], weight)
