"""Phase 0: what the scenario makes happen, when, if, or by chance. docs/equations.md section 0."""

from __future__ import annotations

from math import inf, nan

from ..scenario.structure import ACTS
from ..world.codes import INSTRUMENT_COUNT
from ..world.draws import of_event
from ..world.expressions import value_of
from ..world.records import (
    Acts,
    Cells,
    Changes,
    Code,
    Event,
    Events,
    Happenings,
    Inputs,
    Origins,
    Places,
    Repeals,
    Run,
    Standing,
    Standings,
)  # fmt: skip

DATED, CONDITIONAL, RANDOM = range(3)
FIRED, ENDED = range(2)
ACT_KINDS = tuple(ACTS)
(TRANSFER, PROMISE, OFFER, FORGIVE, OVERTHROW, TURNOVER, REVIEW, EVICT, CLOSE_BASE, OPEN_BASE, MERGE, HOST_DEMAND, CAMPAIGN, SANCTION,
 JOIN, LEAVE, COUP, SCANDAL, BAN, ADMIT) = (
    ACT_KINDS.index(kind)
    for kind in (
        "transfer", "promise", "offer", "forgive", "overthrow", "turnover", "review", "evict", "close_base", "open_base", "merge",
        "host_demand", "campaign", "sanction", "join", "leave", "coup", "scandal", "ban",
        "admit",
    )
)  # fmt: skip
BLOC_SANCTION = len(ACT_KINDS)
"""A sanction whose sender is a bloc."""


def happen(
    w: Run, n: Inputs, s: Places, cells: Cells, events: Events, changes: Changes, acts: Acts, repeals: Repeals, code: Code,
    standing: Standings, origins: Origins, log: Happenings,
) -> None:  # fmt: skip
    """Fire events, set inputs, give orders. Conditions see the world and the inputs as the last quarter left them."""
    if w.orders:
        clear_orders(w, s)
    for e in range(len(events)):
        if events[e].kind == CONDITIONAL:
            true = value_of(w, n, s, code, events[e].code_first, events[e].code_last) != 0.0
            standing[e].held = standing[e].held + 1 if true else 0
            over = not standing[e].active or w.quarter - standing[e].fired >= events[e].length
            if events[e].again and over and not true:
                standing[e].spent = 0
    w.told = w.quarter
    for e in range(len(events)):
        event, state = events[e], standing[e]
        if state.active and w.quarter - state.fired >= event.length:  # before it may fire again
            state.active = 0
            if event.lasts:
                restore(w, cells, changes, origins, event.changes_first, event.changes_last)
                note(w, log, e, ENDED)
        if fires(w, event, state):
            state.fired, state.active, state.spent = w.quarter, 1, 1
            note(w, log, e, FIRED)
            for i in range(event.repeals_first, event.repeals_last):  # first, so that what it sets itself stands at the end
                repeal(w, cells, events, changes, standing, origins, log, repeals[i])
            for i in range(event.changes_first, event.changes_last):
                if changes[i].patron >= 0:
                    settle_trade(w, cells, changes, i)
                origins[i] = cells[changes[i].cell]
            put(w, cells, changes, origins, event, state)
            for i in range(event.acts_first, event.acts_last):
                w.orders = 1
                order(w, acts, i)
        elif state.active:
            put(w, cells, changes, origins, event, state)


def fires(w: Run, event: Event, state: Standing) -> bool:
    """Whether it fires this quarter."""
    if event.kind == DATED:
        return event.at == w.quarter
    if event.kind == CONDITIONAL:
        return state.held >= event.holds and not state.spent
    return not state.active and of_event(w, event.key_low, event.key_high) < event.chance


def note(w: Run, log: Happenings, e: int, what: int) -> None:
    """An event fired, or ended; counted but not kept where the buffer is full."""
    row = log[min(w.happenings, len(log) - 1)]
    w.happenings += 1
    row.run, row.quarter, row.event, row.what = w.number, w.quarter, e, what


def put(w: Run, cells: Cells, changes: Changes, origins: Origins, event: Event, state: Standing) -> None:
    """Write the values of this quarter of its force."""
    age = w.quarter - state.fired
    for i in range(event.changes_first, event.changes_last):
        target = changes[i].target
        hold(w, changes, i)
        if changes[i].choice:
            if age == 0:
                cells[changes[i].cell] = target
        elif age + 1 < event.steps:
            cells[changes[i].cell] = origins[i] + (target - origins[i]) * ((age + 1) / event.steps)
        elif age < event.steps:
            cells[changes[i].cell] = target  # what is reached is exact


def settle_trade(w: Run, cells: Cells, changes: Changes, i: int) -> None:
    """What growth has made of a trade enters the trade itself, so that an event moves it without a jump."""
    p, c = changes[i].patron, changes[i].client
    cells[changes[i].cell] *= w.gravity[p, c]
    w.gravity[p, c] = 1.0


def hold(w: Run, changes: Changes, i: int) -> None:
    """While an event writes a trade, growth does not move it."""
    if changes[i].patron >= 0:
        w.held[changes[i].patron, changes[i].client] = 1
        w.gravity[changes[i].patron, changes[i].client] = 1.0


def restore(w: Run, cells: Cells, changes: Changes, origins: Origins, first: int, last: int) -> None:
    """Values of an event return to what they were when it fired."""
    for i in range(first, last):
        hold(w, changes, i)
        cells[changes[i].cell] = origins[i]


def repeal(
    w: Run, cells: Cells, events: Events, changes: Changes, standing: Standings, origins: Origins, log: Happenings, e: int
) -> None:
    """End another event: its settings return to what they were when it fired."""
    if standing[e].fired >= 0:
        restore(w, cells, changes, origins, events[e].changes_first, events[e].changes_last)
        if standing[e].active:
            note(w, log, e, ENDED)
        standing[e].active = 0


