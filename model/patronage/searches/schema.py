"""What a search file may contain."""

from __future__ import annotations

from ..experiments.schema import TOP as EXPERIMENT

TOP = {
    **{key: EXPERIMENT[key] for key in ("title", "question", "notes")},
    "scenario": "the scenario in which a package is looked for: a built-in, or a file beside this one",
    "set": EXPERIMENT["set"],
    "until": "the last quarter that is simulated; otherwise the last one that an outcome reads",
    "levers": "what somebody may choose, and what it costs",
    "uncertainties": "what is not known, as in an experiment",
    "futures": "how often the uncertainties are drawn, once for all packages",
    "replications": "runs of every package in every future, with the same luck for all packages",
    "seed": "names the luck, and the draw of the futures",
    "outcomes": EXPERIMENT["outcomes"],
    "spending": "outcomes, in MUSD, that count as cost besides the prices of levers",
    "objectives": "what is wanted",
    "constraints": "what every package must keep",
    "search": "how long it is looked for",
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
