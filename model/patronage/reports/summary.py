"""What a run or a comparison says, in a page of plain text: the outcomes first, then bases and influence."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from patronage.looks import names_years, short_route
from patronage.reports.outcomes import difference, difference_cell, existing, mean_text
from patronage.reports.words import (
    Subject,
    contract_words,
    interval,
    listed,
    number,
    percent,
    plural,
    signed,
    subject,
    upper,
)
from patronage.results.comparison import Comparison, closures
from patronage.results.contracts import Contract, contracts_held, standing
from patronage.results.ensemble import Statistics, mean_interval
from patronage.results.worth import PURE, TRUTH, least
from patronage.scenario.quarters import parse_quarter, quarter_name

WIDTH = 100
MOST_DYADS = 6
LEAST_HELD = 0.05
"""Share of runs from which a concession is told."""
PEAK = 0.05
"""By how much it must have stood in more runs than at the start and the end for that to be told."""
MOST_HEADLINES = 6


def subjects(s: Statistics) -> list[tuple[Subject, np.ndarray]]:
    """Every outcome in words, with its values over runs."""
    frame, until = s.ensemble.outcomes, parse_quarter(s.coords["quarter"][-1])
    columns = ((str(n), frame[n].to_numpy(dtype=float)) for n in frame.columns)
    return [(subject(s.scenario, name, values, until), values) for name, values in columns]


def ordered(s: Statistics, order: Sequence[str]) -> list[tuple[Subject, np.ndarray]]:
    """Outcomes in words with their values, those of an order in it and no others; without one all."""
    found = {about.name: (about, values) for about, values in subjects(s)}
    return [found[name] for name in order] if order else list(found.values())


def answers(s: Statistics, order: Sequence[str] = ()) -> list[str]:
    """One sentence for each outcome that answers the question, or for all where none is marked; in their order, or in this one."""
    out = []
    marked = answering(s)
    for about, values in ordered(s, order):
        if marked and about.name not in marked:
            continue
        cause = how_it_closes(s, about)
        out.append(f"{about.full}: {mean_text(about, values)}.{' ' + cause if cause else ''}")
    return out


def answering(s: Statistics) -> list[str]:
    """Outcomes that the scenario marks as answers to its question."""
    return [o.name for o in s.scenario.outcomes.values() if o.answers]


def level_cells(s: Statistics, order: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """All outcomes of a run as a table: what, when, mean with its interval and spread."""
    rows = ((about.title, about.when, mean_text(about, v)) for about, v in ordered(s, order))
    return [("outcome", "when", "level"), *rows]


def how_it_closes(s: Statistics, about: Subject) -> str:
    """How the concession closes that an outcome is about; nothing of other outcomes."""
    return closing_causes(s, Contract(*about.codes), _later(s, about)) if about.measure in ("base", "concession") else ""


def _later(s: Statistics, about: Subject) -> str:
    """The quarter up to which closures are counted, where the outcome is read before."""
    last = str(s.coords["quarter"][-1])
    return last if s.scenario.outcomes[about.name].last < parse_quarter(last) else ""


def closing_causes(s: Statistics, contract: Contract, until: str = "") -> str:
    """How a concession closes, by route, most frequent first; `until`: up to which quarter, where that is to be told."""
    rows = closures(s)
    rows = rows[_about(rows, contract)].sort_values("share", ascending=False, kind="stable")
    if rows.empty:
        return "It closes in no run."
    parts = [f"{short_route(r.route)} {percent(r.share)}" for r in rows.itertuples()]
    return f"Closures{f' up to {until}' if until else ''} (share of runs): {', '.join(parts)}."


def _about(rows: pd.DataFrame, contract: Contract) -> pd.Series[bool]:
    """Rows of a table that are about a concession."""
    patron, client, kind = contract
    return (rows["patron"] == patron) & (rows["client"] == client) & (rows["concession"] == kind)


def run_summary(s: Statistics) -> str:
    """One run: its outcomes, its bases, where influence moves most."""
    title = s.scenario.title or s.scenario.name
    period = "" if names_years(title, s.period) else f", {s.period}"
    lines = [
        *_wrap(f"{title}: {plural(s.runs, 'run')}, seed {s.ensemble.seed}{period}"),
        *([*_wrap(f"Question: {s.scenario.question}")] if s.scenario.question else []),
        "",
        *(line for text in answers(s) for line in _bullet(text)),
    ]
    if answering(s):
        lines += ["", "All outcomes", *(_dated(about, values) for about, values in subjects(s))]
    held = concession_lines(s)
    if held:
        lines += ["", "Concessions", *(line for text in held for line in _bullet(text))]
    lines += ["", "Shares of influence that change most", *(line for text in share_lines(s) for line in _bullet(text))]
    return "\n".join(lines)


def _dated(about: Subject, values: np.ndarray) -> str:
    """An outcome by its name with the quarters in which it is read."""
    return f"  {about.name}{f', {about.when}' if about.when else ''}: {mean_text(about, values)}"


def concession_lines(s: Statistics) -> list[str]:
    """Each concession that stands in one run in twenty at some time: how often at the start, at most, at the end; how it closes."""
    quarters = s.coords["quarter"]
    out = []
    for contract in contracts_held(s, LEAST_HELD):
        share = standing(s, contract).mean(axis=0)
        most = int(share.argmax())
        peak = f"{percent(share[most])} at most ({quarters[most]}), " if share[most] > max(share[0], share[-1]) + PEAK else ""
        levels = f"{percent(share[0])} of runs in {quarters[0]}, {peak}{percent(share[-1])} in {quarters[-1]}"
        out.append(f"{upper(contract_words(s.scenario, *contract))}: {levels}. {closing_causes(s, contract)}")
    return out


def share_lines(s: Statistics) -> list[str]:
    """The dyads whose share of influence changes most from the start to the end."""
    share = s.ensemble.array("share")
    change = (share.isel(quarter=-1) - share.isel(quarter=0)).values.astype(float)
    mean, low, high = mean_interval(change)
    begin, end = (s.mean("share").isel(quarter=i).values for i in (0, -1))
    out = []
    for flat in np.argsort(-np.abs(mean), axis=None, kind="stable")[:MOST_DYADS]:
        at = np.unravel_index(flat, mean.shape)
        who = f"{s.label(s.coords['patron'][at[0]])} in {s.label(s.coords['client'][at[1]])}"
        span = f"{number(float(begin[at]), 2)} to {number(float(end[at]), 2)}"
        out.append(
            f"{who}: {span}, {signed(float(mean[at]), 2)} {interval(float(low[at]), float(high[at]), 2, sign=True)}"
        )
    return out


def pair_summary(a: Statistics, found: Comparison, names: tuple[str, str]) -> str:
    """One comparison: what the first does against its counterfactual, either sign, with interval and main cause."""
    lines = [
        *_wrap(f"{names[0]} against {names[1]}: {plural(a.runs, 'pair')} with the same luck, seed {a.ensemble.seed}."),
        *([*_wrap(f"Question: {a.scenario.question}")] if a.scenario.question else []),
        "",
        *(line for text in pair_answers(a, found, names, headline_outcomes(a, found)) for line in _bullet(text)),
        "",
        *outcome_table(a, found, names),
    ]
    differing = pair_concessions(a, found, names)
    if differing:
        lines += ["", "Concessions that differ", *(line for text in differing for line in _bullet(text))]
    lines += [
        "",
        f"Influence in {a.coords['quarter'][-1]}",
        *(line for text in pair_shares(a, found) for line in _bullet(text)),
    ]
    return "\n".join(lines)


def headline_outcomes(s: Statistics, found: Comparison) -> list[str]:
    """Outcomes told in full: those that answer the question; without any, the first about each base and share."""
    if answering(s):
        return answering(s)
    by_subject: dict[tuple[str, ...], str] = {}
    for about, _ in subjects(s):
        if about.measure in ("base", "share"):
            by_subject.setdefault((about.measure, *about.codes), about.name)
    names = list(by_subject.values()) or [about.name for about, _ in subjects(s)]
    same = {str(r.outcome) for r in found.outcomes.itertuples() if not r.positive + r.negative > 0}
    chosen = sorted(names, key=lambda n: n in same)[:MOST_HEADLINES]
    return [n for n in names if n in chosen]


def pair_answers(
    a: Statistics, found: Comparison, names: tuple[str, str], wanted: Sequence[str] | None = None, order: Sequence[str] = ()
) -> list[str]:
    """One sentence an outcome (or only the wanted ones): both levels, the paired difference and its main cause."""
    rows = {r.outcome: r for r in found.outcomes.itertuples()}
    out = []
    for about, _ in ordered(a, order):
        if about.name not in rows or (wanted is not None and about.name not in wanted):
            continue
        cause, row = "", rows[about.name]
        if about.measure in ("base", "concession"):
            cause = " " + _route_words(found, Contract(*about.codes), names, _later(a, about))
        elif about.measure in ("share", "influence"):
            cause = " " + _channel_words(found, about.codes, quarter_name(a.scenario.outcomes[about.name].last))
        there = existing(about, row, a.runs, *names)
        out.append(f"{about.full}: {difference(about, row, *names, runs=a.runs)}.{there}{cause.rstrip()}")
    return out


def outcome_cells(
    a: Statistics, found: Comparison, names: tuple[str, str], order: Sequence[str] = (), marked: Collection[str] = ()
) -> list[tuple[str, ...]]:
    """All outcomes as a table: name, both levels, the difference with its interval, pairs higher and lower.

    With an `order` outcomes are called in words and not by their names; the differences of those `marked` get a dagger.
    """
    rows = {r.outcome: r for r in found.outcomes.itertuples()}
    cells: list[tuple[str, ...]] = [("outcome", *names, "difference [95 % interval]", "pairs higher, lower")]
    for about, _ in ordered(a, order):
        row = rows.get(about.name)
        if row is None:
            continue
        levels = [
            (percent(v) if about.truth else number(v)) + (f" ({n} of {a.runs} runs)" if 0 < n < a.runs else "")
            for v, n in ((row.first, row.first_runs), (row.second, row.second_runs))
        ]
        signs = f"{percent(row.positive)}, {percent(row.negative)}"
        gap = difference_cell(about, row) + (" †" if about.name in marked else "")
        cells.append((upper(about.full) if order else about.name, *levels, gap, signs if np.isfinite(row.mean) else ""))
    return cells


def outcome_table(a: Statistics, found: Comparison, names: tuple[str, str]) -> list[str]:
    """The table of all outcomes as lines of text."""
    cells = outcome_cells(a, found, names)
    widths = [max(len(row[i]) for row in cells) for i in range(5)]
    return ["  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)).rstrip() for row in cells]


def _route_words(found: Comparison, contract: Contract, names: tuple[str, str], until: str = "") -> str:
    """How often the concession closes by each route in both; `until`: up to which quarter, where that is to be told."""
    parts = []
    for which, name in zip(("first", "second"), names, strict=True):
        rows = found.closures
        rows = rows[(rows["scenario"] == which) & _about(rows, contract)]
        rows = rows.sort_values("share", ascending=False, kind="stable")
        routes = (
            ", ".join(f"{short_route(r.route)} {percent(r.share)}" for r in rows.itertuples()) or "none"
        )
        parts.append(f"{name}: {routes}")
    return f"Closures{f' up to {until}' if until else ''} (share of runs), {'; '.join(parts)}."


def _channel_words(found: Comparison, codes: tuple[str, ...], quarter: str) -> str:
    """The channels through which influence differs most in a quarter."""
    rows = found.channels
    rows = rows[(rows["patron"] == codes[0]) & (rows["client"] == codes[1]) & (rows["quarter"] == quarter)]
    rows = rows[rows["mean"].abs() >= least(PURE)]
    if rows.empty:
        return ""
    top = rows.loc[rows["mean"].abs().sort_values(ascending=False, kind="stable").index].head(2)
    parts = [f"{r.channel} {signed(r.mean, 2)}" for r in top.itertuples()]
    return f"Its influence I differs most by {listed(parts)}."


def pair_concessions(a: Statistics, found: Comparison, names: tuple[str, str]) -> list[str]:
    """Concessions whose survival differs at some time, each with its closures by route."""
    frame = found.bases
    out: list[str] = []
    for key, part in frame.groupby(["patron", "client", "concession"], sort=False):
        at = part.loc[part["mean"].abs().idxmax()]
        if not part["tells"].any() or abs(at["mean"]) < least(TRUTH):
            continue
        last = part.iloc[-1]
        contract = Contract(*(str(x) for x in key))
        gap = f"{signed(100 * at['mean'], 2)} points {interval(100 * at['low'], 100 * at['high'], 2, sign=True)}"
        ends = f"{percent(last['first'])} of runs ({names[0]}) and {percent(last['second'])} ({names[1]})"
        out.append(
            f"{upper(contract_words(a.scenario, *contract))}: largest difference in {at['quarter']}, {gap}; "
            f"in {last['quarter']} it stands in {ends}. {_route_words(found, contract, names)}"
        )
    return out


def pair_shares(a: Statistics, found: Comparison) -> list[str]:
    """The shares of influence that differ most in the last quarter, either sign."""
    rows = found.dyads
    rows = rows[(rows["variable"] == "share") & (rows["quarter"] == a.coords["quarter"][-1])]
    rows = rows.loc[rows["mean"].abs().sort_values(ascending=False, kind="stable").index]
    by_subject = rows[rows["mean"].abs() >= least(PURE)].head(MOST_DYADS)
    out = []
    for r in by_subject.itertuples():
        doubt = "" if r.low > 0 or r.high < 0 else "; the sample cannot tell the sign"
        levels = f"{a.label(r.patron)} in {a.label(r.client)}: {number(r.first, 2)} against {number(r.second, 2)}"
        gap = f"{signed(r.mean, 2)} {interval(r.low, r.high, 2, sign=True)}, higher in {percent(r.positive)} of pairs"
        out.append(f"{levels}, {gap}{doubt}. {_channel_words(found, (r.patron, r.client), r.quarter)}".rstrip())
    return out or [f"No share differs by {least(PURE):g} or more."]


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False) or [""]


def _bullet(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
