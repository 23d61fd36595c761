"""Dollars of one year in those of another: volumes are in dollars of 2015."""

from __future__ import annotations

from math import exp, isfinite

from .tables import Tables

PRICES_OF = "USA"
"""Whose GDP at both prices gives the dollar deflator."""
USUAL, UNIT_YEAR = 0.02, 2015
"""Rise of dollar prices a year where that is not known (rules.economy.deflator_growth), and the year in which they are 1."""
PRICES_2021, PRICES_2022 = 1.1335, 1.2064
"""Dollars of these years that one of 2015 is worth (World Bank WDI, GDP of the United States at both prices): a unit of columns."""


def deflator(tables: Tables, year: int) -> float:
    """Dollars of the year that one of 2015 is worth; by the usual rise where the tables do not say."""
    now = tables.series("gdp_usd", PRICES_OF).get(year, float("nan"))
    then = tables.series("gdp_const2015_usd", PRICES_OF).get(year, float("nan"))
    value = float(now) / float(then)
    return value if isfinite(value) else usual_deflator(year)


def usual_deflator(year: float) -> float:
    """The same by the usual rise alone, as the model has it."""
    return exp(USUAL * (year - UNIT_YEAR))
