"""What a simulation returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    from ..scenario import Scenario


def _teller(module: str) -> Any:
    """A room that knows results and is not known to them, loaded when a result is asked to tell, draw or keep itself."""
    return import_module(f"patronage.{module}")


@dataclass(frozen=True, repr=False)
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
        unknown = [n for n in names if n not in self.data]
        if unknown or not names:
            raise ValueError(f"no variable {', '.join(map(repr, unknown))}: some of {', '.join(map(str, self.data.data_vars))}")
        return self.data[list(names)].to_dataframe().reset_index()

    @property
    def runs(self) -> int:
        return len(self.outcomes)

    def __repr__(self) -> str:
        held = self.data.quarter.values
        return f"<Result of {self.scenario.name}: {held[0]} to {held[-1]}, {self.runs} runs, seed {self.seed}>\n{self.summary()}"

    def _repr_html_(self) -> str:
        return str(_teller("reports.notebook").run_html(self))

    def summary(self) -> str:
        """What the ensemble says, in a page of plain text, as `patronage run` prints it."""
        return str(_teller("reports").summary_of(self))

    def why(self, *words: str) -> str:
        """Why something came about, over all runs and in one typical run: the words of `patronage why`: patron, client, and what.

        Raises NothingToExplainError (a ValueError) for what does not exist in the result.
        """
        return str(_teller("reports").why_text(self, *words))

    def plot(self, name: str = "shares") -> Any:
        """One figure (`patronage.figures.FIGURES` lists them), as a matplotlib Figure that a notebook shows.

        Raises ValueError for a name that there is not, or if there is nothing to draw.
        """
        return _teller("figures").figure(self, name)

    def save(self, out: str | Path, *, figures: bool = True) -> Any:
        """Write a run folder with tables, figures, report and summary, and open it: what `patronage run` writes, of these runs.

        Raises FileExistsError: `out` exists and holds something.
        """
        return _teller("reports").result_to_folder(self, out, plates=figures)

    def report(self, file: str | Path) -> Path:
        """The report alone, as one HTML file that needs nothing else.

        Raises FileExistsError: `file` exists.
        """
        return Path(_teller("reports").result_to_report(self, file))

    def compare(self, other: Result) -> Any:
        """The difference to another result, pair by pair (`patronage.results.comparison.Comparison`).

        Raises NotPairedError (a ValueError) if the two do not share their luck.
        """
        return _teller("results.comparison").compare(self, other)


    def attribute(self, outcome: str, over: str = "events", *, against: Result | None = None, **how: Any) -> Any:
        """What of an outcome, or of its difference to another result, is due to which parts, with the runs and the luck of this one.

        `over`: "events", "mechanisms", "instruments", "actors" or "deals"; `how`: further arguments of `patronage.attribute`,
        such as `only`. Every coalition of parts is simulated anew. Raises AttributionError (a ValueError).
        """
        other = None if against is None else against.scenario
        asked = {"runs": self.runs, "seed": self.seed, **how}
        return _teller("attribution").attribute(self.scenario, other, outcome=outcome, over=over, **asked)


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
