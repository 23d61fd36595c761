"""Which runs somebody looks about in and within which limits, as parts of an address and back. No run, no drawing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from patronage.visitors.allowed_folders import LONGEST as LONGEST_FOLDER

from .reach import MOST_LEVERS
from .setup import MOST_RUNS, Setup, whole_number

TAB = "Explorer"
MOST_LIMITS = 60
LONGEST_NAME = 200
"""Characters of a column's name."""
Box = Mapping[str, tuple[float, float]]
"""Limits by column, from and to."""


@dataclass(frozen=True)
class Brush:
    """The runs, those of the answer where nothing else is said, and the limits within which somebody looks."""

    runs: int = 0
    """With levers moved."""
    moved: tuple[str, ...] = ()
    """Paths of these levers."""
    folder: str = ""
    """That holds the runs."""
    limits: tuple[tuple[str, float, float], ...] = ()
    """By column, from and to, in the order of names."""

    @property
    def plain(self) -> Brush:
        """The same runs without limits."""
        return replace(self, limits=())


def based_on(setup: Setup, brush: Brush) -> Setup:
    """What runs with levers moved rest on: the levers and the number of the run make no difference."""
    kept = tuple(c for c in setup.changes if c[0] not in brush.moved)
    return replace(setup, changes=kept, replication=0)


def packed(brush: Brush) -> list[tuple[str, str]]:
    """As parts of an address."""
    found = [("runs", str(brush.runs))] if brush.runs else []
    found += [("moved", path) for path in brush.moved] + ([("folder", brush.folder)] if brush.folder else [])
    return found + [("brush", f"{name}:{_number(low)}:{_number(high)}") for name, low, high in brush.limits]


def _number(value: float) -> str:
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def unpacked(parts: Sequence[tuple[str, str]]) -> Brush:
    """What the parts of an address say, which is anybody's text; whether a lever or a folder may be had is asked elsewhere.

    Raises:
        ValueError: they say nothing of the kind.
    """
    one = dict(parts)
    moved = tuple(value for key, value in parts if key == "moved")
    runs, folder = whole_number(one.get("runs", "0"), "Runs"), one.get("folder", "")
    alone = not folder if runs else not moved  # either levers are moved, or a folder is read, or neither
    if not alone or runs > MOST_RUNS or len(moved) > MOST_LEVERS or len(set(moved)) < len(moved) or (runs and not moved):
        raise ValueError("This link names runs to look about in that the page cannot make: copy it anew, whole")
    limits = [_limit(value) for key, value in parts if key == "brush"]
    if len(limits) > MOST_LIMITS or len({name for name, _, _ in limits}) < len(limits) or len(folder) > LONGEST_FOLDER:
        raise ValueError("This link has more limits than the page knows: copy it anew, whole")
    return Brush(runs, moved, folder, tuple(sorted(limits)))


def _limit(text: str) -> tuple[str, float, float]:
    name, *ends = text.rsplit(":", 2)
    try:
        low, high = (float(end) for end in ends)
    except ValueError:
        low = high = math.nan
    if not name or len(name) > LONGEST_NAME or not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"{text[:40]!r} is no limit such as rent:0:60")
    return name, low, high


def changed(one: Box, other: Box) -> str:
    """The columns whose limits differ."""
    return " ".join(sorted(name for name in {*one, *other} if one.get(name) != other.get(name)))


def read_box(sent: object, known: set[str]) -> Box | None:
    """Limits as a browser sends them, a JSON text; None for whatever else it is."""
    try:
        given: Any = json.loads(sent) if isinstance(sent, str) and len(sent) < 20_000 else None
    except ValueError:
        return None
    if not isinstance(given, dict) or len(given) > MOST_LIMITS or not given.keys() <= known:
        return None
    found = {}
    for name, ends in given.items():
        numbers = isinstance(ends, list) and len(ends) == 2 and all(type(x) in (int, float) and math.isfinite(x) for x in ends)
        if not numbers:
            return None
        found[name] = (float(ends[0]), float(ends[1]))
    return found
