"""Phase 6: stocks of arms, capital, presence and debt. docs/equations.md section 6."""

from __future__ import annotations

from ..world.arithmetic import share_of
from ..world.codes import ARMS, BY_EVENT, GRANTS, LOANS, RELIEF, TRANSFER
from ..world.deals import new_row
from ..world.records import Inputs, Places, Rows, Run


def store(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """What was delivered enters stocks, which decay; surplus equipment enters at its fighting value."""
    for p in range(s.P):
        hand_over(w, s, ledger, p)
        for c in range(s.C):
            came_arms, came_grants = w.delivered[p, c, ARMS], w.delivered[p, c, GRANTS]
            came_loans, relieved = w.delivered[p, c, LOANS], w.delivered[p, c, RELIEF]
            handed = w.transferred[p, c]
            w.arms[p, c] = (1.0 - n.stocks_decay_arms) * w.arms[p, c] + came_arms + n.stocks_surplus_quality * handed
            w.capital[p, c] = (1.0 - n.stocks_decay_capital) * w.capital[p, c] + came_grants + came_loans
            w.presence[p, c] = (
                (1.0 - n.stocks_decay_presence) * w.presence[p, c]
                + n.stocks_base_presence * n.base_size[p, c] * w.base[p, c]
                + n.stocks_instructors * handed
            )
            owed = w.debt[p, c] * (1.0 + n.stocks_interest - n.stocks_service) + came_loans - relieved
            w.debt[p, c] = max(0.0, owed)


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
