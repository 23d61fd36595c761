"""The engine equals the slow reference model: in drawn worlds, quarter by quarter, and over whole runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from drawn import INTERFERENCES, POLICIES, STRATEGIES, SUPPORTS, drawn_scenario, drawn_state
from oracle import Pair
from patronage.scenario import Scenario, load_scenario, load_text
from patronage.scenario.structure import ACTS, REGIMES, VOTES
from patronage.scenario.vocabulary import MEASURES
from patronage.world.codes import KINDS
from patronage.world.fields import ROUTES
from patronage.world.loose import loosened
from patronage.world.readings import reading
from reference.measures import measure as reference_measure

EVERYDAY = (*range(60), 92)  # in 92 a demand is met
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


def drawn_worlds_agree() -> None:
    """A number of drawn worlds at once: what the planted faults are held against."""
    for number in range(20):
        agree(drawn_pair(number), 1)


def two_quarters_agree() -> None:
    """Quarters of a year draw different luck."""
    for number in (100, 102, 104):
        agree(drawn_pair(number, in_the_middle=False), 2)


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


@pytest.mark.parametrize("vote", ["consensus", "majority", "leader", "group_decision"])
def test_a_bloc_that_nobody_is_in_is_the_same_in_both(vote):
    """Its leader is a client and leaves; it has no centre, no cohesion, and nobody who objects to a new member."""
    scenario = load_text(
        f"""
title: a bloc whose only member leaves
extends: two-patrons
source: assumption
states: {{TJK: {{gdp: 5000}}}}
patrons: {{TJK: {{budget: 10}}}}
blocs: {{NEW: {{leader: TJK, members: [], joint_force: on, vote: {vote}}}}}
rules: {{blocs: {{join: 0.3}}}}
events: {{out: {{at: 2009Q2, leave: {{bloc: NEW, state: TJK}}}}}}
"""
    )
    pair = Pair(scenario, seed=5)
    agree(pair, 2)
    assert pair.world.cohesion[0, scenario.blocs.index("NEW")] == 0
    agree(pair, 10)


def test_the_drawn_worlds_hold_every_part_of_the_model():
    kinds, chosen, acts, causes = set(), set(), set(), set()
    for number in EVERYDAY:
        pair = drawn_pair(number)
        pair.step()
        kinds |= {row[1] for row in pair.ledgers()[0]}
        scenario = pair.model.scenario
        chosen |= {scenario.choice(f"patrons.{p}.strategy") for p in scenario.patrons}
        chosen |= {scenario.choice(f"states.{c}.policy") for c in scenario.clients}
        chosen |= {scenario.choice(f"blocs.{b}.vote") for b in scenario.blocs}
        chosen |= {scenario.choice(f"patrons.{p}.interference") for p in scenario.patrons}
        chosen |= {scenario.choice(f"states.{c}.support") for c in scenario.clients}
        chosen |= set(pair.model.state["regime"].values())
        causes |= {row[5] for row in pair.ledgers()[0] if row[1] in ("notice", "closed")}
        acts |= {act.kind for event in scenario.events for act in event.acts}
    assert kinds == set(KINDS)
    assert chosen == {*STRATEGIES, *POLICIES, *VOTES, *INTERFERENCES, *SUPPORTS, *REGIMES}
    assert causes == set(ROUTES) - {""}
    assert acts == set(ACTS)


def codes_of(arguments: tuple[str, ...], scenario: Scenario) -> Iterator[tuple[str, ...]]:
    """Everything a measure can be asked about."""
    pools = {"patron": scenario.patrons, "client": scenario.clients, "bloc": scenario.blocs}
    return itertools.product(
        *((pools | {"axis": ("unga", *scenario.axes), "kind": scenario.kinds})[kind] for kind in arguments)
    )


def measured(pair: Pair, name: str, codes: tuple[str, ...]) -> float:
    """A measure as the engine reads it."""
    letters = {"patron": "P", "client": "C", "bloc": "B", "axis": "O", "kind": "J"}
    axes = "".join(letters[kind] for kind in MEASURES[name].arguments)
    first, second, third = (*pair.structure.place(axes, codes), -1, -1, -1)[:3]
    records = (loosened(a)[0] for a in (pair.ensemble.worlds, pair.ensemble.inputs, pair.ensemble.places))
    return float(reading(*records, tuple(MEASURES).index(name), first, second, third))


@pytest.mark.parametrize("number", range(0, 16, 2))
def test_both_read_the_same_measures(number):
    pair = drawn_pair(number, in_the_middle=False)
    scenario = pair.model.scenario
    for quarter in range(4):
        for name, word in MEASURES.items():
            if quarter == 0 and name in ("growth", "insecurity", "year"):
                continue  # of a quarter; there has been none
            for codes in codes_of(word.arguments, scenario):
                mine = measured(pair, name, codes)
                if name == "spent":
                    (p,) = codes
                    cost, delivered = pair.model.inputs.cost[p], pair.model.flows["delivered"][p]
                    theirs = sum(cost[k] * given[k] for given in delivered.values() for k in cost)
                else:
                    theirs = float(reference_measure(pair.model, name, codes))
                assert mine == pytest.approx(theirs, rel=1e-12, abs=1e-12), (quarter, name, codes)
        pair.step()


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
