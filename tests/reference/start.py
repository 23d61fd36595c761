"""The world at the end of the quarter before the first: plain dictionaries by code."""

from __future__ import annotations

import math
from typing import Any

from patronage.scenario import Scenario
from patronage.scenario.catalogue import INSTRUMENTS

from .inputs import Inputs

PURPOSES = ("refusal", "concession")
"""What a package is paid for."""

ROUTES = ("", "mission", "rival", "overthrow", "event", "demand", "price")
"""How a base closes; the code of a route is its place here."""


YEARS = range(1, 11)
"""The years that a delivery of arms counts for, the newest first."""


def initial_state(scenario: Scenario, n: Inputs) -> dict[str, Any]:
    """The State table of the equations; influence and shares are still 0."""
    patrons, clients, blocs = scenario.patrons, scenario.clients, scenario.blocs

    def dyads(value: Any) -> dict[str, dict[str, Any]]:
        return {p: dict.fromkeys(clients, value) for p in patrons}

    def stock(name: str) -> dict[str, dict[str, float]]:
        return {p: {c: 0.0 if p == c else n[name][p][c] for c in clients} for p in patrons}

    def pipeline() -> dict[str, Any]:
        return {p: {c: {k: dict.fromkeys(PURPOSES, 0.0) for k in INSTRUMENTS} for c in clients} for p in patrons}

    prices = math.exp(n.economy_deflator_growth * (scenario.start - 1 - 8060) / 4.0)
    tiv = {p: {c: [0.0 if p == c else n[f"arms_year_y{i}"][p][c] for i in YEARS] for c in clients} for p in patrons}
    state: dict[str, Any] = {
        "gdp": dict(n.gdp),
        "real_gdp": dict(n.real_gdp),
        "patron_real_gdp": dict(n.patron_real_gdp),
        "gravity": dyads(1.0),
        "tiv": tiv,
        "idle": {p: {c: float(idle(years)) for c, years in row.items()} for p, row in tiv.items()},
        "contract": dyads(0.0),
        "aid": {p: {c: given / prices for c, given in row.items()} for p, row in stock("aid").items()},
        "bandwidth_past": {p: {} for p in patrons},
        "dependence_past": {p: {} for p in patrons},
        "openness": dict(n.openness),
        "coalition": dict(n.coalition),
        "legitimacy": dict(n.legitimacy0),
        "threat": dict(n.threat0),
        "insecurity": dict.fromkeys(clients, 0.0),
        "position": {c: dict(n.position[c]) for c in clients},
        "arms": stock("arms0"),
        "capital": stock("capital0"),
        "debt": stock("debt0"),
        "presence": stock("presence0"),
        "other_debt": dict(n.other_debt),
        "base": dyads(False),
        "rent": dyads(0.0),
        "term_left": dyads(0.0),
        "notice": dyads(0.0),
        "route": dyads(0),
        "sites": {p: dict(n.sites[p]) for p in patrons},
        "pledge": {q: dyads(0.0) for q in patrons},
        "due": pipeline(),
        "stuck": pipeline(),
        "effort": dyads(0.0),
        "mode": dict.fromkeys(patrons, 0),
        "budget_level": dict(n.budget),
        "shock_sum": dict.fromkeys(patrons, 0.0),
        "mission_before": dict(n.mission),
        "patron_gdp": dict(n.patron_gdp),
        "surplus": dict(n.surplus),
        "reputation": dyads(n.delivery_reputation0),
        "grievance": dyads(0.0),
        "sting": {p: {c: [0.0, 0.0, 0.0] for c in clients} for p in patrons},
        "campaign": dyads(0.0),
        "sanction": dyads(0.0),
        "sanction_cut": dyads(0.0),
        "turnover": dict.fromkeys(clients, False),
        "overthrow": dict.fromkeys(clients, False),
        "member": {b: {c: c in scenario.bloc(b).members for c in clients} for b in blocs},
        "force": dict.fromkeys(blocs, 0.0),
        "consent_left": dict.fromkeys(blocs, 0.0),
        "influence": dyads(0.0),
        "share": dyads(0.0),
        "fbic": dyads(0.0),
        "fbic_index": dyads(0.0),
    }
    for base in scenario.bases.values():
        state["base"][base.holder][base.host] = True
        state["rent"][base.holder][base.host] = base.rent
        state["term_left"][base.holder][base.host] = base.term_left
    for p in patrons:
        total = sum(n.weight[p].values())
        if total > 0.0:
            state["effort"][p] = {c: n.budget[p] * n.weight[p][c] / total for c in clients}
    return state


def idle(years: list[float]) -> int:
    """Years since the last contract year; 10 without any."""
    return next((i for i, delivered in enumerate(years) if delivered > 0.0), 10)
