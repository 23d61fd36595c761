"""Where the difference of two scenarios with the same luck comes from: the first less the second, by channel and by deals.

Numbers are means over pairs of runs, with the intervals of comparisons. A share of influence comes apart as its change in time does
(`patronage.reports.why.shares`), with the second scenario in the place of the earlier quarter: the parts add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pandas as pd

from patronage.looks import the
from patronage.reports.outcomes import difference, size
from patronage.reports.why.contracts import groups, reason_of
from patronage.reports.why.gifts import COURTSHIP, aims_of
from patronage.reports.why.happenings import LASTING, PLOTS, row_words, rows_of
from patronage.reports.why.levels import FLOWS, Question, series_of, unrecorded
from patronage.reports.why.shares import WORDS, by_channel, parts_between, weights
from patronage.reports.words import Subject, adding_up, fixed, number, percent, plural, upper
from patronage.results.contracts import Contract, rows_about
from patronage.results.ensemble import Statistics
from patronage.results.pairs import paired
from patronage.results.worth import least, tells
from patronage.scenario.vocabulary import MEASURES

Numbers = npt.NDArray[np.float64]
MOST_TOLD = 8
"""Deals, and kinds of rows, that are told; the rest is counted."""
SHARE, MONEY = (Subject("", "", "", truth, unit, "", ()) for truth, unit in ((True, ""), (False, "MUSD")))


@dataclass(frozen=True)
class Sides:
    """Two ensembles with the same luck."""

    first: Statistics
    second: Statistics
    names: tuple[str, str]

    @property
    def both(self) -> tuple[Statistics, Statistics]:
        return self.first, self.second

    @property
    def heading(self) -> str:
        return f"{self.names[0]} less {self.names[1]}"

    def head(self, title: str) -> str:
        """What is compared, over how many pairs."""
        s = self.first
        pairs = f"{plural(s.runs, 'pair')} with the same luck, seed {s.ensemble.seed}, {s.period}"
        return f"{self.heading}\n{upper(title)}: {pairs}."


def apart_text(sides: Sides, asked: Question, contract: Contract | None = None) -> str:
    """How far a measure (of a contract: whether it stands, or its rent) lies apart on the two sides, and what goes with that."""
    blocks = [sides.head(asked.title), _level(sides, asked)]
    if asked.measure in ("share", "influence", "autonomy"):
        blocks.append(_by_channel(sides, asked))
    if asked.measure in FLOWS:
        blocks.append(_by_aim(sides, asked))
    blocks.append(_deals(sides, asked, contract))
    return "\n\n".join(b for b in blocks if b)


# --- how far ---


def _level(sides: Sides, asked: Question) -> str:
    """The measure on both sides at the end of the quarters (of what flows, in all), and since when it differs."""
    found = [series_of(s, asked.measure, asked.codes) for s in sides.both]
    one, two = found
    if one is None or two is None:
        return unrecorded(asked.name)
    at = [sides.first.coords["quarter"].index(q) for q in asked.span.quarters]
    one, two = one[:, at], two[:, at]
    unlike = (one != two).any(axis=0)
    if not unlike.any():
        return f"It is the same in every pair in {asked.span.words}."
    once = asked.truth and asked.measure in PLOTS and asked.measure not in LASTING
    reduced = [x.sum(axis=1) if asked.flow else x.any(axis=1).astype(float) if once else x[:, -1] for x in (one, two)]
    unit = "" if asked.truth or MEASURES[asked.measure].unit == "1" else MEASURES[asked.measure].unit
    about = Subject("", "", "", asked.truth, unit.removesuffix("/quarter") if asked.flow else unit, asked.measure, asked.codes)
    when = asked.span.words if asked.flow or once else asked.span.last_quarter
    verb = "comes to" if asked.flow else "happens in" if once else "holds in" if asked.truth else "is"
    since = asked.span.quarters[int(np.argmax(unlike))]
    return f"In {when} it {verb} {difference(about, row_of(*reduced), *sides.names)}. No pair differs before {since}."


def row_of(first: Numbers, second: Numbers) -> SimpleNamespace:
    """What sentences read of a paired difference."""
    found = paired(first, second)
    names = ("mean", "low", "high", "positive", "negative")
    return SimpleNamespace(first=float(first.mean()), second=float(second.mean()), **{n: float(getattr(found, n)) for n in names})


# --- where it comes from ---


def _by_channel(sides: Sides, asked: Question) -> str:
    """The difference in the last quarter, by patron and channel."""
    now, then = (weights(s, asked.codes[-1], asked.span.last_quarter) for s in sides.both)
    if now is None or then is None or now.channel.shape != then.channel.shape:
        return unrecorded("by_channel and share")
    found = parts_between(sides.first, asked.measure, asked.codes, then, now)
    whose = asked.codes[0] if len(asked.codes) == 2 else ""
    if not found.whole.any():
        return ""
    return by_channel(sides.first, asked, found, whose, "difference")


def _by_aim(sides: Sides, asked: Question) -> str:
    """The difference of what was promised, by what it was promised for."""
    if not all(s.has("promised") for s in sides.both):
        return ""
    one, two = (aims_of(s, asked) for s in sides.both)
    aims = list(dict.fromkeys((*one, *two)))
    apart = adding_up([one.get(a, (0.0, 0.0))[0] - two.get(a, (0.0, 0.0))[0] for a in aims], 1)
    lines = [
        f"  {fixed(amount, 1, sign=True)} MUSD {'in courtship' if aim == COURTSHIP else aim}"
        for amount, aim in sorted(zip(apart, aims, strict=True), key=lambda x: -abs(x[0]))
        if amount
    ]
    whole = fixed(round(sum(apart), 1), 1, sign=True)
    return "\n".join([f"Of the difference of {whole} MUSD a run in what was promised (the parts add up):", *lines]) if lines else ""


def _deals(sides: Sides, asked: Question, contract: Contract | None) -> str:
    """Deliveries and rows of the ledger that differ beyond chance and are worth telling."""
    money = [_delivered(s, asked) if contract is None and asked.measure not in PLOTS else {} for s in sides.both]
    rows = [_rows(s, asked, contract) for s in sides.both]
    lines = [*_lines(sides, money, MONEY), *_lines(sides, rows, SHARE)]
    tried = sum(len({*one, *two}) for one, two in (money, rows))
    if not tried:
        return "No deal and no event concerns it on either side."
    kinds = plural(tried, "kind") + " of deals and events"
    if not lines:
        return f"Of {kinds} that concern it none differs beyond chance."
    means = "means a run and shares of runs, with 95 % intervals of the difference"
    return "\n".join([f"What differs besides in {asked.span.words}, of {kinds} ({means}):", *lines])


def _lines(sides: Sides, found: list[dict[str, Numbers]], about: Subject) -> list[str]:
    """Lines for what differs, the largest differences first."""
    nothing = np.zeros(sides.first.runs)
    rows = {name: row_of(*(side.get(name, nothing) for side in found)) for name in sorted({*found[0], *found[1]})}
    apart = {n: r for n, r in rows.items() if tells(r.mean, r.low, r.high, least(about.kind))}
    largest = sorted(apart, key=lambda n: -abs(apart[n].mean))
    lines = [f"  {name}: {_both(sides, apart[name], about)}, {size(about, apart[name])}" for name in largest[:MOST_TOLD]]
    left = len(largest) - MOST_TOLD
    return [*lines, f"  and {left} more"] if left > 0 else lines


def _both(sides: Sides, row: SimpleNamespace, about: Subject) -> str:
    first, second = (percent(x) if about.truth else number(x) for x in (row.first, row.second))
    unit = " of runs" if about.truth else f" {about.unit}"
    return f"{first}{unit} in {sides.names[0]}, {second} in {sides.names[1]}"


def _concerned(s: Statistics, asked: Question) -> tuple[list[str], list[str]]:
    """Patrons and clients whose deals bear on a measure: all patrons where only the client is named or influence is divided."""
    patrons = [c for c in asked.codes if c in s.coords["patron"]]
    clients = [c for c in asked.codes if c in s.coords["client"]]
    divided = asked.measure in ("share", "influence", "autonomy") or not patrons
    return (list(s.coords["patron"]) if divided else patrons), clients or list(s.coords["client"])


def _delivered(s: Statistics, asked: Question) -> dict[str, Numbers]:
    """[run] MUSD by patron, instrument and client, in the quarters asked about."""
    if not s.has("delivered"):
        return {}
    patrons, clients = _concerned(s, asked)
    instruments = (FLOWS[asked.measure][1] if asked.measure in FLOWS else ()) or s.coords["instrument"]
    flow = s.ensemble.array("delivered").sel(client=clients, quarter=list(asked.span.quarters)).sum("quarter")
    out = {}
    for patron in patrons:
        for client in clients:
            for instrument in instruments:
                amounts = flow.sel(patron=patron, client=client, instrument=instrument).values.astype(float)
                if amounts.any():
                    whom = "" if len(clients) == 1 else f" to {the(s.label(client))}"
                    out[f"{instrument.replace('_', ' ')} of {the(s.label(patron))}{whom}"] = amounts
    return out


def _rows(s: Statistics, asked: Question, contract: Contract | None) -> dict[str, Numbers]:
    """[run] 1 in runs with at least one such row of the ledger, by the row in words."""
    if contract is not None:
        found = groups(rows_about(s, contract))
        return {f"{g.kind.replace('_', ' ')}: {reason_of(g)}": _there(s, g.rows) for g in found}
    if asked.measure in PLOTS:
        rows = rows_of(s, asked)
        keys = ["kind", "cause", "patron", "concession"]
        parts = rows.groupby(keys, observed=True, sort=True)
        return {row_words(s, asked, *(str(x) for x in key)): _there(s, part) for key, part in parts}
    patrons, clients = _concerned(s, asked)
    rows = asked.span.rows(s.ledger)
    regime = rows["kind"].isin(("overthrow", "turnover"))
    rows = rows[rows["client"].isin(clients) & (rows["kind"].isin(list(WORDS)) & rows["patron"].isin(patrons) | regime)]
    out = {}
    for key, part in rows.groupby(["kind", "patron", "concession", "client"], observed=True, sort=True):
        kind, patron, concession, client = (str(x) for x in key)
        what = s.label(concession) if concession in s.coords.get("bloc", []) else concession.replace("_", " ") or "base"
        whose = f" ({s.label(patron)})" if kind in WORDS else ""
        where = "" if len(clients) == 1 else f", {s.label(client)}"
        out[f"{WORDS.get(kind, kind).format(what=what)}{whose}{where}"] = _there(s, part)
    return out


def _there(s: Statistics, rows: pd.DataFrame) -> Numbers:
    """[run] 1 where the run has a row."""
    return np.isin(s.coords["run"], rows["run"].unique()).astype(float)


__all__ = ["Sides", "apart_text"]
