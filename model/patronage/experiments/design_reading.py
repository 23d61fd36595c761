"""Reading the smaller parts of experiment files: design, precision, analysis."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from ..scenario.figures import brief
from ..scenario.numerals import is_number, meanings, whole, whole_meant
from ..scenario.problems import Place, Problems, nearest, shown
from ..scenario.reading import Node
from .correlations import Correlation, possible
from .designs import KINDS, MOST_POINTS, Design
from .experiment import Experiment, Precision
from .factors import Factor
from .schema import DESIGN, PRECISION

MOST_RUNS = 100_000_000
BEGIN = {"lhs": "points: 500", "sobol": "points: 512", "morris": "trajectories: 40"}


def whole_number(node: Node, key: str, low: int, high: int, problems: Problems, default: int = 0) -> int:
    """A whole number within bounds, or a problem and the default."""
    text = node.text or ""
    number = whole(text)
    if number is None or not low <= number <= high:
        meant = whole_meant(text, low, high) if number is None else None
        hint = f"Allowed: {low} to {high}" if meant is None else f"Write {meant}"
        problems.add(node.place, f"{shown(brief(node))} is no number of {key}", hint)
        return default
    return number


def as_value(node: Node) -> Any:
    """What stands there as plain texts, lists and mappings."""
    if node.entries is not None:
        return {k: as_value(v) for k, v in node.entries.items()}
    return [as_value(n) for n in node.items] if node.items is not None else node.text


def read_design(node: Node | None, factors: tuple[Factor, ...], seed: int, problems: Problems) -> Design | None:
    """The design, or None and problems."""
    if node is None:
        return None
    if node.entries is None or "kind" not in node.entries:
        problems.add(node.place, "the design is a block with a kind", nearest("", KINDS))
        return None
    kind = node.entries["kind"]
    if kind.text is None or kind.text not in KINDS:
        problems.unknown(kind.place, "kind of design", brief(kind), KINDS)
        return None
    before, known = len(problems), DESIGN[kind.text]
    for key in node.entries:
        if key not in ("kind", *known):
            problems.unknown(node.keys[key], f"key of a {kind.text} design", key, ("kind", *known))
    wanted = BEGIN.get(kind.text, "")
    if wanted and wanted.partition(":")[0] not in node.entries:
        problems.add(node.place, f"a {kind.text} design lacks {wanted.partition(':')[0]}", f"For example {wanted}")

    def number(key: str, default: int, low: int, high: int) -> int:
        entry = (node.entries or {}).get(key) if key in known else None
        return default if entry is None else whole_number(entry, key, low, high, problems, default)

    levels = number("levels", 4 if kind.text == "morris" else 5, 2, 1000)
    design = Design(
        kind=kind.text,
        points=number("points", 0, 1, MOST_POINTS),
        trajectories=number("trajectories", 0, 1, MOST_POINTS),
        levels=levels,
        second_order=_yes(node, "second_order", problems),
        crossed=_yes(node, "crossed", problems),
        seed=number("seed", seed, 0, 2**32 - 1),
        correlations=_correlations(node.entries.get("correlations"), factors, problems) if kind.text == "lhs" else (),
    )
    _check_kind(design, node, factors, problems)
    return design if len(problems) == before else None


def _correlations(node: Node | None, factors: tuple[Factor, ...], problems: Problems) -> tuple[Correlation, ...]:
    """Pairs of uncertainties with a range, and how they go together."""
    known = [f.name for f in factors if f.role == "uncertainty" and f.kind != "choice"]
    return () if node is None else read_correlations(node, known, problems, "uncertainty with a range", "uncertainties")


def read_correlations(node: Node, known: Sequence[str], problems: Problems, one_is: str, many: str) -> tuple[Correlation, ...]:
    """Pairs of names among those known, and how they go together; `one_is` and `many` say what they are the names of."""
    found: list[Correlation] = []
    before = len(problems)
    for entry in node.items if node.items is not None else [node]:
        words = [item.text or "" for item in entry.items or ()]
        if len(words) != 3 or not is_number(words[2]) or not -1 < float(words[2]) < 1:
            what = f"{shown(brief(entry))} is no correlation"
            problems.add(entry.place, what, f"Write [[one, other, 0.6]]: two {many} and a number between -1 and 1")
            continue
        one, other, rank = words[0], words[1], float(words[2])
        for name in dict.fromkeys((one, other)):
            if name not in known:
                problems.unknown(entry.place, one_is, name, known)
        if one == other or any({one, other} == {a, b} for a, b, _ in found):
            problems.add(entry.place, f"{one} and {other} {'are the same' if one == other else 'stand there already'}")
        found.append((one, other, rank))
    if len(problems) == before and not possible(known, found):
        problems.add(node.place, "nothing can go together like that", "Make the correlations smaller")
    return tuple(found)


def _yes(design: Node, key: str, problems: Problems) -> bool:
    node = (design.entries or {}).get(key)
    if node is not None and node.text not in ("yes", "no"):
        problems.unknown(node.place, f"word for {key}", brief(node), ("yes", "no"))
    return node is not None and node.text == "yes"


def _check_kind(design: Design, node: Node, factors: tuple[Factor, ...], problems: Problems) -> None:
    entries = node.entries or {}
    if design.crossed:
        there = {f.role for f in factors}
        for roles, what in (({"lever", "theory", "scenario"}, "levers"), ({"uncertainty"}, "uncertainties")):
            if factors and not roles & there:
                problems.add(entries["crossed"].place, f"nothing to cross: the experiment has no {what}")
    if design.kind == "sobol" and design.points & (design.points - 1):
        near = 2 ** max(1, round(math.log2(design.points)))
        problems.add(entries["points"].place, f"{design.points} is no power of 2", f"Sobol points: for example {near}")
    if design.kind == "morris" and (design.levels % 2 or design.levels < 2):
        place = entries["levels"].place if "levels" in entries else node.place
        problems.add(place, f"{design.levels} is no even number of levels", "Write 4 or 6")
    if design.kind == "list":
        lengths = {f.name: len(f.values) for f in factors}
        for name, length in lengths.items():
            if not length:
                problems.add(node.place, f"a list goes through values, and {name} has a range", f"Give {name} values")
        if len(set(lengths.values()) - {0}) > 1:
            text = ", ".join(f"{name} {length}" for name, length in lengths.items())
            problems.add(node.place, f"the lists differ in length: {text}", "Point i takes value i of every factor")


def read_precision(
    node: Node | None, outcomes: Collection[str], replications: int, problems: Problems
) -> Precision | None:
    """When to add replications, or None."""
    if node is None or node.null:
        return None
    before = len(problems)
    if node.entries is None:
        problems.add(node.place, "precision is a block", nearest("", PRECISION))
        return None
    for key in node.entries:
        if key not in PRECISION:
            problems.unknown(node.keys[key], "key of precision", key, PRECISION)
    for key in ("outcome", "ci"):
        if key not in node.entries:
            problems.add(node.place, f"precision lacks {key}")
    outcome = node.entries.get("outcome")
    if outcome is not None and outcome.text not in outcomes:
        problems.unknown(outcome.place, "outcome", brief(outcome), outcomes)
    ci = _half_width(node.entries["ci"], problems) if "ci" in node.entries else 0.0
    most = 10 * replications
    if "max_replications" in node.entries:
        most = whole_number(node.entries["max_replications"], "max_replications", replications, 1_000_000, problems)
    if len(problems) > before or outcome is None:
        return None
    return Precision(outcome.text or "", ci, most)


def _half_width(node: Node, problems: Problems) -> float:
    text = node.text or ""
    found = float(text) if is_number(text) else 0.0
    if not 0 < found < math.inf:
        numbers, behind = ([], "") if is_number(text) else meanings(text)
        hint = f"Write {' or '.join(numbers)}" if numbers and not behind else "For example 0.02"
        problems.add(node.place, f"{shown(brief(node))} is no half width of an interval", hint)
    return found


def check_size(experiment: Experiment, place: Place, problems: Problems) -> None:
    """Nobody means a hundred million runs."""
    points = experiment.points
    if points > MOST_POINTS:
        problems.add(place, f"the design has {points:,} points", f"At most {MOST_POINTS:,}")
    elif experiment.runs > MOST_RUNS:
        problems.add(place, f"the experiment has {experiment.runs:,} runs", f"At most {MOST_RUNS:,}")
