"""The result as a layer: a scenario file that extends the calibrated one and says only what changed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from patronage.scenario import Scenario
from patronage.scenario.library import builtin_names
from patronage.scenario.resolve import as_yaml

from .posterior import Floats
from .priors import Parameter

BASE = "base.yaml"
"""The scenario as it was, where it is no built-in one: a layer extends a file beside it."""


def rounded(value: float, low: float, high: float) -> float:
    """Four digits, within the bounds."""
    return float(np.clip(float(f"{value:.4g}"), low, high))


def layer(
    scenario: Scenario, name: str, parameters: Sequence[Parameter], quantiles: Floats, last: int, simulations: int, digest: str
) -> str:
    """The text of the layer. `quantiles` [3, parameter]: 5, 50 and 95 % of the posterior."""
    tree: dict[str, Any] = {
        "title": f"{scenario.title}, calibrated on data to {last}",
        "question": scenario.question,
        "notes": (
            f"Written by `patronage calibrate`: values are posterior medians, ranges 90 % intervals, from {simulations} simulations"
            f" compared with what was observed to {last}. Nothing later was used. Identity {digest[:16]}."
        ),
        "extends": extended(name),
    }
    for i, p in enumerate(parameters):
        low, middle, high = (rounded(q, p.low, p.high) for q in quantiles[:, i])
        before = scenario.figure(p.path)
        source = (
            f"calibrated on data to {last} ({simulations} simulations, identity {digest[:16]}); before: {before.value:g},"
            f" range {p.low:g} to {p.high:g}, {before.source or 'no source'}"
        )
        figure = {"value": middle, "unit": before.unit, "source": source, "range": [low, high]}
        _put(tree, written_path(p.path), figure)
    return as_yaml(tree)


def extended(name: str) -> str:
    """What the layer extends: a built-in scenario by name, anything else as the file beside it."""
    return name if name in builtin_names() else BASE


def written_path(path: str) -> str:
    """Where a figure is written: the position of a patron stands among the states."""
    return path.replace("patrons.", "states.", 1) if path.startswith("patrons.") and ".position." in path else path


def _put(tree: dict[str, Any], path: str, figure: dict[str, Any]) -> None:
    *above, key = path.split(".")
    for segment in above:
        tree = tree.setdefault(segment, {})
    tree[key] = figure
