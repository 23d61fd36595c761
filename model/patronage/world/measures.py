"""Named measures of a world: what conditions, outcomes and the page may ask for. One number per run, [R]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..scenario.catalogue import INSTRUMENTS
from .arrays import Array, share_of, total
from .geometry import orientation_distance
from .landscape import frustration, polarisation
from .parameters import Parameters
from .state import World

_ARMS, _LOANS, _RELIEF = (INSTRUMENTS.index(k) for k in ("arms", "loans", "debt_relief"))

_DYAD_FIELDS = {
    "share": "share",
    "influence": "influence",
    "base": "base",
    "rent": "rent",
    "debt": "debt",
    "arms": "arms",
    "capital": "capital",
    "presence": "presence",
    "effort": "effort",
    "grievance": "grievance",
    "reputation": "reputation",
    "notice": "notice",
    "rent_paid": "rent_paid",
}
_CLIENT_FIELDS = (
    "openness",
    "coalition",
    "legitimacy",
    "threat",
    "insecurity",
    "gdp",
    "growth",
    "overthrow",
    "turnover",
)


def concentration(effort: Array) -> Array:
    """[R,P] Herfindahl index of a patron's effort over clients: 1/C when even, 1 for a single one, 0 without any."""
    part = share_of(effort, total(effort, 2)[:, :, None])
    return total(np.square(part), 2)


def spent(world: World, p: Parameters) -> Array:
    """[R,P] what was handed over this quarter at the patron's cost, rents and surplus apart (MUSD a quarter)."""
    return total(total(p.cost[:, :, None, :] * world.delivered, 3), 2)


def debt_part(world: World) -> Array:
    """[R,P,C] part of the client's external debt that is owed to each patron, 0 where there is none."""
    return share_of(world.debt, (total(world.debt, 1) + world.other_debt)[:, None, :])


def measure(world: World, p: Parameters, name: str, codes: tuple[str, ...]) -> Array:
    """The value of a measure in every run, [R] float. Raises KeyError for an unknown measure."""
    s = p.structure
    if name in _DYAD_FIELDS:
        patron, client = s.place("PC", codes)
        return np.asarray(getattr(world, _DYAD_FIELDS[name])[:, patron, client], dtype=np.float64)
    if name in _CLIENT_FIELDS:
        (client,) = s.place("C", codes)
        return np.asarray(getattr(world, name)[:, client], dtype=np.float64)
    return _SPECIAL[name](world, p, codes)


def _cell(world: World, p: Parameters, codes: tuple[str, ...], array: Array) -> Array:
    patron, client = p.structure.place("PC", codes)
    return np.asarray(array[:, patron, client], dtype=np.float64)


def _of_patron(p: Parameters, codes: tuple[str, ...], array: Array, world: World) -> Array:
    (patron,) = p.structure.place("P", codes)
    return np.broadcast_to(np.asarray(array[:, patron], dtype=np.float64), (world.runs,))


def _position(world: World, p: Parameters, codes: tuple[str, ...]) -> Array:
    client, axis = p.structure.place("CO", codes)
    return np.asarray(world.position[:, client, axis])


def _in_bloc(p: Parameters, codes: tuple[str, ...]) -> int:
    return p.structure.blocs.index(codes[0])


def _member(world: World, p: Parameters, codes: tuple[str, ...]) -> Array:
    bloc, client = p.structure.place("BC", codes)
    return np.asarray(world.member[:, bloc, client], dtype=np.float64)


def _pledge(world: World, p: Parameters, codes: tuple[str, ...]) -> Array:
    rival, client = p.structure.place("PC", codes)
    return np.asarray(world.pledge[:, rival, :, client].max(axis=1), dtype=np.float64)


def _sum_of(world: World, p: Parameters, codes: tuple[str, ...], *arrays: Array) -> Array:
    out = np.zeros(world.runs)
    for array in arrays:
        out = out + _cell(world, p, codes, total(array, 3) if array.ndim == 4 else array)
    return out


_SPECIAL: dict[str, Callable[[World, Parameters, tuple[str, ...]], Array]] = {
    "distance": lambda w, p, c: _cell(w, p, c, orientation_distance(w, p)),
    "campaign": lambda w, p, c: _cell(w, p, c, w.campaign > 0),
    "sanction": lambda w, p, c: _cell(w, p, c, w.sanction > 0),
    "pledge": _pledge,
    "delivered": lambda w, p, c: _sum_of(w, p, c, w.delivered),
    "promised": lambda w, p, c: _sum_of(w, p, c, w.offered, w.packaged),
    "relief": lambda w, p, c: _cell(w, p, c, w.delivered[..., _RELIEF]),
    "arms_promised": lambda w, p, c: _cell(w, p, c, w.offered[..., _ARMS] + w.packaged[..., _ARMS]),
    "arms_delivered": lambda w, p, c: _cell(w, p, c, w.delivered[..., _ARMS]),
    "loans_promised": lambda w, p, c: _cell(w, p, c, w.offered[..., _LOANS] + w.packaged[..., _LOANS]),
    "loans_delivered": lambda w, p, c: _cell(w, p, c, w.delivered[..., _LOANS]),
    "pending": lambda w, p, c: _cell(w, p, c, total(w.due[..., _LOANS, :] + w.stuck[..., _LOANS, :], 3)),
    "debt_part": lambda w, p, c: _cell(w, p, c, debt_part(w)),
    "autonomy": lambda w, p, c: 1.0 - total(w.share, 1)[:, p.structure.clients.index(c[0])],
    "campaigns": lambda w, p, c: total(w.launched.astype(np.float64), 1)[:, p.structure.clients.index(c[0])],
    "position": _position,
    "mission": lambda w, p, c: _of_patron(p, c, p.mission, w),
    "budget": lambda w, p, c: _of_patron(p, c, w.budget, w),
    "spent": lambda w, p, c: _of_patron(p, c, spent(w, p), w),
    "unspent": lambda w, p, c: _of_patron(p, c, w.unspent, w),
    "mode": lambda w, p, c: _of_patron(p, c, w.mode, w),
    "concentration": lambda w, p, c: _of_patron(p, c, concentration(w.effort), w),
    "bases": lambda w, p, c: _of_patron(p, c, total(w.base.astype(np.float64), 2), w),
    "member": _member,
    "members": lambda w, p, c: w.member[:, _in_bloc(p, c)].sum(axis=1).astype(np.float64),
    "cohesion": lambda w, p, c: w.cohesion[:, _in_bloc(p, c)],
    "force": lambda w, p, c: w.force[:, _in_bloc(p, c)],
    "frustration": lambda w, p, c: frustration(w, p),
    "polarisation": lambda w, p, c: polarisation(w, p),
    "instability": lambda w, p, c: np.broadcast_to(p.instability, (w.runs,)),
    "year": lambda w, p, c: np.full(w.runs, float(w.quarter // 4)),
}
