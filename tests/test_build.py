"""A region built from real series: invented tables here, the real ones where they are at hand."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.data.builder import build_region
from patronage.data.region import Region
from patronage.data.region_states import BaseAtStart
from patronage.data.tables import SERIES, DataError, read_tables
from patronage.scenario import load_text

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
YEARS = range(1995, 2021)
CLIENTS, PATRONS = ("AAA", "BBB", "CCC"), ("PPP", "QQQ")


def invented(folder: Path, after: int = 3000, change: float = 1.0) -> Path:
    """Tables of three clients and two patrons; whatever is later than `after` is multiplied by `change`."""
    folder.mkdir(exist_ok=True)
    states, dyads = [], []
    for i, code in enumerate((*CLIENTS, *PATRONS)):
        for year in YEARS:
            size, part = 1e9 * (i + 1) * 1.05 ** (year - 1995), change if year > after else 1.0
            states.append({
                "iso3": code, "country": f"Land {code}", "year": year, "gdp_usd": size * part, "population": 1e6 * (i + 1) * part,
                "libdem": 0.1 * (i + 1) * part, "ideal_point": (i - 2) / 2 * part, "conflict_deaths": 10.0 * i * part,
                "external_debt_usd": (0.5 * size if code != "CCC" else np.nan) * part, "remittances_gdp": 5.0 * part,
            })  # fmt: skip
    for i, patron in enumerate(PATRONS):
        for j, client in enumerate(CLIENTS):
            for year in YEARS:
                part = change if year > after else 1.0
                dyads.append({
                    "patron": patron, "client": client, "year": year, "trade_share_gdp": 0.1 * (i + 1) * part,
                    "arms_tiv": 4.0 * (1 - i) * part, "aid_usd2022": 3e7 * (j + 1) * part if i else np.nan,
                    "atop_defense": float(i == 0) * part, "shared_igos": 30.0 * part,
                    "migrants_in_patron": 1000.0 * (i + 1) * part, "mindist_km": 500.0 * (1 + 9 * i) * part,
                    "troops": (900.0 if (i, j) == (1, 0) else 3.0) * part,
                })  # fmt: skip
    pd.DataFrame(states).to_csv(folder / "country_year.csv", index=False)
    pd.DataFrame(dyads).to_csv(folder / "dyad_year.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return invented(tmp_path_factory.mktemp("data") / "invented")


def written(folder: Path, known: int = 3000, start: int = 2005, paths: bool = True) -> str:
    region = Region(read_tables(folder).until(known), CLIENTS, PATRONS, start)
    return build_region(region, 2015, paths=paths).text


def test_the_figures_are_those_of_the_series(folder):
    scenario = load_text(written(folder))
    assert scenario.figure("states.AAA.gdp").value == pytest.approx(1000 * 1.05**10, rel=1e-5)
    assert scenario.figure("states.AAA.gdp").source == "World Bank WDI NY.GDP.MKTP.CD, 2005"
    assert scenario.figure("states.BBB.growth").value == pytest.approx(100 * np.log(1.05), rel=1e-5)
    assert scenario.figure("states.BBB.openness").value == pytest.approx(1.02 * 0.2**0.69, rel=1e-4)
    assert scenario.figure("ties.QQQ.AAA.trade").value == pytest.approx(20, rel=1e-5)
    assert scenario.number("real_gdp", "AAA") == pytest.approx(1000 * 1.05**10 * np.exp(0.02 * 10), rel=1e-5)
    assert scenario.figure("ties.QQQ.BBB.remittances").value == pytest.approx(5 * 2 / 3, rel=1e-5)
    kept = 0.98**4
    assert scenario.figure("ties.PPP.AAA.arms").value == pytest.approx(4 * (1 - kept**10) / (1 - kept), rel=1e-5)
    assert scenario.figure("ties.PPP.AAA.pact").value == pytest.approx(0.296)
    dollars = np.exp(0.02 * (np.array([2003, 2004, 2005]) - 2015)).mean() / 1.2064  # of 2022 in those of the years
    assert scenario.figure("ties.QQQ.BBB.aid").value == pytest.approx(60 * dollars, rel=1e-5)
    assert scenario.figure("patrons.QQQ.budget").value == pytest.approx(180 * dollars, rel=1e-5)
    assert scenario.number("arms_year_y10", "PPP", "AAA") == pytest.approx(4)
    # Eleven years to three clients that grow: the median client is the second, its median year 2000.
    middle = 2 * 1.05**5 * np.exp(0.02 * 15)
    assert scenario.figure("patrons.PPP.supply").value == pytest.approx(4 * (30 / middle) ** 0.4, rel=1e-5)
    assert [(b.holder, b.host) for b in scenario.bases.values()] == [("QQQ", "AAA")]


def test_every_gap_is_filled_by_a_rule_and_says_so(folder):
    made = build_region(Region(read_tables(folder), CLIENTS, PATRONS, 2005), 2015)
    scenario = load_text(made.text)
    debt = scenario.figure("states.CCC.other_debt")
    assert debt.source == "assumption (40 % of GDP)"
    assert debt.range is not None
    assert made.gaps["states.CCC.other_debt"] == "40 % of GDP"
    assert made.gaps["patrons.PPP.budget"].startswith("no aid reported")
    assert "patrons.QQQ.budget" not in made.gaps
    unsourced = [p for p, f in scenario.figures().items() if f.origin != "default" and not f.source]
    assert unsourced == []
    for path, how in made.gaps.items():
        assert scenario.figure(path).source == f"assumption ({how})", path


def test_nothing_later_than_the_known_year_reaches_the_scenario(folder, tmp_path):
    later = invented(tmp_path / "later", after=2005, change=3.0)
    assert written(folder, known=2005) == written(later, known=2005)
    assert written(folder) != written(later), "the twin: without a cutoff the change is seen"
    past = invented(tmp_path / "past", after=2003, change=3.0)
    assert written(folder, known=2005) != written(past, known=2005), "the twin: a change of the known past is seen"


def test_paths_follow_what_happened_and_can_be_left_out(folder):
    scenario = load_text(written(folder))
    assert [e.name for e in scenario.events] == [f"paths_{y}" for y in range(2006, 2016)]
    (growth,) = (c.value for c in scenario.events[0].changes if c.field == "growth" and c.codes == ("AAA",))
    assert 400 * growth == pytest.approx(100 * np.log(1.05), rel=1e-4)
    assert load_text(written(folder, paths=False)).events == ()
    assert load_text(written(folder, known=2005)).events == ()


def test_no_rule_names_a_state():
    from patronage import data

    for name in ("region", "region_axis", "region_budgets", "region_influence", "region_states", "region_ties", "builder"):
        text = (Path(data.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        assert not re.findall(r"\b(RUS|USA|CHN|EUU|TUR|KGZ|TJK|UZB|KAZ|TKM|Russia|China|American)\b", text), name


def test_bases_may_be_stated(folder):
    region = Region(read_tables(folder), CLIENTS, PATRONS, 2005, (BaseAtStart("PPP", "BBB", 7.5, "stated"),))
    scenario = load_text(build_region(region, 2015).text)
    assert scenario.figure("bases.ppp_in_bbb.rent").value == 7.5
    assert scenario.figure("patrons.PPP.mission").value == 1


def test_data_that_are_absent_or_odd_are_refused_with_all_that_is_missing(tmp_path):
    with pytest.raises(DataError, match=r"country_year\.csv(.|\n)*dyad_year\.csv"):
        read_tables(tmp_path)
    pd.DataFrame({"iso3": ["AAA"], "jahr": [2000]}).to_csv(tmp_path / "country_year.csv", index=False)
    pd.DataFrame({"patron": ["P", "P"], "client": ["C", "C"], "year": [1, 1]}).to_csv(tmp_path / "dyad_year.csv", index=False)
    with pytest.raises(DataError, match=r"no column 'year'\n.*no column 'population'\n.*no column 'gdp_usd'"):
        read_tables(tmp_path)
    right = {"iso3": ["AAA"], "year": [2000], "population": [1], "gdp_usd": [1]}
    pd.DataFrame(right).to_csv(tmp_path / "country_year.csv", index=False)
    with pytest.raises(DataError, match="two rows for P, C, 1"):
        read_tables(tmp_path)


def command(*words: str):
    return CliRunner().invoke(app, ["build", *map(str, words)])


def test_the_command_writes_a_scenario_that_runs(folder, tmp_path):
    target = tmp_path / "mine.yaml"
    words = ("--clients", "aaa,BBB", "--patrons", "PPP,QQQ", "--start", 2005, "--end", 2008, "--data", folder)
    done = command(*words, "-o", target)
    assert done.exit_code == 0, done.output
    assert "2 clients, 2 patrons" in done.output
    assert np.isfinite(simulate(load_scenario(target), runs=2).data["share"].values).all()
    before = target.read_text(encoding="utf-8")
    again = command(*words, "-o", target)
    assert again.exit_code == 2
    assert "exists already" in again.output
    assert target.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--clients", "AAB,AAA", "--patrons", "PPP"), "Did you mean AAA"),
        (("--clients", "AAA", "--patrons", "PPP"), "--patrons needs two codes"),
        (("--clients", "AAA,AAA", "--patrons", "PPP,QQQ"), "AAA stands twice"),
        (("--clients", "AAA", "--patrons", "PPP,QQQ", "--base", "PPP:ZZZ"), "write HOLDER:HOST"),
        (("--clients", "AAA", "--patrons", "PPP,QQQ", "--base", "PPP:AAA:dear"), "write HOLDER:HOST"),
        (("--clients", "AAA", "--patrons", "PPP,QQQ", "--base", "PPP:AAA:1:soon"), "HOLDER:HOST:RENT:UNTIL"),
        (("--clients", "AAA", "--patrons", "PPP,QQQ", "--base", "PPP:AAA:1:1990"), "write a last year from 2005 to 2104"),
        (("--clients", "AAA", "--patrons", "PPP,QQQ", "--end", "1999"), "name a year from 2005"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(folder, tmp_path, words, said):
    done = command(*words, "--start", 2005, "--data", folder, "-o", tmp_path / "x.yaml")
    assert done.exit_code == 2
    assert said in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real series are not at hand: they go to {DATA}")
@pytest.mark.statistical
def test_any_region_of_the_world_can_be_built(tmp_path):
    """Twenty regions drawn at random, and all states at once; their scenarios load and run."""
    tables, draw = read_tables(DATA), random.Random(20)
    patrons = ["CHN", "DEU", "EUU", "FRA", "GBR", "IND", "IRN", "KAZ", "RUS", "TUR", "USA"]
    starts = (1996, 2000, 2005, 2010, 2015)
    regions = [(draw.sample(patrons, draw.randint(2, 5)), draw.randint(2, 9), draw.choice(starts)) for _ in range(20)]
    for buyers, size, start in [*regions, (patrons[:8], 190, 2005)]:
        read = tables.until(draw.choice([start, tables.known]))
        free = [s for s in read.states if s not in (*buyers, "EUU")]
        sellers = draw.sample(free, min(size, len(free)))
        region = Region(read, tuple(sorted(sellers)), tuple(sorted(buyers)), start)
        made = build_region(region, start + 5)
        for name, text in made.tables.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "region.yaml").write_text(made.text, encoding="utf-8")
        result = simulate(load_scenario(tmp_path / "region.yaml"), runs=2)
        share = result.data["share"].sum("patron")
        assert np.isfinite(share.values).all()
        assert 0.05 < float(share.mean()) < 1
    assert set(SERIES) - set(tables.country) - set(tables.dyad) == set(), "the layout is that of the real tables"
