"""From real series to what influence is made of: volumes, treaties, pledges, arms by year, aid. docs/build.md tells each rule.

Volumes are in dollars of 2015 and arms in TIV, as the index of influence takes them (docs/measure.md). Figures of dyads that come in
several (arms of ten years, what the published index has beyond the formula) are given by `several`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, wraps
from math import log, log1p
from typing import Concatenate, ParamSpec, TypeVar, cast

import numpy as np
import pandas as pd

from patronage.scenario.catalogue import BY_NAME

from .index import formula
from .index.treaties import shipped_treaties
from .prices import PRICES_2021, PRICES_2022, deflator, usual_deflator
from .region_states import MUSD, Derived, StateFigures, about, bounded
from .tables import SERIES, Reading

P = ParamSpec("P")
R = TypeVar("R")
AID = (
    ("us_aid_disb_usd", 0.0), ("us_aid_oblig_usd", 0.0), ("cn_oda_usd2021", PRICES_2021), ("aid_usd2022", PRICES_2022),
)  # fmt: skip
"""Columns of aid, of which the first that is known in three years counts, and the price of their dollars; 0: the year's own."""
PLEDGES = {
    "atop_defense": formula.PLEDGES.defence, "atop_consul": formula.PLEDGES.consultation,
    "atop_neutral": formula.PLEDGES.neutrality, "atop_nonagg": formula.PLEDGES.nonaggression,
}  # fmt: skip
MOST_PLEDGED = sum(PLEDGES.values())
LEAST_TREATY = 0.03
"""Economic bandwidth beyond trade's that is none yet: trade is measured no better."""
ALL_TRADE, LEAST_OTHERS, MOST_TRADE = 60.0, 10.0, 1000.0
"""Trade with everybody of a usual client, the least of it with others than the patrons, and the most of all; % of GDP."""
USUAL_GDP, GDP_POWER = 30e3, 0.4
"""Real GDP of the client for whom supply is told, MUSD; elasticity of a contract year to it (rules.arms.gdp)."""
PUBLISHED = {
    "economic_bandwidth": "fbic_econ_bandwidth", "political_bandwidth": "fbic_pol_bandwidth",
    "security_bandwidth": "fbic_sec_bandwidth", "economic_dependence": "fbic_econ_dependence",
    "security_dependence": "fbic_sec_dependence",
}  # fmt: skip
"""Parts of the index by the name a scenario gives what is unexplained of them, and their columns."""


USUAL_PACT = BY_NAME["bloc_pact"].default or 0.0
"""Pledge of a bloc that states none."""


def plain(value: object) -> float:
    """A figure of a bloc's entry as a number."""
    found = value.get("value", 0.0) if isinstance(value, Mapping) else value
    return float(str(found).split()[0])


