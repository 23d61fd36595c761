"""The clock: the order of the quarter, written once, and the two loops that drive it."""

from __future__ import annotations

from .phases.alignment import align
from .phases.bargaining import ask_allies, bargain, name_terms, open_table
from .phases.blocs import act_jointly, change_members, consider_force, consider_members
from .phases.coercion import coerce
from .phases.courtship import court, offer
from .phases.delivery import deliver
from .phases.economy import grow
from .phases.events import happen
from .phases.grievance import campaign, resent
from .phases.influence import influence
from .phases.packages import settle
from .phases.regimes import rule
from .phases.start import set_up
from .phases.stocks import store
from .phases.threat import threaten
from .world.expressions import gather, value_of
from .world.records import (
    Acts, Cells, Changes, Code, Events, Happenings, Inputs, Origins, Outcomes, Places, Repeals, Rows, Run, Series, Standings, Tables,
)  # fmt: skip
from .world.recording import keep

COURT, BID, CONSENT, RESPOND, RETALIATE, ADMIT, CONTRIBUTE, END = range(8)
"""Parts of a quarter: each ends where somebody decides, so that what was decided can be replaced before the next begins."""
WHOLE = END + 1


def quarter(
    w: Run, n: Inputs, cells: Cells, s: Places, tables: Tables, events: Events, changes: Changes, acts: Acts, repeals: Repeals,
    code: Code, standing: Standings, origins: Origins, ledger: Rows, log: Happenings, first: int, last: int,
) -> None:  # fmt: skip
    """Advance a run by one quarter, or by the parts from `first` to before `last`. The order of the lines is part of the model."""
    if first <= COURT < last:
        begin(w, s)
        happen(w, n, s, cells, events, changes, acts, repeals, code, standing, origins, log)
        threaten(w, n, s)
        grow(w, n, s)
        court(w, n, s)
    if first <= BID < last:
        offer(w, n, s, ledger)
        open_table(w, n, s)
    if first <= CONSENT < last:
        ask_allies(w, n, s)
    if first <= RESPOND < last:
        name_terms(w, n, s)
    if first <= RETALIATE < last:
        bargain(w, n, s, ledger)
        settle(w, n, s, ledger, tables)
        deliver(w, n, s, ledger, tables)
        store(w, n, s, ledger)
        influence(w, n, s)
        align(w, n, s)
        resent(w, n, s)
    if first <= ADMIT < last:
        campaign(w, n, s, ledger)
        coerce(w, n, s, ledger)
        rule(w, n, s, ledger)
        consider_members(w, n, s)
    if first <= CONTRIBUTE < last:
        change_members(w, n, s, ledger, tables)
        consider_force(w, n, s)
    if first <= END < last:
        act_jointly(w, n, s, ledger)
        for p in range(s.P):
            w.mission_before[p] = n.mission[p]


def begin(w: Run, s: Places) -> None:
    """The next quarter: its address of luck, and what is read as it was at the end of the last one."""
    w.quarter += 1
    w.block = w.quarter // 4
    w.lane = w.quarter % 4
    for p in range(s.P):
        for c in range(s.C):
            w.share_before[p, c] = w.share[p, c]
            w.reputation_before[p, c] = w.reputation[p, c]
            w.grievance_before[p, c] = w.grievance[p, c]


def advance(
    worlds: Run, inputs: Inputs, cells: Cells, s: Places, tables: Tables, events: Events, changes: Changes, acts: Acts, repeals: Repeals,
    code: Code, which: Series, standing: Standings, origins: Origins, ledger: Rows, log: Happenings, first: int, last: int,
) -> None:  # fmt: skip
    """All runs by the same part of a quarter: for whoever looks at them, or decides, in between."""
    for r in range(len(worlds)):
        v = which[r]
        if r > 0:
            worlds[r].rows, worlds[r].happenings = worlds[r - 1].rows, worlds[r - 1].happenings
        quarter(
            worlds[r], inputs[r], cells[r], s[0], tables, events[v], changes[v], acts[v], repeals, code, standing[r], origins[r],
            ledger, log, first, last,
        )  # fmt: skip


def simulate_runs(
    room: Run, starts: Run, in_force: Inputs, inputs: Inputs, cells: Cells, s: Places, tables: Tables, events: Events, changes: Changes,
    acts: Acts, repeals: Repeals, code: Code, outcomes: Outcomes, replications: Series, which: Series, standing: Standings,
    origins: Origins, ledger: Rows, log: Happenings, until: int, level: int, kept: Series, found: Series, spans: Series, series: Series,
    from_run: int,
) -> int:  # fmt: skip
    """Whole runs, one after the other, in one room. Returns the first run for which the ledger or the log had no room left.

    `kept` [R, T, n] takes what is recorded, `found` [R, outcomes] the outcomes, `series` [R, T, m] the expressions in `spans` [m, 2].
    """
    w, n = room[0], in_force[0]
    rows, happenings = 0, 0
    for r in range(from_run, len(replications)):
        v = which[r]
        room[0], in_force[0] = starts[v], inputs[v]
        w.replication, w.rows, w.happenings = replications[r], rows, happenings
        forget(standing[0])
        set_up(w, n, s[0])
        t = 0
        while w.quarter < until:
            quarter(
                w, n, cells[0], s[0], tables, events[v], changes[v], acts[v], repeals, code, standing[0], origins[0],
                ledger, log, COURT, WHOLE,
            )  # fmt: skip
            gather(w, n, s[0], outcomes, code, until, found, r)
            if level > 0:
                keep(w, n, s[0], level, kept, r, t)
            for i in range(len(spans)):
                series[r, t, i] = value_of(w, n, s[0], code, spans[i, 0], spans[i, 1])
            t += 1
        if level == 0:  # nobody asks for deals
            continue
        if w.rows > len(ledger) or w.happenings > len(log):
            return r
        rows, happenings = w.rows, w.happenings
    room[0].rows, room[0].happenings = rows, happenings
    return len(replications)


def forget(standing: Standings) -> None:
    """No event has happened yet."""
    for e in range(len(standing)):
        standing[e].fired, standing[e].active, standing[e].held = -1, 0, 0
