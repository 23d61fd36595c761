"""Reports: differences with their intervals, causes by route, and what everything rests on."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fake_result import fake_result
from patronage.experiments.screening import REPLICATIONS, asked, codes_in, factors, one_at_a_time, screen
from patronage.looks import ROUTES
from patronage.reports import (
    NothingToExplainError,
    NotPairedError,
    compare,
    why_text,
)
from patronage.reports.provenance import provenance_of
from patronage.reports.summary import difference, headline_outcomes, pair_answers
from patronage.reports.why.contracts import typical_run
from patronage.reports.words import Subject, interval, listed, number, percent, signed, subject
from patronage.results.comparison import closures
from patronage.results.contracts import Contract, rows_about
from patronage.results.ensemble import Statistics, mean_interval, proportion_interval
from patronage.results.pairs import paired
from patronage.scenario import Scenario, load_scenario
from patronage.scenario.entities import is_assumed
from patronage.simulation import simulate
from patronage.world.codes import CAUSES

RUNS, SEED = 30, 2


@pytest.fixture(scope="module")
def withdrawal() -> Scenario:
    return load_scenario("two-patrons")


@pytest.fixture(scope="module")
def stay() -> Scenario:
    """The same without the withdrawal: its event comes after the period."""
    return load_scenario("two-patrons", {"events.withdrawal.at": "2013Q4"})


@pytest.fixture(scope="module")
def both(withdrawal: Scenario, stay: Scenario) -> tuple[Statistics, Statistics]:
    return tuple(Statistics(simulate(s, RUNS, SEED, record="full")) for s in (withdrawal, stay))  # type: ignore[return-value]


# --- paired statistics ------------------------------------------------------------------------------------------------


def test_paired_interval_is_the_paired_t_interval() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(1, 1, 40), rng.normal(0.5, 1, 40)
    found = paired(a[:, None], b[:, None])
    low, high = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert found.mean[0] == pytest.approx(a.mean() - b.mean())
    assert (found.low[0], found.high[0]) == pytest.approx((low, high))
    assert found.positive[0] + found.negative[0] == 1
    assert found.positive[0] == (a > b).mean()


def test_common_luck_narrows_the_interval() -> None:
    rng = np.random.default_rng(2)
    luck = rng.normal(0, 10, 60)
    a, b = luck + 1 + rng.normal(0, 0.1, 60), luck
    width = paired(a, b).high - paired(a, b).low
    unpaired = paired(a, rng.permutation(b)).high - paired(a, rng.permutation(b)).low
    assert width < unpaired / 20


@pytest.mark.parametrize(
    ("values", "tells"), [([1, 1, 1, 2], True), ([1, -1, 1, -1], False), ([0, 0, 0, 0], False), ([-3], False)]
)
def test_the_sample_tells_a_sign_only_off_zero(values: list[float], tells: bool) -> None:
    found = paired(np.array(values, float)[:, None], np.zeros((len(values), 1)))
    assert found.tells[0] == tells


def test_unequal_ensembles_are_refused() -> None:
    with pytest.raises(ValueError, match="equal shapes"):
        paired(np.zeros((3, 1)), np.zeros((4, 1)))


@given(st.integers(1, 60), st.data())
def test_shares_of_runs_lie_in_their_interval(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n))
    share, low, high = proportion_interval(count, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    assert high - low > 0


def test_a_single_run_has_no_interval() -> None:
    mean, low, high = mean_interval(np.array([[3.0]]))
    assert (mean[0], low[0], high[0]) == (3.0, -np.inf, np.inf)
    assert interval(-np.inf, np.inf) == "[unknown: one run]"


# --- comparison -------------------------------------------------------------------------------------------------------


def test_differences_have_the_sign_of_the_mechanism_either_way(both: tuple[Statistics, Statistics]) -> None:
    there, back = compare(*both), compare(*both[::-1])
    one, two = (c.outcomes.set_index("outcome") for c in (there, back))
    assert one.loc["manas_open", "mean"] < -0.3
    assert one.loc["manas_open", "tells"]
    np.testing.assert_allclose(one["mean"], -two["mean"], atol=1e-12)
    np.testing.assert_allclose(one["low"], -two["high"], atol=1e-12)
    np.testing.assert_array_equal(one["positive"], two["negative"])


def test_dyads_are_compared_run_by_run(both: tuple[Statistics, Statistics]) -> None:
    frame = compare(*both).dyads
    row = frame[(frame["variable"] == "share") & (frame["quarter"] == "2013Q4") & (frame["patron"] == "USA")].iloc[0]
    a, b = (s.ensemble.array("share").sel(quarter="2013Q4", patron="USA").values[:, 0] for s in both)
    assert row["first"] - row["second"] == pytest.approx(row["mean"])
    assert row["mean"] == pytest.approx((a - b).mean())
    assert row["positive"] == (a > b).mean()
    assert (row["p05"], row["p95"]) == pytest.approx(tuple(np.quantile(a - b, (0.05, 0.95))))


def test_before_the_intervention_nothing_differs(both: tuple[Statistics, Statistics]) -> None:
    frame = compare(*both).dyads
    before = frame[frame["quarter"] < "2011Q3"]
    assert (before[["mean", "low", "high"]] == 0).all().all()
    assert (frame[frame["quarter"] > "2012Q4"]["mean"] != 0).any()


def test_a_scenario_does_not_differ_from_itself(both: tuple[Statistics, Statistics]) -> None:
    found = compare(both[0], both[0])
    assert not found.outcomes["tells"].any()
    assert (found.dyads["mean"] == 0).all()
    assert (found.ledger["mean"] == 0).all()
    text = pair_answers(both[0], found, ("a", "b"))
    assert all("no difference in any pair" in t for t in text)


def test_only_equal_luck_can_be_paired(withdrawal: Scenario) -> None:
    one = simulate(withdrawal, 3, 1, until=withdrawal.start + 2)
    with pytest.raises(NotPairedError):
        compare(one, simulate(withdrawal, 3, 2, until=withdrawal.start + 2))
    with pytest.raises(NotPairedError):
        compare(one, simulate(withdrawal, 4, 1, until=withdrawal.start + 2))


def test_ensembles_with_different_actors_are_compared_where_they_meet() -> None:
    a = fake_result(4, 8, patrons=("CHN", "RUS", "USA"), clients=("KGZ", "TJK"))
    b = fake_result(4, 6, patrons=("RUS", "USA"), clients=("KGZ",))
    frame = compare(a, b).dyads
    assert set(frame["patron"]) == {"RUS", "USA"}
    assert set(frame["client"]) == {"KGZ"}
    assert frame["quarter"].nunique() == 6


def test_events_that_fire_in_one_only_are_told() -> None:
    a, b = fake_result(4, 8), fake_result(4, 8)
    b.events = b.events.iloc[:2].assign(event="drought")
    frame = compare(a, b).events.set_index("event")
    assert frame.loc["withdrawal", ["first", "second"]].tolist() == [1.0, 0.0]
    assert frame.loc["drought", ["first", "second"]].tolist() == [0.0, 0.5]


def test_ledger_rows_are_counted_per_run_and_paired() -> None:
    a, b = fake_result(5, 8), fake_result(5, 8)
    b.ledger = b.ledger[b.ledger["run"] != 0]
    frame = compare(a, b).ledger
    row = frame[frame["kind"] == "renewed"].iloc[0]
    assert (row["first"], row["second"], row["mean"]) == pytest.approx((1.0, 0.8, 0.2))


def test_closures_are_split_by_route() -> None:
    result = fake_result(10, 16)
    keep = result.ledger[result.ledger["kind"] != "closed"]
    rows = [
        {"run": r, "quarter": "2007Q1", "kind": "closed", "patron": "USA", "client": "KGZ", "cause": c}
        for r, c in [(0, "mission"), (1, "mission"), (1, "mission"), (2, "rival"), (3, "overthrow")]
    ]
    result.ledger = pd.concat([keep, pd.DataFrame(rows)], ignore_index=True)
    frame = closures(Statistics(result)).set_index("route")
    assert frame["closures"].to_dict() == {"mission": 3, "overthrow": 1, "rival": 1}
    assert frame["share"].to_dict() == pytest.approx({"mission": 0.2, "overthrow": 0.1, "rival": 0.1})
    assert (frame["low"] < frame["share"]).all()


def test_channels_add_up_to_the_difference_of_influence(both: tuple[Statistics, Statistics]) -> None:
    frame = compare(*both).channels
    last = frame[(frame["quarter"] == "2013Q4") & (frame["patron"] == "USA")]
    a, b = (float(s.mean("influence").sel(quarter="2013Q4", patron="USA", client="KGZ")) for s in both)
    assert last["mean"].sum() == pytest.approx(a - b, abs=1e-5)


def test_every_route_of_a_closure_has_words_and_a_colour() -> None:
    routes = CAUSES[1 : CAUSES.index("turnover")]
    assert set(ROUTES) == set(routes)


def test_the_outcomes_told_in_full_are_bases_and_shares(both: tuple[Statistics, Statistics]) -> None:
    told = headline_outcomes(both[0], compare(*both))
    assert told
    outcomes = both[0].scenario.outcomes
    assert all(outcomes[n].expression.name in ("base", "share") for n in told)


# --- words ------------------------------------------------------------------------------------------------------------


def row(mean: float, low: float, high: float, positive: float, negative: float) -> SimpleNamespace:
    return SimpleNamespace(
        first=0.5 + mean, second=0.5, mean=mean, low=low, high=high, positive=positive, negative=negative,
        tells=low > 0 or high < 0,
    )  # fmt: skip


SHARE = Subject("s", "share", "", False, "", "share", ("RUS", "KGZ"))
TRUTH = Subject("t", "truth", "", True, "", "base", ("USA", "KGZ"))


def test_a_difference_is_told_in_words_either_sign() -> None:
    assert "higher, difference +0.100 [+0.050, +0.150]" in difference(SHARE, row(0.1, 0.05, 0.15, 0.9, 0.1), "a", "b")
    assert "lower, difference −0.100 [−0.150, −0.050]" in difference(SHARE, row(-0.1, -0.15, -0.05, 0.1, 0.9), "a", "b")
    assert "−10.0 points [−15.0, −5.0]" in difference(TRUTH, row(-0.1, -0.15, -0.05, 0.1, 0.9), "a", "b")


def test_an_interval_over_zero_is_called_undecided() -> None:
    text = difference(SHARE, row(0.1, -0.05, 0.25, 0.6, 0.4), "a", "b")
    assert "cannot tell the sign" in text
    assert "higher, difference" not in text
    assert "no difference in any pair" in difference(SHARE, row(0, 0, 0, 0, 0), "a", "b")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0412, "0.0412"),
        (-3.456, "−3.46"),
        (1234.4, "1\u202f234"),
        (float("nan"), "unknown"),
        (float("inf"), "∞"),
        (1e-12, "0.000000"),
    ],
)
def test_numbers_read_well(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.999, ">99 %"), (1, "100 %")]
)
def test_shares_of_runs_never_round_to_certainty(share: float, text: str) -> None:
    assert percent(share).replace("\u00a0", " ") == text


def test_small_words() -> None:
    assert (signed(0.5), signed(-0.5), signed(0)) == ("+0.500", "−0.500", "0")
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"])) == ("", "a", "a, b and c")


def test_outcomes_are_described(withdrawal: Scenario) -> None:
    about = subject(withdrawal, "manas_open", np.array([0.0, 1.0]))
    assert about.truth
    assert (about.measure, about.codes) == ("base", ("USA", "KGZ"))
    assert "Manas stands (United States, in Kyrgyzstan)" in about.full
    assert "2013Q4" in about.full


# --- why --------------------------------------------------------------------------------------------------------------


def test_why_tells_causes_and_a_chain(both: tuple[Statistics, Statistics]) -> None:
    text = why_text(both[0], "USA", "KGZ")
    assert text.startswith("Manas (United States in Kyrgyzstan): 30 runs, seed 2, 2009Q1–2013Q4.")
    assert "closed" in text
    assert re.search(r"notice +the mission ended", text)
    assert "A typical run" in text
    assert re.search(r"worth [\d.]+, less than F [\d.]+ = k", text)
    assert "Russia promises" in text


def test_the_typical_run_has_the_most_common_sequence_at_central_dates() -> None:
    result = fake_result(9, 16)
    rows = []
    for r in range(9):
        quarters = ["2006Q1", "2006Q2", "2006Q3", "2006Q4", "2007Q1", "2008Q1"]
        rows.append(
            {"run": r, "quarter": "2005Q1", "kind": "opened", "patron": "USA", "client": "KGZ", "cause": "sought"}
        )
        if r < 6:  # the common story; run 2 or 3 stand in the middle of the dates
            rows.append(
                {"run": r, "quarter": quarters[r], "kind": "closed", "patron": "USA", "client": "KGZ", "cause": "rival"}
            )
    result.ledger = pd.DataFrame(rows, columns=result.ledger.columns)
    s = Statistics(result)
    run, common = typical_run(s, rows_about(s, Contract("USA", "KGZ")))
    assert run in (2, 3)
    assert common == pytest.approx(6 / 9)


def test_runs_without_any_decision_count_in_how_common_a_story_is() -> None:
    result = fake_result(10, 16)
    result.ledger = result.ledger[(result.ledger["run"] < 2) & (result.ledger["kind"] == "renewed")]
    s = Statistics(result)
    assert typical_run(s, rows_about(s, Contract("USA", "KGZ")))[1] == pytest.approx(0.2)


def test_why_of_nothing_says_so(both: tuple[Statistics, Statistics]) -> None:
    with pytest.raises(NothingToExplainError, match="is no patron here: one of RUS, USA"):
        why_text(both[0], "ZZZ", "KGZ")
    with pytest.raises(NothingToExplainError, match="'port' is no measure, kind of concession or outcome here"):
        why_text(both[0], "USA", "KGZ", "port")
    result = fake_result(3, 8)
    result.ledger = result.ledger.head(0)
    assert "No decision about it was ever taken" in why_text(result, "RUS", "KGZ")


# --- what it rests on -------------------------------------------------------------------------------------------------


def test_figures_are_counted_by_standing(both: tuple[Statistics, Statistics], withdrawal: Scenario) -> None:
    found = provenance_of(both[0])
    figures = withdrawal.figures()
    assert found.sourced + found.assumed + found.defaults == len(figures)
    assert found.assumed == sum(f.origin != "default" and is_assumed(f.source) for f in figures.values())
    assert found.sourced > 0
    assert found.assumed > 0
    assert set(found.events["event"]) == {e.name for e in withdrawal.events}


def test_what_acts_do_is_kept_apart_from_what_mechanisms_do(both: tuple[Statistics, Statistics]) -> None:
    origins = provenance_of(both[0]).origins.set_index("kind")
    ledger = both[0].ledger
    assert origins.loc["transfer", "produced"] == 0
    assert origins.loc["transfer", "scripted"] == (ledger["kind"] == "transfer").sum() / RUNS
    assert origins.loc["renewed", "scripted"] == 0
    assert (origins[["scripted", "produced"]].sum(axis=1) * RUNS).sum() == pytest.approx(len(ledger))


def test_only_assumptions_and_rules_with_a_range_are_moved(withdrawal: Scenario) -> None:
    found = {f.path: f for f in factors(withdrawal)}
    assert "patrons.USA.need.base" in found
    assert "rules.bargaining.denial" in found
    assert "states.KGZ.gdp" not in found, "a sourced figure is no assumption"
    assert "mechanisms.denial_bids" not in found
    for f in found.values():
        assert f.low < f.high
        assert not path_is_sourced(withdrawal, f.path)
        withdrawal.number(f.field.name, *f.codes)


def path_is_sourced(scenario: Scenario, path: str) -> bool:
    return not path.startswith("rules.") and not is_assumed(scenario.figure(path).source)


def test_codes_of_a_path(withdrawal: Scenario) -> None:
    by_path = {f.path: f for f in factors(withdrawal)}
    path = "patrons.USA.need.base"
    assert codes_in(path, by_path[path].field) == ("USA", "base")


@pytest.mark.parametrize(
    ("source", "assumed"), [("", True), ("assumption", True), ("Assumption: judged", True), ("timeline 2009", False)]
)
def test_what_counts_as_an_assumption(source: str, assumed: bool) -> None:
    assert is_assumed(source) == assumed


def test_screening_finds_the_assumption_that_decides(withdrawal: Scenario) -> None:
    ranking = screen(withdrawal, seed=1, until=withdrawal.end, pairs=32)
    again = screen(withdrawal, seed=1, until=withdrawal.end, pairs=32)
    pd.testing.assert_frame_equal(ranking, again)
    assert ranking["reach"].is_monotonic_decreasing
    assert ranking.loc[0, "tells"]
    assert {"influence", "patrons", "ties", "courtship", "bargaining"} & set(
        ".".join(ranking.head(5)["path"]).split(".")
    )


def test_assumptions_are_ranked_by_what_answers_the_question(withdrawal: Scenario) -> None:
    assert asked(withdrawal) == list(withdrawal.outcomes), "none is marked there"
    region = load_scenario("us-withdrawal")
    answers = [name for name, outcome in region.outcomes.items() if outcome.answers]
    assert 0 < len(answers) < len(region.outcomes)
    ranking = screen(region, seed=1, until=region.start + 8, pairs=8)
    assert len(ranking)
    assert set(ranking["outcome"]) <= set(answers)


def test_a_moved_figure_is_the_scenario_with_that_figure_set(withdrawal: Scenario) -> None:
    for path in ("patrons.USA.need.base", "states.KGZ.growth", "rules.stocks.interest"):
        (factor,) = [f for f in factors(withdrawal) if f.path == path]
        spread = np.ones(len(withdrawal.outcomes))
        ((outcome, effect, *_),) = one_at_a_time(withdrawal, [factor], 1, withdrawal.end, spread)
        ends = (load_scenario("two-patrons", {path: end}) for end in (factor.high, factor.low))
        high, low = (simulate(s, REPLICATIONS, 1).outcomes[outcome].mean() for s in ends)
        assert effect == pytest.approx(high - low, rel=1e-9), path


def test_no_screening_where_nothing_is_asked(withdrawal: Scenario) -> None:
    assert screen(withdrawal, seed=1, until=withdrawal.end, pairs=0).empty
