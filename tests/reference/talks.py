"""One auction of base rights: value, price, denial bids, consent and rent (equations §4)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from patronage.scenario.catalogue import INSTRUMENTS

from .formulas import normal_quantile

if TYPE_CHECKING:
    from .model import ReferenceModel


class Talks:
    """A patron and a client over a base, in one quarter: what it is worth, and what it costs."""

    def __init__(self, model: ReferenceModel, patron: str, client: str, absent: bool, insists: bool = False) -> None:
        self.model = model
        self.patron, self.client, self.insists = patron, client, insists
        n = model.inputs
        believed = self.worth_without_luck()
        luck = math.exp(n.bargaining_value_noise * normal_quantile(model.patron[patron].luck("value", client)))
        self.full_value = believed * luck
        self.value = n.mission[patron] * self.full_value
        salience = model.client[client].base_salience(patron) * (1.0 - self.protection())
        self.price = model.client[client].price(salience) * self.policy_factor()
        self.bids = {q: self.bid(q) + self.offer(q) for q in model.patron}
        self.denial = sum(self.bids.values())
        self.floor = self.price + self.denial + (self.consent() if absent else 0.0)
        sells = n.policy[client] != "isolationist"
        if insists:
            self.rent = max(self.floor, n.mission[patron] * believed)
            self.accepted = sells and self.value > 0.0 and self.value >= self.rent
        else:
            split = 0.0 if n.with_asked_rents else n.bargaining_surplus_share
            self.rent = self.floor + split * (self.value - self.floor)
            self.accepted = sells and self.value > 0.0 and self.value >= self.floor

    def protection(self) -> float:
        """Part of the salience that the holder's mission takes away from an insecure host that it does not sanction."""
        model, n, p, c = self.model, self.model.inputs, self.patron, self.client
        insecurity = model.state["insecurity"][c]
        if not n.with_security or model.state["sanction"][p][c] > 0 or insecurity == 0.0:
            return 0.0
        serves = n.mission[p] * min(1.0, n.geography[p][c])
        return n.bargaining_security * serves * insecurity / (insecurity + n.courtship_insecurity_half)

    def worth_without_luck(self) -> float:
        """What the base would be worth to the patron under a full mission and with average luck, MUSD/yr."""
        model, n, p, c = self.model, self.model.inputs, self.patron, self.client
        base = model.before["base"]
        alternatives = 0.0
        for place in model.client:
            if place != c:
                allied = any(base[q][place] for q in model.patron if frozenset((p, q)) in n.allies)
                held = max(float(base[p][place]), n.bargaining_allied_alternative * allied)
                alternatives += held * min(1.0, n.geography[p][place])
        fewer = 1.0 + n.with_alternatives * n.bargaining_alternatives * alternatives
        return n.need[p] * n.geography[p][c] / fewer

    def policy_factor(self) -> float:
        """f, by which the client's policy changes its price."""
        n, shares = self.model.inputs, self.model.shares_before(self.client)
        policy, share = n.policy[self.client], shares[self.patron]
        if policy in ("auctioneer", "isolationist"):
            return 1.0
        above = share - sum(shares.values()) / len(shares)
        if policy == "hedger":
            return math.exp(2.0 * above)
        if policy == "bandwagoner":
            return math.exp(-2.0 * above)
        if policy == "balancer":
            return math.exp(2.0 * (self.patron == max(shares, key=lambda q: shares[q])))
        raise ValueError(f"no such policy: {policy}")

    def bid(self, rival: str) -> float:
        """N_qpc, what a rival offers to deny the base, MUSD/yr."""
        model, n, p, c = self.model, self.model.inputs, self.patron, self.client
        keen = n.with_denial_bids * n.rivalry[rival][p] * n.weight[rival][c]
        if keen == 0.0:
            return 0.0
        bold = {"denial_first": 1.0 + n.strategy_share[rival], "retrench": n.strategy_share[rival]}
        before = model.before
        return (
            keen
            * n.bargaining_denial
            * 4.0
            * model.patron[rival].budget
            * before["share"][rival][c]
            * before["reputation"][rival][c]
            * bold.get(n.strategy[rival], 1.0)
        )

    def offer(self, rival: str) -> float:
        """What a stated package adds to a bid, MUSD/yr: its worth over the annuity, as far as the rival is believed."""
        model, n = self.model, self.model.inputs
        mean, cost = model.patron[rival].mean_delivery(), n.cost[rival]
        worth = sum(cost[k] * mean[k] * face for k, face in self.stated(rival).items())
        return worth * model.before["reputation"][rival][self.client] / n.bargaining_annuity

    def stated(self, rival: str) -> dict[str, float]:
        """The package, at face value, that the scenario lets a rival offer for the refusal."""
        acts = self.model.told("offer", **{"from": rival, "to": self.client, "against": self.patron})
        return {k: sum(act.get(k, 0.0) for act in acts) for k in INSTRUMENTS}

    def consent(self) -> float:
        """What it costs that the host's allies agree to an outsider's new base, MUSD/yr."""
        model, n, p, c = self.model, self.model.inputs, self.patron, self.client
        cost = 0.0
        for bloc in model.bloc.values():
            if not (n.bloc_consent[bloc.code] > 0.5 and model.state["member"][bloc.code][c]):
                continue
            if any(a == p or frozenset((a, p)) in n.allies for a in (bloc.leader, *bloc.affiliates)):
                continue
            partners = [model.client[m] for m in bloc.client_members() if m != c]
            objectors = [m.code for m in partners if m.distance(bloc.leader) < m.distance(p)]
            stance = {m.code: m.distance(p) - m.distance(bloc.leader) for m in partners}
            cost += bloc.vote_cost(objectors, stance, p, without=c)
        return cost

    def route(self, fallen: bool) -> str:
        """Why a standing base is refused: a full mission would have kept it, the host's own price, an overthrow, a rival."""
        if self.model.inputs.mission[self.patron] == 0.0 or self.value < self.floor <= self.full_value:
            return "mission"
        if self.insists and self.value >= self.floor:
            return "demand"
        if self.value < self.price:
            return "price"
        return "overthrow" if fallen else "rival"

    def note(self, kind: str, **row: object) -> None:
        """Enter a row about this base in the ledger."""
        rent = self.model.state["rent"][self.patron][self.client]
        told = {"value": self.value, "price": self.price, "denial": self.denial, "asked": self.rent}
        row = {"concession": "base"} | told | row
        self.model.note(kind, self.patron, self.client, **({"floor": self.floor, "rent": rent} | row))
