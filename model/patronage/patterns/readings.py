"""Readings of an ensemble for patterns of one's own: reviews, campaigns, broken promises, memberships, rents and more.

Every function takes a result of `simulate` (or anything with `data` and `ledger`) and returns a frame; counts are over
all runs, rates come with 95 % intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from patronage.results.ensemble import proportion_interval

OPENNESS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
"""Edges of the bands of openness in which reviews are counted."""
REVIEWS = ("renewed", "notice")
"""Kinds of ledger rows that are reviews of a standing base."""


def _rate(count: float, exposure: float) -> tuple[float, float, float]:
    """Events per unit of exposure and the exact 95 % interval of a Poisson rate (Garwood 1936)."""
    if exposure == 0:
        return float("nan"), 0.0, float("inf")
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return count / exposure, float(low / exposure), float(stats.chi2.ppf(0.975, 2 * count + 2) / 2 / exposure)


def _rows(result: Any, kinds: Sequence[str]) -> pd.DataFrame:
    rows = result.ledger[result.ledger["kind"].isin(kinds)]
    text = {
        c: rows[c].astype(object) for c in ("kind", "quarter", "patron", "client", "counterpart", "cause", "concession")
    }
    return rows.assign(**text)


def reviews_per_base_year(result: Any, edges: Sequence[float] = OPENNESS) -> pd.DataFrame:
    """How often basing contracts are reviewed, by the host's openness before the quarter.

    Columns: from, to (openness), base_years, reviews, per_base_year, low, high. Reviews ordered by events do not count.
    """
    base, openness = result.data["base"].values, result.data["openness"].values.astype(np.float64)
    years, counts = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1)
    band = np.clip(np.digitize(openness, edges) - 1, 0, len(edges) - 2)  # [run, quarter, client]
    for i in range(len(years)):
        years[i] = (base[:, :-1] * (band[:, :-1] == i)[:, :, None, :]).sum() / 4
    rows = _rows(result, REVIEWS)
    rows = rows[rows["cause"] != "event"]
    runs = {run: i for i, run in enumerate(result.data["run"].values.tolist())}
    quarters = {q: i for i, q in enumerate(result.data["quarter"].values.tolist())}
    clients = {c: i for i, c in enumerate(result.data["client"].values.tolist())}
    at = rows["quarter"].map(quarters).to_numpy(dtype=int)
    where = band[
        rows["run"].map(runs).to_numpy(dtype=int),
        np.maximum(at - 1, 0),
        rows["client"].map(clients).to_numpy(dtype=int),
    ]
    counts += np.bincount(where[at > 0], minlength=len(counts))
    found = [
        (edges[i], edges[i + 1], years[i], int(counts[i]), *_rate(counts[i], years[i]))
        for i in range(len(years))
        if years[i] > 0
    ]
    return pd.DataFrame(found, columns=["from", "to", "base_years", "reviews", "per_base_year", "low", "high"])


def campaigns(result: Any, quarters: int = 2) -> pd.DataFrame:
    """Media campaigns by patron and client: number, per run, and how many were followed by an overthrow.

    Columns: patron, client, campaigns, per_run, followed (within `quarters`, the first included), share, low, high.
    """
    return _followed(result, _rows(result, ["campaign"]), ["patron", "client"], "campaigns", quarters)


def reneging(result: Any, quarters: int = 4) -> pd.DataFrame:
    """Paid refusals that were broken, by who had paid, who broke them and whose base stands there.

    Columns: patron (had paid), client, counterpart (whose base), broken, per_run, followed (by a campaign of the patron
    within `quarters`), share, low, high.
    """
    rows = _rows(result, ["renege"])
    struck = _rows(result, ["campaign"])
    return _followed(result, rows, ["patron", "client", "counterpart"], "broken", quarters, struck)


def _followed(
    result: Any, rows: pd.DataFrame, by: list[str], name: str, quarters: int, answers: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Rows by actors, and how many were followed: by an overthrow of the client, or by `answers` of the same dyad."""
    places = {q: i for i, q in enumerate(result.data["quarter"].values.tolist())}
    if answers is None:
        answers, same = _rows(result, ["overthrow"]), ["run", "client"]
    else:
        same = ["run", "patron", "client"]
    left = rows.assign(at=rows["quarter"].map(places).astype(int), row=np.arange(len(rows)))
    right = answers.assign(then=answers["quarter"].map(places).astype(int))[[*same, "then"]]
    pairs = left.merge(right, on=same)
    hit = set(pairs.loc[(pairs["then"] >= pairs["at"]) & (pairs["then"] < pairs["at"] + quarters), "row"])
    left["followed"] = left["row"].isin(hit)
    runs, out = result.data.sizes["run"], []
    for key, mine in left.groupby(by, observed=True, sort=True):
        count = int(mine["followed"].sum())
        out.append((*key, len(mine), len(mine) / runs, count, *proportion_interval(count, len(mine))))
    return pd.DataFrame(out, columns=[*by, name, "per_run", "followed", "share", "low", "high"])


