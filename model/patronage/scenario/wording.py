"""Paths in words: `patrons.RUS.budget` is Russia's yearly budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .events import Conditional, Dated, Event
from .quarters import quarter_name
from .spreading import BASE
from .structure import UNGA

if TYPE_CHECKING:
    from .scenario import Scenario

_BELOW = {
    "budget": "yearly budget",
    "budget_factor": "factor on the budget",
    "budget_mission": "addition to the budget by a full mission",
    "budget_growth": "growth of the budget",
    "gdp": "GDP",
    "real_gdp": "real GDP",
    "growth": "growth of GDP in current dollars",
    "real_growth": "growth of real GDP",
    "openness": "political openness",
    "army": "part of coups among irregular exits",
    "coalition": "winning coalition",
    "proximity": "nearness to the conflict zone",
    "other_trade": "trade with others than the patrons",
    "other_arms": "arms from others than the patrons",
    "other_debt": "debt to others",
    "other_debt_growth": "growth of the debt to others",
    "supply": "major arms sold in a usual year",
    "surplus": "surplus equipment to hand over",
    "strategy": "strategy of courtship",
    "strategy_share": "share of the strategy",
    "interference": "theory of interference",
    "policy": "policy of selling concessions",
    "support": "theory of what support does",
    "regime": "regime at the start",
    "vote": "rule of admission and consent",
    "disputes": "disputes among members",
    "mission": "mission (operational need for bases)",
}
"""Of an actor, where the name of the figure does not say it."""
_BETWEEN = {
    "aid": "yearly aid at the start",
    "arms": "stock of arms at the start",
    "base_size": "size of a base, as a multiple of the usual",
    "capital": "aid-financed capital at the start",
    "debt": "debt owed at the start",
    "effect": "what its presence does to the threat",
    "mission": "part of the mission that lies there",
    "remittances": "workers' remittances from there",
    "pact": "pledges of defence",
    "presence": "presence at the start",
    "sentiment": "what the public thinks of the patron",
    "sites": "sites agreed separately under the base",
    "term": "length of a new base contract",
    "tie": "diplomatic ties",
    "trade": "trade both ways",
    "treaty": "economic treaties in force",
    "weight": "how much the patron wants influence",
}
"""Of a patron and a client."""
_EACH = {
    "need": "yearly need for {contract}s",
    "fixed": "fixed yearly cost of {a_contract}",
    "fit": "how well the place serves {a_contract}",
    "licence": "licence to give {what} in courtship",
    "licence_mission": "further licence under a full mission: {what}",
    "package": "willingness to give {what} in packages",
    "delivery": "delivered part of promised {what}",
    "unit_cost": "cost of {what}, per unit of face value",
    "withhold": "part of {to}",
    "benefit": "weight of {what} in the benefit of membership",
    "position": "position on the axis {what}",
    "anchor": "historical position on the axis {what}",
}
"""Of each kind of contract, means of courtship or axis."""
_WITHHELD = {"coup": "help withheld from juntas", "rival": "arms withheld from hosts of rivals"}
_OF_A_BLOC = {
    "pact": "pledge of defence by the leader",
    "treaty": "economic weight of membership",
    "access": "market access to the leader",
    "distance": "the distance in orientation",
    "rival": "the strongest rival's share",
    "threat": "threat and the leader's reliability",
    "share": "the leader's share of influence",
}
_OF_A_START = {"rent": "rent at the start", "term": "quarters left of the term at the start"}
_OF_A_CONTRACT = {
    "salience": "salience to the host",
    "answers": "part of its salience that an answered threat takes away",
    "mission": "whether its value follows the mission",
    "exclusive": "whether a host has one holder at a time",
    "denied": "how far rivals bid to deny it",
    "guards": "protection of the host's regime",
    "trains": "danger of a coup while it stands",
    "presence": "presence that it adds",
    "capital": "capital that it adds",
    "market": "trade with the holder that it adds",
    "institutions": "weight of treaties that it adds",
}
_WHOSE = {"states": _BELOW, "patrons": _BELOW, "blocs": _OF_A_BLOC}
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
    who, _, below = rest.partition(".")
    if not rest or head in ("rules", "mechanisms"):
        return f"{_ONE_OF[head]} {rest}" if rest else head
    name = scenario.names.get(who, who)
    if head in _WHOSE:
        return f"{_of(name)} {_attribute(below, _WHOSE[head])}" if below else name
    if head in ("ties", "rivalry"):
        whom, _, what = below.partition(".")
        other = scenario.names.get(whom, whom)
        return f"{name} → {other}: {_attribute(what, _BETWEEN)}" if head == "ties" else f"{_of(name)} rivalry with {other}"
    if head == "concessions" or (head in ("bases", "contracts") and who in scenario.contracts):
        return _of_contract(scenario, head, who, below)
    if head in _ONE_OF:
        return f"{_ONE_OF[head]} {who}{f': {below}' if below else ''}"
    return f"{_of(name)} allies" if head == "allies" else f"{_attribute(rest, _BELOW)} of the {head}"


def _of_contract(scenario: Scenario, head: str, who: str, below: str) -> str:
    """A kind of contract, or a contract that stands at the start, by its name."""
    if head == "concessions":
        return f"{_contract(who)}: {_attribute(below, _OF_A_CONTRACT)}" if below else _contract(who)
    contract = scenario.contracts[who]
    called = contract.called or who.replace("_", " ").capitalize()
    return f"{called}: {_attribute(below, _OF_A_START)}" if below else f"{_contract(contract.kind)} {who}"


def _attribute(below: str, known: Mapping[str, str]) -> str:
    first, _, rest = below.partition(".")
    spaced = rest.replace("_", " ")
    if not rest:
        return known.get(first) or _BELOW.get(first) or first.replace("_", " ")
    if first == "arms_year":
        return f"major arms, year {rest[1:]} before the start"
    if first in ("position", "anchor") and rest == UNGA:
        return f"{'historical ' if first == 'anchor' else ''}position in the UN General Assembly"
    words = _EACH.get(first, f"{first.replace('_', ' ')}: {{what}}")
    what = _OF_A_BLOC.get(rest, spaced) if first == "benefit" else spaced
    contract = _contract(rest)
    a_contract = f"{'an' if contract[0] in 'aeiou' else 'a'} {contract}"
    return words.format(contract=contract, a_contract=a_contract, what=what, to=_WITHHELD.get(rest, spaced))


def _contract(kind: str) -> str:
    return kind if kind == BASE else f"{kind.replace('_', ' ')} contract"


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
