"""What build says is odd about a region, and where it contradicts a scenario of this project."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from patronage import load_scenario
from patronage.cli.app import app
from patronage.cli.regions import MOST_REMARKS, remarks
from patronage.data.builder import build_region
from patronage.data.plausible import alike, apart, contradictions, oddities
from patronage.data.region import Region
from patronage.data.tables import read_tables
from patronage.scenario import load_text

PARTS = ("fbic_econ_bandwidth", "fbic_pol_bandwidth", "fbic_sec_bandwidth", "fbic_econ_dependence", "fbic_sec_dependence")
YEARS = range(2000, 2011)


def put(folder: Path, states: tuple[str, str] = ("AAA", "BBB"), **odd: float) -> Path:
    """Tables of two clients and two patrons in which nothing is odd but what is given."""
    folder.mkdir(exist_ok=True)
    usual = {"growth": 1.04, "debt": 4e9, "trade": 0.1, "aid": 2e7, "published": 1.0, "libdem": 0.3} | odd
    country = ["iso3,year,population,gdp_usd,gdp_const2015_usd,libdem,ideal_point,external_debt_usd"]
    for i, c in enumerate((*states, "PPP", "QQQ")):
        size, rate = (1e10, usual["growth"] if i == 0 else 1.03) if i < 2 else (1e12, 1.03)
        debt, libdem = (usual["debt"], usual["libdem"]) if i == 0 else (4e9, 0.3)
        shown = "" if libdem < 0 else libdem
        country += [f"{c},{y},1e6,{size},{size * rate ** (y - 2005):.0f},{shown},{i - 1},{debt}" for y in YEARS]
    dyad = ["patron,client,year,trade_share_gdp,arms_tiv,aid_usd2022,fbic_influence," + ",".join(PARTS)]
    for p in ("PPP", "QQQ"):
        for c in states:
            mine = (p, c) == ("PPP", states[0])
            trade, aid = (usual["trade"] if mine else 0.1), (usual["aid"] if p == "PPP" else 2e7)
            parts = [0.3 * usual["published"] if mine else 0.5, 0.16, 0.1, 0.8, 0.1]
            index = usual["index"] if mine and "index" in usual else 0.1333 * sum(parts[:3]) * sum(parts[3:])
            dyad += [f"{p},{c},{y},{trade},0,{aid},{index},{','.join(map(str, parts))}" for y in YEARS]
    (folder / "country_year.csv").write_text("\n".join(country) + "\n")
    (folder / "dyad_year.csv").write_text("\n".join(dyad) + "\n")
    return folder


def said(folder: Path, end: int = 2010, **odd: float) -> list[str]:
    region = Region(read_tables(put(folder, **odd)), ("AAA", "BBB"), ("PPP", "QQQ"), 2005)
    return oddities(region, load_text(build_region(region, end).text), end)


@pytest.mark.parametrize(
    ("odd", "line"),
    [
        ({"growth": 1.14}, "AAA: real growth of 13.1 % a year (World Bank WDI NY.GDP.MKTP.KD, log growth 2005-2010"),
        ({"growth": 0.93}, "AAA: real growth of -7.26 % a year"),
        ({"debt": 2.2e10}, "AAA: external debt of 2.2 times the GDP (World Bank WDI DT.DOD.DECT.CD, 2005)"),
        ({"libdem": -1.0}, "AAA: no index of its regime is known; openness 0.44 is a guess (median of the clients, 2005, 1.02"),
        ({"trade": 2.5}, "PPP in AAA: trade of 324.4 % of GDP (BACI trade in dollars of 2015 over real GDP, mean 2003-2005)"),
        ({"aid": 1e5}, "PPP can hardly act: a budget of 0.13 MUSD a year (OECD DAC2a and AidData in current USD"),
        ({"published": 9.0}, "PPP in AAA: the figures give an influence of 0.54, published 0.36; it stays so"),
    ],
)
def test_every_figure_beyond_what_is_usual_is_said(tmp_path, odd, line):
    found = said(tmp_path, **odd)
    assert any(x.startswith(line) for x in found), found


def test_nothing_is_said_of_a_region_in_which_nothing_is_odd(tmp_path):
    assert said(tmp_path) == []
    (line,) = said(tmp_path, end=2012)
    assert line == "after 2010 the tables know nothing: from then on growth, trade and violence stay as they were"


def test_who_leads_against_the_index_is_said(tmp_path):
    assert said(tmp_path / "other", index=0.5) == ["AAA: QQQ leads at the start (0.09), in the published index PPP does (0.50)"]
    folder = put(tmp_path / "third")
    with (folder / "country_year.csv").open("a") as table:
        table.writelines(f"RRR,{y},1e6,1e12,1e12,,0.3,4e9\n" for y in YEARS)
    with (folder / "dyad_year.csv").open("a") as table:
        table.writelines(f"RRR,AAA,{y},1.5,500,2e7,{',' * len(PARTS)}\n" for y in YEARS)
    region = Region(read_tables(folder), ("AAA", "BBB"), ("PPP", "QQQ", "RRR"), 2005)
    (line,) = oddities(region, load_text(build_region(region, 2006).text), 2006)
    assert line.startswith("AAA: RRR leads at the start (")
    assert line.endswith("against 0.09 of QQQ); its index is not published")


@pytest.mark.parametrize(
    ("ours", "theirs", "span", "contradicts"),
    [
        (5.0, 4.0, (3.0, 6.0), False), (7.0, 4.0, (3.0, 6.0), True), (7.0, 4.0, None, False), (9.0, 4.0, None, True),
        (1.0, 4.0, None, True), (0.0, 0.0, None, False), (1.0, 0.0, None, True), (-0.5, 0.5, None, True),
    ],
)  # fmt: skip
def test_figures_contradict_beyond_a_range_or_a_factor_of_two(ours, theirs, span, contradicts):
    assert apart(ours, theirs, span) is contradicts


def test_a_scenario_does_not_contradict_itself_and_a_changed_one_does():
    shipped = load_scenario("central-asia")
    assert contradictions(shipped) == {"central-asia": []}
    changed = load_scenario("central-asia", {"states.KGZ.openness": "0.9", "ties.RUS.TJK.trade": "900", "bases.baikonur": "~"})
    lines = contradictions(changed)["central-asia"]
    assert "states.KGZ.openness: 0.9, there 0.4, from 0.2 to 0.6" in lines
    assert any(x.startswith("ties.RUS.TJK.trade: 900, there ") for x in lines)
    assert "RUS has a base in KAZ there only" in lines
    assert len(lines) == 3


def test_only_a_region_of_about_the_same_years_is_compared():
    assert alike(load_scenario("sahel")) == ["sahel"]
    assert alike(load_scenario("kyrgyzstan-2013")) == ["kyrgyzstan-2013"]
    assert contradictions(load_scenario("two-patrons")) == {"two-patrons": []}


def test_the_command_says_it_once_and_in_few_lines(tmp_path, capsys):
    put(tmp_path / "data", growth=1.2, debt=3e10)
    words = ("--clients", "AAA,BBB", "--patrons", "PPP,QQQ", "--start", "2005", "--end", "2010", "--data", str(tmp_path / "data"))
    done = CliRunner().invoke(app, ["build", *words, "-o", str(tmp_path / "odd.yaml")])
    assert done.exit_code == 0, done.output
    assert done.stderr.count("To be looked at before it is believed:") == 1
    assert "AAA: real growth of" in done.stderr
    remarks([f"line {i}" for i in range(MOST_REMARKS + 3)], "Head")
    assert capsys.readouterr().err.splitlines()[-1] == "  ... and 3 more"
