"""Conditions, choices and tipping points against answers that are known, and against twins for which they must say something else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from answer_cases import lever_case, uniform
from patronage import answers
from patronage.answers import Aim, Variable, case_of


def boxed(n=800, noise=0.0, runs=1):
    """An outcome that counts where a > .6, b < .5 and the word is not `red`."""
    points = uniform(n, "abcd")
    luck = np.random.default_rng(2)
    points["word"] = luck.choice(["red", "blue", "green"], n)
    true = ((points["a"] > 0.6) & (points["b"] < 0.5) & (points["word"] != "red")).to_numpy()
    index = pd.MultiIndex.from_product([range(n), range(runs)], names=["point", "run"])
    flipped = luck.random(len(index)) < noise
    y = np.where(flipped, ~np.repeat(true, runs), np.repeat(true, runs)).astype(float)
    variables = [*(Variable(c, low=0, high=1) for c in "abcd"), Variable("word", values=("blue", "green", "red"))]
    return case_of(points, pd.DataFrame({"open": y}, index=index), variables=variables)


def test_prim_finds_the_box_that_was_hidden():
    case = boxed()
    (first, *_rest) = answers.prim(case, case.aim("open"))
    assert set(first.limits) == {"a", "b", "word"}
    assert first.limits["word"] == ("blue", "green")
    assert first.limits["a"][0] == pytest.approx(0.6, abs=0.04)
    assert first.limits["a"][1] == np.inf
    assert first.limits["b"][1] == pytest.approx(0.5, abs=0.04)
    assert first.coverage > 0.85
    assert first.density > 0.9
    assert first.held_out is not None
    assert min(first.held_out) > 0.75
    assert first.base == pytest.approx(0.4 * 0.5 * 2 / 3, abs=0.04)


def test_prim_measures_what_its_words_say():
    case = boxed(noise=0.1, runs=4)
    first = answers.prim(case, case.aim("open"))[0]
    inside = pd.Series(True, index=case.points.index)
    for name, limit in first.limits.items():
        column = case.points[name]
        inside &= column.isin(limit) if name == "word" else column.between(*limit)
    runs = case.outcomes["open"].unstack("run")  # noqa: PD010
    assert first.density == pytest.approx(runs[inside].to_numpy().mean())
    assert first.coverage == pytest.approx(runs[inside].to_numpy().sum() / runs.to_numpy().sum())
    words = answers.sentence(first, Aim("open", "The base stands", truth=True, sign=">=", limit=0.5), case.variables)
    assert words.startswith("The base stands when a is above 0.")
    assert "word is blue or green" in words
    assert f"coverage {first.coverage:.2f}".replace("0.", ".") in words


def test_prim_finds_no_conditions_in_luck_alone():
    """What peels luck does not repeat itself on the points it has not seen."""
    points, luck = uniform(400, "abcd"), np.random.default_rng(4)
    case = case_of(points, pd.DataFrame({"open": (luck.random(400) < 0.4).astype(float)}))
    found = answers.prim(case, case.aim("open"))
    for box in found[:1]:
        assert box.held_out is not None
        assert box.held_out[1] < 0.5


def test_conditions_of_what_always_holds_are_refused():
    points = uniform(100, "ab")
    case = case_of(points, pd.DataFrame({"open": np.ones(100)}))
    with pytest.raises(answers.AnalysisError, match=r"100\.0 % of all runs"):
        answers.prim(case, case.aim("open"))
    with pytest.raises(answers.AnalysisError, match="at least 40 points"):
        answers.cart(
            case_of(points[:30], pd.DataFrame({"open": np.arange(30) % 2.0})), Aim("open", sign=">=", limit=0.5)
        )


def test_two_separate_boxes_are_found_one_after_the_other():
    points = uniform(1200, "abc")
    y = ((points["a"] < 0.4) & (points["b"] < 0.5)) | (points["c"] > 0.9)
    case = case_of(points, pd.DataFrame({"open": y.astype(float)}))
    first, second = answers.prim(case, case.aim("open"))[:2]
    assert set(first.limits) == {"a", "b"}
    assert set(second.limits) == {"c"}
    assert first.coverage + second.coverage > 0.9
    assert second.limits["c"][0] == pytest.approx(0.9, abs=0.02)


def test_cart_partitions_the_points_and_finds_the_box():
    case = boxed()
    leaves = answers.cart(case, case.aim("open"))
    assert sum(b.mass for b in leaves) == pytest.approx(1.0)
    assert sum(b.coverage for b in leaves) == pytest.approx(1.0)
    best = leaves[0]
    assert best.density > 0.85
    assert best.limits["a"][0] == pytest.approx(0.6, abs=0.05)
    assert "red" not in best.limits["word"]


def test_cart_keeps_a_split_that_leaves_one_word():
    """The workbench's own boxes forget it: this fails with them."""
    points = uniform(300, "a")
    points["word"] = np.random.default_rng(3).choice(["x", "y", "z"], 300)
    y = (points["word"] == "y").astype(float)
    case = case_of(points, pd.DataFrame({"open": y}))
    best = answers.cart(case, case.aim("open"))[0]
    assert (best.limits["word"], best.density, best.coverage) == (("y",), 1.0, 1.0)


