"""The JSON Schema of game files."""

from __future__ import annotations

from typing import Any

from ..experiments.schema import DRAFT, NUMBER, QUARTER, TEXT, block_shape
from ..scenario.structure import REDUCTIONS
from .reading import PERIOD, PLAYER, REQUIRED, TERM, TOP


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of game files; the loader checks more, and says it better."""
    whole = {"type": "integer", "minimum": 1}
    value = {"type": ["number", "string", "boolean"]}
    values = {"type": "array", "minItems": 1, "items": value}
    lever = block_shape({"path": "where the scenario holds it", "values": "among what"}, {"values": values}, ("path", "values"))
    quarters = dict.fromkeys(("at", "from", "to"), QUARTER)
    term = block_shape(
        dict.fromkeys(TERM, ""), {**quarters, "weight": NUMBER, "reduce": {"enum": list(REDUCTIONS)}}, ("measure", "weight")
    )
    payoff = {"type": "object", "properties": {"money": NUMBER}, "additionalProperties": term, "minProperties": 1}
    choices = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": value}}
    player = block_shape(PLAYER, {
        "strategies": {"type": "array", "minItems": 1, "items": TEXT},
        "levers": {"type": "object", "additionalProperties": {"anyOf": [values, lever]}},
        "choices": choices,
        "payoff": payoff,
    }, ("payoff",))  # fmt: skip
    top = {
        "set": {"type": "object"},
        "period": block_shape(dict.fromkeys(PERIOD, ""), dict.fromkeys(PERIOD, QUARTER), ()),
        **dict.fromkeys(("runs", "most_runs"), whole),
        "least": NUMBER,
        "seed": {"type": "integer", "minimum": 0},
        "players": {"type": "object", "additionalProperties": player, "minProperties": 2},
    }
    return {"$schema": DRAFT, "title": "A game of patronage", **block_shape(TOP, top, REQUIRED)}
