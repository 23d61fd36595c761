"""The clock: the order of the quarter, written once, and the two loops that drive it."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from .beginning import set_up
from .decisions.blocs import hear_allies, name_contributors
from .decisions.patrons import court_everyone, pick_clients
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
from .phases.stocks import store
from .phases.threat import threaten
from .world.codes import (
    ADMIT,
    BID,
    BLOCS_AND_CLIENTS,
    CLIENTS,
    CONSENT_ASKED,
    CONTRIBUTE,
    COURT,
    DYADS,
    END,
    GOVERN,
    PATRONS,
    RESPOND,
    RETALIATE,
    WHOLE,
)  # fmt: skip
from .world.draws import of_bloc, of_client, of_dyad, of_patron
from .world.expressions import gather, number_of, value_of
from .world.layout import (
    ACT,
    CHANGE,
    CODE,
    EVENT,
    HAPPENING,
    OUTCOME,
    ROW,
    STANDING,
    Bucket,
    inputs_type,
    structure_type,
    world_type,
)  # fmt: skip
from .world.limits import within_limits
from .world.politics import above, stake
from .world.readings import propensity
from .world.recording import keep
from .world.records import (
    Acts,
    ActTable,
    Cells,
    CellTable,
    Changes,
    ChangeTable,
    Code,
    Events,
    EventTable,
    Happenings,
    Inputs,
    ManyInputs,
    ManyPlaces,
    Origins,
    OriginTable,
    Outcomes,
    Places,
    Repeals,
    Rows,
    Run,
    Runs,
    Series,
    Standings,
    StandingTable,
    Tables,
    Whole,
)  # fmt: skip
from .world.terms import access, distance, treaty_of, uncut


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
    if first <= CONSENT_ASKED < last:
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
    if first <= GOVERN < last:
        campaign(w, n, s, ledger)
        coerce(w, n, s, ledger)
    if first <= ADMIT < last:
        rule(w, n, s, ledger)
        consider_members(w, n, s)
    if first <= CONTRIBUTE < last:
        change_members(w, n, s, ledger, tables)
        consider_force(w, n, s)
    if first <= END < last:
        act_jointly(w, n, s, ledger)
        remember_missions(w, n, s)
        w.lost = 0 if within_limits(w, s) else 1


def remember_missions(w: Run, n: Inputs, s: Places) -> None:
    """What the next quarter knows of this one's missions."""
    for p in range(s.P):
        for c in range(s.C):
            w.mission_before[p, c], w.tie_mission_before[p, c] = n.mission[p] * n.tie_mission[p, c], n.tie_mission[p, c]


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
            w.held[p, c] = 0


def advance(
    worlds: Runs, inputs: ManyInputs, cells: CellTable, s: ManyPlaces, tables: Tables, events: EventTable, changes: ChangeTable,
    acts: ActTable, repeals: Repeals, code: Code, which: Whole, standing: StandingTable, origins: OriginTable, ledger: Rows,
    log: Happenings, first: int, last: int, from_run: int,
) -> int:  # fmt: skip
    """All runs by the same part of a quarter: for whoever looks at them, or decides, in between.

    Returns the first run for which the ledger or the log might have no room left: it and those after it are still to be advanced.
    """
    most = most_rows(s[0])
    for r in range(from_run, len(worlds)):
        v = which[r]
        before = worlds[r - 1 if r > 0 else len(worlds) - 1]  # rows go on after those of the run before, or of the part before
        worlds[r].rows, worlds[r].happenings = before.rows, before.happenings
        if worlds[r].lost:  # its numbers are none; it stays where it is
            continue
        if worlds[r].rows + most > len(ledger) or worlds[r].happenings + 2 * len(events[v]) + 1 > len(log):
            return r
        quarter(
            worlds[r], inputs[r], cells[r], s[0], tables, events[v], changes[v], acts[v], repeals, code, standing[r], origins[r],
            ledger, log, first, last,
        )  # fmt: skip
    return len(worlds)


def most_rows(s: Places) -> int:
    """More rows than a run can write into the ledger in a quarter."""
    return s.P * s.C * s.J * (s.P + 30) + s.B * s.C * 8 + s.C * 4 + s.P * 2


