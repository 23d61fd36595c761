"""Numbers as people write them: plain, with a unit behind, or `{value, unit, source, range}`."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass

from .catalogue import Field
from .entities import Layered, Origin
from .numerals import BASED, LONGEST, NUMBER, is_number, meanings, span
from .problems import Problems, nearest, shown
from .reading import COMMAND_LINE, Node
from .structure import SHARES_OF_GDP, is_switch
from .units import UnitError, factor, likely

_WITH_UNIT = re.compile(rf"({NUMBER.pattern})\s*([A-Za-z%].*)", re.ASCII | re.DOTALL)
_SWITCH = {
    "on": 1.0,
    "off": 0.0,
    "true": 1.0,
    "false": 0.0,
    "yes": 1.0,
    "no": 0.0,
    "1": 1.0,
    "0": 0.0,
    "1.0": 1.0,
    "0.0": 0.0,
}
SWITCH_WORDS = ("on", "off", "true", "false", "yes", "no")
_KEYS = ("value", "unit", "source", "range")
_ABOUT = "~≈<>≤≥= "
"""Signs of what is not known exactly."""
_TINY = 1e-9
"""Relative slack of bounds, for what a conversion of units rounds."""
MOST = 1e12
"""Largest number accepted, in the unit of its field: far beyond any use, and small enough that nothing overflows."""


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A number read from a node, in the unit of its field."""

    value: float
    source: str
    range: tuple[float, float] | None


def origin(node: Node) -> Origin:
    """Where a node stands, and who wrote it."""
    return (node.place.file, node.place.line, node.place.column, node.layer)


def brief(node: Node) -> str:
    """What stands there, short, on one line."""
    if node.text is not None:
        return node.text if len(node.text) <= 80 else node.text[:79] + "…"
    if node.items is not None:
        return "[" + ", ".join(brief(n) for n in node.items) + "]"
    if node.is_figure:
        entries = node.entries or {}
        unit = brief(entries["unit"]) if "unit" in entries else ""
        return f"{brief(entries['value'])} {unit}".strip()
    return "{" + ", ".join(f"{k}: {brief(n)}" for k, n in (node.entries or {}).items())[:80] + "}"


def history(node: Node) -> tuple[Layered, ...]:
    """All layers that wrote it, the one in force first."""
    out: list[Layered] = []
    at: Node | None = node
    while at is not None:
        out.append(Layered(brief(at), origin(at)))
        at = at.below
    return tuple(out)


def read_figure(node: Node, field: Field, problems: Problems, whole: bool = False) -> ReadValue | None:
    """The number at a node, checked for kind, unit and bounds; None and problems if it is wrong."""
    before = len(problems)
    entries = node.entries
    if entries is not None and "value" not in entries:
        problems.add(
            node.place,
            f"a number is missing here ({field.doc})",
            f"Write a number of {field.unit}, or {{value: …, unit: …, source: …, range: […]}}",
        )
        return None
    for key in entries or {}:
        if key not in _KEYS:
            problems.unknown(node.keys[key], "key in a figure", key, _KEYS)
    unit_node = (entries or {}).get("unit")
    value = _quantity((entries or {}).get("value", node), field, unit_node, node.unit, problems)
    if value is None:
        return None
    if (whole or field.unit == "quarter") and abs(value - round(value)) < _TINY * max(1.0, abs(value)):
        value = float(round(value))  # 24 months are 8 quarters, not 7.999...
    _bounds(node, value, field, whole, problems)
    own = (entries or {}).get("source")
    around = COMMAND_LINE if node.layer == COMMAND_LINE else (node.source.text or "") if node.source is not None else ""
    source = around if own is None else _text(own, problems)
    value = min(max(value, field.low), field.high)
    span = _range((entries or {}).get("range"), value, field, unit_node, node.unit, problems)
    if span is None and "range" not in (entries or {}) and node.layer == COMMAND_LINE and node.below is not None:
        span = _kept_range(node.below, value, field)
    return ReadValue(value, source, span) if len(problems) == before else None


def _text(node: Node | None, problems: Problems) -> str:
    if node is None or node.null:
        return ""
    if node.text is None:
        problems.add(node.place, "a source is a text")
        return ""
    return node.text


def _split(text: str) -> tuple[str, str]:
    """A number and the unit written behind it."""
    plain = len(text) > LONGEST or NUMBER.fullmatch(text) or BASED.match(text)
    behind = None if plain else _WITH_UNIT.fullmatch(text)
    return (behind[1], behind[2].strip()) if behind else (text, "")


def _quantity(node: Node, field: Field, own: Node | None, around: Node | None, problems: Problems) -> float | None:
    """The number in the unit of the field: its own unit counts, then what is written behind it, then the block's."""
    if node.text is None or node.null:
        problems.add(node.place, f"a number is missing here ({field.doc})", f"Write a number of {field.unit}")
        return None
    text = " ".join(node.text.split())  # spaces of any width stand between a number and its unit
    if is_switch(field):
        return _switch(node, text, own, problems)
    number, behind = _split(text)
    if not is_number(number) or not math.isfinite(float(number)):
        _no_number(node, text, field, problems)
        return None
    ratio = _ratio(node, number, behind, field, own, around, problems)
    if ratio is None:
        return None
    value = float(number) + 0.0  # -0 is 0
    if ratio == 1.0:
        return value
    most = sys.float_info.max
    return min(max(float(f"{value * ratio:.15g}"), -most), most)


