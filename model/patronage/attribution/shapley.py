"""Shapley values of a game with few players, exactly, and of one with many, from orders drawn at random.

Shapley, L. S. (1953): A value for n-person games. Castro, Gómez & Tejada (2009): Polynomial calculation of the Shapley value based on
sampling. Interactions: Grabisch & Roubens (1999). A coalition is a number whose bit i says whether player i is in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import stats

from ..results.ensemble import CONFIDENCE, mean_interval

Floats = npt.NDArray[np.float64]
Order = tuple[int, ...]
Means = Mapping[int, Fraction]
"""Coalition → its value, exactly."""


def shapley_values(players: Sequence[str], value: Callable[[frozenset[str]], float | Fraction]) -> dict[str, Fraction]:
    """The Shapley value of every player of a game, exactly; `value` is asked once for each of the 2^n coalitions.

    Example: `shapley_values(["left", "right"], lambda s: len(s) == 2)` gives each half of a pair of gloves.
    """
    n = len(players)
    members = {c: frozenset(p for i, p in enumerate(players) if c >> i & 1) for c in range(1 << n)}
    means = {c: Fraction(value(who)) for c, who in members.items()}
    return dict(zip(players, exact(n, means), strict=True))


def weight(n: int, size: int) -> Fraction:
    """Share of the orders of n players in which those before a player are a given coalition of this size."""
    return Fraction(math.factorial(size) * math.factorial(n - size - 1), math.factorial(n))


def exact(n: int, means: Means) -> list[Fraction]:
    """Values of all players, from all coalitions. They add up to what all achieve beyond none, without any rounding."""
    found = []
    for i in range(n):
        marginal = ((c, means[c | 1 << i] - means[c]) for c in range(1 << n) if not c >> i & 1)
        found.append(sum((weight(n, c.bit_count()) * gain for c, gain in marginal if gain), Fraction(0)))
    return found


def exact_by_run(n: int, values: Mapping[int, Floats]) -> Floats:
    """[n, R] the same run by run, values of coalitions [R]; of a player who adds nothing exactly 0."""
    return np.stack([
        sum(
            (float(weight(n, c.bit_count())) * (values[c | 1 << i] - values[c]) for c in range(1 << n) if not c >> i & 1),
            np.zeros_like(values[0]),
        )
        for i in range(n)
    ])  # fmt: skip


def interactions_by_run(n: int, values: Mapping[int, Floats]) -> dict[tuple[int, int], Floats]:
    """Pair of players → [R] Shapley interaction index: by how much more (or less) two achieve together than each for itself."""
    found = {}
    for i in range(n):
        for j in range(i + 1, n):
            both, total = 1 << i | 1 << j, np.zeros_like(values[0])
            for c in (c for c in range(1 << n) if not c & both):
                size = c.bit_count()
                w = math.factorial(size) * math.factorial(n - size - 2) / math.factorial(n - 1)
                total = total + w * (values[c | both] - values[c | 1 << i] - (values[c | 1 << j] - values[c]))
            found[i, j] = total
    return found


# --- many players ---


def orders(n: int, count: int, seed: int) -> list[Order]:
    """Orders of n players drawn at random, each followed by its reverse (which makes the mean of both less random)."""
    luck = np.random.default_rng([seed, n, 0x5A9])
    found: list[Order] = []
    while len(found) < count:
        drawn = tuple(int(i) for i in luck.permutation(n))
        found += [drawn, drawn[::-1]]
    return found[: count + count % 2]


def needed(n: int, drawn: Sequence[Order]) -> list[int]:
    """Coalitions that some orders lead through, and none, each alone, all but each, all; in order of size."""
    every = (1 << n) - 1
    found = {0, every, *(1 << i for i in range(n)), *(every ^ 1 << i for i in range(n))}
    for order in drawn:
        coalition = 0
        for player in order:
            coalition |= 1 << player
            found.add(coalition)
    return sorted(found, key=lambda c: (c.bit_count(), c))


def sampled(n: int, means: Means, drawn: Sequence[Order]) -> list[Fraction]:
    """Mean gain of every player over some orders; also these add up exactly, for every order does."""
    total = [Fraction(0)] * n
    for order in drawn:
        coalition = 0
        for player in order:
            larger = coalition | 1 << player
            total[player] += means[larger] - means[coalition]
            coalition = larger
    return [t / len(drawn) for t in total]


def sampled_half(n: int, values: Mapping[int, Floats], drawn: Sequence[Order]) -> Floats:
    """[n] half of the 95 % interval of sampled values: what the orders leave open, and what the runs leave open.

    The two variances are added, each over its own units (an order with its reverse; a run), which is an upper bound of the variance of
    a mean over both. Infinite for a single run or pair of orders.
    """
    runs, pairs = len(values[0]), len(drawn) // 2
    gains = np.zeros((pairs, n, runs))
    for at, order in enumerate(drawn):
        coalition = 0
        for player in order:
            larger = coalition | 1 << player
            gains[at // 2, player] += (values[larger] - values[coalition]) / 2
            coalition = larger
    if min(runs, pairs) < 2:
        return np.where((gains == 0).all(axis=(0, 2)), 0.0, np.inf)
    variance = gains.mean(axis=2).var(axis=0, ddof=1) / pairs + gains.mean(axis=0).var(axis=1, ddof=1) / runs
    return np.asarray(stats.t.ppf((1 + CONFIDENCE) / 2, min(runs, pairs) - 1) * np.sqrt(variance))


def half_of(by_run: Floats) -> Floats:
    """[n] half of the 95 % interval of means over runs; `by_run` [n, R]."""
    mean, low, _ = mean_interval(by_run.T)
    still = (by_run == 0).all(axis=1)
    return np.where(still, 0.0, mean - low)


def mean_of(values: Floats) -> Fraction:
    """The mean over runs: their sum rounded once, then exact."""
    return Fraction(math.fsum(values.tolist())) / len(values)
