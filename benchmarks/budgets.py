"""What patrons give, by a rule for those that report nothing: `python benchmarks/budgets.py DATA`. docs/build.md holds what came.

Giving to a state that anybody gives to, over the patron's real GDP, by its GDP, people and trade with the patron. Fitted on
what patrons report in three years to 1996, 1999, ... 2011, nothing later, by quasi-likelihood with a variance as the 1.5th power of
the mean (Tweedie): zeros count, and no single large giver decides. Then every patron is left out in turn, with those it is part of,
and what the others say of it is held against what it reports, summed over regions of the world.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from patronage.data.bases import read_known
from patronage.data.region import Region
from patronage.data.region_budgets import GIVING, guessed, measures
from patronage.data.tables import Tables
from patronage.hindcast.regions import REGIONS

PATRONS = ("CHN", "DEU", "EUU", "FRA", "GBR", "IND", "IRN", "KAZ", "RUS", "TUR", "USA")
YEARS = (1996, 1999, 2002, 2005, 2008, 2011)
OVERLAP = {"EUU": ("DEU", "FRA"), "DEU": ("EUU",), "FRA": ("EUU",)}
"""Whose reports are part of another's."""
LEAST = 0.5
"""MUSD a year to a region below which a factor says nothing."""
NAMES = ("constant", *GIVING)


def rows(tables: Tables) -> Iterator[dict[str, object]]:
    """What is reported to each receiver of aid, MUSD of 2015 a year, with what the rule reads; without a report, `given` is unknown."""
    where = {c: name for name, r in REGIONS.items() for c in r.clients}
    for year in YEARS:
        known = tables.until(year)
        region = Region(known, known.states, PATRONS, year)
        for p in PATRONS:
            found = region.reported(p)
            for c in sorted(region.receivers & {*known.states} - {p}):
                if region.gdp(c).source == "assumption":
                    continue
                given = np.nan if found is None else max(0.0, found[1].get(c, np.nan)) / region.price(year)
                income = region.real_gdp(p).value
                yield {"patron": p, "client": c, "year": year, "region": where.get(c), "given": given, "income": income,
                       "guess": guessed(region, p, c)} | dict(zip(NAMES, (1.0, *measures(region, p, c)), strict=True))  # fmt: skip


def fit(frame: pd.DataFrame) -> np.ndarray:
    """Coefficients in the order of NAMES: quasi-likelihood, log link, variance as the 1.5th power of the mean."""
    x, y, income = frame[list(NAMES)].to_numpy(), frame["given"].to_numpy(), frame["income"].to_numpy()
    middle, spread = x[:, 1:].mean(axis=0), x[:, 1:].std(axis=0)
    x = np.column_stack([x[:, 0], (x[:, 1:] - middle) / spread])

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        root = np.sqrt(income * np.exp(x @ b))
        return float((y / root + root).sum()), x.T @ (root - y / root) / 2

    found = minimize(loss, np.array([np.log(y.sum() / income.sum()), *[0.0] * len(GIVING)]), jac=True, method="BFGS")
    slopes = found.x[1:] / spread
    return np.array([found.x[0] - middle @ slopes, *slopes])


def left_out(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a patron, year and region: reported, and as the other patrons say."""
    parts = []
    for p in sorted(set(frame["patron"])):
        own = frame[frame["patron"] == p]
        b = fit(frame[~frame["patron"].isin([p, *OVERLAP.get(p, ())])])
        parts.append(own.assign(said=own["income"] * np.exp(own[list(NAMES)] @ b)))
    whole = pd.concat(parts).groupby(["patron", "year", "region"])[["given", "said"]].sum().reset_index()
    return whole[whole["given"] > LEAST]


def line(name: str, found: pd.DataFrame) -> str:
    """A row of the table: medians, factors, and the mean rank correlation over years."""
    off = np.log(found["said"] / found["given"])
    ranks = [g["given"].corr(g["said"], method="spearman") for _, g in found.groupby(["patron", "year"]) if len(g) > 2]
    quantiles = np.exp(off.abs().quantile([0.5, 0.75, 0.9])).tolist()
    return (f"| {name} | {len(found)} | {found['given'].median():.0f} | {found['said'].median():.0f} | {np.exp(off.median()):.1f} | "
            f"{quantiles[0]:.1f} | {quantiles[1]:.1f} | {quantiles[2]:.1f} | {np.nanmean(ranks):.2f} |")  # fmt: skip


def silent(frame: pd.DataFrame, patrons: Sequence[str]) -> None:
    """What the rule says of patrons that report nothing, over all receivers and in Central Asia."""
    print("\n| patron | year | all receivers | Central Asia |\n|---|---|---|---|")
    for p in patrons:
        for year in (1996, 2005, 2011):
            mine = frame[(frame["patron"] == p) & (frame["year"] == year)]
            print(f"| {p} | {year} | {mine['guess'].sum():.0f} | {mine.loc[mine['region'] == 'central-asia', 'guess'].sum():.0f} |")


def main(folder: str) -> None:
    """Print the coefficients beside those shipped, and both tables."""
    tables, _ = read_known(folder)
    frame = pd.DataFrame(list(rows(tables.until(max(YEARS)))))
    reported = frame[frame["given"].notna()]
    print(dict(zip(NAMES, fit(reported).round(3).tolist(), strict=True)), f"{len(reported)} rows")
    print("\n| patron | regions | reported | by the others | times | factor | three quarters | nine tenths | rank |\n|---|---|---|---|---|---|---|---|---|")
    found = left_out(reported)
    for p, mine in found.groupby("patron"):
        print(line(str(p), mine))
    print(line("all", found))
    silent(frame, ("RUS", "IND", "IRN", "KAZ", "TUR"))


if __name__ == "__main__":
    main(sys.argv[1])
