"""Two ensembles with the same luck, compared run by run: differences, their intervals, and what caused them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from patronage.results.contracts import BASE, Contract, contracts_held, standing
from patronage.results.ensemble import Statistics, mean_interval, proportion_interval
from patronage.results.pairs import Pair, Paired, kind_of_variable, paired
from patronage.results.worth import COUNT, PURE, TRUTH, kind_of_outcome, least, stated_of, tells
from patronage.scenario.quarters import quarter_name

DYADS = ("share", "rent", "effort", "debt", "arms", "capital", "presence", "reputation", "grievance")
CLIENTS = ("autonomy", "legitimacy", "openness", "threat", "insecurity", "gdp")


@dataclass(frozen=True, repr=False)
class Comparison:
    """`first` minus `second`, pair by pair, in tidy frames.

    `mean`, `low`, `high` are the mean paired difference and its 95 % interval, `p05`, `p95` the spread over pairs,
    `positive`, `negative` the shares of pairs, `tells` whether the interval lies on one side of zero and the mean is at
    least the smallest difference worth telling (`patronage.results.worth`).
    """

    outcomes: pd.DataFrame
    """A row per outcome, with the means of both, in how many runs it exists in each (`first_runs`, `second_runs`) and in how many
    `pairs` in both, and the smallest difference worth telling (`least`)."""
    dyads: pd.DataFrame
    """A row per variable, quarter, patron and client."""
    clients: pd.DataFrame
    """A row per variable, quarter and client."""
    bases: pd.DataFrame
    """A row per quarter, patron, client and kind of concession that stands in some run of either."""
    closures: pd.DataFrame
    """A row per scenario, concession and route: share of runs with such a closure."""
    channels: pd.DataFrame
    """Differences of influence by patron, client and channel, in the last quarter and those in which outcomes end."""
    ledger: pd.DataFrame
    """A row per kind, cause, patron and client: rows per run in both, and the paired difference."""
    events: pd.DataFrame
    """A row per event: share of runs in which it fired in both, and the median quarter."""

    def __repr__(self) -> str:
        return str(self._shown().to_string(index=False))

    def _repr_html_(self) -> str:
        return str(self._shown().to_html(index=False))

    def _shown(self) -> pd.DataFrame:
        """Outcomes, their levels in both, the difference with its interval, and whether it tells."""
        return self.outcomes[["outcome", "first", "second", "mean", "low", "high", "tells"]]

    def frames(self) -> dict[str, pd.DataFrame]:
        """All frames by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def compare(first: Any, second: Any) -> Comparison:
    """Compare two results, run folders or `Statistics` of either, pair by pair.

    Raises:
        NotPairedError: they have different seeds or replications.
    """
    pair = Pair(*(x if isinstance(x, Statistics) else Statistics(x) for x in (first, second)))
    return Comparison(
        outcomes=outcomes_of(pair),
        dyads=_variables(pair, DYADS),
        clients=_variables(pair, CLIENTS),
        bases=_bases(pair),
        closures=pd.concat(
            [closures(s, which) for s, which in ((pair.first, "first"), (pair.second, "second"))], ignore_index=True
        ),
        channels=_channels(pair),
        ledger=_ledger(pair),
        events=_events(pair),
    )


def outcomes_given(first: Any, second: Any, given: str) -> pd.DataFrame:
    """`Comparison.outcomes` of those pairs alone in which an outcome is true (above 0) in the first; no row where there are none.

    Both sides are read in the same runs: those in which the first has what is given. KeyError if it has no such outcome.
    """
    pair = Pair(*(x if isinstance(x, Statistics) else Statistics(x) for x in (first, second)))
    return outcomes_of(pair, pair.first.ensemble.outcomes[given].to_numpy(dtype=float) > 0)


