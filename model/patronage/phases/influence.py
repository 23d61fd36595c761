"""Phase 7: influence as bandwidth times dependence, channel by channel. docs/equations.md section 7.

After the Formal Bilateral Influence Capacity index (Moyer, Sweijs, Burrows & Van Manen 2018; Moyer et al. 2021).
"""

from __future__ import annotations

import numpy as np

from ..scenario.catalogue import CHANNELS
from ..world.arrays import Array, total
from ..world.geometry import effective_access
from ..world.parameters import Parameters
from ..world.state import World


def influence(world: World, p: Parameters) -> World:
    """I [R,P,C], its parts by channel [R,P,C,N], and shares s with Σ_p s < 1; the rest is autonomy."""
    year = 4.0 * world.dyad.gdp
    flows = {
        "arms": world.arms,
        "economic": world.capital,
        "debt": world.debt,
        "presence": world.presence,
        "market": effective_access(world, p) * year,
        "institutions": p.dyad.with_institutions * depth(world, p) * year,
    }
    channel = np.empty((*world.base.shape, len(CHANNELS)), order="F")
    for n, name in enumerate(CHANNELS):
        v = flows[name]
        others = total(v, 1)[:, None, :]
        if name == "debt":
            others = others + world.dyad.other_debt
        cap, epsilon = (x[:, n, None, None] for x in (p.channel_cap, p.channel_other))
        bandwidth = v / (v + cap * year)
        dependence = v / (others + epsilon * year)
        channel[..., n] = p.channel_weight[:, n, None, None] * bandwidth * dependence
    sum_of_channels = total(channel, 3)
    share = sum_of_channels / (total(sum_of_channels, 1)[:, None, :] + p.dyad.influence_autonomy)
    return world.evolve(channel=channel, influence=sum_of_channels, share=share)


def depth(world: World, p: Parameters) -> Array:
    """[R,P,C] depth of shared institutions as a share of GDP: treaties, and membership in the patron's blocs."""
    out = p.institutions + np.zeros(world.base.shape, order="F")
    for b, leader in enumerate(p.structure.leader):
        out[:, leader, :] += world.member[:, b, :] * p.bloc_depth[:, b, None]
    return out * p.structure.other
