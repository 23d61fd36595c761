"""Phase 7: influence as bandwidth times dependence, channel by channel. docs/equations.md section 7.

After the Formal Bilateral Influence Capacity index (Moyer, Sweijs, Burrows & Van Manen 2018; Moyer et al. 2021).
"""

from __future__ import annotations

from ..scenario.catalogue import CHANNELS
from ..world.codes import CHANNEL_COUNT
from ..world.records import Inputs, Places, Run
from ..world.terms import access_left

BY_ARMS, BY_CAPITAL, BY_DEBT, BY_PRESENCE, BY_MARKET, BY_INSTITUTIONS = range(len(CHANNELS))


def influence(w: Run, n: Inputs, s: Places) -> None:
    """I_pc, its parts by channel, and shares s with Σ_p s < 1; the rest is autonomy."""
    for c in range(s.C):
        year = 4.0 * w.gdp[c]
        for k in range(CHANNEL_COUNT):
            everyone = w.other_debt[c] if k == BY_DEBT else 0.0
            for p in range(s.P):
                w.channel[p, c, k] = flow(w, n, s, p, c, k, year)
            supplied = 0.0
            for p in range(s.P):
                supplied += w.channel[p, c, k]
            everyone = supplied + everyone
            for p in range(s.P):
                v = w.channel[p, c, k]
                bandwidth = v / (v + n.influence_cap[k] * year)
                dependence = v / (everyone + n.influence_other[k] * year)
                w.channel[p, c, k] = n.influence_weight[k] * bandwidth * dependence
        total = 0.0
        for p in range(s.P):
            w.influence[p, c] = 0.0
            for k in range(CHANNEL_COUNT):
                w.influence[p, c] += w.channel[p, c, k]
            total += w.influence[p, c]
        for p in range(s.P):
            w.share[p, c] = w.influence[p, c] / (total + n.influence_autonomy)


def flow(w: Run, n: Inputs, s: Places, p: int, c: int, channel: int, year: float) -> float:
    """v, what runs through a channel, MUSD."""
    if channel == BY_ARMS:
        return w.arms[p, c]
    if channel == BY_CAPITAL:
        return w.capital[p, c]
    if channel == BY_DEBT:
        return w.debt[p, c]
    if channel == BY_PRESENCE:
        return w.presence[p, c]
    if channel == BY_MARKET:
        return access_left(w, n, p, c) * year
    return n.with_institutions * depth(w, n, s, p, c) * year


def depth(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Depth of shared institutions as a share of GDP: treaties, and membership in the patron's blocs."""
    if not s.other[p, c]:
        return 0.0
    out = n.institutions[p, c]
    for b in range(s.B):
        if s.leader[b] == p and w.member[b, c]:
            out += n.bloc_depth[b]
    return out
