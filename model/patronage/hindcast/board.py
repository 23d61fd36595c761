"""The board of skill of the world: what the model adds, by region, patron, part, horizon, and what was in force at the origin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .scores import BREAK, LEVELS, skill
from .targets import SMOOTHED

COMPARED = (("model", "decided"), ("model", "persistence"), ("decided", "persistence"), ("model", "drift"), ("model", "ar1"))
"""Whose skill is told against whom."""
SPLITS = ("all", "contract", "no contract", "treaty", "no treaty", "either", "neither")
"""Forecasts by what was in force between the two at the origin: a contract of arms, a treaty."""
EVERYWHERE = "all"
KEYS = ["region", "target", "column", "patron", "client", "origin", "horizon", "year", "contract", "treaty"]
HEADS = ("target", "column", "region", "patron", "split", "to", "horizon")


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores by method, a row a forecast that came out."""
    found = rows.set_index([*KEYS, "method"])["score"].unstack("method")  # noqa: PD010
    return found.dropna(subset=["model", "decided", "persistence"]).reset_index()


def in_split(rows: pd.DataFrame, split: str) -> pd.Series[bool]:
    """Which forecasts are in a split."""
    contract, treaty = rows["contract"].astype(bool), rows["treaty"].astype(bool)
    all_of_them = pd.Series(True, index=rows.index)
    found = {"all": all_of_them, "contract": contract, "treaty": treaty, "either": contract | treaty}
    opposite = {"no contract": contract, "no treaty": treaty, "neither": contract | treaty}
    return ~opposite[split] if split in opposite else found[split]


def skills(rows: pd.DataFrame, last: int) -> pd.DataFrame:
    """A row a target, column, region ("all" for all), patron ("all"), split, last year scored, horizon, method and baseline.

    Splits, and the year before the break of the index as the last one, are told of all regions; patrons of influence alone.
    """
    scores = wide(rows)
    return pd.DataFrame([row for (target, column), mine in scores.groupby(["target", "column"], sort=False)
                         for row in _of_target(str(target), str(column), mine, last)])  # fmt: skip


def _of_target(target: str, column: str, rows: pd.DataFrame, last: int) -> Iterator[dict[str, object]]:
    patrons = ("all", *sorted(set(rows["patron"])))
    for region in (EVERYWHERE, *dict.fromkeys(rows["region"])):
        mine = rows if region == EVERYWHERE else rows[rows["region"] == region]
        everywhere = region == EVERYWHERE
        for patron in patrons if target == "fbic" or everywhere else ("all",):
            of_patron = mine if patron == "all" else mine[mine["patron"] == patron]
            for split in SPLITS if target == "fbic" and everywhere else ("all",):
                part = of_patron[in_split(of_patron, split)]
                for end in (last, BREAK - 1) if everywhere and last >= BREAK and split == "all" else (last,):
                    for horizon, at in part[part["year"] <= end].groupby("horizon"):
                        head = dict(zip(HEADS, (target, column, region, patron, split, end, int(horizon)), strict=True))
                        yield from (head | row for row in _compared(at))


def _compared(at: pd.DataFrame) -> Iterator[dict[str, object]]:
    dyads = (at["patron"] + "-" + at["client"]).tolist()
    for method, baseline in COMPARED:
        if {method, baseline} <= set(at.columns) and at[baseline].notna().all():
            value, low, high = skill(at[method].to_numpy(), at[baseline].to_numpy(), dyads)
            yield {
                "method": method, "baseline": baseline, "forecasts": len(at), "dyads": len(set(dyads)),
                "score": float(at[method].mean()), "score_baseline": float(at[baseline].mean()),
                "skill": value, "low": low, "high": high,
            }  # fmt: skip


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of what came within the model's central intervals, by target, column, region and horizon; 0 stands for all horizons."""
    known = rows[(rows["method"] == "model") & rows["score"].notna()]
    off = np.abs(known["pit"] - 0.5)
    known = known.assign(**{f"within{level}": off <= level / 200 for level in LEVELS})
    parts = []
    for region in (EVERYWHERE, *dict.fromkeys(known["region"])):
        mine = known if region == EVERYWHERE else known[known["region"] == region]
        for horizon in (0, *sorted(set(mine["horizon"]))):
            at = mine if horizon == 0 else mine[mine["horizon"] == horizon]
            found = at.groupby(["target", "column"], sort=False)[[f"within{level}" for level in LEVELS]]
            table = found.mean().assign(forecasts=found.size(), region=region, horizon=horizon).reset_index()
            parts.append(table)
    whole = pd.concat(parts, ignore_index=True)
    whole["target"] = pd.Categorical(whole["target"], SMOOTHED, ordered=True)
    ordered = whole.sort_values(["target", "column"], kind="stable").astype({"target": str})
    heads = ["target", "column", "region", "horizon", "forecasts", *(f"within{level}" for level in LEVELS)]
    return ordered[heads].reset_index(drop=True)
