"""Deals that are void: the engine without them equals the reference model that never makes them, and without voids itself."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from drawn import drawn_scenario, drawn_state
from oracle import Pair
from patronage import load_scenario, simulate
from patronage.attribution.voids import Voids, Without, play_without
from patronage.driving import prepare
from patronage.results.recorder import Recorder
from patronage.scenario import load_text
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.scenario.quarters import quarter_name
from patronage.world.structure import Structure
from reference.start import PURPOSES
from reference.voided import VoidedModel, install

RUNS = 20
WORLDS = (203, 204, 206, 209, 210, 212, 213, 214, 216, 217, 219, 224)
"""Drawn worlds in which every kind of void does something."""


def drawn_voids(number, structure):
    """A third of all deals, and their names for the reference model."""
    luck = np.random.default_rng([number, 77])
    s = structure
    shape = (1, len(s.patrons), len(s.clients))
    void = Voids(*(luck.random((*shape, n)) < 1 / 3 for n in (len(INSTRUMENTS), len(s.kinds), len(s.kinds))))
    names = {}
    for what, last in (("gifts", INSTRUMENTS), ("openings", s.kinds), ("renewals", s.kinds)):
        cells = product(enumerate(s.patrons), enumerate(s.clients), enumerate(last))
        names[what] = [(p, c, k) for (i, p), (j, c), (m, k) in cells if getattr(void, what)[0, i, j, m]]
    return void, names


class VoidedPair(Pair):
    """Both with the same deals void."""

    def __init__(self, number, in_the_middle, voids=True):
        scenario = drawn_scenario(number)
        void, names = drawn_voids(number, Structure.of(scenario))
        state = drawn_state(number, scenario) if in_the_middle else None
        for p, c, k in names["gifts"] if state else ():
            for table in ("due", "stuck"):  # of promises made before
                state[table][p][c][k] = dict.fromkeys(PURPOSES, 0.0)
        super().__init__(scenario, number, number % 5, state)
        bloc = {b: x.cohesion for b, x in self.model.bloc.items()}
        self.model = VoidedModel(scenario, number, number % 5, state, **names)
        assert {b: x.cohesion for b, x in self.model.bloc.items()} == bloc
        self.without = Without(self.ensemble, void)

    def step(self):
        self.rows.append(self.without.step().rows)
        self.model.step()


@pytest.mark.parametrize("number", WORLDS)
def test_the_engine_without_deals_is_the_reference_model_that_never_makes_them(number, monkeypatch):
    install(monkeypatch)
    pair = VoidedPair(number, in_the_middle=bool(number % 2))
    for quarter in range(6):
        pair.step()
        assert pair.differences() == {}, f"quarter {quarter}"
    mine, theirs = pair.ledgers()
    assert mine == theirs


@pytest.mark.parametrize("kind", ["loans", "arms"])
def test_an_offer_that_is_void_was_never_made(kind):
    offer = f"events: {{offer: {{at: 2010Q1, offer: {{from: RUS, to: KGZ, against: USA, {kind}: 4000}}}}}}"
    scenario, base = load_text(f"title: an offer\nextends: two-patrons\n{offer}"), load_scenario("two-patrons")
    void = voids_of(scenario, gifts=[("RUS", "KGZ", kind)])
    there, gone = (outcomes_without(s, void) for s in (scenario, base))
    assert there.equals(gone), "with what is offered void, nothing is left of the offer"
    assert not simulate(scenario, runs=RUNS).outcomes.equals(simulate(base, runs=RUNS).outcomes), "it does something"


def voids_of(scenario, gifts=(), openings=(), renewals=()):
    """Voids of all runs alike."""
    s = Structure.of(scenario)
    tables = []
    for cells, last in ((gifts, INSTRUMENTS), (openings, s.kinds), (renewals, s.kinds)):
        table = np.zeros((RUNS, len(s.patrons), len(s.clients), len(last)), dtype=bool)
        for p, c, k in cells:
            table[:, s.patrons.index(p), s.clients.index(c), last.index(k)] = True
        tables.append(table)
    return Voids(*tables)


def result_without(scenario, void, record="full", until=None):
    numbers, last = np.arange(RUNS), until or scenario.end
    recorder = Recorder(scenario, Structure.of(scenario), 1, numbers, last, record)
    play_without(prepare(scenario, numbers, 1), recorder, last, void)
    return recorder.result()


def outcomes_without(scenario, void):
    return result_without(scenario, void, "outcomes").outcomes


@pytest.mark.parametrize("name", ["two-patrons", "central-asia"])
def test_without_voids_a_run_is_the_same_to_the_last_bit(name):
    scenario = load_scenario(name)
    until = scenario.start + 11
    mine = result_without(scenario, voids_of(scenario), until=until)
    plain = simulate(scenario, runs=RUNS, until=until, record="full")
    assert mine.outcomes.equals(plain.outcomes)
    assert mine.data.identical(plain.data)
    assert mine.ledger.equals(plain.ledger)


def test_what_is_void_is_not_in_the_ledger_and_conditions_do_not_see_it():
    changes = {"outcomes.told": '{measure: "happened(package, RUS, KGZ)", reduce: quarters}'}
    scenario = load_scenario("two-patrons", changes)
    gifts = [("RUS", "KGZ", k) for k in INSTRUMENTS]
    kept = result_without(scenario, voids_of(scenario))
    gone = result_without(scenario, voids_of(scenario, gifts))
    assert (kept.outcomes["told"] > 0).any()
    assert (gone.outcomes["told"] == 0).all()
    promised = gone.ledger[(gone.ledger["patron"] == "RUS") & gone.ledger["kind"].isin(("package", "cancelled"))]
    assert len(promised) == 0
    assert float(gone.data["promised"].sel(patron="RUS").sum()) == 0
    assert float(gone.data["delivered"].sel(patron="RUS").sum()) == 0
    some = result_without(scenario, voids_of(scenario, [("RUS", "KGZ", "debt_relief")]))
    packages = some.ledger[(some.ledger["kind"] == "package") & (some.ledger["patron"] == "RUS")]
    assert set(packages["instrument"]) >= {"arms", "grants"}, "other things in the same packages stay"
    before_the_end = packages[packages["quarter"].astype(str) < quarter_name(scenario.end)]
    quarters = before_the_end.groupby("run")["quarter"].nunique().reindex(range(RUNS), fill_value=0)
    assert (some.outcomes["told"].to_numpy() == quarters.to_numpy()).all()


def test_a_base_that_never_opens_is_a_place_that_serves_nobody():
    """The override equals the scenario's own path where there is one."""
    none = {"bases.manas": "~", "events.withdrawal": "~"}
    scenario, never = load_scenario("two-patrons", none), load_scenario("two-patrons", none | {"ties.USA.KGZ.fit": "0"})
    found = outcomes_without(scenario, voids_of(scenario, openings=[("USA", "KGZ", "base")]))
    assert found.equals(simulate(never, runs=RUNS).outcomes)
    assert not found.equals(simulate(scenario, runs=RUNS).outcomes), "else one opens"


