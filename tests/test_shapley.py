"""Shapley effects read off a sample, against those that are known: linear functions of Gaussian factors that go together."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from patronage.answers import AnalysisError, Variable, analyse, case_of, fitting, shapley
from patronage.answers.shapley import REST, divided, variances_left
from patronage.reports.answers import frames_of
from patronage.reports.drivers import drivers

POINTS = 4000


def sample(correlation: np.ndarray, size: int = POINTS, seed: int = 1) -> np.ndarray:
    luck = np.random.default_rng(seed)
    return luck.standard_normal((size, len(correlation))) @ np.linalg.cholesky(correlation).T


def case(x: np.ndarray, y: np.ndarray, **more: object):
    names = list("abcdefghijkl"[: x.shape[1]])
    return case_of(pd.DataFrame(x, columns=names), pd.DataFrame({"y": y}), **more)


def exact(slopes: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Of a linear function of Gaussian factors, as the mean over all orders: what is left of the variance is a Schur complement."""

    def left(unknown: tuple[int, ...]) -> float:
        u, k = list(unknown), [i for i in range(len(slopes)) if i not in unknown]
        inner = covariance[np.ix_(u, u)]
        if k:
            inner = inner - covariance[np.ix_(u, k)] @ np.linalg.solve(covariance[np.ix_(k, k)], covariance[np.ix_(k, u)])
        return float(slopes[u] @ inner @ slopes[u])

    out = np.zeros(len(slopes))
    orders = list(permutations(range(len(slopes))))
    for order in orders:
        for i, j in enumerate(order):
            out[j] += left(order[: i + 1]) - (left(order[:i]) if i else 0.0)
    return out / len(orders) / float(slopes @ covariance @ slopes)


def shares(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["variable"], table["share"], strict=True))


@pytest.mark.parametrize("rho", [0.0, 0.5, -0.7, 0.95])
def test_two_factors_that_go_together(rho):
    """The closed form of Iooss and Prieur (2019)."""
    slopes, covariance = np.array([1.0, 2.0]), np.array([[1, rho], [rho, 1]])
    x = sample(covariance)
    total = 1 + 4 + 4 * rho
    first = (1 * (1 - rho**2 / 2) + 2 * rho + 4 * rho**2 / 2) / total
    assert exact(slopes, covariance) == pytest.approx([first, 1 - first])
    found = shares(shapley(case(x, x @ slopes), "y"))
    assert (found["a"], found["b"]) == pytest.approx((first, 1 - first), abs=0.03)
    assert sum(found.values()) == pytest.approx(1, abs=1e-12)


def test_four_factors_one_of_which_does_nothing_but_goes_with_another():
    """The fourth has no slope: it has a share because it tells of the third; with independent factors it has none."""
    covariance = np.eye(4)
    covariance[2, 3] = covariance[3, 2] = 0.8
    slopes = np.array([1.0, 0.5, 1.5, 0.0])
    wanted = exact(slopes, covariance)
    assert wanted[3] > 0.15
    x = sample(covariance, 8000)
    table = shapley(case(x, x @ slopes), "y")
    found = shares(table)
    assert [found[name] for name in "abcd"] == pytest.approx(wanted, abs=0.04)
    assert found[REST] < 0.04
    assert table["variable"].iloc[0] == "c"
    assert table["variable"].iloc[-1] == REST
    assert ((table["share_low"] <= table["share"]) & (table["share"] <= table["share_high"])).all()
    alone = sample(np.eye(4), 8000)
    assert abs(shares(shapley(case(alone, alone @ slopes), "y"))["d"]) < 0.02


def test_luck_is_not_divided_among_factors():
    x = sample(np.array([[1, 0.5], [0.5, 1]]))
    y = x @ np.array([1.0, 0.0]) + np.random.default_rng(2).standard_normal(POINTS)
    found = shares(shapley(case(x, y), "y"))
    wanted = exact(np.array([1.0, 0.0]), np.array([[1, 0.5], [0.5, 1]])) / 2
    assert found[REST] == pytest.approx(0.5, abs=0.04)
    assert (found["a"], found["b"]) == pytest.approx(tuple(wanted), abs=0.04)


def test_two_words_and_a_number_that_interact():
    """y = number where the word is on, else 0, independent: variances by hand."""
    luck = np.random.default_rng(3)
    on, number = luck.integers(0, 2, POINTS), luck.uniform(0, 1, POINTS)
    points = pd.DataFrame({"word": np.where(on, "yes", "no"), "number": number})
    table = shapley(case_of(points, pd.DataFrame({"y": on * number}), variables=[Variable("word", values=("no", "yes"))]), "y")
    whole, by_word, by_number = 1 / 6 - 1 / 16, 1 / 16, 1 / 48
    both = whole - by_word - by_number
    found = shares(table)
    assert (found["word"], found["number"]) == pytest.approx(((by_word + both / 2) / whole, (by_number + both / 2) / whole), abs=0.03)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    slopes, covariance = np.array([1.0, 2.0]), np.array([[1, 0.5], [0.5, 1]])
    truth, inside = exact(slopes, covariance) * 7 / 8, 0
    for seed in range(40):
        x = sample(covariance, 500, 100 + seed)
        y = x @ slopes + np.random.default_rng(900 + seed).standard_normal(500)
        rows = shapley(case(x, y), "y").set_index("variable").loc[["a", "b"]]
        inside += ((rows["share_low"] <= truth) & (truth <= rows["share_high"])).sum()
    assert 70 <= inside <= 80, "of 80; with a bootstrap of points they are about 65"


def test_the_division_of_a_game_by_hand():
    """Values of coalitions 0, a, b, ab: a adds 1 or 5, b adds 2 or 6, of 7 and 1 that nobody adds."""
    assert divided(np.array([1.0, 2.0, 3.0, 8.0])) == pytest.approx([3 / 8, 4 / 8, 1 / 8])
    assert variances_left(np.zeros((5, 1)), np.arange(5.0))[1] == pytest.approx(2.5), "nothing known: the whole variance"


@pytest.mark.parametrize(
    ("size", "width", "more", "said"),
    [
        (50, 2, {}, "need at least 100 points with a value, not 50"),
        (200, 11, {}, "of 11 factors are too many"),
        (200, 2, {"design": "sobol"}, "this is a sobol design"),
    ],
)
def test_what_it_cannot_tell_is_said(size, width, more, said):
    x = sample(np.eye(width), size)
    with pytest.raises(AnalysisError, match=said):
        shapley(case(x, x[:, 0], **more), "y")
    with pytest.raises(AnalysisError, match="the same at every point"):
        shapley(case(sample(np.eye(2), 200), np.ones(200)), "y")


def test_it_is_a_method_that_is_asked_for():
    x = sample(np.array([[1, 0.9], [0.9, 1]]), 400)
    found = analyse(case(x, x[:, 0]), methods=["shapley"])
    assert set(found.shapley) == {"y"}
    assert list(frames_of(found)["shapley"]["variable"])[-1] == REST
    assert any(line.startswith("Its variance divided (Shapley effect): a ") for line in drivers(found, "y"))
    assert "shapley" not in fitting(case(x, x[:, 0])), "the others take no such time"
