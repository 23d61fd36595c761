"""What events order about contracts. docs/equations.md section 4, acts."""

from __future__ import annotations

from math import nan

from ..world.arithmetic import whole
from ..world.codes import BY_BAN, BY_DEMAND, BY_EVENT, CLOSED, DEMAND_MET, MERGED, NOTICE, OPENED
from ..world.deals import contract_row
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import is_closed
from .auction import negotiate


def open_doors(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """Bans run down; new ones give final notice to every contract of the patron; whom the client admits is let in.

    A door that politics shuts later in the quarter acts in the next.
    """
    w.closed[p, c] = max(0.0, w.closed[p, c] - 1.0)
    if w.orders and w.ordered_ban[p, c] > 0.0:
        w.closed[p, c] = w.ordered_ban[p, c]
        for j in range(s.J):
            if w.standing[p, c, j]:
                quarters = whole(n.bargaining_notice)
                w.notice[p, c, j] = min(w.notice[p, c, j], quarters) if w.notice[p, c, j] > 0.0 else quarters
                w.route[p, c, j] = BY_BAN
    if w.orders and w.ordered_admit[p, c] > 0.0:
        w.closed[p, c], w.shut[p, c] = 0.0, 0
    w.barred[p, c] = 1 if is_closed(w, p, c) else 0


def announce_bans(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """A row for every contract that a ban ends, whatever else becomes of it in the quarter."""
    for p in range(s.P):
        for c in range(s.C):
            for j in range(s.J):
                if w.ordered_ban[p, c] > 0.0 and w.standing[p, c, j]:
                    ledger_row(w, n, s, ledger, NOTICE, p, c, j, BY_BAN)


def decreed(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> bool:
    """Carry out what is ordered about a contract; whether that is all that happens to it this quarter."""
    if w.ordered_close_base[p, c, j] > 0.0 and w.standing[p, c, j]:
        ledger_row(w, n, s, ledger, CLOSED, p, c, j, BY_EVENT)
        w.standing[p, c, j], w.fell[p, c, j] = 0, BY_EVENT
    if w.ordered_evict[p, c, j] > 0.0 and w.standing[p, c, j] and w.notice[p, c, j] == 0.0:
        w.notice[p, c, j], w.route[p, c, j] = whole(n.bargaining_notice), BY_EVENT
        ledger_row(w, n, s, ledger, NOTICE, p, c, j, BY_EVENT)
    if w.ordered_open_base[p, c, j] > 0.0 and not w.standing[p, c, j] and s.other[p, c]:
        open_by_order(w, n, s, ledger, p, c, j)
    if w.ordered_merge[p, c, j] > 0.0 and w.standing[p, c, j]:
        merge(w, n, s, ledger, p, c, j)
    if w.ordered_host_demand[p, c, j] > 0.0 and w.standing[p, c, j]:
        demand(w, n, s, ledger, p, c, j)
    if not w.standing[p, c, j]:
        w.rent[p, c, j], w.term_left[p, c, j], w.notice[p, c, j] = 0.0, 0.0, 0.0
    return (
        w.ordered_close_base[p, c, j] > 0.0
        or w.ordered_evict[p, c, j] > 0.0
        or w.ordered_open_base[p, c, j] > 0.0
        or w.ordered_host_demand[p, c, j] > 0.0
    )


def ledger_row(w: Run, n: Inputs, s: Places, ledger: Rows, kind: int, p: int, c: int, j: int, cause: int) -> None:
    """A row about a contract for which no rent was named in an auction."""
    negotiate(w, n, s, p, c, j)
    row = contract_row(w, n, s, ledger, kind, p, c, j, cause, w.rent[p, c, j])
    row.asked = nan


def open_by_order(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """A contract opens at the stated rent and term, whatever is closed and whatever it would rest on."""
    negotiate(w, n, s, p, c, j)
    w.standing[p, c, j], w.struck[p, c, j], w.wants[p, c, j], w.cause[p, c, j] = 1, 1, 2, BY_EVENT
    w.rent[p, c, j], w.term_left[p, c, j] = w.ordered_open_rent[p, c, j], n.term[p, c]
    if w.ordered_open_term[p, c, j] >= 0.0:
        w.term_left[p, c, j] = w.ordered_open_term[p, c, j]
    row = contract_row(w, n, s, ledger, OPENED, p, c, j, BY_EVENT, w.rent[p, c, j])
    row.asked = w.rent[p, c, j]


def merge(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """All sites under one agreement, with a term of its own."""
    w.sites[p, c, j], w.term_left[p, c, j] = 1.0, n.term[p, c]
    if w.ordered_merge_term[p, c, j] >= 0.0:
        w.term_left[p, c, j] = w.ordered_merge_term[p, c, j]
    row = contract_row(w, n, s, ledger, MERGED, p, c, j, BY_EVENT, w.rent[p, c, j])
    row.value, row.price, row.survival, row.denial, row.floor, row.asked = nan, nan, nan, nan, nan, nan


def demand(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """The host demands a multiple of the rent, or to pay less by it, or the contract goes."""
    negotiate(w, n, s, p, c, j)
    multiple = w.ordered_host_demand[p, c, j]
    asked = w.rent[p, c, j] * multiple if w.rent[p, c, j] >= 0.0 else w.rent[p, c, j] / multiple
    if asked <= w.value[p, c, j]:
        w.rent[p, c, j] = asked
        row = contract_row(w, n, s, ledger, DEMAND_MET, p, c, j, BY_DEMAND, asked)
    else:
        row = contract_row(w, n, s, ledger, CLOSED, p, c, j, BY_DEMAND, w.rent[p, c, j])
        w.standing[p, c, j], w.fell[p, c, j] = 0, BY_DEMAND
    row.asked = asked
