"""Going on with a sweep: what may be added to it, and what must not be mixed with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import stats

from ..batch.identity import changed
from ..batch.plans import Stage, SweepPlan
from ..batch.sweepstore import OtherSweepError, SweepStore
from ..results.ensemble import proportion_interval
from .experiment import Experiment

FIXED = {
    "lhs": "a Latin hypercube divides every range into as many parts as it has points, so that more points make another one",
    "morris": "the trajectories of a Morris design are drawn together, so that more of them are others",
}
"""Why a design cannot be extended by points."""


class ExtensionError(OtherSweepError):
    """A sweep cannot be extended that way."""


def gone_on(
    experiment: Experiment,
    store: SweepStore,
    plan: SweepPlan,
    points: pd.DataFrame,
    identity: Mapping[str, Any],
    extend: Mapping[str, int | None],
) -> tuple[Experiment, SweepPlan, pd.DataFrame]:
    """The experiment at the size the folder has, its plan and points, with what `extend` adds.

    Raises ExtensionError if the folder holds a smaller sweep and no extension was asked for, or one that cannot be had.
    """
    replications = _replications(plan)
    if experiment.replications > replications and "replications" not in extend:
        raise ExtensionError(
            f"{store.folder} has {replications} replications and the experiment {experiment.replications}: "
            f"add --extend replications={experiment.replications}, or choose another folder"
        )
    wanted = max(replications, extend.get("replications") or 0)
    if "points" in extend:
        experiment, points, plan = _more_points(experiment, store, plan, points, extend["points"], identity)
    elif experiment.design.kind == "sobol":
        experiment = _sobol_of_size(experiment, store, points)
    if wanted > replications:
        have = plan.counts()
        cells = tuple((p, have[p], wanted) for p in range(len(points)) if have[p] < wanted)
        plan = replace(plan, stages=(*plan.stages, Stage(cells, f"replications={wanted}")))
        store.write_plan(plan)
    return _sized(experiment, wanted), plan, points


def check_identity(
    experiment: Experiment, store: SweepStore, plan: SweepPlan, ours: Mapping[str, Any], extend: Mapping[str, int | None]
) -> None:
    """Refuse to go on with another sweep. OtherSweepError says in what they differ."""
    more_points = "points" in extend and experiment.design.kind in ("grid", "list")
    but, held = ("design",) if more_points else (), plan.identity
    changes = {
        "scenario": "its scenario is another one",
        "experiment": "its factors, outcomes, record or seed are others",
        "design": "its points are chosen otherwise (kind of design, ranges, values)",
    }
    wrong = [text for key, text in changes.items() if key not in but and held.get(key) != ours[key]]
    if "its scenario is another one" in wrong:
        wrong = wrong[:1]
    differ = changed(held.get("versions", {}), ours["versions"])
    wrong += [f"it was simulated with {name} {then}, and this is {now}" for name, then, now in differ]
    if wrong:
        raise OtherSweepError(
            f"{store.folder} holds another sweep: {'; '.join(wrong)}. Results are not mixed: choose another folder"
        )


def _replications(plan: SweepPlan) -> int:
    """Replications that all points were to have."""
    return max(
        [stage.cells[0][2] for stage in plan.stages if stage.cells and not stage.why.startswith(PRECISION)], default=0
    )


def _sized(experiment: Experiment, replications: int) -> Experiment:
    return replace(experiment, replications=replications)


def _sobol_of_size(experiment: Experiment, store: SweepStore, points: pd.DataFrame) -> Experiment:
    """A Sobol sweep may have been extended since its file was written."""
    base = len(points) // experiment.design.block(len(experiment.factors))
    if experiment.design.points > base:
        raise ExtensionError(
            f"{store.folder} has {base} base points and the experiment {experiment.design.points}: "
            f"add --extend points={experiment.design.points}, or choose another folder"
        )
    return replace(experiment, design=replace(experiment.design, points=base))


def _more_points(
    experiment: Experiment,
    store: SweepStore,
    plan: SweepPlan,
    points: pd.DataFrame,
    wanted: int | None,
    identity: Mapping[str, Any],
) -> tuple[Experiment, pd.DataFrame, SweepPlan]:
    design = experiment.design
    if design.kind in FIXED:
        raise ExtensionError(f"a {design.kind} design cannot be extended by points: {FIXED[design.kind]}")
    if design.kind == "sobol":
        if wanted is None:
            raise ExtensionError("say how many base points: --extend points=1024")
        base = len(points) // design.block(len(experiment.factors))
        if wanted & (wanted - 1) or wanted < base:
            raise ExtensionError(f"{wanted} is no power of 2 from {base} on")
        experiment = replace(experiment, design=replace(design, points=wanted))
        table = experiment.design.table(experiment.factors)
        if not table.iloc[: len(points)].equals(points.set_axis(table.index[: len(points)])):
            raise ExtensionError("the installed SALib draws other points than the sweep has")
    else:
        if wanted is not None:
            raise ExtensionError(f"a {design.kind} takes its points from the file: write --extend points")
        table = _joined(points, experiment.design.table(experiment.factors))
    if len(table) > len(points):
        added = tuple((p, 0, _replications(plan)) for p in range(len(points), len(table)))
        changed = {**plan.identity, "design": identity["design"]}
        values = store.write_points(table)  # a longer list of points changes nothing until the plan wants them
        plan = SweepPlan(changed, (*plan.stages, Stage(added, "points")), plan.per_chunk, values)
        store.write_plan(plan)
    return experiment, table, plan


def _joined(held: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The points of the folder, then those of the file that are new."""
    known = {tuple(row) for row in held.itertuples(index=False)}
    rows = [tuple(row) for row in asked.itertuples(index=False)]
    lost = len(known - set(rows))
    if lost:
        raise ExtensionError(f"{lost} points of the sweep are not among those of the file any more")
    new = [i for i, row in enumerate(rows) if row not in known]
    joined = pd.concat([held, asked.iloc[new]], ignore_index=True)
    joined.index.name = "point"
    return joined


