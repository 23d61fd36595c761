"""Conditions and outcomes inside a run: expressions in postfix order, worked out on a small stack."""

from __future__ import annotations

from math import inf, nan

from .arithmetic import ratio
from .readings import reading
from .records import Code, Inputs, Outcomes, Places, Run, Series

(NUMBER, MEASURE, ROWS_TOLD, PLUS, MINUS, TIMES, OVER, LESS, AT_MOST, MORE, AT_LEAST, EQUAL, UNEQUAL, AND, OR, NOT) = range(16)
ANYBODY = -2
"""Stands for every place of an axis where rows of the ledger are asked for."""
OPERATORS = {
    "+": PLUS, "-": MINUS, "*": TIMES, "/": OVER, "<": LESS, "<=": AT_MOST, ">": MORE, ">=": AT_LEAST, "==": EQUAL, "!=": UNEQUAL,
    "and": AND, "or": OR,
}  # fmt: skip

REDUCTIONS = ("last", "first", "sum", "mean", "min", "max", "any", "all", "quarters")
LAST, FIRST, SUM, MEAN, LEAST, MOST, ANY, ALL, QUARTERS = range(len(REDUCTIONS))


def value_of(w: Run, n: Inputs, s: Places, code: Code, first: int, last: int) -> float:
    """The expression that lies from step `first` to before step `last`; a truth is 1 or 0."""
    top = 0
    for i in range(first, last):
        op = code[i].op
        if op == NUMBER:
            w.stack[top] = code[i].number
            top += 1
        elif op == MEASURE:
            w.stack[top] = reading(w, n, s, int(code[i].number), code[i].first, code[i].second, code[i].third)
            top += 1
        elif op == ROWS_TOLD:
            w.stack[top] = 1.0 if happened(w, s, int(code[i].number), code[i].first, code[i].second, code[i].third) else 0.0
            top += 1
        elif op == NOT:
            w.stack[top - 1] = 0.0 if w.stack[top - 1] != 0.0 else 1.0
        else:
            top -= 1
            w.stack[top - 1] = combined(op, w.stack[top - 1], w.stack[top])
    return w.stack[0]


def means(asked: int, place: int) -> bool:
    """Whether a place is one that is asked for."""
    return asked == place or asked == ANYBODY


def happened(w: Run, s: Places, row: int, p: int, c: int, j: int) -> bool:
    """Whether the ledger had such a row, about these or about anybody, in the quarter that is told of."""
    for v in range(-1, s.P):
        for h in range(-1, s.C):
            if means(p, v) and means(c, h):
                for k in range(s.J):
                    if means(j, k) and w.noted[row, v, h, k] == w.told:
                        return True
    return False


def number_of(w: Run, n: Inputs, s: Places, code: Code, first: int, last: int) -> float:
    """The expression as something to be counted: not a number where it divides by 0, for then there is no such number."""
    value = value_of(w, n, s, code, first, last)
    return value if -inf < value < inf else nan


def combined(op: int, a: float, b: float) -> float:
    """Two values under an operator. What is no number compares false."""
    if op == PLUS:
        return a + b
    if op == MINUS:
        return a - b
    if op == TIMES:
        return a * b
    if op == OVER:
        return ratio(a, b)
    if op == AND:
        return 1.0 if a != 0.0 and b != 0.0 else 0.0
    if op == OR:
        return 1.0 if a != 0.0 or b != 0.0 else 0.0
    return 1.0 if holds(op, a, b) else 0.0


def holds(op: int, a: float, b: float) -> bool:
    """Whether a comparison is true."""
    if op == LESS:
        return a < b
    if op == AT_MOST:
        return a <= b
    if op == MORE:
        return a > b
    if op == AT_LEAST:
        return a >= b
    if op == EQUAL:
        return a == b
    return a != b


def gather(w: Run, n: Inputs, s: Places, outcomes: Outcomes, code: Code, until: int, found: Series, r: int) -> None:
    """Take this quarter into the outcomes of run r; at the end they are what was asked for, not a number where nothing was seen."""
    for i in range(len(outcomes)):
        first, last = outcomes[i].first, min(outcomes[i].last, until)
        if first <= w.quarter <= last:
            value = number_of(w, n, s, code, outcomes[i].code_first, outcomes[i].code_last)
            kept = taken(outcomes[i].reduce, w.quarter == first, found[r, i], value)
            if outcomes[i].reduce == MEAN and w.quarter == last:
                kept = kept / (last - first + 1)
            found[r, i] = kept


def taken(reduce: int, begins: bool, kept: float, value: float) -> float:
    """What is kept of the values so far and a further one."""
    true = 1.0 if value > 0.0 else 0.0
    if reduce == ANY:
        return true if begins else max(kept, true)
    if reduce == ALL:
        return true if begins else min(kept, true)
    if reduce == QUARTERS:
        return true if begins else kept + true
    if begins or reduce == LAST:
        return value
    if reduce == FIRST:
        return kept
    if SUM <= reduce <= MEAN:
        return kept + value
    if kept != kept or value != value:
        return nan
    return min(kept, value) if reduce == LEAST else max(kept, value)
