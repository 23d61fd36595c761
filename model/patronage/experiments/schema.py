"""What an experiment file may contain, and the JSON Schema of it."""

from __future__ import annotations

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


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of experiment files; the loader checks more, and says it better."""
    number = {"type": ["number", "string"]}
    text = {"type": "string"}
    shapes: dict[str, Any] = {
        "values": {"type": "array", "minItems": 1, "items": {"type": ["number", "string", "boolean"]}},
        "choices": {"type": "object", "minProperties": 2, "additionalProperties": {"type": "object"}},
        "range": {"type": "array", "minItems": 2, "maxItems": 2, "items": number},
        "distribution": {"enum": list(DISTRIBUTIONS)},
        "levels": {"type": "integer", "minimum": 2},
        **dict.fromkeys(("mean", "sd", "mode"), number),
    }
    factor = {"anyOf": [_block(FACTOR, shapes, (what,)) for what in ("path", "choices")]}
    named = {"type": "object", "additionalProperties": factor}
    quarter = {"type": "string", "pattern": "^[0-9]{4}Q[1-4]$"}
    outcome = _block(
        dict.fromkeys(OUTCOME, ""),
        {"at": quarter, "from": quarter, "to": quarter, "reduce": {"enum": list(REDUCTIONS)},
         "answers": {"enum": ["yes", "no"]}, "smallest": number},
        ("measure",),
    )  # fmt: skip
    whole = {"type": "integer", "minimum": 1}
    design = {
        "oneOf": [
            _block({"kind": "how", **keys}, {"kind": {"const": kind}, "second_order": {"enum": ["yes", "no"]},
                    "crossed": {"enum": ["yes", "no"]},
                    "correlations": {"type": "array", "items": {"type": "array", "minItems": 3, "maxItems": 3}},
                    **dict.fromkeys(("points", "trajectories"), whole),
                    "levels": {"type": "integer", "minimum": 2},
                    "seed": {"type": "integer"}},
                   ("kind",))
            for kind, keys in DESIGN.items()
        ]
    }  # fmt: skip
    measures = f"An expression over measures: {', '.join(MEASURES)}"
    top = {
        "scenario": {
            "anyOf": [
                text, {"type": "array", "minItems": 2, "items": text},
                {"type": "object", "minProperties": 2, "additionalProperties": text},
            ],
        },
        "set": {"type": "object"},
        "levers": named,
        "theories": named,
        "uncertainties": named,
        "design": design,
        "replications": whole,
        "seed": {"type": "integer", "minimum": 0},
        "outcomes": {
            "anyOf": [
                {"type": "array", "items": text},
                {"type": "object", "additionalProperties": {"anyOf": [text, outcome, {"type": "null"}]}},
            ],
            "description": measures,
        },
        "series": {"type": "object", "additionalProperties": text, "description": measures},
        "record": {"enum": list(RECORDS)},
        "precision": _block(PRECISION, {"ci": number, "max_replications": whole}, ("outcome", "ci")),
        "analysis": {"type": "array"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An experiment of patronage",
        **_block(TOP, top, REQUIRED),
    }


def _block(keys: dict[str, str], shapes: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
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
    "DESIGN", "DISTRIBUTIONS", "FACTOR", "KINDS", "OUTCOME", "PRECISION", "REQUIRED", "TOP", "json_schema",
]  # fmt: skip
