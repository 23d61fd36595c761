"""Luck is addressed: known answers, uniformity, and the same bits whoever else is drawn for."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from patronage import compiling, simulate
from patronage.driving import prepare
from patronage.engine import BLOCS_AND_CLIENTS, CLIENTS, DYADS, PATRONS
from patronage.results.result import Result, joined
from patronage.scenario import load_scenario
from patronage.world.arithmetic import normal_quantile
from patronage.world.draws import of_event, philox
from patronage.world.layout import DECISIONS
from patronage.world.loose import loosened
from patronage.world.plan import decision_key
from reference.luck import philox as reference_philox
from reference.luck import uniform_scalar
from worlds import BLOC, TWO, scenario


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
    made = tuple(philox(*counter, *key, lane) * 2.0**32 - 0.5 for lane in range(4))
    assert made == answer
    assert reference_philox(counter, key) == answer


def drawn(
    decision: str, axes: int = DYADS, quarter: int = 8036, seed: int = 1, runs: object = (0,), text: str = TWO + BLOC
) -> np.ndarray:
    """[R, rows, columns] the engine's uniforms of a decision of patrons, clients, dyads, or blocs and clients."""
    ensemble = prepare(scenario(text), list(runs), seed).ensemble()
    ensemble.worlds["block"], ensemble.worlds["lane"] = divmod(quarter, 4)
    s = ensemble.start.structure
    rows = {PATRONS: len(s.patrons), CLIENTS: 1, DYADS: len(s.patrons), BLOCS_AND_CLIENTS: len(s.blocs)}[axes]
    out = np.zeros((len(ensemble.worlds), rows, 1 if axes == PATRONS else len(s.clients)))
    fast = compiling.compiled(ensemble.start.bucket, 1000 * len(out))
    names = (*DECISIONS, *(f"alignment.{a}" for a in s.axes))
    compiling.call("draws_of_runs", (ensemble.worlds, ensemble.places, names.index(decision), axes, out), fast=fast)
    return out


def test_an_address_is_seed_replication_decision_quarter_and_codes():
    replications = (0, 3, 4_000_000_000)
    for quarter in (8036, 8037, 8038, 8039, 8040):
        here = drawn("review", DYADS, quarter, 7, replications)
        assert here.shape == (3, 2, 2)
        for r, replication in enumerate(replications):
            for i, patron in enumerate(("RUS", "USA")):
                for j, client in enumerate(("KGZ", "TJK")):
                    assert here[r, i, j] == uniform_scalar(7, replication, "review", quarter, patron, client)
    of_clients = drawn("alignment.security", CLIENTS, 8036, 7, replications)[2, 0]
    assert of_clients.tolist() == [uniform_scalar(7, 4_000_000_000, "alignment.security", 8036, c) for c in ("KGZ", "TJK")]
    of_patrons = drawn("portfolio", PATRONS, 8036, 7)[0, :, 0]
    assert of_patrons.tolist() == [uniform_scalar(7, 0, "portfolio", 8036, p) for p in ("RUS", "USA")]
    of_blocs = drawn("membership", BLOCS_AND_CLIENTS, 8036, 7)[0, 0]
    assert of_blocs.tolist() == [uniform_scalar(7, 0, "membership", 8036, "CSTO", c) for c in ("KGZ", "TJK")]


def test_events_have_an_address_of_their_own():
    start = prepare(scenario(TWO + "events:\n  storm: {hazard: 5, set: {region.instability: 1}}\n"), [3], 7)
    world, event = start.ensemble().worlds, start.timetable.events[0]
    for quarter in (8036, 8037):
        world["block"], world["lane"] = divmod(quarter, 4)
        draw = of_event(loosened(world)[0], int(event["key_low"][0]), int(event["key_high"][0]))
        assert draw == uniform_scalar(7, 3, "event.storm", quarter)


def test_every_decision_has_a_key_of_its_own():
    start = prepare(scenario(TWO), [0], 5)
    names = (*DECISIONS, "alignment.unga", "alignment.security")
    assert start.places["key"][0, : len(names)].tolist() == [list(decision_key(5, name)) for name in names]
    assert len({decision_key(5, name) for name in names}) == len(names)


def test_every_part_of_an_address_matters():
    def draw(patron: int = 0, client: int = 0, **address: object) -> float:
        return float(drawn(**({"decision": "review"} | address))[0, patron, client])

    found = [draw(), draw(seed=2), draw(runs=[1]), draw(decision="rebid"), draw(quarter=8037), draw(quarter=8040)]
    found += [draw(client=1), draw(patron=1)]
    turned = "\npatrons: {KGZ: {budget: 10}, USA: {budget: 10}}\n"
    text = TWO.replace("axes:\n  security: {plus: RUS, minus: USA}\n", "axes:\n  security: {plus: KGZ, minus: USA}\n")
    text = text[: text.index("patrons:")].replace("  RUS: {pos", "  RUS: {gdp: 10, openness: 0.5, pos")
    start = prepare(scenario(text + turned), [0], 1)
    assert (start.structure.patrons[0], start.structure.clients[1]) == ("KGZ", "RUS")
    found.append(float(drawn("review", text=text + turned)[0, 0, 1]))
    assert len(set(found)) == len(found)
    assert decision_key(1, "review") != decision_key(11, "/review")


def throw(decision: str, runs: range, quarter: int = 8036, seed: int = 1, codes: tuple[str, str] = ("RUS", "KGZ")) -> np.ndarray:
    """The uniforms of many runs at one address."""
    words, key = (zlib.crc32(code.encode()) if code else 0 for code in codes), decision_key(seed, decision)
    row, column = words
    return np.array([philox(r, quarter // 4, row, column, *key, quarter % 4) for r in runs])


def test_draws_are_uniform_and_unrelated():
    runs = range(5000)
    cells = [("RUS", "KGZ"), ("RUS", "TJK"), ("USA", "KGZ"), ("USA", "TJK")]
    first = np.stack([throw("review", runs, codes=codes) for codes in cells])
    assert first.min() > 0
    assert first.max() < 1
    chances = [stats.kstest(cell, "uniform").pvalue for cell in first]
    assert min(chances) > 0.01 / 4  # 1 %, shared among four looks
    pooled = np.concatenate([throw("review", range(50_000), seed=3, codes=codes) for codes in cells])
    assert stats.chisquare(np.histogram(pooled, 256, (0, 1))[0]).pvalue > 0.01
    columns = np.stack([*first[:3], throw("review", runs, 8037), throw("rebid", runs)])
    related = np.corrcoef(columns) - np.eye(5)
    # Four standard errors of a correlation of 5000 pairs.
    assert np.abs(related).max() < 4 / np.sqrt(5000)


def test_normal_draws_have_mean_0_and_deviation_1():
    normals = np.array([normal_quantile(u) for u in throw("growth", range(20_000), seed=2, codes=("KGZ", ""))])
    assert normals.mean() == pytest.approx(0, abs=0.03)
    assert normals.std() == pytest.approx(1, abs=0.02)


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
    "ties.RUS.KGZ.trade": 30,
    "ties.USA.KGZ.trade": 3,
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
    more = TWO.replace("  RUS: {budget: 400}", "  CHN: {budget: 0}\n  RUS: {budget: 400}", 1)
    more = more.replace("  RUS: {position", "  AFG: {gdp: 9000, openness: 0.3}\n  CHN: {position: {unga: -1}}\n  RUS: {position", 1)
    before, after = (drawn("value", seed=5, runs=range(4), text=text) for text in (TWO, more))
    assert after.shape == (4, 3, 3)
    assert np.array_equal(before, after[:, 1:, 1:])
