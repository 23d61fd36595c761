"""Which blocs and agreements were in force when, and who was in them: the lists of this project, typed and cited.

    lists/blocs.csv          bloc, name, kind, leader, from, to, pact, treaty, open, consent, eligible, source
    lists/memberships.csv    bloc, state, from, to

`kind` is security, economic or political; an `agreement` is no bloc but a set of treaties of its leader with single states. `pact` is
security bandwidth of the leader's pledge, `treaty` economic bandwidth; a bloc that is `open` may admit those who are `eligible`.
Dates are YYYY, YYYY-MM or YYYY-MM-DD, an empty `to` means in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .cells import decimal
from .index import formula
from .layout import Layout, read_layout

LISTS = Path(__file__).parent / "lists"
DATES = {"from": "date", "to": "date or nothing"}
BLOCS = Layout(
    "blocs", DATES | {"bloc": "word", "name": "name", "kind": "word", "source": "name", "pact": "amount", "treaty": "amount"},
    ("bloc",),
    required=("bloc", "name", "kind", "leader", "from", "to", "pact", "treaty", "open", "consent", "eligible", "source"), unique=True,
)  # fmt: skip
MEMBERSHIPS = Layout(
    "memberships", DATES | {"bloc": "word", "state": "code"}, ("bloc", "state"), required=("bloc", "state", "from", "to"),
)  # fmt: skip
AGREEMENT = "agreement"
LEAST = (1, 2)
"""Clients that a bloc has or may admit before it matters: one that is led, one that nobody leads."""
LISTED = "list of blocs"
"""How the source of a bloc's entry begins that was written from the list."""


@dataclass(frozen=True)
class BlocList:
    """Blocs and agreements, and their members, by date."""

    blocs: pd.DataFrame
    """Index bloc: name, kind, leader, pact, treaty, open, consent, eligible, source, since, until."""
    members: pd.DataFrame
    """bloc, state, since, until [years, as a decimal]."""

    def in_force(self, year: int) -> pd.DataFrame:
        """Those that exist at the end of a year."""
        return self.blocs[(self.blocs["since"] < year + 1) & (self.blocs["until"] >= year + 1)]

    def members_of(self, bloc: str, year: int) -> tuple[str, ...]:
        """States in a bloc at the end of a year, sorted."""
        m = self.members
        there = (m["bloc"] == bloc) & (m["since"] < year + 1) & (m["until"] >= year + 1)
        return tuple(sorted(set(m["state"][there])))

    def entries(self, clients: Sequence[str], patrons: Sequence[str], year: int) -> tuple[Mapping[str, Any], ...]:
        """Blocs that matter to a region at the end of a year, as a scenario has them.

        Led by a patron, with a client in it or one that may be admitted; or led by nobody, with two clients.
        """
        found: list[Mapping[str, Any]] = []
        here = {*clients, *patrons}
        for code, row in self.in_force(year).iterrows():
            inside = [s for s in self.members_of(str(code), year) if s in here]
            may = [c for c in str(row["eligible"]).split() if c in clients] if row["open"] == "yes" else []
            ours = [c for c in clients if c in inside]
            if row["kind"] == AGREEMENT or row["leader"] not in ("", *patrons) or len(ours) + len(may) < LEAST[row["leader"] == ""]:
                continue
            entry = {"code": str(code), "members": inside, "candidates": sorted({*may, *ours})}
            entry |= {k: row[k] for k in ("name", "kind", "leader", "pact", "treaty", "source")}
            found.append(entry | {k: row[k] == "yes" for k in ("open", "consent")})
        return tuple(found)

    def allies(self, year: int) -> frozenset[frozenset[str]]:
        """Pairs of states that are in one alliance of defence at the end of a year."""
        defence = self.in_force(year)
        names = defence.index[defence["pact"] >= formula.PLEDGES.defence]
        return frozenset(frozenset(pair) for b in names for pair in combinations(self.members_of(str(b), year), 2))

    def agreements(self, year: int) -> dict[tuple[str, str], float]:
        """Economic bandwidth of agreements in force at the end of a year, by leader and state."""
        found: dict[tuple[str, str], float] = {}
        rows = self.in_force(year)
        for bloc, row in rows[rows["kind"] == AGREEMENT].iterrows():
            for state in self.members_of(str(bloc), year):
                key = str(row["leader"]), state
                found[key] = found.get(key, 0.0) + float(row["treaty"])
        return found


@lru_cache(maxsize=1)
def shipped_blocs() -> BlocList:
    """The lists of this project."""
    blocs, members = (read_layout(LISTS / f"{layout.name}.csv", layout) for layout in (BLOCS, MEMBERSHIPS))
    blocs = _dated(blocs).fillna({"leader": "", "eligible": ""}).set_index("bloc")
    return BlocList(blocs, _dated(members))


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    since = frame["from"].map(decimal).astype(float)
    until = frame["to"].map(decimal, na_action="ignore").astype(float).fillna(np.inf)
    return frame.drop(columns=["from", "to"]).assign(since=since, until=until)
