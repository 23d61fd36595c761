"""What is asked about, and who answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from patronage.looks import the
from patronage.reports.outcomes import difference, level_sentence
from patronage.reports.phrases import within
from patronage.reports.why.contracts import contract_text
from patronage.reports.why.differences import Sides, apart_text
from patronage.reports.why.gifts import gift_text
from patronage.reports.why.happenings import PLOTS, happening_text
from patronage.reports.why.levels import FLOWS, Question, Span, companions_text, general_text, series_of, typical_of
from patronage.reports.why.sentences import sentences_of
from patronage.reports.why.shares import share_text, story_of
from patronage.reports.why.telling import again, chain, head
from patronage.reports.words import FEW, contract_words, measure_words, plural, subject
from patronage.results.comparison import outcomes_of
from patronage.results.contracts import BASE, DECISIONS, Contract, kinds_of, rows_about
from patronage.results.ensemble import SomeRuns, Statistics
from patronage.results.pairs import Pair
from patronage.scenario.conditions import Expression, MeasureCall, parse, subexpressions
from patronage.scenario.problems import ScenarioError, nearest
from patronage.scenario.quarters import quarter_name
from patronage.scenario.vocabulary import MEASURES

OF_CONTRACTS = ("base", "rent", "notice", "concession", "fee")
OF_SHARES = ("share", "influence", "autonomy")
TITLES = {
    "delivered": "what {0} delivered to {1}",
    "promised": "what {0} promised to {1}",
    "relief": "debt relief of {0} for {1}",
    "arms_promised": "arms that {0} promised to {1}",
    "arms_delivered": "arms that {0} delivered to {1}",
    "loans_promised": "loans that {0} promised to {1}",
    "loans_delivered": "loans that {0} delivered to {1}",
    "mode": "portfolio of {0}, 0 a sphere of influence and 1 a client state",
    "members": "members of {0}",
    "junta": "rule of the army in {0}",
    "regime": "who rules in {0}",
    "campaigns": "campaigns against the regime of {0}",
}
"""What measures are called here, where reports call them otherwise or not at all."""
MOST_PARTS = 4
"""Measures of one outcome that are explained in full."""


class NothingToExplainError(ValueError):
    """The question is about something that does not exist in the run."""


def why_text(source: Any, *about: str, since: str | None = None, until: str | None = None, given: str = "") -> str:
    """Explain a contract, a measure or an outcome: over all runs, and in one typical run.

    Args:
        source: a result, a run folder or a `Statistics` of either.
        about: codes and then a kind of concession or a measure ("FRA", "MLI", "base"; "RUS", "KGZ", "share"; "KGZ", "overthrow";
            without the last word a base is meant), or a measure as scenarios write it ("share(RUS, KGZ)"), or an outcome's name.
        since: first quarter, such as "2005Q1"; the first of the run, if not given.
        until: last quarter; the last of the run, or the last that an outcome reads.
        given: an outcome: only the runs are told in which it is true.

    Raises:
        NothingToExplainError: an unknown actor, measure, outcome or quarter.
    """
    s = source if isinstance(source, Statistics) else Statistics(source)
    if given:
        return _given_text(s, given, lambda some: why_text(some, *about, since=since, until=until))
    if len(about) == 1 and about[0] in s.scenario.outcomes:
        return _outcome_text(s, about[0], since, until)
    call = _call(s, about)
    return _measure_text(s, call, _span_of(s, call, since, until))


def difference_text(
    first: Any, second: Any, names: tuple[str, str], *about: str, since: str | None = None, until: str | None = None, given: str = ""
) -> str:
    """Explain the difference of two ensembles with the same luck, the first less the second; arguments as of `why_text`.

    An outcome is one of the first; with `given`, only the pairs are told in which it is true there. Raises NothingToExplainError.
    """
    one, two = (x if isinstance(x, Statistics) else Statistics(x) for x in (first, second))
    if given:

        def answer(some: Statistics) -> str:
            others = Statistics(SomeRuns(two.ensemble, tuple(some.coords["run"])))
            return difference_text(some, others, names, *about, since=since, until=until)

        return _given_text(one, given, answer)
    sides = Sides(one, two, names)
    if len(about) == 1 and about[0] in one.scenario.outcomes:
        return _outcome_apart(sides, about[0], since, until)
    call = _call(one, about)
    return _apart(sides, call, _span_of(one, call, since, until))


def _apart(sides: Sides, call: MeasureCall, span: Span) -> str:
    """The difference of one measure; of a contract whether it stands, or its rent if that is asked."""
    asked = _asked(sides.first, call, span)
    if call.name not in OF_CONTRACTS:
        return apart_text(sides, asked)
    contract = Contract(*call.args)
    measure, codes = (call.name, call.args) if call.name in ("rent", "notice", "fee") else ("concession", tuple(contract))
    return apart_text(sides, Question(measure, codes, asked.title, span), contract)


def _outcome_apart(sides: Sides, name: str, since: str | None, until: str | None) -> str:
    """The difference of an outcome, and of the measures that it is made of."""
    outcome = sides.first.scenario.outcomes[name]
    last = until or min(quarter_name(outcome.last), sides.first.coords["quarter"][-1])
    calls = measures_in(outcome.expression)[:MOST_PARTS]
    parts = [_apart(sides, call, _span(sides.first, since, last)).partition("\n")[2] for call in calls]  # the sides are named once
    about = subject(sides.first.scenario, name, sides.first.ensemble.outcomes[name].to_numpy(dtype=float))
    if isinstance(outcome.expression, MeasureCall) and outcome.reduce == "last" and not outcome.given:
        return "\n\n".join([sides.head(about.full), parts[0].partition("\n\n")[2]])
    rows = [row for row in outcomes_of(Pair(sides.first, sides.second)).itertuples(index=False) if row.outcome == name]
    level = [f"It is {'in ' if about.truth else ''}{difference(about, row, *sides.names, sides.first.runs)}." for row in rows]
    return "\n\n".join([sides.head(about.full), *level, *parts])


def _span_of(s: Statistics, call: MeasureCall, since: str | None, until: str | None) -> Span:
    if call.name in OF_CONTRACTS and (since or until):
        raise NothingToExplainError("a concession is told over the whole run: leave the quarters out")
    return _span(s, since, until)


def _call(s: Statistics, about: tuple[str, ...]) -> MeasureCall:
    """The measure that is asked about."""
    if len(about) == 1 and "(" in about[0]:
        try:
            node, _ = parse(about[0])
        except ScenarioError as error:
            raise NothingToExplainError(str(error).splitlines()[0]) from None
        if not isinstance(node, MeasureCall):
            raise NothingToExplainError(f"{about[0]!r} is no single measure, such as share(RUS, KGZ)")
        return _checked(s, node)
    words = (*about, BASE) if len(about) == 2 and about[-1] in (*s.coords["client"], *s.coords["patron"]) else about
    codes, what = words[:-1], words[-1] if words else ""
    if what in MEASURES:
        return _checked(s, MeasureCall(what, codes))
    if what in kinds_of(s):
        return _checked(s, MeasureCall("concession", (*codes, what)))
    known = [*MEASURES, *kinds_of(s), *s.scenario.outcomes]
    raise NothingToExplainError(f"{what!r} is no measure, kind of concession or outcome here. {nearest(what, known)}")


def _checked(s: Statistics, call: MeasureCall) -> MeasureCall:
    """The call, if the measure exists and its codes do."""
    measure = MEASURES.get(call.name)
    if measure is None:
        raise NothingToExplainError(f"{call.name!r} is no measure")
    if len(call.args) != len(measure.arguments):
        whom = ", ".join(measure.arguments) or "nobody"
        raise NothingToExplainError(f"{call.name} is asked about {whom}: for example {measure.example}")
    for code, kind in zip(call.args, measure.arguments, strict=True):
        known = list(kinds_of(s)) if kind == "kind" else s.coords.get(kind, [])
        if code not in known:
            raise NothingToExplainError(f"{code!r} is no {kind} here: one of {', '.join(known)}")
    return call


def _span(s: Statistics, since: str | None, until: str | None) -> Span:
    """The quarters asked about."""
    quarters = s.coords["quarter"]
    for text in (since, until):
        if text is not None and text not in quarters:
            raise NothingToExplainError(f"{text!r} is no quarter of this run: {quarters[0]} to {quarters[-1]}")
    first, last = quarters.index(since or quarters[0]), quarters.index(until or quarters[-1])
    if first > last:
        raise NothingToExplainError(f"{since} comes after {until}")
    return Span(tuple(quarters[first : last + 1]), tuple(s.coords["run"]))


def _asked(s: Statistics, call: MeasureCall, span: Span) -> Question:
    """A measure with its title."""
    if call.name in OF_CONTRACTS:
        return Question(call.name, call.args, contract_words(s.scenario, *Contract(*call.args)), span)
    names = [the(s.label(code)) for code in call.args]
    title = TITLES[call.name].format(*names) if call.name in TITLES else measure_words(s.scenario, call)
    return Question(call.name, call.args, title, span)


def _measure_text(s: Statistics, call: MeasureCall, span: Span) -> str:
    """The answer to a question about one measure."""
    if call.name in OF_CONTRACTS:
        return contract_text(s, Contract(*call.args))
    asked = _asked(s, call, span)
    if call.name in OF_SHARES:
        return share_text(s, asked)
    if call.name in FLOWS:
        return gift_text(s, asked)
    if call.name in PLOTS:
        return happening_text(s, asked)
    blocks = [head(s, f"{asked.title} ({asked.name})"), *general_text(s, asked)]
    values = series_of(s, asked.measure, asked.codes)
    if values is not None:
        run = typical_of(s, values[:, s.coords["quarter"].index(span.last_quarter)])
        if s.runs > 1:
            blocks.append("\n".join([f"A typical run, nearest the median at the end: number {run}.", *again(s, run)]))
        else:
            blocks.append(chain(s, story_of(s, asked), "", run, ""))
    return "\n\n".join(b for b in blocks if b)


# --- outcomes ---


def _outcome_text(s: Statistics, name: str, since: str | None, until: str | None) -> str:
    """An outcome: its value over the runs, what goes with it, and the measures that it is made of."""
    outcome = s.scenario.outcomes[name]
    values = s.ensemble.outcomes[name].to_numpy(dtype=float)
    about = subject(s.scenario, name, values)
    last = until or min(quarter_name(outcome.last), s.coords["quarter"][-1])
    known = values[np.isfinite(values)]
    blocks = [head(s, about.full), level_sentence(about, values)]
    if outcome.given and len(known) < len(values):  # the rest is told of the runs in which it exists
        return "\n\n".join([*blocks, _given_text(s, outcome.given, lambda some: _outcome_text(some, name, since, until))])
    span = _span(s, since, last)
    calls = measures_in(outcome.expression)
    if len(calls) == 1 and isinstance(outcome.expression, MeasureCall):
        decided = _deciding(s, calls[0], last) if s.runs == 1 and outcome.reduce == "last" else ""
        return "\n\n".join(b for b in (*blocks, decided, _measure_text(s, calls[0], span)) if b)
    if len(known) == len(values):
        blocks.append(companions_text(s, values, span))
    parts = [_measure_text(s, call, span) for call in calls[:MOST_PARTS]]
    left = [c.name for c in calls[MOST_PARTS:]]
    more = [f"It also reads {', '.join(left)}."] if left else []
    return "\n\n".join(b for b in (*blocks, *parts, *more) if b)


def _deciding(s: Statistics, call: MeasureCall, last: str) -> str:
    """Of a single run: the last decision about a contract before it is read; empty for what is none."""
    if call.name not in ("base", "concession"):
        return ""
    rows = rows_about(s, Contract(*call.args))
    rows = rows[rows["kind"].isin(DECISIONS) & (rows["quarter"].astype(str) <= last)]
    return f"What decided it: {sentences_of(s, rows.tail(1), call.args[0])[0].strip()}" if len(rows) else ""


def _given_text(s: Statistics, given: str, answer: Callable[[Statistics], str]) -> str:
    """What is told of those runs alone in which an outcome is true, after how many they are."""
    if given not in s.scenario.outcomes:
        raise NothingToExplainError(f"there is no outcome {given!r} to be given. {nearest(given, list(s.scenario.outcomes))}")
    values = s.ensemble.outcomes[given]
    runs = tuple(int(r) for r in values.index[values.to_numpy(dtype=float) > 0])
    about = subject(s.scenario, given, values.to_numpy(dtype=float))
    title = f"Given {within(s.scenario, about.full)}"
    first = f"{title}: {len(runs)} of {plural(s.runs, 'run')}{'' if runs else ', so nothing can be told'}."
    if not runs:
        return first
    few = f" Only {plural(len(runs), 'run')}: too few to rely on." if len(runs) < FEW else ""
    return f"{first}{few}\n\n{answer(Statistics(SomeRuns(s.ensemble, runs)))}"


def measures_in(node: Expression) -> list[MeasureCall]:
    """The measures that an expression reads, each once."""
    return list(dict.fromkeys(x for x in subexpressions(node) if isinstance(x, MeasureCall)))


__all__ = ["NothingToExplainError", "difference_text", "why_text"]
