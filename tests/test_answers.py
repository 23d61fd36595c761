"""Every method of analysis against a function whose answer is known, and against a twin for which it must say something else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from patronage import answers
from patronage.answers import Aim, Variable, case_of

PI = np.pi


def ishigami(x, a=7.0, b=0.1):
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_truth(a=7.0, b=0.1):
    """First-order and total indices, analytically (Ishigami and Homma 1990)."""
    v1 = 0.5 * (1 + b * PI**4 / 5) ** 2
    v2 = a**2 / 8
    v13 = b**2 * PI**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return {"x1": (v1 / v, (v1 + v13) / v), "x2": (v2 / v, v2 / v), "x3": (0.0, v13 / v), "idle": (0.0, 0.0)}


PROBLEM = {"num_vars": 4, "names": ["x1", "x2", "x3", "idle"], "bounds": [[-PI, PI]] * 4}
VARIABLES = [Variable(n, low=-PI, high=PI) for n in PROBLEM["names"]]


def sobol_case(blocks=512, runs=1, noise=0.0, second_order=False):
    from SALib.sample import sobol

    x = sobol.sample(PROBLEM, blocks, calc_second_order=second_order, seed=1)
    y = ishigami(x)
    luck = np.random.default_rng(1)
    index = pd.MultiIndex.from_product([range(len(x)), range(runs)], names=["point", "run"])
    values = np.repeat(y, runs) + noise * luck.standard_normal(len(index))
    return case_of(
        pd.DataFrame(x, columns=PROBLEM["names"]), pd.DataFrame({"y": values}, index=index),
        variables=VARIABLES, design="sobol", second_order=second_order,
    )  # fmt: skip


@pytest.mark.parametrize("second_order", [False, True])
def test_sobol_indices_of_the_ishigami_function(second_order):
    found = answers.sobol(sobol_case(second_order=second_order), "y").set_index("variable")
    for name, (first, total) in ishigami_truth().items():
        row = found.loc[name]
        assert row["S1"] == pytest.approx(first, abs=0.05)
        assert row["ST"] == pytest.approx(total, abs=0.06)
        assert row["S1_low"] - 0.02 <= first <= row["S1_high"] + 0.02
        assert row["ST_low"] - 0.02 <= total <= row["ST_high"] + 0.02
    assert found.loc["idle", "ST"] == pytest.approx(0.0, abs=1e-12)
    assert set(found["blocks"]) == {512}


def test_sobol_intervals_narrow_with_more_points():
    width = [answers.sobol(sobol_case(b), "y").eval("ST_high - ST_low").max() for b in (64, 1024)]
    assert width[1] < width[0] / 2.5


def test_a_failed_point_takes_its_block_with_it():
    whole = sobol_case(128)
    lost = 3 * 6 + 2  # in the fourth block of 4 + 2 points
    broken = case_of(
        whole.points.drop(index=lost), whole.outcomes.drop(index=lost, level="point"),
        variables=VARIABLES, design="sobol", size=len(whole.points),
    )  # fmt: skip
    found = answers.sobol(broken, "y").set_index("variable")
    assert set(found["blocks"]) == {127}
    kept = [i for i in whole.points.index if i // 6 != 3]
    without = case_of(
        whole.points.loc[kept].reset_index(drop=True), whole.outcomes.loc[kept].reset_index(drop=True),
        variables=VARIABLES, design="sobol",
    )  # fmt: skip
    assert found["S1"].tolist() == answers.sobol(without, "y")["S1"].tolist()
    with pytest.raises(answers.AnalysisError, match="no whole number of base samples"):
        answers.sobol(
            case_of(broken.points.reset_index(drop=True), whole.outcomes, variables=VARIABLES, design="sobol"), "y"
        )


def test_sobol_says_nothing_of_a_constant_and_of_other_designs():
    case = sobol_case(16)
    flat = case_of(case.points, case.outcomes * 0 + 3, variables=VARIABLES, design="sobol")
    assert answers.sobol(flat, "y")["ST"].isna().all()
    with pytest.raises(answers.AnalysisError, match="need a Sobol design"):
        answers.sobol(case_of(case.points, case.outcomes), "y")


def test_indices_over_time_follow_the_factor_that_takes_over():
    case = sobol_case(64)
    u = case.points["x1"].to_numpy(), case.points["x2"].to_numpy()
    frames = []
    for q, (a, b) in {"2000Q1": (1, 0), "2000Q2": (1, 1), "2000Q3": (0, 1)}.items():
        frames.append(pd.DataFrame({"point": case.points.index, "run": 0, "quarter": q, "m": a * u[0] + b * u[1]}))
    series = pd.concat(frames).set_index(["point", "run", "quarter"])
    case = case_of(case.points, case.outcomes, variables=VARIABLES, design="sobol", series=series)
    found = answers.sobol_over_time(case, "m").pivot(index="quarter", columns="variable", values="S1")  # noqa: PD010
    assert found["x1"].tolist() == pytest.approx([1, 0.5, 0], abs=0.08)
    assert found["x2"].tolist() == pytest.approx([0, 0.5, 1], abs=0.08)


def test_morris_effects_of_a_known_function():
    from SALib.sample import morris

    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0, 10], [0, 1], [0, 1], [0, 1]]}
    x = pd.DataFrame(morris.sample(problem, 40, num_levels=4, seed=2), columns=list("abcd"))
    y = 0.3 * x["a"] - 2 * x["b"] + 4 * x["b"] * x["c"]
    variables = [Variable("a", low=0, high=10), *(Variable(n, low=0, high=1) for n in "bcd")]
    case = case_of(x, pd.DataFrame({"y": y}), variables=variables, design="morris")
    found = answers.morris(case, "y").set_index("variable")
    assert found.loc["a", ["mu", "mu_star", "sigma"]].tolist() == pytest.approx([3, 3, 0], abs=1e-9)  # per whole range
    assert found.loc["d", ["mu", "mu_star", "sigma"]].tolist() == [0, 0, 0]
    assert found.loc["c", "mu"] == pytest.approx(2.0, abs=0.5)
    assert found.loc["b", "sigma"] > 1  # its effect depends on c
    assert (found["mu_star_low"] <= found["mu_star"]).all()
    with pytest.raises(answers.AnalysisError, match="need a Morris design"):
        answers.morris(case_of(x, pd.DataFrame({"y": y})), "y")


def test_morris_takes_choices_by_the_place_of_their_word():
    from SALib.sample import morris

    problem = {"num_vars": 2, "names": ["a", "w"], "bounds": [[0, 1], [0, 1]]}
    u = morris.sample(problem, 20, num_levels=4, seed=3)
    words = np.array(["no", "yes"])[(u[:, 1] >= 0.5).astype(int)]
    points = pd.DataFrame({"a": u[:, 0], "w": words})
    y = u[:, 0] - 3.0 * (words == "yes")
    variables = [Variable("a", low=0, high=1), Variable("w", values=("no", "yes"))]
    found = answers.morris(case_of(points, pd.DataFrame({"y": y}), variables=variables, design="morris"), "y")
    # the whole step of the choice over the step of the design, 2/3
    assert found.set_index("variable")["mu"].tolist() == pytest.approx([1, -4.5])


def test_noise_is_what_runs_do_not_share():
    luck = np.random.default_rng(5)
    effect, shared, own = luck.standard_normal((200, 1)), luck.standard_normal((1, 10)), luck.standard_normal((200, 10))
    assert answers.noise_share(effect + 5 * shared) == pytest.approx(0.0, abs=1e-12)
    assert answers.noise_share(effect + 2 * own) == pytest.approx(0.4 / 1.4, abs=0.06)
    assert answers.noise_share(own) > 0.7
    assert np.isnan(answers.noise_share(effect))
    assert np.isnan(answers.noise_share(shared + 0 * effect))


def uniform(n, names, seed=1):
    return pd.DataFrame(np.random.default_rng(seed).random((n, len(names))), columns=list(names))


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


LEVER_TABLE = [  # future 1, 2, 3
    ("stay", (10.0, 4.0, 1.0)),
    ("leave", (6.0, 6.0, 6.0)),
    ("wait", (9.0, 5.0, 0.0)),
]


def lever_case(prefer="high", aim=None):
    rows = [(s, f, v) for s, values in LEVER_TABLE for f, v in enumerate(values)]
    points = pd.DataFrame({"choice": [s for s, _, _ in rows], "future": [float(f) for _, f, _ in rows]})
    outcomes = pd.DataFrame({"gain": [v for *_, v in rows]})
    return case_of(points, outcomes, levers=["choice"], aims=[aim or Aim("gain", prefer=prefer, sign=">=", limit=5.0)])


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


def test_idle_factors_are_found_exactly_where_points_differ_in_them_alone():
    points = pd.DataFrame([(a, b, w) for a in (0.0, 1.0) for b in (0.0, 1.0) for w in "pq"], columns=["a", "b", "w"])
    outcomes = pd.DataFrame({"y": points["a"] * 1.0, "z": points["b"] * 1e-9})
    table = answers.idle(case_of(points, outcomes))
    moves = table.set_index(["variable", "outcome"])["moves"].to_dict()
    assert moves == {
        ("a", "y"): "yes", ("a", "z"): "nothing", ("b", "y"): "nothing",
        ("b", "z"): "yes", ("w", "y"): "nothing", ("w", "z"): "nothing",
    }  # fmt: skip
    assert answers.idle_factors(table) == {"w": "nothing"}


def test_idle_factors_of_a_random_design_are_told_by_rank():
    points = uniform(200, "abc")
    outcomes = pd.DataFrame({"y": points["a"], "hump": np.abs(points["b"] - 0.5)})
    table = answers.idle(case_of(points, outcomes))
    assert answers.idle_factors(table) == {"c": "cannot tell"}
    assert (table["pairs"] == 0).all()


def test_a_future_under_several_settings_is_one_draw_of_its_uncertainties():
    """Thirty idle futures, each under ten settings: counted as 300 draws, one in three idle factors would seem to move something."""
    alarms = {True: 0, False: 0}
    for seed in range(40):
        luck = np.random.default_rng(seed)
        worlds = pd.DataFrame({"idle": luck.random(30), "real": luck.random(30)})
        points = pd.concat([worlds.assign(choice=float(s)) for s in range(10)], ignore_index=True)
        outcomes = pd.DataFrame({"y": points["real"] + 0.01 * points["choice"]})
        for crossed in alarms:
            case = case_of(points, outcomes, levers=["choice"] if crossed else [])
            table = answers.idle(case).set_index("variable")
            alarms[crossed] += table.loc["idle", "p"] < 0.05
    assert alarms[True] <= 6
    assert alarms[False] >= 12


def test_summaries_by_point_and_setting():
    case = lever_case()
    table = answers.by_setting(case).set_index("choice")
    assert table.loc["leave", ["runs", "mean", "p50"]].tolist() == [3, 6.0, 6.0]
    assert table.loc["stay", "p95"] == pytest.approx(np.quantile([10, 4, 1], 0.95))
    points = answers.by_point(case)
    assert len(points) == 9
    assert points.loc[0, "mean"] == 10.0
    assert answers.by_setting(case_of(case.points, case.outcomes)).loc[0, "runs"] == 9


def test_everything_at_once_and_what_stays_silent():
    seen = []
    case = lever_case()
    found = answers.analyse(case, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 3
    assert "sobol" not in found.methods
    assert found.regret["gain"]["regret"].min() == pytest.approx(4 / 3)
    assert "at least 40 points" in found.silent["prim", "gain"]
    with pytest.raises(answers.UnknownWordError, match=r"unknown method 'sobl'\. Did you mean sobol"):
        answers.analyse(case, methods=["sobl"])
    with pytest.raises(answers.UnknownWordError, match=r"unknown outcome 'gian'\. Did you mean gain"):
        answers.analyse(case, outcomes=["gian"])


def test_a_missing_library_is_named_with_what_to_install(monkeypatch):
    import sys

    for name in [m for m in sys.modules if m.split(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(answers.MissingExtraError, match=r'needs SALib.*pip install "patronage\[analysis\]"'):
        answers.sobol(sobol_case_without_salib(), "y")


def sobol_case_without_salib():
    points = uniform(24, ["x1", "x2", "x3", "idle"])
    return case_of(points, pd.DataFrame({"y": points["x1"]}), design="sobol")


def test_words_of_quarters_choices_and_units():
    variables = [
        Variable("end", label="The mission's end", low=2010, high=2020, quarter=True),
        Variable("budget", label="Russia's budget", unit="MUSD/yr", low=100, high=400),
        Variable("bids", label="mechanism denial_bids", values=(False, True)),
    ]
    words = answers.conditions({"end": (2014.5, np.inf), "budget": (-np.inf, 240.0), "bids": (True,)}, variables)
    assert (
        words
        == "The mission's end not before 2014Q3, Russia's budget is below 240 MUSD/yr and mechanism denial_bids is on"
    )
    assert answers.conditions({"budget": (120.0, 240.0)}, variables) == "Russia's budget is between 120 and 240 MUSD/yr"
    assert answers.conditions({}, variables) == "always"
