"""A vote by group decision: one round of argument, then the weight of those who still object (equations §12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Voter:
    """A client member with a vote."""

    stance: float
    """How far against; positive for those who object."""
    gdp_year: float
    sigma: float
    """Salience behind its price."""
    price: float
    """MUSD/yr for a yes."""


def group_cost(voters: Sequence[Voter]) -> float:
    """MUSD/yr that a yes costs."""
    if not any(v.stance > 0.0 for v in voters):
        return 0.0
    keenest = max(v.sigma for v in voters)
    salience = [v.sigma / keenest if keenest > 0.0 else 0.0 for v in voters]
    weight = [v.gdp_year * s for v, s in zip(voters, salience, strict=True)]
    after = one_round([v.stance for v in voters], weight, salience)
    left = sorted((i for i, x in enumerate(after) if x > 0.0), key=lambda i: voters[i].price)
    cost = 0.0
    while 2.0 * sum(weight[i] for i in left) > sum(weight):
        cost += voters[left.pop(0)].price
    return cost


def one_round(x: Sequence[float], weight: Sequence[float], salience: Sequence[float]) -> list[float]:
    """Where everybody stands after yielding once, or not."""
    everyone = range(len(x))
    span = max(x) - min(x)
    near = 1e-9 * span

    def prevails(i: int, j: int) -> float:
        leaning = [w * (abs(x[k] - x[j]) - abs(x[k] - x[i])) for k, w in enumerate(weight)]
        stakes = sum(abs(a) for a in leaning)
        return sum(a for a in leaning if a > 0.0) / stakes if stakes > 0.0 else 0.5

    def expects(i: int, j: int, r: float) -> float:
        if abs(x[i] - x[j]) <= near:
            return 0.0
        delta, p, s = abs(x[i] - x[j]) / span, prevails(i, j), salience[j]
        won, lost, stays = (2.0 - 4.0 * share**r for share in (0.5 - delta / 2.0, 0.5 + delta / 2.0, 0.5))
        return s * (p * won + (1.0 - p) * lost) + (1.0 - s) * won - stays

    security = [sum(expects(j, i, 1.0) for j in everyone) for i in everyone]
    high, low = max(security), min(security)
    risk = []
    for exposed in security:
        rho = (2.0 * exposed - high - low) / (high - low) if high - low > 1e-12 else 0.0
        risk.append((1.0 - rho / 3.0) / (1.0 + rho / 3.0))
    gain = [[expects(i, j, risk[i]) for j in everyone] for i in everyone]
    after = []
    for i in everyone:
        steps = [0.0]
        for j in everyone:
            mine, theirs = gain[i][j], gain[j][i]
            if theirs > mine > 0.0 or 0.0 < theirs < -mine:
                steps.append(x[j] - x[i])
            elif mine < 0.0 and theirs > -mine:
                steps.append((x[j] - x[i]) * abs(mine / theirs))
        after.append(x[i] + min(steps[1:] or steps, key=abs))
    return after
