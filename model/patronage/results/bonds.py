"""Trade, treaties and pledges of defence between all patrons and clients of a run, at one moment."""

from __future__ import annotations

import numpy as np

from ..world.arrays import Array
from ..world.parameters import Parameters
from ..world.state import World


def bonds_of(world: World, inputs: Parameters) -> dict[str, Array]:
    """Of the first run, [P,C]: trade (MUSD of 2015 a year, after sanctions), treaties and pledges of defence (bandwidth).

    What `patronage.world.terms` says of one pair (`traded`, `uncut`, `treaty_of`, `pledged`), of all at once.
    """
    s = world.structure
    standing = world.standing[0].astype(float)
    trade = inputs["trade"][0] * world.gravity[0] + standing @ inputs["kind_market"][0]
    cut = np.where(world.sanction[0] > 0, world.sanction_cut[0], 0.0)
    led = s.leads.astype(float)[:, :, None] * world.member[0].astype(float)[:, None, :]  # [B,P,C]
    treaty = inputs["treaty"][0] + np.einsum("bpc,b->pc", led, inputs["bloc_treaty"][0]) + standing @ inputs["kind_institutions"][0]
    pledge = (led * inputs["bloc_pact"][0][:, None, None]).max(axis=0, initial=0.0)
    return {
        "trade": np.where(s.other, trade * world.real_gdp[0] * (1 - cut), 0.0).astype(np.float32),
        "treaty": np.where(s.other, treaty, 0.0).astype(np.float32),
        "pact": np.where(s.other, np.maximum(inputs["pact"][0], pledge), 0.0).astype(np.float32),
    }
