"""What a hindcast of the world says, in plain text."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .board import EVERYWHERE, SPLITS
from .hindcast import COLUMNS
from .regions import REGIONS
from .scores import BREAK
from .targets import PARTS
from .text import HEADLINE, NAMES, cell, skill_table, spans, table, whose
from .world import WorldPlan

AHEAD = (1, 3, 5, 10)
"""Horizons of tables that hold one comparison."""
IN_WORDS = {
    "all": "all forecasts", "contract": "arms came in the three years before", "no contract": "no arms came",
    "treaty": "a treaty or a pledge",
    "no treaty": "neither treaty nor pledge", "either": "arms or a treaty", "neither": "nothing of it",
}  # fmt: skip


def part_of(skills: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Rows of one table; without `to` up to the last year scored."""
    wanted = {"region": EVERYWHERE, "patron": "all", "split": "all", "to": skills["to"].max()} | values
    return skills[(skills[list(wanted)] == pd.Series(wanted)).all(axis=1)]


def increments(skills: pd.DataFrame, horizons: Sequence[int]) -> list[str]:
    """Cells of a line: the increment over decided at each horizon."""
    mine = skills[(skills["method"] == "model") & (skills["baseline"] == "decided")].set_index("horizon")
    return [cell(mine.loc[h]) if h in mine.index else "" for h in horizons]


def text(skills: pd.DataFrame, covered: pd.DataFrame, plan: WorldPlan) -> str:
    """The board: influence in full, parts, splits and regions by the increment alone."""
    clients = sum(len(REGIONS[name].clients) for name in plan.regions)
    who = f"{len(plan.regions)} {'region' if len(plan.regions) == 1 else 'regions'} with {clients} clients"
    out = [
        f"Hindcasts of {who}: origins {spans(plan.origins)}, scored to {plan.last}, {plan.runs} runs each, seed {plan.seed}.",
        f"Every forecast knows nothing later than its origin; links are fitted from {plan.first} on, in each region for itself.",
        "Increment: skill over what three-year means have decided already. Brackets: 90 % interval by bootstrap over dyads.",
    ]
    for column in COLUMNS:
        of = skills[skills["column"] == column]
        if len(of):
            out += _column(of, covered[covered["column"] == column], column, plan)
    return "\n".join(out)


def _column(skills: pd.DataFrame, covered: pd.DataFrame, column: str, plan: WorldPlan) -> list[str]:
    fbic = skills[skills["target"] == "fbic"]
    ahead = tuple(h for h in AHEAD if h in plan.horizons) or plan.horizons
    heads = [f"{h} year" if h == 1 else f"{h} years" for h in ahead]
    out = ["", f"Influence (FBIC), CRPS skill, {NAMES[column]}"]
    for patron in ("all", *sorted(set(fbic["patron"]) - {"all"})):
        out += ["", f"{whose(patron)}:", *skill_table(part_of(fbic, patron=patron), HEADLINE)]
    if BREAK - 1 in set(fbic["to"]):
        out += ["", f"scored to {BREAK - 1}, for in {BREAK} all bandwidths of the index fall at once:"]
        out += skill_table(part_of(fbic, to=BREAK - 1), HEADLINE)
    rows = [["increment by part", *heads]]
    rows += [[part.replace("_", " "), *increments(part_of(skills, target=part), ahead)] for part in PARTS]
    out += ["", *table(rows), ""]
    rows = [["increment by what was in force", "forecasts", *heads]]
    for split in SPLITS:
        mine = part_of(fbic, split=split)
        if len(mine):
            rows.append([IN_WORDS[split], str(mine.groupby("horizon")["forecasts"].first().sum()), *increments(mine, ahead)])
    out += [*table(rows), ""]
    within = covered[covered["target"] == "fbic"].set_index(["region", "horizon"])
    rows = [["increment by region", "clients", *heads, "90 % hold"]]
    for name in plan.regions:
        mine = part_of(fbic, region=name)
        hold = f"{within.loc[(name, 0), 'within90']:.0%}"
        rows.append([name, str(len(REGIONS[name].clients)), *increments(mine, ahead), hold])
    out += table(rows)
    whole = within.loc[EVERYWHERE]
    by = ", ".join(f"{h} {'year' if h == 1 else 'years'} {whole.loc[h, 'within90']:.0%}" for h in whole.index if h)
    within_of = f"{whole.loc[0, 'within90']:.0%} lie within the 90 % interval, {whole.loc[0, 'within50']:.0%} within the 50 % one"
    return [*out, "", f"Coverage: of {int(whole.loc[0, 'forecasts'])} values {within_of} ({by})."]
