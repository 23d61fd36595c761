"""One auction of a concession: value, price, survival, denial bids, consent and rent (equations §4)."""

from __future__ import annotations

import copy
import math
from functools import cached_property
from typing import TYPE_CHECKING

from patronage.scenario.catalogue import INSTRUMENTS

from .formulas import logistic, normal_quantile, ratio
from .start import ROUTES

if TYPE_CHECKING:
    from .model import ReferenceModel


def decision(word: str, kind: str) -> str:
    """The luck of a decision about a contract of a kind."""
    return word if kind == "base" else f"{word}.{kind}"


class Table:
    """All auctions of a quarter, read from the world as it stood when they began."""

    def __init__(self, model: ReferenceModel) -> None:
        self.model = model
        tables = ("standing", "rent", "term_left", "notice", "route", "age")
        self.before = {table: copy.deepcopy(model.state[table]) for table in tables}
        self.closed = {p: {c: model.closed(p, c) for c in model.client} for p in model.patron}
        self.logit = {c: client.logit() for c, client in model.client.items()}
        self.talks: dict[tuple[str, str, str], Talks] = {}

    def at(self, p: str, c: str, j: str) -> Talks:
        """The talks of a patron and a client about a concession of a kind."""
        if (p, c, j) not in self.talks:
            self.talks[p, c, j] = Talks(self, p, c, j)
        return self.talks[p, c, j]


