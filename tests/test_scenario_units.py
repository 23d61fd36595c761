"""Figures: plain, with a unit behind, in the long form, under a block; converted once, at the border."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patronage.scenario import ScenarioError, load_text
from patronage.scenario.catalogue import FIELDS
from patronage.scenario.units import KNOWN, UnitError, converted, factor
from scenario_texts import load_small

CONVERSIONS = [
    ("bn USD/yr", "MUSD/yr", 1000),
    ("USD/yr", "MUSD/yr", 1e-6),
    ("kUSD", "MUSD", 1e-3),
    ("MUSD/quarter", "MUSD/yr", 4),
    ("MUSD/month", "MUSD/yr", 12),
    ("MUSD/yr", "MUSD/quarter", 0.25),
    ("%/yr", "1/quarter", 0.0025),
    ("1/quarter", "%/yr", 400),
    ("%", "1", 0.01),
    ("% of GDP", "%", 1),
    ("1 of GDP", "%", 100),
    ("years", "quarter", 4),
    ("months", "quarter", 1 / 3),
    ("million persons", "persons", 1e6),
    ("kUSD/yr", "USD/yr", 1000),
    ("MUSD**0.5/quarter**0.5", "MUSD**0.5/quarter**0.5", 1),
    ("MUSD**0.5/yr**0.5", "MUSD**0.5/quarter**0.5", 0.5),
    ("USD**0.5/quarter**0.5", "MUSD**0.5/quarter**0.5", 1e-3),
]


@pytest.mark.parametrize(("written", "wanted", "ratio"), CONVERSIONS)
def test_units_convert(written: str, wanted: str, ratio: float) -> None:
    assert factor(written, wanted, of_gdp=True) == pytest.approx(ratio, rel=1e-14)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("MUSD", "MUSD/yr"), ("persons", "1"), ("quarter", "1/quarter"), ("USD", "persons"), ("%", "MUSD"), ("%/yr", "%")],
)
def test_units_of_another_kind_do_not(written: str, wanted: str) -> None:
    with pytest.raises(UnitError, match="wrong unit"):
        factor(written, wanted)


@given(st.text(max_size=80))
def test_any_text_is_a_unit_or_an_error(text: str) -> None:
    with suppress(UnitError):
        assert math.isfinite(factor(text, "MUSD/yr"))


def test_what_is_known_of_units_is_what_their_library_says() -> None:
    assert {pair: converted(*pair) for pair in KNOWN} == KNOWN


def test_every_field_converts_to_the_engine() -> None:
    for field in FIELDS:
        assert factor(field.unit, field.internal_unit) > 0


FORMS = ["490", "490 MUSD", "0.49 bn USD", "'490'", "{value: 490}", "{value: 0.49, unit: bn USD}", "4.9e2", "+490."]


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_one_figure(form: str) -> None:
    scenario = load_small(f"ties: {{RUS: {{KGZ: {{debt: {form}}}}}}}\n")
    assert scenario.number("debt0", "RUS", "KGZ") == 490
    figure = scenario.figure("ties.RUS.KGZ.debt")
    assert (figure.value, figure.unit, figure.source, figure.range) == (490, "MUSD", "", None)


def test_a_figure_keeps_its_field_s_unit_and_the_engine_gets_its_own() -> None:
    scenario = load_text(
        """
title: x
period: {start: 2009Q1, end: 2009Q4}
states: {KGZ: {gdp: {value: 4.69, unit: bn USD/yr, source: WDI, range: [4, 5.5]}, growth: "5 %/yr"}}
patrons: {RUS: {budget: 70 MUSD/quarter}}
blocs: {RUS: {leader: RUS}}
ties: {RUS: {KGZ: {remittances: 24 % of GDP, trade: {value: 0.32, unit: "1"}, term: 5 years}}}
"""
    )
    gdp = scenario.figure("states.KGZ.gdp")
    assert (gdp.value, gdp.unit, gdp.source, gdp.range) == (4690, "MUSD/yr", "WDI", (4000, 5500))
    assert gdp.origin == ("scenario", 4, 21, "scenario")
    assert scenario.number("gdp", "KGZ") == 1172.5
    assert scenario.number("growth", "KGZ") == pytest.approx(0.0125)
    assert scenario.figure("patrons.RUS.budget").value == 280
    assert scenario.number("budget", "RUS") == 70
    assert scenario.number("remittances", "RUS", "KGZ") == pytest.approx(0.24)
    assert scenario.number("trade", "RUS", "KGZ") == pytest.approx(0.32)
    assert scenario.number("term", "RUS", "KGZ") == 20


def test_a_block_gives_unit_and_source_to_all_below() -> None:
    scenario = load_small(
        """
ties:
  source: the block
  RUS:
    KGZ: {unit: bn USD, debt: 0.49, arms: {value: 3, unit: MUSD}, capital: 2 MUSD, weight: 0.5}
    TJK: {source: its own, debt: 100, arms: {value: 3, source: nearest}, capital: {value: 1, source: ''}}
"""
    )
    figures = {
        path: scenario.figure(f"ties.RUS.{path}") for path in ("KGZ.debt", "KGZ.arms", "KGZ.capital", "KGZ.weight")
    }
    assert [f.value for f in figures.values()] == [490, 3, 2, 0.5]
    assert {f.source for f in figures.values()} == {"the block"}
    assert [scenario.figure(f"ties.RUS.TJK.{k}").source for k in ("debt", "arms", "capital")] == [
        "its own",
        "nearest",
        "",
    ]


def test_a_range_is_in_the_unit_of_its_figure() -> None:
    scenario = load_small("ties: {RUS: {KGZ: {debt: {value: 0.49, unit: bn USD, range: [0.3, 700 MUSD]}}}}\n")
    assert scenario.figure("ties.RUS.KGZ.debt").range == (300, 700)


def test_a_figure_without_a_range_takes_the_catalogue_s_if_it_holds_the_value() -> None:
    scenario = load_small("ties: {RUS: {KGZ: {weight: 1}, TJK: {weight: 5}}}\n")
    assert scenario.figure("ties.RUS.KGZ.weight").range == (0, 1.5)
    assert scenario.figure("ties.RUS.TJK.weight").range is None


def test_a_share_may_be_whole_after_conversion() -> None:
    assert load_small("region: {instability: 100 %}\n").number("instability") == 1
    with pytest.raises(ScenarioError, match="is not a share"):
        load_small("region: {instability: 100.01 %}\n")


def test_months_make_whole_quarters() -> None:
    assert load_small("ties: {RUS: {KGZ: {term: 24 months}}}").number("term", "RUS", "KGZ") == 8.0
    assert load_small("ties: {RUS: {KGZ: {term: 9 months}}}").number("term", "RUS", "KGZ") == 3.0


def test_numbers_beyond_any_use_are_refused() -> None:
    assert load_small("ties: {RUS: {KGZ: {debt: 1e12}}}").number("debt0", "RUS", "KGZ") == 1e12
    with pytest.raises(ScenarioError, match="larger than anything"):
        load_small("ties: {RUS: {KGZ: {debt: 1e13}}}")
