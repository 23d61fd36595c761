"""What a simulation returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    from ..scenario import Scenario


@dataclass(frozen=True)
class Result:
    """Labelled results of an ensemble."""

    scenario: Scenario
    seed: int
    data: xr.Dataset
    """Variables over (run, quarter, ...), with units in their attributes; see `patronage.results.recorder` for the list."""
    ledger: pd.DataFrame
    """A row per deal; columns in `patronage.results.ledger.COLUMNS`."""
    events: pd.DataFrame
    """run, quarter, event, what ("fired" or "ended")."""
    outcomes: pd.DataFrame
    """A row per run, a column per outcome of the scenario."""

    def frame(self, *names: str) -> pd.DataFrame:
        """Variables as a tidy frame, a row per cell; they must share their axes."""
        return self.data[list(names)].to_dataframe().reset_index()


def joined(results: Sequence[Result]) -> Result:
    """Results of consecutive runs of one scenario and seed as one ensemble."""
    first = results[0]
    return Result(
        scenario=first.scenario,
        seed=first.seed,
        data=xr.concat([r.data for r in results], dim="run"),
        ledger=pd.concat([r.ledger for r in results], ignore_index=True),
        events=pd.concat([r.events for r in results], ignore_index=True),
        outcomes=pd.concat([r.outcomes for r in results]),
    )
