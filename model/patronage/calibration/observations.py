"""Observations of one's own: a table with a row each, of any measure, dated, with its errors and its weight.

Columns, in any order (docs/calibration.md says what may stand in each):

    measure                           a word of `MEASURES`, or an expression over measures
    patron, client, bloc, axis, kind  whom a word is asked about
    quarter | year | from, to         when; one of the three ways in every row
    reduce                            how several quarters become one number
    value                             in the unit of the measure
    standard_error, discrepancy       how far the observation may be from the truth, and the model; same unit
    weight                            1 if it does not say; 0: shown, not used
    source, note                      for people
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from patronage.data.cells import no_number, no_year, number, year
from patronage.data.layout import OTHERS, Faults
from patronage.data.opening import AS_CSV, FileRow, UnreadableError, decoded_strictly, read_bytes, rows
from patronage.scenario import Outcome, Scenario, ScenarioError, conditions, parse_quarter
from patronage.scenario.problems import Place, nearest, shown
from patronage.scenario.quarters import quarter_hint, quarter_name
from patronage.scenario.structure import REDUCTIONS, UNGA
from patronage.scenario.vocabulary import MEASURES, ROWS

ACTORS = ("patron", "client", "bloc", "axis", "kind")
WHEN = ("quarter", "year", "from", "to")
ERRORS = ("standard_error", "discrepancy")
COLUMNS = ("measure", *ACTORS, *WHEN, "reduce", "value", *ERRORS, "weight", "source", "note")
FLOW = "/quarter"
"""How the unit of a flow ends: over several quarters it has a sum and a mean, and a row must say which."""
FRAME = "targets"
"""What a table is called that comes from no file."""


@dataclass(frozen=True)
class Observation:
    """One row: what was observed, and how closely the model is held to it."""

    outcome: Outcome
    """What the model is asked, as a number a run; named like the row."""
    value: float
    standard_error: float
    discrepancy: float
    weight: float
    line: int
    """In its file."""
    source: str = ""

    @property
    def name(self) -> str:
        """`share(RUS, KGZ) 2009Q2`."""
        return self.outcome.name

    @property
    def measure(self) -> str:
        """The word, or the whole expression."""
        asked = self.outcome.expression
        return asked.name if isinstance(asked, conditions.MeasureCall) else self.outcome.text

    @property
    def error(self) -> float:
        """Standard deviation of what a perfect run would still miss the value by."""
        return math.hypot(self.standard_error, self.discrepancy)


def read_observations(table: str | Path | pd.DataFrame, scenario: Scenario) -> tuple[Observation, ...]:
    """The observations of a CSV file, or of a frame with its columns, in the order of its rows.

    Raises TableError, which lists all that is wrong: file, line, column (its number) and what to write instead.
    """
    faults = Faults(FRAME if isinstance(table, pd.DataFrame) else str(table))
    found: list[Observation] = []
    try:
        text = table.to_csv(index=False) if isinstance(table, pd.DataFrame) else decoded_strictly(read_bytes(Path(table)))
        every = rows(text)
        first = next(every)
        head = [c.strip() for c in first.cells]
        if _head_is_right(first, head, faults):
            found = [o for row in every if (o := _row(row, head, faults, scenario)) is not None]
            _once(found, head, faults)
            if not found and not faults.problems:
                faults.add(first.line, 1, "there is a head and no row below it", "Write a row for each observation")
        faults.finish(head)
    except UnreadableError as error:
        faults.add(error.line, error.column, error.what, error.hint)
    faults.stop()
    return tuple(found)


def _head_is_right(row: FileRow, head: list[str], faults: Faults) -> bool:
    """Whether rows can be read by these names of columns."""
    for sign, called in OTHERS.items():
        if len(head) == 1 and sign in head[0]:
            faults.add(row.line, 1, f"the columns are separated by {called}", AS_CSV)
            return False
    for at, name in enumerate(head):
        if name not in COLUMNS:
            faults.add(row.line, at + 1, f"unknown column {shown(name)}", nearest(name, COLUMNS, most=len(COLUMNS)))
        elif name in head[:at]:
            faults.add(row.line, at + 1, f"two columns are called {shown(name)}", "Each name stands once")
    lacking = [c for c in ("measure", "value") if c not in head]
    if not {"quarter", "year"} & set(head) and not {"from", "to"} <= set(head):
        lacking.append("quarter, year, or from and to")
    if not set(ERRORS) & set(head):
        lacking.append("standard_error or discrepancy")
    for what in lacking:
        faults.add(row.line, 1, f"no column {what}", "docs/calibration.md lists the columns")
    return not faults.problems


@dataclass
class _RowReader:
    """One row; what is wrong with it goes to the faults."""

    row: FileRow
    head: list[str]
    faults: Faults
    scenario: Scenario

    def text(self, column: str) -> str:
        return self.row.cell(self.head.index(column)) if column in self.head else ""

    def wrong(self, column: str, what: str, hint: str = "") -> None:
        place = self.head.index(column) + 1 if column in self.head else self.head.index("measure") + 1
        self.faults.add(self.row.line, place, what, hint)

    def amount(self, column: str, usual: float, least: float) -> float:
        """A number of a column; the usual one where nothing stands there."""
        text = self.text(column)
        if not text:
            return usual
        value = number(text)
        if value is None or math.isnan(value):
            self.wrong(column, *no_number(text))
            return usual
        if value < least:
            self.wrong(column, f"{column} is {value:g}", f"Write {least:g} or more")
        return value

    def value(self) -> float:
        """What was observed."""
        if not self.text("value"):
            self.wrong("value", "there is no value", "Leave out rows of which nothing is known")
        return self.amount("value", 0.0, -math.inf)

    # --- what ---

    def measure(self) -> tuple[conditions.Expression, str] | None:
        """The expression, and its text."""
        text = self.text("measure")
        known = self.known()
        if text not in MEASURES:
            return self.expression(text, known)
        asked = MEASURES[text].arguments
        before = len(self.faults.problems)
        for column in ACTORS:
            code = self.text(column)
            if column in asked and not code:
                self.wrong(column, f"{text} is asked of a {column}, and none is named", nearest("", known[column]))
            elif column in asked and code not in known[column]:
                self.wrong(column, f"{shown(code)} is no {column} here", nearest(code, known[column]))
            elif code and column not in asked:
                self.wrong(column, f"{text} is asked of no {column}", "Leave the cell empty")
        if len(self.faults.problems) > before:
            return None
        codes = tuple(self.text(a) for a in asked)
        return conditions.MeasureCall(text, codes), f"{text}({', '.join(codes)})"

    def expression(self, text: str, known: dict[str, tuple[str, ...]]) -> tuple[conditions.Expression, str] | None:
        """An expression, which names its actors itself."""
        if not text:
            self.wrong("measure", "there is no measure", "Write one such as share: `patronage explain share`")
            return None
        if text.isidentifier():
            self.wrong("measure", f"unknown measure {shown(text)}", nearest(text, MEASURES))
            return None
        for column in ACTORS:
            if self.text(column):
                self.wrong(column, f"an expression names its actors itself, and the column {column} another", "Leave the cell empty")
        try:
            tree, quarters = conditions.parse(text, Place("measure"))
        except ScenarioError as error:
            for problem in error.problems:
                self.wrong("measure", problem.message, problem.hint)
            return None
        problems = conditions.check(tree, known)
        if quarters is not None:
            problems.append((0, "'for N quarters' belongs to conditions of events", "Use from, to and reduce"))
        for _, what, hint in problems:
            self.wrong("measure", what, hint)
        return None if problems else (tree, text)

    def known(self) -> dict[str, tuple[str, ...]]:
        """Codes by kind of argument."""
        cast = self.scenario.cast
        return {
            "patron": cast.patrons, "client": cast.clients, "bloc": cast.blocs, "axis": (UNGA, *cast.axes), "kind": cast.kinds,
            "row": ROWS,
        }  # fmt: skip

    # --- when ---

    def span(self) -> tuple[int, int, str] | None:
        """First and last quarter, and how it is written."""
        given = [c for c in WHEN if self.text(c)]
        if given not in (["quarter"], ["year"], ["from", "to"]):
            what = f"gives {' and '.join(given)}" if given else "gives no date"
            self.wrong(given[-1] if given else "measure", f"the row {what}", "Fill in quarter, or year, or from and to")
            return None
        if given == ["year"]:
            text = self.text("year")
            fault, found = no_year(text), year(text)
            if found is None:
                self.wrong("year", *(fault or ("", "")))
                return None
            return self.inside(4 * found, 4 * found + 3, str(found), "year")
        ends = [self.quarter(c) for c in given]
        if any(q is None for q in ends):
            return None
        first, last = (q for q in (ends[0], ends[-1]) if q is not None)
        if first > last:
            self.wrong("to", f"{quarter_name(last)} lies before {quarter_name(first)}", "Exchange from and to")
            return None
        label = quarter_name(first) if first == last else f"{quarter_name(first)} to {quarter_name(last)}"
        return self.inside(first, last, label, given[-1])

    def quarter(self, column: str) -> int | None:
        text = self.text(column)
        try:
            return parse_quarter(text)
        except ValueError:
            self.wrong(column, f"{shown(text)} is no quarter", quarter_hint(text))
            return None

    def inside(self, first: int, last: int, label: str, column: str) -> tuple[int, int, str] | None:
        """The span, if it lies within the period."""
        begin, end = self.scenario.start, self.scenario.end
        if begin <= first and last <= end:
            return first, last, label
        period = f"{quarter_name(begin)} to {quarter_name(end)}"
        self.wrong(column, f"{label} is outside the period, {period}", "Leave the row out, or lengthen period: in the scenario")
        return None

    def reduction(self, several: bool) -> str:
        """How the quarters become one number."""
        word, measure = self.text("reduce"), MEASURES.get(self.text("measure"))
        if word and word not in REDUCTIONS:
            self.wrong("reduce", f"unknown word for reduce {shown(word)}", nearest(word, REDUCTIONS))
        if several and measure is not None and measure.unit.endswith(FLOW) and not word:
            column = "reduce" if "reduce" in self.head else "measure"
            self.wrong(column, "an amount of a quarter is read over several", "Write sum or mean in the column reduce")
        return word or "mean"


def _row(row: FileRow, head: list[str], faults: Faults, scenario: Scenario) -> Observation | None:
    """The observation of a row; None where it was refused."""
    if len(row.cells) < len(head) or any(c.strip() for c in row.cells[len(head) :]):
        hint = "An expression with commas in it stands in quotation marks" if len(row.cells) > len(head) else ""
        faults.add(row.line, 1, f"{len(row.cells)} cells in a table of {len(head)} columns", hint, "cells")
        return None
    before = sum(faults.alike.values())
    reader = _RowReader(row, head, faults, scenario)
    what, when, value = reader.measure(), reader.span(), reader.value()
    reduce = reader.reduction(when is not None and when[0] < when[1])
    error, discrepancy, weight = (reader.amount(c, usual, 0.0) for c, usual in ((ERRORS[0], 0.0), (ERRORS[1], 0.0), ("weight", 1.0)))
    if what is not None and isinstance(what[0], conditions.MeasureCall) and MEASURES[what[0].name].truth:
        counted = reduce in ("sum", "quarters")
        if not 0 <= value <= (math.inf if counted else 1):
            reader.wrong("value", f"{what[0].name} is true or false, 1 or 0, and this is {value:g}", "Write a number from 0 to 1")
    if not error and not discrepancy and weight and sum(faults.alike.values()) == before:
        column = next(c for c in ERRORS if c in head)
        reader.wrong(column, "neither a standard error nor a discrepancy", "No model hits a number exactly: write one above 0")
    if what is None or when is None or sum(faults.alike.values()) > before:
        return None
    first, last, label = when
    name = f"{what[1]} {label}" + (f", {reduce}" if first < last else "")
    asked = Outcome(name, what[0], what[1], first, last, reduce if first < last else "last")
    return Observation(asked, value, error, discrepancy, weight, row.line, reader.text("source"))


def _once(found: Iterable[Observation], head: list[str], faults: Faults) -> None:
    """The same number, of the same thing at the same time, stands once; another number of it is another observation."""
    first: dict[tuple[str, float], int] = {}
    for o in found:
        line = first.setdefault((o.name, o.value), o.line)
        if line != o.line:
            faults.add(o.line, head.index("value") + 1, f"{o.name} stands in line {line} already", "Delete one of the two")


def by_measure(found: Iterable[Observation]) -> Iterator[list[int]]:
    """Places of the observations that are of one measure, actors included."""
    groups: dict[str, list[int]] = {}
    for i, o in enumerate(found):
        groups.setdefault(conditions.unparse(o.outcome.expression), []).append(i)
    yield from groups.values()
