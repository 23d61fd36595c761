"""Treaties that add economic bandwidth: from when to when, by how much, and how it is known.

    treaties.csv   patron, client, from, to, bandwidth, treaty, level

`from` and `to` are years; the year of signature counts, an empty `to` means in force. `bandwidth` adds to what is in force already.
`level` is `read` where the step was read off the published economic bandwidth itself, and `stated` where it is put there by
membership in a treaty whose step was read elsewhere. Whoever has no treaty in the table has 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from patronage.world.arrays import Array

from ..layout import Layout, read_layout
from ..series import DataSeries

SHIPPED = Path(__file__).with_name("treaties.csv")
LAYOUT = Layout(
    "treaties", {"patron": "code", "client": "code", "from": "year", "treaty": "name", "level": "word"},
    ("patron", "client", "from"), required=("patron", "client", "from", "to", "bandwidth", "treaty"),
    series={s.column: s for s in (
        DataSeries("to", "treaties", "year", "", high=2200), DataSeries("bandwidth", "treaties", "economic bandwidth", "", high=5),
    )},
)  # fmt: skip
READ = "read"


@dataclass(frozen=True)
class Treaties:
    """Rows of a table of treaties."""

    rows: pd.DataFrame
    """patron, client, from, to [NaN: in force], bandwidth, level."""

    @classmethod
    def none(cls) -> Treaties:
        """No treaty at all."""
        return cls(pd.DataFrame(columns=[*LAYOUT.required, "level"]))

    @property
    def read_off(self) -> int:
        """How many levels were read off the index that they help to rebuild."""
        return int((self.rows.get("level", pd.Series(dtype=str)) == READ).sum())

    def bandwidth(self, pairs: pd.MultiIndex, years: Array) -> Array:
        """[pair, year] economic bandwidth of what is in force."""
        found = np.zeros((len(pairs), len(years)))
        places = {pair: i for i, pair in enumerate(pairs)}
        for patron, client, first, last, extra in self.rows[["patron", "client", "from", "to", "bandwidth"]].itertuples(index=False):
            at = places.get((patron, client))
            if at is not None:
                found[at] += extra * ((years >= first) & ((years <= last) | np.isnan(last)))
        return found


def read_treaties(path: Path) -> Treaties:
    """A table of treaties. Raises TableError: every cell that cannot be used, with its place."""
    return Treaties(read_layout(path, LAYOUT))


def shipped_treaties() -> Treaties:
    """Those of this project: Russia's and China's, and the memberships of Kazakhstan."""
    return read_treaties(SHIPPED)
