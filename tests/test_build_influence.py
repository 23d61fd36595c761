"""What influence is made of, in a region built from series: each rule by hand, and the start against the published index."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest

from measured_tables import put
from patronage.data.builder import build_region
from patronage.data.index.formula import FORMULA
from patronage.data.region import Region
from patronage.data.tables import read_tables
from patronage.driving import prepare
from patronage.hindcast.origin import Known
from patronage.scenario import Scenario, load_text

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PATRONS, CLIENTS = ("ABC", "XYZ"), ("CLI",)
PARTS = {
    "fbic_econ_bandwidth": 0.7, "fbic_pol_bandwidth": 0.15, "fbic_sec_bandwidth": 0.5, "fbic_econ_dependence": 1.1,
    "fbic_sec_dependence": 0.6,
}  # fmt: skip


def with_states(folder: Path) -> Path:
    """Rows for the patrons, which a scenario needs."""
    country = (put(folder) / "country_year.csv").read_text()
    country += "".join(f"{p},{y},1e7,1e11,2e11,,,0\n" for p in PATRONS for y in range(2001, 2017))
    (folder / "country_year.csv").write_text(country)
    return folder


def published(folder: Path, **parts: float) -> Path:
    """With parts of the index of ABC over CLI, the same in all years."""
    rows = (with_states(folder) / "dyad_year.csv").read_text().splitlines()
    head = rows[0] + "," + ",".join(parts)
    body = [r + "," + ",".join(str(v) if r.startswith("ABC") else "" for v in parts.values()) for r in rows[1:]]
    (folder / "dyad_year.csv").write_text("\n".join([head, *body]) + "\n")
    return folder


def built(folder: Path, start: int = 2009) -> Scenario:
    return load_text(build_region(Region(read_tables(folder).until(start), CLIENTS, PATRONS, start), start + 3).text)


def test_every_rule_is_the_one_of_the_page_worked_out_by_hand(tmp_path):
    scenario = built(with_states(tmp_path / "data"))
    by_hand = {
        "states.CLI.real_gdp": 900,
        "states.CLI.other_trade": 100 * 396 / 900 - 2 * 11,
        "states.CLI.other_arms": 30 - 20,
        "ties.ABC.CLI.trade": 100 * 99 / 900,
        "ties.ABC.CLI.pact": 0.296 + 0.079 + 0.020,
        "ties.ABC.CLI.tie": 0.16,
        "ties.ABC.CLI.treaty": 0.0,
        "ties.ABC.CLI.aid": 0.5 * 0.54,
        "patrons.ABC.supply": 20 * (30_000 / 900) ** 0.4,
        "patrons.XYZ.supply": 0.0,
        "patrons.ABC.real_gdp": 200_000,
    }
    for path, value in by_hand.items():
        assert scenario.figure(path).value == pytest.approx(value, rel=1e-5), path
    assert scenario.figure("ties.ABC.CLI.trade").source == "BACI trade in dollars of 2015 over real GDP, mean 2007-2009"
    years = [scenario.number(f"arms_year_y{k}", "ABC", "CLI") for k in range(1, 11)]
    assert years == [0, 0, 0, 0, 0, 20, 0, 0, 0, 0], "of 2003, the sixth year before 2009"
    assert [scenario.number(f"arms_year_y{k}", "XYZ", "CLI") for k in range(1, 11)] == [0] * 10


def test_arms_end_before_the_first_year(tmp_path):
    folder = with_states(tmp_path / "data")
    assert built(folder, 2004).number("arms_year_y1", "ABC", "CLI") == 20
    assert built(folder, 2003).number("arms_year_y1", "ABC", "CLI") == 0


def test_a_treaty_is_what_published_bandwidth_has_beyond_trade(tmp_path):
    scenario = built(published(tmp_path / "data", **PARTS))
    trade = 0.0424 * log(100)
    assert scenario.figure("ties.ABC.CLI.treaty").value == pytest.approx(0.7 - trade, rel=1e-4)
    assert scenario.figure("ties.ABC.CLI.tie").value == 0.15
    little = built(published(tmp_path / "less", fbic_econ_bandwidth=trade + 0.02))
    assert little.figure("ties.ABC.CLI.treaty").value == 0


def test_a_run_starts_at_the_published_parts(tmp_path):
    """The formula of the engine on the figures of the start, plus what is unexplained, is what was published."""
    scenario = built(published(tmp_path / "data", **PARTS))
    assert scenario.number("unexplained_political_bandwidth", "ABC", "CLI") == 0
    assert abs(scenario.number("unexplained_security_dependence", "ABC", "CLI")) > 0.01
    world = prepare(scenario, range(1), 1).ensemble().world
    bandwidth, dependence = 0.7 + 0.15 + 0.5, 1.1 + 0.6
    assert world.fbic[0, 0, 0] == pytest.approx(FORMULA.scale * bandwidth * dependence, rel=1e-4)
    without = prepare(built(with_states(tmp_path / "bare")), range(1), 1).ensemble().world
    assert abs(without.fbic[0, 0, 0] - world.fbic[0, 0, 0]) > 0.02


def test_blocs_stand_beside_and_are_not_counted_twice(tmp_path):
    tables = read_tables(published(tmp_path / "data", **PARTS)).until(2009)
    alone, beside = Known(tables, CLIENTS, PATRONS, 2009), Known(tables, CLIENTS, PATRONS, 2009)
    bloc = {"leader": "ABC", "members": ["ABC", "CLI"], "treaty": {"value": 0.3, "unit": "1"}, "pact": 0.434}
    object.__setattr__(beside, "blocs", (bloc, {**bloc, "leader": "XYZ"}))
    assert beside.treaty("ABC", "CLI").value == pytest.approx(alone.treaty("ABC", "CLI").value - 0.3)
    unexplained = [k.unexplained("ABC", "CLI") for k in (alone, beside)]
    assert unexplained[0]["economic_bandwidth"].value == pytest.approx(unexplained[1]["economic_bandwidth"].value)
    gained = unexplained[0]["security_bandwidth"].value - unexplained[1]["security_bandwidth"].value
    assert gained == pytest.approx(0.434 - 0.395), "the larger pledge counts"


def test_nothing_after_the_start_enters(tmp_path):
    folder = published(tmp_path / "data", **PARTS)
    before = build_region(Region(read_tables(folder).until(2009), CLIENTS, PATRONS, 2009), 2012).text
    for name in ("country_year", "dyad_year"):
        rows = (folder / f"{name}.csv").read_text().splitlines()
        year = rows[0].split(",").index("year")
        changed = [r if r.split(",")[year] <= "2009" or "USA" in r else r.replace("9", "7") for r in rows[1:]]
        (folder / f"{name}.csv").write_text("\n".join([rows[0], *changed]) + "\n")
    after = build_region(Region(read_tables(folder).until(2009), CLIENTS, PATRONS, 2009), 2012).text
    assert before == after
    later = build_region(Region(read_tables(folder), CLIENTS, PATRONS, 2009), 2012).text
    assert later != after, "the twin: without a cutoff the change is seen"


def test_without_constant_prices_and_shares_alone_a_region_is_built(tmp_path):
    """Dollar prices then rise by 2 % a year, and trade follows from its share of GDP."""
    folder = with_states(tmp_path / "data")
    country = [r.split(",") for r in (folder / "country_year.csv").read_text().splitlines() if not r.startswith("USA")]
    (folder / "country_year.csv").write_text("\n".join(",".join(r[:4]) for r in country) + "\n")
    rows = ["patron,client,year,trade_share_gdp", *(f"ABC,CLI,{y},0.11" for y in range(2001, 2010))]
    (folder / "dyad_year.csv").write_text("\n".join(rows) + "\n")
    scenario = built(folder)
    assert scenario.figure("states.CLI.real_gdp").value == pytest.approx(450 / np.exp(0.02 * -6), rel=1e-5)
    assert scenario.figure("ties.ABC.CLI.trade").value == pytest.approx(11, rel=1e-5)
    assert scenario.figure("states.CLI.other_trade").value == pytest.approx(60 - 11)
    assert scenario.figure("ties.XYZ.CLI.trade").source == "assumption (no trade reported)"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real series are not at hand: they go to {DATA}")
def test_real_regions_start_at_the_published_index():
    tables = read_tables(DATA)
    for clients, year in ((("KAZ", "KGZ", "TJK", "TKM", "UZB"), 2005), (("MLI", "NER", "TCD"), 2012)):
        read = tables.until(year)
        scenario = load_text(build_region(Region(read, clients, ("CHN", "RUS", "USA"), year), year + 2).text)
        world = prepare(scenario, range(1), 1).ensemble().world
        for i, patron in enumerate(("CHN", "RUS")):
            for j, client in enumerate(clients):
                real = read.series("fbic_influence", patron, client)[year]
                assert world.fbic[0, i, j] == pytest.approx(real, abs=0.01), (patron, client)
