"""The five parts of the model's own index, read from worlds: the engine keeps their sums, and what security adds is reckoned again.

    bandwidth    economic + political + security        political: ties and what is unexplained; security: arms and the pledge
    dependence   economic + security                    security: the patron's place among suppliers of arms

docs/equations.md section 7; of a quarter, without smoothing.
"""

from __future__ import annotations

import numpy as np

from patronage.world.arrays import Array
from patronage.world.parameters import Parameters
from patronage.world.state import World
from patronage.world.structure import NOBODY

from .targets import PARTS

NAMES = tuple(PARTS)


def pledged(world: World, inputs: Parameters) -> Array:
    """[R, P, C] the largest pledge of a patron to a client, its own or that of a bloc it leads."""
    out = inputs["pact"].copy()
    for b, p in enumerate(world.structure.leader):
        if p != NOBODY:
            of_bloc = np.where(world.member[:, b], inputs["bloc_pact"][:, b, None], 0.0)
            out[:, p] = np.maximum(out[:, p], of_bloc)
    return out


def parts(world: World, inputs: Parameters) -> dict[str, Array]:
    """By name of `PARTS`, [R, P, C] each; `inputs`: those in force. Between a state and itself all are 0."""
    own = world.tiv.sum(axis=-1) * world.structure.other
    everyone = inputs["other_arms"] + own.sum(axis=1)
    unit, factor, with_ties, monopoly, others, floor = (
        inputs[name][:, None, None]
        for name in ("influence_arms_unit", "influence_arms_bandwidth", "with_institutions", "influence_arms_monopoly",
                     "influence_arms_others", "influence_arms_floor")
    )  # fmt: skip
    political = with_ties * (inputs["tie"] + inputs["unexplained_political_bandwidth"])
    security = factor * np.log1p(own / unit) + inputs["unexplained_security_bandwidth"] + with_ties * pledged(world, inputs)
    whole = own + others * everyone[:, None] + floor
    place = np.divide(own, whole, out=np.zeros_like(own), where=own > 0)
    deep_security = monopoly * place + inputs["unexplained_security_dependence"]
    wide, deep = world.bandwidth_past[..., 0], world.dependence_past[..., 0]
    found = (wide - political - security, political, security, deep - deep_security, deep_security)
    return dict(zip(NAMES, (np.where(world.structure.other, x, 0.0) for x in found), strict=True))
