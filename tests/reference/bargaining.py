"""The concessions of a quarter, contract by contract, and the packages they lead to (equations §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patronage.scenario.catalogue import INSTRUMENTS

from .start import ROUTES
from .talks import Table, Talks

if TYPE_CHECKING:
    from .model import ReferenceModel

Package = tuple[str, tuple[Any, ...], dict[str, Any]]
"""A giver, and what its `promise_package` is called with."""


class Bargaining:
    """All talks of a quarter. Contracts are changed at once: tables are read from the world before."""

    def __init__(self, model: ReferenceModel) -> None:
        self.model = model
        self.refusals: dict[tuple[str, str], float] = {}
        """By (rival, client): the worth paid for refused contracts, MUSD."""
        self.offers: dict[tuple[str, str], list[dict[str, float]]] = {}
        """By (rival, client): the packages that were offered for refused contracts, MUSD by instrument."""
        self.rents: dict[tuple[str, str], float] = {}
        """By (holder, host): the yearly rent that a new in-kind contract is worth, MUSD."""
        self.new_pledges: list[tuple[str, str, str, str]] = []
        self.broken: list[tuple[str, str, str, str]] = []
        self.closed_with_it: set[tuple[str, str, str]] = set()
        """Contracts that closed because what they require closed."""

    def run(self) -> None:
        """§4 for every contract, then the packages it leads to."""
        model = self.model
        for patron in model.patron.values():
            patron.open_doors()
        self.table = Table(model)
        for j in sorted(model.inputs.kinds, key=self.rank):
            self.decide(j)
        # Packages are composed before broken pledges empty the pipeline: both use the debts due as §3 left them.
        composed = self.compose_refusals() + self.compose_concessions()
        self.break_pledges()
        for giver, args, row in composed:
            model.patron[giver].promise_package(*args, **row)
        self.promise()
        self.age_pledges()
        for p, row_of_p in model.state["standing"].items():
            for c, contracts in row_of_p.items():
                for j, stands in contracts.items():
                    model.state["age"][p][c][j] += stands

    def rank(self, j: str) -> int:
        """How many kinds stand behind a kind, each required by the next."""
        required = self.model.inputs.requires.get(j)
        return 0 if required is None else 1 + self.rank(required)

    def decide(self, j: str) -> None:
        """All decisions about a kind, then who of several wins, and who makes way."""
        model, n = self.model, self.model.inputs
        ready: list[Talks] = []
        for p in model.patron:
            for c in model.client:
                if (p, c, j) not in self.closed_with_it and not self.act(p, c, j):
                    talks = self.play(p, c, j)
                    if talks is not None:
                        ready.append(talks)
        ordered = {
            c for c in model.client for p in model.patron if model.told("open_base", holder=p, host=c, kind=j)
        }  # fmt: skip
        for talks in ready:
            winner = talks
            if n.kind_exclusive[j]:
                others = [t for t in ready if t.client == talks.client]
                winner = max(others, key=lambda t: t.value - t.floor)
            if winner is not talks or (n.kind_exclusive[j] and talks.client in ordered):
                talks.note("refused", cause="outbid")  # for which nobody pays
            else:
                self.opened(talks)
        if n.kind_exclusive[j]:
            self.make_way(j, [(t.patron, t.client) for t in ready])

    def make_way(self, j: str, ready: list[tuple[str, str]]) -> None:
        """An exclusive concession that opened ends all others of its kind in the host."""
        model, standing = self.model, self.model.state["standing"]
        for p in model.patron:
            for c in model.client:
                opened = bool(model.told("open_base", holder=p, host=c, kind=j)) or (p, c) in ready
                if opened and standing[p][c][j]:
                    for q in model.patron:
                        if q != p and standing[q][c][j]:
                            self.close(q, c, j, "outbid")

    # Which contracts are in play.

    def act(self, p: str, c: str, j: str) -> bool:
        """What a scenario orders; True if that is all that happens to the contract this quarter."""
        model, s = self.model, self.model.state
        if not model.acts:
            return False
        whose = {"holder": p, "host": c, "kind": j}
        orders = {kind: model.told(kind, **whose) for kind in ("close_base", "evict", "open_base", "host_demand")}
        if orders["close_base"] and s["standing"][p][c][j]:
            self.close(p, c, j, "event")
        if orders["evict"] and s["standing"][p][c][j] and s["notice"][p][c][j] == 0:
            self.give_notice(p, c, j, "event")
            model.note("notice", p, c, concession=j, rent=s["rent"][p][c][j], cause="event")
        for order in orders["open_base"]:
            self.open(p, c, j, order["rent"], order.get("term", model.inputs.term[p][c]))
            model.note("opened", p, c, concession=j, rent=order["rent"], cause="event")
        for order in model.told("merge", **whose):
            if s["standing"][p][c][j]:
                s["sites"][p][c][j], s["term_left"][p][c][j] = 1.0, order["term"]
                model.note("merged", p, c, concession=j, rent=s["rent"][p][c][j])
        for order in orders["host_demand"]:
            self.demand(p, c, j, order["multiple"])
        return any(orders.values())

    def demand(self, p: str, c: str, j: str, multiple: float) -> None:
        """The host demands a multiple of the rent, or the contract goes."""
        s = self.model.state
        if not s["standing"][p][c][j]:
            return
        talks, rent = self.table.at(p, c, j), s["rent"][p][c][j]
        asked = rent / multiple if rent < 0.0 else rent * multiple
        if asked <= talks.value:
            s["rent"][p][c][j] = asked
            talks.note("demand_met", asked=asked)
        else:
            self.close(p, c, j, "demand", talks, asked=asked)

    def play(self, p: str, c: str, j: str) -> Talks | None:
        """A quarter of a contract in which nothing is ordered; talks that would open it, if there are such."""
        s = self.model.state
        if not s["standing"][p][c][j]:
            return self.absent(p, c, j)
        if s["notice"][p][c][j] > 0:
            self.under_notice(p, c, j)
        else:
            self.in_force(p, c, j)
        return None

    def under_notice(self, p: str, c: str, j: str) -> None:
        """The evicted may bid again, unless it is final; otherwise the notice runs."""
        n, s = self.model.inputs, self.model.state
        route = ROUTES[int(s["route"][p][c][j])]
        final = route in ("ban", "politics") or self.table.closed[p][c]
        talks, shown = self.table.at(p, c, j), False
        if not final and talks.luck("rebid") < n.bargaining_rebid:
            shown = True
            if talks.accepted:
                self.open(p, c, j, talks.rent, n.term[p][c])
                self.renege(talks)
                talks.note("kept")
                return
        s["notice"][p][c][j] -= 1
        if s["notice"][p][c][j] <= 0:
            self.close(p, c, j, route, talks if shown else None)

    def in_force(self, p: str, c: str, j: str) -> None:
        """A contract in force: is it reviewed, and what comes of it?"""
        model, n, s = self.model, self.model.inputs, self.model.state
        left = s["term_left"][p][c][j] = max(0.0, s["term_left"][p][c][j] - 1)
        talks = self.table.at(p, c, j)
        chance = 1.0 - (1.0 - self.hazard(talks)) ** s["sites"][p][c][j]
        offered = any(sum(act.values()) > 0.0 for act in model.told("offer", to=c, against=p, kind=j))
        if not (talks.luck("review") < chance or model.told("review", holder=p, host=c, kind=j) or offered):
            return
        fallen, old = s["overthrow"][c], s["rent"][p][c][j]
        if talks.accepted:
            rent = max(talks.rent, old) if left > 0 and not fallen and not self.declining(talks) else talks.rent
            self.open(p, c, j, rent, n.term[p][c])
            talks.note("renewed")
            return
        route = talks.route(fallen)
        self.give_notice(p, c, j, route)
        if n.with_served_terms and route == "mission" and talks.value > 0 and talks.value >= old:
            s["notice"][p][c][j] = max(s["notice"][p][c][j], left)
        talks.note("notice", cause=route)
        self.refuse(talks, route)

    def earlier_mission(self, talks: Talks) -> float:
        """m₋, the mission of the quarter before as the kind sees it."""
        s, p, c = self.model.state, talks.patron, talks.client
        scaled = self.model.inputs.kind_mission[talks.kind]
        return s["mission_before" if scaled else "tie_mission_before"][p][c]

    def declining(self, talks: Talks) -> bool:
        """Whether the mission falls this quarter, or is over."""
        mission, earlier = talks.mission, self.earlier_mission(talks)
        floor = self.model.inputs.bargaining_mission_floor
        return mission < earlier or (mission <= floor and earlier <= floor)

    def hazard(self, talks: Talks) -> float:
        """h, the chance a quarter that a site is reviewed."""
        model, n, s = self.model, self.model.inputs, self.model.state
        p, c, j = talks.patron, talks.client, talks.kind
        turned = s["turnover"][c] or s["sanction"][p][c] > 0 or bool(model.told("turnover", state=c))
        h = (
            n.bargaining_hazard_base
            + n.bargaining_hazard_regime * model.client[c].contested * (1.0 - model.before["share"][p][c])
            + n.bargaining_hazard_turnover * turned
            + n.bargaining_hazard_overthrow * s["overthrow"][c]
            + n.bargaining_hazard_term * (s["term_left"][p][c][j] == 0)
            + n.bargaining_hazard_mission * self.declining(talks)
        )
        return min(max(h, 0.0), 1.0)

    def absent(self, p: str, c: str, j: str) -> Talks | None:
        """No contract: is one sought, and is it to be had?"""
        model, n = self.model, self.model.inputs
        talks, floor = self.table.at(p, c, j), n.bargaining_mission_floor
        mission, earlier = talks.mission, self.earlier_mission(talks)
        if not talks.possible():
            return None
        told = bool(model.told("review", holder=p, host=c, kind=j))
        wanted = 1.0 if earlier <= floor else n.bargaining_seek
        chance = wanted if mission > floor else n.bargaining_seek_idle
        if mission < earlier:
            chance *= n.bargaining_seek_declining
        if not told and (self.table.closed[p][c] or talks.luck("review") >= chance):
            return None
        required = n.requires.get(j)
        if talks.accepted and (required is None or model.state["standing"][p][c][required]):
            return talks
        self.refused(talks)
        return None

    # What talks lead to.

    def opened(self, talks: Talks) -> None:
        """A new contract."""
        p, c, j = talks.patron, talks.client, talks.kind
        self.open(p, c, j, talks.rent, self.model.inputs.term[p][c])
        self.renege(talks)
        talks.note("opened")

    def refused(self, talks: Talks) -> None:
        """A contract that is not to be had."""
        political = talks.but_for_survival() or self.table.closed[talks.patron][talks.client]
        route = "politics" if political else ""
        talks.note("refused", cause=route)
        self.refuse(talks, route)

    def open(self, p: str, c: str, j: str, rent: float, term: float) -> None:
        """A contract, new or renewed."""
        s = self.model.state
        s["standing"][p][c][j], s["rent"][p][c][j] = True, rent
        s["term_left"][p][c][j], s["notice"][p][c][j] = term, 0.0
        if j == "base":
            self.rents[p, c] = rent

    def give_notice(self, p: str, c: str, j: str, route: str) -> None:
        """The contract will close unless the host bids more."""
        s = self.model.state
        s["notice"][p][c][j] = round(self.model.inputs.bargaining_notice)
        s["route"][p][c][j] = ROUTES.index(route)

    def close(self, p: str, c: str, j: str, cause: str, talks: Talks | None = None, **told: float) -> None:
        """The end of a contract, and of those that require it."""
        s = self.model.state
        s["standing"][p][c][j], s["rent"][p][c][j] = False, 0.0
        s["term_left"][p][c][j], s["notice"][p][c][j] = 0.0, 0.0
        s["route"][p][c][j] = ROUTES.index(cause)
        if talks is None:
            self.model.note("closed", p, c, concession=j, cause=cause)
        else:
            talks.note("closed", cause=cause, **told)
        for i, required in self.model.inputs.requires.items():
            if required == j and s["standing"][p][c][i]:
                self.closed_with_it.add((p, c, i))
                self.close(p, c, i, cause)

    def refuse(self, talks: Talks, route: str) -> None:
        """Rivals share what the host would have had to pay above the client's price, unless they paid before; a host
        that refuses for its own sake shuts the door."""
        n, s, p, c, j = self.model.inputs, self.model.state, talks.patron, talks.client, talks.kind
        if route == "politics" and n.with_refusal:
            s["shut"][p][c] = True
        if self.table.closed[p][c]:
            return
        own = talks.value - talks.price - talks.survival
        spare = n.with_packages * n.bargaining_annuity * max(0.0, own)
        for q, bid in talks.bids.items():
            if any(talks.stated(q).values()):
                self.offers.setdefault((q, c), []).append(talks.stated(q))
                self.new_pledges.append((q, p, c, j))
            elif bid > 0.0 and spare > 0.0 and s["pledge"][q][p][c][j] == 0:
                self.refusals[q, c] = self.refusals.get((q, c), 0.0) + spare * bid / talks.denial
                self.new_pledges.append((q, p, c, j))

    def renege(self, talks: Talks) -> None:
        """The client takes the patron back in spite of paid pledges."""
        s, p, c, j = self.model.state, talks.patron, talks.client, talks.kind
        for q, bid in talks.bids.items():
            if s["pledge"][q][p][c][j] > 0:
                self.broken.append((q, p, c, j))
                if bid > 0.0:
                    part = bid / max(talks.floor, talks.denial) / 3.0
                    s["sting"][q][c] = [later + part for later in s["sting"][q][c]]
                self.model.note("renege", q, c, counterpart=p, concession="refusal", denial=bid)

    # Packages.

    def compose_refusals(self) -> list[Package]:
        """What rivals promise for refusals, one package a rival and client."""
        composed: list[Package] = []
        for q, c in dict.fromkeys((*self.refusals, *self.offers)):
            giver, worth, offers = self.model.patron[q], self.refusals.get((q, c), 0.0), self.offers.get((q, c), [])
            gift = giver.package(worth / giver.trust(c), c, giver.need[c], giver.strict[c])
            gift = {k: face + sum(offer[k] for offer in offers) for k, face in gift.items()}
            composed.append((q, (gift, c, "refusal", "refusal"), {"concession": "refusal"}))
        return composed

    def compose_concessions(self) -> list[Package]:
        """What holders promise in kind for their bases."""
        n = self.model.inputs
        composed: list[Package] = []
        for (p, c), rent in self.rents.items():
            if n.with_packages and n.in_kind[p][c]:
                giver = self.model.patron[p]
                worth = n.with_packages * n.bargaining_annuity * max(0.0, rent) / giver.trust(c)
                gift = giver.package(worth, c, giver.need[c], giver.strict[c])
                composed.append((p, (gift, c, "concession", "concession"), {"counterpart": p, "concession": "base"}))
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
        for q, p, c, j in self.broken:
            s["pledge"][q][p][c][j] = 0.0
            for pipeline in ("due", "stuck"):
                for purposes in s[pipeline][q][c].values():
                    purposes["refusal"] = 0.0

    def age_pledges(self) -> None:
        """Pledges run, and new ones begin."""
        n, s = self.model.inputs, self.model.state
        for table in s["pledge"].values():
            for row in table.values():
                for contracts in row.values():
                    for j, left in contracts.items():
                        contracts[j] = max(0.0, left - 1)
        for q, p, c, j in self.new_pledges:
            s["pledge"][q][p][c][j] = n.bargaining_pledge
