"""What was found damaged in the folder of a sweep, and what becomes of it: set aside, and made again.

A plan and points are taken from their second copies, chunks are simulated again, final tables are made of the chunks.
Nothing is deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ..batch.folders import MANIFEST, FolderError, state
from ..batch.plans import SweepPlan
from ..batch.sweepstore import PLAN, POINTS, SweepStore, points_in
from .folder import SweepFolder

Notice = Callable[[str], None]
"""Called with a sentence about something that was damaged, and what was done."""


def warn(text: str) -> None:
    """The notice of those who give none."""
    logging.getLogger("patronage").warning(text)


def mended_plan(store: SweepStore, identity: Mapping[str, Any], notice: Notice) -> SweepPlan:
    """The plan, from its second copy where the first is damaged.

    Raises DamagedError where both are, FolderError where the plan is of another version.
    """
    held, copy = store.plans()
    plan, path = store.plan(), store.folder / PLAN
    foreign = held is not None and held.identity != identity and copy is not None and copy.identity == identity
    if held is None or (foreign and copy is not None):
        plan = copy if copy is not None else plan
        _replaced(store, path, f"is {'that of another sweep' if foreign else state(path)}", notice)
    store.write_plan(plan)
    return plan


def mended_points(store: SweepStore, plan: SweepPlan, notice: Notice) -> pd.DataFrame:
    """The points of a plan, in the same way."""
    points, path = store.points(plan), store.folder / POINTS
    first, second = points_in(store.folder, plan), points_in(store.dataset, plan)
    alike = first is not None and second is not None and _same(path, store.dataset / POINTS)
    if first is None or (second is not None and not alike and len(first) == len(second)):
        _replaced(store, path, f"is {state(path)}", notice)
    elif second is None:
        _replaced(store, store.dataset / POINTS, f"is {state(store.dataset / POINTS)}", notice)
    store.write_points(points)
    return points


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def _replaced(store: SweepStore, path: Path, what: str, notice: Notice) -> None:
    put = f"set aside as {store.set_aside(path)}, and " if path.exists() else ""
    notice(f"{path} {what}: {put}taken from its second copy.")


def mend_chunks(store: SweepStore, wrong: Mapping[Path, str], notice: Notice) -> None:
    """Set aside chunks that are not what they should be, so that they are simulated again."""
    for path, why in wrong.items():
        notice(f"{path}: {why}. It was set aside as {store.set_aside(path)}; its runs are simulated again.")


def finished(store: SweepStore, plan: SweepPlan, chunks: int, notice: Notice) -> bool:
    """Whether everything planned is done and written up; what is damaged of it is set aside."""
    path = store.folder / MANIFEST
    if not path.exists():
        return False
    try:
        held = SweepFolder(store.folder)
    except FolderError as error:
        notice(f"{error}. It was set aside as {store.set_aside(path)}, and is made again.")
        return False
    wrong = held.damaged()
    # The points were held against the plan already; where a sweep has grown they are other than its old manifest says.
    for name in (n for n in wrong if n != POINTS):
        table = store.folder / name
        condition = state(table)
        put = f"set aside as {store.set_aside(table)}, and " if table.exists() else ""
        notice(f"{table} is {condition}: {put}made again from the chunks.")
    whole = not wrong and len(store.whole) == chunks and held.manifest.get("runs_planned") == plan.runs
    return whole and not held.uncounted() and not held.changed()


__all__ = ["Notice", "finished", "mend_chunks", "mended_plan", "mended_points", "warn"]
