"""What patrons give, from what they report; where one reports nothing, from what those who report give to whom."""

from __future__ import annotations

from functools import cached_property
from math import exp, log

from .prices import PRICES_2022
from .region_axis import AxisFigures
from .region_states import MUSD, Derived, about
from .tables import SERIES

REPORTS = (("us_aid_oblig_usd", 0.0), ("aid_usd2022", PRICES_2022))
"""Columns of what is given, and lent where that is reported, and the price of their dollars; 0: the year's own.

The first that is not empty counts. Lending is in it, for a loan takes its face value from a budget (unit_cost).
"""
GIVING_CONSTANT = -9.202
GIVING = {"GDP": -0.267, "people": 0.849, "trade": 0.458}
"""What a patron gives to a state, over its own real GDP: exp(constant + sum of these x `measures`).

By quasi-likelihood on what patrons report, 1996-2011; each patron said by the others, the median factor over regions is 2.4
(benchmarks/budgets.py, docs/build.md).
"""
TRADE_FLOOR = 0.005
"""Trade over GDP that is added before the logarithm."""
OFF_BY = 5.0
"""Factor within which the rule is for three quarters of regions, each patron said by the others."""


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
        takers = [c for c in self.clients if c != patron and c in self.receivers]
        value = sum(guessed(self, patron, c) for c in takers) * self.price(self.now)
        how = (
            "no aid reported: as the patrons that report give of their income, by GDP, people and trade of the "
            f"{len(takers)} clients that receive aid; an estimate that may be off by a factor of {OFF_BY:g}"
        )
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
    def receivers(self) -> frozenset[str]:
        """States to which anybody reports aid; all clients, where nobody reports any to one of them."""
        found = {c for p in self.tables.givers if (r := self.reported(p)) is not None for c, v in r[1].items() if v > 0}
        return frozenset(found if found & {*self.clients} else found | {*self.clients})


def measures(region: BudgetFigures, patron: str, code: str) -> tuple[float, float, float]:
    """What the rule for silent patrons reads of a dyad, in the order of GIVING.

    Logarithms of real GDP in MUSD of 2015, of millions of people, and of trade with the patron over GDP with .005 added.
    """
    gdp, people = region.real_gdp(code).value, region.population(code).value
    return log(gdp), log(people * 1e-6), log(region.trade(patron, code).value / 100 + TRADE_FLOOR)


def guessed(region: BudgetFigures, patron: str, code: str) -> float:
    """What a patron gives to a client by the rule for those that report nothing, MUSD of 2015 a year."""
    terms = (b * x for b, x in zip(GIVING.values(), measures(region, patron, code), strict=True))
    return region.real_gdp(patron).value * exp(GIVING_CONSTANT + sum(terms))