def remembered(rule: Callable[Concatenate[InfluenceFigures, P], R]) -> Callable[Concatenate[InfluenceFigures, P], R]:
    """A rule that reads its series once for the same states: many figures rest on it."""

    @wraps(rule)
    def once(self: InfluenceFigures, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (rule.__name__, *args, *kwargs.items())
        if key not in self.results:
            self.results[key] = rule(self, *args, **kwargs)
        return cast("R", self.results[key])

    return once


class InfluenceFigures(StateFigures, ABC):
    """What the index of influence is made of, at the start of a year."""

    @cached_property
    def results(self) -> dict[tuple[object, ...], object]:
        """What `remembered` rules gave, by rule and arguments."""
        return {}

    @remembered
    def price(self, year: int) -> float:
        """Dollars of a year that one of 2015 is worth."""
        return deflator(self.tables, year)

    @remembered
    def real_in(self, code: str, year: int) -> float | None:
        """GDP of a year, MUSD of 2015: at constant prices, else in dollars of 2015."""
        found = self.tables.series("gdp_const2015_usd", code).get(year)
        if found is not None:
            return float(found) * MUSD
        now = self.tables.series("gdp_usd", code).get(year)
        return None if now is None else float(now) * MUSD / self.price(year)

    # --- states ---

    @remembered
    def real_gdp(self, code: str) -> Derived:
        found = self.read("gdp_const2015_usd", code)
        if found is not None:
            return Derived(found.value * MUSD, "MUSD/yr", self.cite("gdp_const2015_usd", found))
        money = self.gdp(code)
        year = next((y for y in range(self.now, self.now - 4, -1) if y in self.tables.series("gdp_usd", code)), self.now)
        value = money.value / self.price(year)
        if money.source == "assumption":
            return Derived(value, "MUSD/yr", "assumption", about(value, 0.7), money.gap)
        return Derived(value, "MUSD/yr", f"{SERIES['gdp_usd'].cited} in dollars of 2015, {year}", about(value, 0.3))

    def real_growth(self, code: str) -> Derived:
        """As growth, at constant prices; without them growth less that of prices."""
        if len(self.tables.series("gdp_const2015_usd", code)) > 1:
            return self.trend("gdp_const2015_usd", code, 3.0)
        money, inflation = self.growth(code), 100 * log(self.price(self.now) / self.price(self.now - 8)) / 8
        low, high = money.span or (money.value, money.value)
        span = bounded(low - inflation, -80, 90), bounded(high - inflation, -80, 90)
        how = "growth less that of dollar prices"
        source = "assumption" if money.source == "assumption" else f"{money.source}, less that of dollar prices"
        return Derived(money.value - inflation, "%/yr", source, span, how)

    @remembered
    def other_trade(self, code: str) -> Derived:
        """Trade with everybody less that with the patrons, % of real GDP."""
        mine = sum(self.trade(p, code).value for p in self.patrons if p != code)
        whole = self.mean_of((y, self.traded_with_all(code, y)) for y in range(self.now - 2, self.now + 1))
        if whole is None:
            value = max(LEAST_OTHERS, ALL_TRADE - mine)
            how = f"{ALL_TRADE:g} % of GDP less the trade with the patrons, at least {LEAST_OTHERS:g}"
            return Derived(value, "%", "assumption", about(value, 0.5, 0, MOST_TRADE), how)
        value = bounded(whole.value - mine, 0, MOST_TRADE)
        source = f"BACI trade with all states in dollars of 2015 over real GDP, {self.span_of(whole)}, less that with the patrons"
        return Derived(value, "%", source, about(value, 0.3, 0, MOST_TRADE))

    @remembered
    def traded_with_all(self, code: str, year: int) -> float | None:
        """Trade with everybody in a year, % of real GDP: as given, else what the median patron's share of it says."""
        out, home = (self.tables.series(f"{way}_total_usd", code).get(year) for way in ("exports", "imports"))
        if out is not None and home is not None and out + home > 0:
            real = self.real_in(code, year)
            return None if real is None else 100 * MUSD * float(out + home) / self.price(year) / real
        shares = []
        for p in self.tables.patrons_of(code):
            part, own = self.tables.series("trade_share_total", p, code).get(year), self.traded(p, code, year)
            if part and own is not None:
                shares.append(own / float(part))
        return float(np.median(shares)) if shares else None

    def other_arms(self, code: str) -> Derived:
        """Major arms of ten years from all others, TIV."""
        first, last = self.start - 10, self.start - 1
        found = self.tables.series("arms_imports_tiv", code).loc[first:last]
        if not len(found):
            return Derived(0.0, "TIV", "assumption", (0, 50), "no register of arms")
        mine = sum(sum(self.delivered(p, code)) for p in self.patrons if p != code)
        value = max(0.0, float(found.sum()) - mine)
        return Derived(value, "TIV", f"{SERIES['arms_imports_tiv'].cited}, sum {first}-{last}, less the patrons'", about(value))

    # --- patrons ---

    def supply(self, patron: str) -> Derived:
        """Major arms in a usual contract year: the median client's median delivering year, at a GDP of 30 bn by the .4 power."""
        sizes = self.contract_years(patron)
        if not len(sizes):
            return Derived(0.0, "TIV/yr", "assumption", (0, 5), "no deliveries registered")
        medians = sizes.groupby(level="client").median()
        value = float(medians.median())
        how = f"median of {len(medians)} clients' medians at a GDP of 30 bn"
        source = f"{SERIES['arms_tiv'].cited}, delivering years to {self.now}, {how}"
        return Derived(value, "TIV/yr", source, about(value))

    def contract_years(self, patron: str) -> pd.Series[float]:
        """TIV of every delivering year up to the start, as for a client of the usual GDP; index (client, year)."""
        dyad = self.tables.dyad
        if "arms_tiv" not in dyad or patron not in dyad.index.get_level_values("patron"):
            return pd.Series(dtype=float)
        flows = dyad["arms_tiv"].loc[patron]
        flows = flows[(flows > 0) & (flows.index.get_level_values("year") <= self.now)]
        real = [self.real_in(str(code), int(year)) or np.nan for code, year in flows.index]
        return (flows * (USUAL_GDP / np.array(real, dtype=float)) ** GDP_POWER).dropna()

    # --- dyads ---

    @remembered
    def traded(self, patron: str, code: str, year: int) -> float | None:
        """Trade both ways in a year, % of real GDP."""
        real = self.real_in(code, year)
        if real is None:
            return None
        own = self.tables.series("trade_usd", patron, code).get(year)
        if own is None:
            part = self.tables.series("trade_share_gdp", patron, code).get(year)
            money = self.tables.series("gdp_usd", code).get(year)
            own = None if part is None or money is None else float(part) * float(money)
        return None if own is None else bounded(100 * MUSD * float(own) / self.price(year) / real, 0, MOST_TRADE)

    @remembered
    def trade(self, patron: str, code: str, year: int | None = None) -> Derived:
        """Trade both ways, % of real GDP: of a year, or the mean of three years to the start. Nothing is capped: logarithms count."""
        years = range(self.now - 2, self.now + 1) if year is None else (year,)
        found = self.mean_of((y, self.traded(patron, code, y)) for y in years)
        if found is None:
            older = ((y, self.traded(patron, code, y)) for y in range((year or self.now), (year or self.now) - 6, -1))
            found = next((Reading(v, y, y) for y, v in older if v is not None), None)
        if found is None:
            return Derived(0.0, "%", "assumption", (0, 5), "no trade reported")
        source = f"BACI trade in dollars of 2015 over real GDP, {self.span_of(found)}"
        return Derived(found.value, "%", source, about(found.value, 0.5, 0, MOST_TRADE))

    def treaty(self, patron: str, code: str) -> Derived:
        """Economic bandwidth that the published index has beyond trade's; where nothing is published that of agreements in force."""
        found = self.read("fbic_econ_bandwidth", patron, code, back=0)
        logs = [log1p(v / 100 * r) for y in range(self.now - 2, self.now + 1)
                if (v := self.traded(patron, code, y)) is not None and (r := self.real_in(code, y)) is not None]  # fmt: skip
        if found is None or not logs:
            return self.agreed(patron, code)
        value = found.value - formula.FORMULA.trade_bandwidth * float(np.mean(logs))
        value = value if value >= LEAST_TREATY else 0.0
        source, within = f"FBIC economic bandwidth beyond that of trade, {found.years}", self.beside(patron, code)[0]
        if within:
            return Derived(max(0.0, value - within), "", f"{source}, less {within:g} by blocs")
        return Derived(value, "", source, about(value, 0.2))

    def agreed(self, patron: str, code: str) -> Derived:
        """Economic bandwidth of the treaties and agreements in force, beyond that of blocs; one that ended is none."""
        treaties, agreements = self.in_force
        value = max(0.0, treaties[patron, code] - self.beside(patron, code)[0]) + agreements.get((patron, code), 0.0)
        if not value:
            return Derived(0.0, "", "assumption", (0, 0.53), "no published economic bandwidth, and no agreement known")
        source = f"treaties and agreements in force at the end of {self.eve}, lists of this project"
        return Derived(value, "", source, about(value, 0.5))

    @cached_property
    def in_force(self) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
        """Economic bandwidth of the treaties of the index and of listed agreements on the eve of the start, by dyad."""
        dyads = pd.MultiIndex.from_product([self.patrons, self.clients])
        values = shipped_treaties().bandwidth(dyads, np.array([self.eve]))[:, 0]
        return dict(zip(dyads, map(float, values), strict=True)), self.lists.agreements(self.eve)

    def tie(self, patron: str, code: str) -> Derived:
        found = self.read("fbic_pol_bandwidth", patron, code)
        if found is None:
            return Derived(formula.FORMULA.tie, "", "assumption", (0.04, 0.18), "full diplomatic relations")
        return Derived(bounded(found.value, 0, 1), "", self.cite("fbic_pol_bandwidth", found))

    def pledge(self, patron: str, code: str) -> Derived:
        """Security bandwidth of the pledges of alliances, each as last known."""
        read = {c: self.read(c, patron, code, back=10) for c in PLEDGES}
        known = [r for r in read.values() if r is not None]
        if not known:
            return Derived(0.0, "", "assumption", (0.0, MOST_PLEDGED), "no pledges reported")
        value = sum(PLEDGES[c] * bounded(r.value, 0, 1) for c, r in read.items() if r is not None)
        span = bounded(value - 0.1, 0, 1), bounded(value + 0.1, 0, MOST_PLEDGED)
        return Derived(value, "", f"ATOP 5.1 pledges, {max(r.last for r in known)}", span)

    def aid(self, patron: str, code: str) -> Derived:
        """Aid a year in dollars of the year, mean of three; a year without a report counts 0."""
        first, last = self.now - 2, self.now
        for column, price in AID:
            found = self.tables.series(column, patron, code).loc[first:last]
            if len(found):
                flows = [float(v) * (self.price(int(y)) / price if price else 1.0) for y, v in found.items()]
                value = max(0.0, sum(flows) * MUSD / 3)
                how = " in current USD" if price else ""
                return Derived(value, "MUSD/yr", f"{SERIES[column].cited}{how}, sum {first}-{last}, over three years", about(value))
        return Derived(0.0, "MUSD/yr", "assumption", (0, 20), "no aid reported")

    @remembered
    def delivered(self, patron: str, code: str) -> list[float]:
        """Major arms of the ten years before the start, TIV, the latest first."""
        found = self.tables.series("arms_tiv", patron, code)
        return [max(0.0, float(found.get(y, 0.0))) for y in range(self.start - 1, self.start - 11, -1)]

    def several(self, patron: str, code: str) -> dict[str, Derived]:
        """Figures that a dyad has several of: arms by year, or of all ten years where there were none; what is unexplained."""
        years, register = self.delivered(patron, code), SERIES["arms_tiv"].cited
        if not len(self.tables.series("arms_tiv", patron, code)):
            found = {"arms_years": Derived(0.0, "TIV", "assumption", (0, 20), "no register of arms")}
        elif not any(years):
            found = {"arms_years": Derived(0.0, "TIV", f"{register}, sum {self.start - 10}-{self.start - 1}")}
        else:
            found = {f"arms_year.y{k}": Derived(v, "TIV", f"{register}, {self.start - k}") for k, v in enumerate(years, 1)}
        return found | {f"unexplained.{k}": f for k, f in self.unexplained(patron, code).items()}

    def beside(self, patron: str, code: str) -> tuple[float, float]:
        """What the blocs that a patron leads give a member: the sum of treaties, the largest pledge."""
        own = [b for b in self.blocs if b.get("leader") == patron and code in b["members"]]
        return sum(plain(b.get("treaty", 0.0)) for b in own), max((plain(b.get("pact", USUAL_PACT)) for b in own), default=0.0)

    def unexplained(self, patron: str, code: str) -> dict[str, Derived]:
        """What the published parts have beyond the formula on the figures of the start; nothing where they are not published."""
        made, found = self.by_formula(patron, code), {}
        for name, column in PUBLISHED.items():
            real = self.read(column, patron, code, back=0)
            if real is not None:
                source = f"{self.cite(column, real)}, less the formula's {made[name]:.4g}"
                found[name] = Derived(real.value - made[name], "", source)
        return found

    def by_formula(self, patron: str, code: str) -> dict[str, float]:
        """The five parts on the figures of the start."""
        c, price = formula.FORMULA, usual_deflator(self.start - 0.25)  # the model's own, in the quarter before it starts
        gdp, own = self.real_gdp(code).value, self.trade(patron, code).value / 100
        whole = (sum(self.trade(p, code).value for p in self.patrons if p != code) + self.other_trade(code).value) / 100
        arms, everybody = sum(self.delivered(patron, code)), self.all_arms[code]
        treaty, pact = self.beside(patron, code)
        lent = sum(log1p(100 * x.value / price / gdp) for x in (self.capital(patron, code), self.debt(patron, code)))
        aid = log1p(self.aid(patron, code).value / price / (c.aid_unit * gdp))
        traded = (c.trade_share * log1p(100 * own / whole) if whole else 0.0) + c.trade_gdp * log1p(100 * own)
        return {
            "economic_bandwidth": c.trade_bandwidth * log1p(own * gdp) + self.treaty(patron, code).value + treaty,
            "political_bandwidth": self.tie(patron, code).value,
            "security_bandwidth": c.arms_bandwidth * log1p(arms / c.arms_unit) + max(pact, self.pledge(patron, code).value),
            "economic_dependence": traded + c.aid * aid + c.lending / 2 * lent,
            "security_dependence": c.arms_monopoly * arms / (arms + c.arms_others * everybody + c.arms_floor),
        }

    @abstractmethod
    def capital(self, patron: str, code: str) -> Derived:
        """Capital financed by a patron, MUSD."""

    @abstractmethod
    def debt(self, patron: str, code: str) -> Derived:
        """Debt owed to a patron, MUSD."""

    @cached_property
    def all_arms(self) -> dict[str, float]:
        """TIV of ten years from everybody, by client."""
        return {
            c: self.other_arms(c).value + sum(sum(self.delivered(p, c)) for p in self.patrons if p != c) for c in self.clients
        }

    # --- paths ---

    def real_rate(self, code: str, year: int) -> float | None:
        """Log growth of real GDP in a year, %."""
        then, now = self.real_in(code, year - 1), self.real_in(code, year)
        return 100 * log(now / then) if then and now else None

    def volumes_in(self, year: int) -> Iterator[tuple[str, float]]:
        """Paths of clients and dyads in a year that no rule of the model moves, in a scenario file's units: real growth, trade."""
        for c in self.clients:
            rate = self.real_rate(c, year)
            if rate is not None:
                yield f"states.{c}.real_growth", bounded(rate, -80, 90)
            mine = {p: self.traded(p, c, year) for p in self.patrons if p != c}
            whole = self.traded_with_all(c, year)
            yield from ((f"ties.{p}.{c}.trade", v) for p, v in mine.items() if v is not None)
            if whole is not None and None not in mine.values():
                yield f"states.{c}.other_trade", bounded(whole - sum(v or 0.0 for v in mine.values()), 0, MOST_TRADE)

    # --- helpers ---

    @staticmethod
    def mean_of(values: Iterable[tuple[int, float | None]]) -> Reading | None:
        """Mean of what is known, with its years; None where nothing is."""
        known = [(y, v) for y, v in values if v is not None]
        return Reading(float(np.mean([v for _, v in known])), known[0][0], known[-1][0]) if known else None

    @staticmethod
    def span_of(reading: Reading) -> str:
        """The years of a reading as they are cited."""
        return f"{'' if reading.first == reading.last else 'mean '}{reading.years}"
