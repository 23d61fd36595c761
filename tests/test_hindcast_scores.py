"""Scores, baselines and the measurement model on series whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import kstest, norm

from patronage.data.tables import DataError
from patronage.hindcast import baselines, chances, measurement, spreads
from patronage.hindcast.past import Forecast, Past, fit_spread
from patronage.hindcast.scales import from_scale, to_scale
from patronage.hindcast.scores import MEMBERS, brier, coverage, described, judged, skill, skills
from patronage.hindcast.spreads import Spread


@pytest.fixture(autouse=True)
def drawn():
    """The same numbers for every test, whatever ran before."""
    global DRAW  # noqa: PLW0603
    DRAW = np.random.default_rng(7)


DRAW = np.random.default_rng(7)


def past(z, kind="real", first=1990, patrons=1):
    """From an array [T, N] on the scale of forecasts."""
    dyads = tuple((f"P{i % patrons}", f"C{i:03}") for i in range(z.shape[1]))
    return Past(kind, np.arange(first, first + len(z)), dyads, np.asarray(z, dtype=float))


@pytest.mark.parametrize(("kind", "values"), [("share", [0, 0.3, 1]), ("amount", [0, 2.5, 900]), ("real", [-3, 0, 2])])
def test_scales_are_undone(kind, values):
    assert from_scale(kind, to_scale(kind, np.array(values, dtype=float))) == pytest.approx(values, abs=1e-12)


def test_crps_is_that_of_the_normal_distribution():
    f = Forecast(np.array([0.0, 1.0, 2.0]), np.array([1.0, 4.0, 0.25]))
    seen = np.array([0.5, 3.0, np.nan])
    found = judged("real", f, seen)
    z, s = (seen - f.centre) / np.sqrt(f.variance), np.sqrt(f.variance)
    exact = s * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert found["score"][:2] == pytest.approx(exact[:2], rel=0.02)
    assert np.isnan(found["score"][2])
    assert found["pit"][:2] == pytest.approx(norm.cdf(z[:2]))
    assert MEMBERS == 99
    ends = described("real", f)
    assert ends["high90"][0] == pytest.approx(1.645, abs=1e-3)
    assert ends["low50"][1] == pytest.approx(1 - 2 * 0.6745, abs=1e-3)


def test_brier_and_skill_are_what_they_say():
    assert brier(np.array([0.8, 0.1, 0.5]), np.array([1, 1, np.nan])) == pytest.approx(
        [0.04, 0.81, np.nan], nan_ok=True
    )
    dyads = list("aabbccdd")
    value, low, high = skill(np.full(8, 1.0), np.full(8, 2.0), dyads)
    assert (value, low, high) == (0.5, 0.5, 0.5)
    mixed = np.array([1, 1, 1, 1, 3, 3, 1, 1.0])
    value, low, high = skill(mixed, np.full(8, 2.0), dyads)
    assert low < value < high
    assert np.isnan(skill(mixed, np.zeros(8), dyads)).all()
    assert np.isnan(skill(mixed[:4], np.full(4, 2.0), dyads[:4])[1:]).all(), "two dyads give no interval"
    rare = np.array([1.0, 0, 0, 0, 0, 0, 0, 0])
    assert np.isnan(skill(mixed, rare, dyads)[1:]).all(), "all errors belong to one dyad"


def test_skills_and_coverage_are_tabled():
    rows = [
        {"target": "fbic", "column": "happened", "method": m, "patron": p, "client": c, "origin": 2000, "horizon": 5, "year": 2005,
         "score": s, "pit": 0.5 if c == "A" else 0.99}
        for p in "PQ" for c in "ABC" for m, s in (("model", 1.0), ("persistence", 2.0))
    ]  # fmt: skip
    scored = pd.DataFrame(rows)
    found = skills(scored, 2010).set_index("patron")
    assert list(found.loc[["P", "Q", "all"], "skill"]) == [0.5, 0.5, 0.5]
    assert found.loc["all", "dyads"] == 6
    late = scored.assign(year=2019, score=np.where(scored["method"] == "model", 1.8, 2.0))
    both = skills(pd.concat([scored, late.assign(origin=2014)]), 2020).query("patron == 'all'").set_index("to")["skill"]
    assert both.to_dict() == pytest.approx({2020: 0.3, 2018: 0.5}), "with and without the years from the break on"
    inside = coverage(scored).set_index(["method", "horizon"])
    assert inside.loc[("model", 0), "within90"] == pytest.approx(1 / 3)


def centre_of(name, series, h):
    p = past(series)
    centre, _ = baselines.fit(name, p, p.pairs(10))
    return baselines.forecast(centre, Spread(0.1, 0.0), p, h).centre


def test_baselines_continue_what_they_assume():
    years = np.arange(15)[:, None]
    line = years * np.array([[0.5, -0.2, 0.0]])
    assert centre_of("trend", line, 4) == pytest.approx(line[-1] + 4 * np.array([0.5, -0.2, 0]))
    assert centre_of("persistence", line, 4) == pytest.approx(line[-1])
    back = 3 + 2 * 0.5 ** np.arange(15)[:, None] * np.array([[1.0, -1.0, 2.0]])
    assert centre_of("ar1", back, 3) == pytest.approx(3 + (back[-1] - 3) / 8, abs=1e-3)
    flips = np.where(np.arange(60)[:, None] % 2, 1.0, -1.0) * np.ones((1, 3))
    assert abs(centre_of("mean", flips, 5)) == pytest.approx(np.zeros(3), abs=0.1), (
        "what has no memory returns to its mean at once"
    )
    walk = np.cumsum(0.3 + 0.01 * DRAW.standard_normal((30, 4)), axis=0)
    assert centre_of("ar1", walk, 5) == pytest.approx(walk[-1] + 1.5, abs=0.15)


def test_the_spread_of_a_walk_with_an_unknown_drift_is_found():
    drift = 0.2 * DRAW.standard_normal(400)
    walk = np.cumsum(drift + 0.3 * DRAW.standard_normal((16, 400)), axis=0)
    p = past(walk)
    pairs = p.pairs(15)
    spread, _ = fit_spread(pairs.z - pairs.z0, pairs)
    assert spread.sigma == pytest.approx(0.3, rel=0.15)
    assert spread.tau == pytest.approx(0.2, rel=0.15)


def test_the_likeliest_spread_is_that_of_a_general_solver():
    """Every set at once against one at a time, with and without a variance that is given, and with bounds that hold."""
    for trial in range(12):
        h = np.repeat(np.arange(1.0, 9.0), 40)
        squares = DRAW.standard_normal((3, len(h))) ** 2 * (0.04 * h + 0.01 * h**2) * (trial != 5)
        given = 0.0 if trial % 2 else np.array([[0.001], [0.1], [3.0]]) * DRAW.random(len(h)) * h
        sigma, tau, loss = spreads.likeliest(squares, 1 / h, h, given)
        for b in range(3):
            extra = given if trial % 2 else given[b]
            scale = np.log(max(np.sqrt(np.average(squares[b] / h, weights=1 / h)), 1e-3) * np.array([0.8, 0.4]))

            def worth(q, b=b, extra=extra, h=h, squares=squares):
                v = extra + np.exp(2 * q[0]) * h + np.exp(2 * q[1]) * h**2
                return np.sum(0.5 / h * (np.log(v) + squares[b] / v)) + 0.5 * ((q[1] - q[0] - np.log(0.5)) / 0.5) ** 2

            found = minimize(worth, scale, bounds=[(x - 4, x + 2) for x in scale], method="L-BFGS-B")
            assert loss[b] == pytest.approx(worth(np.log([sigma[b], tau[b]])))
            assert loss[b] <= found.fun + 1e-5
    horizons, weight, mean = spreads.by_horizon(squares, 1 / h, h)
    whole, part = spreads.likeliest(squares, 1 / h, h), spreads.likeliest(mean, weight, horizons)
    assert whole[0] == pytest.approx(part[0], rel=1e-4)
    assert whole[2] == pytest.approx(part[2], rel=1e-9), "sums by horizon tell as much"


def linked(k, kappa, years=20, dyads=60, noise=0.05):
    """A model's path that everybody shares in one way, and a quantity that follows it."""
    model = np.cumsum(0.2 * DRAW.standard_normal((years, dyads)), axis=0)
    z = np.zeros((years, dyads))
    for t in range(1, years):
        z[t] = z[t - 1] + kappa * (k * (model[t] - model[0]) - z[t - 1])
    z += np.cumsum(noise * DRAW.standard_normal((years, dyads)), axis=0)
    return model, past(z)


