"""What blocs decide: whom to admit, whether to consent, what to contribute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..theory.group_decision import group_decision
from ..world.arrays import Array, logistic, running, share_of, total
from .views import AdmissionView, ConsentView, ForceView

CONSENSUS, MAJORITY, LEADER, GROUP = "consensus", "majority", "leader", "group_decision"


@dataclass(frozen=True)
class Debate:
    """What members bring into a group decision; all have the voting members last and broadcast against each other."""

    votes: Array
    """bool: has a vote."""
    stance: Array
    """How far against: positive for those who object."""
    capability: Array
    """GDP, MUSD a year."""
    salience: Array
    """σ, the salience behind the member's price, in any unit."""


def vote_cost(
    objects: Array, prices: Array, voters: Array, consensus: Array, majority: Array,
    group: Array | None = None, debate: Debate | None = None,
) -> Array:  # fmt: skip
    """What a yes costs, MUSD a year, by the rule of each bloc.

    Consensus: all objectors; majority: the cheapest needed; group decision: those needed after a round of argument
    (`debate`); else nothing. `objects` and `prices` have the voting members last; `voters` counts all votes; the rules
    are boolean arrays.
    """
    cost = _counted(objects, prices, voters, consensus, majority)
    if group is None or debate is None or not group.any():
        return cost
    return np.where(group, debated(objects, prices, debate, group), cost)


def debated(objects: Array, prices: Array, debate: Debate, where: Array) -> Array:
    """Price of a yes after one round of group decision (docs/equations.md section 12), MUSD a year; 0 elsewhere.

    Who still objects is bought, the cheapest first, until those left weigh no more than half of all who vote.
    """
    votes = debate.votes
    shape = np.broadcast_shapes(objects.shape, prices.shape, votes.shape, debate.stance.shape)
    out = np.zeros(shape[:-1], order="F")
    at = np.nonzero(np.broadcast_to(where & objects.any(axis=-1), shape[:-1]))
    if not len(at[0]):
        return out
    votes, stance, capability, price = (
        np.broadcast_to(a, shape)[at] for a in (votes, debate.stance, debate.capability, prices)
    )
    sigma = np.where(votes, np.broadcast_to(debate.salience, shape)[at], 0.0)
    salience = share_of(sigma, np.broadcast_to(sigma.max(axis=-1, keepdims=True), sigma.shape))
    weight = np.where(votes, capability * salience, 0.0)
    against = votes & (group_decision(stance, capability, salience, votes).position > 0)
    order = np.argsort(np.where(against, price, np.inf), axis=-1, kind="stable")
    asked = np.take_along_axis(np.where(against, price, 0.0), order, -1)
    heavy = np.take_along_axis(np.where(against, weight, 0.0), order, -1)
    before = running(heavy, 1) - heavy  # weight bought before it is this one's turn
    bought = 2.0 * (total(heavy, 1)[:, None] - before) > total(weight, 1)[:, None]
    out[at] = total(np.where(bought, asked, 0.0), 1)
    return out


def _counted(objects: Array, prices: Array, voters: Array, consensus: Array, majority: Array) -> Array:
    """Cost of a yes where votes are counted."""
    everyone = total(np.where(objects, prices, 0.0), -1)
    if not majority.any():
        return np.where(consensus, everyone, 0.0)
    count = objects.sum(axis=-1)
    # 2 (n - |O| + b) > n: the smallest number b of objectors to be bought.
    needed = np.maximum(0, count - (voters + 1) // 2 + 1)
    cheapest = np.sort(np.where(objects, prices, np.inf), axis=-1)
    rank = np.arange(objects.shape[-1])
    bought = np.where(rank < needed[..., None], np.where(np.isfinite(cheapest), cheapest, 0.0), 0.0)
    some = total(bought, -1)
    return np.where(consensus, everyone, np.where(majority, some, 0.0))


def admit(view: AdmissionView) -> tuple[Array, Array]:
    """Who joins and who leaves, bool [R,B,C] each: logit of the benefit, with hysteresis, subject to the vote."""
    joins = view.draw < view.join * logistic(view.slope * view.benefit)
    passes = view.vote_cost <= view.purse[:, :, None]
    leaves = view.draw < view.leave * logistic(-view.slope * (view.benefit + view.hysteresis))
    return joins & passes & view.candidate & ~view.member, leaves & view.member & view.open[:, :, None]


def consent(view: ConsentView, consensus: Array, majority: Array, group: Array) -> Array:
    """Price of consent to each outsider's base [R,P,C], MUSD a year, summed over the blocs in view.

    Which blocs vote by consensus, by majority, by group decision: bool [R,B] each.
    """
    consensus, majority, group = (rule[:, :, None, None] for rule in (consensus, majority, group))
    debate = Debate(view.votes, view.stance, view.capability, view.salience)
    cost = vote_cost(view.objects, view.prices, view.voters[:, :, None, :], consensus, majority, group, debate)
    return np.asarray(np.add.accumulate(np.where(view.required, cost, 0.0), axis=1)[:, -1])


def olson_zeckhauser(income: Array, preference: Array) -> Array:
    """Exact equilibrium supply of a public good, summed over contributors (last axis). MUSD a year.

    Best reply g_i = max(0, β_i Y_i - (1 - β_i) G_-i) (Olson & Zeckhauser 1966). With r = (1-β)/β it is
    g_i = max(0, Y_i - r_i G), so G is the largest of ΣY/(1 + Σr) over the first contributors by Y/r.
    """
    gives = preference > 0
    r = np.where(gives, share_of(1.0 - preference, preference), 0.0)
    eager = np.where(gives, income * share_of(preference, 1.0 - preference), -1.0)
    order = np.argsort(-eager, axis=-1, kind="stable")
    y = running(np.take_along_axis(np.where(gives, income, 0.0), order, -1), income.ndim - 1)
    s = running(np.take_along_axis(r, order, -1), income.ndim - 1)
    return np.asarray(np.max(y / (1.0 + s), axis=-1))


def contribute(view: ForceView) -> tuple[Array, Array, Array]:
    """Joint force supplied [R,B] (MUSD a year), whether it acts, and whether the leader buys consent for that."""
    supply = np.where(view.able, olson_zeckhauser(view.income, view.preference), 0.0)
    free = (view.cohesion >= view.threshold) | (view.consent_left > 0)
    buys = view.able & ~free & (view.vote_cost <= view.purse)
    return supply, view.able & (free | buys), buys
