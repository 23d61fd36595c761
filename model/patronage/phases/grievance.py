"""Phase 9: grievances and the campaigns they lead to. docs/equations.md section 9; sanctions follow in phase 10."""

from __future__ import annotations

import numpy as np

from ..strategies.decider import Decider
from ..strategies.views import GrievanceView
from ..world.arrays import Array, logistic
from ..world.deals import CAUSES, Deals
from ..world.geometry import regime_ambiguity
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World


def resent(
    world: World, p: Parameters, luck: Luck, decide: Decider, orders: dict[str, Array], deals: Deals
) -> tuple[World, Array]:
    """Grievance grows where the client reneged; some patrons answer with a campaign.

    Returns the world and the sanctions [R,P,C] that begin for the same reason, for phase 10 to carry out.
    """
    grievance = p.dyad.interference_decay * world.past.grievance + world.sting[..., 0]
    sting = np.zeros_like(world.sting)
    sting[..., :2] = world.sting[..., 1:]
    running = np.maximum(0.0, world.campaign - 1.0)
    world = world.evolve(grievance=grievance, sting=sting, campaign=running)
    launched, sanctioned = decide.retaliate(grievance_view(world, p, luck), p)
    ordered = orders["campaign"] > 0 if "campaign" in orders else np.zeros_like(launched)
    cause = np.where(ordered & ~launched, CAUSES.index("event"), CAUSES.index("grievance"))
    launched = launched | ordered
    deals.dyads("campaign", launched, cause=cause, value=grievance)
    length = np.floor(p.dyad.interference_quarters + 0.5)
    return world.evolve(campaign=np.where(launched, length, running), launched=launched), sanctioned


def grievance_view(world: World, p: Parameters, luck: Luck) -> GrievanceView:
    """Chances of a campaign and of a sanction, and the draws that decide."""
    rule, share, grievance = p.dyad, world.past.share, world.grievance
    words = (p.structure.patron_words, p.structure.client_words)
    reach = grievance * np.power(share, rule.interference_exponent)
    chance = regime_ambiguity(world.dyad.openness) * logistic(
        rule.interference_intercept + rule.interference_slope * reach
    )
    angry = grievance > rule.interference_min_grievance
    able = angry & (share > rule.interference_min_share) & (world.campaign == 0)
    return GrievanceView(
        campaign_chance=np.where(able, rule.with_interference * chance, 0.0),
        campaign_draw=luck.uniform("campaign", world.quarter, *words),
        sanction_chance=np.where(
            angry & (world.sanction <= 1.0), rule.with_coercion * rule.coercion_propensity * grievance, 0.0
        ),
        sanction_draw=luck.uniform("sanction", world.quarter, *words),
        grievance=grievance,
    )
