"""A number of the page explained: its value in words, its meaning as `explain` has it, what moved it in this run as `why` has it.

What is asked is a short text that charts, tables and tiles carry with their numbers: a measure as scenarios write it
("share(RUS, KGZ)"), "row 12" of the ledger, "event NAME", "fact NAME …" of history, "outcome NAME", "word TERM",
"mean PATRON", "leads CLIENT", "hosts CLIENT", "gave PATRON INSTRUMENT", "tie LAYER PATRON CLIENT", "vote BLOC", "leader BLOC",
"strategy PATRON", "so-far WHAT SEAT", "turn SEAT FIRST LAST", "tile KEY".
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from patronage.results.worth import measured
from patronage.scenario import ScenarioError, explain
from patronage.scenario.catalogue import INSTRUMENTS
from patronage.scenario.conditions import MeasureCall, parse
from patronage.scenario.describing import outcome_text
from patronage.scenario.terms import meaning_of
from patronage.scenario.vocabulary import MEASURES

from .charts.base import number
from .choices import choice_words
from .deals import why
from .explanation import MOST_PARTS, Explanation, beside, command_lines
from .history import YEAR, Story
from .loading import reports_loaded
from .past import board_of, remembered
from .summed import COMPARED, SUMMED
from .ties import FLOWS, LAYERS, ties
from .tiles import signed

CONTRACTS = ("base", "rent", "notice", "concession", "fee")
"""Told over the whole run."""
NOT_BEGUN = "Nothing has moved it yet: this is the quarter before the first."
VOTED = ("joined", "left", "consent")
"""Rows of the ledger about blocs."""
INPUTS = {**{flow: (flow,) for flow in FLOWS}, "trade": ("trade",), "treaties": ("treaty", "pact")}
"""What a layer of ties is read from: an instrument, or inputs of a pair."""
SPOKEN_OF = {
    "Leading patron": "patron", "Patrons now": "patron",
    "Clients led": "client", "Contested clients": "client",
    "Leads": "share of influence", "Leads in": "share of influence", "Mean share": "share of influence",
    "Share": "share of influence", "Largest shift": "share of influence", "Influence by client": "share of influence",
    "Influence by patron": "share of influence", "Mean share of influence by patron": "share of influence",
    "Shares and autonomy": "autonomy",
    "Active bases": "basing rights", "Bases": "basing rights", "Base stands in": "basing rights",
    "Bases gained and lost": "basing rights",
    "Concessions": "concession",
    "Rents": "rent",
    "Budgets": "budget",
    "Blocs": "bloc", "Blocs now": "bloc", "Membership": "bloc",
    "Joint force": "force",
    "Concentration of effort": "concentration",
    "Lowest legitimacy": "legitimacy",
    "Paid this quarter": "MUSD", "MUSD/yr": "MUSD",
    "Your ledger": "ledger",
    "Worth": "value V", "Least price": "floor F",
    "Votes and accessions": "vote",
}  # fmt: skip
"""Headings of the page that are not a term by themselves → the term or measure they speak of."""


def run_so_far(story: Story, when: int) -> Any:
    """The quarters up to one, the first at least, as the ensemble of a single run that `why` reads."""
    numbers = story.record.replications
    outcomes = {name: [story.outcome(name, when)] for name in story.scenario.outcomes}
    return SimpleNamespace(
        scenario=story.scenario, seed=story.record.seed, ledger=story.rows(when), events=pd.DataFrame(),
        data=story.record.labelled().isel(quarter=slice(0, when)),
        outcomes=pd.DataFrame(outcomes, index=pd.Index(numbers, name="run")),
    )  # fmt: skip


def value_at(story: Story, when: int, call: MeasureCall) -> float:
    """A measure at one time, also before the first quarter; NaN where what is recorded does not say."""
    reports_loaded()
    from patronage.reports.why.levels import series_of
    from patronage.results.ensemble import Statistics

    whole = story.record.labelled()
    moment = {name: (whole[name].dims, story.at(str(name), when)[None, None]) for name in whole.data_vars}
    coords = {c: whole[c].values for c in whole.dims if c != "quarter"} | {"quarter": [story.quarters[when]]}
    data = xr.Dataset(moment, coords=coords)
    one = SimpleNamespace(scenario=story.scenario, seed=0, data=data, ledger=None, events=None, outcomes=None)
    found = series_of(Statistics(one), call.name, call.args)
    return float("nan") if found is None else float(found[0, 0])


def in_unit(measure: str, value: float) -> str:
    """A value of a measure in words, with its unit."""
    m = MEASURES[measure]
    if not np.isfinite(value):
        return "not recorded"
    if m.truth:
        return "yes" if value else "no"
    if measure in ("share", "autonomy", "debt_part"):
        return f"{number(100 * value)} %"
    if m.unit == "1" and "0 to 1" in m.doc:
        return f"{number(value, 3)} on a scale from 0 to 1 ({number(100 * value, 0)} of 100)"
    if m.unit == "MUSD/quarter":
        return f"{number(value, 2)} MUSD in the quarter, a rate of {number(4 * value, 1)} MUSD a year"
    unit = {"1": "", "MUSD/yr": " MUSD a year"}.get(m.unit, f" {m.unit}")
    return number(value, 3 if m.unit == "1" else 2) + unit


def _difference(measure: str, value: float) -> str:
    """How far two values of a measure are apart, in words; nothing of what is only so or not, or is not known."""
    m = MEASURES[measure]
    if m.truth or not np.isfinite(value):
        return ""
    if measure in ("share", "autonomy", "debt_part"):
        return f"{signed(100 * value)} points"
    unit = {"1": "", "MUSD/yr": " MUSD a year", "MUSD/quarter": " MUSD in the quarter"}.get(m.unit, f" {m.unit}")
    return signed(value, 3 if m.unit == "1" else 2) + unit


def knows(story: Story, call: MeasureCall) -> bool:
    """Whether a run has what a measure is asked of."""
    lists = {"patron": story.patrons, "client": story.clients, "bloc": story.structure.blocs}
    lists |= {"axis": story.structure.axes, "kind": story.structure.kinds}
    kinds = MEASURES[call.name].arguments if call.name in MEASURES else ()
    whole = call.name in MEASURES and len(kinds) == len(call.args)
    return whole and all(code in lists[kind] for code, kind in zip(call.args, kinds, strict=True))


def explained(story: Story, twin: Story | None, when: int, question: str, *, year: bool = True) -> Explanation | None:
    """The answer to a question about one quarter; None if it is none.

    `year`: what moved it is that since a year before, else since the start.
    """
    kind, _, rest = question.partition(" ")
    if kind in BOTH:
        return BOTH[kind](story, twin, when, rest)
    if kind in ABOUT:
        return ABOUT[kind](story, when, rest)
    try:
        node, _ = parse(question)
    except ScenarioError:
        return None
    return _measure(story, twin, when, node, year=year) if isinstance(node, MeasureCall) else None


def _measure(story: Story, twin: Story | None, when: int, call: MeasureCall, *, year: bool) -> Explanation | None:
    reports_loaded()
    from patronage.reports.why import NothingToExplainError, why_text
    from patronage.reports.words import measure_words, upper

    if not knows(story, call):
        return None
    here = value_at(story, when, call)
    value = in_unit(call.name, here)
    if twin is not None and twin.now >= when and knows(twin, call):
        there = value_at(twin, when, call)
        value = beside(value, in_unit(call.name, there), _difference(call.name, here - there))
    words = f"{call.name}({', '.join(call.args)})"
    spans = call.name not in CONTRACTS
    first = story.quarters[max(1, when - YEAR) if year else 1]
    span = ["--since", first] if spans and when else []
    moved = NOT_BEGUN
    if when:
        try:
            moved = why_text(run_so_far(story, when), words, since=first if spans else None)
        except NothingToExplainError as error:
            moved = str(error)
    asked = ["why", "RUN", *call.args, call.name, *span]
    return Explanation(
        upper(measure_words(story.scenario, call)), f"{story.quarters[when]}: {value}", explain(story.scenario, words), moved,
        commands=command_lines(["explain", story.scenario.name, words], asked), spans=spans,
    )  # fmt: skip


def _row(story: Story, when: int, rest: str) -> Explanation | None:
    """A row of the ledger."""
    if not rest.isdecimal() or int(rest) >= len(story.ledger):
        return None
    sentence, figures = why(story, int(rest))
    row = story.ledger.iloc[int(rest)]
    quarter, _, words = sentence.partition(": ")
    about = [str(row[k]) for k in ("patron", "client") if isinstance(row[k], str) and row[k]]
    parts = [(f"{name}: {value}", "") for name, value in figures]
    if len(about) == 2 and about[0] in story.patrons and about[1] in story.clients:
        whose = f"{story.name(about[0])} in {story.name(about[1])}"
        parts += [(f"Share of influence: {whose}", f"share({', '.join(about)})"), (f"Base: {whose}", f"base({', '.join(about)})")]
    bloc = row["concession"]
    if bloc in story.structure.blocs:
        parts += [(f"{what} {story.name(bloc)}", f"{asks} {bloc}" if asks == "vote" else f"{asks}({bloc})") for what, asks in OF_BLOC]
    return Explanation(words, f"{quarter}, a row of the ledger", parts=tuple(parts))


OF_BLOC = (("Vote in", "vote"), ("Members of", "members"), ("Cohesion of", "cohesion"))


def _vote(story: Story, when: int, rest: str) -> Explanation | None:
    """How a bloc decides, and what it has decided so far."""
    if rest not in story.structure.blocs:
        return None
    path = f"blocs.{rest}.vote"
    parts = tuple(
        (f"{r.quarter}: {why(story, int(r.Index))[0].partition(': ')[2]}", f"row {r.Index}")
        for r in story.rows(when).itertuples() if r.concession == rest and r.kind in VOTED
    )[-MOST_PARTS:]
    value = f"{choice_words(story.scenario.bloc(rest).vote)}: {meaning_of('vote')}"
    commands = command_lines(["explain", story.scenario.name, path])
    return Explanation(f"Vote in {story.name(rest)}", value, explain(story.scenario, path), parts=parts, commands=commands)


def _turn(story: Story, when: int, rest: str) -> Explanation | None:
    """What the ledger has of a seat in the quarters of a turn. Of orders it knows nothing: others' may be sealed."""
    seat, _, span = rest.partition(" ")
    first, _, last = span.partition(" ")
    if seat not in (*story.patrons, *story.clients) or first not in story.quarters or last not in story.quarters:
        return None
    rows = [(n, r) for n, r in enumerate(story.entries) if first <= story.quarters[r.when] <= last and seat in (r.patron, r.client)]
    parts = tuple((why(story, n)[0], f"row {n}") for n, _ in rows[-MOST_PARTS:])
    title = f"{story.name(seat)}, {first if first == last else f'{first} to {last}'}"
    return Explanation(title, f"Rows of the ledger: {len(rows)}", explain(story.scenario, "ledger"), parts=parts)


