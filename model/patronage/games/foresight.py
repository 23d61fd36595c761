"""What lies ahead of a seat: what it sees before a quarter, and what an order would bring within a year, with other luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from typing import Any

import numpy as np

from patronage import compiling
from patronage.abm import InfluenceModel
from patronage.abm.model import ELSEWHERE
from patronage.decisions.decider import Standard
from patronage.decisions.views import Answer, BidView, CourtView, GrievanceView, Offers
from patronage.driving import Ensemble
from patronage.world.arrays import Array
from patronage.world.parameters import Parameters
from patronage.world.structure import Structure

from .orders import Decision, courted, denied, granted, stated

YEAR = 4
LUCKS = 16
"""Runs behind a look ahead: enough to tell a point of share, few enough not to be waited for."""
OFTEN = 20_000
"""Dyad-quarters, above what compiled code is loaded for: somebody who looks ahead does so again and again."""


class Ordered(Standard):
    """Patrons and clients in seats do as they ordered in every run, all others as the model would."""

    def __init__(self, structure: Structure, orders: Mapping[str, Sequence[Decision]]) -> None:
        """`orders`: by seat, one decision for every run, or one for all."""
        self.patrons, self.clients = structure.patrons, structure.clients
        self.seats = {self.patrons.index(code): list(given) for code, given in orders.items() if code in self.patrons}
        self.hosts = {self.clients.index(code): list(given) for code, given in orders.items() if code not in self.patrons}

    def _parts(self, runs: int, seats: Mapping[int, Sequence[Decision]] | None = None) -> list[tuple[int, slice, Decision]]:
        """Patron, or whoever `seats` are about, runs and what it ordered for them."""
        out = []
        for i, decisions in (self.seats if seats is None else seats).items():
            each = runs // len(decisions)
            out += [(i, slice(k * each, (k + 1) * each), d) for k, d in enumerate(decisions)]
        return out

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        effort, mode = super().court(view, p)
        effort = effort.copy()
        for i, runs, decision in self._parts(len(effort)):
            effort[runs, i] = courted(decision, effort[runs, i], view.available[runs, i], self.clients)
        return effort, mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        value, denial = (x.copy() for x in super().bid(view, p))
        for i, runs, decision in self._parts(len(value)):
            value[runs, i] = stated(decision.bids, value[runs, i], self.clients)
            denial[runs, i] = denied(decision, denial[runs, i], view.rivalry[runs, i], self.clients)
        return value, denial

    def retaliate(self, view: GrievanceView, p: Parameters) -> tuple[Array, Array]:
        campaigns, sanctions = (x.copy() for x in super().retaliate(view, p))
        for i, runs, decision in self._parts(len(campaigns)):
            if decision.restrain:
                campaigns[runs, i] = sanctions[runs, i] = False
        return campaigns, sanctions

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        usual = super().respond(offers, p)
        if not self.hosts:
            return usual
        out = {f.name: getattr(usual, f.name).copy() for f in dataclass_fields(Answer)}
        for j, runs, decision in self._parts(len(usual.accept), self.hosts):
            own = granted(decision, offers.only("C", j), self.patrons)
            for name, values in out.items():
                values[runs, :, j] = getattr(own, name)[runs, :, 0]
        return Answer(**out)


class Outlook(Standard):
    """Everybody decides as the model would, and what is seen on the way is kept."""

    views: dict[str, Any]

    def __init__(self) -> None:
        self.views = {}

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        effort, mode = super().court(view, p)
        self.views |= {"available": view.available[0], "rivals": view.rivals[0], "effort": effort[0]}
        return effort, mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        value, denial = super().bid(view, p)
        self.views |= {"value": value[0], "denial": denial[0], "rivalry": view.rivalry[0]}
        return value, denial

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        answer = super().respond(offers, p)
        if "price" not in self.views:  # bases come first, further kinds of concessions after them
            self.views |= {"price": answer.price[0], "consent": offers.consent[0], "offers": offers}
        return answer


def outlook(model: InfluenceModel, seat: str) -> tuple[float, list[dict[str, Any]]]:
    """What a patron knows before a quarter: money at hand (MUSD), and a row per client.

    The luck is that of another run, so that prices and bids are likely ones, not those that will come. `against`: whose bases a
    denial bid counts against, those the patron is a rival of now.
    """
    decider = Outlook()
    model.outlook(decider)
    seen, s = decider.views, model.parameters.structure
    i = s.patrons.index(seat)
    world = model.world
    against = [p for k, p in enumerate(s.patrons) if seen["rivalry"][i, k] > 0]
    out = []
    for j, c in enumerate(s.clients):
        if c == seat:
            continue
        others = float(seen["denial"][:, i, j].sum() - seen["denial"][i, i, j])
        out.append(
            {
                "client": c, "share": float(world.share[0, i, j]), "rivals": float(seen["rivals"][i, j]),
                "given": float(world.effort[0, i, j]), "price": float(seen["price"][i, j]), "denial": others,
                "floor": float(seen["price"][i, j]) + others + float(seen["consent"][i, j]),
                "holds": bool(world.base[0, i, j]), "rent": float(world.rent[0, i, j, 0]), "debt": float(world.debt[0, i, j]),
                "against": against, "guests": [p for k, p in enumerate(s.patrons) if k != i and world.base[0, k, j]],
                "advice": {
                    "offers": float(seen["effort"][i, j]), "bids": max(0.0, float(seen["value"][i, j])),
                    "denials": float(seen["denial"][i, :, j].max(initial=0.0)),
                },
            }
        )  # fmt: skip
    return float(seen["available"][i]), out


@dataclass(frozen=True)
class Bought:
    """What an offer to one client changes within a year, against offering it nothing."""

    client: str
    share: float
    """Points of the share of influence."""
    spread: float
    """Standard deviation over lucks, points."""
    base: float
    """Change of the chance that a base of the patron stands there."""


def spread(now: Ensemble, times: int, lucks: int) -> Ensemble:
    """One run at its moment, `times` × `lucks` of it: every one of `times` meets the same lucks, none of them its own."""
    out = now.copy()
    count = times * lucks
    for name in ("worlds", "inputs", "standing", "origins"):
        setattr(out, name, np.repeat(getattr(now, name), count, axis=0))
    other = np.tile(np.arange(1, lucks + 1, dtype=np.uint64), times) * np.uint64(ELSEWHERE)
    out.worlds["number"] = np.arange(count)
    out.worlds["replication"] += other
    out.start = replace(now.start, replications=out.worlds["replication"].copy(), which=np.repeat(now.start.which, count))
    return out


def bought(model: InfluenceModel, seat: str, decision: Decision, lucks: int = LUCKS) -> list[Bought]:
    """What each offer of an order would bring within a year, or within what is left of the period.

    The order stands for the whole time; it is compared, luck by luck, with the same order without the one offer. All others do
    as the model would.
    """
    s = model.parameters.structure
    asked = [c for c in s.clients if decision.offers.get(c, 0.0) > 0]
    left = min(YEAR, model.scenario.end - model.world.quarter)
    if not asked or left < 1:
        return []
    orders = [decision, *(replace(decision, offers={**decision.offers, c: 0.0}) for c in asked)]
    ahead = spread(model._ensemble, len(orders), lucks)  # noqa: SLF001  # as the model's own outlook takes it
    compiling.compiled(ahead.start.bucket, OFTEN)
    for _ in range(left):
        ahead.step(Ordered(s, {seat: orders}))
    i, world = s.patrons.index(seat), ahead.world
    out = []
    for k, c in enumerate(asked, 1):
        j = s.clients.index(c)
        with_it, without = (slice(n * lucks, (n + 1) * lucks) for n in (0, k))
        share = 100 * (world.share[with_it, i, j] - world.share[without, i, j])
        base = world.base[with_it, i, j].astype(float) - world.base[without, i, j]
        out.append(Bought(c, float(share.mean()), float(share.std()), float(base.mean())))
    return out
