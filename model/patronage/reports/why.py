"""Why a base stands or falls: shares of causes over the ensemble, and one typical chain of decisions in sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from patronage.looks import route_words
from patronage.reports.words import base_words, listed, number, percent, percents, plural
from patronage.results.ensemble import Statistics, proportion_interval

DECISIONS = ("opened", "renewed", "kept", "refused", "notice", "closed", "demand_met", "merged")
SETTING = ("campaign", "smear", "scandal", "sanction", "complied", "overthrow", "coup", "handover", "turnover")
"""Rows of the client that a chain tells besides the contract's own."""
REASONS = {
    "term": "its term is over",
    "turnover": "power has changed hands",
    "overthrow": "the regime has fallen",
    "hazard": "it came up for review",
    "sought": "the patron sought it",
    "mission begins": "the mission begins",
    "declining mission": "the mission is declining",
    "sanction": "the holder sanctions the host",
    "event": "the scenario says so",
    "review": "the scenario calls for a review",
    "rebid": "the holder bid again",
}
SHOWN = 14
"""Rows of a chain that are told; what lies between is counted."""


class NothingToExplainError(ValueError):
    """The question is about something that does not exist in the run."""


def why_text(source: Any, patron: str, client: str, what: str = "base") -> str:
    """Explain what happened to a patron's base in a client: over all runs, and in one typical run.

    Raises:
        NothingToExplainError: unknown patron or client, or something other than a base is asked about.
    """
    s = source if isinstance(source, Statistics) else Statistics(source)
    if what != "base":
        raise NothingToExplainError(f"only a base can be explained, not {what!r}")
    for code, axis in ((patron, "patron"), (client, "client")):
        if code not in s.coords[axis]:
            raise NothingToExplainError(f"{code!r} is no {axis} here: one of {', '.join(s.coords[axis])}")
    rows = contract_rows(s, patron, client)
    head = f"{_name(s, patron, client)}: {plural(s.runs, 'run')}, seed {s.ensemble.seed}, {s.period}."
    return "\n\n".join([head, _standing(s, patron, client), *_causes(s, rows), *_chain(s, rows, patron, client)])


def _name(s: Statistics, patron: str, client: str) -> str:
    words = base_words(s.scenario, patron, client)
    return words[:1].upper() + words[1:]


def contract_rows(s: Statistics, patron: str, client: str) -> pd.DataFrame:
    """Ledger rows about one base: its holder's contract, and the rivals' packages and broken pledges against it."""
    rows = s.ledger[s.ledger["client"] == client]
    own = (rows["patron"] == patron) & rows["kind"].isin(DECISIONS)
    against = (rows["counterpart"] == patron) & rows["kind"].isin(("package", "renege"))
    return rows[own | against]


def _standing(s: Statistics, patron: str, client: str) -> str:
    base = s.ensemble.array("base").sel(patron=patron, client=client).values.astype(bool)
    first, last = (proportion_interval(int(base[:, i].sum()), s.runs) for i in (0, -1))
    quarters = s.coords["quarter"]
    return (
        f"It stands in {percent(first[0])} of runs in {quarters[0]} and in {percent(last[0])} "
        f"{percents(last[1], last[2], s.runs)} in {quarters[-1]}; never in {percent(float((~base.any(axis=1)).mean()))}."
    )


def _causes(s: Statistics, rows: pd.DataFrame) -> list[str]:
    """One line for each way the contract was opened, kept, refused or lost."""
    mine = rows[rows["kind"].isin(DECISIONS)]
    if mine.empty:
        return ["No decision about it was ever taken: nobody needed a base there, so there was no auction."]
    lines = ["Over all runs (share of runs with at least one such row, rows per run, median quarter):"]
    quarters = s.coords["quarter"]
    for kind in DECISIONS:
        for cause, part in mine[mine["kind"] == kind].groupby("cause", observed=True, sort=True):
            share = part["run"].nunique() / s.runs
            at = np.median([quarters.index(str(q)) for q in part["quarter"]])
            money = _means(part)
            lines.append(
                f"  {kind:<10} {_reason(kind, str(cause)):<52} {percent(share):>6} of runs, "
                f"{number(len(part) / s.runs, 2)} a run, {quarters[int(at)]}{money}"
            )
    return ["\n".join(lines)]


def _reason(kind: str, cause: str) -> str:
    if kind in ("notice", "closed"):
        return route_words(cause)
    return REASONS.get(cause, cause) or "–"


def _means(part: pd.DataFrame) -> str:
    """Mean value, floor and its parts at the decisions, in MUSD a year."""
    if part["value"].notna().sum() == 0:
        return ""
    v, f, k, n = (float(part[c].mean()) for c in ("value", "floor", "price", "denial"))
    return f"; V {number(v, 2)} against F {number(f, 2)} = k {number(k, 2)} + N {number(n, 2)}"


