"""What is on the table when a base is sold: value, bids, price, floor and rent. docs/equations.md section 4.

Common agency (Bernheim & Whinston 1986) with a selectorate price (Bueno de Mesquita & Smith 2007), which a shared enemy lowers
(Altfeld 1984, Morrow 1991) and to which a host adds what the sunk costs of a holder let it ask (Vernon 1971).
"""

from __future__ import annotations

from ..decisions.blocs import consent_of_allies
from ..decisions.clients import policy_factor
from ..decisions.patrons import boldness
from ..world.arithmetic import exp
from ..world.codes import ASK_LUCK, BY_DEMAND, INSTRUMENT_COUNT, ISOLATIONIST, VALUE_LUCK
from ..world.draws import normal_of_dyad, of_dyad
from ..world.records import Inputs, Places, Run
from ..world.terms import distance, mean_delivery, price_of, salience


def negotiate(w: Run, n: Inputs, s: Places, p: int, c: int) -> bool:
    """Work out the terms of a base, unless that is done already; returns whether the host would agree."""
    if not w.known[p, c]:
        appraise(w, n, s, p, c)
        w.asked_for_consent[p, c] = 0.0 if w.stood[p, c] else consent_of_allies(w, n, s, p, c)
        answer(w, n, s, p, c)
        w.known[p, c] = 1
    return w.accepts[p, c] > 0


def appraise(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """V, what the base is worth to its holder, and N, what rivals bid to deny it; MUSD a year."""
    luck = exp(n.bargaining_value_noise * normal_of_dyad(w, s, VALUE_LUCK, p, c))
    worth = n.mission[p] * n.need[p] * n.geography[p, c] * luck
    w.value_luck[p, c], w.alternatives[p, c] = luck, alternatives(w, n, s, p, c)
    w.value[p, c] = worth / (1.0 + n.with_alternatives * n.bargaining_alternatives * w.alternatives[p, c])
    w.belief[p, c] = w.value[p, c] / luck
    for q in range(s.P):
        strength = n.weight[q, c] * (n.with_denial_bids * n.bargaining_denial) * (4.0 * w.budget[q])
        strength = strength * w.share_before[q, c] * w.reputation_before[q, c] * boldness(n, q)
        w.bid[q, p, c] = n.rivalry[q, p] * strength


def alternatives(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Other places where the patron or, in part, an ally has a base, as far as they serve it; each counts once."""
    places = 0.0
    for m in range(s.C):
        if m != c:
            held = 0.0
            for q in range(s.P):
                if s.allied[p, q] and w.stood[q, m]:
                    held = n.bargaining_allied_alternative
            if w.stood[p, m]:
                held = 1.0
            places += held * min(1.0, n.geography[p, m])
    return places


def stated_bid(w: Run, n: Inputs, q: int, p: int, c: int) -> float:
    """What a package that q offers adds to its bid, MUSD a year: its worth over the annuity, as far as q is believed."""
    worth = 0.0
    for k in range(INSTRUMENT_COUNT):
        worth += n.cost[q, k] * mean_delivery(n, q, k) * w.ordered_offer[q, p, c, k]
    return worth * w.reputation_before[q, c] / n.bargaining_annuity


def answer(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """Price, floor and rent of the base, and whether the host agrees."""
    w.denial[p, c] = 0.0
    for q in range(s.P):
        if w.orders:
            w.bid[q, p, c] += stated_bid(w, n, q, p, c)
        w.denial[p, c] += w.bid[q, p, c]
    sigma = salience(n, n.bargaining_salience, distance(w, n, s, p, c), w.openness[c])
    if w.sanction[p, c] > 0.0:
        sigma = sigma * (1.0 + n.bargaining_salience_sanction)
    w.plain_price[p, c] = price_of(w, n, c, sigma * (1.0 - protection(w, n, p, c)))
    w.price[p, c] = w.plain_price[p, c] * policy_factor(w, n, s, p, c)
    w.floor[p, c] = w.price[p, c] + w.denial[p, c] + w.asked_for_consent[p, c]
    value, floor = w.value[p, c], w.floor[p, c]
    if w.insists[p, c]:
        w.asked[p, c] = max(floor, w.belief[p, c])
        agrees = value >= w.asked[p, c]
    else:
        w.asked[p, c] = floor + n.bargaining_surplus_share * (1.0 - n.with_asked_rents) * (value - floor)
        agrees = value >= floor
    w.accepts[p, c] = 1 if agrees and value > 0.0 and n.policy[c] != ISOLATIONIST else 0


def protection(w: Run, n: Inputs, p: int, c: int) -> float:
    """Part of a base's salience that vanishes because its mission answers the host's own unanswered threat.

    Autonomy is traded for security (Altfeld 1984, Morrow 1991): most by the insecure, and not with who sanctions them.
    Troops on the spot need no promise, so reputation does not enter.
    """
    if w.sanction[p, c] > 0.0:
        return 0.0
    need = w.insecurity[c] / (w.insecurity[c] + n.courtship_insecurity_half)
    return n.with_security * n.bargaining_security * (n.mission[p] * min(1.0, n.geography[p, c])) * need


def host_insists(w: Run, n: Inputs, s: Places, p: int, c: int) -> bool:
    """Whether the host names its rent, to be taken or left; the holder's costs are sunk (Vernon 1971, Cooley 2008).

    When a term ends, and then until the notice has run out.
    """
    if w.notice[p, c] > 0.0:
        return w.route[p, c] == BY_DEMAND
    chance = n.with_asked_rents * n.bargaining_surplus_share
    return w.term_left[p, c] <= 1.0 and of_dyad(w, s, ASK_LUCK, p, c) < chance
