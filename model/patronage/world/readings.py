"""Named measures of a run: what conditions, outcomes and the page may ask for, one number each. docs/equations.md section 14 too."""

from __future__ import annotations

from math import sqrt

from ..scenario.vocabulary import MEASURES
from .arithmetic import share_of
from .codes import ARMS, CONCESSION, INSTRUMENT_COUNT, LOANS, MILITARY, RELIEF
from .codes import BASE as A_BASE
from .politics import anger, stake
from .records import Inputs, Places, Run
from .terms import distance, is_closed

(SHARE, INFLUENCE, FBIC, FBIC_INDEX, BASE, RENT, DEBT, ARMS_STOCK, CAPITAL, PRESENCE, EFFORT, GRIEVANCE, REPUTATION, DISTANCE,
 CAMPAIGN, SANCTION, NOTICE, PLEDGE, DELIVERED, PROMISED, RELIEF_GIVEN, ARMS_PROMISED, ARMS_DELIVERED,
 LOANS_PROMISED, LOANS_DELIVERED, PENDING, DEBT_PART, RENT_PAID, SENTIMENT, ANGER, STAKE, DRIFT,
 CONCESSION_STANDS, FEE, CLOSED, OPENNESS, COALITION, LEGITIMACY, THREAT,
 INSECURITY, GDP, GROWTH, AUTONOMY, CAMPAIGNS, OVERTHROW, TURNOVER, COUP, JUNTA, REGIME, POSITION, MISSION, BUDGET, SPENT, UNSPENT,
 MODE, CONCENTRATION, BASES, MEMBER, MEMBERS, COHESION, FORCE, BLOC_SANCTION, FRUSTRATION, POLARISATION, INSTABILITY, YEAR) = range(
    len(MEASURES)
)  # fmt: skip
"""In the order of the vocabulary; a test holds the two together."""
TIE = 0.5
"""Propensity gained by a common bloc or an alliance, and lost to a campaign or a sanction."""


