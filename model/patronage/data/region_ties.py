"""From real series to the figures of dyads: trade, pledges, stocks, weights, bases. docs/build.md tells each rule in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from .prices import PRICES_2021
from .region_influence import InfluenceFigures
from .region_states import MUSD, BaseAtStart, Derived, about, bounded
from .tables import SERIES, Reading

ARMS_KEPT, AID_KEPT = 0.98**4, 0.96**4
"""Parts of a stock of arms and of aid-financed capital left after a year (rules.stocks.decay_*)."""
FAR = 0.25
"""Use of a base for a power that has none there but reaches far."""
LENT_YEARS = 15
"""Years of official lending that are debt."""


class TieFigures(InfluenceFigures):
    """What concerns a patron and a client."""

    def remittances(self, patron: str, code: str) -> Derived:
        """Remittances, % of GDP, divided by where the migrants live."""
        received = self.read("remittances_gdp", code, back=8)
        there = self.read("migrants_in_patron", patron, code, back=30)
        if received is None or there is None:
            return Derived(0.0, "%", "assumption", None, "no remittances or migrants reported")
        homes = (self.read("migrants_in_patron", p, code, back=30) for p in self.tables.patrons_of(code))
        everywhere = sum(r.value for r in homes if r is not None)
        value = min(100.0, received.value * there.value / everywhere) if everywhere else 0.0
        source = f"{self.cite('remittances_gdp', received)}, by {SERIES['migrants_in_patron'].cited}"
        return Derived(value, "%", source, about(value, 0.3))

    def pact(self, patron: str, code: str) -> float:
        found = self.read("atop_defense", patron, code, back=10)
        return bounded(found.value, 0, 1) if found is not None else 0.0

    def arms(self, patron: str, code: str) -> Derived:
        found = self.tables.decayed("arms_tiv", self.now, ARMS_KEPT, patron, code)
        if found is None:
            return Derived(0.0, "MUSD", "assumption", (0, 20), "no register of arms")
        source = f"{SERIES['arms_tiv'].cited}, sum {found.years}, decayed 2 % a quarter, as if MUSD"
        return Derived(found.value, "MUSD", source, about(found.value))

    def aid_flows(self, patron: str, code: str) -> tuple[str, Reading] | None:
        """The aid series a patron has for a client: obligations in current dollars first, then the spliced one."""
        for column in ("us_aid_oblig_usd", "aid_usd2022"):
            found = self.tables.decayed(column, self.now, AID_KEPT, patron, code)
            if found is not None:
                return column, found
        return None

    def capital(self, patron: str, code: str) -> Derived:
        """Two fifths of past aid is taken to have become capital."""
        flows = self.aid_flows(patron, code)
        if flows is None:
            value = 0.004 * self.gdp(code).value * self.weight(patron, code).value
            return Derived(value, "MUSD", "assumption", about(value, 0.7), "no aid reported: .4 % of GDP x weight")
        column, found = flows
        value = max(0.0, 0.4 * found.value * MUSD)
        less = "; less than nothing on balance, so 0" if found.value < 0 else ""
        source = f"{SERIES[column].cited}, sum {found.years}, decayed 4 % a quarter, times .4{less}"
        return Derived(value, "MUSD", source, about(value))

    def debt(self, patron: str, code: str) -> Derived:
        """Official lending reported in fifteen years, in dollars of the start; else a tenth of external debt, by shares of trade."""
        lent = self.tables.decayed("cn_oof_usd2021", self.now, 0.96, patron, code, back=LENT_YEARS)
        if lent is not None:
            value = max(0.0, lent.value * MUSD * self.price(self.now) / PRICES_2021)
            source = f"{SERIES['cn_oof_usd2021'].cited} in USD of {self.now}, sum {lent.years}, less 4 % a year"
            return Derived(value, "MUSD", source, about(value))
        trade = {p: self._trade(p, code) for p in self.patrons if p != code}
        whole = sum(trade.values())
        value = 0.1 * self.external_debt(code).value * (trade[patron] / whole if whole else 1 / len(trade))
        return Derived(value, "MUSD", "assumption", about(value, 1.0), "a tenth of external debt, by shares of trade")

    def _trade(self, patron: str, code: str) -> float:
        found = self.read("trade_share_gdp", patron, code)
        return min(0.3, found.value) if found is not None else 0.0

    def near(self, patron: str, code: str) -> float | None:
        found = self.read("mindist_km", patron, code, back=30)
        return 1 / (1 + found.value / 1000) if found is not None else None

    @cached_property
    def weights(self) -> Mapping[tuple[str, str], float]:
        """Attention: the mean of what is known of trade (full at a quarter of GDP), pact, share of arms, share of aid, nearness."""
        arms = {(p, c): self.arms(p, c).value for c in self.clients for p in self.patrons if p != c}
        aid = {k: (max(0.0, f[1].value) if (f := self.aid_flows(*k)) is not None else None) for k in arms}
        found = {}
        for (p, c), own_arms in arms.items():
            supply = sum(v for (_, x), v in arms.items() if x == c)
            given = sum(v for (_, x), v in aid.items() if x == c and v is not None)
            own, near = aid[p, c], self.near(p, c)
            parts = [min(1.0, self._trade(p, c) / 0.25), self.pact(p, c), own_arms / supply if supply else 0.0]
            parts += [own / given] if own is not None and given else []
            parts += [near] if near is not None else []
            found[p, c] = 0.2 + 0.8 * float(np.mean(parts))
        return found

    def weight(self, patron: str, code: str) -> Derived:
        value = self.weights[patron, code]
        return Derived(value, "", "assumption", about(value), f"from trade, pact, arms, aid and distance up to {self.now}")

    @cached_property
    def bases(self) -> tuple[BaseAtStart, ...]:
        """Bases in force: those known, and in hosts that no list covers troops of 500 or more in two of the last three years."""
        found = {(b.holder, b.host): b for b in self.given}
        for p in self.patrons:
            for c in sorted({*self.clients} - self.listed):
                troops = self.tables.series("troops", p, c).loc[self.now - 2 : self.now] if p != c else ()
                if p != c and (p, c) not in found and (np.asarray(troops) >= 500).sum() >= 2:
                    found[p, c] = BaseAtStart(p, c, None, f"{SERIES['troops'].cited}, {self.now}: 500 persons or more")
        return tuple(found[k] for k in sorted(found))

    def holds(self, patron: str, code: str | None = None) -> bool:
        return any(b.holder == patron and code in (None, b.host) for b in self.bases)

    def geography(self, patron: str, code: str) -> Derived:
        """1 where a base stands; elsewhere half of nearness, a quarter at least for who holds bases abroad."""
        if self.holds(patron, code):
            return Derived(1.0, "", "assumption", (0, 2), "1 where a base stands")
        near = self.near(patron, code)
        far = FAR if self.holds(patron) or patron in self.abroad else 0.0
        value = max(far, 0.5 * near if near is not None else FAR)
        why = "half of nearness, a quarter at least if it holds bases abroad, a quarter if the distance is unknown"
        return Derived(value, "", "assumption", (0, 1), why)

    def presence(self, patron: str, code: str) -> Derived:
        value = 100.0 if self.holds(patron, code) else 0.0
        return Derived(value, "MUSD", "assumption", (50, 200) if value else None, "100 where a base stands")
