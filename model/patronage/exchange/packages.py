"""Splitting a value or an effort into instruments at least cost, exactly; and what becomes of a package. docs/equations.md 3 and 4."""

from __future__ import annotations

from math import inf

from ..world.arithmetic import share_of
from ..world.codes import ARMS, INSTRUMENT_COUNT, RELIEF
from ..world.draws import delivered_share, of_dyad
from ..world.records import Inputs, Places, Run, Tables
from ..world.terms import arms_kept_from, kept_from, licence, mean_delivery

LEAST_APPETITE = 1e-300
"""Up to here there is none: the point where spending begins would overflow."""


def compose(w: Run, money: float, room: float) -> None:
    """Amounts x_k into `gift` that maximise Σ_k A_k ln(1 + x_k/m_k) subject to Σ_k γ_k x_k <= money; relief is at most `room`.

    A, γ and m are in `wish`, `unit_cost` and `width`. At a shadow price 1/μ, x_k = clip(μ A_k/γ_k − m_k, 0, cap_k), so spending is
    piecewise linear in μ; its breakpoints give the segment, and the segment gives μ exactly.
    """
    reached, spent_there = 0.0, 0.0  # the last breakpoint that the money reaches; spending never falls, so no sorting is needed
    for k in range(INSTRUMENT_COUNT + 1):
        mark = stop(w, RELIEF, room) if k == INSTRUMENT_COUNT else start(w, k)
        if reached < mark < inf:
            there = 0.0
            for i in range(INSTRUMENT_COUNT):
                there += spent(w, i, mark, room)
            if there <= money:
                reached, spent_there = mark, there
    slope = 0.0
    for k in range(INSTRUMENT_COUNT):
        if start(w, k) <= reached < stop(w, k, room):
            slope += w.wish[k]
    mu = reached + share_of(money - spent_there, slope)
    for k in range(INSTRUMENT_COUNT):
        w.gift[k] = 0.0
        if money > 0.0 and w.wish[k] > LEAST_APPETITE:
            w.gift[k] = min(max(mu * w.wish[k] / w.unit_cost[k] - w.width[k], 0.0), room if k == RELIEF else inf)


def start(w: Run, k: int) -> float:
    """μ at which spending on an instrument begins; never without an appetite."""
    return w.unit_cost[k] * w.width[k] / w.wish[k] if w.wish[k] > LEAST_APPETITE else inf


def stop(w: Run, k: int, room: float) -> float:
    """μ at which it ends; only relief is capped."""
    if k != RELIEF or w.wish[k] <= LEAST_APPETITE:
        return inf
    return (w.unit_cost[k] * w.width[k] + w.unit_cost[k] * room) / w.wish[k]


def spent(w: Run, k: int, mu: float, room: float) -> float:
    """Money spent on an instrument at shadow price 1/μ."""
    money = max(mu * w.wish[k] - w.unit_cost[k] * w.width[k], 0.0)
    return min(money, w.unit_cost[k] * room) if k == RELIEF else money


def compose_courtship(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """What the effort of a patron buys for a client, into `gift`."""
    for k in range(INSTRUMENT_COUNT):
        w.wish[k] = licence(w, n, s, p, c, k) * w.need[p, c, k]
        w.unit_cost[k] = n.cost[p, k]
        w.width[k] = n.courtship_scale[k] * w.gdp[c]
    compose(w, w.effort[p, c], w.relief_room[p, c])


def compose_package(w: Run, n: Inputs, p: int, c: int, worth: float) -> None:
    """A package of a promised worth, into `gift`: cheap is what is rarely delivered."""
    for k in range(INSTRUMENT_COUNT):
        given = n.package[p, k] * (1.0 - kept_from(w, n, p, c))
        if k == ARMS:
            given = given * (1.0 - arms_kept_from(n, p, w.hosted[p, c]))
        w.wish[k] = given * w.need[p, c, k]
        w.unit_cost[k] = n.cost[p, k] * mean_delivery(n, p, k)
        w.width[k] = n.courtship_package_scale * n.courtship_scale[k] * w.gdp[c]
    compose(w, worth, w.relief_room[p, c])


def promise(w: Run, n: Inputs, s: Places, tables: Tables, p: int, c: int, k: int, face: float, purpose: int, luck: int) -> None:
    """Enter one instrument of a package into what is due and what will stay stuck; `luck`: the first decision of its kind."""
    u = of_dyad(w, s, luck + k, p, c)
    part = delivered_share(tables, n.package_row[p, k], n.delivery_precision, mean_delivery(n, p, k), u)
    w.due[p, c, k, purpose] += part * face
    w.stuck[p, c, k, purpose] += (1.0 - part) * face
    w.packaged[p, c, k] += face