def clear_orders(w: Run, s: Places) -> None:
    """What was ordered last quarter is done."""
    w.orders = 0
    for c in range(s.C):
        w.ordered_overthrow[c], w.ordered_turnover[c], w.ordered_coup[c] = 0.0, 0.0, 0.0
        for b in range(s.B):
            w.ordered_join[b, c], w.ordered_leave[b, c] = 0.0, 0.0
            w.ordered_bloc_sanction[b, c], w.ordered_bloc_loss[b, c], w.ordered_bloc_quarters[b, c] = 0.0, 0.0, nan
        for p in range(s.P):
            clear_dyad(w, s, p, c)


def clear_dyad(w: Run, s: Places, p: int, c: int) -> None:
    """The same of a patron and a client."""
    w.ordered_transfer[p, c], w.ordered_forgive[p, c] = 0.0, 0.0
    w.ordered_ban[p, c], w.ordered_admit[p, c] = 0.0, 0.0
    for j in range(s.J):
        w.ordered_review[p, c, j] = 0.0
        w.ordered_evict[p, c, j], w.ordered_close_base[p, c, j], w.ordered_open_base[p, c, j] = 0.0, 0.0, 0.0
        w.ordered_merge[p, c, j], w.ordered_host_demand[p, c, j] = 0.0, 0.0
        w.ordered_open_rent[p, c, j], w.ordered_open_term[p, c, j], w.ordered_merge_term[p, c, j] = nan, nan, nan
    w.ordered_campaign[p, c], w.ordered_sanction[p, c], w.ordered_scandal[p, c] = 0.0, 0.0, 0.0
    w.ordered_sanction_cut[p, c], w.ordered_sanction_loss[p, c], w.ordered_sanction_quarters[p, c] = nan, nan, nan
    for q in range(s.P):
        w.ordered_smear[q, p, c] = 0.0
    for k in range(INSTRUMENT_COUNT):
        w.ordered_promise[p, c, k] = 0.0
        for q in range(s.P):
            for j in range(s.J):
                w.ordered_offer[q, p, c, k, j] = 0.0


def order(w: Run, acts: Acts, i: int) -> None:
    """What an act commands, for the phase that carries it out."""
    act = acts[i]
    kind, a, b = act.kind, act.first, act.second
    if kind == TRANSFER:
        w.ordered_transfer[a, b] += act.amount
    elif kind == FORGIVE:
        w.ordered_forgive[a, b] += act.amount
    elif kind == PROMISE:
        for k in range(INSTRUMENT_COUNT):
            w.ordered_promise[a, b, k] += act.face[k]
    elif kind == OFFER:
        for k in range(INSTRUMENT_COUNT):
            w.ordered_offer[a, act.third, b, k, act.about] += act.face[k]
    elif kind == OVERTHROW:
        w.ordered_overthrow[a] = 1.0
    elif kind == TURNOVER:
        w.ordered_turnover[a] = 1.0
    elif kind == JOIN:
        w.ordered_join[a, b] = 1.0
    elif kind == LEAVE:
        w.ordered_leave[a, b] = 1.0
    elif kind == COUP:
        w.ordered_coup[a] = 1.0
    elif kind == SCANDAL:
        w.ordered_scandal[a, b] += act.amount
    elif kind == CAMPAIGN:
        if act.third >= 0:
            w.ordered_smear[a, act.third, b] += 1.0
        else:
            w.ordered_campaign[a, b] = 1.0
    elif kind == BLOC_SANCTION:
        w.ordered_bloc_sanction[a, b], w.ordered_bloc_loss[a, b] = 1.0, act.loss
        w.ordered_bloc_quarters[a, b] = stated(act.quarters, w.ordered_bloc_quarters[a, b])
    elif kind == SANCTION:
        w.ordered_sanction[a, b] = 1.0
        w.ordered_sanction_cut[a, b] = stated(act.cut, w.ordered_sanction_cut[a, b])
        w.ordered_sanction_loss[a, b] = stated(act.loss, w.ordered_sanction_loss[a, b])
        w.ordered_sanction_quarters[a, b] = stated(act.quarters, w.ordered_sanction_quarters[a, b])
    else:
        order_base(w, acts, i)


def order_base(w: Run, acts: Acts, i: int) -> None:
    """The same of an act about a base."""
    act = acts[i]
    kind, p, c, j = act.kind, act.first, act.second, act.about
    if kind == BAN:
        w.ordered_ban[p, c] = stated(act.quarters, inf)
    elif kind == ADMIT:
        w.ordered_admit[p, c] = 1.0
    elif kind == REVIEW:
        w.ordered_review[p, c, j] = 1.0
    elif kind == EVICT:
        w.ordered_evict[p, c, j] = 1.0
    elif kind == CLOSE_BASE:
        w.ordered_close_base[p, c, j] = 1.0
    elif kind == OPEN_BASE:
        w.ordered_open_base[p, c, j] = 1.0
        w.ordered_open_rent[p, c, j] = stated(act.rent, w.ordered_open_rent[p, c, j])
        w.ordered_open_term[p, c, j] = stated(act.term, w.ordered_open_term[p, c, j])
    elif kind == MERGE:
        w.ordered_merge[p, c, j] = 1.0
        w.ordered_merge_term[p, c, j] = stated(act.term, w.ordered_merge_term[p, c, j])
    elif kind == HOST_DEMAND:
        w.ordered_host_demand[p, c, j] = act.amount


def stated(number: float, otherwise: float) -> float:
    """A number that an act carries, or what stood there before."""
    return number if number == number else otherwise
