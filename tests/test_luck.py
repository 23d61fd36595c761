"""Luck is addressed: known answers, uniformity, and the same bits whoever else is drawn for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from patronage import simulate
from patronage.result import Result, joined
from patronage.scenario import load_scenario
from patronage.world.luck import Luck, code_words, decision_key, philox4x32
from reference.luck import uniform_scalar
from worlds import BLOC, TWO, scenario

PATRONS, CLIENTS = code_words(("RUS", "USA")), code_words(("KGZ", "TJK"))


def words(*values: int) -> tuple[np.ndarray, ...]:
    return tuple(np.array([v], dtype=np.uint64) for v in values)


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
    ids=["zeros", "ones", "pi"],
)
def test_philox_gives_the_published_answers(counter, key, answer):
    made = philox4x32(words(*counter), key)
    assert tuple(int(w[0]) for w in made) == answer


def test_an_address_is_seed_replication_decision_quarter_and_codes():
    luck = Luck(7, [0, 3, 4_000_000_000])
    for quarter in (8036, 8037, 8038, 8039, 8040, 8036):
        drawn = luck.uniform("review", quarter, PATRONS, CLIENTS)
        assert drawn.shape == (3, 2, 2)
        for r, replication in enumerate((0, 3, 4_000_000_000)):
            for i, patron in enumerate(("RUS", "USA")):
                for j, client in enumerate(("KGZ", "TJK")):
                    alone = uniform_scalar(7, replication, "review", quarter, patron, client)
                    assert drawn[r, i, j] == alone
    assert luck.uniform("event.storm", 8036).tolist() == [
        uniform_scalar(7, r, "event.storm", 8036) for r in (0, 3, 4_000_000_000)
    ]
    assert luck.uniform("threat", 8036, CLIENTS)[0].tolist() == [
        uniform_scalar(7, 0, "threat", 8036, c) for c in ("KGZ", "TJK")
    ]


def test_every_part_of_an_address_matters():
    def draw(
        seed: int = 1,
        run: int = 0,
        decision: str = "review",
        quarter: int = 8036,
        codes: tuple[str, ...] = ("RUS", "KGZ"),
    ) -> float:
        return float(
            Luck(seed, [run]).uniform(decision, quarter, code_words(codes[:1]), code_words(codes[1:]))[0, 0, 0]
        )

    drawn = [draw(), draw(seed=2), draw(run=1), draw(decision="rebid"), draw(quarter=8037), draw(quarter=8040)]
    drawn += [draw(codes=("KGZ", "RUS")), draw(codes=("USA", "KGZ"))]
    assert len(set(drawn)) == len(drawn)
    assert decision_key(1, "review") != decision_key(11, "/review")


def test_draws_are_uniform_and_unrelated():
    luck = Luck(1, np.arange(5000))
    first = luck.uniform("review", 8036, PATRONS, CLIENTS)
    assert first.min() > 0
    assert first.max() < 1
    chances = [stats.kstest(cell, "uniform").pvalue for cell in first.reshape(5000, 4).T]
    assert min(chances) > 0.01 / 4  # 1 %, shared among four looks
    pooled = Luck(3, np.arange(50_000)).uniform("review", 8036, PATRONS, CLIENTS)
    assert stats.chisquare(np.histogram(pooled, 256, (0, 1))[0]).pvalue > 0.01
    later = luck.uniform("review", 8037, PATRONS, CLIENTS)
    other = luck.uniform("rebid", 8036, PATRONS, CLIENTS)
    columns = np.stack([first[:, 0, 0], first[:, 0, 1], first[:, 1, 0], later[:, 0, 0], other[:, 0, 0]])
    related = np.corrcoef(columns) - np.eye(5)
    # Four standard errors of a correlation of 5000 pairs.
    assert np.abs(related).max() < 4 / np.sqrt(5000)


def test_normal_draws_have_mean_0_and_deviation_1():
    drawn = Luck(2, np.arange(20_000)).normal("growth", 8036, CLIENTS)
    assert drawn.mean() == pytest.approx(0, abs=0.03)
    assert drawn.std() == pytest.approx(1, abs=0.02)


# --- the same bits, alone or together ---


def same_data(one: Result, other: Result) -> None:
    """Equal to the last bit in every variable, the ledger, the events and the outcomes."""
    assert set(one.data.data_vars) == set(other.data.data_vars)
    for name in one.data.data_vars:
        assert np.array_equal(one.data[name].values, other.data[name].values), name
    for table in ("ledger", "events"):
        frames = [getattr(r, table).reset_index(drop=True).astype(str) for r in (one, other)]
        pd.testing.assert_frame_equal(*frames)
    assert np.array_equal(one.outcomes.to_numpy(), other.outcomes.to_numpy(), equal_nan=True)


def part(result: Result, runs: list[int]) -> Result:
    """Some runs of an ensemble."""
    return Result(
        scenario=result.scenario,
        seed=result.seed,
        data=result.data.sel(run=runs),
        ledger=result.ledger[result.ledger.run.isin(runs)],
        events=result.events[result.events.run.isin(runs)],
        outcomes=result.outcomes.loc[runs],
    )


@pytest.mark.parametrize(("name", "quarters"), [("two-patrons", 20), ("central-asia", 24)])
def test_a_run_alone_is_the_same_run_in_an_ensemble(name, quarters):
    loaded = load_scenario(name)
    until = loaded.start + quarters - 1
    many = simulate(loaded, 40, 3, record="full", until=until)
    assert len(many.ledger) > 100
    for run in (0, 17, 39):
        same_data(part(many, [run]), simulate(loaded, 1, 3, first=run, record="full", until=until))


def test_an_ensemble_is_the_same_in_pieces():
    loaded = load_scenario("two-patrons")
    whole = simulate(loaded, 23, 3, record="full")
    pieces = [simulate(loaded, n, 3, first=first, record="full") for first, n in ((0, 1), (1, 15), (16, 7))]
    same_data(whole, joined(pieces))


def test_large_ensembles_hold_the_same_runs():
    loaded = load_scenario("two-patrons")
    until = loaded.start + 7
    many = simulate(loaded, 1500, 3, until=until)
    few = simulate(loaded, 3, 3, first=1200, until=until)
    same_data(part(many, [1200, 1201, 1202]), few)


def test_variants_are_the_runs_of_their_own_scenarios():
    base = load_scenario("two-patrons")
    variants = [
        base,
        load_scenario("two-patrons", overrides={"patrons.RUS.budget": 500, "rules.influence.autonomy": 0.1}),
        load_scenario(
            "two-patrons", overrides={"patrons.RUS.strategy": "client_state", "states.KGZ.policy": "balancer"}
        ),
        load_scenario("two-patrons", overrides={"mechanisms.denial_bids": "off"}),
    ]
    together = simulate(base, 4, 3, record="full", variants=variants)
    for run, variant in enumerate(variants):
        same_data(part(together, [run]), simulate(variant, 1, 3, first=run, record="full"))


def test_replications_and_seeds_differ():
    loaded = load_scenario("two-patrons")
    shares = simulate(loaded, 20, 3, record="lean").data.share.values[:, -1, 0, 0]
    assert len(set(shares.tolist())) == 20
    others = simulate(loaded, 20, 4, record="lean").data.share.values[:, -1, 0, 0]
    assert not set(shares.tolist()) & set(others.tolist())


# --- newcomers ---

LIVELY = {
    "ties.RUS.KGZ.weight": 1,
    "ties.RUS.TJK.weight": 0.6,
    "ties.USA.KGZ.weight": 0.7,
    "rivalry.RUS.USA": 0.8,
    "patrons.USA.mission": 1,
    "patrons.USA.need": 150,
    "ties.USA.KGZ.geography": 1,
    "ties.USA.TJK.geography": 0.6,
    "patrons.RUS.licence.grants": 1,
    "patrons.RUS.licence.arms": 0.5,
    "patrons.USA.licence.grants": 1,
    "patrons.RUS.package.grants": 1,
    "patrons.RUS.package.arms": 1,
    "ties.RUS.KGZ.access": 30,
    "ties.USA.KGZ.access": 3,
    "ties.RUS.KGZ.debt": 300,
}


def test_a_new_client_nobody_cares_for_changes_nobody_elses_run():
    newcomer = TWO.replace("  RUS: {position", "  AFG: {gdp: 9000, openness: 0.3}\n  RUS: {position", 1)
    pact = BLOC.replace("members", "candidates: [KGZ, TJK], members")
    first = simulate(scenario(TWO + pact, LIVELY), 25, 2, record="full")
    second = simulate(scenario(newcomer + pact, LIVELY), 25, 2, record="full")
    assert second.data.client.values.tolist() == ["AFG", "KGZ", "TJK"]
    for name, variable in first.data.items():
        mine = second.data[name]
        mine = mine.sel(client=["KGZ", "TJK"]) if "client" in mine.dims else mine
        assert np.array_equal(variable.values, mine.values), name
    ledger = second.ledger[second.ledger.client != "AFG"].reset_index(drop=True)
    pd.testing.assert_frame_equal(first.ledger.astype(str), ledger.astype(str))


def test_a_new_patron_without_means_changes_nobody_elses_run():
    newcomer = TWO.replace("  RUS: {budget: 400}", "  CHN: {budget: 0}\n  RUS: {budget: 400}", 1)
    newcomer = newcomer.replace("  RUS: {position", "  CHN: {position: {unga: -1, security: 0.2}}\n  RUS: {position", 1)
    first = simulate(scenario(TWO + BLOC, LIVELY), 25, 2, record="full")
    second = simulate(scenario(newcomer + BLOC, LIVELY), 25, 2, record="full")
    for name, variable in first.data.items():
        mine = second.data[name]
        mine = mine.sel(patron=["RUS", "USA"]) if "patron" in mine.dims else mine
        assert np.array_equal(variable.values, mine.values), name
    ledger = second.ledger[second.ledger.patron != "CHN"].reset_index(drop=True)
    pd.testing.assert_frame_equal(first.ledger.astype(str), ledger.astype(str))


def test_a_new_actor_leaves_the_draws_of_others_alone():
    luck = Luck(5, np.arange(4))
    before = luck.uniform("value", 8036, PATRONS, CLIENTS)
    more = Luck(5, np.arange(4)).uniform(
        "value", 8036, code_words(("CHN", "RUS", "USA")), code_words(("AFG", "KGZ", "TJK"))
    )
    assert np.array_equal(before, more[:, 1:, 1:])


def test_single_cells_have_the_luck_of_the_whole():
    luck = Luck(1, range(7))
    whole = luck.uniform("refusal.arms", 8037, PATRONS, CLIENTS)
    run, patron, client = np.nonzero(whole > 0.3)
    assert len(run) > 10
    cells = luck.uniform_at("refusal.arms", 8037, run, PATRONS[patron], CLIENTS[client])
    assert (cells == whole[run, patron, client]).all()
