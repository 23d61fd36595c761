"""What lies ahead of a client in a seat: who may want a base, what it would take for it, and what letting somebody in would bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from patronage import compiling
from patronage.abm import InfluenceModel
from patronage.driving import Ensemble
from patronage.world.arrays import Array

from .foresight import LUCKS, OFTEN, YEAR, Ordered, Outlook, spread
from .orders import Decision, counterparts


def receipts(runs: Ensemble, client: str) -> Array:
    """[R] what a client had from all patrons in the quarter: deliveries of every kind and rents, less rents it paid, MUSD."""
    out = np.zeros(len(runs.worlds))
    for patron in runs.start.structure.patrons:
        if patron != client:
            out += runs.measure("delivered", patron, client) + runs.measure("rent_paid", patron, client)
    return out


def danger(runs: Ensemble, client: str) -> Array:
    """[R] the chance that a client's regime was overthrown in the quarter."""
    return np.asarray(runs.world.work("overthrow_chance")[:, runs.start.structure.clients.index(client)])


def table_of(model: InfluenceModel, client: str) -> list[dict[str, Any]]:
    """What a client knows before a quarter: a row per patron, MUSD a year.

    The luck is that of another run: prices and bids are likely ones, not those that will come.
    """
    decider = Outlook()
    model.outlook(decider)
    offers, s, world = decider.views["offers"], model.parameters.structure, model.world
    j = s.clients.index(client)
    out = []
    for p in counterparts(model.scenario, client):
        i = s.patrons.index(p)
        seen = {key: float(getattr(offers, key)[0, i, j]) for key in ("price", "denial", "consent", "survival")}
        takes = bool(offers.usual_accept[0, i, j])
        out.append(
            {
                "patron": p, "share": float(world.share[0, i, j]), "given": float(world.effort[0, i, j]),
                "holds": bool(world.base[0, i, j]), "rent": float(world.rent[0, i, j, 0]), "term": float(world.term_left[0, i, j, 0]),
                "notice": float(world.notice[0, i, j, 0]), "closed": bool(offers.closed[0, i, j]),
                "worth": float(offers.belief[0, i, j]), "floor": float(offers.usual_floor[0, i, j]), **seen,
                "advice": {"takes": takes, "least": float((offers.usual_rent if takes else offers.usual_floor)[0, i, j])},
            }
        )  # fmt: skip
    return out


@dataclass(frozen=True)
class Brought:
    """What letting a patron in changes within a year, against refusing it."""

    patron: str
    receipts: float
    """MUSD from all patrons."""
    spread: float
    """Standard deviation over lucks, MUSD."""
    base: float
    """Change of the chance that its base stands at the end."""
    danger: float
    """Change of the mean chance to be overthrown in a quarter."""


def brought(model: InfluenceModel, seat: str, decision: Decision, lucks: int = LUCKS) -> list[Brought]:
    """What an order brings patron by patron within a year, or within what is left of the period: letting it in against refusing it.

    A patron that the order refuses is let in as the rest of the order says. The order stands for the whole time; all others do as the
    model would.
    """
    patrons = counterparts(model.scenario, seat)
    left = min(YEAR, model.scenario.end - model.world.quarter)
    if left < 1:
        return []
    orders = [replace(decision, refuse=without) for p in patrons for without in (decision.refuse - {p}, decision.refuse | {p})]
    ahead = spread(model._ensemble, len(orders), lucks)  # noqa: SLF001  # as the model's own outlook takes it
    compiling.compiled(ahead.start.bucket, OFTEN)
    had, feared = np.zeros(len(ahead.worlds)), np.zeros(len(ahead.worlds))
    for _ in range(left):
        ahead.step(Ordered(ahead.start.structure, {seat: orders}))
        had += receipts(ahead, seat)
        feared += danger(ahead, seat) / left
    stands = np.stack([ahead.measure("base", p, seat) for p in patrons])
    out = []
    for k, p in enumerate(patrons):
        let_in, refused = (slice(n * lucks, (n + 1) * lucks) for n in (2 * k, 2 * k + 1))
        more = had[let_in] - had[refused]
        base = float((stands[k, let_in] - stands[k, refused]).mean())
        out.append(Brought(p, float(more.mean()), float(more.std()), base, float((feared[let_in] - feared[refused]).mean())))
    return out

