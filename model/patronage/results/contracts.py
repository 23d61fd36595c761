"""Contracts of every kind out of the ledger: which rows are about one, when it stood and at what rent.

The ledger has a row for every contract that opens, changes its rent or closes, so it tells of all kinds what the tables tell of bases.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from patronage.results.ensemble import Statistics

BASE = "base"
DECISIONS = ("opened", "renewed", "kept", "refused", "notice", "closed", "demand_met", "merged")
"""Rows about one contract."""
RENT_CHANGES = ("opened", "renewed", "kept", "demand_met", "merged")
"""After these the rent is that of the row."""


class Contract(NamedTuple):
    """Who holds what, where."""

    patron: str
    client: str
    kind: str = BASE


def kinds_of(s: Statistics) -> tuple[str, ...]:
    """Kinds of concessions of a scenario, bases first."""
    return tuple(s.scenario.kinds)


def kind_of_row(concession: object) -> str:
    """The kind of contract that a row of a decision is about; one that names none is about a base."""
    return str(concession) if isinstance(concession, str) and concession else BASE


def decisions(s: Statistics) -> pd.DataFrame:
    """Rows about contracts, in order."""
    return s.ledger[s.ledger["kind"].isin(DECISIONS)]


def rows_about(s: Statistics, contract: Contract) -> pd.DataFrame:
    """Decisions about one contract, and the rivals' packages and broken pledges against it, in order."""
    rows = s.ledger[s.ledger["client"] == contract.client]
    about = rows["concession"].astype(object).fillna("").astype(str)
    wanted = (contract.kind, "") if contract.kind == BASE else (contract.kind,)
    packages = (*wanted, f"refusal of a {contract.kind}")
    own = (rows["patron"] == contract.patron) & rows["kind"].isin(DECISIONS) & about.isin(wanted)
    against = (rows["counterpart"] == contract.patron) & rows["kind"].isin(("package", "renege")) & about.isin(packages)
    return rows[own | against]


def standing(s: Statistics, contract: Contract) -> npt.NDArray[np.bool_]:
    """[run, quarter] whether the contract stands at the end of a quarter."""
    if contract.kind == BASE:
        found = s.ensemble.array("base").sel(patron=contract.patron, client=contract.client).values
        return np.asarray(found, dtype=bool)
    return _history(s, contract, {"opened": True, "closed": False}, float(_at_start(s, contract) is not None)) > 0


def rents_of(s: Statistics, contract: Contract) -> npt.NDArray[np.float64]:
    """[run, quarter] MUSD a year, the rent agreed, 0 without a contract; negative: the client pays."""
    if contract.kind == BASE:
        return np.asarray(s.ensemble.array("rent").sel(patron=contract.patron, client=contract.client).values, dtype=float)
    start = _at_start(s, contract)
    return _history(s, contract, dict.fromkeys(RENT_CHANGES, True) | {"closed": False}, start or 0.0, rent=True)


def under_notice(s: Statistics, contract: Contract) -> npt.NDArray[np.bool_]:
    """[run, quarter] whether it stands under notice."""
    if contract.kind == BASE:
        return np.asarray(s.ensemble.array("notice").sel(patron=contract.patron, client=contract.client).values) > 0
    return _history(s, contract, {"notice": True, "kept": False, "closed": False}, 0.0) > 0


def _at_start(s: Statistics, contract: Contract) -> float | None:
    """Its rent at the start; None where there is none."""
    for held in s.scenario.contracts.values():
        if (held.holder, held.host, held.kind) == contract:
            return float(held.rent)
    return None


def _history(s: Statistics, contract: Contract, on: dict[str, bool], start: float, rent: bool = False) -> npt.NDArray[np.float64]:
    """What holds after each row: its rent or 1 where the kind of the row is true in `on`, 0 where it is false."""
    out = np.full((s.runs, len(s.coords["quarter"])), start)
    run = {r: i for i, r in enumerate(s.coords["run"])}
    quarter = {q: i for i, q in enumerate(s.coords["quarter"])}
    rows = rows_about(s, contract)
    rows = rows[rows["kind"].isin(list(on))]
    for number, at, kind, amount in zip(rows["run"], rows["quarter"], rows["kind"], rows["rent"], strict=True):
        out[run[number], quarter[str(at)] :] = (float(amount) if rent else 1.0) if on[str(kind)] else 0.0
    return out


def contracts_held(s: Statistics, least: float = 0.01) -> list[Contract]:
    """Contracts that stand in a share of runs of at least `least` in some quarter: by client, patron and kind."""
    found = []
    rows = decisions(s)
    mentioned = {
        Contract(str(p), str(c), kind_of_row(k))
        for p, c, k in rows[["patron", "client", "concession"]].drop_duplicates().itertuples(index=False)
    } | {Contract(b.holder, b.host, b.kind) for b in s.scenario.contracts.values()}
    peak = s.mean("base").max("quarter")
    for c in s.coords["client"]:
        for p in s.coords["patron"]:
            for kind in kinds_of(s):
                contract = Contract(p, c, kind)
                if kind == BASE:
                    share = float(peak.sel(patron=p, client=c))
                elif contract in mentioned:
                    share = float(standing(s, contract).mean(axis=0).max())
                else:
                    continue
                if share >= least:
                    found.append(contract)
    return found
