"""Hindcasts on invented tables: nothing later than an origin reaches it, and the command does what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from patronage import load_scenario
from patronage.cli import hindcasts
from patronage.cli.app import app
from patronage.data.bases import read_bases
from patronage.data.builder import build_region
from patronage.data.region import Region
from patronage.data.region_states import BaseAtStart
from patronage.data.tables import DataError, read_tables
from patronage.driving import prepare
from patronage.hindcast import hindcast as engine
from patronage.hindcast import smoothing
from patronage.hindcast.baselines import BASELINES
from patronage.hindcast.drifts import drift
from patronage.hindcast.forecasting import forecast
from patronage.hindcast.hindcast import HindcastPlan, decided, ensemble, hindcast
from patronage.hindcast.origin import Origins, bloc_at
from patronage.hindcast.past import Past
from patronage.hindcast.summaries import dyads_of
from patronage.hindcast.targets import PARTS, SMOOTHED

CLIENTS, PATRONS = ("AAA", "BBB"), ("PPP", "QQQ")
YEARS = range(1994, 2011)
ORIGIN = 2004


def invented(folder: Path, after: int = 3000) -> Path:
    """Tables of two clients and two patrons; whatever is later than `after` is another world."""
    folder.mkdir(exist_ok=True)
    states, dyads = [], []
    for year in YEARS:
        part = 1.7 if year > after else 1.0
        for i, code in enumerate((*CLIENTS, *PATRONS)):
            size = 2e9 * (i + 1) * 1.05 ** (year - 1994) * (100 if code in PATRONS else 1)
            states.append({
                "iso3": code, "country": code, "year": year, "gdp_usd": size * part, "population": 1e6 * (i + 1) * part,
                "libdem": min(1, 0.1 * (i + 1) * part), "ideal_point": (i - 1.5 + 0.01 * (year % 4)) * part,
                "conflict_deaths": 30.0 * i * part, "external_debt_usd": 0.3 * size * part, "remittances_gdp": 3.0 * part,
                "arms_imports_tiv": 9.0 * part, "irregular_exit": float(year % 6 == i) * part,
            })  # fmt: skip
        for i, patron in enumerate(PATRONS):
            for j, client in enumerate(CLIENTS):
                wave = np.sin(year / 3 + i + 2 * j)
                dyads.append({
                    "patron": patron, "client": client, "year": year, "trade_share_gdp": (0.1 + 0.05 * i) * part,
                    "arms_tiv": (4.0 + wave) * (1 - 0.5 * i) * part, "aid_usd2022": 2e7 * (j + 1) * part,
                    "atop_defense": float(i == 0),
                    "shared_igos": 30.0 * part, "migrants_in_patron": 1000.0 * (i + 1) * part, "mindist_km": 500.0 * (1 + 3 * i),
                    "troops": (900.0 if (i, j) == (1, 0) and year < 2006 else 3.0) * part,
                    "fbic_influence": (0.2 + 0.02 * (year - 1994) * (1 - i) + 0.03 * wave + 0.1 * j) * part / 2,
                    "fbic_econ_bandwidth": (0.6 + 0.02 * (year - 1994) * (1 - i)) * part, "fbic_pol_bandwidth": 0.16 * part,
                    "fbic_sec_bandwidth": (0.4 + 0.1 * wave) * part, "fbic_econ_dependence": (0.5 + 0.05 * wave) * part,
                    "fbic_sec_dependence": (0.3 + 0.2 * j) * part,
                    "ideal_point_distance": 1.0, "military_aid_usd": 3e6 * (1 + j + 0.3 * wave) * i * part,
                })  # fmt: skip
    pd.DataFrame(states).to_csv(folder / "country_year.csv", index=False)
    pd.DataFrame(dyads).to_csv(folder / "dyad_year.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return invented(tmp_path_factory.mktemp("hindcast") / "data")


@pytest.fixture(scope="module")
def file(data) -> Path:
    """A scenario built from the tables, with a bloc, and events that found it and move a mission."""
    path = data.parent / "region.yaml"
    text = build_region(Region(read_tables(data).until(2001), CLIENTS, PATRONS, 2001), 2010).text
    path.write_text(text + BLOC, encoding="utf-8")
    return path


BLOC = """
blocs:
  UNI: {name: The Union, kind: security, leader: PPP, members: [PPP], candidates: [AAA, BBB], open: no,
    treaty: 0.1, pact: 0.395, source: stated}
