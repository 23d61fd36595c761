"""How a client prices a concession: the built-in policies, by name. docs/equations.md section 4."""

from __future__ import annotations

from ..world.arithmetic import exp
from ..world.codes import BALANCER, BANDWAGONER, HEDGER
from ..world.records import Inputs, Places, Run

KNOWN = {
    "auctioneer": "Common agency (Bernheim & Whinston 1986): price plus the denial bids forgone.",
    "hedger": "Asks more from the influential, less from the weak.",
    "bandwagoner": "Sells cheaply to the influential.",
    "balancer": "Asks more from the leading patron alone.",
    "isolationist": "Sells to nobody.",
}
"""What the scenario can name, in a line each."""


def policy_factor(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """f, the factor on the price of conceding to a patron: who sells to the highest bidder asks everybody the same."""
    policy = n.policy[c]
    if policy == HEDGER:  # asks more from the influential, less from the weak
        return exp(2.0 * lead(w, s, p, c))
    if policy == BANDWAGONER:  # sells cheaply to the influential
        return exp(-2.0 * lead(w, s, p, c))
    if policy == BALANCER and leader_in(w, s, c) == p:  # asks more from the leading patron alone
        return exp(2.0)
    return 1.0


def lead(w: Run, s: Places, p: int, c: int) -> float:
    """Share of influence above the patrons' mean."""
    total = 0.0
    for q in range(s.P):
        total += w.share_before[q, c]
    return w.share_before[p, c] - total / s.P


def leader_in(w: Run, s: Places, c: int) -> int:
    """The patron with the largest share."""
    best = 0
    for q in range(1, s.P):
        if w.share_before[q, c] > w.share_before[best, c]:
            best = q
    return best
