"""Searches over theories × futures: every combination of theories meets every draw, whatever is chosen."""

from __future__ import annotations

import pandas as pd
import pytest

from patronage import load_scenario, simulate
from patronage.batch.executors import Serial
from patronage.reports.search import search_text
from patronage.scenario import ScenarioError
from patronage.searches import load_search, search
from patronage.searches.evaluating import simulate_packages

FILE = """\
title: Under every theory
scenario: two-patrons
levers:
  need: {path: patrons.USA.need, range: [100, 300], step: 100}
theories:
  interference: {path: patrons.RUS.interference, values: [revenge, retain]}
  support:
    choices:
      plain: {states.KGZ.support: plain, patrons.RUS.coup_proofing: 0}
      repression: {states.KGZ.support: repression, patrons.RUS.coup_proofing: 1}
uncertainties:
  denial: {path: rules.bargaining.denial}
futures: 2
replications: 3
outcomes: {open: {measure: "base(USA, KGZ)", reduce: mean}}
objectives: {worst: {maximise: open, over: worst_tenth}}
search: {population: 4, generations: 2}
confirm: 16
"""
DRAWN = """\
uncertainties:
  denial: {path: rules.bargaining.denial}
futures: 2
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder, text=FILE):
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    return load_search("s.yaml")


def test_every_combination_meets_every_draw(folder):
    futures = read(folder).futures
    combinations = [("revenge", "plain"), ("revenge", "repression"), ("retain", "plain"), ("retain", "repression")]
    assert list(futures[["interference", "support"]].itertuples(index=False, name=None)) == combinations * 2
    assert futures["denial"].nunique() == 2
    assert (futures["denial"].iloc[:4] == futures["denial"].iloc[0]).all()
    alone = read(folder, FILE.replace(DRAWN, "")).futures
    assert list(alone.itertuples(index=False, name=None)) == combinations
    drawn = read(folder, FILE[: FILE.index("theories:")] + FILE[FILE.index("uncertainties:") :]).futures
    assert drawn["denial"].tolist() == futures["denial"].iloc[::4].tolist(), "theories change no draw"


def test_a_package_is_simulated_under_each(folder):
    asked = read(folder)
    packages = pd.DataFrame({"need": [100.0, 300.0]})
    found = simulate_packages(asked, packages, Serial(), runs=3).runs["open"]
    assert found.shape == (2, 8, 3)
    row = asked.futures.loc[7]
    settings = {
        "patrons.USA.need": 300.0, "patrons.RUS.interference": row["interference"], "states.KGZ.support": "repression",
        "patrons.RUS.coup_proofing": 1, "rules.bargaining.denial": float(row["denial"]),
        "outcomes.open": '{measure: "base(USA, KGZ)", reduce: mean}',
    }  # fmt: skip
    alone = simulate(load_scenario("two-patrons", settings), runs=3, seed=1, first=3 * 7).outcomes["open"].to_numpy()
    assert (found[1, 7] == alone).all()


def test_a_search_over_them_says_so(folder):
    found = search(read(folder), folder / "out")
    assert "8 futures of 2 theories and 1 uncertainty" in " ".join(search_text(found).split())


@pytest.mark.parametrize(
    ("right", "wrong", "wanted"),
    [
        ("[revenge, retain]", "[revenge, retains]", "6:68: unknown word 'retains'"),
        ("futures: 2", "futures: 900", "6:3: 4 combinations of theories in 900 futures each. At most 1,000 in all"),
        ("patrons.RUS.interference, values: [revenge, retain]", "patrons.RUS.need", "the theory interference is a range"),
        ("objectives: {worst:", "objectives: {support:", "support is a lever, theory or uncertainty already"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(folder, right, wrong, wanted):
    assert right in FILE
    with pytest.raises(ScenarioError) as error:
        read(folder, FILE.replace(right, wrong, 1))
    assert wanted in str(error.value)
