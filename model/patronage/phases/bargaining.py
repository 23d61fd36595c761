"""Phase 4: concessions are reviewed, sought, sold and denied, kind by kind. docs/equations.md section 4.

A concession is sold in an auction between the patron who wants it and the rivals who want it denied
(common agency: Bernheim & Whinston 1986; price: Bueno de Mesquita & Smith 2007; hazards: Cooley 2008).
"""

from __future__ import annotations

from ..decisions.patrons import boldness
from ..exchange.auction import answer, appraise, asked_by_allies, host_insists, is_final, is_of_use, negotiate, price
from ..exchange.decrees import announce_bans, decreed, open_doors
from ..world.arithmetic import clip, power, share_of, whole
from ..world.codes import (
    BASE,
    BY_DECLINE,
    BY_DEMAND,
    BY_HAZARD,
    BY_MISSION,
    BY_OUTBID,
    BY_OVERTHROW,
    BY_POLITICS,
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
from ..world.deals import contract_row
from ..world.draws import luck_of, of_dyad
from ..world.politics import overthrow_logit
from ..world.records import Inputs, Places, Rows, Run
from ..world.terms import ambiguity, mission_before, mission_of

BY_AUCTION, BY_ORDER = 1, 2
"""How a contract would open this quarter."""


def open_table(w: Run, n: Inputs, s: Places) -> None:
    """Nothing is decided yet; where somebody else decides, all terms of bases are worked out beforehand."""
    for p in range(s.P):
        for c in range(s.C):
            clear_table(w, s, p, c)
            open_doors(w, n, s, p, c)
            for j in range(s.J):
                w.insists[p, c, j] = 1 if w.standing[p, c, j] and host_insists(w, n, s, p, c, j) else 0
    for j in range(s.J):
        w.live[j] = 1 if is_live(w, n, s, j) else 0
    for c in range(s.C):
        w.danger[c] = overthrow_logit(w, n, s, c) if n.with_refusal > 0.0 else 0.0
    if s.dense:
        for p in range(s.P):
            w.boldness[p] = boldness(n, p)
            for c in range(s.C):
                value_base(w, n, s, p, c)


def clear_table(w: Run, s: Places, p: int, c: int) -> None:
    """What was on the table last quarter is forgotten; what stands is what counts in this one."""
    for j in range(s.J):
        w.stood[p, c, j] = w.standing[p, c, j]
        w.paying[p, c, j] = max(0.0, -w.rent[p, c, j])
        w.known[p, c, j], w.struck[p, c, j], w.refused[p, c, j] = 0, 0, 0
        w.wants[p, c, j], w.fell[p, c, j], w.accepts[p, c, j] = 0, 0, 0
        for q in range(s.P):
            w.broken[q, p, c, j], w.worth[q, p, c, j] = 0, 0.0


def value_base(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """What a base is worth, after all that rests on it."""
    for t in range(s.J):
        if s.tables[t] != BASE and s.rests[BASE, s.tables[t]] and w.live[s.tables[t]]:
            negotiate(w, n, s, p, c, s.tables[t])
    appraise(w, n, s, p, c, BASE)


def ask_allies(w: Run, n: Inputs, s: Places) -> None:
    """What allies ask for their consent to every possible base; only where somebody else decides."""
    if s.dense:
        for p in range(s.P):
            for c in range(s.C):
                w.asked_for_consent[p, c, BASE] = asked_by_allies(w, n, s, p, c, BASE)


def name_terms(w: Run, n: Inputs, s: Places) -> None:
    """How every host would answer; only where somebody else decides."""
    if s.dense:
        for p in range(s.P):
            for c in range(s.C):
                price(w, n, s, p, c, BASE)
                w.known[p, c, BASE] = 1
        for p in range(s.P):
            for c in range(s.C):
                answer(w, n, s, p, c, BASE)


def bargain(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Kind after kind, those that others rest on first; bans are told before anything is decided."""
    if w.orders:
        announce_bans(w, n, s, ledger)
    for t in range(s.J):
        j = s.decisions[t]
        if w.live[j] or w.orders:
            decide_about(w, n, s, ledger, j)
            if n.kind_exclusive[j] > 0.5:
                for c in range(s.C):
                    give_to_one(w, n, s, ledger, c, j)
    for p in range(s.P):
        for c in range(s.C):
            for j in range(s.J):
                w.age[p, c, j] += w.standing[p, c, j]


def is_live(w: Run, n: Inputs, s: Places, j: int) -> bool:
    """Whether anybody could have a use for a kind, or has it; of bases, always."""
    if j == BASE:
        return True
    for p in range(s.P):
        for c in range(s.C):
            if n.fit[p, c, j] > 0.0 or w.standing[p, c, j]:
                return True
    return False


def decide_about(w: Run, n: Inputs, s: Places, ledger: Rows, j: int) -> None:
    """What is ordered happens; a contract on notice, one that stands, and one that is wanted have each their story."""
    for p in range(s.P):
        for c in range(s.C):
            if falls_along(w, n, s, ledger, p, c, j):
                continue
            if w.orders and decreed(w, n, s, ledger, p, c, j):
                continue
            if w.standing[p, c, j] and w.notice[p, c, j] > 0.0:
                run_notice(w, n, s, ledger, p, c, j)
            elif w.standing[p, c, j]:
                stand(w, n, s, ledger, p, c, j)
            else:
                seek(w, n, s, ledger, p, c, j)


def falls_along(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> bool:
    """A contract ends with the one that it rests on; whether it did."""
    below = s.requires[j]
    if below < 0 or not w.standing[p, c, j] or not w.fell[p, c, below]:
        return False
    end(w, n, s, ledger, p, c, j, w.fell[p, c, below])
    return True


def mission_declines(w: Run, n: Inputs, p: int, c: int, j: int) -> bool:
    """Whether the mission falls this quarter, or is over."""
    mission, before, floor = mission_of(n, p, c, j), mission_before(w, n, p, c, j), n.bargaining_mission_floor
    return mission < before or (mission <= floor and before <= floor)


def run_notice(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """The evicted may bid again, unless the notice is final; otherwise it runs, and at its end the contract does."""
    may = not is_final(w, p, c, j) and of_dyad(w, s, luck_of(s, REBID_LUCK, j), p, c) < n.bargaining_rebid
    if may and negotiate(w, n, s, p, c, j):
        strike(w, n, p, c, j, w.asked[p, c, j], BY_REBID)
        break_pledges(w, s, p, c, j)
        contract_row(w, n, s, ledger, KEPT, p, c, j, BY_REBID, w.rent[p, c, j])
    elif w.notice[p, c, j] > 1.0:
        w.notice[p, c, j] -= 1.0
    else:
        end(w, n, s, ledger, p, c, j, w.route[p, c, j])


def end(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int, route: int) -> None:
    """The contract is no more; its number of sites stays, and what a host has learned."""
    negotiate(w, n, s, p, c, j)
    contract_row(w, n, s, ledger, CLOSED, p, c, j, route, w.rent[p, c, j])
    w.standing[p, c, j], w.fell[p, c, j] = 0, route
    w.rent[p, c, j], w.term_left[p, c, j], w.notice[p, c, j] = 0.0, 0.0, 0.0


def strike(w: Run, n: Inputs, p: int, c: int, j: int, rent: float, cause: int) -> None:
    """A contract, new or renewed."""
    w.standing[p, c, j], w.struck[p, c, j], w.cause[p, c, j] = 1, 1, cause
    w.rent[p, c, j], w.term_left[p, c, j], w.notice[p, c, j] = rent, n.term[p, c], 0.0


def stand(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """A contract in force may be reviewed, and something comes of that."""
    w.term_left[p, c, j] = max(0.0, w.term_left[p, c, j] - 1.0)
    declining = mission_declines(w, n, p, c, j)
    turned = w.turnover[c] > 0 or (w.orders > 0 and w.ordered_turnover[c] > 0.0)
    hazard = (
        n.bargaining_hazard_base
        + n.bargaining_hazard_regime * ambiguity(w.openness[c]) * (1.0 - w.share_before[p, c])
        + n.bargaining_hazard_turnover * (1.0 if turned or w.sanction[p, c] > 0.0 else 0.0)
        + n.bargaining_hazard_overthrow * w.overthrow[c]
        + n.bargaining_hazard_term * (1.0 if w.term_left[p, c, j] == 0.0 else 0.0)
        + n.bargaining_hazard_mission * (1.0 if declining else 0.0)
    )
    chance = 1.0 - power(1.0 - clip(hazard, 0.0, 1.0), w.sites[p, c, j])
    asked_for = w.orders and (w.ordered_review[p, c, j] > 0.0 or offer_against(w, s, p, c, j))
    if asked_for or of_dyad(w, s, luck_of(s, REVIEW_LUCK, j), p, c) < chance:
        cause = BY_REVIEW if asked_for else leading_cause(w, p, c, j, turned, declining)
        review(w, n, s, ledger, p, c, j, declining, cause)


def leading_cause(w: Run, p: int, c: int, j: int, turned: bool, declining: bool) -> int:
    """Why a contract is reviewed, where several things speak for it."""
    if w.overthrow[c]:
        return BY_OVERTHROW
    if w.term_left[p, c, j] == 0.0:
        return BY_TERM
    if turned:
        return BY_TURNOVER
    if w.sanction[p, c] > 0.0:
        return BY_SANCTION
    return BY_DECLINE if declining else BY_HAZARD


def offer_against(w: Run, s: Places, p: int, c: int, j: int) -> bool:
    """Whether the scenario lets a rival offer a package against the contract."""
    for q in range(s.P):
        for k in range(INSTRUMENT_COUNT):
            if w.ordered_offer[q, p, c, k, j] > 0.0:
                return True
    return False


def review(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int, declining: bool, cause: int) -> None:
    """Host and holder talk: the contract is renewed, or notice is given."""
    left, old = w.term_left[p, c, j], w.rent[p, c, j]
    if negotiate(w, n, s, p, c, j):
        rent = w.asked[p, c, j]
        if left > 0.0 and not w.overthrow[c] and not declining:  # a contract in force is the host's outside option
            rent = max(old, rent)
        strike(w, n, p, c, j, rent, cause)
        contract_row(w, n, s, ledger, RENEWED, p, c, j, cause, rent)
        return
    route = closing_route(w, n, p, c, j)
    w.route[p, c, j], w.refused[p, c, j], w.cause[p, c, j] = route, 1, cause
    w.notice[p, c, j] = whole(n.bargaining_notice)
    if n.with_served_terms > 0.0 and route == BY_MISSION and w.value[p, c, j] >= old and w.value[p, c, j] > 0.0:
        w.notice[p, c, j] = max(w.notice[p, c, j], left)  # a fading mission serves out its contract
    if route == BY_POLITICS:
        shut(w, n, p, c)
    contract_row(w, n, s, ledger, NOTICE, p, c, j, route, old)


def shut(w: Run, n: Inputs, p: int, c: int) -> None:
    """Politics closes the client to the patron, until opinion lets it in again."""
    if n.with_refusal > 0.0:
        w.shut[p, c] = 1


def closing_route(w: Run, n: Inputs, p: int, c: int, j: int) -> int:
    """Why a contract is refused. A mission is to blame if a full one would have kept it."""
    value, floor, mission = w.value[p, c, j], w.floor[p, c, j], mission_of(n, p, c, j)
    if w.barred[p, c]:
        return BY_POLITICS
    fixed = n.fixed[p, j] * n.base_size[p, c]
    if mission == 0.0 or (value < floor <= share_of(value + fixed, mission) - fixed):
        return BY_MISSION
    if fears(w, p, c, j):
        return BY_POLITICS
    if value >= floor and (w.insists[p, c, j] or w.hold[p, c, j] > 0.0):
        return BY_DEMAND
    if value < w.price[p, c, j]:
        return BY_PRICE
    return BY_OVERTHROW if w.overthrow[c] else BY_RIVAL


def fears(w: Run, p: int, c: int, j: int) -> bool:
    """Whether the host would have agreed but for what it fears for itself."""
    value, floor, survival = w.value[p, c, j], w.floor[p, c, j], w.survival[p, c, j]
    return value < floor and survival > 0.0 and value >= floor - survival


def seek(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """None stands: one may be sought, and had; none is where it would have no value, or where doors are closed."""
    mission, before, floor = mission_of(n, p, c, j), mission_before(w, n, p, c, j), n.bargaining_mission_floor
    if not s.other[p, c] or not is_of_use(n, p, c, j):
        return
    asked_for = w.orders and w.ordered_review[p, c, j] > 0.0
    if w.barred[p, c] and not asked_for:
        return
    begins = before <= floor < mission
    chance = 1.0 if begins else n.bargaining_seek if mission > floor else n.bargaining_seek_idle
    if mission < before:
        chance = chance * n.bargaining_seek_declining
    if not (asked_for or of_dyad(w, s, luck_of(s, REVIEW_LUCK, j), p, c) < chance):
        return
    w.cause[p, c, j] = BY_REVIEW if asked_for else MISSION_BEGINS if begins else SOUGHT
    if negotiate(w, n, s, p, c, j) and rests_well(w, s, p, c, j):
        if n.kind_exclusive[j] > 0.5:
            w.wants[p, c, j] = BY_AUCTION
        else:
            open_up(w, n, s, ledger, p, c, j)
    else:
        refuse(w, n, s, ledger, p, c, j)


def rests_well(w: Run, s: Places, p: int, c: int, j: int) -> bool:
    """Whether the contract that it requires stands."""
    return s.requires[j] < 0 or w.standing[p, c, s.requires[j]] > 0


def open_up(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """A new contract, maybe against a pledge that a rival has paid for."""
    strike(w, n, p, c, j, w.asked[p, c, j], w.cause[p, c, j])
    break_pledges(w, s, p, c, j)
    contract_row(w, n, s, ledger, OPENED, p, c, j, w.cause[p, c, j], w.rent[p, c, j])


def refuse(w: Run, n: Inputs, s: Places, ledger: Rows, p: int, c: int, j: int) -> None:
    """No contract. What the host fears closes the door."""
    w.refused[p, c, j] = 1
    if w.barred[p, c] or fears(w, p, c, j):
        shut(w, n, p, c)
        w.cause[p, c, j] = BY_POLITICS
    contract_row(w, n, s, ledger, REFUSED, p, c, j, w.cause[p, c, j], 0.0)


def give_to_one(w: Run, n: Inputs, s: Places, ledger: Rows, c: int, j: int) -> None:
    """Of several patrons that would have alone what only one can, who gains most has it, what is ordered first; all others lose it."""
    best = -1
    for p in range(s.P):
        if w.wants[p, c, j] > 0 and (best < 0 or goes_before(w, p, best, c, j)):
            best = p
    if best < 0:
        return
    if w.wants[best, c, j] == BY_AUCTION:
        open_up(w, n, s, ledger, best, c, j)
    for p in range(s.P):
        if p != best and w.wants[p, c, j] == BY_AUCTION:
            w.cause[p, c, j] = BY_OUTBID
            refuse(w, n, s, ledger, p, c, j)
            w.refused[p, c, j] = 0  # given to another, for which nobody pays
        elif p != best and w.standing[p, c, j]:
            end(w, n, s, ledger, p, c, j, BY_OUTBID)


def goes_before(w: Run, p: int, q: int, c: int, j: int) -> bool:
    """Whether one who would open goes before another: what is ordered first, then who gains most."""
    if w.wants[p, c, j] != w.wants[q, c, j]:
        return w.wants[p, c, j] > w.wants[q, c, j]
    return w.value[p, c, j] - w.floor[p, c, j] > w.value[q, c, j] - w.floor[q, c, j]


def break_pledges(w: Run, s: Places, p: int, c: int, j: int) -> None:
    """A contract that stays or opens against a paid pledge breaks it."""
    for q in range(s.P):
        if w.pledge[q, p, c, j] > 0.0:
            w.broken[q, p, c, j] = 1
