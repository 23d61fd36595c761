"""Phase 9: grievances, and campaigns by each patron's theory of interference. docs/equations.md section 9; sanctions follow in 10."""

from __future__ import annotations

from ..world.arithmetic import logistic, power, whole
from ..world.codes import (
    BY_CHOICE,
    BY_DRIFT,
    BY_EVENT,
    BY_GRIEVANCE,
    BY_LEVERAGE,
    CAMPAIGN,
    CAMPAIGN_LUCK,
    LEVERAGE,
    REGISTERED,
    RETAIN,
    REVENGE,
    SANCTION_LUCK,
    SMEAR,
)  # fmt: skip
from ..world.deals import new_row
from ..world.draws import of_dyad
from ..world.politics import lever, remoteness, stake
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import ambiguity


def resent(w: Run, n: Inputs, s: Places) -> None:
    """Grievance grows where the client reneged, drift where it strays; some patrons campaign, some sanction."""
    for p in range(s.P):
        for c in range(s.C):
            w.grievance[p, c] = n.interference_decay * w.grievance_before[p, c] + w.sting[p, c, 0]
            w.sting[p, c, 0], w.sting[p, c, 1], w.sting[p, c, 2] = w.sting[p, c, 1], w.sting[p, c, 2], 0.0
            w.campaign[p, c] = max(0.0, w.campaign[p, c] - 1.0)
            stray(w, n, s, p, c)
            interfere(w, n, s, p, c)
            retaliate(w, n, s, p, c)


def stray(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """How much farther the client stands than it used to; what it used to follows slowly."""
    far = remoteness(w, n, s, p, c)
    w.drift[p, c] = max(0.0, far - w.distance_mean[p, c])
    w.distance_mean[p, c] += (far - w.distance_mean[p, c]) / n.interference_retain_memory


def interfere(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """Whether the patron, if it has a voice there, launches a campaign."""
    w.launched[p, c], w.ability[p, c], w.campaign_chance[p, c] = 0, 0.0, 0.0
    if w.share_before[p, c] > n.interference_min_share and w.campaign[p, c] == 0.0:
        w.ability[p, c] = n.with_interference * ambiguity(w.openness[c])
        w.campaign_chance[p, c] = w.ability[p, c] * inclination(w, n, s, p, c)
        if w.campaign_chance[p, c] > 0.0 and of_dyad(w, s, CAMPAIGN_LUCK, p, c) < w.campaign_chance[p, c]:
            w.launched[p, c] = 1


def inclination(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Chance of a campaign in a half-open regime, by the patron's theory; who has no cause has none."""
    theory = n.interference[p]
    if theory == REVENGE and w.grievance[p, c] > n.interference_min_grievance:
        reach = w.grievance[p, c] * power(w.share_before[p, c], n.interference_exponent)
        return logistic(n.interference_intercept + n.interference_slope * reach)
    if theory == RETAIN:
        danger = stake(w, n, p, c) * w.drift[p, c]
        return logistic(n.interference_retain_b0 + n.interference_retain_b1 * danger) if danger > 0.0 else 0.0
    if theory == LEVERAGE:
        strength = lever(w, n, s, p, c)
        return logistic(n.interference_leverage_c0 + n.interference_leverage_c1 * strength) if strength > 0.0 else 0.0
    return 0.0


def retaliate(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """Whether an aggrieved patron begins a sanction."""
    w.begins[p, c], w.sanction_chance[p, c] = 0, 0.0
    if w.grievance[p, c] > n.interference_min_grievance and w.sanction[p, c] <= 1.0:
        w.sanction_chance[p, c] = n.with_coercion * n.coercion_propensity * w.grievance[p, c]
        if of_dyad(w, s, SANCTION_LUCK, p, c) < w.sanction_chance[p, c]:
            w.begins[p, c] = 1


def campaign(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Campaigns that were decided on or ordered begin to weigh; those against a rival are told."""
    for p in range(s.P):
        for c in range(s.C):
            ordered = w.orders and w.ordered_campaign[p, c] > 0.0
            if w.launched[p, c] or ordered:
                row = new_row(w, ledger, CAMPAIGN, p, c, cause_of(n, p) if w.launched[p, c] else BY_EVENT)
                row.value = w.grievance[p, c]
                w.launched[p, c] = 1
                w.campaign[p, c] = whole(n.interference_quarters)
            if w.orders:
                for q in range(s.P):
                    if w.ordered_smear[p, q, c] > 0.0:
                        row = new_row(w, ledger, SMEAR, p, c, BY_EVENT)
                        row.counterpart, row.value = q, w.ordered_smear[p, q, c]


def cause_of(n: Inputs, p: int) -> int:
    """Why a patron campaigns, by its theory."""
    theory = n.interference[p]
    if theory == RETAIN:
        return BY_DRIFT
    if theory == LEVERAGE:
        return BY_LEVERAGE
    return BY_CHOICE if theory >= REGISTERED else BY_GRIEVANCE
