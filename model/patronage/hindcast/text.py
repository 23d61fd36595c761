"""What a hindcast says, in plain text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .baselines import BASELINES
from .hindcast import COLUMNS, Hindcast, Plan
from .summaries import SCORED
from .targets import TARGETS

NAMES = {"extrapolated": "paths as extrapolated at the origin", "happened": "paths as they happened"}


def cell(row: pd.Series) -> str:
    """A skill with its interval."""
    if not np.isfinite(row["skill"]):
        return "no errors"
    value = f"{row['skill']:+.2f}"
    return f"{value} [{row['low']:+.2f}, {row['high']:+.2f}]" if np.isfinite(row["low"]) else f"{value} (few)"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell, the first to the left."""
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    return [
        "  ".join([r[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(r[1:], widths[1:], strict=True))]).rstrip()
        for r in rows
    ]


def skill_table(skills: pd.DataFrame, target: str, column: str, patron: str) -> list[str]:
    """A line a horizon, a column a baseline."""
    mine = skills[(skills["target"] == target) & (skills["column"] == column) & (skills["patron"] == patron)]
    names = [b for b in BASELINES if b in set(mine["baseline"])]
    rows = [["horizon", "forecasts", *names]]
    for horizon, at in mine.groupby("horizon"):
        by = at.set_index("baseline")
        years = f"{horizon} year" if horizon == 1 else f"{horizon} years"
        rows.append([years, str(int(at["forecasts"].iloc[0])), *(cell(by.loc[n]) for n in names)])
    return table(rows)


def covered(found: Hindcast, target: str, column: str, method: str = "model") -> str:
    """How often what came lay in the intervals."""
    c = found.coverage
    mine = c[(c["target"] == target) & (c["column"] == column) & (c["method"] == method)].set_index("horizon")
    whole = mine.loc[0]
    by = ", ".join(f"{h} {'year' if h == 1 else 'years'} {mine.loc[h, 'within90']:.0%}" for h in mine.index if h)
    count, ninety, half = int(whole["forecasts"]), whole["within90"], whole["within50"]
    return f"of {count} values {ninety:.0%} lie within the 90 % interval, {half:.0%} within the 50 % one ({by})"


def patrons_of(skills: pd.DataFrame, target: str) -> list[str]:
    """Those a target is scored for, and all of them together first."""
    found = sorted(set(skills[skills["target"] == target]["patron"]) - {"all"})
    return ["all", *found] if len(found) > 1 else found


def text(found: Hindcast, plan: Plan) -> str:
    """The summary of a hindcast: influence in full, the other targets against persistence and the best baseline."""
    s = plan.scenario
    who = f"{', '.join(s.clients)} with {', '.join(s.patrons)}"
    out = [
        f"Hindcasts of {who}: origins {spans(plan.origins)}, scored to {plan.last}, {plan.runs} runs each, seed {plan.seed}.",
        f"Every forecast knows nothing later than its origin; links and baselines are fitted from {plan.first} on.",
        "Skill is 1 - score / score of the baseline: above 0 the model is better. Brackets: 90 % interval by bootstrap over dyads.",
    ]
    for column in COLUMNS:
        out += ["", f"Influence (FBIC), CRPS skill, {NAMES[column]}"]
        for patron in patrons_of(found.skills, "fbic"):
            out += [
                "",
                f"{'all patrons' if patron == 'all' else patron}:",
                *skill_table(found.skills, "fbic", column, patron),
            ]
        out += ["", f"Coverage: {covered(found, 'fbic', column)}."]
    others = [t for t in SCORED if t != "fbic" and t in set(found.skills["target"])]
    for target in others:
        of = TARGETS[target]
        score = "Brier" if of.kind in ("state", "event") else "CRPS"
        for column in COLUMNS:
            patron = patrons_of(found.skills, target)[0]
            out += ["", f"{of.doc}, {score} skill, {NAMES[column]}", *skill_table(found.skills, target, column, patron)]
    out += ["", *unscored_text(found)]
    return "\n".join(out)


def unscored_text(found: Hindcast) -> list[str]:
    """Outcomes left out."""
    if found.unscored.empty:
        return ["No outcome is decided by a dated event of the scenario; none is left out."]
    rows = found.unscored.itertuples(index=False)
    return ["Not scored:", *(f"  {r.target} {r.patron} {r.client} from {r.year} on: {r.reason}" for r in rows)]


def spans(years: Sequence[int]) -> str:
    """Years, runs of them as a span."""
    out: list[str] = []
    start = previous = years[0]
    for y in [*years[1:], years[-1] + 2]:
        if y != previous + 1:
            out.append(str(start) if start == previous else f"{start}-{previous}")
            start = y
        previous = y
    return ", ".join(out)
