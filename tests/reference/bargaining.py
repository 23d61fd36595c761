"""The base rights of a quarter, dyad by dyad, and the packages they lead to (equations §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patronage.scenario.catalogue import INSTRUMENTS

from .start import ROUTES
from .talks import Talks

if TYPE_CHECKING:
    from .model import ReferenceModel

Package = tuple[str, tuple[Any, ...], dict[str, Any]]
"""A giver, and what its `promise_package` is called with."""


class Bargaining:
    """All talks of a quarter. Contracts are changed at once: nothing here reads those of another dyad."""

    def __init__(self, model: ReferenceModel) -> None:
        self.model = model
        self.refusals: dict[tuple[str, str], dict[str, float]] = {}
        """By (rival, client): the worth paid for each patron's refused base, MUSD."""
        self.offers: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
        """By (rival, client): for each patron's refused base, the package that was offered, MUSD by instrument."""
        self.rents: dict[tuple[str, str], float] = {}
        """By (holder, host): the yearly rent that a new in-kind contract is worth, MUSD."""
        self.new_pledges: list[tuple[str, str, str]] = []
        self.broken: list[tuple[str, str, str]] = []

    def run(self) -> None:
        """§4 for every dyad, then the packages it leads to."""
        model = self.model
        for p in model.patron:
            for c in model.client:
                if not self.act(p, c):
                    self.play(p, c)
        # Packages are composed before broken pledges empty the pipeline: both use the debts due as §3 left them.
        composed = self.compose_refusals() + self.compose_concessions()
        self.break_pledges()
        for giver, args, row in composed:
            model.patron[giver].promise_package(*args, **row)
        self.promise()
        self.age_pledges()

    # Which dyads are in play.

    def act(self, p: str, c: str) -> bool:
        """What a scenario orders; True if that is all that happens to the base this quarter."""
        model, s = self.model, self.model.state
        if not model.acts:
            return False
        base = {"holder": p, "host": c}
        orders = {kind: model.told(kind, **base) for kind in ("close_base", "evict", "open_base", "host_demand")}
        if orders["close_base"] and s["base"][p][c]:
            self.close(p, c, "event")
        if orders["evict"] and s["base"][p][c] and s["notice"][p][c] == 0:
            self.give_notice(p, c, "event")
            model.note("notice", p, c, concession="base", rent=s["rent"][p][c], cause="event")
        for order in orders["open_base"]:
            self.open(p, c, order["rent"], order["term"])
            model.note("opened", p, c, concession="base", rent=order["rent"], cause="event")
        for order in model.told("merge", **base):
            if s["base"][p][c]:
                s["sites"][p][c], s["term_left"][p][c] = 1.0, order["term"]
                model.note("merged", p, c, concession="base", rent=s["rent"][p][c])
        for order in orders["host_demand"]:
            self.demand(p, c, order["multiple"])
        return any(orders.values())

    def demand(self, p: str, c: str, multiple: float) -> None:
        """The host demands a multiple of the rent, or the base goes."""
        s = self.model.state
        if not s["base"][p][c]:
            return
        talks = Talks(self.model, p, c, absent=False)
        asked = s["rent"][p][c] * multiple
        if asked <= talks.value:
            s["rent"][p][c] = asked
            talks.note("demand_met", asked=asked)
        else:
            self.close(p, c, "demand", talks, asked=asked)

    def play(self, p: str, c: str) -> None:
        """A quarter of a dyad in which nothing is ordered."""
        s = self.model.state
        if s["base"][p][c]:
            if s["notice"][p][c] > 0:
                self.under_notice(p, c)
            else:
                self.standing(p, c)
        else:
            self.absent(p, c)

    def under_notice(self, p: str, c: str) -> None:
        """The evicted may bid again; otherwise the notice runs."""
        model, n, s = self.model, self.model.inputs, self.model.state
        talks = None
        if model.patron[p].luck("rebid", c) < n.bargaining_rebid:
            talks = Talks(model, p, c, absent=False, insists=ROUTES[int(s["route"][p][c])] == "demand")
            if talks.accepted:
                self.open(p, c, talks.rent, n.term[p][c])
                self.renege(talks)
                talks.note("kept")
                return
        s["notice"][p][c] -= 1
        if s["notice"][p][c] <= 0:
            self.close(p, c, ROUTES[int(s["route"][p][c])], talks)

    def standing(self, p: str, c: str) -> None:
        """A base in force: is it reviewed, and what comes of it?"""
        model, n, s = self.model, self.model.inputs, self.model.state
        left = s["term_left"][p][c] = max(0.0, s["term_left"][p][c] - 1)
        chance = 1.0 - (1.0 - self.hazard(p, c)) ** s["sites"][p][c]
        offered = any(sum(act.values()) > 0.0 for act in model.told("offer", to=c, against=p))
        if not (model.patron[p].luck("review", c) < chance or model.told("review", holder=p, host=c) or offered):
            return
        asks = n.bargaining_surplus_share if n.with_asked_rents else 0.0
        insists = model.before["term_left"][p][c] <= 1 and model.patron[p].luck("ask", c) < asks
        talks = Talks(model, p, c, absent=False, insists=insists)
        fallen, old = s["overthrow"][c], s["rent"][p][c]
        if talks.accepted:
            rent = max(talks.rent, old) if left > 0 and not fallen and not self.declining(p) else talks.rent
            self.open(p, c, rent, n.term[p][c])
            talks.note("renewed")
            return
        route = talks.route(fallen)
        self.give_notice(p, c, route)
        if n.with_served_terms and route == "mission" and talks.value > 0 and talks.value >= old:
            s["notice"][p][c] = max(s["notice"][p][c], left)
        talks.note("notice", cause=route)
        self.refuse(talks)

    def declining(self, p: str) -> bool:
        """Whether the mission falls this quarter, or is over."""
        mission, earlier = self.model.inputs.mission[p], self.model.state["mission_before"][p]
        floor = self.model.inputs.bargaining_mission_floor
        return mission < earlier or (mission <= floor and earlier <= floor)

    def hazard(self, p: str, c: str) -> float:
        """h, the chance a quarter that a site is reviewed."""
        model, n, s = self.model, self.model.inputs, self.model.state
        turned = s["turnover"][c] or s["sanction"][p][c] > 0 or bool(model.told("turnover", state=c))
        h = (
            n.bargaining_hazard_base
            + n.bargaining_hazard_regime * model.client[c].contested * (1.0 - model.before["share"][p][c])
            + n.bargaining_hazard_turnover * turned
            + n.bargaining_hazard_overthrow * s["overthrow"][c]
            + n.bargaining_hazard_term * (s["term_left"][p][c] == 0)
            + n.bargaining_hazard_mission * self.declining(p)
        )
        return min(max(h, 0.0), 1.0)

    def absent(self, p: str, c: str) -> None:
        """No base: is one sought, and is it had?"""
        model, n, s = self.model, self.model.inputs, self.model.state
        mission, floor = n.mission[p], n.bargaining_mission_floor
        if mission * n.need[p] * n.geography[p][c] == 0.0:
            return
        wanted = 1.0 if s["mission_before"][p] <= floor else n.bargaining_seek
        chance = wanted if mission > floor else n.bargaining_seek_idle
        if not (model.patron[p].luck("review", c) < chance or model.told("review", holder=p, host=c)):
            return
        talks = Talks(model, p, c, absent=True)
        if talks.accepted:
            self.open(p, c, talks.rent, n.term[p][c])
            self.renege(talks)
            talks.note("opened")
        else:
            talks.note("refused")
            self.refuse(talks)

    # What talks lead to.

    def open(self, p: str, c: str, rent: float, term: float) -> None:
        """A contract, new or renewed."""
        s = self.model.state
        s["base"][p][c], s["rent"][p][c], s["term_left"][p][c], s["notice"][p][c] = True, rent, term, 0.0
        self.rents[p, c] = rent

    def give_notice(self, p: str, c: str, route: str) -> None:
        """The base will close unless the host bids more."""
        s = self.model.state
        s["notice"][p][c], s["route"][p][c] = round(self.model.inputs.bargaining_notice), ROUTES.index(route)

    def close(self, p: str, c: str, cause: str, talks: Talks | None = None, **told: float) -> None:
        """The end of a base."""
        s = self.model.state
        s["base"][p][c], s["rent"][p][c], s["term_left"][p][c], s["notice"][p][c] = False, 0.0, 0.0, 0.0
        s["route"][p][c] = ROUTES.index(cause)
        if talks is None:
            self.model.note("closed", p, c, concession="base", cause=cause)
        else:
            talks.note("closed", cause=cause, **told)

    def refuse(self, talks: Talks) -> None:
        """Rivals share what the host would have had to pay above the client's price, unless they paid before."""
        n, s, p, c = self.model.inputs, self.model.state, talks.patron, talks.client
        spare = n.with_packages * n.bargaining_annuity * max(0.0, talks.value - talks.price)
        for q, bid in talks.bids.items():
            if any(talks.stated(q).values()):
                self.offers.setdefault((q, c), {})[p] = talks.stated(q)
                self.new_pledges.append((q, p, c))
            elif bid > 0.0 and spare > 0.0 and s["pledge"][q][p][c] == 0:
                self.refusals.setdefault((q, c), {})[p] = spare * bid / talks.denial
                self.new_pledges.append((q, p, c))

    def renege(self, talks: Talks) -> None:
        """The client takes the base back in spite of paid pledges."""
        s, p, c = self.model.state, talks.patron, talks.client
        for q, bid in talks.bids.items():
            if s["pledge"][q][p][c] > 0:
                self.broken.append((q, p, c))
                if bid > 0.0:
                    s["sting"][q][c] = [later + bid / talks.floor / 3.0 for later in s["sting"][q][c]]
                self.model.note("renege", q, c, counterpart=p, concession="refusal of a base", denial=bid)

    # Packages.

    def compose_refusals(self) -> list[Package]:
        """What rivals promise for refusals, one package a rival and client."""
        composed: list[Package] = []
        for q, c in dict.fromkeys((*self.refusals, *self.offers)):
            giver, worths, offers = self.model.patron[q], self.refusals.get((q, c), {}), self.offers.get((q, c), {})
            gift = giver.package(sum(w / giver.trust(c) for w in worths.values()), c, giver.need[c])
            gift = {k: face + sum(offer[k] for offer in offers.values()) for k, face in gift.items()}
            row = {"counterpart": next(iter(worths | offers)), "concession": "refusal of a base"}
            composed.append((q, (gift, c, "refusal", "refusal"), row))
        return composed

    def compose_concessions(self) -> list[Package]:
        """What holders promise in kind for their bases."""
        n = self.model.inputs
        composed: list[Package] = []
        for (p, c), rent in self.rents.items():
            if n.with_packages and n.in_kind[p][c]:
                giver = self.model.patron[p]
                worth = n.bargaining_annuity * rent / giver.trust(c)
                gift = giver.package(worth, c, giver.need[c])
                row = {"counterpart": p, "concession": "base"}
                composed.append((p, (gift, c, "concession", "concession"), row))
        return composed

    def promise(self) -> None:
        """Packages that the scenario promises, for nothing in particular."""
        for p, patron in self.model.patron.items():
            for c in self.model.client:
                acts = self.model.told("promise", **{"from": p, "to": c})
                gift = {k: sum(act.get(k, 0.0) for act in acts) for k in INSTRUMENTS}
                patron.promise_package(gift, c, "concession", "concession", counterpart=p, cause="event")

    def break_pledges(self) -> None:
        """What is still due for refusals lapses."""
        s = self.model.state
        for q, p, c in self.broken:
            s["pledge"][q][p][c] = 0.0
            for pipeline in ("due", "stuck"):
                for purposes in s[pipeline][q][c].values():
                    purposes["refusal"] = 0.0

    def age_pledges(self) -> None:
        """Pledges run, and new ones begin."""
        n, s = self.model.inputs, self.model.state
        for table in s["pledge"].values():
            for row in table.values():
                for c, left in row.items():
                    row[c] = max(0.0, left - 1)
        for q, p, c in self.new_pledges:
            s["pledge"][q][p][c] = n.bargaining_pledge
