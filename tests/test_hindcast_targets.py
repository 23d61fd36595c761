"""Observed targets: read from invented tables, and from the real ones where they are at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from patronage.data.bases import at_origin, decimal, read_bases, standing
from patronage.data.tables import DataError, read_tables
from patronage.hindcast.targets import PARTS, TARGETS, observed

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
KEPT = 0.98**4

TIMELINE = """\
date,patron,client,instrument,amount_musd,term_years
1993,Land P,AAA,base_rent,4.5,
1999-05,PPP,BBB,base_opened,,
2001-10-16,PPP,BBB,base_renewed,0,10
2002-09-01,PPP,BBB,base_closed,,
2003-02-01,QQQ,AAA,base_opened,2,
2003-03-01,QQQ,AAA,base_rent,7,
2005-07,QQQ,AAA,base_closed,,
2005-11,QQQ,AAA,base_rent,23,
2006,PPP,CCC,economic_aid,100,
"""


def tables(folder: Path, after: int = 3000, change: float = 1.0) -> Path:
    """Three clients and two patrons, 1995 to 2010; whatever is later than `after` is changed."""
    folder.mkdir(exist_ok=True)
    states, dyads = [], []
    for year in range(1995, 2011):
        part = change if year > after else 1.0
        for i, code in enumerate(("AAA", "BBB", "CCC", "PPP", "QQQ")):
            states.append({
                "iso3": code, "country": {"PPP": "Land P"}.get(code, code), "year": year, "population": 1e6, "gdp_usd": 1e9,
                "ideal_point": i * part, "arms_imports_tiv": 10.0 * part, "irregular_exit": float(year == 2005) * 2 * part,
            })  # fmt: skip
        for i, patron in enumerate(("PPP", "QQQ")):
            for j, client in enumerate(("AAA", "BBB", "CCC")):
                dyads.append({
                    "patron": patron, "client": client, "year": year, "fbic_influence": 0.1 * (1 + i + j) * part,
                    **{column: (0.2 + 0.1 * n + 0.1 * i) * part for n, column in enumerate(PARTS.values())},
                    "ideal_point_distance": 1.0 + i, "arms_tiv": 5.0 * (1 - i) * part, "military_aid_usd": 3e6 * i * part,
                    "troops": 700 if (patron, client, year) == ("QQQ", "CCC", 2004) else 3 * i,
                })  # fmt: skip
    pd.DataFrame(states).to_csv(folder / "country_year.csv", index=False)
    pd.DataFrame(dyads).to_csv(folder / "dyad_year.csv", index=False)
    (folder / "timeline.csv").write_text(TIMELINE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    folder = tables(tmp_path_factory.mktemp("data") / "targets")
    read = read_tables(folder)
    return read, read_bases(folder, read.names)


PATRONS, CLIENTS = ("PPP", "QQQ"), ("AAA", "BBB", "CCC")


def value(frame, target, patron, client, year):
    found = frame[
        (frame[["target", "patron", "client"]] == [target, patron, client]).all(axis=1) & (frame["year"] == year)
    ]
    return found["value"].item()


def test_targets_are_those_of_the_tables(known):
    frame = observed(known[0], PATRONS, CLIENTS, known[1])
    assert value(frame, "fbic", "QQQ", "BBB", 2000) == pytest.approx(0.3)
    assert value(frame, "fbic_share", "QQQ", "BBB", 2000) == pytest.approx(0.6)
    assert [value(frame, name, "QQQ", "AAA", 2000) for name in PARTS] == pytest.approx([0.3, 0.4, 0.5, 0.6, 0.7])
    assert value(frame, "ideal_point", "", "CCC", 2000) == 2
    assert value(frame, "unga_distance", "QQQ", "CCC", 2000) == 2
    assert value(frame, "military_aid", "QQQ", "AAA", 2000) == 3
    assert value(frame, "irregular_exit", "", "AAA", 2005) == 1
    decayed = sum(5 * KEPT**k for k in range(6)) / sum(10 * KEPT**k for k in range(6))
    assert value(frame, "arms_share", "PPP", "AAA", 2000) == pytest.approx(decayed)
    assert frame[frame["target"] == "arms_share"]["year"].min() == 1999, "five years of deliveries are needed"
    assert set(frame["target"]) == set(TARGETS)
    assert not frame.duplicated(["target", "patron", "client", "year"]).any()
    assert (frame["client"] != frame["patron"]).all()


def test_bases_stand_as_the_list_and_the_troops_say(known):
    read, bases = known

    def stood(patron, client):
        return [y for y in range(1995, 2007) if standing(read, bases, PATRONS, CLIENTS, y).get((patron, client))]

    assert stood("PPP", "AAA") == list(range(1995, 2007)), "a rent stands for a base, the name for the code"
    assert stood("PPP", "BBB") == list(range(1999, 2007)), (
        "a closing within the term of a renewal concerns another site"
    )
    assert stood("QQQ", "AAA") == [2003, 2004], "a last payment after the closing opens nothing"
    assert stood("QQQ", "CCC") == [2004], "troops"
    assert ("PPP", "CCC") in standing(read, bases, PATRONS, CLIENTS, 2006)
    assert standing(read, bases, PATRONS, CLIENTS, 2000)["PPP", "BBB"]
    (a, b, c) = at_origin(read, bases, PATRONS, CLIENTS, 2004)[:3]
    assert [(x.holder, x.host, x.rent) for x in (a, b, c)] == [
        ("PPP", "AAA", 4.5),
        ("PPP", "BBB", 0.0),
        ("QQQ", "AAA", 7.0),
    ]
    with_member = standing(read, bases, ("EUU", "QQQ"), CLIENTS, 2004)
    assert not with_member["EUU", "AAA"]


def test_a_dyad_of_which_nothing_is_known_has_no_rows(known, tmp_path):
    folder = tables(tmp_path / "silent")
    frame = pd.read_csv(folder / "dyad_year.csv")
    frame.loc[frame["patron"] == "PPP", "troops"] = np.nan
    frame.to_csv(folder / "dyad_year.csv", index=False)
    (folder / "timeline.csv").unlink()
    read = read_tables(folder)
    base = observed(read, PATRONS, CLIENTS, read_bases(folder, read.names)).query("target == 'base'")
    assert set(base["patron"]) == {"QQQ"}


def test_a_list_of_spans_is_read_too(known, tmp_path):
    (tmp_path / "bases.csv").write_text(
        "holder,host,from,to,rent\nPPP,BBB,2001-06,2003-02,9\nQQQ,AAA,1998,,\n", encoding="utf-8"
    )
    bases = read_bases(tmp_path, {})
    assert [bases.standing(y, PATRONS) for y in (2000, 2002, 2003)] == [
        {("QQQ", "AAA"): pytest.approx(np.nan, nan_ok=True)},
        {("QQQ", "AAA"): pytest.approx(np.nan, nan_ok=True), ("PPP", "BBB"): 9.0},
        {("QQQ", "AAA"): pytest.approx(np.nan, nan_ok=True)},
    ]
    assert bases.covered(1999) == {"AAA"}
    (tmp_path / "timeline.csv").write_text("date,patron\n2001,PPP\n", encoding="utf-8")
    (tmp_path / "bases.csv").write_text("holder,host,from,to\nPPP,BBB,May 2001,\n", encoding="utf-8")
    said = r"timeline\.csv:1:1: no column 'instrument'\n(.|\n)*bases\.csv:2:3: .May 2001. is no date.*write YYYY"
    with pytest.raises(DataError, match=said):
        read_bases(tmp_path, {})


def test_dates_are_read():
    assert [decimal(x) for x in ("2001", "2001-07", "2001-07-01")] == [2001, 2001.5, 2001.5]
    assert 2001.99 < decimal("2001-12-31") < 2002


def test_nothing_later_than_a_year_is_in_what_was_known(known, tmp_path):
    read, bases = known
    folder = tables(tmp_path / "later", after=2003, change=2.0)
    (folder / "timeline.csv").write_text(TIMELINE.replace("2005", "2004"), encoding="utf-8")
    other = read_tables(folder)
    changed = read_bases(folder, other.names)
    before = observed(read.until(2003), PATRONS, CLIENTS, bases.until(2003))
    pd.testing.assert_frame_equal(before, observed(other.until(2003), PATRONS, CLIENTS, changed.until(2003)))
    whole = observed(read, PATRONS, CLIENTS, bases)
    pd.testing.assert_frame_equal(before, whole[whole["year"] <= 2003].reset_index(drop=True))
    assert not whole.equals(observed(other, PATRONS, CLIENTS, changed)), "the twin: later on the change is seen"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real series are not at hand: they go to {DATA}")
def test_the_real_bases_are_those_of_history():
    read = read_tables(DATA)
    bases = read_bases(DATA, read.names)
    patrons, clients = ("CHN", "EUU", "RUS", "TUR", "USA"), ("KAZ", "KGZ", "TJK", "TKM", "UZB")
    frame = observed(read, patrons, clients, bases).query("target == 'base' and value == 1")
    spans = {k: (int(v["year"].min()), int(v["year"].max())) for k, v in frame.groupby(["patron", "client"])}
    assert {k: v for k, v in spans.items() if k[0] != "RUS"} == {
        ("CHN", "TJK"): (2016, 2021), ("EUU", "UZB"): (2002, 2014), ("USA", "KGZ"): (2001, 2013), ("USA", "UZB"): (2001, 2004),
    }  # fmt: skip
    assert {k[1] for k in spans if k[0] == "RUS"} == {"KAZ", "KGZ", "TJK"}
