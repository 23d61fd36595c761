"""Naive chances that a fact holds: how often its like did elsewhere, and that nothing changes.

Both are deliberately simple. Rates come from facts of *other* regions, never from those that are scored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import stats

from .kinds import AMOUNT, COUNT, KINDS, STATE, Fact

FEWEST = 8
"""Facts of a kind from other regions below which a stated prior stands instead."""
PER_YEAR = {"overthrow": 0.03, "campaign": 0.014, "renewal": 0.1}
"""Priors of what happens, a year: Powell and Thyne 2011 (successful coups a state and year since 1950, rounded up for revolutions);
one in nine elections, every four years, two powers (Levin 2016); a term of ten years (ours)."""
AMOUNT_PRIOR_SPAN = 1000.0
"""An amount is anywhere between 1 and 1000 MUSD, evenly in logs (ours)."""


@dataclass(frozen=True)
class Rate:
    """A chance and how it was found."""

    chance: float
    facts: int
    """Facts of other regions it rests on; 0: a stated prior."""


def foreign(facts: Sequence[Fact], pool: Iterable[Fact]) -> list[Fact]:
    """Those of the pool that belong to no region of the scored facts and name none of their states, whatever the region is called."""
    regions, states = {f.region for f in facts}, {s for f in facts for s in hosts(f)}
    return [f for f in pool if f.region not in regions and not states & hosts(f)]


def hosts(fact: Fact) -> set[str]:
    """The clients a fact is about."""
    return {code for key, role in KINDS[fact.kind].actors.items() if role in ("client", "clients") for code in fact.actors[key]}


def base_rate(fact: Fact, pool: Sequence[Fact]) -> Rate:
    """The chance that a fact holds, by facts of its kind among those of other regions (`foreign`); a prior where they are too few."""
    same = [f for f in pool if f.kind == fact.kind]
    observed, enough = KINDS[fact.kind].observed, len(same) >= FEWEST
    used = len(same) if enough else 0
    if observed == STATE:
        return Rate(_state(fact, same if enough else []), used)
    if observed == COUNT:
        per_year = (sum(f.value for f in same) + 0.5) / sum(f.exposure for f in same) if enough else PER_YEAR[fact.kind]
        return Rate(_poisson(per_year * fact.exposure, fact.low, fact.high), used)
    if enough:
        inside = sum(fact.low <= f.value <= fact.high for f in same)
        return Rate((inside + 0.5) / (used + 1), used)
    return Rate(min(1.0, math.log(fact.high / fact.low) / math.log(AMOUNT_PRIOR_SPAN)), 0)


def _state(fact: Fact, same: Sequence[Fact]) -> float:
    """How often the answer is that of the fact (Jeffreys' prior); without others, each is as likely as the next."""
    if fact.kind == "leads" and not same:
        first = 1 / (1 + len(fact.actors["over"]))
        return first if fact.value else 1 - first
    return (sum(f.value == fact.value for f in same) + 0.5) / (len(same) + 1)


def _poisson(mean: float, low: float, high: float) -> float:
    """Chance of a number of events between two, both included."""
    return float(stats.poisson.cdf(math.floor(high), mean) - stats.poisson.cdf(math.ceil(low) - 1, mean))


def persistence(fact: Fact) -> float:
    """1 if the fact holds where all stays as at the start and nothing happens, else 0."""
    observed = KINDS[fact.kind].observed
    if observed == COUNT:
        return float(fact.low <= 0 <= fact.high)
    if observed == AMOUNT:
        return float(fact.was is not None and fact.low <= fact.was <= fact.high)
    return float(fact.was == fact.value)
