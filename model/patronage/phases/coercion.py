"""Phase 10: sanctions and cuts of market access. docs/equations.md section 10; rule of compliance: docs/theory.md, Coercion."""

from __future__ import annotations

from ..decisions.blocs import centre, distance_to_centre
from ..world.arithmetic import whole
from ..world.codes import BY_EVENT, BY_GRIEVANCE, COMPLIED, FIRST_BLOC, SANCTION
from ..world.deals import new_row
from ..world.politics import condemnation
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import access, distance, price_of, salience, turn


def coerce(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Sanctions run out; new ones are obeyed where they cost more than the concession, and resented otherwise."""
    for c in range(s.C):
        some = False
        for p in range(s.P):
            w.price_felt[p] = condemnation(w, n, p, c)  # a sanction that ends now is still felt
            w.sanction[p, c] = max(0.0, w.sanction[p, c] - 1.0)
            if w.sanction[p, c] == 0.0:
                w.sanction_cut[p, c], w.sanction_loss[p, c] = 0.0, 0.0
            else:
                w.begins[p, c] = 0  # one is in force
            if w.begins[p, c] or (w.orders and w.ordered_sanction[p, c] > 0.0):
                some = True
        if some:
            for p in range(s.P):  # prices from the state before this phase
                sigma = salience(n, n.bargaining_salience, distance(w, n, s, p, c), w.openness[c])
                w.price_felt[p] = price_of(w, n, c, sigma * w.price_felt[p])
            for p in range(s.P):  # in order of code: each acts on what the one before left
                if w.begins[p, c] or (w.orders and w.ordered_sanction[p, c] > 0.0):
                    impose(w, n, s, ledger, p, c)
    if s.B > 0:
        coerce_by_blocs(w, n, s, ledger)


def coerce_by_blocs(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """The same of blocs, after all patrons, by code: only events make a bloc a sender, and it has no trade to cut."""
    for b in range(s.B):
        for c in range(s.C):
            w.bloc_sanction[b, c] = max(0.0, w.bloc_sanction[b, c] - 1.0)
            if w.bloc_sanction[b, c] == 0.0:
                w.bloc_loss[b, c] = 0.0
            if w.orders and w.ordered_bloc_sanction[b, c] > 0.0:
                impose_together(w, n, s, ledger, b, c)


def impose_together(w: Run, n: Inputs, s: Places, ledger: Rows, b: int, c: int) -> None:
    """A bloc's sanction begins: obeyed by who would pay less for a member's consent, or resented."""
    loss = w.ordered_bloc_loss[b, c]
    pressure = n.coercion_enforcement * loss * 4.0 * n.economy_revenue * w.gdp[c]
    centre(w, n, s, b)
    price = price_of(w, n, c, salience(n, n.blocs_salience_consent, distance_to_centre(w, s, c), w.openness[c]))
    complies = pressure > price
    row = new_row(w, ledger, COMPLIED if complies else SANCTION, -1, c, BY_EVENT)
    row.concession, row.value, row.price = FIRST_BLOC + b, pressure, price
    if complies:
        for o in range(1, s.O if w.middle[0] > 0.0 else 1):
            w.position[c, o] += n.coercion_submission * (w.middle[o] - w.position[c, o])
        return
    quarters = n.coercion_quarters
    if w.ordered_bloc_quarters[b, c] >= 0.0:
        quarters = w.ordered_bloc_quarters[b, c]
    w.bloc_sanction[b, c], w.bloc_loss[b, c] = whole(quarters), loss
    defy(w, n, s, -1, c, loss)


def impose(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """A sanction begins: the client complies if that is cheaper, or defies."""
    ordered = w.orders and w.ordered_sanction[p, c] > 0.0
    cut, quarters = n.coercion_cut, whole(n.coercion_quarters)
    loss = cut * access(w, n, s, p, c)
    if ordered:
        if w.ordered_sanction_cut[p, c] >= 0.0:
            cut = w.ordered_sanction_cut[p, c]
        if w.ordered_sanction_quarters[p, c] >= 0.0:
            quarters = w.ordered_sanction_quarters[p, c]
        loss = cut * access(w, n, s, p, c)
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
        defy(w, n, s, p, c, loss)
        w.sanction[p, c], w.sanction_cut[p, c], w.sanction_loss[p, c] = quarters, cut, loss


def defy(w: Run, n: Inputs, s: Places, sender: int, c: int, loss: float) -> None:
    """A client that defies a patron, or a bloc (−1), loses legitimacy and turns to whoever else stands by it."""
    knight = black_knight(w, s, sender, c)
    help_at_hand = 0.0 if knight < 0 else w.share_before[knight, c]
    w.legitimacy[c] = max(0.0, w.legitimacy[c] - loss * (1.0 - help_at_hand))
    if knight >= 0:
        turn(w, n, s, c, knight, n.coercion_resentment * help_at_hand)


def black_knight(w: Run, s: Places, sender: int, c: int) -> int:
    """The other patron with the largest share, −1 without any."""
    best = -1
    for q in range(s.P):
        if q != sender and (best < 0 or w.share_before[q, c] > w.share_before[best, c]):
            best = q
    return best
