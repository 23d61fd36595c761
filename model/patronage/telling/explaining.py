"""A number of the page explained: its value in words, its meaning as `explain` has it, what moved it in this run as `why` has it.

What is asked is a short text that charts, tables and tiles carry with their numbers: a measure as scenarios write it
("share(RUS, KGZ)"), "row 12" of the ledger, "event NAME", "outcome NAME", "word TERM",
"mean PATRON", "gave PATRON INSTRUMENT", "tie LAYER PATRON CLIENT", "vote BLOC", "tile KEY".
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
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
from .charts.marks import flows
from .deals import contracts, why
from .history import CONTESTED, YEAR, Story
from .loading import reports_loaded
from .ties import FLOWS, LAYERS, ties

CONTRACTS = ("base", "rent", "notice", "concession", "fee")
"""Told over the whole run."""
NOT_BEGUN = "Nothing has moved it yet: this is the quarter before the first."
MOST_PARTS = 40
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


@dataclass(frozen=True)
class Explanation:
    """What the panel shows; texts of more lines are those of the commands."""

    title: str
    value: str
    meaning: str = ""
    moved: str = ""
    """What moved it, in the sentences of `why`."""
    parts: tuple[tuple[str, str], ...] = ()
    """What it is made of: words, and what can be asked of them."""
    commands: tuple[str, ...] = ()
    spans: bool = False
    """Whether what moved it can be asked since another quarter."""


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


def explained(story: Story, twin: Story | None, when: int, question: str, *, year: bool = True) -> Explanation | None:
    """The answer to a question about one quarter; None if it is none.

    `year`: what moved it is that since a year before, else since the start.
    """
    kind, _, rest = question.partition(" ")
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

    lists = {"patron": story.patrons, "client": story.clients, "bloc": story.structure.blocs}
    lists |= {"axis": story.structure.axes, "kind": story.structure.kinds}
    kinds = MEASURES[call.name].arguments if call.name in MEASURES else ()
    if call.name not in MEASURES or len(kinds) != len(call.args):
        return None
    if any(code not in lists[kind] for code, kind in zip(call.args, kinds, strict=True)):
        return None
    value = in_unit(call.name, value_at(story, when, call))
    if twin is not None and twin.now >= when and set(call.args) <= {*twin.patrons, *twin.clients}:
        value += f" (in the run compared with: {in_unit(call.name, value_at(twin, when, call))})"
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
        commands=_commands(["explain", story.scenario.name, words], asked), spans=spans,
    )  # fmt: skip


def _commands(*lists: list[str]) -> tuple[str, ...]:
    return tuple(shlex.join(["patronage", *words]) for words in lists)


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
    value = f"{story.scenario.bloc(rest).vote}: {meaning_of('vote')}"
    commands = _commands(["explain", story.scenario.name, path])
    return Explanation(f"Vote in {story.name(rest)}", value, explain(story.scenario, path), parts=parts, commands=commands)


def _event(story: Story, when: int, rest: str) -> Explanation | None:
    """An event of the scenario."""
    if rest not in {e.name for e in story.scenario.events}:
        return None
    path = f"events.{rest}"
    happened = [f"{story.quarters[t]}: {what}" for t, name, what in story.log if name == rest and t <= when]
    value = "; ".join(happened) or "It has not happened so far in this run."
    commands = _commands(["explain", story.scenario.name, path])
    return Explanation(story.event_words(rest), value, explain(story.scenario, path), commands=commands)


def _outcome(story: Story, when: int, rest: str) -> Explanation | None:
    """An outcome, in this run."""
    if rest not in story.scenario.outcomes:
        return None
    reports_loaded()
    from patronage.reports.why import why_text
    from patronage.reports.words import expression_words, subject, upper

    value = story.outcome(rest, when)
    known = np.isfinite(value)
    outcome = story.scenario.outcomes[rest]
    moved = why_text(run_so_far(story, when), rest) if known else "It has not been read yet in this run: let it go on."
    about = subject(story.scenario, rest, np.array([value]))
    truth, unit, _ = measured(outcome, np.array([value]))
    words = ("yes" if value > 0 else "no") if truth else f"{number(value, 3)}{' ' + unit if unit else ''}"
    reading = f"{story.quarters[when]}: {words} in this run" if known else f"{story.quarters[when]}: not read yet"
    read = f"{upper(expression_words(story.scenario, outcome.expression, outcome.reduce))}: read in {about.when}."
    meaning = f"{read}\nIn the file: {outcome_text(story.scenario, outcome)}" + (f"\nGiven: {about.given}" if about.given else "")
    commands = _commands(["explain", story.scenario.name, f"outcomes.{rest}"], ["why", "RUN", rest])
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
    commands = _commands(["explain", story.scenario.name, rest])
    return Explanation(rest[:1].upper() + rest[1:], word_meaning(rest), explain(story.scenario, rest), commands=commands)


def _mean(story: Story, when: int, rest: str) -> Explanation | None:
    """A patron's mean share over all clients."""
    if rest not in story.patrons:
        return None
    share = story.at("share", when)[story.patrons.index(rest)]
    parts = [(f"{story.name(c)}: {number(100 * s)} %", f"share({rest}, {c})") for c, s in zip(story.clients, share, strict=True)]
    title = f"Mean share of {story.name(rest)} over all clients"
    meaning = f"The mean of its shares, every client alike.\n{explain(story.scenario, 'share')}"
    return Explanation(title, f"{story.quarters[when]}: {number(100 * float(share.mean()))} %", meaning, parts=tuple(parts))


