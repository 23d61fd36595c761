"""How fragile a pattern is: the share of draws of all assumptions at once in which it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from patronage.batch.executors import executor
from patronage.batch.folders import FolderError
from patronage.batch.manifests import read_json
from patronage.results.ensemble import proportion_interval
from patronage.world.arrays import Array

from .central_asia import BY_NUMBER, PATTERNS
from .central_asia_statistics import Columns, read
from .draws import Draws
from .ensembles import ENSEMBLES
from .observed import simulate_observed
from .pattern import Pattern
from .shipped import Origin, read_table

FRAGILE = 0.25
"""Share of draws below which a pattern is called fragile."""
BATCH = 800
"""Runs that are simulated at once; their draws are kept in one file."""
MANIFEST = "draws.json"
SAMPLE = 3
"""Draws of which every value comes with the package, so that a test can recompute them."""


def shares() -> dict[int, float]:
    """Share of draws in which each pattern holds, from the shipped table."""
    table = read_table("fragility")
    if table is None:
        return {}
    whole = table.rows[table.rows["claim"] == "all"]
    return {int(n): float(share) for n, share in zip(whole["pattern"], whole["share"], strict=True)}


def needed(patterns: Sequence[Pattern] = PATTERNS) -> tuple[str, ...]:
    """Ensembles that claims with a criterion read."""
    return tuple(dict.fromkeys(e for p in patterns for claim in p.judged for e in claim.ensembles))


def columns_of(
    draws: Draws, members: range, runs: int, seed: int, patterns: Sequence[Pattern] = PATTERNS,
    tick: Callable[[int], None] | None = None,
) -> dict[str, Columns]:  # fmt: skip
    """Columns [draw, run] of every ensemble at some draws. Draw d has replications d·runs to (d + 1)·runs."""
    out: dict[str, Columns] = {}
    for name in needed(patterns):
        ensemble = ENSEMBLES[name]
        scenarios = draws.variants(ensemble, members)
        variants = [s for s in scenarios for _ in range(runs)]
        found = simulate_observed(
            scenarios[0], len(variants), seed, first=members[0] * runs, until=ensemble.last, variants=variants,
            progress=tick,
        )  # fmt: skip
        out[name] = {k: v.reshape(len(members), runs) for k, v in read(found).items()}
    return out


def evaluate(data: Mapping[str, Columns], members: range, patterns: Sequence[Pattern] = PATTERNS) -> pd.DataFrame:
    """A row a draw and claim: the value, and whether it lies in the band."""
    rows = []
    for p in patterns:
        for claim in p.judged:
            values: Array = np.asarray(claim.statistic(*claim.read(data)), dtype=np.float64)
            inside = claim.inside(values)
            rows += [
                {"draw": d, "pattern": p.number, "claim": claim.name, "value": v, "holds": bool(i)}
                for d, v, i in zip(members, values, inside, strict=True)
            ]
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class FragilityPlan:
    """Draws of all assumptions, simulated group by group into a folder."""

    draws: int
    runs: int
    """Runs a draw."""
    seed: int

    @property
    def together(self) -> int:
        """Draws in a group."""
        return max(1, BATCH // self.runs)

    @property
    def groups(self) -> int:
        return -(-self.draws // self.together)

    def group(self, number: int, tick: Callable[[int], None] | None = None) -> pd.DataFrame:
        """Values of all claims at the draws of a group."""
        members = range(number * self.together, min((number + 1) * self.together, self.draws))
        return self.some(members, tick=tick)

    def some(
        self, members: range, patterns: Sequence[Pattern] = PATTERNS, tick: Callable[[int], None] | None = None
    ) -> pd.DataFrame:
        """Values of the claims at some draws; they do not depend on which others are simulated."""
        draws = Draws.make(self.draws, self.seed)
        return evaluate(columns_of(draws, members, self.runs, self.seed, patterns, tick), members, patterns)

    @property
    def size(self) -> int:
        """Run-quarters of a whole group."""
        return self.together * self.runs * sum(ENSEMBLES[name].quarters for name in needed())


class OtherDrawsError(ValueError):
    """A folder holds draws of another plan or state of the model."""


def begin(folder: Path, made: Origin) -> None:
    """Open a folder for draws, or go on with one. Raises OtherDrawsError."""
    manifest = folder / MANIFEST
    if manifest.is_file():
        try:
            same = Origin(**read_json(manifest)) == made
        except (FolderError, TypeError):  # somebody else's, or nobody's
            same = False
        if not same:
            raise OtherDrawsError(
                f"{folder} holds draws of another plan or another state of the model: choose another folder"
            )
        return
    if folder.exists() and any(folder.iterdir()):
        raise OtherDrawsError(f"{folder} exists and holds no draws: choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    made.write(manifest)


def part_name(number: int) -> str:
    """File of a group of draws."""
    return f"group-{number:03d}.csv"


def _part(folder: Path, number: int) -> Path:
    return folder / part_name(number)


def _compute(plan: FragilityPlan, folder: Path, number: int, tick: Callable[[int], None] | None = None) -> int:
    """A group, written whole or not at all."""
    rows = plan.group(number, tick)
    waiting = _part(folder, number).with_suffix(".partial")
    rows.to_csv(waiting, index=False, lineterminator="\n")
    waiting.replace(_part(folder, number))
    return number


def compute(
    plan: FragilityPlan, folder: Path, *, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Simulate what is missing in a folder that `begin` has opened; then all rows, a row a draw and claim."""
    missing = [g for g in range(plan.groups) if not _part(folder, g).is_file()]
    total, done = plan.groups * plan.size, (plan.groups - len(missing)) * plan.size

    def advance(step: int) -> None:
        nonlocal done
        done += step
        if progress is not None:
            progress(min(done, total - 1), total)

    if workers <= 1 or len(missing) <= 1:
        for g in missing:
            _compute(plan, folder, g, advance)
    else:
        _in_processes(plan, folder, missing, workers, advance)
    return pd.concat(_parts(plan, folder), ignore_index=True)


