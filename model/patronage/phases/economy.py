"""Phase 2: growth in dollars and in volume, patrons' shocks, trade and budgets. docs/equations.md section 2."""

from __future__ import annotations

from ..scenario.derived import PRICES
from ..world.arithmetic import exp
from ..world.codes import GROWTH_LUCK
from ..world.draws import normal_of_client
from ..world.limits import LEAST
from ..world.records import Inputs, Places, Run


def grow(w: Run, n: Inputs, s: Places) -> None:
    """Clients grow along their trends, hit by their patrons' shocks through remittances; budgets and trade follow."""
    for c in range(s.C):
        exposure, capital = 0.0, 0.0
        for p in range(s.P):
            exposure += n.remittances[p, c] * n.shock[p]
            capital += w.capital[p, c]
        remitted = n.with_remittances * exposure * n.economy_passthrough * n.economy_elasticity
        returns = n.economy_capital_effect * n.economy_capital_return * capital / w.gdp[c]
        noise = n.economy_noise * normal_of_client(w, s, GROWTH_LUCK, c)
        w.excess[c] = remitted + returns + noise
        w.growth[c] = n.growth[c] + w.excess[c]
        w.gdp[c] = max(LEAST, w.gdp[c] * exp(w.growth[c]))
        w.real_gdp[c] = max(LEAST, w.real_gdp[c] * exp(n.real_growth[c] + w.excess[c]))
        w.other_debt[c] *= exp(n.other_debt_growth[c])
    for p in range(s.P):
        w.budget_level[p] *= exp(n.budget_growth[p])
        w.shock_sum[p] += n.shock[p]
        w.budget[p] = budget_of(w, n, p)
        w.patron_gdp[p] *= exp(n.patron_growth[p] + n.shock[p])
        w.patron_real_gdp[p] *= exp(n.patron_real_growth[p])  # a shock to dollar income is none to volume
        pull = exp(n.trade_elasticity * (n.patron_real_growth[p] - n.trade_world_growth))
        for c in range(s.C):
            w.gravity[p, c] = 1.0 if w.held[p, c] else w.gravity[p, c] * pull
    w.deflator = deflator(w, n)


def deflator(w: Run, n: Inputs) -> float:
    """P, dollar prices of this quarter, 1 in 2015Q1."""
    return exp(n.economy_deflator_growth * (float(w.quarter) - PRICES) / 4.0)


def budget_of(w: Run, n: Inputs, p: int) -> float:
    """What a patron can spend this quarter, MUSD."""
    mission = 1.0 + n.budget_mission[p] * n.mission[p]
    return w.budget_level[p] * n.budget_factor[p] * mission * exp(n.economy_elasticity * w.shock_sum[p])
