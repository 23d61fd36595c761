"""A measure over the runs: what is asked, its level at the start and the end, and what goes with a high or a low one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from patronage.reports.words import fixed, interval, number, percent, percents, plural, signed
from patronage.results.contracts import Contract, rents_of, standing
from patronage.results.ensemble import Statistics, mean_interval, proportion_interval
from patronage.scenario.vocabulary import MEASURES

Numbers = npt.NDArray[np.float64]
MOST_COMPANIONS = 6
LEVEL = 0.05
"""Chance of a false companion, over all that are tried (Bonferroni)."""


@dataclass(frozen=True)
class Span:
    """The quarters that a question is about, and the runs."""

    quarters: tuple[str, ...]
    runs: tuple[int, ...]

    @property
    def first_quarter(self) -> str:
        return self.quarters[0]

    @property
    def last_quarter(self) -> str:
        return self.quarters[-1]

    @property
    def words(self) -> str:
        return f"{self.first_quarter}–{self.last_quarter}" if len(self.quarters) > 1 else self.first_quarter

    def rows(self, ledger: pd.DataFrame) -> pd.DataFrame:
        """Rows of the ledger in these quarters."""
        return ledger[ledger["quarter"].astype(str).isin(self.quarters)]


@dataclass(frozen=True)
class Question:
    """A measure, whom it is about, and when."""

    measure: str
    codes: tuple[str, ...]
    title: str
    span: Span

    @property
    def truth(self) -> bool:
        return MEASURES[self.measure].truth

    @property
    def name(self) -> str:
        return f"{self.measure}({', '.join(self.codes)})"

    @property
    def flow(self) -> bool:
        """Told as a sum over the quarters."""
        return MEASURES[self.measure].unit == "MUSD/quarter"


def _instruments(*names: str) -> Callable[[Statistics, str, tuple[str, ...]], Any]:
    def read(s: Statistics, variable: str, codes: tuple[str, ...]) -> Any:
        flow = s.ensemble.array(variable).sel(patron=codes[0], client=codes[1])
        return (flow.sel(instrument=list(names)) if names else flow).sum("instrument").values

    return read


FLOWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "delivered": ("delivered", ()),
    "promised": ("promised", ()),
    "relief": ("delivered", ("debt_relief",)),
    "arms_promised": ("promised", ("arms",)),
    "arms_delivered": ("delivered", ("arms",)),
    "loans_promised": ("promised", ("loans",)),
    "loans_delivered": ("delivered", ("loans",)),
}
"""Measures of what is given: the variable, and the instruments (all, if none is named)."""
POSITIVE = frozenset({"campaign", "sanction"})
"""Truths that are recorded as quarters left."""
YEARLY = frozenset({"gdp", "budget", "spent", "unspent"})
"""Recorded at yearly rates, asked for by the quarter."""


def series_of(s: Statistics, measure: str, codes: tuple[str, ...]) -> Numbers | None:
    """[run, quarter] a measure as far as what was recorded tells it; None where it does not."""
    kinds = MEASURES[measure].arguments
    if measure in ("concession", "fee"):
        contract = Contract(*codes)
        return standing(s, contract).astype(float) if measure == "concession" else -rents_of(s, contract)
    if measure in FLOWS:
        variable, instruments = FLOWS[measure]
        return np.asarray(_instruments(*instruments)(s, variable, codes), dtype=float) if s.has(variable) else None
    if measure in ("bases", "members"):
        variable, over = ("base", "client") if measure == "bases" else ("member", "client")
        return np.asarray(s.ensemble.array(variable).sel({kinds[0]: codes[0]}).sum(over).values, dtype=float)
    if not s.has(measure):
        return None
    found = s.ensemble.array(measure)
    if set(found.dims) != {"run", "quarter", *kinds}:
        return None
    values = np.asarray(found.sel(dict(zip(kinds, codes, strict=True))).transpose("run", "quarter").values, dtype=float)
    return (values > 0).astype(float) if measure in POSITIVE else values / 4 if measure in YEARLY else values


def unrecorded(what: str) -> str:
    """How to have what a folder lacks."""
    return (
        f"What was recorded holds no {what}. Ask for it as an outcome of the scenario, or keep it in Python: "
        "patronage.simulate(scenario, runs, seed, record='full', also=[...])."
    )


def level_line(s: Statistics, asked: Question) -> str:
    """The level at the start and the end; of what flows, the total."""
    values = series_of(s, asked.measure, asked.codes)
    if values is None:
        return unrecorded(asked.name)
    part = values[:, [s.coords["quarter"].index(q) for q in asked.span.quarters]]
    if s.runs == 1:
        return _alone(asked, part[0])
    if asked.flow:
        mean, low, high = (float(x) for x in mean_interval(part.sum(axis=1)))
        unit = MEASURES[asked.measure].unit.removesuffix("/quarter")
        return f"In {asked.span.words} it comes to {number(mean)} {unit} a run {interval(low, high)}; {_spread(part.sum(axis=1))}."
    if asked.truth:
        first, last = (int(part[:, i].sum()) for i in (0, -1))
        _, low, high = proportion_interval(last, s.runs)
        ever = percent(float((part > 0).any(axis=1).mean()))
        return (
            f"It holds in {percent(first / s.runs)} of runs ({first} of {s.runs}) in {asked.span.first_quarter} and in "
            f"{percent(last / s.runs)} {percents(low, high, s.runs)} ({last}) in {asked.span.last_quarter}; at some time in {ever}."
        )
    means = [mean_interval(part[:, i]) for i in (0, -1)]
    unit = MEASURES[asked.measure].unit
    words = [f"{number(float(m))}{'' if unit == '1' else f' {unit}'} {interval(float(a), float(b))}" for m, a, b in means]
    first_quarter, last_quarter = asked.span.first_quarter, asked.span.last_quarter
    return f"It is {words[0]} on average in {first_quarter} and {words[1]} in {last_quarter}; {_spread(part[:, -1])}."


def _alone(asked: Question, values: Numbers) -> str:
    """The level of a single run, which has no spread."""
    span, unit = asked.span, MEASURES[asked.measure].unit
    if asked.flow:
        return f"In {span.words} it comes to {number(float(values.sum()))} {unit.removesuffix('/quarter')}."
    if asked.truth:
        first, last = ("holds" if values[i] else "does not hold" for i in (0, -1))
        known = [q for q, v in zip(span.quarters, values, strict=True) if v]
        ever = f"; it held in {len(known)} of {plural(len(values), 'quarter')}" if len(values) > 1 else ""
        return f"It {first} in {span.first_quarter} and {last} in {span.last_quarter}{ever}."
    words = [f"{number(float(values[i]))}{'' if unit == '1' else f' {unit}'}" for i in (0, -1)]
    return f"It is {words[0]} in {span.first_quarter} and {words[1]} in {span.last_quarter}."


def _spread(values: Numbers) -> str:
    low, high = np.quantile(values, (0.05, 0.95))
    return f"5–95\u00a0% of runs {number(float(low))} to {number(float(high))}"


def change_line(asked: Question, change: Numbers, scale: float = 1.0) -> str:
    """How far it moved from the first quarter to the last."""
    mean, low, high = (float(x) * scale for x in mean_interval(change))
    unit = " points" if scale == 100.0 else ""
    verb = "rose" if mean > 0 else "fell"
    higher = percent(float((change > 0).mean()))
    places = 1 if scale == 100.0 else 3
    if len(change) == 1:
        return f"From {asked.span.first_quarter} to {asked.span.last_quarter} it {verb} by {fixed(abs(mean), places)}{unit}."
    return (
        f"From {asked.span.first_quarter} to {asked.span.last_quarter} it {verb} by {fixed(abs(mean), places)}{unit} on average "
        f"{interval(low, high, sign=True)}; it rose in {higher} of runs."
    )


def typical_of(s: Statistics, values: Numbers) -> int:
    """The run whose value is nearest the median, the first of equals."""
    return int(s.coords["run"][int(np.argmin(np.abs(values - np.median(values))))])


# --- what goes with it ---


def companions(s: Statistics, values: Numbers, span: Span, without: frozenset[tuple[str, str, str]] = frozenset()) -> list[str]:
    """Rows that are commoner where a value is high, or where it is low: a coincidence over runs, which may or may not be a cause.

    Runs are split at the median (a truth: where it holds and where it does not); shares are compared by Fisher's exact test at a
    level that counts everything tried. `without`: (kind, patron, client) of rows that say the same as the value.
    """
    high = values > np.median(values) if not set(np.unique(values)) <= {0.0, 1.0} else values > 0
    if high.all() or not high.any():
        return []
    runs = s.coords["run"]
    rows = s.ledger[s.ledger["quarter"].astype(str) <= span.last_quarter]
    group = rows.groupby(["kind", "cause", "patron", "client", "concession"], observed=True, sort=True)["run"].unique()
    found = []
    for (kind, cause, patron, client, concession), which in group.items():
        if (str(kind), str(patron), str(client)) in without or kind == "package":
            continue
        there = np.isin(runs, which)
        table = [[int((there & high).sum()), int((~there & high).sum())], [int((there & ~high).sum()), int((~there & ~high).sum())]]
        found.append((float(stats.fisher_exact(table).pvalue), (kind, cause, patron, client, concession), table))
    level = LEVEL / max(1, len(found))
    kept = sorted((f for f in found if f[0] <= level), key=lambda f: f[0])[:MOST_COMPANIONS]
    return [_companion(s, row, table) for _, row, table in kept]


def _companion(s: Statistics, row: tuple[Any, ...], table: list[list[int]]) -> str:
    kind, cause, patron, client, concession = (str(x) for x in row)
    who = " – ".join(s.label(code) for code in (patron, client) if code)
    what = f"{s.label(concession).replace('_', ' ')}: {kind.replace('_', ' ')}" if concession else kind.replace("_", " ")
    (a, b), (c, d) = table
    return (
        f"- {what} ({cause or 'no cause'}), {who}: in {percent(a / (a + b))} of the {a + b} runs "
        f"with the higher value, in {percent(c / (c + d))} of the {c + d} others"
    )


def companions_text(s: Statistics, values: Numbers, span: Span, without: frozenset[tuple[str, str, str]] = frozenset()) -> str:
    """The same as a block; it says when there are none, and nothing of a single run."""
    if s.runs == 1:
        return ""
    found = companions(s, values, span, without)
    if not found:
        return "No row of the ledger goes with a high or a low value beyond chance."
    return "\n".join(["What goes with it over the runs (a coincidence beyond chance, which need not be a cause):", *found])


def general_text(s: Statistics, asked: Question) -> list[str]:
    """Level, change and companions of any measure."""
    values = series_of(s, asked.measure, asked.codes)
    if values is None:
        return [unrecorded(asked.name)]
    part = values[:, [s.coords["quarter"].index(q) for q in asked.span.quarters]]
    reduced = part.sum(axis=1) if asked.flow else part.any(axis=1).astype(float) if asked.truth else part[:, -1]
    blocks = [level_line(s, asked)]
    if not asked.flow and not asked.truth and len(asked.span.quarters) > 1:
        change = part[:, -1] - part[:, 0]
        mean, low, high = (float(x) for x in mean_interval(change))
        spread = f" {interval(low, high, sign=True)} on average" if s.runs > 1 else ""
        blocks.append(f"It changes by {signed(mean)}{spread}.")
    return [b for b in (*blocks, companions_text(s, reduced, asked.span)) if b]
