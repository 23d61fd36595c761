"""Phase 11: opinion, legitimacy, overthrows, coups and openness. docs/equations.md section 11; docs/theory.md, Regimes."""

from __future__ import annotations

from ..world.arithmetic import clip, exp, logistic, share_of
from ..world.codes import (
    BY_EVENT,
    BY_GRIEVANCE,
    BY_HAZARD,
    BY_LEGITIMACY,
    BY_TURNOVER,
    COUP,
    COUP_LUCK,
    ELECTED,
    GRANTS,
    HANDOVER,
    HANDOVER_LUCK,
    LEGITIMACY_LUCK,
    MILITARY,
    OVERTHROW,
    OVERTHROW_LUCK,
    SCANDAL,
    SENTIMENT_LUCK,
    TURNOVER,
    TURNOVER_LUCK,
)  # fmt: skip
from ..world.deals import new_row
from ..world.draws import normal_of_client, normal_of_dyad, of_client
from ..world.politics import (
    anger,
    burden,
    campaigns_running,
    guard,
    mean_openness,
    overthrow_logit,
    resting_opinion,
    trains,
)  # fmt: skip
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import distance, present, turn


def rule(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Opinion and legitimacy move, regimes fall or change hands, openness and coalitions follow."""
    for c in range(s.C):
        for p in range(s.P):
            form_opinion(w, n, s, ledger, p, c)
        w.legitimacy[c] = legitimacy(w, n, s, c)
    for c in range(s.C):  # before any coup of this quarter is remembered
        weigh_overthrow(w, n, s, c)
    for c in range(s.C):
        campaigns, openness = campaigns_running(w, s, c), w.openness[c]
        change_hands(w, n, s, ledger, c, campaigns)
        if not w.overthrow[c]:
            hand_over(w, n, s, ledger, c, openness)
        open_up(w, n, s, c, campaigns, openness)
        open_doors(w, n, s, c)
        w.contagion[c] = 1.0 if w.coup[c] else n.coup_memory * w.contagion[c]


# --- opinion and legitimacy -----------------------------------------------------------------------------------------


def form_opinion(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """T: rests on the tie and on nearness; grants win it; failure under protection, rents, sanctions and rivals' campaigns lose it."""
    if n.with_sentiment == 0.0 or not s.other[p, c]:
        return
    smeared, scandal = 0.0, 0.0
    if w.orders:
        scandal = w.ordered_scandal[p, c]
        for q in range(s.P):
            smeared += w.ordered_smear[q, p, c]
        if scandal != 0.0:
            row = new_row(w, ledger, SCANDAL, p, c, BY_EVENT)
            row.value = scandal
    stays = 1.0 if present(w, n, s, p, c) else 0.0
    moved = (
        w.opinion[p, c]
        + n.sentiment_recovery * (resting_opinion(w, n, s, p, c) - w.opinion[p, c])
        - n.sentiment_fatigue * stays
        - n.sentiment_failure * stays * max(0.0, w.threat[c] - w.threat_mean[c])
        + n.sentiment_aid * w.delivered[p, c, GRANTS] / w.gdp[c]
        - n.sentiment_rent * w.openness[c] * max(0.0, w.rent_paid[p, c]) / w.gdp[c]
        - n.sentiment_sanction * (1.0 if w.sanction[p, c] > 0.0 else 0.0)
        - n.sentiment_campaign * smeared
        + scandal
        + n.sentiment_noise * normal_of_dyad(w, s, SENTIMENT_LUCK, p, c)
    )
    w.opinion[p, c] = clip(moved, -1.0, 1.0)


def legitimacy(w: Run, n: Inputs, s: Places, c: int) -> float:
    """L: returns to its mean, follows growth and patrons' money, suffers from anger at who stands there and from campaigns."""
    unpopular, launched, resented = 0.0, 0.0, 0.0
    for p in range(s.P):
        launched += w.launched[p, c]
        if w.rent_paid[p, c] > 0.0 and distance(w, n, s, p, c) > n.regimes_unpopular:
            unpopular += w.rent_paid[p, c]
        if present(w, n, s, p, c):
            resented += anger(w, n, p, c)
    moved = (
        w.legitimacy[c]
        + n.regimes_recovery * (n.regimes_mean - w.legitimacy[c])
        + n.regimes_growth * w.excess[c]
        + n.regimes_income * min(w.income[c], n.regimes_income_cap)
        - (1.0 - n.with_sentiment) * n.regimes_publicity * w.openness[c] * unpopular / w.gdp[c]
        - n.with_sentiment * burden(w, n, c) * resented
        - n.interference_cost * launched
        + n.regimes_noise * normal_of_client(w, s, LEGITIMACY_LUCK, c)
    )
    return clip(moved, 0.0, 1.0)


# --- overthrows -----------------------------------------------------------------------------------------------------


def weigh_overthrow(w: Run, n: Inputs, s: Places, c: int) -> None:
    """Chances this quarter that the regime falls, and that it is the army that does it."""
    logit = overthrow_logit(w, n, s, c) - guard(w, n, s, c)
    army = n.with_coups * n.army[c]
    by_coup, by_revolt = army * logistic(logit + trains(w, n, s, c)), (1.0 - army) * logistic(logit)
    w.overthrow_chance[c] = n.with_regime_change * (by_coup + by_revolt)
    w.coup_part[c] = share_of(by_coup, by_coup + by_revolt)


def change_hands(w: Run, n: Inputs, s: Places, ledger: Rows, c: int, campaigns: float) -> None:
    """Whether the regime is overthrown, by a coup or a revolt."""
    w.overthrow[c], w.turnover[c], w.coup[c] = 0, 0, 0
    told_coup = w.orders and w.ordered_coup[c] > 0.0
    ordered = told_coup or (w.orders and w.ordered_overthrow[c] > 0.0)
    if not ordered and of_client(w, s, OVERTHROW_LUCK, c) >= w.overthrow_chance[c]:
        return
    cause = BY_EVENT if ordered else BY_GRIEVANCE if campaigns > 0.0 else BY_LEGITIMACY
    fall(w, n, s, ledger, c, cause)
    if (told_coup and n.with_coups > 0.0) or of_client(w, s, COUP_LUCK, c) < w.coup_part[c]:
        row = new_row(w, ledger, COUP, -1, c, cause)
        row.value = w.coup_part[c]
        take_power(w, n, s, c)
    elif n.with_coups > 0.0:
        w.regime[c] = ELECTED
    sponsor = sponsor_of(w, s, c)
    if sponsor >= 0:
        turn(w, n, s, c, sponsor, n.regimes_sponsor)


def sponsor_of(w: Run, s: Places, c: int) -> int:
    """The campaigning patron with the largest share, −1 without any."""
    sponsor = -1
    for p in range(s.P):
        if w.campaign[p, c] > 0.0 and (sponsor < 0 or w.share_before[p, c] > w.share_before[sponsor, c]):
            sponsor = p
    return sponsor


def fall(w: Run, n: Inputs, s: Places, ledger: Rows, c: int, cause: int) -> None:
    """An overthrow: legitimacy begins anew, grievances are appeased."""
    row = new_row(w, ledger, OVERTHROW, sponsor_of(w, s, c), c, cause)
    row.value = w.overthrow_chance[c]
    w.overthrow[c], w.legitimacy[c] = 1, n.regimes_mean
    for p in range(s.P):
        w.grievance[p, c] *= n.regimes_appeased


def take_power(w: Run, n: Inputs, s: Places, c: int) -> None:
    """A coup: who stood there and did not help is blamed, and the anchor of orientation moves to those who are liked."""
    w.coup[c], w.regime[c] = 1, MILITARY
    for p in range(s.P):
        if s.other[p, c] and present(w, n, s, p, c) and w.campaign[p, c] == 0.0:
            w.opinion[p, c] = max(-1.0, w.opinion[p, c] - n.with_sentiment * n.coup_blame)
    liked = 0.0
    for p in range(s.P):
        liked += n.weight[p, c] * exp(n.coup_taste * w.opinion[p, c])
    if liked == 0.0:
        return
    for o in range(1, s.O):
        there = 0.0
        for p in range(s.P):
            there += n.weight[p, c] * exp(n.coup_taste * w.opinion[p, c]) * n.patron_position[p, o]
        w.anchor_shift[c, o] += n.coup_turn * (there / liked - n.anchor[c, o] - w.anchor_shift[c, o])


def hand_over(w: Run, n: Inputs, s: Places, ledger: Rows, c: int, openness: float) -> None:
    """Juntas give way to elections; governments change hands by the constitution."""
    if n.with_coups > 0.0 and w.regime[c] == MILITARY and of_client(w, s, HANDOVER_LUCK, c) < n.regimes_handover:
        w.regime[c], w.turnover[c] = ELECTED, 1
        new_row(w, ledger, HANDOVER, -1, c, BY_HAZARD)
    elif of_client(w, s, TURNOVER_LUCK, c) < n.regimes_turnover + n.regimes_turnover_openness * openness:
        w.turnover[c] = 1
        new_row(w, ledger, TURNOVER, -1, c, BY_TURNOVER)
    elif w.orders and w.ordered_turnover[c] > 0.0:
        w.turnover[c] = 1
        new_row(w, ledger, TURNOVER, -1, c, BY_EVENT)


# --- openness -------------------------------------------------------------------------------------------------------


def open_up(w: Run, n: Inputs, s: Places, c: int, campaigns: float, before: float) -> None:
    """D returns to its mean, falls with rents and campaigns, opens at a revolt and shuts at a coup; W follows."""
    junta, rents = w.regime[c] == MILITARY, 0.0
    for p in range(s.P):
        rents += max(0.0, w.rent_paid[p, c])
    if w.coup[c]:
        w.openness[c] = min(w.openness[c], n.regimes_junta_openness)
    d = w.openness[c]
    returns = n.regimes_junta_return if junta else n.regimes_openness_return
    moved = (
        d
        + returns * (mean_openness(w, n, s, c, before) - d)
        - n.regimes_openness_rent * d * rents / w.gdp[c]
        - n.regimes_openness_campaign * campaigns
    )
    if w.overthrow[c] and not w.coup[c]:
        moved += n.regimes_openness_overthrow
    w.openness[c] = clip(moved, 0.01, 0.99)
    if junta:
        w.coalition[c] = n.regimes_junta_coalition
    else:
        w.coalition[c] = clip(n.coalition[c] + n.regimes_coalition_slope * (w.openness[c] - n.openness[c]), 0.01, 1.0)


def open_doors(w: Run, n: Inputs, s: Places, c: int) -> None:
    """Who was shut out by politics is let in again when the public is no longer against it and it sanctions nobody there."""
    for p in range(s.P):
        if w.opinion[p, c] > n.refusal_readmit and w.sanction[p, c] == 0.0:
            w.shut[p, c] = 0