def simulate_runs(
    room: Runs, starts: Runs, in_force: ManyInputs, inputs: ManyInputs, cells: CellTable, s: ManyPlaces, tables: Tables,
    events: EventTable, changes: ChangeTable, acts: ActTable, repeals: Repeals, code: Code, outcomes: Outcomes, replications: Whole,
    which: Whole, standing: StandingTable, origins: OriginTable, ledger: Rows, log: Happenings, until: int, deals: int, wanted: Whole,
    kept: Series, found: Series, spans: Whole, series: Series, used: Whole, at: int, from_run: int,
) -> int:  # fmt: skip
    """Whole runs, one after the other, in one room.

    Returns the run at which somebody must look: it has left the numbers (`lost`), or the ledger or the log had no room left for it.

    `kept` [R, T, n] takes the `wanted` variables, `found` [R, outcomes] the outcomes, `series` [R, T, m] the expressions in `spans`
    [m, 2], `used` how many rows of the ledger and of the log are those of finished runs; the first run is number `at` of its batch.
    """
    w, n = room[0], in_force[0]
    rows, happenings = 0, 0
    for r in range(from_run, len(replications)):
        v = which[r]
        room[0], in_force[0] = starts[v], inputs[v]
        w.number, w.replication, w.rows, w.happenings = at + r, replications[r], rows, happenings
        forget(standing[0])
        set_up(w, n, s[0])
        t = 0
        while w.quarter < until:
            quarter(
                w, n, cells[0], s[0], tables, events[v], changes[v], acts[v], repeals, code, standing[0], origins[0],
                ledger, log, COURT, WHOLE,
            )  # fmt: skip
            gather(w, n, s[0], outcomes, code, until, found, r)
            if len(wanted) > 0:
                keep(w, n, s[0], wanted, kept, r, t)
            for i in range(len(spans)):
                series[r, t, i] = number_of(w, n, s[0], code, spans[i, 0], spans[i, 1])
            t += 1
            if w.lost:
                return r
        if not deals:
            continue
        if w.rows >= len(ledger) or w.happenings >= len(log):  # the last place takes what does not fit
            return r
        rows, happenings = w.rows, w.happenings
        used[0], used[1] = rows, happenings
    return len(replications)


def forget(standing: Standings) -> None:
    """No event has happened yet."""
    for e in range(len(standing)):
        standing[e].fired, standing[e].active, standing[e].held, standing[e].spent = -1, 0, 0, 0


def read_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, code: Code, out: Series) -> None:
    """An expression in every run, into `out` [R]."""
    for r in range(len(worlds)):
        out[r] = value_of(worlds[r], inputs[r], s[0], code, 0, len(code))


def keep_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, wanted: Whole, kept: Series) -> None:
    """What is recorded of every run, into `kept` [R, 1, n]."""
    for r in range(len(worlds)):
        keep(worlds[r], inputs[r], s[0], wanted, kept, r, 0)


def gather_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, outcomes: Outcomes, code: Code, until: int, found: Series) -> None:
    """Take this quarter of every run into its outcomes, `found` [R, outcomes]."""
    for r in range(len(worlds)):
        gather(worlds[r], inputs[r], s[0], outcomes, code, until, found, r)


def set_up_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces) -> None:
    """The world before the first quarter, in every run."""
    for r in range(len(worlds)):
        set_up(worlds[r], inputs[r], s[0])


def draws_of_runs(worlds: Runs, s: ManyPlaces, decision: int, axes: int, out: Series) -> None:
    """The uniforms of a decision this quarter, into `out` [R, rows, columns]: of patrons, clients, dyads, or blocs and clients."""
    rows = s[0].B if axes == BLOCS_AND_CLIENTS else 1 if axes == CLIENTS else s[0].P
    columns = 1 if axes == PATRONS else s[0].C
    for r in range(len(worlds)):
        for i in range(rows):
            for j in range(columns):
                if axes == PATRONS:
                    out[r, i, j] = of_patron(worlds[r], s[0], decision, i)
                elif axes == CLIENTS:
                    out[r, i, j] = of_client(worlds[r], s[0], decision, j)
                elif axes == DYADS:
                    out[r, i, j] = of_dyad(worlds[r], s[0], decision, i, j)
                else:
                    out[r, i, j] = of_bloc(worlds[r], s[0], decision, i, j)


def portfolios_of_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, out: Series) -> None:
    """What each patron would spend by either portfolio, everyone or few, into `out` [R, 2 P, C]."""
    for r in range(len(worlds)):
        w = worlds[r]
        for p in range(s[0].P):
            for c in range(s[0].C):
                w.few[c] = w.effort[p, c]
            court_everyone(w, s[0], p, w.available[p])
            for c in range(s[0].C):
                out[r, 2 * p, c] = w.effort[p, c]
            pick_clients(w, inputs[r], s[0], p)
            for c in range(s[0].C):
                out[r, 2 * p + 1, c] = w.effort[p, c]
                w.effort[p, c] = w.few[c]


def distances_of_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, out: Series) -> None:
    """Distances in orientation, into `out` [R, P, C]."""
    for r in range(len(worlds)):
        for p in range(s[0].P):
            for c in range(s[0].C):
                out[r, p, c] = distance(worlds[r], inputs[r], s[0], p, c)