def _leader(story: Story, when: int, rest: str) -> Explanation | None:
    """Who leads a bloc."""
    if rest not in story.structure.blocs:
        return None
    leader = story.scenario.bloc(rest).leader
    return _input(story, f"Leader of {story.name(rest)}", story.name(leader) if leader else "nobody", f"blocs.{rest}.leader")


def _strategy(story: Story, when: int, rest: str) -> Explanation | None:
    """How a patron courts."""
    if rest not in story.patrons:
        return None
    path = f"patrons.{rest}.strategy"
    return _input(story, f"Strategy of {story.name(rest)}", choice_words(story.scenario.choice(path)), path)


def _input(story: Story, title: str, value: str, path: str) -> Explanation:
    """A choice that the scenario makes."""
    return Explanation(
        title, value, explain(story.scenario, path), commands=command_lines(["explain", story.scenario.name, path])
    )


def _fact(story: Story, when: int, rest: str) -> Explanation | None:
    """Facts of history, and whether the run had them."""
    wanted, about = rest.split(), board_of(story)
    found = [r for r in remembered(story, when) if r.fact.name in wanted] if about is not None else []
    if not found or about is None:
        return None
    where = story.name(found[0].client) if found[0].client else "the region"
    board = f"{about.title}: dated facts that come with the package. One run is one history: what many runs come"
    board += f" to, patronage verify {story.scenario.name} says."
    if len(found) > 1:
        parts = tuple((f"{r.span}: {r.words}: {r.verdict}", f"fact {r.fact.name}") for r in found)
        value = f"{story.quarters[found[0].when]}: this run had {sum(r.here for r in found)} of {len(found)}"
        return Explanation(f"What happened in {where} in history", value, board, parts=parts)
    fact = found[0]
    seen = f"\nSeen when the scenario was made: {fact.fact.seen}" if fact.fact.seen else ""
    return Explanation(fact.words, f"{fact.span}: {fact.verdict}", f"Source: {fact.fact.source}{seen}\n{board}")


