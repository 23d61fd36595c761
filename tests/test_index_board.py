"""Signs and ranks against published series: every statement held to plain loops over an invented record and invented tables."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from typer.testing import CliRunner

from patronage import load_scenario, simulate
from patronage.cli.app import app
from patronage.data.tables import Tables, read_tables
from patronage.patterns import index_board as boards
from patronage.scenario import parse_quarter

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PATRONS, CLIENTS, RUNS = ("CHN", "RUS", "USA"), ("KAZ", "KGZ", "UZB"), 7
YEARS = range(2008, 2016)
SCENARIO = SimpleNamespace(patrons=PATRONS, clients=CLIENTS, start=parse_quarter("2008Q1"), end=parse_quarter("2015Q4"))


def world(seed=3):
    """A record and tables of noise: of the United States nothing is published, of Kazakhstan's votes nothing before 2010."""
    rng = np.random.default_rng(seed)
    quarters = [f"{y}Q{q}" for y in YEARS for q in range(1, 5)]
    data = xr.Dataset(
        {
            "fbic_index": (("run", "quarter", "patron", "client"), rng.uniform(0, 1, (RUNS, len(quarters), 3, 3))),
            "position": (("run", "quarter", "client", "axis"), rng.normal(0, 1, (RUNS, len(quarters), 3, 2))),
        },
        coords={
            "run": range(RUNS), "quarter": quarters, "patron": list(PATRONS), "client": list(CLIENTS), "axis": ["unga", "security"],
        },
    )  # fmt: skip
    published = [(p, c, y, rng.uniform()) for p in PATRONS[:2] for c in CLIENTS for y in YEARS]
    dyads = pd.DataFrame(published, columns=["patron", "client", "year", "fbic_influence"]).set_index(["patron", "client", "year"])
    votes = [(c, y, rng.normal()) for c in CLIENTS for y in YEARS if c != "KAZ" or y >= 2010]
    states = pd.DataFrame(votes, columns=["iso3", "year", "ideal_point"]).set_index(["iso3", "year"])
    tables = Tables(states.sort_index(), dyads.sort_index(), 2015)
    return SimpleNamespace(data=data), tables


def by_hand(result, tables):
    """(board, kind, year) -> [(same, [run] held)], by loops."""
    data, out = result.data, {}

    def ours(key, year, run):
        if len(key) == 2:
            return float(data["fbic_index"].sel(run=run, quarter=f"{year}Q4", patron=key[0], client=key[1]))
        return float(data["position"].sel(run=run, quarter=f"{year}Q4", client=key[0], axis="unga"))

    def theirs(key, year):
        return float((tables.dyad["fbic_influence"] if len(key) == 2 else tables.country["ideal_point"]).loc[(*key, year)])

    def add(board, kind, year, real, was, found):
        same = 0.5 if was is None else float((real > 0) == (was > 0))
        out.setdefault((board, kind, year), []).append((same, [(x > 0) == (real > 0) for x in found]))

    for board, keys in (("influence", [(p, c) for p in ("CHN", "RUS") for c in CLIENTS]), ("alignment", [("KGZ",), ("UZB",)])):
        for y in (2012, 2015):
            for k in keys:
                moved = [ours(k, y, r) - ours(k, 2008, r) for r in range(RUNS)]
                add(board, "sign of change", y, theirs(k, y) - theirs(k, 2008), None, moved)
            for a, b in combinations(keys, 2):
                gaps = [ours(a, y, r) - ours(b, y, r) for r in range(RUNS)]
                if a[:-1] == b[:-1]:
                    add(board, "order of neighbours", y, theirs(a, y) - theirs(b, y), theirs(a, 2008) - theirs(b, 2008), gaps)
                    before = [ours(a, 2008, r) - ours(b, 2008, r) for r in range(RUNS)]
                    real = theirs(a, y) - theirs(a, 2008) - theirs(b, y) + theirs(b, 2008)
                    add(board, "order of changes", y, real, None, [g - x for g, x in zip(gaps, before, strict=True)])
                elif a[-1] == b[-1]:
                    add(board, "who leads", y, theirs(a, y) - theirs(b, y), theirs(a, 2008) - theirs(b, 2008), gaps)
    return out