def voices_of_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, out: Series) -> None:
    """What members say of an outsider's base in a member, bloc by bloc, into `out` [R, B P C M, 6].

    Whether the member has a vote, whether it objects, how much farther the outsider stands, its price, σ behind it, and its income.
    """
    for r in range(len(worlds)):
        w, n, row = worlds[r], inputs[r], 0
        for b in range(s[0].B):
            for p in range(s[0].P):
                for c in range(s[0].C):
                    hear_allies(w, n, s[0], b, p, c)
                    for m in range(s[0].C):
                        if w.votes[m]:
                            out[r, row, 0], out[r, row, 1], out[r, row, 2] = 1.0, float(w.objects[m]), w.stance[m]
                            out[r, row, 3], out[r, row, 4], out[r, row, 5] = w.asks[m], w.saliences[m], 4.0 * w.gdp[m]
                        row += 1


def contributors_of_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, out: Series) -> None:
    """Incomes and preferences of contributors to each bloc's joint force, the leader last, into `out` [R, B (C + 1), 2]."""
    for r in range(len(worlds)):
        w, row = worlds[r], 0
        for b in range(s[0].B):
            name_contributors(w, inputs[r], s[0], b)
            for i in range(s[0].C + 1):
                if w.income_of[i] > 0.0:
                    out[r, row, 0], out[r, row, 1] = w.income_of[i], w.keen[i]
                row += 1


def links_of_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, out: Series) -> None:
    """What theories of politics ask of a patron and a client, into `out` [R, P C, 4].

    Access left, bandwidth of treaties, stake, and how far the patron's openness stands above the client's.
    """
    for r in range(len(worlds)):
        w, n, row = worlds[r], inputs[r], 0
        for p in range(s[0].P):
            for c in range(s[0].C):
                out[r, row, 0], out[r, row, 1] = access(w, n, s[0], p, c) * uncut(w, p, c), treaty_of(w, n, s[0], p, c)
                out[r, row, 2], out[r, row, 3] = stake(w, n, p, c), above(n, p, w.openness[c])
                row += 1


def bonds_of_runs(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, out: Series) -> None:
    """Propensities of all actors towards each other, into `out` [R, A, A]."""
    for r in range(len(worlds)):
        for a in range(s[0].A):
            for b in range(s[0].A):
                out[r, a, b] = propensity(worlds[r], inputs[r], s[0], a, b)


_CALLED = (
    advance, simulate_runs, read_runs, keep_runs, gather_runs, set_up_runs, draws_of_runs, portfolios_of_runs, distances_of_runs,
    voices_of_runs, contributors_of_runs, links_of_runs, bonds_of_runs,
)  # fmt: skip
ENTRIES: dict[str, FunctionType] = {f.__name__: f for f in _CALLED if isinstance(f, FunctionType)}
"""What is called from outside, compiled or not."""


def signatures(bucket: Bucket) -> dict[str, tuple[Any, ...]]:
    """Types of the arguments of every entry, as numba names them."""
    from numba import int64, typeof

    world, inputs, s = world_type(bucket), inputs_type(bucket), structure_type(bucket)
    one, two, three = (np.zeros((1,) * d) for d in (1, 2, 3))
    worlds, ins, places = np.zeros(1, world), np.zeros(1, inputs), np.zeros(1, s)
    whole, events, changes = np.zeros(1, np.int64), np.zeros((1, 1), EVENT), np.zeros((1, 1), CHANGE)
    acts, code, outcomes = np.zeros((1, 1), ACT), np.zeros(1, CODE), np.zeros(1, OUTCOME)
    standing, rows, log = np.zeros((1, 1), STANDING), np.zeros(1, ROW), np.zeros(1, HAPPENING)
    plan = (events, changes, acts, whole, code)
    spans, numbers = np.zeros((1, 2), np.int64), np.zeros(1, np.uint64)
    arguments: dict[str, tuple[Any, ...]] = {
        "advance": (worlds, ins, two, places, two, *plan, whole, standing, two, rows, log, 0, 0, 0),
        "simulate_runs": (
            worlds, worlds, ins, ins, two, places, two, *plan, outcomes, numbers, whole, standing, two, rows, log, 0, 0, whole, three,
            two, spans, three, whole, 0, 0,
        ),
        "read_runs": (worlds, ins, places, code, one),
        "keep_runs": (worlds, ins, places, whole, three),
        "gather_runs": (worlds, ins, places, outcomes, code, 0, two),
        "set_up_runs": (worlds, ins, places),
        "draws_of_runs": (worlds, places, 0, 0, three),
        "portfolios_of_runs": (worlds, ins, places, three),
        "distances_of_runs": (worlds, ins, places, three),
        "voices_of_runs": (worlds, ins, places, three),
        "contributors_of_runs": (worlds, ins, places, three),
        "links_of_runs": (worlds, ins, places, three),
        "bonds_of_runs": (worlds, ins, places, three),
    }  # fmt: skip
    return {
        name: tuple(int64 if isinstance(x, int) else typeof(x) for x in given)  # type: ignore[no-untyped-call]
        for name, given in arguments.items()
    }
