"""Why something happened or changed hands: overthrows, campaigns, sanctions, memberships, changes of strategy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from patronage.looks import REASONS, the
from patronage.reports.why.contracts import of_runs, typical_run
from patronage.reports.why.levels import Question, companions_text, level_line, series_of
from patronage.reports.why.telling import chain, head
from patronage.reports.words import fixed, number, percent, plural
from patronage.results.ensemble import Statistics, mean_interval

REGIME = ("overthrow", "coup", "handover", "turnover")
PRESSURE = ("campaign", "sanction", "complied")


@dataclass(frozen=True, slots=True)
class Plot:
    """Which rows a measure is about, and what a story of them tells besides."""

    kinds: tuple[str, ...]
    setting: tuple[str, ...] = ()
    number: str = ""
    """What `value` of these rows is."""
    state: tuple[str, ...] = ()
    """Variables of the client, looked up in the quarter before."""


LASTING = ("junta", "regime", "member", "members", "mode", "concentration", "bloc_sanction", "sanction")
"""Measures that last, so that a first and a last quarter say something."""
PLOTS = {
    "overthrow": Plot(("overthrow",), (*REGIME, *PRESSURE), "chance in the quarter", ("legitimacy", "openness", "threat")),
    "coup": Plot(("coup",), (*REGIME, *PRESSURE), "part of that chance that was a coup", ("legitimacy", "openness", "threat")),
    "junta": Plot(("coup", "handover"), REGIME),
    "regime": Plot(REGIME, PRESSURE),
    "turnover": Plot(("turnover",), REGIME),
    "campaign": Plot(("campaign",), ("refused", "closed", "renege", "notice", *PRESSURE, *REGIME), "grievance"),
    "campaigns": Plot(("campaign",), ("refused", "closed", "renege", "notice", *PRESSURE, *REGIME), "grievance"),
    "sanction": Plot(("sanction", "complied"), ("refused", "closed", "renege", *PRESSURE, *REGIME), "loss it threatens, MUSD a year"),
    "bloc_sanction": Plot(("sanction", "complied"), (*PRESSURE, *REGIME), "loss it threatens, MUSD a year"),
    "member": Plot(("joined", "left"), ("joined", "left", "overthrow", "coup", "sanction", "package")),
    "members": Plot(("joined", "left")),
    "mode": Plot(("switch",)),
    "concentration": Plot(("switch",)),
}


def happening_text(s: Statistics, asked: Question) -> str:
    """Everything about it."""
    plot = PLOTS[asked.measure]
    rows = rows_of(s, asked)
    lasts = asked.measure in LASTING and series_of(s, asked.measure, asked.codes) is not None
    blocks = [head(s, asked.title), *([level_line(s, asked)] if lasts else []), _causes(s, asked, rows)]
    blocks += _state(s, asked, rows)
    happened = rows["run"].value_counts().reindex(s.coords["run"]).fillna(0).to_numpy(dtype=float)
    same = frozenset((k, str(p), str(c)) for k, p, c in rows[["kind", "patron", "client"]].drop_duplicates().itertuples(index=False))
    twin = frozenset(("coup", p, c) for k, p, c in same if k == "overthrow")
    blocks = [b for b in (*blocks, companions_text(s, happened, asked.span, same | twin)) if b]
    found = typical_run(s, rows, plot.kinds)
    if found is None:
        return "\n\n".join(blocks)
    run, common = found
    story = pd.concat([rows[rows["run"] == run], _setting(s, asked, run, plot)])
    story = story[~story.index.duplicated()].sort_index(kind="stable")
    patron = asked.codes[0] if asked.codes[0] in s.coords["patron"] else ""
    return "\n\n".join([*blocks, chain(s, story, patron, run, f"its sequence of these rows is that of {percent(common)} of runs")])


def rows_of(s: Statistics, asked: Question) -> pd.DataFrame:
    """Rows that the measure is about, in its quarters, in order."""
    rows = asked.span.rows(s.ledger)
    rows = rows[rows["kind"].isin(PLOTS[asked.measure].kinds)]
    for code in asked.codes:
        if code in s.coords["client"]:
            rows = rows[rows["client"] == code]
        elif code in s.coords["patron"]:
            rows = rows[rows["patron"] == code]
        else:
            rows = rows[rows["concession"] == code]
    return rows


def _setting(s: Statistics, asked: Question, run: int, plot: Plot) -> pd.DataFrame:
    rows = asked.span.rows(s.ledger[(s.ledger["run"] == run) & s.ledger["kind"].isin(plot.setting)])
    clients = [c for c in asked.codes if c in s.coords["client"]]
    return rows[rows["client"].isin(clients)] if clients else rows.head(0)


def _causes(s: Statistics, asked: Question, rows: pd.DataFrame) -> str:
    if rows.empty:
        return "It never happened: the ledger has no such row."
    plot = PLOTS[asked.measure]
    quarters = {q: i for i, q in enumerate(s.coords["quarter"])}
    lines = []
    keys = ["kind", "cause", "patron", "concession"]
    for (kind, cause, patron, concession), part in rows.groupby(keys, observed=True, sort=True):
        at = s.coords["quarter"][int(np.median([quarters[str(q)] for q in part["quarter"]]))]
        known = part["value"].astype(float).dropna()
        value = f"; mean {plot.number}: {number(float(known.mean()), 2)}" if plot.number and len(known) and cause != "event" else ""
        lines.append(
            f"  {row_words(s, asked, str(kind), str(cause), str(patron), str(concession))}; "
            + (f"{of_runs(s, int(part['run'].nunique()))}, " if s.runs > 1 else "")
            + f"{plural(len(part), 'row')}, {at}{value}"
        )
    every = of_runs(s, int(rows["run"].nunique()))
    often = f" in {every} (share of runs, rows in all, median quarter)" if s.runs > 1 else " (rows, median quarter)"
    return "\n".join([f"It happened {plural(len(rows), 'time')}{often}:", *lines])


def row_words(s: Statistics, asked: Question, kind: str, cause: str, patron: str, concession: str) -> str:
    """Rows of one kind and cause: what happened, for whom where the question does not say it, and why."""
    named = patron and patron not in asked.codes and kind not in ("joined", "left")  # of those it is the leader
    who = f" {'for' if kind in REGIME else 'of'} {the(s.label(patron))}" if named else ""
    about = f" {s.label(concession)}" if concession and concession not in asked.codes else ""
    return f"{kind.replace('_', ' ')}{who}{about}: {REASONS.get(cause, cause) or '–'}"


def _state(s: Statistics, asked: Question, rows: pd.DataFrame) -> list[str]:
    """How the client stood in the quarter before, beside its mean over all quarters."""
    clients = [c for c in asked.codes if c in s.coords["client"]]
    wanted = [v for v in PLOTS[asked.measure].state if s.has(v)]
    if rows.empty or not clients or not wanted:
        return []
    run = {r: i for i, r in enumerate(s.coords["run"])}
    quarter = {q: i for i, q in enumerate(s.coords["quarter"])}
    before = [(run[r], quarter[str(q)] - 1) for r, q in zip(rows["run"], rows["quarter"], strict=True) if quarter[str(q)] > 0]
    if not before:
        return []
    out = []
    for variable in wanted:
        values = s.ensemble.array(variable).sel(client=clients[0]).values.astype(float)
        then, low, high = (float(x) for x in mean_interval(np.array([values[at] for at in before])))
        spread = f" [{fixed(low, 2)}, {fixed(high, 2)}]" if np.isfinite(low) else ""
        out.append(f"{variable} {fixed(then, 2)}{spread} (all quarters: {fixed(float(values.mean()), 2)})")
    return [f"In the quarter before: {', '.join(out)}."]
