"""What of a quarter is kept: variables written one after the other into a row of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .codes import BASE as A_BASE
from .codes import CHANNEL_COUNT, INSTRUMENT_COUNT, LOANS
from .readings import PENDING, concentration, of_flow, spent
from .records import Inputs, Places, Run, Series, Table, Whole


@dataclass(frozen=True)
class Variable:
    """Something that is kept for every quarter."""

    name: str
    axes: str
    """After run and quarter."""
    kind: type[np.generic]
    unit: str
    doc: str = ""


VARIABLES: tuple[Variable, ...] = (
    Variable("share", "PC", np.float64, "1"),
    Variable("base", "PC", np.bool_, "bool"),
    Variable("rent", "PC", np.float32, "MUSD/yr"),
    Variable("promised", "PCK", np.float32, "MUSD/quarter"),
    Variable("delivered", "PCK", np.float32, "MUSD/quarter"),
    Variable("rent_paid", "PC", np.float32, "MUSD/quarter"),
    Variable("surplus", "PC", np.float32, "MUSD/quarter"),
    Variable("notice", "PC", np.int8, "quarter"),
    Variable("influence", "PC", np.float32, "1"),
    Variable("fbic", "PC", np.float32, "1", "influence as the published index measures it, of the quarter"),
    Variable("fbic_index", "PC", np.float32, "1", "the same from means of three years, as it is published"),
    Variable("reputation", "PC", np.float32, "1"),
    Variable("grievance", "PC", np.float32, "1"),
    Variable("campaign", "PC", np.float32, "1"),
    Variable("sanction", "PC", np.float32, "1"),
    Variable("effort", "PC", np.float32, "MUSD/quarter"),
    Variable("debt", "PC", np.float32, "MUSD"),
    Variable("arms", "PC", np.float32, "MUSD"),
    Variable("capital", "PC", np.float32, "MUSD"),
    Variable("presence", "PC", np.float32, "MUSD"),
    Variable("gdp", "C", np.float32, "MUSD/yr"),
    Variable("growth", "C", np.float32, "1"),
    Variable("threat", "C", np.float32, "1"),
    Variable("insecurity", "C", np.float32, "1"),
    Variable("openness", "C", np.float32, "1"),
    Variable("coalition", "C", np.float32, "1"),
    Variable("legitimacy", "C", np.float32, "1"),
    Variable("autonomy", "C", np.float32, "1"),
    Variable("overthrow", "C", np.bool_, "bool"),
    Variable("turnover", "C", np.bool_, "bool"),
    Variable("position", "CO", np.float32, "1"),
    Variable("budget", "P", np.float32, "MUSD/yr"),
    Variable("spent", "P", np.float32, "MUSD/yr"),
    Variable("unspent", "P", np.float32, "MUSD/yr"),
    Variable("mode", "P", np.int8, "0 sphere, 1 client state"),
    Variable("concentration", "P", np.float32, "1"),
    Variable("mission", "P", np.float32, "1"),
    Variable("member", "BC", np.bool_, "bool"),
    Variable("cohesion", "B", np.float32, "1"),
    Variable("force", "B", np.float32, "MUSD/yr"),
    Variable("by_channel", "PCN", np.float32, "1"),
    Variable("overthrow_chance", "C", np.float32, "1", "chance that the regime falls in the quarter"),
    Variable("other_debt", "C", np.float32, "MUSD", "debt to creditors who are no patrons"),
    Variable("projects_promised", "PC", np.float32, "MUSD/quarter", "loans promised in packages"),
    Variable("projects_arriving", "PC", np.float32, "MUSD/quarter", "loans that arrive from packages"),
    Variable("projects_pending", "PC", np.float32, "MUSD", "loans promised in packages, neither arrived nor given up"),
    Variable("sentiment", "PC", np.float32, "1", "what the client's public thinks of the patron"),
    Variable("drift", "PC", np.float32, "1", "how much farther from the patron the client stands than it used to"),
    Variable("regime", "C", np.int8, "0 elected, 1 party, 2 personal, 3 military"),
    Variable("coup", "C", np.bool_, "bool"),
    Variable("standing", "PCJ", np.bool_, "bool", "a contract of each kind stands"),
    Variable("rents", "PCJ", np.float32, "MUSD/yr", "its rent; negative: the client pays"),
)
"""Everything that can be kept."""
(SHARE, BASE, RENT, PROMISED, DELIVERED, RENT_PAID, SURPLUS, NOTICE, INFLUENCE, FBIC, FBIC_INDEX, REPUTATION, GRIEVANCE, CAMPAIGN,
 SANCTION, EFFORT, DEBT, ARMS, CAPITAL, PRESENCE, GDP, GROWTH, THREAT, INSECURITY, OPENNESS, COALITION,
 LEGITIMACY, AUTONOMY, OVERTHROW, TURNOVER, POSITION, BUDGET, SPENT, UNSPENT, MODE, CONCENTRATION, MISSION,
 MEMBER, COHESION, FORCE, BY_CHANNEL, OVERTHROW_CHANCE, OTHER_DEBT, PROJECTS_PROMISED, PROJECTS_ARRIVING,
 PROJECTS_PENDING, SENTIMENT, DRIFT, REGIME, COUP, STANDING, RENTS) = range(len(VARIABLES))  # fmt: skip

_NAMES = tuple(v.name for v in VARIABLES)
RECORDS: dict[str, tuple[str, ...]] = {
    "outcomes": (),
    "lean": _NAMES[: BASE + 1],
    "standard": _NAMES[: FORCE + 1],
    "full": _NAMES[: BY_CHANNEL + 1],
}
"""Variables kept, by what is asked for; at "outcomes" no ledger is kept either."""


def variables(names: Iterable[str]) -> tuple[Variable, ...]:
    """Variables by name, in the order of the list. KeyError for a name that is none."""
    known = {v.name: v for v in VARIABLES}
    return tuple(known[name] for name in names)


def numbers_of(chosen: tuple[Variable, ...]) -> npt.NDArray[np.int64]:
    """What stands for them inside a run."""
    return np.array([VARIABLES.index(v) for v in chosen], dtype=np.int64)


def unpacked(kept: npt.NDArray[np.float64], chosen: tuple[Variable, ...], lengths: dict[str, int]) -> list[npt.NDArray[np.float64]]:
    """Variables out of rows of numbers [..., n], [..., *axes] each; `lengths` of axes by letter."""
    out, at = [], 0
    for v in chosen:
        shape = tuple(lengths[letter] for letter in v.axes)
        size = int(np.prod(shape))
        out.append(kept[..., at : at + size].reshape(*kept.shape[:-1], *shape))
        at += size
    return out


def keep(w: Run, n: Inputs, s: Places, wanted: Whole, kept: Series, r: int, t: int) -> None:
    """Write the wanted variables, one after the other, into row t of run r."""
    at = 0
    for i in range(len(wanted)):
        v = wanted[i]
        if v <= PRESENCE or PROJECTS_PROMISED <= v <= DRIFT or v == BY_CHANNEL or v >= STANDING:
            at = keep_dyads(w, s, v, kept, r, t, at)
        elif v <= POSITION or OVERTHROW_CHANCE <= v <= OTHER_DEBT or REGIME <= v <= COUP:
            at = keep_clients(w, s, v, kept, r, t, at)
        elif v <= MISSION:
            at = keep_patrons(w, n, s, v, kept, r, t, at)
        else:
            at = keep_blocs(w, s, v, kept, r, t, at)


def put(kept: Series, r: int, t: int, at: int, table: Table, s: Places) -> int:
    """Write a table of patrons and clients; returns where the next number goes."""
    for p in range(s.P):
        for c in range(s.C):
            kept[r, t, at] = table[p, c]
            at += 1
    return at


def put_bases(kept: Series, r: int, t: int, at: int, table: Table, s: Places) -> int:
    """Write what a table of contracts says of bases; returns where the next number goes."""
    for p in range(s.P):
        for c in range(s.C):
            kept[r, t, at] = table[p, c, A_BASE]
            at += 1
    return at


def keep_dyads(w: Run, s: Places, v: int, kept: Series, r: int, t: int, at: int) -> int:
    """A variable of patrons and clients; returns where the next number goes."""
    if v == SHARE:
        return put(kept, r, t, at, w.share, s)
    if v == BASE:
        return put_bases(kept, r, t, at, w.standing, s)
    if v == RENT:
        return put_bases(kept, r, t, at, w.rent, s)
    if v == RENT_PAID:
        return put(kept, r, t, at, w.rent_paid, s)
    if v == SURPLUS:
        return put(kept, r, t, at, w.transferred, s)
    if v == NOTICE:
        return put_bases(kept, r, t, at, w.notice, s)
    if v == INFLUENCE:
        return put(kept, r, t, at, w.influence, s)
    if v == FBIC:
        return put(kept, r, t, at, w.fbic, s)
    if v == FBIC_INDEX:
        return put(kept, r, t, at, w.fbic_index, s)
    if v == REPUTATION:
        return put(kept, r, t, at, w.reputation, s)
    if v == GRIEVANCE:
        return put(kept, r, t, at, w.grievance, s)
    if v == CAMPAIGN:
        return put(kept, r, t, at, w.campaign, s)
    if v == SANCTION:
        return put(kept, r, t, at, w.sanction, s)
    if v == EFFORT:
        return put(kept, r, t, at, w.effort, s)
    if v == DEBT:
        return put(kept, r, t, at, w.debt, s)
    if v == ARMS:
        return put(kept, r, t, at, w.arms, s)
    if v == CAPITAL:
        return put(kept, r, t, at, w.capital, s)
    if v == PRESENCE:
        return put(kept, r, t, at, w.presence, s)
    if v == SENTIMENT:
        return put(kept, r, t, at, w.opinion, s)
    if v == DRIFT:
        return put(kept, r, t, at, w.drift, s)
    for p in range(s.P):
        for c in range(s.C):
            if v == PROJECTS_PROMISED:
                kept[r, t, at] = w.packaged[p, c, LOANS]
                at += 1
            elif v == PROJECTS_ARRIVING:
                kept[r, t, at] = w.arriving[p, c, LOANS]
                at += 1
            elif v == PROJECTS_PENDING:
                kept[r, t, at] = of_flow(w, s, PENDING, p, c)
                at += 1
            elif v >= STANDING:
                for j in range(s.J):
                    kept[r, t, at] = w.standing[p, c, j] if v == STANDING else w.rent[p, c, j]
                    at += 1
            elif v == BY_CHANNEL:
                for k in range(CHANNEL_COUNT):
                    kept[r, t, at] = w.channel[p, c, k]
                    at += 1
            else:
                for k in range(INSTRUMENT_COUNT):
                    kept[r, t, at] = w.delivered[p, c, k] if v == DELIVERED else w.offered[p, c, k] + w.packaged[p, c, k]
                    at += 1
    return at


def put_clients(kept: Series, r: int, t: int, at: int, table: Table, s: Places) -> int:
    """Write a table of clients; returns where the next number goes."""
    for c in range(s.C):
        kept[r, t, at + c] = table[c]
    return at + s.C


def keep_clients(w: Run, s: Places, v: int, kept: Series, r: int, t: int, at: int) -> int:
    """A variable of clients; returns where the next number goes."""
    if v == GROWTH:
        return put_clients(kept, r, t, at, w.growth, s)
    if v == THREAT:
        return put_clients(kept, r, t, at, w.threat, s)
    if v == INSECURITY:
        return put_clients(kept, r, t, at, w.insecurity, s)
    if v == OPENNESS:
        return put_clients(kept, r, t, at, w.openness, s)
    if v == COALITION:
        return put_clients(kept, r, t, at, w.coalition, s)
    if v == LEGITIMACY:
        return put_clients(kept, r, t, at, w.legitimacy, s)
    if v == OVERTHROW:
        return put_clients(kept, r, t, at, w.overthrow, s)
    if v == TURNOVER:
        return put_clients(kept, r, t, at, w.turnover, s)
    if v == OVERTHROW_CHANCE:
        return put_clients(kept, r, t, at, w.overthrow_chance, s)
    if v == OTHER_DEBT:
        return put_clients(kept, r, t, at, w.other_debt, s)
    if v == REGIME:
        return put_clients(kept, r, t, at, w.regime, s)
    if v == COUP:
        return put_clients(kept, r, t, at, w.coup, s)
    for c in range(s.C):
        if v == GDP:
            kept[r, t, at] = 4.0 * w.gdp[c]
            at += 1
        elif v == AUTONOMY:
            shares = 0.0
            for p in range(s.P):
                shares += w.share[p, c]
            kept[r, t, at] = 1.0 - shares
            at += 1
        else:
            for o in range(s.O):
                kept[r, t, at] = w.position[c, o]
                at += 1
    return at


def keep_patrons(w: Run, n: Inputs, s: Places, v: int, kept: Series, r: int, t: int, at: int) -> int:
    """A variable of patrons; returns where the next number goes."""
    for p in range(s.P):
        if v == BUDGET:
            kept[r, t, at] = 4.0 * w.budget[p]
        elif v == SPENT:
            kept[r, t, at] = 4.0 * spent(w, n, s, p)
        elif v == UNSPENT:
            kept[r, t, at] = 4.0 * w.unspent[p]
        elif v == MODE:
            kept[r, t, at] = w.mode[p]
        elif v == CONCENTRATION:
            kept[r, t, at] = concentration(w, s, p)
        else:
            kept[r, t, at] = n.mission[p]
        at += 1
    return at


def keep_blocs(w: Run, s: Places, v: int, kept: Series, r: int, t: int, at: int) -> int:
    """A variable of blocs; returns where the next number goes."""
    for b in range(s.B):
        if v == MEMBER:
            for c in range(s.C):
                kept[r, t, at] = w.member[b, c]
                at += 1
        else:
            kept[r, t, at] = w.cohesion[b] if v == COHESION else w.force[b]
            at += 1
    return at
