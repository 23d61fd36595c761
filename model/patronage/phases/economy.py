"""Phase 2: growth, patrons' shocks and budgets. docs/equations.md section 2."""

from __future__ import annotations

import numpy as np

from ..world.arrays import total
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World


def grow(world: World, p: Parameters, luck: Luck) -> World:
    """Clients grow along their trends, hit by their patrons' shocks through remittances; budgets follow."""
    rule = p.client
    exposure = total(p.remittances * p.dyad.shock, 1)
    remitted = rule.with_remittances * exposure * rule.economy_passthrough * rule.economy_elasticity
    returns = rule.economy_capital_effect * rule.economy_capital_return * total(world.capital, 1) / world.gdp
    noise = rule.economy_noise * luck.normal("growth", world.quarter, p.structure.client_words)
    excess = remitted + returns + noise
    growth = p.growth + excess
    level = world.budget_level * np.exp(p.budget_growth)
    shock_sum = world.shock_sum + p.shock
    mission = 1.0 + p.budget_mission * p.mission
    return world.evolve(
        gdp=world.gdp * np.exp(growth),
        growth=growth,
        excess=excess,
        other_debt=world.other_debt * np.exp(p.other_debt_growth),
        budget_level=level,
        shock_sum=shock_sum,
        budget=level * p.budget_factor * mission * np.exp(p.patron.economy_elasticity * shock_sum),
        patron_gdp=world.patron_gdp * np.exp(p.patron_growth + p.shock),
    )
