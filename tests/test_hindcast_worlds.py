"""Worlds simulated from known numbers: forecasts are honest about them, and the numbers are found again. No data of anybody's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from patronage import load_scenario
from patronage.hindcast import measurement
from patronage.hindcast.futures import futures
from patronage.hindcast.measurement import Measurement, Path, inertia
from patronage.hindcast.past import Forecast, Past
from patronage.hindcast.scales import to_scale
from patronage.hindcast.scores import judged
from patronage.hindcast.spreads import Spread

YEARS, WORLDS, RUNS = 10, 240, 120
TRUTHS = {
    "as meant": Measurement(1.0, 0.3, Spread(0.15, 0.05)),
    "sluggish": Measurement(0.6, 0.12, Spread(0.2, 0.1)),
    "quick": Measurement(1.3, 1.0, Spread(0.1, 0.03)),
}
NOISES = range(12, 18)
"""Seeds of what nobody knows of the worlds."""
SCENARIO, PATRON, CLIENT = "two-patrons", 0, 0
SMOOTH = {"mechanisms.contracts": "off"}
"""Contracts of arms come rarely and large: with them the first year's shares have heavier tails than a normal has, which
docs/limits.md tells. What a forecast that is normal on its scale makes of given paths is tried without them."""


def nothing(run):
    """No exogenous path."""
    return ()


@pytest.fixture(scope="module")
def shares():
    """[R, H+1] logit shares of the forecaster's ensemble, and of the worlds, with draws and luck of their own."""
    return simulated(load_scenario(SCENARIO))


@pytest.fixture(scope="module")
def smooth_shares():
    """The same without contracts of arms."""
    return simulated(load_scenario(SCENARIO, SMOOTH))


def simulated(scenario):
    """Ensemble and worlds."""
    patron, client = scenario.patrons[PATRON], scenario.clients[CLIENT]

    def run(runs, seed):
        data = futures(scenario, nothing, runs, seed, YEARS)
        return to_scale("share", data["share"].sel(patron=patron, client=client).values)

    return run(RUNS, 1), run(WORLDS, 2)


def follow(worlds, truth: Measurement, seed: int):
    """What would be observed in each world, [H+1, W]: the link with known numbers, and noise."""
    draw = np.random.default_rng(seed)
    change = worlds[:, 1:] - worlds[:, :1]
    moved = truth.k * change @ inertia(truth.kappa, YEARS).T
    walk = np.cumsum(truth.spread.sigma * draw.standard_normal(moved.shape), axis=1)
    drift = truth.spread.tau * draw.standard_normal((len(worlds), 1)) * np.arange(1, YEARS + 1)
    later = worlds[:, :1] + moved + walk + drift
    return np.concatenate([worlds[:, :1], later], axis=1).T


def past(z):
    """Every world counts as a dyad."""
    return Past("real", np.arange(2000, 2000 + len(z)), tuple(("P", f"{i:03}") for i in range(z.shape[1])), z)


def path(ensemble, count):
    """What one ensemble tells of every world."""
    one = Path.of(ensemble[:, :, None])
    return Path(np.repeat(one.mean, count, axis=0), np.repeat(one.covariance, count, axis=0))


def places(link, ensemble, z, horizon):
    """Ranks, from 0 to 1, of what came among what was forecast."""
    told = path(ensemble, z.shape[1])
    made = measurement.forecast(link, told, past(z[:1]), horizon)
    return judged("real", made, z[horizon])["pit"]


@pytest.mark.statistical
@pytest.mark.parametrize("name", TRUTHS)
def test_ranks_are_uniform_and_coverage_is_nominal(smooth_shares, name):
    ensemble, worlds = smooth_shares
    z = follow(worlds, TRUTHS[name], seed=11)
    for horizon in (1, 3, 5, 10):
        found = places(TRUTHS[name], ensemble, z, horizon)
        assert kstest(found, "uniform").pvalue > 0.01, horizon
        assert 0.84 <= (np.abs(found - 0.5) <= 0.45).mean() <= 0.96, horizon
        assert 0.38 <= (np.abs(found - 0.5) <= 0.25).mean() <= 0.62, horizon


@pytest.mark.statistical
@pytest.mark.parametrize("name", TRUTHS)
def test_known_numbers_are_found_again_and_forecast_new_worlds(shares, name):
    """Fitted on one half of the worlds by their own paths, the link forecasts the other half honestly from an ensemble.

    The numbers are the means of fits to several noises: a single fit of k misses by .2 as often as not, and its prior draws it to 1.
    """
    ensemble, worlds = shares
    truth, half = TRUTHS[name], WORLDS // 2
    own = Path.of(worlds[:half].T[None])
    links = []
    for noise in NOISES:
        z = follow(worlds, truth, noise)
        training = past(z[:, :half])
        links.append(measurement.fit(training, training.pairs(YEARS), {2000: own}))
    assert np.mean([link.k for link in links]) == pytest.approx(truth.k, abs=0.25)
    assert np.mean([link.kappa for link in links]) == pytest.approx(truth.kappa, rel=0.6)
    assert np.mean([link.spread.sigma for link in links]) == pytest.approx(truth.spread.sigma, rel=0.25)
    assert np.mean([link.spread.tau for link in links]) == pytest.approx(truth.spread.tau, rel=0.5)
    link = links[-1]
    pooled = [places(link, ensemble, z[:, half:], h) for h in (1, 5, 10)]
    for found in pooled:
        assert kstest(found, "uniform").pvalue > 0.01
        assert 0.8 <= (np.abs(found - 0.5) <= 0.45).mean() <= 0.97


@pytest.mark.statistical
def test_dishonest_forecasts_are_found_out(shares):
    ensemble, worlds = shares
    truth = TRUTHS["as meant"]
    z = follow(worlds, truth, seed=11)
    sure = Measurement(truth.k, truth.kappa, Spread(truth.spread.sigma / 3, truth.spread.tau / 3))
    assert kstest(places(sure, ensemble, z, 5), "uniform").pvalue < 0.001, "too narrow"
    wrong = np.array(ensemble)
    wrong[:, 1:] += 0.8
    assert kstest(places(truth, wrong, z, 5), "uniform").pvalue < 0.001, "another model"
    known = z[5] + 0.01 * np.random.default_rng(1).standard_normal(WORLDS)
    peeping = Forecast(known, truth.variance(path(ensemble, WORLDS), 5))
    assert kstest(judged("real", peeping, z[5])["pit"], "uniform").pvalue < 0.001, "whoever knows what came is too good"
