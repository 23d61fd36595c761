"""What is worth telling, and of how many runs it is told: the same table and the same counts wherever differences are spoken of."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from answer_cases import uniform
from fake_result import fake_result
from patronage import answers, load_scenario, worth
from patronage.answers import Aim, Variable, case_of
from patronage.ensemble import Statistics, mean_interval
from patronage.figures import differences as drawn
from patronage.figures.blocs import outcomes as histogram
from patronage.pairs import Pair, paired
from patronage.reports import findings
from patronage.reports.paired import compare, fired
from patronage.reports.screening import factors, one_at_a_time, screen
from patronage.reports.summary import difference, level, pair_summary, run_summary, verdict
from patronage.reports.words import Subject, percents
from patronage.worth import least

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
    from patronage.pairs import kind_of_variable
    from patronage.record import FULL
    from patronage.reports.paired import CLIENTS, DYADS
    from patronage.scenario.vocabulary import MEASURES

    for m in MEASURES.values():
        assert worth.kind_of("" if m.unit == "1" else m.unit, m.name, m.truth) in worth.LEAST, m.name
        assert least(m.unit) > 0
    assert {kind_of_variable(v) for v in (*DYADS, *CLIENTS, "base")} <= worth.LEAST.keys()
    assert kind_of_variable("base") == worth.TRUTH
    assert set(FULL) >= {*DYADS, *CLIENTS}


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
    [(SHARE, 1e-6, "0.001"), (RENT, 1e-6, "0.1 MUSD/yr"), (RENT, 0.02, "0.1 MUSD/yr"), (TRUTH, 0.001, "1 point"), (RATIO, 1e-6, "0.0005")],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_difference_that_luck_cannot_explain_but_nobody_cares_about_is_none(about, size, smallest, sign):
    low, high = sorted((sign * 0.9 * size, sign * 1.1 * size))
    text = difference(about, row(sign * size, low, high), "a", "b")
    assert f"no difference worth telling (less than {smallest})" in text
    assert "difference +" not in text
    assert verdict(about, row(sign * size, low, high)) == f"below {smallest}"
    many = max(1.0, size)
    assert "difference worth telling" not in difference(about, row(sign * many, *sorted((sign * many * 0.9, sign * many * 1.1))), "a", "b")


def test_a_level_counts_the_runs_in_which_the_outcome_exists():
    values = np.full(24, NAN)
    assert level(SHARE, values).startswith("not measured in any run")
    values[3] = 0.7
    assert level(SHARE, values) == "0.700 in the 1 of 24 runs in which it exists [unknown: one value]"
    assert level(TRUTH, np.where(values > 0, 1.0, NAN)) == "in 100\u00a0% of the 1 of 24 runs in which it exists [unknown: one value]"
    values[[5, 9]] = 0.5, np.inf
    text = level(SHARE, values)
    assert "0.600 on average" in text
    assert "over the 2 of 24 runs in which it exists; 5–95 % of these 0.510 to 0.690" in text
    some = np.r_[np.ones(3), np.zeros(1), np.full(4, NAN)]
    assert level(TRUTH, some).startswith("in 75\u00a0% of the 4 of 8 runs in which it exists [30–95")
    assert "which it exists" not in level(SHARE, np.array([0.1, 0.2]))


def test_a_single_run_has_no_interval_of_any_kind():
    assert level(TRUTH, np.ones(1)) == "in 100\u00a0% of runs [unknown: one run]"
    assert level(SHARE, np.ones(1)) == "1.00 on average [unknown: one run]"
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
    assert "It exists in 5 of 24 runs of a and 21 of b; differences are over the 2 pairs in which it does in both." in text
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


def test_a_ratio_that_divides_by_nothing_is_counted_from_the_scenario_to_the_summary(tmp_path):
    from patronage import simulate

    (tmp_path / "ratio.yaml").write_text(
        'title: Ratio\nextends: two-patrons\noutcomes: {ratio: {measure: "share(RUS, KGZ) / base(USA, KGZ)", from: 2013Q4, to: 2013Q4}}\n',
        encoding="utf-8",
    )
    result = simulate(load_scenario(tmp_path / "ratio.yaml"), runs=24, seed=1)
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
    (tmp_path / "ratio.yaml").write_text(
        'title: Ratio\nextends: two-patrons\noutcomes: {ratio: {measure: "1000 + share(RUS, KGZ) / base(USA, KGZ)", from: 2013Q4, to: 2013Q4}}\n',
        encoding="utf-8",
    )
    ratio = load_scenario(tmp_path / "ratio.yaml")
    ranking = screen(ratio, seed=1, until=ratio.end, pairs=16)
    assert (ranking.loc[ranking["outcome"] == "ratio", "effect"].abs().fillna(0) < 10).all()
    (factor,) = [f for f in factors(scenario) if f.path == "patrons.USA.need"]
    alone = replace(ratio, outcomes={"ratio": ratio.outcomes["ratio"]})
    ((_, effect, *_),) = one_at_a_time(alone, [factor], 1, ratio.end, np.ones(1))
    assert np.isnan(effect) or abs(effect) < 10


def test_the_screening_ranks_no_outcome_that_hardly_moves(tmp_path):
    (tmp_path / "tiny.yaml").write_text(
        'title: Tiny\nextends: two-patrons\noutcomes: {tiny: {measure: "year() + 0.000001 * share(RUS, KGZ)", from: 2013Q4, to: 2013Q4}}\n',
        encoding="utf-8",
    )
    scenario = load_scenario(tmp_path / "tiny.yaml")
    ranking = screen(replace(scenario, outcomes={"tiny": scenario.outcomes["tiny"]}), seed=1, until=scenario.end, pairs=16)
    assert not ranking["tells"].any()
    assert (ranking["reach"] < 0.01).all()


# --- analyse ----------------------------------------------------------------------------------------------------------


def sparse(known, values, **more):
    """24 points of one run, of which the first `known` have a value."""
    y = np.full(24, NAN)
    y[:known] = np.resize(values, known)
    return case_of(uniform(24, "ab"), pd.DataFrame({"y": y}), **more)


def about(case, *methods):
    return findings.about(answers.analyse(case, methods=methods), "y")


def test_an_outcome_in_one_of_24_runs_is_not_told_of_all():
    assert about(sparse(1, [3.0]), "summary")[0] == "y: 3.00 in the 1 of 24 runs in which it exists."
    assert about(sparse(1, [1.0]), "summary")[0] == "y: so in the 1 of 24 runs in which it exists."
    assert about(sparse(0, [1.0]), "summary")[0] == "y: no run has a value."
    assert "90 % of the 6 of 24 runs in which it exists, " in about(sparse(6, [1, 2, 3.5]), "summary")[0]
    assert "in 50\u00a0% of the 6 of 24 runs in which it exists" in about(sparse(6, [0, 1]), "summary")[0]
    table = answers.by_setting(sparse(6, [1, 2, np.inf]))
    assert table.loc[0, ["runs", "values", "mean"]].tolist() == [24, 4, 1.5]
    assert answers.by_point(sparse(6, [1, 2.5]))["values"].sum() == 6
    named = findings.among(sparse(6, [1, 2]), "y")
    assert named == "6 of 24 runs in which it exists"


@pytest.mark.parametrize("known", [0, 1, 2, 23])
def test_every_method_bears_an_outcome_that_hardly_exists(known):
    truth = [Aim("y", truth=True)]
    found = answers.analyse(sparse(known, [1.0, 0.0, 1.0], aims=truth))
    assert ("prim", "y") in found.silent
    assert findings.text(found, "t", "")


def test_conditions_and_tipping_points_say_of_how_many_runs_they_speak():
    points = uniform(300, "ab")
    y = np.where(points["b"] < 0.5, (points["a"] > 0.4).astype(float), NAN)
    lines = about(case_of(points, pd.DataFrame({"y": y})), "prim", "tipping")
    some = f"{int(np.isfinite(y).sum())} of 300 runs in which it exists"
    assert any("coverage" in line and line.endswith(f", among the {some}.") for line in lines)
    assert any(line.startswith(f"Holds in half of the {some}, at: a ") for line in lines)


def levers(gap, missing=(), runs=6, unit="MUSD/yr"):
    """Two settings in ten futures; the second gives `gap` more with the same luck."""
    luck = np.random.default_rng(1)
    points = pd.DataFrame([(s, float(f)) for f in range(10) for s in ("a", "b")], columns=["choice", "future"])
    values = np.repeat(luck.random((10, runs)) * 10, 2, axis=0)
    values[1::2] += gap + gap * 0.1 * luck.random((10, runs))
    for at in missing:
        values[at] = NAN
    index = pd.MultiIndex.from_product([range(20), range(runs)], names=["point", "run"])
    return case_of(points, pd.DataFrame({"y": values.ravel()}, index=index), levers=["choice"], aims=[Aim("y", unit=unit)])


def test_settings_that_differ_by_next_to_nothing_do_not_differ():
    case = levers(1e-6)
    table = answers.differences(case, case.aim("y"))
    assert table.loc[0, "low"] > 0
    assert not table["tells"].any()
    assert (answers.robustness(case, case.aim("y"))["best"] == 1).all()
    lines = about(case, "regret", "paired")
    assert "Same future, same luck: no two settings differ by 0.1 MUSD/yr or more." in lines
    assert "No setting does better than another by 0.1 MUSD/yr or more, on average over 10 futures." in lines
    assert answers.differences(levers(1.0), case.aim("y"))["tells"].all()


def test_differences_and_regret_count_what_has_values():
    case = levers(1.0, missing=[(0, slice(None)), (5, 2)])
    row = answers.differences(case, case.aim("y")).iloc[0]
    assert (row["pairs"], row["of"]) == (48, 60)  # a future without values, and one with a gap
    table = answers.robustness(case, case.aim("y"))
    assert (table["futures"].iloc[0], table["of"].iloc[0]) == (9, 10)
    lines = about(case, "regret", "paired")
    assert any("over the 9 of 10 futures with a value for every setting" in line for line in lines)
    assert any(line.startswith("Same future, same luck, over at most 48 of 60 pairs that both have values: ") for line in lines)
    nothing = levers(1.0, missing=[(slice(1, None, 2), slice(None))])
    assert "Same future, same luck: no pair has values on both sides." in about(nothing, "paired")


def test_one_future_has_no_interval():
    points = pd.DataFrame({"choice": ["a", "b"], "future": [1.0, 1.0]})
    case = case_of(points, pd.DataFrame({"y": [1.0, 0.0]}), levers=["choice"])
    row = answers.robustness(case, case.aim("y")).iloc[0]
    assert np.isnan([row["regret_low"], row["satisfices_low"], row["satisfices_high"]]).all()


def test_what_moves_an_outcome_by_next_to_nothing_does_not_drive_it():
    points = uniform(60, "ab")
    case = case_of(points, pd.DataFrame({"y": 5 + 1e-6 * points["a"]}), aims=[Aim("y", unit="MUSD/yr")])
    found = answers.analyse(case, methods=["scores", "idle"])
    assert found.silent["scores", "y"] == "its points differ by less than is worth telling"
    assert answers.idle_factors(found.idle) == {"a": "too little", "b": "cannot tell"}
    assert "Moves no outcome by as much as is worth telling: a." in findings.general(found)


def test_morris_names_no_factor_that_hardly_moves_anything():
    from SALib.sample import morris

    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}
    x = pd.DataFrame(morris.sample(problem, 10, num_levels=4, seed=1), columns=["a", "b"])
    variables = [Variable("a", low=0, high=1), Variable("b", low=0, high=1)]

    def told(y):
        return about(case_of(x, pd.DataFrame({"y": y}), variables=variables, aims=[Aim("y", unit="MUSD/yr")], design="morris"), "morris")

    assert told(3 * x["a"] + 1e-6 * x["b"])[1].startswith("Moved by (Morris, whole range): a +3.0")
    assert "b" not in told(3 * x["a"] + 1e-6 * x["b"])[1].split("a +3.0")[1]
    assert "differ by less than 0.1 MUSD/yr" in told(1e-6 * x["b"])[1]


@pytest.mark.parametrize(("rises", "at"), [(True, 5.0), (False, 4.0)])
def test_a_tipping_point_of_whole_quarters_is_a_whole_quarter(rises, at):
    x = np.repeat(np.arange(1.0, 9.0), 20)
    y = ((x >= 5) == rises).astype(float)
    y[np.flatnonzero(x == 5)[:6]] = float(not rises)
    variables = [Variable("x", low=1, high=8, unit="quarters", whole=True)]
    case = case_of(pd.DataFrame({"x": x}), pd.DataFrame({"y": y}), variables=variables)
    row = answers.tipping(case, case.aim("y")).iloc[0]
    assert row["at"] == at
    assert {row["low"], row["high"]} <= set(x)
    date = case_of(pd.DataFrame({"x": 2000 + x / 4}), pd.DataFrame({"y": y}),
                   variables=[Variable("x", low=2000.25, high=2002, quarter=True)])  # fmt: skip
    assert answers.tipping(date, date.aim("y")).iloc[0]["at"] == 2000 + at / 4


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
