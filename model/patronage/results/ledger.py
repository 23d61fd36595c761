"""The ledger: every deal that mattered, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..scenario.catalogue import INSTRUMENTS
from ..scenario.quarters import quarter_name
from ..world.arrays import Array
from ..world.codes import CAUSES, CONCESSIONS, KINDS
from ..world.layout import NUMBERS, Records

if TYPE_CHECKING:
    from ..world.structure import Structure

COLUMNS = (
    "run",
    "quarter",
    "kind",
    "patron",
    "client",
    "counterpart",
    "instrument",
    "promised",
    "delivered",
    "concession",
    "value",
    "price",
    "survival",
    "denial",
    "floor",
    "asked",
    "rent",
    "anger",
    "cause",
)
"""promised, delivered: MUSD; value, price, survival, denial, floor, asked, rent: MUSD a year at the decision; anger: 1."""
UNITS = {
    **dict.fromkeys(("promised", "delivered"), "MUSD"), "anger": "1",
    **dict.fromkeys(("value", "price", "survival", "denial", "floor", "asked", "rent"), "MUSD/yr"),
}  # fmt: skip
WORDS = ("kind", "instrument", "concession", "cause")
"""Columns that hold words."""
MEANINGS = {
    "kind": "what happened", "counterpart": "the other patron of a deal", "instrument": "what a package is paid in",
    "promised": "what the package promises, or what lapses", "delivered": "what was handed over or forgiven at once",
    "concession": "what the row is about: a base, a refusal, a bloc, the new mode of a portfolio",
    "value": "what it is worth to the patron; of campaigns, sanctions, overthrows and opinion a pure number",
    "price": "what conceding costs the regime", "survival": "what hosting does to the regime's chance to keep its office",
    "denial": "sum of the rivals' bids", "floor": "the least that the host can take: price, survival and denial",
    "asked": "rent on the table", "rent": "rent paid after the decision; in notice and closed before it",
    "anger": "anger of the public", "cause": "why, or by which route a base closes",
}  # fmt: skip
"""The number of a run, quarters and actors say themselves what they are."""


def ledger_frame(rows: Records, replications: Array, structure: Structure) -> pd.DataFrame:
    """Rows in order of run, quarter and decision, as a table. `replications` [R] names the runs."""
    if len(rows) and (np.diff(rows["run"]) < 0).any():
        rows = rows[np.argsort(rows["run"], kind="stable")]
    first, last = (int(rows["quarter"].min()), int(rows["quarter"].max())) if len(rows) else (0, -1)
    concessions = concessions_of(structure)
    words = {"kind": KINDS, "patron": structure.patrons, "client": structure.clients, "counterpart": structure.patrons,
             "instrument": INSTRUMENTS, "concession": concessions, "cause": CAUSES}  # fmt: skip
    table: dict[str, Any] = {
        "run": replications[rows["run"]].astype(np.int64),
        "quarter": pd.Categorical.from_codes(
            rows["quarter"] - first, [quarter_name(t) for t in range(first, last + 1)], ordered=True
        ),
        **{name: pd.Categorical.from_codes(rows[name], list(known)) for name, known in words.items()},
        **{name: rows[name] for name in NUMBERS},
    }
    return pd.DataFrame(table, columns=list(COLUMNS))


def concessions_of(structure: Structure) -> tuple[str, ...]:
    """What a row can be about: words, blocs, further kinds of contracts, refusals of those."""
    further = structure.kinds[1:]
    return (*CONCESSIONS, *structure.blocs, *further, *(f"refusal of a {kind}" for kind in further))


def ledger_records(rows: Records, replications: Array, structure: Structure) -> list[dict[str, object]]:
    """The same rows one by one: cheaper where a few are read every quarter."""
    words = {"kind": KINDS, "patron": structure.patrons, "client": structure.clients, "counterpart": structure.patrons,
             "instrument": INSTRUMENTS, "concession": concessions_of(structure), "cause": CAUSES}  # fmt: skip
    out: list[dict[str, object]] = []
    for row in rows:
        entry: dict[str, object] = {"run": int(replications[row["run"]]), "quarter": quarter_name(int(row["quarter"]))}
        entry |= {name: _word(known, int(row[name])) for name, known in words.items()}
        entry |= {name: float(row[name]) for name in NUMBERS}
        out.append({name: entry[name] for name in COLUMNS})
    return out


def _word(names: Sequence[str], index: int) -> object:
    """A name, or what a table holds where none applies."""
    return names[index] if index >= 0 else np.nan
