"""Which runs of a recorded ensemble get a fact right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from patronage.scenario.quarters import quarter_name
from patronage.world.arrays import Array

from .kinds import Fact

INFLUENCE = ("fbic_index", "share")
"""Who leads is asked of the first of these that a run records: the index as it is published, or the share of influence."""


def right(fact: Fact, result: Any) -> Array:
    """[run] whether the fact holds. `result` is what `simulate` returns, or anything with its `data` and `ledger`."""
    return READERS[fact.kind](fact, result)


def window(fact: Fact, result: Any, name: str, **where: Any) -> Array:
    """[run, quarter, ...] a variable in the quarters of a fact."""
    cut = result.data[name].sel(quarter=slice(quarter_name(fact.first), quarter_name(fact.last)), **where)
    rest = [d for d in cut.dims if d not in ("run", "quarter")]
    return np.asarray(cut.transpose("run", "quarter", *rest).values)


def throughout(fact: Fact, holds: Array) -> Array:
    """[run] whether a state [run, quarter] holds in all quarters, or in none if the answer is no."""
    return np.asarray(holds.all(axis=1) if fact.value else ~holds.any(axis=1))


def within(fact: Fact, found: Array) -> Array:
    """[run] whether a number counts as right; what is undefined does not."""
    return np.asarray(np.isfinite(found) & (found >= fact.low) & (found <= fact.high))


def count(fact: Fact, result: Any, kind: str, patron: str, client: str) -> Array:
    """[run] rows of the ledger in the quarters of a fact."""
    rows = result.ledger
    quarter = rows["quarter"].astype(str)
    mask = (rows["kind"] == kind) & (rows["patron"] == patron) & (rows["client"] == client)
    mask &= (quarter >= quarter_name(fact.first)) & (quarter <= quarter_name(fact.last))
    runs = np.asarray(result.data["run"].values)
    return np.bincount(np.searchsorted(runs, rows.loc[mask, "run"].to_numpy()), minlength=len(runs)).astype(np.float64)


def _base(fact: Fact, result: Any) -> Array:
    return throughout(fact, window(fact, result, "base", patron=fact.one("holder"), client=fact.one("host")).astype(bool))


def _concession(fact: Fact, result: Any) -> Array:
    """The ledger has a row for whatever opens or closes; how it stood at the start the fact itself says (`fitting.check`)."""
    runs, quarters = np.asarray(result.data["run"].values), [str(q) for q in result.data["quarter"].values]
    stands = np.full((len(runs), len(quarters)), bool(fact.was))
    rows = result.ledger
    mine = rows[
        (rows["patron"] == fact.one("holder")) & (rows["client"] == fact.one("host"))
        & _kind_of(rows, fact.one("kind")) & rows["kind"].isin(["opened", "closed"])
    ]  # fmt: skip
    number = np.searchsorted(runs, mine["run"].to_numpy())
    for i, quarter, kind in zip(number, mine["quarter"].astype(str), mine["kind"], strict=True):
        stands[i, quarters.index(quarter) :] = kind == "opened"
    first, last = (quarters.index(quarter_name(q)) for q in (fact.first, fact.last))
    return throughout(fact, stands[:, first : last + 1])


def _kind_of(rows: Any, kind: str) -> Any:
    """[row] whether a row of the ledger is about a kind of concession."""
    return rows["concession"] == kind


def _member(fact: Fact, result: Any) -> Array:
    return throughout(fact, window(fact, result, "member", bloc=fact.one("bloc"), client=fact.one("state")).astype(bool))


def _leads(fact: Fact, result: Any) -> Array:
    name = next(n for n in INFLUENCE if n in result.data)
    mine = window(fact, result, name, patron=fact.one("patron"), client=fact.one("in"))
    others = window(fact, result, name, patron=list(fact.actors["over"]), client=fact.one("in"))
    return throughout(fact, mine > others.max(axis=2))


def _overthrow(fact: Fact, result: Any) -> Array:
    fell = window(fact, result, "overthrow", client=list(fact.actors["of"]))
    return within(fact, fell.sum(axis=(1, 2), dtype=np.float64))


def _campaign(fact: Fact, result: Any) -> Array:
    return within(fact, count(fact, result, "campaign", fact.one("by"), fact.one("against")))


def _renewal(fact: Fact, result: Any) -> Array:
    return within(fact, count(fact, result, "renewed", fact.one("holder"), fact.one("host")))


def mean_rent(fact: Fact, result: Any) -> Array:
    """[run] the rent (MUSD a year) over the quarters in which the base stands; NaN where it never does."""
    where = {"patron": fact.one("holder"), "client": fact.one("host")}
    stands = window(fact, result, "base", **where).astype(bool)
    total = np.where(stands, window(fact, result, "rent", **where), 0.0).sum(axis=1, dtype=np.float64)
    return np.where(stands.any(axis=1), total / np.maximum(stands.sum(axis=1), 1), np.nan)


def _rent(fact: Fact, result: Any) -> Array:
    return within(fact, mean_rent(fact, result))


def _given(fact: Fact, result: Any) -> Array:
    cut = window(fact, result, "delivered", patron=fact.one("by"), client=fact.one("to"), instrument=fact.one("what"))
    return within(fact, cut.sum(axis=1, dtype=np.float64))


READERS: dict[str, Callable[[Fact, Any], Array]] = {
    "base": _base, "concession": _concession, "member": _member, "leads": _leads, "overthrow": _overthrow,
    "campaign": _campaign, "renewal": _renewal, "rent": _rent, "given": _given,
}  # fmt: skip
