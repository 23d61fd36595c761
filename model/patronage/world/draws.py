"""Luck where it is used: one number by its address. docs/equations.md, Luck.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011) on whole numbers of 64 bits that hold words of 32.
"""

from __future__ import annotations

from .arithmetic import normal_quantile
from .beta import NODES, node
from .codes import ALIGNMENT_LUCK, DECISIONS_OF_KINDS, REVIEW_LUCK
from .records import Places, Run, Tables
from .words import Word

LOW, SHIFT = Word(0xFFFFFFFF), Word(32)
FIRST, SECOND = Word(0xD2511F53), Word(0xCD9E8D57)
WEYL_LOW, WEYL_HIGH = Word(0x9E3779B9), Word(0xBB67AE85)
NOBODY = Word(0)


def philox(x0: int, x1: int, x2: int, x3: int, low: int, high: int, lane: int) -> float:
    """The uniform in (0, 1) from one of the four words that ten rounds make of a counter of four words and a key of two."""
    for _ in range(10):
        left = x0 * FIRST
        right = x2 * SECOND
        x0 = (right >> SHIFT) ^ x1 ^ low
        x1 = right & LOW
        x2 = (left >> SHIFT) ^ x3 ^ high
        x3 = left & LOW
        low = (low + WEYL_LOW) & LOW
        high = (high + WEYL_HIGH) & LOW
    if lane == 0:
        word = x0
    elif lane == 1:
        word = x1
    elif lane == 2:
        word = x2
    else:
        word = x3
    return (float(word) + 0.5) * 2.0**-32


def of_dyad(w: Run, s: Places, decision: int, p: int, c: int) -> float:
    """The uniform of a decision between a patron and a client this quarter."""
    return philox(w.replication, w.block, s.patron_word[p], s.client_word[c], s.key[decision, 0], s.key[decision, 1], w.lane)


def of_client(w: Run, s: Places, decision: int, c: int) -> float:
    """The same of a client."""
    return philox(w.replication, w.block, s.client_word[c], NOBODY, s.key[decision, 0], s.key[decision, 1], w.lane)


def of_patron(w: Run, s: Places, decision: int, p: int) -> float:
    """The same of a patron."""
    return philox(w.replication, w.block, s.patron_word[p], NOBODY, s.key[decision, 0], s.key[decision, 1], w.lane)


def of_bloc(w: Run, s: Places, decision: int, b: int, c: int) -> float:
    """The same of a bloc and a client."""
    return philox(w.replication, w.block, s.bloc_word[b], s.client_word[c], s.key[decision, 0], s.key[decision, 1], w.lane)


def of_event(w: Run, low: int, high: int) -> float:
    """The same of an event, whose key is its own."""
    return philox(w.replication, w.block, NOBODY, NOBODY, low, high, w.lane)


def luck_of(s: Places, decision: int, j: int) -> int:
    """A decision that every kind of concession has for itself, about this kind."""
    if j == 0:
        return decision
    return ALIGNMENT_LUCK + s.O + DECISIONS_OF_KINDS * (j - 1) + decision - REVIEW_LUCK


def normal_of_client(w: Run, s: Places, decision: int, c: int) -> float:
    """A standard normal variate of a client."""
    return normal_quantile(of_client(w, s, decision, c))


def normal_of_dyad(w: Run, s: Places, decision: int, p: int, c: int) -> float:
    """A standard normal variate of a dyad."""
    return normal_quantile(of_dyad(w, s, decision, p, c))


def delivered_share(tables: Tables, row: float, precision: float, mean: float, u: float) -> float:
    """What part of a promise arrives: quantile at u of Beta(precision·mean, precision·(1 − mean)).

    Tabulated at 257 points and interpolated; `row` says where the table lies, if there is one for these numbers (its last two columns
    say whose it is). A mean of one delivers everything.
    """
    if mean >= 1.0:
        return 1.0
    place = u * NODES
    left = min(int(place), NODES - 1)
    r = int(row)
    if r >= 0 and tables[r, NODES + 1] == mean and tables[r, NODES + 2] == precision:
        low, high = tables[r, left], tables[r, left + 1]
    else:
        low, high = node(precision, mean, left), node(precision, mean, left + 1)
    return low + (place - left) * (high - low)
