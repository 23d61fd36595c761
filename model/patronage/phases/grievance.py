"""Phase 9: grievances and the campaigns they lead to. docs/equations.md section 9; sanctions follow in phase 10."""

from __future__ import annotations

from ..world.arithmetic import logistic, power, whole
from ..world.codes import BY_EVENT, BY_GRIEVANCE, CAMPAIGN, CAMPAIGN_LUCK, SANCTION_LUCK
from ..world.deals import new_row
from ..world.draws import of_dyad
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import ambiguity


def resent(w: Run, n: Inputs, s: Places) -> None:
    """Grievance grows where the client reneged; some patrons will answer with a campaign, some with a sanction."""
    for p in range(s.P):
        for c in range(s.C):
            w.grievance[p, c] = n.interference_decay * w.grievance_before[p, c] + w.sting[p, c, 0]
            w.sting[p, c, 0], w.sting[p, c, 1], w.sting[p, c, 2] = w.sting[p, c, 1], w.sting[p, c, 2], 0.0
            w.campaign[p, c] = max(0.0, w.campaign[p, c] - 1.0)
            w.launched[p, c], w.begins[p, c] = 0, 0
            w.campaign_chance[p, c], w.sanction_chance[p, c] = 0.0, 0.0
            if w.grievance[p, c] > n.interference_min_grievance:
                retaliate(w, n, s, p, c)


def retaliate(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """Whether an aggrieved patron launches a campaign or a sanction."""
    g, share = w.grievance[p, c], w.share_before[p, c]
    if share > n.interference_min_share and w.campaign[p, c] == 0.0:
        reach = g * power(share, n.interference_exponent)
        logit = n.interference_intercept + n.interference_slope * reach
        w.campaign_chance[p, c] = n.with_interference * (ambiguity(w.openness[c]) * logistic(logit))
        if of_dyad(w, s, CAMPAIGN_LUCK, p, c) < w.campaign_chance[p, c]:
            w.launched[p, c] = 1
    if w.sanction[p, c] <= 1.0:
        w.sanction_chance[p, c] = n.with_coercion * n.coercion_propensity * g
        if of_dyad(w, s, SANCTION_LUCK, p, c) < w.sanction_chance[p, c]:
            w.begins[p, c] = 1


def campaign(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Campaigns that were decided on or ordered begin to weigh."""
    for p in range(s.P):
        for c in range(s.C):
            ordered = w.orders and w.ordered_campaign[p, c] > 0.0
            if w.launched[p, c] or ordered:
                row = new_row(w, ledger, CAMPAIGN, p, c, BY_GRIEVANCE if w.launched[p, c] else BY_EVENT)
                row.value = w.grievance[p, c]
                w.launched[p, c] = 1
                w.campaign[p, c] = whole(n.interference_quarters)
