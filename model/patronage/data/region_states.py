"""From real series to the figures of states, by stated rules. docs/build.md tells each rule in words.

Every figure carries its source and years; where a series is silent a rule fills the gap and the figure says so in `gap`.
Nothing is read that is later than the tables' `known` year. No rule names a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .blocs import BlocList, shipped_blocs
from .tables import SERIES, DataError, Reading, Tables

MUSD = 1e-6
OPENNESS, OPENNESS_SPREAD = (1.02, 0.69), 0.09
"""Electoral democracy (V-Dem v2x_polyarchy) by the liberal index: factor and power, and the 90 % of what is left.

Least squares over 3456 state-years of 168 states, 1992-2012; R2 .96, and .97 after 2012.
"""


@dataclass(frozen=True)
class Derived:
    """One number of the scenario."""

    value: float
    unit: str = ""
    source: str = "assumption"
    span: tuple[float, float] | None = None
    gap: str = ""
    """How it was filled, where the data are silent."""


@dataclass(frozen=True)
class BaseAtStart:
    """A base in force at the start."""

    holder: str
    host: str
    rent: float | None
    source: str
    until: int | None = None
    """Number of the last quarter of its term, 4 x year + 0 to 3; unknown without one."""


def bounded(value: float, low: float, high: float) -> float:
    """The value, or the bound it exceeds."""
    return min(max(value, low), high)


def about(value: float, part: float = 0.5, low: float = 0.0, high: float = np.inf) -> tuple[float, float]:
    """A range of ± `part` around a value, within bounds."""
    ends = sorted((value * (1 - part), value * (1 + part)))
    return bounded(ends[0], low, high), bounded(ends[1], low, high)


@dataclass(frozen=True)
class StateFigures:
    """Clients and patrons at the start of a year, as far as the tables know them: what concerns one state."""

    tables: Tables
    clients: tuple[str, ...]
    patrons: tuple[str, ...]
    start: int
    given: tuple[BaseAtStart, ...] = ()
    """Bases that are known; in hosts of which no list tells, troops of 500 or more count as one as well."""
    listed: frozenset[str] = frozenset()
    """Hosts of which a list tells what bases there are."""
    abroad: frozenset[str] = frozenset()
    """Patrons that hold a base anywhere."""
    axis: tuple[str, str] | None = None
    """The poles (plus, minus), where they are given."""
    blocs: tuple[Mapping[str, Any], ...] = ()
    """Entries of the blocs that stand beside what series tell of treaties and pledges."""
    lists: BlocList = field(default_factory=shipped_blocs, compare=False)
    """Where alliances and agreements are read from."""

    def __post_init__(self) -> None:
        unknown = [c for c in (*self.clients, *self.patrons) if c not in self.tables.states]
        if unknown:
            raise DataError(f"no rows for {', '.join(unknown)} in country_year")
        if self.start > self.tables.known + 1:
            raise DataError(f"the tables end in {self.tables.known}: a region cannot start in {self.start}")

    @property
    def now(self) -> int:
        """The last year that may be known when the period starts."""
        return min(self.start, self.tables.known)

    @property
    def eve(self) -> int:
        """The last year that is over when the period starts, as far as it may be known."""
        return min(self.start - 1, self.tables.known)

    # --- helpers: a reading with its citation, or a rule ---

    def read(self, column: str, *codes: str, back: int = 3) -> Reading | None:
        return self.tables.at(column, self.now, *codes, back=back)

    def cite(self, column: str, reading: Reading, more: str = "") -> str:
        how = "" if reading.first == reading.last else "mean "
        return f"{SERIES[column].cited}, {how}{reading.years}{', ' + more if more else ''}"

    def median(
        self, column: str, states: Iterable[str] | None = None, otherwise: float | None = None
    ) -> tuple[float, str]:
        """Median over the region's clients, or over all states if no client has the series; `otherwise` if nobody has."""
        for group, who in ((states or self.clients, "the clients"), (self.tables.states, "all states")):
            found = [r.value for c in group if (r := self.read(column, c, back=10)) is not None]
            if found:
                return float(np.median(found)), f"median of {who}, {self.now}"
        if otherwise is None:
            raise DataError(f"no value of {column} for any state up to {self.now}")
        return otherwise, f"no value of {column} for any state"

    # --- states ---

    def gdp(self, code: str) -> Derived:
        """Gross domestic product, MUSD a year."""
        for column in ("gdp_usd", "gdp_usd_weo"):
            found = self.read(column, code)
            if found is not None:
                return Derived(found.value * MUSD, "MUSD/yr", self.cite(column, found))
        value, how = self.median("gdp_usd")
        return Derived(value * MUSD, "MUSD/yr", "assumption", about(value * MUSD, 0.7), how)

    def growth(self, code: str) -> Derived:
        """Trend growth of GDP in current dollars."""
        return self.trend("gdp_usd", code, 4.0)

    def trend(self, column: str, code: str, usual: float) -> Derived:
        """Trend growth: that of the years to come where they may be known, else of those before, drawn half way to the median."""
        ahead = self.tables.growth(column, self.start, min(self.tables.known, self.start + 12), code)
        cited = SERIES[column].cited
        if ahead is not None and ahead.last - ahead.first >= 5:
            value = bounded(ahead.value, -45, 55)
            return Derived(value, "%/yr", f"{cited}, log growth {ahead.years}", self.swing(column, code, value))
        behind = {c: self.tables.growth(column, self.now - 8, self.now, c) for c in (code, *self.clients)}
        known = [r.value for r in behind.values() if r is not None]
        middle = float(np.median(known)) if known else usual
        own = behind[code]
        if own is None:
            span = self.swing(column, code, middle)
            return Derived(bounded(middle, -45, 55), "%/yr", "assumption", span, "median growth of the clients")
        value = bounded((own.value + middle) / 2, -45, 55)
        source = f"{cited}, log growth {own.years}, half way to the clients' median"
        return Derived(value, "%/yr", source, self.swing(column, code, value))

    def swing(self, column: str, code: str, value: float) -> tuple[float, float]:
        """Range of a growth rate: the spread of the state's own five-year rates."""
        found = self.tables.series(column, code)
        rates = 100 * np.diff(np.log(found[found > 0].to_numpy())[::5]) / 5
        spread = float(np.std(rates)) if len(rates) > 2 else 5.0
        return bounded(value - spread, -50, 60), bounded(value + spread, -50, 60)

    def population(self, code: str) -> Derived:
        found = self.read("population", code, back=6)
        if found is not None:
            return Derived(found.value, "persons", self.cite("population", found))
        value, how = self.median("population")
        return Derived(value, "persons", "assumption", about(value, 0.7), how)

    def openness(self, code: str) -> Derived:
        """Electoral democracy as it goes worldwide with the liberal index, which is compressed at the closed end."""
        found = self.tables.mean("libdem", self.now - 4, self.now, code)
        liberal, how = (found.value, "") if found is not None else self.median("libdem", otherwise=0.1)
        value = bounded(OPENNESS[0] * liberal ** OPENNESS[1], 0.02, 0.98)
        span = bounded(value - OPENNESS_SPREAD, 0.02, 0.98), bounded(value + OPENNESS_SPREAD, 0.02, 0.98)
        if found is None:
            return Derived(value, "", "assumption", span, f"{how}, 1.02 x its .69 power")
        return Derived(value, "", self.cite("libdem", found, "1.02 x its .69 power"), span)

    def coalition(self, code: str) -> Derived:
        """Follows openness: the polity-based index knows only quarters (docs/central-asia.md)."""
        value = bounded(0.85 * self.openness(code).value, 0.03, 0.9)
        return Derived(value, "", "assumption", about(value, 0.5, 0.02, 1), "0.85 times openness")

    @cached_property
    def deaths(self) -> dict[str, float]:
        """Mean yearly deaths in conflicts over the five years before, by client."""
        read = {c: self.tables.mean("conflict_deaths", self.now - 4, self.now, c) for c in self.clients}
        return {c: r.value if r is not None else 0.0 for c, r in read.items()}

    def proximity(self, code: str) -> Derived:
        most = max(self.deaths.values())
        if most <= 0:
            return Derived(0.5, "", "assumption", (0.2, 0.8), "no conflict in the region")
        value = 0.2 + 0.8 * float(np.log1p(self.deaths[code]) / np.log1p(most))
        source = f"{SERIES['conflict_deaths'].cited}, mean {self.now - 4}-{self.now}, .2 + .8 x its logarithm over the largest"
        return Derived(value, "", source, about(value, 0.4, 0, 1))

    @cached_property
    def instability(self) -> Derived:
        return self.instability_in(self.now)

    def instability_in(self, year: int) -> Derived:
        """A tenth for every factor of ten of deaths in the region."""
        read = [self.tables.mean("conflict_deaths", year - 4, year, c) for c in self.clients]
        if all(r is None for r in read):
            return Derived(0.1, "", "assumption", (0, 0.25), "no count of deaths in conflicts")
        deaths = sum(r.value for r in read if r is not None)
        value = bounded(0.1 + 0.1 * float(np.log10(1 + deaths)), 0, 1)
        source = f"{SERIES['conflict_deaths'].cited}, sum over clients, mean {year - 4}-{year}, .1 + .1 log10(1 + deaths)"
        return Derived(value, "", source, (bounded(value - 0.15, 0, 1), bounded(value + 0.15, 0, 1)))

    def threat(self, code: str) -> Derived:
        """The level to which that violence drives it (rules.threat.gain)."""
        value = bounded(1.6 * self.instability.value * self.proximity(code).value, 0, 1)
        return Derived(value, "", "assumption", about(value, 0.5, 0, 1), "1.6 x instability x proximity")

    def ideal_point(self, code: str) -> Derived:
        found = self.tables.mean("ideal_point", self.now - 2, self.now, code) or self.read("ideal_point", code, back=10)
        if found is not None:
            return Derived(found.value, "", self.cite("ideal_point", found))
        value, how = self.median("ideal_point", otherwise=0.0)
        return Derived(value, "", "assumption", (value - 0.7, value + 0.7), how)

    def external_debt(self, code: str) -> Derived:
        found = self.read("external_debt_usd", code)
        if found is not None:
            return Derived(found.value * MUSD, "MUSD", self.cite("external_debt_usd", found))
        value = 0.4 * self.gdp(code).value
        return Derived(value, "MUSD", "assumption", about(value), "40 % of GDP")

    def other_debt_growth(self, code: str) -> Derived:
        found = self.tables.growth("external_debt_usd", self.now - 8, self.now, code)
        if found is None:
            return Derived(4.0, "%/yr", "assumption", (0, 8), "no series of debt")
        value = bounded(found.value, -10, 20)
        return Derived(value, "%/yr", f"{SERIES['external_debt_usd'].cited}, log growth {found.years}", (value - 4, value + 4))
