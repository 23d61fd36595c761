"""A region from real series: figures of patrons, and all figures by the name a scenario gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .blocs import LISTED
from .region_budgets import BudgetFigures
from .region_states import Derived, about, bounded
from .tables import SERIES

LEAST_RIVALRY = 0.05
"""How much any two powers that are no allies grudge each other's gains; of no series (the least in the built-in case)."""

ELSEWHERE, NOWHERE = 0.25, 0.1
"""Mission of a power that holds no base in the region: one that holds some elsewhere, one that holds none."""


class Region(BudgetFigures):
    """Clients and patrons at the start of a year, as far as the tables know them."""

    @property
    def written_blocs(self) -> tuple[Mapping[str, Any], ...]:
        """Entries of the blocs that are written into the scenario."""
        return self.blocs

    def other_debt(self, code: str) -> Derived:
        whole, own = self.external_debt(code), sum(self.debt(p, code).value for p in self.patrons if p != code)
        value = max(0.0, whole.value - own)
        source = whole.source if whole.source == "assumption" else f"{whole.source}, less the debts to patrons"
        return Derived(value, "MUSD", source, about(value), whole.gap)

    def budget_growth(self, patron: str) -> Derived:
        found = self.tables.growth("gdp_usd", self.now - 8, self.now, patron)
        value = bounded(found.value, -5, 15) if found is not None else 3.0
        source = f"{SERIES['gdp_usd'].cited}, log growth {found.years}" if found is not None else "assumption"
        return Derived(value, "%/yr", source, (value - 5, value + 5), "the patron's own growth")

    def mission(self, patron: str) -> Derived:
        """1 where it holds a base in the region; less where it holds one elsewhere, and little without any: all may come."""
        if self.holds(patron):
            return Derived(1.0, "", "assumption", (0.5, 1), "1 if it holds a base in the region")
        value = ELSEWHERE if patron in self.abroad else NOWHERE
        how = f"without a base in the region: {ELSEWHERE:g} if it holds one abroad, else {NOWHERE:g}"
        return Derived(value, "", "assumption", (0, 1), how)

    def need(self, patron: str) -> Derived:
        held = max(1, sum(b.holder == patron for b in self.bases))
        value = bounded(0.5 * self.budget(patron).value / held, 10, 150)
        return Derived(value, "MUSD/yr", "assumption", about(value), "half of the budget per base, 10 to 150")

    def rivalry(self, rival: str, patron: str) -> Derived:
        """Distance in the General Assembly beyond .5, times the rival's nearness to the clients; at least .05, 0 between allies."""
        if self.allied(rival, patron):
            return Derived(0.0, "", f"{SERIES['atop_defense'].cited} or {LISTED}, {self.eve}: allies")
        near = [n for c in self.clients if c != rival and (n := self.near(rival, c)) is not None]
        apart = bounded((abs(self.ideal_point(rival).value - self.ideal_point(patron).value) - 0.5) / 2, 0, 1)
        value = max(LEAST_RIVALRY, apart * (float(np.mean(near)) if near else 0.5))
        return Derived(value, "", "assumption", about(value), f"distance in the General Assembly x nearness, {self.now}, at least .05")

    def licences(self, patron: str) -> dict[str, Derived]:
        """Arms by share of supply; loans by whether official lending is reported; grants by whether aid is."""
        supply = {p: sum(self.arms(p, c).value for c in self.clients if c != p) for p in self.patrons}
        arms = supply[patron] / max(supply.values()) if max(supply.values()) > 0 else 0.2
        lends = any(len(self.tables.series("cn_oof_usd2021", patron, c)) for c in self.clients)
        gives = any(self.aid_flows(patron, c) is not None for c in self.clients if c != patron)
        menu: dict[str, tuple[float, str]] = {
            "licence.arms": (0.05 + 0.45 * arms, "by its share of arms supplied"),
            "licence.grants": (1.0 if gives else 0.5, "1 if aid is reported"),
            "licence.loans": (1.0 if lends else 0.2, "1 if official lending is reported"),
            "package.arms": (0.1 + 0.9 * arms, "by its share of arms supplied"),
            "package.grants": (1.0 if gives else 0.3, "1 if aid is reported"),
            "package.loans": (0.5, "half"),
            "package.debt_relief": (0.5, "half"),
        }
        return {k: Derived(v, "", "assumption", about(v, 0.5, 0, 1), why) for k, (v, why) in menu.items()}


STATE_FIGURES: dict[str, Callable[[Region, str], Derived]] = {
    "gdp": Region.gdp, "growth": Region.growth, "real_gdp": Region.real_gdp, "real_growth": Region.real_growth,
    "other_trade": Region.other_trade, "other_arms": Region.other_arms, "population": Region.population, "openness": Region.openness,
    "coalition": Region.coalition, "proximity": Region.proximity, "threat": Region.threat, "other_debt": Region.other_debt,
    "other_debt_growth": Region.other_debt_growth,
}  # fmt: skip
TIE_FIGURES: dict[str, Callable[[Region, str, str], Derived]] = {
    "weight": Region.weight, "geography": Region.geography, "trade": Region.trade, "remittances": Region.remittances,
    "treaty": Region.treaty, "tie": Region.tie, "pact": Region.pledge, "aid": Region.aid, "arms": Region.arms,
    "capital": Region.capital, "debt": Region.debt, "presence": Region.presence,
}  # fmt: skip
"""Beside these a dyad has the figures of `several`."""
