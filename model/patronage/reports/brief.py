"""What a report opens with: the answer in three sentences, two figures, what it rests on; and how far many differences can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from patronage.reports.outcomes import mean_text, perhaps_small, size, slight, smallest, too_small
from patronage.reports.provenance import Provenance
from patronage.reports.summary import answering, subjects
from patronage.reports.words import Subject, interval, listed, number, percent, plural, signed, upper
from patronage.results.comparison import Comparison
from patronage.results.ensemble import CONFIDENCE, Statistics
from patronage.scenario.entities import Outcome
from patronage.scenario.wording import in_words

SENTENCES = 3
FIGURES = 2
MANY = 5
"""Differences from which it is said how many would be told by chance."""
EVENTS = 4
"""Events that are named; more are counted."""
LONGEST_NOTE = 70
"""Characters of what is told of one of them."""


@dataclass(frozen=True)
class Brief:
    """The first page of a report."""

    answer: tuple[str, ...]
    against: str
    """What it is compared with, in words."""
    grounds: tuple[str, ...]
    figures: tuple[Mapping[str, str], ...] = ()


def in_order(s: Statistics) -> list[Subject]:
    """Outcomes as a report tells them: own answers, inherited answers, other own ones, the rest; the same question once."""
    first = {name: i for i, name in enumerate(answering(s))}
    seen: set[tuple[Any, ...]] = set()
    out = []
    by_rank = sorted((about for about, _ in subjects(s)), key=lambda about: (about.name not in first, not own(s, about.name)))
    for about in by_rank:
        outcome = s.scenario.outcomes.get(about.name)
        asked = (about.name,) if outcome is None else _asked(outcome)
        if asked not in seen:
            seen.add(asked)
            out.append(about)
    return out


def _asked(outcome: Outcome) -> tuple[Any, ...]:
    return outcome.text, outcome.first, outcome.last, outcome.reduce, outcome.given


def own(s: Statistics, name: str) -> bool:
    """Whether an outcome stands in the file that gives the scenario its title, and not in one that this extends."""
    words = getattr(s.scenario, "words", {})
    written = [words[path][0].origin for path in (f"outcomes.{name}", f"outcomes.{name}.measure", "title") if words.get(path)]
    return len({origin[0] if isinstance(origin, tuple) else origin for origin in written}) < 2


def leading(s: Statistics) -> list[Subject]:
    """The outcomes that the three sentences tell: answers to the question, or the first where none is marked."""
    marked, order = set(answering(s)), in_order(s)
    return ([about for about in order if about.name in marked] or order)[:SENTENCES]


def sentence(about: Subject, row: Any, other: str) -> str:
    """A paired difference for whoever reads nothing else: both levels, how far apart, how sure."""
    if not np.isfinite(row.mean):
        return f"{upper(about.full)}: it exists in no pair of runs on both sides."
    one, two = (f"{percent(v)} of runs" if about.truth else _amount(v, about) for v in (row.first, row.second))
    if row.positive + row.negative == 0:
        return f"{upper(about.full)}: {one}, and no difference in any pair."
    if slight(about, row):
        what = too_small(about, row) if about.stated > 0 else f"less than is worth telling ({smallest(about, row)})"
        return f"{upper(about.full)}: {one} against {two}, {what}."
    if not (row.low > 0 or row.high < 0):
        return f"{upper(about.full)}: {one} against {two}; the runs do not tell whether that is more or less ({size(about, row)})."
    return f"{upper(about.full)}: {one} against {two} {other}, a difference of {size(about, row)}{perhaps_small(about, row)}."


def _amount(value: float, about: Subject) -> str:
    return f"{number(value)}{f' {about.unit}' if about.unit else ''}"


def pair_brief(a: Statistics, found: Comparison, titles: tuple[str, str], grounds: Provenance, ranking: pd.DataFrame) -> Brief:
    """The brief of a comparison. `titles`: both scenarios in words."""
    rows = {r.outcome: r for r in found.outcomes.itertuples()}
    chosen = [about for about in leading(a) if about.name in rows]
    answer = tuple(sentence(about, rows[about.name], "otherwise") for about in chosen)
    first = (
        f"{plural(a.runs, 'pair')} of simulated histories with the same luck, {a.period}: what differs is due to what was changed, "
        "and brackets (95 %) say how well the pairs fix a mean, not how far the model is from the world."
    )
    return Brief(answer, f"“{titles[0]}” against “{titles[1]}”, the counterfactual", (first, *_resting(a, grounds, ranking)))


def run_brief(s: Statistics, grounds: Provenance, ranking: pd.DataFrame) -> Brief:
    """The brief of an ensemble alone, which has no counterfactual."""
    values = {about.name: v for about, v in subjects(s)}
    answer = tuple(f"{upper(about.full)}: {mean_text(about, values[about.name])}." for about in leading(s))
    first = (
        f"{s.runs} simulated histor{'y' if s.runs == 1 else 'ies'}, {s.period}; brackets (95 %) say how well they fix a mean, not how "
        "far the model is from the world."
    )
    against = "one scenario, against none: what it changes is told by a comparison"
    return Brief(answer, against, (first, *_resting(s, grounds, ranking)))


def _resting(s: Statistics, grounds: Provenance, ranking: pd.DataFrame) -> list[str]:
    """Figures, the assumption with most reach, what was ordered, what the model has been tested on."""
    figures = f"{grounds.sourced} name a source and {grounds.assumed} are assumptions; {grounds.defaults} more are the model's own"
    lines = [f"Of the figures written in the scenario {figures}."]
    if len(ranking):
        top = ranking.iloc[0]
        about = next((x for x, _ in subjects(s) if x.name == top["outcome"]), None)
        what = about.full if about is not None else str(top["outcome"]).replace("_", " ")
        ends = f"from {number(float(top['low']))} to {number(float(top['high']))}{'' if top['unit'] == '1' else ' ' + top['unit']}"
        effect = f"{signed(float(top['effect']))} {interval(float(top['effect_low']), float(top['effect_high']), sign=True)}"
        lines.append(f"Most hangs on one assumption, {assumption_words(s, top)}: {ends} it moves “{what}” by {effect}.")
    else:
        lines.append("Which assumption has most reach was not asked, or none moves an outcome.")
    mine = own_events(s)
    rows = sorted(grounds.events.itertuples(), key=lambda e: e.event not in mine)  # what the scenario itself orders is told first
    names = [event_told(str(e.event), str(e.label), str(e.note)) for e in rows]
    more = f" and {len(names) - EVENTS} more" if len(names) > EVENTS else ""
    shown = ", ".join(names[:EVENTS]) + more if more else listed(names)
    ordered = f"Ordered by the scenario, not found by the model: {shown}." if names else "No event was ordered by the scenario."
    return [*lines, ordered, "What of the past the model reproduces, and what not, stands in its documentation under Evidence."]


def assumption_words(s: Statistics, row: Any) -> str:
    """A figure by whose it is; a rule, which is nobody's, by what it does."""
    path = str(row["path"])
    return str(row["doc"]) if path.partition(".")[0] in ("rules", "mechanisms") and row["doc"] else in_words(s.scenario, path)


