"""The Mesa model: the stock agents are the engine, and an overridden agent changes what it decides."""

from __future__ import annotations

import copy
import pickle
from typing import Any, ClassVar

import mesa
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from drawn import drawn_scenario
from patronage import simulate
from patronage.abm import Bloc, InfluenceModel, State, simulate_agents
from patronage.decisions.decider import Standard
from patronage.decisions.views import Answer
from patronage.errors import NotFiniteError
from patronage.results.ledger import quarter_name
from patronage.results.result import Result
from patronage.scenario import Scenario, load_scenario
from patronage.scenario.structure import policies, strategies
from patronage.world.arithmetic import logistic
from patronage.world.codes import KINDS, NAMES

CORE = ["run", "quarter", "kind", "patron", "client", "counterpart", "instrument", "promised", "rent", "cause"]


def same(one: Result, other: Result) -> None:
    """Equal to the last bit: every variable, the ledger, the events, the outcomes."""
    assert set(one.data.data_vars) == set(other.data.data_vars)
    for name in one.data.data_vars:
        assert np.array_equal(one.data[name].values, other.data[name].values), name
    for table in ("ledger", "events"):
        frames = [getattr(r, table).reset_index(drop=True).astype(str) for r in (one, other)]
        pd.testing.assert_frame_equal(*frames)
    assert np.array_equal(one.outcomes.to_numpy(), other.outcomes.to_numpy(), equal_nan=True)


# --- the stock model is the engine ---


@pytest.mark.parametrize("replication", range(3))
def test_stock_agents_are_the_engine(replication):
    model = InfluenceModel("two-patrons", seed=4, replication=replication)
    same(model.run(), simulate(load_scenario("two-patrons"), 1, 4, first=replication, record="full"))


def test_stock_agents_are_the_engine_in_central_asia():
    loaded = load_scenario("central-asia")
    same(InfluenceModel(loaded, seed=4, replication=1).run(), simulate(loaded, 1, 4, first=1, record="full"))


@pytest.mark.parametrize("number", range(700, 712))
def test_stock_agents_are_the_engine_in_drawn_worlds(number):
    drawn = drawn_scenario(number)
    same(InfluenceModel(drawn, seed=number).run(), simulate(drawn, 1, number, record="full"))


@pytest.mark.parametrize("number", [702, 705])
def test_the_order_of_agents_does_not_matter(number):
    drawn = drawn_scenario(number)
    plain, shuffled = InfluenceModel(drawn, seed=1), InfluenceModel(drawn, seed=1)
    before = [agent.code for agent in shuffled.agents]
    for kind in shuffled.agent_types:
        shuffled.agents_by_type[kind].sort("code", ascending=False, inplace=True)
    assert [state.code for state in shuffled.patrons] != [state.code for state in plain.patrons]
    assert sorted(before) == sorted(agent.code for agent in plain.agents)
    same(plain.run(), shuffled.run())


# --- overriding ---


S = np.vectorize(logistic, otypes=[float])


class CopiedState(State):
    """What a state does by default, written out from what it sees: a view holds all that its decision takes."""

    def court(self, view: Any) -> Any:
        told = self.model.parameters.word("strategy", 0, self.patron)
        if told == "sphere":
            return view.by_weight, np.zeros_like(view.usual_mode)
        if told == "client_state":
            return view.by_control, np.ones_like(view.usual_mode)
        return view.usual_effort, view.usual_mode

    def bid(self, view: Any) -> Any:
        gross = view.mission * view.need * view.geography * view.luck / (1.0 + view.substitution * view.alternatives)
        strength = view.weight * view.denial_scale * view.budget * view.influence * view.reputation * view.factor
        strength = np.where(view.open, strength, 0.0)
        bids = view.rivalry[..., None] * strength[:, :, None, :] * view.given[:, :, None, :]
        return gross + view.further, view.denied[..., None] * bids

    def respond(self, offers: Any) -> Answer:
        if self.model.parameters.word("policy", 0, self.client) == "auctioneer":
            assert np.array_equal(offers.usual_price, offers.price)
        floor = np.maximum(offers.usual_price + offers.survival + offers.denial + offers.consent, -offers.purse)
        rent = floor + offers.surplus_share * (offers.value - floor) + offers.hold * np.maximum(0.0, offers.belief - floor)
        rent = np.where(offers.insists, np.maximum(floor, offers.belief), rent)
        agrees = offers.value >= np.where(offers.insists | (offers.hold > 0), rent, floor)
        agrees &= ((offers.value > 0) | (floor < 0)) & ~offers.closed
        if self.model.parameters.word("policy", 0, self.client) == "isolationist":
            agrees = np.zeros_like(agrees)
        return Answer(offers.usual_price, floor, rent, agrees)

    def retaliate(self, view: Any) -> Any:
        return view.campaign_draw < view.campaign_chance, view.sanction_draw < view.sanction_chance


