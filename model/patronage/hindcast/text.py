"""What a hindcast says, in plain text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .baselines import BASELINES
from .hindcast import COLUMNS, Hindcast, HindcastPlan
from .scores import BREAK
from .summaries import SCORED
from .targets import SMOOTHED, TARGETS

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


Asked = tuple[str, str, str]
"""Head of a column, whose skill, against which baseline."""
HEADLINE: tuple[Asked, ...] = (
    ("increment over decided", "model", "decided"), ("skill on persistence", "model", "persistence"),
    ("decided on persistence", "decided", "persistence"),
)  # fmt: skip
"""What the model adds to arithmetic about means, first; skill against persistence, and how much of that is the arithmetic."""
ONLY_DECIDED = HEADLINE[2:]


def others(skills: pd.DataFrame) -> tuple[Asked, ...]:
    """The baselines that the headline leaves out."""
    return tuple((b, "model", b) for b in BASELINES if b not in ("decided", "persistence") and b in set(skills["baseline"]))


def skill_rows(skills: pd.DataFrame, asked: Sequence[Asked]) -> list[list[str]]:
    """A line a horizon, a column a comparison."""
    out = []
    for horizon, at in skills.groupby("horizon"):
        by = at.set_index(["method", "baseline"])
        cells = [cell(by.loc[(method, b)]) if (method, b) in by.index else "" for _, method, b in asked]
        out.append([f"{horizon} year" if horizon == 1 else f"{horizon} years", str(int(at["forecasts"].iloc[0])), *cells])
    return out


def skill_table(skills: pd.DataFrame, asked: Sequence[Asked]) -> list[str]:
    """The same with a head, in columns."""
    return table([["horizon", "forecasts", *(head for head, *_ in asked)], *skill_rows(skills, asked)])


def part_of(skills: pd.DataFrame, target: str, column: str, patron: str, to: int | None = None) -> pd.DataFrame:
    """Skills of one table; `to`: the last year scored, the last of all without it."""
    mine = skills[(skills["target"] == target) & (skills["column"] == column) & (skills["patron"] == patron)]
    return mine[mine["to"] == (mine["to"].max() if to is None else to)]


def asked_of(target: str, skills: pd.DataFrame) -> tuple[Asked, ...]:
    """Comparisons of a target's table."""
    mine = skills[skills["target"] == target]
    if target in SMOOTHED:
        return HEADLINE if "model" in set(mine["method"]) else ONLY_DECIDED
    return tuple((b, "model", b) for b in BASELINES if b in set(mine["baseline"]))


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


def text(found: Hindcast, plan: HindcastPlan) -> str:
    """The summary of a hindcast: influence in full, the other targets against persistence and the best baseline."""
    s = plan.scenario
    who = f"{', '.join(s.clients)} with {', '.join(s.patrons)}"
    out = [
        f"Hindcasts of {who}: origins {spans(plan.origins)}, scored to {plan.last}, {plan.runs} runs each, seed {plan.seed}.",
        f"Every forecast knows nothing later than its origin; links and baselines are fitted from {plan.first} on.",
        "Skill is 1 - score / score of the baseline: above 0 the model is better. Brackets: 90 % interval by bootstrap over dyads.",
        "Decided is what the three-year means of the index have fixed already: only what is added to it is evidence for the model.",
    ]
    for column in COLUMNS:
        out += ["", f"Influence (FBIC), CRPS skill, {NAMES[column]}"]
        for patron in patrons_of(found.skills, "fbic"):
            mine = part_of(found.skills, "fbic", column, patron)
            out += ["", f"{whose(patron)}:", *skill_table(mine, HEADLINE), "", *skill_table(mine, others(mine))]
        out += ["", *before_break(found, column), f"Coverage: {covered(found, 'fbic', column)}."]
    for target in (t for t in SCORED if t != "fbic" and t in set(found.skills["target"])):
        of, asked = TARGETS[target], asked_of(target, found.skills)
        score = "Brier" if of.kind in ("state", "event") else "CRPS"
        for column in COLUMNS if asked != ONLY_DECIDED else COLUMNS[:1]:
            paths = f", {NAMES[column]}" if asked != ONLY_DECIDED else ", without the model"
            mine = part_of(found.skills, target, column, patrons_of(found.skills, target)[0])
            out += ["", f"{of.doc}, {score} skill{paths}", *skill_table(mine, asked)]
    out += ["", *unscored_text(found)]
    return "\n".join(out)


def whose(patron: str) -> str:
    """A patron in words."""
    return {"all": "all patrons", "": "the clients' own"}.get(patron, patron)


def before_break(found: Hindcast, column: str) -> list[str]:
    """Influence scored without the years from the break of the index on, if they are in."""
    ends = sorted(set(found.skills[found.skills["target"] == "fbic"]["to"]))
    if len(ends) < 2:
        return []
    scored = f"Scored to {ends[0]}, for in {BREAK} all bandwidths of the index fall at once, of all dyads:"
    return [scored, *skill_table(part_of(found.skills, "fbic", column, patrons_of(found.skills, "fbic")[0], ends[0]), HEADLINE), ""]


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
