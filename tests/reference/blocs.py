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
        self.leader: str = constitution.leader or ""
        self.affiliates: tuple[str, ...] = tuple(a for a in constitution.affiliates if a in model.scenario.patrons)
        self.candidates: tuple[str, ...] = tuple(constitution.candidates)
        self.cohesion = 0.0
        self.pending: tuple[list[str], list[str], list[str]] = ([], [], [])

    def client_members(self) -> list[str]:
        """Its members that are clients."""
        return [c for c, inside in self.model.state["member"][self.code].items() if inside]

    def strays(self, client: str) -> float:
        """How far a client stands from the leader, or from the centre of a bloc without one."""
        return self.model.client[client].distance(self.leader) if self.leader else self.off_centre(client)

    def off_centre(self, client: str) -> float:
        """How far a client stands from the mean of the members."""
        places = self.places()
        return distance(self.model.client[client].orientation(), mean(places)) if places else 0.0

    # Votes.

    def vote_cost(self, objectors: list[str], stance: dict[str, float], towards: str, without: str = "") -> float:
        """What a yes costs, MUSD/yr. `stance` of every client member with a vote; `towards` the patron for whose sake it
        is asked, or nobody; the state concerned has no vote."""
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
        """How much a yes for the sake of that patron (or of the bloc itself) matters to a client member."""
        client = self.model.client[member]
        away = client.distance(towards) if towards else self.off_centre(member)
        return client.salience_at(self.model.inputs.blocs_salience_consent, away)

    def consent_price(self, member: str, towards: str) -> float:
        """What a client member asks for a yes it does not like, MUSD/yr."""
        return self.model.client[member].price(self.consent_salience(member, towards))

    def affordable(self, cost: float) -> bool:
        """Whether the leader pays so much for consent; without one nobody does."""
        if not self.leader:
            return cost == 0.0
        return cost <= self.model.inputs.blocs_consent_budget * 4.0 * self.model.patron[self.leader].budget

    # Sanctions (§10).

    def punish(self) -> None:
        """Sanctions run out and, by order, begin: the client complies, or bears the loss and turns away."""
        model, n, s, b = self.model, self.model.inputs, self.model.state, self.code
        for c, client in model.client.items():
            s["bloc_sanction"][b][c] = max(0.0, s["bloc_sanction"][b][c] - 1.0)
            if s["bloc_sanction"][b][c] == 0.0:
                s["bloc_loss"][b][c] = 0.0
            for act in model.told("sanction", **{"from": b, "to": c}):
                value = n.coercion_enforcement * act["loss"] * client.revenue_year
                price = client.price(client.salience_at(n.blocs_salience_consent, self.off_centre(c)))
                complies = value > price
                if complies:
                    if places := self.places():
                        client.move_to(n.coercion_submission, mean(places))
                else:
                    s["bloc_sanction"][b][c] = float(round(act.get("quarters", n.coercion_quarters)))
                    s["bloc_loss"][b][c] = act["loss"]
                    client.defy("", act["loss"])
                row = {"concession": b, "value": value, "price": price}
                model.note("complied" if complies else "sanction", "", c, **row)

    # Membership.

    def benefit(self, c: str) -> float:
        """b_bc, what membership is worth to a client."""
        n, model, b = self.model.inputs, self.model, self.code
        shares = model.shares_before(c)
        rivals = [share for q, share in shares.items() if q != self.leader]
        reliable, share, access, stays = self.cohesion, self.weight_beside(c), 0.0, False
        if self.leader:
            reliable, share = model.before["reputation"][self.leader][c], shares[self.leader]
            access, stays = self.access_left(c), model.patron[self.leader].stays(c)
        benefit = (
            n.bloc_threat[b] * model.state["threat"][c] * reliable * (1.0 if stays else n.blocs_cover)
            + n.bloc_share[b] * share
            - n.bloc_distance[b] * self.strays(c)
            - n.bloc_rival[b] * max(rivals, default=0.0)
            + n.bloc_access[b] * access
        )
        if n.bloc_threat[b] > 0.0:
            benefit += n.blocs_shelter * self.shelter(c)
            benefit -= n.blocs_entangle * (n.bloc_force[b] > 0.5) * self.strays(c)
        return benefit

    def weight_beside(self, c: str) -> float:
        """What stands in for a leader's share: the members' part of their economy and the client's."""
        others = sum(self.model.client[m].gdp_year for m in self.client_members() if m != c)
        return others / (others + self.model.client[c].gdp_year)

    def shelter(self, c: str) -> float:
        """By how much those who sanction the client, patrons and other blocs, are freer than it."""
        model, n, s = self.model, self.model.inputs, self.model.state
        found = 0.0
        for q in model.patron:
            friend = q == self.leader or frozenset((q, self.leader)) in n.allies
            if not friend and s["sanction"][q][c] > 0:
                found += model.client[c].gap(q)
        for other in model.bloc.values():
            members = other.client_members()
            if other is not self and members and s["bloc_sanction"][other.code][c] > 0:
                free = sum(model.client[m].openness for m in members) / len(members)
                found += max(0.0, free - model.client[c].openness)
        return found

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
            return self.affordable(self.denial(candidate))  # nobody objects
        centre, later = mean(places), mean([*places, model.client[candidate].orientation()])
        objectors, stance = [], {}
        for m in self.client_members():
            here = model.client[m].orientation()
            stance[m] = distance(here, later) - distance(here, centre) - 0.1
            if distance(here, later) > distance(here, centre) + 0.1:
                objectors.append(m)
        cost = self.vote_cost(objectors, stance, self.leader, without=candidate)
        return self.affordable(cost + self.denial(candidate))

    def denial(self, candidate: str) -> float:
        """What rivals of the leader bid to keep the candidate out, MUSD/yr."""
        model, n, before, c = self.model, self.model.inputs, self.model.before, candidate
        if not self.leader:
            return 0.0
        bids = sum(
            n.rivalry[q][self.leader]
            * n.weight[q][c]
            * n.bargaining_denial
            * 4.0
            * patron.budget
            * before["share"][q][c]
            * before["reputation"][q][c]
            for q, patron in model.patron.items()
        )
        return n.bloc_denial[self.code] * bids

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
        distances = {m: self.strays(m) for m in self.client_members()}
        objectors = [m for m, d in distances.items() if d > far]
        prices = {m: self.consent_price(m, self.leader) for m in objectors}
        cost = self.vote_cost(objectors, {m: d - far for m, d in distances.items()}, self.leader)
        if not self.affordable(cost):
            return False
        s["consent_left"][self.code] = round(n.blocs_consent_quarters)
        for m, price in prices.items():
            if not self.leader:
                break
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
        if self.leader:
            contributors.append((4.0 * s["patron_gdp"][self.leader], n.blocs_effort * fear))
        return joint_force(contributors)


def mean(places: list[list[float]]) -> list[float]:
    """The mean orientation."""
    return [sum(axis) / len(places) for axis in zip(*places, strict=True)]
