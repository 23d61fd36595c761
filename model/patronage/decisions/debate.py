"""One round of group decision inside a bloc. docs/equations.md section 12 (Bueno de Mesquita 1994; Scholz et al. 2011)."""

from __future__ import annotations

from math import inf

from ..world.arithmetic import power, share_of
from ..world.records import Places, Run

SAME = 1e-9
"""Voters nearer to each other than this part of the range have no contest."""
ROUNDING = 1e-12
"""Differences of security below this are rounding: then nobody is more exposed than another."""


def argue(w: Run, s: Places) -> None:
    """Where each voter stands after everybody has yielded at most once, into `moved`; all see the positions before the round."""
    most = 0.0
    for m in range(s.C):
        if w.votes[m]:
            most = max(most, w.saliences[m])
    for m in range(s.C):
        w.saliences[m] = share_of(w.saliences[m], most) if w.votes[m] else 0.0
        w.support[m] = w.capability[m] * w.saliences[m] if w.votes[m] else 0.0
        w.risk[m] = 1.0
    span = range_of_stances(w, s)
    expect(w, s, span)
    expose(w, s)
    expect(w, s, span)
    for m in range(s.C):
        w.moved[m] = w.stance[m]
        if w.votes[m]:
            w.moved[m] = stance_after(w, s, m)


def range_of_stances(w: Run, s: Places) -> float:
    """Distance between the extreme stances of those who vote; 0 without any."""
    high, low = -inf, inf
    for m in range(s.C):
        if w.votes[m]:
            high, low = max(high, w.stance[m]), min(low, w.stance[m])
    return high - low if high >= low else 0.0


def expect(w: Run, s: Places, span: float) -> None:
    """E_ij, what i expects from challenging j, into `expected_gain`; 0 without a contest."""
    for i in range(s.C):
        for j in range(s.C):
            w.expected_gain[i, j] = 0.0
            far = abs(w.stance[i] - w.stance[j])
            if w.votes[i] and w.votes[j] and far > SAME * span:
                half = 0.5 * min(share_of(far, span), 1.0)
                wins = prevails(w, s, i, j)
                won = 2.0 - 4.0 * power(0.5 - half, w.risk[i])
                lost = 2.0 - 4.0 * power(0.5 + half, w.risk[i])
                stays = 2.0 - 4.0 * power(0.5, w.risk[i])
                cares = w.saliences[j]
                w.expected_gain[i, j] = cares * (wins * won + (1.0 - wins) * lost) + (1.0 - cares) * won - stays


def prevails(w: Run, s: Places, i: int, j: int) -> float:
    """P_ij that i prevails over j: how much nearer the others, by weight, stand to i than to j."""
    support, stakes = 0.0, 0.0
    for k in range(s.C):
        if w.votes[k]:
            leaning = w.support[k] * (abs(w.stance[k] - w.stance[j]) - abs(w.stance[k] - w.stance[i]))
            support += max(leaning, 0.0)
            stakes += abs(leaning)
    return support / stakes if stakes > 0.0 else 0.5


def expose(w: Run, s: Places) -> None:
    """Exponent r of each voter from its security S_i = Σ_j E_ji: ½ for the least secure, 2 for the most."""
    high, low = -inf, inf
    for i in range(s.C):
        if w.votes[i]:
            w.moved[i] = 0.0  # the security, for the moment
            for j in range(s.C):
                w.moved[i] += w.expected_gain[j, i]
            high, low = max(high, w.moved[i]), min(low, w.moved[i])
    for i in range(s.C):
        w.risk[i] = 1.0
        if w.votes[i] and high - low > ROUNDING:
            exposed = (2.0 * w.moved[i] - high - low) / (high - low)
            w.risk[i] = (1.0 - exposed / 3.0) / (1.0 + exposed / 3.0)


def stance_after(w: Run, s: Places, i: int) -> float:
    """Where a voter moves: it yields to whom it moves least for; ties by code."""
    least, stance = inf, w.stance[i]
    for j in range(s.C):
        mine, theirs = w.expected_gain[i, j], w.expected_gain[j, i]
        fought = theirs > mine > 0.0
        compromise = mine < 0.0 and theirs > -mine
        compelled = mine < 0.0 and theirs > 0.0 and theirs < -mine
        if fought or compromise or compelled:
            step = w.stance[j] - w.stance[i]
            if compromise:
                step = share_of(-mine, theirs) * step
            if abs(step) < least:
                least, stance = abs(step), w.stance[i] + step
    return stance
