"""Common agency in general: several principals bid for what one agent does (a menu auction).

Source: Bernheim & Whinston 1986, QJE 101:1; Grossman & Helpman 1994; Laussel & Le Breton 2001. The auction of bases in
the model is the case of two actions (docs/equations.md section 4); this is the same game for any actions, to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..world.arrays import Array

MOST_PRINCIPALS = 16
_ROUNDING = 1e-9


@dataclass(frozen=True)
class MenuAuction:
    """The truthful equilibria of a menu auction: one action, and bounds on what each group of principals can keep."""

    values: Array
    """[P, A] what each action is worth to each principal."""
    agent: Array
    """[A] what it is worth to the agent."""
    action: int
    """What the agent does: the action that maximises the sum of all."""
    best: Array
    """[2^P] W(S), the largest sum that a group and the agent can reach; bit p set where principal p is in S."""

    @property
    def welfare(self) -> float:
        """W(N)."""
        return float(self.best[-1])

    def most(self, *group: int) -> float:
        """W(N) − W(N∖S), the most that a group of principals can keep together."""
        rest = len(self.best) - 1 - sum(1 << p for p in set(group))
        return float(self.best[-1] - self.best[rest])

    def payments(self, net: Sequence[float] | Array) -> Array:
        """[P] what principals pay for the action if they keep `net`."""
        return np.asarray(self.values[:, self.action] - np.asarray(net))

    def rent(self, net: Sequence[float] | Array) -> float:
        """What the agent then has above its best action without any principal, W(∅)."""
        return float(self.agent[self.action] + self.payments(net).sum() - self.best[0])

    def is_equilibrium(self, net: Sequence[float] | Array) -> bool:
        """Whether principals keep just this in some truthful equilibrium.

        No group keeps more than its bound, and everybody belongs to a group that keeps all that it can.
        """
        kept = np.asarray(net, dtype=np.float64)
        groups = np.arange(1, len(self.best))
        inside = groups[:, None] >> np.arange(len(kept)) & 1
        slack = (self.best[-1] - self.best[::-1][1:]) - inside @ kept
        near = _ROUNDING * max(1.0, float(np.abs(self.best).max()))
        binding = inside[np.abs(slack) <= near].any(axis=0)
        return bool((slack >= -near).all() and binding.all())


def menu_auction(values: Array | Sequence[Sequence[float]], agent: Array | Sequence[float]) -> MenuAuction:
    """Solve a menu auction: `values` [P, A] of principals, `agent` [A], in one unit of money.

    Raises ValueError for shapes that do not fit or more than 16 principals.
    """
    v, u = np.asarray(values, dtype=np.float64), np.asarray(agent, dtype=np.float64)
    if v.ndim != 2 or u.shape != v.shape[1:] or not 0 < len(v) <= MOST_PRINCIPALS or not u.size:
        raise ValueError(
            f"values [P, A] of 1 to {MOST_PRINCIPALS} principals and agent [A] do not fit: {v.shape}, {u.shape}"
        )
    groups = (np.arange(1 << len(v))[:, None] >> np.arange(len(v)) & 1).astype(np.float64)
    return MenuAuction(v, u, int(np.argmax(v.sum(axis=0) + u)), (groups @ v + u).max(axis=1))


@dataclass(frozen=True)
class Tug:
    """The equilibrium of the quadratic case."""

    action: float
    payments: Array
    net: Array
    rent: float


def tug_of_war(pull: Array | Sequence[float], cost: float) -> Tug:
    """The quadratic case: the agent's payoff of action a is −k a²/2, that of principal p is α_p a.

    `pull` α [P], `cost` k > 0 (else ValueError). a* = Σα/k. Each camp, those who pull one way, pays A²/2k with A the
    sum of its pulls, here in proportion to them; the agent's rent is |A₊||A₋|/k: clients live off rivalry (derived).
    """
    alpha = np.asarray(pull, dtype=np.float64)
    if cost <= 0:
        raise ValueError("the cost must be positive")
    up, down = float(alpha[alpha > 0].sum()), float(-alpha[alpha < 0].sum())
    payments = np.abs(alpha) * np.where(alpha > 0, up, down) / (2.0 * cost)
    action = (up - down) / cost
    return Tug(action, payments, alpha * action - payments, up * down / cost)
