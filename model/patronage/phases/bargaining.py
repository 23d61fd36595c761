"""Phase 4: bases are reviewed, sought, sold and denied. docs/equations.md section 4.

A concession is sold in an auction between the patron who wants it and the rivals who want it denied
(common agency: Bernheim & Whinston 1986; price: Bueno de Mesquita & Smith 2007; hazards: Cooley 2008).
"""

from __future__ import annotations

from ..decisions.blocs import consent_of_allies
from ..decisions.patrons import boldness
from ..exchange.auction import answer, appraise, host_insists, negotiate
from ..exchange.decrees import decreed
from ..world.arithmetic import clip, power, share_of, whole
from ..world.codes import (
    BY_DECLINE,
    BY_DEMAND,
    BY_HAZARD,
    BY_MISSION,
    BY_OVERTHROW,
    BY_PRICE,
    BY_REBID,
    BY_REVIEW,
    BY_RIVAL,
    BY_SANCTION,
    BY_TERM,
    BY_TURNOVER,
    CLOSED,
    INSTRUMENT_COUNT,
    KEPT,
    MISSION_BEGINS,
    NOTICE,
    OPENED,
    REBID_LUCK,
    REFUSED,
    RENEWED,
    REVIEW_LUCK,
    SOUGHT,
)  # fmt: skip
from ..world.deals import base_row
from ..world.draws import of_dyad
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import ambiguity


def open_table(w: Run, n: Inputs, s: Places) -> None:
    """Nothing is decided yet; where somebody else decides, all terms are worked out beforehand."""
    for p in range(s.P):
        for c in range(s.C):
            w.stood[p, c] = w.base[p, c]
            w.known[p, c], w.struck[p, c], w.refused[p, c] = 0, 0, 0
            w.insists[p, c] = 1 if w.base[p, c] and host_insists(w, n, s, p, c) else 0
            for q in range(s.P):
                w.broken[q, p, c], w.worth[q, p, c] = 0, 0.0
    if s.dense:
        for p in range(s.P):
            w.boldness[p] = boldness(n, p)
            for c in range(s.C):
                appraise(w, n, s, p, c)


def ask_allies(w: Run, n: Inputs, s: Places) -> None:
    """What allies ask for their consent to every possible base; only where somebody else decides."""
    if s.dense:
        for p in range(s.P):
            for c in range(s.C):
                w.asked_for_consent[p, c] = 0.0 if w.stood[p, c] else consent_of_allies(w, n, s, p, c)


def name_terms(w: Run, n: Inputs, s: Places) -> None:
    """How every host would answer; only where somebody else decides."""
    if s.dense:
        for p in range(s.P):
            for c in range(s.C):
                answer(w, n, s, p, c)
                w.known[p, c] = 1


