"""The formulas of the equations that stand alone: numbers in, a number out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from scipy.special import betaincinv, ndtri

INFINITE = float("inf")


def logistic(x: float) -> float:
    """S(x) = 1/(1 + e^-x), without overflow."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    small = math.exp(x)
    return small / (1.0 + small)


def normal_quantile(u: float) -> float:
    """N(u), the quantile of the standard normal distribution."""
    return float(ndtri(u))


def clip(x: float, low: float, high: float) -> float:
    """The number in [low, high] nearest to x."""
    return min(max(x, low), high)


def distance(here: Sequence[float], there: Sequence[float]) -> float:
    """Length of the straight line between two orientations (one coordinate an axis)."""
    if len(here) == 1:
        return abs(here[0] - there[0])
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(here, there, strict=True)))


def selectorate_price(salience: float, revenue: float, coalition: float) -> float:
    """MUSD/yr that make up for a concession of that salience (revenue MUSD/quarter, coalition W in (0, 1])."""
    chi = 1.0 + 1.0 / coalition
    return 4.0 * (salience**2 / chi + 2.0 * salience * math.sqrt(revenue / chi))


def vote_cost(rule: str, voters: int, prices: Sequence[float]) -> float:
    """MUSD/yr that a yes costs when the objectors among that many voters have those prices."""
    if rule == "leader":
        return 0.0
    if rule == "consensus":
        return sum(prices)
    if rule != "majority":
        raise ValueError(f"no such vote: {rule}")
    bought = 0
    while 2 * (voters - len(prices) + bought) <= voters and bought < len(prices):
        bought += 1
    return sum(sorted(prices)[:bought])


def joint_force(contributors: Iterable[tuple[float, float]]) -> float:
    """Total Ĝ of the Olson-Zeckhauser equilibrium; a contributor is (yearly GDP Y, preference β).

    Each gives g = max(0, Y − r·Ĝ), r = (1−β)/β; with the n keenest giving, Ĝ = ΣY/(1 + Σr), and the right n is the
    one with the largest Ĝ.
    """
    keen = [(income, (1.0 - beta) / beta) for income, beta in contributors if beta > 0.0]
    keen.sort(key=lambda pair: pair[0] / pair[1] if pair[1] > 0.0 else INFINITE, reverse=True)
    best = incomes = ratios = 0.0
    for income, ratio in keen:
        incomes += income
        ratios += ratio
        best = max(best, incomes / (1.0 + ratios))
    return best


def compose(
    money: float,
    cost: Mapping[str, float],
    want: Mapping[str, float],
    scale: Mapping[str, float],
    cap: Mapping[str, float],
) -> dict[str, float]:
    """Face values x that maximise Σ want·ln(1 + x/scale) with Σ cost·x ≤ money and 0 ≤ x ≤ cap.

    x_k = clip(μ·want_k/cost_k − scale_k, 0, cap_k). As μ rises, k starts to be bought at `start` and is sated at
    `sated`; between two such marks it is known who is being bought, and the budget gives μ.
    """
    gift = dict.fromkeys(cost, 0.0)
    usable = [k for k in cost if want[k] > 1e-300 and cap[k] > 0.0]
    if money <= 0.0 or not usable:
        return gift
    start = {k: scale[k] * cost[k] / want[k] for k in usable}
    sated = {k: (scale[k] + cap[k]) * cost[k] / want[k] for k in usable}

    def amount(k: str, mu: float) -> float:
        if mu <= start[k]:
            return 0.0
        return cap[k] if mu >= sated[k] else mu * want[k] / cost[k] - scale[k]

    # The first mark at which at least all the money would be spent bounds μ from above.
    for upper in sorted({*start.values(), *sated.values(), INFINITE}):
        if upper == INFINITE or sum(cost[k] * amount(k, upper) for k in usable) >= money:
            break
    buying = [k for k in usable if start[k] < upper <= sated[k]]
    full = [k for k in usable if sated[k] < upper]
    if buying:
        spare = money - sum(cost[k] * cap[k] for k in full)
        mu = (spare + sum(cost[k] * scale[k] for k in buying)) / sum(want[k] for k in buying)
        for k in buying:
            gift[k] = clip(mu * want[k] / cost[k] - scale[k], 0.0, cap[k])
    for k in full:
        gift[k] = cap[k]
    return gift


@lru_cache(maxsize=4096)
def delivery_table(precision: float, mean: float) -> tuple[float, ...]:
    """The quantiles of Beta(precision·mean, precision·(1−mean)) at 0, 1/256, …, 1."""
    return tuple(float(betaincinv(precision * mean, precision * (1.0 - mean), j / 256)) for j in range(257))


def delivered_share(u: float, mean: float, precision: float) -> float:
    """Q_m(u), the share of a promise that is delivered."""
    if mean >= 1.0:
        return 1.0
    table = delivery_table(precision, mean)
    place = u * 256.0
    j = min(int(place), 255)
    return table[j] + (place - j) * (table[j + 1] - table[j])


def ratio(part: float, whole: float) -> float:
    """A share; 0 of nothing."""
    return part / whole if whole != 0.0 else 0.0
