"""A first scenario to change: `patronage new`."""

from __future__ import annotations

_STARTER = """\
# A scenario: who plays, what they have, what happens, what is asked. This one runs as it is.
# Plain numbers are in the usual unit of their figure (docs/parameters.md); {value, unit, source, range} says more,
# and a `source:` in a block holds for everything below it. Whatever is left out has a default.
title: My scenario
question: Does the base stay?
period: {start: 2010Q1, end: 2014Q4}     # quarters, both included

axes:                                    # orientation between two poles, from 1 (plus) to -1 (minus)
  security: {plus: RUS, minus: USA}

states:                                  # a state with a gdp is a client
  source: assumption
  KGZ:
    name: Kyrgyzstan
    gdp: {value: 4.8, unit: bn USD/yr, range: [4, 6]}
    openness: 0.45
    position: {unga: -0.3, security: 0.4}
  RUS: {name: Russia, position: {unga: 0, security: 0.9}}
  USA: {name: United States, position: {unga: 2.7, security: -0.8}}

patrons:                                 # who courts; strategy: portfolio, sphere, client_state, …
  source: assumption
  RUS: {budget: 280, need: 40, mission: 1, licence: {arms: 0.1, grants: 0.6}, package: {grants: 0.3, debt_relief: 1}}
  USA: {budget: 240, need: 200, mission: 1, licence: {arms: 0.1, grants: 1}, package: {grants: 1}}

ties:                                    # patron → client
  source: assumption
  RUS: {KGZ: {weight: 1, geography: 1, trade: "30 % of GDP", treaty: 0.5, debt: 300 MUSD, presence: 100}}
  USA: {KGZ: {weight: 0.7, geography: 1, trade: 2, aid: 50, presence: 100}}
rivalry: {source: assumption, RUS: {USA: 1}, USA: {RUS: 0.15}}

bases:
  manas: {holder: USA, host: KGZ, rent: 60 MUSD/yr, until: 2012Q2, source: assumption}
events:                                  # at, when or hazard; set, repeal or an act
  withdrawal: {at: 2012Q3, over: 8 quarters, set: {patrons.USA.mission: 0}, source: assumption}
outcomes:
  base_stays: base(USA, KGZ)
  russian_share: {measure: "share(RUS, KGZ)", reduce: mean}
"""


def new_scenario() -> str:
    """A commented scenario of some forty lines that runs."""
    return _STARTER
