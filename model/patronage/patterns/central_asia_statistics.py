"""What patterns read off an ensemble: named columns, one number a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from patronage.scenario import parse_quarter, quarter_name
from patronage.world.arrays import Array

from .ensembles import CAMPAIGN_DATES, HANDOVER
from .observed import ObservedEnsemble

Columns = dict[str, Array]
"""[run] each."""

NEAR = 2
"""Quarters after a concession, or of a campaign, that count as near."""
FOLLOWS = 12
"""Quarters after a broken promise within which a campaign counts as its answer."""
REGIONAL = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


def span(first: str, last: str) -> list[str]:
    """Names of the quarters from `first` to `last`."""
    return [quarter_name(t) for t in range(parse_quarter(first), parse_quarter(last) + 1)]


class EnsembleReader:
    """Arrays and ledger of one ensemble, cut to the quarters there are."""

    def __init__(self, observed: ObservedEnsemble) -> None:
        self.data, self.hidden, self.ledger = observed.result.data, observed.hidden, observed.result.ledger
        self.quarters = [str(q) for q in self.data.quarter.values]
        self.first = int(self.data.run.values[0])
        self.runs = self.data.sizes["run"]

    def has(self, last: str) -> bool:
        """Whether the ensemble reaches a quarter."""
        return last in self.quarters

    def sum(self, variable: str, first: str, last: str, **where: str) -> Array:
        """[run] sum of a variable over quarters and all axes not named."""
        source = self.hidden if variable in self.hidden else self.data
        cut = source[variable].sel({"quarter": span(first, last), **where})
        return np.asarray(cut.sum([d for d in cut.dims if d != "run"], dtype=np.float64).values)

    def at(self, variable: str, quarter: str, **where: str) -> Array:
        """[run] a variable in one quarter."""
        source = self.hidden if variable in self.hidden else self.data
        return np.asarray(source[variable].sel({"quarter": quarter, **where}).values, dtype=np.float64)

    def rows(self, kinds: Sequence[str], first: str, last: str, client: str = "", patron: str = "") -> pd.DataFrame:
        """Rows of the ledger."""
        rows = self.ledger
        quarter = rows["quarter"].astype(str)
        mask = rows["kind"].isin(kinds) & (quarter >= first) & (quarter <= last)
        for column, code in (("client", client), ("patron", patron)):
            if code:
                mask &= rows[column] == code
        return rows[mask]

    def count(self, rows: pd.DataFrame) -> Array:
        """[run] rows a run."""
        return np.bincount(rows["run"].to_numpy() - self.first, minlength=self.runs).astype(np.float64)

    def marks(self, rows: pd.DataFrame, after: int) -> Array:
        """[run, quarter] whether a row stands in the quarter or at most `after` quarters before it."""
        out = np.zeros((self.runs, len(self.quarters) + after + 1), dtype=bool)
        places = {q: i for i, q in enumerate(self.quarters)}
        at = rows["quarter"].astype(str).map(places).to_numpy(dtype=np.int64)
        run = rows["run"].to_numpy() - self.first
        for lag in range(after + 1):
            out[run, at + lag] = True
        return out[:, : len(self.quarters)]


def mean_rent(r: EnsembleReader, first: str, last: str, holder: str = "USA", host: str = "KGZ") -> Array:
    """[run] rent of a base, Manas if none is named, over the quarters in which it stands (MUSD a year); NaN where it never does."""
    cut = r.data.sel(patron=holder, client=host, quarter=span(first, last))
    base = cut["base"].values
    count = base.sum(axis=1)
    rents = np.where(base, cut["rent"].values, 0.0).sum(axis=1, dtype=np.float64)
    return np.where(count > 0, rents / np.maximum(count, 1), np.nan)


def _rents(r: EnsembleReader) -> Columns:
    periods = {"2002-05": ("2002Q1", "2005Q4"), "2006-08": ("2006Q3", "2008Q4"), "2009-13": ("2009Q3", "2013Q4")}
    return {f"rent {name}": mean_rent(r, first, last) for name, (first, last) in periods.items()}


def _manas(r: EnsembleReader) -> Columns:
    closed = r.rows(["closed"], "2000Q1", "2021Q4", "KGZ", "USA")
    routes = {f"closed: {route}": r.count(closed[closed["cause"] == route]) for route in ("mission", "rival")}
    return {"Manas open 2015Q2": r.at("base", "2015Q2", patron="USA", client="KGZ"), **routes}


def _arms(r: EnsembleReader) -> Columns:
    out = {}
    for year in ("2012", "2014"):
        where = {"patron": "USA", "client": "KGZ", "instrument": "arms"}
        out[f"American arms {year}"] = r.sum("delivered", f"{year}Q1", f"{year}Q4", **where)
    return out


def _favours(r: EnsembleReader) -> Columns:
    return {
        f"Russian arms {client} 2009-13": r.sum(
            "promised", "2009Q1", "2013Q4", patron="RUS", client=client, instrument="arms"
        )
        for client in ("KGZ", "TJK")
    }


def _motives(r: EnsembleReader) -> Columns:
    return {"Russian arms KGZ": r.sum("promised", "2000Q1", "2021Q4", patron="RUS", client="KGZ", instrument="arms")}


def _shares(r: EnsembleReader) -> Columns:
    return {
        f"{patron} {variable} 2016Q2": r.at(variable, "2016Q2", patron=patron, client="KGZ")
        for patron in ("RUS", "USA") for variable in ("share", "influence", "fbic_index")
    }  # fmt: skip


def concessions(r: EnsembleReader, first: str, last: str) -> pd.DataFrame:
    """Kyrgyz concessions to Russia: a base granted or prolonged, another's base refused, a bloc joined."""
    rows = r.rows(["opened", "renewed", "kept", "merged", "notice", "refused", "joined"], first, last, "KGZ")
    own = (rows["patron"] == "RUS") & rows["kind"].isin(["opened", "renewed", "kept", "merged", "joined"])
    refusal = (rows["patron"] != "RUS") & rows["kind"].isin(["notice", "refused"])
    return rows[own | refusal]