def _event(story: Story, when: int, rest: str) -> Explanation | None:
    """An event of the scenario."""
    if rest not in {e.name for e in story.scenario.events}:
        return None
    path = f"events.{rest}"
    happened = [f"{story.quarters[t]}: {what}" for t, name, what in story.log if name == rest and t <= when]
    value = "; ".join(happened) or "It has not happened so far in this run."
    commands = command_lines(["explain", story.scenario.name, path])
    return Explanation(story.event_words(rest), value, explain(story.scenario, path), commands=commands)


def _outcome(story: Story, twin: Story | None, when: int, rest: str) -> Explanation | None:
    """An outcome, in this run."""
    if rest not in story.scenario.outcomes:
        return None
    reports_loaded()
    from patronage.reports.why import why_text
    from patronage.reports.words import expression_words, subject, upper

    value, outcome = story.outcome(rest, when), story.scenario.outcomes[rest]
    known = np.isfinite(value)
    moved = why_text(run_so_far(story, when), rest) if known else "It has not been read yet in this run: let it go on."
    about = subject(story.scenario, rest, np.array([value]))
    truth, unit, _ = measured(outcome, np.array([value]))

    def words(x: float) -> str:
        return "not read yet" if not np.isfinite(x) else ("yes" if x > 0 else "no") if truth else f"{number(x, 3)} {unit}".rstrip()

    reading = f"{story.quarters[when]}: {words(value)}" + (" in this run" if known else "")
    if twin is not None and twin.now >= when and rest in twin.scenario.outcomes:
        reading = beside(reading, words(twin.outcome(rest, when)))
    read = f"{upper(expression_words(story.scenario, outcome.expression, outcome.reduce))}: read in {about.when}."
    meaning = f"{read}\nIn the file: {outcome_text(story.scenario, outcome)}" + (f"\nGiven: {about.given}" if about.given else "")
    commands = command_lines(["explain", story.scenario.name, f"outcomes.{rest}"], ["why", "RUN", rest])
    return Explanation(about.title, reading, meaning, moved, commands=commands)


