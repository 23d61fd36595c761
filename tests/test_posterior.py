"""The posterior routine against posteriors that are known, by ranks in worlds that are known, and against faults planted in it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from patronage.calibration import posterior
from patronage.calibration.posterior import Line, TooFewError, coverage, infer, ranks

FREE = np.array([-np.inf]), np.array([np.inf])


def normal(size: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """θ ~ N(0, 1); three readings of it with an error of .6, and two of nothing."""
    draw = np.random.default_rng(seed)
    theta = draw.standard_normal((size, 1))
    return theta, np.column_stack([theta + 0.6 * draw.standard_normal((size, 3)), draw.standard_normal((size, 2))])


READ = np.array([1.0, 1.3, 0.7, 0.2, -0.4])
PRECISION = 1 + 3 / 0.36
MEAN, SD = (3 * 1.0 / 0.36) / PRECISION, PRECISION**-0.5


@pytest.mark.parametrize("keep", [2000, 10_000])
def test_it_is_the_conjugate_posterior_of_a_normal_mean(keep):
    found = infer(["theta"], *normal(20_000), READ, *FREE, keep=keep)
    assert found.mean[0] == pytest.approx(MEAN, abs=0.04)
    assert found.sd[0] == pytest.approx(SD, rel=0.08)
    low, middle, high = found.quantile([0.05, 0.5, 0.95])[:, 0]
    assert (low, middle, high) == pytest.approx(stats.norm(MEAN, SD).ppf([0.05, 0.5, 0.95]), abs=0.06)
    drawn = found.draw(4000, 1)[:, 0]
    assert (drawn.mean(), drawn.std()) == pytest.approx((found.mean[0], found.sd[0]), abs=0.02)


def test_it_is_the_conjugate_posterior_of_a_share_and_stays_within_its_bounds():
    draw = np.random.default_rng(2)
    theta = draw.random((20_000, 1))
    seen = draw.binomial(20, theta).astype(float)
    for count in (3, 10, 20):
        found = infer(["p"], theta, seen, np.array([float(count)]), np.zeros(1), np.ones(1), keep=2000)
        exact = stats.beta(1 + count, 21 - count)
        assert found.mean[0] == pytest.approx(exact.mean(), abs=0.02)
        assert found.sd[0] == pytest.approx(exact.std(), rel=0.2)
        assert 0 < found.sample.min() < found.sample.max() < 1


def curved(size: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Two bounded parameters, read through a curve, with an error that grows with one of them."""
    draw = np.random.default_rng(seed)
    theta = draw.random((size, 2))
    a, b = theta.T
    error = draw.standard_normal((size, 2)) * np.column_stack([0.03 + 0.3 * b, np.full(size, 0.1)])
    return theta, np.column_stack([np.exp(2 * a), a + b]) + error


def unevenness(found: np.ndarray, draws: int = 99) -> list[float]:
    """Chances of ranks as uneven as these if they are uniform, by parameter."""
    return [stats.chisquare(np.histogram(column, bins=10, range=(0, draws + 1))[0]).pvalue for column in found.T]


def ranked() -> np.ndarray:
    return ranks(*curved(5000), np.zeros(2), np.ones(2), keep=500, held=250)


def test_ranks_of_true_parameters_are_uniform():
    found = ranked()
    assert min(unevenness(found)) > 0.005
    assert coverage(found, 99, 0.9) == pytest.approx([0.9, 0.9], abs=0.05)
    assert coverage(found, 99, 0.5) == pytest.approx([0.5, 0.5], abs=0.09)


def _turned(line, apart, weights):
    """The adjustment with the wrong sign."""
    return line + (line - RIGHT(line, apart, weights))


def _unadjusted(line, apart, weights):
    """Mere rejection."""
    return line


RIGHT = posterior.adjusted


@pytest.mark.parametrize("fault", [_turned, _unadjusted])
def test_a_planted_fault_of_the_adjustment_is_seen(monkeypatch, fault):
    monkeypatch.setattr(posterior, "adjusted", fault)
    assert min(unevenness(ranked())) < 1e-3
    found = infer(["theta"], *normal(20_000), READ, *FREE, keep=10_000)
    assert found.sd[0] != pytest.approx(SD, rel=0.08)


def test_weights_count_where_the_relation_is_curved(monkeypatch):
    """θ = s² + error at s = 0, accepted up to |s| = .8: what the curve adds is .8²/5 under the kernel, .8²/3 without it."""
    draw = np.random.default_rng(5)
    seen = draw.uniform(-2, 2, (20_000, 1))
    theta = seen**2 + 0.1 * draw.standard_normal((20_000, 1))
    fixed = posterior.SummaryProjection(np.zeros(1), np.ones(1), np.array([[1.0], [0.0]]))

    def mean() -> float:
        return float(infer(["t"], theta, seen, np.zeros(1), *FREE, 8000, fixed).mean[0])

    assert mean() == pytest.approx(0.64 / 5, abs=0.015)
    monkeypatch.setattr(posterior, "kernel", lambda distance, width: np.ones_like(distance))
    assert mean() == pytest.approx(0.64 / 3, abs=0.015)


def test_bounds_are_kept_on_the_line():
    line = Line(np.array([2.0, -np.inf]), np.array([4.0, np.inf]))
    theta = np.array([[2.0, -7.0], [3.0, 0.0], [4.0, 9.0]])
    assert line.back(line.of(theta)) == pytest.approx(theta, abs=1e-3)
    assert line.of(theta)[1].tolist() == [0.0, 0.0]


def test_correlations_are_those_of_the_sample_and_too_few_are_refused():
    draw = np.random.default_rng(4)
    theta = draw.random((5000, 2))
    seen = theta.sum(axis=1, keepdims=True) + 0.01 * draw.standard_normal((5000, 1))
    found = infer(["a", "b"], theta, seen, np.array([1.0]), np.zeros(2), np.ones(2), keep=1000)
    assert found.correlation[0, 1] < -0.8
    assert found.effective > 500
    with pytest.raises(TooFewError, match="needs 100 accepted simulations at least, not 50"):
        infer(["a", "b"], theta, seen, np.array([1.0]), np.zeros(2), np.ones(2), keep=50)
