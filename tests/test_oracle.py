"""The engine equals the slow reference model: in drawn worlds, quarter by quarter, and over whole runs."""

from __future__ import annotations

import pytest

from drawn import drawn_scenario, drawn_state
from oracle import Pair
from patronage.scenario import load_scenario
from patronage.strategies.registry import policies, strategies
from patronage.world.deals import KINDS

EVERYDAY = range(60)
"""Drawn worlds of the everyday tests."""


def drawn_pair(number: int, in_the_middle: bool = True) -> Pair:
    """A drawn world, in a drawn state or at its beginning."""
    scenario = drawn_scenario(number)
    return Pair(scenario, number, number % 5, drawn_state(number, scenario) if in_the_middle else None)


def agree(pair: Pair, quarters: int) -> None:
    """Both models tell the same for that many quarters, to 1e-12, and so do their ledgers."""
    for quarter in range(quarters):
        pair.step()
        assert pair.differences() == {}, f"quarter {quarter}"
    mine, theirs = pair.ledgers()
    assert mine == theirs


@pytest.mark.parametrize("number", EVERYDAY)
def test_a_quarter_of_a_drawn_world(number):
    agree(drawn_pair(number), 1)


@pytest.mark.parametrize("number", range(100, 116))
def test_two_years_of_a_drawn_world(number):
    agree(drawn_pair(number, in_the_middle=bool(number % 2)), 8)


@pytest.mark.parametrize("replication", range(4))
def test_whole_runs_of_two_patrons(replication):
    scenario = load_scenario("two-patrons")
    agree(Pair(scenario, seed=5, replication=replication), scenario.end - scenario.start + 1)


@pytest.mark.parametrize("replication", range(2))
def test_whole_runs_of_central_asia(replication):
    scenario = load_scenario("central-asia")
    agree(Pair(scenario, seed=5, replication=replication), scenario.end - scenario.start + 1)


def test_the_drawn_worlds_hold_every_part_of_the_model():
    kinds, chosen, acts = set(), set(), set()
    for number in EVERYDAY:
        pair = drawn_pair(number)
        pair.step()
        kinds |= {row[1] for row in pair.ledgers()[0]}
        scenario = pair.model.scenario
        chosen |= {scenario.choice(f"patrons.{p}.strategy") for p in scenario.patrons}
        chosen |= {scenario.choice(f"states.{c}.policy") for c in scenario.clients}
        chosen |= {scenario.choice(f"blocs.{b}.vote") for b in scenario.blocs}
        acts |= {act.kind for event in scenario.events for act in event.acts}
    assert kinds == set(KINDS)
    assert chosen == {*strategies(), *policies(), "consensus", "majority", "leader"}
    assert len(acts) == 14


@pytest.mark.statistical
@pytest.mark.parametrize("number", range(200, 600))
def test_many_more_drawn_worlds(number):
    agree(drawn_pair(number), 1)
    agree(drawn_pair(number, in_the_middle=False), 8)


@pytest.mark.statistical
@pytest.mark.parametrize("replication", range(2, 22))
def test_many_more_runs_of_central_asia(replication):
    scenario = load_scenario("central-asia")
    agree(Pair(scenario, seed=6, replication=replication), scenario.end - scenario.start + 1)
