"""The world before the first quarter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..scenario.catalogue import CHANNELS, INSTRUMENTS
from .arrays import Array, filled, freeze, share_of, total, zeros
from .parameters import Parameters
from .state import EventState, World
from .structure import PURPOSES

if TYPE_CHECKING:
    from ..scenario import Scenario


def first_world(p: Parameters, scenarios: Sequence[Scenario], times: Array, events: EventState) -> World:
    """All runs at the end of the quarter before the scenario's start; influence is still to be computed.

    Run i begins as scenarios[times[i]], which share their structure.
    """
    s, scenario, runs = p.structure, scenarios[0], len(times)
    n_p, n_c, n_b, n_k = len(s.patrons), len(s.clients), len(s.blocs), len(INSTRUMENTS)
    dyads, clients, patrons = (runs, n_p, n_c), (runs, n_c), (runs, n_p)

    def of(name: str) -> Array:
        return filled(getattr(p, name), runs)

    base, rent, term = _contracts(scenarios, p, times)
    weight = of("weight")
    level = of("budget")
    budget = np.asfortranarray(level * p.budget_factor * (1.0 + p.budget_mission * p.mission))
    world = World(
        quarter=scenario.start - 1,
        gdp=of("gdp"),
        growth=of("growth"),
        excess=zeros(*clients),
        openness=of("openness"),
        coalition=of("coalition"),
        legitimacy=of("legitimacy0"),
        threat=of("threat0"),
        insecurity=of("threat0"),
        other_debt=of("other_debt"),
        income=zeros(*clients),
        turnover=zeros(*clients, dtype=bool),
        overthrow=zeros(*clients, dtype=bool),
        position=of("position"),
        budget_level=level,
        budget=budget,
        available=budget.copy(order="F"),
        unspent=zeros(*patrons),
        shock_sum=zeros(*patrons),
        mission_before=of("mission"),
        patron_gdp=of("patron_gdp"),
        surplus=of("surplus"),
        mode=zeros(*patrons, dtype=np.int8),
        arms=of("arms0"),
        capital=of("capital0"),
        debt=of("debt0"),
        presence=of("presence0"),
        base=base,
        rent=rent,
        term_left=term,
        notice=zeros(*dyads),
        route=zeros(*dyads, dtype=np.int8),
        sites=of("sites"),
        effort=share_of(level[:, :, None] * weight, total(weight, 2)[:, :, None]),
        offered=zeros(*dyads, n_k),
        packaged=zeros(*dyads, n_k),
        arriving=zeros(*dyads, n_k),
        expected=zeros(*dyads, n_k),
        delivered=zeros(*dyads, n_k),
        transferred=zeros(*dyads),
        rent_paid=zeros(*dyads),
        due=zeros(*dyads, n_k, len(PURPOSES)),
        stuck=zeros(*dyads, n_k, len(PURPOSES)),
        reputation=zeros(*dyads) + p.dyad.delivery_reputation0,
        grievance=zeros(*dyads),
        sting=zeros(*dyads, 3),
        campaign=zeros(*dyads),
        launched=zeros(*dyads, dtype=bool),
        sanction=zeros(*dyads),
        sanction_cut=zeros(*dyads),
        influence=zeros(*dyads),
        share=zeros(*dyads),
        channel=zeros(*dyads, len(CHANNELS)),
        pledge=zeros(runs, n_p, n_p, n_c),
        member=_members(scenario, p, runs),
        cohesion=zeros(runs, n_b),
        force=zeros(runs, n_b),
        consent_left=zeros(runs, n_b),
        events=events,
        settings={},
    )
    for value in vars(world).values():
        if isinstance(value, np.ndarray):
            freeze(value)
    return world


def _contracts(scenarios: Sequence[Scenario], p: Parameters, times: Array) -> tuple[Array, Array, Array]:
    s, runs = p.structure, len(times)
    base, rent, term = (zeros(runs, len(s.patrons), len(s.clients), dtype=t) for t in (bool, float, float))
    for name, contract in scenarios[0].bases.items():
        patron, client = s.place("PC", (contract.holder, contract.host))
        base[:, patron, client] = True
        rent[:, patron, client] = np.array([one.bases[name].rent for one in scenarios])[times]
        term[:, patron, client] = np.array([one.bases[name].term_left for one in scenarios])[times]
    return base, rent, term


def _members(scenario: Scenario, p: Parameters, runs: int) -> Array:
    s = p.structure
    member = zeros(runs, len(s.blocs), len(s.clients), dtype=bool)
    for b, code in enumerate(s.blocs):
        for client in scenario.bloc(code).members:
            member[:, b, s.clients.index(client)] = True
    return member
