"""Rows of the ledger as they are written: numbers in a buffer, turned into a table when a run is over."""

from __future__ import annotations

from math import nan

from .codes import A_BASE
from .records import Row, Rows, Run


def new_row(w: Run, ledger: Rows, kind: int, p: int, c: int, cause: int) -> Row:
    """A further row: what was done, by which patron, with which client (−1: none) and why; all else is still unknown.

    When the buffer is full, rows are counted but not kept, and the run is simulated again with a larger one.
    """
    row = ledger[min(w.rows, len(ledger) - 1)]
    w.rows += 1
    row.run, row.quarter = w.number, w.quarter
    row.kind, row.patron, row.client, row.cause = kind, p, c, cause
    row.counterpart, row.instrument, row.concession = -1, -1, 0
    row.promised, row.delivered, row.rent = nan, nan, nan
    row.value, row.price, row.denial, row.floor, row.asked = nan, nan, nan, nan, nan
    return row


def base_row(w: Run, ledger: Rows, kind: int, p: int, c: int, cause: int, rent: float) -> Row:
    """A row about a base, with the terms of the auction."""
    row = new_row(w, ledger, kind, p, c, cause)
    row.concession = A_BASE
    row.rent = rent
    row.value, row.price, row.denial, row.floor, row.asked = terms(w, p, c)
    return row


def terms(w: Run, p: int, c: int) -> tuple[float, float, float, float, float]:
    """Value, price, denial, floor and rent* of a base this quarter, MUSD a year."""
    return w.value[p, c], w.price[p, c], w.denial[p, c], w.floor[p, c], w.asked[p, c]
