"""Hindcasts of many regions: who is in which, what goes on where it stopped, and a board that says what its rows say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage.batch.executors import Serial
from patronage.cli.app import app
from patronage.data.bases import BaseList
from patronage.data.region import Region
from patronage.data.tables import read_tables
from patronage.hindcast import board, in_force, regions, world
from patronage.hindcast.regions import REGIONS, RegionOfWorld
from patronage.hindcast.targets import PARTS
from test_hindcast import invented

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ORIGIN = 2004
KEPT_APART = {"ARM", "AZE", "GEO", "BLR", "MDA", "UKR"}


@pytest.fixture
def two(monkeypatch):
    """Two regions of the invented tables."""
    made = {c: RegionOfWorld(c, (c,), ("PPP", "QQQ")) for c in ("AAA", "BBB")}
    for room in (regions, world):
        monkeypatch.setattr(room, "REGIONS", made)
    for name in ("patronage.hindcast.world_text", "patronage.reports.world"):
        monkeypatch.setattr(f"{name}.REGIONS", made)
    yield made
    world.known.cache_clear()
    world.plan_of.cache_clear()


# --- who is where -----------------------------------------------------------------------------------------------------


def test_nobody_stands_in_two_regions_and_nobody_is_there_who_is_kept_apart():
    everybody = [c for r in REGIONS.values() for c in r.clients]
    assert len(everybody) == len(set(everybody))
    assert not {"RUS", "CHN", *KEPT_APART} & set(everybody)
    assert max(len(r.clients) for r in REGIONS.values()) <= 12
    assert all({"RUS", "CHN"} < set(r.patrons) for r in REGIONS.values())
    assert 20 <= len(REGIONS) <= 25


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real series are not at hand: they go to {DATA}")
def test_regions_cover_the_world_of_the_tables():
    tables = read_tables(DATA)
    measured = set(tables.dyad["fbic_influence"].dropna().index.get_level_values("client")) & set(tables.until(1996).states)
    assert {c for r in REGIONS.values() for c in r.clients} == measured - {"RUS", "CHN"}
    assert not KEPT_APART & set(tables.states), "six clients have no rows"


# --- what was in force ------------------------------------------------------------------------------------------------


def test_contracts_and_treaties_are_those_of_the_origin(tmp_path):
    folder = invented(tmp_path / "data")
    frame = pd.read_csv(folder / "dyad_year.csv")
    frame.loc[(frame["patron"] == "QQQ") & (frame["client"] == "AAA") & (frame["year"] != 2001), "arms_tiv"] = 0.0
    frame.loc[frame["patron"] == "QQQ", "fbic_econ_bandwidth"] = 0.0
    frame.to_csv(folder / "dyad_year.csv", index=False)
    tables = read_tables(folder)

    def found(origin):
        region = Region(tables.until(origin), ("AAA", "BBB"), ("PPP", "QQQ"), origin + 1)
        rows = in_force.table(list(in_force.of_origin(region, [("PPP", "AAA"), ("QQQ", "AAA")], origin)))
        assert tuple(rows.columns) == in_force.COLUMNS
        return rows[["contract", "treaty"]].to_numpy().tolist()

    assert found(2003) == [[True, True], [True, False]], "a delivery of 2001 is two years old"
    assert found(2004) == [[True, True], [False, False]]
    assert found(2000) == [[True, True], [False, False]], "of what comes later nothing is known"


# --- the board --------------------------------------------------------------------------------------------------------


def rows_of(scores: dict[str, list[float]], contract: list[bool]) -> pd.DataFrame:
    """Forecasts over one year of so many dyads, by method."""
    count = len(contract)
    parts = []
    for method, values in scores.items():
        parts.append(pd.DataFrame({
            "region": ["north"] * (count - 2) + ["south"] * 2, "target": "fbic", "column": "extrapolated", "method": method,
            "patron": "RUS", "client": [f"C{i}" for i in range(count)], "origin": 2005, "horizon": 1, "year": 2006,
            "contract": contract, "treaty": False, "score": values, "pit": np.linspace(0.01, 0.9, count),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_a_board_says_what_its_rows_say():
    scores = {"model": [1, 2, 3, 1, 3], "decided": [2, 2, 4, 2, 2], "persistence": [4, 4, 4, 4, 4]}
    rows = rows_of(scores, [True, True, False, False, False])
    found = board.skills(rows, 2020).set_index(["region", "patron", "split", "to", "method", "baseline"])["skill"]
    assert found["all", "all", "all", 2020, "model", "decided"] == pytest.approx(1 - 10 / 12)
    assert found["all", "RUS", "all", 2018, "model", "persistence"] == pytest.approx(1 - 10 / 20)
    assert found["all", "all", "all", 2020, "decided", "persistence"] == pytest.approx(1 - 12 / 20)
    assert found["south", "all", "all", 2020, "model", "decided"] == pytest.approx(0)
    assert found["all", "all", "contract", 2020, "model", "decided"] == pytest.approx(1 - 3 / 4)
    assert found["all", "all", "no contract", 2020, "model", "decided"] == pytest.approx(1 - 7 / 8)
    assert found["all", "all", "neither", 2020, "model", "decided"] == pytest.approx(1 - 7 / 8)
    assert ("all", "all", "treaty", 2020, "model", "decided") not in found.index, "there is none"
    within = board.coverage(rows).set_index(["region", "horizon"])
    assert within.loc[("all", 0), "within90"] == pytest.approx(4 / 5)
    assert within.loc[("south", 1), "forecasts"] == 2
    holes = rows.assign(score=rows["score"].where(rows["client"] != "C0"))
    assert board.skills(holes, 2020)["forecasts"].max() == 4, "what did not come out is not scored"


# --- the work ---------------------------------------------------------------------------------------------------------


def plan(folder: Path, names=("AAA",), **more) -> world.WorldPlan:
    settings = {"origins": (ORIGIN,), "last": 2006, "horizons": (1, 2), "first": 1999, "runs": 2} | more
    return world.WorldPlan(str(folder), names, **settings)


def test_nothing_later_than_the_origin_reaches_a_region(two, tmp_path):
    made = []
    for name, after in (("one", 3000), ("other", ORIGIN)):
        p = plan(invented(tmp_path / name, after=after))
        world.compute(p, tmp_path / f"work-{name}", Serial(), lambda *_: None)
        made.append(world.gathered(p, tmp_path / f"work-{name}", "forecasts"))
    mine = [m[m["column"] == "extrapolated"].reset_index(drop=True) for m in made]
    assert not mine[0]["observed"].equals(mine[1]["observed"]), "the worlds do differ"
    told = ["target", "method", "patron", "client", "horizon", "mean", "contract", "treaty"]
    pd.testing.assert_frame_equal(mine[0][told], mine[1][told], check_exact=True)
    assert set(mine[0]["target"]) == {"fbic", *PARTS}
    assert {"model", "decided", "persistence"} <= set(mine[0]["method"])
    tables = (read_tables(tmp_path / name) for name in ("one", "other"))
    scenarios = [world.scenario_of("AAA", t, BaseList.empty(), ORIGIN, 2006).resolved() for t in tables]
    assert scenarios[0] == scenarios[1]


def command(*words):
    return CliRunner().invoke(app, ["hindcast", *map(str, words)])


def words_of(folder, out, regions="world"):
    spans = ("--from", 2004, "--to", 2006, "--origins", ORIGIN, "--training", 1999, "--horizons", "1,2", "--runs", 2, "--workers", 1)
    return "--regions", regions, "--data", folder, *spans, *(("--out", out) if out else ())


@pytest.mark.statistical
def test_the_command_goes_on_where_it_was_killed_with_the_same_bytes(two, tmp_path, monkeypatch):
    folder, out = invented(tmp_path / "data"), tmp_path / "out"
    right, done = world.simulate, []

    def killed(task, place):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(task.origin)
        right(task, place)

    with monkeypatch.context() as patch:
        patch.setattr(world, "simulate", killed)
        stopped = command(*words_of(folder, out))
    assert stopped.exit_code == 130, stopped.output
    assert not out.exists()
    monkeypatch.setattr(world, "simulate", lambda task, place: done.append(task.origin) or right(task, place))
    went_on = command(*words_of(folder, out))
    assert went_on.exit_code == 0, went_on.output
    assert "Going on with what is there already" in went_on.output
    assert "increment by region" in went_on.output
    assert len(done) == 6, "three origins of two regions, none of them twice"
    assert {p.name for p in tmp_path.iterdir()} == {"data", "out"}
    names = {"coverage.csv", "figures", "forecasts.csv", "links.csv", "manifest.json", "regions.csv", "skills.csv", "summary.txt"}
    assert {p.name for p in out.iterdir()} == names
    assert {p.name for p in (out / "figures").iterdir()} == {"regions.png", "regions.svg"}
    assert command(*words_of(folder, tmp_path / "fresh")).exit_code == 0
    for name in names - {"figures", "manifest.json"}:
        assert (out / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes(), name
    assert "exists already" in command(*words_of(folder, out)).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--regions", "atlantis"), "there is no 'atlantis'"),
        (("--regions", ","), "write world, or names with commas"),
        (("central-asia", "--regions", "world"), "Name a scenario, or --regions world; not both"),
        ((), "Name a scenario, or --regions world; not both"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(tmp_path, words, said):
    refused = command(*words, "--data", tmp_path, "--from", 2004, "--to", 2006)
    assert refused.exit_code == 2
    assert said in refused.output


def test_absent_states_and_a_missing_folder_are_named(two, tmp_path):
    folder = invented(tmp_path / "data")
    assert "name it with --out DIR" in command(*words_of(folder, None)).output
    states = pd.read_csv(folder / "country_year.csv")
    states[states["iso3"] != "BBB"].to_csv(folder / "country_year.csv", index=False)
    assert "country_year has no rows for BBB" in command(*words_of(folder, tmp_path / "out")).output
