"""What events order about bases. docs/equations.md section 4, acts."""

from __future__ import annotations

from math import nan

from ..world.arithmetic import whole
from ..world.codes import A_BASE, BY_DEMAND, BY_EVENT, CLOSED, DEMAND_MET, MERGED, NOTICE, OPENED
from ..world.deals import base_row, new_row
from ..world.records import Inputs, Places, Rows, Run
from .auction import negotiate


def decreed(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> bool:
    """Carry out what is ordered about a base; whether that is all that happens to it this quarter."""
    if w.ordered_close_base[p, c] > 0.0 and w.base[p, c]:
        negotiate(w, n, s, p, c)
        ledger_row(w, ledger, CLOSED, p, c, BY_EVENT)
        w.base[p, c] = 0
    if w.ordered_evict[p, c] > 0.0 and w.base[p, c] and w.notice[p, c] == 0.0:
        negotiate(w, n, s, p, c)
        w.notice[p, c], w.route[p, c] = whole(n.bargaining_notice), BY_EVENT
        ledger_row(w, ledger, NOTICE, p, c, BY_EVENT)
    if w.ordered_open_base[p, c] > 0.0 and not w.base[p, c] and s.other[p, c]:
        open_by_order(w, n, s, ledger, p, c)
    if w.ordered_merge[p, c] > 0.0 and w.base[p, c]:
        merge(w, n, ledger, p, c)
    if w.ordered_host_demand[p, c] > 0.0 and w.base[p, c]:
        demand(w, n, s, ledger, p, c)
    if not w.base[p, c]:
        w.rent[p, c], w.term_left[p, c], w.notice[p, c] = 0.0, 0.0, 0.0
    return (
        w.ordered_close_base[p, c] > 0.0
        or w.ordered_evict[p, c] > 0.0
        or w.ordered_open_base[p, c] > 0.0
        or w.ordered_host_demand[p, c] > 0.0
    )


def ledger_row(w: Run, ledger: Rows, kind: int, p: int, c: int, cause: int) -> None:
    """A row about a base for which no rent was named in an auction."""
    row = base_row(w, ledger, kind, p, c, cause, w.rent[p, c])
    row.asked = nan


def open_by_order(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """A base opens at the stated rent and term."""
    negotiate(w, n, s, p, c)
    w.base[p, c], w.struck[p, c], w.cause[p, c] = 1, 1, BY_EVENT
    w.rent[p, c], w.term_left[p, c] = w.ordered_open_rent[p, c], n.term[p, c]
    if w.ordered_open_term[p, c] >= 0.0:
        w.term_left[p, c] = w.ordered_open_term[p, c]
    row = base_row(w, ledger, OPENED, p, c, BY_EVENT, w.rent[p, c])
    row.asked = w.rent[p, c]


def merge(w: Run, n: Inputs, ledger: Rows, p: int, c: int) -> None:
    """All sites under one agreement, with a term of its own."""
    w.sites[p, c], w.term_left[p, c] = 1.0, n.term[p, c]
    if w.ordered_merge_term[p, c] >= 0.0:
        w.term_left[p, c] = w.ordered_merge_term[p, c]
    row = new_row(w, ledger, MERGED, p, c, BY_EVENT)
    row.concession, row.rent = A_BASE, w.rent[p, c]


def demand(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """The host demands a multiple of the rent, or the base goes."""
    negotiate(w, n, s, p, c)
    asked = w.rent[p, c] * w.ordered_host_demand[p, c]
    if asked <= w.value[p, c]:
        w.rent[p, c] = asked
        row = base_row(w, ledger, DEMAND_MET, p, c, BY_DEMAND, asked)
    else:
        row = base_row(w, ledger, CLOSED, p, c, BY_DEMAND, w.rent[p, c])
        w.base[p, c] = 0
    row.asked = asked
