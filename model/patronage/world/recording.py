"""What of a quarter is kept: variables written one after the other into a row of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .codes import CHANNEL_COUNT, INSTRUMENT_COUNT
from .readings import concentration, spent
from .records import Inputs, Places, Run, Series, Table

OUTCOMES_ONLY, LEAN, STANDARD, FULL = range(4)
LEVELS = {"outcomes": OUTCOMES_ONLY, "lean": LEAN, "standard": STANDARD, "full": FULL}
"""How much is kept; at "outcomes" no ledger either."""


@dataclass(frozen=True)
class Variable:
    """Something that is kept for every quarter."""

    name: str
    axes: str
    """After run and quarter."""
    kind: type[np.generic]
    unit: str
    level: int = STANDARD


VARIABLES: tuple[Variable, ...] = (
    Variable("share", "PC", np.float64, "1", LEAN),
    Variable("base", "PC", np.bool_, "bool", LEAN),
    Variable("rent", "PC", np.float32, "MUSD/yr"),
    Variable("promised", "PCK", np.float32, "MUSD/quarter"),
    Variable("delivered", "PCK", np.float32, "MUSD/quarter"),
    Variable("rent_paid", "PC", np.float32, "MUSD/quarter"),
    Variable("surplus", "PC", np.float32, "MUSD/quarter"),
    Variable("notice", "PC", np.int8, "quarter"),
    Variable("influence", "PC", np.float32, "1"),
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
    Variable("by_channel", "PCN", np.float32, "1", FULL),
)
"""In the order in which `keep` writes them."""


def variables(level: int) -> tuple[Variable, ...]:
    """What is kept at a level."""
    return tuple(v for v in VARIABLES if v.level <= level)


def unpacked(kept: npt.NDArray[np.float64], chosen: tuple[Variable, ...], lengths: dict[str, int]) -> list[npt.NDArray[np.float64]]:
    """Variables out of rows of numbers [..., n], [..., *axes] each; `lengths` of axes by letter."""
    out, at = [], 0
    for v in chosen:
        shape = tuple(lengths[letter] for letter in v.axes)
        size = int(np.prod(shape))
        out.append(kept[..., at : at + size].reshape(*kept.shape[:-1], *shape))
        at += size
    return out


def keep(w: Run, n: Inputs, s: Places, level: int, kept: Series, r: int, t: int) -> None:
    """Write the variables of a level into row t of run r."""
    at = put_dyads(kept, r, t, 0, w.share, s)
    for p in range(s.P):
        for c in range(s.C):
            kept[r, t, at] = w.base[p, c]
            at += 1
    if level >= STANDARD:
        at = keep_dyads(w, s, kept, r, t, at)
        at = keep_clients(w, s, kept, r, t, at)
        at = keep_patrons(w, n, s, kept, r, t, at)
        at = keep_blocs(w, s, kept, r, t, at)
    if level >= FULL:
        for p in range(s.P):
            for c in range(s.C):
                for i in range(CHANNEL_COUNT):
                    kept[r, t, at] = w.channel[p, c, i]
                    at += 1


def put_dyads(kept: Series, r: int, t: int, at: int, table: Table, s: Places) -> int:
    """Write a table of patrons and clients; returns where the next number goes."""
    for p in range(s.P):
        for c in range(s.C):
            kept[r, t, at] = table[p, c]
            at += 1
    return at


def keep_dyads(w: Run, s: Places, kept: Series, r: int, t: int, at: int) -> int:
    """Everything about patrons and clients."""
    at = put_dyads(kept, r, t, at, w.rent, s)
    for p in range(s.P):
        for c in range(s.C):
            for k in range(INSTRUMENT_COUNT):
                kept[r, t, at] = w.offered[p, c, k] + w.packaged[p, c, k]
                at += 1
    for p in range(s.P):
        for c in range(s.C):
            for k in range(INSTRUMENT_COUNT):
                kept[r, t, at] = w.delivered[p, c, k]
                at += 1
    at = put_dyads(kept, r, t, at, w.rent_paid, s)
    at = put_dyads(kept, r, t, at, w.transferred, s)
    at = put_dyads(kept, r, t, at, w.notice, s)
    at = put_dyads(kept, r, t, at, w.influence, s)
    at = put_dyads(kept, r, t, at, w.reputation, s)
    at = put_dyads(kept, r, t, at, w.grievance, s)
    at = put_dyads(kept, r, t, at, w.campaign, s)
    at = put_dyads(kept, r, t, at, w.sanction, s)
    at = put_dyads(kept, r, t, at, w.effort, s)
    at = put_dyads(kept, r, t, at, w.debt, s)
    at = put_dyads(kept, r, t, at, w.arms, s)
    at = put_dyads(kept, r, t, at, w.capital, s)
    return put_dyads(kept, r, t, at, w.presence, s)


def put_clients(kept: Series, r: int, t: int, at: int, table: Table, s: Places, factor: float) -> int:
    """Write a table of clients times a factor; returns where the next number goes."""
    for c in range(s.C):
        kept[r, t, at] = factor * table[c]
        at += 1
    return at


def keep_clients(w: Run, s: Places, kept: Series, r: int, t: int, at: int) -> int:
    """Everything about clients."""
    at = put_clients(kept, r, t, at, w.gdp, s, 4.0)
    at = put_clients(kept, r, t, at, w.growth, s, 1.0)
    at = put_clients(kept, r, t, at, w.threat, s, 1.0)
    at = put_clients(kept, r, t, at, w.insecurity, s, 1.0)
    at = put_clients(kept, r, t, at, w.openness, s, 1.0)
    at = put_clients(kept, r, t, at, w.coalition, s, 1.0)
    at = put_clients(kept, r, t, at, w.legitimacy, s, 1.0)
    for c in range(s.C):
        shares = 0.0
        for p in range(s.P):
            shares += w.share[p, c]
        kept[r, t, at] = 1.0 - shares
        at += 1
    for c in range(s.C):
        kept[r, t, at], kept[r, t, at + s.C] = w.overthrow[c], w.turnover[c]
        at += 1
    at += s.C
    for c in range(s.C):
        for o in range(s.O):
            kept[r, t, at] = w.position[c, o]
            at += 1
    return at


def keep_patrons(w: Run, n: Inputs, s: Places, kept: Series, r: int, t: int, at: int) -> int:
    """Everything about patrons."""
    for p in range(s.P):
        kept[r, t, at] = 4.0 * w.budget[p]
        kept[r, t, at + s.P] = 4.0 * spent(w, n, s, p)
        kept[r, t, at + 2 * s.P] = 4.0 * w.unspent[p]
        kept[r, t, at + 3 * s.P] = w.mode[p]
        kept[r, t, at + 4 * s.P] = concentration(w, s, p)
        kept[r, t, at + 5 * s.P] = n.mission[p]
        at += 1
    return at + 5 * s.P


def keep_blocs(w: Run, s: Places, kept: Series, r: int, t: int, at: int) -> int:
    """Everything about blocs."""
    for b in range(s.B):
        for c in range(s.C):
            kept[r, t, at] = w.member[b, c]
            at += 1
    for b in range(s.B):
        kept[r, t, at], kept[r, t, at + s.B] = w.cohesion[b], w.force[b]
        at += 1
    return at + s.B
