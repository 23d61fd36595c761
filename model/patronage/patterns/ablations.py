"""What each mechanism is good for: the patterns measured again with one mechanism off at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from patronage.scenario.catalogue import MECHANISMS

from .central_asia import BY_NUMBER
from .central_asia_statistics import Columns, read
from .claims import Verdict
from .ensembles import ENSEMBLES, Cells, Variant
from .observed import simulate_alike
from .pattern import Pattern
from .verify import judge, run_jobs

WIDTH = 100
BATCH = 800
"""Runs that are simulated at once."""
NONE = "none"
"""Stands for the whole model."""


def mechanisms() -> dict[str, str]:
    """Every mechanism that can be switched off, and what it does."""
    return {entry.path.partition(".")[2]: entry.doc for entry in MECHANISMS}


@dataclass(frozen=True)
class Alike:
    """One ensemble with each mechanism off in turn, in one batch: its columns are as long as all of them together."""

    ensemble: Variant
    runs: int
    seed: int
    cases: tuple[str, ...]

    @property
    def size(self) -> int:
        return self.runs * len(self.cases) * self.ensemble.quarters

    def run(self, progress: Callable[[int], None] | None = None) -> Columns:
        whole = self.ensemble.scenario()
        cells = Cells(whole)
        scenarios = [
            whole if case == NONE else replace(whole, numbers={**whole.numbers, cells.key(f"mechanisms.{case}"): 0.0})
            for case in self.cases
        ]
        step = max(1, BATCH // len(scenarios))
        parts = []
        for at in range(0, self.runs, step):
            count = min(step, self.runs - at)
            found = simulate_alike(scenarios, count, self.seed, self.ensemble.last, start_at=at, progress=progress)
            parts.append({k: v.reshape(len(scenarios), count) for k, v in read(found).items()})
        return {k: np.concatenate([part[k] for part in parts], axis=1).ravel() for k in parts[0]}


def compute(
    patterns: Sequence[Pattern],
    runs: int,
    seed: int,
    *,
    only: Sequence[str] = (),
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """A row a mechanism and claim: value and verdict without it, and with everything; the luck is the same.

    `moved` is the change over the half-width of the interval of the whole model: how many times more than luck.
    """  # fmt: skip
    names = list(dict.fromkeys(e for p in patterns for claim in p.judged for e in claim.ensembles))
    cases = (NONE, *(only or mechanisms()))
    jobs = {name: Alike(ENSEMBLES[name], runs, seed, cases) for name in names}
    return compared(patterns, cases, run_jobs(jobs, workers, progress))


def compared(patterns: Sequence[Pattern], cases: Sequence[str], found: Mapping[str, Columns]) -> pd.DataFrame:
    """The rows of `compute`, from the columns of `Alike` ensembles; the first case is the whole model."""
    data = [
        {name: {k: v.reshape(len(cases), -1)[i] for k, v in columns.items()} for name, columns in found.items()}
        for i in range(len(cases))
    ]
    rows = []
    for p in patterns:
        asked = [claim.name for claim in p.judged]
        whole = {f.claim: f for f in judge(p, data[0], names=asked)}
        for mechanism, without in zip(cases[1:], data[1:], strict=True):
            for f in judge(p, without, names=asked):
                before = whole[f.claim]
                half = max(before.measured.high - before.measured.low, 1e-9) / 2
                change = f.measured.value - before.measured.value
                rows.append(
                    {
                        "mechanism": mechanism, "pattern": p.number, "claim": f.claim, "criterion": f.criterion,
                        "with": before.text, "without": f.text, "value_with": before.measured.value,
                        "value_without": f.measured.value, "moved": abs(change) / half if np.isfinite(change) else np.inf,
                        "verdict_with": before.verdict.value, "verdict_without": f.verdict.value,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def _lies_inside(row: pd.Series, value: str) -> bool:
    claim = BY_NUMBER[int(row["pattern"])].claim(str(row["claim"]))
    return bool(claim.inside(np.asarray(row[value], dtype=np.float64)))


def broken(rows: pd.DataFrame, mechanism: str) -> pd.DataFrame:
    """Claims whose value lies in the band with everything, and that fail without the mechanism."""
    mine = rows[rows["mechanism"] == mechanism]
    inside = [_lies_inside(row, "value_with") for _, row in mine.iterrows()]
    return mine[np.array(inside, dtype=bool) & (mine["verdict_without"] == Verdict.fails.value)]


def mended(rows: pd.DataFrame, mechanism: str) -> pd.DataFrame:
    """Claims that fail with everything, and whose value lies in the band without the mechanism."""
    mine = rows[rows["mechanism"] == mechanism]
    inside = [_lies_inside(row, "value_without") for _, row in mine.iterrows()]
    return mine[np.array(inside, dtype=bool) & (mine["verdict_with"] == Verdict.fails.value)]


def most_moved(rows: pd.DataFrame, mechanism: str, count: int = 3) -> pd.DataFrame:
    """The claims whose numbers move most, beyond luck."""
    mine = rows[(rows["mechanism"] == mechanism) & (rows["moved"] > 1)]
    return mine.sort_values("moved", ascending=False, kind="stable").head(count)


def sentence(row: pd.Series) -> str:
    """One claim with and without a mechanism."""
    return f"{row['pattern']} {row['claim']}: {row['with']} → {row['without']}"


def text(rows: pd.DataFrame, runs: int, seed: int) -> str:
    """The table in words."""
    names = mechanisms()
    out = [f"What breaks without each mechanism ({runs} runs an ensemble, seed {seed}, the same luck).", ""]
    for mechanism in dict.fromkeys(rows["mechanism"]):
        lost, won = broken(rows, mechanism), mended(rows, mechanism)
        numbers = ", ".join(str(n) for n in dict.fromkeys(lost["pattern"])) or "nothing"
        out.append(f"{mechanism} ({names[mechanism]}): breaks {numbers}")
        shown = lost if len(lost) else most_moved(rows, mechanism)
        for label, several in (("", shown), ("mends ", won)):
            out += [
                line
                for _, row in several.iterrows()
                for line in textwrap.wrap(
                    label + sentence(row), WIDTH, initial_indent="    ", subsequent_indent="      "
                )
            ]
    return "\n".join(out)
