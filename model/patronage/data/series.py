"""Which columns of the two tables are used, in which unit, within which bounds, and how they are cited."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .cells import EMPTY, Fault

SHARE = "share of the client's GDP"
FRACTIONS = ("0-1", "0 or 1", SHARE)
"""Units of which a larger number is probably per cent."""
PERCENT_FROM = 3.0
"""A fraction beyond this is taken for per cent."""
RARE = 0.01
"""Trade of more than three times the GDP is real where ships are registered: that rare, it passes."""


@dataclass(frozen=True)
class DataSeries:
    """A column, and how it is cited."""

    column: str
    table: str
    """country or dyad."""
    unit: str
    cited: str
    low: float = 0.0
    high: float = 1e17
    positive: bool = False
    """Whether 0 is no value either."""

    @property
    def fraction(self) -> bool:
        """Whether it is measured as a part of 1."""
        return self.unit in FRACTIONS

    def wrong(self, value: float) -> Fault | None:
        """What is wrong with a value, and how to mend it; None if it may be."""
        if not (math.isnan(value) or self.low <= value <= self.high):
            if self.fraction and value > self.high:
                what = f"{value:g} is beyond 1, and {self.column} is measured as {self.unit}"
                return what, f"Write {value / 100:g}, if it is per cent"
            bound = f"below {self.low:g}" if value < self.low else f"beyond {self.high:g}"
            return f"{value:g} is {bound}, and {self.column} is measured in {self.unit}", ""
        return (f"0 {self.unit} cannot be", EMPTY) if self.positive and value == 0 else None

    def percent(self, value: float) -> Fault:
        """What to say of a share that is probably per cent."""
        what = f"{value:g} times the GDP: {self.column} is a share, and here it seems to be per cent"
        return what, f"Write {value / 100:g}, or {PERCENT_FROM:g} if it is real, for more makes no difference"


SERIES: dict[str, DataSeries] = {
    s.column: s
    for s in (
        DataSeries("population", "country", "persons", "World Bank WDI SP.POP.TOTL", high=1e11, positive=True),
        DataSeries("gdp_usd", "country", "current USD", "World Bank WDI NY.GDP.MKTP.CD", positive=True),
        DataSeries("gdp_usd_weo", "country", "current USD", "IMF WEO NGDPD", positive=True),
        DataSeries("gdp_const2015_usd", "country", "USD of 2015", "World Bank WDI NY.GDP.MKTP.KD", positive=True),
        DataSeries("exports_total_usd", "country", "current USD", "BACI exports to all states"),
        DataSeries("imports_total_usd", "country", "current USD", "BACI imports from all states"),
        DataSeries("libdem", "country", "0-1", "V-Dem v2x_libdem", high=PERCENT_FROM),
        DataSeries("ideal_point", "country", "UNGA scale", "UNGA ideal point", low=-20, high=20),
        DataSeries("external_debt_usd", "country", "current USD", "World Bank WDI DT.DOD.DECT.CD"),
        DataSeries("remittances_gdp", "country", "% of GDP", "World Bank WDI BX.TRF.PWKR.DT.GD.ZS", high=1000),
        DataSeries("conflict_deaths", "country", "deaths a year", "UCDP GED best estimate", high=1e9),
        DataSeries("irregular_exit", "country", "leaders a year", "Archigos 4.1", high=366),
        DataSeries("fbic_west_sum", "country", "sum of indices", "FBIC of 29 Western states", high=100),
        DataSeries("trade_usd", "dyad", "current USD", "BACI trade"),
        DataSeries("trade_share_total", "dyad", "0-1", "BACI trade over all trade", high=PERCENT_FROM),
        DataSeries("trade_share_gdp", "dyad", SHARE, "BACI trade over GDP", high=1e4),
        DataSeries("arms_imports_tiv", "country", "million TIV", "SIPRI Arms Transfers TIV, all suppliers", high=1e7),
        DataSeries("arms_tiv", "dyad", "million TIV", "SIPRI Arms Transfers TIV", high=1e7),
        DataSeries("aid_usd2022", "dyad", "USD of 2022", "OECD DAC2a and AidData", low=-1e14),
        DataSeries("us_aid_oblig_usd", "dyad", "current USD", "ForeignAssistance.gov obligations", low=-1e14),
        DataSeries("us_aid_disb_usd", "dyad", "current USD", "ForeignAssistance.gov disbursements", low=-1e14),
        DataSeries("cn_oda_usd2021", "dyad", "USD of 2021", "AidData GCDF 3.0 ODA", low=-1e14),
        DataSeries("cn_oof_usd2021", "dyad", "USD of 2021", "AidData GCDF 3.0, other official flows", low=-1e14),
        DataSeries("military_aid_usd", "dyad", "current USD", "ForeignAssistance.gov, objective Military", low=-1e14),
        DataSeries("troops", "dyad", "persons", "DMDC active duty, by country", high=1e8),
        DataSeries("atop_defense", "dyad", "0 or 1", "ATOP 5.1 defence pact", high=PERCENT_FROM),
        DataSeries("atop_consul", "dyad", "0 or 1", "ATOP 5.1 consultation pact", high=PERCENT_FROM),
        DataSeries("atop_neutral", "dyad", "0 or 1", "ATOP 5.1 neutrality pact", high=PERCENT_FROM),
        DataSeries("atop_nonagg", "dyad", "0 or 1", "ATOP 5.1 non-aggression pact", high=PERCENT_FROM),
        DataSeries("shared_igos", "dyad", "memberships", "COW IGO 3", high=1e4),
        DataSeries("migrants_in_patron", "dyad", "persons", "UN DESA migrant stock 2017", high=1e10),
        DataSeries("mindist_km", "dyad", "km", "CShapes 2.0 minimum distance", high=20_100),
        DataSeries("fbic_influence", "dyad", "0-1", "FBIC", high=PERCENT_FROM),
        DataSeries("fbic_econ_bandwidth", "dyad", "bandwidth", "FBIC economic bandwidth", high=100),
        DataSeries("fbic_pol_bandwidth", "dyad", "bandwidth", "FBIC political bandwidth", high=100),
        DataSeries("fbic_sec_bandwidth", "dyad", "bandwidth", "FBIC security bandwidth", high=100),
        DataSeries("fbic_econ_dependence", "dyad", "dependence", "FBIC economic dependence", high=100),
        DataSeries("fbic_sec_dependence", "dyad", "dependence", "FBIC security dependence", high=100),
        DataSeries("ideal_point_distance", "dyad", "UNGA scale", "UNGA ideal point distance", high=40),
    )
}
REQUIRED = ("population", "gdp_usd")
"""Columns without which no region can be built."""
