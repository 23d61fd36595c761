"""Inputs that follow from others where a file does not give them, so that a file may speak of dollars alone."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .scenario import Scenario

PRICES = 4 * 2015
"""The quarter in which the deflator is 1."""
ALL_TRADE, LEAST_OTHERS = 60.0, 10.0
"""Trade with everybody of a usual client, and the least of it with others than the patrons; % of real GDP."""
YEARS = 10
BASIS = frozenset({
    "gdp", "growth", "patron_gdp", "patron_growth", "trade", "arms0", "arms_hardware", "economy_deflator_growth",
})  # fmt: skip
"""Inputs that others follow from."""


def deflator(scenario: Scenario) -> float:
    """Dollar prices at the end of the quarter before the first, 1 in 2015Q1."""
    return exp(scenario.number("economy_deflator_growth") * (scenario.start - 1 - PRICES) / 4.0)


def derived(scenario: Scenario, name: str, codes: tuple[str, ...]) -> float:
    """The value in the field's own unit, to twelve digits: the same on every machine."""
    return float(f"{_worked_out(scenario, name, codes):.12g}")


def _worked_out(scenario: Scenario, name: str, codes: tuple[str, ...]) -> float:
    if name in ("real_gdp", "patron_real_gdp"):
        return 4.0 * scenario.number(name.replace("real_", ""), *codes) / deflator(scenario)
    if name in ("real_growth", "patron_real_growth"):
        growth = 4.0 * scenario.number(name.replace("real_", ""), *codes)
        return 100.0 * (growth - scenario.number("economy_deflator_growth"))
    if name == "other_trade":
        with_patrons = sum(scenario.number("trade", p, *codes) for p in scenario.patrons if p != codes[0])
        return max(LEAST_OTHERS, ALL_TRADE - 100.0 * with_patrons)
    assert name.startswith("arms_year_")
    if codes[0] == codes[1] or any((f"arms_year_y{i}", codes) in scenario.numbers for i in range(1, YEARS + 1)):
        return 0.0  # some years are given: in the others nothing came
    return scenario.number("arms_hardware") * scenario.number("arms0", *codes) / deflator(scenario) / YEARS
