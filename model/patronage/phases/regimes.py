"""Phase 11: legitimacy, overthrow, turnover, openness. docs/equations.md section 11; docs/theory.md, Regimes."""

from __future__ import annotations

import numpy as np

from ..world.arrays import Array, logistic, total
from ..world.deals import CAUSES, Deals
from ..world.geometry import orientation_distance, regime_ambiguity
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World


def rule(world: World, p: Parameters, luck: Luck, orders: dict[str, Array], deals: Deals) -> World:
    """Legitimacy moves, regimes fall or change hands, openness and coalitions follow."""
    words = p.structure.client_words
    world = world.evolve(legitimacy=legitimacy(world, p, luck))
    running = total((world.campaign > 0).astype(np.float64), 1)
    chance = overthrow_chance(world, p, running)
    falls = luck.uniform("overthrow", world.quarter, words) < chance
    cause: Array = np.where(running > 0, CAUSES.index("grievance"), CAUSES.index("legitimacy"))
    if "overthrow" in orders:
        forced = orders["overthrow"] > 0
        falls, cause = falls | forced, np.where(forced, CAUSES.index("event"), cause)
    sponsor = _sponsor(world)
    deals.clients("overthrow", falls, cause=cause, patron=sponsor, value=chance)
    position, grievance = _after(world, p, falls, sponsor)
    openness = world.openness
    changes = ~falls & (
        luck.uniform("turnover", world.quarter, words)
        < p.client.regimes_turnover + p.client.regimes_turnover_openness * openness
    )
    ordered = ~falls & (orders["turnover"] > 0) if "turnover" in orders else np.zeros_like(changes)
    deals.clients("turnover", changes, cause="turnover")
    deals.clients("turnover", ordered & ~changes, cause="event")
    changes = changes | ordered
    opened = opening(world, p, running, falls)
    return world.evolve(
        legitimacy=np.where(falls, p.client.regimes_mean, world.legitimacy),
        position=position,
        grievance=grievance,
        overthrow=falls,
        turnover=changes,
        openness=opened,
        coalition=np.clip(p.coalition + p.client.regimes_coalition_slope * (opened - p.openness), 0.01, 1.0),
    )


def legitimacy(world: World, p: Parameters, luck: Luck) -> Array:
    """L [R,C]: returns to its mean, follows growth and patrons' money, suffers from unpopular bases and campaigns."""
    r = p.client
    far = orientation_distance(world, p) > p.dyad.regimes_unpopular
    unpopular = total(world.rent_paid * far, 1)
    campaigns = total(world.launched.astype(np.float64), 1)
    noise = r.regimes_noise * luck.normal("legitimacy", world.quarter, p.structure.client_words)
    moved = (
        world.legitimacy
        + r.regimes_recovery * (r.regimes_mean - world.legitimacy)
        + r.regimes_growth * world.excess
        + r.regimes_income * np.minimum(world.income, r.regimes_income_cap)
        - r.regimes_publicity * world.openness * unpopular / world.gdp
        - r.interference_cost * campaigns
        + noise
    )
    return np.clip(moved, 0.0, 1.0)


def overthrow_chance(world: World, p: Parameters, campaigns: Array) -> Array:
    """Chance [R,C] that the regime falls this quarter."""
    r = p.client
    logit = (
        r.regimes_hazard
        + r.regimes_hazard_legitimacy * (r.regimes_mean - world.legitimacy)
        + r.regimes_hazard_openness * regime_ambiguity(world.openness)
        + r.regimes_hazard_growth * np.maximum(0.0, -world.excess)
        + r.regimes_hazard_campaign * campaigns
        + r.regimes_hazard_threat * world.threat
    )
    return np.asarray(r.with_regime_change * logistic(logit))


def _sponsor(world: World) -> Array:
    """[R,C] the campaigning patron with the largest share, -1 without one."""
    campaigning = np.where(world.campaign > 0, world.past.share, -1.0)
    first = np.argmax(campaigning, axis=1)
    return np.where(campaigning.max(axis=1) >= 0, first, -1)


def _after(world: World, p: Parameters, falls: Array, sponsor: Array) -> tuple[Array, Array]:
    """Positions turn towards a sponsor; grievances are appeased."""
    grievance = np.where(falls[:, None, :], p.dyad.regimes_appeased * world.grievance, world.grievance)
    if not (falls & (sponsor >= 0)).any():
        return world.position.copy(order="F"), grievance
    row = 0 if len(p.patron_position) == 1 else np.arange(world.runs)[:, None]
    place = p.patron_position[row, np.maximum(sponsor, 0)]
    part = np.where(falls & (sponsor >= 0), p.client.regimes_sponsor, 0.0)
    position = world.position.copy(order="F")
    position[:, :, 1:] += part[:, :, None] * (place[..., 1:] - position[:, :, 1:])
    return position, grievance


def opening(world: World, p: Parameters, campaigns: Array, falls: Array) -> Array:
    """D [R,C]: returns to its institutional mean, falls with rents and campaigns, jumps at an overthrow."""
    r, d = p.client, world.openness
    rents = total(world.rent_paid, 1)
    moved = (
        d
        + r.regimes_openness_return * (p.openness - d)
        - r.regimes_openness_rent * d * rents / world.gdp
        - r.regimes_openness_campaign * campaigns
        + r.regimes_openness_overthrow * falls
    )
    return np.clip(moved, 0.01, 0.99)
