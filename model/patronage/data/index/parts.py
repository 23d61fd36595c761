"""From the tables to the parts of the index, for every patron, client and year.

Nothing of the published index enters but the levels of treaties (`treaties.py`). An empty cell is unknown, and so is a part that needs
it, with four exceptions: aid and lending that nobody reports are 0, and so are arms from a client that is no patron of the tables;
pledges stay what they were last known to be; trade with everybody follows from the share of any patron where it is not given itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from patronage.world.arrays import Array

from ..cells import DataError
from ..prices import PRICES_2021, PRICES_2022, PRICES_OF
from ..tables import Tables
from . import formula
from .formula import PARTS, SMOOTHED
from .treaties import Treaties

MUSD = 1e-6
PLEDGES = ("atop_defense", "atop_consul", "atop_neutral", "atop_nonagg")
COUNTRY_COLUMNS = ("gdp_usd", "gdp_const2015_usd", "arms_imports_tiv")
DYAD_COLUMNS = ("trade_usd", "arms_tiv", *PLEDGES)
AID = (("us_aid_disb_usd", 0.0), ("us_aid_oblig_usd", 0.0), ("cn_oda_usd2021", PRICES_2021), ("aid_usd2022", PRICES_2022))
"""Columns of aid, the first that is known counts, and the price of their dollars; 0: that of the year itself."""
LENDING = "cn_oof_usd2021"
PUBLISHED = dict(zip(
    (*PARTS, "index"),
    (
        "fbic_econ_bandwidth", "fbic_pol_bandwidth", "fbic_sec_bandwidth",
        "fbic_econ_dependence", "fbic_sec_dependence", "fbic_influence",
    ),
    strict=True,
))  # fmt: skip
"""Columns in which parts and index are published."""
VOLUMES = ("trade", "all_trade", "gdp", "aid", "lending", "arms", "arms_both", "all_arms", "treaty", "pledges")


@dataclass(frozen=True)
class Indexed:
    """Parts and index of all pairs over all years of the tables."""

    pairs: pd.MultiIndex
    """patron, client."""
    years: Array
    """[year] whole numbers, one after the other."""
    volumes: dict[str, Array]
    """By name of `VOLUMES`, [pair, year]: MUSD of 2015 (a year), TIV of ten years, bandwidth."""
    parts: dict[str, Array]
    """By name of `formula.PARTS` and `index`, [pair, year], means of three years as they are published; NaN where unknown."""
    published: dict[str, Array]
    """The same as published, where the tables have it."""

    @cached_property
    def patrons(self) -> tuple[str, ...]:
        """Codes, in order."""
        return tuple(sorted(set(self.pairs.get_level_values("patron"))))

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """Patrons whose index is published."""
        if "index" not in self.published:
            return ()
        known = np.isfinite(self.published["index"]).any(axis=1)
        return tuple(sorted(set(self.pairs.get_level_values("patron")[known])))

    def rows_of(self, *patrons: str) -> Array:
        """[pair] whether the patron is one of these."""
        return np.asarray(self.pairs.get_level_values("patron").isin(patrons))

    def frame(self) -> pd.DataFrame:
        """A row each for patron, client and year of which the index is known, volumes and parts by column."""
        columns = {**self.parts, **self.volumes, **{f"published_{k}": v for k, v in self.published.items()}}
        index = pd.MultiIndex.from_product([range(len(self.pairs)), self.years])
        at, year = index.get_level_values(0), index.get_level_values(1)
        found = pd.DataFrame({k: v.ravel() for k, v in columns.items()})
        found.insert(0, "year", year)
        found.insert(0, "client", self.pairs.get_level_values("client")[at])
        found.insert(0, "patron", self.pairs.get_level_values("patron")[at])
        return found[found["index"].notna()].reset_index(drop=True)


def wide(frame: pd.DataFrame, column: str, rows: pd.Index, years: Array) -> Array:
    """[row, year] of a column of a table by code and year; NaN where it is not known."""
    if column not in frame:
        return np.full((len(rows), len(years)), np.nan)
    by_year = frame[column].unstack("year")  # noqa: PD010 - keys have one row each: nothing is to be aggregated
    return np.asarray(by_year.reindex(columns=years).reindex(rows).to_numpy(dtype=float))


class Sheets:
    """Columns of the tables as arrays over pairs and years."""

    def __init__(self, tables: Tables) -> None:
        _complete(tables)
        self.tables = tables
        own = tables.dyad.index.droplevel("year").unique().sort_values()
        self.pairs = own[own.get_level_values(0) != own.get_level_values(1)]
        years = np.r_[tables.country.index.get_level_values("year"), tables.dyad.index.get_level_values("year")]
        self.years = np.arange(years.min(), years.max() + 1)
        self.clients = self.pairs.get_level_values("client")
        self.turned = self.pairs.swaplevel().set_names(self.pairs.names)
        """The client as the patron of its patron."""

    def dyad(self, column: str) -> Array:
        """[pair, year] of a column; NaN where it is not known."""
        return self._wide(self.tables.dyad, column, self.pairs)

    def client(self, column: str) -> Array:
        """The same of the client."""
        return self._wide(self.tables.country, column, self.clients)

    def _wide(self, frame: pd.DataFrame, column: str, rows: pd.Index) -> Array:
        return wide(frame, column, rows, self.years)

    @cached_property
    def deflator(self) -> Array:
        """[year] dollars of the year that one of 2015 is worth."""
        states = self.tables.country
        if PRICES_OF not in states.index:
            raise DataError(f"country_year has no rows for {PRICES_OF}: its GDP at both prices gives the dollar deflator")
        own = states.loc[PRICES_OF].reindex(self.years)
        return np.asarray(own["gdp_usd"] / own["gdp_const2015_usd"], dtype=float)


def _complete(tables: Tables) -> None:
    """Raises DataError: every column that is missing, with what it is."""
    from ..series import SERIES

    absent = [
        f"{name} has no column {c}: {SERIES[c].cited} [{SERIES[c].unit}]"
        for name, frame, columns in (("country_year", tables.country, COUNTRY_COLUMNS), ("dyad_year", tables.dyad, DYAD_COLUMNS))
        for c in columns
        if c not in frame
    ]
    totals = all(c in tables.country for c in ("exports_total_usd", "imports_total_usd"))
    if not totals and "trade_share_total" not in tables.dyad:
        absent.append(
            "country_year has no columns exports_total_usd and imports_total_usd, nor dyad_year trade_share_total: "
            "one of them gives a client's trade with everybody"
        )
    if absent:
        raise DataError("\n".join(absent))


def trailing(values: Array, years: int) -> Array:
    """[pair, year] sum of what is known of this year and those before, `years` in all; NaN where nothing is."""
    whole, known = np.zeros_like(values), np.zeros(values.shape, dtype=bool)
    for back in range(min(years, values.shape[1])):
        then = values[:, : values.shape[1] - back]
        whole[:, back:] += np.nan_to_num(then)
        known[:, back:] |= np.isfinite(then)
    return np.where(known, whole, np.nan)


def smoothed(values: Array) -> Array:
    """[pair, year] mean of what is known of the last three years; NaN where this year is not known."""
    count = trailing(np.where(np.isfinite(values), 1.0, np.nan), SMOOTHED)
    return np.where(np.isfinite(values), trailing(values, SMOOTHED) / count, np.nan)


def kept(values: Array) -> Array:
    """The same with the last value known where there is none later."""
    return pd.DataFrame(values).ffill(axis=1).to_numpy(dtype=float)


def volumes(sheets: Sheets, treaties: Treaties) -> dict[str, Array]:
    """What the formula is fed with, by name of `VOLUMES`, [pair, year]."""
    prices = sheets.deflator[None, :]
    trade = MUSD * sheets.dyad("trade_usd") / prices
    gdp = MUSD * sheets.client("gdp_const2015_usd")
    gdp = np.where(np.isfinite(gdp), gdp, MUSD * sheets.client("gdp_usd") / prices)
    arms = trailing(sheets.dyad("arms_tiv"), formula.ARMS_YEARS)
    back = trailing(wide(sheets.tables.dyad, "arms_tiv", sheets.turned, sheets.years), formula.ARMS_YEARS)
    everybody = trailing(sheets.client("arms_imports_tiv"), formula.ARMS_YEARS)
    flags = [kept(sheets.dyad(c)) for c in PLEDGES]
    lent = trailing(MUSD * np.nan_to_num(sheets.dyad(LENDING)) / PRICES_2021, formula.LENDING_YEARS)
    return {
        "trade": trade,
        "all_trade": all_trade(sheets, trade),
        "gdp": gdp,
        "aid": np.maximum(0.0, trailing(aid(sheets), SMOOTHED) / SMOOTHED),
        "lending": np.maximum(0.0, lent),
        "arms": arms,
        "arms_both": arms + np.nan_to_num(back),
        "all_arms": np.fmax(everybody, arms),
        "treaty": treaties.bandwidth(sheets.pairs, sheets.years),
        "pledges": formula.pledged(flags[0], flags[1], flags[2], flags[3]),
    }


def all_trade(sheets: Sheets, trade: Array) -> Array:
    """[pair, year] the client's trade with everybody, MUSD of 2015: as given, else what the median patron's share says."""
    given = MUSD * (sheets.client("exports_total_usd") + sheets.client("imports_total_usd")) / sheets.deflator[None, :]
    share = sheets.dyad("trade_share_total")
    implied = np.divide(trade, share, out=np.full_like(trade, np.nan), where=share > 0)
    middle = pd.DataFrame(implied).groupby(sheets.clients.to_numpy()).transform("median").to_numpy(dtype=float)
    return np.where(given > 0, given, middle)


def aid(sheets: Sheets) -> Array:
    """[pair, year] aid, MUSD of 2015; 0 where nobody reports any."""
    found = np.full((len(sheets.pairs), len(sheets.years)), np.nan)
    for column, price in AID:
        found = np.where(np.isfinite(found), found, sheets.dyad(column) / (price or sheets.deflator[None, :]))
    return MUSD * np.nan_to_num(found)


def yearly(v: dict[str, Array]) -> dict[str, Array]:
    """[pair, year] the parts of each single year."""
    tie = np.full_like(v["trade"], formula.FORMULA.tie)
    return {
        "EB": formula.economic_bandwidth(v["trade"], v["treaty"]),
        "PB": tie,
        "SB": formula.security_bandwidth(v["arms_both"], v["pledges"]),
        "ED": formula.economic_dependence(v["trade"], v["all_trade"], v["gdp"], v["aid"], v["lending"]),
        "SD": formula.security_dependence(v["arms"], v["all_arms"]),
    }


def measure(tables: Tables, treaties: Treaties) -> Indexed:
    """The index of all pairs and years of the tables.

    Raises:
        DataError: columns are missing that it cannot do without; all are named at once.
    """
    sheets = Sheets(tables)
    fed = volumes(sheets, treaties)
    parts = {k: smoothed(v) for k, v in yearly(fed).items()}
    parts["index"] = formula.index(parts["EB"], parts["PB"], parts["SB"], parts["ED"], parts["SD"])
    published = {k: sheets.dyad(c) for k, c in PUBLISHED.items() if c in tables.dyad}
    return Indexed(sheets.pairs, sheets.years, fed, parts, published)