def _in_processes(
    plan: FragilityPlan, folder: Path, missing: Sequence[int], workers: int, advance: Callable[[int], None]
) -> None:
    with executor(min(workers, len(missing))) as doer:
        for future in as_completed([doer.submit(_compute, plan, folder, g) for g in missing]):
            future.result()
            advance(plan.size)


def _parts(plan: FragilityPlan, folder: Path) -> Iterator[pd.DataFrame]:
    for g in range(plan.groups):
        yield pd.read_csv(_part(folder, g))


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of draws in which each claim, and all that is asked of each draw, holds, with its Wilson interval.

    What is asked of the whole of the ranges only counts for its own claim.
    """
    out = []
    for p in PATTERNS:
        mine = rows[rows["pattern"] == p.number]
        asked = [claim.name for claim in p.judged if claim.each_draw]
        whole = mine[mine["claim"].isin(asked)].groupby("draw")["holds"].all()
        for name, held in (
            ("all", whole),
            *((claim.name, mine.loc[mine["claim"] == claim.name, "holds"]) for claim in p.judged),
        ):
            share, low, high = proportion_interval(int(held.sum()), len(held))
            values = mine.loc[mine["claim"] == name, "value"].replace([np.inf, -np.inf], np.nan)
            out.append(
                {
                    "pattern": p.number, "claim": name, "draws": len(held), "share": share, "low": low, "high": high,
                    "p05": values.quantile(0.05), "p50": values.quantile(0.5), "p95": values.quantile(0.95),
                }
            )  # fmt: skip
    return pd.DataFrame(out)


def text(table: pd.DataFrame, origin: Origin) -> str:
    """The shares, as text."""
    head = f"Share of {origin.draws} draws of all ranges at once in which each pattern holds"
    out = [f"{head} ({origin.runs} runs a draw, seed {origin.seed}).", ""]
    for row in table.itertuples():
        p = BY_NUMBER[int(row.pattern)]
        share = f"{row.share * 100:3.0f} % [{row.low * 100:.0f}, {row.high * 100:.0f}]"
        if row.claim == "all":
            label = "fragile" if row.share < FRAGILE else ""
            out.append(f"{p.number:>2}  {p.title:<54} {share:<16} {label}".rstrip())
        elif len(p.judged) > 1:
            claim = p.claim(str(row.claim))
            spread = ", ".join(claim.written(float(v), unit=False) for v in (row.p05, row.p50, row.p95))
            out.append(f"      {row.claim}: {share.strip()}; 5, 50, 95 % of draws: {spread}")
    return "\n".join(out)
