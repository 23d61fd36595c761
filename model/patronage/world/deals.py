"""Rows of the ledger as they are written: numbers in a buffer, turned into a table when a run is over."""

from __future__ import annotations

from math import nan

from .codes import A_BASE, A_REFUSAL, BASE, FIRST_BLOC
from .politics import anger
from .records import Inputs, Places, Row, Rows, Run


def new_row(w: Run, ledger: Rows, kind: int, p: int, c: int, cause: int) -> Row:
    """A further row: what was done, by which patron, with which client (−1: none) and why; all else is still unknown.

    When the buffer is full, rows are counted but not kept, and the run is simulated again with a larger one.
    """
    w.noted[kind, p, c, BASE] = w.quarter
    return empty_row(w, ledger, kind, p, c, cause)


def empty_row(w: Run, ledger: Rows, kind: int, p: int, c: int, cause: int) -> Row:
    """The same, not yet to be asked for by conditions."""
    row = ledger[min(w.rows, len(ledger) - 1)]
    w.rows += 1
    row.run, row.quarter = w.number, w.quarter
    row.kind, row.patron, row.client, row.cause = kind, p, c, cause
    row.counterpart, row.instrument, row.concession = -1, -1, 0
    row.promised, row.delivered, row.rent, row.survival, row.anger = nan, nan, nan, nan, nan
    row.value, row.price, row.denial, row.floor, row.asked = nan, nan, nan, nan, nan
    return row


def contract_row(w: Run, n: Inputs, s: Places, ledger: Rows, kind: int, p: int, c: int, j: int, cause: int, rent: float) -> Row:
    """A row about a contract, with the terms of the auction."""
    w.noted[kind, p, c, j] = w.quarter
    row = empty_row(w, ledger, kind, p, c, cause)
    row.concession = contract_of(s, j)
    row.rent, row.survival, row.anger = rent, w.survival[p, c, j], anger(w, n, p, c)
    row.value, row.price, row.denial, row.floor, row.asked = terms(w, p, c, j)
    return row


def contract_of(s: Places, j: int) -> int:
    """What stands for a kind of contract in a row."""
    return A_BASE if j == BASE else FIRST_BLOC + s.B + j - 1


def refusal_of(s: Places, j: int) -> int:
    """What stands for the refusal of such a contract."""
    return A_REFUSAL if j == BASE else FIRST_BLOC + s.B + s.J - 1 + j - 1


def terms(w: Run, p: int, c: int, j: int) -> tuple[float, float, float, float, float]:
    """Value, price, denial, floor and rent* of a contract this quarter, MUSD a year."""
    return w.value[p, c, j], w.price[p, c, j], w.denial[p, c, j], w.floor[p, c, j], w.asked[p, c, j]
