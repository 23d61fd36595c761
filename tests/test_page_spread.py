"""How runs are spread over a share or an outcome: counts are those of the runs themselves. Without a browser."""

from __future__ import annotations

import numpy as np
import pytest

from patronage import simulate
from patronage.browser import jobs
from patronage.browser.jobs import Bands
from patronage.browser.setup import Setup
from patronage.telling.charts.spread import PARTS, histogram, of_outcome, of_share, parts_of

RUNS = 30


@pytest.fixture(scope="module")
def bands():
    found = Bands(Setup("two-patrons").load(), 1, RUNS, lambda: None)
    found.start()
    found.wait()
    assert found.finished
    assert not found.failed
    return found


def test_counts_of_shares_are_those_of_the_runs(bands):
    scenario = Setup("two-patrons").load()
    share = simulate(scenario, RUNS, 1, record="full").data["share"].values  # [run, quarter, patron, client]
    edges = np.linspace(0, 1, PARTS + 1)
    for when in (1, len(bands.spread) - 1):
        for i in range(len(scenario.patrons)):
            expected, _ = np.histogram(share[:, when - 1, i, 0], edges)
            assert (bands.spread[when, :, i, 0] == expected).all()
    assert (bands.spread.sum(axis=1) == RUNS).all()
    assert (bands.spread[-1, :, 0, 0] > 0).sum() > 1, "all runs are in one part: the case shows nothing"


def test_a_share_on_an_edge_belongs_above_it_and_the_whole_to_the_last_part():
    counts = parts_of(np.array([0.0, 0.05, 0.0499, 1.0]).reshape(4, 1, 1))[:, 0, 0]
    assert counts[[0, 1, PARTS - 1]].tolist() == [2, 1, 1]


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(jobs, "MOST_COUNTS", 100)
    assert len(Bands(Setup("two-patrons").load(), 1, 2, lambda: None).spread) == 0


def test_words_rows_and_bars_say_the_same():
    counts = np.zeros(PARTS, int)
    counts[[4, 6]] = 7, 3
    spread = of_share("a share", counts, 0.31)
    assert spread.words() == "Most often 20–25 %: 7 of 10 runs; this run is among the 3 at 30–35 %."
    assert spread.rows() == [("20–25", "7", "70.0 %"), ("25–30", "0", "0.0 %"), ("30–35 (this run)", "3", "30.0 %")]
    bars = histogram(spread)["series"][0]["data"]
    assert [b["value"] for b in bars] == list(spread.counts)
    assert [b["itemStyle"]["borderWidth"] for b in bars].index(2) == 6


def test_an_outcome_leaves_out_what_is_no_number():
    values = np.array([0.0, 1.0, 1.0, np.nan])
    yes = of_outcome("it stands", "", values, float("nan"), truth=True)
    assert (yes.names, yes.counts, yes.here) == (("no", "yes"), (1, 2), -1)
    spread = of_outcome("money", "MUSD", np.append(np.arange(10.0), np.nan), 12.0, truth=False)
    assert spread.runs == 10
    assert spread.here == len(spread.counts) - 1, "the run on the page is on the scale, also outside all others"
    assert of_outcome("nothing", "", np.array([np.nan]), float("nan"), truth=False).words() == "No run has come to it."
