"""Phase 12: membership, cohesion and joint forces. docs/equations.md section 12; docs/theory.md, Blocs."""

from __future__ import annotations

from math import sqrt

from ..decisions.blocs import (
    affiliates_of,
    centre,
    cost_of_yes,
    decide_membership,
    distance_to_head,
    joint_supply,
    members_of,
    name_contributors,
    purse,
)
from ..exchange.packages import compose_package, promise
from ..world.arithmetic import logistic, share_of, whole
from ..world.codes import (
    ACCESSION_LUCK,
    AN_ACCESSION,
    BY_BENEFIT,
    BY_COHESION,
    BY_EVENT,
    CONCESSION,
    CONSENT,
    FIRST_BLOC,
    GRANTS,
    INSTRUMENT_COUNT,
    JOINED,
    LEFT,
    MEMBERSHIP_LUCK,
    PACKAGE,
)  # fmt: skip
from ..world.deals import new_row
from ..world.draws import of_bloc
from ..world.politics import gap
from ..world.records import Inputs, Places, Rows, Run, Tables
from ..world.terms import access, distance, present, price_of, relief_room, salience, uncut, work_out_needs


def consider_members(w: Run, n: Inputs, s: Places) -> None:
    """States that might join or leave weigh it, and blocs vote; decisions stand in `joins` and `leaves`."""
    for b in range(s.B):
        number = 0.0
        opened = n.bloc_open[b] > 0.5
        if opened or s.dense:
            number = centre(w, n, s, b)
        for c in range(s.C):
            w.member_before[b, c] = w.member[b, c]
            w.joins[b, c], w.leaves[b, c] = 0, 0
            free = opened and (w.member[b, c] or s.candidate[b, c])
            if free or s.dense:
                consider(w, n, s, b, c, number, 1 if free else 0)


def consider(w: Run, n: Inputs, s: Places, b: int, c: int, number: float, free: int) -> None:
    """A member that might leave, or a candidate that might join a bloc of so many; where somebody else decides, any client."""
    u = of_bloc(w, s, MEMBERSHIP_LUCK, b, c)
    most = n.with_bloc_choice * (n.blocs_leave if w.member[b, c] else n.blocs_join)
    if u < most or s.dense:
        w.benefit[b, c] = benefit(w, n, s, b, c)
        w.vote_cost[b, c] = 0.0
        if s.dense or (not w.member[b, c] and u < most * logistic(n.blocs_slope * w.benefit[b, c])):
            w.vote_cost[b, c] = accession_cost(w, n, s, b, c, number)
        if free:
            decide_membership(w, n, s, b, c, u)


def benefit(w: Run, n: Inputs, s: Places, b: int, c: int) -> float:
    """Benefit of membership to a client."""
    leader, rival, far = s.leader[b], 0.0, distance_to_head(w, n, s, b, c)
    for q in range(s.P):
        if q != leader:
            rival = max(rival, w.share_before[q, c])
    if leader < 0:  # members stand in for a leader: their cohesion, their weight, no market
        trust, share, market = w.cohesion[b], weight_of_members(w, s, b, c), 0.0
    else:
        trust, share = w.reputation_before[leader, c], w.share_before[leader, c]
        market = access(w, n, s, leader, c) * uncut(w, leader, c)
    covered = 1.0 if leader >= 0 and present(w, n, s, leader, c) else n.blocs_cover
    return (
        n.bloc_threat[b] * w.threat[c] * trust * covered
        + n.bloc_share[b] * share
        - n.bloc_distance[b] * far
        - n.bloc_rival[b] * rival
        + n.bloc_access[b] * market
        + (solidarity(w, n, s, b, c, far) if n.bloc_threat[b] > 0.0 else 0.0)
    )


def weight_of_members(w: Run, s: Places, b: int, c: int) -> float:
    """GDP of a bloc's other client members, as part of theirs and the client's own."""
    together = 0.0
    for m in range(s.C):
        if m != c:
            together += w.member[b, m] * w.gdp[m]
    return share_of(together, together + w.gdp[c])


