"""Phase 8: positions drift towards patrons, to an anchor, and at random. docs/equations.md section 8.

The pull fades with distance, for a linear one would drag clients towards the most distant patron (docs/theory.md, Alignment).
"""

from __future__ import annotations

import numpy as np

from ..world.arrays import total
from ..world.luck import Luck
from ..world.parameters import Parameters
from ..world.state import World


def align(world: World, p: Parameters, luck: Luck) -> World:
    """Move the UNGA ideal point and every orientation of every client."""
    rule = p.client
    position = np.empty_like(world.position)
    share = world.past.share
    for axis, name in enumerate(p.structure.axes):
        z = world.position[:, :, axis]
        gap = p.patron_position[:, :, None, axis] - z[:, None, :]
        pull = total(share * np.exp(-np.abs(gap) / p.dyad.alignment_reach) * gap, 1)
        if axis == 0:
            anchor = rule.alignment_anchor_base + rule.alignment_anchor_slope * world.openness
            strength = rule.alignment_anchor_unga
        else:
            anchor, strength = p.anchor[:, :, axis], rule.alignment_anchor_orientation
        noise = rule.alignment_noise * luck.normal(f"alignment.{name}", world.quarter, p.structure.client_words)
        moved = z + rule.alignment_pull * pull + strength * (anchor - z) + noise
        position[:, :, axis] = moved if axis == 0 else np.clip(moved, -1.0, 1.0)
    return world.evolve(position=position)