def test_what_is_not_renewed_ends_with_its_first_review_and_inputs_stay_as_they_are():
    scenario = load_scenario("two-patrons")
    result = result_without(scenario, voids_of(scenario, renewals=[("USA", "KGZ", "base")]))
    rows = result.ledger[result.ledger["patron"] == "USA"]["kind"].value_counts()
    assert rows["opened"] > 0
    assert rows["notice"] > 0
    assert rows.get("renewed", 0) == rows.get("kept", 0) == 0
    runs = prepare(load_scenario("two-patrons", {"bases.manas": "~", "events.withdrawal": "~"}), np.arange(RUNS), 1).ensemble()
    without = Without(runs, voids_of(scenario, openings=[("USA", "KGZ", "base")]))
    before = runs.parameters["fit"].copy()
    without.step()
    assert before.any()
    assert (runs.parameters["fit"] == before).all()


INSISTING = {"mechanisms.asked_rents": "on", "rules.bargaining.surplus_share": "1", "rules.bargaining.monopoly": "0"}
LEARNING = {"mechanisms.asked_rents": "off", "rules.bargaining.monopoly": "0.9"}


@pytest.mark.parametrize("rules", [INSISTING, LEARNING])
def test_what_is_not_renewed_is_not_lost_over_its_rent(rules):
    """Whether hosts insist on a rent, or have learned to ask for more."""
    scenario = load_scenario("two-patrons", {"events.withdrawal": "~"} | rules)
    plain, void = simulate(scenario, runs=RUNS), result_without(scenario, voids_of(scenario, renewals=[("USA", "KGZ", "base")]))
    causes = [r.ledger[(r.ledger["kind"] == "notice") & (r.ledger["patron"] == "USA")]["cause"].astype(str) for r in (plain, void)]
    assert (causes[0] == "demand").any()
    assert len(causes[1]) >= RUNS / 2
    assert not (causes[1] == "demand").any()
