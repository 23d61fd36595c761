"""Budgets from what patrons report, openness from a worldwide rule, and who may come without a base."""

from __future__ import annotations

from pathlib import Path

import pytest

from measured_tables import put as measured
from patronage.data.region import Region
from patronage.data.tables import read_tables

YEARS = (2003, 2004, 2005)
GDP = {"AAA": 1e9, "BBB": 3e9, "FAR": 10e9, "GIV": 2e12, "TWO": 1e12, "SIL": 4e11}
"""Three states, two patrons that report and one that is silent. Dollars of the year, as no deflator is known: by 2 % a year."""
GIVEN = {("GIV", "AAA"): 4e7, ("GIV", "BBB"): -1e7, ("GIV", "FAR"): 97e7, ("TWO", "FAR"): 1e9}
TRADE = {("SIL", "AAA"): 0.2, ("SIL", "BBB"): 0.1, ("SIL", "FAR"): 0.05}


def put(folder: Path, given: dict[tuple[str, str], float], column: str = "us_aid_oblig_usd", distance: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    country = ["iso3,year,population,gdp_usd,libdem", *(f"{c},{y},1e6,{v},0.3" for c, v in GDP.items() for y in YEARS)]
    dyad = [f"patron,client,year,{column},trade_share_gdp,mindist_km"]
    for p in ("GIV", "TWO", "SIL"):
        for c in ("AAA", "BBB", "FAR"):
            near = (0 if (p, c) == ("SIL", "AAA") else 4000) if distance else ""
            dyad += [f"{p},{c},{y},{given.get((p, c), '')},{TRADE.get((p, c), 0.01)},{near}" for y in YEARS]
    (folder / "country_year.csv").write_text("\n".join(country) + "\n")
    (folder / "dyad_year.csv").write_text("\n".join(dyad) + "\n")
    return folder


def region(folder: Path, given: dict[tuple[str, str], float] = GIVEN, **more) -> Region:
    tables = read_tables(put(folder, given, **{k: more.pop(k) for k in ("column", "distance") if k in more}))
    return Region(tables, ("AAA", "BBB"), ("GIV", "SIL", "TWO"), 2005, **more)


def test_a_budget_is_what_a_patron_reports_to_give_to_the_clients(tmp_path):
    found = region(tmp_path).budget("GIV")
    assert found.value == pytest.approx(40 - 10)
    assert found.source == "ForeignAssistance.gov obligations in current USD, mean 2003-2005, sum over clients"
    none = region(tmp_path).budget("TWO")
    assert (none.value, none.source != "assumption") == (0, True), "it reports, and reports nothing for them"
    back = region(tmp_path, {**GIVEN, ("GIV", "BBB"): -9e7}).budget("GIV")
    assert back.value == 0
    assert back.source.endswith("less than nothing on balance, so 0")


def test_who_reports_nothing_gives_as_the_others_do_of_its_income_and_by_its_trade(tmp_path):
    found = region(tmp_path).budget("SIL")
    giving = (1010 / 2e6 + 1000 / 1e6) / 2
    turned = (0.2 * 1e9 + 0.1 * 3e9) / (0.2 * 1e9 + 0.1 * 3e9 + 0.05 * 10e9)
    assert found.value == pytest.approx(giving * 4e5 * turned, rel=1e-3)
    assert found.source == "assumption"
    assert "0.075 % (the median of 2 who report) of its GDP" in found.gap
    alone = region(tmp_path, {}).budget("SIL")
    assert "0.2 % of its GDP" in alone.gap
    assert alone.value == pytest.approx(0.002 * 4e5), "nobody is known to receive aid but the clients"


def test_a_budget_does_not_know_the_income_of_the_clients(tmp_path):
    """The twin of the rule before: 1 % of the clients' GDP, by weight."""
    poor, rich = region(tmp_path / "poor"), put(tmp_path / "rich", GIVEN)
    text = (rich / "country_year.csv").read_text().replace(",1000000000.0,", ",9e9,")
    (rich / "country_year.csv").write_text(text)
    assert "9e9" in text
    more = Region(read_tables(rich), ("AAA", "BBB"), ("GIV", "SIL", "TWO"), 2005)
    assert more.budget("GIV").value == poor.budget("GIV").value


def test_dollars_of_2022_become_dollars_of_the_year(tmp_path):
    tables = read_tables(measured(tmp_path / "data"))
    found = Region(tables, ("CLI",), ("USA",), 2009).budget("USA")
    assert found.source == "assumption", "no rows of this patron"
    other = region(tmp_path, {("GIV", "AAA"): 1.2064e8}, column="aid_usd2022")
    year = sum(1e8 * 2.718281828 ** (0.02 * (y - 2015)) for y in YEARS) / 3e6
    assert other.budget("GIV").value == pytest.approx(year, rel=1e-6)


def test_openness_is_electoral_democracy_as_it_goes_with_the_liberal_index(tmp_path):
    found = region(tmp_path).openness("AAA")
    assert found.value == pytest.approx(1.02 * 0.3**0.69)
    assert found.span == pytest.approx((found.value - 0.09, found.value + 0.09))
    assert found.source == "V-Dem v2x_libdem, mean 2003-2005, 1.02 x its .69 power"


def test_a_power_without_a_base_can_come(tmp_path):
    found = region(tmp_path, abroad=frozenset({"GIV"}))
    assert [found.mission(p).value for p in ("GIV", "SIL")] == [0.25, 0.1]
    assert found.need("SIL").value >= 10
    assert found.geography("GIV", "AAA").value == 0.25, "it reaches far"
    assert found.geography("SIL", "AAA").value == 0.5, "it is the neighbour"
    assert found.geography("SIL", "BBB").value == pytest.approx(0.5 / 5)
    assert region(tmp_path, distance=False).geography("SIL", "BBB").value == 0.25
