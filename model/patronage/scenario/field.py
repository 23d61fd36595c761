"""What a line of the catalogue of inputs says, and where its numbers may come from."""

from __future__ import annotations

from dataclasses import dataclass

MODEL = "assumption (design of the model)"
OURS = "assumption (ours)"
M1 = "form: FBIC, Moyer et al. 2021"
FBIC = "measured on the parts of FBIC (Moyer et al. 2021), worldwide, to 2012"
SIPRI = "measured on SIPRI arms transfers, worldwide, to 2012"
M2 = "Bailey, Strezhnev & Voeten 2017, fitted to Central Asia 1992-2012"
M4 = "form: Bueno de Mesquita & Smith 2007, 2009"
M6 = "form: Cooley 2008"
M7 = "half-life of the ten-year convention in arms dependence, Kinsella 1998"
M8 = "terms of China Eximbank, AidData"
M9 = "form: Altfeld 1984, Morrow 1991"
M11 = "three irregular exits in Kyrgyzstan 1992-2021, none elsewhere; Levin 2016 on interventions"
M12 = "form: Olson & Zeckhauser 1966, Altfeld 1984"
M13 = "share of sanctions that succeed, Hufbauer et al. 2007"
M15 = "form: Friedman 1958, Tullock contest"
M16 = "Yun 2016, IMF on remittances and Russian income"


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the model."""

    name: str
    """Attribute of `Parameters`."""
    path: str
    """Where a scenario file holds it; `{patron}`, `{rival}`, `{client}`, `{bloc}`, `{axis}` stand for codes."""
    axes: str
    unit: str
    default: float | None
    """In `unit`. `None`: the scenario must give it."""
    low: float
    high: float
    """Hard bounds in `unit`, both included."""
    plausible: tuple[float, float] | None
    """Range to sweep when the scenario gives none, in `unit`."""
    source: str
    doc: str
    inside: str = ""
    """Unit inside the engine; empty means as written."""
    usual: str = ""
    """What it is where nothing is written, if that is worked out from other inputs (`derived`); in words."""

    @property
    def internal_unit(self) -> str:
        return self.inside or self.unit


INF = float("inf")
MUCH = 1000.0
"""Upper bound of weights, slopes and other pure numbers: a hundred times anything in use."""

# What keeps numbers finite. Whatever has no bound of its own ends at `figures.MOST`, 1e12 in its unit; what divides has a
# lower bound above 0. exp() is taken of eight things:
#   growth of GDP, budgets and debts   trends within 60 %/yr (.15 a quarter: a factor 1e26 in 400 quarters), interest likewise;
#                                      noise within .25, and a draw of luck has 32 bits, so that it ends at 6.4 deviations;
#                                      shocks within .5, times an elasticity of income within 5; returns to capital within 1
#   real growth                        trends within 70 %/yr; a trade's within 10 times the 130 % between two such trends
#   prices                             within 8 %/yr, from 2015 to any year of four digits
#   luck of a base's value             noise within 3: a factor e^19 at most; likewise of a contract of arms
#   logits                             cut off at 700 (`arrays.logistic`)
#   security, distance                 negative: it ends at 0
#   lead in influence (policies)       between -2 and 2
# Everything else is a sum or product of these, of shares and of numbers up to MUCH. What can still run away is what compounds
# for long at these bounds, or money out of all proportion to a GDP (capital of 700 times the GDP grows it by e^700): such a run
# is found by `record.unlimited` when it leaves 1e37, for tables end at 3.4e38, and is a failed run that says so.