class CopiedBloc(Bloc):
    """What a bloc does by default, written out from what it sees."""

    def admit(self, view: Any) -> Any:
        joins = (view.draw < view.join * S(view.slope * view.benefit)) & (view.vote_cost <= view.purse[:, :, None])
        leaves = view.draw < view.leave * S(-view.slope * (view.benefit + view.hysteresis))
        return joins & view.candidate & ~view.member, leaves & view.member & view.open[:, :, None]

    def consent(self, view: Any) -> Any:
        rule = NAMES[int(view.rule[0, 0])]
        everyone = np.add.accumulate(np.where(view.objects, view.prices, 0.0), axis=-1)[..., -1]
        dear = np.sort(np.where(view.objects, view.prices, 0.0), axis=-1)[..., ::-1]  # objectors' prices, the dearest first
        spared = (view.voters[:, :, None, :] + 1) // 2 - 1  # so many objectors are outvoted
        rest = np.where(np.arange(dear.shape[-1]) >= spared[..., None], dear, 0.0)
        cost = {"consensus": everyone, "majority": rest.sum(axis=-1)}.get(rule, view.usual_cost)
        new = ~self.model.world.base[:, None]
        told = np.where(view.required & new, cost, 0.0)
        np.testing.assert_allclose(told, view.usual_cost, rtol=1e-12)
        return view.usual_cost[:, 0]

    def contribute(self, view: Any) -> Any:
        income = view.income
        supply = np.zeros_like(view.usual_supply)
        for b in np.flatnonzero(view.able[0]):  # best replies until nothing moves: the rule says where they meet
            given = np.zeros_like(income[0, b])
            for _ in range(200):
                for i in range(len(given)):
                    rest = given.sum() - given[i]
                    beta = view.preference[0, b, i]
                    given[i] = max(0.0, beta * income[0, b, i] - (1.0 - beta) * rest)
            supply[0, b] = given.sum()
        np.testing.assert_allclose(supply, np.where(view.able, view.usual_supply, 0.0), rtol=1e-6)
        free = (view.cohesion >= view.threshold) | (view.consent_left > 0)
        buys = view.able & ~free & (view.vote_cost <= view.purse)
        return view.usual_supply, view.able & (free | buys), buys


@pytest.mark.parametrize("number", [700, 704, 709])
def test_a_copy_of_the_default_changes_nothing(number):
    drawn = drawn_scenario(number)
    states = dict.fromkeys({*drawn.patrons, *drawn.clients}, CopiedState)
    classes = states | dict.fromkeys(drawn.blocs, CopiedBloc)
    same(simulate_agents(drawn, classes, 2, seed=3), simulate(drawn, 2, 3, record="full"))


class Proud(State):
    """Sells to nobody."""

    def respond(self, offers: Any) -> Answer:
        answer = super().respond(offers)
        return Answer(answer.price, answer.floor, answer.rent, np.zeros_like(answer.accept))


