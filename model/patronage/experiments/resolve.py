"""The resolved experiment: everything spelt out, to lie beside its results and to be read again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..scenario.quarters import quarter_name
from ..scenario.resolve import as_yaml

if TYPE_CHECKING:
    from .experiment import Experiment
    from .factors import Factor

SCENARIO = "scenario.yaml"
"""Where the base scenario stands, beside the resolved experiment."""


def scenario_file(number: int) -> str:
    """The file of one of several scenarios, counted from 0."""
    return f"scenario-{number + 1}.yaml" if number else SCENARIO


def as_mapping(experiment: Experiment) -> dict[str, object]:
    """Plain mappings, lists, numbers and texts in the order of the format."""
    e = experiment
    out: dict[str, Any] = {"title": e.title, "question": e.question, "notes": e.notes, "scenario": SCENARIO}
    if e.scenarios:
        out["scenario"] = {name: scenario_file(i) for i, name in enumerate(e.scenarios)}
    for role, factors in (("levers", e.levers), ("theories", e.theories), ("uncertainties", e.uncertainties)):
        out[role] = {f.name: factor_mapping(f) for f in factors}
    design: dict[str, Any] = {"kind": e.design.kind, **e.design.sizes}
    if e.design.kind == "sobol":
        design["second_order"] = "yes" if e.design.second_order else "no"
    if e.design.crossed:
        design["crossed"] = "yes"
    if e.design.correlations:
        design["correlations"] = [list(one) for one in e.design.correlations]
    if e.design.kind not in ("grid", "list"):
        design["seed"] = e.design.seed
    out["design"] = design
    out |= {"replications": e.replications, "seed": e.seed, "outcomes": [o.name for o in e.outcomes]}
    out["series"] = {s.name: s.text for s in e.series}
    out["record"] = e.record
    if e.precision is not None:
        out["precision"] = {
            "outcome": e.precision.outcome,
            "ci": e.precision.ci,
            "max_replications": e.precision.most,
        }
    out["analysis"] = list(e.analysis)
    return {k: v for k, v in out.items() if v not in ("", {}, [])}


def factor_mapping(factor: Factor) -> dict[str, Any]:
    """The block that gives a factor."""
    out: dict[str, Any] = {"path": factor.path}
    if factor.choices:
        out = {"choices": {name: dict(pairs) for name, pairs in factor.choices}}
    elif factor.kind == "choice":
        out["values"] = [factor.written(v) for v in factor.values]
    elif factor.distribution is not None:
        out |= {"distribution": factor.distribution.name, **dict(factor.distribution.parameters)}
        ends = (factor.distribution.low, factor.distribution.high)
        if all(map(math.isfinite, ends)):
            out["range"] = list(ends)
    elif factor.sort == "date":
        out["range"] = [quarter_name(round(4 * end)) for end in (factor.low, factor.high)]
    else:
        out["range"] = [factor.low, factor.high]
    if factor.levels is not None:
        out["levels"] = factor.levels
    if factor.label:
        out["label"] = factor.label
    return out


def as_text(experiment: Experiment) -> str:
    """The experiment as YAML."""
    return as_yaml(experiment.plain)
