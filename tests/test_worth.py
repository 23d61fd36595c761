"""What is worth telling, and of how many runs it is told: the same table and the same counts wherever differences are spoken of."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fake_result import fake_result
from patronage import load_scenario
from patronage.experiments.screening import factors, one_at_a_time, screen
from patronage.figures import differences as drawn
from patronage.figures.blocs import outcomes as histogram
from patronage.reports.summary import difference, difference_cell, mean_text, pair_summary, run_summary
from patronage.reports.words import Subject, percents, subject
from patronage.results import worth
from patronage.results.comparison import compare, fired
from patronage.results.ensemble import Statistics, mean_interval
from patronage.results.pairs import Pair, paired
from patronage.results.worth import least

NAN = float("nan")


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "size", "smallest"),
    [
        (worth.TRUTH, 1, 0.01), (worth.PURE, 1, 0.001), (worth.COUNT, 9, 0.01), ("MUSD/yr", 1e6, 0.1), ("quarter", 9, 0.05),
        ("quarters", 9, 0.05), ("1/quarter", 1, 0.0001), ("", 500.0, 0.5), ("", 0.0, 0.0), ("km", -2000.0, 2.0),
        ("", float("inf"), 0.0),
    ],
)  # fmt: skip
def test_the_smallest_difference_worth_telling(kind, size, smallest):
    assert least(kind, size) == pytest.approx(smallest)


def test_every_unit_of_a_measure_has_a_smallest_difference():
    from patronage.results.comparison import CLIENTS, DYADS
    from patronage.results.pairs import kind_of_variable
    from patronage.scenario.vocabulary import MEASURES
    from patronage.world.recording import VARIABLES

    for m in MEASURES.values():
        assert worth.kind_of("" if m.unit == "1" else m.unit, m.name, m.truth) in worth.LEAST, m.name
        assert least(m.unit) > 0
    assert {kind_of_variable(v) for v in (*DYADS, *CLIENTS, "base")} <= worth.LEAST.keys()
    assert kind_of_variable("base") == worth.TRUTH
    assert {v.name for v in VARIABLES} >= {*DYADS, *CLIENTS}


def test_a_pure_number_has_no_unit_in_words():
    scenario = load_scenario("russian-recession")
    growth = scenario.outcomes["tajik_growth"]
    assert mean_text(subject(scenario, growth.name, np.zeros(0)), np.full(20, -0.05)).startswith("−0.0500 on average")
    for reduce in ("last", "mean", "sum", "max"):
        assert worth.measured(replace(growth, reduce=reduce), np.zeros(0))[1] == ("" if reduce == "sum" else "1/quarter")


def test_a_finding_is_beyond_luck_and_worth_a_word():
    assert worth.tells(1e-6, 9e-7, 2e-6, 0).all()
    assert not worth.tells(1e-6, 9e-7, 2e-6, 1e-3).any()
    assert worth.small(1e-6, 9e-7, 2e-6, 1e-3)
    assert worth.small(0.0, -9e-4, 9e-4, 1e-3)
    assert not worth.small(1e-6, -1.0, 1.0, 1e-3), "how large it is nobody knows"


# --- outcomes in words ------------------------------------------------------------------------------------------------

SHARE = Subject("s", "share", "", False, "", "share", ("RUS", "KGZ"))
RENT = Subject("r", "rent", "", False, "MUSD/yr", "rent", ("USA", "KGZ"))
TRUTH = Subject("t", "truth", "", True, "", "base", ("USA", "KGZ"))
RATIO = Subject("q", "ratio", "", False, "", "", ())


def row(mean, low, high, positive=0.9, negative=0.1, first=0.5):
    return SimpleNamespace(
        first=first + mean, second=first, mean=mean, low=low, high=high, positive=positive, negative=negative
    )


@pytest.mark.parametrize(
    ("about", "size", "smallest"),
    [
        (SHARE, 1e-6, "0.001"),
        (RENT, 1e-6, "0.1 MUSD/yr"),
        (RENT, 0.02, "0.1 MUSD/yr"),
        (TRUTH, 0.001, "1 point"),
        (RATIO, 1e-6, "0.0005"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_difference_that_luck_cannot_explain_but_nobody_cares_about_is_none(about, size, smallest, sign):
    low, high = sorted((sign * 0.9 * size, sign * 1.1 * size))
    text = difference(about, row(sign * size, low, high), "a", "b")
    assert f"no difference worth telling (less than {smallest})" in text
    assert "difference +" not in text
    assert difference_cell(about, row(sign * size, low, high)) == f"below {smallest}"
    many = max(1.0, size)
    assert "difference worth telling" not in difference(
        about, row(sign * many, *sorted((sign * many * 0.9, sign * many * 1.1))), "a", "b"
    )


def test_a_level_counts_the_runs_in_which_the_outcome_exists():
    values = np.full(24, NAN)
    assert mean_text(SHARE, values).startswith("not measured in any run")
    values[3] = 0.7
    assert mean_text(SHARE, values) == "0.700 in the 1 of 24 runs in which it exists [unknown: one value]"
    assert (
        mean_text(TRUTH, np.where(values > 0, 1.0, NAN))
        == "in 100\u00a0% of the 1 of 24 runs in which it exists [unknown: one value]"
    )
    values[[5, 9]] = 0.5, np.inf
    text = mean_text(SHARE, values)
    assert "0.600 on average" in text
    assert "over the 2 of 24 runs in which it exists; 5–95 % of these 0.510 to 0.690" in text
    some = np.r_[np.ones(3), np.zeros(1), np.full(4, NAN)]
    assert mean_text(TRUTH, some).startswith("in 75\u00a0% of the 4 of 8 runs in which it exists [30–95")
    assert "which it exists" not in mean_text(SHARE, np.array([0.1, 0.2]))


def test_a_mean_that_few_runs_make_is_told_as_theirs():
    rare = np.r_[np.zeros(97), np.full(3, 0.9)]
    assert mean_text(SHARE, rare).endswith("; 5–95 % of runs 0 to 0 (few runs beyond make the mean)")
    assert mean_text(SHARE, -rare).endswith("(few runs beyond make the mean)")
    for usual in (np.full(100, 0.1), np.linspace(0, 1, 100), np.full(100, 0.1) + 1e-12 * np.arange(100)):
        assert "few" not in mean_text(SHARE, usual)


def test_a_single_run_has_no_interval_of_any_kind():
    assert mean_text(TRUTH, np.ones(1)) == "in 100\u00a0% of runs [unknown: one run]"
    assert mean_text(SHARE, np.ones(1)) == "1.00 on average [unknown: one run]"
    assert percents(0.2, 1.0, 1) == "[unknown: one run]"
    text = difference(TRUTH, row(1.0, -np.inf, np.inf, 1.0, 0.0, 0.0), "a", "b")
    assert "cannot tell the sign of the difference, +100 points [unknown: one run]" in text


# --- pairs ------------------------------------------------------------------------------------------------------------


def test_means_and_pairs_leave_out_what_does_not_exist():
    luck = np.random.default_rng(1)
    a, b = luck.random((20, 3)), luck.random((20, 3))
    a[:4, 0], b[2:6, 0], a[:, 1], b[1:, 2] = np.nan, np.inf, np.nan, np.nan
    for got, want in zip(mean_interval(a[:, :1]), mean_interval(a[4:, :1]), strict=True):
        assert got == pytest.approx(want)
    found = paired(a, b)
    whole = paired(a[6:], b[6:])
    for name in ("mean", "low", "high", "p05", "p95", "positive", "negative"):
        assert getattr(found, name)[0] == pytest.approx(getattr(whole, name)[0]), name
        assert np.isnan(getattr(found, name)[1]), name
    assert found.pairs.tolist() == [14, 0, 1]
    assert (found.low[2], found.high[2]) == (-np.inf, np.inf)
    assert not found.tells[1:].any()


def some_pair():
    a, b = fake_result(24, 16), fake_result(24, 16)
    base = np.linspace(1, 2, 24)
    a.outcomes = pd.DataFrame({"odd": base + 3, "tiny": base + 1e-6, "gone": NAN, "one_side": base})
    b.outcomes = pd.DataFrame({"odd": base, "tiny": base, "gone": NAN, "one_side": NAN})
    a.outcomes.loc[5:, "odd"] = NAN
    b.outcomes.loc[:2, "odd"] = np.inf
    return Statistics(a), Statistics(b)


def test_a_comparison_counts_the_pairs_in_which_both_sides_exist():
    a, b = some_pair()
    found = compare(a, b)
    table = found.outcomes.set_index("outcome")
    assert table.loc["odd", ["first_runs", "second_runs", "pairs"]].tolist() == [5, 21, 2]
    assert table.loc["odd", "mean"] == pytest.approx(3)
    assert table["tells"].to_dict() == {"odd": True, "tiny": False, "gone": False, "one_side": False}
    text = " ".join(pair_summary(a, found, ("a", "b")).split())
    assert (
        "It exists in 5 of 24 runs of a and 21 of b; differences are over the 2 pairs in which it does in both." in text
    )
    assert "no difference worth telling (less than 0.0015)" in text
    assert "no pair has a value on both sides" in text
    assert "not measured in any run" in text
    assert "(5 of 24 runs)" in text


def test_figures_draw_no_difference_nobody_cares_about_and_count_the_others():
    a, b = some_pair()
    titles = [ax.get_title() for ax in drawn.outcomes(Pair(a, b)).axes]
    assert any(t.startswith("odd: +3 (2 of 24 pairs)") for t in titles)
    assert not any(t.startswith(("tiny", "gone", "one side")) for t in titles)
    titles = [ax.get_title() for ax in histogram(a).axes]
    assert {"odd (5 of 24 runs)", "tiny", "gone (0 of 24 runs)"} <= set(titles)
    same = Pair(Statistics(fake_result(24, 16)), Statistics(fake_result(24, 16, shift=1e-7)))
    assert not same.difference("share")["tells"].any()
    far = Pair(Statistics(fake_result(24, 16)), Statistics(fake_result(24, 16, shift=0.5)))
    assert far.difference("share")["tells"].any()


def test_tables_of_a_comparison_tell_nothing_too_small():
    a, b = Statistics(fake_result(24, 16)), Statistics(fake_result(24, 16, shift=1e-7))
    found = compare(a, b)
    gaps = found.dyads[found.dyads["variable"] == "share"]
    assert (gaps["mean"].abs() > 0).any()
    assert not gaps["tells"].any()


def test_a_summary_of_a_run_says_in_how_many_runs_an_outcome_exists():
    a, _ = some_pair()
    text = " ".join(run_summary(a).split())
    assert "over the 5 of 24 runs in which it exists" in text


RATIO_YAML = """\
title: Ratio
extends: two-patrons
outcomes: {{ratio: {{measure: "{}", from: 2013Q4, to: 2013Q4}}}}
"""


def with_outcome(folder, measure):
    """The small scenario with one outcome more."""
    (folder / "ratio.yaml").write_text(RATIO_YAML.format(measure), encoding="utf-8")
    return load_scenario(folder / "ratio.yaml")


def test_a_ratio_that_divides_by_nothing_is_counted_from_the_scenario_to_the_summary(tmp_path):
    from patronage import simulate

    result = simulate(with_outcome(tmp_path, "share(RUS, KGZ) / base(USA, KGZ)"), runs=24, seed=1)
    known = int(np.isfinite(result.outcomes["ratio"]).sum())
    assert 1 < known < 24
    assert f"over the {known} of 24 runs in which it exists" in " ".join(run_summary(Statistics(result)).split())


@pytest.mark.parametrize(("quarters", "median"), [((0, 4), 2), ((0, 1, 2, 7), 1), ((3,), 3), ((1, 2, 9), 2)])
def test_the_median_quarter_of_an_even_number_lies_between_the_middle_two(quarters, median):
    result = fake_result(8, 16)
    names = result.data["quarter"].values
    result.events = pd.DataFrame(
        [{"run": r, "quarter": names[q], "event": "e", "what": "fired"} for r, q in enumerate(quarters)]
    )
    assert fired(Statistics(result))["e"] == (len(quarters) / 8, names[median])


# --- the screening of assumptions -------------------------------------------------------------------------------------


def test_the_screening_takes_no_missing_outcome_for_a_zero(tmp_path):
    """A ratio that exists in no run: as a zero it would move by the whole of its value wherever it exists."""
    scenario = load_scenario("two-patrons")
    ratio = with_outcome(tmp_path, "1000 + share(RUS, KGZ) / base(USA, KGZ)")
    ranking = screen(ratio, seed=1, until=ratio.end, pairs=16)
    assert (ranking.loc[ranking["outcome"] == "ratio", "effect"].abs().fillna(0) < 10).all()
    (factor,) = [f for f in factors(scenario) if f.path == "patrons.USA.need.base"]
    alone = replace(ratio, outcomes={"ratio": ratio.outcomes["ratio"]})
    ((_, effect, *_),) = one_at_a_time(alone, [factor], 1, ratio.end, np.ones(1))
    assert np.isnan(effect) or abs(effect) < 10


def test_the_screening_ranks_no_outcome_that_hardly_moves(tmp_path):
    scenario = with_outcome(tmp_path, "year() + 0.000001 * share(RUS, KGZ)")
    ranking = screen(
        replace(scenario, outcomes={"ratio": scenario.outcomes["ratio"]}), seed=1, until=scenario.end, pairs=16
    )
    assert not ranking["tells"].any()
    assert (ranking["reach"] < 0.01).all()


# --- warnings ---------------------------------------------------------------------------------------------------------


def test_warnings_about_the_data_are_not_silenced():
    from patronage.answers.extras import quiet

    with pytest.warns(RuntimeWarning), quiet():
        np.array([1.0]) / np.array([0.0])


def test_no_module_silences_warnings_without_saying_why():
    """Wherever warnings or NaN are put out of sight, a comment or docstring beside it says why nothing is lost."""
    import ast
    from pathlib import Path

    root = Path(worth.__file__).parent
    silencing = ("filterwarnings", "simplefilter", "errstate", "seterr", "nan_to_num")
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in silencing:
                around = " ".join(lines[max(0, node.lineno - 6) : node.lineno])
                assert "# " in around or '"""' in around, f"{path.relative_to(root)}:{node.lineno}"


def test_precision_is_that_of_the_runs_with_a_value():
    from patronage.experiments.extending import half_width

    luck = np.random.default_rng(1)
    some = np.r_[luck.random(9), NAN, np.inf]
    assert half_width(some) == pytest.approx(half_width(some[:9]))
    assert half_width(np.full(5, NAN)) == np.inf
    assert half_width(np.r_[np.ones(4), NAN]) == pytest.approx(half_width(np.ones(4)))


def test_truths_that_exist_in_some_runs_are_shares_of_these():
    told = row(0.5, 0.2, 0.8)
    told.first_runs, told.second_runs = 3, 24
    assert "100\u00a0% of the 3 of 24 runs in which it exists in a, 50\u00a0% in b" in difference(
        TRUTH, told, "a", "b", runs=24
    )