def test_an_agent_that_never_sells_changes_its_own_deals():
    loaded = load_scenario("two-patrons")
    stock, proud = simulate(loaded, 6, 2, record="full"), simulate_agents(loaded, {"KGZ": Proud}, 6, seed=2)
    for run in range(6):
        first, second = (core(r.ledger, run) for r in (stock, proud))
        sold = first[first.kind.isin(["renewed", "opened", "kept"])]
        assert not second.kind.isin(["renewed", "opened", "kept"]).any()
        if sold.empty:
            assert first.equals(second)
            continue
        # Until the first sale all is the same; the sale itself becomes a notice or a refusal of the same dyad.
        at = sold.index[0]
        pd.testing.assert_frame_equal(first.iloc[:at], second.iloc[:at])
        instead = second[second.quarter == first.quarter[at]]
        instead = instead[(instead.patron == first.patron[at]) & instead.kind.isin(["notice", "refused"])]
        assert len(instead) == 1
        quarters = proud.data.quarter.values.tolist()
        past = quarters.index(first.quarter[at])
        for name in stock.data.data_vars:
            both = [r.data[name].sel(run=run).values[:past] for r in (stock, proud)]
            assert np.array_equal(*both), name


def core(ledger: pd.DataFrame, run: int) -> pd.DataFrame:
    return ledger[ledger.run == run][CORE].astype(str).reset_index(drop=True)


def overridden(loaded: Scenario, **methods: Any) -> Result:
    """All actors of one kind, with another mind."""
    kinds = dict.fromkeys(("court", "bid", "respond", "retaliate"), State)
    base = kinds.get(next(iter(methods)), Bloc)
    changed = type("Changed", (base,), methods)
    codes = {*loaded.patrons, *loaded.clients} if base is State else set(loaded.blocs)
    return simulate_agents(loaded, dict.fromkeys(codes, changed), 1, seed=2)


def never(_: Any, view: Any) -> Any:
    return tuple(np.zeros(view.grievance.shape, dtype=bool) for _ in range(2))


def no_denial(_: Any, view: Any) -> Any:
    return view.usual_value, np.zeros_like(view.usual_bids)


def nobody(_: Any, view: Any) -> Any:
    return tuple(np.zeros(view.member.shape, dtype=bool) for _ in range(2))


def concentrate(_: Any, view: Any) -> Any:
    return view.by_control, np.ones_like(view.usual_mode)


@pytest.mark.parametrize(
    ("methods", "overrides"),
    [
        ({"respond": Proud.respond}, {"states.{client}.policy": "isolationist"}),
        ({"bid": no_denial}, {"mechanisms.denial_bids": "off"}),
        ({"retaliate": never}, {"mechanisms.interference": "off", "mechanisms.coercion": "off"}),
        ({"court": concentrate}, {"patrons.{patron}.strategy": "client_state"}),
        ({"admit": nobody}, {"mechanisms.bloc_choice": "off"}),
    ],
    ids=["respond", "bid", "retaliate", "court", "admit"],
)
def test_an_overridden_decision_is_the_same_as_the_scenario_that_takes_it(methods, overrides):
    written: dict[str, object] = {}
    plain = load_scenario("central-asia")
    for path, value in overrides.items():
        for code in plain.patrons if "{patron}" in path else plain.clients if "{client}" in path else [""]:
            written[path.format(patron=code, client=code)] = value
    other = load_scenario("central-asia", overrides=written)
    if "respond" in methods:  # Proud.respond calls super()
        changed = simulate_agents(plain, dict.fromkeys(plain.clients, Proud), 1, seed=2)
    else:
        changed = overridden(plain, **methods)
    told = simulate(other, 1, 2, record="full")
    for name in told.data.data_vars:
        assert np.array_equal(changed.data[name].values, told.data[name].values), name
    assert core(changed.ledger, 0).equals(core(told.ledger, 0))
    assert not core(simulate(plain, 1, 2).ledger, 0).equals(core(told.ledger, 0))


def test_unknown_actors_are_refused():
    with pytest.raises(ValueError, match="no such actor in two-patrons: XYZ"):
        InfluenceModel("two-patrons", classes={"XYZ": State})


# --- mesa's own tools ---


