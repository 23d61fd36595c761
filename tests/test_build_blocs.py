"""The lists of blocs and agreements: what they hold, who is in them when, and how build uses them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.data.blocs import AGREEMENT, LISTED, BlocList, shipped_blocs
from patronage.data.region import Region
from patronage.data.tables import read_tables
from patronage.hindcast.origin import bloc_at

ASIA, SOUTH = ("KAZ", "KGZ", "TJK", "TKM", "UZB"), ("ARM", "AZE", "GEO")


def codes(clients: tuple[str, ...], patrons: tuple[str, ...], year: int) -> dict[str, tuple[list[str], list[str]]]:
    found = shipped_blocs().entries(clients, patrons, year)
    return {b["code"]: (b["members"], b["candidates"]) for b in found}


def test_every_row_is_typed_and_cited():
    lists = shipped_blocs()
    blocs, members = lists.blocs, lists.members
    assert set(blocs["kind"]) == {"security", "economic", "political", AGREEMENT}
    assert set(blocs["open"]) == set(blocs["consent"]) == {"yes", "no"}
    assert blocs["source"].str.contains(r"\d{4}|secretariat").all()
    assert not blocs["source"].str.contains("http").any()
    assert set(members["bloc"]) == set(blocs.index)
    assert (members["since"] < members["until"]).all()
    assert (blocs["leader"][blocs["open"] == "yes"] != "").all(), "whom nobody leads, nobody joins by choice"
    assert not members.duplicated(["bloc", "state", "since"]).any()
    whole = members.merge(blocs.add_suffix("_bloc"), left_on="bloc", right_index=True)
    assert (whole["since"] >= whole["since_bloc"]).all()
    assert (whole["until"] <= whole["until_bloc"]).all()
    for (bloc, state), spells in members.sort_values("since").groupby(["bloc", "state"]):
        assert (spells["since"].to_numpy()[1:] >= spells["until"].to_numpy()[:-1]).all(), (bloc, state)


@pytest.mark.parametrize(
    ("bloc", "state", "years"),
    [
        ("CSTO", "UZB", {1998: True, 1999: False, 2005: False, 2006: True, 2011: True, 2012: False}),
        ("CSTO", "GEO", {1993: True, 1998: True, 1999: False}),
        ("EURASEC", "UZB", {2005: False, 2006: True, 2008: False}),
        ("EAEU", "KGZ", {2014: False, 2015: True}),
        ("NATO", "POL", {1998: False, 1999: True}),
        ("GUAM", "UZB", {1998: False, 1999: True, 2005: False}),
        ("ECOWAS", "NER", {2000: True, 2024: True, 2025: False}),
        ("EU", "GBR", {2000: True, 2019: True, 2020: False}),
    ],
)
def test_states_are_in_a_bloc_between_their_dates(bloc, state, years):
    assert {y: state in shipped_blocs().members_of(bloc, y) for y in years} == years


def test_a_region_has_the_blocs_of_its_patrons():
    with_russia = codes(ASIA, ("CHN", "RUS", "USA"), 2007)
    assert with_russia["CSTO"] == (["KAZ", "KGZ", "RUS", "TJK", "UZB"], ["KAZ", "KGZ", "TJK", "TKM", "UZB"])
    assert with_russia["EURASEC"][0] == ["KAZ", "KGZ", "RUS", "TJK", "UZB"]
    assert set(with_russia) == {"CSTO", "EURASEC", "PFP", "SCO"}, "no NATO: none of them may join"
    assert "EAEU" in codes(ASIA, ("CHN", "RUS", "USA"), 2015)
    assert "EURASEC" not in codes(ASIA, ("CHN", "RUS", "USA"), 2015), "it has ended"
    assert set(codes(ASIA, ("CHN", "USA"), 2007)) == {"PFP", "SCO"}
    south = codes(SOUTH, ("RUS", "USA"), 2005)
    assert south["NATO"] == (["USA"], ["ARM", "AZE", "GEO"])
    assert south["GUAM"] == (["AZE", "GEO"], ["AZE", "GEO"])
    assert "GUAM" not in codes(("GEO", "ARM"), ("RUS", "USA"), 2005), "with one member it is no bloc of the region"


def test_alliances_and_agreements_have_dates():
    lists = shipped_blocs()
    assert frozenset(("USA", "TUR")) in lists.allies(2000)
    assert frozenset(("USA", "POL")) not in lists.allies(1998)
    assert frozenset(("RUS", "GEO")) in lists.allies(1996)
    assert frozenset(("RUS", "GEO")) not in lists.allies(2000)
    polish = [lists.agreements(y).get(("EUU", "POL"), 0) for y in (1991, 2000, 2010)]
    assert polish == pytest.approx([0, 0.11, 0]), "then it is in the Union"
    assert lists.agreements(2000)["EUU", "TUR"] == pytest.approx(0.53)
    assert ("USA", "COL") not in lists.agreements(2011)


def put(folder: Path) -> Path:
    """Series of four real codes that say nothing of treaties; the European states vote together."""
    years, votes = range(2000, 2016), {"GEO": 0.5, "ARM": -0.5, "RUS": -0.6, "TUR": 0.6, "USA": 2.5, "CHN": -0.7}
    country = [f"{c},{y},1e6,1e10,{v}" for c, v in votes.items() for y in years]
    dyad = [f"{p},{c},{y},0.1,500" for p in ("RUS", "TUR", "USA", "CHN") for c in ("GEO", "ARM") for y in years]
    folder.mkdir(exist_ok=True)
    (folder / "country_year.csv").write_text("\n".join(["iso3,year,population,gdp_usd,ideal_point", *country]) + "\n")
    (folder / "dyad_year.csv").write_text("\n".join(["patron,client,year,trade_share_gdp,mindist_km", *dyad]) + "\n")
    return folder


def region(folder: Path, start: int, **more) -> Region:
    return Region(read_tables(put(folder)), ("ARM", "GEO"), ("CHN", "RUS", "TUR", "USA"), start, **more)


def test_where_no_index_is_published_treaties_in_force_count(tmp_path):
    """Of the treaties of the index; what has ended counts no more, and what a bloc gives is not counted twice."""
    assert region(tmp_path, 2005).treaty("RUS", "GEO").value == pytest.approx(0.09)
    assert region(tmp_path, 2012).treaty("RUS", "GEO").value == 0, "Georgia left the Commonwealth in 2009"
    assert region(tmp_path, 2012).treaty("RUS", "GEO").source == "assumption"
    alone = region(tmp_path, 2016).treaty("RUS", "ARM").value
    bloc = ({"leader": "RUS", "members": ["ARM", "RUS"], "treaty": 0.42, "pact": 0.0},)
    assert alone == pytest.approx(0.09 + 0.14 + 0.9)
    assert region(tmp_path, 2016, blocs=bloc).treaty("RUS", "ARM").value == pytest.approx(alone - 0.42)


def test_all_powers_but_allies_are_rivals(tmp_path):
    found = region(tmp_path, 2005)
    assert found.rivalry("USA", "TUR").value == found.rivalry("TUR", "USA").value == 0
    assert found.rivalry("RUS", "CHN").value == 0.05, "they vote alike, and are no allies"
    assert found.rivalry("RUS", "USA").value == pytest.approx(1 / 1.5), "farther apart than 2.5 is as far as can be"
    pairs = [(a, b) for a in found.patrons for b in found.patrons if a != b and not found.allied(a, b)]
    assert min(found.rivalry(*pair).value for pair in pairs) > 0


def built(folder: Path, start: int) -> Path:
    put(folder)
    out = folder / f"from-{start}.yaml"
    words = ("--clients", "ARM,GEO", "--patrons", "RUS,TUR,USA", "--start", str(start), "--end", str(start), "--data", str(folder))
    done = CliRunner().invoke(app, ["build", *words, "-o", str(out)])
    assert done.exit_code == 0, done.output
    return out


def test_build_writes_blocs_and_allies_that_run(tmp_path):
    scenario = load_scenario(built(tmp_path, 2013))
    assert set(scenario.blocs) == {"CSTO", "EURASEC", "NATO", "PFP"}
    csto = scenario.bloc("CSTO")
    assert (csto.leader, csto.members, csto.candidates) == ("RUS", ("ARM",), ("ARM", "GEO"))
    assert scenario.figure("blocs.CSTO.pact").value == 0.395
    assert scenario.figure("blocs.CSTO.pact").source.startswith(f"{LISTED}, 2012: Collective Security Treaty")
    assert scenario.number("bloc_open", "PFP") == 0
    assert "allies: {TUR: [USA], USA: [TUR]}" in (tmp_path / "from-2013.yaml").read_text()
    assert np.isfinite(simulate(scenario, runs=2).data["share"].values).all()


def test_a_hindcast_begins_with_the_members_of_its_origin(tmp_path):
    scenario = load_scenario(built(tmp_path, 1999 + 2))
    entry = scenario.plain["blocs"]["CSTO"]
    assert bloc_at(scenario, "CSTO", dict(entry), 2000)["members"] == ["ARM", "RUS"]
    assert bloc_at(scenario, "CSTO", dict(entry), 1995)["members"] == ["ARM", "GEO", "RUS"]
    own = {"members": ["ARM"], "pact": {"value": 0.1, "source": "stated"}}
    assert bloc_at(scenario, "CSTO", own, 1995)["members"] == ["ARM"], "of a bloc of one's own the file tells"


def test_an_empty_list_gives_no_bloc():
    none = BlocList(shipped_blocs().blocs, pd.DataFrame({"bloc": [], "state": [], "since": [], "until": []}))
    assert [b["code"] for b in none.entries(ASIA, ("RUS",), 2007)] == ["CSTO", "EURASEC"], "open to them still"
    assert none.allies(2007) == frozenset()