def _gave(story: Story, when: int, rest: str) -> Explanation | None:
    """What a patron handed over to all clients by one instrument, or paid as rent."""
    patron, _, instrument = rest.partition(" ")
    if patron not in story.patrons or instrument not in (*INSTRUMENTS, "rent"):
        return None
    i = story.patrons.index(patron)
    paid = instrument == "rent"
    given = story.at("rent_paid", when)[i] if paid else story.at("delivered", when)[i, :, INSTRUMENTS.index(instrument)]
    measure = "rent_paid" if paid else "relief" if instrument == "debt_relief" else f"{instrument}_delivered"
    measure = measure if measure in MEASURES else "delivered"  # grants have no measure of their own
    parts = tuple(
        (f"{story.name(c)}: {number(x, 2)} MUSD", f"{measure}({patron}, {c})") for c, x in zip(story.clients, given, strict=True) if x
    )
    title = f"{instrument.replace('_', ' ').capitalize()} of {story.name(patron)} to all clients"
    value = f"{story.quarters[when]}: {number(float(given.sum()), 2)} MUSD in the quarter"
    return Explanation(title, value, explain(story.scenario, measure), parts=parts)


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
        commands = _commands(*(["explain", story.scenario.name, path] for path in paths))
        return Explanation(title, value, "\n".join(explain(story.scenario, path) for path in paths), commands=commands)
    i, j, k = story.patrons.index(patron), story.clients.index(client), INSTRUMENTS.index(layer)
    given = story.array("delivered", when)[:, i, j, k]
    parts = tuple(
        (f"{story.quarters[q]}: {number(given[q], 2)} MUSD", f"delivered({patron}, {client})")
        for q in range(max(1, when - YEAR + 1), when + 1)
    )
    return Explanation(title, value, explain(story.scenario, INPUTS[layer][0]), parts=parts)


# --- tiles that are counts and sums


def _tile(story: Story, when: int, rest: str) -> Explanation | None:
    found = TILES.get(rest)
    return found(story, when) if found is not None else None


def _quarter(story: Story, when: int) -> Explanation:
    last = len(story.quarters) - 1
    today = [(i, r) for i, r in enumerate(story.entries) if r.when == when]
    parts = [(why(story, i)[0].partition(": ")[2], f"row {i}") for i, _ in today[:MOST_PARTS]]
    words = "What was decided and what happened in it:" if parts else "Nothing was decided in it."
    return Explanation(f"The quarter {story.quarters[when]}", f"{when} of {last}", words, parts=tuple(parts))


def _leads(story: Story, when: int) -> tuple[tuple[str, str], ...]:
    found = zip(story.clients, story.leaders(when), strict=True)
    return tuple(
        (f"{story.name(c)}: {story.name(p)} {number(100 * share)} %, {number(100 * lead)} points ahead", f"share({p}, {c})")
        for c, (p, share, lead) in found
    )


def _led(story: Story, when: int) -> Explanation:
    leaders = [p for p, _, _ in story.leaders(when)]
    counts = ", ".join(f"{story.name(p)} {leaders.count(p)}" for p in story.patrons if p in leaders)
    meaning = f"A patron leads a client where its share is the largest.\n{explain(story.scenario, 'share')}"
    return Explanation("Clients led", f"{story.quarters[when]}: {counts}", meaning, parts=_leads(story, when))


def _contested(story: Story, when: int) -> Explanation:
    many = sum(lead < CONTESTED for _, _, lead in story.leaders(when))
    meaning = f"A client is contested where its leader is less than {number(100 * CONTESTED, 0)} points ahead of the second."
    return Explanation("Contested clients", f"{story.quarters[when]}: {many}", meaning, parts=_leads(story, when))


def _money(story: Story, when: int) -> Explanation:
    meaning = "Arms, grants, loans and cash rents handed over in the quarter; debt relief and surplus equipment are not counted."
    largest = flows(story, when)
    parts = tuple(
        (f"{story.name(p)} to {story.name(c)}: {number(x)} MUSD", f"delivered({p}, {c})") for p, c, x in largest
    )
    meaning += f"\n{explain(story.scenario, 'delivered')}\n{explain(story.scenario, 'rent_paid')}"
    return Explanation("Paid this quarter", f"{story.quarters[when]}: {number(story.paid(when))} MUSD", meaning, parts=parts)


def _bases(story: Story, when: int) -> Explanation:
    standing = [c for c in contracts(story, when) if c["kind"] == "base"]
    parts = tuple((f"{c['name']}: {number(c['rent'], 2)} MUSD a year", f"base({c['patron']}, {c['client']})") for c in standing)
    meaning = f"Bases that stand at the end of the quarter, those under notice included.\n{explain(story.scenario, 'base')}"
    return Explanation("Active bases", f"{story.quarters[when]}: {len(standing)}", meaning, parts=parts)


TILES: dict[str, Callable[[Story, int], Explanation]] = {
    "quarter": _quarter, "led": _led, "contested": _contested, "money": _money, "bases": _bases,
}  # fmt: skip
ABOUT: dict[str, Callable[[Story, int, str], Explanation | None]] = {
    "row": _row, "event": _event, "outcome": _outcome, "word": _word, "mean": _mean, "gave": _gave,
    "tie": _tie, "vote": _vote, "tile": _tile,
}  # fmt: skip
