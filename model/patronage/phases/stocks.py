"""Phase 6: stocks of arms, capital, presence and debt; contracts of major arms; aid. docs/equations.md section 6."""

from __future__ import annotations

from ..world.arithmetic import exp, power, share_of
from ..world.codes import ARMS, BY_EVENT, CONTRACT_LUCK, GRANTS, LOANS, RELIEF, SIZE_LUCK, TRANSFER
from ..world.deals import new_row
from ..world.draws import normal_of_dyad, of_dyad
from ..world.layout import YEARS
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import arms_kept_from, hosted_by_rivals, is_closed, kept_from, pledged

USUAL_GDP = 30_000.0
"""Real GDP of the client for whom a patron's `supply` is told, MUSD of 2015 a year."""
DEFENCE = 0.25
"""Security bandwidth above which a pledge is one of defence."""


def store(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """What was delivered enters stocks, which decay; surplus equipment enters at its fighting value."""
    first, hardware, real = w.lane == 0, n.arms_hardware / w.deflator, 1.0 / w.deflator
    for p in range(s.P):
        hand_over(w, s, ledger, p)
        for c in range(s.C):
            came_arms, came_grants = w.delivered[p, c, ARMS], w.delivered[p, c, GRANTS]
            came_loans, relieved = w.delivered[p, c, LOANS], w.delivered[p, c, RELIEF]
            handed = w.transferred[p, c]
            w.arms[p, c] = (1.0 - n.stocks_decay_arms) * w.arms[p, c] + came_arms + n.stocks_surplus_quality * handed
            bring_presence, bring_capital = 0.0, 0.0
            for j in range(s.J):
                bring_presence += n.kind_presence[j] * w.standing[p, c, j]
                bring_capital += n.kind_capital[j] * w.standing[p, c, j]
            w.capital[p, c] = (1.0 - n.stocks_decay_capital) * w.capital[p, c] + came_grants + came_loans
            w.capital[p, c] += n.base_size[p, c] * bring_capital
            w.presence[p, c] = (
                (1.0 - n.stocks_decay_presence) * w.presence[p, c]
                + n.stocks_base_presence * n.base_size[p, c] * bring_presence
                + n.stocks_instructors * handed
            )
            owed = w.debt[p, c] * (1.0 + n.stocks_interest - n.stocks_service) + came_loans - relieved
            w.debt[p, c] = max(0.0, owed)
            if first:
                sign(w, n, s, p, c)
            w.tiv[p, c, 0] += 0.25 * w.contract[p, c] + hardware * (w.arriving[p, c, ARMS] + handed)
            w.aid[p, c] += (4.0 * came_grants * real - w.aid[p, c]) / 12.0


def sign(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """A year begins: arms of ten years ago are gone, and a contract for this year is signed or not."""
    for i in range(YEARS - 1, 0, -1):
        w.tiv[p, c, i] = w.tiv[p, c, i - 1]
    w.tiv[p, c, 0], w.contract[p, c] = 0.0, 0.0
    if contract_chance(w, n, s, p, c) > of_dyad(w, s, CONTRACT_LUCK, p, c):
        w.idle[p, c] = 0.0
        size = exp(n.arms_spread * normal_of_dyad(w, s, SIZE_LUCK, p, c))
        w.contract[p, c] = n.supply[p] * power(w.real_gdp[c] / USUAL_GDP, n.arms_gdp) * size
    else:
        w.idle[p, c] = min(float(YEARS), w.idle[p, c] + 1.0)


def contract_chance(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Chance that the patron delivers major arms to the client this year."""
    if n.supply[p] == 0.0 or not s.other[p, c]:
        return 0.0
    if w.idle[p, c] == 0.0:
        chance = n.arms_go_on
    elif w.idle[p, c] < YEARS:
        chance = n.arms_again
    else:
        chance = n.arms_enter_pact if pledged(w, n, s, p, c) > DEFENCE else n.arms_enter
    if w.sanction[p, c] > 0.0 or w.grievance[p, c] > n.interference_min_grievance:
        chance *= n.arms_hostile
    chance *= (1.0 - kept_from(w, n, p, c)) * (1.0 - arms_kept_from(n, p, hosted_by_rivals(w, n, s, p, c)))
    if is_closed(w, p, c):
        chance *= 1.0 - n.refusal_courtship
    return n.with_contracts * chance


def hand_over(w: Run, s: Places, ledger: Rows, p: int) -> None:
    """Surplus equipment that events hand over, at transfer value, within the pool."""
    asked = 0.0
    if w.orders:
        for c in range(s.C):
            asked += w.ordered_transfer[p, c]
    part = min(1.0, share_of(w.surplus[p], asked))
    gone = 0.0
    for c in range(s.C):
        w.transferred[p, c] = 0.0
        if asked > 0.0 and w.ordered_transfer[p, c] > 0.0:
            w.transferred[p, c] = w.ordered_transfer[p, c] * part
            gone += w.transferred[p, c]
            if w.transferred[p, c] > 0.0:
                row = new_row(w, ledger, TRANSFER, p, c, BY_EVENT)
                row.instrument = ARMS
                row.promised = w.ordered_transfer[p, c]
                row.delivered = w.transferred[p, c]
    w.surplus[p] -= gone
