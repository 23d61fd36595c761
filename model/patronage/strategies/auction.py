"""What is on the table when bases are sold: values, bids, prices, floors and rents. docs/equations.md section 4.

Common agency (Bernheim & Whinston 1986) with a selectorate price (Bueno de Mesquita & Smith 2007), which a shared enemy lowers
(Altfeld 1984, Morrow 1991) and to which a host adds what the sunk costs of a holder let it ask (Vernon 1971).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..world.arrays import Array, total
from ..world.geometry import orientation_distance, price, salience
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import ROUTES, World
from .decider import Decider, denial_factor
from .offers import bids_of
from .views import Answer, BidView, ConsentView, Offers


@dataclass(frozen=True)
class Table:
    """The terms of every possible base this quarter, MUSD a year, [R,P,C]; `bids` N is [R,Q,P,C]."""

    value: Array
    bids: Array
    denial: Array
    answer: Answer
    insists: Array
    """bool: the host names the rent of a contract in force, to be taken or left."""

    def terms(self) -> dict[str, Array]:
        """What the ledger tells about a decision."""
        a = self.answer
        return {"value": self.value, "price": a.price, "denial": self.denial, "floor": a.floor, "asked": a.rent}

    def decreed(self, asked: Array | float = np.nan) -> dict[str, Array]:
        """The same where an event decides: what it asks, if it asks anything."""
        return {**self.terms(), "asked": np.asarray(asked)}


def set_table(
    world: World, p: Parameters, luck: Luck, decide: Decider, orders: dict[str, Array] | None = None
) -> Table:
    """Values, denial bids, prices, floors and answers for all dyads."""
    rule, view = p.dyad, bid_view(world, p, luck)
    value, bids = decide.bid(view, p)
    bids = bids + bids_of(world, p, orders or {})
    denial = total(bids, 1)
    insists = insistence(world, p, luck)
    sigma = salience(p, p.bargaining_salience, orientation_distance(world, p), world.dyad.openness)
    sigma = sigma * (1.0 + rule.bargaining_salience_sanction * (world.sanction > 0)) * (1.0 - protection(world, p))
    offers = Offers(
        price=price(world, p, sigma),
        denial=denial,
        consent=np.where(world.base, 0.0, consent_price(world, p, decide)),
        value=value,
        influence=world.past.share,
        surplus_share=rule.bargaining_surplus_share * (1.0 - rule.with_asked_rents) + np.zeros_like(value),
        belief=value / view.luck,
        insists=insists,
    )
    return Table(value, bids, denial, decide.respond(offers, p), insists)


def protection(world: World, p: Parameters) -> Array:
    """[R,P,C] part of a base's salience that vanishes because its mission answers the host's own unanswered threat.

    Autonomy is traded for security (Altfeld 1984, Morrow 1991): most by the insecure, and not with who sanctions them.
    Troops on the spot need no promise, so reputation does not enter.
    """
    rule, insecurity = p.dyad, world.dyad.insecurity
    need = insecurity / (insecurity + rule.courtship_insecurity_half)
    answers = rule.mission * np.minimum(1.0, p.geography) * (world.sanction == 0)
    return np.asarray(rule.with_security * rule.bargaining_security * answers * need)


def insistence(world: World, p: Parameters, luck: Luck) -> Array:
    """[R,P,C] bool: a host names its rent, to be taken or left; the holder's costs are sunk (Vernon 1971, Cooley 2008).

    When a term ends, and then until the notice has run out.
    """
    rule = p.dyad
    draw = luck.uniform("ask", world.quarter, p.structure.patron_words, p.structure.client_words)
    over = (world.notice == 0) & (world.term_left <= 1) & (draw < rule.with_asked_rents * rule.bargaining_surplus_share)
    still = (world.notice > 0) & (world.route == ROUTES.index("demand"))
    return np.asarray(world.base & (over | still))


def bid_view(world: World, p: Parameters, luck: Luck) -> BidView:
    """What patrons know when they bid."""
    rule = p.dyad
    draw = luck.normal("value", world.quarter, p.structure.patron_words, p.structure.client_words)
    return BidView(
        mission=rule.mission, need=rule.need, geography=p.geography, luck=np.exp(rule.bargaining_value_noise * draw),
        alternatives=alternatives(world, p), substitution=rule.with_alternatives * rule.bargaining_alternatives,
        denial_scale=rule.with_denial_bids * rule.bargaining_denial,
        weight=p.weight, budget=4.0 * world.budget[:, :, None],
        influence=world.past.share, reputation=world.past.reputation,
        factor=denial_factor(p)[:, :, None], rivalry=p.rivalry,
    )


def alternatives(world: World, p: Parameters) -> Array:
    """[R,P,C] other places where the patron or, in part, an ally has a base, as far as they serve it."""
    friendly = (p.structure.allied[None, :, :, None] & world.base[:, None, :, :]).any(axis=2)
    held = np.where(world.base, 1.0, p.dyad.bargaining_allied_alternative * friendly)
    useful = held * np.minimum(1.0, p.geography)
    return np.asarray(total(useful, 2)[:, :, None] - useful)


def consent_price(world: World, p: Parameters, decide: Decider) -> Array:
    """[R,P,C] what an outsider's new base costs in the consent of its host's allies."""
    if not (p.bloc_consent > 0.5).any():
        return np.zeros(world.base.shape, order="F")
    s, member = p.structure, world.member
    insiders = (s.affiliate[:, None, :] & s.allied[None]).any(axis=2) | s.leads  # [B,P]
    required = (p.bloc_consent > 0.5)[:, :, None, None] & member[:, :, None, :] & ~insiders[None, :, :, None]
    distance = orientation_distance(world, p)
    farther = distance[:, None, :, :] - distance[:, list(s.leader), None, :]  # [R,B,P,M]: positive near the leader
    others = ~np.eye(len(s.clients), dtype=bool)
    votes = (member[:, :, None, :] & others)[:, :, None]
    sigma = salience(p, p.blocs_salience_consent, distance, world.dyad.openness)
    cost = price(world, p, sigma)
    voters = (member.sum(axis=2) + s.affiliate.sum(axis=1))[:, :, None] - member
    view = ConsentView(
        required, votes & (farther > 0)[:, :, :, None, :], cost[:, None, :, None, :], voters,
        votes, farther[:, :, :, None, :], (4.0 * world.gdp)[:, None, None, None, :], sigma[:, None, :, None, :], p.vote,
    )
    return decide.consent(view, p)
