"""The auction of concessions: what each is worth to its holder, what rivals bid against it, what the host asks. docs/equations.md 4.

A host sells to the highest bidder (Bernheim & Whinston 1986), at a price in support (Bueno de Mesquita & Smith 2007), which a shared
enemy lowers (Altfeld 1984, Morrow 1991), and at the price of its own survival; to which it adds what the sunk costs of a holder let it
ask (Vernon 1971).
"""

from __future__ import annotations

from ..decisions.blocs import consent_of_allies
from ..decisions.clients import policy_factor
from ..decisions.patrons import boldness
from ..world.arithmetic import exp, logistic, share_of
from ..world.codes import ASK_LUCK, BASE, BY_BAN, BY_DEMAND, BY_POLITICS, INSTRUMENT_COUNT, ISOLATIONIST, VALUE_LUCK
from ..world.draws import luck_of, normal_of_dyad, of_dyad
from ..world.politics import anger, burden, condemnation, gap
from ..world.records import Inputs, Places, Run
from ..world.terms import distance, kept_from, mean_delivery, mission_of, price_of, salience


def negotiate(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> bool:
    """Work out the terms of a concession, unless that is done already; returns whether the host would agree.

    What rests on it comes first, for what that adds to its worth; who else would have alone what is had alone, likewise.
    """
    if w.known[p, c, j] < 2:
        alone = exclusive_above(n, s, j)
        for t in range(s.J):
            i = s.tables[t]
            if s.rests[j, i] and (i == j or w.live[i]):
                if alone:
                    for q in range(s.P):
                        weigh(w, n, s, q, c, i)
                    for q in range(s.P):
                        answer(w, n, s, q, c, i)
                else:
                    weigh(w, n, s, p, c, i)
                    answer(w, n, s, p, c, i)
    return w.accepts[p, c, j] > 0


def exclusive_above(n: Inputs, s: Places, j: int) -> bool:
    """Whether a kind, or one that rests on it, has one holder a host."""
    for i in range(s.J):
        if s.rests[j, i] and n.kind_exclusive[i] > 0.5:
            return True
    return False


def weigh(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> None:
    """Values, bids and prices, as far as they do not depend on other patrons' tables."""
    if w.known[p, c, j] < 1:
        appraise(w, n, s, p, c, j)
        price(w, n, s, p, c, j)
        w.known[p, c, j] = 1


# --- what it is worth, and to whom ------------------------------------------------------------------------------------


def appraise(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> None:
    """V, what the concession is worth to its holder, and N, what rivals bid to deny it; MUSD a year."""
    luck = exp(n.bargaining_value_noise * normal_of_dyad(w, s, luck_of(s, VALUE_LUCK, j), p, c))
    worth = mission_of(n, p, c, j) * n.need[p, j] * n.fit[p, c, j] * luck
    w.value_luck[p, c, j], w.alternatives[p, c, j] = luck, alternatives(w, n, s, p, c, j)
    gross = worth / (1.0 + n.with_alternatives * n.bargaining_alternatives * w.alternatives[p, c, j])
    more = bundle(w, n, s, p, c, j) - n.fixed[p, j] * n.base_size[p, c]
    w.value[p, c, j], w.belief[p, c, j] = gross + more, gross / luck + more
    for q in range(s.P):
        strength = n.weight[q, c] * (n.with_denial_bids * n.bargaining_denial) * (4.0 * w.budget[q])
        strength = strength * w.share_before[q, c] * w.reputation_before[q, c] * boldness(n, q)
        if w.barred[q, c]:
            strength = 0.0
        w.bid[q, p, c, j] = n.kind_denied[j] * (n.rivalry[q, p] * strength * (1.0 - kept_from(w, n, q, c)))


def is_of_use(n: Inputs, p: int, c: int, j: int) -> bool:
    """Whether such a concession there would serve the patron at all."""
    return mission_of(n, p, c, j) * n.need[p, j] * n.fit[p, c, j] > 0.0


def bundle(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> float:
    """What concessions that rest on this one would bring in beyond what they cost, MUSD a year."""
    out = 0.0
    for i in range(s.J):
        if s.requires[i] == j and w.accepts[p, c, i] and (w.stood[p, c, i] or is_of_use(n, p, c, i)):
            out += max(0.0, w.value[p, c, i] - w.floor[p, c, i])
    return out


def alternatives(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> float:
    """Other places where the patron or, in part, an ally has one of the kind, as far as they serve it; each counts once."""
    places = 0.0
    for m in range(s.C):
        if m != c:
            held = 0.0
            for q in range(s.P):
                if s.allied[p, q] and w.stood[q, m, j]:
                    held = n.bargaining_allied_alternative
            if w.stood[p, m, j]:
                held = 1.0
            places += held * min(1.0, n.fit[p, m, j])
    return places


def stated_bid(w: Run, n: Inputs, q: int, p: int, c: int, j: int) -> float:
    """What a package that q offers adds to its bid, MUSD a year: its worth over the annuity, as far as q is believed."""
    worth = 0.0
    for k in range(INSTRUMENT_COUNT):
        worth += n.cost[q, k] * mean_delivery(n, q, k) * w.ordered_offer[q, p, c, k, j]
    return worth * w.reputation_before[q, c] / n.bargaining_annuity


# --- what the host asks -----------------------------------------------------------------------------------------------


def price(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> None:
    """The sum of bids against the concession, and what hosting it costs the regime in support and in its hope to survive."""
    w.denial[p, c, j] = 0.0
    for q in range(s.P):
        if w.orders:
            w.bid[q, p, c, j] += stated_bid(w, n, q, p, c, j)
        w.denial[p, c, j] += w.bid[q, p, c, j]
    sigma = n.kind_salience[j] * salience(n, n.bargaining_salience, distance(w, n, s, p, c), w.openness[c])
    sigma = sigma * condemnation(w, n, p, c)
    w.plain_price[p, c, j] = price_of(w, n, c, sigma * (1.0 - protection(w, n, p, c, j)))
    w.price[p, c, j] = w.plain_price[p, c, j] * policy_factor(w, n, s, p, c)
    w.survival[p, c, j] = survival(w, n, s, p, c, j)


def protection(w: Run, n: Inputs, p: int, c: int, j: int) -> float:
    """Part of a concession's salience that vanishes because its mission answers the host's own unanswered threat.

    Autonomy is traded for security (Altfeld 1984, Morrow 1991): most by the insecure, and not with who sanctions them.
    Troops on the spot need no promise, so reputation does not enter.
    """
    if w.sanction[p, c] > 0.0:
        return 0.0
    need = w.insecurity[c] / (w.insecurity[c] + n.courtship_insecurity_half)
    answers = mission_in_place(n, p, c) * min(1.0, n.fit[p, c, j])
    return n.with_security * n.bargaining_security * n.kind_answers[j] * answers * need


def mission_in_place(n: Inputs, p: int, c: int) -> float:
    """m_pc, the patron's mission as far as it lies in the client."""
    return n.mission[p] * n.tie_mission[p, c]


def survival(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> float:
    """π: what hosting does to the chance of an overthrow, times what an office is worth (Bueno de Mesquita et al. 2003), MUSD a year.

    Anger at the patron and condemnation by it are feared; a guard is worth paying for.
    """
    scale = n.with_refusal * n.with_regime_change
    if scale == 0.0:
        return 0.0
    other = 0.0  # the best guard but this one
    for i in range(s.J):
        if n.kind_guards[i] > other:
            for q in range(s.P):
                if w.stood[q, c, i] and (q != p or i != j):
                    other = n.kind_guards[i]
    fear = 0.0
    if n.kind_presence[j] > 0.0:
        felt = n.regimes_hazard_legitimacy * burden(w, n, c) * anger(w, n, p, c)
        fear = n.with_sentiment * share_of(felt, n.regimes_recovery)
        if w.sanction[p, c] > 0.0:
            fear += n.refusal_condemn * gap(n, p, w.openness[c])
    guard = max(other, n.kind_guards[j])
    if fear == 0.0 and guard == other:
        return 0.0
    logit = w.danger[c]
    office = 4.0 * n.refusal_office * (4.0 * n.economy_revenue * w.gdp[c])
    return scale * office * (logistic(logit - guard + fear) - logistic(logit - other))


def answer(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> None:
    """Floor and rent of the concession, and whether the host agrees."""
    if w.known[p, c, j] > 1:
        return
    w.known[p, c, j] = 2
    if not s.dense or j != BASE:  # else it was asked for before
        w.asked_for_consent[p, c, j] = asked_by_allies(w, n, s, p, c, j)
    w.rivalled[p, c, j] = w.denial[p, c, j]
    if n.kind_exclusive[j] > 0.5:
        w.rivalled[p, c, j] = rivalled(w, n, s, p, c, j)
    asked = w.price[p, c, j] + w.survival[p, c, j] + w.rivalled[p, c, j] + w.asked_for_consent[p, c, j]
    value, belief = w.value[p, c, j], w.belief[p, c, j]
    floor = max(asked, -purse(w, n, s, p, c, j))
    w.floor[p, c, j] = floor
    w.hold[p, c, j] = hold(w, n, p, c, j)
    if w.insists[p, c, j]:
        w.asked[p, c, j] = max(floor, belief)
    else:
        w.asked[p, c, j] = floor + n.bargaining_surplus_share * (1.0 - n.with_asked_rents) * (value - floor)
        w.asked[p, c, j] += w.hold[p, c, j] * max(0.0, belief - floor)
    least = w.asked[p, c, j] if w.insists[p, c, j] or w.hold[p, c, j] > 0.0 else floor
    agrees = value >= least and (value > 0.0 or floor < 0.0)
    w.accepts[p, c, j] = 1 if agrees and n.policy[c] != ISOLATIONIST and not w.barred[p, c] else 0


def asked_by_allies(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> float:
    """What the host's allies ask for their consent to troops that are not there yet."""
    if w.stood[p, c, j] or n.kind_presence[j] <= 0.0:
        return 0.0
    return consent_of_allies(w, n, s, p, c)


def rivalled(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> float:
    """N* of what only one patron can hold: bids to deny it, or the surplus of the rival who would have it, and what a change costs."""
    best, change = 0.0, 0.0
    for q in range(s.P):
        if q != p:
            if w.stood[q, c, j]:
                change = n.bargaining_switching
            if n.fit[q, c, j] > 0.0 and s.other[q, c] and not w.barred[q, c]:
                best = max(best, w.value[q, c, j] - w.price[q, c, j] - w.survival[q, c, j] - w.denial[q, c, j])
    return max(w.denial[p, c, j], best) + change


def purse(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> float:
    """What the host could pay for it, MUSD a year: part of its free revenue, less what it pays for other contracts."""
    paid = 0.0
    for q in range(s.P):
        for i in range(s.J):
            if q != p or i != j:
                paid += w.paying[q, c, i]
    return max(0.0, n.bargaining_purse * (4.0 * n.economy_revenue * w.gdp[c]) - paid)


def hold(w: Run, n: Inputs, p: int, c: int, j: int) -> float:
    """ψ: what of a holder's surplus the host has learned to ask, where it has nowhere else to go (Vernon 1971)."""
    if n.bargaining_monopoly == 0.0 or w.age[p, c, j] == 0.0:
        return 0.0
    learned = 1.0 - exp(-w.age[p, c, j] / n.bargaining_sunk)
    return n.bargaining_monopoly * learned / (1.0 + w.alternatives[p, c, j])


def host_insists(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> bool:
    """Whether the host names its rent, to be taken or left; the holder's costs are sunk (Vernon 1971, Cooley 2008).

    When a term ends, and then until the notice has run out.
    """
    if w.notice[p, c, j] > 0.0:
        return w.route[p, c, j] == BY_DEMAND
    chance = n.with_asked_rents * n.bargaining_surplus_share
    return w.term_left[p, c, j] <= 1.0 and of_dyad(w, s, luck_of(s, ASK_LUCK, j), p, c) < chance


def is_final(w: Run, p: int, c: int, j: int) -> bool:
    """Whether a notice stays whatever is bid."""
    return w.route[p, c, j] == BY_BAN or w.route[p, c, j] == BY_POLITICS or w.barred[p, c] > 0
