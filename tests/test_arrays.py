"""Array helpers: sums whose order is fixed, shapes that broadcast, a world that cannot be changed in place."""

from __future__ import annotations

import numpy as np
import pytest

from patronage.engine import prepare, quarters
from patronage.phases.stocks import store
from patronage.scenario import load_scenario
from patronage.world.arrays import Lens, filled, freeze, logistic, running, share_of, total, zeros
from patronage.world.deals import Deals
from worlds import TWO, Scene, scenario

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


def test_arrays_lie_run_by_run():
    assert zeros(3, 2, 4).flags.f_contiguous
    grown = filled(np.array([[1.0, 2]]), 3)
    assert grown.tolist() == [[1, 2]] * 3
    assert grown.flags.f_contiguous
    assert grown.flags.writeable


def test_a_lens_adds_the_axes_that_are_missing():
    class Struct:
        pair = np.zeros((6, 2, 3))
        client = np.zeros((6, 3))
        patron = np.zeros((6, 2))
        rule = np.zeros(6)
        bloc = np.zeros((6, 4))

    axes = {"pair": "PC", "client": "C", "patron": "P", "rule": "", "bloc": "B"}
    lens = Lens(Struct(), axes, "PC")
    assert [getattr(lens, name).shape for name in ("pair", "client", "patron", "rule")] == [
        (6, 2, 3),
        (6, 1, 3),
        (6, 2, 1),
        (6, 1, 1),
    ]
    with pytest.raises(AttributeError, match="bloc has axes B"):
        _ = lens.bloc


def test_frozen_arrays_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        freeze(np.zeros(2))[0] = 1


def test_a_phase_that_changes_its_world_crashes():
    scene = Scene()
    with pytest.raises(ValueError, match="read-only"):
        scene.put(arms=1.0).world.arms[...] = 2
    after = store(scene.world, scene.p, {}, Deals(0))
    assert not after.arms.flags.writeable
    assert scene.see("arms").tolist() == [[1, 1], [1, 1]]


def test_all_phases_leave_all_their_arrays_read_only():
    loaded = load_scenario("two-patrons")
    start = prepare(loaded, [0, 1], 1)
    for world, _ in quarters(start, loaded.start + 3):
        for name, value in vars(world).items():
            if isinstance(value, np.ndarray):
                assert not value.flags.writeable, name


def test_variants_keep_one_row_where_they_agree():
    one, other = scenario(TWO), scenario(TWO, {"patrons.RUS.budget": 500})
    p = prepare(one, [0, 1], 1, [one, other]).parameters
    assert p.budget.shape == (2, 2)
    assert p.budget[:, 0].tolist() == [100, 125]
    assert p.mission.shape == (1, 2)


def test_variants_must_share_their_structure():
    with pytest.raises(ValueError, match="actors, blocs, axes and period"):
        prepare(scenario(TWO), [0, 1], 1, [scenario(TWO), scenario(TWO.replace("2011Q4", "2012Q4"))])
    event = TWO + "events:\n  gift: {at: 2009Q2, transfer: {from: USA, to: KGZ, amount: 20}}\n"
    with pytest.raises(ValueError, match="share their bases and events"):
        prepare(scenario(TWO), [0, 1], 1, [scenario(TWO), scenario(event)])
