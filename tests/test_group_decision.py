"""Votes by group decision (equations §12): ballots worked out by hand, many drawn ones against the reference model."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from drawn import drawn_scenario, drawn_state
from oracle import Pair
from patronage.decisions.blocs import cost_of_yes
from patronage.decisions.debate import argue
from patronage.phases import blocs
from patronage.phases.bargaining import ask_allies, open_table
from patronage.theory.group_decision import STRONGEST, group_decision
from reference.group import Voter, group_cost, one_round
from worlds import TWO, Scene


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


# --- by hand ---

THREE = TWO.replace(
    "  RUS: {position", "  UZB: {gdp: 4000, growth: 0, openness: 0.5, coalition: 0.25}\n  RUS: {position", 1
)
PACT = "blocs:\n  CSTO: {leader: RUS, members: [RUS, KGZ, TJK, UZB], third_party_consent: on, joint_force: on}\n"
STAND = {("TJK", "security"): 0.5, ("UZB", "security"): -0.5, ("KGZ", "security"): 0.5}
OF_KGZ, OF_TJK, OF_UZB = 3.53828125, 2.513154984116653, 1.50703125
"""Prices: 0.8σ² + 16σ at σ = 0.0625 · 1.75 · 2 in KGZ and σ = 0.0625 · 0.75 · 2 in UZB; 0.8σ² + σ · 8 · sqrt(2) in TJK."""


def consent(vote: str, **put: object) -> np.ndarray:
    """Prices of consent to a base of the United States in KGZ, TJK and UZB."""
    return asked(Scene(THREE + PACT, {"blocs.CSTO.vote": vote}).put(position=STAND, **put))


def asked(scene: Scene) -> np.ndarray:
    """What allies ask for consent to a base of the United States, by client."""
    scene.everything()
    scene.play(open_table, ask_allies)
    return scene.see("asked_for_consent", "USA")


def test_a_group_decision_on_an_outsiders_base():
    # In KGZ, TJK (stance 1.5 − 0.5 = 1, s = 1, w = 2000) and UZB (−1, s = 0.75/1.75 = 3/7, w = 4000 · 3/7) vote.
    # P(TJK) = 7/13. With r = 1, E_TU = 2(1 − 2 · 3/7 · 6/13) > 0 and E_UT = 2(1 − 2 · 7/13) < 0: TJK is the more secure,
    # r = 2 and ½. Then E_TU = 3/7 · 2/13 + 4/7 · 2 − 1 = 19/91, E_UT = −2/13 − (2 − 4 · sqrt(½)) = 0.6746: TJK gives
    # way, and a yes is free. In TJK, KGZ (w = 4000) stands for TJK and P = 0.7: E_KU = 0.4857 > E_UK = 0.0284 > 0: UZB is
    # talked round, both object with all weight, and both must be bought. In UZB, KGZ and TJK stand at one point: nobody
    # argues; TJK is bought first (2000 of 6000), but KGZ has more than half.
    assert consent("group_decision") == near(np.array([0.0, OF_UZB + OF_KGZ, OF_TJK + OF_KGZ]))
    # The twin: where votes are counted by heads, or all must agree, other prices come.
    assert consent("consensus") == near(np.array([OF_TJK, OF_KGZ, OF_TJK + OF_KGZ]))


def test_the_heavier_half_decides_without_argument():
    # On a base in UZB, KGZ and TJK stand at one point. A large TJK (M = 200) is dear and heavy: KGZ is bought first, and
    # is not enough. A tiny one is cheap and light: it is bought first, and is not enough either.
    large = consent("group_decision", gdp={"TJK": 10000.0})
    dear = 4 * (0.21875**2 / 5 + 2 * 0.21875 * np.sqrt(0.02 * 10000 / 5))
    assert large[2] == near(OF_KGZ + dear)
    small = consent("group_decision", gdp={"TJK": 1.0})
    cheap = 4 * (0.21875**2 / 5 + 2 * 0.21875 * np.sqrt(0.02 / 5))
    assert small[2] == near(cheap + OF_KGZ)


def test_a_group_decision_on_an_accession():
    # Members RUS (1), KGZ (1) and UZB (−1): mean ⅓. TJK at −1 moves it to 0: KGZ is ⅓ farther off, UZB ⅓ nearer.
    # Less 0.1: stances 7/30 and −13/30. s by σ towards RUS: KGZ d = 0, UZB d = 2: 0.25 : 2.25.
    scene = Scene(THREE + PACT, {"blocs.CSTO.vote": "group_decision"})
    scene.put(position={("KGZ", "security"): 1.0, ("UZB", "security"): -1.0, ("TJK", "security"): -1.0})
    scene.put(member={("CSTO", "TJK"): False})

    def cost(scene: Scene) -> float:
        number = scene.play(blocs.centre, b="CSTO")
        return float(scene.play(blocs.accession_cost, b="CSTO", c="TJK", number=number))

    # UZB outweighs KGZ nine to one: r_K = 2, r_U = ½ and KGZ gives way.
    assert cost(scene) == 0
    scene.rule(vote={"CSTO": "consensus"})
    # KGZ at d = 0: σ = 0.0625 · 0.25 · 2: 0.8σ² + 16σ.
    assert cost(scene) == near(0.50078125)


def test_a_group_decision_on_a_joint_force():
    # All of RUS's members stand too far off (1.5 > 1 − 0.6) and ask the prices above: nobody argues, and the cheaper two
    # of three must be bought (4000 of 10000 left at most 5000 after TJK and one of the others; KGZ before UZB by code).
    scene = Scene(THREE + PACT, {"blocs.CSTO.vote": "group_decision"})
    scene.put(position={(c, "security"): -0.5 for c in ("KGZ", "TJK", "UZB")})
    assert force(scene) == near(OF_TJK + OF_KGZ)
    scene.rule(vote={"CSTO": "consensus"})
    assert force(scene) == near(OF_TJK + 2 * OF_KGZ)


def force(scene: Scene) -> float:
    """What consent to the joint force would cost."""
    scene.play(blocs.consider_force)
    return float(scene.see("force_cost", "CSTO"))


def test_a_lone_objector_is_paid_in_full():
    scene = Scene(TWO + PACT.replace(", UZB", ""), {"blocs.CSTO.vote": "group_decision"}).put(position=STAND_TWO)
    assert asked(scene) == near(np.array([OF_TJK, OF_KGZ]))


STAND_TWO = {("TJK", "security"): 0.5, ("KGZ", "security"): 0.5}


# --- many, against the reference ---


def ballots(count: int, members: int, seed: int) -> tuple[np.ndarray, ...]:
    """Drawn ballots: votes, stances, GDP, salience and prices, [count, members]; some stances are equal."""
    rng = np.random.default_rng(seed)
    shape = (count, members)
    votes = rng.random(shape) < 0.8
    stance = np.where(rng.random(shape) < 0.3, np.round(rng.uniform(-1, 1, shape)), rng.uniform(-1, 1, shape))
    return votes, stance, np.exp(rng.uniform(0, 6, shape)), rng.uniform(0.01, 0.3, shape), rng.uniform(0.1, 9, shape)


@cache
def bench() -> Scene:
    return Scene(TWO + PACT.replace(", UZB", ""), {"blocs.CSTO.vote": "group_decision"})


def ballot(votes: np.ndarray, stance: np.ndarray, gdp: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """The record of a run in which these are the clients; only what a debate reads is right in it."""
    worlds, count = bench().ensemble.worlds, len(votes)
    bench().ensemble.places["C"] = count
    for name, values in {"votes": votes, "stance": stance, "saliences": sigma, "capability": gdp, "gdp": gdp / 4}.items():
        worlds[name][0, :count] = values
    return worlds[0]


def engine_cost(votes: np.ndarray, stance: np.ndarray, gdp: np.ndarray, sigma: np.ndarray, price: np.ndarray) -> float:
    """What a yes costs in the engine."""
    run = ballot(votes, stance, gdp, sigma)
    run["asks"][: len(votes)], run["objects"][: len(votes)] = price, votes & (stance > 0)
    return float(bench().play(cost_of_yes, b="CSTO", voters=float(votes.sum())))


@pytest.mark.parametrize("members", [1, 2, 3, 5, 8])
def test_the_engines_round_is_that_of_the_published_theory(members):
    votes, stance, gdp, sigma, _ = ballots(60, members, 90 + members)
    theory = group_decision(stance, gdp, sigma / np.where(votes, sigma, 0).max(axis=1, keepdims=True, initial=1e-9), votes)
    for i in range(60):
        run = ballot(votes[i], stance[i], gdp[i], sigma[i])
        bench().play(argue)
        assert run["moved"][:members][votes[i]] == near(theory.position[i][votes[i]])
        assert run["risk"][:members][votes[i]] == near(theory.risk[i][votes[i]])


@pytest.mark.parametrize("members", [1, 2, 3, 5, 8])
def test_drawn_ballots_cost_what_the_reference_says(members):
    votes, stance, gdp, sigma, price = ballots(200, members, members)
    objects = votes & (stance > 0)
    mine = [engine_cost(*(a[i] for a in (votes, stance, gdp, sigma, price))) for i in range(200)]
    theirs = [
        group_cost([Voter(*row) for row in zip(*(a[i][votes[i]] for a in (stance, gdp, sigma, price)), strict=True)])
        for i in range(200)
    ]
    assert mine == pytest.approx(theirs, rel=1e-12, abs=1e-12)
    if members > 2:  # arguments matter: some are talked round, others against
        everyone = np.where(objects, price, 0.0).sum(axis=1)
        assert (np.array(mine) < everyone - 1e-9).any()
        assert (np.array(mine) > everyone + 1e-9).any()


def test_a_round_is_the_same_alone_and_in_any_batch():
    votes, stance, gdp, sigma, _ = ballots(50, 5, 99)
    many = group_decision(stance, gdp, sigma, votes).position
    for i in (0, 17, 49):
        alone = group_decision(stance[i], gdp[i], sigma[i], votes[i]).position
        assert alone.tolist() == many[i].tolist()


def test_a_round_knows_no_unit_and_no_order():
    _, stance, gdp, sigma, _ = ballots(50, 5, 98)
    plain = group_decision(stance, gdp, sigma / sigma.max())
    assert group_decision(7 * stance + 3, 100 * gdp, sigma / sigma.max()).position == near(7 * plain.position + 3)
    order = [3, 1, 4, 0, 2]
    mixed = group_decision(stance[:, order], gdp[:, order], sigma[:, order] / sigma.max())
    assert mixed.risk == near(plain.risk[:, order])
    assert mixed.utility == near(plain.utility[:, order][:, :, order])
    # The twin: another choice of proposals is another round.
    assert np.abs(group_decision(stance, gdp, sigma, choice=STRONGEST).position - plain.position).max() > 0.1


def test_nobody_moves_where_all_agree_and_nobody_votes():
    x, one = np.full((1, 3), 0.4), np.ones((1, 3))
    assert group_decision(x, one, one).position.tolist() == x.tolist()
    none = group_decision(np.array([[0.0, 1.0]]), one[:, :2], one[:, :2], np.zeros((1, 2), dtype=bool))
    assert none.position.tolist() == [[0.0, 1.0]]
    assert one_round([0.4, 0.4], [1.0, 1.0], [1.0, 1.0]) == [0.4, 0.4]


@pytest.mark.parametrize("number", [9, 12, 31, 44, 53])
def test_drawn_worlds_whose_blocs_argue(number):
    scenario = drawn_scenario(number, vote="group_decision")
    pair = Pair(scenario, number, 0, drawn_state(number, scenario))
    for _ in range(3):
        pair.step()
        assert pair.differences() == {}
