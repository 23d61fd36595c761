"""Poles of a region built from series, and where states stand between them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario
from patronage.cli.app import app
from patronage.data.blocs import BlocList, shipped_blocs
from patronage.data.region import Region
from patronage.data.region_states import BaseAtStart
from patronage.data.tables import read_tables

VOTES = {"BBY": -0.8, "MLD": 0.5, "UKA": 0.9, "EST": -0.5, "FAR": -0.7, "WST": 2.5}
"""A client votes beyond the eastern power, and the power farthest from the western one has no part in the region."""
PATRONS = ("EST", "FAR", "WST")
CLIENTS = ("BBY", "MLD", "UKA")
ARMS = {("EST", "BBY"): 40, ("EST", "MLD"): 5, ("WST", "UKA"): 20, ("WST", "MLD"): 5}
DEFENCE = {("EST", "BBY")}


def put(folder: Path, defence: set[tuple[str, str]] = DEFENCE) -> Path:
    folder.mkdir(exist_ok=True)
    country = ["iso3,year,population,gdp_usd,ideal_point,arms_imports_tiv"]
    imports = {c: sum(v for (_, x), v in ARMS.items() if x == c) for c in CLIENTS}
    country += [f"{c},{y},1e6,1e10,{v},{imports.get(c, '')}" for c, v in VOTES.items() for y in (2004, 2005)]
    dyad = ["patron,client,year,trade_share_gdp,arms_tiv,atop_defense"]
    pairs = [(p, c) for p in PATRONS for c in VOTES if p != c]
    dyad += [f"{p},{c},{y},0.1,{ARMS.get((p, c), 0)},{int((p, c) in defence)}" for p, c in pairs for y in (2004, 2005)]
    (folder / "country_year.csv").write_text("\n".join(country) + "\n")
    (folder / "dyad_year.csv").write_text("\n".join(dyad) + "\n")
    return folder


def region(folder: Path, **more) -> Region:
    return Region(read_tables(put(folder)), CLIENTS, PATRONS, 2006, **more)


def test_the_poles_are_those_between_whom_the_clients_separate(tmp_path):
    found = region(tmp_path)
    assert found.poles == ("EST", "WST"), "not the one that votes farthest away"
    shares = {("BBY", "EST"): 1, ("BBY", "WST"): 0, ("MLD", "EST"): 0.5, ("MLD", "WST"): 0.5, ("UKA", "EST"): 0, ("UKA", "WST"): 1}
    pledge = 0.296 / 0.434
    # Arms, pledges and votes of the three clients, by hand; votes over the spread of 3.3.
    votes = [((2.5 + 0.8) - (0.8 - 0.5)) / 3.3, ((2.5 - 0.5) - (0.5 + 0.5)) / 3.3, ((2.5 - 0.9) - (0.9 + 0.5)) / 3.3]
    arms = [abs(shares[c, "EST"] - shares[c, "WST"]) for c in CLIENTS]
    assert found.separation("EST", "WST") == pytest.approx((sum(arms) + pledge + sum(map(abs, votes))) / 9)
    assert found.separation("EST", "FAR") < found.separation("EST", "WST")


def test_nobody_stands_beyond_a_pole(tmp_path):
    """The client that votes beyond the eastern pole stands between it and the others."""
    found = region(tmp_path)
    at = {c: found.orientation(c).value for c in (*CLIENTS, *PATRONS)}
    assert at["EST"] == 0.9
    assert at["WST"] == -0.9
    assert at["UKA"] < at["MLD"] < at["BBY"] < at["EST"]
    votes = (3.3 - 0.3) / 3.6
    assert at["BBY"] == pytest.approx(0.9 * (votes + 1 + 0.296 / 0.434) / 3)
    assert found.orientation("BBY").source == "votes, arms, pledges between EST and WST, up to 2005, .9 x mean"
    assert found.orientation("UKA").source.startswith("votes, arms between")


def test_a_base_counts_as_the_strongest_pledge(tmp_path):
    """Whoever hosts the power of which its votes are far stands nearer to it; hosting both is hosting neither."""
    there = tuple(BaseAtStart(p, "MLD", None, "stated") for p in ("EST", "WST"))
    without, western, both = (region(tmp_path, given=given) for given in ((), there[1:], there))
    assert western.pledges_between("MLD") == -1
    assert western.orientation("MLD").value < without.orientation("MLD").value
    assert both.pledges_between("MLD") == 0
    assert western.separation("EST", "WST") == pytest.approx(without.separation("EST", "WST") + 1 / 9)


def test_allies_are_no_poles_of_one_region(tmp_path):
    put(tmp_path, DEFENCE | {("EST", "WST")})
    found = Region(read_tables(tmp_path), CLIENTS, PATRONS, 2006)
    assert found.allied("WST", "EST")
    assert found.poles != ("EST", "WST")
    assert Region(read_tables(tmp_path), CLIENTS, ("EST", "WST"), 2006).poles == ("EST", "WST"), "unless nobody else is there"


def test_an_alliance_of_the_list_counts(tmp_path):
    blocs = shipped_blocs().blocs
    members = pd.DataFrame({"bloc": ["NATO", "NATO"], "state": ["EST", "WST"], "since": [1990.0, 2005.5], "until": np.inf})
    assert not region(tmp_path).allied("EST", "WST")
    assert region(tmp_path, lists=BlocList(blocs, members)).allied("WST", "EST")
    later = members.assign(since=[1990.0, 2006.0])
    assert not region(tmp_path, lists=BlocList(blocs, later)).allied("EST", "WST"), "on the eve of the start"


def test_a_patron_of_whom_nothing_is_known_is_no_pole(tmp_path):
    folder = put(tmp_path)
    rows = (folder / "dyad_year.csv").read_text().splitlines()
    (folder / "dyad_year.csv").write_text("\n".join(r for r in rows if not r.startswith("WST")) + "\n")
    tables = read_tables(folder)
    assert Region(tables, CLIENTS, PATRONS, 2006).poles == ("FAR", "EST")
    assert Region(tables, CLIENTS, ("EST", "WST"), 2006).poles == ("EST", "WST"), "unless nobody else is there"


def build(folder: Path, out: Path, *more: str):
    words = ("--clients", "BBY,MLD,UKA", "--patrons", "EST,FAR,WST", "--start", "2005", "--end", "2006", "--data", str(folder))
    return CliRunner().invoke(app, ["build", *words, "-o", str(out), *more])


def test_the_axis_may_be_stated(tmp_path):
    put(tmp_path)
    done = build(tmp_path, tmp_path / "far.yaml", "--axis", "far:wst")
    assert done.exit_code == 0, done.output
    scenario = load_scenario(tmp_path / "far.yaml")
    assert dict(scenario.poles) == {"security": ("FAR", "WST")}
    assert scenario.figure("states.FAR.position.security").value == 0.9
    for wrong in ("EST", "EST:EST", "EST:BBY", "EST:WST:FAR"):
        refused = build(tmp_path, tmp_path / "no.yaml", "--axis", wrong)
        assert refused.exit_code == 2, wrong
        assert "write PLUS:MINUS, two of the patrons EST, FAR, WST" in " ".join(refused.output.split()), wrong
    assert not (tmp_path / "no.yaml").exists()