def test_data_collectors_tell_what_the_engine_recorded():
    loaded = load_scenario("two-patrons")
    model = InfluenceModel(loaded, seed=3)
    result = model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["quarter"].tolist() == [quarter_name(t) for t in range(loaded.start, loaded.end + 1)]
    assert frame["share RUS KGZ"].tolist() == result.data.share.sel(run=0, patron="RUS", client="KGZ").values.tolist()
    people = model.datacollector.get_agenttype_vars_dataframe(State).reset_index()
    kgz = people[people.code == "KGZ"]
    assert kgz.legitimacy.to_numpy() == pytest.approx(result.data.legitimacy.values[0, :, 0], rel=1e-6)
    assert kgz.bases.tolist() == result.data.base.values[0].sum(axis=(1, 2)).tolist()
    table = model.datacollector.get_table_dataframe("ledger")
    assert table.kind.tolist() == result.ledger.kind.tolist()
    plain = result.ledger.astype(dict.fromkeys(result.ledger.select_dtypes("category"), object))
    assert_frame_equal(table.astype(plain.dtypes), plain)  # every column of every row
    assert not model.running
    model.step()
    assert len(model.datacollector.get_model_vars_dataframe()) == len(frame)


def test_agents_know_their_world():
    model = InfluenceModel("two-patrons", seed=3)
    kgz = next(s for s in model.clients if s.code == "KGZ")
    usa = next(s for s in model.patrons if s.code == "USA")
    [csto] = model.agents_by_type[Bloc]
    assert (kgz.is_client, kgz.is_patron, usa.is_client) == (True, False, False)
    assert kgz.measure("base", "USA", "KGZ") == 1
    assert (kgz.bases, usa.bases) == (1, 1)
    assert kgz.openness == pytest.approx(0.45)
    assert np.isnan(usa.legitimacy)
    assert csto.members == ("KGZ",)


def test_batch_run():
    rows = mesa.batch_run(
        InfluenceModel,
        {"scenario": "two-patrons", "seed": 3, "replication": [0, 1]},
        max_steps=100,
        data_collection_period=-1,
        display_progress=False,
    )
    last = {row["replication"]: row["share RUS KGZ"] for row in rows}
    expected = simulate(load_scenario("two-patrons"), 2, 3).data.share.sel(patron="RUS", client="KGZ")
    assert set(last) == {0, 1}
    for run, share in last.items():
        # mesa collects before its last step
        assert share in expected.sel(run=run).values[-2:].tolist()


def test_a_model_can_be_forgotten():
    known = len(mesa.Agent._ids)
    simulate_agents("two-patrons", {"KGZ": Proud}, 2, seed=1)
    assert len(mesa.Agent._ids) == known


# --- reachable from YAML ---


def ledger_of(overrides: dict[str, object]) -> str:
    loaded = load_scenario("central-asia", overrides=overrides)
    return simulate(loaded, 4, 5, until=loaded.start + 27).ledger[CORE].to_csv()


def test_every_strategy_of_a_patron_makes_other_deals():
    made = {name: ledger_of({"patrons.RUS.strategy": name}) for name in strategies()}
    assert set(made) == {"portfolio", "sphere", "client_state", "mixture", "denial_first", "tit_for_tat", "retrench"}
    assert len(set(made.values())) == len(made)


def test_every_policy_of_a_client_makes_other_deals():
    made = {name: ledger_of({"states.KGZ.policy": name}) for name in policies()}
    assert set(made) == {"auctioneer", "hedger", "bandwagoner", "balancer", "isolationist"}
    assert len(set(made.values())) == len(made)


def test_decisions_that_the_built_in_case_never_takes():
    """All that is left out are orders that no event of that case gives."""
    loaded = load_scenario("central-asia")
    taken = set(simulate(loaded, 60, 1).ledger.kind)
    by_order = {"demand_met": "host_demand", "merged": "merge", "transfer": "transfer", "forgiven": "forgive"}
    by_order |= {"smear": "campaign", "scandal": "scandal"}
    ordered = {act.kind for event in loaded.events for act in event.acts}
    assert set(KINDS) - taken <= {kind for kind, act in by_order.items() if act not in ordered}


