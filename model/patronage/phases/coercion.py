"""Phase 10: sanctions and cuts of market access. docs/equations.md section 10; rule of compliance: docs/theory.md, Coercion."""

from __future__ import annotations

from ..world.arithmetic import whole
from ..world.codes import BY_EVENT, BY_GRIEVANCE, COMPLIED, SANCTION
from ..world.deals import new_row
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import access, distance, price_of, salience, turn


def coerce(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Sanctions run out; new ones are obeyed where they cost more than the concession, and resented otherwise."""
    for c in range(s.C):
        some = False
        for p in range(s.P):
            w.price_felt[p] = w.sanction[p, c]  # a sanction that ends now is still felt
            w.sanction[p, c] = max(0.0, w.sanction[p, c] - 1.0)
            if w.sanction[p, c] == 0.0:
                w.sanction_cut[p, c] = 0.0
            else:
                w.begins[p, c] = 0  # one is in force
            if w.begins[p, c] or (w.orders and w.ordered_sanction[p, c] > 0.0):
                some = True
        if some:
            for p in range(s.P):  # prices from the state before this phase
                w.price_felt[p] = price_of(w, n, c, felt_salience(w, n, s, p, c, w.price_felt[p] > 0.0))
            for p in range(s.P):  # in order of code: each acts on what the one before left
                if w.begins[p, c] or (w.orders and w.ordered_sanction[p, c] > 0.0):
                    impose(w, n, s, ledger, p, c)


def felt_salience(w: Run, n: Inputs, s: Places, p: int, c: int, sanctioned: bool) -> float:
    """σ of conceding to a patron, higher while it sanctions the client."""
    sigma = salience(n, n.bargaining_salience, distance(w, n, s, p, c), w.openness[c])
    return sigma * (1.0 + n.bargaining_salience_sanction) if sanctioned else sigma


def impose(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """A sanction begins: the client complies if that is cheaper, or defies."""
    ordered = w.orders and w.ordered_sanction[p, c] > 0.0
    cut, quarters = n.coercion_cut, whole(n.coercion_quarters)
    loss = cut * access(w, n, p, c)
    if ordered:
        if w.ordered_sanction_cut[p, c] >= 0.0:
            cut = w.ordered_sanction_cut[p, c]
        if w.ordered_sanction_quarters[p, c] >= 0.0:
            quarters = w.ordered_sanction_quarters[p, c]
        loss = cut * access(w, n, p, c)
        if w.ordered_sanction_loss[p, c] >= 0.0:
            loss = w.ordered_sanction_loss[p, c]
    pressure = n.coercion_enforcement * loss * 4.0 * n.economy_revenue * w.gdp[c]
    complies = pressure > w.price_felt[p]
    row = new_row(w, ledger, COMPLIED if complies else SANCTION, p, c, BY_EVENT if ordered else BY_GRIEVANCE)
    row.value = pressure
    row.price = w.price_felt[p]
    if complies:
        turn(w, n, s, c, p, n.coercion_submission)
        w.grievance[p, c] *= n.regimes_appeased
    else:
        knight = black_knight(w, s, p, c)
        help_at_hand = 0.0 if knight < 0 else w.share_before[knight, c]
        w.legitimacy[c] = max(0.0, w.legitimacy[c] - loss * (1.0 - help_at_hand))
        if knight >= 0:
            turn(w, n, s, c, knight, n.coercion_resentment * help_at_hand)
        w.sanction[p, c] = quarters
        w.sanction_cut[p, c] = cut


def black_knight(w: Run, s: Places, sender: int, c: int) -> int:
    """The other patron with the largest share, −1 without any."""
    best = -1
    for q in range(s.P):
        if q != sender and (best < 0 or w.share_before[q, c] > w.share_before[best, c]):
            best = q
    return best
