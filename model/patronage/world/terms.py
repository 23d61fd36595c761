"""What several phases reckon with: distances, saliences, prices, needs. docs/equations.md sections 0, 3 and 4."""

from __future__ import annotations

from math import sqrt

from .arithmetic import share_of
from .codes import ARMS, CONCESSION, GRANTS, LOANS, REFUSAL, RELIEF
from .records import Inputs, Places, Run


def distance(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """d_pc, distance of a client and a patron over the declared orientation axes; 0 without any."""
    if s.O == 2:
        return abs(w.position[c, 1] - n.patron_position[p, 1])
    square = 0.0
    for o in range(1, s.O):
        gap = w.position[c, o] - n.patron_position[p, o]
        square += gap * gap
    return sqrt(square)


def salience(n: Inputs, base: float, away: float, openness: float) -> float:
    """σ of a concession to somebody so far away, sqrt(MUSD a quarter)."""
    return base * (n.bargaining_salience_distance + away) * (1.0 + n.bargaining_salience_openness * openness)


def price_of(w: Run, n: Inputs, c: int, sigma: float) -> float:
    """The smallest aid that compensates the winning coalition, MUSD a year (Bueno de Mesquita & Smith 2007, 2009)."""
    chi = 1.0 + 1.0 / w.coalition[c]
    revenue = n.economy_revenue * w.gdp[c]
    return n.with_selectorate_price * 4.0 * (sigma * sigma / chi + 2.0 * sigma * sqrt(revenue / chi))


def ambiguity(openness: float) -> float:
    """4D(1 − D): 1 between closed and open regimes, 0 at either end."""
    return 4.0 * openness * (1.0 - openness)


def traded(w: Run, n: Inputs, p: int, c: int) -> float:
    """x, trade with the patron as a share of real GDP, before any cut."""
    return n.trade[p, c] * w.gravity[p, c]


def access(w: Run, n: Inputs, p: int, c: int) -> float:
    """Trade and remittances as a share of GDP."""
    return traded(w, n, p, c) + n.remittances[p, c]


def uncut(w: Run, p: int, c: int) -> float:
    """What a sanction in force leaves of trade and access, 0-1."""
    return 1.0 - w.sanction_cut[p, c] if w.sanction[p, c] > 0.0 else 1.0


def pledged(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Security bandwidth of a patron's pledges to a client; pledges do not add, the largest counts."""
    out = n.pact[p, c]
    for b in range(s.B):
        if s.leader[b] == p and w.member[b, c]:
            out = max(out, n.bloc_pact[b])
    return out


def treaty_of(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Economic bandwidth of treaties with a patron: the tie's own, and membership in blocs that it leads."""
    if not s.other[p, c]:
        return 0.0
    out = n.treaty[p, c]
    for b in range(s.B):
        if s.leader[b] == p and w.member[b, c]:
            out += n.bloc_treaty[b]
    return out


def hosted_by_rivals(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """The patron's rivalry with those who hold bases in the client, summed."""
    hosted = 0.0
    for q in range(s.P):
        hosted += n.rivalry[p, q] * w.base[q, c]
    return hosted


def relief_room(w: Run, p: int, c: int) -> float:
    """Debt that relief already promised does not cover, MUSD."""
    return max(0.0, w.debt[p, c] - (w.due[p, c, RELIEF, REFUSAL] + w.due[p, c, RELIEF, CONCESSION]))


def work_out_needs(w: Run, n: Inputs, s: Places, c: int) -> None:
    """θ_pck: how much the client needs each instrument, on a common scale."""
    year = 4.0 * w.gdp[c]
    arms = w.insecurity[c] / (w.insecurity[c] + n.courtship_insecurity_half)
    per_head = year * 1e6 / n.population[c]
    grants = max(0.0, n.courtship_legitimacy_target - w.legitimacy[c]) + 1.0 / (1.0 + per_head / n.courtship_income_half)
    capital = 0.0
    for p in range(s.P):
        capital += w.capital[p, c]
    loans = 1.0 / (1.0 + capital / (n.courtship_capital_half * year))
    for p in range(s.P):
        w.hosted[p, c] = hosted_by_rivals(w, n, s, p, c)
        w.need[p, c, ARMS] = arms + n.courtship_arms_rivalry * w.hosted[p, c]
        w.need[p, c, GRANTS] = grants
        w.need[p, c, LOANS] = loans
        w.need[p, c, RELIEF] = share_of(w.debt[p, c], w.debt[p, c] + n.courtship_debt_half * year)


def mean_delivery(n: Inputs, p: int, k: int) -> float:
    """Mean share of a package that is delivered: loans are projects there."""
    if k == LOANS:
        return n.delivery_projects[p]
    return n.delivery[p, k]


def licence(w: Run, n: Inputs, p: int, c: int, k: int) -> float:
    """What a patron gives a client in courtship under its present mission; debt relief never, and few arms where it has no base."""
    if k == RELIEF:
        return 0.0
    part = n.courtship_unhosted if k == ARMS and not w.base[p, c] else 1.0
    return min(n.licence[p, k] + n.mission[p] * n.licence_mission[p, k] * part, 1.0)


def turn(w: Run, n: Inputs, s: Places, c: int, p: int, part: float) -> None:
    """The client's orientations move a part of the way to a patron's; its ideal point stays."""
    for o in range(1, s.O):
        w.position[c, o] += part * (n.patron_position[p, o] - w.position[c, o])