def memberships(result: Any) -> pd.DataFrame:
    """Who belonged to which bloc: share of run-quarters, at the end, and moves.

    Columns: bloc, client, share_of_time, at_end, joined, left (per run). Pairs that never met are left out.
    """
    member = result.data["member"]
    rows = _rows(result, ["joined", "left"])
    moves = rows.groupby(["concession", "client", "kind"], observed=True).size()
    runs, out = result.data.sizes["run"], []
    for bloc in member["bloc"].values.tolist():
        for client in member["client"].values.tolist():
            cut = member.sel(bloc=bloc, client=client).values
            if cut.any():
                joined, left = (moves.get((bloc, client, kind), 0) / runs for kind in ("joined", "left"))
                out.append((bloc, client, cut.mean(), cut[:, -1].mean(), joined, left))
    return pd.DataFrame(out, columns=["bloc", "client", "share_of_time", "at_end", "joined", "left"])


def double_hosting(result: Any) -> pd.DataFrame:
    """How long each client hosts bases of several patrons at once.

    Columns: client, share_of_time (of run-quarters), runs (share of runs in which it ever does), most (bases at once).
    """
    base = result.data["base"]
    hosted = base.sum("patron").transpose("run", "quarter", "client").values
    out = [
        (client, (hosted[:, :, i] > 1).mean(), (hosted[:, :, i] > 1).any(axis=1).mean(), int(hosted[:, :, i].max()))
        for i, client in enumerate(base["client"].values.tolist())
    ]
    return pd.DataFrame(out, columns=["client", "share_of_time", "runs", "most"])


def concentration(result: Any) -> pd.DataFrame:
    """How far each patron concentrates its effort: mean Herfindahl index over runs, by year.

    Columns: patron, year, concentration, low, high (5 and 95 % of runs).
    """
    data = result.data["concentration"].transpose("run", "quarter", "patron")
    years = np.array([int(q[:4]) for q in data["quarter"].values.tolist()])
    out = []
    for year in sorted(set(years.tolist())):
        cut = data.values[:, years == year].astype(np.float64).mean(axis=1)  # [run, patron]
        low, high = np.quantile(cut, (0.05, 0.95), axis=0)
        out += [
            (patron, year, cut[:, i].mean(), low[i], high[i]) for i, patron in enumerate(data["patron"].values.tolist())
        ]
    return pd.DataFrame(out, columns=["patron", "year", "concentration", "low", "high"])


def rents(result: Any, kinds: Sequence[str] = ("opened", "renewed", "kept", "notice", "refused")) -> pd.DataFrame:
    """What hosts asked for and got at every decision about a base (MUSD a year), by kind, patron and client.

    Columns: kind, patron, client, decisions, then the means of price, denial, floor, asked (where the ledger has it: the rent at
    which the host would have agreed), value, rent. A base that was refused pays no rent.
    """
    rows = _rows(result, kinds)
    numbers = [n for n in ("price", "denial", "floor", "asked", "value", "rent") if n in rows]
    grouped = rows.groupby(["kind", "patron", "client"], observed=True)
    return (
        grouped[numbers]
        .mean()
        .assign(decisions=grouped.size())
        .reset_index()[["kind", "patron", "client", "decisions", *numbers]]
    )
