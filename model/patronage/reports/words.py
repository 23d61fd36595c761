"""Numbers, outcomes and routes in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, isnan, log10
from typing import Any

import numpy as np
import numpy.typing as npt

from patronage.looks import the
from patronage.looks import upper as upper  # noqa: PLC0414  # it is imported from here with the other words
from patronage.results.worth import kind_of, measured
from patronage.scenario.conditions import MeasureCall, unparse
from patronage.scenario.quarters import quarter_name
from patronage.scenario.vocabulary import MEASURES

SUBJECTS = {
    "share": "{whose[0]} share of influence in {1}",
    "influence": "{whose[0]} influence in {1}",
    "base": "{base} stands",
    "rent": "rent of {base}",
    "concession": "{base} stands",
    "fee": "what {1} pays for {base}",
    "debt": "debt of {1} to {0}",
    "arms": "stock of arms in {1} from {0}",
    "capital": "capital in {1} financed by {0}",
    "presence": "presence of {0} in {1}",
    "effort": "{whose[0]} effort in {1}",
    "grievance": "{whose[0]} grievance against {1}",
    "reputation": "{whose[0]} reputation in {1}",
    "distance": "distance of {1} to {0} in orientation",
    "campaign": "a campaign of {0} against the regime of {1}",
    "sanction": "a sanction of {0} against {1}",
    "sentiment": "what the public of {1} thinks of {0}",
    "anger": "anger at {0} in {1}",
    "stake": "{whose[0]} stake in {1}",
    "drift": "drift of {1} away from {0}",
    "openness": "political openness of {0}",
    "legitimacy": "legitimacy of the regime of {0}",
    "threat": "threat to {0}",
    "insecurity": "insecurity of {0}",
    "autonomy": "autonomy of {0}",
    "overthrow": "an overthrow in {0}",
    "turnover": "a constitutional turnover in {0}",
    "coup": "a coup in {0}",
    "junta": "the army rules {0}",
    "bloc_sanction": "a sanction of {0} against {1}",
    "concentration": "concentration of {whose[0]} effort",
    "member": "{1} is a member of {0}",
    "cohesion": "cohesion of {0}",
    "force": "joint force of {0}",
    "frustration": "frustration of the alignment",
    "polarisation": "polarisation between the two sides",
}


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
        text = f"{self.title}, {self.when}" if self.when else self.title
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
    label = upper(name.replace("_", " "))
    if outcome is None:
        return Subject(name, label, "", truth, unit, measure, ())
    node, when = outcome.expression, read_when(outcome, outcome.last if until is None else until)
    given = subject(scenario, outcome.given, np.zeros(0), until).full if outcome.given else ""
    if not isinstance(node, MeasureCall):
        title = outcome.label or f"{label} ({_bare(unparse(node))})"
        return Subject(name, title, when, truth, unit, measure, (), given, outcome.smallest)
    words = measure_words(scenario, node, outcome.reduce)
    return Subject(name, outcome.label or f"{label} ({words})", when, truth, unit, measure, tuple(node.args), given, outcome.smallest)


def _bare(expression: str) -> str:
    return expression[1:-1] if expression.startswith("(") and expression.endswith(")") else expression


def measure_words(scenario: Any, node: MeasureCall, reduce: str = "last") -> str:
    """A single measure in words."""
    names = [str(scenario.names.get(c, c)) for c in node.args]
    whose = [genitive(n) for n in names]
    base = contract_words(scenario, *node.args) if len(node.args) in (2, 3) else ""
    doc = MEASURES[node.name].doc
    if reduce == "sum":
        doc = doc.replace(" in the quarter", "")
    pattern = SUBJECTS.get(node.name, f"{doc.replace('{', '').replace('}', '')}: {', '.join(names)}")
    return pattern.format(*names, base=base, whose=whose)


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


def contract_words(scenario: Any, patron: str, client: str, kind: str = "base") -> str:
    """A contract by its name, holder and host: Manas (United States in Kyrgyzstan); without a name, the guard of Russia in Mali."""
    holder, host = (str(scenario.names.get(code, code)) for code in (patron, client))
    name = scenario.called.get((patron, client, kind))
    return f"{name} ({holder} in {host})" if name else f"the {kind_words(kind)} of {the(holder)} in {the(host)}"


def kind_words(kind: str) -> str:
    """A kind of concession in a sentence."""
    return kind.replace("_", " ")


def genitive(name: str) -> str:
    """Whose: Russia's, the United States'."""
    return name + ("'" if name.endswith("s") else "'s")


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


def listed(parts: list[str]) -> str:
    """An enumeration: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


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
