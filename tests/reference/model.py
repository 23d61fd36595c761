"""The reference model: one quarter after the other, in plain loops (docs/equations.md)."""

from __future__ import annotations

import copy
import math
from typing import Any

import mesa

from patronage.scenario import Scenario
from patronage.scenario.catalogue import INSTRUMENTS

from .bargaining import Bargaining
from .blocs import Bloc
from .clients import Client
from .events import Events
from .inputs import Inputs
from .luck import Luck
from .patrons import Patron
from .regimes import live_politics
from .start import initial_state

NUMBERS = ("promised", "delivered", "value", "price", "survival", "denial", "floor", "asked", "rent", "anger")
WORDS = ("patron", "client", "counterpart", "instrument", "concession", "cause")


class ReferenceModel(mesa.Model):
    """One run of a scenario.

    `state` holds the State table of the equations as dictionaries by code (`state["share"]["RUS"]["KGZ"]`), as at the
    end of the last quarter; `quarter` is the next to be simulated (T = 4·year + quarter − 1); `flows` what happened in
    the last one; `ledger` the deals of all. A given `state` replaces that of the start; it is copied.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        replication: int = 0,
        state: dict[str, Any] | None = None,
        quarter: int | None = None,
    ) -> None:
        super().__init__(rng=seed)
        self.scenario = scenario
        self.quarter = scenario.start if quarter is None else quarter
        self.axes: tuple[str, ...] = tuple(scenario.axes)
        self.luck = Luck(seed, replication)
        self.inputs = Inputs(scenario)
        self.state = initial_state(scenario, self.inputs) if state is None else copy.deepcopy(state)
        self.ledger: list[dict[str, Any]] = []
        self.acts: dict[str, list[Any]] = {}
        self.client = {c: Client(self, c) for c in scenario.clients}
        self.patron = {p: Patron(self, p) for p in scenario.patrons}
        self.bloc = {b: Bloc(self, b) for b in scenario.blocs}
        self.events = Events(self)
        # Mesa numbers agents in a table that keeps every model alive; all agents are numbered now.
        mesa.Agent._ids.pop(self, None)
        self.flows = self.no_flows()
        if state is None:
            for client in self.client.values():
                client.begin_index(self.quarter - 1)
                client.begin_opinion()
        for patron in self.patron.values():
            patron.count_budget()
        for bloc in self.bloc.values():
            bloc.measure_cohesion()
        self.remember()

    @property
    def event_state(self) -> dict[str, dict[str, Any]]:
        """Which events are in force, and since when."""
        return self.events.state

    def step(self) -> None:
        """Advance by one quarter. The order of the lines is part of the model."""
        self.remember()
        self.events.happen()
        self.flows = self.no_flows()
        for client in self.client.values():
            client.drift_threat()
        for client in self.client.values():
            client.grow()
        for patron in self.patron.values():
            patron.earn()
        for patron in self.patron.values():
            patron.ship()
            patron.court()
            patron.promise_courtship()
        Bargaining(self).run()
        for patron in self.patron.values():
            patron.deliver()
        for patron in self.patron.values():
            patron.hand_over()
            patron.receive_orders()
            patron.stock_up()
            patron.remember_aid()
        self.answer()
        self.change_blocs()
        for p, patron in self.patron.items():
            self.state["mission_before"][p] = {c: patron.mission(c) for c in self.client}
            self.state["tie_mission_before"][p] = dict(self.inputs.tie_mission[p])
        self.quarter += 1
        self.running = self.quarter <= self.scenario.end

    def answer(self) -> None:
        """§7 to §11: what clients, regimes and aggrieved patrons make of it."""
        for client in self.client.values():
            client.follow_index()
        for client in self.client.values():
            client.drift_position()
        for patron in self.patron.values():
            patron.resent()
        for client in self.client.values():
            client.answer_sanctions()
        for bloc in self.bloc.values():
            bloc.punish()
        live_politics(list(self.client.values()))

    def run(self) -> ReferenceModel:
        """Simulate to the end of the scenario."""
        while self.quarter <= self.scenario.end:
            self.step()
        return self

    def remember(self) -> None:
        """Shares, reputation and grievance are read as they were; so are last quarter's efforts, bases and terms."""
        tables = ("share", "reputation", "grievance", "effort")
        self.before = {table: {p: dict(row) for p, row in self.state[table].items()} for table in tables}
        self.shares = {c: {p: self.before["share"][p][c] for p in self.patron} for c in self.client}
        self.acts = {}

    def no_flows(self) -> dict[str, Any]:
        """The flows of a quarter in which nothing happened."""
        patrons, clients = self.scenario.patrons, self.scenario.clients
        kinds = {
            kind: {p: {c: dict.fromkeys(INSTRUMENTS, 0.0) for c in clients} for p in patrons}
            for kind in ("promised", "delivered")
        }
        dyads = {
            kind: {p: dict.fromkeys(clients, 0.0) for p in patrons} for kind in ("rent_paid", "surplus", "campaigns")
        }
        return kinds | dyads | {kind: dict.fromkeys(patrons, 0.0) for kind in ("spent", "unspent")}

    def change_blocs(self) -> None:
        """§12: members come and go, are paid for coming, and the blocs act or do not."""
        n = self.inputs
        for bloc in self.bloc.values():
            bloc.consider()
        worth: dict[tuple[str, str], float] = {}
        for bloc in self.bloc.values():
            for c in bloc.change():
                if not bloc.leader:
                    continue
                client, leader = self.client[c], self.patron[bloc.leader]
                price = client.price(client.salience(n.blocs_salience_accession, bloc.leader))
                paid = n.with_packages * n.bargaining_annuity * price / leader.trust(c)
                worth[bloc.leader, c] = worth.get((bloc.leader, c), 0.0) + paid
        for (p, c), promised in worth.items():
            patron = self.patron[p]
            gift = patron.package(promised, c, patron.needs(c), patron.withheld(c))
            patron.promise_package(gift, c, "concession", "accession", counterpart=p, concession="accession")
        for bloc in self.bloc.values():
            bloc.hold_together()

    def closed(self, patron: str, client: str) -> bool:
        """Whether a client sells nothing to a patron."""
        return self.state["closed"][patron][client] > 0.0 or self.state["shut"][patron][client]

    def deflator(self, quarter: int) -> float:
        """P_T, the price of a dollar's worth of 2015."""
        return math.exp(self.inputs.economy_deflator_growth * (quarter - 8060) / 4.0)

    def shares_before(self, client: str) -> dict[str, float]:
        """Every patron's share in a client at the end of the last quarter."""
        return self.shares[client]

    def told(self, word: str, /, **actors: str) -> list[dict[str, float]]:
        """The numbers of each act of that word between these actors that the scenario orders this quarter. An act that
        names no kind of concession means bases; one that is against somebody is not one that is against nobody."""
        named = {"against": ""} | actors if word == "campaign" else actors
        unsaid = {"kind": "base", "against": ""}
        return [
            act.numbers
            for act in self.acts.get(word, ())
            if all(act.actors.get(role, unsaid.get(role)) == code for role, code in named.items())
        ]

    def note(self, kind: str, patron: str = "", client: str = "", **row: Any) -> None:
        """Enter a row in the ledger."""
        entry = {"quarter": self.quarter, "kind": kind} | dict.fromkeys(WORDS, "") | dict.fromkeys(NUMBERS, 0.0)
        self.ledger.append(entry | {"patron": patron, "client": client} | row)