class Talks:
    """A patron and a client over a concession, in one quarter: what it is worth, and what it costs."""

    def __init__(self, table: Table, patron: str, client: str, kind: str) -> None:
        self.table, self.model = table, table.model
        self.patron, self.client, self.kind = patron, client, kind
        self.stands = table.before["standing"][patron][client][kind]

    def luck(self, word: str) -> float:
        """The uniform number of a decision about it."""
        return self.model.patron[self.patron].luck(decision(word, self.kind), self.client)

    @cached_property
    def mission(self) -> float:
        """m, the mission as this kind sees it."""
        return self.model.patron[self.patron].mission(self.client, self.kind)

    # Value.

    @cached_property
    def alternatives(self) -> float:
        """Places elsewhere that the patron or its allies hold, as far as they serve it."""
        n, standing, j = self.model.inputs, self.table.before["standing"], self.kind
        found = 0.0
        for place in self.model.client:
            if place != self.client:
                friends = [q for q in self.model.patron if frozenset((self.patron, q)) in n.allies]
                allied = any(standing[q][place][j] for q in friends)
                held = max(float(standing[self.patron][place][j]), n.bargaining_allied_alternative * allied)
                found += held * min(1.0, n.fit[self.patron][place][j])
        return found

    @cached_property
    def gross(self) -> float:
        """What it brings in with average luck, MUSD/yr."""
        n, p, c, j = self.model.inputs, self.patron, self.client, self.kind
        fewer = 1.0 + n.with_alternatives * n.bargaining_alternatives * self.alternatives
        return self.mission * n.need[p][j] * n.fit[p][c][j] / fewer

    def possible(self) -> bool:
        """Whether the patron has any use for it."""
        n, p = self.model.inputs, self.patron
        return self.mission * n.need[p][self.kind] * n.fit[p][self.client][self.kind] > 0.0

    @cached_property
    def cost(self) -> float:
        """What it costs to run, MUSD/yr."""
        n = self.model.inputs
        return n.fixed[self.patron][self.kind] * n.base_size[self.patron][self.client]

    @cached_property
    def bundle(self) -> float:
        """What it makes possible: the gains of the kinds that require it."""
        n, worth = self.model.inputs, 0.0
        for i in n.kinds:
            if n.requires.get(i) == self.kind:
                dependent = self.table.at(self.patron, self.client, i)
                if (dependent.stands or dependent.possible()) and dependent.accepted:
                    worth += max(0.0, dependent.value - dependent.floor)
        return worth

    @cached_property
    def value(self) -> float:
        """V, MUSD/yr."""
        luck = math.exp(self.model.inputs.bargaining_value_noise * normal_quantile(self.luck("value")))
        return self.gross * luck - self.cost + self.bundle

    @cached_property
    def believed(self) -> float:
        """What the host believes it to be worth: the value without its luck."""
        return self.gross - self.cost + self.bundle

    # Price.

    @cached_property
    def price(self) -> float:
        """k, what the client asks for itself, MUSD/yr."""
        n, client = self.model.inputs, self.model.client[self.client]
        salience = n.kind_salience[self.kind] * client.base_salience(self.patron) * (1.0 - self.protection())
        return client.price(salience) * self.policy_factor()

    def protection(self) -> float:
        """Part of the salience that the holder's mission takes away from an insecure host that it does not sanction."""
        model, n, p, c, j = self.model, self.model.inputs, self.patron, self.client, self.kind
        insecurity = model.state["insecurity"][c]
        if not n.with_security or model.state["sanction"][p][c] > 0 or insecurity == 0.0:
            return 0.0
        serves = n.kind_answers[j] * model.patron[p].mission(c) * min(1.0, n.fit[p][c][j])
        return (
            n.with_security * n.bargaining_security * serves * insecurity / (insecurity + n.courtship_insecurity_half)
        )

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

    @cached_property
    def survival(self) -> float:
        """π, what hosting does to the regime's chance of being overthrown, in offices, MUSD/yr."""
        model, n, p, c, j = self.model, self.model.inputs, self.patron, self.client, self.kind
        client, standing = model.client[c], self.table.before["standing"]
        others = [
            n.kind_guards[i]
            for q in model.patron
            for i in n.kinds
            if standing[q][c][i] and (q, i) != (p, j)
        ]  # fmt: skip
        guard = max(others, default=0.0)
        fear = 0.0
        if n.kind_presence[j] > 0.0:
            outrage = n.regimes_hazard_legitimacy * client.outrage() * client.anger(p)
            fear = n.with_sentiment * ratio(outrage, n.regimes_recovery)
            fear += n.refusal_condemn * client.gap(p) * (model.state["sanction"][p][c] > 0)
        logit = self.table.logit[c]
        risk = logistic(logit - max(guard, n.kind_guards[j]) + fear) - logistic(logit - guard)
        office = 4.0 * n.refusal_office * client.revenue_year
        return n.with_refusal * n.with_regime_change * office * risk

    # Denial.

    @cached_property
    def bids(self) -> dict[str, float]:
        """N_qpcj of every patron."""
        weighs = self.model.inputs.kind_denied[self.kind]
        return {q: weighs * self.bid(q) + self.offer(q) for q in self.model.patron}

    @cached_property
    def denial(self) -> float:
        """N_pcj, MUSD/yr."""
        return sum(self.bids.values())

    def bid(self, rival: str) -> float:
        """N_qpc, what a rival offers to deny a base, MUSD/yr."""
        model, n, p, c = self.model, self.model.inputs, self.patron, self.client
        keen = n.with_denial_bids * n.rivalry[rival][p] * n.weight[rival][c]
        if keen == 0.0 or self.table.closed[rival][c]:
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
            * (1.0 - n.withhold_coup[rival] * model.client[c].military)
        )

    def offer(self, rival: str) -> float:
        """What a stated package adds to a bid, MUSD/yr: its worth over the annuity, as far as the rival is believed."""
        model, n = self.model, self.model.inputs
        mean, cost = model.patron[rival].mean_delivery(), n.cost[rival]
        worth = sum(cost[k] * mean[k] * face for k, face in self.stated(rival).items())
        return worth * model.before["reputation"][rival][self.client] / n.bargaining_annuity

    def stated(self, rival: str) -> dict[str, float]:
        """The package, at face value, that the scenario lets a rival offer for the refusal."""
        acts = self.model.told("offer", **{"from": rival, "to": self.client, "against": self.patron, "kind": self.kind})
        return {k: sum(act.get(k, 0.0) for act in acts) for k in INSTRUMENTS}

    @cached_property
    def obstacle(self) -> float:
        """N*, what bars the way: denial, or a rival that wants an exclusive concession for itself."""
        model, n, c, j = self.model, self.model.inputs, self.client, self.kind
        if not n.kind_exclusive[j]:
            return self.denial
        others = [q for q in model.patron if q != self.patron]
        best = self.denial
        for q in others:
            if n.fit[q][c][j] > 0.0 and not self.table.closed[q][c] and q != c:
                rival = self.table.at(q, c, j)
                best = max(best, rival.value - rival.price - rival.survival - rival.denial)
        held = any(self.table.before["standing"][q][c][j] for q in others)
        return best + n.bargaining_switching * held

    def consent(self) -> float:
        """What it costs that the host's allies agree to an outsider's new contract, MUSD/yr."""
        model, n, p, c = self.model, self.model.inputs, self.patron, self.client
        cost = 0.0
        for bloc in model.bloc.values():
            if not (n.bloc_consent[bloc.code] > 0.5 and model.state["member"][bloc.code][c]):
                continue
            friends = (*((bloc.leader,) if bloc.leader else ()), *bloc.affiliates)
            if any(a == p or frozenset((a, p)) in n.allies for a in friends):
                continue
            stance = {
                m: model.client[m].distance(p) - bloc.strays(m) for m in bloc.client_members() if m != c
            }  # fmt: skip
            objectors = [m for m, x in stance.items() if x > 0.0]
            cost += bloc.vote_cost(objectors, stance, p, without=c)
        return cost

    # Outcome.

    @cached_property
    def floor(self) -> float:
        """F, MUSD/yr; below 0 the client pays, as far as its purse reaches."""
        model, n, c = self.model, self.model.inputs, self.client
        asked = self.price + self.survival + self.obstacle
        if not self.stands and n.kind_presence[self.kind] > 0.0:
            asked += self.consent()
        rents, standing = self.table.before["rent"], self.table.before["standing"]
        paid = sum(
            max(0.0, -rents[q][c][i])
            for q in model.patron
            for i in n.kinds
            if standing[q][c][i] and (q, i) != (self.patron, self.kind)
        )
        return max(asked, -max(0.0, n.bargaining_purse * model.client[c].revenue_year - paid))

    @cached_property
    def hold_up(self) -> float:
        """ψ, the part of the surplus that goes to a host whom the holder cannot leave."""
        n, age = self.model.inputs, self.table.before["age"][self.patron][self.client][self.kind]
        settled = 1.0 - math.exp(-age / n.bargaining_sunk)
        return n.bargaining_monopoly * settled / (1.0 + self.alternatives)

    @cached_property
    def insists(self) -> bool:
        """Whether the host names the rent."""
        n, before, p, c, j = self.model.inputs, self.table.before, self.patron, self.client, self.kind
        if not self.stands:
            return False
        if before["notice"][p][c][j] > 0:
            return ROUTES[int(before["route"][p][c][j])] == "demand"
        asks = n.with_asked_rents * n.bargaining_surplus_share
        return before["term_left"][p][c][j] <= 1 and self.luck("ask") < asks

    @cached_property
    def rent(self) -> float:
        """rent*, MUSD/yr."""
        n = self.model.inputs
        if self.insists:
            return max(self.floor, self.believed)
        split = n.bargaining_surplus_share * (1.0 - n.with_asked_rents)
        return self.floor + split * (self.value - self.floor) + self.hold_up * max(0.0, self.believed - self.floor)

    @cached_property
    def accepted(self) -> bool:
        """Whether it is to be had."""
        if self.model.inputs.policy[self.client] == "isolationist" or self.table.closed[self.patron][self.client]:
            return False
        enough = self.rent if self.insists or self.hold_up > 0.0 else self.floor
        return self.value >= enough and (self.value > 0.0 or self.floor < 0.0)

    def but_for_survival(self) -> bool:
        """Whether it would have been had but for what it does to the regime."""
        return self.value < self.floor and self.survival > 0.0 and self.value >= self.floor - self.survival

    def route(self, fallen: bool) -> str:
        """Why a standing contract is refused."""
        if self.table.closed[self.patron][self.client]:
            return "politics"
        if self.mission == 0.0 or self.value < self.floor <= (self.value + self.cost) / self.mission - self.cost:
            return "mission"
        if self.but_for_survival():
            return "politics"
        if self.value >= self.floor and (self.insists or self.hold_up > 0.0):
            return "demand"
        if self.value < self.price:
            return "price"
        return "overthrow" if fallen else "rival"

    def note(self, kind: str, **row: object) -> None:
        """Enter a row about this contract in the ledger."""
        p, c, j = self.patron, self.client, self.kind
        told = {"value": self.value, "price": self.price, "denial": self.denial, "asked": self.rent}
        told |= {"survival": self.survival, "anger": self.model.client[c].anger(p)}
        row = {"concession": j, "floor": self.floor, "rent": self.model.state["rent"][p][c][j]} | told | row
        self.model.note(kind, p, c, **row)