def said(board):
    out = {}
    for s in board.statements:
        out.setdefault((s.board, s.kind, s.year), []).append((s.same, s.held.tolist()))
    return out


def test_statements_are_those_of_plain_loops():
    result, tables = world()
    found = boards.index_board(result, SCENARIO, tables)
    assert (found.origin, found.years, found.runs) == (2008, (2012, 2015), RUNS)
    assert said(found) == by_hand(result, tables)
    rows = found.slices.set_index(["board", "kind"])
    right = by_hand(result, tables).items()
    chances = np.mean([held for (b, _, _), several in right if b == "alignment" for _, held in several], axis=1)
    assert rows.loc[("alignment", "all"), "brier"] == pytest.approx(np.mean((1 - chances) ** 2))
    assert rows.loc[("alignment", "all"), "right"] == pytest.approx(chances.sum())


@pytest.mark.parametrize("fault", ["start", "persistence", "client"])
def test_faults_are_seen(monkeypatch, fault):
    result, tables = world()
    right = by_hand(result, tables)
    ours, theirs = boards.Compared.ours, boards.Compared.theirs
    if fault == "start":  # changes since the year after
        monkeypatch.setattr(boards.Compared, "ours", lambda self, k, y: ours(self, k, max(y, 2009)))
    elif fault == "persistence":
        monkeypatch.setattr(boards, "COIN", 0.4)
    else:
        monkeypatch.setattr(boards.Compared, "theirs", lambda self, k, y: theirs(self, (*k[:-1], k[-1].replace("UZB", "KGZ")), y))
    assert said(boards.index_board(result, SCENARIO, tables)) != right


def test_a_record_that_is_the_published_index_is_right_throughout():
    result, tables = world()
    for (p, c, y), x in tables.dyad["fbic_influence"].items():
        result.data["fbic_index"].loc[{"quarter": f"{y}Q4", "patron": p, "client": c}] = x
    found = boards.index_board(result, SCENARIO, tables)
    mine = found.slices.query("board == 'influence'")
    assert (mine["brier"] == 0).all()
    assert (mine["right"] == mine["statements"]).all()
    ranks = found.ranks.query("board == 'influence'")
    assert np.allclose(ranks[["levels", "changes"]], 1)
    assert (ranks["signs"] == ranks["series"]).all()
    assert "none" in boards.text(found)
    json.dumps(boards.as_json(found), allow_nan=False)


def test_nothing_published_is_said():
    result, tables = world()
    empty = Tables(tables.country.iloc[:0], tables.dyad.iloc[:0], 2015)
    assert "not scored" in boards.text(boards.index_board(result, SCENARIO, empty))


def test_the_command_says_whether_it_had_tables(tmp_path):
    def verify(*words):
        return CliRunner().invoke(app, ["verify", *map(str, words)])

    without = verify("two-patrons", "--runs", 3)
    assert without.exit_code == 2  # no facts, no tables: nothing to score
    fact = "{base: {holder: RUS, host: KGZ}, at: 2012Q4, is: yes, was: no, seen: no, source: s}"
    (tmp_path / "f.yaml").write_text(f"title: t\nregion: r\nfacts:\n  a: {fact}\n", encoding="utf-8")
    told = verify("two-patrons", "--runs", 3, "--facts", tmp_path / "f.yaml")
    assert told.exit_code == 0, told.output
    assert "no tables of the published index are given" in " ".join(told.stdout.split())
    assert "is not in the layout" in verify("two-patrons", "--data", tmp_path / "none").output
    assert "--data belongs to a scenario" in verify("--data", tmp_path).output


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared tables are not here: the published index is not compared")
def test_central_asia_is_compared_with_what_is_published():
    scenario = load_scenario("us-withdrawal")
    found = boards.index_board(simulate(scenario, 20, 1), scenario, read_tables(DATA))
    assert found.years == (2012, 2020)
    assert found.slices.query("kind == 'all'").set_index("board")["statements"].to_dict() == {"influence": 110, "alignment": 50}
    assert set(found.ranks["patron"]) == {"all", "RUS", "CHN"}
