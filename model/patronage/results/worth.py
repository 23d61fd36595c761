"""The smallest differences worth telling, by unit.

With equal luck the smallest difference is beyond chance: the interval of one of 10⁻⁶ MUSD may well leave out zero. It is no
finding. Whatever says that two things differ, or that one moves another, asks here how much of it is worth a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from patronage.scenario.conditions import MeasureCall, is_truth
from patronage.scenario.vocabulary import MEASURES

TRUTH = "share of runs"
PURE = "1"
COUNT = "count"
OTHER = ""
"""Kinds of numbers without a unit: shares of runs in which a truth holds, pure numbers, counts, and expressions of any size."""

LEAST: Mapping[str, float] = {
    TRUTH: 0.01,  # one percentage point
    PURE: 0.001,  # of a share of influence, of legitimacy, of a distance: most of them lie between 0 and 1
    COUNT: 0.01,  # deals, bases, members: one in a hundred runs
    "quarter": 0.05,
    "yr": 0.05,
    "1/quarter": 0.0001,  # growth
    "MUSD": 0.1,
    "MUSD/yr": 0.1,
    "MUSD/quarter": 0.025,
}
"""The smallest difference worth telling, in the unit. In anything else it is `PART` of the largest value."""
PART = 0.001
NEARLY = 1 - 1e-9
"""What is as large as the smallest difference but for rounding is worth telling."""
TRUTHFUL = ("last", "first", "any", "all", "min", "max")
"""Reductions that leave a truth a truth."""
COUNTED = frozenset({"bases", "members", "campaigns"})
"""Measures that count something."""


def least(kind: str, size: float = 0.0, stated: float = 0.0) -> float:
    """The smallest difference worth telling of a unit or kind; `size`: the largest value, for units that are not in the table.

    What somebody `stated` for an outcome holds instead (`smallest` of it; 0 where nobody did).
    """
    if stated > 0:
        return stated
    found = LEAST.get(kind.removesuffix("s") if kind.startswith("quarter") else kind)
    return found if found is not None else PART * (abs(size) if np.isfinite(size) else 0.0)


def kind_of(unit: str, measure: str = "", truth: bool = False) -> str:
    """What a number is measured in: its unit, or, without one, whether it is a share of runs, a count or a pure number."""
    if truth:
        return TRUTH
    if unit not in (OTHER, PURE):
        return unit
    return COUNT if measure in COUNTED else PURE if measure or unit == PURE else OTHER


def measured(outcome: Any, values: npt.NDArray[Any]) -> tuple[bool, str, str]:
    """An outcome of a scenario (None: one it does not know): whether it is a truth, its unit, its measure if it is a single one.

    `values` decides whether it is a truth where the expression does not. The unit of a pure number is empty.
    """
    zero_one = bool(values.size) and set(np.unique(values[np.isfinite(values)])) <= {0.0, 1.0}
    if outcome is None:
        return zero_one, "", ""
    node, reduce = outcome.expression, outcome.reduce
    truth = (is_truth(node) and reduce in TRUTHFUL) or (reduce in ("any", "all") and zero_one)
    if reduce == "quarters":
        return truth, "quarters", node.name if isinstance(node, MeasureCall) else ""
    if not isinstance(node, MeasureCall):
        return truth, "", ""
    word = MEASURES[node.name]
    unit = word.unit.removesuffix("/quarter") if reduce == "sum" else word.unit
    return truth, "" if word.truth or unit == PURE else unit, node.name


def stated_of(outcome: Any) -> float:
    """What is stated as the smallest difference of an outcome that matters; 0 of one that says nothing, or that nobody knows."""
    return 0.0 if outcome is None else float(outcome.smallest)


def kind_of_outcome(outcome: Any, values: npt.NDArray[Any]) -> str:
    """What an outcome is measured in; arguments as of `measured`."""
    truth, unit, measure = measured(outcome, values)
    return kind_of(unit, measure, truth)


def tells(mean: Any, low: Any, high: Any, smallest: Any = 0.0) -> npt.NDArray[np.bool_]:
    """Whether a difference is a finding: its interval lies on one side of zero, and it is large enough to care about."""
    return np.asarray(
        ((np.asarray(low) > 0) | (np.asarray(high) < 0)) & (np.abs(mean) >= np.asarray(smallest) * NEARLY)
    )


def small(mean: float, low: float, high: float, smallest: float) -> bool:
    """Whether a difference is known to be too small to care about: told from zero, or held within these bounds altogether."""
    beyond = low > 0 or high < 0
    return bool(abs(mean) < smallest * NEARLY and (beyond or max(abs(low), abs(high)) < smallest))
