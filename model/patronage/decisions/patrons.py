"""How a patron divides its budget among clients: the built-in strategies, by name. docs/equations.md section 3.

Source of the two portfolios: docs/theory.md, Courtship (Friedman 1958; control premium of this project's design).
"""

from __future__ import annotations

from ..world.arithmetic import exp, logistic, share_of
from ..world.codes import (
    CLIENT_STATE,
    CONTROLS_FEW,
    COURTS_EVERYONE,
    DENIAL_FIRST,
    MIXTURE,
    PORTFOLIO,
    PORTFOLIO_LUCK,
    RETRENCH,
    SPHERE,
    TIT_FOR_TAT,
)  # fmt: skip
from ..world.draws import of_patron
from ..world.records import Inputs, Places, Run
from ..world.terms import distance, present

KNOWN = {
    "sphere": "Court everyone in proportion to weight.",
    "client_state": "Pick clients and pay for control of them.",
    "portfolio": "Choose between the two, now and then, by what they promise.",
    "mixture": "A fixed part by client state, the rest by sphere.",
    "denial_first": "Court only where a rival holds a base, and bid more to deny; everyone if there is no such place.",
    "tit_for_tat": "Answer the rivals' effort of last quarter, as far as the money goes.",
    "retrench": "Keep only to bases and allies, with part of the budget, and bid less to deny.",
}
"""What the scenario can name, in a line each."""


def divide(w: Run, n: Inputs, s: Places, p: int) -> None:
    """Effort of a patron towards each client, MUSD this quarter, and its mode, by the strategy that the scenario names."""
    plays = n.strategy[p]
    mode = COURTS_EVERYONE
    if plays == SPHERE:
        court_everyone(w, s, p, w.available[p])
    elif plays == CLIENT_STATE:
        mode = CONTROLS_FEW
        pick_clients(w, n, s, p)
    elif plays == PORTFOLIO:
        mode = reconsider(w, n, s, p)
    elif plays == MIXTURE:
        mix(w, n, s, p)
    elif plays == DENIAL_FIRST:
        court_where_rivals_are(w, s, p)
    elif plays == TIT_FOR_TAT:
        answer_rivals(w, s, p)
    elif plays == RETRENCH:
        keep_to_allies(w, n, s, p)
    else:  # registered by another package, which is asked later
        for c in range(s.C):
            w.effort[p, c] = 0.0
    w.mode[p] = mode


def court_everyone(w: Run, s: Places, p: int, money: float) -> None:
    """Tullock contest with linear payoffs: effort in proportion to weight."""
    total = 0.0
    for c in range(s.C):
        total += w.weight[p, c]
    for c in range(s.C):
        w.effort[p, c] = share_of(money * w.weight[p, c], total)


def pick_clients(w: Run, n: Inputs, s: Places, p: int) -> None:
    """Greedy knapsack: pay for half of the contest in the best clients until the money is spent."""
    money = w.available[p]
    premium = 1.0 + n.with_control_premium * n.courtship_premium
    number = 0
    for c in range(s.C):
        w.effort[p, c] = 0.0
        w.contest[c] = n.courtship_margin * (w.rivals[p, c] + n.courtship_contest_floor * 4.0 * w.gdp[c])
        if w.weight[p, c] > 0.0:
            worth_it = w.weight[p, c] * premium * w.reputation_before[p, c]
            w.rank[c] = share_of(worth_it * exp(-n.courtship_affinity * distance(w, n, s, p, c)), w.contest[c])
            i = number
            while i > 0 and w.rank[w.order[i - 1]] < w.rank[c]:
                w.order[i] = w.order[i - 1]
                i -= 1
            w.order[i] = c
            number += 1
    cost, paid, weight, chosen = 0.0, 0.0, 0.0, 0
    while chosen < number and cost + w.contest[w.order[chosen]] <= money:
        cost += w.contest[w.order[chosen]]
        chosen += 1
    for c in range(s.C):  # summed in the order of codes, as all sums are
        for i in range(chosen):
            if w.order[i] == c:
                paid += w.contest[c]
                weight += w.weight[p, c]
    if chosen == 0 and number > 0:
        w.effort[p, w.order[0]] = money
    left = max(money - paid, 0.0)
    for i in range(chosen):
        c = w.order[i]
        w.effort[p, c] = w.contest[c] + share_of(left * w.weight[p, c], weight)