def outcomes_of(pair: Pair, kept: np.ndarray[Any, Any] | None = None) -> pd.DataFrame:
    """`Comparison.outcomes`, over all pairs or those that are `kept` (bool, a pair each)."""
    a, b = pair.first.ensemble.outcomes, pair.second.ensemble.outcomes
    if kept is not None:
        a, b = a[kept], b[kept]
    names = [str(n) for n in a.columns if n in b.columns]
    if not names or a.empty:
        return pd.DataFrame(
            columns=["outcome", "first", "second", "mean", "low", "high", "p05", "p95", "positive", "negative", "tells"]
        )
    one, two = a[names].to_numpy(dtype=float), b[names].to_numpy(dtype=float)
    found = paired(one, two)
    means = [mean_interval(x)[0] for x in (one, two)]
    sizes = np.fmax(*np.abs(means))
    asked = pair.first.scenario.outcomes
    kinds = [kind_of_outcome(asked.get(n), np.concatenate([one[:, i], two[:, i]])) for i, n in enumerate(names)]
    stated = [stated_of(asked.get(n)) for n in names]
    smallest = np.array([least(*one) for one in zip(kinds, sizes, stated, strict=True)])
    return pd.DataFrame(
        {
            "outcome": names,
            "first": means[0],
            "second": means[1],
            "mean": found.mean,
            "low": found.low,
            "high": found.high,
            "p05": found.p05,
            "p95": found.p95,
            "positive": found.positive,
            "negative": found.negative,
            "first_runs": np.isfinite(one).sum(axis=0),
            "second_runs": np.isfinite(two).sum(axis=0),
            "pairs": found.pairs,
            "least": smallest,
            "tells": tells(found.mean, found.low, found.high, smallest),
        }
    )


