"""A small region whose parameters are known, and tables as if it had been observed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import xarray as xr

from patronage import simulate
from patronage.scenario import Scenario, load_text, parse_quarter

REGION = """
extends: two-patrons
title: Two clients
period: {start: 2001Q1, end: 2013Q4}
states:
  TJK:
    source: assumption
    name: Tajikistan
    gdp: {value: 2, unit: bn USD/yr}
    population: {value: 7, unit: million persons}
    growth: {value: 6, range: [3, 9]}
    openness: {value: 0.15, range: [0.1, 0.2]}
    coalition: {value: 0.1, range: [0.05, 0.2]}
    proximity: {value: 1, range: [0.5, 1]}
    other_debt: {value: 800, unit: MUSD}
    position: {unga: {value: 0.1, range: [-1, 1]}, security: 0.6}
    anchor: {security: 0.5}
ties:
  RUS: {TJK: {weight: {value: 1.0, range: [0.5, 1.5]}, trade: 30, arms: 30, capital: 50, debt: 300, presence: 100}}
  USA: {TJK: {weight: {value: 0.4, range: [0.1, 1]}, trade: 2, arms: 5, capital: 50}}
bases:
  manas: {holder: USA, host: KGZ, rent: {value: 10, unit: MUSD/yr}, until: 2006Q2, source: assumption}
"""
TRUTH = {"patrons.RUS.budget": 390, "states.TJK.position.unga": 0.5}
"""Ideal points tell where a state came from; of a budget, which no target shows, they tell nothing."""
YEARS = range(2001, 2014)


def region(**more: object) -> Scenario:
    """The scenario as somebody would write it who does not know the truth."""
    return load_text(REGION, "region.yaml", more) if more else load_text(REGION, "region.yaml")


@cache
def history() -> tuple[Scenario, xr.Dataset]:
    """One history of the true world."""
    scenario = region(**TRUTH)
    return scenario, simulate(scenario, runs=1, seed=77, until=parse_quarter("2013Q4")).data.isel(run=0)


def observed_tables(folder: Path, after: int = 3000, change: float = 1.0) -> Path:
    """Tables in the documented layout from one history of the true world; whatever is later than `after` is multiplied."""
    folder.mkdir(parents=True, exist_ok=True)
    scenario, data = history()
    yearly = data[["share", "position"]].drop_vars("quarter").coarsen(quarter=4).mean()
    base = data["base"].isel(quarter=slice(3, None, 4))
    states, dyads = [], []
    for i, year in enumerate(YEARS):
        part = change if year > after else 1.0
        for code in (*scenario.clients, *scenario.patrons):
            row = {"iso3": code, "year": year, "population": 1e6, "gdp_usd": 1e9 * part}
            if code in scenario.clients:
                row["ideal_point"] = part * float(yearly["position"].isel(quarter=i).sel(client=code, axis="unga"))
                row["irregular_exit"] = part * float(data["overthrow"].isel(quarter=slice(4 * i, 4 * i + 4)).sel(client=code).any())
            states.append(row)
        for patron in scenario.patrons:
            for client in scenario.clients:
                at = {"patron": patron, "client": client}
                dyads.append({
                    **at, "year": year, "fbic_influence": min(1.0, part * float(yearly["share"].isel(quarter=i).sel(**at))),
                    "troops": part * 900 * float(base.isel(quarter=i).sel(**at)),
                })  # fmt: skip
    pd.DataFrame(states).to_csv(folder / "country_year.csv", index=False)
    pd.DataFrame(dyads).to_csv(folder / "dyad_year.csv", index=False)
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a calibration but the manifest and the page, which carry the time."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name not in ("manifest.json", "report.html", ".lock")
    }