def reconsider(w: Run, n: Inputs, s: Places, p: int) -> int:
    """Choose between the two now and then, by what they promise; returns the mode."""
    mode = w.mode[p]
    u = of_patron(w, s, PORTFOLIO_LUCK, p)
    if u < n.courtship_revisit:
        court_everyone(w, s, p, w.available[p])
        by_all = promised_by(w, n, s, p)
        pick_clients(w, n, s, p)
        chance = n.courtship_revisit * logistic(n.courtship_slope * (promised_by(w, n, s, p) - by_all))
        mode = CONTROLS_FEW if u < chance else COURTS_EVERYONE
    if mode == CONTROLS_FEW:
        pick_clients(w, n, s, p)
    else:
        court_everyone(w, s, p, w.available[p])
    return mode


def promised_by(w: Run, n: Inputs, s: Places, p: int) -> float:
    """U of the efforts: influence, plus a premium for control, over all clients."""
    out = 0.0
    for c in range(s.C):
        e = w.effort[p, c]
        contest = share_of(e, e + w.rivals[p, c] + n.courtship_contest_floor * 4.0 * w.gdp[c])
        control = n.with_control_premium * n.courtship_premium * logistic((contest - 0.5) / n.courtship_steepness)
        out += w.weight[p, c] * (contest + control)
    return out


def mix(w: Run, n: Inputs, s: Places, p: int) -> None:
    """A fixed part by client state, the rest by sphere."""
    part = n.strategy_share[p]
    pick_clients(w, n, s, p)
    for c in range(s.C):
        w.few[c] = w.effort[p, c]
    court_everyone(w, s, p, w.available[p])
    for c in range(s.C):
        w.effort[p, c] = part * w.few[c] + (1.0 - part) * w.effort[p, c]


def court_where_rivals_are(w: Run, s: Places, p: int) -> None:
    """Court only where a rival holds a base; everyone if there is no such place."""
    total = 0.0
    for c in range(s.C):
        if w.hosted[p, c] > 0.0:
            total += w.weight[p, c]
    if total > 0.0:
        for c in range(s.C):
            w.effort[p, c] = share_of(w.available[p] * w.weight[p, c], total) if w.hosted[p, c] > 0.0 else 0.0
    else:
        court_everyone(w, s, p, w.available[p])


def answer_rivals(w: Run, s: Places, p: int) -> None:
    """Answer the rivals' effort of last quarter, as far as the money goes."""
    total = 0.0
    for c in range(s.C):
        if w.weight[p, c] > 0.0:
            total += w.rivals[p, c]
    scale = min(1.0, share_of(w.available[p], total))
    for c in range(s.C):
        w.effort[p, c] = w.rivals[p, c] * scale if w.weight[p, c] > 0.0 else 0.0


def keep_to_allies(w: Run, n: Inputs, s: Places, p: int) -> None:
    """Keep only to bases and members of own blocs, with part of the budget; to all if there are none."""
    money = n.strategy_share[p] * w.available[p]
    total = 0.0
    for c in range(s.C):
        if present(w, n, s, p, c) or follows(w, s, p, c):
            total += w.weight[p, c]
    if total > 0.0:
        for c in range(s.C):
            kept = present(w, n, s, p, c) or follows(w, s, p, c)
            w.effort[p, c] = share_of(money * w.weight[p, c], total) if kept else 0.0
    else:
        court_everyone(w, s, p, money)


def follows(w: Run, s: Places, p: int, c: int) -> bool:
    """Whether the client is in a bloc that the patron leads."""
    for b in range(s.B):
        if s.leader[b] == p and w.member[b, c]:
            return True
    return False


def boldness(n: Inputs, q: int) -> float:
    """b, what a patron's strategy makes of its denial bids."""
    if n.strategy[q] == DENIAL_FIRST:
        return 1.0 + n.strategy_share[q]
    if n.strategy[q] == RETRENCH:
        return n.strategy_share[q]
    return 1.0
