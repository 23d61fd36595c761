"""The world at the end of the quarter before the first: plain dictionaries by code."""

from __future__ import annotations

import math
from typing import Any

from patronage.scenario import Scenario
from patronage.scenario.catalogue import INSTRUMENTS

from .inputs import Inputs

PURPOSES = ("refusal", "concession")
"""What a package is paid for."""

ROUTES = ("", "mission", "rival", "overthrow", "event", "demand", "price", "politics", "ban", "outbid")
"""How a contract closes; the code of a route is its place here."""


YEARS = range(1, 11)
"""The years that a delivery of arms counts for, the newest first."""


def initial_state(scenario: Scenario, n: Inputs) -> dict[str, Any]:
    """The State table of the equations; influence and shares are still 0."""
    patrons, clients, blocs = scenario.patrons, scenario.clients, scenario.blocs

    def dyads(value: Any) -> dict[str, dict[str, Any]]:
        return {p: dict.fromkeys(clients, value) for p in patrons}

    def contracts(value: Any) -> dict[str, dict[str, dict[str, Any]]]:
        return {p: {c: dict.fromkeys(n.kinds, value) for c in clients} for p in patrons}

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
        "standing": contracts(False),
        "rent": contracts(0.0),
        "term_left": contracts(0.0),
        "notice": contracts(0.0),
        "route": contracts(0),
        "sites": {p: {c: dict.fromkeys(n.kinds, 1.0) | {"base": n.sites[p][c]} for c in clients} for p in patrons},
        "age": contracts(0.0),
        "pledge": {q: contracts(0.0) for q in patrons},
        "closed": dyads(0.0),
        "shut": dyads(False),
        "opinion": dyads(0.0),
        "threat_mean": dict(n.threat0),
        "distance_mean": dyads(0.0),
        "drift": dyads(0.0),
        "regime": dict(n.regime),
        "anchor_shift": {c: dict.fromkeys(n.position[c], 0.0) for c in clients},
        "contagion": dict.fromkeys(clients, 0.0),
        "due": pipeline(),
        "stuck": pipeline(),
        "effort": dyads(0.0),
        "mode": dict.fromkeys(patrons, 0),
        "budget_level": dict(n.budget),
        "shock_sum": dict.fromkeys(patrons, 0.0),
        "mission_before": {p: {c: n.mission[p] * n.tie_mission[p][c] for c in clients} for p in patrons},
        "tie_mission_before": {p: dict(n.tie_mission[p]) for p in patrons},
        "patron_gdp": dict(n.patron_gdp),
        "surplus": dict(n.surplus),
        "reputation": dyads(n.delivery_reputation0),
        "grievance": dyads(0.0),
        "sting": {p: {c: [0.0, 0.0, 0.0] for c in clients} for p in patrons},
        "campaign": dyads(0.0),
        "sanction": dyads(0.0),
        "sanction_cut": dyads(0.0),
        "sanction_loss": dyads(0.0),
        "bloc_sanction": {b: dict.fromkeys(clients, 0.0) for b in blocs},
        "bloc_loss": {b: dict.fromkeys(clients, 0.0) for b in blocs},
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
    for contract in scenario.contracts.values():
        p, c, j = contract.holder, contract.host, contract.kind
        state["standing"][p][c][j] = True
        state["rent"][p][c][j] = contract.rent
        state["term_left"][p][c][j] = contract.term_left
    for c, p in scenario.closed:
        state["closed"][p][c] = math.inf
    for p in patrons:
        total = sum(n.weight[p].values())
        if total > 0.0:
            state["effort"][p] = {c: n.budget[p] * n.weight[p][c] / total for c in clients}
    return state


def idle(years: list[float]) -> int:
    """Years since the last contract year; 10 without any."""
    return next((i for i, delivered in enumerate(years) if delivered > 0.0), 10)