def _relief(r: EnsembleReader) -> Columns:
    cut = r.data["delivered"].sel(patron="RUS", client="KGZ", instrument="debt_relief").values.astype(np.float64)
    window = [r.quarters.index(q) for q in span("2005Q1", "2017Q4")]
    near = r.marks(concessions(r, "2004Q3", "2017Q4"), NEAR)
    return {
        "Russian relief": cut[:, window].sum(axis=1),
        "Russian relief near": (cut * near)[:, window].sum(axis=1),
        "quarters near": near[:, window].mean(axis=1),
    }


def _ordered_campaigns(r: EnsembleReader) -> Columns:
    """Chance of an overthrow in the two quarters that begin with each ordered date, with or without a campaign."""
    chance = r.hidden["overthrow_chance"].sel(client="KGZ").values.astype(np.float64)
    chances = []
    for date in CAMPAIGN_DATES:
        at = r.quarters.index(date)
        chances.append(1.0 - np.prod(1.0 - chance[:, at : at + NEAR], axis=1))
    return {"overthrow chance": np.mean(chances, axis=0)}


def _campaigns(r: EnsembleReader) -> Columns:
    rows = r.rows(["campaign"], "2000Q1", "2021Q4")
    kyrgyz = rows[rows["client"] == "KGZ"]
    began = r.marks(kyrgyz, 0)
    fell = r.data["overthrow"].sel(client="KGZ").values
    followed = fell.copy()
    followed[:, :-1] |= fell[:, 1:]
    chance = r.hidden["overthrow_chance"].sel(client="KGZ").values.astype(np.float64)
    both = chance.copy()
    both[:, :-1] = 1.0 - (1.0 - chance[:, :-1]) * (1.0 - chance[:, 1:])
    return {
        "campaigns": r.count(rows), "campaigns KGZ": began.sum(axis=1).astype(np.float64),
        "campaigns KGZ chance": (began * both).sum(axis=1),
        "campaigns KGZ followed": (began & followed).sum(axis=1).astype(np.float64),
    }  # fmt: skip


def _hazards(r: EnsembleReader) -> Columns:
    years = len(span("2000Q1", "2021Q4")) / 4
    out = {f"hazard {c}": r.sum("overthrow_chance", "2000Q1", "2021Q4", client=c) / years for c in REGIONAL}
    return out | {f"overthrows {c}": r.sum("overthrow", "2000Q1", "2021Q4", client=c) / years for c in REGIONAL}