def reading(w: Run, n: Inputs, s: Places, measure: int, first: int, second: int, third: int) -> float:
    """The value of a measure, asked about actors by their places (−1 where it takes none)."""
    if CONCESSION_STANDS <= measure <= CLOSED:
        return of_contract(w, measure, first, second, third)
    if measure <= DRIFT:
        return of_dyad(w, n, s, measure, first, second)
    if measure <= REGIME:
        return of_client(w, s, measure, first)
    if measure == POSITION:
        return w.position[first, second]
    if measure <= BASES:
        return of_patron(w, n, s, measure, first)
    if measure <= BLOC_SANCTION:
        return of_bloc(w, s, measure, first, second)
    if FRUSTRATION <= measure <= POLARISATION:
        return tension(w, n, s, measure == POLARISATION)
    if measure == INSTABILITY:
        return n.instability
    return float(w.quarter // 4)


def of_dyad(w: Run, n: Inputs, s: Places, measure: int, p: int, c: int) -> float:
    """A measure of a patron and a client."""
    if measure == SHARE:
        return w.share[p, c]
    if measure == INFLUENCE:
        return w.influence[p, c]
    if measure == FBIC:
        return w.fbic[p, c]
    if measure == FBIC_INDEX:
        return w.fbic_index[p, c]
    if measure == BASE:
        return float(w.standing[p, c, A_BASE])
    if measure == RENT:
        return w.rent[p, c, A_BASE]
    if measure == DEBT:
        return w.debt[p, c]
    if measure == ARMS_STOCK:
        return w.arms[p, c]
    if measure == CAPITAL:
        return w.capital[p, c]
    if measure == PRESENCE:
        return w.presence[p, c]
    if measure == EFFORT:
        return w.effort[p, c]
    if measure == GRIEVANCE:
        return w.grievance[p, c]
    if measure == REPUTATION:
        return w.reputation[p, c]
    if measure == DISTANCE:
        return distance(w, n, s, p, c)
    if measure == CAMPAIGN:
        return 1.0 if w.campaign[p, c] > 0.0 else 0.0
    if measure == SANCTION:
        return 1.0 if w.sanction[p, c] > 0.0 else 0.0
    if measure == NOTICE:
        return w.notice[p, c, A_BASE]
    if measure == PLEDGE:
        return longest_pledge(w, s, p, c)
    if measure == RENT_PAID:
        return w.rent_paid[p, c]
    if measure == SENTIMENT:
        return w.opinion[p, c]
    if measure == ANGER:
        return anger(w, n, p, c)
    if measure == STAKE:
        return stake(w, n, p, c)
    if measure == DRIFT:
        return w.drift[p, c]
    return of_flow(w, s, measure, p, c)


def of_contract(w: Run, measure: int, p: int, c: int, j: int) -> float:
    """A measure of a contract of any kind, or of the door to them."""
    if measure == CONCESSION_STANDS:
        return float(w.standing[p, c, j])
    if measure == FEE:
        return 0.0 - w.rent[p, c, j]
    return 1.0 if is_closed(w, p, c) else 0.0


def of_flow(w: Run, s: Places, measure: int, p: int, c: int) -> float:
    """A measure of what is promised or given."""
    if measure == DELIVERED:
        out = 0.0
        for k in range(INSTRUMENT_COUNT):
            out += w.delivered[p, c, k]
        return out
    if measure == PROMISED:
        offered, packaged = 0.0, 0.0
        for k in range(INSTRUMENT_COUNT):
            offered += w.offered[p, c, k]
            packaged += w.packaged[p, c, k]
        return offered + packaged
    if measure == RELIEF_GIVEN:
        return w.delivered[p, c, RELIEF]
    if measure == ARMS_PROMISED:
        return w.offered[p, c, ARMS] + w.packaged[p, c, ARMS]
    if measure == ARMS_DELIVERED:
        return w.delivered[p, c, ARMS]
    if measure == LOANS_PROMISED:
        return w.offered[p, c, LOANS] + w.packaged[p, c, LOANS]
    if measure == LOANS_DELIVERED:
        return w.delivered[p, c, LOANS]
    if measure == PENDING:
        out = 0.0
        for u in range(CONCESSION + 1):
            out += w.due[p, c, LOANS, u] + w.stuck[p, c, LOANS, u]
        return out
    owed = w.other_debt[c]  # debt_part
    for q in range(s.P):
        owed += w.debt[q, c]
    return share_of(w.debt[p, c], owed)


def longest_pledge(w: Run, s: Places, q: int, c: int) -> float:
    """Quarters of the longest pledge in force to a patron not to host another."""
    longest = 0.0
    for p in range(s.P):
        for j in range(s.J):
            longest = max(longest, w.pledge[q, p, c, j])
    return longest


def of_client(w: Run, s: Places, measure: int, c: int) -> float:
    """A measure of a client."""
    if measure == OPENNESS:
        return w.openness[c]
    if measure == COALITION:
        return w.coalition[c]
    if measure == LEGITIMACY:
        return w.legitimacy[c]
    if measure == THREAT:
        return w.threat[c]
    if measure == INSECURITY:
        return w.insecurity[c]
    if measure == GDP:
        return w.gdp[c]
    if measure == GROWTH:
        return w.growth[c]
    if measure == OVERTHROW:
        return float(w.overthrow[c])
    if measure == TURNOVER:
        return float(w.turnover[c])
    if measure == COUP:
        return float(w.coup[c])
    if measure == JUNTA:
        return 1.0 if w.regime[c] == MILITARY else 0.0
    if measure == REGIME:
        return float(w.regime[c])
    shares, launched = 0.0, 0.0
    for p in range(s.P):
        shares += w.share[p, c]
        launched += w.launched[p, c]
    return 1.0 - shares if measure == AUTONOMY else launched


def of_patron(w: Run, n: Inputs, s: Places, measure: int, p: int) -> float:
    """A measure of a patron."""
    if measure == MISSION:
        return n.mission[p]
    if measure == BUDGET:
        return w.budget[p]
    if measure == SPENT:
        return spent(w, n, s, p)
    if measure == UNSPENT:
        return w.unspent[p]
    if measure == MODE:
        return float(w.mode[p])
    if measure == CONCENTRATION:
        return concentration(w, s, p)
    held = 0.0
    for c in range(s.C):
        held += w.standing[p, c, A_BASE]
    return held


def spent(w: Run, n: Inputs, s: Places, p: int) -> float:
    """What was handed over this quarter at the patron's cost, rents and surplus apart, MUSD."""
    out = 0.0
    for c in range(s.C):
        given = 0.0
        for k in range(INSTRUMENT_COUNT):
            given += n.cost[p, k] * w.delivered[p, c, k]
        out += given
    return out


def concentration(w: Run, s: Places, p: int) -> float:
    """Herfindahl index of a patron's effort over clients: 1/C when even, 1 for a single one, 0 without any."""
    everyone, out = 0.0, 0.0
    for c in range(s.C):
        everyone += w.effort[p, c]
    for c in range(s.C):
        part = share_of(w.effort[p, c], everyone)
        out += part * part
    return out


def of_bloc(w: Run, s: Places, measure: int, b: int, c: int) -> float:
    """A measure of a bloc."""
    if measure == MEMBER:
        return float(w.member[b, c])
    if measure == COHESION:
        return w.cohesion[b]
    if measure == FORCE:
        return w.force[b]
    if measure == BLOC_SANCTION:
        return 1.0 if w.bloc_sanction[b, c] > 0.0 else 0.0
    number = 0.0
    for m in range(s.C):
        number += w.member[b, m]
    return number


def tension(w: Run, n: Inputs, s: Places, between: bool) -> float:
    """Part of all attraction and repulsion that the two sides leave unsatisfied, or that is repulsion between them. 0-1."""
    some, everything = 0.0, 0.0
    for a in range(s.A):
        for b in range(s.A):
            if a != b:
                bond = propensity(w, n, s, a, b)
                everything += abs(bond)
                across = on_minus_side(w, n, s, a) != on_minus_side(w, n, s, b)
                if between:
                    some += max(-bond, 0.0) if across else 0.0
                else:
                    some += max(bond, 0.0) if across else max(-bond, 0.0)
    return share_of(some, everything)


def stands(w: Run, n: Inputs, s: Places, a: int, o: int) -> float:
    """Orientation of an actor on an axis; a state that is client and patron stands where the client stands."""
    if s.actor_client[a] >= 0:
        return w.position[s.actor_client[a], o]
    return n.patron_position[s.actor_patron[a], o]


def on_minus_side(w: Run, n: Inputs, s: Places, a: int) -> bool:
    """Whether an actor stands on the minus side of the first declared axis."""
    return s.O > 1 and stands(w, n, s, a, 1) < 0.0


def belongs(w: Run, s: Places, a: int, b: int) -> bool:
    """Whether an actor is in a bloc: as client member, affiliate or leader."""
    p, c = s.actor_patron[a], s.actor_client[a]
    if c >= 0 and w.member[b, c]:
        return True
    return p >= 0 and (s.affiliate[b, p] > 0 or s.leader[b] == p)


def propensity(w: Run, n: Inputs, s: Places, a: int, b: int) -> float:
    """Nearness, common blocs, alliances and influence, less rivalry, grievance and hostile acts."""
    square, apart = 0.0, 0.0
    for o in range(1, s.O):
        gap = stands(w, n, s, a, o) - stands(w, n, s, b, o)
        square += gap * gap
        apart = abs(gap)
    out = 1.0 - 2.0 * (apart if s.O == 2 else sqrt(square))
    together = False
    for x in range(s.B):
        if belongs(w, s, a, x) and belongs(w, s, b, x):
            together = True
    if together:
        out += TIE
    out += tie(w, s, s.actor_patron[a], s.actor_client[b]) + tie(w, s, s.actor_patron[b], s.actor_client[a])
    p, q = s.actor_patron[a], s.actor_patron[b]
    if p >= 0 and q >= 0:
        out += (TIE if s.allied[p, q] else 0.0) - 0.5 * (n.rivalry[p, q] + n.rivalry[q, p])
    return out


def tie(w: Run, s: Places, p: int, c: int) -> float:
    """What a patron's dealings with a client add to their propensity; 0 unless the one is patron and the other client."""
    if p < 0 or c < 0:
        return 0.0
    out = w.share[p, c] - min(1.0, w.grievance[p, c])
    if w.campaign[p, c] > 0.0:
        out -= TIE
    if w.sanction[p, c] > 0.0:
        out -= TIE
    return out
