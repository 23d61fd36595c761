"""Summaries, reports and comparisons speak of concessions of every kind by name, with the numbers of the ledger."""

from __future__ import annotations

import numpy as np
import pytest

from patronage.reports.page import chains
from patronage.reports.summary import LEAST_HELD, answers, closing_causes, concession_lines, pair_concessions
from patronage.results.comparison import closures, compare
from patronage.results.contracts import Contract, contracts_held, standing
from patronage.results.ensemble import Statistics
from patronage.scenario import load_scenario
from patronage.simulation import simulate

RUNS = 12
GUARD = Contract("RUS", "MLI", "guard")
NAMES = ("sahel", "sahel-no-coups")


@pytest.fixture(scope="module")
def both() -> tuple[Statistics, Statistics]:
    first, second = (Statistics(simulate(load_scenario(name), RUNS, 1, record="full")) for name in NAMES)
    return first, second


def test_a_summary_names_guards_beside_bases(both):
    lines = concession_lines(both[0])
    share = standing(both[0], GUARD).mean(axis=0)
    most, last = round(100 * share.max()), round(100 * share[-1])
    quarter = both[0].coords["quarter"][int(share.argmax())]
    [guard] = [x for x in lines if x.startswith("The guard of Russia in Mali:")]
    assert most > last + 5, "or nothing is said of the most"
    assert f"0\u00a0% of runs in 2015Q1, {most}\u00a0% at most ({quarter}), {last}\u00a0% in 2027Q4." in guard
    assert any(x.startswith("Guard in N'Djamena (France in Chad): 100") for x in lines)
    assert len(lines) == len(contracts_held(both[0], LEAST_HELD))


def test_closures_of_one_kind_are_not_counted_with_another(both):
    found = closures(both[0]).set_index(["patron", "client", "concession"])
    rows = both[0].ledger
    rows = rows[(rows["kind"] == "closed") & (rows["patron"] == "RUS") & (rows["client"] == "MLI")]
    assert found.loc[[GUARD], "closures"].sum() == len(rows) > 0
    assert (rows["concession"] == "guard").all()
    assert "price too high" in closing_causes(both[0], GUARD)
    assert closing_causes(both[0], Contract("RUS", "MLI")) == "It closes in no run."
    assert closing_causes(both[0], Contract("FRA", "MLI")).startswith("Closures (share of runs): politics")


def test_an_answer_about_a_guard_says_how_it_closes(both):
    [text] = [x for x in answers(both[0]) if x.startswith("Russian guards stand in Mali")]
    assert "Closures up to 2027Q4 (share of runs)" in text


def test_a_comparison_has_guards_with_the_differences_of_their_runs(both):
    found = compare(*both)
    table = found.bases[(found.bases["concession"] == "guard") & (found.bases["client"] == "BFA") & (found.bases["patron"] == "RUS")]
    one, two = (standing(s, Contract("RUS", "BFA", "guard")).mean(axis=0) for s in both)
    assert table["quarter"].tolist() == both[0].coords["quarter"]
    assert table["first"].to_numpy() == pytest.approx(one)
    assert table["mean"].to_numpy() == pytest.approx(one - two)
    texts = pair_concessions(both[0], found, NAMES)
    telling = bool(table["tells"].any()) and np.abs(one - two).max() >= 0.01
    assert any(x.startswith("The guard of Russia in Burkina Faso: largest difference") for x in texts) == telling
    assert any("guard of Russia" in x for x in texts)
    assert any(x.startswith("Gao (France in Mali)") for x in texts)


def test_a_report_tells_the_story_of_a_guard(both):
    [text] = chains(both[0], [GUARD])
    assert text.startswith("The guard of Russia in Mali: 12 runs")
