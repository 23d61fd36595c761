"""Phase 11: legitimacy, overthrow, turnover, openness. docs/equations.md section 11; docs/theory.md, Regimes."""

from __future__ import annotations

from ..world.arithmetic import clip, logistic
from ..world.codes import (
    BY_EVENT,
    BY_GRIEVANCE,
    BY_LEGITIMACY,
    BY_TURNOVER,
    LEGITIMACY_LUCK,
    OVERTHROW,
    OVERTHROW_LUCK,
    TURNOVER,
    TURNOVER_LUCK,
)  # fmt: skip
from ..world.deals import new_row
from ..world.draws import normal_of_client, of_client
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import ambiguity, distance, turn


def rule(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Legitimacy moves, regimes fall or change hands, openness and coalitions follow."""
    for c in range(s.C):
        w.legitimacy[c] = legitimacy(w, n, s, c)
        campaigns = campaigns_running(w, s, c)
        openness = w.openness[c]
        chance = overthrow_chance(w, n, c, campaigns)
        w.overthrow_chance[c] = chance
        ordered = w.orders and w.ordered_overthrow[c] > 0.0
        falls = ordered or of_client(w, s, OVERTHROW_LUCK, c) < chance
        w.overthrow[c], w.turnover[c] = 0, 0
        if falls:
            cause = BY_EVENT if ordered else BY_GRIEVANCE if campaigns > 0.0 else BY_LEGITIMACY
            fall(w, n, s, ledger, c, chance, cause)
        elif of_client(w, s, TURNOVER_LUCK, c) < n.regimes_turnover + n.regimes_turnover_openness * openness:
            w.turnover[c] = 1
            new_row(w, ledger, TURNOVER, -1, c, BY_TURNOVER)
        elif w.orders and w.ordered_turnover[c] > 0.0:
            w.turnover[c] = 1
            new_row(w, ledger, TURNOVER, -1, c, BY_EVENT)
        w.openness[c] = opening(w, n, s, c, campaigns, falls)
        w.coalition[c] = clip(n.coalition[c] + n.regimes_coalition_slope * (w.openness[c] - n.openness[c]), 0.01, 1.0)


def legitimacy(w: Run, n: Inputs, s: Places, c: int) -> float:
    """L: returns to its mean, follows growth and patrons' money, suffers from unpopular bases and campaigns."""
    unpopular, launched = 0.0, 0.0
    for p in range(s.P):
        launched += w.launched[p, c]
        if w.rent_paid[p, c] > 0.0 and distance(w, n, s, p, c) > n.regimes_unpopular:
            unpopular += w.rent_paid[p, c]
    moved = (
        w.legitimacy[c]
        + n.regimes_recovery * (n.regimes_mean - w.legitimacy[c])
        + n.regimes_growth * w.excess[c]
        + n.regimes_income * min(w.income[c], n.regimes_income_cap)
        - n.regimes_publicity * w.openness[c] * unpopular / w.gdp[c]
        - n.interference_cost * launched
        + n.regimes_noise * normal_of_client(w, s, LEGITIMACY_LUCK, c)
    )
    return clip(moved, 0.0, 1.0)


def campaigns_running(w: Run, s: Places, c: int) -> float:
    """How many patrons' campaigns weigh on the regime."""
    number = 0.0
    for p in range(s.P):
        if w.campaign[p, c] > 0.0:
            number += 1.0
    return number


def overthrow_chance(w: Run, n: Inputs, c: int, campaigns: float) -> float:
    """Chance that the regime falls this quarter."""
    logit = (
        n.regimes_hazard
        + n.regimes_hazard_legitimacy * (n.regimes_mean - w.legitimacy[c])
        + n.regimes_hazard_openness * ambiguity(w.openness[c])
        + n.regimes_hazard_growth * max(0.0, -w.excess[c])
        + n.regimes_hazard_campaign * campaigns
        + n.regimes_hazard_threat * w.threat[c]
    )
    return n.with_regime_change * logistic(logit)


def fall(w: Run, n: Inputs, s: Places, ledger: Rows, c: int, chance: float, cause: int) -> None:
    """An overthrow: legitimacy begins anew, grievances are appeased, a sponsor is thanked."""
    sponsor = -1  # the campaigning patron with the largest share
    for p in range(s.P):
        if w.campaign[p, c] > 0.0 and (sponsor < 0 or w.share_before[p, c] > w.share_before[sponsor, c]):
            sponsor = p
    row = new_row(w, ledger, OVERTHROW, sponsor, c, cause)
    row.value = chance
    w.overthrow[c], w.legitimacy[c] = 1, n.regimes_mean
    for p in range(s.P):
        w.grievance[p, c] *= n.regimes_appeased
    if sponsor >= 0:
        turn(w, n, s, c, sponsor, n.regimes_sponsor)


def opening(w: Run, n: Inputs, s: Places, c: int, campaigns: float, falls: bool) -> float:
    """D: returns to its institutional mean, falls with rents and campaigns, jumps at an overthrow."""
    rents = 0.0
    for p in range(s.P):
        rents += w.rent_paid[p, c]
    d = w.openness[c]
    moved = (
        d
        + n.regimes_openness_return * (n.openness[c] - d)
        - n.regimes_openness_rent * d * rents / w.gdp[c]
        - n.regimes_openness_campaign * campaigns
    )
    if falls:
        moved += n.regimes_openness_overthrow
    return clip(moved, 0.01, 0.99)