def test_the_link_between_model_and_observed_is_found():
    model, p = linked(k=0.8, kappa=0.3)
    paths = {1990: measurement.Path.of(model[None])}
    link = measurement.fit(p, p.pairs(19), paths)
    assert link.k == pytest.approx(0.8, abs=0.11)
    assert link.kappa == pytest.approx(0.3, rel=0.35)
    other = measurement.Path.of(model[:, ::-1].copy()[None])
    assert measurement.fit(p, p.pairs(19), {1990: other}).k < 0.3, "the twin: paths of other dyads tell nothing"


def test_runs_that_disagree_widen_a_forecast():
    model, _ = linked(k=0.8, kappa=0.3)
    runs = model[None] + np.cumsum(0.3 * DRAW.standard_normal((40, *model.shape)), axis=1)
    sure, unsure = measurement.Path.of(model[None]), measurement.Path.of(runs)
    link = measurement.Measurement(0.8, 0.3, Spread(0.05, 0.01))
    assert (link.variance(unsure, 10) > 3 * link.variance(sure, 10)).all()
    w = measurement.inertia(0.3, 10)[-1]
    one = measurement.Path.of(model[None]).mean[:, :10] @ w
    assert link.centre(sure, 10) == pytest.approx(0.8 * one)


def test_predictive_distributions_are_honest_about_walks():
    """PIT of persistence on walks at random: uniform; with a quarter of the variance it is not."""
    p = past(np.cumsum(0.2 * DRAW.standard_normal((25, 300)), axis=0))
    centre, spread = baselines.fit("persistence", p, p.pairs(8))
    f = baselines.forecast(centre, spread, p, 6)
    came = p.now + 0.2 * np.sqrt(6) * DRAW.standard_normal(300)
    assert kstest(judged("real", f, came)["pit"], "uniform").pvalue > 0.01
    narrow = Forecast(f.centre, f.variance / 4)
    assert kstest(judged("real", narrow, came)["pit"], "uniform").pvalue < 0.001


def test_chances_of_bases_and_exits():
    z = np.zeros((12, 4))
    z[6:, 0] = 1
    z[:8, 1] = 1
    p = past(z, "state")
    pairs = p.pairs(5)
    made = chances.states(p, pairs, 3)
    assert list(made["persistence"]) == [1, 0, 0, 0]
    assert made["mean"] == pytest.approx([6.5 / 13, 8.5 / 13, 0.5 / 13, 0.5 / 13])
    assert 0 < made["ar1"][2] < made["ar1"][0] < 1
    right = {1990 + o: np.array([z[min(o + h, 11)] for h in range(1, 6)]) for o in range(11)}
    assert chances.link(p, pairs, right) > 0.9
    wrong = {o: 1 - told for o, told in right.items()}
    assert chances.link(p, pairs, wrong) < 0.1
    told = chances.events(p, 5)
    assert told["mean"][0] == told["mean"][3]
    assert told["persistence"][0] > told["persistence"][3]


def test_a_window_that_is_too_short_is_refused():
    with pytest.raises(DataError, match="1990-1991 holds 3 forecasts"):
        past(np.zeros((2, 3))).pairs(5)
