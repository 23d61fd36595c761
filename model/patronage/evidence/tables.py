"""Real series in a documented layout: two tables, by state and year and by dyad and year.

    country_year.csv[.gz]   iso3, year, then a column a series
    dyad_year.csv[.gz]      patron, client, year, then a column a series

Codes are ISO 3166 alpha-3 (EUU for the European Union); an empty cell is unknown, never zero. `SERIES` lists the columns
that are used, with unit and source. `known` is the last year that may be read: nothing later reaches a reader.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd


class DataError(ValueError):
    """Data that are absent or not in the layout; says what is missing and where it goes."""


@dataclass(frozen=True)
class Series:
    """A column, and how it is cited."""

    column: str
    table: str
    """country or dyad."""
    unit: str
    cited: str


SERIES: dict[str, Series] = {
    s.column: s
    for s in (
        Series("population", "country", "persons", "World Bank WDI SP.POP.TOTL"),
        Series("gdp_usd", "country", "current USD", "World Bank WDI NY.GDP.MKTP.CD"),
        Series("gdp_usd_weo", "country", "current USD", "IMF WEO NGDPD"),
        Series("libdem", "country", "0-1", "V-Dem v2x_libdem"),
        Series("ideal_point", "country", "UNGA scale", "UNGA ideal point"),
        Series("external_debt_usd", "country", "current USD", "World Bank WDI DT.DOD.DECT.CD"),
        Series("remittances_gdp", "country", "% of GDP", "World Bank WDI BX.TRF.PWKR.DT.GD.ZS"),
        Series("conflict_deaths", "country", "deaths a year", "UCDP GED best estimate"),
        Series("irregular_exit", "country", "leaders a year", "Archigos 4.1"),
        Series("trade_share_gdp", "dyad", "share of the client's GDP", "BACI trade over GDP"),
        Series("arms_imports_tiv", "country", "million TIV", "SIPRI Arms Transfers TIV, all suppliers"),
        Series("arms_tiv", "dyad", "million TIV", "SIPRI Arms Transfers TIV"),
        Series("aid_usd2022", "dyad", "USD of 2022", "OECD DAC2a and AidData"),
        Series("us_aid_oblig_usd", "dyad", "current USD", "ForeignAssistance.gov obligations"),
        Series("cn_oof_usd2021", "dyad", "USD of 2021", "AidData GCDF 3.0, other official flows"),
        Series("military_aid_usd", "dyad", "current USD", "ForeignAssistance.gov, objective Military"),
        Series("troops", "dyad", "persons", "DMDC active duty, by country"),
        Series("atop_defense", "dyad", "0 or 1", "ATOP 5.1 defence pact"),
        Series("shared_igos", "dyad", "memberships", "COW IGO 3"),
        Series("migrants_in_patron", "dyad", "persons", "UN DESA migrant stock 2017"),
        Series("mindist_km", "dyad", "km", "CShapes 2.0 minimum distance"),
        Series("fbic_influence", "dyad", "0-1", "FBIC"),
        Series("ideal_point_distance", "dyad", "UNGA scale", "UNGA ideal point distance"),
    )
}
REQUIRED = ("population", "gdp_usd")
"""Columns without which no region can be built."""


@dataclass(frozen=True)
class Reading:
    """A number read from a series: its value and the years it stands for."""

    value: float
    first: int
    last: int

    @property
    def years(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Tables:
    """Both tables, up to the year `known`."""

    country: pd.DataFrame
    """Index (iso3, year)."""
    dyad: pd.DataFrame
    """Index (patron, client, year)."""
    known: int

    def until(self, year: int) -> Tables:
        """The same with nothing later than `year`."""
        return replace(
            self,
            country=self.country[self.country.index.get_level_values("year") <= year],
            dyad=self.dyad[self.dyad.index.get_level_values("year") <= year],
            known=min(self.known, year),
        )

    @cached_property
    def _places(self) -> dict[tuple[str, ...], slice]:
        """Rows of a state or dyad: the tables are sorted by code, so each is a slice."""
        found: dict[tuple[str, ...], slice] = {}
        for frame in (self.country, self.dyad):
            keys = frame.index.droplevel("year")
            starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.array([], dtype=int)
            for at, stop in zip(starts, [*starts[1:], len(keys)], strict=True):
                key = keys[at]
                found[key if isinstance(key, tuple) else (key,)] = slice(int(at), int(stop))
        return found

    @cached_property
    def _read(self) -> dict[tuple[str, ...], pd.Series[float]]:
        return {}

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Codes of all states with rows, sorted."""
        return tuple(k[0] for k in self._places if len(k) == 1)

    @cached_property
    def names(self) -> dict[str, str]:
        """Display names by code, from the column `country`; codes without one are missing."""
        if "country" not in self.country:
            return {}
        named = self.country["country"].dropna().groupby(level=0).last()
        return {str(code): str(name) for code, name in named.items()}

    def patrons_of(self, code: str) -> tuple[str, ...]:
        """Codes of all patrons with rows for a client."""
        return self._patrons.get(code, ())

    @cached_property
    def _patrons(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for patron, client in (k for k in self._places if len(k) == 2):
            found[client] = (*found.get(client, ()), patron)
        return found

    def series(self, column: str, *codes: str) -> pd.Series[float]:
        """Known values of a series by year, in ascending order; empty where there are none."""
        key = (column, *codes)
        if key not in self._read:
            frame = self.country if SERIES[column].table == "country" else self.dyad
            place = self._places.get(codes)
            if place is None or column not in frame:
                self._read[key] = pd.Series(dtype=float)
            else:
                found = frame[column].iloc[place]
                found.index = found.index.get_level_values("year")
                self._read[key] = found.dropna().astype(float)
        return self._read[key]

    def at(self, column: str, year: int, *codes: str, back: int = 5) -> Reading | None:
        """The value of `year`, or the latest of the `back` years before it."""
        found = self.series(column, *codes).loc[year - back : year]
        return Reading(float(found.iloc[-1]), int(found.index[-1]), int(found.index[-1])) if len(found) else None

    def mean(self, column: str, first: int, last: int, *codes: str) -> Reading | None:
        """Mean of the known values of a span of years."""
        found = self.series(column, *codes).loc[first:last]
        return Reading(float(found.mean()), int(found.index[0]), int(found.index[-1])) if len(found) else None

    def growth(self, column: str, first: int, last: int, *codes: str) -> Reading | None:
        """Mean log growth a year between the first and the last known value of a span, in %; at least three years."""
        found = self.series(column, *codes).loc[first:last]
        found = found[found > 0]
        if len(found) < 2 or found.index[-1] - found.index[0] < 3:
            return None
        a, b = int(found.index[0]), int(found.index[-1])
        return Reading(100.0 * float(np.log(found.iloc[-1] / found.iloc[0])) / (b - a), a, b)

    def growth_of(self, column: str, year: int, *codes: str) -> Reading | None:
        """Log growth in %, from the year before to `year`, if both are known."""
        found = self.series(column, *codes)
        if year not in found or year - 1 not in found or min(found[year], found[year - 1]) <= 0:
            return None
        return Reading(100.0 * float(np.log(found[year] / found[year - 1])), year, year)

    def decayed(self, column: str, year: int, yearly: float, *codes: str, back: int = 10) -> Reading | None:
        """Sum of the flows of `back` years to `year`, each decayed by the factor `yearly` for every year since."""
        found = self.series(column, *codes).loc[year - back + 1 : year]
        if not len(found):
            return None
        age = year - found.index.to_numpy()
        return Reading(float((found.to_numpy() * yearly**age).sum()), int(found.index[0]), int(found.index[-1]))


def read_tables(folder: str | Path) -> Tables:
    """The two tables of a folder. Raises DataError that names every file and column missing."""
    place = Path(folder)
    missing: list[str] = []
    frames: dict[str, pd.DataFrame] = {}
    for name, keys in (("country_year", ["iso3", "year"]), ("dyad_year", ["patron", "client", "year"])):
        path = next((p for p in (place / f"{name}.csv.gz", place / f"{name}.csv") if p.is_file()), None)
        if path is None:
            missing.append(f"{place / name}.csv or .csv.gz: a row for each {' and '.join(keys)}")
            continue
        frame = pd.read_csv(path, low_memory=False)
        lacking = [k for k in keys if k not in frame]
        if name == "country_year":
            lacking += [c for c in REQUIRED if c not in frame]
        if lacking:
            missing += [f"{path}: no column {c!r}" for c in lacking]
            continue
        frames[name] = frame.set_index(keys).sort_index()
    if missing:
        raise DataError("\n".join(missing))
    for name, frame in frames.items():
        if frame.index.has_duplicates:
            twice = frame.index[frame.index.duplicated()][0]
            raise DataError(f"{place / name}.csv: two rows for {', '.join(map(str, twice))}")
    last = int(max(frame.index.get_level_values("year").max() for frame in frames.values() if len(frame)))
    return Tables(frames["country_year"], frames["dyad_year"], last)