def _american_lift(r: EnsembleReader) -> Columns:
    """American shares at the end of the year of the handover."""
    return {f"USA share {c} 2015Q4": r.at("share", "2015Q4", patron="USA", client=c) for c in ("KGZ", "TJK", "UZB")}


def _american_path(r: EnsembleReader) -> Columns:
    """American shares of Uzbekistan, quarter by quarter from the handover on."""
    return {f"USA share UZB {q}": r.at("share", q, patron="USA", client="UZB") for q in span(HANDOVER, "2026Q4")}


def _promises(r: EnsembleReader) -> Columns:
    out: Columns = {}
    for name, patron, instrument in (
        ("Russian relief", "RUS", "debt_relief"), ("Russian arms", "RUS", "arms"), ("Chinese loans", "CHN", "loans"),
    ):  # fmt: skip
        for what in ("promised", "delivered"):
            out[f"{name} {what}"] = r.sum(what, "2000Q1", "2021Q4", patron=patron, instrument=instrument)
    for what in ("promised", "arriving"):
        out[f"Russian projects {what}"] = r.sum(f"projects_{what}", "2000Q1", "2021Q4", patron="RUS")
    return out


def _ideal_points(r: EnsembleReader) -> Columns:
    votes = r.data["position"].sel(axis="unga", client=list(REGIONAL))

    def mean(first: str, last: str) -> Array:
        return np.asarray(votes.sel(quarter=span(first, last)).mean(["quarter", "client"], dtype=np.float64).values)

    years = votes.sel(quarter=[f"{year}Q4" for year in range(2000, 2013)]).transpose("run", "client", "quarter")
    changes = np.diff(years.values.astype(np.float64), axis=2)
    return {
        "ideal point 2000-02": mean("2000Q1", "2002Q4"), "ideal point 2010-12": mean("2010Q1", "2012Q4"),
        "annual change": changes.std(axis=2, ddof=1).mean(axis=1),
    }  # fmt: skip


def _chinese_debt(r: EnsembleReader) -> Columns:
    out = {}
    for client in ("KGZ", "TJK"):
        for quarter in ("2005Q4", "2017Q4"):
            owed = r.data["debt"].sel(client=client, quarter=quarter)
            every = owed.sum("patron", dtype=np.float64).values + r.at("other_debt", quarter, client=client)
            out[f"Chinese part {client} {quarter[:4]}"] = owed.sel(patron="CHN").values / every
    return out


def _recession(r: EnsembleReader) -> Columns:
    """Dyads with Russian projects pending before the recession; those given up within six quarters; growth."""
    before, window = "2014Q3", ("2014Q4", "2016Q1")
    pending = r.hidden["projects_pending"].sel(quarter=before, patron="RUS").values > 0
    rows = r.rows(["cancelled"], *window, patron="RUS")
    given_up = np.zeros(pending.shape, dtype=bool)
    clients = [str(c) for c in r.hidden.client.values]
    given_up[rows["run"].to_numpy() - r.first, [clients.index(c) for c in rows["client"].astype(str)]] = True
    out = {
        "projects pending": pending.sum(axis=1).astype(np.float64),
        "projects given up": (pending & given_up).sum(axis=1).astype(np.float64),
    }
    for client in ("KGZ", "TJK"):
        year, earlier = (r.sum("growth", *q, client=client) for q in (("2014Q4", "2015Q3"), ("2013Q4", "2014Q3")))
        out[f"growth {client}"] = 100.0 * (year - earlier)
    return out


def _concentration(r: EnsembleReader) -> Columns:
    cut = r.data["concentration"].sel(patron="RUS", quarter=span("2009Q1", "2021Q4"))
    return {"Russian concentration": np.asarray(cut.mean("quarter", dtype=np.float64).values)}


