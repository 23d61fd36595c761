"""What a simulation returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    from .scenario import Scenario


@dataclass(frozen=True)
class Result:
    """Labelled results of an ensemble."""

    scenario: Scenario
    seed: int
    data: xr.Dataset
    """Variables over (run, quarter, ...), with units in their attributes; see `patronage.record` for the list."""
    ledger: pd.DataFrame
    """A row per deal; columns in `patronage.ledger.COLUMNS`."""
    events: pd.DataFrame
    """run, quarter, event, what ("fired" or "ended")."""
    outcomes: pd.DataFrame
    """A row per run, a column per outcome of the scenario."""

    def frame(self, *names: str) -> pd.DataFrame:
        """Variables as a tidy frame, a row per cell; they must share their axes."""
        return self.data[list(names)].to_dataframe().reset_index()
