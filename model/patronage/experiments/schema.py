"""What an experiment file may contain, and the JSON Schema of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..scenario.structure import REDUCTIONS
from ..scenario.vocabulary import MEASURES
from .designs import KINDS
from .experiment import RECORDS

TOP = {
    "title": "what it is about, in a line",
    "question": "the question it asks",
    "notes": "anything else a reader should know",
    "scenario": "what is varied: a built-in, or a file beside this one; a list of them or name: scenario, a factor itself",
    "set": "path: value, for what is fixed otherwise than in the scenario",
    "levers": "what somebody may choose",
    "theories": "rules that stand for rival theories, by name",
    "uncertainties": "what is not known",
    "design": "which points are simulated",
    "replications": "runs of every point, with the same luck for all points",
    "seed": "names the luck",
    "outcomes": "what is read off every run; names of the scenario's outcomes, or a block of them",
    "series": "name: expression, kept for every quarter",
    "record": "what is kept of every run besides",
    "precision": "replications are added until an outcome is known that well",
    "analysis": "what patronage analyse does unless told otherwise",
}
"""Keys of the file, in their order, with what they say."""
REQUIRED = ("title", "scenario", "design")
FACTOR = {
    "path": "where the scenario holds it, as --set addresses it",
    "values": "the values it may take, each as likely as the others",
    "choices": "in place of a path: name: {path: value, ...}, bundles of which one is taken",
    "range": "[low, high]; where it is left out, the range beside the figure",
    "unit": "unit of the numbers here",
    "distribution": "how likely the values of the range are",
    "mean": "of a normal or lognormal distribution",
    "sd": "of a normal or lognormal distribution",
    "mode": "of a triangular distribution",
    "levels": "how many values of the range a grid takes",
    "label": "the factor in words, as reports say it",
    "note": "why it is here",
    "source": "where the range comes from",
}
DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "uniform": (),
    "log_uniform": (),
    "triangular": ("mode",),
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
}
"""Distributions and the numbers each needs besides, or instead of, the range."""
DESIGN: dict[str, dict[str, str]] = {
    "grid": {"levels": "values of each range (default 5)"},
    "list": {},
    "lhs": {
        "points": "points",
        "crossed": "yes: that many futures of the uncertainties, each with every setting of the levers",
        "levels": "crossed: values of a lever with a range (default 5)",
        "correlations": "rank correlations of uncertainties: [[one, other, 0.6], …]",
        "seed": "of the sample",
    },
    "sobol": {
        "points": "base points, a power of 2; each makes factors + 2 points",
        "second_order": "yes: 2·factors + 2 points, for indices of pairs",
        "seed": "of the sample",
    },
    "morris": {"trajectories": "each of factors + 1 points", "levels": "an even number (default 4)", "seed": "of it"},
}
"""Keys of a design by its kind."""
OUTCOME = ("measure", "at", "from", "to", "reduce", "label", "answers", "given", "smallest")
PRECISION = {
    "outcome": "whose mean is to be known",
    "ci": "half of the width of its 95 % interval, in the outcome's own unit",
    "max_replications": "no point gets more",
}


NUMBER: dict[str, Any] = {"type": ["number", "string"]}
"""A number, which may have its unit behind it."""
TEXT: dict[str, Any] = {"type": "string"}
DRAFT = "https://json-schema.org/draft/2020-12/schema"
QUARTER: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{4}Q[1-4]$"}


def factor_shape(more: Mapping[str, str] | None = None, shapes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A factor: with a path, or bundles; `more` keys of it, with what they say, and their `shapes`."""
    known: dict[str, Any] = {
        "values": {"type": "array", "minItems": 1, "items": {"type": ["number", "string", "boolean"]}},
        "choices": {"type": "object", "minProperties": 2, "additionalProperties": {"type": "object"}},
        "range": {"type": "array", "minItems": 2, "maxItems": 2, "items": NUMBER},
        "distribution": {"enum": list(DISTRIBUTIONS)},
        "levels": {"type": "integer", "minimum": 2},
        **dict.fromkeys(("mean", "sd", "mode"), NUMBER),
        **(shapes or {}),
    }
    return {"anyOf": [block_shape({**FACTOR, **(more or {})}, known, (what,)) for what in ("path", "choices")]}


def outcomes_shape() -> dict[str, Any]:
    """A list of the scenario's outcomes, or a block of expressions and measures."""
    outcome = block_shape(
        dict.fromkeys(OUTCOME, ""),
        {"at": QUARTER, "from": QUARTER, "to": QUARTER, "reduce": {"enum": list(REDUCTIONS)},
         "answers": {"enum": ["yes", "no"]}, "smallest": NUMBER},
        ("measure",),
    )  # fmt: skip
    named = {"type": "object", "additionalProperties": {"anyOf": [TEXT, outcome, {"type": "null"}]}}
    return {"anyOf": [{"type": "array", "items": TEXT}, named], "description": MEASURED}


MEASURED = f"An expression over measures: {', '.join(MEASURES)}"


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of experiment files; the loader checks more, and says it better."""
    named = {"type": "object", "additionalProperties": factor_shape()}
    whole = {"type": "integer", "minimum": 1}
    design = {
        "oneOf": [
            block_shape({"kind": "how", **keys}, {"kind": {"const": kind}, "second_order": {"enum": ["yes", "no"]},
                    "crossed": {"enum": ["yes", "no"]},
                    "correlations": {"type": "array", "items": {"type": "array", "minItems": 3, "maxItems": 3}},
                    **dict.fromkeys(("points", "trajectories"), whole),
                    "levels": {"type": "integer", "minimum": 2},
                    "seed": {"type": "integer"}},
                   ("kind",))
            for kind, keys in DESIGN.items()
        ]
    }  # fmt: skip
    top = {
        "scenario": {
            "anyOf": [
                TEXT, {"type": "array", "minItems": 2, "items": TEXT},
                {"type": "object", "minProperties": 2, "additionalProperties": TEXT},
            ],
        },
        "set": {"type": "object"},
        "levers": named,
        "theories": named,
        "uncertainties": named,
        "design": design,
        "replications": whole,
        "seed": {"type": "integer", "minimum": 0},
        "outcomes": outcomes_shape(),
        "series": {"type": "object", "additionalProperties": TEXT, "description": MEASURED},
        "record": {"enum": list(RECORDS)},
        "precision": block_shape(PRECISION, {"ci": NUMBER, "max_replications": whole}, ("outcome", "ci")),
        "analysis": {"type": "array"},
    }
    return {
        "$schema": DRAFT,
        "title": "An experiment of patronage",
        **block_shape(TOP, top, REQUIRED),
    }


def block_shape(keys: Mapping[str, str], shapes: Mapping[str, Any], required: Sequence[str]) -> dict[str, Any]:
    """A block of these keys, each with what it says; texts where no other shape is given."""
    properties = {}
    for key, doc in keys.items():
        shape = dict(shapes.get(key, {"type": "string"}))
        if doc:
            shape.setdefault("description", doc)
        properties[key] = shape
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


__all__ = [
    "DESIGN", "DISTRIBUTIONS", "DRAFT", "FACTOR", "KINDS", "NUMBER", "OUTCOME", "PRECISION", "QUARTER", "REQUIRED", "TEXT", "TOP",
    "block_shape", "factor_shape", "json_schema", "outcomes_shape",
]  # fmt: skip