def _broken_promises(r: EnsembleReader) -> Columns:
    """Broken promises, those whose patron campaigns against the same client within `FOLLOWS` quarters, and how long that takes."""
    broken, campaigns = (r.rows([kind], "2000Q1", "2021Q4") for kind in ("renege", "campaign"))
    places = {q: i for i, q in enumerate(r.quarters)}
    began: dict[tuple[int, str, str], list[int]] = {}
    for row in campaigns.itertuples():
        began.setdefault((row.run, str(row.patron), str(row.client)), []).append(places[str(row.quarter)])
    lags, followed = np.zeros(r.runs), np.zeros(r.runs)
    for row in broken.itertuples():
        at = places[str(row.quarter)]
        after = [t - at for t in began.get((row.run, str(row.patron), str(row.client)), ()) if 0 <= t - at <= FOLLOWS]
        if after:
            lags[row.run - r.first] += min(after)
            followed[row.run - r.first] += 1
    return {"broken promises": r.count(broken), "promises followed": followed, "quarters to a campaign": lags}


def _reviews(r: EnsembleReader) -> Columns:
    """Contracts of bases under review, acts of events apart, and base-years."""
    rows = r.rows(["renewed", "notice"], "2000Q1", "2021Q4")
    rows = rows[rows["cause"] != "event"]
    out = {}
    for name, several in (("KGZ", ["KGZ"]), ("elsewhere", [c for c in REGIONAL if c != "KGZ"])):
        years = r.data["base"].sel(client=several, quarter=span("2000Q1", "2021Q4")).sum(["quarter", "patron", "client"])
        out[f"reviews {name}"] = r.count(rows[rows["client"].isin(several)])
        out[f"base-years {name}"] = years.values / 4.0
    return out


def _double_hosting(r: EnsembleReader) -> Columns:
    bases = r.data["base"].sel(client="KGZ", quarter=span("2000Q1", "2021Q4"))
    both = bases.sel(patron="USA").values.astype(bool) & bases.sel(patron="RUS").values.astype(bool)
    return {"double hosting": both.sum(axis=1).astype(np.float64), "one quarter": np.ones(r.runs)}


def _uzbek_spells(r: EnsembleReader) -> Columns:
    inside = r.data["member"].sel(bloc="CSTO", client="UZB", quarter=span("2000Q1", "2021Q4"))
    held = inside.transpose("run", "quarter").values.astype(bool)
    begun = held & ~np.concatenate([np.zeros((r.runs, 1), dtype=bool), held[:, :-1]], axis=1)
    counts = {"Uzbek spells": begun.sum(axis=1), "Uzbek quarters": held.sum(axis=1), "Uzbek end": held[:, -1]}
    return {name: values.astype(np.float64) for name, values in counts.items()}


def _termez(r: EnsembleReader) -> Columns:
    return {"Termez rent 2006-08": mean_rent(r, "2006Q1", "2008Q4", "EUU", "UZB")}


GROUPS: dict[str, tuple[Callable[[EnsembleReader], Columns], str]] = {
    "rents": (_rents, "2013Q4"),
    "manas": (_manas, "2015Q2"),
    "arms": (_arms, "2014Q4"),
    "favours": (_favours, "2013Q4"),
    "motives": (_motives, "2021Q4"),
    "shares": (_shares, "2016Q2"),
    "relief": (_relief, "2017Q4"),
    "ordered campaigns": (_ordered_campaigns, "2015Q4"),
    "campaigns": (_campaigns, "2021Q4"),
    "hazards": (_hazards, "2021Q4"),
    "lift": (_american_lift, "2015Q4"),
    "path": (_american_path, "2026Q4"),
    "promises": (_promises, "2021Q4"),
    "ideal points": (_ideal_points, "2012Q4"),
    "Chinese debt": (_chinese_debt, "2017Q4"),
    "recession": (_recession, "2016Q1"),
    "concentration": (_concentration, "2021Q4"),
    "broken promises": (_broken_promises, "2021Q4"),
    "reviews": (_reviews, "2021Q4"),
    "double hosting": (_double_hosting, "2021Q4"),
    "spells": (_uzbek_spells, "2021Q4"),
    "Termez": (_termez, "2008Q4"),
}
"""Groups of columns and the last quarter each needs."""


def read(observed: ObservedEnsemble) -> Columns:
    """All columns that the ensemble is long enough for."""
    reader = EnsembleReader(observed)
    out: Columns = {}
    for group, last in GROUPS.values():
        if reader.has(last):
            out |= group(reader)
    return out
