"""How many runs of an ensemble came to what: bars over equal parts of a scale, and the same as rows and in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from patronage.telling.charts.base import GRID, INK, MUTED, Option, inert, number, start, value_axis
from patronage.world.arrays import Array

PARTS = 20
"""Of a share, from 0 to 100 %."""
OUTCOME_PARTS = 12
"""Of an outcome, between its smallest and its largest value."""


@dataclass(frozen=True)
class SpreadOfRuns:
    """Runs by what they came to."""

    title: str
    unit: str
    names: tuple[str, ...]
    """Of the parts, in order."""
    counts: tuple[int, ...]
    here: int = -1
    """The part in which the run on the page is; -1 where it has not come to it."""

    @property
    def runs(self) -> int:
        """All that are counted."""
        return sum(self.counts)

    @property
    def filled(self) -> range:
        """Parts of a table: those without runs at either end are left out."""
        found = [k for k, n in enumerate(self.counts) if n] or [0]
        return range(found[0], found[-1] + 1)

    def rows(self) -> list[tuple[str, str, str]]:
        """Of a table: part, runs, share of runs."""
        out = []
        for k in self.filled:
            mark = " (this run)" if k == self.here else ""
            out.append((self.names[k] + mark, str(self.counts[k]), f"{number(100 * self.counts[k] / max(1, self.runs), 1)} %"))
        return out

    def words(self) -> str:
        """The fullest part, and where the run on the page is."""
        if not self.runs:
            return "No run has come to it."
        most = int(np.argmax(self.counts))
        fullest = f"Most often {self.names[most]}{self.unit}: {self.counts[most]} of {self.runs} runs"
        if self.here < 0:
            return f"{fullest}."
        return f"{fullest}; this run is among the {self.counts[self.here]} at {self.names[self.here]}{self.unit}."


def parts_of(shares: Array) -> Array:
    """[PARTS, P, C] how many of the runs, [runs, P, C], have a share in each part of the scale."""
    _, patrons, clients = shares.shape
    part = np.clip((PARTS * shares).astype(np.int64), 0, PARTS - 1)
    pair = np.arange(patrons * clients).reshape(patrons, clients)
    found = np.bincount((part + PARTS * pair).ravel(), minlength=PARTS * patrons * clients)
    return found.reshape(patrons, clients, PARTS).transpose(2, 0, 1)


def of_share(title: str, counts: Array, here: float) -> SpreadOfRuns:
    """A share of influence: `counts` [PARTS] as `parts_of` gives them, `here` that of the run on the page, 0 to 1."""
    wide = 100 // PARTS
    names = tuple(f"{wide * k}–{wide * (k + 1)}" for k in range(PARTS))
    return SpreadOfRuns(title, " %", names, tuple(int(n) for n in counts), min(PARTS - 1, int(PARTS * here)))


def of_outcome(title: str, unit: str, values: Array, here: float, *, truth: bool) -> SpreadOfRuns:
    """An outcome: `values` [runs], those that are no numbers left out; `here` of the run on the page, or no number."""
    known = values[np.isfinite(values)]
    if truth:
        yes = int((known > 0).sum())
        return SpreadOfRuns(title, "", ("no", "yes"), (len(known) - yes, yes), int(here > 0) if np.isfinite(here) else -1)
    if not len(known):
        return SpreadOfRuns(title, unit, ("",), (0,))
    edges = np.histogram_bin_edges(np.append(known, here) if np.isfinite(here) else known, OUTCOME_PARTS)
    counts, _ = np.histogram(known, edges)
    place = int(np.clip(np.searchsorted(edges, here, "right") - 1, 0, OUTCOME_PARTS - 1)) if np.isfinite(here) else -1
    names = tuple(f"{a:.3g}–{b:.3g}" for a, b in pairwise(edges))
    return SpreadOfRuns(title, f" {unit}" if unit else "", names, tuple(int(n) for n in counts), place)


def histogram(spread: SpreadOfRuns, colour: str = MUTED, question: str = "") -> Option:
    """A bar a part; that of the run on the page is outlined. `question`: what a bar asks, before the number of its part."""
    bars = [
        {
            "value": n, "name": name,
            "itemStyle": {"color": colour, "opacity": 0.85, "borderColor": INK, "borderWidth": 2 if k == spread.here else 0},
            "tooltip": {"formatter": f"{inert(name)}{inert(spread.unit)}: {n} of {spread.runs} runs"},
            **({"ask": f"{question} {k}"} if question else {}),
        }
        for k, (name, n) in enumerate(zip(spread.names, spread.counts, strict=True))
    ]  # fmt: skip
    option = start(
        grid={"left": 6, "right": 14, "top": 14, "bottom": 6, "containLabel": True},
        xAxis={
            "type": "category", "data": list(spread.names), "axisTick": {"show": False}, "axisLine": {"lineStyle": {"color": GRID}},
            "axisLabel": {"color": MUTED, "fontSize": 10.5, "hideOverlap": True},
        },
        yAxis=value_axis(min=0, minInterval=1),
        series=[{"type": "bar", "name": spread.title, "id": "runs", "data": bars, "barCategoryGap": "8%"}],
    )  # fmt: skip
    option["tooltip"]["trigger"] = "item"
    return option