def bargain(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """What is ordered about a base happens; a base on notice, one that stands, and one that is wanted have each their story."""
    for p in range(s.P):
        declining = mission_declines(w, n, p)
        for c in range(s.C):
            if w.orders and decreed(w, n, s, ledger, p, c):
                continue
            if w.base[p, c] and w.notice[p, c] > 0.0:
                run_notice(w, n, s, ledger, p, c)
            elif w.base[p, c]:
                stand(w, n, s, ledger, p, c, declining)
            else:
                seek(w, n, s, ledger, p, c)


def mission_declines(w: Run, n: Inputs, p: int) -> bool:
    """Whether the mission falls this quarter, or is over."""
    mission, before, floor = n.mission[p], w.mission_before[p], n.bargaining_mission_floor
    return mission < before or (mission <= floor and before <= floor)


def run_notice(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """The evicted may bid again; otherwise the notice runs, and at its end the base closes."""
    if of_dyad(w, s, REBID_LUCK, p, c) < n.bargaining_rebid and negotiate(w, n, s, p, c):
        strike(w, n, p, c, w.asked[p, c], BY_REBID)
        break_pledges(w, s, p, c)
        base_row(w, ledger, KEPT, p, c, BY_REBID, w.rent[p, c])
    elif w.notice[p, c] > 1.0:
        w.notice[p, c] -= 1.0
    else:
        negotiate(w, n, s, p, c)
        base_row(w, ledger, CLOSED, p, c, w.route[p, c], w.rent[p, c])
        close(w, p, c)


def close(w: Run, p: int, c: int) -> None:
    """The base is no more; its number of sites stays."""
    w.base[p, c] = 0
    w.rent[p, c], w.term_left[p, c], w.notice[p, c] = 0.0, 0.0, 0.0


def strike(w: Run, n: Inputs, p: int, c: int, rent: float, cause: int) -> None:
    """A contract, new or renewed."""
    w.base[p, c], w.struck[p, c], w.cause[p, c] = 1, 1, cause
    w.rent[p, c], w.term_left[p, c], w.notice[p, c] = rent, n.term[p, c], 0.0


def stand(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, declining: bool) -> None:
    """A base in force may be reviewed, and something comes of that."""
    w.term_left[p, c] = max(0.0, w.term_left[p, c] - 1.0)
    turned = w.turnover[c] > 0 or (w.orders > 0 and w.ordered_turnover[c] > 0.0)
    hazard = (
        n.bargaining_hazard_base
        + n.bargaining_hazard_regime * ambiguity(w.openness[c]) * (1.0 - w.share_before[p, c])
        + n.bargaining_hazard_turnover * (1.0 if turned or w.sanction[p, c] > 0.0 else 0.0)
        + n.bargaining_hazard_overthrow * w.overthrow[c]
        + n.bargaining_hazard_term * (1.0 if w.term_left[p, c] == 0.0 else 0.0)
        + n.bargaining_hazard_mission * (1.0 if declining else 0.0)
    )
    chance = 1.0 - power(1.0 - clip(hazard, 0.0, 1.0), w.sites[p, c])
    asked_for = w.orders and (w.ordered_review[p, c] > 0.0 or offer_against(w, s, p, c))
    if asked_for or of_dyad(w, s, REVIEW_LUCK, p, c) < chance:
        cause = BY_REVIEW if asked_for else leading_cause(w, p, c, turned, declining)
        review(w, n, s, ledger, p, c, declining, cause)


def leading_cause(w: Run, p: int, c: int, turned: bool, declining: bool) -> int:
    """Why a base is reviewed, where several things speak for it."""
    if w.overthrow[c]:
        return BY_OVERTHROW
    if w.term_left[p, c] == 0.0:
        return BY_TERM
    if turned:
        return BY_TURNOVER
    if w.sanction[p, c] > 0.0:
        return BY_SANCTION
    return BY_DECLINE if declining else BY_HAZARD


def offer_against(w: Run, s: Places, p: int, c: int) -> bool:
    """Whether the scenario lets a rival offer a package against the base."""
    for q in range(s.P):
        for k in range(INSTRUMENT_COUNT):
            if w.ordered_offer[q, p, c, k] > 0.0:
                return True
    return False


def review(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, declining: bool, cause: int) -> None:
    """Host and holder talk: the contract is renewed, or notice is given."""
    left, old = w.term_left[p, c], w.rent[p, c]
    if negotiate(w, n, s, p, c):
        rent = w.asked[p, c]
        if left > 0.0 and not w.overthrow[c] and not declining:  # a contract in force is the host's outside option
            rent = max(old, rent)
        strike(w, n, p, c, rent, cause)
        base_row(w, ledger, RENEWED, p, c, cause, rent)
        return
    route = closing_route(w, n, p, c)
    w.route[p, c], w.refused[p, c], w.cause[p, c] = route, 1, cause
    w.notice[p, c] = whole(n.bargaining_notice)
    if n.with_served_terms > 0.0 and route == BY_MISSION and w.value[p, c] >= old and w.value[p, c] > 0.0:
        w.notice[p, c] = max(w.notice[p, c], left)  # a fading mission serves out its contract
    base_row(w, ledger, NOTICE, p, c, route, old)


def closing_route(w: Run, n: Inputs, p: int, c: int) -> int:
    """Why a base is refused. A mission is to blame if a full one would have kept it."""
    value, floor, mission = w.value[p, c], w.floor[p, c], n.mission[p]
    if mission == 0.0 or (value < floor <= share_of(value, mission)):
        return BY_MISSION
    if w.insists[p, c] and value >= floor:
        return BY_DEMAND
    if value < w.price[p, c]:
        return BY_PRICE
    return BY_OVERTHROW if w.overthrow[c] else BY_RIVAL


def seek(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int) -> None:
    """No base: one may be sought, and had; none is where it would have no value."""
    mission, floor = n.mission[p], n.bargaining_mission_floor
    if not s.other[p, c] or not mission * n.need[p] * n.geography[p, c] > 0.0:
        return
    begins = w.mission_before[p] <= floor < mission
    chance = 1.0 if begins else n.bargaining_seek if mission > floor else n.bargaining_seek_idle
    asked_for = w.orders and w.ordered_review[p, c] > 0.0
    if not ((asked_for and chance > 0.0) or of_dyad(w, s, REVIEW_LUCK, p, c) < chance):
        return
    cause = BY_REVIEW if asked_for else MISSION_BEGINS if begins else SOUGHT
    if negotiate(w, n, s, p, c):
        strike(w, n, p, c, w.asked[p, c], cause)
        break_pledges(w, s, p, c)
        base_row(w, ledger, OPENED, p, c, cause, w.rent[p, c])
    else:
        w.refused[p, c], w.cause[p, c] = 1, cause
        base_row(w, ledger, REFUSED, p, c, cause, 0.0)


def break_pledges(w: Run, s: Places, p: int, c: int) -> None:
    """A base that stays or opens against a paid pledge breaks it."""
    for q in range(s.P):
        if w.pledge[q, p, c] > 0.0:
            w.broken[q, p, c] = 1
