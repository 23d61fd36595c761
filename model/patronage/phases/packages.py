"""Phase 4, its end: rivals pay for refusals, holders in kind for bases; broken pledges are remembered. docs/equations.md section 4."""

from __future__ import annotations

from ..exchange.packages import compose_package, promise
from ..world.arithmetic import share_of, whole
from ..world.codes import (
    A_BASE,
    BASE,
    BY_EVENT,
    BY_RIVAL,
    CONCESSION,
    CONCESSION_LUCK,
    INSTRUMENT_COUNT,
    PACKAGE,
    REFUSAL,
    REFUSAL_LUCK,
    RENEGE,
)  # fmt: skip
from ..world.deals import new_row, refusal_of, terms
from ..world.records import Inputs, Places, Rows, Run, Tables


def settle(w: Run, n: Inputs, s: Places, ledger: Rows, tables: Tables) -> None:
    """Everything that the talks of the quarter lead to."""
    for c in range(s.C):
        for q in range(s.P):
            renege(w, s, ledger, q, c)
            paid = price_refusals(w, n, s, q, c)
            if paid > 0.0:
                pay_for_refusals(w, n, s, ledger, tables, q, c)
    for p in range(s.P):
        for c in range(s.C):
            if w.struck[p, c, BASE] and n.in_kind[p, c] > 0.0:
                pay_in_kind(w, n, s, ledger, tables, p, c)
            if w.orders:
                promise_as_ordered(w, n, s, ledger, tables, p, c)


def renege(w: Run, s: Places, ledger: Rows, q: int, c: int) -> None:
    """The client took contracts in spite of what q had paid: what is still due for that lapses, and it stings."""
    lost, sting, some = 0.0, 0.0, False
    for k in range(INSTRUMENT_COUNT):
        lost += w.due[q, c, k, REFUSAL] + w.stuck[q, c, k, REFUSAL]
    for p in range(s.P):
        for j in range(s.J):
            if w.broken[q, p, c, j]:
                some = True
                bid = w.bid[q, p, c, j]
                weight = share_of(bid, max(w.floor[p, c, j], w.denial[p, c, j]))
                sting += weight
                row = new_row(w, ledger, RENEGE, q, c, w.cause[p, c, j])
                row.counterpart, row.concession = p, refusal_of(s, j)
                row.promised, row.value, row.denial = lost, weight, bid
    if some:
        for i in range(3):
            w.sting[q, c, i] += sting / 3.0
        for k in range(INSTRUMENT_COUNT):
            w.due[q, c, k, REFUSAL], w.stuck[q, c, k, REFUSAL] = 0.0, 0.0


def price_refusals(w: Run, n: Inputs, s: Places, q: int, c: int) -> float:
    """What q owes for each contract that the client refused, into `worth`; pledges begin, break and run down. Returns all of it.

    Who has paid for a refusal owes nothing more; what was offered is what is paid; closed doors cost nobody anything.
    """
    all_paid = 0.0
    for p in range(s.P):
        for j in range(s.J):
            paid = 0.0
            if w.refused[p, c, j] and not w.barred[p, c]:
                paid = price_refusal(w, n, q, p, c, j)
            if paid > 0.0:
                w.pledge[q, p, c, j] = whole(n.bargaining_pledge)
            elif w.broken[q, p, c, j]:
                w.pledge[q, p, c, j] = 0.0
            else:
                w.pledge[q, p, c, j] = max(0.0, w.pledge[q, p, c, j] - 1.0)
            w.paid[p, j] = paid
            all_paid += paid
    return all_paid


def price_refusal(w: Run, n: Inputs, q: int, p: int, c: int, j: int) -> float:
    """The same for one of them."""
    offered = stated_face(w, q, p, c, j) if w.orders else 0.0
    if offered > 0.0:
        return offered
    if w.pledge[q, p, c, j] <= 0.0:
        spare = max(0.0, w.value[p, c, j] - w.price[p, c, j] - w.survival[p, c, j])
        part = share_of(w.bid[q, p, c, j], w.denial[p, c, j])
        w.worth[q, p, c, j] = n.with_packages * n.bargaining_annuity * spare * part
    return w.worth[q, p, c, j]


def stated_face(w: Run, q: int, p: int, c: int, j: int) -> float:
    """Face value of the package that the scenario lets q offer against p's contract, MUSD."""
    face = 0.0
    for k in range(INSTRUMENT_COUNT):
        face += w.ordered_offer[q, p, c, k, j]
    return face


def pay_for_refusals(w: Run, n: Inputs, s: Places, ledger: Rows, tables: Tables, q: int, c: int) -> None:
    """One package of a rival for all contracts that it keeps out of a client; the counterpart is whose contract cost most."""
    worth, target, kind = 0.0, 0, BASE
    for p in range(s.P):
        for j in range(s.J):
            worth += w.worth[q, p, c, j]
            if w.paid[p, j] > w.paid[target, kind]:
                target, kind = p, j
    compose_package(w, n, q, c, worth / max(w.reputation_before[q, c], n.bargaining_reputation_floor))
    for k in range(INSTRUMENT_COUNT):
        face = w.gift[k]
        if w.orders:
            for p in range(s.P):
                for j in range(s.J):
                    if w.refused[p, c, j] and not w.barred[p, c]:
                        face += w.ordered_offer[q, p, c, k, j]
        if face > 0.0:
            row = new_row(w, ledger, PACKAGE, q, c, BY_RIVAL)
            row.counterpart, row.instrument, row.concession, row.promised = target, k, refusal_of(s, kind), face
            row.value, row.price, row.denial, row.floor, row.asked = terms(w, target, c, kind)
            row.survival = w.survival[target, c, kind]
            promise(w, n, s, tables, q, c, k, face, REFUSAL, REFUSAL_LUCK)


def pay_in_kind(w: Run, n: Inputs, s: Places, ledger: Rows, tables: Tables, p: int, c: int) -> None:
    """The holder of a new contract for a base pays in packages, not in cash."""
    trust = max(w.reputation_before[p, c], n.bargaining_reputation_floor)
    rent = max(0.0, w.rent[p, c, BASE])
    compose_package(w, n, p, c, n.in_kind[p, c] * n.with_packages * n.bargaining_annuity * rent / trust)
    for k in range(INSTRUMENT_COUNT):
        if w.gift[k] > 0.0:
            row = new_row(w, ledger, PACKAGE, p, c, w.cause[p, c, BASE])
            row.counterpart, row.instrument, row.concession = p, k, A_BASE
            row.promised, row.rent = w.gift[k], w.rent[p, c, BASE]
            row.value, row.price, row.denial, row.floor, row.asked = terms(w, p, c, BASE)
            row.survival = w.survival[p, c, BASE]
            promise(w, n, s, tables, p, c, k, w.gift[k], CONCESSION, CONCESSION_LUCK)


def promise_as_ordered(w: Run, n: Inputs, s: Places, ledger: Rows, tables: Tables, p: int, c: int) -> None:
    """A package that the scenario promises, for nothing in particular."""
    for k in range(INSTRUMENT_COUNT):
        face = w.ordered_promise[p, c, k]
        if face > 0.0:
            row = new_row(w, ledger, PACKAGE, p, c, BY_EVENT)
            row.counterpart, row.instrument, row.promised = p, k, face
            promise(w, n, s, tables, p, c, k, face, CONCESSION, CONCESSION_LUCK)
