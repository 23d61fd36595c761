"""A bloc: whom it admits, how it holds together, what force it has (equations §12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from .formulas import distance, joint_force, logistic, vote_cost
from .group import Voter, group_cost

if TYPE_CHECKING:
    from .model import ReferenceModel


class Bloc(mesa.Agent):
    """A bloc of clients and affiliates (patrons) under a leader; its members stand in `model.state`."""

    model: ReferenceModel

    def __init__(self, model: ReferenceModel, code: str) -> None:
        super().__init__(model)
        self.code = code
        constitution = model.scenario.bloc(code)
        self.leader: str = constitution.leader
        self.affiliates: tuple[str, ...] = tuple(a for a in constitution.affiliates if a in model.scenario.patrons)
        self.candidates: tuple[str, ...] = tuple(constitution.candidates)
        self.cohesion = 0.0
        self.pending: tuple[list[str], list[str], list[str]] = ([], [], [])

    def client_members(self) -> list[str]:
        """Its members that are clients."""
        return [c for c, inside in self.model.state["member"][self.code].items() if inside]

    # Votes.

    def vote_cost(self, objectors: list[str], stance: dict[str, float], towards: str, without: str = "") -> float:
        """What a yes costs, MUSD/yr. `stance` of every client member with a vote; `towards` whom prices are asked; the
        state concerned has no vote."""
        rule = self.model.inputs.vote[self.code]
        if rule == "group_decision":
            voters = []
            for m in self.client_members():
                if m != without:
                    sigma = self.consent_salience(m, towards)
                    client = self.model.client[m]
                    voters.append(Voter(stance[m], client.gdp_year, sigma, client.price(sigma)))
            return group_cost(voters)
        voters_in_all = sum(m != without for m in self.client_members()) + len(self.affiliates)
        prices = [self.consent_price(m, towards) for m in objectors]
        return vote_cost(rule, voters_in_all, prices)

    def consent_salience(self, member: str, towards: str) -> float:
        """How much a yes for the sake of that patron matters to a client member."""
        return self.model.client[member].salience(self.model.inputs.blocs_salience_consent, towards)

    def consent_price(self, member: str, towards: str) -> float:
        """What a client member asks for a yes it does not like, MUSD/yr."""
        return self.model.client[member].price(self.consent_salience(member, towards))

    def affordable(self, cost: float) -> bool:
        """Whether the leader pays so much for consent."""
        return cost <= self.model.inputs.blocs_consent_budget * 4.0 * self.model.patron[self.leader].budget

    # Membership.

    def benefit(self, c: str) -> float:
        """b_bc, what membership is worth to a client."""
        n, model = self.model.inputs, self.model
        shares = model.shares_before(c)
        rivals = [share for q, share in shares.items() if q != self.leader]
        return (
            n.bloc_threat[self.code] * model.state["threat"][c] * model.before["reputation"][self.leader][c]
            + n.bloc_share[self.code] * shares[self.leader]
            - n.bloc_distance[self.code] * model.client[c].distance(self.leader)
            - n.bloc_rival[self.code] * max(rivals, default=0.0)
            + n.bloc_access[self.code] * self.access_left(c)
        )

    def access_left(self, c: str) -> float:
        """Access to the leader that its sanctions leave, share of GDP."""
        client = self.model.client[c]
        return client.access(self.leader) * (1.0 - client.cut(self.leader))

    def changes(self) -> tuple[list[str], list[str], list[str]]:
        """Who joins by choice, who joins by order, who leaves; from the members as they are."""
        n, member = self.model.inputs, self.model.state["member"][self.code]
        joins, ordered, leaves = [], [], []
        for c, inside in member.items():
            told_in = self.model.told("join", bloc=self.code, state=c)
            told_out = self.model.told("leave", bloc=self.code, state=c)
            if told_in or told_out:
                if told_in and not inside:
                    ordered.append(c)
                elif told_out and inside:
                    leaves.append(c)
            elif n.with_bloc_choice and n.bloc_open[self.code] > 0.5:
                u = self.model.luck.uniform("membership", self.model.quarter, self.code, c)
                if inside:
                    if self.quits(c, u):
                        leaves.append(c)
                elif c in self.candidates and self.asks(c, u) and self.admits(c):
                    joins.append(c)
        return joins, ordered, leaves

    def asks(self, c: str, u: float) -> bool:
        """Whether a client asks to join."""
        n = self.model.inputs
        return u < n.with_bloc_choice * n.blocs_join * logistic(n.blocs_slope * self.benefit(c))

    def quits(self, c: str, u: float) -> bool:
        """Whether a member leaves."""
        n = self.model.inputs
        disgust = logistic(-n.blocs_slope * (self.benefit(c) + n.blocs_hysteresis))
        return u < n.with_bloc_choice * n.blocs_leave * disgust

    def admits(self, candidate: str) -> bool:
        """Whether the leader can pay those whom the candidate would draw the bloc away from."""
        model = self.model
        places = self.places()
        if not places:
            return self.affordable(self.vote_cost([], {}, self.leader, without=candidate))  # nobody objects
        centre, later = mean(places), mean([*places, model.client[candidate].orientation()])
        objectors, stance = [], {}
        for m in self.client_members():
            here = model.client[m].orientation()
            stance[m] = distance(here, later) - distance(here, centre) - 0.1
            if distance(here, later) > distance(here, centre) + 0.1:
                objectors.append(m)
        return self.affordable(self.vote_cost(objectors, stance, self.leader, without=candidate))

    def places(self) -> list[list[float]]:
        """Orientations of all its members."""
        model = self.model
        members = [model.client[m].orientation() for m in self.client_members()]
        return members + [model.patron[a].orientation() for a in self.affiliates]

    def change(self) -> list[str]:
        """Let in and out; returns those who joined by choice."""
        joins, ordered, leaves = self.pending
        member = self.model.state["member"][self.code]
        for c in joins + ordered:
            member[c] = True
            self.model.note(
                "joined", self.leader, c, concession=self.code, cause="event" if c in ordered else "benefit"
            )
        for c in leaves:
            member[c] = False
            told = self.model.told("leave", bloc=self.code, state=c)
            self.model.note("left", self.leader, c, concession=self.code, cause="event" if told else "benefit")
        return joins

    def consider(self) -> None:
        """Settle who comes and goes before anyone does."""
        self.pending = self.changes()

    # Force.

    def measure_cohesion(self) -> None:
        """How near its members stand, less their disputes."""
        n, places = self.model.inputs, self.places()
        if not places:
            self.cohesion = 0.0
            return
        centre = mean(places)
        scatter = sum(distance(place, centre) for place in places) / len(places)
        self.cohesion = 1.0 - scatter - n.blocs_dispute * n.bloc_disputes[self.code]

    def hold_together(self) -> None:
        """Cohesion, then the joint force if it acts."""
        n, s = self.model.inputs, self.model.state
        self.measure_cohesion()
        s["consent_left"][self.code] = max(0, s["consent_left"][self.code] - 1)
        s["force"][self.code] = 0.0
        if n.bloc_force[self.code] > 0.5 and self.client_members() and self.acts():
            s["force"][self.code] = self.strength()

    def acts(self) -> bool:
        """Whether the joint force acts: by cohesion, by consent already bought, or by buying it now."""
        n, s = self.model.inputs, self.model.state
        if self.cohesion >= n.blocs_threshold or s["consent_left"][self.code] > 0:
            return True
        far = 1.0 - n.blocs_threshold
        distances = {m: self.model.client[m].distance(self.leader) for m in self.client_members()}
        objectors = [m for m, d in distances.items() if d > far]
        prices = {m: self.consent_price(m, self.leader) for m in objectors}
        cost = self.vote_cost(objectors, {m: d - far for m, d in distances.items()}, self.leader)
        if not self.affordable(cost):
            return False
        s["consent_left"][self.code] = round(n.blocs_consent_quarters)
        for m, price in prices.items():
            promised = n.with_packages * price
            s["due"][self.leader][m]["grants"]["concession"] += promised
            self.model.flows["promised"][self.leader][m]["grants"] += promised
            row = {"instrument": "grants", "promised": promised, "price": price}
            self.model.note("consent", self.leader, m, concession=self.code, **row)
        return True

    def strength(self) -> float:
        """Ĝ, what client members and the leader put up, MUSD/yr."""
        n, s = self.model.inputs, self.model.state
        members = self.client_members()
        fear = sum(s["threat"][m] for m in members) / len(members)
        contributors = [(self.model.client[m].gdp_year, n.blocs_effort * s["threat"][m]) for m in members]
        contributors.append((4.0 * s["patron_gdp"][self.leader], n.blocs_effort * fear))
        return joint_force(contributors)


def mean(places: list[list[float]]) -> list[float]:
    """The mean orientation."""
    return [sum(axis) / len(places) for axis in zip(*places, strict=True)]
