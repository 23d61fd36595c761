"""What several phases reckon with in politics: opinion, stakes, and the logit of an overthrow. docs/equations.md sections 9 and 11."""

from __future__ import annotations

from .arithmetic import clip, exp, share_of
from .codes import ELECTED, LINKAGE, MILITARY, PARTY, PERSONAL, REGISTERED, REPRESSION, RETAIN
from .records import Inputs, Places, Run
from .terms import access, ambiguity, distance, hosted_by_rivals, treaty_of, uncut

LOYAL = 0.2
"""Drift beyond which a client is not defended."""
HALF_LINKAGE = 0.3
"""Trade, remittances and treaties over GDP at which linkage is one half."""


# --- who stands there -----------------------------------------------------------------------------------------------


def guard(w: Run, n: Inputs, s: Places, c: int) -> float:
    """Fall of the logit of overthrow by the best guard that stands in the client."""
    best = 0.0
    for j in range(s.J):
        if n.kind_guards[j] > best and has_some(w, s, c, j):
            best = n.kind_guards[j]
    return best


def trains(w: Run, n: Inputs, s: Places, c: int) -> float:
    """Rise of the logit of a coup by the training that does most for it."""
    best = 0.0
    for j in range(s.J):
        if n.kind_trains[j] > best and has_some(w, s, c, j):
            best = n.kind_trains[j]
    return best


def has_some(w: Run, s: Places, c: int, j: int) -> bool:
    """Whether a contract of the kind stands in the client, whoever holds it."""
    for p in range(s.P):
        if w.standing[p, c, j]:
            return True
    return False


# --- openness of patrons --------------------------------------------------------------------------------------------


def above(n: Inputs, p: int, openness: float) -> float:
    """How far a patron's openness stands above another, D_p − D; 0 where that of the patron is not stated."""
    if n.patron_openness[p] < 0.0:
        return 0.0
    return n.patron_openness[p] - openness


def gap(n: Inputs, p: int, openness: float) -> float:
    """The same, where it stands above."""
    return max(0.0, above(n, p, openness))


def condemnation(w: Run, n: Inputs, p: int, c: int) -> float:
    """Factor on the salience of conceding to who sanctions the client; with refusal, condemnation is feared instead (κ)."""
    if w.sanction[p, c] <= 0.0:
        return 1.0
    size = 1.0
    if n.bargaining_sanction_full > 0.0:
        size = min(1.0, w.sanction_loss[p, c] / n.bargaining_sanction_full)
    return 1.0 + (1.0 - n.with_refusal) * n.bargaining_salience_sanction * size


# --- opinion --------------------------------------------------------------------------------------------------------