def own_events(s: Statistics) -> set[str]:
    """Events of which something stands in the file that gives the scenario its title, and not only in one that this extends."""
    words = getattr(s.scenario, "words", {})
    files = {path: origin[0] if isinstance(origin := words[path][0].origin, tuple) else origin for path in words if words[path]}
    return {p.split(".")[1] for p, file in files.items() if p.startswith("events.") and file == files.get("title")}


def event_told(name: str, label: str, note: str) -> str:
    """An event by its label, or by its name and what the scenario notes of it, up to where that goes into detail, if it is short."""
    if label:
        return label
    first = re.split(r"[;:(]|\. |, ", note.strip().removesuffix("."), maxsplit=1)[0].strip()
    return f"{event_words(name)} ({first})" if first and len(first) <= LONGEST_NOTE else event_words(name)


def event_words(name: str, label: str = "") -> str:
    """An event in a sentence: by its label, or else its name."""
    return label or name.replace("_", " ").replace("-", " ")


# --- many differences at once


def p_values(outcomes: pd.DataFrame) -> np.ndarray:
    """[row] of mean paired differences by Student's t, from their intervals; NaN where there is no difference or no interval."""
    n = outcomes["pairs"].to_numpy(dtype=float)
    half = (outcomes["high"] - outcomes["low"]).to_numpy(dtype=float) / 2
    known = (n > 1) & np.isfinite(half) & (half > 0)
    out = np.full(len(outcomes), np.nan)
    t = stats.t.ppf((1 + CONFIDENCE) / 2, n[known] - 1)
    out[known] = 2 * stats.t.sf(np.abs(outcomes["mean"].to_numpy(dtype=float)[known]) / (half[known] / t), n[known] - 1)
    return out


def holm(p: np.ndarray, level: float = 1 - CONFIDENCE) -> np.ndarray:
    """[bool] which of several findings stand at a level that counts them all (Holm 1979); NaN are no findings and not counted."""
    out = np.zeros(len(p), dtype=bool)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    for rank, at in enumerate(order):
        if p[at] > level / (len(order) - rank):
            break
        out[at] = True
    return out


@dataclass(frozen=True)
class Multiplicity:
    """What reading many differences does to them."""

    doubtful: frozenset[str]
    """Outcomes whose difference is told alone and does not stand when all are counted."""
    text: str
    """Empty where few are read."""


def multiplicity(outcomes: pd.DataFrame) -> Multiplicity:
    """How many of the differences of a comparison would be told by chance, and which stand when all are counted."""
    if not len(outcomes):
        return Multiplicity(frozenset(), "")
    p = p_values(outcomes)
    read, findings = int(np.isfinite(p).sum()), outcomes["tells"].to_numpy(dtype=bool)
    if read < MANY:
        return Multiplicity(frozenset(), "")
    doubtful = frozenset(outcomes["outcome"].astype(str).to_numpy()[findings & ~holm(p)].tolist())
    count = len(doubtful)
    marked = "All of those stand" if not count else f"{count} of those {'does' if count == 1 else 'do'} not stand, marked †,"
    chance = number((1 - CONFIDENCE) * read, 2)
    text = (
        f"{read} differences are read here, {int(findings.sum())} of them are told. If there were none at all, about {chance} would "
        f"have an interval that leaves out zero by chance. {marked} when all {read} are counted (Holm, 5 %)."
    )
    return Multiplicity(doubtful, text)


def brief_figures(pictures: Sequence[Mapping[str, str]], wanted: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    """The first two that there are of those wanted."""
    found = {p["name"]: p for p in pictures}
    return tuple(found[name] for name in wanted if name in found)[:FIGURES]