def solidarity(w: Run, n: Inputs, s: Places, b: int, c: int, far: float) -> float:
    """What a security bloc is to a client whom the more open sanction, less what wars of a distant leader's might cost it."""
    leader, sheltered = s.leader[b], 0.0
    for q in range(s.P):
        if w.sanction[q, c] > 0.0 and (leader < 0 or (q != leader and not s.allied[leader, q])):
            sheltered += gap(n, q, w.openness[c])
    for other in range(s.B):
        if other != b and w.bloc_sanction[other, c] > 0.0:
            sheltered += max(0.0, openness_of_members(w, s, other, c) - w.openness[c])
    entangled = far if n.bloc_force[b] > 0.5 else 0.0
    return n.blocs_shelter * sheltered - n.blocs_entangle * entangled


def openness_of_members(w: Run, s: Places, b: int, c: int) -> float:
    """Mean openness of a bloc's client members; the client's own where it has none."""
    total, number = 0.0, 0.0
    for m in range(s.C):
        if w.member[b, m]:
            total += w.openness[m]
            number += 1.0
    return total / number if number > 0.0 else w.openness[c]


def accession_cost(w: Run, n: Inputs, s: Places, b: int, c: int, number: float) -> float:
    """What a yes to a candidate costs: members object whom it would leave much farther from the centre."""
    for m in range(s.C):
        w.objects[m], w.votes[m] = 0, 0
        if w.member[b, m]:
            before, after = 0.0, 0.0
            for o in range(1, s.O):
                moved = (number * w.middle[o] + w.position[c, o]) / (number + 1.0)
                now = w.position[m, o] - w.middle[o]
                then = w.position[m, o] - moved
                before += now * now
                after += then * then
            before, after = sqrt(before), sqrt(after)
            w.objects[m] = 1 if after > before + 0.1 else 0
            w.votes[m] = 1 if m != c else 0
            w.stance[m] = after - before - 0.1
            w.saliences[m] = salience(n, n.blocs_salience_consent, distance_to_head(w, n, s, b, m), w.openness[m])
            w.asks[m] = price_of(w, n, m, w.saliences[m])
    return cost_of_yes(w, n, s, b, number - w.member[b, c]) + denial_of_accession(w, n, s, b, c)


def denial_of_accession(w: Run, n: Inputs, s: Places, b: int, c: int) -> float:
    """What rivals of the leader bid against a client's joining, MUSD a year, as against bases."""
    leader, bids = s.leader[b], 0.0
    if leader < 0:
        return 0.0
    for q in range(s.P):
        strength = n.rivalry[q, leader] * n.weight[q, c] * n.bargaining_denial * (4.0 * w.budget[q])
        bids += strength * w.share_before[q, c] * w.reputation_before[q, c]
    return n.bloc_denial[b] * bids


def change_members(w: Run, n: Inputs, s: Places, ledger: Rows, tables: Tables) -> None:
    """Decisions and orders about membership take effect; leaders pay for accessions by choice."""
    some = False
    for p in range(s.P):
        for c in range(s.C):
            w.accessions[p, c] = 0.0
    for b in range(s.B):
        for c in range(s.C):
            told_in = w.orders and w.ordered_join[b, c] > 0.0
            told_out = w.orders and w.ordered_leave[b, c] > 0.0
            joins = (w.joins[b, c] or (told_in and not w.member[b, c])) and not told_out
            leaves = (w.leaves[b, c] and not told_in) or (told_out and w.member[b, c])
            if joins:
                row = new_row(w, ledger, JOINED, s.leader[b], c, BY_EVENT if told_in else BY_BENEFIT)
                row.concession = FIRST_BLOC + b
                if not told_in and s.leader[b] >= 0:
                    w.accessions[s.leader[b], c] += 1.0
                    some = True
            if leaves:
                row = new_row(w, ledger, LEFT, s.leader[b], c, BY_EVENT if told_out else BY_BENEFIT)
                row.concession = FIRST_BLOC + b
                w.member[b, c] = 0
            elif joins:
                w.member[b, c] = 1
    if some:
        pay_for_accessions(w, n, s, ledger, tables)