def test_feature_scores_rank_what_matters():
    points = uniform(300, "abcd")
    points["word"] = np.where(points["d"] > 0.5, "x", "y")
    y = 3 * points["a"] + points["b"] ** 2
    found = answers.feature_scores(case_of(points, pd.DataFrame({"y": y})), "y")
    assert found["variable"].tolist()[:2] == ["a", "b"]
    assert found["score"].sum() == pytest.approx(1.0)
    assert found.set_index("variable").loc[["c", "d", "word"], "score"].max() < 0.05
    assert (found["score_low"] <= found["score"]).all()


def test_regret_and_satisficing_of_a_table_worked_out_by_hand():
    case = lever_case()
    found = answers.robustness(case, case.aim("gain")).set_index("choice")
    assert found["regret"].to_dict() == pytest.approx({"stay": 7 / 3, "leave": 4 / 3, "wait": 8 / 3})
    assert found["regret_max"].to_dict() == {"stay": 5.0, "leave": 4.0, "wait": 6.0}
    assert found["best"].to_dict() == pytest.approx({"stay": 1 / 3, "leave": 2 / 3, "wait": 0.0})
    assert found["satisfices"].to_dict() == pytest.approx({"stay": 1 / 3, "leave": 1.0, "wait": 2 / 3})
    assert found["worst"].to_dict() == {"stay": 1.0, "leave": 6.0, "wait": 0.0}
    assert set(found["futures"]) == {3}
    low = lever_case("low", Aim("gain", prefer="low", sign="<=", limit=5.0))
    turned = answers.robustness(low, low.aim("gain")).set_index("choice")
    assert turned["regret"].to_dict() == pytest.approx({"stay": 5 / 3, "leave": 8 / 3, "wait": 4 / 3})
    assert turned["worst"].to_dict() == {"stay": 10.0, "leave": 6.0, "wait": 9.0}


def test_regret_needs_levers_crossed_with_futures():
    case = lever_case()
    half = case_of(
        case.points.iloc[[0, 4, 8]].reset_index(drop=True),
        case.outcomes.iloc[[0, 4, 8]].reset_index(drop=True),
        levers=["choice"],
    )
    with pytest.raises(answers.AnalysisError, match="not crossed"):
        answers.robustness(half, half.aim("gain"))
    with pytest.raises(answers.AnalysisError, match="no factor is a lever"):
        answers.crossing(case_of(case.points, case.outcomes))
    gap = case_of(
        case.points.drop(index=4).reset_index(drop=True),
        case.outcomes.drop(index=4, level="point").reset_index(drop=True),
        levers=["choice"],
    )
    assert answers.crossing(gap).left_out == 1


def test_paired_differences_cancel_shared_luck():
    luck = np.random.default_rng(6)
    futures, runs = 12, 20
    points = pd.DataFrame([(s, float(f)) for f in range(futures) for s in ("a", "b")], columns=["choice", "future"])
    shared = luck.standard_normal((futures, runs)) * 5
    own = luck.standard_normal((futures * 2, runs)) * 0.1
    values = np.repeat(shared, 2, axis=0) + own + 0.3 * (points["choice"] == "b").to_numpy()[:, None]
    index = pd.MultiIndex.from_product([range(len(points)), range(runs)], names=["point", "run"])
    case = case_of(points, pd.DataFrame({"y": values.ravel()}, index=index), levers=["choice"])
    found = answers.differences(case, case.aim("y")).iloc[0]
    assert found["mean"] == pytest.approx(0.3, abs=0.03)
    assert 0 < found["low"] < 0.3 < found["high"]
    assert found["high"] - found["low"] < 0.06
    assert found["tells"]
    shuffled = values.copy()
    for row in shuffled[1::2]:
        luck.shuffle(row)  # the twin: luck no longer shared
    lost = case_of(points, pd.DataFrame({"y": shuffled.ravel()}, index=index), levers=["choice"])
    assert not answers.differences(lost, lost.aim("y")).iloc[0]["tells"]