# --- a run under way ---


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["copy", "pickle"])
def test_a_copy_of_a_model_goes_on_for_itself(copied):
    model = InfluenceModel("two-patrons", seed=3)
    for _ in range(5):
        model.step()
    other = copied(model)
    assert all(agent.model is other for agent in other.agents)
    whole = InfluenceModel("two-patrons", seed=3).run()
    same(other.run(), whole)
    assert model.world.quarter == other.world.quarter - 15
    same(model.run(), whole)


def test_the_world_that_was_looked_at_stays():
    model = InfluenceModel("two-patrons", seed=3)
    before, share = model.world, model.world.share.copy()
    model.step()
    assert model.world is not before
    assert np.array_equal(before.share, share)
    assert not np.array_equal(model.world.share, share)


def test_while_agents_decide_the_world_is_that_of_the_last_quarter():
    class Curious(State):
        seen: ClassVar[list[float]] = []

        def retaliate(self, view: Any) -> Any:
            self.seen.append(self.measure("share", "USA", "KGZ"))
            return super().retaliate(view)

    model = InfluenceModel("two-patrons", seed=3, classes={"USA": Curious})
    known = [float(model.world.share[0, 1, 0])]
    for _ in range(4):
        model.step()
        known.append(float(model.world.share[0, 1, 0]))
    assert Curious.seen == known[:-1]


def test_a_look_ahead_changes_nothing():
    model, plain = InfluenceModel("two-patrons", seed=3), InfluenceModel("two-patrons", seed=3)
    model.step()
    model.outlook(Standard())
    model.outlook(Standard())
    plain.step()
    same(model.run(), plain.run())


class Boundless(Standard):
    """Joint forces beyond all numbers."""

    def contribute(self, view: Any, p: Any) -> Any:
        return np.full_like(view.usual_supply, 1e300), np.ones_like(view.usual_acts), view.usual_buys


def test_a_run_that_leaves_the_numbers_ends_with_one_word():
    with pytest.raises(NotFiniteError, match="run 0 of two-patrons: force is not finite in 2009Q1"):
        simulate(load_scenario("two-patrons"), 2, 1, decide=Boundless())

    class Endless(Bloc):
        def contribute(self, view: Any) -> Any:
            return Boundless().contribute(view, None)

    model = InfluenceModel("two-patrons", classes={"CSTO": Endless})
    with pytest.raises(NotFiniteError, match="run 0 of two-patrons: force is not finite in 2009Q1"):
        model.run()


def test_a_replaced_value_flows_on():
    """The host believes what the holder now thinks, and floor and rent follow bids and consent that were replaced."""

    class Told(Standard):
        def bid(self, view: Any, p: Any) -> Any:
            return 2.0 * view.usual_value, np.full_like(view.usual_bids, 0.5)

        def consent(self, view: Any, p: Any) -> Any:
            return np.full_like(view.usual_cost[:, 0], 7.0)

        def respond(self, offers: Any, p: Any) -> Any:
            self.offers = offers
            return offers.usual

    asking = load_scenario("central-asia", overrides={"blocs.CSTO.third_party_consent": 1})
    told, world = Told(), InfluenceModel(asking, seed=3)
    plain = Told()
    plain.bid, plain.consent = Standard().bid, Standard().consent  # type: ignore[method-assign]
    world.outlook(plain)
    world.outlook(told)
    a, b = plain.offers, told.offers
    fixed = (world.parameters["fixed"][:, :, None, 0] * world.parameters["base_size"])[0]  # luck is in the worth alone
    assert (fixed > 0.0).any()
    assert (np.abs(a.belief - a.value) > 0.01).any()
    np.testing.assert_allclose((b.belief + fixed) * (a.value + fixed), (a.belief + fixed) * (2.0 * a.value + fixed), atol=1e-9)
    assert np.array_equal(b.consent, np.where(world.world.base, 0.0, 7.0))
    np.testing.assert_allclose(b.usual_floor, b.usual_price + b.survival + b.denial + b.consent)
