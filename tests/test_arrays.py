"""Arrays of many runs: sums whose order is fixed, and views of the world's memory."""

from __future__ import annotations

import numpy as np
import pytest

from drawn import drawn_scenario
from patronage.driving import prepare
from patronage.world.arrays import logistic, running, share_of, total
from patronage.world.fields import STATE
from patronage.world.state import View, World
from worlds import TWO, scenario

RNG = np.random.default_rng(5)


def test_a_sum_is_the_same_alone_and_in_any_batch():
    x = np.asfortranarray(RNG.lognormal(0, 8, (1000, 40, 5)))
    whole = total(x, 1)
    for run in (0, 1, 500, 999):
        assert np.array_equal(total(x[run : run + 1], 1)[0], whole[run])
        assert np.array_equal(total(np.asfortranarray(x[run : run + 3]), 1)[0], whole[run])
    by_hand = x[:, 0] + 0.0
    for i in range(1, 40):
        by_hand = by_hand + x[:, i]
    assert np.array_equal(whole, by_hand)


@pytest.mark.parametrize("axis", [1, 2, -1, -2])
def test_sums_along_any_axis(axis):
    x = RNG.normal(size=(4, 3, 5))
    assert total(x, axis) == pytest.approx(x.sum(axis), rel=1e-13)
    assert total(np.zeros((4, 3, 0, 2)), -2).shape == (4, 3, 2)
    assert total(np.zeros((4, 3, 0)), -1).tolist() == np.zeros((4, 3)).tolist()


def test_running_sums():
    assert running(np.array([[1.0, 2, 3]]), 1).tolist() == [[1, 3, 6]]


def test_a_share_of_nothing_is_nothing():
    assert share_of(np.array([1.0, 0, 3]), np.array([4.0, 0, 0])).tolist() == [0.25, 0, 0]


def test_the_logistic_has_no_overflow():
    made = logistic(np.array([-1e9, -1.0, 0.0, 1.0, 1e9]))
    assert made[0] == pytest.approx(0, abs=1e-300)
    assert made[2:5:2].tolist() == [0.5, 1.0]
    assert made[1] + made[3] == pytest.approx(1, rel=1e-15)


def test_every_field_of_the_state_has_its_view():
    views = {name: view for name, view in vars(World).items() if isinstance(view, View)}
    assert list(views) == [f.name for f in STATE]
    assert all((views[f.name].axes, views[f.name].flag) == (f.axes, f.kind == "flag") for f in STATE)


def test_views_are_the_memory_without_its_padding():
    ensemble = prepare(scenario(TWO), [0, 1, 2], 1).ensemble()
    world = ensemble.world
    assert (world.share.shape, world.gdp.shape, world.position.shape) == ((3, 2, 2), (3, 2), (3, 2, 2))
    world.gdp[1, 1] = 7.0
    world.base[2, 0, 1] = True
    assert ensemble.worlds["gdp"][1, 1] == 7.0
    assert ensemble.worlds["standing"][2, 0, 1, 0] == 1
    kept = world.copy()
    world.gdp[1, 1] = 8.0
    assert kept.gdp[1, 1] == 7.0


@pytest.mark.parametrize("number", [3, 8, 14])
def test_padding_stays_empty(number):
    """Nothing is ever written beyond the actors there are."""
    ensemble = prepare(drawn_scenario(number), [0], 1).ensemble()
    for _ in range(4):
        ensemble.step()
    world = ensemble.world
    for field in STATE:
        whole, part = ensemble.worlds[field.name], getattr(world, field.name)
        assert np.count_nonzero(whole) == np.count_nonzero(part), field.name


def test_inputs_of_variants_stand_in_rows_of_runs():
    one, other = scenario(TWO), scenario(TWO, {"patrons.RUS.budget": 500})
    p = prepare(one, [0, 1], 1, [one, other]).parameters
    assert p["budget"].shape == (2, 2)
    assert p["budget"][:, 0].tolist() == [100, 125]
    assert p["mission"].tolist() == [[0, 0], [0, 0]]
    with pytest.raises(KeyError):
        p["misson"]


def test_variants_must_share_their_structure():
    with pytest.raises(ValueError, match="actors, blocs, axes and period"):
        prepare(scenario(TWO), [0, 1], 1, [scenario(TWO), scenario(TWO.replace("2011Q4", "2012Q4"))])
    event = TWO + "events:\n  gift: {at: 2009Q2, transfer: {from: USA, to: KGZ, amount: 20}}\n"
    with pytest.raises(ValueError, match="share their bases and events"):
        prepare(scenario(TWO), [0, 1], 1, [scenario(TWO), scenario(event)])
