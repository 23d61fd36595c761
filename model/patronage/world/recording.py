"""What of a quarter is kept: variables written one after the other into a row of numbers."""

from __future__ import annotations

from .codes import CHANNEL_COUNT, INSTRUMENT_COUNT
from .readings import concentration, spent
from .records import Inputs, Places, Run, Series

OUTCOMES_ONLY, LEAN, STANDARD, FULL = range(4)

VARIABLES: tuple[tuple[str, str, type, str, int], ...] = (
    ("share", "PC", float, "1", LEAN), ("base", "PC", bool, "bool", LEAN),
)  # fmt: skip


def keep(w: Run, n: Inputs, s: Places, level: int, kept: Series, r: int, t: int) -> None:
    """Write the variables of a level, in the order of the table, into row t of run r."""
    at = 0
    for p in range(s.P):
        for c in range(s.C):
            kept[r, t, at] = w.share[p, c]
            at += 1
    for p in range(s.P):
        for c in range(s.C):
            kept[r, t, at] = w.base[p, c]
            at += 1
    if level < STANDARD:
        return
    for p in range(s.P):
        for c in range(s.C):
            at = keep_dyad(w, s, kept, r, t, at, p, c, level)
    for c in range(s.C):
        at = keep_client(w, s, kept, r, t, at, c)
    for p in range(s.P):
        kept[r, t, at] = 4.0 * w.budget[p]
        kept[r, t, at + 1] = 4.0 * spent(w, n, s, p)
        kept[r, t, at + 2] = 4.0 * w.unspent[p]
        kept[r, t, at + 3] = w.mode[p]
        kept[r, t, at + 4] = concentration(w, s, p)
        kept[r, t, at + 5] = n.mission[p]
        at += 6
    for b in range(s.B):
        kept[r, t, at], kept[r, t, at + 1] = w.cohesion[b], w.force[b]
        at += 2
        for c in range(s.C):
            kept[r, t, at] = w.member[b, c]
            at += 1


def keep_dyad(w: Run, s: Places, kept: Series, r: int, t: int, at: int, p: int, c: int, level: int) -> int:
    """Everything about a patron and a client; returns where the next number goes."""
    for k in range(INSTRUMENT_COUNT):
        kept[r, t, at + k] = w.offered[p, c, k] + w.packaged[p, c, k]
        kept[r, t, at + INSTRUMENT_COUNT + k] = w.delivered[p, c, k]
    at += 2 * INSTRUMENT_COUNT
    kept[r, t, at], kept[r, t, at + 1], kept[r, t, at + 2] = w.rent[p, c], w.rent_paid[p, c], w.transferred[p, c]
    kept[r, t, at + 3], kept[r, t, at + 4], kept[r, t, at + 5] = w.notice[p, c], w.influence[p, c], w.reputation[p, c]
    kept[r, t, at + 6], kept[r, t, at + 7], kept[r, t, at + 8] = w.grievance[p, c], w.campaign[p, c], w.sanction[p, c]
    kept[r, t, at + 9], kept[r, t, at + 10], kept[r, t, at + 11] = w.effort[p, c], w.debt[p, c], w.arms[p, c]
    kept[r, t, at + 12], kept[r, t, at + 13] = w.capital[p, c], w.presence[p, c]
    at += 14
    if level >= FULL:
        for i in range(CHANNEL_COUNT):
            kept[r, t, at + i] = w.channel[p, c, i]
        at += CHANNEL_COUNT
    return at


def keep_client(w: Run, s: Places, kept: Series, r: int, t: int, at: int, c: int) -> int:
    """Everything about a client; returns where the next number goes."""
    shares = 0.0
    for p in range(s.P):
        shares += w.share[p, c]
    kept[r, t, at], kept[r, t, at + 1], kept[r, t, at + 2] = 4.0 * w.gdp[c], w.growth[c], w.threat[c]
    kept[r, t, at + 3], kept[r, t, at + 4], kept[r, t, at + 5] = w.insecurity[c], w.openness[c], w.coalition[c]
    kept[r, t, at + 6], kept[r, t, at + 7], kept[r, t, at + 8] = w.legitimacy[c], 1.0 - shares, w.overthrow[c]
    kept[r, t, at + 9] = w.turnover[c]
    at += 10
    for o in range(s.O):
        kept[r, t, at + o] = w.position[c, o]
    return at + s.O
