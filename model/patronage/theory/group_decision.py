"""One round of group decision: who gives way to whom when actors of unequal weight disagree on one issue.

Source: Bueno de Mesquita 1994 ("Political forecasting: an expected utility method"), in the form of Scholz, Calbert &
Smith 2011, JTP 23:510. The printed model leaves two things open, and both readings are here: the numerator of the
probability (`net`) and which of several proposals an actor yields to (`choice`). docs/published-cases.md compares them.

Every array has the actors on its last axis and may have any axes before it; sums run first to last, so that a row is
the same bits alone and in any batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.arrays import Array, running, share_of, total

NEAREST, STRONGEST = "nearest", "strongest"
"""Yield to the proposal that asks for the least movement; or look only at that of the proposer who gains most."""

_SAME = 1e-9
"""Actors nearer to each other than this part of the range stand at one position: they have no contest."""
_SPREAD = 1e-12
"""Differences of security below this are rounding: then nobody is more exposed than another."""


@dataclass(frozen=True)
class Round:
    """What one round makes of the positions. N: actors; [i, j] is i against j."""

    probability: Array
    """[..., N, N] that i prevails over j; ½ between actors at one position."""
    risk: Array
    """[..., N] exponent r: ½ for the least secure, 2 for the most."""
    utility: Array
    """[..., N, N] what i expects from challenging j."""
    source: Array
    """[..., N] the actor whose proposal each yields to; −1 for those who stay."""
    position: Array
    """[..., N] positions after the round."""


def group_decision(
    position: Array, capability: Array, salience: Array, voting: Array | None = None,
    *, net: bool = False, choice: str = NEAREST,
) -> Round:  # fmt: skip
    """Play one round.

    Parameters: `position` [..., N] on the issue (any unit); `capability` [..., N] ≥ 0; `salience` [..., N] in [0, 1];
    `voting` bool [..., N], who takes part (default: all). `net`: the numerator of the probability is the positive part
    of the net support; otherwise the support of those who prefer i. `choice`: NEAREST or STRONGEST.

    Raises ValueError for another `choice`.
    """
    if choice not in (NEAREST, STRONGEST):
        raise ValueError(f"choice must be {NEAREST!r} or {STRONGEST!r}")
    x = np.asarray(position, dtype=np.float64)
    there = np.ones(x.shape, dtype=bool) if voting is None else np.broadcast_to(voting, x.shape)
    weight = np.where(there, capability * salience, 0.0)
    probability = win_probability(x, weight, net=net)
    one = np.ones_like(x)
    risk = risk_exponent(expected_utility(x, salience, probability, one, there), there)
    utility = expected_utility(x, salience, probability, risk, there)
    moved, source = _yield(x, utility, choice)
    return Round(probability, risk, utility, source, moved)


def win_probability(position: Array, weight: Array, *, net: bool = False) -> Array:
    """P [..., N, N] that i prevails over j: how much nearer the others, by weight, stand to i than to j."""
    far = np.abs(position[..., :, None] - position[..., None, :])
    support, stakes = np.zeros_like(far), np.zeros_like(far)
    for k in range(position.shape[-1]):
        leaning = weight[..., k, None, None] * (far[..., k, None, :] - far[..., k, :, None])
        support += leaning if net else np.maximum(leaning, 0.0)
        stakes += np.abs(leaning)
    return np.where(stakes > 0, share_of(np.maximum(support, 0.0), stakes), 0.5)


def expected_utility(position: Array, salience: Array, probability: Array, risk: Array, voting: Array) -> Array:
    """E [..., N, N] of i's challenge to j, with Q = T = 1 (without it, nothing would change); 0 without a contest."""
    far = np.abs(position[..., :, None] - position[..., None, :])
    span = np.broadcast_to(spread_of(position, voting)[..., None, None], far.shape)
    apart = np.minimum(share_of(far, span), 1.0)
    r = risk[..., :, None]
    won = 2.0 - 4.0 * np.power(0.5 - 0.5 * apart, r)
    lost = 2.0 - 4.0 * np.power(0.5 + 0.5 * apart, r)
    stays = 2.0 - 4.0 * np.power(0.5, r)
    s = salience[..., None, :]
    gain = s * (probability * won + (1.0 - probability) * lost) + (1.0 - s) * won - stays
    contest = (far > _SAME * span) & voting[..., :, None] & voting[..., None, :]
    return np.where(contest, gain, 0.0)


def spread_of(position: Array, voting: Array) -> Array:
    """[...] distance between the extreme positions of those who vote; 0 without any."""
    high, low = _ends(position, voting)
    return high - low


def _ends(values: Array, voting: Array) -> tuple[Array, Array]:
    """[...] largest and smallest value among those who vote; 0 without any."""
    some = voting.any(axis=-1)
    high = np.where(voting, values, -np.inf).max(axis=-1)
    low = np.where(voting, values, np.inf).min(axis=-1)
    return np.where(some, high, 0.0), np.where(some, low, 0.0)


def risk_exponent(utility: Array, voting: Array) -> Array:
    """Exponent r [..., N] from security S_i = Σ_j E_ji, the sum of what the others expect from challenging i."""
    security = total(utility, -2)
    high, low = (end[..., None] for end in _ends(security, voting))
    known = high - low > _SPREAD
    exposed = np.where(known, (2.0 * security - high - low) / np.where(known, high - low, 1.0), 0.0)
    return np.where(voting, (1.0 - exposed / 3.0) / (1.0 + exposed / 3.0), 1.0)


def _yield(x: Array, utility: Array, choice: str) -> tuple[Array, Array]:
    """Positions after everybody has yielded at most once, and to whom; all see the positions before the round."""
    mine, theirs = utility, np.swapaxes(utility, -1, -2)
    fought = (theirs > mine) & (mine > 0)
    compromise = (mine < 0) & (theirs > -mine)
    compelled = (mine < 0) & (theirs > 0) & (theirs < -mine)
    part = np.where(compromise, share_of(-mine, np.where(compromise, theirs, 1.0)), 1.0)
    step = part * (x[..., None, :] - x[..., :, None])
    yields = fought | compromise | compelled
    if choice == NEAREST:
        best = np.argmin(np.where(yields, np.abs(step), np.inf), axis=-1)
    else:
        offered = np.where(theirs > 0, theirs, -np.inf)
        strong = offered == offered.max(axis=-1, keepdims=True)
        best = np.argmin(np.where(strong, np.abs(x[..., None, :] - x[..., :, None]), np.inf), axis=-1)
    at = best[..., None]
    moves = np.take_along_axis(yields, at, -1)[..., 0]
    moved = x + np.where(moves, np.take_along_axis(step, at, -1)[..., 0], 0.0)
    return moved, np.where(moves, best, -1)


def weighted_mean(position: Array, weight: Array) -> Array:
    """[...] mean position by weight."""
    return share_of(total(position * weight, -1), total(weight, -1))


def weighted_median(position: Array, weight: Array) -> Array:
    """[...] the lowest position that half of the weight does not exceed: it beats every other in a vote."""
    order = np.argsort(position, axis=-1, kind="stable")
    cumulated = running(np.take_along_axis(weight, order, -1), position.ndim - 1)
    first = np.argmax(2.0 * cumulated >= cumulated[..., -1:], axis=-1)
    return np.take_along_axis(np.take_along_axis(position, order, -1), first[..., None], -1)[..., 0]
