"""The ledger: every deal that mattered, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .scenario.catalogue import INSTRUMENTS
from .scenario.quarters import quarter_name
from .world.arrays import Array
from .world.deals import CAUSES, KINDS, NUMBERS, Rows

if TYPE_CHECKING:
    from .world.structure import Structure

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
    "denial",
    "floor",
    "asked",
    "rent",
    "cause",
)
"""promised, delivered: MUSD; value, price, denial, floor, asked, rent: MUSD a year at the decision."""


def ledger_frame(rows: Iterable[Rows], replications: Array, structure: Structure) -> pd.DataFrame:
    """Rows in order of run, quarter and decision. `replications` [R] names the runs."""
    batches = list(rows)
    length = sum(len(b.run) for b in batches)
    codes = {
        name: np.empty(length, dtype=np.int32)
        for name in ("run", "quarter", "kind", "patron", "client", "counterpart", "instrument", "cause")
    }
    words = np.empty(length, dtype=object)
    numbers = {name: np.full(length, np.nan) for name in NUMBERS}
    at = 0
    for b in batches:
        to = slice(at, at + len(b.run))
        for name, value in (
            ("run", b.run),
            ("quarter", b.quarter),
            ("kind", b.kind),
            ("patron", b.patron),
            ("client", b.client),
            ("counterpart", b.counterpart),
            ("instrument", b.instrument),
            ("cause", b.cause),
        ):
            codes[name][to] = value
        words[to] = b.concession
        for name, column in b.numbers.items():
            numbers[name][to] = column
        at = to.stop
    order = np.argsort(codes["run"], kind="stable")
    first, last = (int(codes["quarter"].min()), int(codes["quarter"].max())) if length else (0, -1)
    table = {
        "run": replications[codes["run"]].astype(np.int64),
        "quarter": pd.Categorical.from_codes(
            codes["quarter"] - first, [quarter_name(t) for t in range(first, last + 1)], ordered=True
        ),
        "kind": pd.Categorical.from_codes(codes["kind"], list(KINDS)),
        "patron": pd.Categorical.from_codes(codes["patron"], list(structure.patrons)),
        "client": pd.Categorical.from_codes(codes["client"], list(structure.clients)),
        "counterpart": pd.Categorical.from_codes(codes["counterpart"], list(structure.patrons)),
        "instrument": pd.Categorical.from_codes(codes["instrument"], list(INSTRUMENTS)),
        "concession": pd.Categorical(words),
        "cause": pd.Categorical.from_codes(codes["cause"], list(CAUSES)),
        **numbers,
    }
    frame = pd.DataFrame(table, columns=list(COLUMNS))
    return frame.iloc[order].reset_index(drop=True)


def ledger_records(rows: Iterable[Rows], replications: Array, structure: Structure) -> list[dict[str, object]]:
    """The same rows one by one, in the order in which they were struck: cheaper where a few are read every quarter."""
    names = (structure.patrons, structure.clients, structure.patrons)
    out: list[dict[str, object]] = []
    for b in rows:
        same = {"quarter": quarter_name(b.quarter), "kind": KINDS[b.kind], "concession": b.concession}
        instrument = _word(INSTRUMENTS, b.instrument)
        columns = zip(b.run, b.patron, b.client, b.counterpart, b.cause, strict=True)
        for k, (run, *who, cause) in enumerate(columns):
            patron, client, counterpart = (_word(n, i) for n, i in zip(names, who, strict=True))
            numbers = {name: float(b.numbers[name][k]) if name in b.numbers else np.nan for name in NUMBERS}
            row = {"run": int(replications[run]), "patron": patron, "client": client, "counterpart": counterpart,
                   "instrument": instrument, "cause": CAUSES[cause], **same, **numbers}  # fmt: skip
            out.append({name: row[name] for name in COLUMNS})
    return out


def _word(names: Sequence[str], index: int) -> object:
    """A name, or what a table holds where none applies."""
    return names[index] if index >= 0 else np.nan
