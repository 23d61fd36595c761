"""What a report rests on: sourced and assumed figures, and what was written into the scenario as events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from patronage.results.comparison import fired
from patronage.results.ensemble import Statistics
from patronage.scenario.entities import is_assumed

SCRIPTED = ("event", "demand")
"""Causes in the ledger that are acts of the scenario, not choices of the model."""
SCRIPTED_KINDS = ("transfer", "forgiven")


@dataclass(frozen=True)
class Provenance:
    """Counts of figures by standing, and how much of what happened was written into the scenario."""

    sourced: int
    assumed: int
    defaults: int
    """Rules and starting values that the scenario leaves at the model's defaults."""
    without_range: int
    """Assumed figures that state no range, so that nothing can be said about their reach."""
    events: pd.DataFrame
    """event, trigger, fired (share of runs), quarter (median), label, note."""
    origins: pd.DataFrame
    """kind, scripted, produced: ledger rows per run that events made and that the mechanisms made."""


def provenance_of(s: Statistics) -> Provenance:
    """Count what stands behind an ensemble."""
    figures = s.scenario.figures().values()
    written = [f for f in figures if f.origin != "default"]
    assumed = [f for f in written if is_assumed(f.source)]
    return Provenance(
        sourced=len(written) - len(assumed),
        assumed=len(assumed),
        defaults=len(figures) - len(written),
        without_range=sum(f.range is None for f in assumed),
        events=_events(s),
        origins=_origins(s),
    )


def _events(s: Statistics) -> pd.DataFrame:
    happened = fired(s)
    rows = [(e.name, _trigger(e.trigger), *happened.get(e.name, (0.0, "")), e.label, e.note) for e in s.scenario.events]
    return pd.DataFrame(rows, columns=["event", "trigger", "fired", "quarter", "label", "note"])


def _trigger(trigger: Any) -> str:
    return {"Dated": "dated", "Conditional": "conditional", "Hazard": "random"}.get(type(trigger).__name__, "")


def _origins(s: Statistics) -> pd.DataFrame:
    ledger = s.ledger[["kind", "cause"]].astype(str)
    scripted = ledger["cause"].isin(SCRIPTED) | ledger["kind"].isin(SCRIPTED_KINDS)
    table = pd.DataFrame({"kind": ledger["kind"], "scripted": scripted, "produced": ~scripted})
    counts = table.groupby("kind", sort=True)[["scripted", "produced"]].sum() / s.runs
    return counts.reset_index()
