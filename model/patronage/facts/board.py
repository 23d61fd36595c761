"""The board: how likely the model held what happened, against naive chances.

A fact is a statement that came true; a forecaster gives it a chance p. Brier score (1 - p)², log score -ln p (nats), both 0 for
who knew. Intervals are over runs only: they tell how much the luck of the simulation moves a number. The facts are few, related
to each other, and chosen; no interval here claims that they are a sample of anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from patronage.results.ensemble import proportion_interval
from patronage.scenario import Scenario
from patronage.scenario.quarters import quarter_name
from patronage.world.arrays import Array

from .fitting import check, decided, missions, unasked
from .holding import right
from .kinds import KINDS, Fact, Facts
from .rates import base_rate, foreign, persistence

RESAMPLES = 1000
CLIP = 0.01
"""No chance counts as smaller in the log score: otherwise one impossible fact is all that it tells. The same for all forecasters."""
SCORED, DECIDED, UNASKED = "scored", "decided", "not asked"
FORECASTERS = ("base", "persistence")
"""What the model is compared with."""


@dataclass(frozen=True)
class Board:
    """Everything that a board says."""

    facts: Facts
    runs: int
    rows: pd.DataFrame
    """A row a fact; see `row`."""
    slices: pd.DataFrame
    """A row for each group of scored facts; see `scores`."""
    numbers: Array
    """[run] how many of the scored facts each run gets right."""


def board(facts: Facts, result: Any, scenario: Scenario, pool: Sequence[Fact], seed: int = 1) -> Board:
    """Score an ensemble. Of `pool`, facts of other regions give the base rates; `seed` draws the resampled runs.

    Raises ScenarioError if the facts name who is not in the scenario.
    """
    check(facts, scenario)
    runs, pool = result.data.sizes["run"], foreign(facts.facts, pool)
    rows, columns, scored = [], [], []
    for f in facts.facts:
        why, status = unasked(f, scenario), UNASKED
        held = None
        if not why:
            held = right(f, result)
            why = decided(f, scenario)
            status = DECIDED if why else SCORED
        rows.append(row(f, facts.split, held, status, why or "; ".join(missions(f, scenario)), pool))
        if status == SCORED and held is not None:
            columns.append(held)
            scored.append(f)
    held_all = np.stack(columns, axis=1) if columns else np.zeros((runs, 0), dtype=bool)
    table = pd.DataFrame(rows)
    return Board(facts, runs, table, slices(table, held_all, seed), held_all.sum(axis=1))


def row(f: Fact, split: int, held: Array | None, status: str, why: str, pool: Sequence[Fact]) -> dict[str, Any]:
    """A fact, its chance by the model with its Wilson interval, and its naive chances."""
    p, low, high = (np.nan,) * 3 if held is None else proportion_interval(int(held.sum()), len(held))
    rate = base_rate(f, pool)
    return {
        "fact": f.name, "kind": f.kind, "who": words(f), "when": when(f), "observed": observed(f),
        "after": f.last > split, "seen": f.seen, "non_event": f.non_event, "part": f.part, "status": status,
        "chance": p, "low": low, "high": high, "base": rate.chance, "base_facts": rate.facts, "persistence": persistence(f),
        "reason": why, "source": f.source,
    }  # fmt: skip


def when(f: Fact) -> str:
    """The quarter, or the first and the last."""
    first, last = quarter_name(f.first), quarter_name(f.last)
    return first if first == last else f"{first} to {last}"


def words(f: Fact) -> str:
    """Whom a fact is about."""
    return ", ".join("+".join(codes) for codes in f.actors.values())


def observed(f: Fact) -> str:
    """What was."""
    kind = KINDS[f.kind].observed
    if kind == "state":
        return "yes" if f.value else "no"
    if kind == "count":
        span = f"{f.value:g}" if f.low == f.high == f.value else f"{f.value:g} ({f.low:g} to {f.high:g})"
        return f"{span} time" if f.value == 1 and f.low == f.high else f"{span} times"
    return f"{f.value:g} ({f.low:.3g} to {f.high:.3g}) MUSD{'/yr' if f.kind == 'rent' else ''}"


def slices(rows: pd.DataFrame, held: Array, seed: int) -> pd.DataFrame:
    """Scores of all scored facts and of groups of them."""
    mine = rows[rows["status"] == SCORED].reset_index(drop=True)
    if mine.empty:
        return pd.DataFrame()
    every = np.ones(len(mine), dtype=bool)
    before, after = ~mine["after"].to_numpy(dtype=bool), mine["after"].to_numpy(dtype=bool)
    seen, still = (mine["seen"] != "").to_numpy(), mine["non_event"].to_numpy(dtype=bool)
    groups = {"all": every, "before": before, "after": after}
    for name in sorted(set(mine["part"]) - {""}):
        part = (mine["part"] == name).to_numpy()
        groups |= {name: part, f"{name}, before": part & before, f"{name}, after": part & after}
    groups |= {"untouched": ~seen, "seen": seen, "events": ~still, "non-events": still}
    groups |= {k: (mine["kind"] == k).to_numpy() for k in KINDS if (mine["kind"] == k).any()}
    draws = resampled(len(held), seed)
    return pd.DataFrame([{"group": k, **scores(mine[g], held[:, g], draws)} for k, g in groups.items() if g.any()])


def resampled(runs: int, seed: int) -> Array:
    """[resample, run] how often a bootstrap over runs draws each."""
    return np.random.default_rng(seed).multinomial(runs, np.full(runs, 1 / runs), size=RESAMPLES)


def brier(chances: Array) -> Array:
    """Mean Brier score over the last axis of chances given to what happened."""
    return np.asarray(((1 - chances) ** 2).mean(axis=-1))


def log_score(chances: Array) -> Array:
    """Mean of -ln p over the last axis, chances held between `CLIP` and 1 - `CLIP`."""
    return np.asarray(-np.log(np.clip(chances, CLIP, 1 - CLIP)).mean(axis=-1))


def skill(score: Array, reference: Array) -> Array:
    """1 - score / reference; undefined where the reference makes no error."""
    return np.asarray(np.where(reference > 0, 1 - score / np.where(reference > 0, reference, 1), np.nan))


def scores(rows: pd.DataFrame, held: Array, draws: Array) -> dict[str, Any]:
    """Facts, facts right per run, Brier and log scores and skills against each forecaster, intervals by resampled runs."""
    chances, drawn = held.mean(axis=0), draws @ held / len(held)
    out: dict[str, Any] = {"facts": len(rows)}
    out |= _span("right", chances.sum(), drawn.sum(axis=1))
    for name, score in (("brier", brier), ("log", log_score)):
        out |= _span(name, score(chances), score(drawn))
        for other in FORECASTERS:
            reference = score(rows[other].to_numpy(dtype=np.float64))
            out[f"{name}_{other}"] = float(reference)
            out |= _span(f"{name}_skill_{other}", skill(score(chances), reference), skill(score(drawn), reference))
    return out


def _span(name: str, value: Array, drawn: Array) -> dict[str, float]:
    """A number with its 95 % interval."""
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
