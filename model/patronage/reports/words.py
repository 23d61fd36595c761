"""Numbers, outcomes and routes in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, isnan, log10
from typing import Any

import numpy as np
import numpy.typing as npt

from patronage.looks import titled
from patronage.looks import upper as upper  # noqa: PLC0414  # they are imported from here with the other words
from patronage.reports.phrases import contract_words as contract_words  # noqa: PLC0414
from patronage.reports.phrases import expression_words as expression_words  # noqa: PLC0414
from patronage.reports.phrases import genitive as genitive  # noqa: PLC0414
from patronage.reports.phrases import kind_words as kind_words  # noqa: PLC0414
from patronage.reports.phrases import listed as listed  # noqa: PLC0414
from patronage.reports.phrases import measure_words as measure_words  # noqa: PLC0414
from patronage.results.worth import kind_of, measured
from patronage.scenario.conditions import MeasureCall
from patronage.scenario.quarters import quarter_name

FEW = 20
"""Cases below which what is told of them says that they are too few."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An outcome in words."""

    name: str
    title: str
    """What is measured, of whom."""
    when: str
    truth: bool
    """A truth: its mean is a share of runs."""
    unit: str
    measure: str
    """The measure, if the outcome is a single one, else ""."""
    codes: tuple[str, ...]
    given: str = ""
    """What must be true for it to exist, in words."""
    stated: float = 0.0
    """What is stated as the smallest difference that matters; 0 where nothing is."""

    @property
    def kind(self) -> str:
        """What it is measured in, as `patronage.results.worth` has it."""
        return kind_of(self.unit, self.measure, self.truth)

    @property
    def full(self) -> str:
        text = titled(self.title, self.when)
        return f"{text} (given: {self.given})" if self.given else text

    @property
    def there(self) -> str:
        """In which runs it has a value."""
        return "in which that is given" if self.given else "in which it exists"

    def few(self, count: int, what: str = "run") -> str:
        """That too few cases are left where something is given; else empty."""
        return f" Only {plural(count, what)}: too few to rely on." if self.given and 0 < count < FEW else ""


def subject(scenario: Any, name: str, values: npt.NDArray[Any], until: int | None = None) -> Subject:
    """Describe an outcome. `values` decides whether it is a truth where the expression does not; `until`: the last one simulated."""
    outcome = scenario.outcomes.get(name)
    truth, unit, measure = measured(outcome, values)
    if outcome is None:
        return Subject(name, upper(name.replace("_", " ")), "", truth, unit, measure, ())
    node, when = outcome.expression, read_when(outcome, outcome.last if until is None else until)
    given = subject(scenario, outcome.given, np.zeros(0), until).full if outcome.given else ""
    title = upper(outcome.label or expression_words(scenario, node, outcome.reduce))
    codes = tuple(node.args) if isinstance(node, MeasureCall) else ()
    return Subject(name, title, when, truth, unit, measure, codes, given, outcome.smallest)


def outcome_words(scenario: Any, name: str) -> str:
    """What an outcome is in a sentence or two: its label, what it measures, when it is read."""
    about, outcome = subject(scenario, name, np.zeros(0)), scenario.outcomes[name]
    measured_as = upper(expression_words(scenario, outcome.expression, outcome.reduce))
    label = f"{about.title}. " if about.title != measured_as else ""
    given = f" Given: {about.given}." if about.given else ""
    return f"{label}{measured_as}; read: {about.when}.{given}"


def read_when(outcome: Any, until: int) -> str:
    """Over which quarters an outcome is read; a run that ends before is read as far as it goes."""
    if until < outcome.last:
        return f"{_read_over(outcome, until)} (simulated no further)"
    return _read_over(outcome, outcome.last)


def _read_over(outcome: Any, until: int) -> str:
    first, last = quarter_name(min(outcome.first, until)), quarter_name(until)
    span = f"{first}–{last}"
    words = {
        "last": last,
        "first": first,
        "any": f"at any time in {span}",
        "all": f"throughout {span}",
        "quarters": f"number of quarters in {span}",
        "mean": f"mean of {span}",
        "sum": f"total of {span}",
        "min": f"lowest in {span}",
        "max": f"highest in {span}",
    }
    return words.get(str(outcome.reduce), span)


ONE_RUN = "[unknown: one run]"


def number(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits, a true minus sign, and no more decimals than that."""
    if not isfinite(value):
        return "unknown" if isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    places = max(0, digits - 1 - floor(log10(abs(value))))
    text = f"{value:,.{min(places, 6)}f}"
    return text.replace("-", "−").replace(",", "\u202f")


def signed(value: float, digits: int = 3) -> str:
    """With its sign always shown."""
    return ("+" if value > 0 else "") + number(value, digits)


def percent(share: float) -> str:
    """A share of runs."""
    if not isfinite(share):
        return "unknown"
    value = 100 * share
    if 0 < value < 1:
        return "<1\u00a0%"
    return f"{value:.0f}\u00a0%" if value <= 99 or value == 100 else ">99\u00a0%"


def interval(low: float, high: float, digits: int = 3, *, sign: bool = False) -> str:
    """An interval in brackets, both ends to the same number of decimals."""
    if not (isfinite(low) and isfinite(high)):
        return ONE_RUN
    scale = max(abs(low), abs(high))
    places = 0 if scale == 0 else max(0, min(6, digits - 1 - floor(log10(scale))))
    texts = [f"{v:+.{places}f}" if sign else f"{v:.{places}f}" for v in (low, high)]
    return f"[{texts[0]}, {texts[1]}]".replace("-", "−")


def percents(low: float, high: float, runs: int = 2) -> str:
    """The interval of a share of runs; a single one has none."""
    if runs < 2:
        return ONE_RUN
    return f"[{100 * low:.0f}–{100 * high:.0f}\u00a0%]"


def points(share: float) -> str:
    """A difference of shares of runs, in percentage points."""
    return f"{100 * share:g} point{'' if round(100 * share, 9) == 1 else 's'}"


def plural(count: int, word: str) -> str:
    """A count with its noun: 1 run, 2 runs."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def adding_up(parts: Sequence[float], places: int) -> list[float]:
    """Numbers rounded to `places` decimals so that they add up to their rounded sum (largest remainders)."""
    unit = 10.0**-places
    exact = np.asarray(parts, dtype=float) / unit
    whole = np.floor(exact)
    missing = round(float(exact.sum())) - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:missing]] += 1
    return [round(float(x) * unit, places) + 0.0 for x in whole]


def fixed(value: float, places: int, *, sign: bool = False) -> str:
    """A number with that many decimals and a true minus sign; no minus before a zero."""
    text = f"{value:+,.{places}f}" if sign else f"{value:,.{places}f}"
    if not any(c in "123456789" for c in text):
        text = text.lstrip("+-")
    return text.replace("-", "−").replace(",", "\u202f")
