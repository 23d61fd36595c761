"""Phase 1: militant threat, and the insecurity that arms and joint forces leave. docs/equations.md section 1."""

from __future__ import annotations

import numpy as np

from ..world.arrays import Array, share_of, total
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World


def threaten(world: World, p: Parameters, luck: Luck) -> World:
    """Threat follows instability nearby; presence shields; arms and joint forces give security."""
    rule = p.client
    presence = total(world.presence, 1)
    shield = rule.threat_shield * share_of(presence, presence + rule.threat_presence_scale)
    noise = rule.threat_noise * luck.normal("threat", world.quarter, p.structure.client_words)
    pressure = rule.threat_gain * rule.instability * rule.proximity * (1.0 - shield) + noise
    stays = rule.threat_persistence
    threat = rule.with_threat * (stays * world.threat + (1.0 - stays) * np.clip(pressure, 0.0, 1.0))
    security = total(world.arms, 1) / (rule.threat_arms_scale * 4.0 * world.gdp) + joint_protection(world, p)
    return world.evolve(threat=threat, insecurity=threat * np.exp(-security))


def joint_protection(world: World, p: Parameters) -> Array:
    """[R,C]: joint forces over the arms scale of the client members they protect, summed over blocs."""
    if world.force.shape[1] == 0:
        return np.zeros_like(world.gdp)
    guarded = total(world.member * (4.0 * world.gdp[:, None, :]), 2)
    cover = share_of(world.force, p.bloc.threat_arms_scale * guarded)
    return total(world.member * cover[:, :, None], 1)