def _variables(pair: Pair, names: tuple[str, ...]) -> pd.DataFrame:
    parts = [_difference(pair, name) for name in names if pair.has(name)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _difference(pair: Pair, variable: str) -> pd.DataFrame:
    a, b = pair.arrays(variable)
    size = max(float(np.abs(x.values).max(initial=0)) for x in (a, b))
    frame = _tidy(a, b, paired(a.values, b.values), least(kind_of_variable(variable), size))
    frame.insert(0, "variable", variable)
    return frame


def _tidy(a: xr.DataArray, b: xr.DataArray, found: Paired, smallest: float) -> pd.DataFrame:
    """A row per cell of what is left without the runs; `smallest`: the smallest difference worth telling."""
    index = pd.MultiIndex.from_product([a[d].values for d in a.dims[1:]], names=[str(d) for d in a.dims[1:]])
    frame = index.to_frame(index=False)
    for which, values in (("first", a), ("second", b)):
        frame[which] = values.mean("run", dtype=np.float64).values.reshape(-1)
    for name in ("mean", "low", "high", "p05", "p95", "positive", "negative"):
        frame[name] = getattr(found, name).reshape(-1)
    frame["tells"] = tells(found.mean, found.low, found.high, smallest).reshape(-1)
    return frame


def _bases(pair: Pair) -> pd.DataFrame:
    frame = _difference(pair, "base")
    frame.insert(frame.columns.get_loc("client") + 1, "concession", BASE)
    whole = pd.concat([frame, *(_contract(pair, contract) for contract in _further(pair))], ignore_index=True)
    keys = ["patron", "client", "concession"]
    ever = whole.assign(any=whole["first"] + whole["second"]).groupby(keys)["any"].transform("max") > 0
    return whole[ever].drop(columns=["variable", "p05", "p95"]).reset_index(drop=True)


def _further(pair: Pair) -> list[Contract]:
    """Concessions of other kinds than bases that stand in some run of either."""
    held = dict.fromkeys(c for s in (pair.first, pair.second) for c in contracts_held(s, 1e-9) if c.kind != BASE)
    there = (pair.common("patron"), pair.common("client"))
    return [c for c in held if c.patron in there[0] and c.client in there[1]]


def _contract(pair: Pair, contract: Contract) -> pd.DataFrame:
    """The same columns as of bases, for one concession of another kind."""
    quarters = pair.common("quarter")
    arrays = []
    for s in (pair.first, pair.second):
        values = standing(s, contract)[:, [s.coords["quarter"].index(q) for q in quarters]]
        coords = {"quarter": quarters, "patron": [contract.patron], "client": [contract.client]}
        arrays.append(xr.DataArray(values[:, :, None, None], dims=("run", "quarter", "patron", "client"), coords=coords))
    a, b = arrays
    frame = _tidy(a, b, paired(a.values, b.values), least(TRUTH))
    frame.insert(0, "variable", "base")
    frame.insert(frame.columns.get_loc("client") + 1, "concession", contract.kind)
    return frame


def closures(s: Statistics, which: str = "first") -> pd.DataFrame:
    """How concessions close: closures and share of runs with at least one, by concession and route, with a Wilson interval."""
    rows = s.ledger[s.ledger["kind"] == "closed"]
    rows = rows.assign(contract=rows["concession"].astype(object).fillna("").replace("", BASE))
    out = []
    keys = ["patron", "client", "contract", "cause"]
    for (patron, client, kind, route), part in rows.groupby(keys, observed=True, sort=True):
        share, low, high = proportion_interval(part["run"].nunique(), s.runs)
        out.append((which, str(patron), str(client), str(kind), str(route), len(part), share, low, high))
    columns = ["scenario", "patron", "client", "concession", "route", "closures", "share", "low", "high"]
    return pd.DataFrame(out, columns=columns)


def _channels(pair: Pair) -> pd.DataFrame:
    names = pair.first.channel_variable, pair.second.channel_variable
    if not names[0] or names[0] != names[1]:
        return pd.DataFrame(columns=["quarter", "patron", "client", "channel", "mean", "low", "high", "tells"])
    quarters = pair.common("quarter")
    asked = {quarter_name(o.last) for o in pair.first.scenario.outcomes.values()} | {quarters[-1]}
    a, b = (x.sel(quarter=[q for q in quarters if q in asked]) for x in pair.arrays(names[0]))
    return _tidy(a, b, paired(a.values, b.values), least(PURE))[
        ["quarter", "patron", "client", "channel", "mean", "low", "high", "tells"]
    ]


def _ledger(pair: Pair) -> pd.DataFrame:
    keys = ["kind", "cause", "patron", "client"]
    runs = pair.first.coords["run"]
    counts = []
    for s in (pair.first, pair.second):
        rows = s.ledger[[*keys, "run"]].astype(dict.fromkeys(keys, str))
        counts.append(rows.groupby([*keys, "run"]).size())
    groups = sorted({i[:-1] for c in counts for i in c.index})
    if not groups:
        return pd.DataFrame(columns=[*keys, "first", "second", "mean", "low", "high", "tells"])
    at = {g: i for i, g in enumerate(groups)}
    where = {r: i for i, r in enumerate(runs)}
    tables = []
    for count in counts:
        table = np.zeros((len(runs), len(groups)))
        for index, n in count.items():
            table[where[index[-1]], at[index[:-1]]] = n
        tables.append(table)
    found = paired(*tables)
    frame = pd.DataFrame(groups, columns=keys)
    means = [t.mean(axis=0) for t in tables]
    return frame.assign(
        first=means[0], second=means[1], mean=found.mean, low=found.low, high=found.high,
        tells=tells(found.mean, found.low, found.high, least(COUNT)),
    )  # fmt: skip


def _events(pair: Pair) -> pd.DataFrame:
    sides = [fired(s) for s in (pair.first, pair.second)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    nothing = (0.0, "")
    rows = [(n, *sides[0].get(n, nothing), *sides[1].get(n, nothing)) for n in names]
    return pd.DataFrame(rows, columns=["event", "first", "first_quarter", "second", "second_quarter"])


def fired(s: Statistics) -> dict[str, tuple[float, str]]:
    """Share of runs in which each event fired, and the median quarter of its first firing (of two in the middle, halfway)."""
    rows = s.ensemble.events
    rows = rows[rows["what"] == "fired"]
    quarters = s.coords["quarter"]
    found: dict[str, tuple[float, str]] = {}
    for name, part in rows.groupby("event", observed=True, sort=False):
        once = part.drop_duplicates("run")
        at = np.median([quarters.index(str(q)) for q in once["quarter"]])
        found[str(name)] = len(once) / s.runs, quarters[int(at)]
    return found
