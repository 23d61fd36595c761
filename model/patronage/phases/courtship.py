"""Phase 3: budgets are divided, efforts become offers. docs/equations.md section 3."""

from __future__ import annotations

from ..decisions.patrons import divide, follows
from ..exchange.packages import compose_courtship
from ..world.codes import (
    A_CLIENT_STATE,
    A_SPHERE,
    BY_CHOICE,
    CONCESSION,
    CONTROLS_FEW,
    INSTRUMENT_COUNT,
    REFUSAL,
    SWITCH,
)
from ..world.deals import new_row
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import is_closed, kept_from, present, relief_room, work_out_needs


def court(w: Run, n: Inputs, s: Places) -> None:
    """Packages due are shipped first; what is left is divided among clients."""
    for c in range(s.C):
        everyone = 0.0
        for p in range(s.P):
            everyone += w.effort[p, c]
        for p in range(s.P):
            w.rivals[p, c] = everyone - w.effort[p, c]
        work_out_needs(w, n, s, c)
    for p in range(s.P):
        ship(w, n, s, p)
        for c in range(s.C):
            w.relief_room[p, c] = relief_room(w, p, c)
            w.weight[p, c] = weight_now(w, n, s, p, c)
        w.mode_before[p] = w.mode[p]
        divide(w, n, s, p)


def ship(w: Run, n: Inputs, s: Places, p: int) -> None:
    """Instalments of packages due leave, as a first charge on the budget; face values."""
    cost = 0.0
    for c in range(s.C):
        for k in range(INSTRUMENT_COUNT):
            rate = 1.0 / n.delivery_quarters[k]
            cost += n.cost[p, k] * (w.due[p, c, k, REFUSAL] * rate + w.due[p, c, k, CONCESSION] * rate)
    part = 1.0
    if cost > 0.0:
        part = min(1.0, n.courtship_first_charge * w.budget[p] / cost)
    for c in range(s.C):
        for k in range(INSTRUMENT_COUNT):
            rate = 1.0 / n.delivery_quarters[k]
            w.expected[p, c, k], w.arriving[p, c, k] = 0.0, 0.0
            for u in range(CONCESSION + 1):
                w.expected[p, c, k] += (w.due[p, c, k, u] + w.stuck[p, c, k, u]) * rate
                shipped = part * (w.due[p, c, k, u] * rate)
                w.due[p, c, k, u] -= shipped
                w.arriving[p, c, k] += shipped
    w.available[p] = w.budget[p] - part * cost


def weight_now(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """w', how much influence over the client is worth to the patron now."""
    return (
        n.weight[p, c]
        * (1.0 + n.courtship_threat * w.threat[c])
        * (1.0 + n.courtship_own_base * (1.0 if present(w, n, s, p, c) else 0.0))
        * (1.0 + n.courtship_rival_base * w.hosted[p, c])
        * (n.courtship_outsider if s.heads[p] and not follows(w, s, p, c) else 1.0)
        * (1.0 - kept_from(w, n, p, c))
        * (1.0 - n.refusal_courtship * (1.0 if is_closed(w, p, c) else 0.0))
    )


def offer(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Efforts become promises of instruments."""
    for p in range(s.P):
        if w.mode[p] != w.mode_before[p]:
            row = new_row(w, ledger, SWITCH, p, -1, BY_CHOICE)
            row.concession = A_CLIENT_STATE if w.mode[p] == CONTROLS_FEW else A_SPHERE
        spent = 0.0
        for c in range(s.C):
            compose_courtship(w, n, s, p, c)
            for k in range(INSTRUMENT_COUNT):
                w.offered[p, c, k] = w.gift[k]
                w.expected[p, c, k] += w.gift[k]
                w.packaged[p, c, k] = 0.0
                spent += n.cost[p, k] * w.gift[k]
        w.unspent[p] = w.available[p] - spent