PRECISION = "precision"


def wanted_replications(experiment: Experiment, store: SweepStore, plan: SweepPlan) -> Stage | None:
    """Runs to add so that the outcome named under `precision` is known as well as asked; None if it is.

    It follows from the finished runs alone, so that it is the same on any day and with any workers.
    """
    rule = experiment.precision
    if rule is None:
        return None
    tables = [pq.read_table(p, columns=["point", "run", rule.outcome]) for p in store.parts("outcomes")]
    if not tables:
        return None
    frame = pa.concat_tables(tables).to_pandas().sort_values(["point", "run"])
    counts = plan.counts()
    cells = []
    for point, values in frame.groupby("point")[rule.outcome]:
        have = counts[int(point)]
        wide = half_width(values.to_numpy())
        if wide > rule.ci and have < rule.most:
            guess = math.ceil(have * (wide / rule.ci) ** 2) if math.isfinite(wide) else 2 * have
            cells.append((int(point), have, min(rule.most, max(have + 1, min(guess, 2 * have)))))
    return Stage(tuple(cells), f"{PRECISION} of {rule.outcome}") if cells else None


def half_width(values: npt.NDArray[Any]) -> float:
    """Half of the width of the 95 % interval of a mean: Wilson's of a share, Student's of anything else.

    Over the runs that have a value; infinite where none has.
    """
    values = values[np.isfinite(values)]
    n = len(values)
    if not n:
        return math.inf
    if np.isin(values, (0.0, 1.0)).all():  # all runs alike do not make a share certain
        _, low, high = proportion_interval(int(values.sum()), n)
        return (high - low) / 2
    if n < 2:
        return math.inf
    return float(stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / math.sqrt(n))
