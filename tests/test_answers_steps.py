"""Indices from designs as they really came out: steps of discrete factors, missing values, outcomes that hardly vary."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from patronage import answers
from patronage.answers import Variable, case_of
from patronage.experiments.designs import Design
from patronage.experiments.factors import Distribution, Factor

RANGES = Distribution("log_uniform", (), 10.0, 1000.0)
KINDS = {
    "range": Factor("f", "p", "uncertainty", "range", "number", "MUSD/yr", None, 200.0, 300.0),
    "log": Factor("f", "p", "uncertainty", "distribution", "number", "1", None, *map(float, RANGES.quantile([0.01, 0.99])),
                  distribution=RANGES),
    "normal": Factor("f", "p", "uncertainty", "distribution", "number", "1", None, 1.0, 9.0,
                     distribution=Distribution("normal", (("mean", 5.0), ("sd", 2.0)), 1.0, 9.0)),
    "switch": Factor("f", "p", "lever", "choice", "word", "", None, values=("off", "on")),
    "words": Factor("f", "p", "lever", "choice", "word", "", None, values=("a", "b", "c")),
    "five words": Factor("f", "p", "lever", "choice", "word", "", None, values=("a", "b", "c", "d", "e")),
    "dates": Factor("f", "p", "uncertainty", "range", "date", "year", None, 2010.0, 2012.75),
    "two dates": Factor("f", "p", "uncertainty", "range", "date", "year", None, 2010.0, 2010.25),
    "whole": Factor("f", "p", "uncertainty", "range", "whole", "quarter", None, 1.0, 7.0),
    "two values": Factor("f", "p", "uncertainty", "choice", "number", "1", None, values=(200.0, 300.0)),
    "three values": Factor("f", "p", "uncertainty", "choice", "number", "1", None, values=(200.0, 250.0, 300.0)),
    "uneven values": Factor("f", "p", "uncertainty", "choice", "number", "1", None, values=(1.0, 2.0, 10.0)),
    "values in any order": Factor("f", "p", "uncertainty", "choice", "number", "1", None, values=(3.0, 9.0, 1.0, 5.0, 4.0)),
}  # fmt: skip


def variable_of(f):
    if f.sort == "word":
        return Variable(f.name, values=f.values)
    return Variable(f.name, low=min(map(float, f.ends)), high=max(map(float, f.ends)))


def line_case(kind, levels=4, trajectories=10, slope=3.0, series=False, **more):
    """An outcome that is linear in both factors, and the exact effect of the whole range of the first."""
    factor = KINDS[kind]
    other = Factor("g", "p", "uncertainty", "range", "number", "1", None, 0.0, 2.0)
    points = Design("morris", trajectories=trajectories, levels=levels, seed=1).table([factor, other])
    variables = (variable_of(factor), variable_of(other))
    x = points["f"].map(factor.values.index) if factor.sort == "word" else points["f"].astype(float)
    whole = slope * (len(factor.values) - 1 if factor.sort == "word" else variables[0].high - variables[0].low)
    y = slope * x + 0.5 * points["g"]
    if series:
        frames = [pd.DataFrame({"point": points.index, "run": 0, "quarter": f"201{q}Q1", "m": q * y}) for q in range(3)]
        more["series"] = pd.concat(frames).set_index(["point", "run", "quarter"])
    return case_of(points, pd.DataFrame({"y": y}), variables=variables, design="morris", levels=levels, **more), whole


@pytest.mark.parametrize("levels", [2, 4, 6, 10])
@pytest.mark.parametrize("kind", KINDS)
def test_the_effect_of_a_line_is_exact_for_every_kind_of_factor(kind, levels):
    case, whole = line_case(kind, levels)
    found = answers.morris(case, "y").set_index("variable")
    for name, effect in (("f", whole), ("g", 1.0)):
        row = found.loc[name]
        assert [row[c] for c in ("mu", "mu_star", "mu_star_low", "mu_star_high")] == pytest.approx([effect] * 4)
        assert row["sigma"] == pytest.approx(0.0, abs=1e-9 * abs(whole))
        assert (row["unmoved"], row["missing"], row["why"]) == (0, 0, "")


@pytest.mark.parametrize("kind", ["words", "whole", "three values"])
def test_so_it_is_over_time(kind):
    case, whole = line_case(kind, series=True)
    found = answers.morris_over_time(case, "m")
    told = found[found["variable"] == "f"].set_index("quarter")["mu"]
    assert told.tolist() == pytest.approx([0, whole, 2 * whole])
    assert (found["sigma"].abs() < 1e-9 * whole).all()


def test_sigma_is_that_of_the_effects_and_not_of_the_steps():
    case, _ = line_case("uneven values", trajectories=30)
    bent = case_of(case.points, pd.DataFrame({"y": case.points["f"] ** 2}), variables=case.variables, design="morris")
    row = answers.morris(bent, "y").set_index("variable").loc["f"]
    slopes = {(b**2 - a**2) / (b - a) * 9 for a, b in itertools.combinations((1.0, 2.0, 10.0), 2)}
    assert min(slopes) <= row["mu"] <= max(slopes)
    assert row["sigma"] > 1


def test_steps_in_which_nothing_changed_are_dropped_and_counted():
    case, whole = line_case("range", trajectories=12)
    points = case.points.copy()
    points.loc[0:8, "f"] = 250.0  # three trajectories of three points
    y = 3.0 * points["f"] + 0.5 * points["g"]
    found = answers.morris(case_of(points, pd.DataFrame({"y": y}), variables=case.variables, design="morris"), "y")
    row = found.set_index("variable").loc["f"]
    assert (row["blocks"], row["unmoved"], row["missing"]) == (9, 3, 0)
    assert row["mu"] == pytest.approx(whole)
    assert found.set_index("variable").loc["g", "blocks"] == 12
    points["f"] = 250.0
    still = answers.morris(
        case_of(points, pd.DataFrame({"y": points["g"]}), variables=case.variables, design="morris"), "y"
    )
    row = still.set_index("variable").loc["f"]
    assert np.isnan(row["mu"])
    assert row["why"].startswith("0 steps in which it changed")


def test_a_missing_value_costs_its_steps_and_no_more():
    case, whole = line_case("range", trajectories=12)
    y = case.outcomes.droplevel("run")
    y.loc[[0, 7]] = [[np.nan], [np.inf]]
    found = answers.morris(case_of(case.points, y, variables=case.variables, design="morris"), "y")
    assert (found["blocks"] + found["missing"] == 12).all()
    assert found["missing"].sum() == 3  # an end of a trajectory and a middle
    assert found["mu"].tolist() == pytest.approx([whole, 1.0])
    few = case.outcomes.droplevel("run").where(case.points.index.to_numpy()[:, None] < 9)
    with pytest.raises(answers.AnalysisError, match="no factor has more than 3 steps with values at both ends"):
        answers.morris(case_of(case.points, few, variables=case.variables, design="morris"), "y")


def test_points_that_are_no_trajectories_are_refused():
    points = pd.DataFrame(np.random.default_rng(1).random((12, 2)), columns=["f", "g"])
    with pytest.raises(answers.AnalysisError, match="no trajectories"):
        answers.morris(case_of(points, pd.DataFrame({"y": points["f"]}), design="morris"), "y")


def test_the_screen_of_a_calibration_measures_lines_exactly_and_leaves_out_what_has_no_value():
    from types import SimpleNamespace

    from patronage.calibration.priors import Parameter
    from patronage.calibration.screening import screen

    parameters = (Parameter("a", 1.0, 4.0, 2.0, "quarter"), Parameter("b", -5.0, 15.0, 0.0, "1"))

    class Bench:
        def run(self, job, values, luck):
            line = 2.0 * values[:, 0] + 0.25 * values[:, 1]
            return np.stack([line, np.full(len(values), np.nan), np.where(luck > 0, line, np.inf)], axis=1)

    statistics = SimpleNamespace(
        names=("line", "gone", "half"),
        discrepancy=np.array([0.5, 1.0, 0.5]),
        of=lambda without: np.zeros(3, dtype=bool),
    )
    table = screen(Bench(), "", parameters, statistics, 6, 2, 1).set_index("path")
    assert table["score"].to_dict() == pytest.approx({"a": 12.0, "b": 10.0})
    assert table["by"].to_dict() == pytest.approx({"a": 12.0, "b": 10.0})
    assert set(table["most"]) <= {"line", "half"}


# --- Sobol ------------------------------------------------------------------------------------------------------------

K = 3
LENGTH = K + 2


def blocks_case(change, blocks=16, series=None):
    """A Sobol design of three factors, whose outcome [block, row] is 0 but for what `change` does to it."""
    from SALib.sample import sobol

    problem = {"num_vars": K, "names": list("abc"), "bounds": [[0, 1]] * K}
    points = pd.DataFrame(sobol.sample(problem, blocks, calc_second_order=False, seed=1), columns=list("abc"))
    y = np.zeros((blocks, LENGTH))
    change(y)
    variables = [Variable(n, low=0, high=1) for n in "abc"]
    if series is not None:
        frames = [
            pd.DataFrame({"point": points.index, "run": 0, "quarter": q, "m": m.ravel()}) for q, m in series.items()
        ]
        series = pd.concat(frames).set_index(["point", "run", "quarter"])
    return case_of(points, pd.DataFrame({"y": y.ravel()}), variables=variables, design="sobol", series=series)


def exchanged(y):
    y[3, 1] = y[8, 2] = 1.0


def rare(y):
    y[3, 0] = y[5, -1] = y[6, 2] = 1.0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (exchanged, "the same at all 32 base points"),
        (rare, "other at only 2 of 32 base points"),
        (lambda y: None, "the same at every point"),
    ],
)
def test_indices_that_cannot_be_told_are_no_zeros(change, why):
    case = blocks_case(change)
    found = answers.sobol(case, "y")
    assert found[["S1", "S1_low", "S1_high", "ST", "ST_low", "ST_high"]].isna().all(axis=None)
    assert all(why in told for told in found["why"])
    said = " ".join(reports_about(case, "sobol"))
    assert why in said
    assert "cannot be told" in said


def reports_about(case, *methods):
    from patronage.reports import findings

    return findings.about(answers.analyse(case, methods=methods), "y")


def test_too_few_values_are_said_in_the_text_and_not_only_in_the_manifest():
    case = blocks_case(lambda y: y[:13].fill(np.nan))
    (line,) = [text for text in reports_about(case, "sobol") if "Sobol" in text]
    assert "only 3 whole base samples" in line


def test_base_samples_left_out_for_missing_values_are_counted_in_the_text():
    luck = np.random.default_rng(1)

    def some(y):
        y[:] = luck.random(y.shape)
        y[2, 1] = np.nan

    case = blocks_case(some)
    assert set(answers.sobol(case, "y")["blocks"]) == {15}
    assert any("15 of 16 base samples" in text for text in reports_about(case, "sobol"))


def test_over_time_a_quarter_that_says_nothing_says_why_and_spares_the_others():
    luck = np.random.default_rng(1)
    fine, flat, gone, few = (
        luck.random((16, LENGTH)),
        np.ones((16, LENGTH)),
        np.full((16, LENGTH), np.nan),
        np.zeros((16, LENGTH)),
    )
    exchanged(few)
    case = blocks_case(lambda y: None, series={"2000Q1": gone, "2000Q2": fine, "2000Q3": flat, "2000Q4": few})
    found = answers.sobol_over_time(case, "m").set_index(["quarter", "variable"])
    assert found["ST"].notna().groupby("quarter").all().to_dict() == {
        "2000Q1": False, "2000Q2": True, "2000Q3": False, "2000Q4": False
    }  # fmt: skip
    whys = [found.loc[(q, "a"), "why"] for q in ("2000Q1", "2000Q2", "2000Q3", "2000Q4")]
    assert [w[:14] for w in whys] == ["only 0 whole b", "", "it is the same", "it is the same"]
