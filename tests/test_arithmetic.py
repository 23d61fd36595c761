"""Elementary functions in plain arithmetic against the libraries, and sums in order of codes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from patronage.world.arithmetic import clip, exp, log, logistic, normal_quantile, power, ratio, share_of, whole
from patronage.world.beta import NODES, cumulated, log_gamma, node, scale_of
from patronage.world.plan import quantiles

INF, NAN = math.inf, math.nan
TINY, LARGE = 5e-324, 1.7976931348623157e308


@given(st.floats(-745, 709))
def test_exp_is_that_of_the_library(x):
    assert exp(x) == pytest.approx(math.exp(x), rel=3e-16, abs=TINY)


@given(st.floats(TINY, LARGE))
def test_log_is_that_of_the_library(x):
    assert log(x) == pytest.approx(math.log(x), rel=3e-16, abs=1e-300)


def test_exp_and_log_at_the_edges():
    assert [exp(x) for x in (0.0, -0.0, -INF, -746.0, INF, 710.0)] == [1.0, 1.0, 0.0, 0.0, INF, INF]
    assert exp(709.782712893384) == pytest.approx(LARGE, rel=1e-10)
    assert exp(-745.1) == TINY
    assert [log(x) for x in (1.0, 0.0, INF)] == [0.0, -INF, INF]
    assert math.isnan(log(-1e-9))
    assert all(math.isnan(f(NAN)) for f in (exp, log))
    assert log(TINY) == pytest.approx(math.log(TINY), rel=1e-15)


@given(st.floats(-50, 50), st.floats(1e-12, 1.0))
def test_they_never_turn(x, step):
    assert exp(x + step) >= exp(x)
    assert log(exp(x) * (1 + step)) >= log(exp(x))
    assert logistic(x + step) >= logistic(x)


@given(st.floats(0, 1e6), st.floats(-8, 8))
def test_power_is_that_of_the_library(x, y):
    if x > 1e-30:
        assert power(x, y) == pytest.approx(x**y, rel=1e-13)


def test_power_at_the_edges():
    assert [power(0.0, 0.0), power(0.0, 2.0), power(0.0, -1.0), power(1.0, INF), power(7.0, 0.0)] == [1, 0, INF, 1, 1]
    assert power(0.5, 1.0) == pytest.approx(0.5, rel=3e-16)


@given(st.floats(-700, 700))
def test_the_logistic_is_that_of_the_library(x):
    assert logistic(x) == pytest.approx(special.expit(x), rel=1e-15)


def test_the_logistic_has_no_overflow():
    made = [logistic(x) for x in (-1e9, -1.0, 0.0, 1.0, 1e9)]
    assert made[0] == pytest.approx(0, abs=1e-300)
    assert made[2:5:2] == [0.5, 1.0]
    assert made[1] + made[3] == pytest.approx(1, rel=1e-15)


@given(st.floats(0.5 * 2.0**-32, 1 - 0.5 * 2.0**-32))
def test_normal_quantiles_are_those_of_the_library(u):
    assert normal_quantile(u) == pytest.approx(special.ndtri(u), rel=3e-15, abs=1e-15)


def test_normal_quantiles_rise_and_mirror():
    us = [(k + 0.5) / 4096 for k in range(4096)] + [(k + 0.5) * 2.0**-32 for k in range(50)]
    drawn = [normal_quantile(u) for u in sorted(us)]
    assert drawn == sorted(drawn)
    assert normal_quantile(0.5) == 0.0
    assert normal_quantile(0.8413447460685429) == pytest.approx(1.0, rel=1e-14)
    for u in (2.0**-32, 0.01, 0.13, 0.1353352832366127, 0.3):
        assert normal_quantile(1 - u) == pytest.approx(-normal_quantile(u), rel=1e-7)


@given(st.floats(0.01, 200))
def test_the_gamma_function_is_that_of_the_library(x):
    assert log_gamma(x) == pytest.approx(math.lgamma(x), rel=1e-13, abs=1e-13)


@given(st.floats(0.05, 60), st.floats(0.05, 60), st.floats(0.0, 1.0))
def test_the_incomplete_beta_function_is_that_of_the_library(a, b, x):
    assert cumulated(a, b, x, scale_of(a, b)) == pytest.approx(special.betainc(a, b, x), rel=1e-11, abs=1e-12)


@given(st.floats(0.2, 60), st.floats(0.01, 0.99), st.integers(0, NODES))
def test_beta_quantiles_are_those_of_the_library(precision, mean, j):
    # To 1e-16 of the whole promise: what is less than that is nothing delivered.
    expected = special.betaincinv(precision * mean, precision * (1 - mean), j / NODES)
    assert node(precision, mean, j) == pytest.approx(expected, rel=1e-10, abs=1e-16)


@pytest.mark.parametrize(("precision", "mean"), [(2.0, 0.5), (8.0, 0.8), (0.5, 0.1), (30.0, 0.05), (3.0, 2 / 3)])
def test_tables_of_delivered_shares_rise_from_nothing_to_all(precision, mean):
    table = quantiles(precision, mean)
    assert table[NODES + 1 :].tolist() == [mean, precision]
    assert (table[0], table[NODES]) == (0.0, 1.0)
    assert (np.diff(table[: NODES + 1]) >= -1e-16).all()
    law = special.betaincinv(precision * mean, precision * (1 - mean), np.arange(NODES + 1) / NODES)
    assert table[: NODES + 1] == pytest.approx(law, rel=1e-10, abs=1e-16)


def test_small_things():
    assert [share_of(a, b) for a, b in ((1.0, 4.0), (0.0, 0.0), (3.0, 0.0), (3.0, -1.0))] == [0.25, 0, 0, 0]
    assert [ratio(1.0, 0.0), ratio(-1.0, 0.0), ratio(6.0, 3.0)] == [INF, -INF, 2.0]
    assert math.isnan(ratio(0.0, 0.0))
    assert [whole(x) for x in (0.4, 0.5, 1.5, -0.2, 2.0)] == [0, 1, 2, 0, 2]
    assert [clip(x, -1.0, 1.0) for x in (-2.0, 0.5, 2.0)] == [-1, 0.5, 1]
