"""Real series in a documented layout: two tables, by state and year and by dyad and year.

    country_year.csv[.gz]   iso3, year, then a column a series
    dyad_year.csv[.gz]      patron, client, year, then a column a series

Codes are ISO 3166 alpha-3 (EUU for the European Union); an empty cell is unknown, never zero. `SERIES` lists the columns
that are used, with unit and source. `known` is the last year that may be read: nothing later reaches a reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from .cells import DataError
from .layout import Layout, TableError, read_layout
from .opening import AS_CSV
from .series import REQUIRED, SERIES

__all__ = ["REQUIRED", "SERIES", "DataError", "Reading", "TableError", "Tables", "read_tables"]


NATIVE = ("API_", "WDI", "trade-register", "trade_register")
"""How files begin that `patronage tables` reads."""
COUNTRY = Layout(
    "country_year", {"iso3": "code", "year": "year", "country": "name"}, ("iso3", "year"),
    {k: s for k, s in SERIES.items() if s.table == "country"}, ("iso3", "year", *REQUIRED), unique=True, filled=True,
)  # fmt: skip
DYAD = Layout(
    "dyad_year", {"patron": "code", "client": "code", "year": "year"}, ("patron", "client", "year"),
    {k: s for k, s in SERIES.items() if s.table == "dyad"}, ("patron", "client", "year"), unique=True,
)  # fmt: skip


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
    remarks: tuple[str, ...] = field(default=(), compare=False)
    """What was noticed on reading though it is no fault."""

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
            for at, stop in zip(starts, [*starts[1:], len(keys)][: len(starts)], strict=True):
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
        """Display names by code, from the column `country` without a note in brackets; codes without one are missing."""
        if "country" not in self.country:
            return {}
        named = self.country["country"].dropna().groupby(level=0).last()
        return {str(code): str(name).partition(" (")[0] for code, name in named.items()}

    def patrons_of(self, code: str) -> tuple[str, ...]:
        """Codes of all patrons with rows for a client."""
        return self._patrons.get(code, ())

    @cached_property
    def givers(self) -> tuple[str, ...]:
        """Codes of all patrons with rows, sorted."""
        return tuple(sorted({k[0] for k in self._places if len(k) == 2}))

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
    """The two tables of a folder.

    Raises:
        TableError: every cell of both that cannot be used, with its place.
        DataError: a table is absent.
    """
    place = Path(folder)
    found = {layout.name: _path(place, layout.name) for layout in (COUNTRY, DYAD)}
    absent = [_absent(place, layout) for layout in (COUNTRY, DYAD) if found[layout.name] is None]
    if absent:
        native = [p.name for p in _others(place) if p.name.startswith(NATIVE)]
        hint = [f"patronage tables brings {native[0]} and its like into this layout"] if native else []
        raise DataError("\n".join([*absent, *hint]))
    frames, wrong = [], []
    remarks: list[str] = []
    for layout in (COUNTRY, DYAD):
        path = found[layout.name]
        assert path is not None
        try:
            frames.append(read_layout(path, layout, remarks).set_index(list(layout.keys)).sort_index())
        except TableError as error:
            wrong.append(error)
    if wrong:
        raise TableError.of(wrong)
    country, dyad = frames
    last = int(max(frame.index.get_level_values("year").max() for frame in frames if len(frame)))
    return Tables(country, dyad, last, tuple(remarks))


def _path(folder: Path, name: str) -> Path | None:
    return next((p for p in (folder / f"{name}.csv.gz", folder / f"{name}.csv") if p.exists()), None)


def _absent(folder: Path, layout: Layout) -> str:
    """What to say of a table that is not there, and of a file that may be meant."""
    text = f"{folder / layout.name}.csv or .csv.gz: a row for each {' and '.join(layout.keys)}"
    other = next((p for p in _others(folder) if p.stem.casefold().startswith(layout.name)), None)
    return f"{text} (there is {other.name}: {AS_CSV[:1].lower()}{AS_CSV[1:]} under that name)" if other else text


def _others(folder: Path) -> Sequence[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
