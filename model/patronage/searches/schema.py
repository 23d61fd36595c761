"""What a search file may contain, and the JSON Schema of it."""

from __future__ import annotations

from typing import Any

from ..experiments.schema import DRAFT, NUMBER, QUARTER, TEXT, block_shape, factor_shape, outcomes_shape
from ..experiments.schema import TOP as EXPERIMENT

TOP = {
    **{key: EXPERIMENT[key] for key in ("title", "question", "notes")},
    "scenario": "the scenario in which a package is looked for: a built-in, or a file beside this one",
    "set": EXPERIMENT["set"],
    "until": "the last quarter that is simulated; otherwise the last one that an outcome reads",
    "levers": "what somebody may choose, and what it costs",
    "theories": "rules that stand for rival theories: every combination of them is met in every future of the uncertainties",
    "uncertainties": "what is not known, as in an experiment",
    "futures": "how often the uncertainties are drawn, once for all packages",
    "replications": "runs of every package in every future, each future with its own luck, the same for all packages",
    "seed": "names the luck, and the draw of the futures",
    "outcomes": EXPERIMENT["outcomes"],
    "spending": "outcomes, in MUSD, that count as cost besides the prices of levers",
    "objectives": "what is wanted",
    "constraints": "what every package must keep",
    "search": "how long it is looked for",
    "candidates": "packages near the front, at most, among which a second luck chooses (default 24)",
    "validate": "runs of every candidate with that luck, in all its futures together (default 1000; 0: the front as found)",
    "confirm": "runs with fresh luck for every package of the front, in all its futures together",
}
"""Keys of the file, in their order, with what they say."""
REQUIRED = ("title", "scenario", "levers", "objectives")
LEVER = {
    "price": "MUSD per unit, counted from `free`",
    "free": "the value that costs nothing; otherwise what the scenario says",
    "prices": "MUSD of each of the values",
    "step": "numbers of the range are multiples of it, from the low end",
}
"""Keys of a lever besides those of a factor."""
OBJECTIVE = ("minimise", "maximise", "over", "holds")
CONSTRAINT = ("of", "at_least", "at_most", "over", "holds")
SEARCH = {
    "population": "packages of a generation (default 16)",
    "generations": "generations (default 20)",
    "seed": "of the optimiser; otherwise that of the luck",
}
RESERVED = (
    "package", "future", "run", "number", "generation", "price", "kept", "failed", "regret", "least_regret", "holds", "rerun",
)  # fmt: skip
"""Columns of the tables, which nothing else may be called."""


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of search files; the loader checks more, and says it better."""
    whole, natural = {"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 0}
    numbers = {"type": "array", "minItems": 1, "items": NUMBER}
    lever = factor_shape(LEVER, {"price": NUMBER, "free": NUMBER, "prices": numbers, "step": NUMBER})
    over = {"enum": ["mean", "worst_tenth", "regret"]}
    holds = {"type": "string", "pattern": "^ *(>=|<=|>|<) *[^ ]+ *$"}
    goal = dict.fromkeys(OBJECTIVE, "")
    goals = {"anyOf": [block_shape(goal, {"over": over, "holds": holds}, (what,)) for what in ("minimise", "maximise")]}
    limits = {"over": over, "holds": holds, "at_least": NUMBER, "at_most": NUMBER}
    kept = {"anyOf": [block_shape(dict.fromkeys(CONSTRAINT, ""), limits, ("of", what)) for what in ("at_least", "at_most")]}

    def named(shape: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": shape}

    top = {
        "set": {"type": "object"},
        "until": QUARTER,
        "levers": named(lever) | {"minProperties": 1},
        **dict.fromkeys(("theories", "uncertainties"), named(factor_shape())),
        **dict.fromkeys(("futures", "replications", "candidates"), whole),
        **dict.fromkeys(("seed", "validate", "confirm"), natural),
        "outcomes": outcomes_shape(),
        "spending": {"type": "array", "items": TEXT},
        "objectives": named(goals) | {"minProperties": 1},
        "constraints": named(kept),
        "search": block_shape(SEARCH, dict.fromkeys(SEARCH, natural), ()),
    }
    return {"$schema": DRAFT, "title": "A search of patronage", **block_shape(TOP, top, REQUIRED)}
