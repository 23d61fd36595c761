"""Every method of analysis against a function whose answer is known, and against a twin for which it must say something else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from answer_cases import lever_case, uniform
from patronage import answers
from patronage.answers import Variable, case_of

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
    # the design steps by 2/3 and the word by all there is
    assert found.set_index("variable")["mu"].tolist() == pytest.approx([1, -3])
    assert found["sigma"].tolist() == pytest.approx([0, 0], abs=1e-12)


def test_noise_is_what_runs_do_not_share():
    luck = np.random.default_rng(5)
    effect, shared, own = luck.standard_normal((200, 1)), luck.standard_normal((1, 10)), luck.standard_normal((200, 10))
    assert answers.noise_share(effect + 5 * shared) == pytest.approx(0.0, abs=1e-12)
    assert answers.noise_share(effect + 2 * own) == pytest.approx(0.4 / 1.4, abs=0.06)
    assert answers.noise_share(own) > 0.7
    assert np.isnan(answers.noise_share(effect))
    assert np.isnan(answers.noise_share(shared + 0 * effect))


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
    with pytest.raises(answers.MissingExtraError, match=r'needs SALib.*pip install "\.\[analysis\]"'):
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