def word_meaning(word: str) -> str:
    """A term of art or a measure in a sentence; empty for what is neither."""
    measure = MEASURES.get(word)
    return meaning_of(word) or (measure.doc if measure is not None else "")


def term_behind(head: str) -> str:
    """The term of art or measure that a heading speaks of, whatever its unit; nothing where it speaks of none."""
    stem = head.partition(",")[0].strip()
    word = SPOKEN_OF.get(stem, stem.lower())
    return word if word_meaning(word) else ""


def _word(story: Story, when: int, rest: str) -> Explanation | None:
    """A term of art or a measure by itself."""
    if not word_meaning(rest):
        return None
    commands = command_lines(["explain", story.scenario.name, rest])
    return Explanation(rest[:1].upper() + rest[1:], word_meaning(rest), explain(story.scenario, rest), commands=commands)


def _tie(story: Story, when: int, rest: str) -> Explanation | None:
    """What ties a client to a patron in one layer: the quarters of a year, or the input with its source and what changes it."""
    layer, _, pair = rest.partition(" ")
    patron, _, client = pair.partition(" ")
    found = [t for t in ties(story, when, (layer,)) if (t.patron, t.client) == (patron, client)] if layer in LAYERS else []
    if not found or layer not in INPUTS:
        return None
    tie = found[0]
    title = f"{LAYERS[layer]} between {story.name(patron)} and {story.name(client)}"
    value = f"{story.quarters[when]}: {number(tie.amount, 2)} {tie.unit}" + (f" ({tie.words})" if tie.words else "")
    if layer not in FLOWS:
        paths = [f"ties.{patron}.{client}.{name}" for name in INPUTS[layer]]
        commands = command_lines(*(["explain", story.scenario.name, path] for path in paths))
        return Explanation(title, value, "\n".join(explain(story.scenario, path) for path in paths), commands=commands)
    i, j, k = story.patrons.index(patron), story.clients.index(client), INSTRUMENTS.index(layer)
    given = story.array("delivered", when)[:, i, j, k]
    parts = tuple(
        (f"{story.quarters[q]}: {number(given[q], 2)} MUSD", f"delivered({patron}, {client})")
        for q in range(max(1, when - YEAR + 1), when + 1)
    )
    return Explanation(title, value, explain(story.scenario, INPUTS[layer][0]), parts=parts)


BOTH: dict[str, Callable[[Story, Story | None, int, str], Explanation | None]] = {"outcome": _outcome, **COMPARED}
ABOUT: dict[str, Callable[[Story, int, str], Explanation | None]] = {
    "row": _row, "event": _event, "fact": _fact, "word": _word, "tie": _tie, "vote": _vote,
    "leader": _leader, "strategy": _strategy, "turn": _turn, **SUMMED,
}  # fmt: skip
