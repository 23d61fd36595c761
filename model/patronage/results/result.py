"""What a simulation returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

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


class Recorded(Result):
    """The same; each table is made when it is first asked for, since a frame costs as much as a run."""

    @classmethod
    def made_by(cls, scenario: Scenario, seed: int, **makers: Callable[[], Any]) -> Result:
        """`makers`: what makes data, ledger, events and outcomes, asked once at most."""
        out = object.__new__(cls)
        vars(out).update(scenario=scenario, seed=seed, _makers=makers)
        return out

    def __getattr__(self, name: str) -> Any:
        makers = vars(self).get("_makers", {})
        if name not in makers:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        vars(self)[name] = made = makers[name]()
        makers.pop(name, None)  # and with it what it was made of
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Result, tuple(getattr(self, f.name) for f in fields(Result))


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