def typical_run(s: Statistics, rows: pd.DataFrame) -> tuple[int, float] | None:
    """The run whose sequence of decisions is the most common, at the most central dates; and how common it is."""
    mine = rows[rows["kind"].isin(DECISIONS)]
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


def _chain(s: Statistics, rows: pd.DataFrame, patron: str, client: str) -> list[str]:
    found = typical_run(s, rows)
    if found is None:
        return []
    run, common = found
    setting = s.ledger[(s.ledger["client"] == client) & (s.ledger["run"] == run) & s.ledger["kind"].isin(SETTING)]
    story = pd.concat([rows[rows["run"] == run], setting]).sort_index(kind="stable")
    sentences = sentences_of(s, story, patron)
    if len(sentences) > SHOWN:
        left_out = len(sentences) - SHOWN
        sentences = [*sentences[: SHOWN // 2], f"  … {plural(left_out, 'more step')} …", *sentences[-SHOWN // 2 :]]
    return [
        "\n".join(
            [
                f"A typical run, number {run} (its sequence of decisions is that of {percent(common)} of runs):",
                *sentences,
            ]
        )
    ]


def sentences_of(s: Statistics, story: pd.DataFrame, patron: str) -> list[str]:
    """Every row of a chain as a sentence; packages of one patron in one quarter are told together."""
    out: list[str] = []
    seen: set[tuple[str, str]] = set()
    for row in story.itertuples(index=False):
        if row.kind == "package":
            key = (str(row.quarter), str(row.patron))
            if key in seen:
                continue
            seen.add(key)
            same = (story["kind"] == "package") & (story["quarter"] == row.quarter) & (story["patron"] == row.patron)
            out.append(f"  {row.quarter}: {_package(s, story[same], patron)}")
        else:
            out.append(f"  {row.quarter}: {_sentence(s, row)}")
    return out


def _package(s: Statistics, rows: pd.DataFrame, patron: str) -> str:
    who = str(rows["patron"].iloc[0])
    gifts = listed(
        [
            f"{number(v, 2)} MUSD of {str(i).replace('_', ' ')}"
            for i, v in zip(rows["instrument"], rows["promised"], strict=True)
        ]
    )
    aim = "for the base" if who == patron else "for the refusal of it"
    return f"{s.label(who)} promises {gifts} {aim}."


def _sentence(s: Statistics, row: Any) -> str:
    who, where = s.label(str(row.patron)) if row.patron else "", s.label(str(row.client))
    rent = f"{number(float(row.rent), 2)} MUSD a year" if row.rent == row.rent else ""
    sender = who or s.label(str(row.concession))
    rival = s.label(str(row.counterpart)) if row.counterpart else ""
    reason = REASONS.get(str(row.cause), str(row.cause))
    because = f" ({reason})" if reason else ""
    texts = {
        "opened": f"the base opens{because} at a rent of {rent}",
        "renewed": f"the contract is renewed{because} at {rent}",
        "kept": f"{who} bids again and keeps the base at {rent}",
        "refused": f"{where} refuses the base{because}",
        "notice": f"{where} gives notice: {route_words(str(row.cause))}",
        "closed": f"the base closes: {route_words(str(row.cause))}",
        "demand_met": f"{who} meets the host's demand and pays {rent}",
        "merged": "several agreements are merged into one",
        "renege": f"{where} has broken its pledge to {who}, which resents it",
        "campaign": f"{who} runs a campaign against the regime of {where}",
        "smear": f"{who} campaigns against {rival} in the opinion of {where}",
        "scandal": f"the public of {where} thinks {'worse' if row.value < 0 else 'better'} of {who}",
        "sanction": f"{sender} sanctions {where}, which defies it",
        "complied": f"{where} complies with a sanction of {sender}",
        "overthrow": f"the regime of {where} is overthrown" + (f", to the benefit of {who}" if who else ""),
        "coup": f"it was a coup: the army rules {where}",
        "handover": f"the army of {where} hands power to an elected government",
        "turnover": f"power changes hands in {where} by the constitution",
    }
    return texts.get(str(row.kind), str(row.kind)) + _terms(row) + "."


def _terms(row: Any) -> str:
    if row.kind not in ("opened", "renewed", "kept", "refused", "notice") or row.value != row.value:
        return ""
    sign = "at least" if row.value >= row.floor else "less than"
    consent = row.floor - row.price - row.denial
    parts = f"price {number(row.price, 2)}, denial bids {number(row.denial, 2)}" + (
        f", consent of allies {number(consent, 2)}" if consent > 0.005 else ""
    )
    return f"; worth {number(row.value, 2)} to the patron, {sign} the floor of {number(row.floor, 2)} ({parts})"
