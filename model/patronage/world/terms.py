"""What several phases reckon with: distances, saliences, prices, needs. docs/equations.md sections 0, 3 and 4."""

from __future__ import annotations

from math import sqrt

from .arithmetic import share_of
from .codes import ARMS, CONCESSION, GRANTS, LOANS, MILITARY, REFUSAL, RELIEF
from .records import Inputs, Places, Run

HOST_OF_RIVALS = 0.3
"""Rivalry with those who hold contracts in a client, beyond which it hosts rivals."""


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


def is_military(w: Run, c: int) -> bool:
    """Whether a junta rules."""
    return w.regime[c] == MILITARY


def ambiguity(openness: float) -> float:
    """4D(1 − D): 1 between closed and open regimes, 0 at either end."""
    return 4.0 * openness * (1.0 - openness)


def traded(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """x, trade with the patron as a share of real GDP, before any cut; contracts such as ports add to it."""
    out = 0.0
    for j in range(s.J):
        out += n.kind_market[j] * w.standing[p, c, j]
    return n.trade[p, c] * w.gravity[p, c] + out


def access(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Trade and remittances as a share of GDP."""
    return traded(w, n, s, p, c) + n.remittances[p, c]


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


def present(w: Run, n: Inputs, s: Places, p: int, c: int) -> bool:
    """h, whether the patron has something in the client that brings people there."""
    for j in range(s.J):
        if w.standing[p, c, j] and n.kind_presence[j] > 0.0:
            return True
    return False


def is_closed(w: Run, p: int, c: int) -> bool:
    """Whether the client is closed to the patron: by a ban, or by politics."""
    return w.closed[p, c] > 0.0 or w.shut[p, c] > 0


def mission_of(n: Inputs, p: int, c: int, j: int) -> float:
    """m, the patron's mission as a kind of contract sees it in the client, 0-1."""
    if n.kind_mission[j] > 0.5:
        return n.mission[p] * n.tie_mission[p, c]
    return n.tie_mission[p, c]


def mission_before(w: Run, n: Inputs, p: int, c: int, j: int) -> float:
    """The same of the quarter before."""
    return w.mission_before[p, c] if n.kind_mission[j] > 0.5 else w.tie_mission_before[p, c]


def kept_from(w: Run, n: Inputs, p: int, c: int) -> float:
    """What part of its help a patron withholds from a junta."""
    return n.withhold_coup[p] if is_military(w, c) else 0.0


def arms_kept_from(n: Inputs, p: int, hosted: float) -> float:
    """What part of its arms a patron withholds from who hosts its rivals."""
    return n.withhold_rival[p] if hosted > HOST_OF_RIVALS else 0.0


def treaty_of(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Economic bandwidth of treaties with a patron: the tie's own, blocs that it leads, contracts such as recognition."""
    if not s.other[p, c]:
        return 0.0
    out = n.treaty[p, c]
    for b in range(s.B):
        if s.leader[b] == p and w.member[b, c]:
            out += n.bloc_treaty[b]
    for j in range(s.J):
        out += n.kind_institutions[j] * w.standing[p, c, j]
    return out


def hosted_by_rivals(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """The patron's rivalry with those who hold contracts in the client, each as far as it is worth denying, summed."""
    hosted = 0.0
    for q in range(s.P):
        most = 0.0
        for j in range(s.J):
            most = max(most, n.kind_denied[j] * w.standing[q, c, j])
        hosted += n.rivalry[p, q] * most
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


def licence(w: Run, n: Inputs, s: Places, p: int, c: int, k: int) -> float:
    """What a patron gives in courtship under its present mission; debt relief never, few arms where it has nobody.

    Who withholds help gives less to juntas, and fewer arms to hosts of its rivals.
    """
    if k == RELIEF:
        return 0.0
    part = n.courtship_unhosted if k == ARMS and not present(w, n, s, p, c) else 1.0
    given = min(n.licence[p, k] + n.mission[p] * n.tie_mission[p, c] * n.licence_mission[p, k] * part, 1.0)
    if k == ARMS:
        given = given * (1.0 - arms_kept_from(n, p, w.hosted[p, c]))
    return given * (1.0 - kept_from(w, n, p, c))


def turn(w: Run, n: Inputs, s: Places, c: int, p: int, part: float) -> None:
    """The client's orientations move a part of the way to a patron's; its ideal point stays."""
    for o in range(1, s.O):
        w.position[c, o] += part * (n.patron_position[p, o] - w.position[c, o])
