"""Inputs within the bounds that the catalogue states: they must be accepted, and nothing in them may become infinite."""

from __future__ import annotations

import json
import math
from typing import Any

from drawn import drawn_document
from patronage.scenario.catalogue import FIELDS, Field
from patronage.scenario.figures import MOST
from patronage.scenario.structure import UNGA, is_switch

from .mutate import Lot

BY_PATH = {tuple(field.path.split(".")): field for field in FIELDS}


def within(lot: Lot, field: Field, *, orientation: bool = False) -> float:
    """A number a field allows: at an end, near it, or anywhere, small numbers as likely as large ones."""
    low, high = field.low, min(field.high, MOST)
    if orientation:
        low, high = -1.0, 1.0
    way = lot.randrange(6)
    if way == 0:
        return low
    if way == 1:
        return high
    if way == 2 and field.plausible is not None:
        return lot.uniform(*map(float, field.plausible))
    if high - low > 1e3 and low >= 0:  # over many orders of magnitude
        least = math.log(max(low, 1e-9))
        return min(high, max(low, math.exp(lot.uniform(least, math.log(high)))))
    value = lot.uniform(low, high)
    return value if abs(value) >= 1e-4 else max(low, 0.0)


def field_at(path: tuple[str, ...]) -> Field | None:
    """The field that a path of a document gives, if it is one of the catalogue."""
    for pattern, field in BY_PATH.items():
        if len(pattern) == len(path) and all(a == b or a.startswith("{") for a, b in zip(pattern, path, strict=True)):
            return field
    return None


def document(lot: Lot, number: int) -> dict[str, Any]:
    """A drawn world with some numbers anywhere within their bounds; of a few, all."""
    doc: dict[str, Any] = json.loads(json.dumps(drawn_document(number)))
    for field, holder, key in cells(doc):
        if lot.chance(0.06):
            holder[key] = within(lot, field, orientation=field.path.endswith("{axis}") and key != UNGA)
    for field in FIELDS:  # rules and mechanisms that the world leaves at their defaults
        head, *rest = field.path.split(".")
        if head in ("rules", "mechanisms", "region") and lot.chance(0.02):
            block = doc.setdefault(head, {})
            for segment in rest[:-1]:
                block = block.setdefault(segment, {})
            value = within(lot, field)
            block[rest[-1]] = ("on" if value > 0.5 else "off") if is_switch(field) else value
    both = sorted(doc["patrons"].keys() & {code for code, state in doc["states"].items() if "gdp" in state})
    for code, bloc in doc["blocs"].items():
        if lot.chance(0.4):  # nobody has joined yet, and a leader that is a client, too, leaves
            bloc["members"] = []
            if both:
                bloc["leader"] = both[0]
                doc["events"] |= {f"left_{code}": {"at": "2009Q3", "leave": {"bloc": code, "state": both[0]}}}
    return doc


def cells(doc: dict[str, Any]) -> list[tuple[Field, dict[str, Any], str]]:
    """Every plain number of a document that gives a field: the field, what holds it, its key."""
    out: list[tuple[Field, dict[str, Any], str]] = []

    def walk(block: dict[str, Any], above: tuple[str, ...]) -> None:
        for key, value in block.items():
            if isinstance(value, dict):
                walk(value, (*above, key))
            elif isinstance(value, int | float) and not isinstance(value, bool):
                field = field_at((*above, key))
                if field is not None and not is_switch(field):
                    out.append((field, block, key))

    walk(doc, ())
    return out
