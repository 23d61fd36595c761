"""Whether every factor moves anything: each is changed alone, with the same luck, and the outcomes compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..batch.chunks import Batch, Task, make_chunk
from ..batch.points import WHICH, Settings
from ..world.plan import signature
from .experiment import Experiment
from .factors import Factor

MOST_THEORIES = 12
"""Combinations of theories by which a factor is tried."""
RUNS = 4
"""Replications of every comparison."""
VALUES = 4
"""Most values of one factor that are compared."""
PLACES = 4
"""Points of the design around which a factor is changed that moves nothing around the scenario itself."""


def unmoved(experiment: Experiment, batch: Batch, settings: Sequence[Settings]) -> list[str]:
    """Names of factors that move no outcome: not around the scenario itself (or any of them), nor around some points of the design."""
    still = _still(experiment, batch, experiment.factors, which_settings(batch))
    if still and settings:
        chosen = np.linspace(0, len(settings) - 1, min(PLACES, len(settings))).astype(int).tolist() + _theories(experiment, settings)
        still = _still(experiment, batch, still, [settings[i] for i in dict.fromkeys(chosen)])
    return [f.name for f in still]


def which_settings(batch: Batch) -> list[Settings]:
    """What chooses each of the scenarios; of a single one, nothing does."""
    return [{WHICH: name} for name, _ in batch.scenarios] or [{}]


def _theories(experiment: Experiment, settings: Sequence[Settings]) -> list[int]:
    """A point of every combination of theories and scenarios, each in another future: what is idle by one may matter by another."""
    rivals = [f for f in experiment.factors if f.role in ("theory", "scenario")]
    paths = [path for f in rivals for path in f.settings(f.values[0])]
    points: dict[tuple[object, ...], list[int]] = {}
    for i, one in enumerate(settings):
        points.setdefault(tuple(one[path] for path in paths), []).append(i)
    return [of[k % len(of)] for k, of in enumerate(points.values())][:MOST_THEORIES] if paths else []


def _still(
    experiment: Experiment, batch: Batch, factors: Sequence[Factor], around: Sequence[Settings]
) -> list[Factor]:
    """Factors whose values make no difference to any run around these points."""
    cells: list[tuple[Factor, int, Settings]] = []
    for factor in factors:
        for place, base in enumerate(around):
            values = factor.ends[:VALUES] if factor.kind == "choice" else factor.ends
            cells += [(factor, place, {**base, **factor.settings(v)}) for v in values]
    found = _outcomes(experiment, batch, [s for _, _, s in cells])
    still = []
    for factor in factors:
        moves = False
        for place in range(len(around)):
            rows = [found[i] for i, (f, p, _) in enumerate(cells) if f is factor and p == place and i in found]
            moves |= any(not one.equals(rows[0]) for one in rows[1:])
        if not moves:
            still.append(factor)
    return still


def _outcomes(experiment: Experiment, batch: Batch, settings: Sequence[Settings]) -> dict[int, pd.DataFrame]:
    """Outcomes by number of the setting; settings that the scenario cannot have are left out."""
    from ..scenario import ScenarioError

    builder = batch.builder
    groups: dict[object, list[int]] = {}
    for i, one in enumerate(settings):
        try:
            groups.setdefault((one.get(WHICH), signature(builder.at(one))), []).append(i)
        except ScenarioError:
            continue
    plain = Batch(batch.scenario, batch.seed, scenarios=batch.scenarios)
    found: dict[int, pd.DataFrame] = {}
    for members in groups.values():
        made = make_chunk(plain, Task(0, tuple((i, 0, RUNS) for i in members), tuple(settings[i] for i in members)))
        if "outcomes" in made.tables:
            frame = pq.read_table(pa.BufferReader(made.tables["outcomes"])).to_pandas()
            found |= {
                int(i): part.drop(columns=["point"]).reset_index(drop=True) for i, part in frame.groupby("point")
            }
    return found
