"""Strategies and policies of other packages: what the engine does not know is asked for those who play it."""

from __future__ import annotations

import numpy as np
import pytest

from patronage import simulate
from patronage.abm import InfluenceModel
from patronage.decisions import registered, theories
from patronage.results.result import Result
from patronage.scenario import load_scenario, structure

MODULE = """
import numpy as np
from patronage.decisions.registered import CLIENT_STATE, Policy, Strategy, spread_by
from patronage.decisions.theories import Interference, Support

class Everyone(Strategy):
    def effort(self, view):
        return spread_by(view.weight, view.available)

class Few(Strategy):
    mode = CLIENT_STATE
    def effort(self, view):
        return view.by_control

class Denier(Strategy):
    def effort(self, view):
        focus = np.where(view.hosted > 0, view.weight, 0.0)
        somewhere = (focus.sum(axis=2) > 0)[:, :, None]
        return spread_by(np.where(somewhere, focus, view.weight), view.available)
    def denial(self, share):
        return 1.0 + share

class Spendthrift(Strategy):
    def effort(self, view):
        return 2.0 * view.by_weight

class Seller(Policy):
    pass

class Recluse(Policy):
    def respond(self, offers):
        answer = super().respond(offers)
        answer.accept[:] = False
        return answer

class Keeper(Interference):
    def chance(self, view):
        danger = view.stake * view.drift
        return np.where(danger > 0, 1 / (1 + np.exp(3 - 30 * danger)), 0.0)

class Lever(Interference):
    def chance(self, view):
        return np.where(view.gap > 0, view.share * view.gap, 0.0)

class Shield(Support):
    def hazard(self, view):
        given = (view.coup_proofing * (view.arms + view.presence)).sum(axis=1)
        return -1.5 * (1 - np.exp(-given / (0.05 * view.gdp)))

class Link(Support):
    def hazard(self, view):
        return -(self.density(view) * np.where(view.above == 0, 0, 1 - view.above - view.openness[:, None])).sum(axis=1)
    def pull(self, view):
        return (self.density(view) * view.above).sum(axis=1)
    def density(self, view):
        y = view.access + view.treaty / 4
        return y / (y + 0.3)
"""
WORDS = """[patronage.strategies]
everyone = others:Everyone
few = others:Few
denier = others:Denier
spendthrift = others:Spendthrift
[patronage.policies]
seller = others:Seller
recluse = others:Recluse
[patronage.interference]
keeper = others:Keeper
lever = others:Lever
[patronage.support]
shield = others:Shield
link = others:Link
"""
CACHES = (
    structure.structure, structure.strategies, structure.policies, structure.interferences, structure.supports,
    registered.strategies, registered.policies, theories.interferences, theories.supports,
)  # fmt: skip


@pytest.fixture(autouse=True)
def installed(tmp_path, monkeypatch):
    """A package as pip leaves it."""
    (tmp_path / "others.py").write_text(MODULE)
    info = tmp_path / "others-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(WORDS)
    monkeypatch.syspath_prepend(str(tmp_path))
    for each in CACHES:
        each.cache_clear()
    yield
    for each in CACHES:
        each.cache_clear()


def ran(words: dict[str, object], runs: int = 3) -> Result:
    loaded = load_scenario("central-asia", overrides=words)
    return simulate(loaded, runs, 5, until=loaded.start + 11, record="full")


def equal(one: Result, other: Result, digits: float = 0.0) -> None:
    for name in one.data.data_vars:
        np.testing.assert_allclose(one.data[name].values, other.data[name].values, rtol=digits, atol=digits, err_msg=name)
    assert one.ledger.kind.tolist() == other.ledger.kind.tolist()


@pytest.mark.parametrize(
    ("path", "mine", "known"),
    [
        ("patrons.RUS.strategy", "everyone", "sphere"),
        ("patrons.USA.strategy", "few", "client_state"),
        ("patrons.USA.strategy", "denier", "denial_first"),
        ("states.KGZ.policy", "seller", "auctioneer"),
        ("states.KGZ.policy", "recluse", "isolationist"),
    ],
)
def test_a_registered_way_that_does_what_a_known_one_does_is_the_same(path, mine, known):
    equal(ran({path: mine}), ran({path: known}), 1e-9 if mine == "denier" else 0.0)


POLITICS = {
    "rules.interference.retain_defend": 0, "rules.support.repression_openness": 0, "patrons.RUS.coup_proofing": 1,
    "patrons.RUS.openness": 0.1, "patrons.USA.openness": 0.9, "patrons.CHN.openness": 0.05, "rules.interference.retain_b0": -3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "mine", "known"),
    [
        ("patrons.RUS.interference", "keeper", "retain"),
        ("states.KGZ.support", "shield", "repression"),
        ("states.KGZ.support", "link", "linkage"),
    ],
)
def test_a_registered_theory_that_says_what_a_known_one_says_is_the_same(path, mine, known):
    equal(ran(POLITICS | {path: mine}), ran(POLITICS | {path: known}), 1e-6)


def test_a_theory_of_interference_needs_a_voice_and_a_half_open_regime():
    told = POLITICS | {"patrons.USA.interference": "lever", "rules.interference.min_share": 1}
    assert not (ran(told).ledger.kind == "campaign").any()
    told["rules.interference.min_share"] = 0
    rows = ran(told).ledger.query("kind == 'campaign' and patron == 'USA'")
    assert len(rows)
    assert set(rows.cause) == {"choice"}


def test_with_agents_theories_are_the_same():
    words = {"patrons.RUS.interference": "lever", "states.KGZ.support": "link", "patrons.RUS.openness": 0.9}
    loaded = load_scenario("two-patrons", overrides=words)
    alone, agents = simulate(loaded, 1, 5, first=2, record="full"), InfluenceModel(loaded, 5, 2).run()
    for name in alone.data.data_vars:
        assert np.array_equal(alone.data[name].values[0], agents.data[name].values[0]), name


def test_others_decide_as_usual_beside_it():
    mine, plain = ran({"patrons.RUS.strategy": "everyone"}), ran({})
    modes = [r.data["effort"].sel(patron="RUS").values for r in (mine, plain)]
    assert not np.array_equal(*modes)


def test_a_run_is_the_same_alone_in_an_ensemble_and_with_agents():
    loaded = load_scenario("two-patrons", overrides={"patrons.RUS.strategy": "denier", "states.KGZ.policy": "seller"})
    many, alone = simulate(loaded, 4, 5, record="full"), simulate(loaded, 1, 5, first=2, record="full")
    agents = InfluenceModel(loaded, 5, 2).run()
    for name in many.data.data_vars:
        one = many.data[name].sel(run=2).values
        assert np.array_equal(one, alone.data[name].values[0]), name
        assert np.array_equal(one, agents.data[name].values[0]), name


def test_nobody_spends_more_than_it_has():
    with pytest.raises(ValueError, match="a strategy spends more than its patron has"):
        ran({"patrons.RUS.strategy": "spendthrift"}, 1)