@pytest.mark.parametrize(("futures", "runs"), [(1, 40), (40, 1), (8, 5)])
def test_the_interval_of_a_crossed_mean_covers_it(futures, runs):
    """Of 300 samples with both a future and a run effect, about 95 % of the intervals hold the mean."""
    from patronage.answers.robustness import crossed_interval

    luck, hits = np.random.default_rng(7), 0
    for _ in range(300):
        f = luck.standard_normal((futures, 1)) if futures > 1 else 0.0
        r = luck.standard_normal((1, runs)) if runs > 1 else 0.0
        _, low, high = crossed_interval(f + r + luck.standard_normal((futures, runs)))
        hits += low <= 0 <= high
    assert 0.915 <= hits / 300 <= 0.985


def threshold_case(at=0.4, n=300, grid=False, runs=1, rises=True, width=0.05, seed=1):
    luck = np.random.default_rng(seed)
    x = np.repeat(np.linspace(0, 1, 11), n // 11) if grid else luck.random(n)
    z = luck.random(len(x))
    chance = 1 / (1 + np.exp(-(x - at) / width * (1 if rises else -1)))
    index = pd.MultiIndex.from_product([range(len(x)), range(runs)], names=["point", "run"])
    y = (luck.random((len(x), runs)) < chance[:, None]).astype(float).ravel()
    return case_of(pd.DataFrame({"x": x, "z": z}), pd.DataFrame({"open": y}, index=index))


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize("rises", [True, False])
@pytest.mark.parametrize("at", [0.25, 0.6])
def test_a_tipping_point_is_found_where_it_is(grid, rises, at):
    case = threshold_case(at, n=440, grid=grid, rises=rises)
    found = answers.tipping(case, case.aim("open")).set_index("variable").loc["x"]
    assert found["at"] == pytest.approx(at, abs=0.05)
    assert found["low"] <= at + 0.02
    assert found["high"] >= at - 0.02
    assert found["high"] - found["low"] < 0.2
    assert bool(found["rises"]) == rises
    assert found["misfit"] < 0.05


def test_tipping_intervals_cover_about_as_often_as_they_say():
    hits = 0
    for seed in range(30):
        case = threshold_case(0.4, n=220, grid=True, width=0.15, seed=seed)
        row = answers.tipping(case, case.aim("open")).iloc[0]
        hits += row["low"] <= 0.4 <= row["high"]
    assert hits >= 25


def test_a_factor_that_tips_nothing_has_no_tipping_point():
    case = threshold_case(2.0, n=300)  # it never counts
    found = answers.tipping(case, Aim("open", truth=True, sign=">=", limit=0.5)).set_index("variable")
    assert not found["tells"].any()
    assert np.isnan(found.loc["x", "at"])
    assert found.loc["x", "crosses"] == 0


def test_a_curve_that_rises_and_falls_is_reported_as_no_monotone_one():
    x = np.linspace(0, 1, 300)
    case = case_of(pd.DataFrame({"x": x}), pd.DataFrame({"open": ((x > 0.3) & (x < 0.7)).astype(float)}))
    assert answers.tipping(case, case.aim("open")).iloc[0]["misfit"] > 0.15


def test_a_tipping_point_needs_a_stated_limit():
    case = case_of(uniform(60, "ab"), pd.DataFrame({"share": np.linspace(0, 1, 60)}))
    with pytest.raises(answers.AnalysisError, match="nobody stated what of it counts"):
        answers.tipping(case, case.aim("share"))


def test_one_run_a_value_gives_no_interval():
    x = np.linspace(0, 1, 11)
    case = case_of(pd.DataFrame({"x": x}), pd.DataFrame({"open": (x > 0.45).astype(float)}))
    row = answers.tipping(case, case.aim("open")).iloc[0]
    assert row["at"] == pytest.approx(0.45)
    assert np.isnan(row["low"])
