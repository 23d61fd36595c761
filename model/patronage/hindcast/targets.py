"""What is forecast: observed targets by dyad and year, read from the tables of a folder.

    target          patron  client  year  value
    fbic            RUS     KGZ     2008  0.454

`patron` is empty where a target is the client's own. Nothing that is unknown has a row. A pure function of the tables: cut off
at a year they give the same rows up to that year and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from ..data.bases import BaseList, standing
from ..data.region_influence import PUBLISHED
from ..data.region_ties import ARMS_KEPT
from ..data.tables import Tables

COLUMNS = ("target", "patron", "client", "year", "value")
KEYS = ["target", "patron", "client"]
MUSD = 1e-6
FEWEST_YEARS = 5
"""Years of deliveries that a dependence needs."""


@dataclass(frozen=True)
class Target:
    """One observed quantity."""

    name: str
    unit: str
    kind: str
    """share: 0 to 1; real: any number; amount: 0 or more; state: 0 or 1; event: 1 in the years in which it happens."""
    doc: str
    needs: tuple[str, ...]
    """Columns of the tables without which it is unknown."""


TARGETS: dict[str, Target] = {
    t.name: t
    for t in (
        Target("fbic", "0-1", "share", "influence: Formal Bilateral Influence Capacity", ("fbic_influence",)),
        Target(
            "fbic_share",
            "1",
            "share",
            "influence as a part of that of all patrons who are measured",
            ("fbic_influence",),
        ),
        Target(
            "ideal_point",
            "UNGA scale",
            "real",
            "alignment: the client's ideal point in the General Assembly",
            ("ideal_point",),
        ),
        Target(
            "unga_distance",
            "UNGA scale",
            "amount",
            "distance of ideal points of patron and client",
            ("ideal_point_distance",),
        ),
        Target(
            "arms_share", "1", "share", "arms dependence: part of the decayed deliveries of ten years", ("arms_tiv",)
        ),
        Target("military_aid", "MUSD/yr", "amount", "military aid", ("military_aid_usd",)),
        Target("base", "0 or 1", "state", "a base stands at the end of the year", ()),
        Target(
            "irregular_exit", "0 or 1", "event", "the leader is removed irregularly in the year", ("irregular_exit",)
        ),
    )
}

PARTS = PUBLISHED
"""Parts of the index with their columns: bandwidths, then dependences."""
BANDWIDTHS, DEPENDENCES = tuple(PARTS)[:3], tuple(PARTS)[3:]
TARGETS |= {
    part: Target(part, "1", "amount", f"{part.replace('_', ' ')} of the index", (column,)) for part, column in PARTS.items()
}
SMOOTHED = ("fbic", *PARTS)
"""Targets that are published as means of three years."""

Row = tuple[str, str, str, int, float]


def observed(
    tables: Tables, patrons: Sequence[str], clients: Sequence[str], bases: BaseList | None = None
) -> pd.DataFrame:
    """All targets of some patrons and clients, sorted by target, patron, client, year. Without `bases` troops alone tell of them."""
    rows: list[Row] = []
    dyads = [(p, c) for p in patrons for c in clients if p != c]
    rows += list(_series(tables, "fbic", "fbic_influence", dyads))
    rows += list(_shares(rows))
    for part, column in PARTS.items():
        rows += list(_series(tables, part, column, dyads))
    rows += list(_series(tables, "ideal_point", "ideal_point", [("", c) for c in clients]))
    rows += list(_series(tables, "unga_distance", "ideal_point_distance", dyads))
    rows += list(_arms(tables, patrons, clients))
    rows += list(_series(tables, "military_aid", "military_aid_usd", dyads, lambda x: x * MUSD))
    rows += list(_bases(tables, patrons, clients, bases))
    rows += list(
        _series(tables, "irregular_exit", "irregular_exit", [("", c) for c in clients], lambda x: float(x > 0))
    )
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"year": int, "value": float})
    return frame.sort_values([*KEYS, "year"], kind="stable").reset_index(drop=True)


def _series(
    tables: Tables, target: str, column: str, dyads: Sequence[tuple[str, str]], change: Callable[[float], float] = float
) -> Iterator[Row]:
    for patron, client in dyads:
        codes = (patron, client) if patron else (client,)
        for year, value in tables.series(column, *codes).items():
            yield target, patron, client, int(year), change(float(value))


def _shares(levels: Sequence[Row]) -> Iterator[Row]:
    """A patron's part of the FBIC of all who are measured over the client in the year, two at least."""
    frame = pd.DataFrame(levels, columns=list(COLUMNS))
    for (client, year), found in frame.groupby(["client", "year"], sort=True):
        whole = float(found["value"].sum())
        if len(found) > 1 and whole > 0:
            for patron, value in zip(found["patron"], found["value"], strict=True):
                yield "fbic_share", str(patron), str(client), int(year), float(value) / whole


def _arms(tables: Tables, patrons: Sequence[str], clients: Sequence[str]) -> Iterator[Row]:
    """Deliveries of ten years, each decayed as the model's stocks, over those of all suppliers."""
    for client in clients:
        known = tables.series("arms_imports_tiv", client)
        suppliers = tables.patrons_of(client)
        for patron in (p for p in patrons if p != client):
            own_years = tables.series("arms_tiv", patron, client).index
            for year in (int(y) for y in own_years[FEWEST_YEARS - 1 :]):
                own = tables.decayed("arms_tiv", year, ARMS_KEPT, patron, client)
                if len(known):
                    whole = tables.decayed("arms_imports_tiv", year, ARMS_KEPT, client)
                    most = whole.value if whole is not None else 0.0
                else:
                    parts = (tables.decayed("arms_tiv", year, ARMS_KEPT, p, client) for p in suppliers)
                    most = sum(x.value for x in parts if x is not None)
                if own is not None and most > 0:
                    yield "arms_share", patron, client, year, min(1.0, own.value / most)


def _bases(tables: Tables, patrons: Sequence[str], clients: Sequence[str], bases: BaseList | None) -> Iterator[Row]:
    known = bases if bases is not None else BaseList.empty()
    years = sorted({int(y) for y in tables.dyad.index.get_level_values("year")} if len(tables.dyad) else ())
    for year in years:
        for (patron, client), there in standing(tables, known, patrons, clients, year).items():
            yield "base", patron, client, year, float(there)
