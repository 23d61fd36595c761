"""What blocs decide: what a yes costs, whom to admit, what to contribute. docs/equations.md sections 4 and 12."""

from __future__ import annotations

from math import inf, sqrt

from ..world.arithmetic import logistic, share_of
from ..world.codes import CONSENSUS, GROUP_DECISION, MAJORITY
from ..world.records import Inputs, Places, Run
from ..world.terms import distance, price_of, salience
from .debate import argue


def consent_of_allies(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """What an outsider's new base costs in the consent of its host's allies, summed over blocs, MUSD a year."""
    cost = 0.0
    for b in range(s.B):
        w.consent_cost[b, p, c] = 0.0
        if n.bloc_consent[b] > 0.5 and w.member[b, c] and not s.insider[b, p]:
            hear_allies(w, n, s, b, p, c)
            w.consent_cost[b, p, c] = cost_of_yes(w, n, s, b, members_of(w, s, b) + affiliates_of(s, b) - w.member[b, c])
            cost += w.consent_cost[b, p, c]
    return cost


def hear_allies(w: Run, n: Inputs, s: Places, b: int, p: int, c: int) -> None:
    """Who in a bloc votes on an outsider's base in a member, who objects, how strongly, and for what price."""
    if s.leader[b] < 0:
        centre(w, n, s, b)
    for m in range(s.C):
        w.votes[m] = 1 if w.member[b, m] and m != c else 0
        if w.votes[m]:
            away = distance(w, n, s, p, m)
            w.stance[m] = away - distance_to_head(w, n, s, b, m)
            w.objects[m] = 1 if w.stance[m] > 0.0 else 0
            w.saliences[m] = salience(n, n.blocs_salience_consent, away, w.openness[m])
            w.asks[m] = price_of(w, n, m, w.saliences[m])
        else:
            w.objects[m] = 0


def members_of(w: Run, s: Places, b: int) -> float:
    """How many client members a bloc has."""
    number = 0.0
    for m in range(s.C):
        number += w.member[b, m]
    return number


def affiliates_of(s: Places, b: int) -> float:
    """How many patrons are members, its leader included; they never object."""
    number = 0.0
    for q in range(s.P):
        number += s.affiliate[b, q]
    return number


def centre(w: Run, n: Inputs, s: Places, b: int) -> float:
    """Mean orientation of a bloc's members into `middle`; returns how many they are. Without any there is no centre."""
    number = members_of(w, s, b) + affiliates_of(s, b)
    w.middle[0] = number
    for o in range(1, s.O):
        inside, outside = 0.0, 0.0
        for c in range(s.C):
            if w.member[b, c]:
                inside += w.position[c, o]
        for p in range(s.P):
            if s.affiliate[b, p]:
                outside += n.patron_position[p, o]
        w.middle[o] = (inside + outside) / number if number > 0.0 else 0.0
    return number


def distance_to_centre(w: Run, s: Places, c: int) -> float:
    """How far a client stands from the centre in `middle`; 0 where nobody makes one."""
    if w.middle[0] == 0.0:
        return 0.0
    square = 0.0
    for o in range(1, s.O):
        away = w.position[c, o] - w.middle[o]
        square += away * away
    return sqrt(square)


def distance_to_head(w: Run, n: Inputs, s: Places, b: int, c: int) -> float:
    """How far a client stands from a bloc's leader; from its centre, which is in `middle`, where nobody leads."""
    if s.leader[b] < 0:
        return distance_to_centre(w, s, c)
    return distance(w, n, s, s.leader[b], c)


def purse(w: Run, n: Inputs, s: Places, b: int) -> float:
    """What a leader would pay for consent, MUSD a year; nobody pays where nobody leads."""
    if s.leader[b] < 0:
        return 0.0
    return n.blocs_consent_budget * 4.0 * w.budget[s.leader[b]]


def cost_of_yes(w: Run, n: Inputs, s: Places, b: int, voters: float) -> float:
    """What a yes costs the leader, MUSD a year, by the bloc's rule; who votes, objects and asks what is in the world.

    Consensus: all objectors; majority: the cheapest needed; group decision: those needed after a round of argument; else nothing.
    """
    rule = n.vote[b]
    number, everyone = 0.0, 0.0
    for m in range(s.C):
        if w.objects[m]:
            number += 1.0
            everyone += w.asks[m]
    if number == 0.0:
        return 0.0
    if rule == CONSENSUS:
        return everyone
    if rule == MAJORITY:
        return cheapest(w, s, max(0.0, number - (voters + 1.0) // 2.0 + 1.0))
    if rule == GROUP_DECISION:
        return price_after_argument(w, s)
    return 0.0


def cheapest(w: Run, s: Places, needed: float) -> float:
    """What so many objectors cost, the cheapest first."""
    cost, bought, last, after = 0.0, 0.0, -inf, -1
    while bought < needed:
        best = next_cheapest(w, s, last, after)
        if best < 0:
            return cost
        cost += w.asks[best]
        last, after = w.asks[best], best
        bought += 1.0
    return cost


def next_cheapest(w: Run, s: Places, last: float, after: int) -> int:
    """The cheapest objector that comes after one at a price; ties by code; −1 without any."""
    best = -1
    for m in range(s.C):
        later = w.asks[m] > last or (w.asks[m] == last and m > after)
        if w.objects[m] and later and (best < 0 or w.asks[m] < w.asks[best]):
            best = m
    return best


def price_after_argument(w: Run, s: Places) -> float:
    """Price of a yes after one round of group decision.

    Those still against are bought, the cheapest first, until those left weigh no more than half of all who vote.
    """
    for m in range(s.C):
        w.capability[m] = 4.0 * w.gdp[m]
    argue(w, s)
    total, against = 0.0, 0.0
    for m in range(s.C):
        w.objects[m] = 1 if w.votes[m] and w.moved[m] > 0.0 else 0
        total += w.support[m]
        if w.objects[m]:
            against += w.support[m]
    cost, bought, last, after = 0.0, 0.0, -inf, -1
    while 2.0 * (against - bought) > total:
        best = next_cheapest(w, s, last, after)
        if best < 0:
            return cost
        cost += w.asks[best]
        bought += w.support[best]
        last, after = w.asks[best], best
    return cost


def decide_membership(w: Run, n: Inputs, s: Places, b: int, c: int, u: float) -> None:
    """Who joins and who leaves: logit of the benefit, with hysteresis, subject to the vote."""
    if w.member_before[b, c]:
        most = n.with_bloc_choice * n.blocs_leave
        if u < most * logistic(-n.blocs_slope * (w.benefit[b, c] + n.blocs_hysteresis)):
            w.leaves[b, c] = 1
    elif s.candidate[b, c]:
        most = n.with_bloc_choice * n.blocs_join
        if u < most * logistic(n.blocs_slope * w.benefit[b, c]) and w.vote_cost[b, c] <= purse(w, n, s, b):
            w.joins[b, c] = 1


def name_contributors(w: Run, n: Inputs, s: Places, b: int) -> None:
    """Incomes and preferences of those who might contribute to a bloc's joint force: client members, the leader last."""
    members, threat = members_of(w, s, b), 0.0
    for c in range(s.C):
        w.income_of[c] = w.member[b, c] * (4.0 * w.gdp[c])
        w.keen[c] = n.blocs_effort * (w.member[b, c] * w.threat[c])
        threat += w.member[b, c] * w.threat[c]
    w.income_of[s.C] = 4.0 * w.patron_gdp[s.leader[b]] if s.leader[b] >= 0 else 0.0
    w.keen[s.C] = n.blocs_effort * share_of(threat, members)


def joint_supply(w: Run, s: Places) -> float:
    """Exact equilibrium supply of a public good, summed over contributors, MUSD a year.

    Best reply g_i = max(0, β_i Y_i − (1 − β_i) G_−i) (Olson & Zeckhauser 1966). With r = (1 − β)/β it is g_i = max(0, Y_i − r_i G),
    so G is the largest of ΣY/(1 + Σr) over the first contributors by Y/r. Client members come first, the leader last.
    """
    number = 0
    for i in range(s.C + 1):
        if w.income_of[i] > 0.0 and w.keen[i] > 0.0:
            w.eager[i] = w.income_of[i] * share_of(w.keen[i], 1.0 - w.keen[i])
            at = number
            while at > 0 and w.eager[w.order[at - 1]] < w.eager[i]:
                w.order[at] = w.order[at - 1]
                at -= 1
            w.order[at] = i
            number += 1
    income, reluctance, supply = 0.0, 0.0, 0.0
    for at in range(number):
        i = w.order[at]
        income += w.income_of[i]
        reluctance += share_of(1.0 - w.keen[i], w.keen[i])
        supply = max(supply, income / (1.0 + reluctance))
    return supply
