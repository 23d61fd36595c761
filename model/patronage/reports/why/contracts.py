"""Why a contract stands or falls: how often, when and on what terms over all runs, in words, and in one typical run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from patronage.looks import REASONS, route_words, the
from patronage.reports.why.prices import Terms, formula, places_of, price_words, terms_of, worth_words
from patronage.reports.why.sentences import wanting
from patronage.reports.why.telling import chain, head
from patronage.reports.words import contract_words, fixed, kind_words, percent, percents, plural, upper
from patronage.results.contracts import DECISIONS, Contract, rows_about, standing
from patronage.results.ensemble import Statistics, proportion_interval

SETTING = ("campaign", "smear", "scandal", "sanction", "complied", "overthrow", "coup", "handover", "turnover")
"""Rows of the client that a chain tells besides the contract's own."""
COLUMNS = (
    "What was decided (share of runs with at least one such row, rows in all, median quarter; means in MUSD a year: V, what it is "
    "worth to its holder, and F, what the host asks, k for support, π for office, N against rivals):"
)
ALONE = COLUMNS.replace("share of runs with at least one such row, rows in all", "rows in all")
"""Of a single run."""
LEAST_TOLD = 0.05
"""Share of runs from which a way in which it ended or was refused is told in words."""
MOST_TOLD = 4


Verdict = Callable[[Statistics, Contract, pd.DataFrame, Terms], str]
"""What came of a price."""


class Group(NamedTuple):
    """Rows of one kind and reason."""

    kind: str
    cause: str
    rows: pd.DataFrame
    runs: int


def contract_text(s: Statistics, contract: Contract) -> str:
    """Everything about one contract."""
    rows = rows_about(s, contract)
    name = contract_words(s.scenario, *contract)
    parts = [head(s, name), _standing(s, contract), *_causes(s, contract, rows), *_words(s, contract, rows)]
    return "\n\n".join([*parts, *_chain(s, contract, rows)])


def of_runs(s: Statistics, count: int) -> str:
    """A share of runs with its count."""
    return f"{percent(count / s.runs)} of runs ({count} of {s.runs})"


def _standing(s: Statistics, contract: Contract) -> str:
    held = standing(s, contract)
    first, last = (int(held[:, i].sum()) for i in (0, -1))
    _, low, high = proportion_interval(last, s.runs)
    quarters = s.coords["quarter"]
    if s.runs == 1:
        then, now = ("stands" if x else "does not stand" for x in (first, last))
        often = f"it stood in {int(held.sum())} of {plural(len(quarters), 'quarter')}"
        return f"It {then} at the end of {quarters[0]} and {now} at the end of {quarters[-1]}; {often}."
    return (
        f"It stands in {of_runs(s, first)} at the end of {quarters[0]} and in {percent(last / s.runs)} {percents(low, high, s.runs)} "
        f"({last}) at the end of {quarters[-1]}; never in {percent(float((~held.any(axis=1)).mean()))}."
    )


def groups(rows: pd.DataFrame) -> list[Group]:
    """Decisions by kind and cause; what was kept under notice is told by the cause of the notice."""
    mine = rows[rows["kind"].isin(DECISIONS)].copy()
    mine["cause"] = mine["cause"].astype(str)
    noticed: dict[int, str] = {}
    for at, run, kind, cause in zip(mine.index, mine["run"], mine["kind"], mine["cause"], strict=True):
        if kind == "notice":
            noticed[int(run)] = str(cause)
        elif kind == "kept":
            mine.loc[at, "cause"] = noticed.get(int(run), str(cause))
    found = []
    for kind in DECISIONS:
        for cause, part in mine[mine["kind"] == kind].groupby("cause", observed=True, sort=True):
            found.append(Group(kind, str(cause), part, int(part["run"].nunique())))
    return found