def resting_opinion(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Where opinion of a patron rests: what the tie is, and nearness in orientation."""
    return clip(n.tie_sentiment[p, c] + n.sentiment_affinity * (n.regimes_unpopular - distance(w, n, s, p, c)), -1.0, 1.0)


def anger(w: Run, n: Inputs, p: int, c: int) -> float:
    """Ill opinion of a patron beyond what is tolerated."""
    return max(0.0, -w.opinion[p, c] - n.sentiment_tolerance)


def burden(w: Run, n: Inputs, c: int) -> float:
    """ℓ, legitimacy that a regime loses a quarter per unit of anger: a junta has little else."""
    military = 1.0 if w.regime[c] == MILITARY else 0.0
    return n.sentiment_legitimacy * (1.0 + n.sentiment_junta * military)


# --- stakes ---------------------------------------------------------------------------------------------------------


def stake(w: Run, n: Inputs, p: int, c: int) -> float:
    """What a patron has put into a client, arms, capital and presence, on a scale from 0 to 1 (Levin 2020)."""
    put = w.arms[p, c] + w.capital[p, c] + w.presence[p, c]
    return share_of(put, put + n.interference_retain_half * (4.0 * w.gdp[c]))


def remoteness(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """u, how far a client stands from a patron, and how many of its rivals it hosts."""
    return distance(w, n, s, p, c) + n.interference_retain_host * hosted_by_rivals(w, n, s, p, c)


def lever(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Leverage without black knights, of the less open over the more (Levitsky & Way 2006, the other way round)."""
    knight = 0.0
    for q in range(s.P):
        if q != p:
            knight = max(knight, w.share_before[q, c])
    return w.share_before[p, c] * (1.0 - knight) * max(0.0, -above(n, p, w.openness[c]))


# --- support --------------------------------------------------------------------------------------------------------


def proofing(w: Run, n: Inputs, s: Places, c: int) -> float:
    """ρ, how coup-proof patrons' arms and presence have made a regime, 0-1 (Casey 2020)."""
    given = 0.0
    for p in range(s.P):
        given += n.coup_proofing[p] * (w.arms[p, c] + w.presence[p, c])
    return 1.0 - exp(-given / (n.support_repression_scale * (4.0 * w.gdp[c])))


def linkage(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """λ, density of trade, remittances and treaties, 0-1 (Levitsky & Way 2010)."""
    if not s.other[p, c]:
        return 0.0
    density = access(w, n, s, p, c) * uncut(w, p, c) + n.with_institutions * treaty_of(w, n, s, p, c) / 4.0
    return density / (density + HALF_LINKAGE)


def support(w: Run, n: Inputs, s: Places, c: int) -> float:
    """What patrons' support does to the logit of overthrow, by the client's theory of it."""
    theory = n.support[c]
    if theory == REPRESSION:
        return -n.support_repression_hazard * proofing(w, n, s, c)
    if theory == LINKAGE:
        closed = 0.0
        for p in range(s.P):
            closed -= linkage(w, n, s, p, c) * above(n, p, 1.0)
        return -n.support_linkage_hazard * closed
    if theory >= REGISTERED:
        return w.told_support[c]
    return 0.0


def mean_openness(w: Run, n: Inputs, s: Places, c: int, openness: float) -> float:
    """D̄', to which openness returns: what institutions, a junta and patrons' support make of it; D as it was before the phase."""
    mean, theory = n.openness[c], n.support[c]
    if w.regime[c] == MILITARY:
        mean = min(mean, n.regimes_junta_openness)
    if theory == REPRESSION:
        return clip(mean * (1.0 - n.support_repression_openness * proofing(w, n, s, c)), 0.01, 0.99)
    if theory == LINKAGE:
        pull = 0.0
        for p in range(s.P):
            pull += linkage(w, n, s, p, c) * above(n, p, openness)
        return clip(mean + share_of(n.support_linkage_pull, n.regimes_openness_return) * pull, 0.01, 0.99)
    if theory >= REGISTERED:
        return clip(mean + w.told_pull[c], 0.01, 0.99)
    return mean


# --- the logit of an overthrow --------------------------------------------------------------------------------------


def overthrow_logit(w: Run, n: Inputs, s: Places, c: int) -> float:
    """Λ0, logit of the chance a quarter that the regime falls, without its guard."""
    campaigns = campaigns_running(w, s, c)
    return (
        n.regimes_hazard
        + n.regimes_hazard_legitimacy * (n.regimes_mean - w.legitimacy[c])
        + n.regimes_hazard_openness * ambiguity(w.openness[c])
        + n.regimes_hazard_growth * max(0.0, -w.excess[c])
        + n.regimes_hazard_campaign * campaigns
        + n.regimes_hazard_threat * w.threat[c]
        + n.with_coups * (hazard_of_regime(w, n, c) + n.regimes_contagion * coups_elsewhere(w, s, c))
        - defence(w, n, s, c)
        + support(w, n, s, c)
    )


def campaigns_running(w: Run, s: Places, c: int) -> float:
    """How many patrons' campaigns weigh on the regime."""
    number = 0.0
    for p in range(s.P):
        if w.campaign[p, c] > 0.0:
            number += 1.0
    return number


def hazard_of_regime(w: Run, n: Inputs, c: int) -> float:
    """What kind of regime rules, on that logit (Geddes 1999)."""
    if w.regime[c] == ELECTED:
        return n.regimes_hazard_elected
    if w.regime[c] == PARTY:
        return n.regimes_hazard_party
    if w.regime[c] == PERSONAL:
        return n.regimes_hazard_personal
    return n.regimes_hazard_military


def coups_elsewhere(w: Run, s: Places, c: int) -> float:
    """Memory of coups in the other clients, on average."""
    memory = 0.0
    for m in range(s.C):
        if m != c:
            memory += w.contagion[m]
    return share_of(memory, s.C - 1.0)


def defence(w: Run, n: Inputs, s: Places, c: int) -> float:
    """What patrons who retain their clients do for a loyal one: the largest stake of one with a voice there."""
    best = 0.0
    for p in range(s.P):
        if n.interference[p] == RETAIN and w.share_before[p, c] > n.interference_min_share:
            best = max(best, stake(w, n, p, c) * max(0.0, 1.0 - w.drift[p, c] / LOYAL))
    return n.with_interference * n.interference_retain_defend * best
