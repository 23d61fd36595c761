"""A patron as a purse: its budget, what it ships, and what money and worth become (equations §2–§4)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from patronage.scenario.catalogue import INSTRUMENTS

from .formulas import compose, delivered_share, normal_quantile
from .start import PURPOSES

if TYPE_CHECKING:
    from .blocs import Bloc
    from .model import ReferenceModel


class Donor(mesa.Agent):
    """A state or bloc that gives, without its aims; everything that lasts stands in `model.state`, by its code."""

    model: ReferenceModel

    def __init__(self, model: ReferenceModel, code: str) -> None:
        super().__init__(model)
        self.code = code
        self.budget = 0.0
        self.available = 0.0
        self.need: dict[str, dict[str, float]] = {}
        self.strict: dict[str, dict[str, float]] = {}
        self.courted: dict[str, dict[str, float]] = {}
        self.arriving: dict[str, dict[str, float]] = {c: {} for c in model.scenario.clients}
        self.expected: dict[str, dict[str, float]] = {c: {} for c in model.scenario.clients}

    def luck(self, decision: str, client: str = "") -> float:
        """Its uniform number of the quarter for a decision (about a client)."""
        return self.model.luck.uniform(decision, self.model.quarter, self.code, client)

    def noise(self, decision: str, client: str = "") -> float:
        """Its standard normal number of the quarter for a decision (about a client)."""
        return normal_quantile(self.luck(decision, client))

    def orientation(self) -> list[float]:
        """Its position on the declared axes."""
        position = self.model.inputs.patron_position[self.code]
        return [position[axis] for axis in self.model.axes]

    def hosted(self, client: str) -> float:
        """Contracts of its rivals in a client, each by how much it is resented."""
        n, standing = self.model.inputs, self.model.state["standing"]
        return sum(
            n.rivalry[self.code][q] * max(n.kind_denied[j] * standing[q][client][j] for j in n.kinds)
            for q in self.model.patron
        )

    def stays(self, client: str) -> bool:
        """h, whether it has people there."""
        n, standing = self.model.inputs, self.model.state["standing"][self.code][client]
        return any(standing[j] for j in n.kinds if n.kind_presence[j] > 0.0)

    def mission(self, client: str, kind: str = "") -> float:
        """m, its operational need there; as a kind of concession sees it, if one is named."""
        n, p = self.model.inputs, self.code
        own = n.mission[p] if not kind or n.kind_mission[kind] else 1.0
        return own * n.tie_mission[p][client]

    def withheld(self, client: str) -> dict[str, float]:
        """The part of each instrument that conditions leave for a junta, and for the host of a rival."""
        n, p = self.model.inputs, self.code
        left = 1.0 - n.withhold_coup[p] * self.model.client[client].military
        armed = left * (1.0 - n.withhold_rival[p] * (self.hosted(client) > 0.3))
        return dict.fromkeys(INSTRUMENTS, left) | {"arms": armed}

    def led(self) -> list[Bloc]:
        """The blocs it leads."""
        return [bloc for bloc in self.model.bloc.values() if bloc.leader == self.code]

    # §2.

    def earn(self) -> None:
        """The budgets of the quarter."""
        n, s, p = self.model.inputs, self.model.state, self.code
        s["budget_level"][p] *= math.exp(n.budget_growth[p])
        s["shock_sum"][p] += n.shock[p]
        s["patron_gdp"][p] *= math.exp(n.patron_growth[p] + n.shock[p])
        s["patron_real_gdp"][p] *= math.exp(n.patron_real_growth[p])
        drift = math.exp(n.trade_elasticity * (n.patron_real_growth[p] - n.trade_world_growth))
        for c, m in s["gravity"][p].items():
            s["gravity"][p][c] = 1.0 if (p, c) in self.model.events.held else m * drift
        self.count_budget()

    def count_budget(self) -> None:
        """What it can spend this quarter, MUSD."""
        n, s, p = self.model.inputs, self.model.state, self.code
        missionary = n.budget_factor[p] * (1.0 + n.budget_mission[p] * n.mission[p])
        self.budget = s["budget_level"][p] * missionary * math.exp(n.economy_elasticity * s["shock_sum"][p])

    # §3.

    def ship(self) -> None:
        """Deliveries due on packages: a first charge on the budget, at most a part of it."""
        n, s, p = self.model.inputs, self.model.state, self.code
        cost = sum(
            n.cost[p][k] * due[k][u] / n.delivery_quarters[k]
            for due in s["due"][p].values()
            for k in INSTRUMENTS
            for u in PURPOSES
        )
        part = min(1.0, n.courtship_first_charge * self.budget / cost) if cost > 0.0 else 1.0
        self.available = self.budget - part * cost
        for c in self.model.client:
            due, stuck = s["due"][p][c], s["stuck"][p][c]
            for k in INSTRUMENTS:
                quarters = n.delivery_quarters[k]
                self.expected[c][k] = sum(due[k][u] + stuck[k][u] for u in PURPOSES) / quarters
                self.arriving[c][k] = 0.0
                for u in PURPOSES:
                    shipped = part * due[k][u] / quarters
                    due[k][u] -= shipped
                    self.arriving[c][k] += shipped

    def needs(self, client: str) -> dict[str, float]:
        """How much the client wants each instrument from this patron, on a common scale."""
        n, s = self.model.inputs, self.model.state
        gdp_year = self.model.client[client].gdp_year
        per_head = gdp_year * 1e6 / n.population[client]
        insecurity, debt = s["insecurity"][client], s["debt"][self.code][client]
        capital = sum(s["capital"][q][client] for q in self.model.patron)
        return {
            "arms": insecurity / (insecurity + n.courtship_insecurity_half)
            + n.courtship_arms_rivalry * self.hosted(client),
            "grants": max(0.0, n.courtship_legitimacy_target - s["legitimacy"][client])
            + 1.0 / (1.0 + per_head / n.courtship_income_half),
            "loans": 1.0 / (1.0 + capital / (n.courtship_capital_half * gdp_year)),
            "debt_relief": debt / (debt + n.courtship_debt_half * gdp_year),
        }

    def promise_courtship(self) -> None:
        """Split the effort for each client into instruments and promise them."""
        n, s, p = self.model.inputs, self.model.state, self.code
        spent = 0.0
        for c in self.model.client:
            self.need[c], self.strict[c] = self.needs(c), self.withheld(c)
            gift = self.compose(s["effort"][p][c], c, n.cost[p], self.readiness(c), 1.0, self.need[c])
            self.courted[c] = gift
            for k in INSTRUMENTS:
                self.expected[c][k] += gift[k]
                self.model.flows["promised"][p][c][k] += gift[k]
                spent += n.cost[p][k] * gift[k]
        self.model.flows["unspent"][p] = self.available - spent
        self.model.flows["spent"][p] = self.budget - self.available + spent

    def readiness(self, client: str) -> dict[str, float]:
        """What it may give in courtship; a mission licenses few arms for those who let no troops in."""
        n, p = self.model.inputs, self.code
        licensed = {}
        for k in INSTRUMENTS:
            part = self.mission(client)
            if k == "arms" and not self.stays(client):
                part *= n.courtship_unhosted
            licensed[k] = min(1.0, n.licence[p][k] + n.licence_mission[p][k] * part) * self.strict[client][k]
        return licensed | {"debt_relief": 0.0}

    def compose(
        self,
        money: float,
        client: str,
        cost: dict[str, float],
        readiness: dict[str, float],
        scale: float,
        need: dict[str, float],
    ) -> dict[str, float]:
        """Face values that a sum of money becomes; relief is bounded by the debt not yet promised away."""
        if money <= 0.0:
            return dict.fromkeys(INSTRUMENTS, 0.0)
        n, s, p = self.model.inputs, self.model.state, self.code
        promised_away = sum(s["due"][p][client]["debt_relief"].values())
        gdp = s["gdp"][client]
        return compose(
            money,
            cost,
            {k: readiness[k] * need[k] for k in INSTRUMENTS},
            {k: scale * n.courtship_scale[k] * gdp for k in INSTRUMENTS},
            dict.fromkeys(INSTRUMENTS, math.inf) | {"debt_relief": max(0.0, s["debt"][p][client] - promised_away)},
        )

    # §4 and §12: packages.

    def mean_delivery(self) -> dict[str, float]:
        """Mean share of a package that arrives; loans in packages are projects."""
        n, p = self.model.inputs, self.code
        return n.delivery[p] | {"loans": n.delivery_projects[p]}

    def package(self, worth: float, client: str, need: dict[str, float], strict: dict[str, float]) -> dict[str, float]:
        """A package of that promised worth: a promise costs what is expected to arrive of it."""
        n, p = self.model.inputs, self.code
        mean = self.mean_delivery()
        cost = {k: n.cost[p][k] * mean[k] for k in INSTRUMENTS}
        willing = {k: n.package[p][k] * strict[k] for k in INSTRUMENTS}
        return self.compose(worth, client, cost, willing, n.courtship_package_scale, need)

    def trust(self, client: str) -> float:
        """Reputation by which a promise is inflated."""
        n = self.model.inputs
        return max(self.model.before["reputation"][self.code][client], n.bargaining_reputation_floor)

    def promise_package(self, gift: dict[str, float], client: str, purpose: str, decision: str, **row: object) -> None:
        """Enter a package: what will arrive becomes due, the rest is stuck."""
        n, s, p = self.model.inputs, self.model.state, self.code
        mean = self.mean_delivery()
        for k, face in gift.items():
            if face <= 0.0:
                continue
            share = delivered_share(self.luck(f"{decision}.{k}", client), mean[k], n.delivery_precision)
            s["due"][p][client][k][purpose] += share * face
            s["stuck"][p][client][k][purpose] += (1.0 - share) * face
            self.model.flows["promised"][p][client][k] += face
            self.model.note("package", p, client, instrument=k, promised=face, delivered=share * face, **row)
