"""Phase 5: what was promised arrives, or does not; rents are paid; reputations form. docs/equations.md section 5."""

from __future__ import annotations

from ..world.arithmetic import clip, share_of
from ..world.codes import (
    BASE,
    BY_EVENT,
    BY_HAZARD,
    BY_SHOCK,
    CANCEL_LUCK,
    CANCELLED,
    CONCESSION,
    DELIVERY_LUCK,
    FORGIVEN,
    GRANTS,
    INSTRUMENT_COUNT,
    LOANS,
    REFUSAL,
    RELIEF,
)  # fmt: skip
from ..world.deals import new_row
from ..world.draws import delivered_share, of_dyad
from ..world.records import Inputs, Places, Rows, Run, Tables


def deliver(w: Run, n: Inputs, s: Places, ledger: Rows, tables: Tables) -> None:
    """Face values handed over; cash rents; reputation learns from promises kept."""
    for c in range(s.C):
        cash = 0.0
        for p in range(s.P):
            hand_over(w, n, s, tables, p, c)
            if w.orders and w.ordered_forgive[p, c] > 0.0:
                forgive(w, ledger, p, c)
            w.delivered[p, c, RELIEF] = min(w.delivered[p, c, RELIEF], w.debt[p, c])
            w.rent_paid[p, c] = cash_rent(w, n, s, p, c)
            cash += w.delivered[p, c, GRANTS] + w.delivered[p, c, LOANS] + w.rent_paid[p, c]
            learn(w, n, p, c)
            cancel_projects(w, n, s, ledger, p, c)
        w.income[c] = cash / w.gdp[c]


def cash_rent(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Rents of this quarter in cash, MUSD; negative where the client pays."""
    paid = 0.0
    for j in range(s.J):
        in_cash = 1.0 - n.in_kind[p, c] if j == BASE else 1.0
        paid += w.standing[p, c, j] * in_cash * w.rent[p, c, j] / 4.0
    return paid


def hand_over(w: Run, n: Inputs, s: Places, tables: Tables, p: int, c: int) -> None:
    """Courtship as far as it is delivered, and packages on their way."""
    for k in range(INSTRUMENT_COUNT):
        w.delivered[p, c, k] = w.arriving[p, c, k]
        if w.offered[p, c, k] > 0.0:
            u = of_dyad(w, s, DELIVERY_LUCK + k, p, c)
            part = delivered_share(tables, n.delivery_row[p, k], n.delivery_precision, n.delivery[p, k], u)
            w.delivered[p, c, k] += part * w.offered[p, c, k]


def forgive(w: Run, ledger: Rows, p: int, c: int) -> None:
    """Debt that an event forgives: relief that comes at once and is expected too."""
    gift = min(w.ordered_forgive[p, c], w.debt[p, c])
    w.delivered[p, c, RELIEF] += gift
    w.expected[p, c, RELIEF] += gift
    if gift > 0.0:
        row = new_row(w, ledger, FORGIVEN, p, c, BY_EVENT)
        row.instrument = RELIEF
        row.delivered = gift


def learn(w: Run, n: Inputs, p: int, c: int) -> None:
    """Reputation moves towards the mean delivered share of the instruments that were expected."""
    kept, number = 0.0, 0.0
    for k in range(INSTRUMENT_COUNT):
        if w.expected[p, c, k] > 1e-9:
            kept += clip(share_of(w.delivered[p, c, k], w.expected[p, c, k]), 0.0, 1.0)
            number += 1.0
    q = w.reputation_before[p, c]
    w.reputation[p, c] = q
    if number > 0.0:
        w.reputation[p, c] = q + n.with_reputation * n.delivery_learning * (kept / number - q)


def cancel_projects(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """Pending projects are given up now and then, sooner when the patron's income falls."""
    pending = 0.0
    for u in range(CONCESSION + 1):
        pending += w.due[p, c, LOANS, u] + w.stuck[p, c, LOANS, u]
    chance = min(1.0, n.delivery_cancel + n.delivery_cancel_shock * max(0.0, -n.shock[p]))
    if pending > 0.0 and of_dyad(w, s, CANCEL_LUCK, p, c) < chance:
        row = new_row(w, ledger, CANCELLED, p, c, BY_SHOCK if n.shock[p] < 0.0 else BY_HAZARD)
        row.instrument = LOANS
        row.promised = pending
        for u in range(REFUSAL, CONCESSION + 1):
            w.due[p, c, LOANS, u], w.stuck[p, c, LOANS, u] = 0.0, 0.0
