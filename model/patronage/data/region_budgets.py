"""What patrons give, from what they report; where one reports nothing, from what those who report give of their income."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from .prices import PRICES_2022
from .region_axis import AxisFigures
from .region_states import MUSD, Derived, about, bounded
from .tables import SERIES

REPORTS = (("us_aid_oblig_usd", 0.0), ("aid_usd2022", PRICES_2022))
"""Columns of what is given, and lent where that is reported, and the price of their dollars; 0: the year's own.

The first that is not empty counts. Lending is in it, for a loan takes its face value from a budget (unit_cost).
"""
USUAL_GIVING = 0.002
"""Part of its income that a patron gives where nobody's reports are known (those who report: .0015-.0026 at the median, 1996-2012)."""

OFF_BY = 5.0
"""Factor by which that rule is off at the median where it can be held against reports (benchmarks/regions.py, 2000-2012)."""


class BudgetFigures(AxisFigures):
    """Budgets of patrons for the clients of a region."""

    def budget(self, patron: str) -> Derived:
        """Mean of three years of what it reports to give to the clients; else what is usual of its income, by where it trades."""
        found = self.reported(patron)
        if found is not None:
            column, flows = found
            value = sum(flows.get(c, 0.0) for c in self.clients if c != patron)
            source = f"{SERIES[column].cited} in current USD, mean {self.now - 2}-{self.now}, sum over clients"
            source += "" if value >= 0 else "; less than nothing on balance, so 0"
            return Derived(max(0.0, value), "MUSD/yr", source, about(max(0.0, value)))
        part, how = self.usual_giving
        value = part * self.gdp(patron).value * self.turned_to(patron)
        how = f"no aid reported: {how} of its GDP, by its trade with receivers of aid"
        return Derived(value, "MUSD/yr", "assumption", (value / OFF_BY, value * OFF_BY), how)

    def reported(self, patron: str) -> tuple[str, dict[str, float]] | None:
        """The column in which a patron reports in three years, and MUSD a year by receiver; none without any report."""
        return self.reports.get(patron)

    @cached_property
    def reports(self) -> dict[str, tuple[str, dict[str, float]]]:
        """Of every patron that reports: the first column that says something of the clients, else the first that says anything."""
        columns = [(column, self.flows(column, price)) for column, price in REPORTS]
        found: dict[str, tuple[str, dict[str, float]]] = {}
        for p in self.tables.givers:
            mine = [(column, flows[p]) for column, flows in columns if p in flows]
            telling = [f for f in mine if any(v > 0 for v in f[1].values()) and any(f[1].get(c) for c in self.clients)]
            if mine:
                found[p] = (telling or mine)[0]
        return found

    def flows(self, column: str, price: float) -> dict[str, dict[str, float]]:
        """MUSD a year by patron and receiver, the mean of three years in dollars of the year; a year without a report is left out."""
        if column not in self.tables.dyad:
            return {}
        years = self.tables.dyad.index.get_level_values("year")
        given = self.tables.dyad[column][(years >= self.now - 2) & (years <= self.now)].dropna()
        worth = {y: self.price(y) / price if price else 1.0 for y in range(self.now - 2, self.now + 1)}
        given = given * given.index.get_level_values("year").map(worth) * MUSD
        found: dict[str, dict[str, float]] = {}
        for (patron, code), value in given.groupby(level=["patron", "client"]).mean().items():
            found.setdefault(str(patron), {})[str(code)] = float(value)
        return found

    @cached_property
    def usual_giving(self) -> tuple[float, str]:
        """Part of its income that the median of the patrons who report gives to all the world."""
        parts = []
        for p in self.tables.givers:
            found = self.reported(p)
            given = sum(max(0.0, v) for v in found[1].values()) if found is not None else 0.0
            if given > 0 and self.gdp(p).source != "assumption":
                parts.append(given / self.gdp(p).value)
        if not parts:
            return USUAL_GIVING, f"{100 * USUAL_GIVING:g} %"
        return float(np.median(parts)), f"{100 * float(np.median(parts)):.2g} % (the median of {len(parts)} who report)"

    @cached_property
    def receivers(self) -> tuple[str, ...]:
        """States to which anybody reports aid, and the clients."""
        found = {c for p in self.tables.givers if (r := self.reported(p)) is not None for c, v in r[1].items() if v > 0}
        return tuple(sorted(found | {*self.clients}))

    def turned_to(self, patron: str) -> float:
        """Part of a patron's trade with receivers of aid that is with the clients; of their GDP where no trade is known."""

        def sums(codes: Sequence[str]) -> tuple[float, float]:
            others = [c for c in codes if c != patron]
            worth = {c: self.gdp(c).value for c in others}
            return sum(self.trade(patron, c).value * worth[c] for c in others), sum(worth.values())

        mine, whole = sums(self.clients), sums(self.receivers)
        return mine[0] / whole[0] if whole[0] else bounded(mine[1] / whole[1] if whole[1] else 0.0, 0, 1)
