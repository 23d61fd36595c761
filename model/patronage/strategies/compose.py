"""Splitting a value or an effort into instruments at least cost, exactly. docs/equations.md sections 3 and 4."""

from __future__ import annotations

import numpy as np

from ..scenario.catalogue import INSTRUMENTS
from ..world.arrays import Array, share_of, total
from ..world.geometry import hosted_rivals
from ..world.luck import Luck, delivered_share
from ..world.parameters import Parameters
from ..world.state import World
from ..world.structure import PURPOSES

RELIEF = INSTRUMENTS.index("debt_relief")


def needs(world: World, p: Parameters) -> Array:
    """θ [R,P,C,K]: how much a client needs each instrument, on a common scale."""
    rule = p.dyad
    year = 4.0 * world.dyad.gdp
    insecurity = world.dyad.insecurity
    arms = insecurity / (insecurity + rule.courtship_insecurity_half)
    arms = arms + rule.courtship_arms_rivalry * hosted_rivals(world, p)
    per_head = year * 1e6 / rule.population
    grants = np.maximum(0.0, rule.courtship_legitimacy_target - world.dyad.legitimacy) + 1.0 / (
        1.0 + per_head / rule.courtship_income_half
    )
    capital = total(world.capital, 1)[:, None, :]
    loans = 1.0 / (1.0 + capital / (rule.courtship_capital_half * year))
    relief = share_of(world.debt, world.debt + rule.courtship_debt_half * year)
    return _stack_instruments(world, (arms, grants, loans, relief))


def _stack_instruments(world: World, layers: tuple[Array, ...]) -> Array:
    out = np.empty((*world.base.shape, len(INSTRUMENTS)), order="F")
    for k, layer in enumerate(layers):
        out[..., k] = layer
    return out


def relief_left(world: World) -> Array:
    """[R,P,C] debt that relief already promised does not cover."""
    return np.maximum(0.0, world.debt - total(world.due[:, :, :, RELIEF, :], 3))


def compose(money: Array, cost: Array, appetite: Array, scale: Array, relief_cap: Array) -> Array:
    """Amounts x [R,P,C,K] that maximise Σ_k A_k ln(1 + x_k/m_k) subject to Σ_k γ_k x_k <= money and the caps.

    `money` [R,P,C] (or any shape); `cost` γ, `appetite` A = licence x need, `scale` m: the same and K last; only debt
    relief is capped. At a shadow price 1/μ, x_k = clip(μ A_k/γ_k - m_k, 0, cap_k), so spending is piecewise
    linear in μ;
    its 2K breakpoints give the segment, and the segment gives μ exactly.
    """
    out = np.zeros((*money.shape, len(INSTRUMENTS)), order="F")
    # An instrument that nobody can use adds exact zeros everywhere: leaving it out changes no bit.
    menu = [
        _Item(k, appetite, cost, scale, relief_cap) for k in range(len(INSTRUMENTS)) if (appetite[..., k] > 0).any()
    ]
    # The last breakpoint that the money reaches; spending is monotone, so no sorting is needed.
    reached, spent_there = np.zeros_like(money), np.zeros_like(money)
    for mark in [item.start for item in menu] + [item.stop for item in menu if item.k == RELIEF]:
        mu = np.where(np.isfinite(mark), mark, 0.0)
        there = np.zeros_like(money)
        for item in menu:
            there += item.spent(mu)
        further = (there <= money) & (mu > reached)
        reached = np.where(further, mu, reached)
        spent_there = np.where(further, there, spent_there)
    slope = np.zeros_like(money)
    for item in menu:
        slope += np.where((item.start <= reached) & (reached < item.stop), item.appetite, 0.0)
    mu = reached + share_of(money - spent_there, slope)
    for item in menu:
        out[..., item.k] = np.where(money > 0, item.amount(mu), 0.0)
    return out


class _Item:
    """One instrument on the menu of `compose`: where spending on it begins and ends as the shadow price falls."""

    def __init__(self, k: int, appetite: Array, cost: Array, scale: Array, relief_cap: Array) -> None:
        self.k = k
        self.appetite, self.cost, self.scale = appetite[..., k], cost[..., k], scale[..., k]
        self.cap: Array | float = relief_cap if k == RELIEF else np.inf
        usable = self.appetite > 1e-300  # below, the point where spending begins would overflow
        safe = np.where(usable, self.appetite, 1.0)
        self.base = self.cost * self.scale
        self.start = np.where(usable, self.base / safe, np.inf)
        self.stop = np.where(usable, (self.base + self.cost * self.cap) / safe, np.inf)

    def spent(self, mu: Array) -> Array:
        """Money spent on it at shadow price 1/μ; nothing where the appetite is zero."""
        return np.minimum(np.maximum(mu * self.appetite - self.base, 0.0), self.cost * self.cap)

    def amount(self, mu: Array) -> Array:
        """Face value bought at shadow price 1/μ."""
        return np.minimum(np.maximum(mu * self.appetite / self.cost - self.scale, 0.0), self.cap)


def compose_package(world: World, p: Parameters, worth: Array, need: Array, relief_cap: Array) -> Array:
    """Face values [R,P,C,K] of packages of a promised worth [R,P,C]: cheap is what is rarely delivered.

    Packages are rare: only the dyads that get one are worked on.
    """
    out = np.zeros(need.shape, order="F")
    at = np.nonzero(worth > 0)
    if not len(at[0]):
        return out

    def there(table: Array) -> Array:
        return np.broadcast_to(table, out.shape)[at]

    cost = there((p.cost * p.package_delivery)[:, :, None, :])
    wide = p.courtship_package_scale[:, None] * p.scale
    scale = there(wide[:, None, None, :] * world.gdp[:, None, :, None])
    out[at] = compose(worth[at], cost, there(p.package[:, :, None, :]) * need[at], scale, relief_cap[at])
    return out


def promise(world: World, p: Parameters, luck: Luck, package: Array, purpose: str, decision: str) -> World:
    """Enter packages [R,P,C,K] into what is due and what will stay stuck; draws the delivered share of each."""
    run, patron, client = np.nonzero(package.any(axis=3))
    if not len(run):
        return world
    u = PURPOSES.index(purpose)
    due, stuck = world.due.copy(order="F"), world.stuck.copy(order="F")
    words = (p.structure.patron_words[patron], p.structure.client_words[client])
    for k, name in enumerate(INSTRUMENTS):
        draw = luck.uniform_at(f"{decision}.{name}", world.quarter, run, *words)
        part = delivered_share(draw, p.delivery_precision, p.package_delivery[:, :, k], (run, patron))
        amount = package[run, patron, client, k]
        due[run, patron, client, k, u] += part * amount
        stuck[run, patron, client, k, u] += (1.0 - part) * amount
    return world.evolve(due=due, stuck=stuck, packaged=world.packaged + package)
