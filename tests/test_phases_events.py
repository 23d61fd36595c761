"""What a scenario makes happen (equations §0): triggers, changes that come, stay and go, acts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from patronage import simulate
from patronage.scenario import load_scenario, quarter_name
from worlds import TWO, Scene, scenario


def values(text: str, path: str, quarters: int = 8) -> list[float]:
    """A field of USA (mission) or of the region in each quarter, as the engine had it in force."""
    return [float(p[0]) for p in in_force(text, path, quarters)]


def in_force(text: str, name: str, quarters: int) -> list[np.ndarray]:
    scene = Scene(TWO + text)
    scene.luck.throws = {"event": {}}
    out = []
    for _ in range(quarters):
        happened = scene.quarter()
        out.append(happened.parameters[name][0].ravel()[-1:].copy())
    return out


WITHDRAWAL = """
events:
  begin: {at: 2009Q1, set: {patrons.USA.mission: 1}}
  withdrawal: {at: 2009Q3, over: 4 quarters, set: {patrons.USA.mission: 0}}
"""


def frames_equal(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.reset_index(drop=True).equals(other.reset_index(drop=True))


def test_a_change_comes_in_equal_steps_and_stays():
    assert values(WITHDRAWAL, "mission") == [1, 1, 0.75, 0.5, 0.25, 0, 0, 0]


def test_a_change_for_a_time_goes_again():
    text = "\nevents:\n  surge: {at: 2009Q2, for: 3 quarters, set: {region.instability: 0.9}}\n"
    assert values(text, "instability", 6) == [0.2, 0.9, 0.9, 0.9, 0.2, 0.2]
    until = "\nevents:\n  surge: {at: 2009Q2, until: 2009Q4, set: {region.instability: 0.9}}\n"
    assert values(until, "instability", 6) == [0.2, 0.9, 0.9, 0.9, 0.2, 0.2]


def test_a_ramp_inside_a_stay():
    text = "\nevents:\n  surge: {at: 2009Q1, over: 2 quarters, for: 4 quarters, set: {region.instability: 0.6}}\n"
    assert values(text, "instability", 6) == [0.4, 0.6, 0.6, 0.6, 0.2, 0.2]


def test_a_later_event_takes_over_and_a_repeal_gives_back():
    text = """
events:
  surge: {at: 2009Q1, set: {region.instability: 0.9}}
  calm: {at: 2009Q3, set: {region.instability: 0.1}}
  end: {at: 2010Q1, repeal: [surge]}
"""
    assert values(text, "instability", 6) == [0.9, 0.9, 0.1, 0.1, 0.2, 0.2]


def test_a_condition_fires_once_when_it_has_held_long_enough():
    text = """
events:
  low: {at: 2009Q2, set: {region.instability: 0.05}}
  watch: {when: instability() < 0.1 for 2 quarters, set: {patrons.USA.mission: 0.5}}
"""
    # Below at the end of Q2 and Q3: in force from Q4.
    assert values(text, "mission", 5) == [0, 0, 0, 0.5, 0.5]


def test_conditions_see_the_world_before_the_quarter():
    scene = Scene(TWO + '\nevents:\n  doubt: {when: "legitimacy(KGZ) > 0.5", overthrow: {state: KGZ}}\n')
    scene.luck.throws = {"overthrow": 0.999}
    fired = [len(scene.quarter().events) > 0 for _ in range(3)]
    assert fired == [True, False, False]
    assert [row["cause"] for row in scene.rows("overthrow")] == ["event"]


def test_a_hazard_is_a_chance_a_year_and_may_come_again():
    text = "\nevents:\n  drought: {hazard: 76 %/yr, for: 2 quarters, set: {region.instability: 0.9}}\n"
    scene = Scene(TWO + text)
    # 1 − 0.24^¼ = 0.30008
    happened = []
    for draw in (0.301, 0.300, 0.300, 0.301, 0.300, 0.300, 0.300, 0.301):
        scene.luck.throws = {"event.drought": draw}
        happened.append(float(scene.quarter().parameters["instability"][0]))
    # It comes in the second quarter, lasts two whatever the draws, comes again in the fifth, and once more at its end.
    assert happened == [0.2, 0.9, 0.9, 0.2, 0.9, 0.9, 0.9, 0.9]


def test_choices_change_at_once():
    text = (
        "\nevents:\n  turn: {at: 2009Q2, set: {patrons.RUS.strategy: client_state, states.KGZ.policy: isolationist}}\n"
    )
    loaded = scenario(TWO + text, {"ties.RUS.KGZ.weight": 1, "patrons.RUS.strategy": "sphere"})
    mode = simulate(loaded, 1, until=loaded.start + 3).data.mode.sel(patron="RUS").values[0]
    assert mode.tolist() == [0, 1, 1, 1]


def test_acts_happen_in_their_quarter_and_once():
    text = """
events:
  gift: {at: 2009Q2, transfer: {from: USA, to: KGZ, amount: 20 MUSD}}
  base: {at: 2009Q3, open_base: {holder: USA, host: KGZ, rent: 30 MUSD/yr, term: 40 quarters}}
  end: {at: 2010Q1, close_base: {holder: USA, host: KGZ}}
"""
    loaded = scenario(TWO + text, {"rules.bargaining.hazard_base": 0, "rules.bargaining.hazard_regime": 0})
    result = simulate(loaded, 2, until=loaded.start + 5)
    assert result.data.surplus.sel(patron="USA", client="KGZ").values.tolist() == [[0, 20, 0, 0, 0, 0]] * 2
    assert (
        result.data.base.sel(patron="USA", client="KGZ").values.tolist() == [[False] * 2 + [True] * 2 + [False] * 2] * 2
    )
    log = result.events[result.events.run == 1]
    assert log[["quarter", "event", "what"]].values.tolist() == [
        ["2009Q2", "gift", "fired"],
        ["2009Q3", "base", "fired"],
        ["2010Q1", "end", "fired"],
    ]


@pytest.mark.parametrize("at", ["2010Q1", "2011Q3"])
def test_an_event_leaves_the_past_alone(at):
    """The built-in case with and without an upheaval: the same bits before it, other ones after."""
    base = load_scenario("two-patrons")
    other = load_scenario("two-patrons", overrides={"events.withdrawal.at": at})
    first, second = simulate(base, 30, 4, record="full"), simulate(other, 30, 4, record="full")
    quarters = [quarter_name(t) for t in range(base.start, base.end + 1)]
    split = quarters.index(min(at, "2011Q3"))
    for name in first.data.data_vars:
        before = [r.data[name].values[:, :split] for r in (first, second)]
        assert np.array_equal(*before), name
    rows = [r.ledger.astype(str) for r in (first, second)]
    assert frames_equal(*(r[r.quarter < quarters[split]] for r in rows))
    assert np.array_equal(first.data.share.values, second.data.share.values) == (at == "2011Q3")