def _no_number(node: Node, text: str, field: Field, problems: Problems) -> None:
    """Say what a text is that should be a number, and how to write what it means."""
    hint = "Write a finite number" + ("" if field.unit == "1" else f", in {field.unit} unless a unit is given")
    if len(text) > LONGEST and NUMBER.fullmatch(text):
        problems.add(node.place, f"a number of {len(text)} characters is too long ({field.doc})", hint)
    elif is_number(_split(text)[0]):
        problems.add(node.place, f"{shown(text)} is not finite", hint)
    else:
        problems.add(node.place, f"{shown(text)} is no number", _rewritten(text, field) or hint)


def _rewritten(text: str, field: Field) -> str:
    """How to write what a text means that is no number here; nothing if that is not clear."""
    ends = span(text)
    if ends is not None:
        low, high, behind = ends
        unit = f" of {_unit_like(behind, field)}" if behind else ""
        return f"Write one number{unit}, and range: [{low}, {high}] beside it"
    exact = text.lstrip(_ABOUT)
    numbers, behind = meanings(exact)
    unit = _unit_like(behind, field) if behind else ""
    if not numbers or (behind and not unit) or not math.isfinite(float(numbers[0])):
        return _currency(behind)
    beside = "" if exact == text else ", and its range beside it"
    return "Write " + " or ".join(f"{number} {unit}".strip() for number in numbers) + beside


def _currency(unit: str) -> str:
    """What to do about another currency than the dollar; "" where it is none."""
    try:
        factor(unit or "1", "USD")
    except UnitError as error:
        return error.hint if "currency" in str(error) else ""
    return ""


def _unit_like(written: str, field: Field) -> str:
    """The unit itself where it fits, else the one that is probably meant, else nothing."""
    try:
        factor(written, field.unit, field.name in SHARES_OF_GDP)
    except UnitError:
        return likely(written, field.unit)
    return written


def _switch(node: Node, text: str, own: Node | None, problems: Problems) -> float | None:
    if own is not None:
        problems.add(own.place, "what is on or off has no unit")
    if text.lower() not in _SWITCH:
        problems.add(node.place, f"{shown(text)} is neither on nor off", nearest(text, ("on", "off")))
    return _SWITCH.get(text.lower())


def _ratio(
    node: Node, number: str, behind: str, field: Field, own: Node | None, around: Node | None, problems: Problems
) -> float | None:
    unit, place = field.unit, node.place
    if own is not None and behind:
        problems.add(own.place, "the unit is given twice", "Write it here or behind the number")
        return None
    if behind:
        unit = behind
    elif own is not None:
        unit, place = " ".join((own.text or "").split()), own.place
    elif around is not None:
        unit = around.text or ""
    try:
        return factor(unit, field.unit, field.name in SHARES_OF_GDP)
    except UnitError as error:
        if around is not None and own is None and not behind:
            if field.unit == "1" and error.understood:
                return 1.0  # a pure number needs no unit and takes none from around it
            if error.understood:
                message = f"the block's unit '{unit}' (line {around.place.line}) does not fit a figure in {field.unit}"
                problems.add(place, message, "Give it its own unit")
                return None
            place = around.place
        meant = likely(unit, field.unit)
        right = f"{number} {meant}" if behind else meant
        problems.add(place, str(error), f"Write {right}: this figure is measured in {field.unit}" if meant else error.hint)
        return None


def _bounds(node: Node, value: float, field: Field, whole: bool, problems: Problems) -> None:
    low, high = field.low, field.high
    slack = _TINY * max(1.0, abs(value))
    if value < low - slack or value > high + slack:
        what = "is not a share" if (low, high) == (0, 1) else "is out of bounds"
        upto = "or more" if math.isinf(high) else f"to {high:.10g}"
        unit = "" if field.unit == "1" else f" {field.unit}"
        problems.add(node.place, f"{value:.10g}{unit} {what} ({field.doc})", f"Allowed: {low:.10g} {upto}{unit}")
    elif abs(value) > MOST:
        problems.add(node.place, f"{value:.10g} is larger than anything this model reckons with ({field.doc})")
    elif whole and value != round(value):
        problems.add(node.place, f"{value:.10g} is not a whole number of {field.unit}s ({field.doc})")


def _range(
    node: Node | None, value: float, field: Field, own: Node | None, around: Node | None, problems: Problems
) -> tuple[float, float] | None:
    if node is None:
        return None
    if is_switch(field):
        problems.add(node.place, "what is on or off has no range")
        return None
    if node.items is None or len(node.items) != 2:
        parts = [n.text or "" for n in node.items or ()]
        commas = len(parts) == 4 and all(part.isdigit() for part in parts)
        right = f"{parts[0]}.{parts[1]}, {parts[2]}.{parts[3]}" if commas else "low, high"
        problems.add(node.place, "a range is a list of two numbers", f"Write range: [{right}]")
        return None
    ends = [_quantity(n, field, None if _split(n.text or "")[1] else own, around, problems) for n in node.items]
    low, high = ends
    if low is None or high is None:
        return None
    slack = _TINY * max(1.0, abs(value))
    if low > high:
        problems.add(node.place, f"the range [{low:.10g}, {high:.10g}] runs backwards")
    elif not low - slack <= value <= high + slack:
        problems.add(node.place, f"the range [{low:.10g}, {high:.10g}] excludes the value {value:.10g}")
    elif low < field.low - slack or high > field.high + slack:
        problems.add(
            node.place,
            f"the range [{low:.10g}, {high:.10g}] goes beyond what is allowed ({field.low:.10g} to {field.high:.10g})",
        )
    return (low, high)


def _kept_range(below: Node, value: float, field: Field) -> tuple[float, float] | None:
    """The range of what the command line overrode, if it holds the new value."""
    lower = read_figure(below, field, Problems())
    if lower is None or lower.range is None or not lower.range[0] <= value <= lower.range[1]:
        return None
    return lower.range