def _causes(s: Statistics, contract: Contract, rows: pd.DataFrame) -> list[str]:
    """One line for each way the contract was opened, kept, refused or lost."""
    found = groups(rows)
    if not found:
        return [f"No decision about it was ever taken: nobody needed a {kind_words(contract.kind)} there, so there was no auction."]
    quarters = {q: i for i, q in enumerate(s.coords["quarter"])}
    table: list[tuple[str, ...]] = []
    for g in found:
        terms = terms_of(g.rows)
        at = s.coords["quarter"][int(np.median([quarters[str(q)] for q in g.rows["quarter"]]))]
        money = f"; V {fixed(terms.value, places_of(terms))}, {formula(s, contract, terms)}" if terms else ""
        often = f"{percent(g.runs / s.runs)} ({g.runs})" if s.runs > 1 else ""
        table.append((g.kind.replace("_", " "), reason_of(g), often, f"{plural(len(g.rows), 'row')}, {at}{money}"))
    widths = [max(len(row[i]) for row in table) for i in range(3)]
    lines = [f"  {a:<{widths[0]}}  {b:<{widths[1]}}  " + (f"{c:>{widths[2]}}, {d}" if c else d) for a, b, c, d in table]
    return ["\n".join([COLUMNS if s.runs > 1 else ALONE, *lines])]


def reason_of(g: Group) -> str:
    """Why, in words."""
    if g.kind in ("notice", "closed"):
        return route_words(g.cause)
    if g.kind == "kept":
        ordered = "an ordered eviction bought off"
        return ordered if g.cause == "event" else REASONS["rebid"] if g.cause == "rebid" else f"after notice: {route_words(g.cause)}"
    return REASONS.get(g.cause, g.cause) or "–"


# --- in words ---


def _words(s: Statistics, contract: Contract, rows: pd.DataFrame) -> list[str]:
    """Why it was agreed, refused and lost, with the mean prices of those decisions."""
    found = groups(rows)
    noticed = {g.cause for g in found if g.kind == "notice"}
    cases = [
        *((f"It was granted: {reason_of(g)}", g.rows, _agreed) for g in _common(s, found, "opened")),
        ("It was renewed or kept", rows[rows["kind"].isin(("renewed", "kept", "demand_met"))], _agreed),
        *((f"It was refused: {reason_of(g)}", g.rows, _against) for g in _common(s, found, "refused")),
        *((f"Notice was given: {reason_of(g)}", g.rows, _against) for g in _common(s, found, "notice")),
        *((f"It closed: {reason_of(g)}", g.rows, _against) for g in _common(s, found, "closed") if g.cause not in noticed),
    ]
    lines = [_paragraph(s, contract, title, part, words) for title, part, words in cases if len(part)]
    return ["In words, with the means of those rows:\n" + "\n".join(lines)] if lines else []


def _common(s: Statistics, found: list[Group], kind: str) -> list[Group]:
    """Groups of a kind that are common enough to be told, the most common first."""
    common = [g for g in found if g.kind == kind and g.runs / s.runs >= LEAST_TOLD]
    return sorted(common, key=lambda g: -g.runs)[:MOST_TOLD]


def _paragraph(s: Statistics, contract: Contract, title: str, rows: pd.DataFrame, words: Verdict) -> str:
    terms = terms_of(rows)
    often = f", in {of_runs(s, int(rows['run'].nunique()))}" if s.runs > 1 else "" if len(rows) == 1 else f", {len(rows)} times"
    start = f"- {title}{often}."
    if terms is None:
        return start
    asked = price_words(s, contract, terms, fear_words(s, contract, rows, terms))
    return f"{start} {asked} {worth_words(s, contract, terms)}{words(s, contract, rows, terms)}"


def fear_words(s: Statistics, contract: Contract, rows: pd.DataFrame, terms: Terms) -> str:
    """What the host's rulers are afraid of: the public's anger at the holder, and its condemnation by a sanction in force."""
    holder = the(s.label(contract.patron))
    felt = fixed(terms.anger, 2) if terms.anger >= 0.005 else "below 0.01"
    anger = f"the public's anger at {holder} is {felt}" if terms.anger > 0 else ""
    condemned = _sanctioned(s, contract, rows)
    sanction = f"{holder} condemned them by a sanction in {condemned} of {plural(len(rows), 'row')}" if condemned else ""
    return " and ".join(x for x in (anger, sanction) if x) or f"anger at {holder}"


