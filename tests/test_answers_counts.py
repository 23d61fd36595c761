"""What an analysis says of outcomes that exist in some runs only, and of effects that nobody cares about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from answer_cases import uniform
from patronage import answers
from patronage.answers import Aim, Variable, case_of
from patronage.reports import findings
from patronage.reports.drivers import among

NAN = float("nan")


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
    assert about(sparse(6, [1, 2, 3.5]), "summary")[0] == "y: 1.00 to 3.50 in the 6 of 24 runs in which it exists."
    assert "90 % of the 22 of 24 runs in which it exists, " in about(sparse(22, [1, 2, 3.5]), "summary")[0]
    assert "in 50\u00a0% of the 6 of 24 runs in which it exists" in about(sparse(6, [0, 1]), "summary")[0]
    table = answers.by_setting(sparse(6, [1, 2, np.inf]))
    assert table.loc[0, ["runs", "values", "mean"]].tolist() == [24, 4, 1.5]
    assert answers.by_point(sparse(6, [1, 2.5]))["values"].sum() == 6
    named = among(sparse(6, [1, 2]), "y")
    assert named == "6 of 24 runs in which it exists"


@pytest.mark.parametrize("known", [0, 1, 23])
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
    return case_of(
        points, pd.DataFrame({"y": values.ravel()}, index=index), levers=["choice"], aims=[Aim("y", unit=unit)]
    )


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
    assert any(
        line.startswith("Same future, same luck, over at most 48 of 60 pairs that both have values: ") for line in lines
    )
    nothing = levers(1.0, missing=[(slice(1, None, 2), slice(None))])
    assert "Same future, same luck: no pair has values on both sides." in about(nothing, "paired")


def test_figures_count_the_runs_and_show_what_is_not_worth_telling_as_small():
    from patronage.figures import choices
    from patronage.reports.answers import _figures, labels_of

    found = answers.analyse(levers(1e-6, missing=[(0, slice(None))]), methods=["paired", "summary"])
    figure = choices.paired(found.paired, ["b rather than a"], labels_of(found.case), "")
    low, high = figure.axes[0].get_xlim()
    assert low <= -0.1 < 0.1 <= high
    assert labels_of(found.case)["y"] == "y (114 of 120 runs in which it exists)"
    drawn = _figures(found, labels_of(found.case), "")
    assert drawn["paired"] is not None


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
        return about(
            case_of(x, pd.DataFrame({"y": y}), variables=variables, aims=[Aim("y", unit="MUSD/yr")], design="morris"),
            "morris",
        )

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
