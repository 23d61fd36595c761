"""With every rule of the politics switched off, runs are those of the model before it, to the last bit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from patronage import simulate
from patronage.results.result import Result
from worlds import scenario, uncompiled

RECORDED = Path(__file__).parent / "off.json"
"""Recorded at the last commit before opinion, coups and theories came in: digests of runs, by world."""
OFF = {
    "mechanisms.sentiment": "off", "mechanisms.refusal": "off", "mechanisms.coups": "off", "rules.blocs.shelter": 0,
    "rules.blocs.entangle": 0, "rules.blocs.cover": 1, "rules.blocs.leave": 0.04, "rules.blocs.hysteresis": 0.25,
    "rules.bargaining.monopoly": 0, "rules.bargaining.sanction_full": 0, "rules.bargaining.seek_declining": 1,
}  # fmt: skip
WORLD = """
title: Three patrons, three clients, two blocs
period: {start: 2003Q1, end: 2009Q4}
axes: {security: {plus: RUS, minus: USA}, trade: {plus: CHN, minus: USA}}
region: {instability: .4}
states:
  KGZ: {gdp: 4000, openness: .5, coalition: .3, proximity: .5, legitimacy: .55, threat: .3, other_debt: 900, position: {security: .2}}
  TJK: {gdp: 2000, openness: .2, coalition: .1, proximity: 1, legitimacy: .5, threat: .5, position: {security: .4, trade: .1}}
  UZB: {gdp: 12000, openness: .1, coalition: .06, proximity: .7, legitimacy: .6, threat: .4, anchor: {security: -.3}}
  RUS: {position: {unga: .5, security: 1}}
  USA: {position: {unga: 2, security: -1, trade: -1}}
  CHN: {position: {unga: -1, trade: 1}}
patrons:
  RUS: {budget: 400, mission: .6, need: 60, gdp: 900000, licence: {arms: 1, grants: .5, loans: .5}, package: {grants: 1, loans: 1}}
  USA: {budget: 300, mission: .9, need: 120, gdp: 12000000, licence: {grants: 1}, licence_mission: {arms: .5}, package: {grants: 1}}
  CHN: {budget: 250, gdp: 3000000, licence: {loans: 1, grants: .2}, package: {loans: 1, debt_relief: 1}, strategy: portfolio}
ties:
  RUS:
    KGZ: {weight: 1, geography: 1, trade: 30, remittances: 15, arms: 60, debt: 300, treaty: .3}
    TJK: {weight: .8, geography: 1, trade: 20, remittances: 30, arms: 40, presence: 90}
    UZB: {weight: 1, geography: .4, trade: 15, remittances: 8}
  USA:
    KGZ: {weight: .6, geography: .9, trade: 2}
    TJK: {weight: .4, geography: .3}
    UZB: {weight: .8, geography: 1.1, trade: 4, presence: 60}
  CHN:
    KGZ: {weight: .7, trade: 25, debt: 100}
    TJK: {weight: .5, trade: 10}
    UZB: {weight: .5, trade: 8, capital: 300}
rivalry: {RUS: {USA: .9}, USA: {RUS: .3}, CHN: {USA: .5}}
bases:
  manas: {holder: USA, host: KGZ, rent: 4, term: 6}
  k2: {holder: USA, host: UZB, rent: 10, term: 10}
  ayni: {holder: RUS, host: TJK, rent: 1, term: 40}
blocs:
  CSTO: {leader: RUS, members: [KGZ, RUS], third_party_consent: on, joint_force: on, vote: group_decision}
  SCO: {leader: CHN, members: [KGZ, TJK, CHN, RUS], vote: majority, benefit: {threat: 0}}
events:
  andijan: {at: 2005Q2, sanction: {from: USA, to: UZB, loss: .3 %, quarters: 9}}
  tulip: {at: 2005Q1, overthrow: {state: KGZ}}
  again: {at: 2005Q4, sanction: {from: USA, to: UZB, loss: .4 %, quarters: 12}}
  smear: {at: 2006Q1, campaign: {from: RUS, to: KGZ}}
  out: {at: 2007Q1, evict: {holder: USA, host: KGZ}}
  fading: {at: 2004Q1, set: {patrons.USA.mission: .3}, over: 12 quarters}
  crisis: {at: 2008Q3, set: {patrons.RUS.shock: -.1}, for: 3 quarters}
"""
WORLDS: dict[str, dict[str, object]] = {
    "as it is": {},
    "others decide otherwise": {
        "patrons.RUS.strategy": "retrench", "patrons.USA.strategy": "denial_first", "states.UZB.policy": "hedger",
        "blocs.CSTO.vote": "consensus", "rules.regimes.hazard": -4, "rules.interference.intercept": -4,
        "rules.interference.min_share": 0.05, "rules.coercion.propensity": 0.5, "rules.blocs.join": 0.6,
        "rules.blocs.slope": 2, "blocs.CSTO.candidates": "[KGZ, TJK, UZB]",
    },
}  # fmt: skip


UNREAD = {"patrons.USA.openness": 0.9, "states.UZB.army": 0.9, "ties.USA.KGZ.sentiment": -0.5, "rules.bargaining.purse": 0.2}
"""What no rule reads when all are off."""


def ran(overrides: dict[str, object]) -> Result:
    with uncompiled():
        return simulate(scenario(WORLD, overrides), 8, 3, record="full")


def digest(result: Result) -> str:
    """Of every number that is recorded of runs, and of the ledger's terms."""
    told = hashlib.sha256()
    for name in sorted(result.data.data_vars):
        told.update(name.encode() + np.ascontiguousarray(result.data[name].values).tobytes())
    for column in ("quarter", "kind", "patron", "client", "cause"):
        told.update("|".join(map(str, result.ledger[column])).encode())
    for column in ("value", "price", "denial", "floor", "asked", "rent", "promised"):
        told.update(np.ascontiguousarray(result.ledger[column].to_numpy(dtype=float)).tobytes())
    return told.hexdigest()


@pytest.mark.parametrize("name", WORLDS)
def test_all_off_is_the_model_as_it_was(name):
    assert digest(ran(WORLDS[name] | OFF | UNREAD)) == json.loads(RECORDED.read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("switch", OFF)
def test_every_switch_does_something(switch):
    """Otherwise the comparison would prove nothing of it."""
    told = {k: v for k, v in OFF.items() if k != switch}
    on = digest(ran(WORLDS["others decide otherwise"] | told | UNREAD))
    assert on != json.loads(RECORDED.read_text(encoding="utf-8"))["others decide otherwise"]