def pay_for_accessions(w: Run, n: Inputs, s: Places, ledger: Rows, tables: Tables) -> None:
    """Leaders pay in packages; the deal's terms are those of the quarter's world."""
    for c in range(s.C):
        work_out_needs(w, n, s, c)
        for p in range(s.P):
            w.relief_room[p, c] = relief_room(w, p, c)
            if w.accessions[p, c] > 0.0:
                asked = price_of(w, n, c, salience(n, n.blocs_salience_accession, distance(w, n, s, p, c), w.openness[c]))
                trust = max(w.reputation_before[p, c], n.bargaining_reputation_floor)
                worth = n.with_packages * n.bargaining_annuity * asked / trust * w.accessions[p, c]
                compose_package(w, n, p, c, worth)
                for k in range(INSTRUMENT_COUNT):
                    if w.gift[k] > 0.0:
                        row = new_row(w, ledger, PACKAGE, p, c, BY_BENEFIT)
                        row.counterpart, row.instrument, row.concession = p, k, AN_ACCESSION
                        row.promised, row.price = w.gift[k], asked
                        promise(w, n, s, tables, p, c, k, w.gift[k], CONCESSION, ACCESSION_LUCK)


def cohesion(w: Run, n: Inputs, s: Places, b: int) -> float:
    """One less the mean distance of members from their centre, less disputes; 0 of a bloc without members."""
    number = centre(w, n, s, b)
    if number == 0.0:
        return 0.0
    inside, outside = 0.0, 0.0
    for c in range(s.C):
        if w.member[b, c]:
            square = 0.0
            for o in range(1, s.O):
                gap = w.position[c, o] - w.middle[o]
                square += gap * gap
            inside += sqrt(square)
    for p in range(s.P):
        if s.affiliate[b, p]:
            square = 0.0
            for o in range(1, s.O):
                gap = n.patron_position[p, o] - w.middle[o]
                square += gap * gap
            outside += sqrt(square)
    return 1.0 - (inside + outside) / number - n.blocs_dispute * n.bloc_disputes[b]


def consider_force(w: Run, n: Inputs, s: Places) -> None:
    """Members would contribute to a joint force; it acts if the bloc holds together or its leader buys consent."""
    for b in range(s.B):
        members = members_of(w, s, b)
        w.cohesion[b] = cohesion(w, n, s, b)
        w.consent_left[b] = max(0.0, w.consent_left[b] - 1.0)
        w.able[b] = 1 if n.bloc_force[b] > 0.5 and members > 0.0 else 0
        w.supply[b], w.force_cost[b], w.acts[b], w.buys[b] = 0.0, 0.0, 0, 0
        if w.able[b] or s.dense:
            name_contributors(w, n, s, b)
            object_to_force(w, n, s, b)
            w.force_cost[b] = cost_of_yes(w, n, s, b, members + affiliates_of(s, b))
        if w.able[b]:
            w.supply[b] = joint_supply(w, s)
            free = w.cohesion[b] >= n.blocs_threshold or w.consent_left[b] > 0.0
            w.buys[b] = 1 if not free and w.force_cost[b] <= purse(w, n, s, b) else 0
            w.acts[b] = 1 if free or w.buys[b] else 0


def object_to_force(w: Run, n: Inputs, s: Places, b: int) -> None:
    """Members too far from their leader, or the centre, to fight along unpaid."""
    if s.leader[b] < 0:
        centre(w, n, s, b)
    for m in range(s.C):
        w.objects[m], w.votes[m] = 0, w.member[b, m]
        if w.member[b, m]:
            away = distance_to_head(w, n, s, b, m)
            w.stance[m] = away - (1.0 - n.blocs_threshold)
            w.objects[m] = 1 if away > 1.0 - n.blocs_threshold else 0
            w.saliences[m] = salience(n, n.blocs_salience_consent, away, w.openness[m])
            w.asks[m] = price_of(w, n, m, w.saliences[m])


def act_jointly(w: Run, n: Inputs, s: Places, ledger: Rows) -> None:
    """Joint forces act; consent that was bought is paid for in grants, as a package due."""
    for b in range(s.B):
        w.force[b] = w.supply[b] if w.acts[b] else 0.0
        if w.buys[b]:
            w.consent_left[b] = whole(n.blocs_consent_quarters)
            object_to_force(w, n, s, b)
            for m in range(s.C):
                paid = w.asks[m] * n.with_packages if w.objects[m] else 0.0
                leader = s.leader[b]
                if paid > 0.0 and leader >= 0:
                    w.due[leader, m, GRANTS, CONCESSION] += paid
                    w.packaged[leader, m, GRANTS] += paid
                    row = new_row(w, ledger, CONSENT, leader, m, BY_COHESION)
                    row.instrument, row.concession, row.promised = GRANTS, FIRST_BLOC + b, paid
