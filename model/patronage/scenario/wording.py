"""Paths in words: `patrons.RUS.budget` is Russia's yearly budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .events import Conditional, Dated, Event
from .quarters import quarter_name
from .spreading import BASE
from .structure import UNGA

if TYPE_CHECKING:
    from .scenario import Scenario

_BELOW = {
    "budget": "yearly budget",
    "budget_mission": "addition to the budget by a full mission",
    "budget_growth": "growth of the budget",
    "need": "yearly need for bases",
    "gdp": "GDP",
    "other_debt": "debt to others",
    "other_debt_growth": "growth of the debt to others",
    "strategy_share": "share of the strategy",
    "licence_mission": "licence under a full mission",
}
_ONE_OF = {
    "events": "event",
    "areas": "area",
    "bases": "base",
    "outcomes": "outcome",
    "story": "stop",
    "axes": "axis",
    "rules": "rule",
    "mechanisms": "mechanism",
}


def in_words(scenario: Scenario, path: str) -> str:
    """What a path means, in the terms of the field."""
    head, _, rest = path.partition(".")
    if not rest:
        return head
    if head in ("rules", "mechanisms"):
        return f"{_ONE_OF[head]} {rest}"
    who, _, below = rest.partition(".")
    name = scenario.names.get(who, who)
    if head in ("states", "patrons", "blocs"):
        return f"{_of(name)} {_attribute(below)}" if below else name
    if head in ("ties", "rivalry"):
        whom, _, what = below.partition(".")
        other = scenario.names.get(whom, whom)
        return f"{name} → {other}: {_attribute(what)}" if head == "ties" else f"{_of(name)} rivalry with {other}"
    if head in _ONE_OF:
        return f"{_ONE_OF[head]} {who}: {below}" if below else f"{_ONE_OF[head]} {who}"
    return f"{_of(name)} allies" if head == "allies" else f"{_attribute(rest)} of the {head}"


def _attribute(below: str) -> str:
    first, _, rest = below.partition(".")
    words = _BELOW.get(first, first.replace("_", " "))
    if not rest or (first, rest) == ("need", BASE):
        return words
    if first == "need":
        return f"yearly need for {rest.replace('_', ' ')}"
    if first in ("position", "anchor"):
        return f"{words} in the UN General Assembly" if rest == UNGA else f"{words} on the axis {rest}"
    return f"{words} of {rest.replace('_', ' ')}" if first != "benefit" else f"benefit from {rest}"


def number(value: float) -> str:
    """A number as short as it is exact."""
    return f"{value:.10g}"


def timing(event: Event) -> str:
    """When an event happens and for how long."""
    trigger = event.trigger
    if isinstance(trigger, Dated):
        when = f"in {quarter_name(trigger.quarter)}"
    elif isinstance(trigger, Conditional):
        when = f"when {trigger.text}"
    else:
        when = f"at random, {number(100 * trigger.per_year)} %/yr"
    over = f", over {event.over} quarters" if event.over > 1 else ""
    return when + over + (f", for {event.lasts} quarters" if event.lasts is not None else "")


def flat(plain: object, path: str = "") -> dict[str, Any]:
    """Leaves of plain mappings by path; a figure is one leaf."""
    if not isinstance(plain, dict) or "value" in plain:
        return {path: plain}
    out: dict[str, Any] = {}
    for key, value in plain.items():
        out |= flat(value, f"{path}.{key}" if path else str(key))
    return out


def leaf_text(leaf: object) -> str:
    """A leaf on one line."""
    if isinstance(leaf, dict):
        value = leaf["value"]
        unit = leaf.get("unit", "1")
        return str(value) if isinstance(value, str) else number(value) + ("" if unit == "1" else f" {unit}")
    if isinstance(leaf, list):
        return "[" + ", ".join(str(x) for x in leaf) + "]"
    return str(leaf)


def _of(name: str) -> str:
    """The possessive: Russia's, the United States'."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"
