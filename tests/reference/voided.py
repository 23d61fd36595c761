"""The reference model with some deals void: they are never made, instead of being taken out (docs/attribution.md, deals)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from patronage.scenario.catalogue import INSTRUMENTS

from . import bargaining, model
from .bargaining import Bargaining
from .donors import Donor
from .model import ReferenceModel
from .start import PURPOSES
from .talks import Table, Talks

Gift = tuple[str, str, str]
"""Patron, client, instrument (or kind of contract)."""


class VoidedModel(ReferenceModel):
    """One run in which patrons give, open and renew nothing of what is void."""

    def __init__(self, *args: Any, gifts: Collection[Gift], openings: Collection[Gift], renewals: Collection[Gift]) -> None:
        self.void_gifts, self.void_openings, self.void_renewals = set(gifts), set(openings), set(renewals)
        super().__init__(*args)
        happen = self.events.happen

        def happen_without() -> None:
            happen()
            self.acts = {word: [a for act in acts if (a := self.reduced(act)) is not None] for word, acts in self.acts.items()}
            self.acts = {word: acts for word, acts in self.acts.items() if acts}

        self.events.happen = happen_without  # type: ignore[method-assign]
        for patron in self.patron.values():
            _teach(self, patron)

    def reduced(self, act: Any) -> Any:
        """What is left of an act; None if nothing is."""
        if act.kind == "open_base":
            place = act.actors["holder"], act.actors["host"], act.actors.get("kind", "base")
            p, c, j = place
            return None if place in self.void_openings and not self.state["standing"][p][c][j] else act
        given = {"transfer": {"amount": "arms"}, "forgive": {"amount": "debt_relief"}}.get(act.kind, {k: k for k in INSTRUMENTS})
        if act.kind not in ("transfer", "forgive", "promise", "offer"):
            return act
        giver, taker = act.actors["from"], act.actors["to"]
        kept = {k: v for k, v in act.numbers.items() if (giver, taker, given.get(k)) not in self.void_gifts}
        return replace(act, numbers=kept) if kept else None

    def change_blocs(self) -> None:
        """Members whose consent to a joint force was bought with grants that are void get none."""
        super().change_blocs()
        for p, c, k in self.void_gifts:
            self.flows["promised"][p][c][k] = 0.0
            self.state["due"][p][c][k] = dict.fromkeys(PURPOSES, 0.0)
        grants = {(p, c) for p, c, k in self.void_gifts if k == "grants"}
        self.ledger = [row for row in self.ledger if row["kind"] != "consent" or (row["patron"], row["client"]) not in grants]


def _teach(world: VoidedModel, patron: Donor) -> None:
    """Have a patron compose courtship and promise packages without what is void."""
    compose, promise, court = patron.compose, patron.promise_package, patron.promise_courtship
    p = patron.code

    def court_without() -> None:
        n, effort = world.inputs, world.state["effort"][p]

        def kept(money: float, c: str, *args: Any) -> dict[str, float]:
            gift = compose(money, c, *args)
            void = {k for k in INSTRUMENTS if (p, c, k) in world.void_gifts}
            effort[c] = max(0.0, effort[c] - sum(n.cost[p][k] * gift[k] for k in void))
            return gift | dict.fromkeys(void, 0.0)

        patron.compose = kept  # type: ignore[method-assign]
        court()
        patron.compose = compose  # type: ignore[method-assign]

    def promise_without(gift: dict[str, float], c: str, *args: Any, **row: Any) -> None:
        promise({k: face for k, face in gift.items() if (p, c, k) not in world.void_gifts}, c, *args, **row)

    patron.promise_courtship, patron.promise_package = court_without, promise_without  # type: ignore[method-assign]


class VoidedBargaining(Bargaining):
    """Talks in which contracts that are void are not sought, and not renewed."""

    def run(self) -> None:
        world = self.model
        assert isinstance(world, VoidedModel)
        fit = world.inputs.fit
        before = {(p, c, j): fit[p][c][j] for p, c, j in world.void_openings}
        for p, c, j in before:
            fit[p][c][j] *= world.state["standing"][p][c][j]
        super().run()
        for (p, c, j), value in before.items():
            fit[p][c][j] = value


class VoidedTable(Table):
    """A table at which some contracts find nobody."""

    def at(self, p: str, c: str, j: str) -> Talks:
        found = super().at(p, c, j)
        assert isinstance(self.model, VoidedModel)
        if found.stands and (p, c, j) in self.model.void_renewals:
            nothing = dict.fromkeys(("value", "believed", "price", "survival", "denial", "obstacle", "floor", "hold_up", "rent"), 0.0)
            found.__dict__.update(nothing, accepted=False, insists=False)
        return found


def install(monkeypatch: Any) -> None:
    """Have every reference model bargain so; only a VoidedModel can, then."""
    monkeypatch.setattr(model, "Bargaining", VoidedBargaining)
    monkeypatch.setattr(bargaining, "Table", VoidedTable)
