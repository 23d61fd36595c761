"""Phase 1: militant threat, and the insecurity that arms and joint forces leave. docs/equations.md section 1."""

from __future__ import annotations

from ..world.arithmetic import clip, exp, share_of
from ..world.codes import THREAT_LUCK
from ..world.draws import normal_of_client
from ..world.records import Inputs, Places, Run


def threaten(w: Run, n: Inputs, s: Places) -> None:
    """Threat follows instability nearby; presence shields; arms and joint forces give security."""
    for c in range(s.C):
        presence, arms = 0.0, 0.0
        for p in range(s.P):
            presence += n.effect[p, c] * w.presence[p, c]
            arms += w.arms[p, c]
        presence = max(0.0, presence)
        shield = n.threat_shield * share_of(presence, presence + n.threat_presence_scale)
        noise = n.threat_noise * normal_of_client(w, s, THREAT_LUCK, c)
        pressure = n.threat_gain * n.instability * n.proximity[c] * (1.0 - shield) + noise
        pressure += n.threat_local * w.threat[c] * (1.0 - w.threat[c])
        w.threat_mean[c] += (w.threat[c] - w.threat_mean[c]) / n.sentiment_memory
        stays = n.threat_persistence
        w.threat[c] = n.with_threat * (stays * w.threat[c] + (1.0 - stays) * clip(pressure, 0.0, 1.0))
        security = arms / (n.threat_arms_scale * 4.0 * w.gdp[c]) + joint_protection(w, n, s, c)
        w.insecurity[c] = w.threat[c] * exp(-security)


def joint_protection(w: Run, n: Inputs, s: Places, c: int) -> float:
    """Joint forces over the arms scale of the client members they protect, summed over the client's blocs."""
    cover = 0.0
    for b in range(s.B):
        if w.member[b, c] and w.force[b] > 0.0:
            guarded = 0.0
            for m in range(s.C):
                guarded += w.member[b, m] * (4.0 * w.gdp[m])
            cover += share_of(w.force[b], n.threat_arms_scale * guarded)
    return cover
