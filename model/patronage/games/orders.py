"""What somebody in a seat orders, checked as if it came from anybody, as text and back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from patronage.decisions.views import Answer, Offers
from patronage.results.contracts import BASE
from patronage.scenario import Scenario
from patronage.world.arrays import Array

MOST_MONEY = 1e6
"""MUSD that somebody in a seat can name at a time, as the world's largest budgets."""
AMOUNTS = ("offers", "bids", "denials", "least")
"""Kinds of orders that are an amount for each actor on the other side."""


@dataclass(frozen=True)
class Decision:
    """What a player orders until it orders something else; what is not named is left to the model's strategy or policy."""

    offers: Mapping[str, float] = field(default_factory=dict)
    """Client → effort, MUSD a quarter."""
    bids: Mapping[str, float] = field(default_factory=dict)
    """Client → what a base there is worth at most, MUSD a year."""
    denials: Mapping[str, float] = field(default_factory=dict)
    """Client → what rivals' bases kept out of there are worth, MUSD a year."""
    restrain: bool = False
    """No campaigns and no sanctions, whatever the grievance."""
    least: Mapping[str, float] = field(default_factory=dict)
    """Of a client: patron → the least rent for its base, MUSD a year, in place of the floor."""
    refuse: frozenset[str] = frozenset()
    """Of a client: patrons who get no base, whatever they pay."""

    def as_words(self) -> dict[str, Any]:
        """The same as plain values, for a file."""
        amounts_ = {kind: dict(getattr(self, kind)) for kind in AMOUNTS}
        return {**amounts_, "restrain": self.restrain, "refuse": sorted(self.refuse)}


def amount(value: object, most: float = MOST_MONEY) -> float | None:
    """A finite number from 0 on; None for whatever else it is. What is above `most` is cut."""
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return None
    return float(min(max(0, value), most))


def amounts(value: object, keys: Iterable[str]) -> dict[str, float]:
    """The amounts of a block by these keys; what is none is left out."""
    if not isinstance(value, Mapping):
        return {}
    found = {key: amount(value.get(key)) for key in keys}
    return {key: number for key, number in found.items() if number is not None}


def decided(answer: object, codes: Sequence[str]) -> tuple[Decision, dict[str, float]] | None:
    """What somebody says was decided, and whom debt is forgiven; None where it says nothing that could be meant.

    `codes`: the actors that can be meant: clients for a patron, patrons for a client.
    """
    if not isinstance(answer, dict):
        return None
    offers, bids, denials, least, relief = (amounts(answer.get(k), codes) for k in (*AMOUNTS, "relief"))
    refuse = answer.get("refuse")
    refused = frozenset(c for c in codes if isinstance(refuse, list) and c in refuse)
    decision = Decision(offers, bids, denials, answer.get("restrain") is True, least, refused)
    return decision, {k: v for k, v in relief.items() if v > 0}


def counterparts(scenario: Scenario, seat: str) -> tuple[str, ...]:
    """The actors that orders of a seat are about: clients for a patron, patrons for a client. Who is both plays the patron."""
    return scenario.clients if seat in scenario.patrons else tuple(p for p in scenario.patrons if p != seat)


def meant(answer: object, scenario: Scenario, seat: str) -> tuple[Decision, dict[str, float]] | None:
    """What somebody in a seat says was decided: `decided`, without debt that is not the seat's to forgive."""
    found = decided(answer, counterparts(scenario, seat))
    return found if found is None or seat in scenario.patrons else (found[0], {})


def drafted(answer: object, codes: Sequence[str]) -> dict[str, Any] | None:
    """What stands in the fields of a seat: a field that was emptied is left out of its kind."""
    found = decided(dict(answer), codes) if isinstance(answer, Mapping) else None
    if found is None or not isinstance(answer, Mapping):
        return None
    return found[0].as_words() | {"relief": amounts(answer.get("relief"), codes)}


def relief_path(patron: str, client: str, at: str) -> str:
    """Path of the event by which a player forgives debt."""
    return f"events.relief_{patron}_{client}_{at}"


# --- carried out, on plain arrays ------------------------------------------------------------------------------------------


def stated(amounts_: Mapping[str, float], usual: Array, codes: Sequence[str]) -> Array:
    """[..., C] what is stated, never below 0, else what the model would do."""
    out = usual.copy()
    for j, code in enumerate(codes):
        if code in amounts_:
            out[..., j] = max(0.0, amounts_[code])
    return out


def courted(decision: Decision, usual: Array, available: Array, clients: Sequence[str]) -> Array:
    """[R,C] effort as ordered, MUSD a quarter: cut in proportion where more is offered than is at hand, [R]."""
    if not decision.offers:
        return usual
    wanted = stated(decision.offers, usual, clients)
    total = wanted.sum(axis=-1)
    cut = np.where(total > available, np.maximum(available, 0.0) / np.maximum(total, 1e-300), 1.0)
    return np.asarray(np.where(available[..., None] > 0, wanted * cut[..., None], 0.0))


def denied(decision: Decision, usual: Array, rivalry: Array, clients: Sequence[str]) -> Array:
    """[R,H,C] denial bids as ordered, MUSD a year, against holders with whom there is rivalry, [R,H]."""
    out = usual.copy()
    for j, code in enumerate(clients):
        if code in decision.denials:
            out[..., j] = np.where(rivalry > 0, max(0.0, decision.denials[code]), 0.0)
    return out


def granted(decision: Decision, offers: Offers, patrons: Sequence[str]) -> Answer:
    """What a client answers about bases: [R,P,1] each, MUSD a year.

    A named rent stands in place of the model's floor and is all that is asked: whoever values the base as much has it. The price of
    allies' consent is not the client's to waive. A patron without a named rent, and every other kind of concession, is answered as
    the client's policy would; who is refused has nothing.
    """
    usual = offers.usual
    if offers.kind != BASE or not (decision.least or decision.refuse):
        return usual
    named = np.array([p in decision.least for p in patrons])[None, :, None]
    welcome = np.array([p not in decision.refuse for p in patrons])[None, :, None]
    least = np.maximum(np.array([decision.least.get(p, 0.0) for p in patrons])[None, :, None], offers.consent)
    agrees = (offers.value >= least) & (offers.value > 0.0) & ~offers.closed
    return Answer(
        usual.price, np.where(named, least, usual.floor),
        np.where(named, least + offers.surplus_share * (offers.value - least), usual.rent),
        np.where(named, agrees, usual.accept) & welcome,
    )  # fmt: skip
