"""What stood between a patron and a client at an origin: contracts of arms and treaties, by what was known then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from ..data.region import Region
from .past import Dyad

CONTRACT_YEARS = 3
"""Years up to the origin in which major arms came if a contract is in force: it is delivered over one to three."""
TREATY = 0.09
"""Economic bandwidth of the least treaty that counts, preferences in trade; or any pledge of an alliance."""
COLUMNS = ("patron", "client", "origin", "contract", "treaty")


def of_origin(region: Region, dyads: Iterable[Dyad], origin: int) -> Iterable[tuple[str, str, int, bool, bool]]:
    """Rows of `table` for one origin. The region is the one that was known then."""
    for p, c in dyads:
        came = region.tables.series("arms_tiv", p, c).loc[origin - CONTRACT_YEARS + 1 : origin]
        treaty = region.treaty(p, c).value + region.beside(p, c)[0] >= TREATY
        yield p, c, origin, bool((came > 0).any()), bool(treaty or region.pledge(p, c).value + region.beside(p, c)[1] > 0)


def table(rows: Sequence[tuple[str, str, int, bool, bool]]) -> pd.DataFrame:
    """patron, client, origin; whether a contract of arms and whether a treaty was in force."""
    return pd.DataFrame(rows, columns=list(COLUMNS))