def _sanctioned(s: Statistics, contract: Contract, rows: pd.DataFrame) -> int:
    """Rows decided while a sanction of the holder was in force, from the quarter before."""
    if not s.has("sanction"):
        return 0
    left = s.ensemble.array("sanction").sel(patron=contract.patron, client=contract.client).values
    run = {r: i for i, r in enumerate(s.coords["run"])}
    quarter = {q: i for i, q in enumerate(s.coords["quarter"])}
    before = [(run[r], quarter[str(q)] - 1) for r, q in zip(rows["run"], rows["quarter"], strict=True)]
    return sum(bool(left[r, q] > 0) for r, q in before if q >= 0)


def _agreed(s: Statistics, contract: Contract, rows: pd.DataFrame, terms: Terms) -> str:
    host, holder, places = the(s.label(contract.client)), the(s.label(contract.patron)), places_of(terms)
    paid = terms.rent
    if np.isnan(paid):
        return "."
    if paid < 0:
        alone = " Unpaid it would not come:" if terms.value < 0 else ""
        return f".{alone} {host if alone else upper(host)} pays {fixed(-paid, places)} MUSD a year."
    if paid == 0:
        return ". Nobody pays for it."
    above = ", more than F: the host has learned to ask more, or an older rent stays" if paid > 1.05 * max(terms.floor, 0) else ""
    return f". {upper(holder)} pays {fixed(paid, places)} MUSD a year{above}."


def _against(s: Statistics, contract: Contract, rows: pd.DataFrame, terms: Terms) -> str:
    """Where it failed, and what would have been without the part that decided it, counted over the rows."""
    host, places = upper(the(s.label(contract.client))), places_of(terms)
    known = rows[rows["floor"].notna() & rows["value"].notna()]
    value, floor = known["value"].astype(float), known["floor"].astype(float)
    short = value < floor
    text = f", less than F in {int(short.sum())} of {plural(len(known), 'row')}."
    more = int((~short & (known["asked"].astype(float) > value)).sum())
    if more:
        asked = fixed(float(known.loc[~short, "asked"].astype(float).mean()), places)
        text += f" In {more} it would do, but {host} insisted on more: {asked} MUSD a year."
    lacking = [required for row in known.itertuples() if (required := wanting(s.scenario, row))]
    if lacking:
        text += f" In {len(lacking)} it would do, but {lacking[0]} did not stand, which it requires."
    for cause, column, without in (("politics", "survival", "that fear"), ("rival", "denial", "the rivals' bids")):
        enough = int((short & (value >= floor - known[column].astype(float).fillna(0.0))).sum())
        if enough or str(rows["cause"].iloc[0]) == cause:
            text += f" Without {without} it would have agreed in {enough} of them."
    return text


# --- one run ---


def typical_run(s: Statistics, rows: pd.DataFrame, kinds: Sequence[str] = DECISIONS) -> tuple[int, float] | None:
    """The run whose sequence of rows of these kinds is the most common, at the most central dates; and how common it is."""
    mine = rows[rows["kind"].isin(list(kinds))]
    quarters = {q: i for i, q in enumerate(s.coords["quarter"])}
    signs: dict[tuple[str, ...], list[tuple[int, list[int]]]] = {}
    for run, part in mine.groupby("run", sort=True):
        steps: list[str] = []
        dates: list[int] = []
        for kind, cause, quarter in zip(part["kind"], part["cause"], part["quarter"], strict=True):
            step = f"{kind} {cause}" if kind in ("closed", "notice") else str(kind)
            if not steps or steps[-1] != step:
                steps.append(step)
                dates.append(quarters[str(quarter)])
        signs.setdefault(tuple(steps), []).append((int(run), dates))
    if not signs:
        return None
    best = max(signs.values(), key=len)
    table = np.array([d for _, d in best])
    apart = (
        np.abs(table[:, None, :] - table[None, :, :]).sum(axis=(1, 2)) if len(table) <= 2000 else np.zeros(len(table))
    )
    return best[int(np.argmin(apart))][0], len(best) / s.runs


def _chain(s: Statistics, contract: Contract, rows: pd.DataFrame) -> list[str]:
    found = typical_run(s, rows)
    if found is None:
        return []
    run, common = found
    setting = s.ledger[(s.ledger["client"] == contract.client) & (s.ledger["run"] == run) & s.ledger["kind"].isin(SETTING)]
    story = pd.concat([rows[rows["run"] == run], setting]).sort_index(kind="stable")
    return [chain(s, story, contract.patron, run, f"its sequence of decisions is that of {percent(common)} of runs")]
