"""Deals as they are struck: columns of numbers, gathered by phase, turned into the ledger when a run is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .arrays import Array

KINDS = (
    "opened",
    "renewed",
    "kept",
    "refused",
    "notice",
    "closed",
    "renege",
    "package",
    "demand_met",
    "merged",
    "cancelled",
    "transfer",
    "forgiven",
    "campaign",
    "sanction",
    "complied",
    "overthrow",
    "turnover",
    "joined",
    "left",
    "consent",
    "switch",
)
"""What a row of the ledger can be."""

CAUSES = (
    "",
    "mission",
    "rival",
    "overthrow",
    "event",
    "demand",
    "price",
    "turnover",
    "term",
    "hazard",
    "sought",
    "mission begins",
    "sanction",
    "grievance",
    "legitimacy",
    "benefit",
    "cohesion",
    "choice",
    "shock",
    "review",
    "rebid",
    "declining mission",
)
"""What can be named as the cause of a row; the first are the routes by which a base closes."""

NUMBERS = ("promised", "delivered", "value", "price", "denial", "floor", "asked", "rent")


@dataclass(frozen=True)
class Rows:
    """Rows of one kind in one quarter. Indices are -1 where a column does not apply."""

    quarter: int
    kind: int
    run: Array
    patron: Array
    client: Array
    counterpart: Array
    instrument: int
    concession: str
    cause: Array
    numbers: dict[str, Array]


@dataclass
class Deals:
    """Collector of the rows of one quarter."""

    quarter: int
    rows: list[Rows] = field(default_factory=list)

    def dyads(
        self,
        kind: str,
        mask: Array,
        *,
        cause: str | Array = "",
        counterpart: Array | int = -1,
        instrument: int = -1,
        concession: str = "",
        terms: Mapping[str, Array] | None = None,
        **numbers: Array,
    ) -> None:
        """A row for every true cell of `mask` [R,P,C]; arrays broadcast against it. Money in MUSD or MUSD a year."""
        if mask.any():
            run, patron, client = np.nonzero(mask)
            numbers = {**numbers, **(terms or {})}
            self._add(
                kind, mask, (run, patron, client), patron, client, counterpart, instrument, concession, cause, numbers
            )

    def clients(
        self, kind: str, mask: Array, *, cause: str | Array = "", patron: Array | int = -1, **numbers: Array
    ) -> None:
        """A row for every true cell of `mask` [R,C]."""
        if mask.any():
            run, client = np.nonzero(mask)
            who = np.broadcast_to(np.asarray(patron), mask.shape)[run, client]
            self._add(kind, mask, (run, client), who, client, -1, -1, "", cause, numbers)

    def patrons(self, kind: str, mask: Array, *, concession: str, cause: str = "", **numbers: Array) -> None:
        """A row for every true cell of `mask` [R,P]."""
        if mask.any():
            run, patron = np.nonzero(mask)
            self._add(kind, mask, (run, patron), patron, np.full(len(run), -1), -1, -1, concession, cause, numbers)

    def _add(
        self,
        kind: str,
        mask: Array,
        cells: tuple[Array, ...],
        patron: Array,
        client: Array,
        counterpart: Array | int,
        instrument: int,
        concession: str,
        cause: str | Array,
        numbers: dict[str, Array],
    ) -> None:
        code = CAUSES.index(cause) if isinstance(cause, str) else cause
        picked = {name: _pick(value, mask, cells) for name, value in numbers.items()}
        self.rows.append(
            Rows(
                quarter=self.quarter,
                kind=KINDS.index(kind),
                run=cells[0],
                patron=patron,
                client=client,
                counterpart=_pick(np.asarray(counterpart), mask, cells),
                instrument=instrument,
                concession=concession,
                cause=_pick(np.asarray(code), mask, cells),
                numbers=picked,
            )
        )


def _pick(value: Array, mask: Array, cells: tuple[Array, ...]) -> Array:
    return np.asarray(np.broadcast_to(value, mask.shape)[cells])
