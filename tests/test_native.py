"""Files as the World Bank and SIPRI hand them out. All numbers here are invented; the layouts are those of docs/build.md."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.data.native import convert
from patronage.data.native.converting import SUPPORTED
from patronage.data.native.names import MissingCodesError, code_of
from patronage.data.tables import read_tables
from patronage.scenario import ScenarioError

pytest.importorskip("pycountry", reason="pycountry is in the extra 'data'")

YEARS = (2001, 2004, 2005)
API = '"Data Source","World Development Indicators",\n\n"Last Updated Date","2019-01-30",\n\n'
REGISTER = """\
Transfers of major conventional arms from All countries  to All countries . \
Deals with deliveries made for the year range '2000' to '2006'
SIPRI trend-indicator values (TIVs) are in millions.

Source: SIPRI Arms Transfers Database (c) SIPRI.
Data generated: 1 Jan 2026 0:00:00 AM
Recipient,Supplier,Year of order, ,Number ordered, ,Weapon designation,Weapon description,Number delivered, ,\
Year(s) of delivery,status,Comments,SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons
"""


def api(folder: Path, code: str, rows: dict[str, tuple[str, list[object]]], name: str = "") -> Path:
    """The file of one indicator."""
    path = folder / (name or f"API_{code}_DS2_en_csv_v2_1.csv")
    head = '"Country Name","Country Code","Indicator Name","Indicator Code",' + ",".join(f'"{y}"' for y in YEARS) + ",\n"
    lines = [
        f'"{who}","{iso}","Invented, total","{code}",' + ",".join(f'"{v}"' for v in values) + ",\n"
        for iso, (who, values) in rows.items()
    ]
    path.write_text(API + head + "".join(lines), encoding="utf-8")
    return path


def databank(folder: Path, rows: list[tuple[object, ...]]) -> Path:
    """An export of DataBank, with the lines at its end."""
    path = folder / "databank.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(["Series Name", "Series Code", "Country Name", "Country Code", *(f"{y} [YR{y}]" for y in YEARS)])
        sheet.writerows([("Invented", *row) for row in rows])
        sheet.writerows([[""] * 7, ["Data from database: World Development Indicators", *[""] * 6], ["Last Updated: 03/30/2023"]])
    return path


def register(folder: Path, deals: list[tuple[str, str, str, object]], name: str = "trade-register.csv") -> Path:
    """A trade register of (recipient, supplier, years, TIV)."""
    path = folder / name
    lines = [
        f'{to},{by},2003,?,4,,Model,aircraft,4,?,{years},New,"a note, with a comma",3,12,{tiv}\n'
        for to, by, years, tiv in deals
    ]
    path.write_text(REGISTER + "".join(lines), encoding="cp1252")
    return path


@pytest.fixture
def population(tmp_path) -> Path:
    return api(tmp_path, "SP.POP.TOTL", {
        "KGZ": ("Kyrgyz Republic", [1e6, 1.1e6, 1.2e6]), "TJK": ("Tajikistan", [4e6, "", 5e6]),
        "XKX": ("Kosovo", [1, 2, 3]), "ARB": ("Arab World", [9e9, 9e9, 9e9]),
        "RUS": ("Russian Federation", [9e7, 9e7, 9e7]), "USA": ("United States", [2e8, 2e8, 2e8]),
    })  # fmt: skip


@pytest.fixture
def gdp(tmp_path) -> Path:
    rows = [("NY.GDP.MKTP.CD", who, iso, a, "..", b) for who, iso, a, b in (
        ("Kyrgyz Republic", "KGZ", 1e9, 2e9), ("Tajikistan", "TJK", 2e9, 3e9), ("Russian Federation", "RUS", 3e11, 7e11),
        ("United States", "USA", 1e13, 1.2e13),
    )]  # fmt: skip
    return databank(tmp_path, [*rows, ("FP.CPI.TOTL.ZG", "Tajikistan", "TJK", "..", 5, 6)])


def test_indicators_become_columns_and_groups_of_states_are_left_out(population, gdp):
    made = convert([population, gdp])
    assert made.country.loc[("KGZ", 2005), "population"] == 1.2e6
    assert made.country.loc[("KGZ", 2005), "gdp_usd"] == 2e9
    assert pd.isna(made.country.loc[("KGZ", 2004), "gdp_usd"]), "two dots are no number"
    assert ("TJK", 2004) not in made.country.index, "a year without any value is no row"
    assert set(made.country.index.get_level_values("iso3")) == {"KGZ", "TJK", "XKX", "RUS", "USA"}
    assert made.country.loc[("TJK", 2001), "country"] == "Tajikistan"
    assert made.remarks[1].endswith("(1 other indicators left out)")
    assert made.missing == ()
    assert convert([population]).missing == ("gdp_usd",)


def test_a_deal_is_split_over_its_years_and_pairs_are_filled_with_zeros(tmp_path):
    made = convert([register(tmp_path, [
        ("Kyrgyzstan", "Russia", "2004; 2006", 12), ("Kyrgyzstan", "Soviet Union", "1999; 2000", 3),
        ("Kyrgyzstan", "Turkiye", "2005", 0), ("Mujahedin (Afghanistan)*", "Russia", "2001", 5),
        ("Tajikistan", "unknown supplier(s)", "2001", 5),
        ("Singapore", "Sweden", "", ""), ("Tajikistan", "Russia", "2001", 0.4),
    ])])  # fmt: skip
    flows = made.dyad["arms_tiv"]
    assert flows["RUS", "KGZ"].to_dict() == {2000: 1.5, 2001: 0, 2002: 0, 2003: 0, 2004: 6, 2005: 0, 2006: 6}
    assert flows["RUS", "TJK"].sum() == 0.4
    assert set(made.dyad.index.droplevel("year")) == {("RUS", "KGZ"), ("RUS", "TJK")}
    assert made.remarks[0].endswith("(2 parties that are no states left out)")


def test_names_of_the_register_have_codes():
    assert [code_of(n) for n in ("Turkiye", "DR Congo", "Cote d'Ivoire", "UAE", "Viet Nam", "Niger", "Kosovo")] == [
        "TUR", "COD", "CIV", "ARE", "VNM", "NER", "XKX",
    ]  # fmt: skip
    assert [code_of(n) for n in ("Yugoslavia", "East Germany (GDR)", "NATO**", "unknown supplier(s)")] == [None] * 4


def test_a_byte_of_another_code_page_spoils_nothing(tmp_path):
    path = register(tmp_path, [("Singapore", "Sweden", "2001", 7)])
    path.write_bytes(path.read_bytes().replace(b"Model", "Sjöormen".encode("cp1252")))
    assert convert([path]).dyad["arms_tiv"].sum() == 7


def complaints(*paths: Path) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        convert(list(paths))
    return [f"{Path(p.file).name}:{p.line}:{p.column}: {p.message}" for p in refused.value.problems]


def test_every_fault_of_every_file_is_told_at_its_line(tmp_path):
    pop = api(tmp_path, "SP.POP.TOTL", {"KGZ": ("Kyrgyz Republic", ["1 mio", 2, "inf"]), "TJK": ("Tajikistan", [1, 2, 3])})
    text = pop.read_text("utf-8").replace('"2004"', '"2oo4"')
    pop.write_text(text + '"Tajikistan","TJK","Invented","SP.POP.TOTL","1"\n' + text.splitlines()[-1] + "\n", encoding="utf-8")
    arms = register(tmp_path, [("Kyrgyzstan", "Russia", years, tiv) for years, tiv in (("2oo4", 12), ("", 12), ("2004", -1))])
    odd = tmp_path / "odd.csv"
    odd.write_text("a,b\n1,2\n", encoding="utf-8")
    one_sided = tmp_path / "importers.csv"
    one_sided.write_text("Volume of transfers of major arms\n\nExports by,2000,2001\nSweden,1,2\n", encoding="utf-8")
    none = api(tmp_path, "SP.POP.TOTAL", {"KGZ": ("Kyrgyz Republic", [1, 2, 3])})
    assert complaints(pop, arms, odd, one_sided, none, tmp_path / "absent.csv") == [
        "API_SP.POP.TOTAL_DS2_en_csv_v2_1.csv:5:1: none of its 1 indicators has a column",
        "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv:5:6: '2oo4' is no year",
        "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv:6:5: '1 mio' is no number",
        "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv:6:7: 'inf' is no number",
        "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv:8:1: 5 cells in a table of 7 columns",
        "API_SP.POP.TOTL_DS2_en_csv_v2_1.csv:9:1: SP.POP.TOTL of TJK stands in line 7 already",
        "absent.csv:1:1: the file cannot be read: No such file or directory",
        "importers.csv:3:1: unsupported: this SIPRI table sums over all partners, so that it says nothing about pairs",
        f"odd.csv:1:1: unsupported: no reader knows this layout; there are some for {SUPPORTED}",
        "trade-register.csv:7:11: '2oo4' is no year of delivery",
        "trade-register.csv:8:11: 12 were delivered in no year",
        "trade-register.csv:9:16: there are fewer than no arms",
    ]


def test_a_series_in_two_files_and_a_year_that_stands_twice_are_refused(tmp_path, population):
    other = api(tmp_path, "SP.POP.TOTL", {"KGZ": ("Kyrgyz Republic", [1, 2, 3])}, "again.csv")
    other.write_text(other.read_text("utf-8").replace('"2004"', '"2005"'), encoding="utf-8")
    said = complaints(population, other)
    assert said[0] == "again.csv:1:1: population comes from " + f"{population} already"
    assert said[1] == "again.csv:5:7: the year 2005 stands twice"


def test_without_the_codes_of_states_it_says_what_to_install(population, monkeypatch):
    from patronage.data.native import names

    for cached in (names._countries, names.is_state, names.code_of):
        cached.cache_clear()
    monkeypatch.setitem(sys.modules, "pycountry", None)
    with pytest.raises(MissingCodesError, match=r'pip install "\.\[data\]"'):
        convert([population])


def command(*words: object):
    return CliRunner().invoke(app, [str(w) for w in words])


def test_build_works_on_what_the_command_wrote(tmp_path, population, gdp):
    arms = register(tmp_path, [("Kyrgyzstan", "Russia", "2003; 2004", 10)])
    made = command("tables", population, gdp, arms, "--out", tmp_path / "data")
    assert made.exit_code == 0, made.output
    assert "Wrote" in made.output
    written = sorted(p.name for p in (tmp_path / "data").iterdir())
    assert written == ["country_year.csv", "dyad_year.csv", "sources.csv"]
    words = ("--clients", "KGZ,TJK", "--patrons", "RUS,USA", "--start", 2005, "--end", 2006)
    built = command("build", *words, "--data", tmp_path / "data", "-o", tmp_path / "mine.yaml")
    assert built.exit_code == 0, built.output
    scenario = load_scenario(tmp_path / "mine.yaml")
    assert scenario.figure("states.KGZ.gdp").value == 2000
    kept = 0.98**4
    assert scenario.figure("ties.RUS.KGZ.arms").value == pytest.approx(5 * (kept + kept**2), rel=1e-5)
    assert scenario.figure("states.KGZ.position.unga").source == "assumption (no value of ideal_point for any state)"
    assert np.isfinite(simulate(scenario, runs=2).data["share"].values).all()
    again = command("tables", population, "--out", tmp_path / "data")
    assert again.exit_code == 2
    assert "exists and is not empty" in again.output


def test_files_may_be_added_to_tables_that_there_are(tmp_path, population, gdp):
    command("tables", population, gdp, "--out", tmp_path / "data")
    newer = api(tmp_path, "SP.POP.TOTL", {"KGZ": ("Kyrgyz Republic", [7e6, 7e6, 7e6])}, "newer.csv")
    arms = register(tmp_path, [("Kyrgyzstan", "Russia", "2003", 10)])
    done = command("tables", newer, arms, "--onto", tmp_path / "data", "--out", tmp_path / "more")
    assert done.exit_code == 0, done.output
    tables = read_tables(tmp_path / "more")
    assert tables.series("population", "KGZ").tolist() == [7e6] * 3
    assert tables.series("gdp_usd", "KGZ").tolist() == [1e9, 2e9]
    assert len(tables.series("population", "TJK")) == 0, "a series that is replaced is replaced whole"
    assert tables.series("arms_tiv", "RUS", "KGZ")[2003] == 10


def test_the_command_refuses_in_lines_and_writes_nothing(tmp_path, population):
    population.write_text(population.read_text("utf-8").replace('"1000000.0"', '"many"'), encoding="utf-8")
    done = command("tables", population, "--out", tmp_path / "data")
    assert done.exit_code == 2
    assert done.output.endswith("csv:6:5: 'many' is no number.\n")
    assert not (tmp_path / "data").exists()
    assert "Traceback" not in command("tables", population, "--onto", tmp_path / "no", "--out", tmp_path / "data").output