events:
  founded: {at: 2003Q1, set: {blocs.UNI.open: 1}, join: {bloc: UNI, state: AAA}, source: stated}
  leaves: {at: 2006Q1, set: {patrons.QQQ.mission: 0, region.instability: 0.9}, source: stated}
  coup: {at: 2008Q2, overthrow: {state: BBB}, source: stated}
  demanded: {at: 2007Q1, close_base: {holder: QQQ, host: AAA}, source: stated}
"""


def plan(folder: Path, file: Path, **changes) -> HindcastPlan:
    tables = read_tables(folder)
    settings = {"origins": (ORIGIN, 2006), "horizons": (1, 3), "first": 1999, "runs": 3, "seed": 1} | changes
    return HindcastPlan(load_scenario(file), tables, read_bases(folder, tables.names), last=2009, **settings)


@pytest.fixture(scope="module")
def done(data, file):
    p = plan(data, file)
    ensembles = {(o, c): ensemble(p, o, c) for o in p.begun for c in engine.COLUMNS}
    return p, ensembles, hindcast(p, ensembles)


# --- what is known at an origin -------------------------------------------------------------------------------------


def test_the_scenario_at_an_origin_is_made_of_what_was_known(data, file):
    p = plan(data, file)
    at = p.source.at(ORIGIN)
    assert at.start == 4 * (ORIGIN + 1)
    assert at.figure("states.AAA.gdp").value == pytest.approx(2000 * 1.05 ** (ORIGIN - 1994), rel=1e-5)
    assert at.events == ()
    assert at.bloc("UNI").members == ("AAA",)
    assert at.number("bloc_open", "UNI") == 1
    assert [(b.holder, b.host) for b in at.bases.values()] == [("QQQ", "AAA")]
    assert p.source.at(2001).number("bloc_open", "UNI") == 0
    assert bloc_at(p.scenario, "UNI", dict(p.scenario.plain["blocs"]["UNI"]), 2001)["members"] == ["PPP"]


def test_what_happened_afterwards_holds_data_and_declarations_only(data, file):
    p = plan(data, file)
    at = p.source.at(ORIGIN)
    events = {e.name: e for e in p.source.afterwards(ORIGIN, at)}
    assert set(events) == {*(f"paths_{y}" for y in range(2005, 2010)), "leaves", "coup", "demanded"}
    assert {c.field for c in events["leaves"].changes} == {"mission"}, "an assumption about violence is no declaration"
    (growth,) = (c.value for c in events["paths_2005"].changes if c.field == "growth" and c.codes == ("AAA",))
    assert 400 * growth == pytest.approx(100 * np.log(1.05), rel=1e-4)


def test_extrapolated_trends_fade(data, file):
    p = plan(data, file)
    at = p.source.at(ORIGIN)
    events = p.source.extrapolated(ORIGIN, at)(at)
    growth = [next(400 * c.value for c in e.changes if c.path == "states.AAA.growth") for e in events]
    start = at.figure("states.AAA.growth").value
    assert growth[0] == pytest.approx(start)
    assert abs(growth[-1] - 4) < abs(growth[0] - 4)
    assert not any(c.field == "mission" for e in events for c in e.changes)


def test_bases_that_no_list_covers_are_those_of_the_scenario(data, file):
    p = plan(data, file)
    tables = read_tables(data)
    tables = replace(tables, dyad=tables.dyad.drop(columns="troops"))
    source = Origins(p.scenario, tables, p.bases, 2009)
    stated = p.scenario.bases["qqq_in_aaa"].source
    assert source.bases_at(ORIGIN) == (BaseAtStart("QQQ", "AAA", 0.0, stated, 4 * 2005 + 3),)
    assert source.bases_at(2005) == (), "its term ends with the year"
    assert p.source.at(ORIGIN).bases["qqq_in_aaa"].term_left == 4 * 5, "of the list, whose terms are unknown"
    assert source.at(ORIGIN).bases["qqq_in_aaa"].term_left == 4


def test_an_origin_starts_at_the_published_parts(data, file):
    at = plan(data, file).source.at(ORIGIN)
    row = read_tables(data).dyad.loc[("PPP", "BBB", ORIGIN)]
    published = [row[column] for column in PARTS.values()]
    world = prepare(at, np.array([0]), 1).world
    i, j = at.patrons.index("PPP"), at.clients.index("BBB")
    assert world.fbic[0, i, j] == pytest.approx(0.1333 * sum(published[:3]) * sum(published[3:]), rel=1e-4)


def test_rules_keep_a_calibration_on_earlier_data_and_nothing_else(data, file):
    said = "{value: 0.88, range: [0.86, 0.9], source: calibrated on data to 2003 (9 simulations)}"
    tuned = load_scenario(file, {"rules.threat.persistence": said, "rules.threat.gain": "1.7"})
    p = replace(plan(data, file), scenario=tuned)
    p.check()
    at = p.source.at(ORIGIN)
    assert (at.figure("rules.threat.persistence").value, at.figure("rules.threat.persistence").range) == (
        0.88,
        (0.86, 0.9),
    )
    assert at.figure("rules.threat.gain").value == 1.6, "a value that nobody dates may be tuned on later facts"
    with pytest.raises(DataError, match="calibrated on data to 2003, after the first origin 2002: begin with 2003"):
        replace(p, origins=(2002,), first=1996).check()


# --- leakage ----------------------------------------------------------------------------------------------------------


def leaks(one: HindcastPlan, other: HindcastPlan, horizons=(1, 3)) -> list[str]:
    """What differs at the origin between two worlds that are the same up to it."""
    found = []
    if one.source.at(ORIGIN).resolved() != other.source.at(ORIGIN).resolved():
        found.append("scenario")
    origins = (2000, 2002, ORIGIN)
    made = [{o: ensemble(p, o, "extrapolated") for o in origins} for p in (one, other)]
    for o in origins:
        same = all((made[0][o][t][k] == made[1][o][t][k]).all() for t in made[0][o] for k in made[0][o][t])
        found += [] if same else [f"ensemble {o}"]
    # in the other column the past of the training window is what it was as well
    for o in origins[:-1]:
        a, b = (ensemble(p, o, "happened")["fbic"]["median"][:, : ORIGIN - o] for p in (one, other))
        found += [] if (a == b).all() else [f"training {o}"]
    told = []
    for p, e in zip((one, other), made, strict=True):
        known = {"extrapolated": e}, ORIGIN, horizons, 1999, dyads_of(p.observed), drift(p.worldwide, 1999, ORIGIN)
        told.append(list(forecast(p.observed, *known)))
    for (frame, links), (frame2, links2) in zip(*told, strict=True):
        target = frame["target"].iloc[0]
        found += [] if repr(links) == repr(links2) else [f"link {target}"]
        found += [] if frame.equals(frame2) else [f"forecast {target}"]
    return found


@pytest.fixture(scope="module")
def later(tmp_path_factory) -> Path:
    return invented(tmp_path_factory.mktemp("later") / "data", after=ORIGIN)


def test_nothing_later_than_the_origin_reaches_a_forecast(data, later, file):
    one, other = plan(data, file), plan(later, file)
    assert not one.observed.equals(other.observed), "the worlds do differ"
    assert leaks(one, other) == []


def test_a_smoothing_undone_with_the_year_after_is_found(data, later, file, monkeypatch):
    worlds = plan(data, file).observed, plan(later, file).observed
    right, dyads = smoothing.parts_of, dyads_of(worlds[0])["fbic"]

    def gains(origin=ORIGIN):
        return [Past.of(w, "fbic", "share", 1999, origin, dyads).gain for w in worlds]

    assert (gains()[0] == gains()[1]).all()
    assert not (gains(ORIGIN + 1)[0] == gains(ORIGIN + 1)[1]).all()
    peeped = []
    for w in worlds:
        with monkeypatch.context() as patch:
            patch.setattr(smoothing, "parts_of", lambda k, y, d, w=w: right(w.assign(year=w["year"] - 1), y, d))
            peeped.append(Past.of(w, "fbic", "share", 1999, ORIGIN, dyads).gain)
    assert not (peeped[0] == peeped[1]).all(), "two worlds that are one up to the origin"


@pytest.mark.statistical
def test_planted_leaks_are_found(data, later, file, tmp_path, monkeypatch):
    earlier = invented(tmp_path / "earlier", after=ORIGIN - 1)
    assert "scenario" in leaks(plan(data, file), plan(earlier, file)), "a change of the known past is seen"
    with monkeypatch.context() as patch:
        right = Origins._region
        patch.setattr(Origins, "_region", lambda self, origin: right(self, min(origin + 1, 2008)))
        assert leaks(plan(data, file), plan(later, file))[:1] == ["scenario"]
    with monkeypatch.context() as patch:
        whole = Past.of.__func__
        patch.setattr(Past, "of", classmethod(lambda c, k, t, s, f, o, d: whole(c, k, t, s, f, o + 1, d)))
        found = leaks(plan(data, file), plan(later, file))
        assert "forecast fbic" in found
        assert "scenario" not in found


# --- forecasts and scores ---------------------------------------------------------------------------------------------


def test_every_target_is_forecast_by_every_method_and_scored(done):
    p, _, found = done
    f = found.forecasts
    assert set(f["target"]) == {
        *SMOOTHED,
        "fbic_share",
        "ideal_point",
        "arms_share",
        "military_aid",
        "base",
        "irregular_exit",
    }
    assert set(f[f["target"] == "fbic"]["method"]) == {"model", *BASELINES}
    assert set(f[f["target"] == "arms_share"]["method"]) == {"model", "persistence", "trend", "mean", "ar1"}
    assert set(f[f["target"] == "security_bandwidth"]["method"]) == {"model", "persistence", "trend", "mean", "ar1", "decided"}
    assert set(f["column"]) == {"extrapolated", "happened"}
    assert f[f["target"] == "fbic"]["score"].notna().all()
    naive = f[f["method"] == "persistence"].drop(columns="column")
    assert (naive.groupby(["target", "patron", "client", "origin", "horizon"])["mean"].agg(np.ptp) == 0).all(), (
        "one in both columns"
    )
    row = f[(f["target"] == "fbic") & (f["method"] == "persistence") & (f["origin"] == ORIGIN)].iloc[0]
    now = p.observed.query(
        f"target == 'fbic' and patron == '{row.patron}' and client == '{row.client}' and year == {ORIGIN}"
    )
    assert row["median"] == pytest.approx(now["value"].item())
    assert (f["year"] <= 2009).all()
    assert len(found.links) == 2 * 2 * 12


def test_outcomes_of_dated_events_are_listed_and_not_scored(done):
    p, _, found = done
    assert [tuple(r)[:4] for r in decided(p).itertuples(index=False)] == [
        ("base", "QQQ", "AAA", 2007),
        ("irregular_exit", "", "BBB", 2008),
    ]
    f = found.forecasts
    base = f[(f["target"] == "base") & (f["patron"] == "QQQ") & (f["client"] == "AAA")]
    assert base[base["year"] >= 2007]["score"].isna().all()
    assert base[base["year"] < 2007]["score"].notna().all()
    assert f[(f["target"] == "base") & (f["client"] == "BBB")]["score"].notna().all()


def test_a_dyad_that_is_measured_later_is_drawn_from_then_on(done):
    from patronage.figures.hindcast import forecasts as drawn

    p, _, found = done
    rows = found.forecasts.query("target == 'fbic' and method == 'model'")
    late = (rows["patron"] == "QQQ") & (rows["client"] == "BBB") & (rows["origin"] == ORIGIN)
    figure = drawn(rows[~late], p.observed.query("target == 'fbic'"))
    assert [ax.get_title() for ax in figure.axes][-1] == "QQQ in BBB, from 2006"


def test_influence_that_is_known_too_late_or_not_at_all_is_said(done):
    p, ensembles, _ = done
    seen = p.observed
    for years, said in (
        (seen["year"] >= 2004, "too few years of the training window"),
        (seen["year"] <= 2004, "in no year that would be"),
    ):
        q = replace(p, origins=(ORIGIN,))
        q.__dict__["observed"] = seen[years | (seen["target"] != "fbic")]
        with pytest.raises(DataError, match=said):
            hindcast(q, ensembles)


def test_equal_plans_give_equal_tables(done, data, file):
    p, ensembles, found = done
    again = ensemble(plan(data, file), ORIGIN, "extrapolated")
    assert all((again[t][k] == ensembles[ORIGIN, "extrapolated"][t][k]).all() for t in again for k in again[t])
    mine = {"extrapolated": {o: t for (o, c), t in ensembles.items() if c == "extrapolated" and o <= ORIGIN}}
    world = drift(p.worldwide, p.first, ORIGIN)
    for frame, _ in forecast(p.observed, mine, ORIGIN, p.horizons, p.first, {"fbic": dyads_of(p.observed)["fbic"]}, world):
        before = found.forecasts.query("target == 'fbic' and column == 'extrapolated' and origin == @ORIGIN")
        keys = ["method", "patron", "client", "horizon"]
        a, b = (x.sort_values(keys)["centre"].to_numpy() for x in (frame, before))
        assert (a == b).all()


# --- the command ------------------------------------------------------------------------------------------------------


def command(*words):
    return CliRunner().invoke(app, ["hindcast", *map(str, words)])


def words_of(folder, file, **more):
    settings = {"data": folder, "from": 2006, "to": 2008, "training": 2000, "horizons": 1, "runs": 2} | more
    return (file, *(w for k, v in settings.items() for w in (f"--{k}", v)))


@pytest.mark.statistical
def test_the_command_goes_on_where_it_stopped_and_writes_a_folder(data, file, tmp_path, monkeypatch):
    out = tmp_path / "out"
    made = []

    def slow(p, origin, column, progress=None):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append((origin, column))
        return ensemble(p, origin, column, progress)

    monkeypatch.setattr(engine, "ensemble", slow)
    stopped = command(*words_of(data, file, out=out))
    assert stopped.exit_code == 130
    assert "3 of 16 ensembles are kept" in stopped.output
    assert not out.exists()
    made.clear()
    monkeypatch.setattr(
        engine, "ensemble", lambda p, o, c, progress=None: made.append((o, c)) or ensemble(p, o, c, progress)
    )
    went_on = command(*words_of(data, file, out=out))
    assert went_on.exit_code == 0, went_on.output
    assert len(made) == 13
    assert "Going on: 3 of 16" in went_on.output
    assert "CRPS skill, paths as they happened" in went_on.output
    assert {p.name for p in tmp_path.iterdir()} == {"out"}
    names = {p.name for p in out.iterdir()}
    assert names == {
        "coverage.csv", "figures", "forecasts.csv", "links.csv", "manifest.json", "observed.csv", "report.html", "skills.csv",
        "summary.txt", "unscored.csv",
    }  # fmt: skip
    assert {p.name for p in (out / "figures").glob("*.png")} == {"forecasts.png", "skill.png", "calibration.png"}
    facts = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert facts["kind"] == "hindcast"
    assert set(facts["data"]) == {"country_year.csv", "dyad_year.csv"}
    again = command(*words_of(data, file, out=out))
    assert again.exit_code == 2
    assert "exists already" in again.output
    fresh = command(*words_of(data, file, out=tmp_path / "fresh"))
    assert fresh.exit_code == 0
    for name in ("forecasts.csv", "skills.csv", "links.csv", "summary.txt"):
        assert (out / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes(), (
            f"{name}: resumed and whole are the same"
        )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"data": "nowhere"}, r"nowhere/country_year.csv or .csv.gz: a row for each iso3 and year"),
        ({"to": 2030}, "--to 2030: the tables end in 2010"),
        ({"from": 2008}, "the first origin must come before"),
        ({"origins": "2003,2007"}, "write years from 2006 to 2007"),
        ({"horizons": "far"}, "--horizons far: write years from 1 to 40"),
        ({"horizons": "0,5"}, "write years from 1 to 40"),
        ({"training": 2003}, "--training 2003: less than 5 years before the first origin 2006: name 2001 or an earlier year"),
        ({"from": 1999}, "the scenario starts in 2001: what it states was not known in 1999. Begin with 2000"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(data, file, more, said):
    refused = command(*words_of(data, file, **more))
    assert refused.exit_code == 2
    assert said in refused.output


def test_missing_columns_and_states_are_named(data, file, tmp_path):
    folder = invented(tmp_path / "less")
    frame = pd.read_csv(folder / "dyad_year.csv").drop(columns="fbic_influence")
    frame.to_csv(folder / "dyad_year.csv", index=False)
    assert "no column 'fbic_influence' with values of PPP, QQQ over AAA, BBB" in command(*words_of(folder, file)).output
    states = pd.read_csv(folder / "country_year.csv")
    states[states["iso3"] != "BBB"].to_csv(folder / "country_year.csv", index=False)
    assert "country_year has no rows for BBB" in command(*words_of(folder, file)).output


def test_years_are_told_as_spans():
    from patronage.hindcast.text import spans

    assert spans((2005, 2006, 2007, 2010, 2012, 2013)) == "2005-2007, 2010, 2012-2013"
    assert hindcasts.numbers("3, 1") == (1, 3)
    assert hindcasts.numbers("3, far") == ()
