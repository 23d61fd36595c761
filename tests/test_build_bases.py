"""The list of foreign bases of this project: what it holds, when its bases stand, and how build uses it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario
from patronage.cli.app import app
from patronage.data.bases import SHIPPED, SPANS, BaseList, at_start, read_bases, read_known, shipped_bases
from patronage.data.layout import read_layout
from patronage.data.region_states import BaseAtStart
from patronage.data.tables import read_tables

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PATRONS = {"CHN", "DEU", "EUU", "FRA", "GBR", "IND", "IRN", "KAZ", "RUS", "TUR", "USA"}


def put(folder: Path, **lists: str) -> Path:
    """Tables of three real codes without any series that matters, and lists beside them."""
    folder.mkdir(exist_ok=True)
    years = range(2000, 2016)
    country = [f"{c},{y},1e6,1e10" for c in ("DJI", "KGZ", "FRA", "RUS", "USA") for y in years]
    pairs = [(p, c) for p in ("FRA", "RUS", "USA") for c in ("DJI", "KGZ")]
    dyad = [f"{p},{c},{y},{800 if (p, c, y) == ('USA', 'KGZ', 2014) else 0}" for p, c in pairs for y in years]
    (folder / "country_year.csv").write_text("\n".join(["iso3,year,population,gdp_usd", *country]) + "\n")
    (folder / "dyad_year.csv").write_text("\n".join(["patron,client,year,troops", *dyad]) + "\n")
    for name, text in lists.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_every_row_is_typed_and_cited():
    rows = read_layout(SHIPPED, SPANS)
    assert len(rows) > 100
    assert set(rows["holder"]) <= PATRONS
    assert not (rows["holder"] == rows["host"]).any()
    assert set(rows["certainty"]) == {"sure", "about"}
    assert rows["name"].str.len().min() > 2
    for row in rows.to_dict("records"):
        where = f"{row['holder']} in {row['host']}, {row['from']}"
        assert re.search(r"\d{4}|CRS|DMDC", row["source"]), where
        assert "http" not in row["source"], where
        if isinstance(row["to"], str):
            assert row["from"] < row["to"] > "1992", where
        if np.isfinite(row["term"]):
            assert int(row["from"][:4]) <= row["term"] <= int(row["from"][:4]) + 70, where
    assert not rows.duplicated(["holder", "host", "from"]).any()


@pytest.mark.parametrize(
    ("holder", "host", "years"),
    [
        ("USA", "UZB", {2000: False, 2001: True, 2004: True, 2005: False}),
        ("USA", "KGZ", {2001: True, 2013: True, 2014: False, 2020: False}),
        ("RUS", "AZE", {1995: True, 2011: True, 2012: False, 2019: False, 2020: True, 2024: False}),
        ("RUS", "GEO", {2006: True, 2007: False}),
        ("RUS", "UKR", {1996: True, 2009: True, 2013: True, 2014: False}),
        ("RUS", "BLR", {1994: False, 1995: True, 2020: True}),
        ("FRA", "CAF", {1997: True, 1999: False, 2004: True, 2022: False}),
        ("CHN", "DJI", {2016: False, 2017: True}),
    ],
)
def test_bases_stand_between_their_dates(holder, host, years):
    bases = shipped_bases()
    assert {y: (holder, host) in bases.standing(y, [holder]) for y in years} == years


def spans(tmp_path: Path, *rows: str) -> BaseList:
    tmp_path.joinpath("bases.csv").write_text("\n".join(["holder,host,from,to,term,rent", *rows]) + "\n")
    return read_bases(tmp_path, {})


def test_a_base_stands_while_any_of_its_sites_does(tmp_path):
    """Once with overlapping sites, a renewal on the day the old contract ends, and a gap."""
    bases = spans(
        tmp_path, "PPP,CCC,1995,2003,2010,5", "PPP,CCC,1999,2001,,", "PPP,CCC,2003,2006-07,2020,9", "PPP,CCC,2010,,2030,"
    )
    stands = [y for y in range(1990, 2014) if ("PPP", "CCC") in bases.standing(y, ["PPP"])]
    assert stands == [*range(1995, 2006), *range(2010, 2014)]
    assert [bases.standing(y, ["PPP"])["PPP", "CCC"] for y in (2000, 2004, 2012)] == [5, 9, 9]
    assert [bases.contracts(y, ["PPP"])["PPP", "CCC"][0] for y in (2000, 2004, 2012)] == [2010, 2020, 2030]
    assert bases.contracts(2035, ["PPP"])["PPP", "CCC"][0] is None, "a term that is over says nothing"
    assert bases.contracts(2030, ["PPP"])["PPP", "CCC"][0] is None, "nor one that ends with the year"
    assert bases.until(2002).contracts(2002, ["PPP"])["PPP", "CCC"][0] == 2010, "nothing later is known"


def test_own_lists_go_first_and_invented_states_have_no_bases(tmp_path):
    tables, bases = read_known(put(tmp_path / "own", bases="holder,host,from,to\nFRA,KGZ,2004,2010\n"))
    assert set(bases.standing(2005, ["FRA", "RUS", "USA"])) == {("FRA", "KGZ"), ("FRA", "DJI"), ("USA", "DJI")}
    assert ("CHN", "DJI") not in bases.standing(2019, ["CHN"]), "the tables know no such patron"
    assert bases.covered(2005) == {"KGZ", "DJI"}
    there, told = at_start(tables, bases, ("FRA", "RUS", "USA"), ("DJI", "KGZ"), 2005)
    assert [(b.holder, b.host, b.rent, b.until) for b in there] == [
        ("FRA", "DJI", 34.0, None), ("FRA", "KGZ", None, None), ("USA", "DJI", 30.0, None),
    ]  # fmt: skip
    assert told == {"KGZ", "DJI"}


def test_what_is_stated_goes_before_what_is_listed(tmp_path):
    tables, bases = read_known(put(tmp_path))
    stated = [BaseAtStart("USA", "KGZ", 99.0, "stated", None)]
    there, _ = at_start(tables, bases, ("RUS", "USA"), ("KGZ",), 2010, stated)
    assert [(b.holder, b.rent, b.until) for b in there] == [("RUS", 4.5, 4 * 2018 + 3), ("USA", 99.0, None)]


def test_a_term_that_ends_within_the_year_before_is_over(tmp_path):
    """Of a renewal by months, as a list of deals has it: the base stands still, and its term is the usual one."""
    rows = "date,patron,client,instrument,amount_musd,term_years\n2005-10-16,USA,KGZ,base_renewed,7,5\n"
    put(tmp_path, timeline=rows)
    assert build(tmp_path, 2010)["USA"] == (7, 2010)
    assert build(tmp_path, 2011)["USA"] == (7, 2015)


def build(folder: Path, start: int, *more: str) -> dict[str, tuple[float, int]]:
    """Holders of bases in Kyrgyzstan at the start, with rent and the year in which the term ends."""
    out = folder / f"from-{start}.yaml"
    words = ("--clients", "KGZ", "--patrons", "RUS,USA", "--start", str(start), "--end", str(start), "--data", str(folder))
    done = CliRunner().invoke(app, ["build", *words, "-o", str(out), *more])
    assert done.exit_code == 0, done.output
    found = load_scenario(out)
    return {b.holder: (b.rent, (found.start + b.term_left - 1) // 4) for b in found.bases.values()}


def test_build_takes_the_bases_of_the_day_with_their_terms(tmp_path):
    put(tmp_path)
    assert build(tmp_path, 2001) == {"RUS": (4.5, 2005)}
    assert build(tmp_path, 2008) == {"RUS": (4.5, 2018), "USA": (17.4, 2012)}
    assert build(tmp_path, 2013) == {"RUS": (4.5, 2032), "USA": (60, 2014)}
    # Troops of the year before are said to stand for a base; the list knows that it was closed since.
    assert build(tmp_path, 2016) == {"RUS": (4.5, 2032)}


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real series are not at hand: they go to {DATA}")
def test_the_list_covers_where_the_tables_count_american_troops():
    """As docs/build.md says: of years with 500 soldiers or more 90 %, of hosts of Vine's list 29 of 35."""
    tables, bases = read_tables(DATA), shipped_bases()
    troops = tables.dyad["troops"].dropna().loc["USA"]
    stands = {y: {h for p, h in bases.standing(y, ["USA"]) if p == "USA"} for y in range(1991, 2023)}
    many = troops[(troops >= 500) & (troops.index.get_level_values("year") >= 1992)]
    # A base counts in the year in which it is closed too.
    hit = [client in stands[year] | stands[year - 1] for client, year in many.index]
    assert (len(hit), sum(hit)) == (589, 529)
    counts = pd.read_csv(DATA / "country_year.csv.gz", usecols=["iso3", "us_bases_static"]).groupby("iso3").max()
    hosts = set(counts.index[counts["us_bases_static"] >= 1]) - {"USA"}
    ever = {h for y in stands for h in stands[y]}
    assert (len(hosts), hosts - ever) == (35, {"CAN", "CUB", "KEN", "NOR", "SYR", "TUN"})
