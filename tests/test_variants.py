"""Runs of different scenarios in one batch: each is the run it would be alone, whatever the others are."""

from __future__ import annotations

import numpy as np
import pytest

from drawn import drawn_scenario
from patronage.driving import prepare, quarters
from patronage.scenario import Scenario, load_scenario
from patronage.world.state import AXES, World
from worlds import TWO, scenario

EVENTS = """
bases:
  manas: {holder: USA, host: KGZ, rent: 10, term: 3}
events:
  surge: {at: 2009Q2, over: 3 quarters, for: 5 quarters, set: {patrons.USA.mission: 1, region.instability: 0.5}}
  drought: {hazard: 40 %/yr, for: 2 quarters, set: {states.KGZ.growth: -6}}
  gift: {at: 2009Q3, transfer: {from: USA, to: KGZ, amount: 20}, forgive: {from: RUS, to: KGZ, amount: 5}}
  turn: {when: "legitimacy(KGZ) > 0.3 for 2 quarters", set: {patrons.RUS.strategy: client_state}}
  demand: {at: 2009Q2, host_demand: {holder: USA, host: KGZ, multiple: 0}}
"""
CHANGES: tuple[dict[str, object], ...] = (
    {},
    {"events.surge.at": "2010Q1"},
    {"events.surge.over": 1, "events.surge.for": 2},
    {"events.surge.set.patrons.USA.mission": 0.25},
    {"events.drought.hazard": 90},
    {"events.gift.transfer.amount": 70, "events.gift.forgive.amount": 0},
    {"events.turn.when": "legitimacy(KGZ) > 0.3 for 4 quarters"},
    {"events.turn.set.patrons.RUS.strategy": "portfolio"},
    {"events.demand.host_demand.multiple": 4},
    {"bases.manas.rent": 40, "bases.manas.term": 8},
    {"patrons.RUS.budget": 900, "rules.bargaining.value_noise": 0},
    {"states.KGZ.policy": "isolationist", "mechanisms.threat": "off"},
)


def worlds_of(
    scenarios: list[Scenario], numbers: list[int], which: list[int] | None = None, most: int = 8
) -> list[World]:
    """The worlds quarter by quarter."""
    start = prepare(scenarios[0], numbers, 3, scenarios, which)
    return [world.copy() for world, _ in quarters(start, min(scenarios[0].end, scenarios[0].start + most - 1))]


def unlike(batch: list[World], run: int, alone: list[World]) -> set[str]:
    """Arrays in which run `run` of one list of worlds is at some time not the only run of another."""
    return {
        name
        for one, other in zip(batch, alone, strict=True)
        for name in AXES
        if not np.array_equal(getattr(one, name)[run], getattr(other, name)[0], equal_nan=True)
    }


def test_a_run_in_a_batch_of_variants_is_the_run_it_is_alone():
    worlds = [scenario(TWO + EVENTS, change) for change in CHANGES]
    # The condition is part of what runs of a batch share, its number of quarters too as it stands in its text.
    together = [w for w, change in zip(worlds, CHANGES, strict=True) if "events.turn.when" not in change]
    numbers = [7] * len(together)
    batch = worlds_of(together, numbers)
    for i, one in enumerate(together):
        assert unlike(batch, i, worlds_of([one], [7])) == set(), CHANGES[i]


def test_every_variant_of_the_above_changes_the_run():
    """Otherwise the test above would prove nothing."""
    worlds = [worlds_of([scenario(TWO + EVENTS, change)], [7]) for change in CHANGES]
    assert [CHANGES[i] for i in range(1, len(CHANGES)) if not unlike(worlds[0], 0, worlds[i])] == []


def test_variants_are_given_to_runs_by_number():
    worlds = [scenario(TWO + EVENTS, change) for change in CHANGES[:4]]
    batch = worlds_of(worlds, [5, 6, 5, 9], [3, 0, 1, 1])
    for i, (number, which) in enumerate([(5, 3), (6, 0), (5, 1), (9, 1)]):
        assert unlike(batch, i, worlds_of([worlds[which]], [number])) == set()


@pytest.mark.parametrize("number", range(1500, 1504))
def test_drawn_worlds_with_other_dates_and_amounts(number):
    base = drawn_scenario(number)
    others = [base]
    others += [changed(base, event.name) for event in base.events]
    batch = worlds_of(others, [number] * len(others))
    for i, one in enumerate(others):
        assert unlike(batch, i, worlds_of([one], [number])) == set(), i


def changed(base: Scenario, name: str) -> Scenario:
    """The scenario with an event at another date, or of another chance, twice as long and with other numbers."""
    from dataclasses import replace

    from patronage.scenario import Dated, Hazard

    out = []
    for event in base.events:
        if event.name == name:
            trigger = event.trigger
            if isinstance(trigger, Dated):
                trigger = Dated(base.start + (trigger.quarter - base.start + 1) % (base.end - base.start + 1))
            elif isinstance(trigger, Hazard):
                trigger = Hazard(0.9)
            acts = tuple(replace(act, numbers={k: v / 2 for k, v in act.numbers.items()}) for act in event.acts)
            event = replace(event, trigger=trigger, over=event.over + 1, acts=acts)  # noqa: PLW2901  # the changed one
        out.append(event)
    return replace(base, events=tuple(out))


def test_a_swept_date_reaches_the_model():
    worlds = [load_scenario("two-patrons", {"events.withdrawal.at": at}) for at in ("2010Q1", "2012Q4")]
    start = prepare(worlds[0], [0, 0], 1, worlds)
    missions = {w.quarter: h.parameters["mission"][:, -1].tolist() for w, h in quarters(start, worlds[0].end)}
    assert missions[worlds[0].start + 4] == [0.875, 1.0]
    assert missions[worlds[0].start + 15] == [0.0, 0.875]
